/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Each call of the C library that can fail does so once while a configuration is read that
 * includes files, directories and programs; so does each allocation.  Either it is said, or all
 * rules are there: none is lost on the way.
 */

#include "rules_test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/stress/starved.h"
#include "tests/unit/failing.h"
#include "tests/unit/own_folder.h"

/* ---- the C library, failing ---- */

static bool forgotten; /* nobody knows how any child ended */

WRAP(int, stat, (const char *p, struct stat *st), (p, st), -1)
WRAP(int, lstat, (const char *p, struct stat *st), (p, st), -1)
WRAP(int, fstat, (int fd, struct stat *st), (fd, st), -1)
WRAP(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n), -1)
WRAP(int, pipe2, (int fds[2], int flags), (fds, flags), -1)
WRAP(int, poll, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms), -1)
WRAP(int, gethostname, (char *to, size_t n), (to, n), -1)
WRAP(int, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * a), (a), ENOMEM)
WRAP(int, posix_spawn_file_actions_addopen,
     (posix_spawn_file_actions_t * a, int fd, const char *p, int flags, mode_t mode),
     (a, fd, p, flags, mode), ENOMEM)
WRAP(int, posix_spawn_file_actions_adddup2, (posix_spawn_file_actions_t * a, int fd, int to),
     (a, fd, to), ENOMEM)
WRAP(int, posix_spawnattr_init, (posix_spawnattr_t * a), (a), ENOMEM)
WRAP(int, posix_spawnattr_setflags, (posix_spawnattr_t * a, short flags), (a, flags), EINVAL)
WRAP(int, posix_spawnattr_setsigmask, (posix_spawnattr_t * a, const sigset_t *s), (a, s), EINVAL)
WRAP(int, posix_spawnattr_setsigdefault, (posix_spawnattr_t * a, const sigset_t *s), (a, s), EINVAL)
WRAP(int, posix_spawn,
     (pid_t * pid, const char *p, const posix_spawn_file_actions_t *a, const posix_spawnattr_t *b,
      char *const argv[], char *const env[]),
     (pid, p, a, b, argv, env), EAGAIN)
WRAP(int, scandir,
     (const char *p, struct dirent ***names, int (*filter)(const struct dirent *),
      int (*cmp)(const struct dirent **, const struct dirent **)),
     (p, names, filter, cmp), -1)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
/* None of them makes a file. */
int __wrap_open(const char *path, int flags, ...)
{
	return fails() ? -1 : __real_open(path, flags);
}

/* Nobody knows how the child ended, but it did. */
pid_t __real_waitpid(pid_t pid, int *status, int flags);
pid_t __wrap_waitpid(pid_t pid, int *status, int flags);
pid_t __wrap_waitpid(pid_t pid, int *status, int flags)
{
	int lost;

	if (!forgotten && !fails())
		return __real_waitpid(pid, status, flags);
	if (error != EINTR)
		__real_waitpid(pid, &lost, flags);
	errno = error;
	return -1;
}

/* Fails as a clock does: five minutes later. */
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = __real_clock_gettime(clock, now);

	if (fails())
		now->tv_sec += 301;
	return rc;
}

/* ---- the configuration ---- */

static void put(const char *name, mode_t mode, const char *text)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(name, mode), 0);
}

static int lay_out(void **state)
{
	if (own_folder_enter(state) != 0 || mkdir("d", 0700) != 0)
		return -1;
	put("d/10", 0600, "Own = p+u+g\n/ten Own\n");
	put("d/20", 0700, "#!/bin/sh\necho \"/twenty-$WHO p\"\n");
	put("d/none", 0600, "nonsense\n");
	put("one", 0600, "@@undef NONE\n!/one/.*[.]log$\n-/one$ f\n/one p+sha256\n");
	put("program", 0700,
	    "#!/bin/sh\necho '@@if defined X'; echo \"/program/$WHO p\"; echo '@@endif'\n");
	put("x.conf", 0600,
	    "@@define X word\n"
	    "@@define D d\n"
	    "@@ifdef X\n/there/@@{X} p\n@@else\n/not/there p\n@@endif\n"
	    "@@if not defined HERE\n/here p\n@@else\n/not_here p\n@@endif\n"
	    "@@if hostname none\n/none p\n@@endif\n"
	    "@@x_include_setenv WHO me\n"
	    "@@include one\n"
	    "@@include @@{D} ^1 /below/\n"
	    "@@x_include @@{D} ^[0-9]+$ /run\n"
	    "@@x_include program\n"
	    "report_level = list_entries\nreport_url = file:@@{X}\nlog_level=info\n"
	    "Group = p+u+sha256-u\n/group Group+m\n");
	return 0;
}

