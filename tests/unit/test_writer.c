/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The old baseline or the new one, whatever happens while writing.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <intact/db.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "test_db_random.h"
#include "own_folder.h"

static const struct intact_db_meta meta = { .host = "h", .version = "1", .generation = 1 };

/* `n` entries with a digest that nothing compresses.  Returns the first failure. */
static int append_some(struct intact_db_writer *w, int n, struct intact_error *err)
{
	uint64_t seed = 99;
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		struct intact_entry e = { .attrs = INTACT_BIT(INTACT_SHA256), .mode = 0100644 };
		uint64_t digest[4];
		char path[32];

		for (int k = 0; k < 4; k++)
			digest[k] = rnd(&seed);
		e.path.len = (size_t)snprintf(path, sizeof(path), "/%08d", i);
		e.path.s = path;
		e.digest[intact_attr_get(INTACT_SHA256)->digest] = (uint8_t *)digest;
		rc = intact_db_append(w, &e, err);
	}
	return rc;
}

/* Returns the number of entries, or the failure. */
static long count(const char *path, int fd)
{
	struct intact_error err = { 0 };
	struct intact_db *db;
	long n;
	int rc = intact_db_open(path, fd, &db, &err);

	if (rc)
		return rc;
	rc = intact_db_verify(db, &err);
	n = (long)intact_db_meta(db)->entries;
	intact_db_close(db);
	return rc ? rc : n;
}

static void write_baseline(const char *path, int n)
{
	struct intact_error err = { 0 };
	struct intact_db_writer *w;

	if (intact_db_create(path, -1, &meta, &w, &err) || append_some(w, n, &err) ||
	    intact_db_commit(w, NULL, &err))
		fail_msg("%s", err.text);
	intact_db_writer_free(w);
}

static void test_old_baseline_stays_until_commit(void **state)
{
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	uint8_t root[32];

	(void)state;
	write_baseline("base", 3);
	assert_int_equal(count("base", -1), 3);
	assert_int_equal(intact_db_create("base", -1, &meta, &w, &err), 0);
	assert_int_equal(append_some(w, 20000, &err), 0);
	assert_int_equal(count("base", -1), 3);
	intact_db_writer_free(w);
	assert_int_equal(count("base", -1), 3);
	assert_int_equal(access(".base.intact-tmp", F_OK), -1);

	assert_int_equal(intact_db_create("base", -1, &meta, &w, &err), 0);
	assert_int_equal(append_some(w, 20000, &err), 0);
	assert_int_equal(intact_db_commit(w, root, &err), 0);
	assert_int_equal(intact_db_commit(w, root, &err), INTACT_EIO);
	intact_db_writer_free(w);
	assert_int_equal(count("base", -1), 20000);
	assert_int_equal(access(".base.intact-tmp", F_OK), -1);
}

static void test_second_run_gets_a_lock_error(void **state)
{
	struct intact_error err = { 0 };
	struct intact_db_writer *w, *other;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(intact_db_create("base", -1, &meta, &w, &err), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(intact_db_create("base", -1, &meta, &other, &err) == INTACT_ELOCK ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* Also within one process. */
	assert_int_equal(intact_db_create("base", -1, &meta, &other, &err), INTACT_ELOCK);
	assert_string_equal(err.text, "another run is writing 'base'");
	assert_int_equal(append_some(w, 5, &err), 0);
	assert_int_equal(intact_db_commit(w, NULL, &err), 0);
	intact_db_writer_free(w);
	assert_int_equal(count("base", -1), 5);
}

/* Kill a writer at a random place: the old baseline is there, and the next run works. */
static void test_killed_run_leaves_the_old_baseline(void **state)
{
	(void)state;
	write_baseline("base", 3);
	for (int i = 0; i < 20; i++) {
		struct intact_error err = { 0 };
		struct intact_db_writer *w;
		pid_t child = fork();
		long n;

		assert_true(child >= 0);
		if (child == 0) {
			if (intact_db_create("base", -1, &meta, &w, &err) == 0 &&
			    append_some(w, 60000, &err) == 0)
				(void)!intact_db_commit(w, NULL, &err);
			_exit(0);
		}
		usleep((useconds_t)i * 1000);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		n = count("base", -1);
		assert_true(n == 3 || n == 60000);
		write_baseline("base", 3);
		assert_int_equal(count("base", -1), 3);
	}
}

/* The file may not grow beyond `limit`: like a disk that fills up. */
static void try_with_limit(rlim_t limit, int n)
{
	struct rlimit old, new;
	struct intact_error err = { 0 };
	struct intact_db_writer *w = NULL;
	int rc;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	new = old;
	new.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &new), 0);
	rc = intact_db_create("base", -1, &meta, &w, &err);
	if (rc == 0)
		rc = append_some(w, n, &err);
	if (rc == 0)
		rc = intact_db_commit(w, NULL, &err);
	intact_db_writer_free(rc && !w ? NULL : w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, INTACT_EIO);
	assert_non_null(strstr(err.text, "write '.base.intact-tmp': File too large"));
	assert_int_equal(count("base", -1), 3);
	assert_int_equal(access(".base.intact-tmp", F_OK), -1);
}

