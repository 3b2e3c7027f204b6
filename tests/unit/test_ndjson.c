/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/json_check.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports"

static void test_ndjson_equals_the_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_replay(INTACT_FORMAT_NDJSON, NULL, 0), 15);
}

static void check_lines(const char *text)
{
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		assert_true(json_is_valid(at, strcspn(at, "\n")));
}

static void test_ndjson_shows_what_aide_cannot(void **state)
{
	struct intact_run run = own_run();
	struct intact_report_options options = sample_options();
	char *want = sample_file(DATA "/intact/ndjson-own.ndjson"), *got;

	(void)state;
	options.format = INTACT_FORMAT_NDJSON;
	got = sample_render(&run, &options, true);
	assert_string_equal(got, want);
	check_lines(got);
	free(got);
	free(want);
	intact_changes_free(run.changes);
}

static void test_ndjson_gives_the_exact_bytes_of_different_attributes(void **state)
{
	static const char want[] = "{ \"type\": \"different_attributes\", "
				   "\"/a\xef\xbf\xbd//L2H/\": \"+u\", \"/b\": \"+u\", "
				   "\"/c\xef\xbf\xbd//L2P+\": \"+u\", "
				   "\"paths_base64\": { \"/a\xef\xbf\xbd//L2H/\": \"L2H/\", "
				   "\"/c\xef\xbf\xbd//L2P+\": \"L2P+\" } }\n";
	const struct intact_entry old[] = { { .path = { "/a\xff", 3 }, .attrs = 4 },
					    { .path = { "/b", 2 }, .attrs = 4 },
					    { .path = { "/c\xfe", 3 }, .attrs = 4 } };
	struct intact_entry new[3];
	struct intact_change changes[3];
	struct intact_report_options options = sample_options();
	struct intact_run run;
	char *text;

	(void)state;
	for (int i = 0; i < 3; i++) {
		new[i] = old[i];
		new[i].attrs = 12;
		changes[i] = (struct intact_change){ .old = &old[i], .new = &new[i] };
	}
	run = sample_run(sample_changes(changes, 3));
	options.format = INTACT_FORMAT_NDJSON;
	text = sample_render(&run, &options, false);
	check_lines(text);
	assert_int_equal(strncmp(text, want, strlen(want)), 0);
	free(text);
	intact_changes_free(run.changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ndjson_equals_the_samples),
		cmocka_unit_test(test_ndjson_shows_what_aide_cannot),
		cmocka_unit_test(test_ndjson_gives_the_exact_bytes_of_different_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
