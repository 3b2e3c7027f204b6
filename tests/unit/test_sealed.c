/* SPDX-License-Identifier: BSD-2-Clause */

/* sealed.c, and measuring with it: when is the kernel's digest taken, and when is the file read?
 *
 * No kernel with fs-verity is needed: statx(2) and ioctl(2) are put in place of the C library's by
 * the linker, and answer as the kernel's documentation says.  What they say of a file is not what
 * is in it, so that nothing but its source tells which digest this is. */

#include "scan_fixture.h"

#include <linux/fsverity.h>
#include <sys/ioctl.h>

#include "scan/verity.h"

/* Of the attribute. */
#define SLOT 25
/* Of the file that all this is about. */
#define TEXT "abc"

/* What the kernel says of all regular files. */
static struct {
	bool sealed;
	bool no_metadata;
	struct fsverity_descriptor descriptor;
	unsigned asked;
} kernel;

int __real_statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st);
int __wrap_statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st);
int __real_ioctl(int fd, unsigned long request, void *arg);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

int __wrap_statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st)
{
	int rc = __real_statx(dirfd, path, flags, mask, st);

	/* On a disk, wherever the tree lies. */
	st->stx_dev_major = 8;
	if (rc == 0 && S_ISREG(st->stx_mode)) {
		st->stx_attributes_mask |= STATX_ATTR_VERITY;
		st->stx_attributes &= ~(uint64_t)STATX_ATTR_VERITY;
		st->stx_attributes |= kernel.sealed ? STATX_ATTR_VERITY : 0;
	}
	return rc;
}

static void sha256(const void *data, size_t len, uint8_t ret[32])
{
	uint8_t out[INTACT_DIGEST_MAX][64];
	struct intact_hasher *h;

	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, BIT(SHA256), 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, data, len, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
	memcpy(ret, out[intact_attr_get(INTACT_SHA256)->digest], 32);
	intact_hasher_free(h);
}

static int measure(struct fsverity_digest *d)
{
	if (d->digest_size < 32) {
		errno = EOVERFLOW;
		return -1;
	}
	d->digest_algorithm = kernel.descriptor.hash_algorithm;
	d->digest_size = 32;
	sha256(&kernel.descriptor, sizeof(kernel.descriptor), d->digest);
	return 0;
}

static int read_metadata(const struct fsverity_read_metadata_arg *arg)
{
	if (kernel.no_metadata) {
		errno = ENOTTY;
		return -1;
	}
	assert_int_equal(arg->metadata_type, FS_VERITY_METADATA_TYPE_DESCRIPTOR);
	assert_int_equal(arg->offset, 0);
	assert_int_equal(arg->length, sizeof(kernel.descriptor));
	assert_int_equal(arg->__reserved, 0);
	memcpy((void *)(uintptr_t)arg->buf_ptr, &kernel.descriptor, sizeof(kernel.descriptor));
	return sizeof(kernel.descriptor);
}

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	kernel.asked += request == FS_IOC_MEASURE_VERITY;
	switch (request) {
	case FS_IOC_MEASURE_VERITY:
		return measure(arg);
	case FS_IOC_READ_VERITY_METADATA:
		return read_metadata(arg);
	default:
		return __real_ioctl(fd, request, arg);
	}
}

/* A file that is sealed as we would. */
static void seal(struct fixture *f)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.sealed = true;
	kernel.descriptor.version = 1;
	kernel.descriptor.hash_algorithm = FS_VERITY_HASH_ALG_SHA256;
	kernel.descriptor.log_blocksize = 12;
	kernel.descriptor.data_size = strlen(TEXT);
	memset(kernel.descriptor.root_hash, 0x5a, 32);
	make_text(f, "file", TEXT);
	f->rules.attrs = BIT(SIZE) | BIT(FSVERITY);
}

/* Was it read, and is the digest the one of its source? */
static void assert_read(struct fixture *f, bool read)
{
	const struct intact_entry *e;
	uint8_t expect[32];
	struct results r;
	struct verity *v;

	if (read) {
		assert_int_equal(verity_new(&v), 1);
		verity_begin(v);
		assert_true(verity_update(v, TEXT, strlen(TEXT)));
		assert_true(verity_end(v, false, expect));
		verity_free(v);
	} else {
		sha256(&kernel.descriptor, sizeof(kernel.descriptor), expect);
	}
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, 0);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_int_equal(r.stats.bytes, read ? strlen(TEXT) : 0);
	assert_non_null(e->digest[SLOT]);
	assert_memory_equal(e->digest[SLOT], expect, 32);
	/* It was verified now, either way. */
	assert_true(e->read.sec > 0);
	results_free(&r);
}

static void test_sealed_file_is_not_read(void **state)
{
	seal(*state);
	assert_read(*state, false);
	assert_int_equal(kernel.asked, 1);
}

static void test_sealed_file_is_read_for_other_digests(void **state)
{
	struct fixture *f = *state;

	seal(f);
	f->rules.attrs |= BIT(SHA256);
	assert_read(f, true);
	assert_int_equal(kernel.asked, 0);
}

static void test_sealed_otherwise_is_read(void **state)
{
	struct fixture *f = *state;

	seal(f);
	kernel.descriptor.salt_size = 1;
	kernel.descriptor.salt[0] = 's';
	assert_read(f, true);
	assert_int_equal(kernel.asked, 1);
	seal(f);
	kernel.descriptor.log_blocksize = 16;
	assert_read(f, true);
	seal(f);
	kernel.descriptor.hash_algorithm = FS_VERITY_HASH_ALG_SHA512;
	assert_read(f, true);
	seal(f);
	kernel.descriptor.data_size++;
	assert_read(f, true);
	assert_int_equal(kernel.asked, 1);
}

static void test_sealed_needs_the_look_to_say_so(void **state)
{
	seal(*state);
	kernel.sealed = false;
	assert_read(*state, true);
	assert_int_equal(kernel.asked, 0);
}

/* The old digest, which hash_policy would take over, is another one. */
static void test_sealed_is_known_not_trusted(void **state)
{
	static const uint8_t other[64] = { 1, 2, 3 };
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct intact_entry old;
	struct results before, r;

	seal(f);
	scan_all(f, NULL, &before);
	old = *results_find(&before, "/file");
	old.digest[SLOT] = other;
	old.read.sec = old.ctime.sec + 70;
	f->now = old.read.sec + 10;
	f->hash_policy = INTACT_HASH_CHANGED;
	for (int sealed = 0; sealed < 2; sealed++) {
		kernel.sealed = sealed;
		scan_all(f, &old, &r);
		e = results_find(&r, "/file");
		assert_int_equal(e->flags & INTACT_ENTRY_TRUSTED ? 0 : 1, sealed);
		assert_int_equal(memcmp(e->digest[SLOT], other, 32) != 0, sealed);
		results_free(&r);
	}
	results_free(&before);
}

static void test_sealed_without_a_descriptor_is_read(void **state)
{
	seal(*state);
	kernel.no_metadata = true;
	assert_read(*state, true);
	assert_int_equal(kernel.asked, 1);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_sealed_file_is_not_read),
		WITH_TREE(test_sealed_file_is_read_for_other_digests),
		WITH_TREE(test_sealed_otherwise_is_read),
		WITH_TREE(test_sealed_needs_the_look_to_say_so),
		WITH_TREE(test_sealed_is_known_not_trusted),
		WITH_TREE(test_sealed_without_a_descriptor_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
