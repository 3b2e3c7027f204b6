/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The journal's file: opening it safely, reading it in pieces, appending to it.  What is in it:
 * chain.c.
 */

#include <intact/journal.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "db/chain.h"

/* Some ten million records. */
#define SIZE_MAX_TOTAL ((uint64_t)4 << 30)
/* Whoever appends holds the lock for milliseconds. */
#define LOCK_TRIES 500
#define LOCK_PAUSE 20000000L /* ns: ten seconds in all */

struct intact_journal {
	char *path;
	const char *name; /* within path */
	int dirfd;	  /* of its directory; -1: only read */
	int fd;
	bool locked; /* a record was appended, or will be */
	struct sha256 *sha256;
};

/* ---- opening -------------------------------------------------------------------------------- */

static int journal_new(const char *path, struct intact_journal **ret, struct intact_error *err)
{
	struct intact_journal *j = calloc(1, sizeof(*j));
	const char *slash;

	if (!j)
		return intact_fail_nomem(err);
	j->dirfd = j->fd = -1;
	j->path = strdup(path);
	j->sha256 = sha256_new();
	if (!j->path || !j->sha256) {
		intact_journal_close(j);
		return intact_fail_nomem(err);
	}
	slash = strrchr(j->path, '/');
	j->name = slash ? slash + 1 : j->path;
	*ret = j;
	return 0;
}

void intact_journal_fds(const struct intact_journal *j, int ret[2])
{
	ret[0] = j->fd;
	ret[1] = j->dirfd;
}

void intact_journal_give_away(struct intact_journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	if (j->dirfd >= 0)
		close(j->dirfd);
	j->fd = j->dirfd = -1;
}

void intact_journal_close(struct intact_journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	if (j->dirfd >= 0)
		close(j->dirfd);
	sha256_free(j->sha256);
	free(j->path);
	free(j);
}

/* Nobody who is not to be trusted may rename what is in it. */
static int open_directory(struct intact_journal *j, struct intact_error *err)
{
	size_t len = (size_t)(j->name - j->path);
	char *dir = len ? strndup(j->path, len) : strdup(".");
	struct stat st;
	int rc = 0;

	if (!dir)
		return intact_fail_nomem(err);
	j->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dirfd < 0 || fstat(j->dirfd, &st) != 0)
		rc = intact_fail_errno(err, "open directory '%s'", dir);
	else if (!file_folder_is_ours(&st))
		rc = intact_fail(err, INTACT_EIO,
				 "directory '%s' is not ours alone to write: others could exchange "
				 "the journal",
				 dir);
	free(dir);
	return rc;
}

static int check_file(const struct intact_journal *j, struct intact_error *err)
{
	struct stat st;

	if (fstat(j->fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", j->path);
	if (!S_ISREG(st.st_mode))
		return intact_fail(err, INTACT_EIO, "the journal '%s' is not a regular file",
				   j->path);
	if (j->dirfd >= 0 && (!file_is_ours(&st, S_IWGRP | S_IWOTH) || st.st_nlink != 1))
		return intact_fail(err, INTACT_EDAMAGED,
				   "the journal '%s' is not ours alone to write", j->path);
	return 0;
}

/* A device is not even opened; a FIFO does not make us wait. */
static int check_name(const struct intact_journal *j, int dirfd, const char *name,
		      struct intact_error *err)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || S_ISREG(st.st_mode))
		return 0;
	return intact_fail(err, INTACT_EIO, "the journal '%s' is %s, not a regular file", j->path,
			   S_ISLNK(st.st_mode) ? "a symbolic link" : "something else");
}

