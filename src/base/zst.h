/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The facade of libzstd: unpacking zst, as packages have it.
 */

#ifndef BASE_ZST_H
#define BASE_ZST_H

#include "base/zstream.h"

struct zstunpack;

/** Is there a libzstd in this build? */
bool zstunpack_built_in(void);

/** A stream with a window of no more than 2^`window` bytes.  NULL without memory, or without
 * libzstd. */
struct zstunpack *zstunpack_new(unsigned window);
void zstunpack_free(struct zstunpack *x);

/** As zunpack_some(), but after the end there is nothing more. */
enum zunpack_state zstunpack_some(struct zstunpack *x, const uint8_t **data, size_t *len,
				  char **out, size_t *size);

#endif /* BASE_ZST_H */
