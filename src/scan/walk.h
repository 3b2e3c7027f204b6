/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The walk as steps, for whoever runs it: the caller's thread, or one of its own that may be left
 * behind (walker.h).
 */

#ifndef SCAN_WALK_H
#define SCAN_WALK_H

#include <limits.h>

#include <intact/scan.h>

#include "scan/watch.h"

struct scan_dir;
struct walk;
struct walk_runner;

/** A thread that runs a walk.  Left behind in a system call, or just before it, it never comes back
 * to the walk; only this struct, its buffer and its folder stay its own. */
struct walk_runner {
	struct watch watch;
	void *buffer;		   /* NAMES_BUFFER bytes for getdents */
	char name[PATH_MAX];	   /* what the system call is asked for */
	struct scan_dir *dir_left; /* open as long as it may be asked for a name in there */
	/** Asked between entries, and while a folder is listed.  0, or INTACT_ESIGNAL: stop. */
	int (*go_on)(struct walk_runner *r, struct intact_error *err);
	/** Called before each system call that could last; may be NULL. */
	void (*before_call)(struct walk_runner *r);
};

/** No system call on the tree yet.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int walk_new(struct intact_scan *scan, struct walk **ret, struct intact_error *err);
void walk_free(struct walk *w);

/** Who runs it from now on; the walk keeps the pointer. */
void walk_set_runner(struct walk *w, struct walk_runner *r);

/** Its runner was left behind: what that may still look at is its own from now on.  (The runner is
 * never freed, nor is this: nobody knows when it comes back.) */
void walk_forget_runner(struct walk *w);

/** Where the rules say what they have to say; called by the runner. */
void walk_set_log(struct walk *w, intact_log_fn *fn, void *ctx);

/** Open the root, which comes first.  Returns 0 or INTACT_EIO. */
INTACT_MUST_CHECK
int walk_open(struct walk *w, struct intact_error *err);

/** The next entry or gap, valid until the next call.  Returns 1, 0 at the end, or a negative code.
 */
INTACT_MUST_CHECK
int walk_step(struct walk *w, const struct intact_entry **ret, struct intact_error *err);

/** The runner before was left behind in a system call: go on as if that had failed.  Instead of the
 * first walk_step() of the new runner, and the same returns, but that 0 is not the end. */
INTACT_MUST_CHECK
int walk_recover(struct walk *w, const struct intact_entry **ret, struct intact_error *err);

/** Counted so far. */
uint64_t walk_excluded(const struct walk *w);
uint64_t walk_mounts_skipped(const struct walk *w);

#endif /* SCAN_WALK_H */
