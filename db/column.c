/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See column.h.
 */

#include "db/column.h"

#include <stdlib.h>
#include <string.h>

#include "db/format.h"
#include "db/varint.h"

static bool all_same(const uint64_t *numbers, size_t rows)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < rows; i++)
		differ |= numbers[i] ^ numbers[0];
	return differ == 0;
}

#define LOW_BITS (8 * COLUMN_LOW_BYTES)

/* What zlib will make of a number, in eighths of a byte: zeros stand in runs and cost next to
 * nothing. */
static unsigned cost(uint64_t v)
{
	return v ? 8 * varint_size(v) : 1;
}

static enum column_code cheapest(const uint64_t *numbers, size_t rows, const uint64_t *like)
{
	uint64_t costs[COLUMN_LOW + 1] = { [COLUMN_SAME] = UINT64_MAX }, before = 0;
	enum column_code best = COLUMN_PLAIN;

	for (size_t i = 0; i < rows; i++) {
		costs[COLUMN_PLAIN] += cost(numbers[i]);
		costs[COLUMN_DELTA] += cost(zigzag(numbers[i] - before));
		costs[COLUMN_LOW] += 8 * COLUMN_LOW_BYTES + cost(numbers[i] >> LOW_BITS);
		before = numbers[i];
	}
	for (size_t i = 0; like && i < rows; i++)
		costs[COLUMN_LIKE] += cost(zigzag(numbers[i] - like[i]));
	if (!like)
		costs[COLUMN_LIKE] = UINT64_MAX;
	for (enum column_code code = COLUMN_DELTA; code <= COLUMN_LOW; code++)
		best = costs[code] < costs[best] ? code : best;
	return best;
}

static uint8_t *put_plain(uint8_t *p, const uint64_t *numbers, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		p = varint_put(p, numbers[i]);
	return p;
}

static uint8_t *put_delta(uint8_t *p, const uint64_t *numbers, size_t rows)
{
	uint64_t before = 0;

	for (size_t i = 0; i < rows; i++) {
		p = varint_put(p, zigzag(numbers[i] - before));
		before = numbers[i];
	}
	return p;
}

static uint8_t *put_like(uint8_t *p, const uint64_t *numbers, size_t rows, const uint64_t *like,
			 unsigned like_id)
{
	p = varint_put(p, like_id);
	for (size_t i = 0; i < rows; i++)
		p = varint_put(p, zigzag(numbers[i] - like[i]));
	return p;
}

static uint8_t *put_low(uint8_t *p, struct buf *low, const uint64_t *numbers, size_t rows)
{
	uint8_t *at = (uint8_t *)low->data + low->len;

	for (size_t i = 0; i < rows; i++) {
		p = varint_put(p, numbers[i] >> LOW_BITS);
		for (unsigned k = 0; k < COLUMN_LOW_BYTES; k++)
			*at++ = (uint8_t)(numbers[i] >> 8 * k);
	}
	low->len += rows * COLUMN_LOW_BYTES;
	low->data[low->len] = '\0';
	return p;
}

void column_put_numbers(struct buf *out, struct buf *low, const uint64_t *numbers, size_t rows,
			const uint64_t *like, unsigned like_id)
{
	enum column_code code;
	uint8_t *start, *p;

	if (!buf_reserve(out, 1 + (rows + 1) * VARINT_MAX) ||
	    !buf_reserve(low, rows * COLUMN_LOW_BYTES))
		return;
	code = all_same(numbers, rows) ? COLUMN_SAME : cheapest(numbers, rows, like);
	start = p = (uint8_t *)out->data + out->len;
	*p++ = (uint8_t)code;
	switch (code) {
	case COLUMN_SAME:
		p = varint_put(p, numbers[0]);
		break;
	case COLUMN_PLAIN:
		p = put_plain(p, numbers, rows);
		break;
	case COLUMN_DELTA:
		p = put_delta(p, numbers, rows);
		break;
	case COLUMN_LIKE:
		p = put_like(p, numbers, rows, like, like_id);
		break;
	case COLUMN_LOW:
		p = put_low(p, low, numbers, rows);
		break;
	}
	out->len += (size_t)(p - start);
	out->data[out->len] = '\0';
}

static const uint8_t *get_same(const uint8_t *p, const uint8_t *end, uint64_t *numbers, size_t rows)
{
	uint64_t v;

	p = varint_get(p, end, &v);
	if (!p)
		return NULL;
	for (size_t i = 0; i < rows; i++)
		numbers[i] = v;
	return p;
}

static const uint8_t *get_plain(const uint8_t *p, const uint8_t *end, uint64_t *numbers,
				size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		p = varint_get(p, end, &numbers[i]);
		if (!p)
			return NULL;
	}
	return p;
}

static const uint8_t *get_delta(const uint8_t *p, const uint8_t *end, uint64_t *numbers,
				size_t rows)
{
	uint64_t v = 0, folded;

	for (size_t i = 0; i < rows; i++) {
		p = varint_get(p, end, &folded);
		if (!p)
			return NULL;
		v += unzigzag(folded);
		numbers[i] = v;
	}
	return p;
}

static const uint8_t *get_like(const uint8_t *p, const uint8_t *end, uint64_t *numbers, size_t rows,
			       column_lookup *lookup, void *arg)
{
	const uint64_t *like;
	uint64_t id, folded;

	p = varint_get(p, end, &id);
	like = p ? lookup(arg, id) : NULL;
	if (!like)
		return NULL;
	for (size_t i = 0; i < rows; i++) {
		p = varint_get(p, end, &folded);
		if (!p)
			return NULL;
		numbers[i] = like[i] + unzigzag(folded);
	}
	return p;
}

