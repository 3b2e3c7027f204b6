/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Pairs in, measured pairs out: the door, and the way without threads.  With threads: order.h.
 */

#include <intact/scan.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/measure.h"
#include "scan/order.h"

int pair_copy(struct intact_pair *dst, const struct intact_pair *src, struct intact_entry *entry,
	      struct arena *arena, struct intact_error *err)
{
	struct intact_pair pair = *src;
	struct intact_entry *old;

	if (src->old) {
		old = arena_alloc(arena, sizeof(*old));
		if (!old)
			return intact_fail_nomem(err);
		if (intact_entry_copy(old, src->old, arena, err) < 0)
			return INTACT_ENOMEM;
		pair.old = old;
	}
	if (src->gap) {
		pair.gap = arena_strndup(arena, src->gap, strlen(src->gap));
		if (!pair.gap)
			return intact_fail_nomem(err);
	}
	if (src->new) {
		if (intact_entry_copy(entry, src->new, arena, err) < 0)
			return INTACT_ENOMEM;
		pair.new = entry;
		if (entry->dir)
			scan_dir_ref(entry->dir);
	}
	*dst = pair;
	return 0;
}

/* Measures in next(), one at a time. */
struct direct {
	struct intact_pairs pairs;
	struct intact_scan *scan;
	struct intact_pairs *in;
	struct measurer measurer;
	struct arena arena;
	struct intact_entry entry;
};

static int direct_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct direct *d = (struct direct *)p;
	struct intact_pair pair = { 0 };
	int rc = scan_tick(d->scan, err);

	if (rc == 0)
		rc = intact_pairs_next(d->in, &pair, err);
	if (rc != 1)
		return rc;
	arena_clear(&d->arena);
	if (pair.new && (pair.new->flags &INTACT_ENTRY_UNMEASURED)) {
		/* The stream below still holds everything that the entry points to. */
		d->entry = *pair.new;
		rc = measure_entry(&d->measurer, &d->arena, &d->entry, pair.old, err);
		if (rc < 0)
			return rc;
		pair.new = &d->entry;
		d->scan->stats.entries++;
		d->scan->stats.bytes += d->measurer.bytes;
		d->measurer.bytes = 0;
	}
	*ret = pair;
	return 1;
}

static void direct_close(struct intact_pairs *p)
{
	struct direct *d = (struct direct *)p;

	measurer_release(&d->measurer);
	arena_release(&d->arena);
	intact_pairs_close(d->in);
	free(d);
}

static int direct_new(struct intact_scan *scan, struct intact_pairs *in, struct intact_pairs **ret,
		      struct intact_error *err)
{
	struct direct *d = calloc(1, sizeof(*d));
	int rc;

	if (!d) {
		intact_pairs_close(in);
		return intact_fail_nomem(err);
	}
	d->pairs.next = direct_next;
	d->pairs.close = direct_close;
	d->scan = scan;
	d->in = in;
	rc = measurer_init(&d->measurer, scan, true, err);
	if (rc < 0) {
		direct_close(&d->pairs);
		return rc;
	}
	*ret = &d->pairs;
	return 0;
}

int intact_scan_measure(struct intact_scan *scan, struct intact_pairs *in,
			struct intact_pairs **ret, struct intact_error *err)
{
	if (scan->options.workers == 0 && !scan->options.patience)
		return direct_new(scan, in, ret, err);
	return order_new(scan, in, ret, err);
}
