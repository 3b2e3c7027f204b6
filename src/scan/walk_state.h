/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The walk at work: what walk.c and the files that do parts of it share.
 *
 * walk.c asks the rules about names and gives out; walk_levels.c goes into directories and comes
 * back out of them; walk_calls.c makes the system calls, from which a thread may not come back.
 */

#ifndef SCAN_WALK_STATE_H
#define SCAN_WALK_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>

#include "base/buf.h"
#include "scan/names.h"
#include "scan/silent.h"
#include "scan/walk.h"

struct mounts;
struct scan_dir;

#define WALK_DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct level {
	struct scan_dir *dir; /* NULL: closed for now, or lost */
	struct names names;
	size_t at;	 /* index of the name that comes next */
	size_t path_len; /* of the directory in walk.path; 0 for "/" */
	dev_t dev;
	ino_t ino;
	bool mounts;   /* something is mounted below it */
	bool selected; /* the rules select the directory itself */
	bool fstype_known;
	uint64_t fstype;
};

/* What a system call is for. */
enum call {
	CALL_ENTER,  /* open and list the directory at hand */
	CALL_LEAVE,  /* see that the level at hand is still where it was */
	CALL_TYPE,   /* of the name at hand */
	CALL_FSTYPE, /* of the name at hand */
};

struct walk {
	struct intact_scan *scan;
	struct walk_runner *runner;
	struct intact_matcher *matcher;
	struct mounts *mounts;
	struct scan_dir *root;

	struct level *levels; /* those above `depth` keep their memory for later */
	size_t depth;
	size_t cap;

	bool started;
	bool descend;	 /* the name at hand is a directory to be listed next */
	bool selected;	 /* the rules select the name at hand */
	mode_t mode;	 /* type bits of the name at hand */
	bool no_fstype;	 /* its file system does not say its type */
	struct buf path; /* of the name at hand */
	struct buf problem;
	bool gap_next; /* give a gap with `problem` for the path at hand before anything else */
	struct intact_entry entry; /* given out */

	enum call call;
	bool entered;	   /* CALL_ENTER: its level is there already */
	size_t list_fresh; /* bytes listed since the last progress */
	struct silent silent;
	uint64_t silences;
	uint64_t excluded;
	uint64_t mounts_skipped;
};

/* ---- walk_calls.c ---- */

/** A system call on the tree begins.  The caller keeps the runner, which is for walk_end(): in
 * there the walk may have another one. */
struct walk_runner *walk_begin(struct walk *w);

/** It is over; sleeps for ever if the thread was left behind.  Does not touch errno. */
void walk_end(struct walk_runner *r);

/** Between these two: openat(), fstat(), fstatat(), fstatfs(). */
int walk_openat(struct walk *w, int dirfd, const char *name, int flags);
int walk_fstat(struct walk *w, int fd, struct stat *ret);
int walk_fstatat(struct walk *w, int dirfd, const char *name, int flags, struct stat *ret);
int walk_fstatfs(struct walk *w, int fd, struct statfs *ret);

/** names_source.read for the level at hand. */
long walk_getdents(void *ctx, void **ret_buffer);

/** names_source.go_on: the runner's. */
int walk_go_on(void *ctx, struct intact_error *err);

/* ---- walk_levels.c ---- */

/** The level at hand. */
static inline struct level *walk_top(struct walk *w)
{
	return &w->levels[w->depth - 1];
}

/** Forget the level at hand, without a look. */
void walk_pop(struct walk *w);

/** Does the file system on which the level at hand lies answer at all? */
bool walk_is_dead(const struct walk *w);

/** Go into the directory at hand.  Returns 1 with a gap, 0, or a negative code. */
INTACT_MUST_CHECK
int walk_enter(struct walk *w, struct intact_error *err);

/** The level at hand is done.  Returns 1 with a gap, 0, or a negative code. */
INTACT_MUST_CHECK
int walk_leave(struct walk *w, struct intact_error *err);

/** The same where nobody can say whether it is still where it was; the gap says `what` and `why`
 * (or NULL). */
INTACT_MUST_CHECK
int walk_leave_unasked(struct walk *w, const char *what, const char *why, struct intact_error *err);

/** What such a gap says where a call failed or was not answered. */
#define WALK_UNSEEN_MOVE "cannot see whether it was moved"

/* ---- walk.c ---- */

/** A gap for the first `path_len` bytes of the path at hand.  Returns 1 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int walk_give_gap(struct walk *w, size_t path_len, const char *what, const char *why,
		  struct intact_error *err);

#endif /* SCAN_WALK_STATE_H */