static const uint8_t *get_low(const uint8_t *p, const uint8_t *end, const uint8_t *low,
			      uint64_t *numbers, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		uint64_t high;

		p = varint_get(p, end, &high);
		if (!p || high >> (64 - LOW_BITS))
			return NULL;
		numbers[i] = high << LOW_BITS;
		for (unsigned k = 0; k < COLUMN_LOW_BYTES; k++)
			numbers[i] |= (uint64_t)*low++ << 8 * k;
	}
	return p;
}

size_t column_low_size(const uint8_t *data, size_t len, size_t rows)
{
	return len && data[0] == COLUMN_LOW ? rows * COLUMN_LOW_BYTES : 0;
}

bool column_get_numbers(const uint8_t *data, size_t len, const uint8_t *low, uint64_t *numbers,
			size_t rows, column_lookup *lookup, void *arg)
{
	const uint8_t *end = data + len;
	const uint8_t *p = NULL;

	if (len < 1)
		return false;
	switch (data[0]) {
	case COLUMN_SAME:
		p = get_same(data + 1, end, numbers, rows);
		break;
	case COLUMN_PLAIN:
		p = get_plain(data + 1, end, numbers, rows);
		break;
	case COLUMN_DELTA:
		p = get_delta(data + 1, end, numbers, rows);
		break;
	case COLUMN_LIKE:
		p = get_like(data + 1, end, numbers, rows, lookup, arg);
		break;
	case COLUMN_LOW:
		p = get_low(data + 1, end, low, numbers, rows);
		break;
	}
	return p == end;
}

/* Eight bytes a step; quality matters little, since a collision only costs a repeated string. */
static uint32_t hash(const char *s, size_t len)
{
	uint64_t h = len * 0x9e3779b97f4a7c15u, word;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&word, s, 8);
		h = (h ^ word) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	word = 0;
	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)(unsigned char)s[i] << 8 * i;
	h = (h ^ word) * 0xff51afd7ed558ccdu;
	return (uint32_t)(h >> 32);
}

/* A value is its number in the dictionary; the first number that is free is followed by a new
 * string: length, bytes, NUL. */
void column_put_string(struct column_out *col, const char *s, size_t len)
{
	unsigned slot = hash(s, len) % COLUMN_CACHE;
	uint8_t *start, *p;

	if (!buf_reserve(&col->data, 2 * VARINT_MAX + len + 1))
		return;
	start = p = (uint8_t *)col->data.data + col->data.len;
	if (col->cache[slot].number && col->cache[slot].len == len &&
	    memcmp(col->data.data + col->cache[slot].offset, s, len) == 0) {
		p = varint_put(p, col->cache[slot].number - 1);
	} else {
		p = varint_put(p, col->count++);
		p = varint_put(p, len);
		col->cache[slot].number = col->count;
		col->cache[slot].offset = (uint32_t)(p - (uint8_t *)col->data.data);
		col->cache[slot].len = (uint32_t)len;
		memcpy(p, s, len);
		p += len;
		*p++ = '\0';
	}
	col->data.len += (size_t)(p - start);
	col->data.data[col->data.len] = '\0';
}

void column_out_clear(struct column_out *col)
{
	if (col->count == 0)
		return;
	buf_clear(&col->data);
	memset(col->cache, 0, sizeof(col->cache));
	col->count = 0;
}

void column_out_release(struct column_out *col)
{
	buf_release(&col->data);
}

void column_in_init(struct column_in *col, const uint8_t *data, size_t len)
{
	col->start = col->at = data;
	col->end = data + len;
	col->count = 0;
}

static int dict_add(struct column_in *col, const uint8_t *s, size_t len, struct intact_error *err)
{
	if (col->count >= DB_STRINGS_MAX)
		return intact_fail(err, INTACT_EDAMAGED, "too many strings in a block");
	if (col->count == col->cap) {
		uint32_t cap = col->cap ? 2 * col->cap : 64;
		struct column_string *dict = realloc(col->dict, cap * sizeof(*dict));

		if (!dict)
			return intact_fail_nomem(err);
		col->dict = dict;
		col->cap = cap;
	}
	col->dict[col->count].offset = (uint32_t)(s - col->start);
	col->dict[col->count++].len = (uint32_t)len;
	return 0;
}

int column_get_string(struct column_in *col, struct intact_str *ret, struct intact_error *err)
{
	uint64_t number, len;
	const uint8_t *p = varint_get(col->at, col->end, &number);

	if (!p || number > col->count)
		return intact_fail(err, INTACT_EDAMAGED, "a string is not there");
	if (number == col->count) {
		int rc;

		p = varint_get(p, col->end, &len);
		if (!p || len >= (size_t)(col->end - p) || p[len] != '\0')
			return intact_fail(err, INTACT_EDAMAGED, "a string is cut off");
		rc = dict_add(col, p, len, err);
		if (rc)
			return rc;
		p += len + 1;
	}
	col->at = p;
	ret->s = (const char *)col->start + col->dict[number].offset;
	ret->len = col->dict[number].len;
	return 0;
}

void column_in_release(struct column_in *col)
{
	free(col->dict);
	*col = (struct column_in){ 0 };
}
