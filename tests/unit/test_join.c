/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <intact/compare.h>

#include "base/buf.h"
#include "base/path.h"
#include "tests/unit/sample_db.h"

#define MAX 64

/* "/a /b !/b:why": entries by path, gaps by "!path:problem". */
struct names {
	char *text;
	struct intact_entry entries[MAX];
	size_t count;
};

static void names_init(struct names *n, const char *list)
{
	char *rest = NULL;

	*n = (struct names){ .text = strdup(list) };
	for (char *at = strtok_r(n->text, " ", &rest); at; at = strtok_r(NULL, " ", &rest)) {
		struct intact_entry *e = &n->entries[n->count++];
		char *colon = strchr(at, ':');

		if (*at == '!') {
			at++;
			e->flags = INTACT_ENTRY_GAP;
			if (colon)
				*colon++ = '\0';
			e->problem = colon;
		}
		e->path = (struct intact_str){ at, strlen(at) };
	}
}

static struct intact_stream *names_stream(const struct names *n)
{
	return sample_stream(n->entries, n->count, 0);
}

/* "-/a" old only, "+/b" new only, "=/c" both, "?/d:why" behind a gap, "!/e" a gap, "~/f" outside */
static void describe(const struct intact_pair *p, struct buf *out)
{
	const struct intact_entry *e = p->old ? p->old : p->new;
	char sign = '=';

	if (p->outside)
		sign = '~';
	else if (p->gap)
		sign = '?';
	else if (!p->new)
		sign = '-';
	else if (p->new->flags & INTACT_ENTRY_GAP)
		sign = '!';
	else if (!p->old)
		sign = '+';
	buf_printf(out, "%s%c%s", out->len ? " " : "", sign, e->path.s);
	if (p->gap)
		buf_printf(out, ":%s", p->gap);
}

static int join_text(struct intact_stream *old, struct intact_stream *new, intact_inside_fn *inside,
		     struct buf *out, struct intact_error *err)
{
	struct intact_pairs *pairs;
	struct intact_pair pair;
	int rc = intact_join_new(old, new, inside, NULL, &pairs, err);

	assert_int_equal(rc, 0);
	buf_add_str(out, "");
	while ((rc = intact_pairs_next(pairs, &pair, err)) > 0)
		describe(&pair, out);
	intact_pairs_close(pairs);
	return rc;
}

static void expect(const char *old_list, const char *new_list, intact_inside_fn *inside,
		   const char *want)
{
	struct names old, new;
	struct buf got = { 0 };

	names_init(&old, old_list);
	names_init(&new, new_list);
	assert_int_equal(join_text(names_stream(&old), names_stream(&new), inside, &got, NULL), 0);
	assert_string_equal(got.data, want);
	buf_release(&got);
	free(old.text);
	free(new.text);
}

static void expect_damaged(const char *old_list, const char *new_list, const char *what)
{
	struct names old, new;
	struct buf got = { 0 };
	struct intact_error err = { 0 };

	names_init(&old, old_list);
	names_init(&new, new_list);
	assert_int_equal(join_text(names_stream(&old), names_stream(&new), NULL, &got, &err),
			 INTACT_EDAMAGED);
	assert_string_equal(err.text, what);
	buf_release(&got);
	free(old.text);
	free(new.text);
}

static void test_join_pairs_equal_paths_and_yields_the_rest_alone(void **state)
{
	(void)state;
	expect("", "", NULL, "");
	expect("/a /b /c", "/a /b /c", NULL, "=/a =/b =/c");
	expect("/a /c", "/b /d", NULL, "-/a +/b -/c +/d");
	expect("/a", "", NULL, "-/a");
	expect("", "/a", NULL, "+/a");
}

static void test_join_follows_path_order_not_byte_order(void **state)
{
	(void)state;
	expect("/a /a/x /a.b", "/a /a.b", NULL, "=/a -/a/x =/a.b");
	expect("/ /a", "/ /a /a/b", NULL, "=/ =/a +/a/b");
}

static void test_join_without_an_old_side_adds_everything(void **state)
{
	struct names new;
	struct buf got = { 0 };

	(void)state;
	names_init(&new, "/a !/a:why /a/b");
	assert_int_equal(join_text(NULL, names_stream(&new), NULL, &got, NULL), 0);
	assert_string_equal(got.data, "+/a !/a +/a/b");
	buf_release(&got);
	free(new.text);
}

