/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_db.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports"
#define B(id) INTACT_BIT(INTACT_##id)

#define ZEROS "00000000000000000000000000000000"
#define LABEL " Lname     : " ZEROS " | " ZEROS "\n"
#define BELOW "             " ZEROS " | " ZEROS "\n"

static const struct sample_difference differences[] = {
	{ "a value of 65 characters takes three lines, not two without its last character",
	  "Link: /ll65\n" LABEL BELOW,
	  "Link: /ll65\n" LABEL BELOW "             0                                | 1\n" },
	{ "a value of 98 characters takes four lines, not three without its last two characters",
	  "Link: /ll98\n" LABEL BELOW BELOW,
	  "Link: /ll98\n" LABEL BELOW BELOW
	  "             00                               | 01\n" },
};

static void test_plain_equals_the_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_replay(INTACT_FORMAT_PLAIN, differences, 2), 50);
}

static void expect_file(const struct intact_run *run, const struct intact_report_options *options,
			bool color, const char *name)
{
	char path[256], *want, *got = sample_render(run, options, color);

	snprintf(path, sizeof(path), "%s/intact/%s", DATA, name);
	want = sample_file(path);
	assert_string_equal(got, want);
	free(got);
	free(want);
}

static void test_plain_shows_what_aide_cannot(void **state)
{
	struct intact_run run = own_run();
	struct intact_report_options options = sample_options();

	(void)state;
	expect_file(&run, &options, false, "plain-own.txt");
	expect_file(&run, &options, true, "plain-color.txt");
	/* In AIDE's form: without the rules and the coverage, never without what is unverified. */
	run.program = "AIDE";
	run.aide_output = true;
	expect_file(&run, &options, false, "plain-aide.txt");
	intact_changes_free(run.changes);
}

static void test_plain_never_says_that_all_is_well_if_something_is_unverified(void **state)
{
	struct intact_run run = own_run_unverified();
	struct intact_report_options options = sample_options();

	(void)state;
	options.quiet = true;
	options.ignore_changed = options.ignore_added = options.ignore_removed = UINT64_MAX;
	for (int aide = 0; aide < 2; aide++) {
		run.aide_output = aide;
		for (int level = 0; level <= INTACT_REPORT_ADDED_REMOVED_ENTRIES; level++) {
			char *text;

			options.level = (enum intact_report_level)level;
			text = sample_render(&run, &options, false);
			assert_non_null(strstr(text, "1 entry is UNVERIFIED"));
			assert_null(strstr(text, "okay"));
			assert_int_equal(strstr(text, "/etc/shadow") != NULL,
					 level >= INTACT_REPORT_LIST_ENTRIES);
			free(text);
		}
	}
	run.kind = INTACT_RUN_INIT;
	options = sample_options();
	expect_file(&run, &options, false, "plain-unverified-init.txt");
	intact_changes_free(run.changes);
}

static void test_plain_is_silent_if_asked_and_nothing_is_to_be_said(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();
	char *text;

	(void)state;
	expect_file(&run, &options, false, "plain-equal.txt");
	options.quiet = true;
	text = sample_render(&run, &options, false);
	assert_string_equal(text, "");
	free(text);
	intact_changes_free(run.changes);
}

static void test_plain_counts_without_the_run_time_being_negative(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();
	char *text;

	(void)state;
	run.end.sec = run.start.sec + 3725;
	text = sample_render(&run, &options, false);
	assert_non_null(strstr(text, "(run time: 62m 5s)\n"));
	free(text);
	run.end.sec = run.start.sec - 100;
	text = sample_render(&run, &options, false);
	assert_non_null(strstr(text, "(run time: 0m 0s)\n"));
	free(text);
	intact_changes_free(run.changes);
}

/* ---- wrapping ---- */

static struct intact_entry link_to(const char *target, size_t len)
{
	return (struct intact_entry){
		.path = { "/l", 2 }, .mode = 0120777, .attrs = B(LINK), .link = { target, len }
	};
}

