/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of base/suggest.c.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/suggest.h"

static const char *best_for(const char *wrong)
{
	static const char *const known[] = { "sha256", "sha512", "report_level", "limit", "p" };
	struct suggestion s = suggest_for(wrong, strlen(wrong));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		suggest_consider(&s, known[i]);
	return s.best;
}

static void test_suggest_finds_the_name_with_one_slip(void **state)
{
	(void)state;
	assert_string_equal(best_for("sha25"), "sha256");
	assert_string_equal(best_for("sha521"), "sha512");
	assert_string_equal(best_for("report_levl"), "report_level");
	assert_string_equal(best_for("limt"), "limit");
	assert_string_equal(best_for("LIMIT"), "limit");
}

static void test_suggest_is_silent_where_nothing_is_near(void **state)
{
	(void)state;
	assert_null(best_for("x"));
	assert_null(best_for("completely_different"));
	assert_null(best_for(""));
}

static void test_suggest_looks_at_no_more_than_the_given_bytes(void **state)
{
	struct suggestion s = suggest_for("limit=/etc", 5);

	(void)state;
	suggest_consider(&s, "limit");
	assert_string_equal(s.best, "limit");
	assert_int_equal(s.distance, 0);
}

static void test_suggest_takes_names_of_any_length(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_null(best_for(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suggest_finds_the_name_with_one_slip),
		cmocka_unit_test(test_suggest_is_silent_where_nothing_is_near),
		cmocka_unit_test(test_suggest_looks_at_no_more_than_the_given_bytes),
		cmocka_unit_test(test_suggest_takes_names_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
