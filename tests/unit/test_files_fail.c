/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Each system call that can fail does so once, while keys, signatures, baselines, journals and
 * records of what was seen are written and read; and each allocation.  What was said to be done is
 * done, what stood there before stands or the new one does, and nothing is left behind.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intact/db.h>
#include <intact/journal.h>
#include <intact/trust.h>

#include "test_db_random.h"
#include "tests/stress/starved.h"
#include "tests/unit/failing.h"
#include "tests/unit/own_folder.h"
#include "tests/unit/read_whole.h"

/* ---- the C library, failing ---- */

WRAP(int, stat, (const char *p, struct stat *st), (p, st), -1)
WRAP(int, fstat, (int fd, struct stat *st), (fd, st), -1)
WRAP(int, fstatat, (int fd, const char *p, struct stat *st, int f), (fd, p, st, f), -1)
WRAP(int, fsync, (int fd), (fd), -1)
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), -1)
WRAP(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), -1)
WRAP(int, flock, (int fd, int how), (fd, how), -1)
WRAP(int, ftruncate, (int fd, off_t len), (fd, len), -1)
WRAP(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), -1)
WRAP(int, renameat, (int from, const char *a, int to, const char *b), (from, a, to, b), -1)

/* What moves bytes. */
#define WRAP_BYTES(name, params, args, short_args)                             \
	ssize_t __real_##name params;                                          \
	ssize_t __wrap_##name params;                                          \
	ssize_t __wrap_##name params                                           \
	{                                                                      \
		if (!paused && error == SHORT && calls + 1 == fails_at && n) { \
			calls++;                                               \
			return __real_##name short_args;                       \
		}                                                              \
		return fails() ? -1 : __real_##name args;                      \
	}

WRAP_BYTES(read, (int fd, void *to, size_t n), (fd, to, n), (fd, to, 1))
WRAP_BYTES(pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), (fd, to, 1, at))
WRAP_BYTES(write, (int fd, const void *from, size_t n), (fd, from, n), (fd, from, 1))

/* It is closed all the same. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int rc = __real_close(fd);

	return fails() ? -1 : rc;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return fails() ? -1 : __real_open(path, flags, mode);
}

int __real_openat(int dirfd, const char *path, int flags, ...);
int __wrap_openat(int dirfd, const char *path, int flags, ...);
int __wrap_openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return fails() ? -1 : __real_openat(dirfd, path, flags, mode);
}

int __real_fcntl(int fd, int what, ...);
int __wrap_fcntl(int fd, int what, ...);
/* Only with numbers here. */
int __wrap_fcntl(int fd, int what, ...)
{
	va_list args;
	long arg;

	va_start(args, what);
	arg = va_arg(args, long);
	va_end(args);
	return fails() ? -1 : __real_fcntl(fd, what, arg);
}

/* ---- each once ---- */

static unsigned long allocations; /* in the last run */

/* Lays out what `run` works on; runs, and returns 0 or a negative code; looks at what is there
 * then.  All in a folder of its own, that is empty before. */
struct work {
	const char *name;
	void (*lay_out)(void);
	int (*run)(struct intact_error *err);
	void (*check)(int rc);
};

/* Returns the name of a temporary file that was left behind, or NULL.  An empty one is nobody's to
 * remove, before its lock is held; who comes next takes it. */
static const char *clear(void)
{
	static char left[256];
	DIR *dir = opendir(".");

	left[0] = '\0';
	for (struct dirent *d; (d = readdir(dir)) != NULL;) {
		struct stat st;

		if (strstr(d->d_name, "intact-tmp") && stat(d->d_name, &st) == 0 && st.st_size)
			snprintf(left, sizeof(left), "%s", d->d_name);
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			unlink(d->d_name);
	}
	closedir(dir);
	return left[0] ? left : NULL;
}

