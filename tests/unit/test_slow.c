/* SPDX-License-Identifier: BSD-2-Clause */

/* order.c on a disk that waits: more workers, the same results.  The disk is openat(2) with a
 * pause, put in the place of the C library's by the linker. */

#include "scan_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <time.h>

#define FILES 600
#define LAG_NS 2000000L

static _Atomic bool slow;
static _Atomic unsigned threads;

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
	if (atomic_load(&slow))
		nanosleep(&lag, NULL);
	return __real_openat(dirfd, path, flags, mode);
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

static void test_slow_disk_gets_more_workers(void **state)
{
	struct fixture *f = *state;
	struct results few, many;
	unsigned started;

	f->rules.attrs = MASK_ALL;
	make_files(f);
	assert_int_equal(scan_slowly(f, 0, &few), 1);
	started = scan_slowly(f, 8, &many);
	assert_in_range(started, 2, 8);
	for (size_t i = 0; i < few.n; i++) {
		assert_string_equal(few.e[i].path.s, many.e[i].path.s);
		assert_int_equal(few.e[i].attrs, many.e[i].attrs);
		assert_int_equal(many.e[i].failed, 0);
	}
	results_free(&few);
	results_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_slow_disk_gets_more_workers, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
