/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The facade of liblzma: unpacking xz, as packages have it.
 */

#ifndef BASE_XZ_H
#define BASE_XZ_H

#include "base/zstream.h"

struct xzunpack;

/** Is there a liblzma in this build? */
bool xzunpack_built_in(void);

/** A stream that needs no more than `memory` bytes.  NULL without memory, or without liblzma. */
struct xzunpack *xzunpack_new(uint64_t memory);
void xzunpack_free(struct xzunpack *x);

/** As zunpack_some(), but after the end there is nothing more. */
enum zunpack_state xzunpack_some(struct xzunpack *x, const uint8_t **data, size_t *len, char **out,
				 size_t *size);

#endif /* BASE_XZ_H */
