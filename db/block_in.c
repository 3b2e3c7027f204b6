/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Blocks, read.  See block.h and doc/baseline-format.md.
 *
 * Opening a block takes its numbers apart column by column, into arrays; strings, digests and paths
 * stay where they are and are pointed to.  A row then is filled into the same struct as the row
 * before, and only what differs is touched.
 */

#include "db/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "db/varint.h"

/* Memory beyond this is given back before the next block: usual blocks need a third of it. */
#define KEEP ((size_t)1 << 20)

static int damaged(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EDAMAGED, "%s", what);
}

int block_in_init(struct block_in *b, const struct block_schema *schema, struct intact_error *err)
{
	memset(b, 0, sizeof(*b));
	b->schema = schema;
	b->zunpack = zunpack_new(false);
	for (unsigned id = COL_DIGEST; id < schema->columns.count; id++)
		b->widths[schema->columns.col[id].digest] = schema->columns.col[id].width;
	return b->zunpack ? 0 : intact_fail_nomem(err);
}

void block_in_release(struct block_in *b)
{
	zunpack_free(b->zunpack);
	free(b->stored);
	free(b->body);
	free(b->memory);
	free(b->shapes);
	for (unsigned i = 0; i < BLOCK_STRINGS; i++)
		column_in_release(&b->strings[i]);
	free(b->path);
	free(b->xattrs);
	memset(b, 0, sizeof(*b));
}

static bool room(uint8_t **data, size_t *cap, size_t need)
{
	uint8_t *more;

	if (*data && need <= *cap && *cap <= KEEP)
		return true;
	free(*data);
	*data = NULL;
	*cap = 0;
	more = malloc(need ? need : 1);
	if (!more)
		return false;
	*data = more;
	*cap = need;
	return true;
}

