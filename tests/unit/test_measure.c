/* SPDX-License-Identifier: BSD-2-Clause */

/* measure.c, object.c, read.c: values, and what comes out when the object does not play along. */

#include "scan_fixture.h"

#include <linux/magic.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>

#include "base/buf.h"
#include "base/text.h"
#include "scan/context.h"

#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void assert_sha256(const uint8_t *const *digest, const char *expect)
{
	struct buf hex = { 0 };

	assert_non_null(digest[2]);
	text_hex(&hex, digest[2], 32);
	assert_string_equal(hex.data, expect);
	buf_release(&hex);
}

/* Long enough ago for a second look to tell. */
static void pass_a_tick(void)
{
	struct timespec wait = { 0, 30000000 };

	nanosleep(&wait, NULL);
}

/* ---- values ------------------------------------------------------------------------------------
 */

static void test_measure_takes_all_of_a_file(void **state)
{
	struct timespec times[2] = { { 1, 2 }, { -5, 123456789 } };
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;
	struct stat st;

	f->rules.attrs = MASK_ALL | BIT(BLOCKS) | BIT(ATIME) | BIT(DEV) | BIT(BTIME) | BIT(FSTYPE);
	make_text(f, "file", "abc");
	assert_int_equal(fchmodat(f->fd, "file", 04750, 0), 0);
	assert_int_equal(linkat(f->fd, "file", f->fd, "other", 0), 0);
	assert_int_equal(utimensat(f->fd, "file", times, 0), 0);
	assert_int_equal(fstatat(f->fd, "file", &st, 0), 0);
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.stats.entries, 3);
	assert_int_equal(r.stats.bytes, 6);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_int_equal(e->failed, 0);
	assert_int_equal(e->flags, 0);
	assert_int_equal(e->mode, S_IFREG | 04750);
	assert_int_equal(e->uid, st.st_uid);
	assert_int_equal(e->gid, st.st_gid);
	assert_int_equal(e->size, 3);
	assert_int_equal(e->nlink, 2);
	assert_int_equal(e->ino, st.st_ino);
	assert_int_equal(e->blocks, st.st_blocks);
	assert_int_equal(e->dev, (uint64_t)major(st.st_dev) << 32 | minor(st.st_dev));
	assert_int_equal(e->mtime.sec, -5);
	assert_int_equal(e->mtime.nsec, 123456789);
	assert_int_equal(e->ctime.sec, st.st_ctim.tv_sec);
	assert_int_equal(e->ctime.nsec, st.st_ctim.tv_nsec);
	assert_sha256(e->digest, SHA256_ABC);
	assert_string_equal(e->acl_access.s, "user::rwx\ngroup::r-x\nother::---\n");
	assert_null(e->acl_default.s);
	assert_null(e->caps.s);
	assert_true(e->attrs & BIT(CAPS));
	assert_true(e->fstype != 0);
	assert_true(llabs(e->read.sec - (int64_t)time(NULL)) < 100);
	/* Reading leaves no trace. */
	assert_int_equal(fstatat(f->fd, "file", &st, 0), 0);
	assert_int_equal(st.st_atim.tv_sec, 1);
	assert_int_equal(st.st_atim.tv_nsec, 2);
	assert_sha256(results_find(&r, "/other")->digest, SHA256_ABC);
	/* Digests and links are not for directories, and the rule is cut to that. */
	e = results_find(&r, "/");
	assert_false(e->attrs & (BIT(SHA256) | BIT(LINK) | BIT(CAPS)));
	assert_int_equal(e->read.sec, 0);
	results_free(&r);
}

