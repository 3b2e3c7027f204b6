/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See order.h.
 *
 * A ring of slots with three marks that only go up:
 *
 *	     head              next              tail
 *	      │                 │                 │
 *	 free │ done or at work │ filled, waiting │ free
 *
 * The consumer alone moves head (gives out) and tail (fills in); workers move `next` one by one
 * with compare-and-swap, so that whoever takes a huge file holds nothing else up.  The marks and a
 * slot's `done` are atomic; the lock is taken only to sleep and to wake a sleeper, and whoever goes
 * to sleep first says so and then looks again.
 *
 * Normally the consumer keeps a small backlog of filled slots before the workers.  Only while the
 * head is a large file does the window grow, as far as slots, memory and directory handles go.
 * A worker that gets no answer from a file system for too long is left behind with its slot, which
 * is then its own; a new slot that says so takes the place in the ring, and a new worker that of
 *the worker.
 *
 * Sleeping and waking costs as much as measuring a few entries, so the consumer lets a batch become
 * done, and is called earlier when the backlog runs low.
 */

#include "scan/order.h"

#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/thread.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/measure.h"
#include "scan/mounts.h"
#include "scan/silent.h"

/* A slot takes 3 KiB with its arena.  At 5 us an entry and worker this bridges a file that takes
 * 40 ms to read. */
#define NSLOTS ((uint64_t)8192)
/* Filled slots that wait for workers: a millisecond of work for two of them. */
#define BACKLOG ((uint64_t)256)
/* Done slots that the consumer likes to find when it is woken. */
#define BATCH ((uint64_t)128)
/* Bytes in the window beyond the slots themselves. */
#define WEIGHT_MAX ((size_t)24 << 20)
/* The consumer looks around at least so often. */
#define WAIT_MS 20

/* How often workers that were told to stop are looked at. */
#define STOP_NS 500000L

#define NEVER UINT64_MAX

struct slot {
	_Atomic bool done;
	int rc; /* negative: the run ends here */
	struct intact_pair pair;
	struct intact_entry entry; /* the new side */
	struct arena arena;
	size_t weight;
	/* What the consumer asked for: `entry` is the worker's. */
	struct intact_str path;
	uint64_t mode;
	uint64_t attrs;
	dev_t dev; /* of the directory it is in; 0: not known */
	struct slot *next_free;
};

struct order;

/* Left behind it is its thread's own, with `slot`. */
struct worker {
	struct order *order;
	struct measurer measurer;
	struct thread thread;
	struct watch watch;
	struct slot *slot; /* at work on; with the watch in hand */
	uint64_t index;	   /* of that slot */
	_Atomic bool ended;
};

struct order {
	struct intact_pairs pairs;

	/* Set before the workers start, then read-only. */
	struct intact_scan *scan;

	/* The consumer's alone. */
	struct worker **workers; /* NULL: none at that place */
	unsigned nworkers;
	struct intact_pairs *in;
	int in_rc; /* 1 while there is more, then what ended it */
	struct intact_error in_err;
	struct slot *given; /* to be recycled at the next call */
	struct slot *free;

	/* Moved by the consumer. */
	_Atomic uint64_t head;
	_Atomic uint64_t tail;
	/* ring[i % NSLOTS] is written by the consumer before tail passes i. */
	struct slot *ring[NSLOTS];

	/* Moved by the workers. */
	_Atomic uint64_t next;

	/* Anybody's. */
	_Atomic size_t weight;
	_Atomic unsigned idle;	     /* workers that sleep or are about to */
	_Atomic uint64_t wait_done;  /* the consumer sleeps until this slot is done */
	_Atomic uint64_t wait_claim; /* ... or this one is taken */

	/* Guarded by lock, with the two conditions. */
	struct mutex lock;
	struct cond work;	 /* for workers */
	struct cond progress;	 /* for the consumer */
	bool locks;		 /* the three above exist */
	struct intact_error err; /* of a slot whose rc is negative */
	struct silent silent;
	_Atomic bool any_silent; /* there is something in it */
	_Atomic bool stopping;
};

