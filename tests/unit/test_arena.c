/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

#define PIECES 500

static void test_arena_keeps_pieces_apart_and_aligned(void **state)
{
	struct arena a = { 0 };
	unsigned char *piece[PIECES];
	size_t size[PIECES];

	(void)state;
	srand(1);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < PIECES; i++) {
			bool bytes = rand() % 2;

			size[i] = (size_t)(rand() % 100);
			if (rand() % 50 == 0)
				size[i] = (size_t)(rand() % 40000);
			piece[i] = bytes ? arena_bytes(&a, size[i]) : arena_alloc(&a, size[i]);
			assert_non_null(piece[i]);
			if (!bytes)
				assert_int_equal((uintptr_t)piece[i] % alignof(max_align_t), 0);
			memset(piece[i], i & 0xff, size[i]);
		}
		for (int i = 0; i < PIECES; i++) {
			for (size_t k = 0; k < size[i]; k++)
				assert_int_equal(piece[i][k], i & 0xff);
		}
		arena_clear(&a);
	}
	arena_release(&a);
	arena_release(&a);
}

static void test_arena_refuses_what_overflows(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_null(arena_array(&a, SIZE_MAX / 2, 3));
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_bytes(&a, SIZE_MAX - 1));
	assert_null(arena_strndup(&a, "x", SIZE_MAX));
	assert_non_null(arena_array(&a, 3, 5));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	arena_release(&a);
}

static void test_arena_copies_strings_with_nul_bytes(void **state)
{
	struct arena a = { 0 };
	char *s = arena_strndup(&a, "a\0b", 3);

	(void)state;
	assert_memory_equal(s, "a\0b", 4);
	s = arena_strndup(&a, NULL, 0);
	assert_string_equal(s, "");
	arena_release(&a);
}

static void test_arena_clear_gives_one_chunk_again(void **state)
{
	struct arena a = { 0 };
	void *first;

	(void)state;
	arena_clear(&a);
	first = arena_alloc(&a, 100);
	arena_clear(&a);
	assert_ptr_equal(arena_alloc(&a, 100), first);
	/* A large one is given back. */
	assert_non_null(arena_alloc(&a, 100000));
	arena_clear(&a);
	assert_ptr_equal(arena_alloc(&a, 100), first);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_keeps_pieces_apart_and_aligned),
		cmocka_unit_test(test_arena_refuses_what_overflows),
		cmocka_unit_test(test_arena_copies_strings_with_nul_bytes),
		cmocka_unit_test(test_arena_clear_gives_one_chunk_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