static void test_measure_takes_link_targets_of_any_length(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;
	char target[4096];

	memset(target, 't', sizeof(target));
	target[4095] = '\0';
	target[7] = '\n';
	f->rules.attrs = MASK_ALL;
	assert_int_equal(symlinkat(target, f->fd, "long"), 0);
	assert_int_equal(symlinkat("x", f->fd, "short"), 0);
	scan_all(f, NULL, &r);
	e = results_find(&r, "/long");
	assert_null(e->problem);
	assert_int_equal(e->link.len, 4095);
	assert_memory_equal(e->link.s, target, 4096);
	assert_false(e->attrs & (BIT(SHA256) | BIT(ACL) | BIT(E2FSATTRS)));
	assert_string_equal(results_find(&r, "/short")->link.s, "x");
	results_free(&r);
}

static void test_measure_never_opens_what_is_not_a_file(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = MASK_ALL | BIT(RDEV);
	assert_int_equal(mkfifoat(f->fd, "fifo", 0640), 0);
	scan_all(f, NULL, &r);
	e = results_find(&r, "/fifo");
	assert_null(e->problem);
	assert_int_equal(e->mode, S_IFIFO | 0640);
	assert_string_equal(e->acl_access.s, "user::rw-\ngroup::r--\nother::---\n");
	results_free(&r);
	if (mknodat(f->fd, "dev", S_IFCHR | 0600, makedev(1, 0xfedcb)) != 0)
		skip();
	scan_all(f, NULL, &r);
	e = results_find(&r, "/dev");
	assert_null(e->problem);
	assert_int_equal(e->rdev, (uint64_t)1 << 32 | 0xfedcb);
	results_free(&r);
}

static void test_measure_hashes_holes_without_reading_them(void **state)
{
	/* sha256 of 5 GiB of zeros but for "abc" at the start and "xyz" at 3 GiB: checked against
	 * sha256sum(1) through a pipe once; here against the same content without holes, smaller.
	 */
	struct fixture *f = *state;
	uint8_t dense[32];
	struct results r;
	int fd;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	fd = openat(f->fd, "sparse", O_CREAT | O_RDWR, 0644);
	assert_int_equal(pwrite(fd, "abc", 3, 0), 3);
	assert_int_equal(pwrite(fd, "xyz", 3, 3000000), 3);
	assert_int_equal(ftruncate(fd, 8000001), 0);
	scan_all(f, NULL, &r);
	assert_null(results_find(&r, "/sparse")->problem);
	assert_true(r.stats.bytes < 1000000);
	memcpy(dense, results_find(&r, "/sparse")->digest[2], 32);
	results_free(&r);
	/* Fill the holes. */
	for (off_t at = 4096; at < 8000001; at += 4096) {
		if (at / 4096 != 3000000 / 4096)
			assert_int_equal(pwrite(fd, "", 1, at), 1);
	}
	close(fd);
	scan_all(f, NULL, &r);
	assert_true(r.stats.bytes >= 8000001);
	assert_memory_equal(results_find(&r, "/sparse")->digest[2], dense, 32);
	results_free(&r);
}

static void test_measure_hashes_a_sparse_file_of_five_gib(void **state)
{
	struct fixture *f = *state;
	struct results r;
	int fd;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	fd = openat(f->fd, "huge", O_CREAT | O_RDWR, 0644);
	assert_int_equal(ftruncate(fd, (off_t)5 << 30), 0);
	close(fd);
	scan_all(f, NULL, &r);
	assert_null(results_find(&r, "/huge")->problem);
	assert_true(r.stats.bytes < 100);
	assert_sha256(results_find(&r, "/huge")->digest,
		      "7f06c62352aebd8125b2a1841e2b9e1ffcbed602f381c3dcb3200200e383d1d5");
	results_free(&r);
}

