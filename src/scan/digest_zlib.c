/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The check sums crc32 and crc32b, by zlib.
 *
 * zlib has zip's sum only.  bzip2's has the same polynomial and goes through the bits of each byte
 * from the other end: it is zip's over bytes turned round, itself turned round.
 */

#include "scan/digest_lib.h"

#include <stdlib.h>

#include <zlib.h>

struct state {
	enum digest_sum sum;
	uint32_t crc;
};

static int open_zlib(enum digest_sum sum, void **ret)
{
	struct state *s;

	if (sum != SUM_CRC32 && sum != SUM_CRC32_ZIP && sum != SUM_CRC32B)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	s->sum = sum;
	*ret = s;
	return 1;
}

static bool begin_zlib(void *state)
{
	struct state *s = state;

	s->crc = 0;
	return true;
}

/* The bits of each byte from the other end. */
static uint8_t turn_byte(uint8_t b)
{
	b = (uint8_t)((b & 0xf0) >> 4 | (b & 0x0f) << 4);
	b = (uint8_t)((b & 0xcc) >> 2 | (b & 0x33) << 2);
	return (uint8_t)((b & 0xaa) >> 1 | (b & 0x55) << 1);
}

static void update_turned(struct state *s, const uint8_t *at, size_t len)
{
	uint8_t turned[4096];

	while (len) {
		size_t n = len < sizeof(turned) ? len : sizeof(turned);

		for (size_t i = 0; i < n; i++)
			turned[i] = turn_byte(at[i]);
		s->crc = (uint32_t)crc32_z(s->crc, turned, n);
		at += n;
		len -= n;
	}
}

static bool update_zlib(void *state, const void *data, size_t len)
{
	struct state *s = state;

	if (s->sum == SUM_CRC32)
		update_turned(s, data, len);
	else
		s->crc = (uint32_t)crc32_z(s->crc, data, len);
	return true;
}

static size_t end_zlib(void *state, bool keep, uint8_t out[DIGEST_SIZE_MAX])
{
	const struct state *s = state;

	(void)keep;
	for (unsigned i = 0; i < 4; i++) {
		unsigned place = s->sum == SUM_CRC32B ? i : 3 - i;
		uint8_t byte = (uint8_t)(s->crc >> (8 * place));

		/* Turned round, the highest byte is the lowest one. */
		out[i] = s->sum == SUM_CRC32 ? turn_byte(byte) : byte;
	}
	return 4;
}

const struct digest_lib digest_zlib = { NULL, open_zlib, begin_zlib, update_zlib, end_zlib, free };
