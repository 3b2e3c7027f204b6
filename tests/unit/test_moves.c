/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <intact/compare.h>

#include "base/buf.h"
#include "tests/unit/sample_db.h"

#define B(id) INTACT_BIT(INTACT_##id)
#define PLAIN (B(PERM) | B(SIZE) | B(CTIME) | B(SHA256))
#define LOG (PLAIN | B(CHECK_INODE))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint8_t content[8][64] = { { 0 }, { 1 }, { 2 }, { 3 }, { 4 } };

/* A file of this inode; its content is numbered like it unless said otherwise. */
static struct intact_entry file_with(const char *path, uint64_t ino, uint64_t attrs, unsigned text)
{
	struct intact_entry e = { .path = { path, strlen(path) },
				  .mode = 0100644,
				  .size = text,
				  .ino = ino,
				  .attrs = attrs };

	e.digest[intact_attr_get(INTACT_SHA256)->digest] = content[text];
	return e;
}

static struct intact_entry file(const char *path, uint64_t ino, uint64_t attrs)
{
	return file_with(path, ino, attrs, (unsigned)ino % 8);
}

static void feed(struct intact_pairs *pairs, struct intact_changes *changes,
		 struct intact_moves *moves)
{
	const struct intact_match_options options = { .disk = true };
	struct intact_pair pair;
	char reason[128];
	int rc;

	while ((rc = intact_pairs_next(pairs, &pair, NULL)) > 0) {
		struct intact_change c;
		uint64_t pos = UINT64_MAX;

		if (intact_match_pair(&pair, &options, reason, sizeof(reason), &c))
			assert_int_equal(intact_changes_add(changes, &c, &pos, NULL), 0);
		assert_int_equal(intact_moves_feed(moves, &pair, &c, pos, NULL), 0);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(intact_moves_finish(moves, NULL), 0);
}

/* What is left to be seen: "+/a -/b ~/c". */
static void seen(struct intact_changes *changes, struct buf *out)
{
	static const char signs[] = { [INTACT_SAME] = '=',
				      [INTACT_ADDED] = '+',
				      [INTACT_REMOVED] = '-',
				      [INTACT_CHANGED] = '~',
				      [INTACT_GAP] = '!' };
	struct intact_changes_iter *it;
	const struct intact_change *c;

	buf_add_str(out, "");
	assert_int_equal(intact_changes_iter_new(changes, &it, NULL), 0);
	while (intact_changes_iter_next(it, &c, NULL) > 0) {
		if (!c->hidden && c->kind != INTACT_SAME)
			buf_printf(out, "%s%c%s", out->len ? " " : "", signs[c->kind],
				   c->new ? c->new->path.s : c->old->path.s);
	}
	intact_changes_iter_free(it);
}

static void run(const struct intact_entry *old, size_t nold, const struct intact_entry *new,
		size_t nnew, const char *want)
{
	struct intact_changes *changes;
	struct intact_moves *moves;
	struct intact_pairs *pairs;
	struct buf got = { 0 };

	assert_int_equal(intact_changes_new(1 << 16, NULL, &changes, NULL), 0);
	assert_int_equal(intact_moves_new(changes, &moves, NULL), 0);
	assert_int_equal(intact_join_new(sample_stream(old, nold, 0), sample_stream(new, nnew, 0),
					 NULL, NULL, &pairs, NULL),
			 0);
	feed(pairs, changes, moves);
	seen(changes, &got);
	assert_string_equal(got.data, want);
	buf_release(&got);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
}

#define RUN(old, new, want) run(old, COUNT(old), new, COUNT(new), want)

static void test_moves_hides_a_renamed_file(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	struct intact_entry new[] = { file("/l/b", 1, LOG) };

	(void)state;
	new[0].ctime.sec = 5;
	RUN(old, new, "");
	/* Found in either direction of the order. */
	new[0].ctime.sec = 0;
	RUN(new, old, "");
}

static void test_moves_needs_the_attribute_on_the_old_side(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, PLAIN) };
	const struct intact_entry new[] = { file("/l/b", 1, LOG) };

	(void)state;
	RUN(old, new, "-/l/a +/l/b");
}

static void test_moves_needs_equal_attributes_and_content(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	struct intact_entry new[] = { file("/l/b", 1, LOG | B(UID)) };

	(void)state;
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file_with("/l/b", 1, LOG, 2);
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file("/l/b", 1, LOG);
	new[0].mode |= 04000;
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file("/l/b", 1, LOG);
	new[0].failed = B(SHA256);
	new[0].problem = "EIO";
	RUN(old, new, "-/l/a +/l/b");
}

