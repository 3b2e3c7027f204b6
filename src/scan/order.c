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
 * Sleeping and waking costs as much as measuring a few entries, so the consumer lets a batch become
 * done, and is called earlier when the backlog runs low.
 *
 * While it is the disk that waits, more workers are started (crew.c); those that are too many later
 * sleep until they are wanted again.
 *
 * What one thread writes for each entry lies in cache lines that the others look at rarely: a line
 * that goes from one processor to another and back costs a tenth of measuring a small file.
 */

#include "scan/order.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/thread.h"
#include "scan/context.h"
#include "scan/crew.h"
#include "scan/dir.h"
#include "scan/measure.h"

/* A slot takes 3 KiB with its arena.  At 5 us an entry and worker this bridges a file that takes
 * 40 ms to read. */
#define NSLOTS ((uint64_t)8192)
/* Filled slots that wait for workers: a millisecond of work for two of them. */
#define BACKLOG ((uint64_t)256)
/* Done slots that the consumer likes to find when it is woken. */
#define BATCH ((uint64_t)128)
/* Bytes in the window beyond the slots themselves: what the consumer puts in, and what measuring
 * adds to it. */
#define WEIGHT_MAX ((size_t)12 << 20)
#define GROWN_MAX ((size_t)12 << 20)
/* Growth that is not worth telling the others: a name, an ACL, a digest. */
#define GROWN_FREE ((size_t)1024)
/* The consumer looks how many slots wait for workers once in so many calls. */
#define LOOK_EVERY 16u
/* A worker looks how often it waited once in so many slots. */
#define COUNT_EVERY 16u
/* The consumer looks around at least so often. */
#define WAIT_MS 20

#define NEVER UINT64_MAX

/* Keeps what stands before it and what stands behind it out of one cache line. */
struct apart {
	char bytes[64];
};

struct slot {
	_Atomic bool done;
	int rc; /* negative: the run ends here */
	struct intact_pair pair;
	struct intact_entry entry; /* the new side */
	struct arena arena;
	size_t weight;	/* when it was filled */
	size_t grown;	/* by measuring, as counted in order->grown */
	uint64_t bytes; /* read, and not in the scan's counter yet */
	struct slot *next_free;
};

struct order;

struct worker {
	struct order *order;
	unsigned place; /* in order->workers */
	uint64_t tail;	/* as last seen */
	uint64_t waits; /* of this thread, as last seen */
	unsigned until_count;
	struct measurer measurer;
	struct thread thread;
	struct apart end;
};

struct order {
	struct intact_pairs pairs;

	/* Set before the workers start, then read-only. */
	struct intact_scan *scan;
	bool adaptive; /* there may be more or fewer workers */

	/* The consumer's alone. */
	struct worker *workers; /* room for crew.most */
	unsigned nworkers;	/* started */
	struct crew crew;
	struct intact_pairs *in;
	int in_rc; /* 1 while there is more, then what ended it */
	struct intact_error in_err;
	struct slot *given; /* to be recycled at the next call */
	struct slot *free;
	size_t weight;	     /* of what was put in and not given out yet */
	unsigned until_look; /* calls until the backlog is looked at */

	/* Moved by the consumer; looked at by the workers, tail when they have seen all. */
	struct apart before_tail;
	_Atomic uint64_t tail;
	struct apart before_head;
	_Atomic uint64_t head;
	/* ring[i % NSLOTS] is written by the consumer before tail passes i. */
	struct slot *ring[NSLOTS];

	/* Moved by the workers. */
	struct apart before_next;
	_Atomic uint64_t next;

	/* Anybody's, and written rarely. */
	struct apart before_grown;
	_Atomic size_t grown;
	_Atomic uint64_t waits;	     /* of workers for the disk */
	_Atomic unsigned wanted;     /* workers in places from here on sleep */
	_Atomic unsigned idle;	     /* workers that sleep or are about to */
	_Atomic uint64_t wait_done;  /* the consumer sleeps until this slot is done */
	_Atomic uint64_t wait_claim; /* ... or this one is taken */

	/* Guarded by lock, with the three conditions. */
	struct mutex lock;
	struct cond work;	 /* for workers */
	struct cond spare;	 /* for workers that are not wanted */
	struct cond progress;	 /* for the consumer */
	bool locks;		 /* the four above exist */
	struct intact_error err; /* of a slot whose rc is negative */
	_Atomic bool stopping;
};

static struct slot *ring_at(struct order *o, uint64_t i)
{
	return o->ring[i % NSLOTS];
}

/* ---- workers -----------------------------------------------------------------------------------
 */

static bool is_heavy(struct order *o)
{
	return atomic_load(&o->grown) > GROWN_MAX;
}

static bool is_claimable(struct worker *w, uint64_t i)
{
	struct order *o = w->order;

	if (i >= w->tail)
		w->tail = atomic_load(&o->tail);
	/* Too heavy: only the head may go on, so that the window can move. */
	return i < w->tail && (!is_heavy(o) || i == atomic_load(&o->head));
}

