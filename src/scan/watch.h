/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Watching a thread that may never come back from a system call, and leaving it behind.
 *
 * A thread that waits for a file system that does not answer cannot be cancelled.  So each thread
 * that asks one has a watch; the pulling thread looks at it, and when it has seen no progress for
 * long enough it takes away what the thread was doing.  From then on the thread owns nothing but
 * what it was given for this one task; whoever takes over the rest must not touch that.
 *
 * The one atomic word decides who was first: the thread coming back or the one giving up.
 */

#ifndef SCAN_WATCH_H
#define SCAN_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch {
	/* Even: at nothing that could last.  Odd: at something.  WATCH_LEFT: left behind. */
	_Atomic uint64_t state;
	_Atomic uint64_t progress;

	/* The pulling thread's. */
	uint64_t seen; /* progress at the last look */
	uint64_t silent_ms;
	struct watch *next;
};

#define WATCH_LEFT UINT64_MAX

/* ---- for the watched thread ---- */

/** Something that could last begins.  (Not progress by itself.) */
void watch_begin(struct watch *w);

/** There was progress: the time counts from here. */
void watch_progress(struct watch *w);

/** It is over.  False: too late, the thread was left behind and must touch nothing that is shared.
 */
bool watch_end(struct watch *w);

/** Left behind already? */
bool watch_is_left(const struct watch *w);

/* ---- for the pulling thread ---- */

/** `ms` more have passed. */
void watch_look(struct watch *w, uint64_t ms);

/** Leave the thread behind if it has been silent for `patience_ms`.  True: it is. */
bool watch_give_up(struct watch *w, uint64_t patience_ms);

#endif /* SCAN_WATCH_H */
