/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/arena.h"
#include "tests/unit/full_entry.h"

#define B(id) INTACT_BIT(INTACT_##id)

static void test_entry_copy_shares_nothing(void **state)
{
	struct arena arena = { 0 };
	struct full_entry f;
	struct intact_entry copy, empty = { .path = { "/", 1 } };

	(void)state;
	full_entry_init(&f);
	f.e.dir = (struct scan_dir *)&f;
	assert_int_equal(intact_entry_copy(&copy, &f.e, &arena, NULL), 0);
	full_entry_assert_copy(&copy, &f.e, true);
	assert_ptr_equal(copy.dir, f.e.dir);
	assert_int_equal(copy.prefix_size, 3);
	/* Absent stays absent, empty stays empty. */
	empty.link = (struct intact_str){ "", 0 };
	assert_int_equal(intact_entry_copy(&copy, &empty, &arena, NULL), 0);
	assert_non_null(copy.link.s);
	assert_null(copy.caps.s);
	assert_null(copy.digest[0]);
	assert_null(copy.problem);
	arena_release(&arena);
}

/* Rows that read the same field. */
static uint64_t kin(unsigned id)
{
	if (id == INTACT_FTYPE)
		return B(FTYPE) | B(PERM);
	if (id == INTACT_SIZE || id == INTACT_SIZE_GROWING)
		return B(SIZE) | B(SIZE_GROWING);
	return INTACT_BIT(id);
}

static void test_entry_equal_sees_exactly_the_attribute_that_differs(void **state)
{
	(void)state;
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);
		struct full_entry a, b;
		uint64_t unequal = 0;

		if (!row)
			continue;
		full_entry_init(&a);
		full_entry_init(&b);
		if (!full_entry_flip(&b, row))
			continue;
		for (unsigned k = 0; k < INTACT_ATTR_MAX; k++) {
			const struct intact_attr *other = intact_attr_get(k);

			if (other && !intact_entry_equal(&a.e, &b.e, other))
				unequal |= INTACT_BIT(k);
		}
		/* The low bit of a mode is no type. */
		assert_int_equal(unequal, kin(id));
	}
}

static void test_entry_equal_tells_none_from_empty(void **state)
{
	struct intact_entry none = { .attrs = UINT64_MAX }, empty = none;
	const struct intact_attr *caps = intact_attr_get(INTACT_CAPS);

	(void)state;
	assert_true(intact_entry_equal(&none, &none, caps));
	empty.caps = (struct intact_str){ "", 0 };
	assert_false(intact_entry_equal(&none, &empty, caps));
	assert_false(intact_entry_equal(&empty, &none, caps));
	/* A digest that is missing on both sides is not equal. */
	assert_false(intact_entry_equal(&none, &none, intact_attr_get(INTACT_SHA256)));
}

static void test_entry_equal_compares_digests_beyond_a_zero_byte(void **state)
{
	uint8_t x[32] = { 0, 1 }, y[32] = { 0, 2 };
	struct intact_entry a = { 0 }, b = { 0 };
	const struct intact_attr *row = intact_attr_get(INTACT_SHA256);

	(void)state;
	a.digest[row->digest] = x;
	b.digest[row->digest] = y;
	assert_false(intact_entry_equal(&a, &b, row));
	y[1] = 1;
	assert_true(intact_entry_equal(&a, &b, row));
}

static void test_entry_equal_compares_xattrs_by_name_value_and_number(void **state)
{
	struct full_entry a, b;
	const struct intact_attr *row = intact_attr_get(INTACT_XATTRS);

	(void)state;
	full_entry_init(&a);
	full_entry_init(&b);
	b.xattrs[1].name.s = "user.tw0";
	assert_false(intact_entry_equal(&a.e, &b.e, row));
	full_entry_init(&b);
	b.e.nxattrs = 1;
	assert_false(intact_entry_equal(&a.e, &b.e, row));
	full_entry_init(&b);
	b.xattrs[0].value.len--;
	assert_false(intact_entry_equal(&a.e, &b.e, row));
}

