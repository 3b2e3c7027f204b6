/* SPDX-License-Identifier: BSD-2-Clause */

/* share.c, and reading with it: the same digest whoever computes it, none of what never was, and
 * nobody waits for anybody for ever.  pread(2) and preadv2(2) are put in place of the C library's
 * by the linker, to do something at a place of a file. */

#include "scan_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <sys/uio.h>
#include <time.h>

#include "base/thread.h"
#include "scan/share.h"

#define MIB ((size_t)1 << 20)
/* Of a file that is shared, with a piece of a subtree at its end. */
#define LARGE ((size_t)SHARE_FROM + 3 * MIB + 4321)
#define LONGEST (40 * VERITY_SUBTREE + 4097)

/* Far more than an answer takes on a busy machine. */
#define PATIENCE 2

static uint8_t *content(size_t size)
{
	uint8_t *bytes = malloc(size + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)((uint64_t)i * 2654435761u >> 13 ^ i >> 19);
	return bytes;
}

static struct verity *make(void)
{
	struct verity *v = NULL;

	assert_int_equal(verity_new(&v), 1);
	return v;
}

static void digest_of(const uint8_t *bytes, size_t size, uint8_t ret[VERITY_HASH])
{
	struct verity *v = make();

	verity_begin(v);
	assert_true(verity_update(v, bytes, size));
	assert_true(verity_end(v, false, ret));
	verity_free(v);
}

/* ---- helpers as workers are -------------------------------------------------------------------
 */

#define HELPERS_MAX 7

struct crowd {
	struct share share;
	_Atomic unsigned idle;
	_Atomic bool stopping;
	struct mutex lock;
	struct cond work;
	unsigned count;
	struct thread threads[HELPERS_MAX];
};

static void wake(void *ctx)
{
	struct crowd *c = ctx;

	mutex_lock(&c->lock);
	cond_signal(&c->work);
	mutex_unlock(&c->lock);
}

static void *help(void *arg)
{
	struct crowd *c = arg;
	struct verity *v = make();

	while (!atomic_load(&c->stopping)) {
		if (share_is_open(&c->share)) {
			share_help(&c->share, v);
			continue;
		}
		mutex_lock(&c->lock);
		atomic_fetch_add(&c->idle, 1);
		while (!atomic_load(&c->stopping) && !share_is_open(&c->share))
			cond_wait(&c->work, &c->lock);
		atomic_fetch_sub(&c->idle, 1);
		mutex_unlock(&c->lock);
	}
	verity_free(v);
	return NULL;
}

static void crowd_start(struct crowd *c, unsigned helpers)
{
	memset(c, 0, sizeof(*c));
	c->share.idle = &c->idle;
	c->share.wake = wake;
	c->share.wake_ctx = c;
	assert_int_equal(share_init(&c->share, NULL), 0);
	assert_int_equal(mutex_init(&c->lock, NULL), 0);
	assert_int_equal(cond_init(&c->work, NULL), 0);
	for (; c->count < helpers; c->count++)
		assert_int_equal(thread_start(&c->threads[c->count], help, c, NULL), 0);
}

static void crowd_stop(struct crowd *c)
{
	mutex_lock(&c->lock);
	atomic_store(&c->stopping, true);
	cond_broadcast(&c->work);
	mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->count; i++)
		thread_join(&c->threads[i]);
	assert_int_equal(c->share.open, 0);
	cond_destroy(&c->work);
	mutex_destroy(&c->lock);
	share_release(&c->share);
}

/* Some put where there is room, some copied, as reading does. */
static void add_in_pieces(struct shared *f, const uint8_t *bytes, size_t size, size_t piece)
{
	for (size_t at = 0, n; at < size; at += n) {
		unsigned char *place;
		size_t room = shared_room(f, &place);

		assert_true(room > 0);
		n = size - at < piece ? size - at : piece;
		if (n > room || at % 3) {
			assert_int_equal(shared_add(f, bytes + at, n, NULL), 0);
			continue;
		}
		memcpy(place, bytes + at, n);
		assert_int_equal(shared_add(f, place, n, NULL), 0);
	}
}

