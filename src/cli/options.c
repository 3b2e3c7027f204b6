/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See options.h.  One table of options drives getopt_long, the messages and --help.
 */

#include "cli/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/suggest.h"
#include "base/text.h"

/* Values of options that have no letter. */
enum {
	OPTION_LIST = 256,
	OPTION_LINT,
	OPTION_NO_PROGRESS,
	OPTION_NO_COLOR,
	OPTION_NO_SANDBOX,
	OPTION_STATE,
	OPTION_COMPAT,
	OPTION_KEYGEN,
	OPTION_SIGN,
	OPTION_VERIFY,
	OPTION_SHOW,
	OPTION_SIGNING_KEY,
	OPTION_VERIFY_KEY,
	OPTION_SIGNATURE,
	OPTION_DETACHED,
	OPTION_PASSPHRASE_FD,
	OPTION_HISTORY,
	OPTION_REASON,
	OPTION_NIGHTLY,
	OPTION_ACCEPT,
	OPTION_PACKAGE,
	OPTION_EXPLAINED,
	OPTION_INTERACTIVE,
	OPTION_IF_MISSING
};

/* Some pages of text. */
#define REASON_MAX 4096

struct option_row {
	const char *name;
	int value; /* the letter, or one of the above */
	const char *argument;
	int command; /* enum command_id, or -1 */
	const char *help;
};

static const struct option_row rows[] = {
	{ "check", 'C', NULL, COMMAND_CHECK, "compare the baseline with the disk (the default)" },
	{ "init", 'i', NULL, COMMAND_INIT, "make a baseline (of each PATH, if any are given)" },
	{ "update", 'u', NULL, COMMAND_UPDATE,
	  "check, and write a new baseline beside the old one" },
	{ "nightly", OPTION_NIGHTLY, NULL, COMMAND_NIGHTLY,
	  "update, by night: one at a time, findings followed, mail when there are news" },
	{ "accept", OPTION_ACCEPT, NULL, COMMAND_ACCEPT,
	  "make the state that --update has shown the next generation of the baseline" },
	{ "compare", 'E', NULL, COMMAND_COMPARE, "compare two baselines (A and B, if given)" },
	{ "list", OPTION_LIST, NULL, COMMAND_LIST,
	  "show the baseline's entries (of each PATH, if any are given)" },
	{ "dry-init", 'n', NULL, COMMAND_DRY_INIT,
	  "walk, and print what the rules say about each object" },
	{ "lint", OPTION_LINT, NULL, COMMAND_LINT,
	  "walk, and print which rules do not do what they seem to" },
	{ "config-check", 'D', NULL, COMMAND_CONFIG_CHECK, "read the configuration and stop" },
	{ "path-check", 'p', "TYPE[=FS]:PATH", COMMAND_PATH_CHECK,
	  "say what the rules say about one path" },
	{ "keygen", OPTION_KEYGEN, "FILE", COMMAND_KEYGEN,
	  "make a pair of keys: FILE, to sign with, and FILE.pub" },
	{ "sign", OPTION_SIGN, NULL, COMMAND_SIGN, "sign the baseline (or FILE, if one is given)" },
	{ "verify", OPTION_VERIFY, NULL, COMMAND_VERIFY,
	  "verify the baseline (or FILE) and its signature" },
	{ "show", OPTION_SHOW, "PATH", COMMAND_SHOW,
	  "show one entry, and what proves that it is signed" },
	{ "history", OPTION_HISTORY, NULL, COMMAND_HISTORY,
	  "show the journal of all runs, and verify it (or the story of PATH, if one is given)" },
	{ "version", 'v', NULL, COMMAND_VERSION, "show the version and what is built in" },
	{ "help", 'h', NULL, COMMAND_HELP, "show this help" },

	{ "config", 'c', "FILE", -1, "read the configuration from FILE ('-': stdin, '': none)" },
	{ "limit", 'l', "REGEX", -1, "look only at paths that match REGEX from their start" },
	{ "if-missing", OPTION_IF_MISSING, NULL, -1,
	  "--init: only if there is no baseline, and at once in its place" },
	{ "package", OPTION_PACKAGE, "NAME", -1,
	  "--accept: only what this package explains (may be repeated)" },
	{ "explained", OPTION_EXPLAINED, NULL, -1, "--accept: only what packages explain" },
	{ "interactive", OPTION_INTERACTIVE, NULL, -1, "--accept: ask about each change" },
	{ "before", 'B', "TEXT", -1, "configuration to read before the file" },
	{ "after", 'A', "TEXT", -1, "configuration to read after the file" },
	{ "log-level", 'L', "LEVEL", -1,
	  "error, warning, notice, info, compare, rule, config, debug ..." },
	{ "workers", 'W', "N|N%", -1, "threads that measure (default: by processors and disk)" },
	{ "state", OPTION_STATE, "DIR", -1,
	  "folder for the journal, and for the baseline when the configuration names none" },
	{ "signing-key", OPTION_SIGNING_KEY, "FILE", -1,
	  "sign new baselines with this private key" },
	{ "verify-key", OPTION_VERIFY_KEY, "FILE", -1,
	  "accept only baselines signed with this key (may be repeated)" },
	{ "signature", OPTION_SIGNATURE, "FILE", -1, "the baseline's detached signature" },
	{ "detached", OPTION_DETACHED, "FILE", -1, "--sign: write a detached signature to FILE" },
	{ "passphrase-fd", OPTION_PASSPHRASE_FD, "N", -1,
	  "read the private key's passphrase from descriptor N" },
	{ "reason", OPTION_REASON, "TEXT", -1, "why this run is made, for the journal" },
	{ "aide-compat", OPTION_COMPAT, "VERSION", -1,
	  "AIDE's rules as of this version: 0.18, or the newest" },
	{ "no-progress", OPTION_NO_PROGRESS, NULL, -1, "no progress line on a terminal" },
	{ "no-color", OPTION_NO_COLOR, NULL, -1, "no colour on a terminal" },
	{ "no-sandbox", OPTION_NO_SANDBOX, NULL, -1, "keep all rights while reading" },
};