static void test_measure_reads_sizes_around_the_buffer(void **state)
{
	static const size_t sizes[] = {
		0, 1, 65535, 65536, 262143, 262144, 262145, 1048576, 5000000
	};
	struct fixture *f = *state;
	unsigned char *data = malloc(5000000);
	uint8_t out[INTACT_DIGEST_MAX][64];
	struct intact_hasher *h;
	struct results r;
	char name[32];

	assert_non_null(data);
	for (size_t i = 0; i < 5000000; i++)
		data[i] = (unsigned char)(i * 7 >> 2);
	f->rules.attrs = BIT(SHA256) | BIT(MD5);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(name, sizeof(name), "%zu", sizes[i]);
		make_file(f, name, data, sizes[i]);
	}
	scan_all(f, NULL, &r);
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct intact_entry *e;

		snprintf(name, sizeof(name), "/%zu", sizes[i]);
		e = results_find(&r, name);
		assert_null(e->problem);
		assert_int_equal(intact_hasher_begin(h, BIT(SHA256) | BIT(MD5), 0, NULL), 0);
		assert_int_equal(intact_hasher_update(h, data, sizes[i], NULL), 0);
		assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
		assert_memory_equal(e->digest[2], out[2], 32);
		assert_memory_equal(e->digest[0], out[0], 16);
	}
	intact_hasher_free(h);
	results_free(&r);
	free(data);
}

static void test_measure_leaves_pseudo_file_systems_unread(void **state)
{
	struct intact_rules rules = { .attrs = MASK_ALL };
	struct fixture f = { .root = "/proc/sys/kernel", .rules = rules };
	const struct intact_entry *e;
	struct results r;

	(void)state;
	if (access("/proc/sys/kernel/ostype", R_OK) != 0)
		skip();
	scan_all(&f, NULL, &r);
	e = results_find(&r, "/ostype");
	assert_null(e->problem);
	assert_true(e->unsupported & BIT(SHA256));
	assert_false(e->attrs & BIT(SHA256));
	assert_int_equal(r.stats.bytes, 0);
	results_free(&r);
}

/* ---- what depends on the old entry -------------------------------------------------------------
 */

/* What the next fstatfs() finds: a file system of the kernel's own, and a file that moves. */
static struct fixture *moving;

int __real_fstatfs(int fd, struct statfs *ret);
int __wrap_fstatfs(int fd, struct statfs *ret);

int __wrap_fstatfs(int fd, struct statfs *ret)
{
	int rc = __real_fstatfs(fd, ret);

	if (rc == 0 && moving && ret->f_type != PROC_SUPER_MAGIC) {
		ret->f_type = PROC_SUPER_MAGIC;
		assert_int_equal(utimensat(moving->fd, "file", NULL, 0), 0);
		moving = NULL;
	}
	return rc;
}

/* What the first look decided about its content is not decided for the second one. */
static void test_measure_leaves_them_unread_at_each_look(void **state)
{
	const struct intact_entry *e;
	struct fixture *f;
	struct results r;
	struct stat st;

	(void)state;
	/* They are on no block device; this is one of those where we may write. */
	if (stat("/dev/shm", &st) != 0 || major(st.st_dev) != 0 || access("/dev/shm", W_OK) != 0)
		skip();
	assert_int_equal(fixture_setup_in((void **)&f, "/dev/shm"), 0);
	f->rules.attrs = MASK_INODE | BIT(XATTRS) | BIT(SHA256);
	make_text(f, "file", "abc");
	pass_a_tick();
	moving = f;
	scan_all(f, NULL, &r);
	assert_null(moving);
	e = results_find(&r, "/file");
	assert_non_null(e);
	assert_null(e->digest[2]);
	assert_true(e->unsupported & BIT(SHA256));
	assert_false(e->attrs & BIT(SHA256));
	results_free(&r);
	fixture_teardown((void **)&f);
}

