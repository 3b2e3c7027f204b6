/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <intact/change.h>

#include "tests/unit/full_entry.h"

#define COUNT 300

/* Change number i, with i deciding which sides and strings it has. */
static void make(struct intact_change *c, unsigned i, const struct intact_entry *e)
{
	static char reason[40];

	snprintf(reason, sizeof(reason), "reason %u", i);
	*c = (struct intact_change){
		.kind = (enum intact_change_kind)(i % 5),
		.hidden = i % 7 == 0,
		.changed = i,
		.unverified = i % 3 ? 0 : UINT64_MAX - i,
		.reason = i % 3 ? NULL : reason,
		.old = i & 1 ? e : NULL,
		.new = i & 2 ? e : NULL,
	};
}

static void assert_change(const struct intact_change *got, unsigned i, const struct intact_entry *e,
			  bool hidden)
{
	struct intact_change want;

	make(&want, i, e);
	assert_int_equal(got->kind, want.kind);
	assert_int_equal(got->hidden, hidden);
	assert_int_equal(got->changed, want.changed);
	assert_int_equal(got->unverified, want.unverified);
	assert_int_equal(got->reason == NULL, want.reason == NULL);
	if (want.reason)
		assert_string_equal(got->reason, want.reason);
	assert_int_equal(got->old == NULL, want.old == NULL);
	assert_int_equal(got->new == NULL, want.new == NULL);
	if (got->old)
		full_entry_assert_copy(got->old, want.old, false);
	if (got->new)
		full_entry_assert_copy(got->new, want.new, false);
}

static bool was_hidden(unsigned i)
{
	return i % 7 == 0 || i % 11 == 0;
}

static void check_all(struct intact_changes *list, const struct intact_entry *e)
{
	struct intact_changes_iter *it;
	const struct intact_change *c;
	unsigned i = 0;

	assert_int_equal(intact_changes_iter_new(list, &it, NULL), 0);
	while (intact_changes_iter_next(it, &c, NULL) == 1) {
		assert_change(c, i, e, was_hidden(i));
		i++;
	}
	assert_int_equal(i, COUNT);
	assert_int_equal(intact_changes_iter_next(it, &c, NULL), 0);
	intact_changes_iter_free(it);
}

/* memory_limit: 0 spills each change, SIZE_MAX none, the rest some. */
static void fill_and_check(size_t memory_limit, const char *tmpdir)
{
	struct intact_changes *list;
	struct full_entry f;

	full_entry_init(&f);
	assert_int_equal(intact_changes_new(memory_limit, tmpdir, &list, NULL), 0);
	for (unsigned i = 0; i < COUNT; i++) {
		struct intact_change c;
		uint64_t pos = 99999;

		make(&c, i, &f.e);
		assert_int_equal(intact_changes_add(list, &c, i % 2 ? &pos : NULL, NULL), 0);
		if (i % 2)
			assert_int_equal(pos, i);
		assert_int_equal(intact_changes_count(list), i + 1);
	}
	for (unsigned i = 0; i < COUNT; i += 11)
		assert_int_equal(intact_changes_hide(list, i, NULL), 0);
	check_all(list, &f.e);
	check_all(list, &f.e);
	intact_changes_free(list);
}