/* Add what this worker waited for since it was last looked at: for the disk. */
static void count_waits(struct worker *w)
{
	struct order *o = w->order;
	uint64_t now;

	if (!o->adaptive)
		return;
	now = thread_waits();
	if (now != w->waits)
		atomic_fetch_add(&o->waits, now - w->waits);
	w->waits = now;
	w->until_count = COUNT_EVERY;
}

/* What it waited for since then was one of us. */
static void forget_waits(struct worker *w)
{
	if (w->order->adaptive)
		w->waits = thread_waits();
}

static void wake_consumer(struct worker *w)
{
	struct order *o = w->order;

	count_waits(w);
	mutex_lock(&o->lock);
	cond_signal(&o->progress);
	mutex_unlock(&o->lock);
	forget_waits(w);
}

static struct slot *try_claim(struct worker *w, uint64_t *ret_index)
{
	struct order *o = w->order;
	uint64_t i = atomic_load(&o->next);

	while (is_claimable(w, i)) {
		if (!atomic_compare_exchange_weak(&o->next, &i, i + 1))
			continue;
		if (i == atomic_load(&o->wait_claim))
			wake_consumer(w);
		*ret_index = i;
		return ring_at(o, i);
	}
	return NULL;
}

static bool is_spare(const struct worker *w)
{
	return w->place >= atomic_load(&w->order->wanted);
}

/* Sleep until wanted again, with the lock in hand. */
static void stand_by(struct worker *w)
{
	struct order *o = w->order;

	while (!atomic_load(&o->stopping) && is_spare(w))
		cond_wait(&o->spare, &o->lock);
}

static void wait_for_slot(struct worker *w)
{
	struct order *o = w->order;

	count_waits(w);
	mutex_lock(&o->lock);
	stand_by(w);
	atomic_fetch_add(&o->idle, 1);
	while (!atomic_load(&o->stopping) && !is_spare(w) &&
	       !is_claimable(w, atomic_load(&o->next)))
		cond_wait(&o->work, &o->lock);
	atomic_fetch_sub(&o->idle, 1);
	mutex_unlock(&o->lock);
	forget_waits(w);
}

/* Wait for a slot.  NULL: stop. */
static struct slot *claim(struct worker *w, uint64_t *ret_index)
{
	struct order *o = w->order;
	struct slot *slot = NULL;

