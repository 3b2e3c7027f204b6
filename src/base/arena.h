/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * An arena: many small allocations that are let go together.
 */

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

/** All zero is an empty arena. */
struct arena {
	struct arena_chunk *head;
	size_t used;
};

/** `size` bytes aligned for any type, uninitialised; NULL without memory.  Never freed one by one.
 */
void *arena_alloc(struct arena *a, size_t size);

/** As arena_alloc(), for `n` elements; NULL also when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

/** Bytes without alignment: for strings. */
void *arena_bytes(struct arena *a, size_t size);

/** A NUL-terminated copy of `len` bytes (NULs inside are kept). */
char *arena_strndup(struct arena *a, const void *data, size_t len);

/** Forget everything; keep one chunk for the next use unless it is unusually large. */
void arena_clear(struct arena *a);

/** Give all memory back. */
void arena_release(struct arena *a);

#endif /* BASE_ARENA_H */
