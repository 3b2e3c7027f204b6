/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of fetch.c and ahead.c: whoever reads, the bytes are those of the file.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>

#include "scan/ahead.h"
#include "scan/fetch.h"

#define MIB ((size_t)1 << 20)

/* A file that depends on every bit of its position. */
static unsigned char byte_at(uint64_t pos)
{
	return (unsigned char)((pos * 2654435761u) >> 13 ^ pos >> 20);
}

struct file {
	char path[64];
	int fd;
};

static void file_make(struct file *f, size_t size)
{
	unsigned char *bytes = malloc(size + 1);

	strcpy(f->path, "./fetch.XXXXXX");
	f->fd = mkstemp(f->path);
	assert_true(f->fd >= 0);
	for (size_t i = 0; i < size; i++)
		bytes[i] = byte_at(i);
	assert_int_equal(write(f->fd, bytes, size), (ssize_t)size);
	assert_int_equal(fsync(f->fd), 0);
	free(bytes);
}

static void file_remove(struct file *f)
{
	close(f->fd);
	unlink(f->path);
}

static void drop(const struct file *f, size_t from, size_t len)
{
	posix_fadvise(f->fd, (off_t)from, (off_t)len, POSIX_FADV_DONTNEED);
}

static void check_bytes(const unsigned char *data, uint64_t pos, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] != byte_at(pos + i))
			fail_msg("byte %llu is wrong", (unsigned long long)(pos + i));
	}
}

/* Everything that a reader ahead gives; how it ended. */
static ssize_t read_all(struct ahead *a, uint64_t *ret_size)
{
	const void *data;
	uint64_t pos = 0;
	ssize_t n;

	while ((n = ahead_next(a, &data)) > 0 || (n < 0 && errno == EAGAIN)) {
		if (n < 0)
			continue;
		check_bytes(data, pos, (size_t)n);
		pos += (uint64_t)n;
	}
	*ret_size = pos;
	return n;
}

static void check_ahead(size_t size, size_t cached_from, size_t cached_len)
{
	struct intact_error err;
	struct ahead *a;
	struct file f;
	uint64_t got;
	char *byte = malloc(cached_len + 1);

	file_make(&f, size);
	drop(&f, 0, 0);
	assert_true(pread(f.fd, byte, cached_len, (off_t)cached_from) >= 0);
	assert_int_equal(ahead_new(f.fd, size, &a, &err), 0);
	assert_int_equal(read_all(a, &got), 0);
	assert_int_equal(got, size);
	ahead_free(a);
	assert_false(fcntl(f.fd, F_GETFL) & O_DIRECT);
	free(byte);
	file_remove(&f);
}

static void test_ahead_gives_the_whole_file(void **state)
{
	static const size_t sizes[] = { 0,   1,	      511,     4096,	       MIB - 1,
					MIB, MIB + 1, 4 * MIB, 9 * MIB + 12345 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		check_ahead(sizes[i], 0, 0);
}

static void test_ahead_takes_cached_and_uncached_parts(void **state)
{
	(void)state;
	check_ahead(9 * MIB + 17, 2 * MIB + 5000, 3 * MIB);
	check_ahead(9 * MIB, 0, MIB / 2);
}

static void test_ahead_shows_that_a_file_has_grown(void **state)
{
	struct intact_error err;
	struct ahead *a;
	struct file f;
	uint64_t got;

	(void)state;
	file_make(&f, 3 * MIB + 1);
	drop(&f, 0, 0);
	assert_int_equal(ahead_new(f.fd, 2 * MIB, &a, &err), 0);
	read_all(a, &got);
	assert_true(got > 2 * MIB);
	ahead_free(a);
	file_remove(&f);
}

static void test_ahead_can_be_left_at_any_time(void **state)
{
	struct intact_error err;
	const void *data;
	struct ahead *a;
	struct file f;

	(void)state;
	file_make(&f, 8 * MIB);
	for (unsigned taken = 0; taken < 7; taken++) {
		drop(&f, 0, 0);
		assert_int_equal(ahead_new(f.fd, 8 * MIB, &a, &err), 0);
		for (unsigned i = 0; i < taken;) {
			ssize_t n = ahead_next(a, &data);

			assert_true(n > 0 || errno == EAGAIN);
			i += n > 0;
		}
		ahead_free(a);
	}
	file_remove(&f);
}

static void test_ahead_says_what_failed(void **state)
{
	struct intact_error err;
	const void *data;
	struct ahead *a;
	ssize_t n;
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(ahead_new(fd, 1, &a, &err), 0);
	while ((n = ahead_next(a, &data)) < 0 && errno == EAGAIN)
		;
	assert_int_equal(n, -1);
	assert_int_equal(errno, EISDIR);
	/* And again. */
	assert_int_equal(ahead_next(a, &data), -1);
	assert_int_equal(errno, EISDIR);
	ahead_free(a);
	close(fd);
}

static void check_fetch(size_t size, bool in_order)
{
	struct fetch fetch = { 0 };
	struct intact_error err;
	const void *data;
	struct file f;
	uint64_t pos = 0;

	file_make(&f, size);
	drop(&f, 0, 0);
	assert_int_equal(fetch_begin(&fetch, f.fd, size, 1, in_order, &err), 0);
	while (pos < size) {
		ssize_t n = fetch_at(&fetch, pos, fetch.size, &data);

		if (n < 0 && errno == EAGAIN)
			continue;
		assert_true(n > 0);
		check_bytes(data, pos, (size_t)n);
		pos += (uint64_t)n;
	}
	assert_int_equal(pos, size);
	fetch_end(&fetch);
	fetch_release(&fetch);
	file_remove(&f);
}

static void test_fetch_gives_the_whole_file(void **state)
{
	(void)state;
	check_fetch(1, true);
	check_fetch(5 * MIB + 3, true);
	check_fetch(33 * MIB + 77, true);
	check_fetch(33 * MIB + 77, false);
}

/* An error is no end: the digest would be that of half a file. */
static void test_fetch_says_what_failed(void **state)
{
	struct fetch fetch = { 0 };
	struct intact_error err;
	const void *data;
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_int_equal(fetch_begin(&fetch, fd, 4096, 1, false, &err), 0);
	assert_int_equal(fetch_at(&fetch, 0, fetch.size, &data), -1);
	assert_int_equal(errno, EISDIR);
	fetch_release(&fetch);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ahead_gives_the_whole_file),
		cmocka_unit_test(test_ahead_takes_cached_and_uncached_parts),
		cmocka_unit_test(test_ahead_shows_that_a_file_has_grown),
		cmocka_unit_test(test_ahead_can_be_left_at_any_time),
		cmocka_unit_test(test_ahead_says_what_failed),
		cmocka_unit_test(test_fetch_gives_the_whole_file),
		cmocka_unit_test(test_fetch_says_what_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
