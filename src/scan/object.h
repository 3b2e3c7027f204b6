/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One filesystem object held open, so that everything about it comes from the same object.
 *
 * Only regular files and directories are ever opened for reading, and no device, FIFO or socket is
 * opened at all, whatever is exchanged while we look: a name is first held with O_PATH, which opens
 * nothing, and what turns out to be a regular file is then opened for reading through
 * /proc/self/fd, which can only reach the object that we looked at.
 *
 * object_hold() a name, see what it is, and only then object_read() it.
 */

#ifndef SCAN_OBJECT_H
#define SCAN_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include <intact/error.h>

struct intact_scan;
struct watch;

struct object {
	int dirfd; /* where it was found; the caller's */
	const char *name;
	int path_fd;	/* O_PATH, or -1 */
	int fd;		/* for reading, or -1 */
	int read_errno; /* why fd is -1 although it was asked for; 0 */
	struct statx st;
	struct timespec looked; /* just before `st` was taken, on the clock of inode times */
	struct watch *watch;	/* of the thread that reads it, or NULL */
	char proc[32]; /* a path that reaches it, for calls that take no O_PATH descriptor; or "" */
};

/**
 * Hold `name` below `dirfd`, which should be of type `type` (S_IFMT bits), and look at it.  The
 * type found may be another one (st.stx_mode).  With `readable` a directory, and a file where that
 * is safe, is opened for reading at once.  Returns 0 or an errno.
 */
int object_hold(const struct intact_scan *scan, int dirfd, const char *name, mode_t type,
		bool readable, struct object *ret);

/** Open a held regular file for reading, if it is not yet.  Where that fails fd stays -1 and
 * read_errno says why. */
void object_read(const struct intact_scan *scan, struct object *o);

/** Take `st` again.  Returns 0 or an errno. */
int object_look(struct object *o);

void object_close(struct object *o);

/** Only look, without holding anything.  Returns 0 or an errno. */
int object_stat(int dirfd, const char *name, struct statx *ret);

#endif /* SCAN_OBJECT_H */
