/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A private clone of the mounts at and below the root of a scan.
 *
 * In the clone no device can be opened, no link is followed and no access time moves, whoever
 * renames what while we look: the kernel sees to that.  st_dev and st_ino are the same as outside.
 * What is mounted later does not show in it.
 */

#ifndef SCAN_CLONE_H
#define SCAN_CLONE_H

/**
 * Clone the tree of mounts at directory `fd` (kept open).  Returns a new O_PATH descriptor, or -1
 * where that cannot be done completely: no privilege, an older kernel, or a mount that may not be
 * cloned and would be missing.
 */
int clone_mounts(int fd);

#endif /* SCAN_CLONE_H */
