/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * SHA-256: what every byte of a baseline is under.
 */

#ifndef DB_SHA256_H
#define DB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#define SHA256_SIZE 32

struct sha256;

/** NULL without memory or without libcrypto's SHA-256.  Used by one thread at a time. */
struct sha256 *sha256_new(void);
void sha256_free(struct sha256 *h);

/** The digest of `a` followed by `b` (which may be empty).  Returns 0, or INTACT_ENOMEM if
 * libcrypto fails. */
INTACT_MUST_CHECK
int sha256_sum(struct sha256 *h, const void *a, size_t alen, const void *b, size_t blen,
	       uint8_t ret[SHA256_SIZE], struct intact_error *err);

/** The same in pieces: begin, add any number of times, end.  Each returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int sha256_begin(struct sha256 *h, struct intact_error *err);
INTACT_MUST_CHECK
int sha256_add(struct sha256 *h, const void *data, size_t len, struct intact_error *err);
INTACT_MUST_CHECK
int sha256_end(struct sha256 *h, uint8_t ret[SHA256_SIZE], struct intact_error *err);

/** Equal over the full length? */
bool sha256_equal(const uint8_t *a, const uint8_t *b);

#endif /* DB_SHA256_H */