static void test_moves_allows_special_attributes_to_differ(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG | B(GROWING)) };
	const struct intact_entry new[] = { file(
		"/l/b", 1, LOG | B(ALLOW_NEW) | B(ALLOW_REMOVED) | B(COMPRESSED)) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_stays_in_one_directory(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/x/z", 2, LOG) };
	const struct intact_entry new[] = { file("/l/x/a", 1, LOG), file("/l/z", 2, LOG) };

	(void)state;
	RUN(old, new, "-/l/a +/l/x/a -/l/x/z +/l/z");
}

static void test_moves_waits_for_the_content_of_directories_between(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/m/a", 2, LOG) };
	const struct intact_entry new[] = { file("/l/m/b", 2, LOG), file("/l/z", 1, LOG) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_adds_a_hard_link_beside_the_original(void **state)
{
	const struct intact_entry old[] = { file("/l/m", 1, LOG) };
	const struct intact_entry new[] = { file("/l/a", 1, LOG), file("/l/m", 1, LOG),
					    file("/l/z", 1, LOG) };

	(void)state;
	RUN(old, new, "+/l/a +/l/z");
}

static void test_moves_uses_each_source_once_and_in_order(void **state)
{
	const struct intact_entry old[] = { file("/l/x", 1, LOG), file("/l/y", 1, LOG) };
	const struct intact_entry new[] = { file("/l/a", 1, LOG), file("/l/b", 1, LOG),
					    file("/l/c", 1, LOG) };
	const struct intact_entry fewer[] = { file("/l/a", 1, LOG) };

	(void)state;
	RUN(old, new, "+/l/c");
	RUN(old, fewer, "-/l/y");
}

static void test_moves_follows_a_rotation_chain(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG), file("/l/log.1", 2, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG | B(ALLOW_NEW)),
					    file("/l/log.1", 1, LOG), file("/l/log.2", 2, LOG) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_reports_the_end_of_a_chain_that_went_away(void **state)
{
	struct intact_entry old[] = { file("/l/log", 1, LOG), file("/l/log.1", 2, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG | B(ALLOW_NEW)),
					    file("/l/log.1", 1, LOG) };

	(void)state;
	/* What was in log.1 is gone, though another file moved into its name. */
	RUN(old, new, "~/l/log.1");
	old[1].attrs |= B(ALLOW_REMOVED);
	RUN(old, new, "");
}

static void test_moves_reports_new_content_under_a_name_that_moved_away(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG), file("/l/log.1", 1, LOG) };

	(void)state;
	RUN(old, new, "~/l/log");
}

static void test_moves_hides_nothing_if_two_files_trade_content(void **state)
{
	/* Both names are explained by each other's object. */
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/b", 2, LOG) };
	const struct intact_entry swapped[] = { file("/l/a", 2, LOG), file("/l/b", 1, LOG) };
	const struct intact_entry copied[] = { file_with("/l/a", 1, LOG, 2),
					       file_with("/l/b", 2, LOG, 1) };

	(void)state;
	RUN(old, swapped, "");
	RUN(old, copied, "~/l/a ~/l/b");
}

static void test_moves_does_not_take_what_a_gap_hides(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	const struct intact_entry new[] = {
		{ .path = { "/l", 2 }, .flags = INTACT_ENTRY_GAP, .problem = "cut" },
		file("/l/b", 1, LOG),
	};

	(void)state;
	RUN(old, new, "!/l +/l/b");
}

static void test_moves_bounds_what_it_keeps_of_a_directory(void **state)
{
	enum { N = 20100 };
	struct intact_entry *old = calloc(N, sizeof(*old)), *new = calloc(N, sizeof(*new));
	char(*names)[2][32] = calloc(N, sizeof(*names));
	struct buf want = { 0 };

	(void)state;
	/* Each file is renamed to the name after it; each pair of names stands together. */
	for (int i = 0; i < N; i++) {
		snprintf(names[i][0], 32, "/l/%05d.a", i);
		snprintf(names[i][1], 32, "/l/%05d.b", i);
		old[i] = file(names[i][0], (uint64_t)(1000 + i), LOG);
		new[i] = file(names[i][1], (uint64_t)(1000 + i), LOG);
		if (i >= 10000)
			buf_printf(&want, "%s-%s +%s", want.len ? " " : "", names[i][0],
				   names[i][1]);
	}
	run(old, N, new, N, want.data);
	buf_release(&want);
	free(old);
	free(new);
	free(names);
}

static void test_moves_counts_what_it_hid(void **state)
{
	const struct intact_entry old[] = { file("/a", 1, LOG), file("/b", 2, LOG) };
	const struct intact_entry new[] = { file("/c", 1, LOG), file("/d", 2, LOG) };
	struct intact_changes *changes;
	struct intact_moves *moves;
	struct intact_pairs *pairs;
	uint64_t added, removed;

	(void)state;
	assert_int_equal(intact_changes_new(0, NULL, &changes, NULL), 0);
	assert_int_equal(intact_moves_new(changes, &moves, NULL), 0);
	assert_int_equal(intact_join_new(sample_stream(old, 2, 0), sample_stream(new, 2, 0), NULL,
					 NULL, &pairs, NULL),
			 0);
	feed(pairs, changes, moves);
	intact_moves_hidden(moves, &added, &removed);
	assert_int_equal(added, 2);
	assert_int_equal(removed, 2);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
	intact_moves_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves_hides_a_renamed_file),
		cmocka_unit_test(test_moves_needs_the_attribute_on_the_old_side),
		cmocka_unit_test(test_moves_needs_equal_attributes_and_content),
		cmocka_unit_test(test_moves_allows_special_attributes_to_differ),
		cmocka_unit_test(test_moves_stays_in_one_directory),
		cmocka_unit_test(test_moves_waits_for_the_content_of_directories_between),
		cmocka_unit_test(test_moves_adds_a_hard_link_beside_the_original),
		cmocka_unit_test(test_moves_uses_each_source_once_and_in_order),
		cmocka_unit_test(test_moves_follows_a_rotation_chain),
		cmocka_unit_test(test_moves_reports_the_end_of_a_chain_that_went_away),
		cmocka_unit_test(test_moves_reports_new_content_under_a_name_that_moved_away),
		cmocka_unit_test(test_moves_hides_nothing_if_two_files_trade_content),
		cmocka_unit_test(test_moves_does_not_take_what_a_gap_hides),
		cmocka_unit_test(test_moves_bounds_what_it_keeps_of_a_directory),
		cmocka_unit_test(test_moves_counts_what_it_hid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
