/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Databases that are not what they were: cut, changed by a byte, out of order.
 */

#ifndef TESTS_AIDE_DAMAGE_H
#define TESTS_AIDE_DAMAGE_H

#include "base/buf.h"
#include "random.h"

/** Change a database (text) somewhere.  Some changes leave it valid. */
void damage(struct buf *text, struct random *rnd);

#endif /* TESTS_AIDE_DAMAGE_H */