static void test_measure_hashes_the_old_part_of_a_growing_file(void **state)
{
	static const uint8_t some_digest[64];
	struct fixture *f = *state;
	struct intact_entry old = { .path = { "/log", 4 },
				    .mode = S_IFREG | 0644,
				    .size = 3,
				    .attrs = BIT(GROWING) | BIT(SIZE) | BIT(SHA256) };
	const struct intact_entry *e;
	struct results r;

	old.digest[2] = some_digest;
	f->rules.attrs = BIT(GROWING) | BIT(SIZE) | BIT(SHA256);
	make_text(f, "log", "abcdef");
	scan_all(f, &old, &r);
	e = results_find(&r, "/log");
	assert_true(e->flags & INTACT_ENTRY_PREFIX);
	assert_int_equal(e->prefix_size, 3);
	assert_sha256(e->digest_prefix, SHA256_ABC);
	assert_sha256(e->digest,
		      "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721");
	results_free(&r);
	/* Not if it has not grown, or was empty. */
	old.size = 6;
	scan_all(f, &old, &r);
	assert_false(results_find(&r, "/log")->flags & INTACT_ENTRY_PREFIX);
	results_free(&r);
	old.size = 0;
	scan_all(f, &old, &r);
	assert_false(results_find(&r, "/log")->flags & INTACT_ENTRY_PREFIX);
	results_free(&r);
}

static void test_measure_hashes_a_prefix_that_ends_in_a_hole(void **state)
{
	static const uint8_t some_digest[64];
	struct fixture *f = *state;
	struct intact_entry old = { .path = { "/log", 4 },
				    .mode = S_IFREG | 0644,
				    .size = 5000000,
				    .attrs = BIT(GROWING) | BIT(SHA256) };
	uint8_t prefix[32];
	struct results r;
	int fd;

	old.digest[2] = some_digest;
	f->rules.attrs = BIT(GROWING) | BIT(SHA256);
	make_text(f, "log", "abc");
	fd = openat(f->fd, "log", O_WRONLY);
	assert_int_equal(ftruncate(fd, 9000000), 0);
	scan_all(f, &old, &r);
	memcpy(prefix, results_find(&r, "/log")->digest_prefix[2], 32);
	results_free(&r);
	assert_int_equal(ftruncate(fd, 5000000), 0);
	close(fd);
	scan_all(f, NULL, &r);
	assert_memory_equal(results_find(&r, "/log")->digest[2], prefix, 32);
	results_free(&r);
}

static void test_measure_computes_the_old_digests_in_a_transition(void **state)
{
	static const uint8_t some_digest[64];
	struct fixture *f = *state;
	struct intact_entry old = { .path = { "/file", 5 },
				    .mode = S_IFREG | 0644,
				    .attrs = BIT(SIZE) | BIT(MD5) | BIT(BLAKE3) };
	const struct intact_entry *e;
	struct results r;

	old.digest[0] = some_digest;
	old.digest[16] = some_digest;
	f->rules.attrs = BIT(SIZE) | BIT(SHA256);
	make_text(f, "file", "abc");
	scan_all(f, &old, &r);
	e = results_find(&r, "/file");
	assert_non_null(e->digest[0]);
	assert_sha256(e->digest, SHA256_ABC);
	assert_false(e->attrs & BIT(MD5));
	assert_null(e->digest[16]);
	assert_null(e->problem);
	results_free(&r);
	/* A check sum in common is not enough. */
	f->rules.attrs = BIT(SIZE) | BIT(CRC32);
	old.attrs |= BIT(CRC32);
	old.digest[6] = some_digest;
	scan_all(f, &old, &r);
	e = results_find(&r, "/file");
	assert_non_null(e->digest[0]);
	assert_non_null(e->digest[6]);
	results_free(&r);
	/* Something in common: nothing more is computed. */
	f->rules.attrs = BIT(SIZE) | BIT(SHA256);
	old.attrs |= BIT(SHA256);
	old.digest[2] = some_digest;
	scan_all(f, &old, &r);
	assert_null(results_find(&r, "/file")->digest[0]);
	results_free(&r);
	/* No digest asked for: none is computed. */
	f->rules.attrs = BIT(SIZE);
	scan_all(f, &old, &r);
	assert_null(results_find(&r, "/file")->digest[0]);
	results_free(&r);
}