static void test_entry_times_are_exact_unless_one_side_knows_seconds_only(void **state)
{
	struct intact_entry a = { .mtime = { 5, 1 } }, b = { .mtime = { 5, 2 } };
	const struct intact_attr *row = intact_attr_get(INTACT_MTIME);

	(void)state;
	assert_false(intact_entry_equal(&a, &b, row));
	a.flags = INTACT_ENTRY_SECONDS;
	assert_true(intact_entry_equal(&a, &b, row));
	assert_true(intact_entry_equal(&b, &a, row));
	b.mtime.sec = 6;
	assert_false(intact_entry_equal(&a, &b, row));
}

static void test_entry_link_that_aide_cut_equals_the_whole(void **state)
{
	char text[400];
	struct intact_entry old = { .flags = INTACT_ENTRY_SECONDS, .link = { text, 257 } };
	struct intact_entry new = { .link = { text, 400 }, .size = 400 };
	const struct intact_attr *row = intact_attr_get(INTACT_LINK);
	char other[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	memset(other, 'x', sizeof(other));
	assert_true(intact_entry_equal(&old, &new, row));
	assert_true(intact_entry_equal(&new, &old, row));
	old.size = 400;
	assert_true(intact_entry_equal(&old, &new, row));
	/* The size says that it was whole, or longer by another number. */
	old.size = 257;
	assert_false(intact_entry_equal(&old, &new, row));
	old.size = 399;
	assert_false(intact_entry_equal(&old, &new, row));
	old.size = 0;
	old.link.len = 256;
	assert_false(intact_entry_equal(&old, &new, row));
	old.link.len = 257;
	other[256] = 'y';
	new.link.s = other;
	assert_false(intact_entry_equal(&old, &new, row));
	new.link.s = text;
	old.flags = 0;
	assert_false(intact_entry_equal(&old, &new, row));
}

static void test_entry_has_a_value_if_asked_for_measured_and_there(void **state)
{
	static const uint8_t digest[32];
	struct intact_entry e = { .attrs = B(PERM) | B(SHA256) };

	(void)state;
	assert_true(intact_entry_has(&e, INTACT_PERM));
	assert_false(intact_entry_has(&e, INTACT_UID));
	assert_false(intact_entry_has(&e, INTACT_SHA256));
	e.digest[intact_attr_get(INTACT_SHA256)->digest] = digest;
	assert_true(intact_entry_has(&e, INTACT_SHA256));
	e.failed = B(SHA256) | B(PERM);
	assert_false(intact_entry_has(&e, INTACT_SHA256));
	assert_false(intact_entry_has(&e, INTACT_PERM));
	assert_false(intact_entry_has(&e, 20));
}

static void test_entry_shows_what_aide_shows(void **state)
{
	struct intact_entry e = { .attrs = B(PERM) | B(CAPS) | B(SELINUX) | B(RDEV) | B(BTIME) |
					   B(BLAKE3) | B(FSVERITY) };

	(void)state;
	assert_int_equal(intact_entry_shown(&e, false),
			 B(PERM) | B(RDEV) | B(BTIME) | B(BLAKE3) | B(FSVERITY));
	assert_int_equal(intact_entry_shown(&e, true), B(PERM) | B(BLAKE3));
	e.caps = e.selinux = (struct intact_str){ "x", 1 };
	assert_int_equal(intact_entry_shown(&e, true), B(PERM) | B(BLAKE3) | B(CAPS) | B(SELINUX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry_copy_shares_nothing),
		cmocka_unit_test(test_entry_equal_sees_exactly_the_attribute_that_differs),
		cmocka_unit_test(test_entry_equal_tells_none_from_empty),
		cmocka_unit_test(test_entry_equal_compares_digests_beyond_a_zero_byte),
		cmocka_unit_test(test_entry_equal_compares_xattrs_by_name_value_and_number),
		cmocka_unit_test(test_entry_times_are_exact_unless_one_side_knows_seconds_only),
		cmocka_unit_test(test_entry_link_that_aide_cut_equals_the_whole),
		cmocka_unit_test(test_entry_has_a_value_if_asked_for_measured_and_there),
		cmocka_unit_test(test_entry_shows_what_aide_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
