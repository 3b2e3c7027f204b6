/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * meddle: the program, linked so that somebody has a hand in each of its system calls (by --wrap:
 * in ours, not in those that libraries make by themselves).
 *
 * All calls of one run are counted from 1, over its processes and threads; those of a parent behind
 * its fork from PARENT_AT, so that the child's have the same numbers in each run.  What is done is
 * said by variables of the environment:
 *
 *   MEDDLE_TRACE=FILE    append a line for each call: its number, its name, "writes" or "reads",
 *                        and the errors it may give here
 *   MEDDLE_AT=N          at call N do one of these:
 *   MEDDLE_ERROR=NAME      let it fail; SHORT: one byte is read or written, and no more
 *   MEDDLE_KILL=WHEN       kill the process group, "before" the call or "after"
 *   MEDDLE_SWAP=A:B:NAME   exchange A/NAME with B/NAME before the call, and back before call
 *                          N + MEDDLE_FOR, at the latest at the end
 *   MEDDLE_AWAY=A:B:NAME   the same with moving A/NAME to B/NAME and back
 *   MEDDLE_CALL=NAME     only if call N has this name
 *   MEDDLE_NEVER=NAME    the kernel does not know this call
 *   MEDDLE_CLOCK=SECONDS  the clock of the day differs by so much
 *   MEDDLE_RECORD=FILE   write down what is done to disks, for powercut.c (see record.h)
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <dirent.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

/* Not an errno: one byte is moved. */
#define SHORT 10000

/* Past our own hands. */
long __real_syscall(long what, ...);
#define raw __real_syscall

/* Out of the way of the program's own descriptors, whose numbers are to be as ever. */
#define HIGH_FD 200

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "EACCES", EACCES },	{ "EAGAIN", EAGAIN }, { "EDQUOT", EDQUOT }, { "EINTR", EINTR },
	{ "EIO", EIO },		{ "EISDIR", EISDIR }, { "EMFILE", EMFILE }, { "ENFILE", ENFILE },
	{ "ENOENT", ENOENT },	{ "ENOMEM", ENOMEM }, { "ENOSPC", ENOSPC }, { "ENOSYS", ENOSYS },
	{ "ENOTSUP", ENOTSUP }, { "EPERM", EPERM },   { "EROFS", EROFS },   { "ESTALE", ESTALE },
	{ "SHORT", SHORT },
};
#define NERRORS (sizeof(errors) / sizeof(errors[0]))

#define PARENT_AT 1000000

/* One for all processes of the run. */
struct shared {
	_Atomic unsigned long calls, parent_calls;
	_Atomic bool swapped;
};

static struct shared *shared;
static unsigned long at, until;
static const char *only, *never;
static int give, trace = -1, in = -1, out = -1;
static const char *kill_when;
static char swap_name[256];
static bool away, is_parent;
static long clock_off;

/* ---- set-up ---------------------------------------------------------------------------------- */

static unsigned long number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

static int high(int fd)
{
	int moved = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);

	if (fd >= 0)
		raw(SYS_close, fd);
	return moved;
}

static int open_high(const char *path, int flags)
{
	return high((int)raw(SYS_openat, AT_FDCWD, path, flags, 0600));
}

static void parse_swap(const char *value)
{
	char a[4096], b[4096];

	if (sscanf(value, "%4095[^:]:%4095[^:]:%255[^:]", a, b, swap_name) != 3)
		abort();
	in = open_high(a, O_PATH | O_DIRECTORY);
	out = open_high(b, O_PATH | O_DIRECTORY);
	if (in < 0 || out < 0)
		abort();
}

static int error_number(const char *name)
{
	for (size_t i = 0; i < NERRORS; i++) {
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].number;
	}
	abort();
}

__attribute__((constructor)) static void start(void)
{
	const char *swap = getenv("MEDDLE_SWAP"), *file = getenv("MEDDLE_TRACE");

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		abort();
	at = number("MEDDLE_AT");
	only = getenv("MEDDLE_CALL");
	never = getenv("MEDDLE_NEVER");
	clock_off = getenv("MEDDLE_CLOCK") ? strtol(getenv("MEDDLE_CLOCK"), NULL, 10) : 0;
	kill_when = getenv("MEDDLE_KILL");
	give = getenv("MEDDLE_ERROR") ? error_number(getenv("MEDDLE_ERROR")) : 0;
	if (kill_when)
		setpgid(0, 0);
	if (file)
		trace = open_high(file, O_WRONLY | O_CREAT | O_APPEND);
	away = !swap && getenv("MEDDLE_AWAY");
	if (away)
		swap = getenv("MEDDLE_AWAY");
	if (swap)
		parse_swap(swap);
	until = getenv("MEDDLE_FOR") ? at + number("MEDDLE_FOR") : 0;
	if (getenv("MEDDLE_RECORD"))
		record_start(open_high(getenv("MEDDLE_RECORD"),
				       O_WRONLY | O_CREAT | O_TRUNC | O_APPEND));
}

