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

/* What a pipe may give: it is copied to a temporary file before anything else. */
#define SPOOL_MAX ((uint64_t)64 << 30)
/* Enough of a file to recognise it. */
#define PEEK 512

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
	db->owns_fd = true;
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

static int open_native(struct intact_db *db, struct intact_error *err)
{
	int rc = native_open(db, err);

	if (rc == INTACT_EDAMAGED)
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
		return aide_open(db, err);
	return intact_fail(err, INTACT_EDAMAGED, "'%s' is not a baseline", db->path);
}

int intact_db_open(const char *path, int fd, struct intact_db **ret, struct intact_error *err)
{
	struct intact_db *db = calloc(1, sizeof(*db));
	int rc = 0;

	if (!db)
		return intact_fail_nomem(err);
	db->fd = -1;
	db->path = strdup(path ? path : "input");
	if (!db->path) {
		rc = intact_fail_nomem(err);
	} else if (fd >= 0) {
		rc = use_fd(db, fd, err);
	} else {
		rc = open_path(db, err);
	}
	if (rc == 0)
		rc = open_content(db, err);
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
