/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See arena.h.  A list of chunks, the newest first; only the newest is allocated from.
 */

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A typical entry with its path and digests takes 300 to 600 bytes: a few of them a chunk. */
#define CHUNK_SIZE ((size_t)2048)
/* arena_clear() keeps a chunk up to this size, so that one huge xattr is not kept in every slot. */
#define CHUNK_KEEP ((size_t)16384)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

static struct arena_chunk *chunk_new(size_t size)
{
	struct arena_chunk *chunk;

	if (size > SIZE_MAX / 2)
		return NULL;
	chunk = malloc(sizeof(*chunk) + size);
	if (chunk)
		chunk->size = size;
	return chunk;
}

static void *arena_take(struct arena *a, size_t size, size_t align)
{
	size_t start = (a->used + align - 1) & ~(align - 1);
	struct arena_chunk *chunk = a->head;

	if (!chunk || start > chunk->size || chunk->size - start < size) {
		size_t want = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		chunk = chunk_new(want);
		if (!chunk)
			return NULL;
		chunk->next = a->head;
		a->head = chunk;
		start = 0;
	}
	a->used = start + size;
	return chunk->data + start;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return arena_take(a, size, alignof(max_align_t));
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return NULL;
	return arena_alloc(a, total);
}

void *arena_bytes(struct arena *a, size_t size)
{
	return arena_take(a, size, 1);
}

char *arena_strndup(struct arena *a, const void *data, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = arena_bytes(a, len + 1);
	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, data, len);
	copy[len] = '\0';
	return copy;
}

void arena_clear(struct arena *a)
{
	struct arena_chunk *keep = NULL;

	while (a->head) {
		struct arena_chunk *next = a->head->next;

		if (!keep && a->head->size <= CHUNK_KEEP)
			keep = a->head;
		else
			free(a->head);
		a->head = next;
	}
	if (keep)
		keep->next = NULL;
	a->head = keep;
	a->used = 0;
}

void arena_release(struct arena *a)
{
	while (a->head) {
		struct arena_chunk *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->used = 0;
}
