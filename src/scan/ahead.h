/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading ahead: a thread that reads one large file which is not in the page cache, while whoever
 * computes its digests is busy with what came before.
 *
 * What is not cached is read directly (O_DIRECT), which takes a tenth of the processor time and
 * leaves the cache alone.  What is cached is read from there: that is what programs see.
 */

#ifndef SCAN_AHEAD_H
#define SCAN_AHEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <intact/error.h>

struct ahead;

/** Is most of this file's content not in the page cache?  False where the kernel does not tell. */
bool ahead_is_cold(int fd, uint64_t size);

/**
 * Start to read `fd` from its beginning, until something is beyond `size` or there is no more.  The
 * descriptor stays the caller's, who leaves it alone until ahead_end().
 */
INTACT_MUST_CHECK
int ahead_new(int fd, uint64_t size, struct ahead **ret, struct intact_error *err);

/**
 * The next piece, valid until the next call.  Returns its length; 0 at the end of the file; -1 with
 * errno, where EAGAIN is "not yet" after a short while.
 */
ssize_t ahead_next(struct ahead *a, const void **ret);

/** Stop, wait for the thread, let go.  NULL is fine. */
void ahead_free(struct ahead *a);

#endif /* SCAN_AHEAD_H */
