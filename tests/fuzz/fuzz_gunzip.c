/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: a file that is decompressed while it is read.
 *
 * It comes in pieces (the first byte says how large) and must give what it gives in one piece, no
 * more than there is room for, and what the library gives by itself if it is accepted.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/zstream.h"
#include "scan/gunzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Enough to tell two outputs apart. */
struct seen {
	uint64_t len;
	uint64_t sum;
};

static int see(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	struct seen *seen = ctx;
	const uint8_t *at = data;

	(void)err;
	seen->len += len;
	for (size_t i = 0; i < len; i++)
		seen->sum = (seen->sum ^ at[i]) * 1099511628211u;
	return 0;
}

static const char *feed(struct gunzip *g, const uint8_t *data, size_t size, size_t step,
			struct seen *seen)
{
	gunzip_begin(g, size, see, seen);
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;

		if (gunzip_feed(g, data + at, n, NULL) != 0)
			abort();
	}
	return gunzip_end(g);
}

/* All members, in one go. */
static void by_itself(const uint8_t *data, size_t size, struct seen *seen)
{
	struct zunpack *z = zunpack_new(true);
	static char out[65536];
	enum zunpack_state state = ZUNPACK_END;

	while (z && (size || state == ZUNPACK_MORE)) {
		char *at = out;
		size_t room = sizeof(out);

		state = zunpack_some(z, &data, &size, &at, &room);
		if (state == ZUNPACK_BAD || (state == ZUNPACK_MORE && !size && at == out))
			abort();
		see(seen, out, (size_t)(at - out), NULL);
	}
	zunpack_free(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen pieces = { 0 }, whole = { 0 }, plain = { 0 };
	struct gunzip *g = NULL;
	const char *why, *why_whole;

	if (size < 1 || gunzip_new(&g, NULL) != 0)
		return 0;
	why = feed(g, data + 1, size - 1, (size_t)data[0] + 1, &pieces);
	why_whole = feed(g, data + 1, size - 1, size, &whole);
	gunzip_free(g);
	if (!why != !why_whole || whole.len > ((uint64_t)16 << 20) + 100 * (uint64_t)size)
		abort();
	if (why)
		return 0;
	by_itself(data + 1, size - 1, &plain);
	if (pieces.len != whole.len || pieces.sum != whole.sum || plain.len != whole.len ||
	    plain.sum != whole.sum)
		abort();
	return 0;
}
