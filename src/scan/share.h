/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One large file, hashed by all workers that have nothing better to do.
 *
 * Only the digest fsverity can be divided (verity.h).  The worker that has the file reads it, in
 * order, under its limits and its watch, and offers what it has read in units; whoever is idle
 *takes one, hashes it, and is free again.  So a helper asks no file system anything and cannot get
 *stuck; and since the owner hashes by itself what nobody takes, it needs nobody.
 *
 *	 collected      at work, done, offered      being filled
 *	 ───────────┬─────┬─────┬─────┬─────┬─────┬──────────────
 *	  ... tree  │done │taken│done │open │open │ room ...
 *	 ───────────┴─────┴─────┴─────┴─────┴─────┴──────────────
 *	             └──── at most SHARE_UNITS, in order ────┘
 */

#ifndef SCAN_SHARE_H
#define SCAN_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#include "base/thread.h"
#include "scan/verity.h"
#include "scan/watch.h"

/** From here on a file is worth the buffers and the trouble. */
#define SHARE_FROM ((uint64_t)64 << 20)
/** Of VERITY_SUBTREE bytes each: one thread cannot read faster than seven can hash. */
#define SHARE_UNITS 8

struct shared;

/** What is offered just now, to all workers. */
struct share {
	/* Set before there is more than one thread. */
	_Atomic unsigned *idle;	 /* workers that sleep, or are about to look here and then sleep */
	void (*wake)(void *ctx); /* one of them */
	void *wake_ctx;

	_Atomic unsigned open; /* units that nobody has taken yet */

	struct mutex lock;
	struct cond hashed; /* for owners */
	/* Guarded by lock, with what is said below of a unit. */
	struct shared *first;
};

INTACT_MUST_CHECK
int share_init(struct share *s, struct intact_error *err);
void share_release(struct share *s);

/* ---- for a worker that has nothing to do ---- */

/** Is there something to help with? */
static inline bool share_is_open(struct share *s)
{
	return atomic_load(&s->open) > 0;
}

/** Hash one unit, if somebody else was not faster. */
void share_help(struct share *s, struct verity *v);

/* ---- for the worker that has the file ---- */

/**
 * Begin with a file.  `watch` is of the calling thread, at work (watch_begin()), or NULL.  Each of
 * the calls below that touches what is everybody's does so between watch_end() and watch_begin(): a
 * thread that was left behind touches nothing, and gets INTACT_ESIGNAL.
 */
INTACT_MUST_CHECK
int shared_new(struct share *s, struct verity *v, struct watch *watch, struct shared **ret,
	       struct intact_error *err);

/** Where the next bytes may be put, to save a copy, and how many; never 0. */
size_t shared_room(struct shared *f, unsigned char **ret);

/** The next bytes; they may be there already.  They stay what they are until the next ones are put
 * somewhere. */
INTACT_MUST_CHECK
int shared_add(struct shared *f, const void *data, size_t len, struct intact_error *err);

/** The digest of all of it. */
INTACT_MUST_CHECK
int shared_end(struct shared *f, uint8_t ret[VERITY_HASH], struct intact_error *err);

/** However far it came.  NULL is fine. */
void shared_free(struct shared *f);

#endif /* SCAN_SHARE_H */