/* Put the two columns of the details together again. */
static void read_columns(const char *text, struct buf *old, struct buf *new)
{
	const char *line = strstr(text, "\nLink: /l\n") + 10;

	buf_add_str(old, "");
	buf_add_str(new, "");
	for (; *line == ' '; line = strchr(line, '\n') + 1) {
		const char *bar = strstr(line, "| "), *end = strchr(line, '\n');
		const char *stop = bar - 1;

		while (stop > line + 13 && stop[-1] == ' ')
			stop--;
		buf_add(old, line + 13, (size_t)(stop - line - 13));
		buf_add(new, bar + 2, (size_t)(end - bar - 2));
	}
}

static void check_wrapping(const char *a, const char *b)
{
	const struct intact_entry old = link_to(a, strlen(a)), new = link_to(b, strlen(b));
	const struct intact_change change = {
		.kind = INTACT_CHANGED, .changed = B(LINK), .old = &old, .new = &new
	};
	struct intact_run run = sample_run(sample_changes(&change, 1));
	struct intact_report_options options = sample_options();
	char *text = sample_render(&run, &options, false);
	struct buf got_a = { 0 }, got_b = { 0 };

	read_columns(text, &got_a, &got_b);
	assert_string_equal(got_a.data, a);
	assert_string_equal(got_b.data, b);
	buf_release(&got_a);
	buf_release(&got_b);
	free(text);
	intact_changes_free(run.changes);
}

static void test_plain_wraps_values_of_any_length_without_loss(void **state)
{
	char a[200], b[200];

	(void)state;
	for (size_t len = 0; len < 140; len++) {
		memset(a, 'a', len);
		a[len] = '\0';
		memset(b, 'b', 2 * len % 150);
		b[2 * len % 150] = '\0';
		check_wrapping(a, b);
	}
}

static void test_plain_wraps_between_characters(void **state)
{
	char a[200] = "", b[200] = "x";

	(void)state;
	for (int i = 0; i < 40; i++) {
		strncat(a, "\xc3\xbc", sizeof(a) - strlen(a) - 1);
		strncat(b, "\xc3\x9b", sizeof(b) - strlen(b) - 1);
	}
	check_wrapping(a, b);
}

/* ---- names ---- */

static void test_plain_escapes_every_pair_of_bytes_reversibly(void **state)
{
	struct intact_changes *changes;
	struct intact_report_options options = sample_options();
	struct intact_run run;
	struct buf name = { 0 };
	char *text;
	const char *at;

	(void)state;
	assert_int_equal(intact_changes_new(1 << 16, NULL, &changes, NULL), 0);
	for (unsigned i = 1; i < 65536; i++) {
		const char path[3] = { '/', (char)(i >> 8), (char)i };
		const struct intact_entry e = { .path = { path, 3 }, .mode = 0100644 };
		const struct intact_change c = { .kind = INTACT_ADDED, .new = &e };

		assert_int_equal(intact_changes_add(changes, &c, NULL, NULL), 0);
	}
	run = sample_run(changes);
	options.level = INTACT_REPORT_LIST_ENTRIES;
	text = sample_render(&run, &options, false);
	at = text;
	for (unsigned i = 1; i < 65536; i++) {
		const char path[3] = { '/', (char)(i >> 8), (char)i };

		at = strstr(at, "\nf++++++++++++++++++: ");
		assert_non_null(at);
		at += 22;
		buf_clear(&name);
		text_unescape(&name, at, strcspn(at, "\n"));
		assert_int_equal(name.len, 3);
		assert_memory_equal(name.data, path, 3);
	}
	for (at = text; *at; at++)
		assert_true((unsigned char)*at >= 0x20 || *at == '\n' || *at == '\t');
	buf_release(&name);
	free(text);
	intact_changes_free(changes);
}

static void test_plain_escapes_what_comes_from_outside(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();
	const struct intact_report_database database = { .name = "d\033b" };
	char *text;

	(void)state;
	run.new_database = "n\nb";
	run.config_version = "c\tv";
	run.limit = "l\177";
	run.root_prefix = "r\x9bp";
	run.rules_changed = "u\033r";
	run.rules_lines = (const char *const[]){ "+ n\033", "- o\n" };
	run.nrules_lines = 2;
	run.baseline = "s\033";
	run.new_baseline = "t\033";
	run.databases = &database;
	run.ndatabases = 1;
	text = sample_render(&run, &options, false);
	assert_non_null(strstr(text, "\nNew intact database written to n\\012b\n"
				     "New baseline: t\\033\n"
				     "Config version used: c\\011v | Limit: l\\177 | "
				     "Root prefix: r\\233p\n"));
	assert_non_null(
		strstr(text, "\nBaseline: s\\033\nRules: u\\033r\n  + n\\033\n  - o\\012\n"));
	assert_non_null(strstr(text, "\nd\\033b\n"));
	free(text);
	intact_changes_free(run.changes);
}

