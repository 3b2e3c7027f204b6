/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What a run does to disks, one line a step, in order:
 *
 *   create INODE DIRINODE NAME       write INODE OFFSET HEX      truncate INODE LENGTH
 *   rename DIRINODE OLD NEW          unlink DIRINODE NAME        sync INODE
 *
 * meddle.c says what is done, powercut.c asks what may be left of it.  Names have no blank in the
 * tests that use this.
 */

#ifndef STRESS_RECORD_H
#define STRESS_RECORD_H

#include <stddef.h>
#include <stdint.h>

/** Write to this descriptor from now on; before that nothing is recorded. */
void record_start(int fd);

void record_create(int fd, int dirfd, const char *path);
void record_write(int fd, const void *data, size_t len, uint64_t offset);
void record_truncate(int fd, uint64_t len);
void record_sync(int fd);
/** Both names are in the same folder. */
void record_rename(int dirfd, const char *old, const char *new);
void record_unlink(int dirfd, const char *path);

#endif /* STRESS_RECORD_H */
