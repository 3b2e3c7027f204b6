/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See option.h.  The options: aide-compat 2.6.
 */

#include "rules/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "base/suggest.h"
#include "rules/level.h"
#include "rules/lexer.h"
#include "rules/parser.h"
#include "rules/reader.h"
#include "rules/ruleset.h"

/* What a setter is told. */
struct setting {
	struct reader *r;
	const struct place *place;
	const struct config_option *row;
	const char *text; /* string options, expanded */
	uint64_t attrs;	  /* attribute options */
	void *at;	  /* the field, where the row has one */
	struct intact_error *err;
};

typedef int option_setter(const struct setting *s);

static int wrong_type(const struct setting *s);

enum option_home {
	HOME_NONE,
	HOME_CONFIG, /* offset is into struct intact_config */
	HOME_REPORT, /* ... struct intact_report_options */
	HOME_READER, /* ... struct reader */
};

struct config_option {
	const char *name;
	option_setter *set;
	enum option_home home;
	size_t offset;
	unsigned types;	     /* URL options: bits of enum intact_url_type */
	const char *instead; /* old options: the new name, or NULL */
	bool attrs;	     /* takes an attribute expression */
	bool old;
};

#define URL_IN (1u << INTACT_URL_FILE | 1u << INTACT_URL_STDIN | 1u << INTACT_URL_FD)
#define URL_OUT (1u << INTACT_URL_FILE | 1u << INTACT_URL_STDOUT | 1u << INTACT_URL_FD)
#define URL_REPORT (URL_OUT | 1u << INTACT_URL_STDERR | 1u << INTACT_URL_SYSLOG)

static option_setter set_bool, set_url, set_report_url, set_attrs, set_database_attrs, set_level,
	set_format, set_e2fsattrs, set_root_prefix, set_config_version, set_workers, set_log_level,
	set_compat, set_database_format, set_nice, set_io_class, set_io_limit, set_pressure,
	set_patience, set_hash_policy, set_packages, set_once, set_verify_key, set_journal,
	set_nothing;

#define CONFIG(member) HOME_CONFIG, offsetof(struct intact_config, member)
#define REPORT(member) HOME_REPORT, offsetof(struct intact_report_options, member)
#define READER(member) HOME_READER, offsetof(struct reader, member)
#define NOWHERE HOME_NONE, 0