static void test_measure_says_that_a_digest_cannot_be_computed(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = BIT(SHA256) | BIT(BLAKE3);
	make_text(f, "file", "abc");
	scan_all(f, NULL, &r);
	e = results_find(&r, "/file");
	assert_int_equal(e->failed, BIT(BLAKE3));
	assert_string_equal(e->problem, "this build cannot compute: blake3");
	assert_sha256(e->digest, SHA256_ABC);
	results_free(&r);
}

/* crc32 is bzip2's or zip's: doc/design/digests.md. */
static void test_measure_computes_both_values_where_the_baseline_has_one(void **state)
{
	static const uint8_t bzip2[] = { 0x73, 0xbb, 0x8c, 0x64 };
	static const uint8_t zip[] = { 0x35, 0x24, 0x41, 0xc2 };
	const struct intact_attr *crc32 = intact_attr_get(INTACT_CRC32);
	struct fixture *f = *state;
	struct intact_entry old = { .path = { "/file", 5 },
				    .mode = S_IFREG | 0644,
				    .size = 3,
				    .attrs = BIT(SIZE) | BIT(CRC32) | BIT(GROWING) };
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = BIT(SIZE) | BIT(CRC32) | BIT(GROWING);
	make_text(f, "file", "abcd");
	scan_all(f, NULL, &r);
	assert_non_null(results_find(&r, "/file")->digest[crc32->digest]);
	assert_null(results_find(&r, "/file")->digest[crc32->other]);
	results_free(&r);
	old.digest[crc32->digest] = zip;
	scan_all(f, &old, &r);
	e = results_find(&r, "/file");
	assert_non_null(e->digest[crc32->other]);
	assert_memory_equal(e->digest_prefix[crc32->digest], bzip2, 4);
	assert_memory_equal(e->digest_prefix[crc32->other], zip, 4);
	results_free(&r);
}

/* ---- what changes between listing and measuring ------------------------------------------------
 */

static void remove_file(struct fixture *f)
{
	assert_int_equal(unlinkat(f->fd, "file", 0), 0);
}

static void test_measure_says_that_a_file_vanished(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	for (int all = 0; all < 2; all++) {
		f->rules.attrs = all ? MASK_ALL : MASK_INODE;
		make_text(f, "file", "abc");
		scan_with_change(f, remove_file, &r);
		e = results_find(&r, "/file");
		assert_string_equal(e->problem, "vanished between listing and measuring");
		assert_true(e->attrs);
		assert_int_equal(e->failed, e->attrs);
		assert_int_equal(e->mode, S_IFREG);
		results_free(&r);
	}
}

static void file_to_link(struct fixture *f)
{
	remove_file(f);
	assert_int_equal(symlinkat("/etc/passwd", f->fd, "file"), 0);
}

static void file_to_fifo(struct fixture *f)
{
	remove_file(f);
	assert_int_equal(mkfifoat(f->fd, "file", 0644), 0);
}

static void file_to_dir(struct fixture *f)
{
	remove_file(f);
	make_dir(f, "file");
}

static void test_measure_says_that_the_type_changed(void **state)
{
	static const struct {
		void (*change)(struct fixture *f);
		const char *problem;
	} cases[] = {
		{ file_to_link, "changed from a file to a symbolic link while being scanned" },
		{ file_to_fifo, "changed from a file to a FIFO while being scanned" },
		{ file_to_dir, "changed from a file to a directory while being scanned" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 6; i++) {
		const struct intact_entry *e;
		struct results r;

		f->rules.attrs = i < 3 ? MASK_ALL : MASK_INODE;
		make_text(f, "file", "abc");
		scan_with_change(f, cases[i % 3].change, &r);
		e = results_find(&r, "/file");
		assert_string_equal(e->problem, cases[i % 3].problem);
		assert_int_equal(e->failed, e->attrs);
		assert_int_equal(r.stats.bytes, 0);
		results_free(&r);
		if (unlinkat(f->fd, "file", 0) != 0)
			assert_int_equal(unlinkat(f->fd, "file", AT_REMOVEDIR), 0);
	}
}

static void dir_to_link(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "d", f->fd, "aside"), 0);
	assert_int_equal(symlinkat("outside", f->fd, "d"), 0);
}

