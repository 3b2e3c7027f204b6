/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See file.h.
 */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* A finished run may rename the temporary file away while we open it; each round of this needs one
 * whole run to end just then, so a few are plenty. */
#define LOCK_ROUNDS 100
#define COPY_SIZE ((size_t)65536)

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "no regular file";
	}
}

int file_open_regular(const char *path, int *ret_fd, uint64_t *ret_size, struct intact_error *err)
{
	struct stat st;
	int fd, rc;

	/* A device must not even be opened (a tape would rewind), so look first; what is opened is
	 * looked at again. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return intact_fail(err, INTACT_EIO, "'%s' is %s, not a regular file", path,
				   type_name(st.st_mode));
	do
		fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return intact_fail_errno(err, "open '%s'", path);
	if (fstat(fd, &st) != 0)
		rc = intact_fail_errno(err, "stat '%s'", path);
	else if (!S_ISREG(st.st_mode))
		rc = intact_fail(err, INTACT_EIO, "'%s' is %s, not a regular file", path,
				 type_name(st.st_mode));
	else
		rc = 0;
	if (rc) {
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	*ret_size = (uint64_t)st.st_size;
	return 0;
}

int file_read_at(int fd, void *data, size_t len, uint64_t offset, size_t *ret_len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = pread(fd, (char *)data + got, len - got, (off_t)(offset + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_len = got;
	return 0;
}

int file_read(int fd, void *data, size_t len, size_t *ret_len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, (char *)data + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_len = got;
	return 0;
}

/* Whoever gave us a descriptor may have made it one that never blocks: then it is up to us to wait.
 * False if that is not why it failed, or a signal came. */
static bool wait_if_would_block(int fd, short events)
{
	const struct timespec moment = { 0, 10000000 };
	struct pollfd p = { .fd = fd, .events = events };

	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	if (poll(&p, 1, -1) > 0)
		return true;
	/* Behind the door of the sandbox nobody may ask. */
	return errno == EACCES && nanosleep(&moment, NULL) == 0;
}

int file_write(int fd, const void *data, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, (const char *)data + done, len - done);

		if (n < 0 && (wait_if_would_block(fd, POLLOUT) || errno == EINTR))
			continue;
		if (n < 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

bool file_is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* The directory of a path, and its last component.  False if the directory is not there. */
static bool place_of(const char *path, struct stat *ret_dir, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	bool found = dir && stat(dir, ret_dir) == 0;

	*ret_name = slash ? slash + 1 : path;
	free(dir);
	return found;
}

bool file_same_place(const char *a, const char *b)
{
	char *real_a = realpath(a, NULL), *real_b = realpath(b, NULL);
	struct stat dir_a, dir_b;
	const char *name_a, *name_b;
	bool same = place_of(real_a ? real_a : a, &dir_a, &name_a) &&
		    place_of(real_b ? real_b : b, &dir_b, &name_b) &&
		    dir_a.st_dev == dir_b.st_dev && dir_a.st_ino == dir_b.st_ino &&
		    strcmp(name_a, name_b) == 0;

	free(real_a);
	free(real_b);
	return same;
}

uid_t file_place_owner(const char *path)
{
	struct stat dir;
	const char *name;

	return place_of(path, &dir, &name) ? dir.st_uid : geteuid();
}

bool file_is_ours(const struct stat *st, mode_t forbidden)
{
	return (st->st_uid == 0 || st->st_uid == geteuid()) && !(st->st_mode & forbidden);
}

bool file_folder_is_ours(const struct stat *dir)
{
	return file_is_ours(dir, dir->st_mode & S_ISVTX ? 0 : S_IWGRP | S_IWOTH);
}

bool file_place_is_foreign(const char *path)
{
	struct stat dir;
	const char *name;

	return !place_of(path, &dir, &name) || !file_is_ours(&dir, S_IWGRP | S_IWOTH);
}

bool file_parent_is_safe(const char *path)
{
	struct stat dir;
	const char *name;

	return place_of(path, &dir, &name) && file_folder_is_ours(&dir);
}

/* The path is cut up. */
static bool are_safe_parents(char *path)
{
	char *slash;

	do {
		if (!file_parent_is_safe(path))
			return false;
		slash = strrchr(path, '/');
		if (slash)
			*slash = '\0';
	} while (slash && slash != path);
	return true;
}

bool file_way_is_safe(const char *path)
{
	char *real = realpath(path, NULL);
	char *written = strdup(path);
	bool safe = real && written && are_safe_parents(real) && are_safe_parents(written);

	free(real);
	free(written);
	return safe;
}

int file_temporary(struct intact_error *err)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && dir[0] == '/' ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = memfd_create("intact", MFD_CLOEXEC);
	if (fd < 0)
		return intact_fail_errno(err, "create a temporary file");
	return fd;
}

static int spool(int from, int to, uint64_t max, char *data, struct intact_error *err)
{
	uint64_t total = 0;

	for (;;) {
		ssize_t n = read(from, data, COPY_SIZE);
		size_t len = (size_t)n;

		if (n < 0 && wait_if_would_block(from, POLLIN))
			continue;
		/* Whoever waits for a pipe may wait for ever: a signal is the way out. */
		if (n < 0 && errno == EINTR)
			return intact_fail(err, INTACT_ESIGNAL, "read: stopped by a signal");
		if (n < 0)
			return intact_fail_errno(err, "read");
		if (n == 0)
			return 0;
		total += len;
		if (total > max)
			return intact_fail(err, INTACT_EIO, "more than %llu bytes",
					   (unsigned long long)max);
		if (file_write(to, data, len) != 0)
			return intact_fail_errno(err, "write a temporary file");
	}
}

int file_spool_to(int fd, uint64_t max, int to, struct intact_error *err)
{
	char *data = malloc(COPY_SIZE);
	int rc = data ? spool(fd, to, max, data, err) : intact_fail_nomem(err);

	free(data);
	return rc;
}

int file_spool(int fd, uint64_t max, int *ret_fd, struct intact_error *err)
{
	int to = file_temporary(err);
	int rc = to < 0 ? to : file_spool_to(fd, max, to, err);

	if (rc == 0)
		*ret_fd = to;
	else if (to >= 0)
		close(to);
	return rc;
}

/* Names: "DIR/NAME" and "DIR/.NAME.intact-tmp". */
static int new_names(struct file_new *f, const char *path, struct intact_error *err)
{
	const char *slash = strrchr(path, '/');
	int dirlen = slash ? (int)(slash - path) + 1 : 0;

	if (path[dirlen] == '\0')
		return intact_fail(err, INTACT_EIO, "'%s' is no name for a file", path);
	f->path = strdup(path);
	if (!f->path ||
	    asprintf(&f->tmp_path, "%.*s.%s.intact-tmp", dirlen, path, path + dirlen) < 0) {
		f->tmp_path = NULL;
		return intact_fail_nomem(err);
	}
	f->name = f->path + dirlen;
	f->tmp_name = f->tmp_path + dirlen;
	return 0;
}

static int new_directory(struct file_new *f, struct stat *ret_st, struct intact_error *err)
{
	size_t len = (size_t)(f->name - f->path);
	char *dir = len ? strndup(f->path, len) : strdup(".");
	int rc = 0;

	if (!dir)
		return intact_fail_nomem(err);
	f->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dirfd < 0 || fstat(f->dirfd, ret_st) != 0)
		rc = intact_fail_errno(err, "open directory '%s'", dir);
	else if ((ret_st->st_mode & 022) && !(ret_st->st_mode & S_ISVTX))
		rc = intact_fail(err, INTACT_EIO,
				 "directory '%s' is writable by %s: they could exchange the file",
				 dir, ret_st->st_mode & 02 ? "everybody" : "its group");
	free(dir);
	return rc;
}

