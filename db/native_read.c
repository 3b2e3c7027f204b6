/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading our own format: trailer first, then header and index, then the blocks that are wanted.
 * What is read is verified in memory and parsed from the same memory.
 */

#include "db/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "db/block.h"
#include "db/header.h"
#include "db/index.h"
#include "db/varint.h"

struct native {
	struct trailer trailer;
	struct db_header header;
	struct index_in index;
};

struct native_stream {
	struct intact_stream base;
	struct intact_db *db;
	struct sha256 *sha256;
	struct block_in block;
	struct block_info info; /* of the block that is open */
	bool open;
	size_t next;  /* block to open next */
	bool follows; /* the block before it was read to its end */
	char *from;   /* skip what is before; NULL: nothing left to skip */
	int failed;   /* what next() failed with: there is nothing behind a failure */
};

/* ---- the stream ----------------------------------------------------------------------------- */

static int read_all(struct intact_db *db, void *data, size_t len, uint64_t offset,
		    struct intact_error *err)
{
	size_t got;

	if (file_read_at(db->fd, data, len, offset, &got) != 0)
		return intact_fail_errno(err, "read");
	return got == len ? 0 : intact_fail(err, INTACT_EDAMAGED, "it is cut off");
}

static int open_block(struct native_stream *s, struct intact_error *err)
{
	const struct native *n = s->db->own;
	uint8_t digest[SHA256_SIZE];
	uint8_t *data;
	size_t len;
	int rc;

	index_in_get(&n->index, s->next, &s->info);
	len = (size_t)s->info.raw + s->info.packed;
	data = block_in_room(&s->block, &s->info);
	if (!data)
		return intact_fail_nomem(err);
	rc = read_all(s->db, data, len, s->info.offset, err);
	if (rc == 0)
		rc = sha256_sum(s->sha256, data, len, NULL, 0, digest, err);
	if (rc)
		return rc;
	if (!sha256_equal(digest, s->info.sha256))
		return intact_fail(err, INTACT_EDAMAGED, "its digest is wrong");
	rc = block_in_open(&s->block, &s->info, s->follows, err);
	s->open = rc == 0;
	return rc;
}

static bool key_is(const char *key, uint8_t key_len, const struct intact_str *path)
{
	size_t len = path->len < DB_KEY_MAX ? path->len : DB_KEY_MAX;

	return key_len == len && memcmp(key, path->s, len) == 0;
}

/* The next entry of the open block, compared with what the index says of first and last. */
static int next_row(struct native_stream *s, const struct intact_entry **ret,
		    struct intact_error *err)
{
	const struct block_in *b = &s->block;
	const struct intact_entry *e;
	int rc = block_in_next(&s->block, &e, err);

	if (rc != 1)
		return rc;
	if ((b->row == 1 && !key_is(s->info.first, s->info.first_len, &e->path)) ||
	    (b->row == b->rows && !key_is(s->info.last, s->info.last_len, &e->path)))
		return intact_fail(err, INTACT_EDAMAGED, "its paths are not those in the index");
	*ret = e;
	return 1;
}

static int next_entry(struct native_stream *s, const struct intact_entry **ret,
		      struct intact_error *err)
{
	const struct native *n = s->db->own;
	int rc;

	for (;;) {
		if (!s->open) {
			if (s->next == n->index.count)
				return 0;
			rc = open_block(s, err);
			if (rc)
				return rc;
		}
		rc = next_row(s, ret, err);
		if (rc)
			return rc;
		s->open = false;
		s->follows = true;
		s->next++;
	}
}

static int native_next(struct intact_stream *base, const struct intact_entry **ret,
		       struct intact_error *err)
{
	struct native_stream *s = (struct native_stream *)base;
	int rc;

	if (s->failed)
		return intact_fail(err, s->failed, "'%s': reading failed before", s->db->path);
	do
		rc = next_entry(s, ret, err);
	while (rc == 1 && s->from &&
	       path_cmp((*ret)->path.s, (*ret)->path.len, s->from, strlen(s->from)) < 0);
	free(s->from);
	s->from = NULL;
	if (rc < 0) {
		s->failed = rc;
		intact_error_prefix(err, "'%s': %sblock %zu: ", s->db->path,
				    rc == INTACT_EDAMAGED ? "damaged baseline: " : "", s->next + 1);
	}
	return rc;
}

