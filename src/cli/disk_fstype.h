/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * On which file system a path lies, for whoever asks about a path and not about a tree.
 */

#ifndef CLI_DISK_FSTYPE_H
#define CLI_DISK_FSTYPE_H

#include <stddef.h>
#include <stdint.h>

/** The f_type of what `path` (absolute, `len` bytes) below `root` ("": the system's) lies on; of
 * one that is not there, what it would lie on.  Through no link.  Waits for a file system that does
 * not answer.  Returns 0, or -1 where it cannot be known. */
int disk_fstype(const char *root, const char *path, size_t len, uint64_t *ret);

#endif /* CLI_DISK_FSTYPE_H */