static void test_measure_stays_in_the_directory_it_listed(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->rules.attrs = MASK_ALL;
	make_dir(f, "d");
	make_text(f, "d/file", "abc");
	make_dir(f, "outside");
	make_text(f, "outside/file", "secret");
	scan_with_change(f, dir_to_link, &r);
	assert_sha256(results_find(&r, "/d/file")->digest, SHA256_ABC);
	assert_int_equal(results_find(&r, "/d/file")->size, 3);
	assert_string_equal(results_find(&r, "/d")->problem,
			    "changed from a directory to a symbolic link while being scanned");
	results_free(&r);
}

/* ---- what changes while it is read -------------------------------------------------------------
 */

/*
 * A file of holes takes long enough to hash that the tick comes several times meanwhile, and the
 * tick writes.  Another process would do the same by luck only.
 */
#define SLOW_SIZE ((off_t)320 << 20)

static int append(void *ctx)
{
	const int *fd = ctx;

	return pwrite(*fd, "more", 4, lseek(*fd, 0, SEEK_END)) == 4 ? 0 : -1;
}

static int rewrite(void *ctx)
{
	const int *fd = ctx;
	static char byte;

	byte++;
	return pwrite(*fd, &byte, 1, 5) == 1 ? 0 : -1;
}

static int cut(void *ctx)
{
	const int *fd = ctx;

	return ftruncate(*fd, lseek(*fd, 0, SEEK_END) - 1);
}

/* A change of attributes alone: the ctime moves, and nobody can tell why. */
static int touch_mode(void *ctx)
{
	static mode_t mode;

	return fchmod(*(const int *)ctx, 0644 ^ (mode ^= 1));
}

static int open_slow(struct fixture *f)
{
	int fd = openat(f->fd, "file", O_RDWR | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, SLOW_SIZE), 0);
	f->tick_ctx = memcpy(calloc(1, sizeof(fd)), &fd, sizeof(fd));
	return fd;
}

static void close_slow(struct fixture *f)
{
	close(*(int *)f->tick_ctx);
	free(f->tick_ctx);
	f->tick_ctx = NULL;
	f->tick = NULL;
}

static void test_measure_gives_no_digest_of_a_file_that_changes(void **state)
{
	static int (*const writers[])(void *ctx) = { append, rewrite, cut, touch_mode };
	struct fixture *f = *state;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		const struct intact_entry *e;
		struct results r;

		open_slow(f);
		f->tick = writers[i];
		scan_all(f, NULL, &r);
		close_slow(f);
		assert_int_equal(r.rc, 0);
		e = results_find(&r, "/file");
		assert_string_equal(e->problem, "changed while it was read");
		assert_int_equal(e->failed, BIT(SHA256));
		assert_null(e->digest[2]);
		assert_true(e->size > 0);
		assert_int_equal(e->read.sec, 0);
		results_free(&r);
	}
}

static int change_once(void *ctx)
{
	static int calls;

	/* The first tick comes before the file is looked at. */
	return ++calls == 2 ? rewrite(ctx) : 0;
}

static void test_measure_reads_again_what_changed_once(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	open_slow(f);
	f->tick = change_once;
	scan_all(f, NULL, &r);
	close_slow(f);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_non_null(e->digest[2]);
	results_free(&r);
}

static void test_measure_takes_a_growing_file_while_it_grows(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = MASK_INODE | BIT(SHA256) | BIT(GROWING);
	open_slow(f);
	f->tick = append;
	scan_all(f, NULL, &r);
	close_slow(f);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_non_null(e->digest[2]);
	results_free(&r);
	/* Getting smaller is not growing. */
	open_slow(f);
	f->tick = cut;
	scan_all(f, NULL, &r);
	close_slow(f);
	assert_string_equal(results_find(&r, "/file")->problem, "changed while it was read");
	results_free(&r);
}