/* ---- digests alone -------------------------------------------------------------------------- */

static int check_block(struct intact_db *db, struct sha256 *h, struct buf *data, size_t i,
		       struct intact_error *err)
{
	const struct native *n = db->own;
	uint8_t digest[SHA256_SIZE];
	struct block_info info;
	size_t len;
	int rc;

	index_in_get(&n->index, i, &info);
	len = (size_t)info.raw + info.packed;
	buf_clear(data);
	if (!buf_reserve(data, len))
		return intact_fail_nomem(err);
	rc = read_all(db, data->data, len, info.offset, err);
	if (rc == 0)
		rc = sha256_sum(h, data->data, len, NULL, 0, digest, err);
	if (rc == 0 && !sha256_equal(digest, info.sha256))
		rc = intact_fail(err, INTACT_EDAMAGED,
				 "its digest is wrong: it is damaged, or of another baseline");
	return rc;
}

static int native_check(struct intact_db *db, struct intact_error *err)
{
	const struct native *n = db->own;
	struct sha256 *h = sha256_new();
	struct buf data = { 0 };
	int rc = h ? 0 : intact_fail_nomem(err);

	for (size_t i = 0; i < n->index.count && rc == 0; i++) {
		rc = check_block(db, h, &data, i, err);
		if (rc < 0)
			intact_error_prefix(err, "'%s': %sblock %zu: ", db->path,
					    rc == INTACT_EDAMAGED ? "damaged baseline: " : "",
					    i + 1);
	}
	buf_release(&data);
	sha256_free(h);
	return rc;
}

static int native_prove(const struct intact_db *db, const struct intact_stream *stream,
			struct intact_db_proof *ret)
{
	const struct native_stream *s = (const struct native_stream *)stream;
	const struct native *n = db->own;
	const struct trailer *t = &n->trailer;

	*ret = (struct intact_db_proof){
		.row = s->block.row,
		.rows = s->info.rows,
		.block = s->next + 1,
		.blocks = n->index.count,
		.block_offset = s->info.offset,
		.block_len = (uint64_t)s->info.raw + s->info.packed,
		.digest_offset = t->index_offset + s->next * SHA256_SIZE,
		.index_offset = t->index_offset,
		.index_len = t->index_len,
		.header_len = t->header_len,
		.trailer_offset = t->body_len,
		.trailer_len = t->has_signature ? TRAILER_MAX : TRAILER_LEN,
	};
	memcpy(ret->block_sha256, s->info.sha256, SHA256_SIZE);
	memcpy(ret->index_sha256, t->index_sha256, SHA256_SIZE);
	memcpy(ret->header_sha256, t->header_sha256, SHA256_SIZE);
	return 0;
}

static void native_close(struct intact_stream *base)
{
	struct native_stream *s = (struct native_stream *)base;

	block_in_release(&s->block);
	sha256_free(s->sha256);
	free(s->from);
	free(s);
}

static int native_read(struct intact_db *db, const char *from, struct intact_stream **ret,
		       struct intact_error *err)
{
	struct native *n = db->own;
	struct native_stream *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return intact_fail_nomem(err);
	s->base.next = native_next;
	s->base.close = native_close;
	s->db = db;
	s->sha256 = sha256_new();
	s->from = from ? strdup(from) : NULL;
	rc = block_in_init(&s->block, &n->header.schema, err);
	if (rc == 0 && (!s->sha256 || (from && !s->from)))
		rc = intact_fail_nomem(err);
	if (rc) {
		native_close(&s->base);
		return rc;
	}
	if (from)
		s->next = index_in_find(&n->index, from, strlen(from));
	*ret = &s->base;
	return 0;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* A newer version may have another trailer, so its number is looked at before any digest. */
static int check_version(struct intact_db *db, struct intact_error *err)
{
	uint8_t fixed[HEADER_FIXED];
	uint32_t version;
	int rc;

	if (db->size < HEADER_FIXED + TRAILER_LEN)
		return intact_fail(err, INTACT_EDAMAGED, "it is cut off");
	rc = read_all(db, fixed, sizeof(fixed), 0, err);
	if (rc)
		return rc;
	version = get_u32(fixed + 8);
	if (version != DB_VERSION)
		return intact_fail(err, INTACT_EDAMAGED,
				   "its format has version %u; this program knows version %u",
				   version, DB_VERSION);
	return 0;
}

/* Read a part and verify its digest.  The memory is the caller's. */
static int read_part(struct intact_db *db, struct sha256 *h, uint64_t offset, uint64_t len,
		     const uint8_t expected[SHA256_SIZE], const char *what, uint8_t **ret,
		     struct intact_error *err)
{
	uint8_t digest[SHA256_SIZE];
	uint8_t *data = malloc(len + 1);
	int rc;

