/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * File systems whose files are made up by the kernel when they are read: their size says nothing,
 * and reading some of them blocks, takes something away or never ends.  Their content is not
 * measured.
 */

#ifndef SCAN_PSEUDO_H
#define SCAN_PSEUDO_H

#include <stdbool.h>
#include <stdint.h>

/** Is this statfs f_type one of them? */
bool fstype_is_pseudo(uint64_t fstype);

#endif /* SCAN_PSEUDO_H */
