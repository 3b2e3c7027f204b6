/* SPDX-License-Identifier: BSD-2-Clause */

/* order.c, workers.c on a disk that waits: more workers, the same results; and on one that gives
 * no answer.  The disk is openat(2) with a pause, put in place of the C library's by the linker.
 */

#include "scan_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <time.h>

#include "base/thread.h"

#define FILES 600
#define LAG_NS 2000000L
#define TRIES 50

/* Far more than an answer takes on a busy machine. */
#define PATIENCE 1

static _Atomic bool slow;
static _Atomic bool silent;	  /* names that begin with "stuck" are never answered for */
static _Atomic bool many_devices; /* each folder is one */
static _Atomic unsigned threads;

int __real_fstat(int fd, struct stat *ret);
int __wrap_fstat(int fd, struct stat *ret);
int __real_fstatat(int dirfd, const char *path, struct stat *ret, int flags);
int __wrap_fstatat(int dirfd, const char *path, struct stat *ret, int flags);
int __real_openat(int dirfd, const char *path, int flags, ...);
int __wrap_openat(int dirfd, const char *path, int flags, ...);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
			  void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
			  void *arg);

int __wrap_openat(int dirfd, const char *path, int flags, ...)
{
	struct timespec lag = { 0, LAG_NS };
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (atomic_load(&silent) && strncmp(path, "stuck", 5) == 0)
		thread_sleep_for_ever();
	if (atomic_load(&slow))
		nanosleep(&lag, NULL);
	return __real_openat(dirfd, path, flags, mode);
}

static void exchange_device(struct stat *st)
{
	if (atomic_load(&many_devices) && S_ISDIR(st->st_mode))
		st->st_dev = st->st_ino;
}

int __wrap_fstat(int fd, struct stat *ret)
{
	int rc = __real_fstat(fd, ret);

	if (rc == 0)
		exchange_device(ret);
	return rc;
}

int __wrap_fstatat(int dirfd, const char *path, struct stat *ret, int flags)
{
	int rc = __real_fstatat(dirfd, path, ret, flags);

	if (rc == 0)
		exchange_device(ret);
	return rc;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
			  void *arg)
{
	atomic_fetch_add(&threads, 1);
	return __real_pthread_create(thread, attr, run, arg);
}

static void make_files(struct fixture *f)
{
	char path[32];

	for (unsigned i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "file%03u", i);
		make_text(f, path, path);
	}
}

/* Threads that it took to scan the tree. */
static unsigned scan_slowly(struct fixture *f, unsigned most, struct results *r)
{
	f->workers = 1;
	f->workers_most = most;
	atomic_store(&threads, 0);
	atomic_store(&slow, true);
	scan_all(f, NULL, r);
	atomic_store(&slow, false);
	assert_int_equal(r->rc, 0);
	assert_int_equal(r->n, 1 + FILES);
	return atomic_load(&threads);
}

/* On a busy machine the pauses of our disk drown in those for a processor, which is not the disk's
 * fault.  That has an end. */
static unsigned scan_until_more(struct fixture *f, struct results *r)
{
	unsigned started = scan_slowly(f, 8, r);

	for (int i = 0; i < TRIES && started < 4; i++) {
		results_free(r);
		started = scan_slowly(f, 8, r);
	}
	return started;
}

static void test_slow_disk_gets_more_workers(void **state)
{
	struct fixture *f = *state;
	struct results few, many;

	f->rules.attrs = MASK_ALL;
	make_files(f);
	/* One that measures, and the ones that open the root and walk. */
	assert_int_equal(scan_slowly(f, 0, &few), 3);
	assert_in_range(scan_until_more(f, &many), 4, 10);
	for (size_t i = 0; i < few.n; i++) {
		assert_string_equal(few.e[i].path.s, many.e[i].path.s);
		assert_int_equal(few.e[i].attrs, many.e[i].attrs);
		assert_int_equal(many.e[i].failed, 0);
	}
	results_free(&few);
	results_free(&many);
}

/* ---- no answer ---- */

static void scan_stuck(struct fixture *f, unsigned workers, unsigned most, struct results *r)
{
	f->workers = workers;
	f->workers_most = most;
	f->patience = PATIENCE;
	atomic_store(&threads, 0);
	atomic_store(&slow, true);
	atomic_store(&silent, true);
	scan_all(f, NULL, r);
	atomic_store(&slow, false);
	atomic_store(&silent, false);
	assert_int_equal(r->rc, 0);
}

static void assert_same_results(const struct results *a, const struct results *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->e[i].path.s, b->e[i].path.s);
		assert_int_equal(a->e[i].attrs, b->e[i].attrs);
		assert_int_equal(a->e[i].failed, b->e[i].failed);
		assert_string_equal(a->e[i].problem ? a->e[i].problem : "",
				    b->e[i].problem ? b->e[i].problem : "");
	}
}

static void test_silent_objects_are_the_same_for_a_crew(void **state)
{
	struct fixture *f = *state;
	struct results one, crew;

	f->rules.attrs = MASK_ALL;
	make_files(f);
	make_text(f, "file300stuck", "is not one");
	make_text(f, "stuck1", "1");
	make_text(f, "stuck2", "2");
	make_text(f, "zz", "zz");
	scan_stuck(f, 1, 0, &one);
	assert_int_equal(one.stats.left_behind, 2);
	assert_int_equal(results_find(&one, "/zz")->failed, 0);
	assert_non_null(results_find(&one, "/stuck2")->problem);
	scan_stuck(f, 1, 8, &crew);
	assert_int_equal(crew.stats.left_behind, 2);
	/* The root, the walk, eight places, and somebody else for two of them: no more. */
	assert_in_range(atomic_load(&threads), 5, 12);
	assert_same_results(&one, &crew);
	results_free(&one);
	results_free(&crew);
}

