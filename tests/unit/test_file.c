/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * New files that appear complete or not at all.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "own_folder.h"

static void put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(file_write(fd, text, strlen(text)), 0);
	close(fd);
}

static void expect_content(const char *name, const char *text)
{
	char got[64];
	size_t len;
	int fd = open(name, O_RDONLY | O_NOFOLLOW);

	assert_true(fd >= 0);
	assert_int_equal(file_read(fd, got, sizeof(got), &len), 0);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(got, text, len);
	close(fd);
}

static void expect_nothing_left(void)
{
	assert_int_equal(access(".target.intact-tmp", F_OK), -1);
}

/* Open must fail with `code` and a sentence that has `what`. */
static void expect_failure(const char *path, int code, const char *what)
{
	struct intact_error err = { 0 };
	struct file_new f = { 0 };
	int rc = file_new_open(&f, path, &err);

	assert_int_equal(rc, code);
	if (!strstr(err.text, what))
		fail_msg("'%s' is not in: %s", what, err.text);
	file_new_release(&f);
}

static void write_target(const char *path, const char *text)
{
	struct intact_error err = { 0 };
	struct file_new f = { 0 };

	if (file_new_open(&f, path, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(file_write(f.fd, text, strlen(text)), 0);
	if (file_new_commit(&f, &err) != 0)
		fail_msg("%s", err.text);
	file_new_release(&f);
}

static void test_commit_replaces_and_abort_does_not(void **state)
{
	struct intact_error err = { 0 };
	struct file_new f = { 0 };
	char path[128];

	(void)state;
	put("target", "old");
	assert_int_equal(file_new_open(&f, "target", &err), 0);
	assert_int_equal(file_write(f.fd, "half", 4), 0);
	expect_content("target", "old");
	file_new_release(&f);
	expect_content("target", "old");
	expect_nothing_left();
	write_target("target", "new");
	expect_content("target", "new");
	snprintf(path, sizeof(path), "%s/target", own_folder());
	write_target(path, "newer");
	expect_content("target", "newer");
	expect_nothing_left();
}

static void test_mode_is_0600_with_any_umask(void **state)
{
	struct stat st;
	mode_t old;

	(void)state;
	for (int i = 0; i < 2; i++) {
		old = umask(i ? 0777 : 0);
		write_target("target", "x");
		umask(old);
		assert_int_equal(stat("target", &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
}

/* Both ends never block; the data are more than a pipe takes at once. */
static void test_descriptors_that_never_block_are_waited_for(void **state)
{
	static char data[1 << 20];
	struct intact_error err = { 0 };
	struct stat st;
	int ends[2], fd, status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(close(ends[0]) || usleep(50000) || file_write(ends[1], data, sizeof(data)));
	close(ends[1]);
	if (file_spool(ends[0], sizeof(data), &fd, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, sizeof(data));
	close(fd);
	close(ends[0]);
}

static void expect_link(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void test_symlink_at_target_is_followed(void **state)
{
	(void)state;
	assert_int_equal(mkdir("else", 0700), 0);
	put("else/real", "old");
	assert_int_equal(symlink("else/real", "middle"), 0);
	assert_int_equal(symlink("middle", "target"), 0);
	write_target("target", "new");
	expect_content("else/real", "new");
	expect_link("target");
	expect_link("middle");
	assert_int_equal(access("else/.real.intact-tmp", F_OK), -1);
	/* What is asked of a directory is asked of that one. */
	assert_int_equal(chmod("else", 0777), 0);
	expect_failure("target", INTACT_EIO, "else/' is writable by everybody");
	expect_content("else/real", "new");
}

/* /dev/stdout is a link: it must not become a file. */
static void test_symlink_to_no_file_is_an_error(void **state)
{
	static const char *const to[] = { "nowhere", "target", "/dev/null", "fifo", "/" };

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		assert_int_equal(symlink(to[i], "target"), 0);
		expect_failure("target", INTACT_EIO, "");
		expect_link("target");
		assert_int_equal(unlink("target"), 0);
	}
	assert_int_equal(unlink("fifo"), 0);
	expect_nothing_left();
}

/* There it may be anybody's. */
static void test_symlink_in_a_sticky_directory_is_replaced(void **state)
{
	struct stat st;

	(void)state;
	put("victim", "victim");
	assert_int_equal(mkdir("sticky", 0700), 0);
	assert_int_equal(chmod("sticky", 01777), 0);
	assert_int_equal(symlink("../victim", "sticky/target"), 0);
	write_target("sticky/target", "new");
	expect_content("victim", "victim");
	expect_content("sticky/target", "new");
	assert_int_equal(lstat("sticky/target", &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void test_other_objects_at_target_are_errors(void **state)
{
	(void)state;
	assert_int_equal(mkdir("target", 0700), 0);
	expect_failure("target", INTACT_EIO, "is a directory");
	assert_int_equal(rmdir("target"), 0);
	assert_int_equal(mkfifo("target", 0600), 0);
	expect_failure("target", INTACT_EIO, "is a FIFO");
	expect_nothing_left();
	expect_failure("missing/target", INTACT_EIO, "open directory 'missing/'");
	expect_failure("target/", INTACT_EIO, "no name");
	expect_failure("", INTACT_EIO, "no name");
}

static void test_what_stands_at_the_temporary_name_is_not_trusted(void **state)
{
	struct stat st;

	(void)state;
	/* Left by a killed run: reused, emptied, made private. */
	put(".target.intact-tmp", "stale and longer");
	assert_int_equal(chmod(".target.intact-tmp", 0666), 0);
	write_target("target", "new");
	expect_content("target", "new");
	assert_int_equal(stat("target", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	put("victim", "victim");
	assert_int_equal(symlink("victim", ".target.intact-tmp"), 0);
	expect_failure("target", INTACT_EIO, "create");
	expect_content("victim", "victim");
	assert_int_equal(unlink(".target.intact-tmp"), 0);

	assert_int_equal(link("victim", ".target.intact-tmp"), 0);
	expect_failure("target", INTACT_EIO, "in the way");
	expect_content("victim", "victim");
	assert_int_equal(unlink(".target.intact-tmp"), 0);

	assert_int_equal(mkfifo(".target.intact-tmp", 0600), 0);
	expect_failure("target", INTACT_EIO, "in the way");
}

static void test_directory_that_others_may_write_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chmod(".", 0770), 0);
	expect_failure("target", INTACT_EIO, "writable by its group");
	assert_int_equal(chmod(".", 0707), 0);
	expect_failure("target", INTACT_EIO, "writable by everybody");
	/* As /tmp: nobody can rename or remove the files of others. */
	assert_int_equal(chmod(".", 01777), 0);
	write_target("target", "new");
	assert_int_equal(chmod(".", 0700), 0);
}

static void test_new_file_takes_over_owner_and_mode(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(".", 12345, 0), 0);
	assert_int_equal(file_place_owner("./target"), 12345);
	assert_int_equal(file_place_owner("target"), 12345);
	write_target("target", "old");
	assert_int_equal(chown("target", 12345, 23456), 0);
	assert_int_equal(chmod("target", 0666), 0);
	write_target("target", "new");
	assert_int_equal(stat("target", &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_int_equal(st.st_gid, 23456);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* In a folder of everybody it may be a trap. */
	assert_int_equal(chown(".", 0, 0), 0);
	assert_int_equal(chmod(".", 01777), 0);
	write_target("target", "newer");
	assert_int_equal(chmod(".", 0700), 0);
	assert_int_equal(stat("target", &st), 0);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_second_run_is_locked_out(void **state)
{
	struct intact_error err = { 0 };
	struct file_new f = { 0 };
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(file_new_open(&f, "target", &err), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct file_new g = { 0 };
		int rc = file_new_open(&g, "target", &err);

		_exit(rc == INTACT_ELOCK && strstr(err.text, "another run is writing 'target'")
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* The one that was refused has taken nothing away. */
	assert_int_equal(file_write(f.fd, "mine", 4), 0);
	assert_int_equal(file_new_commit(&f, &err), 0);
	file_new_release(&f);
	expect_content("target", "mine");
	write_target("target", "next");
	expect_content("target", "next");
}

/* Several processes write all the time; whoever has the lock finds its own bytes committed. */
static void test_contending_runs_never_mix(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child)
			continue;
		for (int round = 0; round < 60; round++) {
			struct intact_error err = { 0 };
			struct file_new f = { 0 };
			char text[3001];
			int rc = file_new_open(&f, "target", &err);

			memset(text, 'a' + i, sizeof(text));
			if (rc == INTACT_ELOCK)
				continue;
			if (rc || file_write(f.fd, text, sizeof(text)) || file_new_commit(&f, &err))
				_exit(1);
			file_new_release(&f);
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	expect_nothing_left();
	{
		char text[4000];
		size_t len;
		int fd = open("target", O_RDONLY);

		assert_int_equal(file_read(fd, text, sizeof(text), &len), 0);
		assert_int_equal(len, 3001);
		for (size_t i = 1; i < len; i++)
			assert_int_equal(text[i], text[0]);
		close(fd);
	}
}

static void test_only_regular_files_are_opened(void **state)
{
	static const struct {
		const char *path, *what;
	} cases[] = {
		{ "fifo", "is a FIFO" },       { ".", "is a directory" },
		{ "/dev/zero", "a device" },   { "missing", "No such file" },
		{ "loop", "Too many levels" },
	};
	struct intact_error err = { 0 };
	uint64_t size = 0;
	int fd = -1;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(file_open_regular(cases[i].path, &fd, &size, &err), INTACT_EIO);
		if (!strstr(err.text, cases[i].what))
			fail_msg("'%s' is not in: %s", cases[i].what, err.text);
		assert_int_equal(fd, -1);
	}
	put("file", "12345");
	assert_int_equal(symlink("file", "link"), 0);
	assert_int_equal(file_open_regular("link", &fd, &size, &err), 0);
	assert_int_equal(size, 5);
	close(fd);
}

static void test_spool_keeps_all_bytes_up_to_the_limit(void **state)
{
	struct intact_error err = { 0 };
	int fds[2], fd = -1;
	char got[8];
	size_t len;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(file_write(fds[1], "hello", 5), 0);
	close(fds[1]);
	assert_int_equal(file_spool(fds[0], 5, &fd, &err), 0);
	assert_int_equal(file_read_at(fd, got, sizeof(got), 0, &len), 0);
	assert_int_equal(len, 5);
	assert_memory_equal(got, "hello", 5);
	close(fd);
	close(fds[0]);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(file_write(fds[1], "hello", 5), 0);
	close(fds[1]);
	assert_int_equal(file_spool(fds[0], 4, &fd, &err), INTACT_EIO);
	close(fds[0]);
}

static void expect_no_step(const char *path, int error)
{
	const char *at = path;

	assert_int_equal(file_open_step(AT_FDCWD, &at, O_PATH), -1);
	assert_int_equal(errno, error);
}

static void test_a_step_goes_through_no_link(void **state)
{
	char longer[NAME_MAX + 2];
	const char *path = "a/b/file", *at = path;
	int a, b;

	(void)state;
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("a/b", 0700), 0);
	assert_int_equal(symlink("a", "link"), 0);
	put("a/b/file", "x");
	a = file_open_step(AT_FDCWD, &at, O_PATH);
	assert_true(a >= 0);
	assert_string_equal(at, "b/file");
	b = file_open_step(a, &at, O_RDONLY);
	assert_true(b >= 0);
	assert_string_equal(at, "file");
	/* A folder is wanted. */
	assert_int_equal(file_open_step(b, &at, O_PATH), -1);
	close(a);
	close(b);
	expect_no_step("link/b", ENOTDIR);
	expect_no_step("none", ENOENT);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	expect_no_step(longer, ENAMETOOLONG);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, own_folder_enter, own_folder_leave)

/* Root's part is root's; what has no blocks has no end. */
static void test_room(void **state)
{
	int null = open("/dev/null", O_WRONLY), folder = open(".", O_RDONLY);
	FILE *f = tmpfile();
	struct statvfs fs;
	uint64_t room;

	(void)state;
	assert_non_null(f);
	assert_int_equal(fstatvfs(fileno(f), &fs), 0);
	room = file_room(fileno(f));
	if (fs.f_blocks)
		assert_true(room / fs.f_frsize <= fs.f_blocks);
	assert_true(file_room(null) == UINT64_MAX);
	assert_true(file_room(folder) == UINT64_MAX);
	assert_true(file_room(-1) == UINT64_MAX);
	close(null);
	close(folder);
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_commit_replaces_and_abort_does_not),
		CASE(test_mode_is_0600_with_any_umask),
		CASE(test_symlink_at_target_is_followed),
		CASE(test_descriptors_that_never_block_are_waited_for),
		CASE(test_symlink_to_no_file_is_an_error),
		CASE(test_symlink_in_a_sticky_directory_is_replaced),
		CASE(test_other_objects_at_target_are_errors),
		CASE(test_what_stands_at_the_temporary_name_is_not_trusted),
		CASE(test_directory_that_others_may_write_is_refused),
		CASE(test_new_file_takes_over_owner_and_mode),
		CASE(test_second_run_is_locked_out),
		CASE(test_contending_runs_never_mix),
		CASE(test_only_regular_files_are_opened),
		CASE(test_spool_keeps_all_bytes_up_to_the_limit),
		CASE(test_a_step_goes_through_no_link),
		CASE(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
