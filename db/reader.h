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
	/* intact_db_check() and intact_db_prove(); may be NULL. */
	int (*check)(struct intact_db *db, struct intact_error *err);
	int (*prove)(const struct intact_db *db, const struct intact_stream *s,
		     struct intact_db_proof *ret);
	/* Release `own`. */
	void (*free)(struct intact_db *db);
};

struct intact_db {
	const struct reader_ops *ops;
	char *path; /* for messages */
	int fd;
	bool owns_fd;
	bool copied; /* fd is a temporary file that nobody else has */
	uint64_t size;
	const struct intact_db_trust *trust; /* while it is opened; NULL: do not ask */
	bool distrusted;		     /* refused for its signature, not for damage */
	struct intact_db_meta meta;
	void *own; /* of the kind of reader */
};

/** Does the signature hold?  meta.signature has it, and the digest that it is over; sets
 * the signer.  Returns 0
 * or INTACT_EDAMAGED.  Errors are without the path. */
INTACT_MUST_CHECK
int reader_verify(struct intact_db *db, enum intact_signed what, struct intact_error *err);

/** Open what has our magic in front.  Set ops, own and meta.  Errors are without the path. */
INTACT_MUST_CHECK
int native_open(struct intact_db *db, struct intact_error *err);

/** Open AIDE's text, plain or gzipped.  Errors come complete. */
INTACT_MUST_CHECK
int aide_open(struct intact_db *db, struct intact_error *err);

/** Do these first bytes of a file look like AIDE's text, plain or gzipped? */
bool aide_looks_like(const uint8_t *data, size_t len);

#endif /* DB_READER_H */