static const struct config_option options[] = {
	{ "database_in", set_url, CONFIG(database_in), URL_IN, NULL, false, false },
	{ "database_out", set_url, CONFIG(database_out), URL_OUT, NULL, false, false },
	{ "database_new", set_url, CONFIG(database_new), URL_IN, NULL, false, false },
	{ "database_attrs", set_database_attrs, NOWHERE, 0, NULL, true, false },
	{ "database_add_metadata", set_bool, CONFIG(database_add_metadata), 0, NULL, false, false },
	{ "database_format", set_database_format, NOWHERE, 0, NULL, false, false },
	{ "gzip_dbout", set_bool, CONFIG(gzip_dbout), 0, NULL, false, false },
	{ "signing_key", set_once, CONFIG(signing_key), 0, NULL, false, false },
	{ "verify_key", set_verify_key, NOWHERE, 0, NULL, false, false },
	{ "verify_host", set_once, CONFIG(verify_host), 0, NULL, false, false },
	{ "database_in_signature", set_once, CONFIG(database_in_signature), 0, NULL, false, false },
	{ "journal", set_journal, CONFIG(journal), 0, NULL, false, false },
	{ "root_prefix", set_root_prefix, NOWHERE, 0, NULL, false, false },
	{ "acl_no_symlink_follow", set_bool, CONFIG(acl_no_symlink_follow), 0, NULL, false, false },
	{ "warn_dead_symlinks", set_bool, CONFIG(warn_dead_symlinks), 0, NULL, false, false },
	{ "follow_rotation", set_bool, CONFIG(follow_rotation), 0, NULL, false, false },
	{ "trusted_xattrs", set_bool, CONFIG(trusted_xattrs), 0, NULL, false, false },
	{ "require_sandbox", set_bool, CONFIG(require_sandbox), 0, NULL, false, false },
	{ "config_version", set_config_version, NOWHERE, 0, NULL, false, false },
	{ "config_check_warn_unrestricted_rules", set_bool, READER(warn_unrestricted), 0, NULL,
	  false, false },
	{ "num_workers", set_workers, NOWHERE, 0, NULL, false, false },
	{ "hash_policy", set_hash_policy, NOWHERE, 0, NULL, false, false },
	{ "package_manager", set_packages, NOWHERE, 0, NULL, false, false },
	{ "measure_timeout", set_patience, NOWHERE, 0, NULL, false, false },
	{ "nice", set_nice, NOWHERE, 0, NULL, false, false },
	{ "io_class", set_io_class, NOWHERE, 0, NULL, false, false },
	{ "io_limit", set_io_limit, NOWHERE, 0, NULL, false, false },
	{ "pressure_pause", set_pressure, NOWHERE, 0, NULL, false, false },
	{ "log_level", set_log_level, NOWHERE, 0, NULL, false, false },
	{ "aide_compat", set_compat, NOWHERE, 0, NULL, false, false },
	{ "report_url", set_report_url, NOWHERE, URL_REPORT, NULL, false, false },
	{ "report_level", set_level, NOWHERE, 0, NULL, false, false },
	{ "report_format", set_format, NOWHERE, 0, NULL, false, false },
	{ "report_base16", set_bool, REPORT(base16), 0, NULL, false, false },
	{ "report_detailed_init", set_bool, REPORT(detailed_init), 0, NULL, false, false },
	{ "report_quiet", set_bool, REPORT(quiet), 0, NULL, false, false },
	{ "report_append", set_bool, REPORT(append), 0, NULL, false, false },
	{ "report_grouped", set_bool, REPORT(grouped), 0, NULL, false, false },
	{ "report_summarize_changes", set_bool, REPORT(summarize), 0, NULL, false, false },
	{ "report_ignore_explained", set_bool, REPORT(ignore_explained), 0, NULL, false, false },
	{ "report_ignore_added_attrs", set_attrs, REPORT(ignore_added), 0, NULL, true, false },
	{ "report_ignore_removed_attrs", set_attrs, REPORT(ignore_removed), 0, NULL, true, false },
	{ "report_ignore_changed_attrs", set_attrs, REPORT(ignore_changed), 0, NULL, true, false },
	{ "report_force_attrs", set_attrs, REPORT(force), 0, NULL, true, false },
	{ "report_ignore_e2fsattrs", set_e2fsattrs, REPORT(ignore_e2fsattrs), 0, NULL, false,
	  false },

	/* AIDE's before 0.17 and 0.19. */
	{ "database", NULL, NOWHERE, 0, "database_in", false, true },
	{ "grouped", NULL, NOWHERE, 0, "report_grouped", false, true },
	{ "summarize_changes", NULL, NOWHERE, 0, "report_summarize_changes", false, true },
	{ "ignore_list", NULL, NOWHERE, 0, "report_ignore_changed_attrs", true, true },
	{ "report_attributes", NULL, NOWHERE, 0, "report_force_attrs", true, true },
	{ "verbose", set_nothing, NOWHERE, 0, NULL, false, true },
	{ "syslog_format", set_nothing, NOWHERE, 0, NULL, false, true },
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

const struct config_option *config_option_find(struct slice name)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		if (slice_is(name, options[i].name))
			return &options[i];
	}
	return NULL;
}

bool config_option_takes_attrs(const struct config_option *row)
{
	return row->attrs;
}

bool config_option_is_compat(const struct config_option *row)
{
	return row->set == set_compat;
}

const char *config_option_nearest(struct slice name)
{
	struct suggestion near = suggest_for(name.s, name.len);

	for (size_t i = 0; i < NOPTIONS; i++) {
		if (!options[i].old)
			suggest_consider(&near, options[i].name);
	}
	return near.best;
}

/* ---- values -------------------------------------------------------------------------------- */

static void log_set(const struct setting *s, const char *value)
{
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to '%s'", s->row->name,
		  value);
}

static int set_bool(const struct setting *s)
{
	bool yes = strcmp(s->text, "true") == 0 || strcmp(s->text, "yes") == 0;

	if (!yes && strcmp(s->text, "false") != 0 && strcmp(s->text, "no") != 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "unrecognized bool value: '%s' (expecting 'true', 'yes','false' "
				  "or 'no')",
				  s->text);
	*(bool *)s->at = yes;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s'", s->row->name,
		  yes ? "true" : "false");
	return 0;
}