static void test_join_keeps_what_lies_behind_a_gap_from_being_removed(void **state)
{
	(void)state;
	expect("/d /d/x /d/y /e", "/d !/d:closed /f", NULL,
	       "=/d !/d ?/d/x:closed ?/d/y:closed -/e +/f");
	/* The name is below the folder only if a slash follows. */
	expect("/d /d.x /dx", "/d !/d:closed", NULL, "=/d !/d -/d.x -/dx");
	expect("/d /d/x", "/d !/d", NULL, "=/d !/d ?/d/x:names may be missing here");
	expect("/x", "!/:top", NULL, "!/ ?/x:top");
}

static void test_join_still_pairs_what_was_seen_behind_a_gap(void **state)
{
	(void)state;
	expect("/d /d/a /d/b /d/c", "/d !/d:cut /d/b", NULL, "=/d !/d ?/d/a:cut =/d/b ?/d/c:cut");
}

static void test_join_names_the_innermost_of_nested_gaps(void **state)
{
	(void)state;
	expect("/d /d/a /d/a/x /d/b /e", "/d !/d:outer /d/a !/d/a:inner", NULL,
	       "=/d !/d =/d/a !/d/a ?/d/a/x:inner ?/d/b:outer -/e");
}

static void test_join_takes_a_gap_after_the_content_of_its_directory(void **state)
{
	(void)state;
	/* What was given out before stays as it was. */
	expect("/d /d/a /d/b /d/z", "/d /d/b !/d:moved /e", NULL,
	       "=/d -/d/a =/d/b !/d ?/d/z:moved +/e");
	expect("/d /d/a", "/d /d/a !/d:moved !/d:moved", NULL, "=/d =/d/a !/d !/d");
	/* A gap inside and then one around it. */
	expect("/d /d/a /d/a/x /d/z", "/d /d/a !/d/a:in !/d:out", NULL,
	       "=/d =/d/a !/d/a !/d ?/d/a/x:in ?/d/z:out");
}

static void test_join_removes_a_directory_before_a_later_gap(void **state)
{
	(void)state;
	expect("/a /a/x", "!/b:why", NULL, "-/a -/a/x !/b");
}

static bool inside_b(void *ctx, const char *path, size_t len)
{
	(void)ctx;
	return len >= 2 && path[1] == 'b';
}

static void test_join_gives_out_old_entries_outside_the_limit(void **state)
{
	(void)state;
	expect("/a /b /c", "/b", inside_b, "~/a =/b ~/c");
	/* Outside wins over whatever the new side has. */
	expect("/a /b", "/a /b", inside_b, "~/a =/b");
	expect("/a /b/x", "!/:why", inside_b, "!/ ~/a ?/b/x:why");
}

static void test_join_refuses_disorder_on_either_side(void **state)
{
	(void)state;
	expect_damaged("/b /a", "", "'/a' is out of order on the old side: it follows '/b'");
	expect_damaged("", "/a.b /a/x",
		       "'/a/x' is out of order on the new side: it follows '/a.b'");
	expect_damaged("/a /a", "/a", "'/a' stands twice on the old side");
	expect_damaged("/a", "/a /a", "'/a' stands twice on the new side");
	/* A gap does not reset the order. */
	expect_damaged("", "/b !/b:x /a", "'/a' is out of order on the new side: it follows '/b'");
}

static void test_join_passes_the_failure_of_a_stream_on(void **state)
{
	struct names n;
	struct buf got = { 0 };

	(void)state;
	names_init(&n, "/a");
	assert_int_equal(join_text(sample_stream(n.entries, 1, INTACT_EIO), names_stream(&n), NULL,
				   &got, NULL),
			 INTACT_EIO);
	assert_string_equal(got.data, "=/a");
	buf_clear(&got);
	assert_int_equal(
		join_text(NULL, sample_stream(n.entries, 1, INTACT_ESIGNAL), NULL, &got, NULL),
		INTACT_ESIGNAL);
	buf_release(&got);
	free(n.text);
}

/* ---- against brute force ---- */

#define UNIVERSE 84 /* 4 names, up to 3 deep */
#define NAMES 4

struct world {
	char paths[UNIVERSE][16];
	bool old[UNIVERSE], new[UNIVERSE], gap[UNIVERSE];
};

static int by_path(const void *a, const void *b)
{
	return path_cmp(a, strlen(a), b, strlen(b));
}

