/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The index (where each block is and which paths it has) and the trailer (what everything hangs
 * from).
 */

#ifndef DB_INDEX_H
#define DB_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>
#include <intact/trust.h>

#include "base/buf.h"
#include "db/block.h"

/** The index while it is written. */
struct index_out {
	struct buf digests;
	struct buf lines;
	uint64_t blocks;
	uint64_t entries;
};

/** Returns 0, INTACT_EIO when the index is full, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int index_out_add(struct index_out *ix, const struct block_info *info, struct intact_error *err);
void index_out_release(struct index_out *ix);

/** The trailer. */
struct trailer {
	uint8_t header_sha256[SHA256_SIZE];
	uint8_t index_sha256[SHA256_SIZE];
	uint64_t header_len;
	uint64_t blocks;
	uint64_t entries;
	uint64_t index_offset;
	uint64_t index_len;	 /* as stored, digests included */
	uint64_t index_expanded; /* its lines */
	uint64_t body_len;	 /* everything before the trailer */
	uint8_t root[SHA256_SIZE];
	bool has_signature;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
};

#define TRAILER_CONTENT 120
#define TRAILER_LEN 168 /* with root, empty signature, its own length and the end mark */
#define TRAILER_MAX (TRAILER_LEN + INTACT_SIGNATURE_SIZE)

/** Returns the length: TRAILER_LEN or TRAILER_MAX. */
size_t trailer_put(const struct trailer *t, uint8_t data[TRAILER_MAX]);

/** The root digest of a trailer's content. */
INTACT_MUST_CHECK
int trailer_root(struct sha256 *h, const uint8_t content[TRAILER_CONTENT], uint8_t ret[SHA256_SIZE],
		 struct intact_error *err);

/** Verify the trailer, and that its sizes fit a file of `size` bytes, of which `tail` is the last
 * TRAILER_MAX (or all, if it is shorter).  Nobody has looked at the signature then.  Returns 0,
 * INTACT_EDAMAGED or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int trailer_get(struct trailer *t, struct sha256 *h, const uint8_t *tail, size_t len, uint64_t size,
		struct intact_error *err);

/** The index while it is read. */
struct index_in {
	uint8_t *digests;
	uint8_t *lines;
	size_t lines_len;
	struct index_place {
		uint64_t offset; /* of the block in the file */
		uint32_t line;	 /* where in lines */
	} * places;
	size_t count;
};

/** Take a verified index apart; keeps `stored` (from malloc) in any case.  Returns 0,
 * INTACT_EDAMAGED or INTACT_ENOMEM; index_in_release() it in any case. */
INTACT_MUST_CHECK
int index_in_open(struct index_in *ix, const struct trailer *t, uint8_t *stored,
		  struct intact_error *err);
void index_in_release(struct index_in *ix);

/** Block `i`. */
void index_in_get(const struct index_in *ix, size_t i, struct block_info *ret);

/** The block to begin with so as to find every path from `from` on; `count` is possible. */
size_t index_in_find(const struct index_in *ix, const char *from, size_t len);

#endif /* DB_INDEX_H */
