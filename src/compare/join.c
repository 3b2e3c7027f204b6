/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The join: two streams in path order become one stream of pairs in path order.
 *
 * Let o and n be the heads of the two streams (an ended stream has a head that sorts after every
 * path).  Both ascend strictly, so every entry still to come on a side sorts after its head:
 *
 *   (gap)  n is a gap entry and o sorts after it.  Entries of the old side that lie below its path
 *          may still come: remember it, give it out.  (If o has its path, o is given out alone
 *          first: a gap is no entry.)
 *   (o<n)  No entry of the new side can have o's path any more: o stands alone.  It is removed,
 *          unless a gap says that the new side could not see it.
 *   (o>n)  Likewise n stands alone: it is added.
 *   (o=n)  The two are the same path.
 *
 * Each branch takes one head or both, so the loop ends; each path is given out once, in order.  A
 * gap entry has the path of its directory and is the one thing that may come out of order: it is
 * noticed either before the content of the directory or after it.
 */

#include <intact/compare.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"

/* One stream with its head. */
struct join_side {
	struct intact_stream *stream; /* NULL: always at its end */
	const struct intact_entry *head;
	struct buf last; /* path of the newest head that was no gap */
	bool taken;	 /* the head was given out: fetch the next one */
	bool ended;
	const char *name;
};

/* A directory below which the new side may lack names. */
struct join_gap {
	char *path;
	size_t len;
	char *problem;
};

struct join {
	struct intact_pairs pairs;
	struct join_side old, new;
	intact_inside_fn *inside;
	void *inside_ctx;
	struct join_gap *gaps; /* those that old entries to come may lie below, the newest last */
	size_t ngaps;
	size_t gaps_size;
};

/* ---- one side ---- */

static bool side_is_gap(const struct join_side *s)
{
	return s->head && (s->head->flags & INTACT_ENTRY_GAP);
}

static int side_check_order(struct join_side *s, struct intact_error *err)
{
	const struct intact_str *path = &s->head->path;
	int order = s->last.data ? path_cmp(s->last.data, s->last.len, path->s, path->len) : -1;

	if (order == 0)
		return intact_fail(err, INTACT_EDAMAGED, "'%s' stands twice on the %s side",
				   path->s, s->name);
	if (order > 0)
		return intact_fail(err, INTACT_EDAMAGED,
				   "'%s' is out of order on the %s side: it follows '%s'", path->s,
				   s->name, s->last.data);
	buf_clear(&s->last);
	buf_add(&s->last, path->s, path->len);
	return s->last.failed ? intact_fail_nomem(err) : 0;
}

/* See that the side has a head, or has ended. */
static int side_fill(struct join_side *s, struct intact_error *err)
{
	int rc;

	if (s->ended || (s->head && !s->taken))
		return 0;
	s->head = NULL;
	rc = s->stream ? intact_stream_next(s->stream, &s->head, err) : 0;
	if (rc < 0)
		return rc;
	s->taken = false;
	if (rc == 0) {
		s->head = NULL;
		s->ended = true;
		return 0;
	}
	return side_is_gap(s) ? 0 : side_check_order(s, err);
}

static const struct intact_entry *side_take(struct join_side *s)
{
	s->taken = true;
	return s->head;
}

/* ---- gaps ---- */

static void gap_drop(struct join *j, size_t i)
{
	free(j->gaps[i].path);
	free(j->gaps[i].problem);
	j->ngaps--;
	memmove(&j->gaps[i], &j->gaps[i + 1], (j->ngaps - i) * sizeof(j->gaps[0]));
}

/* Forget the gaps that the order has left behind on its way to `path`. */
static void gaps_pass(struct join *j, const struct intact_str *path)
{
	for (size_t i = j->ngaps; i-- > 0;) {
		const struct join_gap *gap = &j->gaps[i];

		if (path_cmp(path->s, path->len, gap->path, gap->len) > 0 &&
		    !path_below(path->s, path->len, gap->path, gap->len))
			gap_drop(j, i);
	}
}