static void world_init(struct world *w)
{
	static const char *const names[NAMES] = { "a", "a.b", "a0", "b" };
	size_t n = 0;

	memset(w, 0, sizeof(*w));
	for (int i = 0; i < NAMES; i++) {
		snprintf(w->paths[n++], 16, "/%s", names[i]);
		for (int k = 0; k < NAMES; k++) {
			snprintf(w->paths[n++], 16, "/%s/%s", names[i], names[k]);
			for (int l = 0; l < NAMES; l++)
				snprintf(w->paths[n++], 16, "/%s/%s/%s", names[i], names[k],
					 names[l]);
		}
	}
	assert_int_equal(n, UNIVERSE);
	qsort(w->paths, UNIVERSE, 16, by_path);
}

static void world_shake(struct world *w, unsigned gap_percent)
{
	for (size_t i = 0; i < UNIVERSE; i++) {
		w->old[i] = rand() % 3 == 0;
		w->new[i] = rand() % 3 == 0;
		w->gap[i] = (unsigned)(rand() % 100) < gap_percent;
	}
}

static const char *innermost_gap(const struct world *w, size_t i)
{
	const char *found = NULL;

	for (size_t k = 0; k < i; k++) {
		if (w->gap[k] &&
		    path_below(w->paths[i], strlen(w->paths[i]), w->paths[k], strlen(w->paths[k])))
			found = w->paths[k];
	}
	return found;
}

static void world_expect(const struct world *w, struct buf *out)
{
	buf_add_str(out, "");
	for (size_t i = 0; i < UNIVERSE; i++) {
		const char *gap = innermost_gap(w, i), *space = out->len ? " " : "";
		char sign = w->old[i] ? (w->new[i] ? '=' : '-') : '+';

		if (w->old[i] && !w->new[i] && gap)
			buf_printf(out, "%s?%s:%s", space, w->paths[i], gap);
		else if (w->old[i] || w->new[i])
			buf_printf(out, "%s%c%s", space, sign, w->paths[i]);
		if (w->gap[i])
			buf_printf(out, "%s!%s", out->len ? " " : "", w->paths[i]);
	}
}

static size_t world_side(const struct world *w, bool new, struct intact_entry *entries)
{
	size_t n = 0;

	for (size_t i = 0; i < UNIVERSE; i++) {
		const struct intact_str path = { w->paths[i], strlen(w->paths[i]) };

		if (new ? w->new[i] : w->old[i])
			entries[n++] = (struct intact_entry){ .path = path };
		if (new && w->gap[i])
			entries[n++] = (struct intact_entry){ .path = path,
							      .flags = INTACT_ENTRY_GAP,
							      .problem = path.s };
	}
	return n;
}

static void test_join_agrees_with_brute_force(void **state)
{
	static struct intact_entry old[UNIVERSE], new[2 * UNIVERSE];
	static struct world w;

	(void)state;
	world_init(&w);
	srand(1);
	for (unsigned round = 0; round < 2000; round++) {
		struct buf want = { 0 }, got = { 0 };
		size_t nold, nnew;

		world_shake(&w, round % 4 * 5);
		world_expect(&w, &want);
		nold = world_side(&w, false, old);
		nnew = world_side(&w, true, new);
		assert_int_equal(join_text(sample_stream(old, nold, 0), sample_stream(new, nnew, 0),
					   NULL, &got, NULL),
				 0);
		assert_string_equal(got.data, want.data);
		buf_release(&want);
		buf_release(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join_pairs_equal_paths_and_yields_the_rest_alone),
		cmocka_unit_test(test_join_follows_path_order_not_byte_order),
		cmocka_unit_test(test_join_without_an_old_side_adds_everything),
		cmocka_unit_test(test_join_keeps_what_lies_behind_a_gap_from_being_removed),
		cmocka_unit_test(test_join_still_pairs_what_was_seen_behind_a_gap),
		cmocka_unit_test(test_join_names_the_innermost_of_nested_gaps),
		cmocka_unit_test(test_join_takes_a_gap_after_the_content_of_its_directory),
		cmocka_unit_test(test_join_removes_a_directory_before_a_later_gap),
		cmocka_unit_test(test_join_gives_out_old_entries_outside_the_limit),
		cmocka_unit_test(test_join_refuses_disorder_on_either_side),
		cmocka_unit_test(test_join_passes_the_failure_of_a_stream_on),
		cmocka_unit_test(test_join_agrees_with_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
