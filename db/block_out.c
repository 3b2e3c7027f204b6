/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Blocks, written.  See block.h and doc/baseline-format.md.
 *
 * Values are kept column by column as they come; block_out_finish() then writes each column in the
 * code that suits it, packs all but the digests, and hashes the result.
 */

#include "db/block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "db/varint.h"

void block_acl_from_mode(char text[BLOCK_ACL_LEN + 1], uint64_t mode)
{
	static const char triple[8][4] = { "---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx" };

	memcpy(text, "user::---\ngroup::---\nother::---\n", BLOCK_ACL_LEN + 1);
	memcpy(text + 6, triple[mode >> 6 & 7], 3);
	memcpy(text + 17, triple[mode >> 3 & 7], 3);
	memcpy(text + 28, triple[mode & 7], 3);
}

int block_out_init(struct block_out *b, struct intact_error *err)
{
	uint64_t *next;
	unsigned count = 0;

	memset(b, 0, sizeof(*b));
	db_columns_init(&b->columns);
	b->known = db_attr_known();
	for (unsigned id = 0; id < b->columns.count; id++)
		count += b->columns.col[id].kind == DB_KIND_NUMBER;
	for (unsigned id = COL_DIGEST; id < b->columns.count; id++) {
		b->widths[b->columns.col[id].digest] = b->columns.col[id].width;
		b->digests_known |= 1u << b->columns.col[id].digest;
	}
	b->memory = calloc((size_t)count * DB_ROWS_TARGET + 1, sizeof(*b->memory));
	b->shapes = calloc(DB_ROWS_TARGET, sizeof(*b->shapes));
	b->zpack = zpack_new(1, false);
	b->sha256 = sha256_new();
	if (!b->memory || !b->shapes || !b->zpack || !b->sha256) {
		block_out_release(b);
		return intact_fail_nomem(err);
	}
	next = b->memory;
	for (unsigned id = 0; id < b->columns.count; id++) {
		if (b->columns.col[id].kind == DB_KIND_NUMBER) {
			b->numbers[id] = next;
			next += DB_ROWS_TARGET;
		}
	}
	return 0;
}

void block_out_release(struct block_out *b)
{
	free(b->memory);
	free(b->shapes);
	zpack_free(b->zpack);
	sha256_free(b->sha256);
	for (unsigned i = 0; i < BLOCK_STRINGS; i++)
		column_out_release(&b->strings[i]);
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i++)
		buf_release(&b->digests[i]);
	buf_release(&b->low);
	buf_release(&b->path);
	buf_release(&b->last);
	buf_release(&b->body);
	buf_release(&b->stored);
	memset(b, 0, sizeof(*b));
}

bool block_out_full(const struct block_out *b)
{
	return b->rows == DB_ROWS_TARGET || b->bytes >= DB_BLOCK_TARGET ||
	       b->nxattrs >= DB_XATTRS_MAX / 2;
}

static const struct intact_str *string_of(const struct block_out *b, const struct intact_entry *e,
					  unsigned id)
{
	return (const struct intact_str *)((const char *)e + b->columns.col[id].offset);
}

/* ---- is this an entry that can be read back? ------------------------------------------------ */

static bool xattrs_sorted(const struct intact_entry *e)
{
	for (size_t i = 1; i < e->nxattrs; i++) {
		const struct intact_str *a = &e->xattrs[i - 1].name, *b = &e->xattrs[i].name;
		size_t n = a->len < b->len ? a->len : b->len;
		int cmp = memcmp(a->s, b->s, n);

		if (cmp > 0 || (cmp == 0 && a->len >= b->len))
			return false;
	}
	return true;
}

static uint32_t digests_of(const struct intact_entry *e)
{
	uint32_t mask = 0;

	/* Few of many: four are passed over at a time. */
	static_assert(INTACT_DIGEST_MAX % 4 == 0, "the last ones would be left out");
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i += 4) {
		const uint8_t *const *d = &e->digest[i];

		if (!((uintptr_t)d[0] | (uintptr_t)d[1] | (uintptr_t)d[2] | (uintptr_t)d[3]))
			continue;
		for (unsigned k = 0; k < 4; k++)
			mask |= (uint32_t)(d[k] != NULL) << (i + k);
	}
	return mask;
}

static size_t size_of(const struct block_out *b, const struct intact_entry *e, uint32_t digests)
{
	size_t bytes = e->path.len + 32;

	for (unsigned id = COL_LNAME; id < COL_PROBLEM; id++)
		bytes += string_of(b, e, id)->len;
	for (size_t i = 0; i < e->nxattrs; i++)
		bytes += 4 + e->xattrs[i].name.len + e->xattrs[i].value.len;
	for (uint32_t left = digests; left; left &= left - 1)
		bytes += b->widths[__builtin_ctz(left)];
	return e->problem ? bytes + strlen(e->problem) : bytes;
}

