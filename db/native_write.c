/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing our own format: header, blocks as they fill up, index, trailer.  Never seeks.
 */

#include <intact/db.h>

#include <stdlib.h>
#include <string.h>

#include "db/block.h"
#include "db/header.h"
#include "db/index.h"
#include "db/writer.h"

struct native_writer {
	struct intact_db_writer base;
	struct sha256 *sha256;
	struct block_out block;
	struct index_out index;
	struct trailer trailer;
};

static int put(struct native_writer *w, const void *data, size_t len, struct intact_error *err)
{
	int rc = writer_put(&w->base, data, len, err);

	return rc ? rc : writer_show(&w->base, data, len, err);
}

static int flush(struct native_writer *w, struct intact_error *err)
{
	struct block_info info;
	int rc = block_out_finish(&w->block, &info, err);

	if (rc == 0)
		rc = put(w, w->block.stored.data, w->block.stored.len, err);
	if (rc == 0)
		rc = index_out_add(&w->index, &info, err);
	return rc;
}

static int native_append(struct intact_db_writer *base, const struct intact_entry *e,
			 struct intact_error *err)
{
	struct native_writer *w = (struct native_writer *)base;
	int rc = block_out_append(&w->block, e, err);

	if (rc == 0 && block_out_full(&w->block))
		rc = flush(w, err);
	return rc;
}

static int put_index(struct native_writer *w, struct intact_error *err)
{
	struct buf *stored = &w->index.digests;
	int rc;

	w->trailer.blocks = w->index.blocks;
	w->trailer.entries = w->index.entries;
	w->trailer.index_offset = w->base.offset;
	w->trailer.index_expanded = w->index.lines.len;
	rc = zpack_all(w->block.zpack, w->index.lines.data, w->index.lines.len, stored, err);
	if (rc == 0)
		rc = sha256_sum(w->sha256, stored->data, stored->len, NULL, 0,
				w->trailer.index_sha256, err);
	if (rc == 0)
		rc = put(w, stored->data, stored->len, err);
	w->trailer.index_len = stored->len;
	w->trailer.body_len = w->base.offset;
	return rc;
}

static int native_finish(struct intact_db_writer *base, uint8_t root[INTACT_DB_DIGEST_SIZE],
			 struct intact_error *err)
{
	struct native_writer *w = (struct native_writer *)base;
	uint8_t data[TRAILER_MAX];
	size_t len;
	int rc = w->block.rows ? flush(w, err) : 0;

	if (rc == 0)
		rc = put_index(w, err);
	if (rc)
		return rc;
	trailer_put(&w->trailer, data);
	rc = trailer_root(w->sha256, data, w->trailer.root, err);
	w->trailer.has_signature = w->base.key != NULL;
	if (rc == 0 && w->base.key)
		rc = intact_key_sign(w->base.key, INTACT_SIGNED_BASELINE, w->trailer.root,
				     w->trailer.signature, err);
	if (rc)
		return rc;
	len = trailer_put(&w->trailer, data);
	memcpy(root, w->trailer.root, INTACT_DB_DIGEST_SIZE);
	return put(w, data, len, err);
}

/* Header, index and trailer with its signature are read back and verified; the blocks were hashed
 * from the memory that was written. */
static int native_check(struct intact_db_writer *w, const uint8_t root[INTACT_DB_DIGEST_SIZE],
			struct intact_error *err)
{
	struct intact_db_trust trust = { .keys = &w->key, .nkeys = w->key ? 1 : 0 };
	struct intact_db *db;
	int rc = intact_db_open_signed(w->out->name, w->out->fd, &trust, &db, err);

	if (rc) {
		intact_error_prefix(err, "read back what was written: ");
		return INTACT_EIO;
	}
	if (!sha256_equal(intact_db_meta(db)->root, root))
		rc = intact_fail(err, INTACT_EIO, "read back what was written: '%s' has changed",
				 w->out->name);
	intact_db_close(db);
	return rc;
}

static void native_free(struct intact_db_writer *base)
{
	struct native_writer *w = (struct native_writer *)base;

	block_out_release(&w->block);
	index_out_release(&w->index);
	sha256_free(w->sha256);
	free(w);
}

static const struct writer_ops native_ops = { native_append, native_finish, native_check,
					      native_free };

static int put_header(struct native_writer *w, const struct intact_db_meta *meta,
		      struct intact_error *err)
{
	struct buf *header = &w->base.begun;
	int rc = header_put(header, meta, err);

	if (rc == 0)
		rc = sha256_sum(w->sha256, header->data, header->len, NULL, 0,
				w->trailer.header_sha256, err);
	if (rc == 0)
		rc = writer_put(&w->base, header->data, header->len, err);
	w->trailer.header_len = header->len;
	return rc;
}

int intact_db_create_in(struct intact_db_out *out, const struct intact_db_meta *meta,
			struct intact_db_writer **ret, struct intact_error *err)
{
	struct native_writer *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->base.ops = &native_ops;
	w->base.out = out;
	rc = block_out_init(&w->block, err);
	if (rc == 0) {
		w->sha256 = sha256_new();
		rc = w->sha256 ? put_header(w, meta, err) : intact_fail_nomem(err);
	}
	if (rc) {
		intact_db_writer_free(&w->base);
		return rc;
	}
	*ret = &w->base;
	return 0;
}

int intact_db_create(const char *path, int fd, const struct intact_db_meta *meta,
		     struct intact_db_writer **ret, struct intact_error *err)
{
	struct intact_db_out *out;
	int rc = intact_db_reserve(path, fd, &out, err);

	if (rc < 0)
		return rc;
	rc = intact_db_create_in(out, meta, ret, err);
	if (rc < 0)
		intact_db_out_free(out);
	else
		(*ret)->owns_out = true;
	return rc;
}