/* ---- options ---- */

static void test_plain_counts_what_a_report_does_not_ignore(void **state)
{
	struct intact_run run = own_run();
	struct intact_report_options options = sample_options();
	struct intact_report_counts counts;

	(void)state;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.added, 2);
	assert_int_equal(counts.removed, 0);
	assert_int_equal(counts.changed, 3);
	assert_int_equal(counts.unverified, 4);
	options.ignore_changed = B(MTIME) | B(RDEV);
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.changed, 1);
	assert_int_equal(counts.unverified, 4);
	/* At init nothing is added unless the report says so. */
	run.kind = INTACT_RUN_INIT;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.added, 0);
	options.detailed_init = true;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.added, 2);
	intact_changes_free(run.changes);
}

static void test_plain_ignores_file_flags_by_letter(void **state)
{
	const struct intact_entry old = {
		.path = { "/f", 2 }, .mode = 0100644, .attrs = B(E2FSATTRS), .e2fsattrs = 0x80000
	};
	struct intact_entry new = old;
	const struct intact_change change = {
		.kind = INTACT_CHANGED, .changed = B(E2FSATTRS), .old = &old, .new = &new
	};
	struct intact_report_options options = sample_options();
	struct intact_report_counts counts;
	struct intact_run run;

	(void)state;
	new.e2fsattrs |= 0x40;
	run = sample_run(sample_changes(&change, 1));
	options.ignore_e2fsattrs = 0x80;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.changed, 1);
	options.ignore_e2fsattrs = 0x40;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.changed, 0);
	intact_changes_free(run.changes);
}

/* ---- --list ---- */

static void test_list_equals_the_sample(void **state)
{
	struct sample_db db;
	char *want = sample_file(DATA "/head/list-old.txt"), *got = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&got, &size);

	(void)state;
	sample_db_read(&db, DATA "/old-head.db");
	for (size_t i = 0; i < db.count; i++)
		assert_int_equal(intact_report_entry(&db.entries[i], out, NULL), 0);
	fclose(out);
	assert_string_equal(got, want);
	free(got);
	free(want);
	sample_db_release(&db);
}

static void test_list_shows_long_values_and_problems(void **state)
{
	char target[140], *got = NULL;
	struct intact_entry e;
	size_t size = 0;
	FILE *out = open_memstream(&got, &size);

	(void)state;
	memset(target, 'x', 130);
	e = link_to(target, 130);
	e.problem = "acl: \033";
	assert_int_equal(intact_report_entry(&e, out, NULL), 0);
	e.link.len = 0;
	e.problem = NULL;
	assert_int_equal(intact_report_entry(&e, out, NULL), 0);
	fclose(out);
	target[64] = '\0';
	assert_int_equal(strncmp(got, "/l\n  Lname     : xxx", 20), 0);
	assert_non_null(strstr(got, "x\n              xx\n  Attributes: name\n              lname\n"
				    "  Problem   : acl: \\033\n\n"
				    "/l\n  Lname     : \n  Attributes: name\n"));
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_equals_the_samples),
		cmocka_unit_test(test_plain_shows_what_aide_cannot),
		cmocka_unit_test(test_plain_never_says_that_all_is_well_if_something_is_unverified),
		cmocka_unit_test(test_plain_is_silent_if_asked_and_nothing_is_to_be_said),
		cmocka_unit_test(test_plain_counts_without_the_run_time_being_negative),
		cmocka_unit_test(test_plain_wraps_values_of_any_length_without_loss),
		cmocka_unit_test(test_plain_wraps_between_characters),
		cmocka_unit_test(test_plain_escapes_every_pair_of_bytes_reversibly),
		cmocka_unit_test(test_plain_escapes_what_comes_from_outside),
		cmocka_unit_test(test_plain_counts_what_a_report_does_not_ignore),
		cmocka_unit_test(test_plain_ignores_file_flags_by_letter),
		cmocka_unit_test(test_list_equals_the_sample),
		cmocka_unit_test(test_list_shows_long_values_and_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
