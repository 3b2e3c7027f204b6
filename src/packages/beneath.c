/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See beneath.h.
 */

#include "packages/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"

static int check_folder(int fd, const char *path, struct intact_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat '/%s'", path);
	if (!file_is_ours(&st, S_IWGRP | S_IWOTH))
		return intact_fail(err, INTACT_EIO,
				   "'/%s' is not root's or ours, or others may write to it", path);
	return 0;
}

/* One component of `path`, at *at.  Returns 1, 0 or a negative code. */
static int step(int dirfd, const char *path, const char **at, int *ret_fd, struct intact_error *err)
{
	*ret_fd = file_open_step(dirfd, at, O_RDONLY);
	if (*ret_fd >= 0)
		return 1;
	return errno == ENOENT ? 0 : intact_fail_errno(err, "open '/%s'", path);
}

int beneath_folder(int rootfd, const char *path, bool safe, int *ret_fd, struct intact_error *err)
{
	const char *at = path;
	int fd = -1;
	int rc = safe ? check_folder(rootfd, "", err) : 0;

	if (rc < 0)
		return rc;
	for (rc = 1; rc == 1 && *at;) {
		int next = -1;

		rc = step(fd < 0 ? rootfd : fd, path, &at, &next, err);
		if (fd >= 0)
			close(fd);
		fd = next;
		if (rc == 1 && safe && check_folder(fd, path, err) < 0)
			rc = INTACT_EIO;
	}
	if (rc == 1)
		*ret_fd = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

static int check_file(int fd, const char *name, struct stat *st, struct intact_error *err)
{
	if (fstat(fd, st) != 0)
		return intact_fail_errno(err, "stat '%s'", name);
	if (!S_ISREG(st->st_mode))
		return intact_fail(err, INTACT_EIO, "'%s' is not a regular file", name);
	if (!file_is_ours(st, S_IWGRP | S_IWOTH))
		return intact_fail(err, INTACT_EIO,
				   "'%s' is not root's or ours, or others may write to it", name);
	return 0;
}

static int read_all(int fd, const char *name, const struct stat *st, size_t max, bool tail,
		    struct buf *out, struct intact_error *err)
{
	uint64_t size = (uint64_t)st->st_size, from = 0;
	size_t got = 0;

	if (size > max && !tail)
		return intact_fail(err, INTACT_EIO, "'%s' is larger than %zu bytes", name, max);
	if (size > max) {
		from = size - max;
		size = max;
	}
	buf_clear(out);
	if (!buf_reserve(out, (size_t)size + 1))
		return intact_fail_nomem(err);
	if (file_read_at(fd, out->data, (size_t)size, from, &got) != 0)
		return intact_fail_errno(err, "read '%s'", name);
	out->len = got;
	out->data[got] = '\0';
	return 0;
}

int beneath_open(int dirfd, const char *name, int *ret_fd, struct stat *ret_st,
		 struct intact_error *err)
{
	int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int rc;

	if (fd < 0)
		return errno == ENOENT ? 0 : intact_fail_errno(err, "open '%s'", name);
	rc = check_file(fd, name, &st, err);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	if (ret_st)
		*ret_st = st;
	return 1;
}

int beneath_read(int dirfd, const char *name, size_t max, bool tail, struct buf *out,
		 struct stat *ret_st, struct intact_error *err)
{
	struct stat st;
	int fd, rc = beneath_open(dirfd, name, &fd, &st, err);

	if (rc != 1)
		return rc;
	rc = read_all(fd, name, &st, max, tail, out, err);
	close(fd);
	if (rc < 0)
		return rc;
	if (ret_st)
		*ret_st = st;
	return 1;
}

/* Larger ones are not of this world. */
#define ACCOUNTS_MAX ((size_t)64 << 20)

int beneath_accounts(int rootfd, const char *name, struct buf *out, struct intact_error *err)
{
	struct intact_error why = { 0 };
	int etc, rc = beneath_folder(rootfd, "etc", true, &etc, &why);

	if (rc != 1)
		return 0;
	rc = beneath_read(etc, name, ACCOUNTS_MAX, false, out, NULL, &why);
	close(etc);
	return rc == INTACT_ENOMEM ? intact_fail_nomem(err) : 0;
}
