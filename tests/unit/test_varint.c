/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Numbers in few bytes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/varint.h"

static void test_every_size_comes_back(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits <= 64; bits++) {
		uint64_t top = bits ? UINT64_MAX >> (64 - bits) : 0;

		for (uint64_t v = top > 2 ? top - 2 : 0; v - top <= 2 || v <= top; v++) {
			uint8_t bytes[VARINT_MAX];
			uint8_t *end = varint_put(bytes, v);
			uint64_t got = ~v;

			assert_int_equal(end - bytes, varint_size(v));
			assert_ptr_equal(varint_get(bytes, end, &got), end);
			assert_true(got == v);
			/* Cut off at every byte. */
			for (uint8_t *cut = bytes; cut < end; cut++)
				assert_null(varint_get(bytes, cut, &got));
			assert_true(unzigzag(zigzag(v)) == v);
			if (v == top)
				break;
		}
	}
}

static void expect_bad(const uint8_t *bytes, size_t len)
{
	uint64_t got;

	assert_null(varint_get(bytes, bytes + len, &got));
}

static void test_only_the_shortest_form_is_valid(void **state)
{
	static const uint8_t padded[] = { 0x80, 0x00 };
	static const uint8_t padded_one[] = { 0x81, 0x80, 0x00 };
	static const uint8_t beyond[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 };
	static const uint8_t endless[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xff, 0xff, 0xff, 0xff, 1 };

	(void)state;
	expect_bad(padded, sizeof(padded));
	expect_bad(padded_one, sizeof(padded_one));
	expect_bad(beyond, sizeof(beyond));
	expect_bad(endless, sizeof(endless));
}

static void test_small_differences_fold_to_small_numbers(void **state)
{
	(void)state;
	assert_int_equal(zigzag(0), 0);
	assert_int_equal(zigzag((uint64_t)-1), 1);
	assert_int_equal(zigzag(1), 2);
	assert_int_equal(zigzag((uint64_t)-2), 3);
	assert_true(zigzag((uint64_t)1 << 63) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size_comes_back),
		cmocka_unit_test(test_only_the_shortest_form_is_valid),
		cmocka_unit_test(test_small_differences_fold_to_small_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
