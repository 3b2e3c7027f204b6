/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/jsonout.h"
#include "tests/unit/json_check.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports"

static const struct sample_difference differences[] = {
	{ "0.18 writes the code of a control character in decimal, which is another character",
	  "\"/\\u0027[31mred\"", "\"/\\u001b[31mred\"" },
};

static void test_json_equals_the_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_replay(INTACT_FORMAT_JSON, differences, 1), 36);
}

static void expect_file(const struct intact_run *run, const struct intact_report_options *options,
			const char *name)
{
	char path[256], *want, *got = sample_render(run, options, true);

	snprintf(path, sizeof(path), "%s/intact/%s", DATA, name);
	want = sample_file(path);
	assert_string_equal(got, want);
	assert_true(json_is_valid(got, strlen(got)));
	free(got);
	free(want);
}

static void test_json_shows_what_aide_cannot(void **state)
{
	struct intact_run run = own_run();
	struct intact_report_options options = sample_options();

	(void)state;
	options.format = INTACT_FORMAT_JSON;
	expect_file(&run, &options, "json-own.json");
	run.program = "AIDE";
	run.aide_output = true;
	expect_file(&run, &options, "json-aide.json");
	intact_changes_free(run.changes);
}

static void test_json_says_what_is_unverified_at_every_level(void **state)
{
	struct intact_run run = own_run_unverified();
	struct intact_report_options options = sample_options();

	(void)state;
	options.format = INTACT_FORMAT_JSON;
	options.quiet = true;
	for (int level = 0; level <= INTACT_REPORT_ADDED_REMOVED_ENTRIES; level++) {
		char *text;

		options.level = (enum intact_report_level)level;
		text = sample_render(&run, &options, false);
		assert_true(json_is_valid(text, strlen(text)));
		assert_non_null(strstr(text, "1 entry is UNVERIFIED"));
		free(text);
	}
	intact_changes_free(run.changes);
}

static void test_json_is_silent_if_asked_and_nothing_is_to_be_said(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();
	char *text;

	(void)state;
	options.format = INTACT_FORMAT_JSON;
	options.quiet = true;
	text = sample_render(&run, &options, false);
	assert_string_equal(text, "");
	free(text);
	intact_changes_free(run.changes);
}

/* Every name of two bytes, in one report: valid, and no two share a key. */
static void test_json_holds_every_pair_of_bytes(void **state)
{
	struct intact_changes *changes;
	struct intact_report_options options = sample_options();
	struct intact_run run;
	char *text;

	(void)state;
	assert_int_equal(intact_changes_new(1 << 16, NULL, &changes, NULL), 0);
	for (unsigned i = 1; i < 65536; i++) {
		const char path[3] = { '/', (char)(i >> 8), (char)i };
		const struct intact_entry e = { .path = { path, 3 },
						.mode = 0120777,
						.attrs = INTACT_BIT(INTACT_LINK),
						.link = { path + 1, 2 } };
		const struct intact_change c = {
			.kind = INTACT_ADDED, .new = &e, .unverified = 1, .reason = "x"
		};

		assert_int_equal(intact_changes_add(changes, &c, NULL, NULL), 0);
	}
	run = sample_run(changes);
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	for (int format = INTACT_FORMAT_JSON; format <= INTACT_FORMAT_OCSF; format++) {
		options.format = (enum intact_report_format)format;
		text = sample_render(&run, &options, false);
		if (format == INTACT_FORMAT_JSON)
			assert_true(json_is_valid(text, strlen(text)));
		else
			for (char *at = text; *at; at += strcspn(at, "\n") + 1)
				assert_true(json_is_valid(at, strcspn(at, "\n")));
		free(text);
	}
	intact_changes_free(changes);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void test_json_gives_every_path_a_key_of_its_own(void **state)
{
	/* Bytes that are no text, the character that stands for them, and what looks like a key. */
	static const char *const parts[] = { "\xff", "\xfe", "\xef\xbf\xbd", "\xc3", "a", "/L/8=" };
	enum { N = 6 * 6 * 6 };
	char *keys[N];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		char path[64];
		struct buf key = { 0 };

		snprintf(path, sizeof(path), "/%s%s%s", parts[i / 36], parts[i / 6 % 6],
			 parts[i % 6]);
		if (strstr(path, "//"))
			continue;
		jsonout_path_text(&key, path, strlen(path));
		keys[n++] = buf_take(&key, NULL);
	}
	qsort(keys, n, sizeof(keys[0]), by_text);
	for (size_t i = 1; i < n; i++)
		assert_string_not_equal(keys[i - 1], keys[i]);
	for (size_t i = 0; i < n; i++)
		free(keys[i]);
}

static void test_json_escapes_what_comes_from_outside(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();
	char *text;

	(void)state;
	options.format = INTACT_FORMAT_JSON;
	run.new_database = "n\nb\"";
	run.limit = "l\xff";
	text = sample_render(&run, &options, false);
	assert_true(json_is_valid(text, strlen(text)));
	assert_non_null(strstr(text, "\n  \"new_database\": \"n\\nb\\\"\",\n"
				     "  \"limit\": \"l\xef\xbf\xbd\",\n"
				     "  \"limit_base64\": \"bP8=\",\n"));
	free(text);
	intact_changes_free(run.changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_equals_the_samples),
		cmocka_unit_test(test_json_shows_what_aide_cannot),
		cmocka_unit_test(test_json_says_what_is_unverified_at_every_level),
		cmocka_unit_test(test_json_is_silent_if_asked_and_nothing_is_to_be_said),
		cmocka_unit_test(test_json_holds_every_pair_of_bytes),
		cmocka_unit_test(test_json_gives_every_path_a_key_of_its_own),
		cmocka_unit_test(test_json_escapes_what_comes_from_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
