/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The front of a baseline: what it says about itself, and the names of its attributes and columns.
 */

#ifndef DB_HEADER_H
#define DB_HEADER_H

#include <intact/db.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/block.h"

#define HEADER_FIXED 16 /* magic, version, length */

struct db_header {
	struct intact_db_meta meta;
	struct block_schema schema;
	struct arena arena; /* of meta's strings */
};

/** Append the header.  Returns 0, INTACT_EIO if something is too long, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int header_put(struct buf *out, const struct intact_db_meta *meta, struct intact_error *err);

/** Take a verified header apart.  Returns 0, INTACT_EDAMAGED or INTACT_ENOMEM; header_release() it
 * in any case. */
INTACT_MUST_CHECK
int header_get(struct db_header *h, const uint8_t *data, size_t len, struct intact_error *err);
void header_release(struct db_header *h);

#endif /* DB_HEADER_H */