/* `shared`: bytes of the path that the last one has, too, which was clean. */
static int check(const struct block_out *b, const struct intact_entry *e, size_t shared,
		 size_t size, struct intact_error *err)
{
	const struct intact_time *times[] = { &e->atime, &e->mtime, &e->ctime, &e->btime };

	if (e->path.len > DB_PATH_MAX || !db_path_clean(e->path.s, e->path.len, shared))
		return intact_fail(err, INTACT_EIO,
				   "'%s' cannot be stored: not a clean absolute path of at most "
				   "1 MiB",
				   e->path.s);
	if (b->last.len &&
	    path_cmp_after(shared, b->last.data, b->last.len, e->path.s, e->path.len) >= 0)
		return intact_fail(err, INTACT_EIO, "'%s' comes after '%s': not in path order",
				   e->path.s, b->last.data);
	if (e->flags & (INTACT_ENTRY_GAP | INTACT_ENTRY_UNMEASURED))
		return intact_fail(err, INTACT_EIO, "'%s' cannot be stored: it is not measured",
				   e->path.s);
	if (size > DB_ENTRY_MAX || e->nxattrs > DB_XATTRS_MAX)
		return intact_fail(err, INTACT_EIO,
				   "'%s' cannot be stored: its attributes take more than %zu MiB",
				   e->path.s, DB_ENTRY_MAX >> 20);
	if (!xattrs_sorted(e))
		return intact_fail(err, INTACT_EIO,
				   "'%s' cannot be stored: its extended attributes are not sorted",
				   e->path.s);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if (times[i]->nsec > 999999999)
			return intact_fail(err, INTACT_EIO,
					   "'%s' cannot be stored: a time has %u nanoseconds",
					   e->path.s, times[i]->nsec);
	}
	return 0;
}

/* ---- the columns of one entry --------------------------------------------------------------- */

static void append_path(struct block_out *b, const struct intact_entry *e, size_t shared)
{
	const char *path = e->path.s;
	size_t len = e->path.len;

	if (b->rows == 0) {
		b->first_len = (uint8_t)(len < DB_KEY_MAX ? len : DB_KEY_MAX);
		memcpy(b->first, path, b->first_len);
		shared = 0;
	}
	b->numbers[COL_PATH_SHARED][b->rows] = shared;
	b->numbers[COL_PATH_MORE][b->rows] = len - shared;
	buf_add(&b->path, path + shared, len - shared);
	b->last.len = b->last.len < shared ? b->last.len : shared;
	buf_add(&b->last, path + shared, len - shared);
}

static void append_numbers(struct block_out *b, const struct intact_entry *e)
{
	for (unsigned id = COL_NUMBERS_FIRST; id <= COL_NUMBERS_LAST; id++) {
		const struct db_column *col = &b->columns.col[id];
		const char *at = (const char *)e + col->offset;
		uint64_t wide;
		uint32_t narrow;

		if (col->size == 8) {
			memcpy(&wide, at, 8);
			b->numbers[id][b->rows] = wide;
		} else {
			memcpy(&narrow, at, 4);
			b->numbers[id][b->rows] = narrow;
		}
	}
	/* Nobody compares it then, and it makes two baselines of the same files differ. */
	if (!(e->attrs & INTACT_BIT(INTACT_ATIME)))
		b->numbers[COL_ATIME][b->rows] = b->numbers[COL_ATIME_NS][b->rows] = 0;
}

static bool acl_is_mode(const struct intact_entry *e)
{
	char text[BLOCK_ACL_LEN + 1];

	if (e->acl_access.len != BLOCK_ACL_LEN)
		return false;
	block_acl_from_mode(text, e->mode);
	return memcmp(text, e->acl_access.s, BLOCK_ACL_LEN) == 0;
}

static void append_strings(struct block_out *b, const struct intact_entry *e,
			   struct block_shape *shape)
{
	for (unsigned id = COL_LNAME; id < COL_PROBLEM; id++) {
		const struct intact_str *s = string_of(b, e, id);

		if (!s->s)
			continue;
		if (id == COL_ACL && acl_is_mode(e)) {
			shape->flags |= DB_SHAPE_ACL_FROM_MODE;
			continue;
		}
		shape->strings |= 1u << (id - COL_LNAME);
		column_put_string(&b->strings[id - COL_LNAME], s->s, s->len);
	}
	if (e->problem) {
		shape->strings |= 1u << (COL_PROBLEM - COL_LNAME);
		column_put_string(&b->strings[COL_PROBLEM - COL_LNAME], e->problem,
				  strlen(e->problem));
	}
}

