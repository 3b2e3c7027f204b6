/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See record.h.
 */

#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Past the hands of meddle.c: the numbers of calls are to be as without a record. */
long __real_syscall(long what, ...);
#define raw __real_syscall

static int record_fd = -1;

void record_start(int fd)
{
	record_fd = fd;
}

static bool look(int dirfd, const char *path, int flags, struct stat *st)
{
	return raw(SYS_newfstatat, dirfd, path, st, flags) == 0;
}

static uint64_t inode(int fd)
{
	struct stat st;

	/* Pipes and terminals are no disk. */
	return look(fd, "", AT_EMPTY_PATH, &st) && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		       ? st.st_ino
		       : 0;
}

/* The folder that a path is in, and its last part. */
static uint64_t folder(int dirfd, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char dir[4096] = ".";
	struct stat st;

	*ret_name = slash ? slash + 1 : path;
	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path) + 1, path);
	return look(dirfd, dir, 0, &st) ? st.st_ino : 0;
}

__attribute__((format(printf, 1, 2))) static void put(const char *fmt, ...)
{
	char line[8192];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (raw(SYS_write, record_fd, line, (size_t)len) != len)
		abort();
}

void record_create(int fd, int dirfd, const char *path)
{
	int kept = errno;
	const char *name;
	uint64_t dir;

	if (record_fd < 0)
		return;
	dir = folder(dirfd, path, &name);
	put("create %" PRIu64 " %" PRIu64 " %s\n", inode(fd), dir, name);
	errno = kept;
}

/* Long ones in pieces. */
void record_write(int fd, const void *data, size_t len, uint64_t offset)
{
	const unsigned char *bytes = data;
	uint64_t id = record_fd < 0 ? 0 : inode(fd);
	int kept = errno;

	for (size_t done = 0; id && done < len;) {
		char hex[2 * 2048 + 1];
		size_t n = len - done < 2048 ? len - done : 2048;

		for (size_t i = 0; i < n; i++)
			snprintf(hex + 2 * i, 3, "%02x", bytes[done + i]);
		put("write %" PRIu64 " %" PRIu64 " %s\n", id, offset + done, hex);
		done += n;
	}
	errno = kept;
}

void record_truncate(int fd, uint64_t len)
{
	if (record_fd >= 0)
		put("truncate %" PRIu64 " %" PRIu64 "\n", inode(fd), len);
}

void record_sync(int fd)
{
	if (record_fd >= 0)
		put("sync %" PRIu64 "\n", inode(fd));
}

void record_rename(int dirfd, const char *old, const char *new)
{
	const char *old_name, *new_name;
	uint64_t dir;

	if (record_fd < 0)
		return;
	folder(dirfd, old, &old_name);
	dir = folder(dirfd, new, &new_name);
	put("rename %" PRIu64 " %s %s\n", dir, old_name, new_name);
}

void record_unlink(int dirfd, const char *path)
{
	const char *name;
	uint64_t dir;

	if (record_fd < 0)
		return;
	dir = folder(dirfd, path, &name);
	put("unlink %" PRIu64 " %s\n", dir, name);
}
