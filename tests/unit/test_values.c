/* SPDX-License-Identifier: BSD-2-Clause */

#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "report/values.h"

#define B(id) INTACT_BIT(INTACT_##id)
#define STR(text) ((struct intact_str){ text, sizeof(text) - 1 })

static const struct values_options plain = { .base16 = false };

/* Values joined by " | ". */
static void expect_values(const struct values *v, const char *want)
{
	struct buf text = { 0 };

	buf_add_str(&text, "");
	for (size_t i = 0; i < v->count; i++) {
		size_t len;
		const char *s = values_at(v, i, &len);

		buf_add_str(&text, i ? " | " : "");
		buf_add(&text, s, len);
	}
	assert_string_equal(text.data, want);
	buf_release(&text);
}

static void expect_with(struct intact_entry *e, unsigned id, const struct values_options *options,
			const char *want)
{
	struct values v = { 0 };

	e->attrs |= INTACT_BIT(id);
	assert_true(values_get(&v, e, intact_attr_get(id), false, options));
	expect_values(&v, want);
	values_release(&v);
}

static void expect(struct intact_entry *e, unsigned id, const char *want)
{
	expect_with(e, id, &plain, want);
}

static void test_values_are_none_without_a_measurement(void **state)
{
	struct intact_entry e = { .uid = 7 };
	const struct intact_attr *row = intact_attr_get(INTACT_UID);
	struct values v = { 0 };

	(void)state;
	assert_true(values_get(&v, NULL, row, true, &plain));
	assert_int_equal(v.count, 0);
	assert_true(values_get(&v, &e, row, false, &plain));
	assert_int_equal(v.count, 0);
	assert_true(values_get(&v, &e, row, true, &plain));
	expect_values(&v, "7");
	e.attrs = e.failed = B(UID);
	assert_true(values_get(&v, &e, row, true, &plain));
	assert_int_equal(v.count, 0);
	values_release(&v);
}

static void test_values_of_numbers(void **state)
{
	struct intact_entry e = { .uid = 4294967290u,
				  .size = UINT64_MAX,
				  .rdev = (uint64_t)259 << 32 | 1048575,
				  .fstype = 0xef53 };

	(void)state;
	expect(&e, INTACT_UID, "4294967290");
	expect(&e, INTACT_SIZE, "18446744073709551615");
	expect(&e, INTACT_SIZE_GROWING, "18446744073709551615");
	expect(&e, INTACT_RDEV, "259:1048575");
	expect(&e, INTACT_FSTYPE, "ext");
	e.fstype = 0x1234abcd;
	expect(&e, INTACT_FSTYPE, "0x1234abcd");
}

