/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What walk, window and workers share during one scan.
 */

#ifndef SCAN_CONTEXT_H
#define SCAN_CONTEXT_H

#include <intact/scan.h>

#include <sys/types.h>

#include "scan/pace.h"
#include "scan/watch.h"

struct mounts;

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
	uint64_t patience_ms;
	char silence[64];
	uint64_t deadline; /* of thread_clock(), for reading contents; 0: none */
	/* Set when the walk starts: below the root no device can be opened (clone.h), so that files
	 * may be opened by name, without looking first. */
	bool nodev;
	int root_fd; /* -1: no walk */
	/* With nodev: what is mounted in the clone, for as long as the walk is there; else NULL. */
	const struct mounts *mounts;

	/* Anybody's. */
	struct pace bytes;
	struct pace files;
	_Atomic unsigned dirs; /* open directory handles */
	_Atomic bool stopping; /* give up what you are reading */

	/* The pulling thread's; stats.bytes is anybody's. */
	struct intact_scan_stats stats;
	uint64_t last_tick_ms;
	struct pressure pressure; /* `paused` is anybody's */
	struct watch *watches;	  /* of all threads that ask file systems */

	_Atomic unsigned silences; /* that one worker alone would have waited for */
};

/** Look at the watches and call the tick function, if that was not done for a while.  The pulling
 * thread's.  Returns 0 or INTACT_ESIGNAL. */
INTACT_MUST_CHECK
int scan_tick(struct intact_scan *scan, struct intact_error *err);

/**
 * Wait until the limits allow to go on after `n` more of `pace`, and while the scan pauses. Without
 * a watch (NULL) the caller is the pulling thread; with one, waiting is no silence.  Returns 0, or
 * INTACT_ESIGNAL when the scan stops.
 */
INTACT_MUST_CHECK
int scan_pace(struct intact_scan *scan, struct pace *pace, uint64_t n, struct watch *watch,
	      struct intact_error *err);

/** Is the time over in which contents are read?  For any thread. */
bool scan_is_late(const struct intact_scan *scan);

/** Only look at the watches. */
void scan_look(struct intact_scan *scan);

/* ---- threads that are watched; all of it is the pulling thread's ---- */

void scan_watch(struct intact_scan *scan, struct watch *w);
void scan_unwatch(struct intact_scan *scan, struct watch *w);

/** Has it been silent for too long?  Then it is left behind now, counted, and watched no longer. */
bool scan_give_up(struct intact_scan *scan, struct watch *w);

/**
 * An object was silent, whoever asked for it, for which one worker alone would have waited as well:
 * not one that lies on a file system which was silent often enough without it.  Returns 0, or
 * INTACT_EIO when it is enough for the run.
 */
INTACT_MUST_CHECK
int scan_count_silence(struct intact_scan *scan, struct intact_error *err);

/** The run is over, and this thread has not ended though it was told to.  True: it was silent for
 * long enough, and is left behind now. */
bool scan_leave(struct intact_scan *scan, struct watch *w);

/** "no answer from the file system for 60 seconds" */
const char *scan_silence(struct intact_scan *scan);

#endif /* SCAN_CONTEXT_H */
