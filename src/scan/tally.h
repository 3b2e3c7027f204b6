/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests over a content that comes in pieces, and over how it begins.
 */

#ifndef SCAN_TALLY_H
#define SCAN_TALLY_H

#include <intact/content.h>
#include <intact/scan.h>

/** All zero but for the hasher is fine. */
struct tally {
	struct intact_hasher *hasher;
	uint64_t pos; /* bytes so far */
	/* The caller's; ascending sizes. */
	struct intact_prefix *prefixes;
	size_t nprefixes;
	size_t next; /* the first that is not known yet */
};

/** Begin digests of `mask` (both values of `both`); what was begun before is forgotten. */
INTACT_MUST_CHECK
int tally_begin(struct tally *t, uint64_t mask, uint64_t both, struct intact_prefix *prefixes,
		size_t n, struct intact_error *err);

/** The next bytes. */
INTACT_MUST_CHECK
int tally_add(struct tally *t, const void *data, size_t len, struct intact_error *err);

/** Digests over all of it. */
INTACT_MUST_CHECK
int tally_end(struct tally *t, uint8_t digests[INTACT_DIGEST_MAX][64], struct intact_error *err);

#endif /* SCAN_TALLY_H */
