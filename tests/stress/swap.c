/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * swap: change what stands under names while somebody else walks them, until SIGTERM.
 *
 * Usage: swap exchange INSIDE OUTSIDE COUNT   exchange INSIDE/vN with OUTSIDE/vN, N below COUNT
 *        swap away INSIDE OUTSIDE COUNT       move INSIDE/vN to OUTSIDE/vN and back
 *
 * Prints how many names were exchanged or moved.  Where OUTSIDE/v0 is a FIFO, it is held open with
 * a byte in it, and "stolen" is printed if that byte is gone in the end: nobody may read a FIFO.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

struct swap {
	int in, out; /* directories */
	unsigned count;
	unsigned long done;
	uint32_t random;
};

/* Mostly as fast as it goes; now and then a pause, so that every window is hit at some time. */
static void pace(struct swap *s)
{
	struct timespec wait = { 0, 0 };

	s->random ^= s->random << 13;
	s->random ^= s->random >> 17;
	s->random ^= s->random << 5;
	if (s->random % 16)
		return;
	wait.tv_nsec = s->random / 16 % 100000;
	nanosleep(&wait, NULL);
}

static int exchange(struct swap *s, const char *name)
{
	return renameat2(s->in, name, s->out, name, RENAME_EXCHANGE);
}

static int away(struct swap *s, const char *name)
{
	if (renameat(s->in, name, s->out, name) != 0)
		return -1;
	pace(s);
	return renameat(s->out, name, s->in, name);
}

static int hold_fifo(const struct swap *s)
{
	struct stat st;
	int fd;

	if (fstatat(s->out, "v0", &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISFIFO(st.st_mode))
		return -1;
	fd = openat(s->out, "v0", O_RDWR | O_NONBLOCK);
	if (fd < 0 || write(fd, "x", 1) != 1)
		exit(2);
	return fd;
}

int main(int argc, char **argv)
{
	struct swap s = { .random = 1 };
	int (*act)(struct swap * s, const char *name);
	struct sigaction action = { .sa_handler = on_term };
	int fifo, left = 1;

	if (argc != 5)
		return 2;
	act = strcmp(argv[1], "away") == 0 ? away : exchange;
	s.in = open(argv[2], O_PATH | O_DIRECTORY);
	s.out = open(argv[3], O_PATH | O_DIRECTORY);
	s.count = (unsigned)strtoul(argv[4], NULL, 10);
	if (s.in < 0 || s.out < 0 || !s.count)
		return 2;
	sigaction(SIGTERM, &action, NULL);
	fifo = hold_fifo(&s);
	for (unsigned i = 0; !stop; i = (i + 1) % s.count) {
		char name[16];

		snprintf(name, sizeof(name), "v%u", i);
		if (act(&s, name) != 0) {
			fprintf(stderr, "%s %s: %s\n", argv[1], name, strerror(errno));
			return 2;
		}
		s.done++;
		pace(&s);
	}
	/* An even number of exchanges leaves everything where it was only by luck: nobody relies on
	 * it. */
	if (fifo >= 0 && (ioctl(fifo, FIONREAD, &left) != 0 || left != 1))
		puts("stolen");
	printf("%lu\n", s.done);
	return 0;
}