/* The innermost gap that `path` lies below, or NULL. */
static const struct join_gap *gap_find(struct join *j, const struct intact_str *path)
{
	const struct join_gap *found = NULL;

	gaps_pass(j, path);
	for (size_t i = 0; i < j->ngaps; i++) {
		const struct join_gap *gap = &j->gaps[i];

		if (path_below(path->s, path->len, gap->path, gap->len) &&
		    (!found || gap->len >= found->len))
			found = gap;
	}
	return found;
}

static int gap_reserve(struct join *j, struct intact_error *err)
{
	size_t size = j->gaps_size ? j->gaps_size * 2 : 8;
	struct join_gap *gaps;

	if (j->ngaps < j->gaps_size)
		return 0;
	gaps = realloc(j->gaps, size * sizeof(*gaps));
	if (!gaps)
		return intact_fail_nomem(err);
	j->gaps = gaps;
	j->gaps_size = size;
	return 0;
}

static int gap_add(struct join *j, const struct intact_entry *e, struct intact_error *err)
{
	struct join_gap gap;
	int rc;

	/* Also without any old entry the list must not grow with the number of gaps. */
	gaps_pass(j, &e->path);
	rc = gap_reserve(j, err);
	if (rc < 0)
		return rc;
	gap.len = e->path.len;
	gap.path = strndup(e->path.s, e->path.len);
	gap.problem = strdup(e->problem ? e->problem : "names may be missing here");
	if (!gap.path || !gap.problem) {
		free(gap.path);
		free(gap.problem);
		return intact_fail_nomem(err);
	}
	j->gaps[j->ngaps++] = gap;
	return 0;
}

/* ---- pairs ---- */

static bool join_inside(const struct join *j, const struct intact_entry *e)
{
	return !j->inside || j->inside(j->inside_ctx, e->path.s, e->path.len);
}

static int join_order(const struct join *j)
{
	const struct intact_entry *o = j->old.head, *n = j->new.head;

	if (!o || !n)
		return o ? -1 : 1;
	return path_cmp(o->path.s, o->path.len, n->path.s, n->path.len);
}

static void join_pair(struct join *j, int order, struct intact_pair *pair)
{
	const struct join_gap *gap;

	*pair = (struct intact_pair){ 0 };
	if (order >= 0)
		pair->new = side_take(&j->new);
	if (order <= 0)
		pair->old = side_take(&j->old);
	if (pair->old && !join_inside(j, pair->old)) {
		pair->outside = true;
		pair->new = NULL;
	} else if (!pair->new) {
		gap = gap_find(j, &pair->old->path);
		pair->gap = gap ? gap->problem : NULL;
	}
}

static int join_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct join *j = (struct join *)p;
	int order, rc = side_fill(&j->old, err);

	if (rc == 0)
		rc = side_fill(&j->new, err);
	if (rc < 0)
		return rc;
	if (!j->old.head && !j->new.head)
		return 0;
	order = join_order(j);
	if (order == 0 && side_is_gap(&j->new))
		order = -1;
	if (order < 0 || !side_is_gap(&j->new)) {
		join_pair(j, order, ret);
		return 1;
	}
	rc = gap_add(j, j->new.head, err);
	if (rc < 0)
		return rc;
	*ret = (struct intact_pair){ .new = side_take(&j->new) };
	return 1;
}

static void join_close(struct intact_pairs *p)
{
	struct join *j = (struct join *)p;

	intact_stream_close(j->old.stream);
	intact_stream_close(j->new.stream);
	buf_release(&j->old.last);
	buf_release(&j->new.last);
	while (j->ngaps)
		gap_drop(j, j->ngaps - 1);
	free(j->gaps);
	free(j);
}

int intact_join_new(struct intact_stream *old, struct intact_stream *new, intact_inside_fn *inside,
		    void *ctx, struct intact_pairs **ret, struct intact_error *err)
{
	struct join *j = calloc(1, sizeof(*j));

	if (!j) {
		intact_stream_close(old);
		intact_stream_close(new);
		return intact_fail_nomem(err);
	}
	j->pairs.next = join_next;
	j->pairs.close = join_close;
	j->old.stream = old;
	j->old.name = "old";
	j->new.stream = new;
	j->new.name = "new";
	j->inside = inside;
	j->inside_ctx = ctx;
	*ret = &j->pairs;
	return 0;
}
