/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The threads that measure what is in the window: their work and their life.
 *
 * While it is the disk that waits, more are started (crew.c); those that are too many later sleep
 * until they are wanted again.  One that gets no answer from a file system for too long is left
 * behind with its slot, both of which are then its own and never freed, and somebody else takes its
 * place: so there are never more places than the crew may have, however many are left behind.
 *
 * Who finds no slot helps with a large file that another one has (share.h), or sleeps.
 *
 * All functions are the consumer's.
 */

#ifndef SCAN_WORKERS_H
#define SCAN_WORKERS_H

#include <stdint.h>

#include <intact/error.h>

#include "scan/crew.h"

struct slot;
struct window;
struct worker;

struct workers {
	struct window *window;
	struct worker **at; /* room for crew.most; NULL: left behind */
	unsigned started;   /* places taken so far */
	struct crew crew;
};

/** Start as many as the options of the scan say.  Also after a failure: workers_stop(). */
INTACT_MUST_CHECK
int workers_start(struct workers *ws, struct window *window, struct intact_error *err);

/** Start more, or let some sleep, if it is time to look and there is reason to.  To be called when
 * the consumer has nothing to do but to wait. */
void workers_adapt(struct workers *ws, uint64_t backlog);

/**
 * Leave the worker in this place behind if it got no answer for too long.  True: it is, and *ret is
 * its slot, which may be read as far as the worker does not write it; the ring has nothing in its
 * place until the caller puts something else there.
 */
bool workers_leave(struct workers *ws, unsigned place, struct slot **ret, uint64_t *ret_index);

/** Somebody new for the places of those that were left behind. */
INTACT_MUST_CHECK
int workers_replace(struct workers *ws, struct intact_error *err);

/** Tell all to stop, and wait until each has ended or is left behind.  All zero is fine. */
void workers_stop(struct workers *ws);

#endif /* SCAN_WORKERS_H */