static void test_values_of_modes(void **state)
{
	static const struct {
		unsigned mode;
		const char *perm, *type;
	} modes[] = {
		{ 0100644, "-rw-r--r--", "File" },
		{ 0040755, "drwxr-xr-x", "Directory" },
		{ 0120777, "lrwxrwxrwx", "Link" },
		{ 0010600, "prw-------", "FIFO" },
		{ 0060660, "brw-rw----", "Block device" },
		{ 0020666, "crw-rw-rw-", "Character device" },
		{ 0140000, "s---------", "Socket" },
		{ 0104755, "-rwsr-xr-x", "File" },
		{ 0104644, "-rwSr--r--", "File" },
		{ 0102755, "-rwxr-sr-x", "File" },
		{ 0102644, "-rw-r-lr--", "File" },
		{ 0041777, "drwxrwxrwt", "Directory" },
		{ 0041776, "drwxrwxrwT", "Directory" },
		{ 0000111, "?--x--x--x", "Unknown file type" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct intact_entry e = { .mode = modes[i].mode };

		expect(&e, INTACT_PERM, modes[i].perm);
		expect(&e, INTACT_FTYPE, modes[i].type);
	}
}

static void test_values_of_times_in_local_time(void **state)
{
	struct intact_entry e = { .mtime = { 1704164645, 5 },
				  .atime = { -1, 0 },
				  .ctime = { 5000000000, 0 },
				  .btime = { INT64_MAX, 7 } };

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	expect(&e, INTACT_MTIME, "2024-01-02 03:04:05 +0000");
	expect(&e, INTACT_ATIME, "1969-12-31 23:59:59 +0000");
	expect(&e, INTACT_CTIME, "2128-06-11 08:53:20 +0000");
	expect(&e, INTACT_BTIME, "9223372036854775807");
	setenv("TZ", "XXX-5:30", 1);
	tzset();
	expect(&e, INTACT_MTIME, "2024-01-02 08:34:05 +0530");
	setenv("TZ", "UTC", 1);
	tzset();
}

static void test_values_of_digests(void **state)
{
	static const uint8_t digest[16] = { 0xff, 1, 2 };
	struct intact_entry e = { 0 };
	const struct values_options hex = { .base16 = true };

	(void)state;
	expect(&e, INTACT_MD5, "");
	e.digest[intact_attr_get(INTACT_MD5)->digest] = digest;
	expect(&e, INTACT_MD5, "/wECAAAAAAAAAAAAAAAAAA==");
	expect_with(&e, INTACT_MD5, &hex, "ff010200000000000000000000000000");
}

static void test_values_of_file_flags(void **state)
{
	struct intact_entry e = { .e2fsattrs = 0x80010 };
	const struct values_options ignore = { .ignore_e2fsattrs = 0x10 | 0x40 };
	struct buf letters = { 0 };

	(void)state;
	expect(&e, INTACT_E2FSATTRS, "----i---------e-------");
	expect_with(&e, INTACT_E2FSATTRS, &ignore, "----:-:-------e-------");
	e.e2fsattrs = UINT32_MAX;
	expect(&e, INTACT_E2FSATTRS, "suSDiadAcEjItTeCxFNPVm");
	value_flag_letters(&letters, 0x80 | 0x1 | 0x400);
	assert_string_equal(letters.data, "sAm");
	buf_release(&letters);
}

static void test_values_of_strings_are_raw(void **state)
{
	struct intact_entry e = { .link = STR("a\n\xff") };

	(void)state;
	expect(&e, INTACT_LINK, "a\n\xff");
	expect(&e, INTACT_CAPS, "");
	e.caps = STR("");
	expect(&e, INTACT_CAPS, "");
}

static void test_values_of_an_acl_with_names_where_there_are_any(void **state)
{
	struct intact_entry e = { .acl_access = STR("user::rw-\nuser:4294967294:r--\n"
						    "user:name:r--\ngroup:4294967294:---\n\nx"),
				  .acl_default = STR("other::r-x") };
	struct passwd *root;
	char want[64];

	(void)state;
	/* Not under that number on this machine, by what NSS says. */
	if (!getpwuid(4294967294u))
		expect(&e, INTACT_ACL,
		       "A: user::rw- | A: user:4294967294:r-- | A: user:name:r-- | "
		       "A: group:4294967294:--- | A: x | D: other::r-x");
	root = getpwuid(0);
	if (!root)
		return;
	snprintf(want, sizeof(want), "A: user:%s:rwx", root->pw_name);
	e.acl_access = STR("user:0:rwx\n");
	e.acl_default = (struct intact_str){ 0 };
	expect(&e, INTACT_ACL, want);
	/* Too large for an id: shown as it is. */
	e.acl_access = STR("user:99999999999:rwx\nuser:4294967296:r--");
	expect(&e, INTACT_ACL, "A: user:99999999999:rwx | A: user:4294967296:r--");
}

static void test_values_of_extended_attributes(void **state)
{
	struct intact_xattr x[12] = {
		{ STR("user.a"), STR("text") },	      { STR("user.b"), STR("") },
		{ STR("user.c"), STR("with space") }, { STR("user.d"), STR("ended\0") },
		{ STR("user.e"), STR("in\0side") },   { STR("user.f"), STR("\0") },
		{ STR("user.g"), STR("two\0\0") },
	};
	struct intact_entry e = { .xattrs = x, .nxattrs = 0 };

	(void)state;
	expect(&e, INTACT_XATTRS, "num=0");
	e.nxattrs = 7;
	expect(&e, INTACT_XATTRS,
	       "num=7 | [1] user.a = text | [2] user.b =  | [3] user.c <=> d2l0aCBzcGFjZQ== | "
	       "[4] user.d = ended | [5] user.e <=> aW4Ac2lkZQ== | [6] user.f =  | "
	       "[7] user.g <=> dHdvAAA=");
	for (size_t i = 0; i < 12; i++)
		x[i] = x[0];
	e.nxattrs = 12;
	expect(&e, INTACT_XATTRS,
	       "num=12 | [01] user.a = text | [02] user.a = text | [03] user.a = text | "
	       "[04] user.a = text | [05] user.a = text | [06] user.a = text | [07] user.a = text "
	       "| "
	       "[08] user.a = text | [09] user.a = text | [10] user.a = text | [11] user.a = text "
	       "| "
	       "[12] user.a = text");
}

static void expect_both(struct intact_entry *a, struct intact_entry *b, unsigned id,
			const char *want_a, const char *want_b)
{
	struct values va = { 0 }, vb = { 0 };

	a->attrs = b->attrs = INTACT_BIT(id);
	assert_true(values_get_both(&va, &vb, a, b, intact_attr_get(id), true, &plain));
	expect_values(&va, want_a);
	expect_values(&vb, want_b);
	values_release(&va);
	values_release(&vb);
}

static void test_values_of_both_sides_never_look_alike_if_they_differ(void **state)
{
	struct intact_entry a = { .mtime = { 1704164645, 0 } }, b = { .mtime = { 1704164645, 12 } };

	(void)state;
	expect_both(&a, &b, INTACT_MTIME, "2024-01-02 03:04:05.000000000 +0000",
		    "2024-01-02 03:04:05.000000012 +0000");
	/* Equal, or different in the seconds: as AIDE shows them. */
	expect_both(&a, &a, INTACT_MTIME, "2024-01-02 03:04:05 +0000", "2024-01-02 03:04:05 +0000");
	b.mtime.sec++;
	expect_both(&a, &b, INTACT_MTIME, "2024-01-02 03:04:05 +0000", "2024-01-02 03:04:06 +0000");
	b.flags = INTACT_ENTRY_SECONDS;
	b.mtime = (struct intact_time){ 1704164645, 12 };
	expect_both(&a, &b, INTACT_MTIME, "2024-01-02 03:04:05 +0000", "2024-01-02 03:04:05 +0000");
	/* A flag without a letter. */
	a.e2fsattrs = 0x100;
	expect_both(&a, &b, INTACT_E2FSATTRS, "---------------------- 0x100",
		    "---------------------- 0x0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_none_without_a_measurement),
		cmocka_unit_test(test_values_of_numbers),
		cmocka_unit_test(test_values_of_modes),
		cmocka_unit_test(test_values_of_times_in_local_time),
		cmocka_unit_test(test_values_of_digests),
		cmocka_unit_test(test_values_of_file_flags),
		cmocka_unit_test(test_values_of_strings_are_raw),
		cmocka_unit_test(test_values_of_an_acl_with_names_where_there_are_any),
		cmocka_unit_test(test_values_of_extended_attributes),
		cmocka_unit_test(test_values_of_both_sides_never_look_alike_if_they_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