static struct slot *ring_at(struct order *o, uint64_t i)
{
	return o->ring[i % NSLOTS];
}

/* ---- workers -----------------------------------------------------------------------------------
 */

static bool is_claimable(struct order *o, uint64_t i)
{
	/* Too heavy: only the head may go on, so that the window can move. */
	return i < atomic_load(&o->tail) &&
	       (i == atomic_load(&o->head) || atomic_load(&o->weight) <= WEIGHT_MAX);
}

static void wake_consumer(struct order *o)
{
	mutex_lock(&o->lock);
	cond_signal(&o->progress);
	mutex_unlock(&o->lock);
}

static struct slot *try_claim(struct order *o, uint64_t *ret_index)
{
	uint64_t i = atomic_load(&o->next);

	while (is_claimable(o, i)) {
		if (!atomic_compare_exchange_weak(&o->next, &i, i + 1))
			continue;
		if (i == atomic_load(&o->wait_claim))
			wake_consumer(o);
		*ret_index = i;
		return ring_at(o, i);
	}
	return NULL;
}

/* Wait for a slot.  NULL: stop. */
static struct slot *claim(struct order *o, uint64_t *ret_index)
{
	struct slot *slot = NULL;

	while (!slot && !atomic_load(&o->stopping)) {
		slot = try_claim(o, ret_index);
		if (slot)
			break;
		mutex_lock(&o->lock);
		atomic_fetch_add(&o->idle, 1);
		while (!atomic_load(&o->stopping) && !is_claimable(o, atomic_load(&o->next)))
			cond_wait(&o->work, &o->lock);
		atomic_fetch_sub(&o->idle, 1);
		mutex_unlock(&o->lock);
	}
	return slot;
}

static size_t weigh(const struct intact_entry *e)
{
	size_t weight = e->path.len + e->link.len + e->acl_access.len + e->acl_default.len;

	for (size_t i = 0; i < e->nxattrs; i++)
		weight += sizeof(e->xattrs[i]) + e->xattrs[i].name.len + e->xattrs[i].value.len;
	return weight;
}

static bool is_dead(struct order *o, const struct slot *slot, uint64_t index)
{
	bool dead;

	if (!atomic_load(&o->any_silent) || !slot->dev)
		return false;
	mutex_lock(&o->lock);
	dead = silent_is_dead(&o->silent, slot->dev, index);
	mutex_unlock(&o->lock);
	return dead;
}

/* False: left behind. */
static bool measure_slot(struct worker *w, struct slot *slot, uint64_t index)
{
	struct order *o = w->order;
	struct scan_dir *dir = slot->entry.dir;
	struct intact_error err;
	size_t before = slot->weight;
	int rc;

	w->slot = slot;
	w->index = index;
	watch_progress(&w->watch);
	watch_begin(&w->watch);
	rc = measure_entry(&w->measurer, &slot->arena, &slot->entry, slot->pair.old, &err);
	if (!slot->entry.dir)
		scan_dir_unref(dir);
	if (!watch_end(&w->watch))
		return false;
	slot->rc = rc;
	slot->weight += weigh(&slot->entry);
	atomic_fetch_add(&o->weight, slot->weight - before);
	if (slot->rc < 0) {
		mutex_lock(&o->lock);
		o->err = err;
		mutex_unlock(&o->lock);
	}
	return true;
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct order *o = w->order;
	struct slot *slot;
	uint64_t i;

	while ((slot = claim(o, &i))) {
		/* The consumer still reads what belongs to whoever was left behind: it is not
		 * freed. */
		if (slot->pair.new && (slot->entry.flags & INTACT_ENTRY_UNMEASURED) &&
		    !is_dead(o, slot, i) && !measure_slot(w, slot, i))
			return NULL;
		atomic_store(&slot->done, true);
		if (i == atomic_load(&o->wait_done))
			wake_consumer(o);
	}
	atomic_store(&w->ended, true);
	return NULL;
}