static int run_once(const struct work *w, unsigned long at, unsigned long starved)
{
	struct intact_error err = { 0 };
	const char *left;
	int rc, open_before;

	paused = true;
	w->lay_out();
	open_before = own_open_files();
	paused = false;
	fail_at(at);
	starve(starved);
	rc = w->run(&err);
	allocations = starve_count();
	starve(0);
	paused = true;
	if (rc < 0 && !err.text[0])
		fail_msg("%s: call %lu, allocation %lu failed, without a word", w->name, at,
			 starved);
	if (own_open_files() != open_before)
		fail_msg("%s: call %lu, allocation %lu failed, and a file stays open", w->name, at,
			 starved);
	w->check(rc);
	left = clear();
	if (left)
		fail_msg("%s: call %lu (%s), allocation %lu failed, and '%s' stays behind", w->name,
			 at, at ? strerror(error) : "", starved, left);
	paused = false;
	return rc;
}

static void fail_each(const struct work *w)
{
	static const int errors[] = { EIO, EINTR, ENOSPC, ENOENT, EEXIST, SHORT };
	unsigned long ncalls, nallocations;

	assert_int_equal(run_once(w, 0, 0), 0);
	ncalls = calls;
	nallocations = allocations;
	for (size_t k = 0; k < sizeof(errors) / sizeof(errors[0]); k++) {
		error = errors[k];
		for (unsigned long i = 1; i <= ncalls; i++) {
			int rc = run_once(w, i, 0);

			if (error == SHORT && rc < 0)
				fail_msg("%s: call %lu moves one byte, and that is an error",
					 w->name, i);
		}
	}
	for (unsigned long i = 1; i <= nallocations; i++)
		run_once(w, 0, i);
	print_message("%s: %lu calls, %lu allocations failed\n", w->name, ncalls, nallocations);
	assert_true(ncalls > 0);
}

static void fail_all(const struct work *works, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fail_each(&works[i]);
}

#define FAIL_ALL(works) fail_all(works, sizeof(works) / sizeof(works[0]))

/* ---- keys, signatures, what was seen ---- */

static struct intact_key *key;
static const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE] = { 1, 2, 3 };
static uint8_t first[INTACT_SIGNATURE_SIZE] = { 1 }, second[INTACT_SIGNATURE_SIZE] = { 2 };

static void nothing(void)
{
}

static void read_keys(void)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_key *private, *public;
	struct intact_error err;

	assert_int_equal(intact_key_read_private("key", NULL, NULL, &private, &err), 0);
	assert_int_equal(intact_key_read_public("key.pub", &public, &err), 0);
	assert_int_equal(intact_key_sign(private, INTACT_SIGNED_BASELINE, digest, signature, &err),
			 0);
	assert_true(intact_key_verify(public, INTACT_SIGNED_BASELINE, digest, signature));
	intact_key_free(private);
	intact_key_free(public);
}

static int write_keys(struct intact_error *err)
{
	return intact_key_write(key, "key", "key.pub", NULL, err);
}

static void check_keys(int rc)
{
	if (rc == 0)
		read_keys();
	else
		assert_true(access("key", F_OK) != 0 && access("key.pub", F_OK) != 0);
}

static void lay_out_keys(void)
{
	struct intact_error err;

	assert_int_equal(write_keys(&err), 0);
}

static int read_both(struct intact_error *err)
{
	struct intact_key *private = NULL, *public = NULL;
	int rc = intact_key_read_private("key", NULL, NULL, &private, err);

	if (rc == 0)
		rc = intact_key_read_public("key.pub", &public, err);
	intact_key_free(private);
	intact_key_free(public);
	return rc;
}

static void check_nothing(int rc)
{
	(void)rc;
}

static void lay_out_signature(void)
{
	struct intact_error err;

	assert_int_equal(intact_signature_write("sig", first, &err), 0);
}

static int write_signature(struct intact_error *err)
{
	return intact_signature_write("sig", second, err);
}

