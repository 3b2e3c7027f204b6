/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The mount points below the root, as the kernel lists them once at the start.
 */

#ifndef SCAN_MOUNTS_H
#define SCAN_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

struct mounts;

/**
 * Read /proc/self/mountinfo; paths are taken relative to the directory `root_fd`.  Where it cannot
 * be read the list is empty.  Returns 0 or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int mounts_new(int root_fd, struct mounts **ret, struct intact_error *err);
void mounts_free(struct mounts *m);

/** Is something mounted on this path (absolute, without the root's own)? */
bool mounts_has(const struct mounts *m, const char *path, size_t len);

/** Is something mounted anywhere below this directory ("" for "/")? */
bool mounts_below(const struct mounts *m, const char *dir, size_t len);

/** The f_type of what is mounted on this path, as far as it is a network file system or one in user
 * space: those that may not answer when they are asked.  False: not known from here. */
bool mounts_fstype(const struct mounts *m, const char *path, size_t len, uint64_t *ret);

#endif /* SCAN_MOUNTS_H */