static void test_change_list_keeps_explanations(void **state)
{
	const struct intact_explanation e = { 7, INTACT_EXPLAINED, INTACT_PROOF_MD5, 0 };
	struct intact_changes *list;
	struct intact_changes_iter *it;
	const struct intact_change *c;
	struct full_entry f;

	(void)state;
	full_entry_init(&f);
	assert_int_equal(intact_changes_new(1000, NULL, &list, NULL), 0);
	for (unsigned i = 0; i < 3; i++) {
		struct intact_change each;

		make(&each, i, &f.e);
		assert_int_equal(intact_changes_add(list, &each, NULL, NULL), 0);
	}
	assert_int_equal(intact_changes_iter_new(list, &it, NULL), 0);
	assert_int_equal(intact_changes_iter_next(it, &c, NULL), 1);
	assert_null(c->explanation);
	/* One may be set while the list is read. */
	assert_int_equal(intact_changes_explain(list, 1, &e, NULL), 0);
	assert_int_equal(intact_changes_iter_next(it, &c, NULL), 1);
	assert_memory_equal(c->explanation, &e, sizeof(e));
	assert_int_equal(intact_changes_iter_next(it, &c, NULL), 1);
	assert_int_equal(c->explanation->verdict, INTACT_UNEXPLAINED);
	assert_true(c->explanation->package == INTACT_NO_PACKAGE);
	intact_changes_iter_free(it);
	assert_int_equal(intact_changes_explain(list, 3, &e, NULL), INTACT_EIO);
	intact_changes_free(list);
}

static void test_change_list_gives_back_what_was_added(void **state)
{
	(void)state;
	fill_and_check(SIZE_MAX, NULL);
}

static void test_change_list_spills_and_gives_the_same_back(void **state)
{
	(void)state;
	fill_and_check(0, NULL);
	fill_and_check(1, "/tmp");
	fill_and_check(20000, "/tmp");
}

static void test_change_list_may_grow_after_it_was_read(void **state)
{
	struct intact_changes *list;
	struct intact_changes_iter *it;
	const struct intact_change *c;
	struct intact_change change = { .kind = INTACT_REMOVED };
	struct intact_entry e = { .path = { "/x", 2 } };

	(void)state;
	change.old = &e;
	assert_int_equal(intact_changes_new(1, "/tmp", &list, NULL), 0);
	for (unsigned round = 1; round < 4; round++) {
		unsigned n = 0;

		assert_int_equal(intact_changes_add(list, &change, NULL, NULL), 0);
		assert_int_equal(intact_changes_iter_new(list, &it, NULL), 0);
		while (intact_changes_iter_next(it, &c, NULL) == 1)
			n++;
		assert_int_equal(n, round);
		intact_changes_iter_free(it);
	}
	intact_changes_free(list);
}

static void test_change_list_leaves_no_file_behind(void **state)
{
	char dir[] = "/tmp/intact-test.XXXXXX";
	struct intact_changes *list;
	struct intact_change change = { .kind = INTACT_GAP, .reason = "why" };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(intact_changes_new(0, dir, &list, NULL), 0);
	assert_int_equal(intact_changes_add(list, &change, NULL, NULL), 0);
	/* While it is open, too. */
	assert_int_equal(rmdir(dir), 0);
	intact_changes_free(list);
}

static void test_change_list_says_that_it_cannot_spill(void **state)
{
	struct intact_changes *list;
	struct intact_change change = { .kind = INTACT_SAME };
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_changes_new(0, "/nonexistent/dir", &list, NULL), 0);
	assert_int_equal(intact_changes_add(list, &change, NULL, &err), INTACT_EIO);
	assert_non_null(strstr(err.text, "/nonexistent/dir"));
	intact_changes_free(list);
	intact_changes_free(NULL);
}

static void test_change_list_hides_only_what_it_has(void **state)
{
	struct intact_changes *list;

	(void)state;
	assert_int_equal(intact_changes_new(0, NULL, &list, NULL), 0);
	assert_int_equal(intact_changes_hide(list, 0, NULL), INTACT_EIO);
	intact_changes_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_change_list_keeps_explanations),
		cmocka_unit_test(test_change_list_gives_back_what_was_added),
		cmocka_unit_test(test_change_list_spills_and_gives_the_same_back),
		cmocka_unit_test(test_change_list_may_grow_after_it_was_read),
		cmocka_unit_test(test_change_list_leaves_no_file_behind),
		cmocka_unit_test(test_change_list_says_that_it_cannot_spill),
		cmocka_unit_test(test_change_list_hides_only_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
