/* SPDX-License-Identifier: BSD-2-Clause */

/* order.c and pairs.c: the same results in the same order, whoever measured them. */

#include "scan_fixture.h"

#include <sys/resource.h>

static void make_tree(struct fixture *f, unsigned files)
{
	char path[64], text[64];

	for (unsigned i = 0; i < files; i++) {
		if (i % 20 == 0) {
			snprintf(path, sizeof(path), "dir%u", i / 20);
			make_dir(f, path);
		}
		snprintf(path, sizeof(path), "dir%u/file%u", i / 20, i);
		snprintf(text, sizeof(text), "content of %u", i);
		make_text(f, path, text);
	}
}

static void assert_same(const struct results *a, const struct results *b)
{
	assert_int_equal(a->rc, b->rc);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct intact_entry *ea = &a->e[i], *eb = &b->e[i];

		assert_string_equal(ea->path.s, eb->path.s);
		assert_int_equal(ea->attrs, eb->attrs);
		assert_int_equal(ea->failed, eb->failed);
		for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
			if (intact_entry_has(ea, id))
				assert_true(intact_entry_equal(ea, eb, intact_attr_get(id)));
		}
	}
}

static void test_order_is_the_same_with_any_number_of_workers(void **state)
{
	static const unsigned workers[] = { 1, 2, 8 };
	struct fixture *f = *state;
	struct results alone, r;

	f->rules.attrs = MASK_ALL;
	make_tree(f, 3000);
	scan_all(f, NULL, &alone);
	assert_int_equal(alone.rc, 0);
	assert_int_equal(alone.n, 1 + 150 + 3000);
	assert_int_equal(alone.stats.entries, alone.n);
	for (size_t i = 0; i < 3; i++) {
		f->workers = workers[i];
		scan_all(f, NULL, &r);
		assert_same(&alone, &r);
		assert_int_equal(r.stats.entries, r.n);
		assert_int_equal(r.stats.bytes, alone.stats.bytes);
		results_free(&r);
		/* There may be more of them; here nobody waits for a disk. */
		f->workers_most = 16;
		scan_all(f, NULL, &r);
		assert_same(&alone, &r);
		results_free(&r);
	}
	results_free(&alone);
}

static void test_order_goes_on_past_a_large_file(void **state)
{
	struct fixture *f = *state;
	struct results r;
	int fd;

	/* More files than are normally kept ahead stand behind it. */
	make_tree(f, 2000);
	fd = openat(f->fd, "a-large-one", O_CREAT | O_WRONLY, 0644);
	assert_int_equal(ftruncate(fd, 400 << 20), 0);
	close(fd);
	f->rules.attrs = MASK_ALL;
	f->workers = 2;
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.n, 1 + 100 + 2000 + 1);
	assert_string_equal(r.e[1].path.s, "/a-large-one");
	results_free(&r);
}