/* Nobody is answered any more behind the third: eight at the most are asked by then. */
static void test_dead_disk_is_the_same_for_a_crew(void **state)
{
	struct fixture *f = *state;
	struct results one, crew;
	char name[32];

	f->rules.attrs = MASK_ALL;
	make_files(f);
	for (unsigned i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "stuck%02u", i);
		make_text(f, name, name);
	}
	make_text(f, "zz", "zz");
	scan_stuck(f, 1, 0, &one);
	assert_int_equal(one.stats.left_behind, 3);
	assert_string_equal(results_find(&one, "/zz")->problem,
			    results_find(&one, "/stuck03")->problem);
	scan_stuck(f, 1, 8, &crew);
	assert_in_range(crew.stats.left_behind, 3, 8 + 2);
	assert_same_results(&one, &crew);
	results_free(&one);
	results_free(&crew);
}

/* `count` folders, "dir00" ..., each with so many files that are never answered for. */
static void make_stuck_folders(struct fixture *f, unsigned count, unsigned files)
{
	char name[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "dir%02u", i);
		make_dir(f, name);
		for (unsigned k = 0; k < files; k++) {
			snprintf(name, sizeof(name), "dir%02u/stuck%02u", i, k);
			make_text(f, name, name);
		}
	}
}

/* The walk waits three times, too: then it asks for nothing there, and goes on elsewhere. */
static void test_dead_disk_costs_the_walk_three_folders(void **state)
{
	struct fixture *f = *state;
	struct results r;
	char name[32];

	for (unsigned i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "stuck%u", i);
		make_dir(f, name);
	}
	f->patience = PATIENCE;
	atomic_store(&silent, true);
	walk_all(f, &r);
	atomic_store(&silent, false);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.stats.left_behind, 3);
	assert_non_null(strstr(results_gap(&r, "/stuck2")->problem, "no answer"));
	assert_non_null(strstr(results_gap(&r, "/stuck3")->problem, "not asked"));
	assert_non_null(results_gap(&r, "/stuck5"));
	results_free(&r);
}

/* Many workers at a time ask what one worker alone would not ask any more.  That is no reason to
 * give the run up. */
static void test_dead_disks_cost_a_large_crew_no_more_than_one(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->rules.attrs = MASK_ALL;
	make_stuck_folders(f, 3, 40);
	make_text(f, "zz", "zz");
	atomic_store(&many_devices, true);
	scan_stuck(f, 40, 0, &r);
	atomic_store(&many_devices, false);
	assert_in_range(r.stats.left_behind, 3 * 3, 3 * 40);
	assert_int_equal(results_find(&r, "/zz")->failed, 0);
	assert_non_null(results_find(&r, "/dir02/stuck39")->problem);
	results_free(&r);
}

/* But there is an end, and it comes for many at the same time as for one. */
static void test_too_many_silent_objects_end_the_run(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->rules.attrs = MASK_ALL;
	make_stuck_folders(f, 33, 2);
	f->workers = 80;
	f->patience = PATIENCE;
	atomic_store(&many_devices, true);
	atomic_store(&silent, true);
	scan_all(f, NULL, &r);
	atomic_store(&silent, false);
	atomic_store(&many_devices, false);
	assert_int_equal(r.rc, INTACT_EIO);
	assert_string_equal(r.err.text, "file systems did not answer 65 times");
	results_free(&r);
}

/* ---- no answer any more ---- */

static unsigned asked;

static void read_again(struct fixture *f, struct intact_scan *scan, const struct intact_entry *e)
{
	struct intact_prefix prefix = { .size = 1 };
	struct intact_contents *contents;

	(void)f;
	if (strncmp(e->path.s, "/stuck", 6) != 0)
		return;
	assert_int_equal(e->failed, 0);
	assert_int_equal(intact_scan_contents(scan, &contents, NULL), 0);
	assert_int_equal(contents->prefixes(contents, e, false, &prefix, 1, NULL), 1);
	assert_true(prefix.known);
	atomic_store(&silent, true);
	/* The first costs the patience, the second nothing. */
	for (int i = 0; i < 2; i++) {
		prefix = (struct intact_prefix){ .size = 1 };
		assert_int_equal(contents->prefixes(contents, e, false, &prefix, 1, NULL), 0);
		assert_false(prefix.known);
		asked++;
	}
	atomic_store(&silent, false);
	contents->close(contents);
}

static void test_reading_again_waits_for_nobody(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	f->follow = true;
	f->given = read_again;
	f->workers = 1;
	f->patience = PATIENCE;
	make_text(f, "stuck", "later");
	asked = 0;
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(asked, 2);
	assert_int_equal(r.stats.left_behind, 1);
	results_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_silent_objects_are_the_same_for_a_crew,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_dead_disk_is_the_same_for_a_crew,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_dead_disk_costs_the_walk_three_folders,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_dead_disks_cost_a_large_crew_no_more_than_one,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_too_many_silent_objects_end_the_run,
						fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_reading_again_waits_for_nobody, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_slow_disk_gets_more_workers, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