static int set_attrs(const struct setting *s)
{
	char expr[EXPR_MAX];

	*(uint64_t *)s->at = s->attrs;
	intact_attr_expr(s->attrs, expr, sizeof(expr));
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s'", s->row->name, expr);
	return 0;
}

static int set_database_attrs(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	uint64_t attrs = s->attrs, wrong = attrs & ~INTACT_MASK_DIGESTS;
	char expr[EXPR_MAX];
	int rc;

	if (wrong) {
		intact_attr_expr(wrong, expr, sizeof(expr));
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid attribute(s): %s",
				  expr);
	}
	rc = group_check_digests(s->r, s->place, &attrs, s->err);
	if (rc < 0)
		return rc;
	config->database_attrs = attrs;
	config->database_attrs_set = true;
	intact_attr_expr(attrs, expr, sizeof(expr));
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to: %s", s->row->name,
		  expr);
	return 0;
}

static int set_level(const struct setting *s)
{
	int level = report_level_by_name(s->text);

	if (level < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid report level: '%s'",
				  s->text);
	s->r->report.level = (enum intact_report_level)level;
	log_set(s, s->text);
	return 0;
}

static int set_format(const struct setting *s)
{
	int format = report_format_by_name(s->text);

	if (format < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid report format: '%s'",
				  s->text);
	s->r->report.format = (enum intact_report_format)format;
	log_set(s, s->text);
	return 0;
}

/* aide-compat 4.6; the bits are the kernel's (linux/fs.h). */
static const struct {
	char letter;
	uint32_t bit;
} e2fs_letters[] = {
	{ 's', 0x00000001 }, { 'u', 0x00000002 }, { 'S', 0x00000008 }, { 'D', 0x00010000 },
	{ 'i', 0x00000010 }, { 'a', 0x00000020 }, { 'd', 0x00000040 }, { 'A', 0x00000080 },
	{ 'c', 0x00000004 }, { 'E', 0x00000800 }, { 'j', 0x00004000 }, { 'I', 0x00001000 },
	{ 't', 0x00008000 }, { 'T', 0x00020000 }, { 'e', 0x00080000 }, { 'C', 0x00800000 },
	{ 'x', 0x02000000 }, { 'F', 0x40000000 }, { 'N', 0x10000000 }, { 'P', 0x20000000 },
	{ 'V', 0x00100000 }, { 'm', 0x00000400 },
};

static uint32_t e2fs_bit(char letter)
{
	for (size_t i = 0; i < sizeof(e2fs_letters) / sizeof(e2fs_letters[0]); i++) {
		if (e2fs_letters[i].letter == letter)
			return e2fs_letters[i].bit;
	}
	return 0;
}

static int set_e2fsattrs(const struct setting *s)
{
	uint64_t mask = 0;

	for (const char *c = s->text; *c && strcmp(s->text, "0") != 0; c++) {
		if (!e2fs_bit(*c))
			place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
				  "ignore invalid ext2 file attribute: '%c'", *c);
		mask |= e2fs_bit(*c);
	}
	*(uint64_t *)s->at = mask;
	log_set(s, s->text);
	return 0;
}

static int already_set(const struct setting *s, const char *old)
{
	place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
		  "'%s' option already set%s%s%s (ignore new value '%s')", s->row->name,
		  old ? " to '" : "", old ? old : "", old ? "'" : "", s->text);
	return 0;
}

static int set_string(const struct setting *s, char **at, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return intact_fail_nomem(s->err);
	free(*at);
	*at = copy;
	log_set(s, text);
	return 0;
}

static int set_config_version(const struct setting *s)
{
	return set_string(s, &s->r->config->config_version, s->text);
}

static int set_root_prefix(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	size_t len = strlen(s->text);
	char *prefix;
	int rc;

	if (config->root_prefix)
		return already_set(s, config->root_prefix);
	prefix = strdup(s->text);
	if (!prefix)
		return intact_fail_nomem(s->err);
	if (len && prefix[len - 1] == '/') {
		prefix[len - 1] = '\0';
		place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
			  "removed trailing '/' from root prefix: '%s'", prefix);
	}
	rc = set_string(s, &config->root_prefix, prefix);
	free(prefix);
	return rc;
}

