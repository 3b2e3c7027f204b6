/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Columns of a block: numbers, and strings with a dictionary.
 */

#ifndef DB_COLUMN_H
#define DB_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/entry.h>
#include <intact/error.h>

#include "base/buf.h"

/** How the numbers of a column are written; the writer takes the cheapest. */
enum column_code {
	COLUMN_SAME = 0,  /* one number that all rows have */
	COLUMN_PLAIN = 1, /* each as it is */
	COLUMN_DELTA = 2, /* the folded difference to the row before (the first: to 0) */
	COLUMN_LIKE = 3,  /* the folded difference to another column in the same row */
	COLUMN_LOW = 4,	  /* each without its lowest 24 bits; these are not packed */
};

/* Bytes of a number that COLUMN_LOW keeps apart. */
#define COLUMN_LOW_BYTES 3

/** Append the column; `like` (may be NULL) are the numbers of column `like_id`, and what is not to
 * be packed goes to `low`. */
void column_put_numbers(struct buf *out, struct buf *low, const uint64_t *numbers, size_t rows,
			const uint64_t *like, unsigned like_id);

/** The numbers of a column that stands earlier in the block, or NULL. */
typedef const uint64_t *column_lookup(void *arg, uint64_t column);

/** Bytes that a column has among those that are not packed. */
size_t column_low_size(const uint8_t *data, size_t len, size_t rows);

/** Read it back into numbers[rows]; `low` has as many bytes as column_low_size() says.  Returns
 * false if it is damaged. */
bool column_get_numbers(const uint8_t *data, size_t len, const uint8_t *low, uint64_t *numbers,
			size_t rows, column_lookup *lookup, void *arg);

/* A string that was written lately is not written again; looked for in one place only, so that
 * nobody who chooses strings can make this slow. */
#define COLUMN_CACHE 1024

/** A string column while it is written. */
struct column_out {
	struct buf data;
	uint32_t count; /* strings in the dictionary */
	struct {
		uint32_t number; /* + 1; 0: free */
		uint32_t offset; /* in data */
		uint32_t len;
	} cache[COLUMN_CACHE];
};

/** Append one value. */
void column_put_string(struct column_out *col, const char *s, size_t len);
void column_out_clear(struct column_out *col);
void column_out_release(struct column_out *col);

/** A string column while it is read, from the first value to the last. */
struct column_in {
	const uint8_t *start, *at, *end;
	uint32_t count;
	uint32_t cap;
	struct column_string {
		uint32_t offset; /* from start */
		uint32_t len;
	} * dict;
};

/** `data` must outlive it. */
void column_in_init(struct column_in *col, const uint8_t *data, size_t len);

/** The next value: bytes in the column itself, followed by a NUL.  Returns 0, INTACT_EDAMAGED or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int column_get_string(struct column_in *col, struct intact_str *ret, struct intact_error *err);
void column_in_release(struct column_in *col);

#endif /* DB_COLUMN_H */
