/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See order.h: the consumer's side of the window (window.h); the workers' is workers.c.
 *
 * Normally the consumer keeps a small backlog of filled slots before the workers.  Only while the
 * head is a large file does the window grow, as far as slots, memory and directory handles go.
 * Sleeping and waking costs as much as measuring a few entries, so the consumer lets a batch become
 * done, and is called earlier when the backlog runs low.
 *
 * The slot of a worker that was left behind stays with that worker; a new slot that says so takes
 * its place in the ring.
 */

#include "scan/order.h"

#include <stdlib.h>

#include "base/arena.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/mounts.h"
#include "scan/window.h"
#include "scan/workers.h"

/* Filled slots that wait for workers: a millisecond of work for two of them. */
#define BACKLOG ((uint64_t)256)
/* Done slots that the consumer likes to find when it is woken. */
#define BATCH ((uint64_t)128)
/* Bytes that the consumer puts in the window beyond the slots themselves. */
#define WEIGHT_MAX ((size_t)12 << 20)
/* The consumer looks how many slots wait for workers once in so many calls. */
#define LOOK_EVERY 16u
/* The consumer looks around at least so often. */
#define WAIT_MS 20

struct order {
	struct intact_pairs pairs;
	struct intact_scan *scan;
	struct workers workers;
	struct intact_pairs *in;
	int in_rc; /* 1 while there is more, then what ended it */
	struct intact_error in_err;
	struct slot *given; /* to be recycled at the next call */
	struct slot *free;
	size_t weight;	     /* of what was put in and not given out yet */
	unsigned until_look; /* calls until the backlog is looked at */
	uint64_t looked_ms;  /* the scan's last look at the watches that was seen here */

	struct window window; /* the rest is the consumer's alone */
};

/* ---- filling in --------------------------------------------------------------------------------
 */

static struct slot *slot_get(struct order *o)
{
	struct slot *slot = o->free;

	if (!slot)
		return calloc(1, sizeof(*slot));
	o->free = slot->next_free;
	return slot;
}

static void slot_put(struct order *o, struct slot *slot)
{
	scan_dir_unref(slot->entry.dir);
	slot->entry.dir = NULL;
	o->weight -= slot->weight;
	if (slot->grown)
		atomic_fetch_sub(&o->window.grown, slot->grown);
	arena_clear(&slot->arena);
	slot->next_free = o->free;
	o->free = slot;
}

static bool has_room(struct order *o)
{
	uint64_t head = atomic_load(&o->window.head);
	uint64_t tail = atomic_load(&o->window.tail);

	if (o->in_rc != 1)
		return false;
	if (head == tail)
		return true;
	return tail - head < NSLOTS && o->weight <= WEIGHT_MAX && !window_is_heavy(&o->window) &&
	       atomic_load(&o->scan->dirs) < o->scan->max_dirs;
}

static size_t weigh_pair(const struct intact_pair *pair)
{
	return GROWN_FREE + (pair->new ? pair->new->path.len : 0) +
	       (pair->old ? window_weigh(pair->old) : 0);
}

static void note_asked(struct slot *slot)
{
	const struct intact_entry *e = slot->pair.new;

	slot->dev = 0;
	if (!e)
		return;
	slot->path = e->path;
	slot->mode = e->mode;
	slot->attrs = e->attrs;
	if (e->dir && (e->flags & INTACT_ENTRY_UNMEASURED))
		slot->dev = e->dir->dev;
}

/* A copy of the pair in a slot that is neither measured nor in the ring.  NULL: no memory. */
static struct slot *slot_of(struct order *o, const struct intact_pair *pair,
			    struct intact_error *err)
{
	struct slot *slot = slot_get(o);

	if (!slot) {
		(void)intact_fail_nomem(err);
		return NULL;
	}
	slot->rc = 0;
	slot->weight = 0;
	slot->grown = 0;
	slot->bytes = 0;
	atomic_store(&slot->done, false);
	if (pair_copy(&slot->pair, pair, &slot->entry, &slot->arena, err) < 0) {
		slot->entry.dir = NULL;
		slot_put(o, slot);
		return NULL;
	}
	note_asked(slot);
	slot->weight = weigh_pair(pair);
	o->weight += slot->weight;
	return slot;
}

/* Pull one pair into the window, or note why there are no more. */
static void pull(struct order *o)
{
	uint64_t tail = atomic_load(&o->window.tail);
	struct intact_pair pair;
	struct slot *slot;

	o->in_rc = intact_pairs_next(o->in, &pair, &o->in_err);
	if (o->in_rc != 1)
		return;
	slot = slot_of(o, &pair, &o->in_err);
	if (!slot) {
		o->in_rc = INTACT_ENOMEM;
		return;
	}
	*window_at(&o->window, tail) = slot;
	atomic_store(&o->window.tail, tail + 1);
}

