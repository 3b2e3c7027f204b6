/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accept.h.  Is what is wanted still what was reviewed?
 *
 *   wanted entries ──┐
 *   rules → walk ────┴→ join → only what is wanted → measure → match
 *
 * The walk is that of every check, so that whatever stands in the way of a path is seen as a check
 * sees it, and no path is opened in one step.
 */

#include "cli/accept.h"

#include <stdlib.h>

#include "base/text.h"
#include "cli/signals.h"
#include <intact/compare.h>

/* ---- the wanted entries, as a stream ---- */

struct wanted {
	struct intact_stream stream;
	const struct accept *accept;
	struct intact_changes_iter *it;
	uint64_t number; /* of the next change */
};

static int wanted_next(struct intact_stream *s, const struct intact_entry **ret,
		       struct intact_error *err)
{
	struct wanted *w = (struct wanted *)s;
	const struct intact_change *c;
	int rc;

	while ((rc = intact_changes_iter_next(w->it, &c, err)) == 1) {
		if (c->kind == INTACT_MOVED || w->accept->fate[w->number++] != ACCEPT_TAKEN)
			continue;
		*ret = c->new ? c->new : c->old;
		break;
	}
	return rc;
}

static void wanted_close(struct intact_stream *s)
{
	struct wanted *w = (struct wanted *)s;

	intact_changes_iter_free(w->it);
	free(w);
}

static int wanted_new(const struct accept *a, struct intact_stream **ret, struct intact_error *err)
{
	struct wanted *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	*w = (struct wanted){ .stream = { wanted_next, wanted_close }, .accept = a };
	rc = intact_changes_iter_new(a->flow.changes, &w->it, err);
	if (rc < 0)
		free(w);
	else
		*ret = &w->stream;
	return rc;
}

/* ---- what else there is on the disk is not measured ---- */

struct only {
	struct intact_pairs pairs;
	struct intact_pairs *in;
};

static int only_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct only *o = (struct only *)p;
	int rc;

	do {
		rc = intact_pairs_next(o->in, ret, err);
	} while (rc == 1 && !ret->old);
	return rc;
}

static void only_close(struct intact_pairs *p)
{
	struct only *o = (struct only *)p;

	intact_pairs_close(o->in);
	free(o);
}

/* Takes over `in`, also on failure. */
static int only_new(struct intact_pairs *in, struct intact_pairs **ret, struct intact_error *err)
{
	struct only *o = calloc(1, sizeof(*o));

	if (!o) {
		intact_pairs_close(in);
		return intact_fail_nomem(err);
	}
	*o = (struct only){ .pairs = { only_next, only_close }, .in = in };
	*ret = &o->pairs;
	return 0;
}

/* ---- each of them ---- */

/* 0: it is what was reviewed; else what the exit status says of it. */
static int judge(const struct intact_pair *pair, bool removed, char *reason, size_t size)
{
	static const struct intact_match_options options = { .disk = true };
	struct intact_change c;

	if (!pair->new && pair->gap)
		return 32;
	if (removed)
		return pair->new ? 1 : 0;
	if (!pair->new)
		return 2;
	if (!intact_match_pair(pair, &options, reason, size, &c))
		return 0;
	/* With other attributes than were reviewed it is another entry, too. */
	return c.unverified && c.kind == INTACT_SAME ? 32 : 4;
}

static int say(const struct intact_str *path, bool unverified, struct intact_error *err)
{
	struct buf text = { 0 };
	int rc = 0;

	buf_add_str(&text, unverified ? "could not be verified again: "
				      : "changed again since the review: ");
	text_escape(&text, path->s, path->len);
	if (text.failed)
		rc = intact_fail_nomem(err);
	else if (puts(text.data) < 0)
		rc = intact_fail_errno(err, "write to standard output");
	buf_release(&text);
	return rc;
}

struct again {
	struct accept *accept;
	struct intact_pairs *pairs;
};

static int plug(struct again *g, struct intact_error *err)
{
	struct flow *f = &g->accept->flow;
	struct intact_stream *wanted = NULL, *walk = f->walk;
	struct intact_pairs *joined = NULL, *only = NULL;
	int rc = wanted_new(g->accept, &wanted, err);

	if (rc < 0)
		return rc;
	f->walk = NULL;
	rc = intact_join_new(wanted, walk, NULL, NULL, &joined, err);
	if (rc == 0)
		rc = only_new(joined, &only, err);
	return rc == 0 ? intact_scan_measure(f->scan, only, &g->pairs, err) : rc;
}

/* The pairs come in the order of the changes, one for each that is wanted. */
static int on_change(struct accept *a, struct intact_pairs *pairs, uint64_t number,
		     const struct intact_change *c, struct intact_error *err)
{
	char reason[INTACT_ERROR_MAX];
	struct intact_pair pair;
	int verdict, rc = intact_pairs_next(pairs, &pair, err);

	if (rc < 0)
		return rc;
	if (rc == 0)
		return intact_fail(err, INTACT_EIO, "a path was not measured again");
	verdict = judge(&pair, !c->new, reason, sizeof(reason));
	if (!verdict)
		return 0;
	a->fate[number] = ACCEPT_AGAIN;
	a->status |= verdict;
	progress_erase(&a->flow.progress);
	return say(&pair.old->path, verdict == 32, err);
}

static int run(struct again *g, struct intact_error *err)
{
	struct accept *a = g->accept;
	struct intact_changes_iter *it;
	const struct intact_change *c;
	uint64_t number = 0;
	int rc = intact_changes_iter_new(a->flow.changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &c, err)) == 1) {
		if (c->kind == INTACT_MOVED)
			continue;
		if (a->fate[number] == ACCEPT_TAKEN)
			rc = on_change(a, g->pairs, number, c, err);
		if (rc >= 0 && signals_stop())
			rc = intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		if (rc < 0)
			break;
		number++;
	}
	intact_changes_iter_free(it);
	return rc;
}

int again_measure(struct accept *a, struct intact_error *err)
{
	struct again g = { .accept = a };
	int rc = plug(&g, err);

	if (rc == 0)
		rc = run(&g, err);
	intact_pairs_close(g.pairs);
	return rc;
}
