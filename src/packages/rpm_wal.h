/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The log that stands beside an SQLite database: pages that are newer than those in it.
 *
 * SQLite can read one only where it may write beside it.
 */

#ifndef PACKAGES_RPM_WAL_H
#define PACKAGES_RPM_WAL_H

#include "base/buf.h"

#include <intact/error.h>

/** Put the pages of all complete transactions into the database.  A log that is none says nothing,
 * as with SQLite.  Returns 0, INTACT_EIO (pages beyond `max` bytes) or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int rpm_wal_apply(struct buf *database, const void *log, size_t len, size_t max,
		  struct intact_error *err);

#endif /* PACKAGES_RPM_WAL_H */
