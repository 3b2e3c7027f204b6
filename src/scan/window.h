/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the consumer (order.c) and the workers (workers.c) share: a ring of slots with three marks
 * that only go up.
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
 * What one thread writes for each entry lies in cache lines that the others look at rarely: a line
 * that goes from one processor to another and back costs a tenth of measuring a small file.
 */

#ifndef SCAN_WINDOW_H
#define SCAN_WINDOW_H

#include <intact/scan.h>

#include <sys/types.h>

#include "base/arena.h"
#include "base/thread.h"
#include "scan/share.h"
#include "scan/silent.h"

/* A slot takes 3 KiB with its arena.  At 5 us an entry and worker this bridges a file that takes
 * 40 ms to read. */
#define NSLOTS ((uint64_t)8192)
/* Bytes that measuring adds to the window. */
#define GROWN_MAX ((size_t)12 << 20)
/* Growth that is not worth telling the others: a name, an ACL, a digest. */
#define GROWN_FREE ((size_t)1024)

#define NEVER UINT64_MAX

/** Keeps what stands before it and what stands behind it out of one cache line. */
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
	size_t grown;	/* by measuring, as counted in window->grown */
	uint64_t bytes; /* read, and not in the scan's counter yet */
	/* What the consumer asked for: `entry` is the worker's. */
	struct intact_str path;
	uint64_t mode;
	uint64_t attrs;
	dev_t dev; /* of the directory it is in; 0: not known */
	struct slot *next_free;
};

struct window {
	struct apart before;
	/* Set before the workers start, then read-only. */
	struct intact_scan *scan;
	bool adaptive; /* there may be more or fewer workers */

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
	bool locks;		 /* the four above exist, and `share` */
	struct intact_error err; /* of a slot whose rc is negative */
	struct silent silent;
	_Atomic bool any_silent; /* there is something in it */
	_Atomic bool stopping;

	/* What workers without a slot can help with. */
	struct apart before_share;
	struct share share;
};

/** All zero before. */
INTACT_MUST_CHECK
int window_init(struct window *w, struct intact_scan *scan, struct intact_error *err);
/** The slots are the consumer's.  All zero is fine. */
void window_release(struct window *w);

static inline struct slot **window_at(struct window *w, uint64_t i)
{
	return &w->ring[i % NSLOTS];
}

/** Too heavy: only the head may go on, so that the window can move. */
static inline bool window_is_heavy(struct window *w)
{
	return atomic_load(&w->grown) > GROWN_MAX;
}

/** Wake the workers that sleep for want of slots, or one of them. */
void window_wake_workers(struct window *w);
void window_wake_worker(struct window *w);

/** Bytes that an entry takes in the window. */
size_t window_weigh(const struct intact_entry *e);

/** Is this slot not to be asked for, or what was measured not to count: does its file system stand
 * for dead in this place of the order? */
bool window_is_dead(struct window *w, const struct slot *slot, uint64_t index);

/** This slot gave no answer, which says something about its file system.  As silent_add(). */
INTACT_MUST_CHECK
int window_add_silent(struct window *w, const struct slot *slot, uint64_t index,
		      struct intact_error *err);

#endif /* SCAN_WINDOW_H */
