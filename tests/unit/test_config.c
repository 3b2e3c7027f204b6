/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of config.c: the recorded messages and results of both AIDEs for some 270 configurations,
 * the sources, and the limits.
 */

#include "rules_test.h"

#include <unistd.h>

/* ---- the samples --------------------------------------------------------------------------- */

/* Digests of the AIDEs that were recorded. */
static uint64_t digests_of(enum intact_compat compat)
{
	static const char *const names[2][12] = {
		{ "md5", "sha1", "rmd160", "gost", "sha256", "sha512", "stribog256", "stribog512",
		  "sha512_256", "sha3_256", "sha3_512", "blake3" },
		{ "md5", "sha1", "rmd160", "gost", "sha256", "sha512", "tiger", "crc32", "crc32b",
		  "haval", "whirlpool", NULL },
	};
	uint64_t mask = 0;

	for (int i = 0; i < 12 && names[compat][i]; i++)
		mask |= INTACT_BIT(
			intact_attr_by_name(names[compat][i], strlen(names[compat][i]))->id);
	return mask;
}

/* A case in which we differ on purpose. */
struct exception {
	const char *title;
	const char *reason;
};

#define OLD_OPTION "old options are accepted, with a warning"
#define NO_FD "AIDE reads descriptor 0 then"
#define LINE_ENDS "we say that the line ends, not that the file does"
#define BYTES "what is not UTF-8 is shown escaped"
#define NEWER "what is newer is understood under aide_compat=0.18 too"
#define NOT_SILENT "what cannot be computed is not left out silently"

static const struct exception newest_exceptions[] = {
	{ "database", OLD_OPTION },	{ "verbose", OLD_OPTION },
	{ "grouped", OLD_OPTION },	{ "summarize_changes", OLD_OPTION },
	{ "ignore_list", OLD_OPTION },	{ "report_attributes", OLD_OPTION },
	{ "if bare", LINE_ENDS },	{ "if bare string", LINE_ENDS },
	{ "database_in=fd:", NO_FD },	{ "database_in=fd:x", NO_FD },
	{ "group name umlaut", BYTES }, { NULL, NULL },
};

static const struct exception old_exceptions[] = {
	{ "verbose", OLD_OPTION },
	{ "ignore_list", OLD_OPTION },
	{ "report_attributes", OLD_OPTION },
	{ "neg nonrec", NEWER },
	{ "neg nonrec attrs", NEWER },
	{ "neg nonrec attrs2", NEWER },
	{ "restr fstype", NEWER },
	{ "restr fstype sp", NEWER },
	{ "restr fstype bad", NEWER },
	{ "restr fstype bad2", NEWER },
	{ "restr fstype neg", NEWER },
	{ "if version_ge", NEWER },
	{ "if version_ge var", NEWER },
	{ "if version suffix", NEWER },
	{ "if version bad", NEWER },
	{ "if version empty", NEWER },
	{ "if version trailing dot", NEWER },
	{ "if version 4 comps", NEWER },
	{ "if version neg", NEWER },
	{ "if not version", NEWER },
	{ "report_format ndjson", NEWER },
	{ "log_level limit", NEWER },
	{ "rule attr sha512_256", NEWER },
	{ "rule attr sha3_256", NEWER },
	{ "rule attr sha3_512", NEWER },
	{ "rule attr blake3", NEWER },
	{ "rule attr fstype", NEWER },
	{ "if bare", LINE_ENDS },
	{ "if bare string", LINE_ENDS },
	{ "database_in=fd:", NO_FD },
	{ "database_in=fd:x", NO_FD },
	{ "database_attrs stribog256", NOT_SILENT },
	{ "rule attr stribog256", NOT_SILENT },
	{ "group name umlaut", BYTES },
	{ NULL, NULL },
};

static bool is_exception(const struct exception *list, const char *title)
{
	for (; list->title; list++) {
		if (strcmp(list->title, title) == 0)
			return true;
	}
	return false;
}

/* Cut every `from` up to `to` (inclusive) out. */
static void cut(char *s, const char *from, const char *to)
{
	char *at = s;

	while ((at = strstr(at, from))) {
		char *end = strstr(at + strlen(from), to);

		if (!end)
			return;
		end += strlen(to);
		memmove(at, end, strlen(end) + 1);
	}
}

/* What we leave out of AIDE's messages: when something will be removed from AIDE, how to build it,
 * and a slip of the pen. */
static void normalise(char *s)
{
	char *slip = strstr(s, "comprressed");

	cut(s, " and will be removed in the release after next", "");
	cut(s, " and will be removed in the next release.", "");
	cut(s, ", recompile AIDE with '--with-curl'", "");
	if (slip)
		memmove(slip + 4, slip + 5, strlen(slip + 5) + 1);
}

