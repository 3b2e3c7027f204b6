/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A stream of entries that no disk ever held: regular files with all attributes and different
 * digests, fifty in a directory, in path order.  Any number of them; the memory is one entry's.
 */

#ifndef TESTS_BENCH_GENERATED_H
#define TESTS_BENCH_GENERATED_H

#include <intact/stream.h>

struct generated {
	struct intact_stream stream;
	uint64_t next, count;
	uint64_t salt; /* entries with another one have other digests and times */
	char path[64];
	uint8_t digest[32];
	struct intact_entry entry;
};

/** `g` must outlive the stream, whose close() frees nothing. */
void generated_init(struct generated *g, uint64_t count, uint64_t salt);

/** The path of entry `i`, NUL-terminated, into 64 bytes; its length. */
size_t generated_path(uint64_t i, char path[64]);

#endif /* TESTS_BENCH_GENERATED_H */
