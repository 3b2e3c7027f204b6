/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <intact/attr.h>

#define B(id) INTACT_BIT(INTACT_##id)

static void test_attr_rows_are_found_by_their_names(void **state)
{
	size_t rows = 0;

	(void)state;
	for (unsigned id = 0; id < INTACT_ATTR_MAX + 10; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (!row)
			continue;
		rows++;
		assert_int_equal(row->id, id);
		if (row->name)
			assert_ptr_equal(intact_attr_by_name(row->name, strlen(row->name)), row);
		if (row->field)
			assert_ptr_equal(intact_attr_by_field(row->field, strlen(row->field)), row);
	}
	/* 57 bits without bsize, the attr column, all-hashes and the bit nobody uses. */
	assert_int_equal(rows, 54);
	assert_null(intact_attr_by_name("sha25", 5));
	assert_null(intact_attr_by_name("sha2560", 7));
	assert_null(intact_attr_by_name("", 0));
	assert_null(intact_attr_by_field("p", 1));
	assert_null(intact_attr_get(20));
	assert_null(intact_attr_get(22));
	assert_null(intact_attr_get(25));
}

static void test_attr_bits_are_aides(void **state)
{
	static const struct {
		unsigned bit;
		const char *name, *field;
	} rows[] = {
		{ 1, "l", "lname" },
		{ 2, "p", "perm" },
		{ 7, "c", "ctime" },
		{ 12, "md5", "md5" },
		{ 21, "acl", "acl" },
		{ 30, "sha256", "sha256" },
		{ 33, "xattrs", "xattrs" },
		{ 35, "ftype", NULL },
		{ 37, "caps", "capabilities" },
		{ 40, "growing", NULL },
		{ 45, "fstype", "fstype" },
		{ 46, "blake3", "blake3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct intact_attr *row = intact_attr_get(rows[i].bit);

		assert_string_equal(row->name, rows[i].name);
		if (rows[i].field)
			assert_string_equal(row->field, rows[i].field);
		else
			assert_null(row->field);
	}
}

static void test_attr_digests_have_places_of_their_own(void **state)
{
	uint64_t places = 0, digests = INTACT_MASK_DIGESTS;

	(void)state;
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);
		bool digest = row && row->kind == INTACT_KIND_DIGEST;

		assert_int_equal(digest, (digests & INTACT_BIT(id)) != 0);
		if (!digest)
			continue;
		assert_in_range(row->digest, 0, INTACT_DIGEST_OTHER - 1);
		assert_in_range(row->digest_size, 4, 64);
		assert_false(places & INTACT_BIT(row->digest));
		places |= INTACT_BIT(row->digest);
		if (row->other) {
			assert_in_range(row->other, INTACT_DIGEST_OTHER, INTACT_DIGEST_MAX - 1);
			assert_false(places & INTACT_BIT(row->other));
			places |= INTACT_BIT(row->other);
		}
		assert_int_equal(row->types, INTACT_FT_REG);
		assert_ptr_equal(intact_attr_of_digest((unsigned)row->digest), row);
		if (row->other)
			assert_ptr_equal(intact_attr_of_digest(row->other), row);
	}
	for (unsigned i = 0; i <= INTACT_DIGEST_MAX; i++)
		assert_int_equal(intact_attr_of_digest(i) != NULL,
				 i < INTACT_DIGEST_MAX && (places & INTACT_BIT(i)));
}

static void test_attr_report_order_has_each_shown_row_once(void **state)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);
	uint64_t seen = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		assert_non_null(row);
		assert_non_null(row->label);
		assert_non_null(row->key);
		assert_false(seen & INTACT_BIT(order[i]));
		seen |= INTACT_BIT(order[i]);
	}
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		assert_int_equal(row && row->label, (seen & INTACT_BIT(id)) != 0);
	}
}

static void test_attr_applicable_goes_by_the_type_of_object(void **state)
{
	uint64_t ask = B(PERM) | B(LINK) | B(SHA256) | B(ACL) | B(E2FSATTRS) | B(CAPS) | B(XATTRS);

	(void)state;
	assert_int_equal(intact_attr_applicable(ask, S_IFREG), ask & ~B(LINK));
	assert_int_equal(intact_attr_applicable(ask, S_IFDIR),
			 B(PERM) | B(ACL) | B(E2FSATTRS) | B(XATTRS));
	assert_int_equal(intact_attr_applicable(ask, S_IFLNK), B(PERM) | B(LINK) | B(XATTRS));
	assert_int_equal(intact_attr_applicable(ask, S_IFIFO), B(PERM) | B(ACL) | B(XATTRS));
	assert_int_equal(intact_attr_applicable(ask, 0), 0);
	/* The number of a device goes with its type. */
	assert_int_equal(intact_attr_applicable(B(FTYPE), S_IFCHR), B(FTYPE) | B(RDEV));
	assert_int_equal(intact_attr_applicable(B(FTYPE), S_IFBLK), B(FTYPE) | B(RDEV));
	assert_int_equal(intact_attr_applicable(B(FTYPE), S_IFREG), B(FTYPE));
	assert_int_equal(intact_attr_applicable(B(PERM), S_IFCHR), B(PERM));
}

static void test_attr_types_have_letters_and_names(void **state)
{
	static const struct {
		uint32_t mode;
		unsigned type;
		char letter;
		const char *name;
	} types[] = {
		{ S_IFREG, INTACT_FT_REG, 'f', "File" },
		{ S_IFDIR, INTACT_FT_DIR, 'd', "Directory" },
		{ S_IFIFO, INTACT_FT_FIFO, 'p', "FIFO" },
		{ S_IFLNK, INTACT_FT_LINK, 'l', "Link" },
		{ S_IFBLK, INTACT_FT_BLOCK, 'b', "Block device" },
		{ S_IFCHR, INTACT_FT_CHAR, 'c', "Character device" },
		{ S_IFSOCK, INTACT_FT_SOCK, 's', "Socket" },
		{ 0, 0, '?', "Unknown file type" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(intact_ftype_of_mode(types[i].mode | 0644), types[i].type);
		assert_int_equal(intact_ftype_letter(types[i].mode | 0644), types[i].letter);
		assert_string_equal(intact_ftype_name(types[i].mode | 0644), types[i].name);
	}
}

static void test_attr_expr_is_in_bit_order_and_counts_like_snprintf(void **state)
{
	char buf[16], all[1024];
	uint64_t mask = B(SHA256) | B(PERM) | B(MTIME) | B(NAME);

	(void)state;
	assert_int_equal(intact_attr_expr(mask, buf, sizeof(buf)), strlen("p+m+sha256"));
	assert_string_equal(buf, "p+m+sha256");
	assert_int_equal(intact_attr_expr(mask, buf, 5), strlen("p+m+sha256"));
	assert_string_equal(buf, "p+m+");
	assert_int_equal(intact_attr_expr(mask, NULL, 0), strlen("p+m+sha256"));
	assert_int_equal(intact_attr_expr(0, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_true(intact_attr_expr(UINT64_MAX, all, sizeof(all)) < sizeof(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attr_rows_are_found_by_their_names),
		cmocka_unit_test(test_attr_bits_are_aides),
		cmocka_unit_test(test_attr_digests_have_places_of_their_own),
		cmocka_unit_test(test_attr_report_order_has_each_shown_row_once),
		cmocka_unit_test(test_attr_applicable_goes_by_the_type_of_object),
		cmocka_unit_test(test_attr_types_have_letters_and_names),
		cmocka_unit_test(test_attr_expr_is_in_bit_order_and_counts_like_snprintf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