static void append_xattrs(struct block_out *b, const struct intact_entry *e)
{
	b->numbers[COL_XATTRS][b->rows] = e->nxattrs;
	b->nxattrs += e->nxattrs;
	for (size_t i = 0; i < e->nxattrs; i++) {
		const struct intact_xattr *x = &e->xattrs[i];

		column_put_string(&b->strings[COL_XATTRS_NAME - COL_LNAME], x->name.s, x->name.len);
		column_put_string(&b->strings[COL_XATTRS_VALUE - COL_LNAME], x->value.s,
				  x->value.len);
	}
}

static void append_digests(struct block_out *b, const struct intact_entry *e, uint32_t digests)
{
	for (uint32_t left = digests; left; left &= left - 1) {
		unsigned digest = (unsigned)__builtin_ctz(left);

		buf_add(&b->digests[digest], e->digest[digest], b->widths[digest]);
	}
}

static bool shape_equal(const struct block_shape *a, const struct block_shape *b)
{
	return a->attrs == b->attrs && a->unsupported == b->unsupported && a->failed == b->failed &&
	       a->flags == b->flags && a->strings == b->strings && a->digests == b->digests;
}

/* Looked for in one place only: a shape that is written twice costs some bytes, a search that
 * hostile entries can make slow costs more. */
static uint32_t shape_number(struct block_out *b, const struct block_shape *shape)
{
	uint64_t h =
		(shape->attrs ^ shape->unsupported << 7 ^ shape->failed << 13 ^
		 (uint64_t)shape->strings << 40 ^ (uint64_t)shape->digests << 20 ^ shape->flags) *
		0x9e3779b97f4a7c15u;
	uint32_t *slot = &b->shape_cache[h >> 56];

	if (!*slot || !shape_equal(&b->shapes[*slot - 1], shape)) {
		b->shapes[b->nshapes++] = *shape;
		*slot = b->nshapes;
	}
	return *slot - 1;
}

static bool out_failed(const struct block_out *b)
{
	bool failed = b->path.failed;

	for (unsigned i = 0; i < BLOCK_STRINGS; i++)
		failed |= b->strings[i].data.failed;
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i++)
		failed |= b->digests[i].failed;
	return failed;
}

int block_out_append(struct block_out *b, const struct intact_entry *e, struct intact_error *err)
{
	struct block_shape shape = {
		.attrs = e->attrs & b->known,
		.unsupported = e->unsupported & b->known,
		.failed = e->failed & b->known,
		.digests = digests_of(e) & b->digests_known,
		.flags = e->flags & INTACT_ENTRY_SECONDS ? DB_SHAPE_SECONDS : 0,
	};
	size_t size = size_of(b, e, shape.digests);
	size_t shared = path_common(b->last.data, b->last.len, e->path.s, e->path.len);
	int rc = check(b, e, shared, size, err);

	if (rc)
		return rc;
	append_path(b, e, shared);
	append_numbers(b, e);
	append_strings(b, e, &shape);
	append_xattrs(b, e);
	append_digests(b, e, shape.digests);
	b->numbers[COL_SHAPE][b->rows] = shape_number(b, &shape);
	b->rows++;
	b->bytes += size - e->path.len + (size_t)b->numbers[COL_PATH_MORE][b->rows - 1];
	/* The next one is compared with it. */
	return b->last.failed ? intact_fail_nomem(err) : 0;
}

/* ---- the whole block ------------------------------------------------------------------------ */

/* The file numbers the attributes as db_attr_token() does, without the bits that are not used. */
static uint64_t file_mask(uint64_t mask)
{
	uint64_t out = 0;
	unsigned bit = 0;

	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		if (!db_attr_token(id))
			continue;
		if (mask & INTACT_BIT(id))
			out |= (uint64_t)1 << bit;
		bit++;
	}
	return out;
}

static void put_shape(const struct block_out *b, const struct block_shape *shape, struct buf *out)
{
	varint_add(out, shape->flags);
	varint_add(out, file_mask(shape->attrs));
	varint_add(out, file_mask(shape->unsupported));
	varint_add(out, file_mask(shape->failed));
	varint_add(out, (unsigned)(__builtin_popcount(shape->strings) +
				   __builtin_popcount(shape->digests)));
	for (unsigned id = COL_LNAME; id < b->columns.count; id++) {
		const struct db_column *col = &b->columns.col[id];
		bool has = col->kind == DB_KIND_DIGEST ? shape->digests >> col->digest & 1
			   : id <= COL_PROBLEM	       ? shape->strings >> (id - COL_LNAME) & 1
						       : 0;

		if (has)
			varint_add(out, id);
	}
}