/* The old one or the new one, and the new one if that was said. */
static void check_signature(int rc)
{
	uint8_t got[INTACT_SIGNATURE_SIZE];
	struct intact_error err;

	assert_int_equal(intact_signature_read("sig", got, &err), 0);
	assert_true(memcmp(got, second, sizeof(got)) == 0 ||
		    (rc < 0 && memcmp(got, first, sizeof(got)) == 0));
}

static int read_signature(struct intact_error *err)
{
	uint8_t got[INTACT_SIGNATURE_SIZE];
	int rc = intact_signature_read("sig", got, err);

	if (rc == 0)
		assert_memory_equal(got, first, sizeof(got));
	return rc;
}

static const struct intact_seen seen_before = { 4, { 4 } }, seen_now = { 5, { 5 } };

static void lay_out_seen(void)
{
	struct intact_error err;

	assert_int_equal(intact_seen_write("seen", &seen_before, "a baseline", &err), 0);
}

static int write_seen(struct intact_error *err)
{
	return intact_seen_write("seen", &seen_now, "a baseline", err);
}

static void check_seen(int rc)
{
	struct intact_seen got;
	struct intact_error err;

	assert_int_equal(intact_seen_read("seen", &got, &err), 0);
	assert_true(got.generation == 5 || (rc < 0 && got.generation == 4));
	assert_int_equal(got.root[0], got.generation);
}

static int read_seen(struct intact_error *err)
{
	struct intact_seen got = { 0 };
	int rc = intact_seen_read("seen", &got, err);

	/* Nothing that was seen may be forgotten. */
	if (rc == 0)
		assert_int_equal(got.generation, 4);
	return rc;
}

static void test_keys_and_signatures(void **state)
{
	static const struct work works[] = {
		{ "writing keys", nothing, write_keys, check_keys },
		{ "reading keys", lay_out_keys, read_both, check_nothing },
		{ "writing a signature", lay_out_signature, write_signature, check_signature },
		{ "reading a signature", lay_out_signature, read_signature, check_nothing },
		{ "writing what was seen", lay_out_seen, write_seen, check_seen },
		{ "reading what was seen", lay_out_seen, read_seen, check_nothing },
	};

	(void)state;
	FAIL_ALL(works);
}

/* ---- baselines ---- */

enum kind { NATIVE, AIDE, AIDE_GZIP };

static struct intact_entry entries[12];
static size_t nentries;
static enum kind kind;

static int create(const char *path, int fd, struct intact_db_writer **ret, struct intact_error *err)
{
	const struct intact_db_meta meta = { .host = "h",
					     .version = "1",
					     .generation = 1,
					     .attrs = intact_db_aide_attrs(INTACT_AIDE_NEWEST),
					     .rules = "/ p\n",
					     .rules_len = 4 };

	if (kind != NATIVE)
		return intact_db_create_aide(path, fd, &meta, kind == AIDE_GZIP, INTACT_AIDE_NEWEST,
					     ret, err);
	return intact_db_create(path, fd, &meta, ret, err);
}

/* Of the first `n` entries. */
static int write_some(const char *path, size_t n, bool sign, struct intact_error *err)
{
	struct intact_db_writer *w = NULL;
	int rc = create(path, -1, &w, err);

	if (rc == 0 && sign)
		intact_db_sign(w, key);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = intact_db_append(w, &entries[i], err);
	if (rc == 0)
		rc = intact_db_commit(w, NULL, err);
	intact_db_writer_free(w);
	return rc;
}

static struct intact_db_trust trust_in(const struct intact_key *const *keys)
{
	return (struct intact_db_trust){ .keys = keys, .nkeys = 1 };
}

static void lay_out_old(void)
{
	struct intact_error err;

	assert_int_equal(write_some("db", nentries / 2, true, &err), 0);
}

static int write_new(struct intact_error *err)
{
	return write_some("db", nentries, true, err);
}

