/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the type of a file system, statfs(2)'s f_type, says about the files in it.  Knows nothing of
 * how the type was found out.
 */

#ifndef SCAN_FSTYPE_H
#define SCAN_FSTYPE_H

#include <stdbool.h>
#include <stdint.h>

/** Are its files made up by the kernel when they are read?  Their size says nothing, and reading
 * some of them blocks, takes something away or never ends: their content is not measured. */
bool fstype_is_pseudo(uint64_t fstype);

/** Are its files in memory only?  What is written there through a shared map moves no time stamp,
 * for no page ever has to be written back (mmap(2), msync(2) on st_ctime). */
bool fstype_is_memory(uint64_t fstype);

#endif /* SCAN_FSTYPE_H */