static int set_workers(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	unsigned n;

	if (config->workers_set || s->r->source->workers_given)
		return already_set(s, NULL);
	if (intact_workers_parse(s->text, &config->workers, &config->workers_percent, NULL) < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid number of workers: '%s'", s->text);
	config->workers_set = true;
	n = config->workers;
	if (config->workers_percent)
		n = (n * thread_processors() + 99) / 100;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG,
		  "set '%s' option to %u (config value: '%s')", s->row->name, n, s->text);
	return 0;
}

static int set_log_level(const struct setting *s)
{
	int level = intact_log_level_by_name(s->text);

	if (level < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid log level: '%s'",
				  s->text);
	if (s->r->config->log_level >= 0 ||
	    (s->r->source->log_level_given && !s->r->source->check_only))
		return already_set(s, NULL);
	s->r->config->log_level = level;
	log_set(s, s->text);
	return 0;
}

/* ---- ours ---------------------------------------------------------------------------------- */

static int set_compat(const struct setting *s)
{
	struct reader *r = s->r;

	if (strcmp(s->text, "0.18") == 0)
		r->compat = INTACT_COMPAT_0_18;
	else if (strcmp(s->text, "newest") == 0)
		r->compat = INTACT_COMPAT_NEWEST;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid version: '%s' (expecting '0.18' or 'newest')", s->text);
	if (intact_rules_count(r->config->rules) > 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "'%s' must come before the first rule", s->row->name);
	log_set(s, s->text);
	r->config->compat = r->compat;
	ruleset_set_compat(r->config->rules, r->compat);
	return groups_set_compat(&r->groups, r->compat, r->source->digests, s->err);
}

static int set_database_format(const struct setting *s)
{
	if (strcmp(s->text, "intact") == 0)
		s->r->config->database_format = INTACT_DATABASE_INTACT;
	else if (strcmp(s->text, "aide") == 0)
		s->r->config->database_format = INTACT_DATABASE_AIDE;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid database format: '%s' (expecting 'intact' or 'aide')",
				  s->text);
	log_set(s, s->text);
	return 0;
}

/* An empty value would be an option that seems to be set. */
static int check_not_empty(const struct setting *s)
{
	return *s->text ? 0
			: place_fail(s->place, s->err, INTACT_ECONFIG, "'%s' needs a value",
				     s->row->name);
}

/* As with databases, the first one counts. */
static int set_once(const struct setting *s)
{
	char **at = s->at;
	int rc = check_not_empty(s);

	if (rc < 0)
		return rc;
	return *at ? already_set(s, *at) : set_string(s, at, s->text);
}

/* Every one counts: while keys change, baselines are signed with the old or with the new one. */
static int set_verify_key(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	char **list;
	int rc = check_not_empty(s);

	if (rc < 0)
		return rc;
	list = realloc(config->verify_keys, (config->nverify_keys + 1) * sizeof(*list));
	if (!list)
		return intact_fail_nomem(s->err);
	config->verify_keys = list;
	list[config->nverify_keys] = NULL;
	rc = set_string(s, &list[config->nverify_keys], s->text);
	config->nverify_keys += rc == 0;
	return rc;
}

/* Some other word is more likely a slip than a file in the folder we happen to be in. */
static int journal_file(const struct setting *s, struct intact_url *ret)
{
	struct intact_error why = { 0 };
	bool is_url = s->text[strcspn(s->text, ":/")] == ':';
	int rc;

	if (!is_url && !strchr(s->text, '/'))
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting a path with a '/', a "
				  "file-URL, 'yes' or 'no')",
				  s->row->name, s->text);
	if (!is_url)
		return 0;
	rc = intact_url_parse(s->text, ret, &why);
	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(s->err);
	if (rc == 0 && ret->type != INTACT_URL_FILE)
		return wrong_type(s);
	if (rc == 0 && !*ret->value)
		rc = intact_fail(&why, INTACT_ECONFIG, "'%s' needs a value", s->row->name);
	return rc < 0 ? place_fail(s->place, s->err, INTACT_ECONFIG, "%s", why.text) : 0;
}

