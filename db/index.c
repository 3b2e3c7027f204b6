/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See index.h and doc/baseline-format.md.
 */

#include "db/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "db/format.h"
#include "db/varint.h"

/* Sixteen bytes more than the longest line: two keys with their lengths and four numbers. */
#define LINE_MAX_SIZE (2 * (DB_KEY_MAX + 1) + 4 * VARINT_MAX + 16)
/* What zlib may add to data that it cannot pack. */
#define PACK_SLACK ((uint64_t)65536)
/* In the trailer, from its start; and its length with the end mark, at its end. */
#define SIGNATURE_LEN_AT 152
#define SIGNATURE_AT 156
#define END_LEN (4 + DB_MAGIC_SIZE)

int index_out_add(struct index_out *ix, const struct block_info *info, struct intact_error *err)
{
	uint8_t line[LINE_MAX_SIZE], *p = line;

	*p++ = info->first_len;
	memcpy(p, info->first, info->first_len);
	p += info->first_len;
	*p++ = info->last_len;
	memcpy(p, info->last, info->last_len);
	p += info->last_len;
	p = varint_put(p, info->raw);
	p = varint_put(p, info->packed);
	p = varint_put(p, info->expanded);
	p = varint_put(p, info->rows);
	buf_add(&ix->lines, line, (size_t)(p - line));
	buf_add(&ix->digests, info->sha256, SHA256_SIZE);
	ix->blocks++;
	ix->entries += info->rows;
	if (ix->lines.failed || ix->digests.failed)
		return intact_fail_nomem(err);
	if (ix->lines.len + ix->digests.len > DB_INDEX_MAX - PACK_SLACK)
		return intact_fail(err, INTACT_EIO, "too many entries for one baseline");
	return 0;
}

void index_out_release(struct index_out *ix)
{
	buf_release(&ix->digests);
	buf_release(&ix->lines);
}

/* ---- trailer -------------------------------------------------------------------------------- */

size_t trailer_put(const struct trailer *t, uint8_t data[TRAILER_MAX])
{
	size_t signature = t->has_signature ? INTACT_SIGNATURE_SIZE : 0;
	size_t len = TRAILER_LEN + signature;

	memcpy(data, t->header_sha256, SHA256_SIZE);
	memcpy(data + 32, t->index_sha256, SHA256_SIZE);
	put_u64(data + 64, t->header_len);
	put_u64(data + 72, t->blocks);
	put_u64(data + 80, t->entries);
	put_u64(data + 88, t->index_offset);
	put_u64(data + 96, t->index_len);
	put_u64(data + 104, t->index_expanded);
	put_u64(data + 112, t->body_len);
	memcpy(data + TRAILER_CONTENT, t->root, SHA256_SIZE);
	put_u32(data + SIGNATURE_LEN_AT, (uint32_t)signature);
	memcpy(data + SIGNATURE_AT, t->signature, signature);
	put_u32(data + len - END_LEN, (uint32_t)len);
	memcpy(data + len - DB_MAGIC_SIZE, DB_END_MAGIC, DB_MAGIC_SIZE);
	return len;
}

int trailer_root(struct sha256 *h, const uint8_t content[TRAILER_CONTENT], uint8_t ret[SHA256_SIZE],
		 struct intact_error *err)
{
	static const char prefix[] = "intact baseline root v1";

	/* With the NUL. */
	return sha256_sum(h, prefix, sizeof(prefix), content, TRAILER_CONTENT, ret, err);
}

static int damaged(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EDAMAGED, "%s", what);
}

static bool trailer_fits(const struct trailer *t, uint64_t size)
{
	size_t len = t->has_signature ? TRAILER_MAX : TRAILER_LEN;
	uint64_t index_end;

	return t->header_len >= 16 && t->header_len <= DB_HEADER_MAX &&
	       t->index_offset >= t->header_len && t->index_len <= DB_INDEX_MAX &&
	       t->blocks <= DB_INDEX_MAX / SHA256_SIZE &&
	       t->index_expanded <= DB_INDEX_MAX - t->blocks * SHA256_SIZE &&
	       t->index_len >= t->blocks * SHA256_SIZE &&
	       !__builtin_add_overflow(t->index_offset, t->index_len, &index_end) &&
	       index_end == t->body_len && t->body_len == size - len;
}

