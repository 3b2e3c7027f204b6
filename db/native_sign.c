/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A signature for a baseline that is there already: a copy with another trailer.
 */

#include <intact/db.h>

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "db/index.h"
#include "db/reader.h"
#include "db/writer.h"

#define PIECE ((size_t)256 << 10)

/* Everything before the trailer. */
static int copy_body(const struct intact_db *db, int to, uint64_t len, struct intact_error *err)
{
	char *data = malloc(PIECE);
	uint64_t done = 0;
	size_t got = 1;
	int rc = data ? 0 : intact_fail_nomem(err);

	while (rc == 0 && done < len) {
		size_t want = len - done < PIECE ? (size_t)(len - done) : PIECE;

		if (file_read_at(db->fd, data, want, done, &got) != 0)
			rc = intact_fail_errno(err, "read '%s'", db->path);
		else if (got < want)
			rc = intact_fail(err, INTACT_EDAMAGED, "'%s' became shorter meanwhile",
					 db->path);
		else if (file_write(to, data, got) != 0)
			rc = intact_fail_errno(err, "write a copy of '%s'", db->path);
		done += got;
	}
	free(data);
	return rc;
}

/* The trailer as it is in the file; its root digest is what was signed. */
static int get_trailer(const struct intact_db *db, struct sha256 *h, struct trailer *ret,
		       struct intact_error *err)
{
	uint8_t data[TRAILER_MAX];
	size_t len = db->size < TRAILER_MAX ? db->size : TRAILER_MAX;
	int rc;

	if (file_read_at(db->fd, data, len, db->size - len, &len) != 0)
		return intact_fail_errno(err, "read '%s'", db->path);
	rc = trailer_get(ret, h, data, len, db->size, err);
	if (rc == 0 && !sha256_equal(ret->root, db->meta.root))
		rc = intact_fail(err, INTACT_EDAMAGED, "it has changed meanwhile");
	if (rc < 0)
		intact_error_prefix(err, "'%s': ", db->path);
	return rc;
}

/* What the copy is must be what was signed, whoever writes to the original. */
static int check_copy(const struct intact_db_out *out, const struct trailer *t,
		      struct intact_error *err)
{
	struct intact_db *db;
	int rc = intact_db_open(out->name, out->fd, &db, err);

	if (rc < 0)
		return rc;
	rc = intact_db_check(db, err);
	if (rc == 0 && (!sha256_equal(db->meta.root, t->root) ||
			memcmp(db->meta.signature.bytes, t->signature, INTACT_SIGNATURE_SIZE) != 0))
		rc = intact_fail(err, INTACT_EIO, "read back what was written: '%s' has changed",
				 out->name);
	intact_db_close(db);
	return rc;
}

static int write_copy(const struct intact_db *db, struct intact_db_out *out, struct trailer *t,
		      struct intact_error *err)
{
	uint8_t data[TRAILER_MAX];
	int rc = copy_body(db, out->fd, t->body_len, err);

	if (rc < 0)
		return rc;
	if (file_write(out->fd, data, trailer_put(t, data)) != 0)
		return intact_fail_errno(err, "write '%s'", out->name);
	rc = check_copy(out, t, err);
	return rc == 0 ? intact_db_out_commit(out, err) : rc;
}

int intact_db_embed(const struct intact_db *db, struct intact_db_out *out,
		    const uint8_t signature[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	struct trailer t = { 0 };
	struct sha256 *h = sha256_new();
	int rc = h ? get_trailer(db, h, &t, err) : intact_fail_nomem(err);

	sha256_free(h);
	if (rc < 0)
		return rc;
	t.has_signature = true;
	memcpy(t.signature, signature, INTACT_SIGNATURE_SIZE);
	return write_copy(db, out, &t, err);
}
