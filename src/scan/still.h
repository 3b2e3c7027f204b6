/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Did an object hold still while we looked at it?
 */

#ifndef SCAN_STILL_H
#define SCAN_STILL_H

#include <stdbool.h>

#include "scan/object.h"

/** Look at the held object until its ctime is old enough that a change from now on shows; false if
 * it keeps moving. */
bool still_settle(struct object *o);

/** Is the later look at what the earlier one was at, unchanged, or with `growing` merely grown? */
bool still_held(const struct statx *earlier, const struct statx *later, bool growing);

#endif /* SCAN_STILL_H */