static void check_new(int rc)
{
	struct intact_error err;
	int n = read_whole(NULL, -1, &err);

	assert_true(n == (int)nentries || (rc < 0 && n == (int)(nentries / 2)));
}

static void lay_out_new(void)
{
	struct intact_error err;

	assert_int_equal(write_new(&err), 0);
}

static int all_or_none(int n)
{
	if (n < 0)
		return n;
	assert_int_equal(n, nentries);
	return 0;
}

static int read_new(struct intact_error *err)
{
	return all_or_none(read_whole(NULL, -1, err));
}

static int read_signed(struct intact_error *err)
{
	const struct intact_key *keys[] = { key };
	const struct intact_db_trust trust = trust_in(keys);

	return all_or_none(read_whole(&trust, -1, err));
}

/* AIDE's text, which is copied to where nobody else writes. */
static int read_detached(struct intact_error *err)
{
	const struct intact_key *keys[] = { key };
	struct intact_db_trust trust = trust_in(keys);
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc = intact_signature_read("sig", signature, err);

	trust.detached = signature;
	return rc < 0 ? rc : all_or_none(read_whole(&trust, -1, err));
}

static void lay_out_detached(void)
{
	const struct intact_key *keys[] = { key };
	const struct intact_db_trust trust = { .keys = keys, .detached = first };
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_error err;
	struct intact_db *db;

	lay_out_new();
	assert_int_equal(intact_db_open_signed("db", -1, &trust, &db, &err), 0);
	assert_int_equal(intact_key_sign(key, INTACT_SIGNED_FILE,
					 intact_db_meta(db)->signature.digest, signature, &err),
			 0);
	assert_int_equal(intact_signature_write("sig", signature, &err), 0);
	intact_db_close(db);
}

static int read_a_pipe(struct intact_error *err)
{
	static char data[1 << 16];
	int fds[2], rc;
	ssize_t n;

	paused = true;
	fds[0] = open("db", O_RDONLY);
	n = read(fds[0], data, sizeof(data));
	close(fds[0]);
	assert_true(n > 0 && n < (ssize_t)sizeof(data));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], data, (size_t)n), n);
	close(fds[1]);
	paused = false;
	rc = all_or_none(read_whole(NULL, fds[0], err));
	paused = true;
	close(fds[0]);
	paused = false;
	return rc;
}

static void lay_out_unsigned(void)
{
	struct intact_error err;

	assert_int_equal(write_some("db", nentries, false, &err), 0);
}

static int embed(struct intact_error *err)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_db_out *out = NULL;
	struct intact_db *db = NULL;
	int rc = intact_db_open("db", -1, &db, err);

	if (rc == 0)
		rc = intact_key_sign(key, INTACT_SIGNED_BASELINE, intact_db_meta(db)->root,
				     signature, err);
	if (rc == 0)
		rc = intact_db_reserve("db", -1, &out, err);
	if (rc == 0)
		rc = intact_db_embed(db, out, signature, err);
	intact_db_out_free(out);
	intact_db_close(db);
	return rc;
}

static void check_embedded(int rc)
{
	struct intact_error err;

	assert_int_equal(read_new(&err), 0);
	if (rc == 0)
		assert_int_equal(read_signed(&err), 0);
}

/* Lines that are out of order are sorted in memory. */
static void lay_out_unsorted(void)
{
	static const char head[] = "@@begin_db\n@@db_spec name attr perm\n";
	FILE *out = fopen("db", "w");

	assert_non_null(out);
	fputs(head, out);
	for (int i = (int)nentries; i > 0; i--)
		fprintf(out, "/%02d 4 100644\n", i);
	fputs("@@end_db\n", out);
	assert_int_equal(fclose(out), 0);
}

static void fail_baselines(void)
{
	static const struct work works[] = {
		{ "writing a baseline", lay_out_old, write_new, check_new },
		{ "reading a baseline", lay_out_new, read_new, check_nothing },
		{ "reading a pipe", lay_out_new, read_a_pipe, check_nothing },
		{ "reading a signed baseline", lay_out_new, read_signed, check_nothing },
		{ "signing a baseline", lay_out_unsigned, embed, check_embedded },
	};

	/* AIDE's text is not signed as a part of itself. */
	fail_all(works, kind == NATIVE ? 5 : 3);
}