/* ---- what changes while its attributes are read ---- */

static int restless = -1; /* descriptor of a file whose mode changes with each attribute read */
static unsigned changes;  /* how often yet */

static void change_mode(void)
{
	if (restless >= 0 && changes && changes--)
		assert_int_equal(fchmod(restless, changes % 2 ? 0600 : 0640), 0);
}

#define WRAP_XATTR(name, params, args)     \
	ssize_t __real_##name params;      \
	ssize_t __wrap_##name params;      \
	ssize_t __wrap_##name params       \
	{                                  \
		change_mode();             \
		return __real_##name args; \
	}

WRAP_XATTR(flistxattr, (int fd, char *list, size_t size), (fd, list, size))
WRAP_XATTR(listxattr, (const char *path, char *list, size_t size), (path, list, size))
WRAP_XATTR(fgetxattr, (int fd, const char *name, void *value, size_t size), (fd, name, value, size))
WRAP_XATTR(getxattr, (const char *path, const char *name, void *value, size_t size),
	   (path, name, value, size))

static void scan_restless(struct fixture *f, uint64_t attrs, unsigned times, struct results *r)
{
	f->rules.attrs = MASK_INODE | attrs;
	restless = openat(f->fd, "file", O_RDONLY);
	assert_true(restless >= 0);
	changes = times;
	scan_all(f, NULL, r);
	close(restless);
	restless = -1;
	assert_int_equal(r->rc, 0);
}

static void test_measure_says_that_attributes_changed_meanwhile(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;
	char path[160];

	make_text(f, "file", "");
	snprintf(path, sizeof(path), "%s/file", f->root);
	if (setxattr(path, "user.test", "1", 1, 0) != 0)
		skip();
	/* For a moment, as a busy folder. */
	scan_restless(f, BIT(XATTRS) | BIT(ACL), 5, &r);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_int_equal(e->nxattrs, 1);
	results_free(&r);
	/* A set that is read one by one may never have been; */
	scan_restless(f, BIT(XATTRS) | BIT(ACL), 10000, &r);
	e = results_find(&r, "/file");
	assert_string_equal(e->problem, "changed while it was read");
	assert_int_equal(e->failed, BIT(XATTRS));
	assert_int_equal(e->nxattrs, 0);
	assert_non_null(e->acl_access.s);
	results_free(&r);
	/* and that the rest is of several moments is said. */
	scan_restless(f, BIT(ACL), 10000, &r);
	e = results_find(&r, "/file");
	assert_string_equal(e->problem, "changed while it was read");
	assert_int_equal(e->failed, 0);
	results_free(&r);
}

static int stop_later(void *ctx)
{
	return ++*(int *)ctx > 2;
}

static void test_measure_stops_within_a_file(void **state)
{
	struct fixture *f = *state;
	struct results r;
	int fd = openat(f->fd, "file", O_RDWR | O_CREAT, 0644);

	f->rules.attrs = BIT(SHA256);
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	close(fd);
	for (unsigned workers = 0; workers < 3; workers += 2) {
		int calls = 0;

		f->workers = workers;
		f->tick = stop_later;
		f->tick_ctx = &calls;
		scan_all(f, NULL, &r);
		assert_int_equal(r.rc, INTACT_ESIGNAL);
		results_free(&r);
	}
}

