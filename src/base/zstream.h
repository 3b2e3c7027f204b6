/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The facade of zlib: whole buffers for our own format, streams for AIDE's gzipped text and for
 * rotated logs.
 */

#ifndef BASE_ZSTREAM_H
#define BASE_ZSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#include "base/buf.h"

/** Packs one buffer after the other with the same memory. */
struct zpack;

/** `gzip`: with gzip's header (no name, no time: same in, same out).  NULL without memory. */
struct zpack *zpack_new(int level, bool gzip);
void zpack_free(struct zpack *z);

/** Append the packed form of `data` as one complete stream.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int zpack_all(struct zpack *z, const void *data, size_t len, struct buf *out,
	      struct intact_error *err);

/** Append what comes out for `data` as part of a long stream that `finish` ends. */
INTACT_MUST_CHECK
int zpack_some(struct zpack *z, const void *data, size_t len, bool finish, struct buf *out,
	       struct intact_error *err);

/** Unpacks one buffer after the other with the same memory. */
struct zunpack;

struct zunpack *zunpack_new(bool gzip);
void zunpack_free(struct zunpack *z);

/** Unpack a complete stream that must give exactly `size` bytes and use all of `len`.  Never writes
 * more than `size`.  Returns false if it does not. */
bool zunpack_all(struct zunpack *z, const void *data, size_t len, void *out, size_t size);

enum zunpack_state {
	ZUNPACK_BAD = -1, /* damaged */
	ZUNPACK_MORE,	  /* wants more input or more room */
	ZUNPACK_END,	  /* the stream is complete; the next call begins another */
};

/** Unpack a piece: moves *data, *len, *out and *size past what was used. */
enum zunpack_state zunpack_some(struct zunpack *z, const uint8_t **data, size_t *len, char **out,
				size_t *size);

/** Forget what was begun. */
void zunpack_reset(struct zunpack *z);

#endif /* BASE_ZSTREAM_H */
