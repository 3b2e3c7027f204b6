/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What a report says about unverified entries, held against what AIDE's says about attributes that
 * the two databases do not share.
 */

#ifndef TESTS_AIDE_DOUBTS_H
#define TESTS_AIDE_DOUBTS_H

#include "base/buf.h"

/**
 * Is each entry that `ours` lists as unverified one to which AIDE (`aide`: the same report) says
 * that the attributes were not in the old database, and the other way round?  Reports that do not
 * list entries have nothing to say: true.
 */
bool doubts_founded(const struct buf *aide, const struct buf *ours);

#endif /* TESTS_AIDE_DOUBTS_H */