/* Append column `id` to `out`; nothing for one that is empty or all zero.  `lens` are those of the
 * columns before: one that was left out cannot be referred to. */
static void put_column(struct block_out *b, unsigned id, const size_t *lens, struct buf *out)
{
	const struct db_column *col = &b->columns.col[id];
	const uint64_t *numbers = b->numbers[id];

	switch (col->kind) {
	case DB_KIND_NUMBER:
		if (id != COL_PATH_SHARED && numbers[0] == 0 &&
		    memcmp(numbers, numbers + 1, (b->rows - 1) * sizeof(*numbers)) == 0)
			break;
		column_put_numbers(out, &b->low, numbers, b->rows,
				   col->like < 0 || !lens[col->like] ? NULL : b->numbers[col->like],
				   (unsigned)col->like);
		break;
	case DB_KIND_PATH:
		buf_add(out, b->path.data, b->path.len);
		break;
	case DB_KIND_SHAPES:
		varint_add(out, b->nshapes);
		for (uint32_t i = 0; i < b->nshapes; i++)
			put_shape(b, &b->shapes[i], out);
		break;
	case DB_KIND_STRING:
		buf_add(out, b->strings[id - COL_LNAME].data.data,
			b->strings[id - COL_LNAME].data.len);
		break;
	}
}

/* Body: the directory (columns with their lengths), then the columns. */
static int finish_body(struct block_out *b, struct buf *columns, struct intact_error *err)
{
	size_t lens[COL_MAX] = { 0 };
	unsigned count = 0;

	for (unsigned id = 0; id < b->columns.count; id++) {
		size_t before = columns->len;

		if (b->columns.col[id].kind == DB_KIND_DIGEST) {
			lens[id] = b->digests[b->columns.col[id].digest].len;
		} else {
			put_column(b, id, lens, columns);
			lens[id] = columns->len - before;
		}
		count += lens[id] != 0;
	}
	buf_clear(&b->body);
	varint_add(&b->body, count);
	for (unsigned id = 0; id < b->columns.count; id++) {
		if (lens[id]) {
			varint_add(&b->body, id);
			varint_add(&b->body, lens[id]);
		}
	}
	buf_add(&b->body, columns->data, columns->len);
	return b->body.failed || b->low.failed || columns->failed ? intact_fail_nomem(err) : 0;
}

static int finish_stored(struct block_out *b, struct block_info *info, struct intact_error *err)
{
	int rc;

	buf_clear(&b->stored);
	for (unsigned id = COL_DIGEST; id < b->columns.count; id++) {
		const struct buf *digests = &b->digests[b->columns.col[id].digest];

		buf_add(&b->stored, digests->data, digests->len);
	}
	buf_add(&b->stored, b->low.data, b->low.len);
	if (b->stored.failed)
		return intact_fail_nomem(err);
	info->raw = (uint32_t)b->stored.len;
	rc = zpack_all(b->zpack, b->body.data, b->body.len, &b->stored, err);
	if (rc)
		return rc;
	info->packed = (uint32_t)(b->stored.len - info->raw);
	info->expanded = (uint32_t)b->body.len;
	info->rows = b->rows;
	return sha256_sum(b->sha256, b->stored.data, b->stored.len, NULL, 0, info->sha256, err);
}

static void out_empty(struct block_out *b)
{
	b->rows = 0;
	b->bytes = 0;
	b->nxattrs = 0;
	b->nshapes = 0;
	memset(b->shape_cache, 0, sizeof(b->shape_cache));
	for (unsigned i = 0; i < BLOCK_STRINGS; i++)
		column_out_clear(&b->strings[i]);
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i++)
		buf_clear(&b->digests[i]);
	buf_clear(&b->low);
	buf_clear(&b->path);
}

int block_out_finish(struct block_out *b, struct block_info *ret, struct intact_error *err)
{
	struct buf columns = { 0 };
	struct block_info info = { 0 };
	/* An entry for which there was no memory comes out here, once a block. */
	int rc = out_failed(b) ? intact_fail_nomem(err) : finish_body(b, &columns, err);

	buf_release(&columns);
	if (rc == 0)
		rc = finish_stored(b, &info, err);
	if (rc)
		return rc;
	info.first_len = b->first_len;
	memcpy(info.first, b->first, b->first_len);
	info.last_len = (uint8_t)(b->last.len < DB_KEY_MAX ? b->last.len : DB_KEY_MAX);
	memcpy(info.last, b->last.data, info.last_len);
	out_empty(b);
	*ret = info;
	return 0;
}