static uint64_t backlog(struct order *o)
{
	return atomic_load(&o->window.tail) - atomic_load(&o->window.next);
}

static int fill(struct order *o, struct intact_error *err)
{
	unsigned pulled = 0;

	if (o->until_look && atomic_load(&o->window.head) != atomic_load(&o->window.tail)) {
		o->until_look--;
		return 0;
	}
	if (backlog(o) >= BACKLOG / 2) {
		o->until_look = LOOK_EVERY;
		return 0;
	}
	while (backlog(o) < BACKLOG && has_room(o)) {
		int rc = scan_tick(o->scan, err);

		if (rc < 0)
			return rc;
		pull(o);
		/* The first ones need not wait for the rest. */
		if (++pulled % 32 == 0)
			window_wake_workers(&o->window);
	}
	window_wake_workers(&o->window);
	return 0;
}

/* ---- waiting -----------------------------------------------------------------------------------
 */

static bool is_done(struct order *o, uint64_t i)
{
	return atomic_load(&(*window_at(&o->window, i))->done);
}

/* The slot to wait for: the end of a batch; or the head, where only the head is worked at and where
 * the batch is done but for what takes long. */
static uint64_t slot_to_wait_for(struct order *o, uint64_t head, uint64_t tail)
{
	uint64_t last = tail - head > BATCH ? head + BATCH - 1 : tail - 1;

	return window_is_heavy(&o->window) || is_done(o, last) ? head : last;
}

/* Sleep until there is something to give out or to fill in. */
static void wait_for_workers(struct order *o)
{
	struct window *w = &o->window;
	uint64_t head = atomic_load(&w->head);
	uint64_t tail = atomic_load(&w->tail);
	uint64_t done = slot_to_wait_for(o, head, tail);
	uint64_t low = has_room(o) && tail > BACKLOG / 2 ? tail - BACKLOG / 2 : NEVER;

	mutex_lock(&w->lock);
	atomic_store(&w->wait_done, done);
	atomic_store(&w->wait_claim, low);
	o->until_look = 0;
	if (!is_done(o, done) && !(low != NEVER && atomic_load(&w->next) > low))
		cond_wait_ms(&w->progress, &w->lock, WAIT_MS);
	atomic_store(&w->wait_done, NEVER);
	atomic_store(&w->wait_claim, NEVER);
	mutex_unlock(&w->lock);
}

/* ---- silence -----------------------------------------------------------------------------------
 */

/* The new side of a slot as what was asked for and not found out. */
static void fill_silent(const struct slot *slot, struct intact_entry *e, const char *problem)
{
	*e = (struct intact_entry){
		.path = slot->path,
		.mode = slot->mode,
		.problem = problem,
		.attrs = intact_attr_applicable(slot->attrs, (uint32_t)slot->mode),
	};
	e->failed = e->attrs;
}

/* A slot of the same pair that says that there was no answer.  The old one is not touched: it is
 * being worked at. */
static struct slot *silent_slot(struct order *o, const struct slot *from, struct intact_error *err)
{
	struct intact_pair pair = from->pair;
	struct intact_entry e;
	struct slot *slot;

	fill_silent(from, &e, scan_silence(o->scan));
	pair.new = &e;
	slot = slot_of(o, &pair, err);
	if (!slot)
		return NULL;
	slot->mode = from->mode;
	slot->attrs = from->attrs;
	slot->dev = from->dev;
	atomic_store(&slot->done, true);
	return slot;
}

/* Does the name itself lie on another file system than its directory, as far as the kernel's list
 * of mounts says?  Then its silence says nothing about that one. */
static int is_mount_point(struct order *o, const struct slot *slot, struct intact_error *err)
{
	struct mounts *fresh;
	int rc;

	if (o->scan->mounts)
		return mounts_has(o->scan->mounts, slot->path.s, slot->path.len);
	rc = mounts_new(o->scan->root_fd, &fresh, err);
	if (rc < 0)
		return rc;
	rc = mounts_has(fresh, slot->path.s, slot->path.len);
	mounts_free(fresh);
	return rc;
}

static int count_silence(struct order *o, const struct slot *slot, uint64_t index,
			 struct intact_error *err)
{
	int rc = slot->dev ? is_mount_point(o, slot, err) : 1;

	if (rc == 0)
		rc = window_add_silent(&o->window, slot, index, err);
	return rc <= 0 ? rc : scan_count_silence(o->scan, err);
}

