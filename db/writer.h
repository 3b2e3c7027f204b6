/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the two kinds of writers have in common: a place to write to, which becomes the new file
 * only at the end.
 */

#ifndef DB_WRITER_H
#define DB_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include <intact/db.h>

#include "base/buf.h"
#include "base/file.h"

struct writer_ops {
	int (*append)(struct intact_db_writer *w, const struct intact_entry *e,
		      struct intact_error *err);
	/* Write what is left; the file is complete then. */
	int (*finish)(struct intact_db_writer *w, uint8_t root[INTACT_DB_DIGEST_SIZE],
		      struct intact_error *err);
	/* Read back what was written; may be NULL. */
	int (*check)(struct intact_db_writer *w, const uint8_t root[INTACT_DB_DIGEST_SIZE],
		     struct intact_error *err);
	/* Release what is the writer's own, and the memory. */
	void (*free)(struct intact_db_writer *w);
};

struct intact_db_out {
	struct file_new file;
	bool named; /* file is in use; false: fd is the caller's */
	int fd;
	char *name; /* for messages */

	/* Set: somebody else's to put in place. */
	int (*commit)(void *ctx, struct intact_error *err);
	void *ctx;
};

/** Embedded as the first member of each writer. */
struct intact_db_writer {
	const struct writer_ops *ops;
	struct intact_db_out *out;
	bool owns_out;
	uint64_t offset;	      /* bytes written */
	bool failed;		      /* after a failure nothing is committed */
	const struct intact_key *key; /* to sign with; NULL: not */

	intact_db_bytes_fn *watch; /* intact_db_watch() */
	void *watch_ctx;
	struct buf begun; /* what was written before anybody could watch */
};

INTACT_MUST_CHECK
int writer_put(struct intact_db_writer *w, const void *data, size_t len, struct intact_error *err);

/** Hand on what the watcher is to see. */
INTACT_MUST_CHECK
int writer_show(struct intact_db_writer *w, const void *data, size_t len, struct intact_error *err);

#endif /* DB_WRITER_H */
