/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/sample_report.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_equals_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