/* Where it begins, which depends on whether it has a signature. */
static int trailer_start(const uint8_t *tail, size_t len, const uint8_t **ret,
			 struct intact_error *err)
{
	const uint8_t *end = tail + len;
	uint32_t trailer_len;

	if (len < TRAILER_LEN || memcmp(end - DB_MAGIC_SIZE, DB_END_MAGIC, DB_MAGIC_SIZE) != 0)
		return damaged(err, "it does not end as a baseline does: cut off, or something was "
				    "appended");
	trailer_len = get_u32(end - END_LEN);
	if ((trailer_len != TRAILER_LEN && trailer_len != TRAILER_MAX) || trailer_len > len ||
	    get_u32(end - trailer_len + SIGNATURE_LEN_AT) != trailer_len - TRAILER_LEN)
		return damaged(err, "it has a signature of a kind that this version does not know");
	*ret = end - trailer_len;
	return (int)trailer_len;
}

int trailer_get(struct trailer *t, struct sha256 *h, const uint8_t *tail, size_t len, uint64_t size,
		struct intact_error *err)
{
	uint8_t root[SHA256_SIZE];
	const uint8_t *data = tail;
	int rc = trailer_start(tail, len, &data, err);

	if (rc < 0)
		return rc;
	t->has_signature = rc == TRAILER_MAX;
	if (t->has_signature)
		memcpy(t->signature, data + SIGNATURE_AT, INTACT_SIGNATURE_SIZE);
	rc = trailer_root(h, data, root, err);
	if (rc)
		return rc;
	if (!sha256_equal(root, data + TRAILER_CONTENT))
		return damaged(err, "the digest of its trailer is wrong");
	memcpy(t->header_sha256, data, SHA256_SIZE);
	memcpy(t->index_sha256, data + 32, SHA256_SIZE);
	t->header_len = get_u64(data + 64);
	t->blocks = get_u64(data + 72);
	t->entries = get_u64(data + 80);
	t->index_offset = get_u64(data + 88);
	t->index_len = get_u64(data + 96);
	t->index_expanded = get_u64(data + 104);
	t->body_len = get_u64(data + 112);
	memcpy(t->root, root, SHA256_SIZE);
	if (!trailer_fits(t, size))
		return damaged(err, "the sizes in its trailer do not fit the file");
	return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

static const uint8_t *get_key(const uint8_t *p, const uint8_t *end, char *key, uint8_t *ret_len)
{
	if (!p || p == end || *p == 0 || *p > (size_t)(end - p) - 1)
		return NULL;
	*ret_len = *p;
	memcpy(key, p + 1, *p);
	return p + 1 + *p;
}

static const uint8_t *get_size(const uint8_t *p, const uint8_t *end, uint64_t max, uint32_t *ret)
{
	uint64_t v;

	p = p ? varint_get(p, end, &v) : NULL;
	if (!p || v > max)
		return NULL;
	*ret = (uint32_t)v;
	return p;
}

static const uint8_t *get_line(const uint8_t *p, const uint8_t *end, struct block_info *info)
{
	p = get_key(p, end, info->first, &info->first_len);
	p = get_key(p, end, info->last, &info->last_len);
	p = get_size(p, end, DB_BLOCK_MAX, &info->raw);
	p = get_size(p, end, DB_BLOCK_MAX + PACK_SLACK, &info->packed);
	p = get_size(p, end, DB_BLOCK_MAX, &info->expanded);
	return get_size(p, end, DB_ROWS_MAX, &info->rows);
}

static bool line_good(const struct block_info *info, const struct block_info *before)
{
	if (info->rows == 0 || (uint64_t)info->raw + info->expanded > DB_BLOCK_MAX ||
	    (uint64_t)info->raw + info->packed > DB_BLOCK_MAX + PACK_SLACK)
		return false;
	if (path_cmp(info->first, info->first_len, info->last, info->last_len) > 0)
		return false;
	/* Keys are cut, so two blocks may meet in the same key; whole paths are compared when the
	 * blocks are read. */
	return before->rows == 0 ||
	       path_cmp(before->last, before->last_len, info->first, info->first_len) <= 0;
}

static int open_lines(struct index_in *ix, const struct trailer *t, struct intact_error *err)
{
	const uint8_t *p = ix->lines, *end = ix->lines + ix->lines_len;
	struct block_info info[2] = { 0 };
	uint64_t offset = t->header_len, entries = 0;

	for (size_t i = 0; i < ix->count; i++) {
		struct block_info *now = &info[i & 1], *before = &info[~i & 1];

		ix->places[i].offset = offset;
		ix->places[i].line = (uint32_t)(p - ix->lines);
		p = get_line(p, end, now);
		if (!p || !line_good(now, before))
			return damaged(err, "its index is wrong");
		offset += (uint64_t)now->raw + now->packed;
		entries += now->rows;
		if (offset > t->index_offset)
			return damaged(err, "its index has blocks beyond the end");
	}
	if (p != end || offset != t->index_offset || entries != t->entries)
		return damaged(err, "its index does not fit the file");
	return 0;
}

static bool expand(struct index_in *ix, const struct trailer *t)
{
	size_t digests = (size_t)t->blocks * SHA256_SIZE;
	struct zunpack *z = zunpack_new(false);
	bool good = z && zunpack_all(z, ix->digests + digests, t->index_len - digests, ix->lines,
				     t->index_expanded);

	zunpack_free(z);
	return good;
}

int index_in_open(struct index_in *ix, const struct trailer *t, uint8_t *stored,
		  struct intact_error *err)
{
	uint8_t *smaller;

