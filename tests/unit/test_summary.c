/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/summary.h"
#include "tests/unit/sample_report.h"

#define B(id) INTACT_BIT(INTACT_##id)

static struct intact_report_options options;

static int setup(void **state)
{
	(void)state;
	options = sample_options();
	return 0;
}

static struct intact_entry file(uint64_t attrs)
{
	return (struct intact_entry){ .path = { "/f", 2 }, .mode = 0100644, .attrs = attrs };
}

static void expect(const struct intact_entry *old, const struct intact_entry *new, uint64_t changed,
		   const char *want)
{
	const struct intact_change c = { .kind = !old	? INTACT_ADDED
						 : !new ? INTACT_REMOVED
							: INTACT_CHANGED,
					 .old = old,
					 .new = new,
					 .changed = changed };
	struct intact_run run = sample_run(NULL);
	char text[SUMMARY_MAX];
	struct view v = view_of(&run, &options, &c);

	summary_string(&v, &options, 19, text);
	assert_string_equal(text, want);
	summary_string(&v, &options, 18, text);
	assert_int_equal(strlen(text), 18);
	assert_memory_equal(text, want, 18);
}

static void test_summary_fills_the_columns_of_an_added_or_removed_entry(void **state)
{
	struct intact_entry e = file(B(PERM));

	(void)state;
	expect(NULL, &e, 0, "f++++++++++++++++++");
	e.mode = 0040755;
	expect(&e, NULL, 0, "d------------------");
	e.mode = 0;
	expect(&e, NULL, 0, "?------------------");
}

static void test_summary_has_a_column_for_each_attribute(void **state)
{
	uint64_t all = B(LINK) | B(SIZE) | B(BLOCKS) | B(PERM) | B(UID) | B(GID) | B(ATIME) |
		       B(MTIME) | B(CTIME) | B(INODE) | B(NLINK) | B(SHA512) | B(ACL) | B(XATTRS) |
		       B(SELINUX) | B(E2FSATTRS) | B(CAPS) | B(FSTYPE);
	struct intact_entry old = file(all), new = file(all), none = file(0);

	(void)state;
	old.caps = new.caps = old.selinux = new.selinux = (struct intact_str){ "x", 1 };
	expect(&old, &new, all, "fl>bpugamcinHAXSECF");
	expect(&old, &new, B(MTIME), "f.=.....m..........");
	expect(&old, &none, B(FTYPE), "f------------------");
	expect(&none, &new, B(FTYPE), "f++++++++++++++++++");
	expect(&none, &none, B(FTYPE), "f                  ");
	/* Ours have no column. */
	expect(&none, &none, B(RDEV) | B(DEV) | B(BTIME), "f                  ");
}

static void test_summary_tells_growing_from_shrinking(void **state)
{
	struct intact_entry old = file(B(SIZE)), new = old, growing = file(B(SIZE_GROWING));

	(void)state;
	old.size = 5;
	expect(&old, &new, B(SIZE), "f <                ");
	expect(&new, &old, B(SIZE), "f >                ");
	expect(&old, &new, B(UID), "f =  u             ");
	old.attrs = B(SIZE_GROWING);
	expect(&old, &growing, B(SIZE_GROWING), "f <                ");
	/* AIDE shows growth here. */
	old.attrs = B(SIZE);
	options.ignore_removed = B(SIZE);
	expect(&old, &new, B(SIZE), "f <                ");
}

static void test_summary_marks_what_is_ignored(void **state)
{
	struct intact_entry old = file(B(PERM) | B(UID) | B(MTIME) | B(NLINK)),
			    new = file(B(PERM) | B(GID) | B(MTIME) | B(NLINK));

	(void)state;
	expect(&old, &new, B(PERM) | B(MTIME) | B(NLINK), "f   p-+ m  n       ");
	options.ignore_changed = B(PERM) | B(MTIME);
	expect(&old, &new, B(PERM) | B(NLINK), "f   :-+ :  n       ");
	options.ignore_added = B(GID);
	options.ignore_removed = B(UID);
	expect(&old, &new, B(PERM) | B(NLINK), "f   ::: :  n       ");
	options.force = B(PERM) | B(UID);
	expect(&old, &new, B(PERM) | B(NLINK), "f   p-: :  n       ");
}

static void test_summary_joins_all_digests_in_one_column(void **state)
{
	struct intact_entry old = file(B(MD5) | B(SHA1)), new = file(B(MD5) | B(SHA256));

	(void)state;
	expect(&old, &new, B(SHA1), "f           H      ");
	expect(&old, &new, B(UID), "f    u      -      ");
	options.ignore_removed = B(SHA1);
	expect(&old, &new, B(UID), "f    u      +      ");
	options.ignore_added = B(SHA256);
	expect(&old, &new, B(UID), "f    u      :      ");
}

static void test_summary_shows_a_capability_that_came(void **state)
{
	struct intact_entry old = file(B(CAPS)), new = old;

	(void)state;
	expect(&old, &new, B(UID), "f    u             ");
	new.caps = (struct intact_str){ "x", 1 };
	expect(&old, &new, B(CAPS), "f                C ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_summary_fills_the_columns_of_an_added_or_removed_entry,
				       setup),
		cmocka_unit_test_setup(test_summary_has_a_column_for_each_attribute, setup),
		cmocka_unit_test_setup(test_summary_tells_growing_from_shrinking, setup),
		cmocka_unit_test_setup(test_summary_marks_what_is_ignored, setup),
		cmocka_unit_test_setup(test_summary_joins_all_digests_in_one_column, setup),
		cmocka_unit_test_setup(test_summary_shows_a_capability_that_came, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