/* What stands at the name.  Returns 1 for a link that leads on. */
static int new_target(struct file_new *f, const struct stat *dir, struct intact_error *err)
{
	bool shared = dir->st_mode & 022;
	struct stat st;

	if (fstatat(f->dirfd, f->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : intact_fail_errno(err, "stat '%s'", f->path);
	/* Where others may make names, a link may be theirs and lead to any file: it is replaced.
	 * Whoever has the folder may have the baseline, not what else we could write. */
	if (S_ISLNK(st.st_mode))
		return file_is_ours(dir, S_IWGRP | S_IWOTH);
	if (!S_ISREG(st.st_mode))
		return intact_fail(err, INTACT_EIO, "'%s' is %s, not a regular file", f->path,
				   type_name(st.st_mode));
	/* There, too, it may be somebody else's who waits for ours. */
	f->has_old = !shared;
	f->old_uid = st.st_uid;
	f->old_gid = st.st_gid;
	f->old_mode = st.st_mode & 0755;
	return 0;
}

/* Does the name still lead to the file that we have open?  Returns 1, 0 or an error. */
static int new_is_current(struct file_new *f, const struct stat *open, struct intact_error *err)
{
	struct stat st;

	if (fstatat(f->dirfd, f->tmp_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : intact_fail_errno(err, "stat '%s'", f->tmp_path);
	return st.st_dev == open->st_dev && st.st_ino == open->st_ino;
}

/* One try.  Returns 1 with the lock held, 0 if the file was renamed away meanwhile, or an error. */
static int new_lock(struct file_new *f, struct intact_error *err)
{
	struct stat st;
	int rc;

	f->fd = openat(f->dirfd, f->tmp_name,
		       O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return errno == EINTR ? 0 : intact_fail_errno(err, "create '%s'", f->tmp_path);
	if (fstat(f->fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", f->tmp_path);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink > 1)
		return intact_fail(err, INTACT_EIO,
				   "'%s' is in the way: not a regular file of ours with one name",
				   f->tmp_path);
	while (flock(f->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return intact_fail(err, INTACT_ELOCK, "another run is writing '%s'",
					   f->path);
		if (errno != EINTR)
			return intact_fail_errno(err, "lock '%s'", f->tmp_path);
	}
	rc = new_is_current(f, &st, err);
	if (rc == 0) {
		close(f->fd);
		f->fd = -1;
	}
	return rc;
}

static int new_temporary(struct file_new *f, struct intact_error *err)
{
	int rc = 0;

	for (int round = 0; rc == 0 && round < LOCK_ROUNDS; round++)
		rc = new_lock(f, err);
	if (rc < 0) {
		/* Not ours to remove. */
		if (f->fd >= 0)
			close(f->fd);
		f->fd = -1;
		return rc;
	}
	if (rc == 0)
		return intact_fail(err, INTACT_ELOCK, "another run is writing '%s'", f->path);
	if (fchmod(f->fd, 0600) != 0 || ftruncate(f->fd, 0) != 0)
		return intact_fail_errno(err, "prepare '%s'", f->tmp_path);
	return 0;
}

/* All but the temporary file.  Returns 1 for a link that leads on. */
static int new_place(struct file_new *f, const char *path, struct intact_error *err)
{
	struct stat dir = { 0 };
	int rc = new_names(f, path, err);

	if (rc == 0)
		rc = new_directory(f, &dir, err);
	return rc ? rc : new_target(f, &dir, err);
}

int file_new_open(struct file_new *f, const char *path, struct intact_error *err)
{
	struct file_new new = { .fd = -1, .dirfd = -1 };
	int rc = new_place(&new, path, err);

	if (rc == 1) {
		char *real = realpath(path, NULL);

		rc = real ? 0 : intact_fail_errno(err, "follow the link '%s'", path);
		file_new_release(&new);
		if (rc == 0)
			rc = new_place(&new, real, err);
		if (rc == 1)
			rc = intact_fail(err, INTACT_EIO, "'%s' became a link meanwhile", real);
		free(real);
	}
	if (rc == 0)
		rc = new_temporary(&new, err);
	if (rc == 0)
		*f = new;
	else
		file_new_release(&new);
	return rc;
}

/* close() is where some file systems report a failed write; the lock must outlive the rename, so
 * close a duplicate. */
static int close_checked(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -1 : close(copy);
}

/* Whoever could read the old file can read the new one; who may not give files away keeps it. */
static void take_over(const struct file_new *f)
{
	if (f->has_old && fchown(f->fd, f->old_uid, f->old_gid) == 0)
		(void)fchmod(f->fd, f->old_mode);
}

uint64_t file_room(int fd)
{
	struct statvfs fs;
	struct stat st;
	uint64_t blocks, room;

	/* Some file systems say zero of everything. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || fstatvfs(fd, &fs) != 0 || !fs.f_blocks ||
	    !fs.f_frsize)
		return UINT64_MAX;
	blocks = geteuid() == 0 ? fs.f_bfree : fs.f_bavail;
	if (__builtin_mul_overflow(blocks, fs.f_frsize, &room) ||
	    __builtin_add_overflow(room, (uint64_t)st.st_blocks * 512, &room))
		return UINT64_MAX;
	return room;
}

/* In one step where the file system can. */
static int rename_exclusive(const struct file_new *f)
{
	struct stat st;

	if (renameat2(f->dirfd, f->tmp_name, f->dirfd, f->name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (fstatat(f->dirfd, f->name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? renameat(f->dirfd, f->tmp_name, f->dirfd, f->name) : -1;
}

static int rename_new(const struct file_new *f)
{
	return f->exclusive ? rename_exclusive(f)
			    : renameat(f->dirfd, f->tmp_name, f->dirfd, f->name);
}

int file_new_commit(struct file_new *f, struct intact_error *err)
{
	int rc;

	do
		rc = fsync(f->fd);
	while (rc != 0 && errno == EINTR);
	if (rc != 0)
		return intact_fail_errno(err, "sync '%s'", f->tmp_path);
	if (close_checked(f->fd) != 0)
		return intact_fail_errno(err, "close '%s'", f->tmp_path);
	if (rename_new(f) != 0)
		return intact_fail_errno(err, "rename '%s' to '%s'", f->tmp_path, f->path);
	/* From here on the name under which we would remove it is not ours any more.  Not earlier:
	 * what a killed run leaves behind must be ours. */
	take_over(f);
	close(f->fd);
	f->fd = -1;
	if (fsync(f->dirfd) != 0)
		return intact_fail_errno(err, "'%s' is in its place, but sync its directory",
					 f->path);
	return 0;
}

void file_new_forget(struct file_new *f)
{
	if (!f->path)
		return;
	if (f->fd >= 0)
		close(f->fd);
	if (f->dirfd >= 0)
		close(f->dirfd);
	free(f->path);
	free(f->tmp_path);
	*f = (struct file_new){ .fd = -1, .dirfd = -1 };
}

void file_new_release(struct file_new *f)
{
	/* Ours as long as we hold the lock. */
	if (f->path && f->fd >= 0)
		unlinkat(f->dirfd, f->tmp_name, 0);
	file_new_forget(f);
}

int file_open_step(int dirfd, const char **at, int flags)
{
	size_t len = strcspn(*at, "/");
	char name[NAME_MAX + 1];

	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, *at, len);
	name[len] = '\0';
	*at += len + ((*at)[len] == '/');
	return openat(dirfd, name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A folder of ours in a sticky one, as /tmp: nobody else can have put it there. */
static bool is_kept(const struct stat *dir, const char *path)
{
	struct stat st;

	return file_folder_is_ours(dir) && lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       file_is_ours(&st, 0);
}

/* May the name that ends `path`, in the directory `dir`, be somebody else's doing? */
static bool may_be_trap(const char *dir, const char *path, bool last)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		return true;
	return !file_is_ours(&st, S_IWGRP | S_IWOTH) && (last || !is_kept(&st, path));
}

/* The length of what comes before the first name in `path` that may be a trap, or before the last
 * name.  The path is cut up meanwhile. */
static size_t trusted_part(char *path, bool *ret_foreign)
{
	size_t len = *path == '/';

	for (;;) {
		size_t end = len + strcspn(path + len, "/");
		char *dir = len ? strndup(path, len) : strdup(".");
		bool last = !path[end];

		path[end] = '\0';
		*ret_foreign = !dir || may_be_trap(dir, path, last);
		path[end] = last ? '\0' : '/';
		free(dir);
		if (*ret_foreign || last)
			return len;
		len = end + strspn(path + end, "/");
	}
}

/* The directory of the last name in `path`, through no link behind its first `trusted` bytes.
 * *ret_name: that last name. */
static int open_place(const char *path, size_t trusted, const char **ret_name)
{
	char *part = strndup(path, trusted);
	int fd = part ? open(trusted ? part : ".", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	free(part);
	path += trusted;
	while (fd >= 0 && strchr(path, '/')) {
		int next = file_open_step(fd, &path, O_PATH);
		int failed = errno;

		close(fd);
		errno = failed;
		fd = next;
		path += strspn(path, "/");
	}
	*ret_name = path;
	return fd;
}

int file_open_untrapped(const char *path, int flags, mode_t mode, bool *ret_foreign,
			struct stat *ret_dir)
{
	char *way = strdup(path);
	int dirfd = -1, fd = -1, failed;
	size_t trusted;

	*ret_foreign = false;
	if (!way)
		return -1;
	trusted = trusted_part(way, ret_foreign);
	free(way);
	if (!*ret_foreign)
		return open(path, flags, mode);
	dirfd = open_place(path, trusted, &path);
	if (dirfd < 0)
		return -1;
	if (fstat(dirfd, ret_dir) == 0)
		fd = openat(dirfd, path, flags | O_NOFOLLOW, mode);
	failed = errno;
	close(dirfd);
	errno = failed;
	return fd;
}