uint8_t *block_in_room(struct block_in *b, const struct block_info *info)
{
	/* Both first, so that two unusually large blocks are never in memory together. */
	if (b->body_cap > KEEP) {
		free(b->body);
		b->body = NULL;
		b->body_cap = 0;
	}
	if (!room(&b->stored, &b->stored_cap, (size_t)info->raw + info->packed))
		return NULL;
	return b->stored;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* A column as the directory names it. */
struct found {
	unsigned file_id;
	int own;
	const uint8_t *data;
	size_t len;
};

static int numbers_room(struct block_in *b, uint32_t rows, struct intact_error *err)
{
	size_t count = 0;

	for (unsigned id = 0; id < b->schema->columns.count; id++)
		count += b->schema->columns.col[id].kind == DB_KIND_NUMBER;
	if (rows > b->memory_rows || b->memory_rows > DB_ROWS_TARGET) {
		free(b->memory);
		b->memory_rows = 0;
		b->memory = malloc((count * rows + 1) * sizeof(*b->memory));
		if (!b->memory)
			return intact_fail_nomem(err);
		b->memory_rows = rows;
	}
	count = 0;
	for (unsigned id = 0; id < b->schema->columns.count; id++) {
		if (b->schema->columns.col[id].kind == DB_KIND_NUMBER)
			b->numbers[id] = b->memory + count++ * b->memory_rows;
	}
	return 0;
}

/* Read the directory into found[]; the lengths must use up both parts exactly. */
static int directory(struct block_in *b, const struct block_info *info, struct found *found,
		     unsigned *ret_count, struct intact_error *err)
{
	const uint8_t *p = b->body, *end = b->body + info->expanded;
	uint64_t count, id, len, before = 0, raw = 0, body = 0;

	p = varint_get(p, end, &count);
	if (!p || count > b->schema->count)
		return damaged(err, "its directory has too many columns");
	for (unsigned i = 0; i < count; i++) {
		p = varint_get(p, end, &id);
		p = p ? varint_get(p, end, &len) : NULL;
		if (!p || id >= b->schema->count || (i && id <= before) || len > DB_BLOCK_MAX)
			return damaged(err, "its directory is wrong");
		before = id;
		found[i] = (struct found){ (unsigned)id, b->schema->own[id], NULL, (size_t)len };
		if (b->schema->kind[id] == DB_KIND_DIGEST)
			raw += len;
		else
			body += len;
	}
	if (raw > info->raw || body != (uint64_t)(end - p))
		return damaged(err, "its columns are longer or shorter than the block");
	b->low_at = b->stored + raw;
	b->low_end = b->stored + info->raw;
	raw = 0;
	for (unsigned i = 0; i < count; i++) {
		if (b->schema->kind[found[i].file_id] == DB_KIND_DIGEST) {
			found[i].data = b->stored + raw;
			raw += found[i].len;
		} else {
			found[i].data = p;
			p += found[i].len;
		}
	}
	*ret_count = (unsigned)count;
	return 0;
}

static const uint64_t *lookup(void *arg, uint64_t column)
{
	const struct block_in *b = arg;
	int own = column < b->schema->count ? b->schema->own[column] : -1;

	return own >= 0 && b->present[own] ? b->numbers[own] : NULL;
}

static void number_active(struct block_in *b, unsigned id, bool same)
{
	const struct db_column *col = &b->schema->columns.col[id];
	char *at = (char *)&b->entry + col->offset;

	if (!same) {
		b->active[b->nactive].numbers = b->numbers[id];
		b->active[b->nactive].offset = col->offset;
		b->active[b->nactive++].size = col->size;
	} else if (col->size == 8) {
		memcpy(at, b->numbers[id], 8);
	} else {
		uint32_t narrow = (uint32_t)b->numbers[id][0];

		memcpy(at, &narrow, 4);
	}
}

/* The part of a number column that is not packed; also of one that we do not know. */
static int take_low(struct block_in *b, const struct found *f, const uint8_t **ret,
		    struct intact_error *err)
{
	size_t size = column_low_size(f->data, f->len, b->rows);

	if (size > (size_t)(b->low_end - b->low_at))
		return damaged(err, "its columns are longer than the block");
	*ret = b->low_at;
	b->low_at += size;
	return 0;
}

static int open_number(struct block_in *b, const struct found *f, const uint8_t *low,
		       struct intact_error *err)
{
	unsigned id = (unsigned)f->own;
	uint64_t *numbers = b->numbers[id];
	uint64_t most = 0;

	if (!column_get_numbers(f->data, f->len, low, numbers, b->rows, lookup, b))
		return intact_fail(err, INTACT_EDAMAGED, "its column '%s' is wrong",
				   b->schema->columns.col[id].name);
	b->present[id] = true;
	if (id < COL_NUMBERS_FIRST || id > COL_NUMBERS_LAST)
		return 0;
	number_active(b, id, f->data[0] == COLUMN_SAME);
	if (b->schema->columns.col[id].size == 4) {
		for (uint32_t i = 0; i < b->rows; i++)
			most = numbers[i] > most ? numbers[i] : most;
		if (most > 999999999)
			return damaged(err, "a time has more than 999999999 nanoseconds");
	}
	return 0;
}

/* A mask in the file's bits to one in ours; attributes that we do not know are left out. */
static uint64_t own_mask(const struct block_schema *schema, uint64_t mask)
{
	uint64_t out = 0;

	for (uint64_t left = mask; left; left &= left - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(left);

		if (schema->attr[bit] >= 0)
			out |= INTACT_BIT((unsigned)schema->attr[bit]);
	}
	return out;
}

static bool mask_fits(const struct block_schema *schema, uint64_t mask)
{
	return schema->nattrs == DB_ATTRS_MAX || mask >> schema->nattrs == 0;
}

static bool shape_value(const struct block_schema *schema, struct block_shape *shape, uint64_t id)
{
	int own = id < schema->count ? schema->own[id] : -1;

	if (id >= schema->count)
		return false;
	if (own < 0)
		return true;
	if (own >= COL_LNAME && own <= COL_PROBLEM)
		shape->strings |= 1u << (own - COL_LNAME);
	else if (own >= COL_DIGEST)
		shape->digests |= 1u << schema->columns.col[own].digest;
	else
		return false;
	return true;
}

static const uint8_t *get_shape(const struct block_schema *schema, const uint8_t *p,
				const uint8_t *end, struct block_shape *shape)
{
	uint64_t v[5], id, before = 0;

	for (int i = 0; i < 5; i++) {
		p = varint_get(p, end, &v[i]);
		if (!p)
			return NULL;
	}
	if (v[0] & ~(uint64_t)DB_SHAPE_KNOWN || v[4] > schema->count ||
	    !mask_fits(schema, v[1] | v[2] | v[3]))
		return NULL;
	*shape = (struct block_shape){
		.flags = (uint32_t)v[0],
		.attrs = own_mask(schema, v[1]),
		.unsupported = own_mask(schema, v[2]),
		.failed = own_mask(schema, v[3]),
	};
	for (uint64_t i = 0; i < v[4]; i++) {
		p = varint_get(p, end, &id);
		if (!p || (i && id <= before) || !shape_value(schema, shape, id))
			return NULL;
		before = id;
	}
	return p;
}

static int open_shapes(struct block_in *b, const struct found *f, struct intact_error *err)
{
	const uint8_t *p = f->data, *end = f->data + f->len;
	uint64_t count;

	p = varint_get(p, end, &count);
	if (!p || count == 0 || count > b->rows)
		return damaged(err, "its column 'shapes' is wrong");
	if (count > b->shapes_cap) {
		struct block_shape *more = realloc(b->shapes, count * sizeof(*more));

		if (!more)
			return intact_fail_nomem(err);
		b->shapes = more;
		b->shapes_cap = (uint32_t)count;
	}
	for (uint64_t i = 0; i < count; i++) {
		p = get_shape(b->schema, p, end, &b->shapes[i]);
		if (!p)
			return damaged(err, "its column 'shapes' is wrong");
	}
	b->nshapes = (uint32_t)count;
	return p == end ? 0 : damaged(err, "its column 'shapes' is too long");
}

static int open_column(struct block_in *b, const struct found *f, struct intact_error *err)
{
	const uint8_t *low = NULL;
	int rc = 0;

	if (b->schema->kind[f->file_id] == DB_KIND_NUMBER)
		rc = take_low(b, f, &low, err);
	if (rc || f->own < 0)
		return rc;
	switch (b->schema->columns.col[f->own].kind) {
	case DB_KIND_NUMBER:
		return open_number(b, f, low, err);
	case DB_KIND_SHAPES:
		return open_shapes(b, f, err);
	case DB_KIND_PATH:
		b->path_at = f->data;
		b->path_end = f->data + f->len;
		return 0;
	case DB_KIND_STRING:
		column_in_init(&b->strings[f->own - COL_LNAME], f->data, f->len);
		return 0;
	case DB_KIND_DIGEST:
		b->digests[b->schema->columns.col[f->own].digest] = f->data;
		return 0;
	}
	return 0;
}

/* Do the shapes of the rows want exactly the digests that are there?  Then no row needs to look. */
static int check_digests(const struct block_in *b, const struct found *found, unsigned count,
			 struct intact_error *err)
{
	uint64_t want[INTACT_DIGEST_MAX] = { 0 };

	for (uint32_t i = 0; i < b->rows; i++) {
		for (uint32_t left = b->shapes[b->numbers[COL_SHAPE][i]].digests; left;
		     left &= left - 1) {
			unsigned digest = (unsigned)__builtin_ctz(left);

			want[digest] += b->widths[digest];
		}
	}
	for (unsigned i = 0; i < count; i++) {
		const struct found *f = &found[i];

		if (f->own < COL_DIGEST)
			continue;
		if (want[b->schema->columns.col[f->own].digest] != f->len)
			return damaged(err, "it has more or fewer digests than its entries");
		want[b->schema->columns.col[f->own].digest] = 0;
	}
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i++) {
		if (want[i])
			return damaged(err, "digests of its entries are not there");
	}
	return 0;
}

