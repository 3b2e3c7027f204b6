/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void test_buf_grows_and_stays_terminated(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		buf_add_char(&b, (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.data[b.len], '\0');
		assert_true(b.len < b.cap);
	}
	buf_release(&b);
	assert_null(b.data);
	buf_release(&b);
}

static void test_buf_keeps_nul_bytes(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add(&b, "a\0b", 3);
	buf_add(&b, NULL, 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buf_release(&b);
}

static void test_buf_printf_of_any_length(void **state)
{
	struct buf b = { 0 };
	char large[3000];

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	buf_printf(&b, "%d-%s", 7, "a");
	buf_printf(&b, "%s", "");
	buf_printf(&b, "%s", large);
	assert_int_equal(b.len, 3 + sizeof(large) - 1);
	assert_memory_equal(b.data, "7-axxx", 6);
	buf_release(&b);
}

static void test_buf_fails_once_and_for_all(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add_str(&b, "abc");
	assert_false(buf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	buf_add_str(&b, "def");
	buf_printf(&b, "%d", 1);
	assert_string_equal(b.data, "abc");
	assert_null(buf_take(&b, NULL));
	assert_false(b.failed);
	buf_add_str(&b, "again");
	assert_string_equal(b.data, "again");
	assert_false(buf_reserve(&b, SIZE_MAX / 4));
	buf_clear(&b);
	assert_false(b.failed);
	assert_string_equal(b.data, "");
	buf_release(&b);
}

static void test_buf_take_hands_the_memory_over(void **state)
{
	struct buf b = { 0 };
	size_t len = 9;
	char *s;

	(void)state;
	s = buf_take(&b, &len);
	assert_string_equal(s, "");
	assert_int_equal(len, 0);
	free(s);
	buf_add_str(&b, "abc");
	s = buf_take(&b, &len);
	assert_string_equal(s, "abc");
	assert_int_equal(len, 3);
	assert_null(b.data);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_grows_and_stays_terminated),
		cmocka_unit_test(test_buf_keeps_nul_bytes),
		cmocka_unit_test(test_buf_printf_of_any_length),
		cmocka_unit_test(test_buf_fails_once_and_for_all),
		cmocka_unit_test(test_buf_take_hands_the_memory_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