	memset(ix, 0, sizeof(*ix));
	ix->digests = stored;
	ix->lines_len = t->index_expanded;
	ix->lines = malloc(ix->lines_len + 1);
	if (!ix->lines)
		return intact_fail_nomem(err);
	if (!expand(ix, t))
		return damaged(err, "its index does not expand to what the trailer says");
	smaller = realloc(stored, t->blocks * SHA256_SIZE + 1);
	if (smaller)
		ix->digests = smaller;
	ix->places = calloc(t->blocks + 1, sizeof(*ix->places));
	if (!ix->places)
		return intact_fail_nomem(err);
	ix->count = t->blocks;
	return open_lines(ix, t, err);
}

void index_in_release(struct index_in *ix)
{
	free(ix->digests);
	free(ix->lines);
	free(ix->places);
	memset(ix, 0, sizeof(*ix));
}

void index_in_get(const struct index_in *ix, size_t i, struct block_info *ret)
{
	get_line(ix->lines + ix->places[i].line, ix->lines + ix->lines_len, ret);
	ret->offset = ix->places[i].offset;
	memcpy(ret->sha256, ix->digests + i * SHA256_SIZE, SHA256_SIZE);
}

static int compare_first(const struct index_in *ix, size_t i, const char *from, size_t len)
{
	const uint8_t *line = ix->lines + ix->places[i].line;

	return path_cmp((const char *)line + 1, line[0], from, len);
}

/*
 * The first block whose key is not before `from`: all blocks before the one in front of it end
 * before `from`.  Keys are cut to DB_KEY_MAX bytes, so `from` is cut as well: a cut key that sorts
 * before a cut path belongs to a path that sorts before the whole one.
 */
size_t index_in_find(const struct index_in *ix, const char *from, size_t len)
{
	size_t cut = len < DB_KEY_MAX ? len : DB_KEY_MAX;
	size_t low = 0, high = ix->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_first(ix, middle, from, cut) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* A block that begins with exactly `from` needs none before it. */
	if (low < ix->count && len < DB_KEY_MAX && compare_first(ix, low, from, len) == 0)
		return low;
	return low ? low - 1 : 0;
}