/* ---- what is done ---------------------------------------------------------------------------- */

static void swap(void)
{
	bool back = atomic_exchange(&shared->swapped, !shared->swapped);
	int kept = errno;

	if (!away)
		raw(SYS_renameat2, in, swap_name, out, swap_name, RENAME_EXCHANGE);
	else if (back)
		raw(SYS_renameat2, out, swap_name, in, swap_name, 0);
	else
		raw(SYS_renameat2, in, swap_name, out, swap_name, 0);
	errno = kept;
}

__attribute__((destructor)) static void end(void)
{
	if (in >= 0 && shared->swapped)
		swap();
}

static void write_trace(unsigned long n, const char *name, bool writes, const char *may)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "%lu %s %s %s\n", n, name,
			   writes ? "writes" : "reads", may);

	if (raw(SYS_write, trace, line, (size_t)len) != len)
		abort();
}

static void die(const char *when)
{
	if (kill_when && strcmp(kill_when, when) == 0)
		kill(0, SIGKILL);
}

/* What is to happen to one call: 0 nothing, an errno, or SHORT.  *ret_n: its number. */
static int meddle(const char *name, bool writes, const char *may, unsigned long *ret_n)
{
	unsigned long n = is_parent ? PARENT_AT + atomic_fetch_add(&shared->parent_calls, 1)
				    : atomic_fetch_add(&shared->calls, 1) + 1;

	*ret_n = n;
	if (trace >= 0)
		write_trace(n, name, writes, may);
	if (in >= 0 && (n == at || n == until))
		swap();
	if (never && strcmp(never, name) == 0)
		return ENOSYS;
	if (n != at || (only && strcmp(only, name) != 0))
		return 0;
	die("before");
	return give;
}

static void done(unsigned long n)
{
	if (n == at)
		die("after");
}

/* Not an argument's bit but a word of the trace. */
#define READS false
#define WRITES true

