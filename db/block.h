/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Blocks: some thousand entries that are packed, verified and read as one.
 */

#ifndef DB_BLOCK_H
#define DB_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/entry.h>
#include <intact/error.h>

#include "base/buf.h"
#include "db/column.h"
#include "db/format.h"
#include "db/sha256.h"
#include "base/zstream.h"

/** What entries have in common: which values there are, and the masks. */
struct block_shape {
	uint64_t attrs, unsupported, failed; /* our bits */
	uint32_t flags;			     /* DB_SHAPE_ */
	uint32_t strings; /* bit N: column COL_LNAME + N, up to COL_PROBLEM, has a value */
	uint32_t digests; /* bit N: entry->digest[N] */
};

#define BLOCK_STRINGS (COL_XATTRS_VALUE - COL_LNAME + 1)

/** One line of the index. */
struct block_info {
	uint64_t offset; /* in the file */
	uint32_t raw;	 /* bytes in front that are not packed: digests, and low parts of numbers */
	uint32_t packed; /* bytes of zlib behind them */
	uint32_t expanded; /* what comes out */
	uint32_t rows;
	uint8_t sha256[SHA256_SIZE]; /* of both parts as stored */
	uint8_t first_len, last_len;
	char first[DB_KEY_MAX]; /* the first path, or its first DB_KEY_MAX bytes */
	char last[DB_KEY_MAX];	/* the last one, likewise */
};

/* ---- writing ------------------------------------------------------------------------------- */

#define BLOCK_SHAPE_CACHE 256

/** Entries on their way into a block. */
struct block_out {
	struct db_columns columns;
	uint64_t known;			   /* attributes that have a name */
	uint32_t digests_known;		   /* bits of entry->digest[] that are in use */
	uint8_t widths[INTACT_DIGEST_MAX]; /* of them */
	struct zpack *zpack;
	struct sha256 *sha256;

	uint32_t rows;
	size_t bytes; /* roughly, uncompressed */
	size_t nxattrs;

	uint64_t *numbers[COL_MAX]; /* DB_ROWS_TARGET each, of the columns of kind NUMBER */
	uint64_t *memory;	    /* that they are in */
	struct column_out strings[BLOCK_STRINGS];
	struct buf digests[INTACT_DIGEST_MAX]; /* by entry->digest[] */

	struct buf low; /* what COLUMN_LOW puts behind the digests */

	struct buf path; /* ends of paths */
	struct buf last; /* the path before, whole; survives block_out_finish() */
	char first[DB_KEY_MAX];
	uint8_t first_len;

	struct block_shape *shapes;
	uint32_t nshapes;
	uint32_t shape_cache[BLOCK_SHAPE_CACHE]; /* number + 1; 0: free */

	struct buf body;   /* expanded */
	struct buf stored; /* what goes to the file */
};

INTACT_MUST_CHECK
int block_out_init(struct block_out *b, struct intact_error *err);
void block_out_release(struct block_out *b);

/** Returns 0, INTACT_EIO for an entry that cannot be stored (its path is not behind the one before,
 * or a value is out of bounds), or INTACT_ENOMEM, which may come from block_out_finish() only. */
INTACT_MUST_CHECK
int block_out_append(struct block_out *b, const struct intact_entry *e, struct intact_error *err);

/** Is it time for block_out_finish()? */
bool block_out_full(const struct block_out *b);

/** Make `stored` and fill *ret (but for the offset); then the block is empty again.  Returns 0 or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int block_out_finish(struct block_out *b, struct block_info *ret, struct intact_error *err);

/* ---- reading ------------------------------------------------------------------------------- */

/** What the header says about columns and attributes, translated to our own numbers. */
struct block_schema {
	struct db_columns columns;
	unsigned count;		      /* columns of the file */
	int16_t own[DB_COLUMNS_MAX];  /* our number, or -1 for one we do not know */
	uint8_t kind[DB_COLUMNS_MAX]; /* DB_KIND_ in the file */
	uint8_t width[DB_COLUMNS_MAX];
	unsigned nattrs;
	int8_t attr[DB_ATTRS_MAX]; /* bit in the file to our bit, or -1 */
};

/** A block while it is read, row by row. */
struct block_in {
	const struct block_schema *schema;
	struct zunpack *zunpack;

	uint8_t *stored, *body;
	size_t stored_cap, body_cap;

	uint32_t rows, row;
	uint64_t *memory; /* of numbers */
	size_t memory_rows;
	bool present[COL_MAX];
	uint64_t *numbers[COL_MAX];

	/* Numbers that differ from row to row. */
	struct {
		const uint64_t *numbers;
		uint16_t offset;
		uint8_t size;
	} active[COL_NUMBERS_LAST - COL_NUMBERS_FIRST + 1];
	unsigned nactive;

	struct block_shape *shapes;
	uint32_t nshapes, shapes_cap;
	const struct block_shape *shape; /* of the row before */

	struct column_in strings[BLOCK_STRINGS];
	const uint8_t *digests[INTACT_DIGEST_MAX]; /* the next one of each, by entry->digest[] */
	uint8_t widths[INTACT_DIGEST_MAX];

	const uint8_t *low_at, *low_end; /* what is behind the digests */

	const uint8_t *path_at, *path_end;
	char *path; /* of the row before */
	size_t path_len, path_cap;
	bool path_known; /* the block before was read as well */

	struct intact_xattr *xattrs;
	size_t xattrs_cap;
	char acl[40];

	struct intact_entry entry;
};

INTACT_MUST_CHECK
int block_in_init(struct block_in *b, const struct block_schema *schema, struct intact_error *err);
void block_in_release(struct block_in *b);

/** Room for the stored block: the caller reads it there and verifies the digest.  NULL without
 * memory. */
uint8_t *block_in_room(struct block_in *b, const struct block_info *info);

/** Expand and take apart what the caller has verified.  `follows`: it is the block after the one
 * that was read last.  Returns 0, INTACT_EDAMAGED or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int block_in_open(struct block_in *b, const struct block_info *info, bool follows,
		  struct intact_error *err);

/** Returns 1 and the next entry, valid until the next call; 0 at the end; or an error. */
INTACT_MUST_CHECK
int block_in_next(struct block_in *b, const struct intact_entry **ret, struct intact_error *err);

/** The access ACL of an object that has no other rights than those in its mode. */
#define BLOCK_ACL_LEN 32
void block_acl_from_mode(char text[BLOCK_ACL_LEN + 1], uint64_t mode);

#endif /* DB_BLOCK_H */
