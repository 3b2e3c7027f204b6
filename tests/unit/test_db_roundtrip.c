/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What goes into a baseline comes out of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <intact/db.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test_db_random.h"

static struct intact_db_meta some_meta(void)
{
	struct intact_db_meta meta = {
		.created = { -5, 123456789 },
		.host = "host",
		.version = "0.1",
		.config_version = "v1",
		.root_prefix = "/mnt",
		.rules = "/etc p+u+g\n/usr R\n",
		.rules_len = 18,
		.attrs = INTACT_BIT(INTACT_NAME) | INTACT_BIT(INTACT_SHA256) |
			 INTACT_BIT(INTACT_BTIME),
		.generation = UINT64_MAX,
	};

	for (size_t i = 0; i < sizeof(meta.previous); i++)
		meta.previous[i] = (uint8_t)(i + 1);
	meta.has_journal = true;
	meta.journal.count = UINT64_MAX;
	for (size_t i = 0; i < sizeof(meta.journal.head); i++)
		meta.journal.head[i] = (uint8_t)(i + 101);
	return meta;
}

static int write_entries(const struct intact_entry *e, size_t n, uint8_t root[32])
{
	struct intact_db_meta meta = some_meta();
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(intact_db_create("test", fd, &meta, &w, &err), 0);
	for (size_t i = 0; i < n; i++) {
		if (intact_db_append(w, &e[i], &err) != 0)
			fail_msg("%s", err.text);
	}
	if (intact_db_commit(w, root, &err) != 0)
		fail_msg("%s", err.text);
	intact_db_writer_free(w);
	return fd;
}

static void expect_entries(struct intact_db *db, const char *from, const struct intact_entry *e,
			   size_t n)
{
	struct intact_error err = { 0 };
	const struct intact_entry *got;
	struct intact_stream *s;
	int rc;

	assert_int_equal(intact_db_read(db, from, &s, &err), 0);
	for (size_t i = 0; i < n; i++) {
		rc = intact_stream_next(s, &got, &err);
		if (rc != 1)
			fail_msg("entry %zu: %d %s", i, rc, err.text);
		if (!same_entry(&e[i], got))
			fail_msg("entry %zu of %zu differs: %s and %s", i, n, e[i].path.s,
				 got->path.s);
		assert_null(got->dir);
	}
	rc = intact_stream_next(s, &got, &err);
	if (rc != 0)
		fail_msg("end: %d %s", rc, err.text);
	intact_stream_close(s);
}

static void test_all_fields_of_random_entries_come_back(void **state)
{
	struct intact_error err = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		size_t n = seed == 1 ? 9000 : seed * 10 - 19;
		struct intact_entry *e = calloc(n, sizeof(*e));
		struct arena a = { 0 };
		struct intact_db *db;
		uint8_t root[32];
		int fd;

		n = rnd_entries(e, n, seed, &a);
		fd = write_entries(e, n, root);
		if (intact_db_open("test", fd, &db, &err) != 0)
			fail_msg("%s", err.text);
		assert_int_equal(intact_db_meta(db)->entries, n);
		assert_memory_equal(intact_db_meta(db)->root, root, 32);
		expect_entries(db, NULL, e, n);
		for (size_t i = 0; i < n; i += n / 7 + 1) {
			char before[5000];

			expect_entries(db, e[i].path.s, e + i, n - i);
			/* A path that is not there, just behind. */
			snprintf(before, sizeof(before), "%s/", e[i].path.s);
			expect_entries(db, before, e + i + 1, n - i - 1);
		}
		expect_entries(db, "/", e, n);
		expect_entries(db, "/\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", e + n, 0);
		assert_int_equal(intact_db_verify(db, &err), 0);
		intact_db_close(db);
		close(fd);
		arena_release(&a);
		free(e);
	}
}

static void test_access_times_that_nobody_asks_for_are_not_kept(void **state)
{
	struct intact_error err = { 0 };
	struct intact_entry e[50], seen[50];
	struct arena a = { 0 };
	struct intact_db *db;
	uint8_t root[32];
	size_t n = rnd_entries(e, 50, 3, &a);
	int fd;

	(void)state;
	memcpy(seen, e, sizeof(seen));
	for (size_t i = 0; i < n; i++) {
		if (!(e[i].attrs & INTACT_BIT(INTACT_ATIME)))
			seen[i].atime = (struct intact_time){ 1700000000, 5 };
	}
	fd = write_entries(seen, n, root);
	assert_int_equal(intact_db_open("test", fd, &db, &err), 0);
	expect_entries(db, NULL, e, n);
	intact_db_close(db);
	close(fd);
	arena_release(&a);
}

static void test_meta_comes_back(void **state)
{
	struct intact_db_meta meta = some_meta();
	const struct intact_db_meta *got;
	struct intact_error err = { 0 };
	struct intact_db *db;
	uint8_t root[32];
	int fd = write_entries(NULL, 0, root);

	(void)state;
	if (intact_db_open("test", fd, &db, &err) != 0)
		fail_msg("%s", err.text);
	got = intact_db_meta(db);
	assert_int_equal(got->created.sec, -5);
	assert_int_equal(got->created.nsec, 123456789);
	assert_string_equal(got->host, meta.host);
	assert_string_equal(got->version, meta.version);
	assert_string_equal(got->config_version, meta.config_version);
	assert_string_equal(got->root_prefix, meta.root_prefix);
	assert_string_equal(got->rules, meta.rules);
	assert_int_equal(got->rules_len, meta.rules_len);
	assert_int_equal(got->attrs, meta.attrs);
	assert_int_equal(got->generation, meta.generation);
	assert_memory_equal(got->previous, meta.previous, 32);
	assert_true(got->has_journal);
	assert_true(got->journal.count == meta.journal.count);
	assert_memory_equal(got->journal.head, meta.journal.head, 32);
	assert_int_equal(got->entries, 0);
	assert_true(got->native);
	expect_entries(db, NULL, NULL, 0);
	expect_entries(db, "/x", NULL, 0);
	intact_db_close(db);
	close(fd);
}