/* A call of which nothing else need be known.  `bad`: what it returns on failure. */
#define WRAP(type, bad, name, writes, may, params, args) \
	type __real_##name params;                       \
	type __wrap_##name params;                       \
	type __wrap_##name params                        \
	{                                                \
		unsigned long n;                         \
		int e = meddle(#name, writes, may, &n);  \
		type r = bad;                            \
                                                         \
		if (e)                                   \
			errno = e;                       \
		else                                     \
			r = __real_##name args;          \
		done(n);                                 \
		return r;                                \
	}

/* ---- looking --------------------------------------------------------------------------------- */

#define LOOK "EACCES EIO ENOENT ENOMEM ESTALE"
#define LOOK_AT_OPEN "EIO ENOMEM ESTALE"

WRAP(int, -1, stat, READS, LOOK, (const char *path, struct stat *st), (path, st))
WRAP(int, -1, lstat, READS, LOOK, (const char *path, struct stat *st), (path, st))
WRAP(int, -1, fstat, READS, LOOK_AT_OPEN, (int fd, struct stat *st), (fd, st))
WRAP(int, -1, fstatat, READS, LOOK, (int dir, const char *path, struct stat *st, int flags),
     (dir, path, st, flags))
WRAP(int, -1, statx, READS, LOOK,
     (int dir, const char *path, int flags, unsigned mask, struct statx *st),
     (dir, path, flags, mask, st))
WRAP(int, -1, fstatfs, READS, LOOK_AT_OPEN, (int fd, struct statfs *st), (fd, st))
WRAP(int, -1, access, READS, LOOK, (const char *path, int mode), (path, mode))
WRAP(ssize_t, -1, readlink, READS, LOOK, (const char *path, char *to, size_t size),
     (path, to, size))
WRAP(ssize_t, -1, readlinkat, READS, LOOK, (int dir, const char *path, char *to, size_t size),
     (dir, path, to, size))
WRAP(char *, NULL, realpath, READS, LOOK, (const char *path, char *to), (path, to))
WRAP(ssize_t, -1, flistxattr, READS, "EIO ENOMEM ESTALE", (int fd, char *to, size_t size),
     (fd, to, size))
WRAP(ssize_t, -1, listxattr, READS, "EACCES EIO ENOMEM ESTALE",
     (const char *path, char *to, size_t size), (path, to, size))
WRAP(ssize_t, -1, fgetxattr, READS, "EIO ENOMEM ESTALE",
     (int fd, const char *name, void *to, size_t size), (fd, name, to, size))
WRAP(ssize_t, -1, getxattr, READS, "EACCES EIO ENOMEM ESTALE",
     (const char *path, const char *name, void *to, size_t size), (path, name, to, size))
WRAP(off_t, -1, lseek, READS, "EIO", (int fd, off_t to, int from), (fd, to, from))
WRAP(DIR *, NULL, opendir, READS, "EACCES EIO EMFILE ENOENT ENOMEM", (const char *path), (path))
WRAP(struct dirent *, NULL, readdir, READS, "EIO", (DIR * dir), (dir))
WRAP(int, -1, scandir, READS, "EACCES EIO EMFILE ENOENT ENOMEM",
     (const char *path, struct dirent ***to, int (*filter)(const struct dirent *),
      int (*order)(const struct dirent **, const struct dirent **)),
     (path, to, filter, order))

/* ---- the clock ------------------------------------------------------------------------------- */

int __real_clock_gettime(clockid_t id, struct timespec *to);
int __wrap_clock_gettime(clockid_t id, struct timespec *to);
time_t __wrap_time(time_t *to);

int __wrap_clock_gettime(clockid_t id, struct timespec *to)
{
	int r = __real_clock_gettime(id, to);

	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		to->tv_sec += clock_off;
	return r;
}

time_t __wrap_time(time_t *to)
{
	struct timespec now;

	__wrap_clock_gettime(CLOCK_REALTIME, &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}

/* ---- processes and descriptors --------------------------------------------------------------- */

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
	unsigned long n;
	int e = meddle("fork", READS, "EAGAIN ENOMEM", &n);
	pid_t r = -1;

	if (e)
		errno = e;
	else
		r = __real_fork();
	is_parent = is_parent || r > 0;
	return r;
}

WRAP(int, -1, pipe2, READS, "EMFILE ENFILE", (int fds[2], int flags), (fds, flags))
WRAP(int, -1, socket, READS, "EMFILE ENOMEM", (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(int, -1, connect, READS, "EACCES ENOENT", (int fd, const struct sockaddr *to, socklen_t len),
     (fd, to, len))
/* These return the error. */
WRAP(int, e, pthread_create, READS, "EAGAIN",
     (pthread_t * thread, const pthread_attr_t *attr, void *(*f)(void *), void *arg),
     (thread, attr, f, arg))
WRAP(int, e, posix_spawn, READS, "EAGAIN ENOENT ENOMEM",
     (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
      const posix_spawnattr_t *attr, char *const *argv, char *const *envp),
     (pid, path, actions, attr, argv, envp))
WRAP(int, -1, memfd_create, READS, "EMFILE ENOMEM", (const char *name, unsigned flags),
     (name, flags))

/* ---- what libraries do at once -------------------------------------------------------------- */

WRAP(FILE *, NULL, fopen, READS, "EACCES EIO EMFILE ENOENT ENOMEM",
     (const char *path, const char *mode), (path, mode))
WRAP(FILE *, NULL, fdopen, READS, "ENOMEM", (int fd, const char *mode), (fd, mode))
WRAP(FILE *, NULL, open_memstream, READS, "ENOMEM", (char **to, size_t *size), (to, size))
WRAP(int, EOF, fflush, WRITES, "EDQUOT EIO ENOSPC", (FILE * f), (f))

int __real_fclose(FILE *f);
int __wrap_fclose(FILE *f);

int __wrap_fclose(FILE *f)
{
	unsigned long n;
	int e = meddle("fclose", WRITES, "EDQUOT EIO ENOSPC", &n);
	int r = __real_fclose(f);

	if (e) {
		errno = e;
		r = EOF;
	}
	done(n);
	return r;
}

/* ---- opening --------------------------------------------------------------------------------- */

#define OPEN "EACCES EINTR EIO EMFILE ENOENT ENOMEM ESTALE"
#define CREATE "EACCES EDQUOT EINTR EIO EMFILE ENOMEM ENOSPC EROFS"
#define CREATES(flags) (((flags) & (O_CREAT | O_TMPFILE) & ~O_DIRECTORY) != 0)

static mode_t mode_of(int flags, va_list args)
{
	return CREATES(flags) ? va_arg(args, mode_t) : 0;
}

int __wrap_openat(int dir, const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

static int opened(const char *name, int dir, const char *path, int flags, mode_t mode)
{
	unsigned long n;
	bool creates = CREATES(flags);
	int e = meddle(name, creates, creates ? CREATE : OPEN, &n);
	int r = -1;

	if (e)
		errno = e;
	else
		r = __real_openat(dir, path, flags, mode);
	if (r >= 0 && creates)
		record_create(r, dir, path);
	done(n);
	return r;
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return opened("openat", dir, path, flags, mode);
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return opened("open", AT_FDCWD, path, flags, mode);
}

/* ---- reading --------------------------------------------------------------------------------- */

ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len);
ssize_t __real_pread(int fd, void *to, size_t len, off_t offset);
ssize_t __wrap_pread(int fd, void *to, size_t len, off_t offset);
ssize_t __real_preadv2(int fd, const struct iovec *to, int n, off_t offset, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *to, int n, off_t offset, int flags);

static size_t shortened(size_t len, int e)
{
	return e == SHORT && len > 1 ? 1 : len;
}

ssize_t __wrap_read(int fd, void *to, size_t len)
{
	unsigned long n;
	int e = meddle("read", READS, "EINTR EIO EISDIR ESTALE SHORT", &n);

	if (e && e != SHORT) {
		errno = e;
		return -1;
	}
	return __real_read(fd, to, shortened(len, e));
}

ssize_t __wrap_pread(int fd, void *to, size_t len, off_t offset)
{
	unsigned long n;
	int e = meddle("pread", READS, "EINTR EIO ENOMEM ESTALE SHORT", &n);

	if (e && e != SHORT) {
		errno = e;
		return -1;
	}
	return __real_pread(fd, to, shortened(len, e), offset);
}

ssize_t __wrap_preadv2(int fd, const struct iovec *to, int count, off_t offset, int flags)
{
	unsigned long n;
	int e = meddle("preadv2", READS, "EAGAIN EINTR EIO ENOMEM ENOTSUP ESTALE SHORT", &n);
	struct iovec first = *to;

	if (e && e != SHORT) {
		errno = e;
		return -1;
	}
	if (!e)
		return __real_preadv2(fd, to, count, offset, flags);
	first.iov_len = shortened(first.iov_len, e);
	return __real_preadv2(fd, &first, 1, offset, flags);
}

/* ---- writing --------------------------------------------------------------------------------- */

#define FULL "EDQUOT EINTR EIO ENOSPC SHORT"

ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
ssize_t __real_pwrite(int fd, const void *data, size_t len, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);
int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);
int __real_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __real_close(int fd);
int __wrap_close(int fd);

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	unsigned long n;
	int e = meddle("write", WRITES, FULL, &n);
	off_t offset = (off_t)raw(SYS_lseek, fd, 0, SEEK_CUR);
	ssize_t r = -1;

	if (e && e != SHORT)
		errno = e;
	else
		r = __real_write(fd, data, shortened(len, e));
	if (r > 0 && offset >= 0)
		record_write(fd, data, (size_t)r, (uint64_t)offset);
	done(n);
	return r;
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t len, off_t offset)
{
	unsigned long n;
	int e = meddle("pwrite", WRITES, FULL, &n);
	ssize_t r = -1;

	if (e && e != SHORT)
		errno = e;
	else
		r = __real_pwrite(fd, data, shortened(len, e), offset);
	if (r > 0)
		record_write(fd, data, (size_t)r, (uint64_t)offset);
	done(n);
	return r;
}

int __wrap_fsync(int fd)
{
	unsigned long n;
	int e = meddle("fsync", WRITES, "EDQUOT EINTR EIO ENOSPC", &n), r = -1;

	if (e)
		errno = e;
	else
		r = __real_fsync(fd);
	if (r == 0)
		record_sync(fd);
	done(n);
	return r;
}

int __wrap_ftruncate(int fd, off_t len)
{
	unsigned long n;
	int e = meddle("ftruncate", WRITES, "EDQUOT EINTR EIO ENOSPC", &n), r = -1;

	if (e)
		errno = e;
	else
		r = __real_ftruncate(fd, len);
	if (r == 0)
		record_truncate(fd, (uint64_t)len);
	done(n);
	return r;
}

int __wrap_renameat(int from, const char *old, int to, const char *new)
{
	unsigned long n;
	int e = meddle("renameat", WRITES, "EACCES EDQUOT EIO ENOMEM ENOSPC EROFS", &n), r = -1;

	if (e)
		errno = e;
	else
		r = __real_renameat(from, old, to, new);
	if (r == 0)
		record_rename(from, old, new);
	done(n);
	return r;
}

int __wrap_unlinkat(int dir, const char *path, int flags)
{
	unsigned long n;
	int e = meddle("unlinkat", WRITES, "EACCES EIO ENOMEM EROFS", &n), r = -1;

	if (e)
		errno = e;
	else
		r = __real_unlinkat(dir, path, flags);
	if (r == 0)
		record_unlink(dir, path);
	done(n);
	return r;
}

WRAP(int, -1, link, WRITES, "EACCES EIO ENOSPC EPERM EROFS", (const char *old, const char *new),
     (old, new))

int __wrap_unlink(const char *path)
{
	unsigned long n;
	int e = meddle("unlink", WRITES, "EACCES EIO ENOMEM EROFS", &n), r = -1;

	if (e)
		errno = e;
	else
		r = __real_unlink(path);
	if (r == 0)
		record_unlink(AT_FDCWD, path);
	done(n);
	return r;
}

WRAP(int, -1, fchmod, WRITES, "EIO EPERM EROFS", (int fd, mode_t mode), (fd, mode))
WRAP(int, -1, fchown, WRITES, "EDQUOT EIO EPERM EROFS", (int fd, uid_t uid, gid_t gid),
     (fd, uid, gid))
WRAP(int, -1, flock, WRITES, "EINTR ENOMEM", (int fd, int how), (fd, how))
WRAP(int, -1, mkdir, WRITES, "EACCES EDQUOT EIO ENOMEM ENOSPC EROFS",
     (const char *path, mode_t mode), (path, mode))
WRAP(int, -1, mkostemp, WRITES, CREATE, (char *path, int flags), (path, flags))

/* It is closed in any case, as in Linux. */
int __wrap_close(int fd)
{
	unsigned long n;
	int e = meddle("close", WRITES, "EDQUOT EINTR EIO ENOSPC", &n);
	int r = __real_close(fd);

	if (e) {
		errno = e;
		r = -1;
	}
	done(n);
	return r;
}

/* ---- those with a list of arguments ------------------------------------------------------------
 */

int __real_ioctl(int fd, unsigned long what, ...);
int __wrap_ioctl(int fd, unsigned long what, ...);
long __wrap_syscall(long what, ...);

int __wrap_ioctl(int fd, unsigned long what, ...)
{
	unsigned long n;
	int e = meddle("ioctl", READS, "EIO ENOMEM ENOTSUP ESTALE", &n);
	va_list args;
	void *arg;

	va_start(args, what);
	arg = va_arg(args, void *);
	va_end(args);
	if (e) {
		errno = e;
		return -1;
	}
	return __real_ioctl(fd, what, arg);
}

static const char *syscall_name(long what, const char **ret_may)
{
	*ret_may = "EPERM ENOMEM ENOSYS";
	switch (what) {
	case SYS_getdents64:
		*ret_may = "EACCES EIO ENOENT ENOMEM ESTALE";
		return "getdents64";
	case SYS_ioprio_get:
	case SYS_ioprio_set:
		return "ioprio";
#ifdef SYS_open_tree
	case SYS_open_tree:
		return "open_tree";
#endif
#ifdef SYS_mount_setattr
	case SYS_mount_setattr:
		return "mount_setattr";
#endif
	default:
		return "syscall";
	}
}

long __wrap_syscall(long what, ...)
{
	unsigned long n;
	const char *may, *name = syscall_name(what, &may);
	int e = meddle(name, READS, may, &n);
	va_list args;
	long a[6];

	va_start(args, what);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (e) {
		errno = e;
		return -1;
	}
	return raw(what, a[0], a[1], a[2], a[3], a[4], a[5]);
}