/* Lines that only one of the two logs has, and that mean nothing. */
static void drop_lines(char *log, const char *word)
{
	char *at;

	while ((at = strstr(log, word))) {
		char *end = strchr(at, '\n');

		while (at > log && at[-1] != '\n')
			at--;
		memmove(at, end + 1, strlen(end + 1) + 1);
	}
}

/* AIDE's messages as we would give them: our place is "(built-in)". */
static void expect(struct buf *out, const char *lines)
{
	for (const char *s = lines; *s; s++) {
		if (strncmp(s, "x.conf:", 7) == 0 &&
		    (s == lines || s[-1] == '\n' || s[-1] == ' ')) {
			buf_add_str(out, "(built-in):");
			s += 6;
		} else {
			buf_add_char(out, *s);
		}
	}
	if (out->len)
		buf_add_char(out, '\n');
}

static void said(struct buf *out, const struct reading *r)
{
	buf_add(out, r->messages.data, r->messages.len);
	if (!r->config) {
		buf_add_str(out, "ERROR: ");
		text_escape(out, r->err.text, strlen(r->err.text));
		buf_add_char(out, '\n');
	}
	cut(out->data, ", did you mean", "?");
}

/* What `field` of AIDE's log looks like in ours, and ours without what only we log. */
static void logs(const struct reading *r, const char *field, struct buf *ours, struct buf *theirs)
{
	buf_add(ours, r->log.data, r->log.len);
	expect(theirs, field);
	drop_lines(ours->data, "set 'gzip_dbout'");
	drop_lines(ours->data, "set 'acl_no_symlink_follow'");
	drop_lines(ours->data, "set 'report_ignore_e2fsattrs'");
	cut(theirs->data, " (raw: ", ")");
	/* Of how many processors? */
	if (strstr(field, "%')")) {
		cut(ours->data, "'num_workers' option to ", "(");
		cut(theirs->data, "'num_workers' option to ", "(");
	}
}

/* The same messages, and the same log if there is no error?  `fields`: status, messages, log. */
static void check_case(const struct tsv *t, enum intact_compat compat, char *const fields[3],
		       const struct exception *exceptions)
{
	struct buf ours = { 0 }, theirs = { 0 }, our_log = { 0 }, their_log = { 0 };
	bool purpose = is_exception(exceptions, t->field[0]), same;
	struct reading r;

	reading_from(&r, t->field[1],
		     (struct intact_config_source){
			     .compat = compat, .digests = digests_of(compat), .check_only = true });
	buf_reserve(&ours, 1);
	buf_reserve(&theirs, 1);
	buf_reserve(&our_log, 1);
	buf_reserve(&their_log, 1);
	said(&ours, &r);
	expect(&theirs, fields[1]);
	normalise(theirs.data);
	if (r.config)
		logs(&r, fields[2], &our_log, &their_log);
	same = (r.config != NULL) == (atoi(fields[0]) == 0) &&
	       strcmp(ours.data, theirs.data) == 0 && strcmp(our_log.data, their_log.data) == 0;
	if (!same && !purpose)
		fail_msg("%s (compat %d)\n--- ours\n%s%s--- theirs\n%s%s", t->field[0], compat,
			 ours.data, our_log.data, theirs.data, their_log.data);
	if (same && purpose)
		fail_msg("%s (compat %d) is not different any more", t->field[0], compat);
	buf_release(&ours);
	buf_release(&theirs);
	buf_release(&our_log);
	buf_release(&their_log);
	reading_release(&r);
}

/* All cases; `at`: the first field of the version. */
static void check_cases(enum intact_compat compat, size_t at, const struct exception *exceptions)
{
	size_t met = 0, listed = 0;
	struct tsv t;

	while (exceptions[listed].title)
		listed++;
	for (tsv_open(&t, "aide/config.tsv"); tsv_next(&t);) {
		met += is_exception(exceptions, t.field[0]);
		check_case(&t, compat, &t.field[at], exceptions);
	}
	assert_int_equal(t.line, 266);
	assert_int_equal(met, listed);
	tsv_close(&t);
}

static void test_config_is_what_the_newest_aide_makes_of_it(void **state)
{
	(void)state;
	check_cases(INTACT_COMPAT_NEWEST, 2, newest_exceptions);
}

static void test_config_is_what_0_18_makes_of_it_with_compat(void **state)
{
	(void)state;
	check_cases(INTACT_COMPAT_0_18, 5, old_exceptions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_is_what_the_newest_aide_makes_of_it),
		cmocka_unit_test(test_config_is_what_0_18_makes_of_it_with_compat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
