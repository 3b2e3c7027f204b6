/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * calls: what the system calls cost that a small file takes, so that what is missing to a target
 * can be told from what could be saved.
 *
 * Usage: calls FILE   prints "cost_NAME_us N" lines: CPU time of one call, the best of some rounds.
 */

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 9
#define CALLS 50000

static const char *path;
static int fd;
static char buffer[4096];

static void call_nothing(void)
{
	syscall(SYS_getppid);
}

static void call_open_close(void)
{
	close(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

static void call_statx(void)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st) != 0)
		perror("statx");
}

static void call_flistxattr(void)
{
	if (flistxattr(fd, buffer, sizeof(buffer)) < 0)
		perror("flistxattr");
}

static void call_getflags(void)
{
	unsigned flags;

	/* Not every file system has them; the call costs the same. */
	(void)ioctl(fd, FS_IOC_GETFLAGS, &flags);
}

static void call_read(void)
{
	if (pread(fd, buffer, sizeof(buffer), 0) < 0)
		perror("read");
}

static void call_read_end(void)
{
	if (pread(fd, buffer, sizeof(buffer), sizeof(buffer)) < 0)
		perror("read");
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{ "nothing", call_nothing },	  { "open_close", call_open_close },
	{ "statx", call_statx },	  { "flistxattr", call_flistxattr },
	{ "getflags", call_getflags },	  { "read", call_read },
	{ "read_at_end", call_read_end },
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double cost(void (*call)(void))
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now(), took;

		for (int i = 0; i < CALLS; i++)
			call();
		took = (now() - start) / CALLS;
		if (round == 0 || took < best)
			best = took;
	}
	return best;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	path = argv[1];
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		return 1;
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		printf("cost_%s_us %.3f\n", calls[i].name, cost(calls[i].call));
	close(fd);
	return 0;
}