/* ---- the consumer ------------------------------------------------------------------------------
 */

static void wake_workers(struct order *o)
{
	if (!atomic_load(&o->idle))
		return;
	mutex_lock(&o->lock);
	cond_broadcast(&o->work);
	mutex_unlock(&o->lock);
}

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
	atomic_fetch_sub(&o->weight, slot->weight);
	arena_clear(&slot->arena);
	slot->next_free = o->free;
	o->free = slot;
}

static bool has_room(struct order *o)
{
	uint64_t head = atomic_load(&o->head);
	uint64_t tail = atomic_load(&o->tail);

	if (o->in_rc != 1)
		return false;
	if (head == tail)
		return true;
	return tail - head < NSLOTS && atomic_load(&o->weight) <= WEIGHT_MAX &&
	       atomic_load(&o->scan->dirs) < o->scan->max_dirs;
}

static void note_asked(struct slot *slot)
{
	const struct intact_entry *e = &slot->entry;

	slot->path = e->path;
	slot->mode = e->mode;
	slot->attrs = e->attrs;
	if (e->dir && (e->flags & INTACT_ENTRY_UNMEASURED))
		slot->dev = e->dir->dev;
}

/* Pull one pair into the window, or note why there are no more. */
static void pull(struct order *o)
{
	uint64_t tail = atomic_load(&o->tail);
	struct intact_pair pair;
	struct slot *slot;
	int rc;

	o->in_rc = intact_pairs_next(o->in, &pair, &o->in_err);
	if (o->in_rc != 1)
		return;
	slot = slot_get(o);
	if (!slot) {
		o->in_rc = intact_fail_nomem(&o->in_err);
		return;
	}
	slot->rc = 0;
	slot->dev = 0;
	slot->entry = (struct intact_entry){ 0 };
	atomic_store(&slot->done, false);
	rc = pair_copy(&slot->pair, &pair, &slot->entry, &slot->arena, &o->in_err);
	if (rc == 0)
		note_asked(slot);
	slot->weight = rc < 0 ? 0 : slot->entry.path.len + (pair.old ? weigh(pair.old) : 0);
	atomic_fetch_add(&o->weight, slot->weight);
	if (rc < 0) {
		slot->entry.dir = NULL;
		slot_put(o, slot);
		o->in_rc = rc;
		return;
	}
	o->ring[tail % NSLOTS] = slot;
	atomic_store(&o->tail, tail + 1);
}

static uint64_t backlog(struct order *o)
{
	return atomic_load(&o->tail) - atomic_load(&o->next);
}

static int fill(struct order *o, struct intact_error *err)
{
	unsigned pulled = 0;

	if (backlog(o) >= BACKLOG / 2)
		return 0;
	while (backlog(o) < BACKLOG && has_room(o)) {
		int rc = scan_tick(o->scan, err);

		if (rc < 0)
			return rc;
		pull(o);
		/* The first ones need not wait for the rest. */
		if (++pulled % 32 == 0)
			wake_workers(o);
	}
	wake_workers(o);
	return 0;
}

/* The slot to wait for: the end of a batch; or the head, where only the head is worked at and where
 * the batch is done but for what takes long. */
static uint64_t slot_to_wait_for(struct order *o, uint64_t head, uint64_t tail)
{
	uint64_t last = tail - head > BATCH ? head + BATCH - 1 : tail - 1;

	if (atomic_load(&o->weight) > WEIGHT_MAX || atomic_load(&ring_at(o, last)->done))
		return head;
	return last;
}