static int check_shapes(struct block_in *b, struct intact_error *err)
{
	uint64_t most = 0;

	if (b->nshapes == 0)
		return damaged(err, "it has no column 'shapes'");
	if (!b->present[COL_PATH_MORE] || !b->present[COL_PATH_SHARED])
		return damaged(err, "it has no paths");
	/* A column that is all zero is left out. */
	if (!b->present[COL_SHAPE])
		memset(b->numbers[COL_SHAPE], 0, b->rows * sizeof(uint64_t));
	for (uint32_t i = 0; i < b->rows; i++)
		most = b->numbers[COL_SHAPE][i] > most ? b->numbers[COL_SHAPE][i] : most;
	return most < b->nshapes ? 0 : damaged(err, "an entry has a shape that is not there");
}

static void in_empty(struct block_in *b, bool follows)
{
	static const uint8_t none[1];

	memset(&b->entry, 0, sizeof(b->entry));
	memset(b->present, 0, sizeof(b->present));
	memset(b->digests, 0, sizeof(b->digests));
	for (unsigned i = 0; i < BLOCK_STRINGS; i++)
		column_in_init(&b->strings[i], none, 0);
	b->nactive = 0;
	b->nshapes = 0;
	b->shape = NULL;
	b->row = 0;
	b->rows = 0;
	b->path_at = b->path_end = NULL;
	b->path_known = follows;
}