static void share_one(struct crowd *c, const uint8_t *bytes, size_t size, size_t piece)
{
	uint8_t expect[VERITY_HASH], value[VERITY_HASH];
	struct verity *v = make();
	struct shared *f;

	digest_of(bytes, size, expect);
	assert_int_equal(shared_new(&c->share, v, NULL, &f, NULL), 0);
	add_in_pieces(f, bytes, size, piece);
	assert_int_equal(shared_end(f, value, NULL), 0);
	assert_memory_equal(value, expect, VERITY_HASH);
	shared_free(f);
	verity_free(v);
}

static void test_share_gives_the_same_digest_with_any_number_of_helpers(void **state)
{
	static const size_t sizes[] = { 0,
					1,
					VERITY_SUBTREE - 1,
					VERITY_SUBTREE,
					VERITY_SUBTREE + 1,
					SHARE_UNITS * VERITY_SUBTREE,
					LONGEST };
	static const size_t pieces[] = { 65536, 100003, VERITY_SUBTREE, 3 * VERITY_SUBTREE + 5 };
	uint8_t *bytes = content(LONGEST);
	struct crowd c;

	(void)state;
	for (unsigned helpers = 0; helpers <= HELPERS_MAX; helpers++) {
		crowd_start(&c, helpers);
		for (size_t i = 0; i < 7; i++) {
			for (size_t k = 0; k < 4; k++)
				share_one(&c, bytes, sizes[i], pieces[k]);
		}
		crowd_stop(&c);
	}
	free(bytes);
}

/* An owner of its own. */
struct owner {
	struct crowd *crowd;
	const uint8_t *bytes;
	size_t size;
	struct thread thread;
};

static void *own(void *arg)
{
	struct owner *o = arg;

	for (int i = 0; i < 5; i++)
		share_one(o->crowd, o->bytes, o->size, 70000);
	return NULL;
}

static void test_share_helps_several_at_a_time(void **state)
{
	uint8_t *bytes = content(LONGEST);
	struct owner owners[3];
	struct crowd c;

	(void)state;
	crowd_start(&c, 2);
	for (size_t i = 0; i < 3; i++) {
		owners[i] = (struct owner){ .crowd = &c, .bytes = bytes + i * 77 };
		owners[i].size = LONGEST - i * VERITY_SUBTREE - 77 * i;
		assert_int_equal(thread_start(&owners[i].thread, own, &owners[i], NULL), 0);
	}
	for (size_t i = 0; i < 3; i++)
		thread_join(&owners[i].thread);
	crowd_stop(&c);
	free(bytes);
}

static void test_share_can_be_given_up_anywhere(void **state)
{
	uint8_t *bytes = content(LONGEST);
	struct verity *v = make();
	struct crowd c;

	(void)state;
	for (unsigned helpers = 0; helpers < 3; helpers++) {
		crowd_start(&c, helpers);
		for (size_t size = 0; size < LONGEST; size += VERITY_SUBTREE * 3 / 2) {
			struct shared *f;

			assert_int_equal(shared_new(&c.share, v, NULL, &f, NULL), 0);
			add_in_pieces(f, bytes, size, VERITY_SUBTREE / 2);
			shared_free(f);
			assert_null(c.share.first);
			assert_int_equal(c.share.open, 0);
		}
		share_one(&c, bytes, LONGEST, 65536);
		crowd_stop(&c);
	}
	shared_free(NULL);
	verity_free(v);
	free(bytes);
}

