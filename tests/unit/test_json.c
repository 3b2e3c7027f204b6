/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/sample_report.h"

static const struct sample_difference differences[] = {
	{ "0.18 writes the code of a control character in decimal, which is another character",
	  "\"/\\u0027[31mred\"", "\"/\\u001b[31mred\"" },
};

static void test_json_equals_the_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_replay(INTACT_FORMAT_JSON, differences, 1), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_equals_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