#define NROWS (sizeof(rows) / sizeof(rows[0]))

static const struct option_row *row_by_value(int value)
{
	for (size_t i = 0; i < NROWS; i++) {
		if (rows[i].value == value)
			return &rows[i];
	}
	return NULL;
}

void options_complain(const struct options *o, const char *text)
{
	struct buf line = { 0 };

	text_escape(&line, o->argv0, strlen(o->argv0));
	buf_add_str(&line, ": ");
	text_escape(&line, text, strlen(text));
	if (!line.failed)
		fprintf(stderr, "%s\n", line.data);
	buf_release(&line);
}

__attribute__((format(printf, 2, 3))) static int usage(const struct options *o, const char *fmt,
						       ...)
{
	char text[INTACT_ERROR_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	options_complain(o, text);
	return INTACT_EUSAGE;
}

static int no_memory(const struct options *o)
{
	options_complain(o, "out of memory");
	return INTACT_ENOMEM;
}

/* Whoever calls us aide gets its words. */
static const char *see_help(const struct options *o)
{
	return o->as_aide ? "" : " (see --help)";
}

/* ---- what getopt did not like, in getopt's words ---- */

static int unknown_long(const struct options *o, const char *name, size_t len)
{
	struct suggestion near = suggest_for(name, len);

	for (size_t i = 0; i < NROWS; i++)
		suggest_consider(&near, rows[i].name);
	if (near.best)
		return usage(o, "unrecognized option '--%.*s', did you mean '--%s'?", (int)len,
			     name, near.best);
	return usage(o, "unrecognized option '--%.*s'%s", (int)len, name, see_help(o));
}

/* AIDE's of long ago. */
static int removed_option(const struct options *o, bool verbose)
{
	if (verbose)
		return usage(o, "(--verbose): option no longer supported, use 'log_level' and "
				"'report_level' options instead (see man aide.conf for details)");
	return usage(o, "(--report): option no longer supported, use 'report_url' config option "
			"instead (see man aide.conf for detail)");
}

/* The options that begin so: as AIDE, commands last. */
static size_t candidates(const char *start, size_t len, struct buf *list,
			 const struct option_row **ret_one)
{
	size_t n = 0;

	for (int commands = 0; commands < 2; commands++) {
		for (size_t i = 0; i < NROWS; i++) {
			if ((rows[i].command >= 0) != commands ||
			    strncmp(rows[i].name, start, len) != 0)
				continue;
			buf_printf(list, " '--%s'", rows[i].name);
			*ret_one = &rows[i];
			n++;
		}
	}
	return n;
}

static int bad_long(const struct options *o, const char *word)
{
	size_t len = strcspn(word + 2, "=");
	const struct option_row *only = NULL;
	struct buf list = { 0 };
	size_t n = candidates(word + 2, len, &list, &only);

	if (n > 1)
		usage(o, "option '%s' is ambiguous; possibilities:%s", word,
		      list.failed ? "" : list.data);
	buf_release(&list);
	if (n > 1)
		return INTACT_EUSAGE;
	if (n == 1)
		return usage(o, "option '--%s' doesn't allow an argument", only->name);
	if (len == strlen("verbose") && strncmp(word + 2, "verbose", len) == 0)
		return removed_option(o, true);
	if (len == strlen("report") && strncmp(word + 2, "report", len) == 0)
		return removed_option(o, false);
	return unknown_long(o, word + 2, len);
}

/* An abbreviation that is unambiguous to AIDE stays so, whatever options we add.  NULL: it is none.
 * (Its own that take an argument begin like others of its own.) */
static const struct option_row *aides_own(const struct options *o, char **argv)
{
	const char *word = argv[optind - 1];
	const struct option_row *found = NULL;

	if (!o->as_aide || optopt || strncmp(word, "--", 2) != 0 || !word[2])
		return NULL;
	for (size_t i = 0; i < NROWS; i++) {
		if (rows[i].value >= 256 || strncmp(rows[i].name, word + 2, strlen(word + 2)) != 0)
			continue;
		if (found || rows[i].argument)
			return NULL;
		found = &rows[i];
	}
	return found;
}

/* "--re": to AIDE it is short for an option that it does not have any more, not for --reason. */
static bool is_removed_report(const struct options *o, int value, char **argv)
{
	const char *word = argv[optind - 1];

	if (!o->as_aide || value != OPTION_REASON)
		return false;
	if (word == optarg)
		word = argv[optind - 2];
	return strcspn(word, "=") <= strlen("--re");
}

/* Is it the word before that getopt complains of?  Where it stopped among letters, that word is
 * another one. */
static bool is_about(const char *word, const struct option_row *row)
{
	if (strncmp(word, "--", 2) != 0)
		return false;
	return !optopt || (row && strncmp(row->name, word + 2, strcspn(word + 2, "=")) == 0);
}

static int bad_option(const struct options *o, int why, char **argv)
{
	const char *word = argv[optind - 1];
	const struct option_row *row = row_by_value(optopt);
	bool is_long = is_about(word, row);

	if (why == ':') {
		if (is_long && row)
			return usage(o, "option '--%s' requires an argument", row->name);
		return usage(o, "option requires an argument -- '%c'", optopt);
	}
	if (is_long)
		return bad_long(o, word);
	if (optopt == 'V' || optopt == 'r')
		return removed_option(o, optopt == 'V');
	return usage(o, "invalid option -- '%c'%s", optopt, see_help(o));
}

/* ---- values ---- */

static int set_command(struct options *o, const struct option_row *row)
{
	/* AIDE acts on --help and --version as soon as it meets them, whatever came before. */
	if (o->command_option && row->command != COMMAND_HELP && row->command != COMMAND_VERSION)
		return usage(o, "(--%s): cannot have multiple commands on a single commandline",
			     row->name);
	o->command_option = row->name;
	o->command = (enum command_id)row->command;
	return 0;
}

static int set_compat(struct options *o, const char *value)
{
	if (strcmp(value, "0.18") == 0)
		o->compat = INTACT_COMPAT_0_18;
	else if (strcmp(value, "newest") == 0)
		o->compat = INTACT_COMPAT_NEWEST;
	else
		return usage(o,
			     "(--aide-compat): unknown version '%s', expected '0.18' or 'newest'",
			     value);
	return 0;
}

static int set_workers(struct options *o, const char *value)
{
	struct intact_error err;

	o->workers_set = true;
	if (intact_workers_parse(value, &o->workers, &o->workers_percent, &err) < 0)
		return usage(o, "(--workers): %s", err.text);
	return 0;
}

static int set_log_level(struct options *o, const char *value)
{
	o->log_level = intact_log_level_by_name(value);
	if (o->log_level < 0 && o->as_aide)
		return usage(
			o, "(--log-level): invalid log level '%s' (see man aide.conf for details)",
			value);
	if (o->log_level < 0)
		return usage(o,
			     "(--log-level): invalid log level '%s', expected error, warning, "
			     "notice, info, "
			     "compare, rule, config, debug, limit, thread or trace",
			     value);
	return 0;
}

static int set_config(struct options *o, const char *value)
{
	free(o->config);
	o->config = path_expand_home(value);
	return o->config ? 0 : no_memory(o);
}

static int set_limit(struct options *o, const char *value)
{
	struct intact_error err;
	int rc = intact_limit_check(value, &err);

	o->limit = value;
	if (rc == INTACT_ENOMEM)
		return no_memory(o);
	return rc < 0 ? usage(o, "%s", err.text) : 0;
}

static int add_to_list(struct options *o, const char ***ret, size_t *ret_n, const char *value)
{
	const char **list = realloc(*ret, (*ret_n + 1) * sizeof(*list));

	if (!list)
		return no_memory(o);
	*ret = list;
	list[(*ret_n)++] = value;
	return 0;
}

static int set_passphrase_fd(struct options *o, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (!digits || digits > 6 || value[digits])
		return usage(o, "(--passphrase-fd): '%s' is no descriptor", value);
	o->passphrase_fd = (int)strtol(value, NULL, 10);
	return 0;
}

static int set_reason(struct options *o, const char *value)
{
	if (strlen(value) > REASON_MAX)
		return usage(o, "(--reason): longer than %d bytes", REASON_MAX);
	o->reason = value;
	return 0;
}

/* A file without a name, or a reason without words, would be an option that seems to be set. */
static int set_with_value(struct options *o, const struct option_row *row, const char *value)
{
	if (!*value)
		return usage(o, "option '--%s' needs a value", row->name);
	switch (row->value) {
	case OPTION_SIGNING_KEY:
		o->signing_key = value;
		return 0;
	case OPTION_VERIFY_KEY:
		return add_to_list(o, &o->verify_keys, &o->nverify_keys, value);
	case OPTION_PACKAGE:
		return add_to_list(o, &o->packages, &o->npackages, value);
	case OPTION_SIGNATURE:
		o->signature = value;
		return 0;
	case OPTION_DETACHED:
		o->detached = value;
		return 0;
	case OPTION_REASON:
		return set_reason(o, value);
	default:
		return set_passphrase_fd(o, value);
	}
}

static int set_option(struct options *o, const struct option_row *row, const char *value)
{
	if (row->command >= 0) {
		if (value)
			o->argument = value;
		return set_command(o, row);
	}
	switch (row->value) {
	case 'c':
		return set_config(o, value);
	case 'l':
		return set_limit(o, value);
	case 'B':
		buf_printf(&o->before, "%s\n", value);
		return 0;
	case 'A':
		buf_printf(&o->after, "%s\n", value);
		return 0;
	case 'L':
		return set_log_level(o, value);
	case 'W':
		return set_workers(o, value);
	case OPTION_STATE:
		o->state = value;
		return 0;
	case OPTION_COMPAT:
		return set_compat(o, value);
	case OPTION_NO_PROGRESS:
		o->no_progress = true;
		return 0;
	case OPTION_NO_COLOR:
		o->no_color = true;
		return 0;
	case OPTION_NO_SANDBOX:
		o->no_sandbox = true;
		return 0;
	case OPTION_EXPLAINED:
		o->explained = true;
		return 0;
	case OPTION_INTERACTIVE:
		o->interactive = true;
		return 0;
	case OPTION_IF_MISSING:
		o->if_missing = true;
		return 0;
	default:
		return set_with_value(o, row, value);
	}
}

/* ---- getopt ---- */

static void getopt_tables(struct option longs[NROWS + 1], char letters[2 * NROWS + 2])
{
	size_t at = 0;

	letters[at++] = ':';
	for (size_t i = 0; i < NROWS; i++) {
		longs[i] = (struct option){ rows[i].name,
					    rows[i].argument ? required_argument : no_argument,
					    NULL, rows[i].value };
		if (rows[i].value < 256)
			letters[at++] = (char)rows[i].value;
		if (rows[i].value < 256 && rows[i].argument)
			letters[at++] = ':';
	}
	longs[NROWS] = (struct option){ NULL, 0, NULL, 0 };
	letters[at] = '\0';
}

/* Commands that the journal has records of. */
static bool recorded(enum command_id command)
{
	return command == COMMAND_INIT || command == COMMAND_CHECK || command == COMMAND_UPDATE ||
	       command == COMMAND_NIGHTLY || command == COMMAND_ACCEPT;
}

/* How many operands there may be at most. */
static size_t operands_most(const struct options *o)
{
	if (o->as_aide)
		return 0;
	switch (o->command) {
	case COMMAND_INIT:
	case COMMAND_LIST:
		return SIZE_MAX;
	case COMMAND_COMPARE:
		return 2;
	case COMMAND_SIGN:
	case COMMAND_VERIFY:
	case COMMAND_HISTORY:
		return 1;
	default:
		return 0;
	}
}

static int check_selection(const struct options *o)
{
	const char *option = o->npackages     ? "package"
			     : o->explained   ? "explained"
			     : o->interactive ? "interactive"
					      : NULL;

	if (option && o->command != COMMAND_ACCEPT)
		return usage(o, "option '--%s' is for --accept", option);
	return 0;
}

static int check_operands(struct options *o, int argc, char **argv)
{
	size_t most = operands_most(o);

	o->paths = argv + optind;
	o->npaths = (size_t)(argc - optind);
	if (o->detached && o->command != COMMAND_SIGN)
		return usage(o, "option '--detached' is for --sign (to verify: --signature)");
	if (o->signature && o->command == COMMAND_SIGN)
		return usage(o, "option '--signature' is to verify with (to --sign: --detached)");
	if (o->reason && !recorded(o->command))
		return usage(o, "option '--reason' is for --init, --check, --update and "
				"--accept");
	/* What lies outside would seem to be as it was. */
	if (o->limit && o->command == COMMAND_NIGHTLY)
		return usage(o, "option '--limit' is not for --nightly");
	/* AIDE's new database stands beside the old one from the start. */
	if (o->if_missing && (o->command != COMMAND_INIT || o->as_aide))
		return usage(o, "option '--if-missing' is for intact --init");
	if (check_selection(o) < 0)
		return INTACT_EUSAGE;
	if (most == 2 && o->npaths == 1)
		return usage(o, "--compare takes two operands, or none");
	if (o->npaths <= most)
		return 0;
	if (most == 2)
		return usage(o, "extra parameter: '%s' (--compare takes two)", argv[optind + 2]);
	if (most == 1)
		return usage(o, "extra parameter: '%s' (--%s takes one %s)", argv[optind + 1],
			     o->command_option, o->command == COMMAND_HISTORY ? "path" : "file");
	if (o->as_aide || o->command == COMMAND_VERSION || o->command == COMMAND_HELP)
		return usage(o, "extra parameter: '%s'", argv[optind]);
	return usage(o, "extra parameter: '%s' (only --init and --list take paths; see --limit)",
		     argv[optind]);
}

int options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[NROWS + 1];
	char letters[2 * NROWS + 2];
	const char *name;
	int c;

	*o = (struct options){ .argv0 = argc > 0 ? argv[0] : "intact",
			       .log_level = -1,
			       .passphrase_fd = -1 };
	name = strrchr(o->argv0, '/');
	o->as_aide = strcmp(name ? name + 1 : o->argv0, "aide") == 0;
	/* Which AIDE the link replaces is decided where it is installed. */
	if (o->as_aide)
		o->compat = AIDE_STANDS_FOR;
	getopt_tables(longs, letters);
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_row *row = c == '?' ? aides_own(o, argv) : row_by_value(c);
		int rc = is_removed_report(o, c, argv) ? removed_option(o, false)
			 : row			       ? set_option(o, row, optarg)
						       : bad_option(o, c, argv);

		if (rc < 0)
			return rc;
		if (o->command == COMMAND_HELP || o->command == COMMAND_VERSION)
			return 0;
	}
	if (o->before.failed || o->after.failed)
		return no_memory(o);
	return check_operands(o, argc, argv);
}

void options_release(struct options *o)
{
	free(o->config);
	free(o->verify_keys);
	free(o->packages);
	buf_release(&o->before);
	buf_release(&o->after);
}

static void help_rows(bool commands)
{
	for (size_t i = 0; i < NROWS; i++) {
		char left[64];

		if ((rows[i].command >= 0) != commands)
			continue;
		snprintf(left, sizeof(left),
			 rows[i].value < 256 ? "  -%c, --%s%s%s" : "  %c   --%s%s%s",
			 rows[i].value < 256 ? rows[i].value : ' ', rows[i].name,
			 rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
		printf("%-34s %s\n", left, rows[i].help);
	}
}

void options_help(const struct options *o)
{
	printf("Usage: %s [OPTION]... [COMMAND] [PATH]...\n\n"
	       "Make a baseline of files and say later what was added, removed or changed.\n\n"
	       "Commands:\n",
	       o->as_aide ? "aide" : "intact");
	help_rows(true);
	printf("\nOptions:\n");
	help_rows(false);
	printf("\nExit status: 0 nothing differs; the sum of 1 added, 2 removed, 4 changed,\n"
	       "32 something selected could not be verified; 14 to 25 an error (intact(1)).\n");
}