static void test_baselines(void **state)
{
	static const struct work unsorted = { "reading text out of order", lay_out_unsorted,
					      read_new, check_nothing };
	static const struct work detached = { "reading text with a signature", lay_out_detached,
					      read_detached, check_nothing };

	(void)state;
	fail_each(&unsorted);
	for (kind = NATIVE; kind <= AIDE_GZIP; kind++) {
		fail_baselines();
		if (kind != NATIVE)
			fail_each(&detached);
	}
}

/* ---- journals ---- */

static const char members[] = "\"run\":\"check\"";

static void lay_out_journal(void)
{
	struct intact_journal *j;
	struct intact_error err;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(intact_journal_open_append("journal", &j, &err), 0);
		assert_int_equal(intact_journal_append(j, members, sizeof(members) - 1, NULL, &err),
				 0);
		intact_journal_close(j);
	}
}

static int append_record(struct intact_error *err)
{
	enum intact_journal_verdict verdict = INTACT_JOURNAL_OTHER;
	struct intact_journal_point point;
	struct intact_journal *j = NULL;
	int rc = intact_journal_open_append("journal", &j, err);

	if (rc == 0)
		rc = intact_journal_append(j, members, sizeof(members) - 1, &point, err);
	if (rc == 0)
		rc = intact_journal_holds(j, &point, &verdict, err);
	if (rc == 0)
		assert_int_equal(verdict, INTACT_JOURNAL_HOLDS);
	intact_journal_close(j);
	return rc;
}

static struct intact_journal_sum journal_sum(void)
{
	struct intact_journal_sum sum = { 0 };
	struct intact_journal *j;
	struct intact_error err;

	if (access("journal", F_OK) != 0)
		return sum;
	assert_int_equal(intact_journal_open("journal", &j, &err), 0);
	assert_int_equal(intact_journal_read(j, NULL, NULL, &sum, &err), 0);
	intact_journal_close(j);
	return sum;
}

/* Those before are there, whole; the new one is, if that was said. */
static void check_appended(int rc)
{
	struct intact_journal_sum sum = journal_sum();

	assert_int_equal(sum.damages, 0);
	assert_true(sum.records == 3 || (rc < 0 && sum.records == 2));
}

static void check_first(int rc)
{
	struct intact_journal_sum sum = journal_sum();

	assert_int_equal(sum.damages, 0);
	assert_true(sum.records == 1 || (rc < 0 && sum.records == 0));
}

static int read_journal(struct intact_error *err)
{
	struct intact_journal_sum sum = { 0 };
	struct intact_journal *j = NULL;
	int rc = intact_journal_open("journal", &j, err);

	if (rc == 0)
		rc = intact_journal_read(j, NULL, NULL, &sum, err);
	if (rc == 0)
		assert_int_equal(sum.records, 2);
	intact_journal_close(j);
	return rc;
}

static void test_journals(void **state)
{
	static const struct work works[] = {
		{ "a first record", nothing, append_record, check_first },
		{ "a record", lay_out_journal, append_record, check_appended },
		{ "reading a journal", lay_out_journal, read_journal, check_nothing },
	};

	(void)state;
	FAIL_ALL(works);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_and_signatures),
		cmocka_unit_test(test_baselines),
		cmocka_unit_test(test_journals),
	};
	struct arena a = { 0 };
	struct intact_error err;
	int failed;

	paused = true;
	nentries = rnd_entries(entries, sizeof(entries) / sizeof(entries[0]), 5, &a);
	if (intact_key_make(&key, &err) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, own_folder_enter, own_folder_leave);
	intact_key_free(key);
	arena_release(&a);
	return failed;
}