static size_t content(int fd, char **ret)
{
	off_t size = lseek(fd, 0, SEEK_END);

	*ret = malloc((size_t)size);
	assert_int_equal(pread(fd, *ret, (size_t)size, 0), size);
	return (size_t)size;
}

static void test_same_entries_give_same_bytes(void **state)
{
	struct intact_entry *e = calloc(3000, sizeof(*e));
	struct arena a = { 0 };
	size_t n = rnd_entries(e, 3000, 7, &a), len[2];
	uint8_t root[2][32];
	char *bytes[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		int fd = write_entries(e, n, root[i]);

		len[i] = content(fd, &bytes[i]);
		close(fd);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(bytes[0], bytes[1], len[0]);
	assert_memory_equal(root[0], root[1], 32);
	free(bytes[0]);
	free(bytes[1]);
	arena_release(&a);
	free(e);
}

/* One entry as long as may be, and a block of many empty strings. */
static void test_long_values_come_back(void **state)
{
	struct intact_entry e[2] = { 0 };
	struct intact_error err = { 0 };
	struct intact_db *db;
	char *path = malloc((1 << 20) + 1), *link = malloc(2 << 20);
	uint8_t root[32];
	int fd;

	(void)state;
	for (size_t i = 0; i < 1 << 20; i += 2)
		memcpy(path + i, "/a", 2);
	path[1 << 20] = '\0';
	memset(link, 'x', 2 << 20);
	link[(2 << 20) - 1] = '\0';
	e[0].path = (struct intact_str){ path, 1 << 20 };
	e[0].link = (struct intact_str){ link, (2 << 20) - 1 };
	e[1].path = (struct intact_str){ "/b", 2 };
	e[1].link = (struct intact_str){ "", 0 };
	fd = write_entries(e, 2, root);
	if (intact_db_open("test", fd, &db, &err) != 0)
		fail_msg("%s", err.text);
	expect_entries(db, NULL, e, 2);
	expect_entries(db, path, e, 2);
	expect_entries(db, "/b", e + 1, 1);
	intact_db_close(db);
	close(fd);
	free(path);
	free(link);
}

static void expect_refused(struct intact_entry *e, size_t n, const char *what)
{
	struct intact_db_meta meta = some_meta();
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	int fd = memfd_create("test", MFD_CLOEXEC), rc = 0;

	assert_int_equal(intact_db_create("test", fd, &meta, &w, &err), 0);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = intact_db_append(w, &e[i], &err);
	assert_int_equal(rc, INTACT_EIO);
	if (!strstr(err.text, what))
		fail_msg("'%s' is not in: %s", what, err.text);
	/* And it stays so. */
	assert_int_equal(intact_db_commit(w, NULL, &err), INTACT_EIO);
	intact_db_writer_free(w);
	close(fd);
}

static void test_writer_refuses_what_it_could_not_read_back(void **state)
{
	static char huge[5 << 20];
	struct intact_entry e[2] = { { .path = { "/b", 2 } }, { .path = { "/a", 2 } } };
	struct intact_xattr x[2] = { { { "user.b", 6 }, { "", 0 } },
				     { { "user.b", 6 }, { "", 0 } } };

	(void)state;
	expect_refused(e, 2, "not in path order");
	e[1].path.s = "/b";
	expect_refused(e, 2, "not in path order");
	e[1].path = (struct intact_str){ "/c/", 3 };
	expect_refused(e, 2, "clean absolute path");
	e[1].path = (struct intact_str){ "c", 1 };
	expect_refused(e, 2, "clean absolute path");
	e[1].path = (struct intact_str){ "/c\0d", 4 };
	expect_refused(e, 2, "clean absolute path");
	e[1].path = (struct intact_str){ "/c//d", 5 };
	expect_refused(e, 2, "clean absolute path");
	e[1].path = (struct intact_str){ "/c", 2 };
	e[1].mtime.nsec = 1000000000;
	expect_refused(e, 2, "nanoseconds");
	e[1].mtime.nsec = 0;
	e[1].xattrs = x;
	e[1].nxattrs = 2;
	expect_refused(e, 2, "not sorted");
	e[1].nxattrs = 0;
	memset(huge, 'x', sizeof(huge) - 1);
	e[1].link = (struct intact_str){ huge, sizeof(huge) - 1 };
	expect_refused(e, 2, "more than 4 MiB");
	e[1].link = (struct intact_str){ 0 };
	e[1].flags = INTACT_ENTRY_UNMEASURED;
	expect_refused(e, 2, "not measured");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fields_of_random_entries_come_back),
		cmocka_unit_test(test_access_times_that_nobody_asks_for_are_not_kept),
		cmocka_unit_test(test_meta_comes_back),
		cmocka_unit_test(test_same_entries_give_same_bytes),
		cmocka_unit_test(test_long_values_come_back),
		cmocka_unit_test(test_writer_refuses_what_it_could_not_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
