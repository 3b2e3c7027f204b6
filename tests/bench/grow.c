/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * grow: trees to measure on.
 *
 * Usage: grow small DIR COUNT BYTES   COUNT files, a hundred in a directory, a hundred directories
 *                                     in one above
 *        grow names DIR COUNT         COUNT empty files in DIR itself
 *        grow huge DIR COUNT BYTES    COUNT files that no file system can compress or share
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)

static uint64_t state = 88172645463325252u;

static void fill(void *buffer, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		memcpy((char *)buffer + i, &state, len - i < 8 ? len - i : 8);
	}
}

static bool write_file(int dir, const char *name, void *buffer, uint64_t bytes)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool good = fd >= 0;

	while (good && bytes) {
		size_t n = bytes < CHUNK ? (size_t)bytes : CHUNK;

		fill(buffer, n);
		good = write(fd, buffer, n) == (ssize_t)n;
		bytes -= n;
	}
	return fd >= 0 && close(fd) == 0 && good;
}

static int make_dir(int dir, const char *name)
{
	if (mkdirat(dir, name, 0755) != 0)
		return -1;
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool grow_small(int top, uint64_t count, uint64_t bytes, void *buffer)
{
	int upper = -1, lower = -1;
	char name[32];
	bool good = true;

	for (uint64_t i = 0; i < count && good; i++) {
		if (i % 10000 == 0) {
			if (upper >= 0)
				close(upper);
			snprintf(name, sizeof(name), "part-%04u", (unsigned)(i / 10000));
			upper = make_dir(top, name);
		}
		if (i % 100 == 0) {
			if (lower >= 0)
				close(lower);
			snprintf(name, sizeof(name), "box-%02u", (unsigned)(i / 100 % 100));
			lower = make_dir(upper, name);
		}
		snprintf(name, sizeof(name), "item-%02u.txt", (unsigned)(i % 100));
		good = lower >= 0 && write_file(lower, name, buffer, bytes);
	}
	if (lower >= 0)
		close(lower);
	if (upper >= 0)
		close(upper);
	return good;
}

static bool grow_flat(int top, const char *prefix, uint64_t count, uint64_t bytes, void *buffer)
{
	char name[32];
	bool good = true;

	for (uint64_t i = 0; i < count && good; i++) {
		snprintf(name, sizeof(name), "%s-%08llu", prefix, (unsigned long long)i);
		good = write_file(top, name, buffer, bytes);
	}
	return good;
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	uint64_t bytes = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	void *buffer = malloc(CHUNK);
	bool good = false;
	int top;

	if (argc < 4 || !buffer)
		return 2;
	top = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0) {
		perror(argv[2]);
		return 1;
	}
	if (strcmp(argv[1], "small") == 0)
		good = grow_small(top, count, bytes, buffer);
	else if (strcmp(argv[1], "names") == 0)
		good = grow_flat(top, "name", count, 0, buffer);
	else if (strcmp(argv[1], "huge") == 0)
		good = grow_flat(top, "huge", count, bytes, buffer);
	if (!good)
		perror("grow");
	free(buffer);
	close(top);
	return !good;
}