/* Sleep until there is something to give out or to fill in. */
static void wait_for_workers(struct order *o)
{
	uint64_t head = atomic_load(&o->head);
	uint64_t tail = atomic_load(&o->tail);
	uint64_t done = slot_to_wait_for(o, head, tail);
	uint64_t low = has_room(o) && tail > BACKLOG / 2 ? tail - BACKLOG / 2 : NEVER;

	mutex_lock(&o->lock);
	atomic_store(&o->wait_done, done);
	atomic_store(&o->wait_claim, low);
	if (!atomic_load(&ring_at(o, done)->done) && !(low != NEVER && atomic_load(&o->next) > low))
		cond_wait_ms(&o->progress, &o->lock, WAIT_MS);
	atomic_store(&o->wait_done, NEVER);
	atomic_store(&o->wait_claim, NEVER);
	mutex_unlock(&o->lock);
}

/* ---- silence -----------------------------------------------------------------------------------
 */

static int start_worker(struct order *o, unsigned place, struct intact_error *err);

/* The new side of a slot as what was asked for and not found out. */
static void fill_silent(struct slot *slot, struct intact_entry *e, const char *problem)
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
static struct slot *silent_slot(struct order *o, struct slot *from, struct intact_error *err)
{
	struct slot *slot = slot_get(o);
	struct intact_pair pair = from->pair;
	struct intact_entry e;

	if (!slot) {
		(void)intact_fail_nomem(err);
		return NULL;
	}
	fill_silent(from, &e, scan_silence(o->scan));
	pair.new = &e;
	slot->entry = (struct intact_entry){ 0 };
	slot->weight = 0;
	if (pair_copy(&slot->pair, &pair, &slot->entry, &slot->arena, err) < 0) {
		slot_put(o, slot);
		return NULL;
	}
	slot->rc = 0;
	note_asked(slot);
	slot->dev = from->dev;
	slot->weight = slot->path.len;
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

	if (rc != 0)
		return rc < 0 ? rc : 0;
	mutex_lock(&o->lock);
	rc = silent_add(&o->silent, slot->dev, index, err);
	mutex_unlock(&o->lock);
	atomic_store(&o->any_silent, true);
	return rc;
}

/* The worker in this place was left behind: somebody else for it, and for its slot.  What it has is
 * its own from now on, and is never freed: nobody knows when it comes back. */
static int replace_worker(struct order *o, unsigned place, struct intact_error *err)
{
	struct worker *w = o->workers[place];
	struct slot *slot;
	int rc;

	thread_detach(&w->thread);
	o->workers[place] = NULL;
	atomic_fetch_sub(&o->weight, w->slot->weight);
	slot = silent_slot(o, w->slot, err);
	o->ring[w->index % NSLOTS] = slot;
	if (!slot)
		return INTACT_ENOMEM;
	atomic_fetch_add(&o->weight, slot->weight);
	rc = count_silence(o, slot, w->index, err);
	return rc < 0 ? rc : start_worker(o, place, err);
}

static int replace_silent_workers(struct order *o, struct intact_error *err)
{
	int rc = 0;

	for (unsigned i = 0; i < o->nworkers && rc >= 0; i++) {
		rc = scan_give_up(o->scan, &o->workers[i]->watch, err);
		if (rc == 1)
			rc = replace_worker(o, i, err);
	}
	return rc < 0 ? rc : 0;
}

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
		mutex_lock(&o->lock);
		if (err)
			*err = o->err;
		mutex_unlock(&o->lock);
		return slot->rc;
	}
	if (is_dead(o, slot, atomic_load(&o->head))) {
		scan_dir_unref(slot->entry.dir);
		fill_silent(slot, &slot->entry, SILENT_DEAD);
	}
	o->given = slot;
	*ret = slot->pair;
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
	atomic_fetch_add(&o->head, 1);
	/* The head may go on whatever it weighs. */
	if (backlog(o))
		wake_workers(o);
}

static int order_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct order *o = (struct order *)p;

	recycle_given(o);
	for (;;) {
		uint64_t head = atomic_load(&o->head);
		int rc = scan_tick(o->scan, err);

		if (rc == 0)
			rc = replace_silent_workers(o, err);
		if (rc == 0)
			rc = fill(o, err);
		if (rc < 0)
			return rc;
		if (head == atomic_load(&o->tail))
			return end_of_input(o, err);
		if (atomic_load(&ring_at(o, head)->done))
			return give(o, ring_at(o, head), ret, err);
		wait_for_workers(o);
	}
}

