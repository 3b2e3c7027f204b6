/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * churn: keep one file restless until SIGTERM.
 *
 * Usage: churn MODE FILE
 *	rewrite   other content of the same length, in place: a page at a time, 64 KiB apart
 *	cover     the same, and the old mtime put back each time
 *	truncate  to nothing and to its full length again
 *	grow      append; cut back at 8 MiB
 *	link      give it another name, and take that away
 *	vanish    remove it and make it anew
 *	replace   rename another file over it
 *	chmod     between two modes
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE 4096
#define PAGES 16
#define STRIDE 65536
#define LETTERS 4
#define GROWN (8L << 20)

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

struct churn {
	const char *path;
	char other[4096]; /* a name beside it */
	char data[SIZE];
	struct stat st;
	unsigned round;
};

static int write_all(const char *path, const char *data, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, data, SIZE);

	if (fd >= 0)
		close(fd);
	return n == SIZE ? 0 : -1;
}

static void fill(struct churn *c)
{
	memset(c->data, 'a' + (int)(c->round % LETTERS), SIZE);
}

static int churn_rewrite(struct churn *c)
{
	int fd = open(c->path, O_WRONLY);
	bool ok = fd >= 0;

	fill(c);
	for (int i = 0; i < PAGES && ok; i++)
		ok = pwrite(fd, c->data, SIZE, (off_t)i * STRIDE) == SIZE;
	if (fd >= 0)
		close(fd);
	return ok ? 0 : -1;
}

static int churn_cover(struct churn *c)
{
	struct timespec times[2] = { c->st.st_atim, c->st.st_mtim };

	if (churn_rewrite(c) != 0)
		return -1;
	return utimensat(AT_FDCWD, c->path, times, 0);
}

static int churn_truncate(struct churn *c)
{
	return truncate(c->path, c->round % 2 ? c->st.st_size : 0);
}

static int churn_grow(struct churn *c)
{
	struct stat st;

	if (stat(c->path, &st) == 0 && st.st_size > GROWN && truncate(c->path, SIZE) != 0)
		return -1;
	return write_all(c->path, c->data, O_APPEND);
}

static int churn_link(struct churn *c)
{
	if (link(c->path, c->other) != 0)
		return -1;
	return unlink(c->other);
}

static int churn_vanish(struct churn *c)
{
	if (unlink(c->path) != 0)
		return -1;
	return write_all(c->path, c->data, 0);
}

static int churn_replace(struct churn *c)
{
	fill(c);
	if (write_all(c->other, c->data, O_TRUNC) != 0)
		return -1;
	return rename(c->other, c->path);
}

static int churn_chmod(struct churn *c)
{
	return chmod(c->path, c->round % 2 ? 0644 : 0640);
}

static const struct {
	const char *name;
	int (*act)(struct churn *c);
} modes[] = {
	{ "rewrite", churn_rewrite }, { "cover", churn_cover }, { "truncate", churn_truncate },
	{ "grow", churn_grow },	      { "link", churn_link },	{ "vanish", churn_vanish },
	{ "replace", churn_replace }, { "chmod", churn_chmod },
};

int main(int argc, char **argv)
{
	static struct churn c;
	struct sigaction action = { .sa_handler = on_term };
	int (*act)(struct churn * c) = NULL;

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) == 0)
			act = modes[i].act;
	}
	c.path = argv[2];
	if (!act || stat(c.path, &c.st) != 0)
		return 2;
	/* The other name must not be one that the rules select. */
	snprintf(c.other, sizeof(c.other), "%s~", c.path);
	memset(c.data, 'x', SIZE);
	sigaction(SIGTERM, &action, NULL);
	for (; !stop; c.round++) {
		if (act(&c) != 0) {
			fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
			return 2;
		}
	}
	printf("%u\n", c.round);
	return 0;
}
