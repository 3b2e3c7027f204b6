/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A growing byte buffer.
 *
 * Failure is sticky: after one failed growth `failed` is set and further appends do nothing, so
 * that a caller may append many times and look once.
 */

#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/** All zero is an empty buffer.  data[len] is NUL whenever data is not NULL. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

/** Make room for `more` bytes beyond len.  False (and failed) without memory. */
bool buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *data, size_t len);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/** Hand the memory over: a NUL-terminated string that the caller frees, NULL if failed.  b is empty
 * then. */
char *buf_take(struct buf *b, size_t *ret_len);

/** Empty, memory kept. */
void buf_clear(struct buf *b);

/** Give the memory back. */
void buf_release(struct buf *b);

#endif /* BASE_BUF_H */
