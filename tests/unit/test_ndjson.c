/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/sample_report.h"

static void test_ndjson_equals_the_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_replay(INTACT_FORMAT_NDJSON, NULL, 0), 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ndjson_equals_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
