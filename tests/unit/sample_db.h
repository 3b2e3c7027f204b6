/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: AIDE's text databases of the samples as arrays of entries, and arrays as streams.
 *
 * It reads what the samples have and nothing else; the program's reader is db/aide.c.
 */

#ifndef UNIT_SAMPLE_DB_H
#define UNIT_SAMPLE_DB_H

#include <intact/stream.h>

#include "base/arena.h"

struct sample_db {
	struct arena arena;
	struct intact_entry *entries;
	size_t count;
};

/** Read a database; a test that cannot fails. */
void sample_db_read(struct sample_db *db, const char *path);
void sample_db_release(struct sample_db *db);

/** A stream over an array, which must outlive it.  After the last entry comes the end, or `fail`
 * if it is a negative code. */
struct intact_stream *sample_stream(const struct intact_entry *entries, size_t count, int fail);

#endif /* UNIT_SAMPLE_DB_H */
