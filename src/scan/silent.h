/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * File systems that gave no answer.
 *
 * One silent object may be a bad one; of a file system that was silent SILENT_MAX times nothing
 * more is asked.  What counts is the order of the names, not of time: whoever stands behind the
 * SILENT_MAX-th silent one is not verified, even if somebody has measured it meanwhile.  So the
 * outcome does not depend on the number of workers.
 */

#ifndef SCAN_SILENT_H
#define SCAN_SILENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <intact/error.h>

#define SILENT_MAX 3

#define SILENT_DEAD "not asked: its file system does not answer"

/** All zero is none. */
struct silent {
	struct silent_device {
		dev_t dev;
		unsigned count;		 /* of at, SILENT_MAX at the most */
		uint64_t at[SILENT_MAX]; /* the first places in the order, ascending */
	} * devices;
	size_t count;
};

/** Number `at` in the order, on this device, gave no answer.  Returns 1 if it is one of the first
 * SILENT_MAX that were told of, 0 if there were enough without it, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int silent_add(struct silent *s, dev_t dev, uint64_t at, struct intact_error *err);

/** Was anything on this device silent? */
bool silent_knows(const struct silent *s, dev_t dev);

/** Is number `at` not to be asked? */
bool silent_is_dead(const struct silent *s, dev_t dev, uint64_t at);

void silent_release(struct silent *s);

#endif /* SCAN_SILENT_H */
