/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Decompressing a file while it is read, for `compressed`.
 *
 * Whoever wrote the file is not trusted: what comes out is bounded, memory is one piece of output,
 * and a file of which any byte was not decompressed as gzip(1) would gives nothing at all.  It does
 * not read, hash or judge.
 */

#ifndef SCAN_GUNZIP_H
#define SCAN_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

struct gunzip;

/** Takes what comes out.  A negative code ends the run. */
typedef int gunzip_sink(void *ctx, const void *data, size_t len, struct intact_error *err);

INTACT_MUST_CHECK
int gunzip_new(struct gunzip **ret, struct intact_error *err);
/** NULL is fine. */
void gunzip_free(struct gunzip *g);

/** Begin a file of `size` bytes; what was begun before is forgotten. */
void gunzip_begin(struct gunzip *g, uint64_t size, gunzip_sink *sink, void *ctx);

/** The next bytes of the file.  Returns 0, also when no more can come of it, or what the sink
 * returned. */
INTACT_MUST_CHECK
int gunzip_feed(struct gunzip *g, const void *data, size_t len, struct intact_error *err);

/** After the last byte: NULL if all of it was decompressed, or why not; the text lives for ever. */
const char *gunzip_end(const struct gunzip *g);

#endif /* SCAN_GUNZIP_H */
