/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of seen.c: a record is exactly what we write, or it is damaged.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intact/trust.h>

#include "own_folder.h"

#define ROOT "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define GOOD "intact seen 1\ngeneration 18446744073709551615\nroot " ROOT "\nof /a\\012b\n"

static bool parses(const char *text)
{
	struct intact_seen seen = { 0 };

	return intact_seen_parse(text, strlen(text), &seen);
}

static void test_record_is_read_as_written(void **state)
{
	struct intact_seen seen = { 0 };

	(void)state;
	assert_true(intact_seen_parse(GOOD, strlen(GOOD), &seen));
	assert_true(seen.generation == UINT64_MAX);
	assert_int_equal(seen.root[0], 0);
	assert_int_equal(seen.root[31], 0xff);
}

static void test_every_cut_and_every_flip_of_what_counts_is_refused(void **state)
{
	char text[sizeof(GOOD)];
	size_t counts = strlen(GOOD) - strlen("/a\\012b\n");
	struct intact_seen good, seen;

	(void)state;
	assert_true(intact_seen_parse(GOOD, strlen(GOOD), &good));
	for (size_t len = 0; len < strlen(GOOD); len++)
		assert_false(intact_seen_parse(GOOD, len, &seen));
	for (size_t bit = 0; bit < 8 * counts; bit++) {
		memcpy(text, GOOD, sizeof(text));
		text[bit / 8] ^= (char)(1u << bit % 8);
		/* A digit may become another one; it never is the same record. */
		if (intact_seen_parse(text, strlen(GOOD), &seen))
			assert_true(seen.generation != good.generation ||
				    memcmp(seen.root, good.root, sizeof(seen.root)) != 0);
	}
}

static void test_other_texts_are_no_records(void **state)
{
	(void)state;
	assert_true(parses("intact seen 1\ngeneration 1\nroot " ROOT "\nof \n"));
	assert_false(parses(GOOD "more\n"));
	assert_false(parses("intact seen 2\ngeneration 1\nroot " ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 0\nroot " ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 01\nroot " ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 1\nroot \nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 1\nroot 0011\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration -1\nroot " ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration \nroot " ROOT "\nof x\n"));
	assert_false(
		parses("intact seen 1\ngeneration 18446744073709551616\nroot " ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 1\nroot 0" ROOT "\nof x\n"));
	assert_false(parses("intact seen 1\ngeneration 1\nroot " ROOT));
}

static void test_record_in_a_file(void **state)
{
	struct intact_seen seen = { .generation = 7, .root = { 1 } }, back;
	struct intact_error err = { 0 };
	char name[48], other[48];

	(void)state;
	assert_int_equal(intact_seen_name("/var/lib/x", name, &err), 0);
	assert_int_equal(intact_seen_name("/var/lib/y", other, &err), 0);
	assert_string_not_equal(name, other);
	assert_int_equal(strlen(name), 37);
	assert_int_equal(intact_seen_read(name, &back, &err), 0);
	assert_true(back.generation == 0);
	assert_int_equal(intact_seen_write(name, &seen, "/var/lib/x\n", &err), 0);
	assert_int_equal(intact_seen_read(name, &back, &err), 0);
	assert_true(back.generation == 7);
	assert_memory_equal(back.root, seen.root, sizeof(seen.root));
	assert_int_equal(chmod(name, 0620), 0);
	assert_int_equal(intact_seen_read(name, &back, &err), INTACT_EDAMAGED);
	assert_int_equal(chmod(name, 0600) | truncate(name, 20), 0);
	assert_int_equal(intact_seen_read(name, &back, &err), INTACT_EDAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_is_read_as_written),
		cmocka_unit_test(test_every_cut_and_every_flip_of_what_counts_is_refused),
		cmocka_unit_test(test_other_texts_are_no_records),
		cmocka_unit_test(test_record_in_a_file),
	};

	return cmocka_run_group_tests(tests, own_folder_enter, own_folder_leave);
}
