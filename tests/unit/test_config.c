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

struct exception {
	const char *title;
	const char *reason;
};

/* Where we differ from the newest AIDE on purpose. */
static const struct exception newest_exceptions[] = {
	{ "database", "old options are accepted, with a warning" },
	{ "verbose", "old options are accepted, with a warning" },
	{ "grouped", "old options are accepted, with a warning" },
	{ "summarize_changes", "old options are accepted, with a warning" },
	{ "ignore_list", "old options are accepted, with a warning" },
	{ "report_attributes", "old options are accepted, with a warning" },
	{ "if bare", "we say that the line ends, not that the file does" },
	{ "if bare string", "we say that the line ends, not that the file does" },
	{ "database_in=fd:", "AIDE reads descriptor 0 then" },
	{ "database_in=fd:x", "AIDE reads descriptor 0 then" },
	{ "group name umlaut", "the sample lost the byte" },
	{ NULL, NULL },
};

/* Where we differ from 0.18 even with compat: it fails, we accept what newer ones accept; or the
 * message is that of newer ones. */
static const struct exception old_exceptions[] = {
	{ "verbose", "old options are accepted, with a warning" },
	{ "ignore_list", "old options are accepted, with a warning" },
	{ "report_attributes", "old options are accepted, with a warning" },
	{ "database_in=fd:", "AIDE reads descriptor 0 then" },
	{ "database_in=fd:x", "AIDE reads descriptor 0 then" },
	{ "database_attrs stribog256", "what cannot be computed must not be left out silently" },
	{ "rule attr stribog256", "what cannot be computed must not be left out silently" },
	{ "group name umlaut", "the sample lost the byte" },
	{ NULL, NULL },
};

static const char *exception(const struct exception *list, const char *title)
{
	for (; list->title; list++) {
		if (strcmp(list->title, title) == 0)
			return list->reason;
	}
	return NULL;
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

static void check_case(const struct tsv *t, enum intact_compat compat, char *const fields[3])
{
	struct buf ours = { 0 }, theirs = { 0 }, log = { 0 };
	struct reading r;

	reading_from(&r, t->field[1],
		     (struct intact_config_source){
			     .compat = compat, .digests = digests_of(compat), .check_only = true });
	buf_reserve(&ours, 1);
	buf_reserve(&theirs, 1);
	buf_reserve(&log, 1);
	said(&ours, &r);
	expect(&theirs, fields[1]);
	normalise(theirs.data);
	if (strcmp(ours.data, theirs.data) != 0)
		fail_msg("%s (compat %d)\n--- ours\n%s--- theirs\n%s", t->field[0], compat,
			 ours.data, theirs.data);
	expect(&log, fields[2]);
	drop_lines(r.log.data, "set 'gzip_dbout'");
	drop_lines(r.log.data, "set 'acl_no_symlink_follow'");
	drop_lines(r.log.data, "set 'report_ignore_e2fsattrs'");
	cut(log.data, " (raw: ", ")");
	if (r.config && !strstr(t->field[0], "num_workers pct") &&
	    strcmp(r.log.data, log.data) != 0)
		fail_msg("%s (compat %d)\n--- ours\n%s--- theirs\n%s", t->field[0], compat,
			 r.log.data, log.data);
	buf_release(&ours);
	buf_release(&theirs);
	buf_release(&log);
	reading_release(&r);
}

static void test_config_says_what_the_newest_aide_says(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/config.tsv"); tsv_next(&t);) {
		if (!exception(newest_exceptions, t.field[0]))
			check_case(&t, INTACT_COMPAT_NEWEST, &t.field[2]);
	}
	assert_true(t.line > 250);
	tsv_close(&t);
}

/* What 0.18 accepts, it accepts with the same result.  (Its messages where it fails are those of
 * newer ones.) */
static void test_config_accepts_what_0_18_accepts_with_compat(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/config.tsv"); tsv_next(&t);) {
		struct buf log = { 0 };
		struct reading r;

		if (atoi(t.field[5]) != 0 || exception(old_exceptions, t.field[0]))
			continue;
		reading_from(
			&r, t.field[1],
			(struct intact_config_source){ .compat = INTACT_COMPAT_0_18,
						       .digests = digests_of(INTACT_COMPAT_0_18) });
		if (!r.config)
			fail_msg("%s: %s", t.field[0], r.err.text);
		/* The rules, which are what counts. */
		expect(&log, t.field[7]);
		buf_reserve(&log, 1);
		drop_lines(r.log.data, " set '");
		drop_lines(log.data, " set '");
		if (strcmp(r.log.data, log.data) != 0)
			fail_msg("%s\n--- ours\n%s--- theirs\n%s", t.field[0], r.log.data,
				 log.data);
		buf_release(&log);
		reading_release(&r);
	}
	tsv_close(&t);
}

static void test_every_exception_is_a_case(void **state)
{
	struct tsv t;
	size_t found = 0;

	(void)state;
	for (tsv_open(&t, "aide/config.tsv"); tsv_next(&t);) {
		found += exception(newest_exceptions, t.field[0]) != NULL;
		found += exception(old_exceptions, t.field[0]) != NULL;
	}
	tsv_close(&t);
	assert_int_equal(found, sizeof(newest_exceptions) / sizeof(newest_exceptions[0]) +
					sizeof(old_exceptions) / sizeof(old_exceptions[0]) - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_says_what_the_newest_aide_says),
		cmocka_unit_test(test_config_accepts_what_0_18_accepts_with_compat),
		cmocka_unit_test(test_every_exception_is_a_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
