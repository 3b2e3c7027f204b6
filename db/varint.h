/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit set in all
 * bytes but the last (LEB128).  Only the shortest form of a number is valid.
 *
 * Signed differences are folded ("zigzag"): 0 -1 1 -2 2 become 0 1 2 3 4.
 */

#ifndef DB_VARINT_H
#define DB_VARINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define VARINT_MAX 10

/** Write at most VARINT_MAX bytes; returns the place after them. */
static inline uint8_t *varint_put(uint8_t *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*p++ = (uint8_t)v;
	return p;
}

/** Append a number. */
static inline void varint_add(struct buf *out, uint64_t v)
{
	uint8_t bytes[VARINT_MAX];

	buf_add(out, bytes, (size_t)(varint_put(bytes, v) - bytes));
}

/** Bytes that varint_put() needs. */
static inline unsigned varint_size(uint64_t v)
{
	/* ceil(bits / 7) without a division: (9 * bits + 64) / 64 is exact for 1 to 64 bits. */
	return (9 * (64 - (unsigned)__builtin_clzll(v | 1)) + 64) >> 6;
}

/** Returns the place after the number, or NULL if it is cut, too large or not in its shortest form.
 */
static inline const uint8_t *varint_get(const uint8_t *p, const uint8_t *end, uint64_t *ret)
{
	uint64_t v = 0;

	if (p < end && *p < 0x80) {
		*ret = *p;
		return p + 1;
	}
	for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
		uint8_t byte = *p++;

		if (shift == 63 && byte > 1)
			return NULL;
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			if (byte == 0 && shift)
				return NULL;
			*ret = v;
			return p;
		}
	}
	return NULL;
}

/** The difference of two numbers modulo 2^64, taken as signed, folded. */
static inline uint64_t zigzag(uint64_t difference)
{
	return difference << 1 ^ (0 - (difference >> 63));
}

static inline uint64_t unzigzag(uint64_t folded)
{
	return folded >> 1 ^ (0 - (folded & 1));
}

/** Fixed width, little-endian. */
static inline void put_u32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static inline uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t get_u64(const uint8_t *p)
{
	return get_u32(p) | (uint64_t)get_u32(p + 4) << 32;
}

#endif /* DB_VARINT_H */