/* The rules as text, which the caller frees; or NULL, and the error. */
static char *read_all_rules(struct intact_error *err)
{
	struct intact_config_source source = {
		.file = "x.conf",
		.version = "0.20",
		.after = "/after p\n",
	};
	struct intact_config *config = NULL;
	char *canon = NULL;
	int rc = intact_config_read(&source, &config, err);

	if (rc == 0)
		rc = intact_rules_text(config->rules, &canon, NULL, err);
	intact_config_free(config);
	if (rc < 0 && !err->text[0])
		fail_msg("failed without a word");
	return rc < 0 ? NULL : canon;
}

static void check(const char *want, char *got, const struct intact_error *err, unsigned long i)
{
	if (got && strcmp(want, got) != 0)
		fail_msg("number %lu failed, and other rules came out:\n%s", i, got);
	if (!got && err->code >= 0)
		fail_msg("number %lu failed, and is no error: %s", i, err->text);
	free(got);
}

static void fail_each_call(const char *want, int with)
{
	unsigned long n, survived = 0;
	struct intact_error err;
	int before = own_open_files();

	fail_at(0);
	free(read_all_rules(&err));
	n = calls;
	assert_true(n > 40);
	error = with;
	for (unsigned long i = 1; i <= n; i++) {
		char *got;

		err = (struct intact_error){ 0 };
		fail_at(i);
		got = read_all_rules(&err);
		fail_at(0);
		survived += got != NULL;
		check(want, got, &err, i);
	}
	assert_int_equal(own_open_files(), before);
	assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	print_message("%lu calls failed with %s, %lu times it did not matter\n", n, strerror(with),
		      survived);
}

static void test_each_call(void **state)
{
	struct intact_error err = { 0 };
	char *want = read_all_rules(&err);

	(void)state;
	if (!want)
		fail_msg("%s", err.text);
	assert_non_null(strstr(want, "/below/ten"));
	assert_non_null(strstr(want, "/run/twenty-me"));
	assert_non_null(strstr(want, "/program/me"));
	fail_each_call(want, EIO);
	fail_each_call(want, EINTR);
	free(want);
}

/* All it said was read; whether that was all is not known. */
static void test_a_program_that_nobody_saw_end_has_failed(void **state)
{
	struct intact_error err = { 0 };

	(void)state;
	fail_at(0);
	error = ECHILD;
	forgotten = true;
	assert_null(read_all_rules(&err));
	forgotten = false;
	assert_int_equal(err.code, INTACT_EEXEC);
	assert_non_null(strstr(err.text, "No child processes"));
}

static void test_each_allocation(void **state)
{
	struct intact_error err = { 0 };
	unsigned long n;
	char *want;

	(void)state;
	starve(0);
	want = read_all_rules(&err);
	n = starve_count();
	assert_non_null(want);
	for (unsigned long i = 1; i <= n; i++) {
		char *got;

		err = (struct intact_error){ 0 };
		starve(i);
		got = read_all_rules(&err);
		starve(0);
		check(want, got, &err, i);
	}
	free(want);
	print_message("%lu allocations failed\n", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call),
		cmocka_unit_test(test_a_program_that_nobody_saw_end_has_failed),
		cmocka_unit_test(test_each_allocation),
	};

	return cmocka_run_group_tests(tests, lay_out, own_folder_leave);
}
