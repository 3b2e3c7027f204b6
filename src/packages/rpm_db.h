/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * rpm's database: the headers of packages, one after the other.  Hides SQLite, and is read from
 * memory: no file is opened, none is written beside it.
 */

#ifndef PACKAGES_RPM_DB_H
#define PACKAGES_RPM_DB_H

#include <stdbool.h>
#include <stddef.h>

#include <intact/error.h>

struct rpm_db;

/** Was this program built with SQLite? */
bool rpm_db_built_in(void);

/** Open a database that is `image`, which must outlive it and is changed.  Returns 0, INTACT_EIO or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int rpm_db_open(void *image, size_t len, struct rpm_db **ret, struct intact_error *err);
void rpm_db_close(struct rpm_db *db);

/** Called often; non-zero: stop. */
void rpm_db_set_tick(struct rpm_db *db, int (*tick)(void *ctx), void *ctx);

/** From the first one on. */
void rpm_db_rewind(struct rpm_db *db);

/** Borrow the next header until the following call.  Returns 1, 0 at the end, INTACT_EIO,
 * INTACT_ESIGNAL or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int rpm_db_next(struct rpm_db *db, const void **ret, size_t *ret_len, struct intact_error *err);

#endif /* PACKAGES_RPM_DB_H */
