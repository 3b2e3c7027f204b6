/* SPDX-License-Identifier: BSD-2-Clause */

/* policy.c: what is read although it looks unchanged. */

#include "scan_fixture.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <time.h>

#include "scan/policy.h"

#define DAY 86400

/* Where the tree lies: on a disk unless a test says otherwise. */
static struct {
	unsigned major;
	long type;
	bool unknown;
	unsigned pause; /* seconds, before the first look */
} disk = { 8, EXT4_SUPER_MAGIC, false, 0 };

int __real_statx(int fd, const char *path, int flags, unsigned mask, struct statx *ret);
int __wrap_statx(int fd, const char *path, int flags, unsigned mask, struct statx *ret);
int __real_fstatfs(int fd, struct statfs *ret);
int __wrap_fstatfs(int fd, struct statfs *ret);

int __wrap_statx(int fd, const char *path, int flags, unsigned mask, struct statx *ret)
{
	int rc;

	sleep(disk.pause);
	disk.pause = 0;
	rc = __real_statx(fd, path, flags, mask, ret);

	ret->stx_dev_major = disk.major;
	return rc;
}

int __wrap_fstatfs(int fd, struct statfs *ret)
{
	int rc = __real_fstatfs(fd, ret);

	ret->f_type = disk.type;
	if (disk.unknown) {
		errno = EIO;
		rc = -1;
	}
	return rc;
}

static struct intact_str str(const char *s)
{
	return (struct intact_str){ s, strlen(s) };
}

/* ---- the calendar ---- */

/* A run each day at about the same time, some missed: how long does a file stay unread at most? */
static int64_t longest_gap(const char *path, uint64_t period, unsigned miss_every)
{
	struct intact_str name = str(path);
	int64_t start = 20000 * (int64_t)DAY + 3 * 3600;
	int64_t last = start, longest = 0;

	for (int day = 1; day < 120; day++) {
		int64_t now = start + day * (int64_t)DAY + (day * 7919) % 1200 - 600;

		if (miss_every && day % (int)miss_every == 0)
			continue;
		if (!policy_is_due(period, now, last, &name))
			continue;
		longest = now - last > longest ? now - last : longest;
		last = now;
	}
	return longest;
}

static void test_policy_reads_each_file_once_in_a_period(void **state)
{
	static const unsigned days[] = { 1, 2, 3, 7, 14, 30 };
	char path[32];

	(void)state;
	for (size_t d = 0; d < sizeof(days) / sizeof(days[0]); d++) {
		uint64_t period = days[d] * (uint64_t)DAY;

		/* With one run a day a period of one or two days means every run, give or take
		 * the minutes between them. */
		uint64_t allowed = period + (days[d] == 1 ? 1200 : 0);

		for (int i = 0; i < 500; i++) {
			snprintf(path, sizeof(path), "/usr/bin/%d", i);
			assert_true((uint64_t)longest_gap(path, period, 0) <= allowed);
		}
	}
}

static void test_policy_makes_up_for_missed_nights(void **state)
{
	char path[32];

	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "/usr/bin/%d", i);
		/* One run later than it would have been, not one period. */
		assert_true(longest_gap(path, 7 * DAY, 3) <= 8 * DAY);
	}
}

static void test_policy_spreads_over_the_nights(void **state)
{
	unsigned read[6] = { 0 };
	int64_t start = 20000 * (int64_t)DAY + 3600;
	char path[32];

	(void)state;
	for (int i = 0; i < 6000; i++) {
		int64_t last = start;
		struct intact_str name;

		snprintf(path, sizeof(path), "/usr/lib/x%d", i);
		name = str(path);
		for (int night = 0; night < 6; night++) {
			int64_t now = start + (night + 1) * (int64_t)DAY;

			if (policy_is_due(7 * DAY, now, last, &name)) {
				read[night]++;
				last = now;
			}
		}
	}
	/* The first night after an init is one as all others. */
	for (int night = 0; night < 6; night++)
		assert_in_range(read[night], 850, 1150);
}

static void test_policy_does_not_trust_a_clock_that_was_set_back(void **state)
{
	struct intact_str name = str("/file");
	int64_t now = 20000 * (int64_t)DAY;

	(void)state;
	assert_true(policy_is_due(30 * DAY, now, now + 1, &name));
	assert_true(policy_is_due(30 * DAY, now, 0, &name));
	assert_true(policy_is_due(30 * DAY, now, -5, &name));
	assert_true(policy_is_due(30 * DAY, -1, -5, &name));
	assert_true(policy_is_due(30 * DAY, now, now - 30 * DAY, &name));
	assert_false(policy_is_due(30 * DAY, now, now, &name));
}

/* ---- measuring ---- */

/* The file as a baseline would have it that was made long before, when its content was another one:
 * only the digest tells. */
static void make_old(struct fixture *f, struct results *r, struct intact_entry *ret)
{
	static const uint8_t other[64] = { 1, 2, 3 };

	f->rules.attrs = MASK_ALL;
	make_text(f, "file", "content that was changed, with all times put back");
	f->hash_policy = INTACT_HASH_ALWAYS;
	scan_all(f, NULL, r);
	assert_int_equal(r->rc, 0);
	*ret = *results_find(r, "/file");
	ret->digest[intact_attr_get(INTACT_SHA256)->digest] = other;
	ret->read.sec = ret->ctime.sec + 70;
	f->now = ret->read.sec + 10;
}