static bool means(const char *text, const char *a, const char *b)
{
	return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

static int set_journal(const struct setting *s)
{
	char **at = s->at;
	struct intact_url url = { .fd = -1 };
	int rc;

	if (*at)
		return already_set(s, **at ? *at : "no");
	if (!*s->text || means(s->text, "no", "false"))
		return set_string(s, at, "");
	if (means(s->text, "yes", "true"))
		return set_string(s, at, "yes");
	rc = journal_file(s, &url);
	if (rc == 0)
		rc = set_string(s, at, url.value ? url.value : s->text);
	intact_url_release(&url);
	return rc;
}

/* "7d", "36h": seconds, or 0 if it is none of that, less than a day, or more than a year. */
static uint64_t parse_period(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t n = digits && digits <= 4 ? strtoul(text, NULL, 10) : 0;

	if (strcmp(text + digits, "d") == 0)
		n *= 86400;
	else if (strcmp(text + digits, "h") == 0)
		n *= 3600;
	else
		n = 0;
	return n >= 86400 && n <= 366 * 86400 ? n : 0;
}

static int set_hash_policy(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	uint64_t period = strncmp(s->text, "rolling:", 8) == 0 ? parse_period(s->text + 8) : 0;

	if (strcmp(s->text, "always") == 0)
		config->hash_policy = INTACT_HASH_ALWAYS;
	else if (strcmp(s->text, "changed") == 0)
		config->hash_policy = INTACT_HASH_CHANGED;
	else if (period)
		config->hash_policy = INTACT_HASH_ROLLING;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid hash policy: '%s' (expecting 'always', 'changed' or "
				  "'rolling:PERIOD' with 1d to 366d)",
				  s->text);
	config->hash_period = period;
	log_set(s, s->text);
	return 0;
}

static int set_packages(const struct setting *s)
{
	static const char *const names[] = {
		[INTACT_PACKAGES_NONE] = "none",
		[INTACT_PACKAGES_AUTO] = "auto",
		[INTACT_PACKAGES_DPKG] = "dpkg",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(s->text, names[i]) != 0)
			continue;
		s->r->config->package_manager = (enum intact_package_manager)i;
		log_set(s, s->text);
		return 0;
	}
	return place_fail(s->place, s->err, INTACT_ECONFIG,
			  "invalid package manager: '%s' (expecting 'auto', 'dpkg' or 'none')",
			  s->text);
}

static int set_patience(const struct setting *s)
{
	size_t digits = strspn(s->text, "0123456789");

	if (!digits || digits > 6 || s->text[digits])
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid number of seconds: '%s' (expecting 0 to 999999)",
				  s->text);
	s->r->config->patience = (unsigned)strtoul(s->text, NULL, 10);
	log_set(s, s->text);
	return 0;
}

typedef bool courtesy_parse(const char *text, struct intact_courtesy *ret);

static int set_courtesy(const struct setting *s, courtesy_parse *parse, const char *expected)
{
	if (!parse(s->text, &s->r->config->courtesy))
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting %s)", s->row->name,
				  s->text, expected);
	log_set(s, s->text);
	return 0;
}

static int set_nice(const struct setting *s)
{
	return set_courtesy(s, courtesy_nice, "0 to 19");
}

static int set_io_class(const struct setting *s)
{
	return set_courtesy(s, courtesy_io_class, "'idle' or 'best-effort:0' to 'best-effort:7'");
}

static int set_io_limit(const struct setting *s)
{
	return set_courtesy(s, courtesy_io_limit,
			    "bytes a second as '20M', files a second as '500files', or both "
			    "with a comma");
}

static int set_pressure(const struct setting *s)
{
	return set_courtesy(s, courtesy_pressure, "a percentage from 0 to 99");
}

static int set_nothing(const struct setting *s)
{
	place_log(s->place, &s->r->log, INTACT_LOG_WARNING,
		  "'%s' option is no longer supported and is ignored, use 'log_level', "
		  "'report_level' and 'report_format' options instead",
		  s->row->name);
	return 0;
}

/* ---- URLs ---------------------------------------------------------------------------------- */

static int wrong_type(const struct setting *s)
{
	int len = (int)strcspn(s->text, ":");

	if (s->row->set == set_report_url)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "unsupported report URL-type: '%.*s'", len, s->text);
	return place_fail(s->place, s->err, INTACT_ECONFIG, "'%s': unsupported URL-type: '%.*s'",
			  s->row->name, len, s->text);
}