/* Its memory is its own for ever, and what it offered is there for helpers. */
static void test_share_is_not_touched_by_who_was_left_behind(void **state)
{
	static struct crowd c; /* what is left behind stays reachable */
	uint8_t *bytes = content(LONGEST);
	static struct watch watch;
	static struct verity *v;
	struct shared *f;

	(void)state;
	v = make();
	crowd_start(&c, 1);
	watch_begin(&watch);
	assert_int_equal(shared_new(&c.share, v, &watch, &f, NULL), 0);
	add_in_pieces(f, bytes, 11 * VERITY_SUBTREE + 1, 65536);
	watch_look(&watch, 0);
	watch_look(&watch, 1);
	assert_true(watch_give_up(&watch, 1));
	assert_int_equal(shared_add(f, bytes, VERITY_SUBTREE - 2, NULL), 0);
	assert_int_equal(shared_add(f, bytes, 1, NULL), INTACT_ESIGNAL);
	assert_int_equal(shared_end(f, bytes, NULL), INTACT_ESIGNAL);
	shared_free(f);
	assert_ptr_equal(c.share.first, f);
	while (share_is_open(&c.share))
		sched_yield();
	/* The others go on. */
	share_one(&c, bytes, LONGEST, 65536);
	crowd_stop(&c);
	free(bytes);
}

/* ---- a scan ------------------------------------------------------------------------------------
 */

/* What happens when the place `at` (-1: any) of the file `inode` is read. */
static struct {
	_Atomic bool armed;
	_Atomic ino_t inode;
	_Atomic off_t at;
	void (*_Atomic happen)(void);
	_Atomic unsigned times;
} event;

static struct fixture *the_fixture;

/* Of the scan: who reads, and has anybody else hashed? */
static struct {
	_Atomic bool armed;
	pthread_t reader;
	_Atomic bool came;
} helper;

bool __real_verity_subtree(struct verity *v, const void *data, uint8_t ret[VERITY_HASH]);
bool __wrap_verity_subtree(struct verity *v, const void *data, uint8_t ret[VERITY_HASH]);

bool __wrap_verity_subtree(struct verity *v, const void *data, uint8_t ret[VERITY_HASH])
{
	if (atomic_load(&helper.armed) && !pthread_equal(pthread_self(), helper.reader))
		atomic_store(&helper.came, true);
	return __real_verity_subtree(v, data, ret);
}

/* Before each read, so that there are many a time at which it could have come. */
static void wait_for_helper(void)
{
	struct timespec moment = { 0, 1000000 };

	if (!atomic_load(&helper.armed)) {
		helper.reader = pthread_self();
		atomic_store(&helper.armed, true);
	}
	for (int i = 0; i < 1000 && !atomic_load(&helper.came); i++)
		nanosleep(&moment, NULL);
}

ssize_t __real_pread(int fd, void *buffer, size_t n, off_t pos);
ssize_t __wrap_pread(int fd, void *buffer, size_t n, off_t pos);
ssize_t __real_preadv2(int fd, const struct iovec *iov, int count, off_t pos, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int count, off_t pos, int flags);

static void look_at(int fd, size_t n, off_t pos)
{
	void (*happen)(void) = atomic_load(&event.happen);
	off_t at = atomic_load(&event.at);
	struct stat st;

	if (!atomic_load(&event.armed) || (at >= 0 && (at < pos || at >= pos + (off_t)n)))
		return;
	if (fstat(fd, &st) == 0 && st.st_ino == atomic_load(&event.inode)) {
		atomic_fetch_add(&event.times, 1);
		happen();
	}
}

ssize_t __wrap_pread(int fd, void *buffer, size_t n, off_t pos)
{
	look_at(fd, n, pos);
	return __real_pread(fd, buffer, n, pos);
}

ssize_t __wrap_preadv2(int fd, const struct iovec *iov, int count, off_t pos, int flags)
{
	look_at(fd, iov[0].iov_len, pos);
	return __real_preadv2(fd, iov, count, pos, flags);
}

static void arm(struct fixture *f, const char *name, off_t at, void (*happen)(void))
{
	struct stat st;

	assert_int_equal(fstatat(f->fd, name, &st, 0), 0);
	the_fixture = f;
	atomic_store(&event.inode, st.st_ino);
	atomic_store(&event.at, at);
	atomic_store(&event.happen, happen);
	atomic_store(&event.times, 0);
	atomic_store(&event.armed, true);
}

static void disarm(void)
{
	atomic_store(&event.armed, false);
}