static void test_full_disk_leaves_the_old_baseline(void **state)
{
	struct stat st;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	write_baseline("whole", 20000);
	assert_int_equal(stat("whole", &st), 0);
	write_baseline("base", 3);
	/* In the header, in a block, in the index, in the trailer, at its last byte. */
	try_with_limit(100, 20000);
	try_with_limit(300000, 20000);
	try_with_limit((rlim_t)st.st_size - 250, 20000);
	try_with_limit((rlim_t)st.st_size - 100, 20000);
	try_with_limit((rlim_t)st.st_size - 1, 20000);
	signal(SIGXFSZ, SIG_DFL);
}

static void test_full_device_is_an_error(void **state)
{
	struct intact_error err = { 0 };
	struct intact_db_writer *w = NULL;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(intact_db_create("stdout", fd, &meta, &w, &err), INTACT_EIO);
	assert_string_equal(err.text, "write 'stdout': No space left on device");
	assert_int_equal(
		intact_db_create_aide("stdout", fd, &meta, false, INTACT_AIDE_0_18, &w, &err), 0);
	assert_int_equal(append_some(w, 3, &err), 0);
	assert_int_equal(intact_db_commit(w, NULL, &err), INTACT_EIO);
	intact_db_writer_free(w);
	close(fd);
}

static int collect(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)err;
	buf_add(ctx, data, len);
	return 0;
}

/* What is watched while it is written is what is read afterwards. */
static void test_watched_bytes_are_those_of_the_file(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct buf watched = { 0 }, read = { 0 };
		struct intact_error err = { 0 };
		struct intact_db_writer *w = NULL;
		struct intact_db *db = NULL;
		int rc = kind == 0 ? intact_db_create("watched", -1, &meta, &w, &err)
				   : intact_db_create_aide("watched", -1, &meta, kind & 1,
							   INTACT_AIDE_NEWEST, &w, &err);

		assert_int_equal(rc, 0);
		assert_int_equal(intact_db_watch(w, collect, &watched, &err), 0);
		/* Some blocks, some pieces; or nothing at all. */
		assert_int_equal(append_some(w, kind == 3 ? 0 : 20000, &err), 0);
		assert_int_equal(intact_db_commit(w, NULL, &err), 0);
		intact_db_writer_free(w);
		assert_int_equal(intact_db_open("watched", -1, &db, &err), 0);
		assert_int_equal(intact_db_bytes(db, collect, &read, &err), 0);
		intact_db_close(db);
		assert_true(read.len > 0);
		assert_int_equal(watched.len, read.len);
		assert_memory_equal(watched.data, read.data, read.len);
		buf_release(&watched);
		buf_release(&read);
	}
}

/* A reader at the other end that keeps all, so that nothing ever blocks. */
static void test_pipe_can_be_written_and_read(void **state)
{
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	int fds[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(fds[1]);
		_exit(count("stdin", fds[0]) == 30000 ? 0 : 1);
	}
	close(fds[0]);
	assert_int_equal(intact_db_create(NULL, fds[1], &meta, &w, &err), 0);
	assert_int_equal(append_some(w, 30000, &err), 0);
	assert_int_equal(intact_db_commit(w, NULL, &err), 0);
	intact_db_writer_free(w);
	close(fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_root_differs_when_anything_does(void **state)
{
	struct intact_error err = { 0 };
	uint8_t root[3][32];

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct intact_db_meta m = meta;
		struct intact_db_writer *w;

		m.generation = i == 1 ? 2 : 1;
		assert_int_equal(intact_db_create("base", -1, &m, &w, &err), 0);
		assert_int_equal(append_some(w, i == 2 ? 11 : 10, &err), 0);
		assert_int_equal(intact_db_commit(w, root[i], &err), 0);
		intact_db_writer_free(w);
	}
	assert_memory_not_equal(root[0], root[1], 32);
	assert_memory_not_equal(root[0], root[2], 32);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, own_folder_enter, own_folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_old_baseline_stays_until_commit),
		CASE(test_second_run_gets_a_lock_error),
		CASE(test_killed_run_leaves_the_old_baseline),
		CASE(test_full_disk_leaves_the_old_baseline),
		CASE(test_full_device_is_an_error),
		CASE(test_watched_bytes_are_those_of_the_file),
		CASE(test_pipe_can_be_written_and_read),
		CASE(test_root_differs_when_anything_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