int block_in_open(struct block_in *b, const struct block_info *info, bool follows,
		  struct intact_error *err)
{
	struct found found[DB_COLUMNS_MAX];
	unsigned count = 0;
	int rc;

	in_empty(b, follows);
	if (!room(&b->body, &b->body_cap, info->expanded))
		return intact_fail_nomem(err);
	if (!zunpack_all(b->zunpack, b->stored + info->raw, info->packed, b->body, info->expanded))
		return damaged(err, "it does not expand to what the index says");
	rc = numbers_room(b, info->rows, err);
	if (rc == 0)
		rc = directory(b, info, found, &count, err);
	if (rc)
		return rc;
	b->rows = info->rows;
	for (unsigned i = 0; i < count && rc == 0; i++)
		rc = open_column(b, &found[i], err);
	if (rc == 0 && b->low_at != b->low_end)
		rc = damaged(err, "its columns are shorter than the block");
	if (rc == 0)
		rc = check_shapes(b, err);
	if (rc == 0)
		rc = check_digests(b, found, count, err);
	if (rc)
		b->rows = 0;
	return rc;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static int path_room(struct block_in *b, size_t need, struct intact_error *err)
{
	size_t cap = need + need / 2 + 256;
	char *path;

	if (need < b->path_cap)
		return 0;
	path = realloc(b->path, cap);
	if (!path)
		return intact_fail_nomem(err);
	b->path = path;
	b->path_cap = cap;
	return 0;
}

/* Is the new path behind the old one?  `shared` must be all that they share, which makes this one
 * comparison. */
static bool path_follows(const struct block_in *b, size_t shared, const uint8_t *more, size_t len)
{
	unsigned char was;

	if (b->row == 0) {
		return !b->path_known ||
		       path_cmp(b->path, b->path_len, (const char *)more, len) < 0;
	}
	if (shared == b->path_len)
		return true;
	was = (unsigned char)b->path[shared];
	return was != more[0] && (was == '/' || (more[0] != '/' && was < more[0]));
}

static int next_path(struct block_in *b, struct intact_error *err)
{
	uint64_t shared = b->numbers[COL_PATH_SHARED][b->row];
	uint64_t more = b->numbers[COL_PATH_MORE][b->row];
	int rc;

	if (more == 0 || more > (size_t)(b->path_end - b->path_at) ||
	    shared > (b->row ? b->path_len : 0) || shared + more > DB_PATH_MAX)
		return damaged(err, "a path is cut off");
	if (!path_follows(b, shared, b->path_at, more))
		return damaged(err, "its paths are not in order");
	rc = path_room(b, shared + more + 1, err);
	if (rc)
		return rc;
	memcpy(b->path + shared, b->path_at, more);
	b->path_at += more;
	b->path_len = shared + more;
	b->path[b->path_len] = '\0';
	if (!db_path_clean(b->path, b->path_len, shared))
		return damaged(err, "a path is not a clean absolute path");
	b->entry.path.s = b->path;
	b->entry.path.len = b->path_len;
	return 0;
}

static void next_numbers(struct block_in *b)
{
	for (unsigned i = 0; i < b->nactive; i++) {
		uint64_t wide = b->active[i].numbers[b->row];
		char *at = (char *)&b->entry + b->active[i].offset;

		if (b->active[i].size == 8) {
			memcpy(at, &wide, 8);
		} else {
			uint32_t narrow = (uint32_t)wide;

			memcpy(at, &narrow, 4);
		}
	}
}

static struct intact_str *string_in(struct block_in *b, unsigned id)
{
	return (struct intact_str *)((char *)&b->entry + b->schema->columns.col[id].offset);
}

/* What the row before had and this one has not. */
static void next_shape(struct block_in *b, const struct block_shape *shape)
{
	struct intact_entry *e = &b->entry;

	if (shape == b->shape)
		return;
	e->attrs = shape->attrs;
	e->unsupported = shape->unsupported;
	e->failed = shape->failed;
	e->flags = shape->flags & DB_SHAPE_SECONDS ? INTACT_ENTRY_SECONDS : 0;
	for (unsigned id = COL_LNAME; id < COL_PROBLEM; id++)
		*string_in(b, id) = (struct intact_str){ 0 };
	e->problem = NULL;
	memset(e->digest, 0, sizeof(e->digest));
	b->shape = shape;
}

static int next_strings(struct block_in *b, const struct block_shape *shape,
			struct intact_error *err)
{
	struct intact_entry *e = &b->entry;