static int open_file(const char *name)
{
	return openat(the_fixture->fd, name, O_WRONLY);
}

static void grow(void)
{
	int fd = open_file("large");

	assert_int_equal(lseek(fd, 0, SEEK_END) >= (off_t)LARGE, 1);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void cut(void)
{
	int fd = open_file("large");
	off_t size = lseek(fd, 0, SEEK_END);

	assert_int_equal(ftruncate(fd, size - 1), 0);
	close(fd);
}

static void change(void)
{
	int fd = open_file("large");

	assert_int_equal(pwrite(fd, "y", 1, (off_t)MIB), 1);
	close(fd);
}

static void sleep_for_ever(void)
{
	thread_sleep_for_ever();
}

static void make_large(struct fixture *f, const char *name, size_t size)
{
	uint8_t *bytes = content(size);

	make_file(f, name, bytes, size);
	free(bytes);
}

/* Little of it takes place. */
static void make_sparse(struct fixture *f, const char *name, off_t size)
{
	int fd = openat(f->fd, name, O_CREAT | O_WRONLY, 0644);

	assert_int_equal(pwrite(fd, name, strlen(name), 5), strlen(name));
	assert_int_equal(pwrite(fd, name, strlen(name), size / 2), strlen(name));
	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static const uint8_t *fsverity_of(const struct intact_entry *e)
{
	return e->digest[intact_attr_get(INTACT_FSVERITY)->digest];
}

static void assert_large(const struct results *r, const char *path)
{
	const struct intact_entry *e = results_find(r, path);
	static uint8_t expect[VERITY_HASH];
	static bool known;

	if (!known) {
		uint8_t *bytes = content(LARGE);

		digest_of(bytes, LARGE, expect);
		free(bytes);
		known = true;
	}
	assert_null(e->problem);
	assert_memory_equal(fsverity_of(e), expect, VERITY_HASH);
}

static void test_scan_shares_a_large_file(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_large(f, "large", LARGE);
	f->rules.attrs = BIT(SIZE) | BIT(FSVERITY);
	for (f->workers = 0; f->workers <= 8; f->workers++) {
		scan_all(f, NULL, &r);
		assert_int_equal(r.rc, 0);
		assert_large(&r, "/large");
		assert_int_equal(r.stats.bytes, LARGE);
		results_free(&r);
	}
}

static void test_scan_shares_beside_other_digests(void **state)
{
	struct fixture *f = *state;
	struct results alone, r;

	make_large(f, "large", LARGE);
	f->rules.attrs = BIT(SIZE) | BIT(FSVERITY) | BIT(SHA256);
	scan_all(f, NULL, &alone);
	f->workers = 3;
	scan_all(f, NULL, &r);
	assert_large(&r, "/large");
	assert_memory_equal(results_find(&r, "/large")->digest[2],
			    results_find(&alone, "/large")->digest[2], 32);
	results_free(&r);
	results_free(&alone);
}

/* Then a thread reads ahead, and what it gives is copied. */
static void test_scan_shares_what_is_not_cached(void **state)
{
	struct fixture *f = *state;
	struct results r;
	int fd;

	make_large(f, "large", LARGE);
	fd = openat(f->fd, "large", O_RDONLY);
	assert_int_equal(fsync(fd), 0);
	f->rules.attrs = BIT(FSVERITY);
	for (f->workers = 1; f->workers <= 4; f->workers += 3) {
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		scan_all(f, NULL, &r);
		assert_large(&r, "/large");
		results_free(&r);
	}
	close(fd);
}

static void test_scan_has_helpers(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_large(f, "large", LARGE);
	f->rules.attrs = BIT(FSVERITY);
	f->workers = 2;
	arm(f, "large", -1, wait_for_helper);
	scan_all(f, NULL, &r);
	disarm();
	atomic_store(&helper.armed, false);
	assert_true(helper.came);
	assert_large(&r, "/large");
	results_free(&r);
}

static void test_scan_shares_many_large_files(void **state)
{
	static const char *const names[] = { "/a", "/b", "/c", "/d", "/e" };
	struct fixture *f = *state;
	struct results alone, r;

	for (size_t i = 0; i < 5; i++)
		make_sparse(f, names[i] + 1, (off_t)(SHARE_FROM + i * 700001));
	f->rules.attrs = BIT(SIZE) | BIT(FSVERITY);
	scan_all(f, NULL, &alone);
	for (f->workers = 2; f->workers <= 8; f->workers += 3) {
		scan_all(f, NULL, &r);
		assert_int_equal(r.rc, 0);
		for (size_t i = 0; i < 5; i++)
			assert_memory_equal(fsverity_of(results_find(&r, names[i])),
					    fsverity_of(results_find(&alone, names[i])),
					    VERITY_HASH);
		results_free(&r);
	}
	results_free(&alone);
}

static void test_scan_gives_no_digest_of_what_changed_meanwhile(void **state)
{
	static void (*const events[])(void) = { grow, cut, change };
	struct fixture *f = *state;

	f->rules.attrs = BIT(SIZE) | BIT(MTIME) | BIT(FSVERITY);
	for (size_t i = 0; i < 3; i++) {
		make_large(f, "large", LARGE);
		for (f->workers = 1; f->workers <= 4; f->workers += 3) {
			const struct intact_entry *e;
			struct results r;

			arm(f, "large", (off_t)(20 * MIB), events[i]);
			scan_all(f, NULL, &r);
			disarm();
			assert_int_equal(r.rc, 0);
			assert_int_equal(event.times, 3);
			e = results_find(&r, "/large");
			assert_string_equal(e->problem, "changed while it was read");
			assert_int_equal(e->failed, BIT(FSVERITY));
			assert_null(fsverity_of(e));
			results_free(&r);
		}
	}
}

static void test_scan_leaves_behind_who_reads_and_nobody_else(void **state)
{
	struct fixture *f = *state;

	f->rules.attrs = BIT(SIZE) | BIT(FSVERITY);
	make_large(f, "large", LARGE);
	make_large(f, "stuck", LARGE);
	f->patience = PATIENCE;
	for (f->workers = 1; f->workers <= 4; f->workers += 3) {
		const struct intact_entry *e;
		struct results r;

		arm(f, "stuck", (off_t)(40 * MIB), sleep_for_ever);
		scan_all(f, NULL, &r);
		disarm();
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.stats.left_behind, 1);
		e = results_find(&r, "/stuck");
		assert_string_equal(e->problem, "no answer from the file system for 2 seconds");
		assert_null(fsverity_of(e));
		assert_large(&r, "/large");
		results_free(&r);
	}
}

static int stop_after_some(void *ctx)
{
	return ++*(int *)ctx > 2;
}

static void test_scan_stops_in_the_middle_of_a_shared_file(void **state)
{
	struct fixture *f = *state;
	int calls = 0;
	struct results r;

	make_sparse(f, "huge", (off_t)1 << 40);
	f->rules.attrs = BIT(FSVERITY);
	f->workers = 3;
	f->tick = stop_after_some;
	f->tick_ctx = &calls;
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, INTACT_ESIGNAL);
	results_free(&r);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share_gives_the_same_digest_with_any_number_of_helpers),
		cmocka_unit_test(test_share_helps_several_at_a_time),
		cmocka_unit_test(test_share_can_be_given_up_anywhere),
		cmocka_unit_test(test_share_is_not_touched_by_who_was_left_behind),
		WITH_TREE(test_scan_shares_a_large_file),
		WITH_TREE(test_scan_shares_beside_other_digests),
		WITH_TREE(test_scan_shares_what_is_not_cached),
		WITH_TREE(test_scan_has_helpers),
		WITH_TREE(test_scan_shares_many_large_files),
		WITH_TREE(test_scan_gives_no_digest_of_what_changed_meanwhile),
		WITH_TREE(test_scan_leaves_behind_who_reads_and_nobody_else),
		WITH_TREE(test_scan_stops_in_the_middle_of_a_shared_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