static void test_measure_works_with_direct_opening_and_without_proc(void **state)
{
	struct fixture *f = *state;

	f->rules.attrs = MASK_ALL;
	make_text(f, "file", "abc");
	assert_int_equal(mkfifoat(f->fd, "fifo", 0644), 0);
	assert_int_equal(symlinkat("x", f->fd, "link"), 0);
	pass_a_tick();
	for (int i = 0; i < 2; i++) {
		struct intact_scan *scan = fixture_scan(f);
		struct intact_stream *walk;
		struct results r;

		if (i == 0) {
			scan->nodev = true;
		} else {
			close(scan->proc_fd);
			scan->proc_fd = -1;
		}
		assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
		measure_stream(f, scan, walk, NULL, &r);
		assert_sha256(results_find(&r, "/file")->digest, SHA256_ABC);
		assert_null(results_find(&r, "/file")->problem);
		assert_string_equal(results_find(&r, "/link")->link.s, "x");
		/* A FIFO's extended attributes cannot be reached without /proc, and that is said.
		 */
		assert_int_equal(results_find(&r, "/fifo")->problem != NULL, i == 1);
		results_free(&r);
		intact_scan_free(scan);
	}
}

static void test_measure_direct_opening_refuses_other_types(void **state)
{
	struct fixture *f = *state;
	struct intact_scan *scan;
	struct intact_stream *walk;
	const struct intact_entry *e;
	struct results walked = { 0 }, r;
	struct list_stream list;

	f->rules.attrs = MASK_ALL;
	make_text(f, "file", "abc");
	for (int i = 0; i < 2; i++) {
		scan = fixture_scan(f);
		if (i == 0) {
			scan->nodev = true;
		} else {
			close(scan->proc_fd);
			scan->proc_fd = -1;
		}
		assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
		while (intact_stream_next(walk, &e, NULL) == 1) {
			results_add(&walked, e);
			scan_dir_ref(e->dir);
		}
		file_to_fifo(f);
		list = (struct list_stream){ { list_next, list_close }, walked.e, walked.n, 0 };
		measure_stream(f, scan, &list.stream, NULL, &r);
		assert_string_equal(results_find(&r, "/file")->problem,
				    "changed from a file to a FIFO while being scanned");
		for (size_t k = 0; k < walked.n; k++)
			scan_dir_unref(walked.e[k].dir);
		intact_stream_close(walk);
		intact_scan_free(scan);
		results_free(&walked);
		results_free(&r);
		assert_int_equal(unlinkat(f->fd, "file", 0), 0);
		make_text(f, "file", "abc");
	}
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_measure_takes_all_of_a_file),
		WITH_TREE(test_measure_takes_link_targets_of_any_length),
		WITH_TREE(test_measure_never_opens_what_is_not_a_file),
		WITH_TREE(test_measure_hashes_holes_without_reading_them),
		WITH_TREE(test_measure_hashes_a_sparse_file_of_five_gib),
		WITH_TREE(test_measure_reads_sizes_around_the_buffer),
		cmocka_unit_test(test_measure_leaves_pseudo_file_systems_unread),
		cmocka_unit_test(test_measure_leaves_them_unread_at_each_look),
		WITH_TREE(test_measure_hashes_the_old_part_of_a_growing_file),
		WITH_TREE(test_measure_hashes_a_prefix_that_ends_in_a_hole),
		WITH_TREE(test_measure_computes_the_old_digests_in_a_transition),
		WITH_TREE(test_measure_says_that_a_digest_cannot_be_computed),
		WITH_TREE(test_measure_computes_both_values_where_the_baseline_has_one),
		WITH_TREE(test_measure_says_that_a_file_vanished),
		WITH_TREE(test_measure_says_that_the_type_changed),
		WITH_TREE(test_measure_stays_in_the_directory_it_listed),
		WITH_TREE(test_measure_gives_no_digest_of_a_file_that_changes),
		WITH_TREE(test_measure_reads_again_what_changed_once),
		WITH_TREE(test_measure_stops_within_a_file),
		WITH_TREE(test_measure_takes_a_growing_file_while_it_grows),
		WITH_TREE(test_measure_says_that_attributes_changed_meanwhile),
		WITH_TREE(test_measure_works_with_direct_opening_and_without_proc),
		WITH_TREE(test_measure_direct_opening_refuses_other_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