/* `left` stays with the worker that was left behind: something else in its place of the ring. */
static int replace_slot(struct order *o, const struct slot *left, uint64_t index,
			struct intact_error *err)
{
	struct slot *slot;

	o->weight -= left->weight;
	slot = silent_slot(o, left, err);
	*window_at(&o->window, index) = slot;
	return slot ? count_silence(o, slot, index, err) : INTACT_ENOMEM;
}

/* Watches are looked at by scan_tick(), and only after that can somebody be found to be silent:
 * whoever looks more often takes the workers' cache lines away from them. */
static int replace_silent_workers(struct order *o, struct intact_error *err)
{
	bool any = false;

	if (o->looked_ms == o->scan->last_tick_ms)
		return 0;
	o->looked_ms = o->scan->last_tick_ms;
	for (unsigned i = 0; i < o->workers.started; i++) {
		struct slot *left;
		uint64_t index;
		int rc;

		if (!workers_leave(&o->workers, i, &left, &index))
			continue;
		any = true;
		rc = replace_slot(o, left, index, err);
		if (rc < 0)
			return rc;
	}
	/* All of them are counted first: the new ones need not ask a file system that is dead. */
	return any ? workers_replace(&o->workers, err) : 0;
}

/* ---- giving out --------------------------------------------------------------------------------
 */

static int end_of_input(struct order *o, struct intact_error *err)
{
	if (o->in_rc < 0 && err)
		*err = o->in_err;
	return o->in_rc;
}

static int give(struct order *o, struct slot *slot, struct intact_pair *ret,
		struct intact_error *err)
{
	if (slot->rc < 0) {
		mutex_lock(&o->window.lock);
		if (err)
			*err = o->window.err;
		mutex_unlock(&o->window.lock);
		return slot->rc;
	}
	if (window_is_dead(&o->window, slot, atomic_load(&o->window.head))) {
		scan_dir_unref(slot->entry.dir);
		fill_silent(slot, &slot->entry, SILENT_DEAD);
	}
	o->given = slot;
	*ret = slot->pair;
	o->scan->stats.bytes += slot->bytes;
	if (slot->pair.new && !(slot->entry.flags & INTACT_ENTRY_GAP))
		o->scan->stats.entries++;
	return 1;
}

static void recycle_given(struct order *o)
{
	if (!o->given)
		return;
	slot_put(o, o->given);
	o->given = NULL;
	atomic_fetch_add(&o->window.head, 1);
	/* The head may go on whatever it weighs. */
	if (atomic_load(&o->window.idle) && backlog(o))
		window_wake_workers(&o->window);
}

static int order_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct order *o = (struct order *)p;

	recycle_given(o);
	for (;;) {
		uint64_t head = atomic_load(&o->window.head);
		int rc = scan_tick(o->scan, err);

		if (rc == 0)
			rc = replace_silent_workers(o, err);
		if (rc == 0)
			rc = fill(o, err);
		if (rc < 0)
			return rc;
		if (head == atomic_load(&o->window.tail))
			return end_of_input(o, err);
		if (is_done(o, head))
			return give(o, *window_at(&o->window, head), ret, err);
		workers_adapt(&o->workers, backlog(o));
		wait_for_workers(o);
	}
}

/* ---- life --------------------------------------------------------------------------------------
 */

static void free_slots(struct order *o)
{
	uint64_t tail = atomic_load(&o->window.tail);

	for (uint64_t i = atomic_load(&o->window.head); i < tail; i++) {
		/* None: it went with a worker. */
		if (*window_at(&o->window, i))
			slot_put(o, *window_at(&o->window, i));
	}
	while (o->free) {
		struct slot *slot = o->free;

		o->free = slot->next_free;
		arena_release(&slot->arena);
		free(slot);
	}
}

static void order_close(struct intact_pairs *p)
{
	struct order *o = (struct order *)p;

	workers_stop(&o->workers);
	free_slots(o);
	window_release(&o->window);
	intact_pairs_close(o->in);
	free(o);
}

int order_new(struct intact_scan *scan, struct intact_pairs *in, struct intact_pairs **ret,
	      struct intact_error *err)
{
	struct order *o = calloc(1, sizeof(*o));
	int rc;

	if (!o) {
		intact_pairs_close(in);
		return intact_fail_nomem(err);
	}
	o->pairs.next = order_next;
	o->pairs.close = order_close;
	o->scan = scan;
	o->in = in;
	o->in_rc = 1;
	rc = window_init(&o->window, scan, err);
	if (rc == 0)
		rc = workers_start(&o->workers, &o->window, err);
	if (rc < 0) {
		order_close(&o->pairs);
		return rc;
	}
	*ret = &o->pairs;
	return 0;
}
