/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Opening a baseline of either kind; see reader.h and intact/db.h.
 */

#include "db/reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "db/format.h"
#include "db/sha256.h"

/* What a pipe may give: it is copied to a temporary file before anything else. */
#define SPOOL_MAX ((uint64_t)64 << 30)
/* Enough of a file to recognise it. */
#define PEEK 512
#define DIGEST_PIECE ((size_t)256 << 10)

static int use_fd(struct intact_db *db, int fd, struct intact_error *err)
{
	struct stat st;
	int rc;

	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", db->path);
	if (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode))
		return intact_fail(err, INTACT_EIO, "'%s' is %s, not a regular file", db->path,
				   S_ISDIR(st.st_mode) ? "a directory" : "a device");
	if (S_ISREG(st.st_mode)) {
		db->fd = fd;
		db->size = (uint64_t)st.st_size;
		return 0;
	}
	rc = file_spool(fd, SPOOL_MAX, &db->fd, err);
	if (rc) {
		intact_error_prefix(err, "'%s': ", db->path);
		return rc;
	}
	db->owns_fd = db->copied = true;
	if (fstat(db->fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", db->path);
	db->size = (uint64_t)st.st_size;
	return 0;
}

/* What a shell makes of <(command): nobody who writes means an empty one, not a run that waits. */
static int open_pipe(struct intact_db *db, struct intact_error *err)
{
	int fd = open(db->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int rc;

	if (fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) != 0)
		rc = intact_fail_errno(err, "open '%s'", db->path);
	else
		rc = use_fd(db, fd, err);
	if (fd >= 0 && fd != db->fd)
		close(fd);
	else
		db->owns_fd = true;
	return rc;
}

static int open_path(struct intact_db *db, struct intact_error *err)
{
	struct stat st;

	if (stat(db->path, &st) == 0 && S_ISFIFO(st.st_mode))
		return open_pipe(db, err);
	db->owns_fd = true;
	return file_open_regular(db->path, &db->fd, &db->size, err);
}

int intact_db_open_ahead(const char *path, int fd, int *ret, struct intact_error *err)
{
	struct intact_db db = { .fd = -1, .path = (char *)path };
	int rc = fd >= 0 ? use_fd(&db, fd, err) : open_path(&db, err);

	if (rc == 0 && !db.owns_fd) {
		db.fd = fcntl(db.fd, F_DUPFD_CLOEXEC, 3);
		db.owns_fd = db.fd >= 0;
		rc = db.owns_fd ? 0 : intact_fail_errno(err, "open '%s'", path);
	}
	if (rc == 0)
		*ret = db.fd;
	else if (db.owns_fd && db.fd >= 0)
		close(db.fd);
	return rc;
}

/* ---- signatures ---- */

static int distrust(struct intact_db *db, struct intact_error *err, const char *what)
{
	db->distrusted = true;
	return intact_fail(err, INTACT_EDAMAGED, "%s", what);
}

static int wrong_signature(struct intact_db *db, struct intact_error *err)
{
	const struct intact_db_trust *trust = db->trust;

	db->distrusted = true;
	return intact_fail(err, INTACT_EDAMAGED,
			   "wrong signature: it is not of the key in '%.300s'%s, or not over this "
			   "content",
			   intact_key_name(trust->keys[0]),
			   trust->nkeys > 1 ? " or of another verify_key" : "");
}

int reader_verify(struct intact_db *db, enum intact_signed what, struct intact_error *err)
{
	const struct intact_db_trust *trust = db->trust;
	struct intact_db_signature *s = &db->meta.signature;

	if (!trust || !trust->nkeys)
		return 0;
	if (!s->present && what == INTACT_SIGNED_FILE)
		return distrust(db, err,
				"not signed: AIDE's format has no place for a signature, and only "
				"signed baselines are accepted (verify_key is set); it needs a "
				"detached one (--signature)");
	if (!s->present)
		return distrust(db, err,
				"not signed, and only signed baselines are accepted (verify_key is "
				"set)");
	for (size_t i = 0; i < trust->nkeys; i++) {
		if (intact_key_verify(trust->keys[i], what, s->digest, s->bytes)) {
			s->signer = trust->keys[i];
			return 0;
		}
	}
	return wrong_signature(db, err);
}

static void take_detached(struct intact_db *db)
{
	if (!db->trust || !db->trust->detached)
		return;
	db->meta.signature.present = true;
	memcpy(db->meta.signature.bytes, db->trust->detached, INTACT_SIGNATURE_SIZE);
}

static int digest_file(struct intact_db *db, struct sha256 *h, uint8_t *data,
		       struct intact_error *err)
{
	uint64_t offset = 0;
	size_t len = 0;
	int rc = sha256_begin(h, err);

	do {
		if (rc == 0 && file_read_at(db->fd, data, DIGEST_PIECE, offset, &len) != 0)
			rc = intact_fail_errno(err, "read");
		if (rc == 0)
			rc = sha256_add(h, data, len, err);
		offset += len;
	} while (rc == 0 && len);
	return rc == 0 ? sha256_end(h, db->meta.signature.digest, err) : rc;
}

/* What is verified must be what is read later, so it is a copy that nobody else can write to. */
static int copy_file(struct intact_db *db, struct intact_error *err)
{
	struct stat st;
	int fd, rc;

	if (db->copied)
		return 0;
	if (lseek(db->fd, 0, SEEK_SET) != 0)
		return intact_fail_errno(err, "read from its beginning");
	fd = db->trust->spare > 0 ? fcntl(db->trust->spare, F_DUPFD_CLOEXEC, 3)
				  : file_temporary(err);
	if (fd < 0)
		return db->trust->spare > 0 ? intact_fail_errno(err, "a temporary file") : fd;
	rc = file_spool_to(db->fd, SPOOL_MAX, fd, err);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	if (db->owns_fd)
		close(db->fd);
	db->fd = fd;
	db->owns_fd = db->copied = true;
	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat");
	db->size = (uint64_t)st.st_size;
	return 0;
}

static int verify_text(struct intact_db *db, struct intact_error *err)
{
	struct sha256 *h = sha256_new();
	uint8_t *data = malloc(DIGEST_PIECE);
	int rc = h && data ? copy_file(db, err) : intact_fail_nomem(err);

	if (rc == 0)
		rc = digest_file(db, h, data, err);
	free(data);
	sha256_free(h);
	if (rc < 0)
		return rc;
	return reader_verify(db, INTACT_SIGNED_FILE, err);
}

/* aide_open() makes meta anew. */
static int open_text(struct intact_db *db, struct intact_error *err)
{
	struct intact_db_signature signature;
	int rc;

	if (!db->trust)
		return aide_open(db, err);
	rc = verify_text(db, err);
	if (rc < 0) {
		intact_error_prefix(err, "'%s': ", db->path);
		return rc;
	}
	signature = db->meta.signature;
	rc = aide_open(db, err);
	db->meta.signature = signature;
	return rc;
}

static int open_native(struct intact_db *db, struct intact_error *err)
{
	int rc = native_open(db, err);

	if (rc == INTACT_EDAMAGED && !db->distrusted)
		intact_error_prefix(err, "'%s': damaged baseline: ", db->path);
	else if (rc)
		intact_error_prefix(err, "'%s': ", db->path);
	return rc;
}

static int open_content(struct intact_db *db, struct intact_error *err)
{
	uint8_t data[PEEK];
	size_t len;

	if (file_read_at(db->fd, data, sizeof(data), 0, &len) != 0)
		return intact_fail_errno(err, "read '%s'", db->path);
	if (len == 0)
		return intact_fail(err, INTACT_EDAMAGED, "'%s' is empty, not a baseline", db->path);
	if (len >= DB_MAGIC_SIZE && memcmp(data, DB_MAGIC, DB_MAGIC_SIZE) == 0)
		return open_native(db, err);
	if (aide_looks_like(data, len))
		return open_text(db, err);
	return intact_fail(err, INTACT_EDAMAGED, "'%s' is not a baseline", db->path);
}

int intact_db_open(const char *path, int fd, struct intact_db **ret, struct intact_error *err)
{
	return intact_db_open_signed(path, fd, NULL, ret, err);
}

int intact_db_open_signed(const char *path, int fd, const struct intact_db_trust *trust,
			  struct intact_db **ret, struct intact_error *err)
{
	struct intact_db *db = calloc(1, sizeof(*db));
	int rc = 0;

	if (!db)
		return intact_fail_nomem(err);
	db->fd = -1;
	db->trust = trust;
	db->path = strdup(path ? path : "input");
	if (!db->path) {
		rc = intact_fail_nomem(err);
	} else if (fd >= 0) {
		rc = use_fd(db, fd, err);
	} else {
		rc = open_path(db, err);
	}
	take_detached(db);
	if (rc == 0)
		rc = open_content(db, err);
	db->trust = NULL;
	if (rc) {
		intact_db_close(db);
		return rc;
	}
	*ret = db;
	return 0;
}

void intact_db_close(struct intact_db *db)
{
	if (!db)
		return;
	if (db->ops)
		db->ops->free(db);
	if (db->owns_fd && db->fd >= 0)
		close(db->fd);
	free(db->path);
	free(db);
}

const struct intact_db_meta *intact_db_meta(const struct intact_db *db)
{
	return &db->meta;
}

int intact_db_read(struct intact_db *db, const char *from, struct intact_stream **ret,
		   struct intact_error *err)
{
	return db->ops->read(db, from, ret, err);
}

int intact_db_check(struct intact_db *db, struct intact_error *err)
{
	return db->ops->check ? db->ops->check(db, err) : 0;
}

int intact_db_prove(const struct intact_db *db, const struct intact_stream *stream,
		    struct intact_db_proof *ret)
{
	return db->ops->prove ? db->ops->prove(db, stream, ret) : 1;
}

/* Reading everything checks everything: digests, and that what is under them makes sense. */
int intact_db_verify(struct intact_db *db, struct intact_error *err)
{
	const struct intact_entry *e;
	struct intact_stream *s;
	int rc = intact_db_read(db, NULL, &s, err);

	if (rc)
		return rc;
	do
		rc = intact_stream_next(s, &e, err);
	while (rc == 1);
	intact_stream_close(s);
	return rc;
}