	if (shape->flags & DB_SHAPE_ACL_FROM_MODE) {
		block_acl_from_mode(b->acl, e->mode);
		e->acl_access.s = b->acl;
		e->acl_access.len = BLOCK_ACL_LEN;
	}
	for (uint32_t left = shape->strings; left; left &= left - 1) {
		unsigned n = (unsigned)__builtin_ctz(left);
		struct intact_str s;
		int rc = column_get_string(&b->strings[n], &s, err);

		if (rc)
			return rc;
		if (n + COL_LNAME == COL_PROBLEM)
			e->problem = s.s;
		else
			*string_in(b, n + COL_LNAME) = s;
	}
	return 0;
}

static int next_xattr(struct block_in *b, size_t i, struct intact_error *err)
{
	struct intact_xattr *x = &b->xattrs[i];
	int rc = column_get_string(&b->strings[COL_XATTRS_NAME - COL_LNAME], &x->name, err);

	if (rc == 0)
		rc = column_get_string(&b->strings[COL_XATTRS_VALUE - COL_LNAME], &x->value, err);
	if (rc == 0 && i) {
		const struct intact_str *before = &b->xattrs[i - 1].name;
		size_t n = before->len < x->name.len ? before->len : x->name.len;
		int cmp = memcmp(before->s, x->name.s, n);

		if (cmp > 0 || (cmp == 0 && before->len >= x->name.len))
			return damaged(err, "extended attributes are not in order");
	}
	return rc;
}

static int next_xattrs(struct block_in *b, struct intact_error *err)
{
	uint64_t count = b->present[COL_XATTRS] ? b->numbers[COL_XATTRS][b->row] : 0;

	b->entry.xattrs = NULL;
	b->entry.nxattrs = 0;
	if (count == 0)
		return 0;
	if (count > DB_XATTRS_MAX)
		return damaged(err, "an entry has too many extended attributes");
	if (count > b->xattrs_cap) {
		struct intact_xattr *more = realloc(b->xattrs, count * sizeof(*more));

		if (!more)
			return intact_fail_nomem(err);
		b->xattrs = more;
		b->xattrs_cap = count;
	}
	for (size_t i = 0; i < count; i++) {
		int rc = next_xattr(b, i, err);

		if (rc)
			return rc;
	}
	b->entry.xattrs = b->xattrs;
	b->entry.nxattrs = count;
	return 0;
}

static void next_digests(struct block_in *b, const struct block_shape *shape)
{
	for (uint32_t left = shape->digests; left; left &= left - 1) {
		unsigned digest = (unsigned)__builtin_ctz(left);

		b->entry.digest[digest] = b->digests[digest];
		b->digests[digest] += b->widths[digest];
	}
}

static int at_end(const struct block_in *b, struct intact_error *err)
{
	for (unsigned i = 0; i < BLOCK_STRINGS; i++) {
		if (b->strings[i].at != b->strings[i].end)
			return damaged(err, "it has strings that no entry uses");
	}
	return b->path_at == b->path_end ? 0 : damaged(err, "it has paths that no entry uses");
}

int block_in_next(struct block_in *b, const struct intact_entry **ret, struct intact_error *err)
{
	const struct block_shape *shape;
	int rc;

	if (b->row == b->rows)
		return 0;
	shape = &b->shapes[b->numbers[COL_SHAPE][b->row]];
	rc = next_path(b, err);
	if (rc)
		return rc;
	next_numbers(b);
	next_shape(b, shape);
	rc = next_strings(b, shape, err);
	if (rc == 0)
		rc = next_xattrs(b, err);
	if (rc)
		return rc;
	next_digests(b, shape);
	if (++b->row == b->rows) {
		rc = at_end(b, err);
		if (rc)
			return rc;
	}
	*ret = &b->entry;
	return 1;
}
