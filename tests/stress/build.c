/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * build: make what a shell is too slow or too polite for.
 *
 * Usage: build many DIR COUNT     COUNT files of one byte, f0000000 ...
 *        build deep DIR COUNT     COUNT directories, one in the other, and a file "leaf" at the end
 *        build undeep DIR         remove such a tree
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_byte(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, "1", 1);

	if (fd >= 0)
		close(fd);
	return n == 1 ? 0 : -1;
}

static int many(int dirfd, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		char name[24];

		snprintf(name, sizeof(name), "f%07lu", i);
		if (write_byte(dirfd, name) != 0)
			return -1;
	}
	return 0;
}

static int enter(int dirfd)
{
	int fd = openat(dirfd, "d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

	close(dirfd);
	return fd;
}

static int deep(int dirfd, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		if (mkdirat(dirfd, "d", 0755) != 0)
			return -1;
		dirfd = enter(dirfd);
		if (dirfd < 0)
			return -1;
	}
	return write_byte(dirfd, "leaf");
}

/* From the end back up: nothing may be remembered by its path, which is far too long. */
static int undeep(int dirfd)
{
	for (;;) {
		int fd = openat(dirfd, "d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

		if (fd < 0)
			break;
		close(dirfd);
		dirfd = fd;
	}
	unlinkat(dirfd, "leaf", 0);
	for (;;) {
		int up = openat(dirfd, "..", O_RDONLY | O_DIRECTORY);

		close(dirfd);
		if (up < 0 || unlinkat(up, "d", AT_REMOVEDIR) != 0)
			return 0;
		dirfd = up;
	}
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	int dirfd = argc > 2 ? open(argv[2], O_RDONLY | O_DIRECTORY) : -1;
	int rc = -1;

	if (dirfd < 0)
		return 2;
	if (strcmp(argv[1], "many") == 0)
		rc = many(dirfd, count);
	else if (strcmp(argv[1], "deep") == 0)
		rc = deep(dirfd, count);
	else if (strcmp(argv[1], "undeep") == 0)
		rc = undeep(dirfd);
	if (rc != 0)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
	return rc != 0;
}