static int open_file(int dirfd, const char *name, int flags)
{
	int fd;

	do
		fd = openat(dirfd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
			    0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

int intact_journal_open(const char *path, struct intact_journal **ret, struct intact_error *err)
{
	struct intact_journal *j;
	int rc = journal_new(path, &j, err);

	if (rc < 0)
		return rc;
	rc = check_name(j, AT_FDCWD, path, err);
	if (rc == 0) {
		j->fd = open_file(AT_FDCWD, path, O_RDONLY);
		rc = j->fd < 0 ? intact_fail_errno(err, "open the journal '%s'", path)
			       : check_file(j, err);
	}
	if (rc == 0)
		*ret = j;
	else
		intact_journal_close(j);
	return rc;
}

/* The one that is there, or a new one. */
static int open_or_create(struct intact_journal *j, struct intact_error *err)
{
	const int flags = O_RDWR | O_APPEND;
	bool created = false;

	j->fd = open_file(j->dirfd, j->name, flags);
	if (j->fd < 0 && errno == ENOENT) {
		j->fd = open_file(j->dirfd, j->name, flags | O_CREAT | O_EXCL);
		created = j->fd >= 0;
		/* Another run was faster. */
		if (j->fd < 0 && errno == EEXIST)
			j->fd = open_file(j->dirfd, j->name, flags);
	}
	if (j->fd < 0)
		return intact_fail_errno(err, "open the journal '%s'", j->path);
	if (created && fsync(j->dirfd) != 0)
		return intact_fail_errno(err, "sync the directory of the journal '%s'", j->path);
	return 0;
}

int intact_journal_open_append(const char *path, struct intact_journal **ret,
			       struct intact_error *err)
{
	struct intact_journal *j;
	int rc = journal_new(path, &j, err);

	if (rc < 0)
		return rc;
	rc = open_directory(j, err);
	if (rc == 0)
		rc = check_name(j, j->dirfd, j->name, err);
	if (rc == 0)
		rc = open_or_create(j, err);
	if (rc == 0)
		rc = check_file(j, err);
	if (rc == 0)
		*ret = j;
	else
		intact_journal_close(j);
	return rc;
}

/* ---- locking -------------------------------------------------------------------------------- */

static int lock(const struct intact_journal *j, int how, struct intact_error *err)
{
	const struct timespec pause = { 0, LOCK_PAUSE };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(j->fd, how | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return intact_fail_errno(err, "lock the journal '%s'", j->path);
		nanosleep(&pause, NULL);
	}
	return intact_fail(err, INTACT_ELOCK, "another run holds the journal '%s'", j->path);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Pieces of the file. */
struct window {
	char *data; /* room for one line and what was read with it */
	size_t len;
	uint64_t at, size; /* of the file: what was read of it, all of it */
	bool skipping;	   /* within a line that is too long */
};

#define WINDOW_SIZE (INTACT_JOURNAL_LINE_MAX + 65536)

static int fill(const struct intact_journal *j, struct window *w, struct intact_error *err)
{
	uint64_t left = w->size - w->at;
	size_t room = WINDOW_SIZE - w->len, got;

	if (file_read_at(j->fd, w->data + w->len, left < room ? (size_t)left : room, w->at, &got) !=
	    0)
		return intact_fail_errno(err, "read the journal '%s'", j->path);
	/* It became shorter meanwhile: that is its end, then. */
	if (got == 0)
		w->size = w->at;
	w->at += got;
	w->len += got;
	return 0;
}

static int one_line(struct chain *c, struct window *w, const char *line, size_t len, bool ended,
		    struct intact_error *err)
{
	bool skipping = w->skipping;

	w->skipping = false;
	if (skipping)
		return 0;
	return len < INTACT_JOURNAL_LINE_MAX ? chain_line(c, line, len, ended, err)
					     : chain_long_line(c, err);
}

/* All lines that end in the window. */
static int whole_lines(struct chain *c, struct window *w, struct intact_error *err)
{
	char *line = w->data, *end = w->data + w->len, *newline;
	int rc = 0;

	while (rc == 0 && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		rc = one_line(c, w, line, (size_t)(newline - line), true, err);
		line = newline + 1;
	}
	w->len = (size_t)(end - line);
	memmove(w->data, line, w->len);
	return rc;
}

/* What is left in a window without a newline. */
static int rest_of_line(struct chain *c, struct window *w, bool last, struct intact_error *err)
{
	int rc = 0;

	if (!last && w->len < INTACT_JOURNAL_LINE_MAX)
		return 0;
	if (last && !w->skipping && w->len < INTACT_JOURNAL_LINE_MAX)
		return w->len ? chain_line(c, w->data, w->len, false, err) : 0;
	if (!w->skipping)
		rc = chain_long_line(c, err);
	c->unended = last;
	w->skipping = true;
	w->len = 0;
	return rc;
}

static int read_all(struct intact_journal *j, struct chain *c, uint64_t size,
		    struct intact_error *err)
{
	struct window w = { .data = malloc(WINDOW_SIZE), .size = size };
	int rc = w.data ? 0 : intact_fail_nomem(err);

	while (rc == 0 && w.at < w.size) {
		rc = fill(j, &w, err);
		if (rc == 0)
			rc = whole_lines(c, &w, err);
		if (rc == 0)
			rc = rest_of_line(c, &w, w.at >= w.size, err);
	}
	if (rc == 0)
		rc = chain_end(c, err);
	free(w.data);
	return rc;
}

static int size_of(const struct intact_journal *j, uint64_t *ret, struct intact_error *err)
{
	struct stat st;

	if (fstat(j->fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", j->path);
	*ret = (uint64_t)st.st_size;
	if (*ret > SIZE_MAX_TOTAL)
		return intact_fail(err, INTACT_EDAMAGED,
				   "'%s' is larger than 4 GiB: no journal that is ours", j->path);
	return 0;
}

int intact_journal_read(struct intact_journal *j, intact_journal_fn *fn, void *ctx,
			struct intact_journal_sum *ret, struct intact_error *err)
{
	struct chain c = { .sha256 = j->sha256, .fn = fn, .ctx = ctx };
	uint64_t size;
	int rc = j->locked ? 0 : lock(j, LOCK_SH, err);

	if (rc < 0)
		return rc;
	/* What is there stays as it is: others only append, and need not wait for who reads. */
	rc = size_of(j, &size, err);
	if (!j->locked)
		flock(j->fd, LOCK_UN);
	if (rc == 0)
		rc = read_all(j, &c, size, err);
	if (rc == 0)
		*ret = c.sum;
	return rc;
}

int intact_journal_parse(const void *data, size_t len, intact_journal_fn *fn, void *ctx,
			 struct intact_journal_sum *ret, struct intact_error *err)
{
	struct chain c = { .sha256 = sha256_new(), .fn = fn, .ctx = ctx };
	const char *at = data, *end = at + len;
	int rc = c.sha256 ? 0 : intact_fail_nomem(err);

	while (rc == 0 && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		rc = (size_t)(stop - at) < INTACT_JOURNAL_LINE_MAX
			     ? chain_line(&c, at, (size_t)(stop - at), newline != NULL, err)
			     : chain_long_line(&c, err);
		at = newline ? newline + 1 : end;
	}
	if (rc == 0)
		rc = chain_end(&c, err);
	if (rc == 0)
		*ret = c.sum;
	sha256_free(c.sha256);
	return rc;
}

/* ---- points --------------------------------------------------------------------------------- */

struct search {
	const struct intact_journal_point *point;
	enum intact_journal_verdict verdict;
};

static int look(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct search *s = ctx;

	(void)err;
	if (item->kind != INTACT_JOURNAL_RECORD || item->point.count != s->point->count ||
	    s->verdict == INTACT_JOURNAL_HOLDS)
		return 0;
	s->verdict = sha256_equal(item->point.head, s->point->head) ? INTACT_JOURNAL_HOLDS
								    : INTACT_JOURNAL_OTHER;
	return 0;
}

int intact_journal_holds(struct intact_journal *j, const struct intact_journal_point *point,
			 enum intact_journal_verdict *ret, struct intact_error *err)
{
	struct search s = { point, INTACT_JOURNAL_SHORT };
	struct intact_journal_sum sum;
	int rc = 0;

	if (!point->count)
		s.verdict = INTACT_JOURNAL_HOLDS;
	else
		rc = intact_journal_read(j, look, &s, &sum, err);
	if (rc == 0)
		*ret = s.verdict;
	return rc;
}

/* ---- appending ------------------------------------------------------------------------------ */

/* Somebody may have put another file in its place. */
static int check_current(const struct intact_journal *j, struct intact_error *err)
{
	struct stat own, there;

	if (fstat(j->fd, &own) != 0 || fstatat(j->dirfd, j->name, &there, AT_SYMLINK_NOFOLLOW) != 0)
		return intact_fail_errno(err, "the journal '%s' is not there any more", j->path);
	if (own.st_dev != there.st_dev || own.st_ino != there.st_ino)
		return intact_fail(err, INTACT_EIO,
				   "another file took the place of the journal '%s'", j->path);
	return 0;
}

static int sync_file(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc != 0 && errno == EINTR);
	return rc;
}

/* With one call, so that a full disk leaves nothing, or as little as can be. */
static int write_record(const struct intact_journal *j, const struct buf *record, uint64_t size,
			struct intact_error *err)
{
	int rc;

	if (file_write(j->fd, record->data, record->len) != 0) {
		rc = intact_fail_errno(err, "write to the journal '%s'", j->path);
		/* What stays behind is known as a record that was never finished. */
		(void)!ftruncate(j->fd, (off_t)size);
		return rc;
	}
	return sync_file(j->fd) == 0 ? 0 : intact_fail_errno(err, "sync the journal '%s'", j->path);
}

int intact_journal_append(struct intact_journal *j, const char *members, size_t len,
			  struct intact_journal_point *ret, struct intact_error *err)
{
	struct chain c = { .sha256 = j->sha256 };
	struct intact_journal_point point;
	struct buf record = { 0 };
	uint64_t size = 0;
	int rc = j->locked ? 0 : lock(j, LOCK_EX, err);

	j->locked |= rc == 0;
	if (rc == 0)
		rc = check_current(j, err);
	if (rc == 0)
		rc = size_of(j, &size, err);
	if (rc == 0)
		rc = read_all(j, &c, size, err);
	if (rc == 0 && c.sum.damages && !c.sum.records)
		rc = intact_fail(err, INTACT_EDAMAGED, "'%s' is no journal", j->path);
	if (rc == 0)
		rc = chain_record(&c, members, len, &record, &point, err);
	if (rc == 0)
		rc = write_record(j, &record, size, err);
	if (rc == 0 && ret)
		*ret = point;
	buf_release(&record);
	return rc;
}

int intact_journal_digest(const void *data, size_t len, uint8_t ret[INTACT_JOURNAL_DIGEST_SIZE],
			  struct intact_error *err)
{
	struct sha256 *h = sha256_new();
	int rc = h ? sha256_sum(h, data, len, NULL, 0, ret, err) : intact_fail_nomem(err);

	sha256_free(h);
	return rc;
}
