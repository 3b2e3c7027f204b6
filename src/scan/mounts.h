/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The mount points below the root, as the kernel lists them once at the start.
 */

#ifndef SCAN_MOUNTS_H
#define SCAN_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

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

#endif /* SCAN_MOUNTS_H */