/* ---- life --------------------------------------------------------------------------------------
 */

static void worker_free(struct worker *w)
{
	if (!w)
		return;
	measurer_release(&w->measurer);
	free(w);
}

/* Wait until it has ended, or for a while. */
static void stop_worker(struct order *o, unsigned place)
{
	struct worker *w = o->workers[place];

	while (w && !atomic_load(&w->ended)) {
		struct timespec moment = { 0, STOP_NS };

		nanosleep(&moment, NULL);
		scan_look(o->scan);
		/* The run may have ended because this one was left behind. */
		if (!watch_is_left(&w->watch) && !scan_leave(o->scan, &w->watch))
			continue;
		/* Its slot goes with it. */
		thread_detach(&w->thread);
		o->ring[w->index % NSLOTS] = NULL;
		w = NULL;
	}
	o->workers[place] = NULL;
	if (w) {
		thread_join(&w->thread);
		scan_unwatch(o->scan, &w->watch);
		worker_free(w);
	}
}

static void stop_workers(struct order *o)
{
	atomic_store(&o->scan->stopping, true);
	if (o->locks) {
		mutex_lock(&o->lock);
		atomic_store(&o->stopping, true);
		cond_broadcast(&o->work);
		mutex_unlock(&o->lock);
	}
	for (unsigned i = 0; i < o->nworkers; i++)
		stop_worker(o, i);
	atomic_store(&o->scan->stopping, false);
}

static void free_slots(struct order *o)
{
	uint64_t tail = atomic_load(&o->tail);

	for (uint64_t i = atomic_load(&o->head); i < tail; i++) {
		if (ring_at(o, i))
			slot_put(o, ring_at(o, i));
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

	stop_workers(o);
	free_slots(o);
	if (o->locks) {
		cond_destroy(&o->progress);
		cond_destroy(&o->work);
		mutex_destroy(&o->lock);
	}
	free(o->workers);
	silent_release(&o->silent);
	intact_pairs_close(o->in);
	free(o);
}

static int init_locks(struct order *o, struct intact_error *err)
{
	int rc = mutex_init(&o->lock, err);

	if (rc < 0)
		return rc;
	rc = cond_init(&o->work, err);
	if (rc < 0) {
		mutex_destroy(&o->lock);
		return rc;
	}
	rc = cond_init(&o->progress, err);
	if (rc < 0) {
		cond_destroy(&o->work);
		mutex_destroy(&o->lock);
		return rc;
	}
	o->locks = true;
	return 0;
}

static int start_worker(struct order *o, unsigned place, struct intact_error *err)
{
	struct worker *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->order = o;
	rc = measurer_init(&w->measurer, o->scan, false, err);
	w->measurer.watch = &w->watch;
	if (rc == 0)
		rc = thread_start(&w->thread, worker_run, w, err);
	if (rc < 0) {
		worker_free(w);
		return rc;
	}
	o->workers[place] = w;
	scan_watch(o->scan, &w->watch);
	return 0;
}

static int start_workers(struct order *o, struct intact_error *err)
{
	unsigned n = o->scan->options.workers ? o->scan->options.workers : 1;

	o->workers = calloc(n, sizeof(struct worker *));
	if (!o->workers)
		return intact_fail_nomem(err);
	o->nworkers = n;
	for (unsigned i = 0; i < n; i++) {
		int rc = start_worker(o, i, err);

		if (rc < 0)
			return rc;
	}
	return 0;
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
	atomic_init(&o->wait_done, NEVER);
	atomic_init(&o->wait_claim, NEVER);
	rc = init_locks(o, err);
	if (rc == 0)
		rc = start_workers(o, err);
	if (rc < 0) {
		order_close(&o->pairs);
		return rc;
	}
	*ret = &o->pairs;
	return 0;
}