	if (!data)
		return intact_fail_nomem(err);
	rc = read_all(db, data, len, offset, err);
	if (rc == 0)
		rc = sha256_sum(h, data, len, NULL, 0, digest, err);
	if (rc == 0 && !sha256_equal(digest, expected))
		rc = intact_fail(err, INTACT_EDAMAGED, "the digest of its %s is wrong", what);
	if (rc) {
		free(data);
		return rc;
	}
	*ret = data;
	return 0;
}

static int open_trailer(struct intact_db *db, struct native *n, struct sha256 *h,
			struct intact_error *err)
{
	uint8_t data[TRAILER_MAX];
	size_t len = db->size < TRAILER_MAX ? db->size : TRAILER_MAX;
	int rc = read_all(db, data, len, db->size - len, err);

	return rc ? rc : trailer_get(&n->trailer, h, data, len, db->size, err);
}

/* A detached signature was put there before: it comes first. */
static int verify_trailer(struct intact_db *db, const struct native *n, struct intact_error *err)
{
	struct intact_db_signature *s = &db->meta.signature;

	if (!s->present && n->trailer.has_signature) {
		s->present = true;
		memcpy(s->bytes, n->trailer.signature, INTACT_SIGNATURE_SIZE);
	}
	memcpy(s->digest, n->trailer.root, SHA256_SIZE);
	return reader_verify(db, INTACT_SIGNED_BASELINE, err);
}

static int open_header(struct intact_db *db, struct native *n, struct sha256 *h,
		       struct intact_error *err)
{
	uint8_t *data;
	int rc = read_part(db, h, 0, n->trailer.header_len, n->trailer.header_sha256, "header",
			   &data, err);

	if (rc)
		return rc;
	if (get_u32(data + 12) != n->trailer.header_len)
		rc = intact_fail(err, INTACT_EDAMAGED, "the header's length is wrong");
	else
		rc = header_get(&n->header, data, n->trailer.header_len, err);
	free(data);
	return rc;
}

static int open_index(struct intact_db *db, struct native *n, struct sha256 *h,
		      struct intact_error *err)
{
	uint8_t *data;
	int rc = read_part(db, h, n->trailer.index_offset, n->trailer.index_len,
			   n->trailer.index_sha256, "index", &data, err);

	return rc ? rc : index_in_open(&n->index, &n->trailer, data, err);
}

static void native_free(struct intact_db *db)
{
	struct native *n = db->own;

	header_release(&n->header);
	index_in_release(&n->index);
	free(n);
}

static const struct reader_ops native_ops = { native_read, native_check, native_prove,
					      native_free };

int native_open(struct intact_db *db, struct intact_error *err)
{
	struct native *n = calloc(1, sizeof(*n));
	struct sha256 *h = sha256_new();
	struct intact_db_signature signature;
	int rc;

	if (!n || !h) {
		free(n);
		sha256_free(h);
		return intact_fail_nomem(err);
	}
	db->ops = &native_ops;
	db->own = n;
	rc = check_version(db, err);
	if (rc == 0)
		rc = open_trailer(db, n, h, err);
	/* Nobody's words are read before it is known whose they are. */
	if (rc == 0)
		rc = verify_trailer(db, n, err);
	if (rc == 0)
		rc = open_header(db, n, h, err);
	if (rc == 0)
		rc = open_index(db, n, h, err);
	sha256_free(h);
	if (rc)
		return rc;
	signature = db->meta.signature;
	db->meta = n->header.meta;
	db->meta.signature = signature;
	db->meta.native = true;
	db->meta.entries = n->trailer.entries;
	memcpy(db->meta.root, n->trailer.root, SHA256_SIZE);
	return 0;
}
