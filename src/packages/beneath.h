/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Files of records below the root of a scan: opened step by step, without following links, and only
 * if nobody but root and us could have written them.
 */

#ifndef PACKAGES_BENEATH_H
#define PACKAGES_BENEATH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include <intact/error.h>

#include "base/buf.h"

/**
 * Open the folder `path` ("var/lib/dpkg") below `rootfd`.  With `safe` all folders on the way, and
 * `rootfd`, must be root's or ours and closed to the writing of others.  Returns 1, 0 if it is not
 * there, or INTACT_EIO.
 */
INTACT_MUST_CHECK
int beneath_folder(int rootfd, const char *path, bool safe, int *ret_fd, struct intact_error *err);

/**
 * Open the file `name` of a folder for reading.  It must be a regular one, root's or ours, and
 * closed to the writing of others.  `ret_st` may be NULL.  Returns 1, 0 if it is not there, or
 * INTACT_EIO.
 */
INTACT_MUST_CHECK
int beneath_open(int dirfd, const char *name, int *ret_fd, struct stat *ret_st,
		 struct intact_error *err);

/**
 * Read such a file: its last `max` bytes at the most with `tail`, otherwise it must not be larger.
 * Returns 1, 0 if it is not there, INTACT_EIO or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int beneath_read(int dirfd, const char *name, size_t max, bool tail, struct buf *out,
		 struct stat *ret_st, struct intact_error *err);

/**
 * The accounts of the root that is looked at, not ours: `name` is "passwd" or "group".  Nothing
 * where they cannot be had.  Returns 0 or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int beneath_accounts(int rootfd, const char *name, struct buf *out, struct intact_error *err);

#endif /* PACKAGES_BENEATH_H */