static int parse_url(const struct setting *s, struct intact_url *ret)
{
	struct intact_error why = { 0 };
	struct intact_url url;
	int rc = intact_url_parse(s->text, &url, &why);

	if (rc < 0)
		return place_fail(s->place, s->err, (enum intact_code)rc, "%s", why.text);
	if (!(s->row->types & 1u << url.type)) {
		intact_url_release(&url);
		return wrong_type(s);
	}
	url.file = strdup(s->place->file);
	url.line = s->place->line;
	url.text = strndup(s->place->text.s, s->place->text.len);
	if (!url.file || !url.text) {
		intact_url_release(&url);
		return intact_fail_nomem(s->err);
	}
	*ret = url;
	return 0;
}

/* 0.18 shows the colon also where none is written. */
static const char *shown_colon(const struct setting *s, const char *url)
{
	return s->r->compat == INTACT_COMPAT_0_18 && !strchr(url, ':') ? ":" : "";
}

static int url_already_set(const struct setting *s, const struct intact_url *url)
{
	struct buf old = { 0 };
	int rc;

	buf_printf(&old, "%s%s", url->raw, shown_colon(s, url->raw));
	rc = old.failed ? intact_fail_nomem(s->err) : already_set(s, old.data);
	buf_release(&old);
	return rc;
}

static int set_url(const struct setting *s)
{
	struct intact_url **at = s->at;
	struct intact_url url;
	int rc;

	if (*at)
		return url_already_set(s, *at);
	rc = parse_url(s, &url);
	if (rc < 0)
		return rc;
	*at = malloc(sizeof(**at));
	if (!*at) {
		intact_url_release(&url);
		return intact_fail_nomem(s->err);
	}
	**at = url;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to '%s%s'",
		  s->row->name, s->text, shown_colon(s, s->text));
	return 0;
}

int config_option_add_report(struct reader *r, struct intact_url *url, struct intact_error *err)
{
	struct intact_config *config = r->config;
	struct intact_report_target *list =
		realloc(config->reports, (config->nreports + 1) * sizeof(*list));

	if (!list) {
		intact_url_release(url);
		return intact_fail_nomem(err);
	}
	config->reports = list;
	list[config->nreports++] = (struct intact_report_target){ *url, r->report };
	*url = (struct intact_url){ .fd = -1 };
	return 0;
}

static int set_report_url(const struct setting *s)
{
	struct intact_url url;
	int rc = parse_url(s, &url);

	if (rc < 0)
		return rc;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s%s'", s->row->name,
		  s->text, shown_colon(s, s->text));
	return config_option_add_report(s->r, &url, s->err);
}

/* ---- the statement ------------------------------------------------------------------------- */

static void *field(struct reader *r, const struct config_option *row)
{
	switch (row->home) {
	case HOME_CONFIG:
		return (char *)r->config + row->offset;
	case HOME_REPORT:
		return (char *)&r->report + row->offset;
	case HOME_READER:
		return (char *)r + row->offset;
	case HOME_NONE:
		break;
	}
	return NULL;
}

/* The row that does the work: an old name stands for its new one. */
static const struct config_option *current_row(struct reader *r, const struct statement *st)
{
	const struct config_option *row = st->option.row;

	if (!row->instead)
		return row;
	place_log(&st->place, &r->log, INTACT_LOG_WARNING,
		  "Using '%s' is DEPRECATED. Update your config and use '%s' instead", row->name,
		  row->instead);
	return config_option_find((struct slice){ row->instead, strlen(row->instead) });
}

int config_option_set(struct reader *r, const struct statement *st, struct intact_error *err)
{
	struct buf text = { 0 };
	struct setting s = { .r = r, .place = &st->place, .err = err };
	int rc;

	s.row = current_row(r, st);
	s.at = field(r, s.row);
	if (s.row->attrs)
		rc = group_eval(r, &st->place, st->option.value, &s.attrs, err);
	else
		rc = reader_expand(r, &st->place, st->option.value, &text, err);
	s.text = text.data;
	if (rc == 0)
		rc = s.row->set(&s);
	buf_release(&text);
	return rc;
}
