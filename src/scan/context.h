/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What walk, window and workers share during one scan.
 */

#ifndef SCAN_CONTEXT_H
#define SCAN_CONTEXT_H

#include <intact/scan.h>

#include <sys/types.h>

#include "scan/pace.h"

struct intact_scan {
	/* Set by intact_scan_new(), then read-only. */
	struct intact_scan_options options;
	uint64_t digests;   /* all digest attributes */
	uint64_t available; /* those of them that can be computed here */
	uint64_t twofold;   /* those of them that have two values, both computable */
	int proc_fd;	    /* /proc/self/fd, or -1 where procfs is not mounted */
	uid_t euid;
	unsigned max_dirs;  /* directory handles that may be open before the window stops pulling */
	unsigned max_stack; /* directory handles that the walk itself keeps open */
	/* Set when the walk starts: below the root no device can be opened (clone.h), so that files
	 * may be opened by name, without looking first. */
	bool nodev;

	/* Anybody's. */
	struct pace bytes;
	struct pace files;
	_Atomic unsigned dirs; /* open directory handles */
	_Atomic bool stopping; /* give up what you are reading */

	/* The pulling thread's; stats.bytes is anybody's. */
	struct intact_scan_stats stats;
	uint64_t last_tick_ms;
	struct pressure pressure; /* `paused` is anybody's */
};

/** Call the tick function if it was not called for a while.  The pulling thread's.  Returns 0 or
 * INTACT_ESIGNAL. */
INTACT_MUST_CHECK
int scan_tick(struct intact_scan *scan, struct intact_error *err);

/**
 * Wait until the limits allow to go on after `n` more of `pace`, and while the scan pauses.  With
 * `ticks` the caller is the pulling thread.  Returns 0, or INTACT_ESIGNAL when the scan stops.
 */
INTACT_MUST_CHECK
int scan_pace(struct intact_scan *scan, struct pace *pace, uint64_t n, bool ticks,
	      struct intact_error *err);

#endif /* SCAN_CONTEXT_H */