	while (!slot && !atomic_load(&o->stopping)) {
		if (!is_spare(w))
			slot = try_claim(w, ret_index);
		if (!slot)
			wait_for_slot(w);
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

static void measure_slot(struct worker *w, struct slot *slot)
{
	struct order *o = w->order;
	struct scan_dir *dir = slot->entry.dir;
	struct intact_error err;
	size_t grown;

	slot->rc = measure_entry(&w->measurer, &slot->arena, &slot->entry, slot->pair.old, &err);
	if (!slot->entry.dir)
		scan_dir_unref(dir);
	slot->bytes = w->measurer.bytes;
	w->measurer.bytes = 0;
	grown = weigh(&slot->entry);
	if (grown > GROWN_FREE) {
		slot->grown = grown;
		atomic_fetch_add(&o->grown, grown);
	}
	if (slot->rc < 0) {
		mutex_lock(&o->lock);
		o->err = err;
		mutex_unlock(&o->lock);
	}
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct order *o = w->order;
	struct slot *slot;
	uint64_t i;

	forget_waits(w);
	while ((slot = claim(w, &i))) {
		if (slot->pair.new && (slot->entry.flags & INTACT_ENTRY_UNMEASURED))
			measure_slot(w, slot);
		if (w->until_count-- == 0)
			count_waits(w);
		atomic_store(&slot->done, true);
		if (i == atomic_load(&o->wait_done))
			wake_consumer(w);
	}
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
	o->weight -= slot->weight;
	if (slot->grown)
		atomic_fetch_sub(&o->grown, slot->grown);
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
	return tail - head < NSLOTS && o->weight <= WEIGHT_MAX && !is_heavy(o) &&
	       atomic_load(&o->scan->dirs) < o->scan->max_dirs;
}

static size_t weigh_pair(const struct intact_pair *pair)
{
	return GROWN_FREE + (pair->new ? pair->new->path.len : 0) +
	       (pair->old ? weigh(pair->old) : 0);
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
	slot->grown = 0;
	slot->bytes = 0;
	atomic_store(&slot->done, false);
	rc = pair_copy(&slot->pair, &pair, &slot->entry, &slot->arena, &o->in_err);
	slot->weight = rc < 0 ? 0 : weigh_pair(&pair);
	o->weight += slot->weight;
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

	if (o->until_look && atomic_load(&o->head) != atomic_load(&o->tail)) {
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

	if (is_heavy(o) || atomic_load(&ring_at(o, last)->done))
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
	o->until_look = 0;
	if (!atomic_load(&ring_at(o, done)->done) && !(low != NEVER && atomic_load(&o->next) > low))
		cond_wait_ms(&o->progress, &o->lock, WAIT_MS);
	atomic_store(&o->wait_done, NEVER);
	atomic_store(&o->wait_claim, NEVER);
	mutex_unlock(&o->lock);
}

/* ---- more or fewer workers ---------------------------------------------------------------------
 */

static struct crew_sample take_sample(struct order *o)
{
	return (struct crew_sample){ thread_clock(), thread_cpu(), atomic_load(&o->waits) };
}

static int start_worker(struct order *o, struct intact_error *err)
{
	struct worker *w = &o->workers[o->nworkers];
	int rc;

	w->order = o;
	w->place = o->nworkers;
	rc = measurer_init(&w->measurer, o->scan, false, err);
	if (rc == 0)
		rc = thread_start(&w->thread, worker_run, w, err);
	if (rc < 0)
		measurer_release(&w->measurer);
	else
		o->nworkers++;
	return rc;
}

/* Start those that are missing.  It goes on without those that cannot be started. */
static void muster(struct order *o)
{
	while (o->nworkers < o->crew.size) {
		if (start_worker(o, NULL) < 0) {
			o->crew.most = o->nworkers;
			o->crew.size = o->nworkers;
		}
	}
	mutex_lock(&o->lock);
	atomic_store(&o->wanted, o->crew.size);
	cond_broadcast(&o->spare);
	cond_broadcast(&o->work);
	mutex_unlock(&o->lock);
}

/* Called when the consumer has nothing to do but to wait. */
static void adapt(struct order *o)
{
	struct crew_sample now;
	unsigned size = o->crew.size;
	bool behind;

	if (!crew_due(&o->crew, thread_clock()))
		return;
	now = take_sample(o);
	behind = !atomic_load(&o->idle) && backlog(o) >= size;
	crew_look(&o->crew, &now, behind);
	if (o->crew.size != size)
		muster(o);
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
		mutex_lock(&o->lock);
		if (err)
			*err = o->err;
		mutex_unlock(&o->lock);
		return slot->rc;
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
	atomic_fetch_add(&o->head, 1);
	/* The head may go on whatever it weighs. */
	if (atomic_load(&o->idle) && backlog(o))
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
			rc = fill(o, err);
		if (rc < 0)
			return rc;
		if (head == atomic_load(&o->tail))
			return end_of_input(o, err);
		if (atomic_load(&ring_at(o, head)->done))
			return give(o, ring_at(o, head), ret, err);
		adapt(o);
		wait_for_workers(o);
	}
}

/* ---- life --------------------------------------------------------------------------------------
 */

static void stop_workers(struct order *o)
{
	atomic_store(&o->scan->stopping, true);
	if (o->locks) {
		mutex_lock(&o->lock);
		atomic_store(&o->stopping, true);
		cond_broadcast(&o->work);
		cond_broadcast(&o->spare);
		mutex_unlock(&o->lock);
	}
	for (unsigned i = 0; i < o->nworkers; i++) {
		thread_join(&o->workers[i].thread);
		measurer_release(&o->workers[i].measurer);
	}
	atomic_store(&o->scan->stopping, false);
}

static void free_slots(struct order *o)
{
	uint64_t tail = atomic_load(&o->tail);

	for (uint64_t i = atomic_load(&o->head); i < tail; i++)
		slot_put(o, ring_at(o, i));
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
		cond_destroy(&o->spare);
		cond_destroy(&o->work);
		mutex_destroy(&o->lock);
	}
	free(o->workers);
	intact_pairs_close(o->in);
	free(o);
}

static int init_conds(struct order *o, struct intact_error *err)
{
	struct cond *conds[] = { &o->work, &o->spare, &o->progress };
	unsigned made = 0;
	int rc = 0;

	while (rc == 0 && made < 3) {
		rc = cond_init(conds[made], err);
		made += rc == 0;
	}
	while (rc < 0 && made > 0)
		cond_destroy(conds[--made]);
	return rc;
}

static int init_locks(struct order *o, struct intact_error *err)
{
	int rc = mutex_init(&o->lock, err);

	if (rc < 0)
		return rc;
	rc = init_conds(o, err);
	if (rc < 0)
		mutex_destroy(&o->lock);
	else
		o->locks = true;
	return rc;
}

/* Whoever waits because he was told to has no slow disk. */
static bool is_held_back(const struct intact_scan_options *options)
{
	const struct intact_courtesy *c = &options->courtesy;

	return c->bytes_per_second || c->files_per_second || c->pressure;
}

static int start_workers(struct order *o, struct intact_error *err)
{
	const struct intact_scan_options *options = &o->scan->options;
	struct crew_sample now = take_sample(o);
	int rc = 0;

	o->adaptive = options->workers_most > options->workers && !is_held_back(options);
	crew_init(&o->crew, options->workers, o->adaptive ? options->workers_most : 0,
		  thread_processors(), &now);
	atomic_store(&o->wanted, o->crew.size);
	o->workers = calloc(o->crew.most, sizeof(*o->workers));
	if (!o->workers)
		return intact_fail_nomem(err);
	while (rc == 0 && o->nworkers < o->crew.size)
		rc = start_worker(o, err);
	return rc;
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