static void test_order_bounds_the_directories_it_holds(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit, low = { 100, 100 };
	char path[32];
	struct results r;
	pid_t pid;
	int status;

	for (unsigned i = 0; i < 600; i++) {
		snprintf(path, sizeof(path), "d%u", i);
		make_dir(f, path);
		snprintf(path, sizeof(path), "d%u/file", i);
		make_text(f, path, "x");
	}
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	pid = fork();
	if (pid == 0) {
		size_t bad = 0;

		if (setrlimit(RLIMIT_NOFILE, &low) != 0)
			_exit(2);
		f->rules.attrs = MASK_ALL;
		f->workers = 8;
		scan_all(f, NULL, &r);
		for (size_t i = 0; i < r.n; i++)
			bad += r.e[i].problem != NULL;
		_exit(r.rc == 0 && r.n == 1201 && !bad ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_order_can_be_left_in_the_middle(void **state)
{
	struct fixture *f = *state;

	make_tree(f, 2000);
	f->rules.attrs = MASK_ALL;
	f->workers = 4;
	for (unsigned take = 0; take < 300; take += 29) {
		struct intact_scan *scan = fixture_scan(f);
		struct zip *z = calloc(1, sizeof(*z));
		struct intact_pairs *pairs;
		struct intact_pair pair;

		assert_non_null(z);
		*z = (struct zip){ { zip_next, zip_close }, NULL, NULL };
		assert_int_equal(intact_scan_walk(scan, &z->in, NULL), 0);
		assert_int_equal(intact_scan_measure(scan, &z->pairs, &pairs, NULL), 0);
		for (unsigned i = 0; i < take; i++)
			assert_int_equal(intact_pairs_next(pairs, &pair, NULL), 1);
		intact_pairs_close(pairs);
		intact_scan_free(scan);
	}
}

static int stop_after_some(void *ctx)
{
	return ++*(int *)ctx > 1;
}

static void test_order_stops_when_the_tick_says_so(void **state)
{
	struct fixture *f = *state;
	int fd = openat(f->fd, "huge", O_CREAT | O_WRONLY, 0644);
	int calls = 0;
	struct results r;

	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	close(fd);
	f->rules.attrs = MASK_ALL;
	f->workers = 2;
	f->tick = stop_after_some;
	f->tick_ctx = &calls;
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, INTACT_ESIGNAL);
	results_free(&r);
}

/* ---- pairs that are not measured ---------------------------------------------------------------
 */

struct list_pairs {
	struct intact_pairs pairs;
	const struct intact_pair *list;
	size_t count;
	size_t at;
	int end;
};

static int list_pairs_next(struct intact_pairs *p, struct intact_pair *ret,
			   struct intact_error *err)
{
	struct list_pairs *l = (struct list_pairs *)p;

	if (l->at == l->count)
		return l->end < 0 ? intact_fail(err, l->end, "the input ends badly") : 0;
	*ret = l->list[l->at++];
	return 1;
}

static void list_pairs_close(struct intact_pairs *p)
{
	(void)p;
}

static void test_order_gives_other_pairs_on_as_they_are(void **state)
{
	static const struct intact_entry old = { .path = { "/old", 4 }, .size = 7 };
	static const struct intact_entry gap = { .path = { "/gap", 4 },
						 .flags = INTACT_ENTRY_GAP,
						 .problem = "why" };
	static const struct intact_pair list[] = {
		{ .old = &old, .gap = "behind a gap" },
		{ .new = &gap },
		{ .old = &old, .outside = true },
	};
	struct fixture *f = *state;

	for (f->workers = 0; f->workers < 3; f->workers++) {
		struct list_pairs in = {
			{ list_pairs_next, list_pairs_close }, list, 3, 0, INTACT_EDAMAGED
		};
		struct intact_scan *scan = fixture_scan(f);
		struct intact_pairs *pairs;
		struct intact_pair pair;
		struct intact_error err;

		assert_int_equal(intact_scan_measure(scan, &in.pairs, &pairs, NULL), 0);
		assert_int_equal(intact_pairs_next(pairs, &pair, &err), 1);
		assert_string_equal(pair.gap, "behind a gap");
		assert_null(pair.new);
		assert_int_equal(pair.old->size, 7);
		assert_int_equal(intact_pairs_next(pairs, &pair, &err), 1);
		assert_null(pair.old);
		assert_string_equal(pair.new->problem, "why");
		assert_int_equal(intact_pairs_next(pairs, &pair, &err), 1);
		assert_true(pair.outside);
		/* What went well is given out before what ended it. */
		assert_int_equal(intact_pairs_next(pairs, &pair, &err), INTACT_EDAMAGED);
		assert_string_equal(err.text, "the input ends badly");
		intact_pairs_close(pairs);
		assert_int_equal(intact_scan_stats(scan)->entries, 0);
		intact_scan_free(scan);
	}
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_order_is_the_same_with_any_number_of_workers),
		WITH_TREE(test_order_goes_on_past_a_large_file),
		WITH_TREE(test_order_bounds_the_directories_it_holds),
		WITH_TREE(test_order_can_be_left_in_the_middle),
		WITH_TREE(test_order_stops_when_the_tick_says_so),
		WITH_TREE(test_order_gives_other_pairs_on_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
