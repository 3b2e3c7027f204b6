/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the two kinds of readers have in common.
 */

#ifndef DB_READER_H
#define DB_READER_H

#include <stdbool.h>
#include <stdint.h>

#include <intact/db.h>

struct reader_ops {
	int (*read)(struct intact_db *db, const char *from, struct intact_stream **ret,
		    struct intact_error *err);
	/* Release `own`. */
	void (*free)(struct intact_db *db);
};

struct intact_db {
	const struct reader_ops *ops;
	char *path; /* for messages */
	int fd;
	bool owns_fd;
	uint64_t size;
	struct intact_db_meta meta;
	void *own; /* of the kind of reader */
};

/** Open what has our magic in front.  Set ops, own and meta.  Errors are without the path. */
INTACT_MUST_CHECK
int native_open(struct intact_db *db, struct intact_error *err);

/** Open AIDE's text, plain or gzipped.  Errors come complete. */
INTACT_MUST_CHECK
int aide_open(struct intact_db *db, struct intact_error *err);

/** Do these first bytes of a file look like AIDE's text, plain or gzipped? */
bool aide_looks_like(const uint8_t *data, size_t len);

#endif /* DB_READER_H */