static bool is_read(struct fixture *f, const struct intact_entry *old)
{
	struct results r;
	const struct intact_entry *e;
	bool equal;

	scan_all(f, old, &r);
	assert_int_equal(r.rc, 0);
	e = results_find(&r, "/file");
	assert_int_equal(e->failed, 0);
	equal = intact_entry_equal(e, old, intact_attr_get(INTACT_SHA256));
	/* What was not read says so, and when it was read. */
	assert_int_equal((e->flags & INTACT_ENTRY_TRUSTED) != 0, equal);
	if (equal)
		assert_int_equal(e->read.sec, old->read.sec);
	else
		assert_true(llabs(e->read.sec - (int64_t)time(NULL)) < 100);
	results_free(&r);
	return !equal;
}

static void test_policy_reads_what_looks_changed(void **state)
{
	struct fixture *f = *state;
	struct intact_entry old, other;
	struct results r;

	make_old(f, &r, &old);
	assert_true(is_read(f, &old));
	f->hash_policy = INTACT_HASH_CHANGED;
	assert_false(is_read(f, &old));
#define READ_WITH(change)                        \
	do {                                     \
		other = old;                     \
		change;                          \
		assert_true(is_read(f, &other)); \
	} while (0)
	READ_WITH(other.size++);
	READ_WITH(other.mode ^= 1);
	READ_WITH(other.ino++);
	READ_WITH(other.dev++);
	READ_WITH(other.mtime.nsec ^= 1);
	READ_WITH(other.mtime.sec--);
	READ_WITH(other.ctime.nsec ^= 1);
	READ_WITH(other.ctime.sec--);
	READ_WITH(other.flags |= INTACT_ENTRY_SECONDS);
	READ_WITH(other.problem = "something");
	READ_WITH(other.failed = BIT(SHA256));
	READ_WITH(other.attrs &= ~BIT(SHA256));
	READ_WITH(other.read.sec = 0);
	/* Read within a minute of its change: the next change could leave the same ctime. */
	READ_WITH(other.read.sec = other.ctime.sec + 1);
	READ_WITH(other.read.sec = other.ctime.sec + 59);
	other = old;
	other.read.sec = other.ctime.sec + 60;
	assert_false(is_read(f, &other));
	/* Read after now. */
	READ_WITH(other.read.sec = f->now + 1);
	/* Another digest is wanted than the one there is. */
	f->rules.attrs |= BIT(SHA512);
	assert_true(is_read(f, &old));
	results_free(&r);
}

/* Without a block device below it: is the file system one where each change moves a time? */
static void test_policy_reads_what_is_in_memory_only(void **state)
{
	static const long types[] = { TMPFS_MAGIC, RAMFS_MAGIC, HUGETLBFS_MAGIC };
	struct fixture *f = *state;
	struct intact_entry old;
	struct results r;

	disk.major = 0;
	disk.type = BTRFS_SUPER_MAGIC;
	make_old(f, &r, &old);
	f->hash_policy = INTACT_HASH_CHANGED;
	assert_false(is_read(f, &old));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		disk.type = types[i];
		assert_true(is_read(f, &old));
	}
	disk.unknown = true;
	f->rules.attrs &= ~BIT(FSTYPE);
	assert_true(is_read(f, &old));
	disk.unknown = false;
	disk.major = 8;
	disk.type = EXT4_SUPER_MAGIC;
	results_free(&r);
}

static void test_policy_finds_a_change_with_all_times_put_back_within_the_period(void **state)
{
	struct fixture *f = *state;
	struct intact_entry old;
	struct results r;
	unsigned found = 0;

	make_old(f, &r, &old);
	f->hash_policy = INTACT_HASH_ROLLING;
	f->hash_period = 7 * DAY;
	assert_false(is_read(f, &old));
	for (int night = 1; night <= 7 && !found; night++) {
		f->now = old.read.sec + night * (int64_t)DAY;
		found = is_read(f, &old) ? (unsigned)night : 0;
	}
	assert_in_range(found, 1, 7);
	/* And then each time, until a baseline says that it was read. */
	f->now += DAY;
	assert_true(is_read(f, &old));
	f->now += 100 * (int64_t)DAY;
	assert_true(is_read(f, &old));
	results_free(&r);
}

/* What was read in the period is taken as it was, and the rest is not verified. */
static void test_policy_without_time_to_read(void **state)
{
	static const struct {
		enum intact_hash_policy policy;
		int64_t days;
		bool trusted;
	} cases[] = {
		{ INTACT_HASH_ALWAYS, 0, false },  { INTACT_HASH_CHANGED, 0, true },
		{ INTACT_HASH_CHANGED, 99, true }, { INTACT_HASH_ROLLING, 6, true },
		{ INTACT_HASH_ROLLING, 7, false },
	};
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct intact_entry old;
	struct results first, r;

	make_old(f, &first, &old);
	f->hash_period = 7 * DAY;
	f->time_limit = 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->hash_policy = cases[i].policy;
		f->now = old.read.sec + cases[i].days * DAY;
		disk.pause = 2;
		scan_all(f, &old, &r);
		assert_int_equal(r.rc, 0);
		e = results_find(&r, "/file");
		assert_int_equal((e->flags & INTACT_ENTRY_TRUSTED) != 0, cases[i].trusted);
		assert_int_equal(e->failed, cases[i].trusted ? 0 : BIT(SHA256));
		assert_int_equal(e->problem != NULL, !cases[i].trusted);
		results_free(&r);
	}
	results_free(&first);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy_reads_each_file_once_in_a_period),
		cmocka_unit_test(test_policy_makes_up_for_missed_nights),
		cmocka_unit_test(test_policy_spreads_over_the_nights),
		cmocka_unit_test(test_policy_does_not_trust_a_clock_that_was_set_back),
		WITH_TREE(test_policy_reads_what_looks_changed),
		WITH_TREE(test_policy_reads_what_is_in_memory_only),
		WITH_TREE(test_policy_without_time_to_read),
		WITH_TREE(test_policy_finds_a_change_with_all_times_put_back_within_the_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
