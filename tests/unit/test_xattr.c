/* SPDX-License-Identifier: BSD-2-Clause */

/* xattr.c, acl.c, caps.c: exact round trip of whatever a file system lets one store. */

#include "scan_fixture.h"

#include <sys/acl.h>
#include <acl/libacl.h>
#include <sys/xattr.h>

#include "base/buf.h"
#include "scan/acl.h"

static int open_file(struct fixture *f, const char *name)
{
	int fd = openat(f->fd, name, O_RDWR | O_CREAT, 0644);

	assert_true(fd >= 0);
	return fd;
}

/* Skips the test where the file system knows no such attributes. */
static void set_xattr(int fd, const char *name, const void *value, size_t len)
{
	if (fsetxattr(fd, name, value, len, 0) == 0)
		return;
	assert_true(errno == EOPNOTSUPP || errno == EPERM || errno == ENOSPC || errno == E2BIG);
	print_message("%s with %zu bytes: %s\n", name, len, strerror(errno));
	skip();
}

static const struct intact_xattr *find_xattr(const struct intact_entry *e, const char *name)
{
	for (size_t i = 0; i < e->nxattrs; i++) {
		if (strcmp(e->xattrs[i].name.s, name) == 0)
			return &e->xattrs[i];
	}
	return NULL;
}

static void test_xattr_keeps_every_byte(void **state)
{
	static const char odd[] = "a\0b\nc,\xff";
	struct fixture *f = *state;
	int fd = open_file(f, "file");
	const struct intact_entry *e;
	struct results r;

	set_xattr(fd, "user.zz", "last", 4);
	set_xattr(fd, "user.odd", odd, sizeof(odd));
	set_xattr(fd, "user.empty", "", 0);
	set_xattr(fd, "user.na\nme\x01", "x", 1);
	f->rules.attrs = BIT(XATTRS);
	scan_all(f, NULL, &r);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_int_equal(e->nxattrs, 4);
	for (size_t i = 1; i < e->nxattrs; i++)
		assert_true(strcmp(e->xattrs[i - 1].name.s, e->xattrs[i].name.s) < 0);
	assert_int_equal(find_xattr(e, "user.odd")->value.len, sizeof(odd));
	assert_memory_equal(find_xattr(e, "user.odd")->value.s, odd, sizeof(odd));
	assert_int_equal(find_xattr(e, "user.empty")->value.len, 0);
	assert_non_null(find_xattr(e, "user.empty")->value.s);
	assert_non_null(find_xattr(e, "user.na\nme\x01"));
	/* No content was read for that. */
	assert_int_equal(r.stats.bytes, 0);
	results_free(&r);
	close(fd);
}

static void test_xattr_takes_hundreds_and_large_ones(void **state)
{
	struct fixture *f = *state;
	int fd = open_file(f, "file");
	const struct intact_entry *e;
	struct results r;
	char *large = malloc(65536);
	char name[64];
	size_t set = 0;

	assert_non_null(large);
	for (size_t i = 0; i < 65536; i++)
		large[i] = (char)(i * 13);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "user.%03u-and-a-longer-name", i);
		/* ext4 has one block for all of them. */
		set += fsetxattr(fd, name, name, 4, 0) == 0;
	}
	if (!set) {
		free(large);
		close(fd);
		skip();
	}
	bool has_large = fsetxattr(fd, "user.large", large, 65536, 0) == 0;

	print_message("%zu attributes, large one: %d\n", set, has_large);
	f->rules.attrs = BIT(XATTRS);
	scan_all(f, NULL, &r);
	e = results_find(&r, "/file");
	assert_null(e->problem);
	assert_int_equal(e->nxattrs, set + has_large);
	if (has_large) {
		assert_int_equal(find_xattr(e, "user.large")->value.len, 65536);
		assert_memory_equal(find_xattr(e, "user.large")->value.s, large, 65536);
	}
	results_free(&r);
	free(large);
	close(fd);
}

static void test_xattr_tells_none_from_unsupported(void **state)
{
	struct intact_rules rules = { .attrs = BIT(XATTRS) | BIT(SELINUX) | BIT(CAPS) | BIT(ACL) };
	struct fixture proc = { .root = "/proc/sys/fs", .rules = rules };
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = rules.attrs;
	close(open_file(f, "file"));
	scan_all(f, NULL, &r);
	e = results_find(&r, "/file");
	assert_int_equal(e->attrs & BIT(CAPS), BIT(CAPS));
	assert_null(e->caps.s);
	assert_null(e->problem);
	results_free(&r);
	if (access("/proc/sys/fs/file-max", R_OK) != 0)
		return;
	scan_all(&proc, NULL, &r);
	e = results_find(&r, "/file-max");
	assert_null(e->problem);
	assert_non_null(e->acl_access.s);
	results_free(&r);
}

static void test_caps_are_libcaps_text(void **state)
{
	/* cap_net_raw in the permitted set and effective: version 2, little-endian. */
	static const unsigned char value[20] = { 1, 0, 0, 2, 0, 0x20 };
	struct fixture *f = *state;
	int fd = open_file(f, "file");
	struct results r;

	if (geteuid() != 0)
		skip();
	set_xattr(fd, "security.capability", value, sizeof(value));
	f->rules.attrs = BIT(CAPS);
	scan_all(f, NULL, &r);
	assert_null(results_find(&r, "/file")->problem);
#ifdef HAVE_LIBCAP
	assert_string_equal(results_find(&r, "/file")->caps.s, "cap_net_raw=ep");
#endif
	results_free(&r);
	close(fd);
}

static void test_selinux_label_loses_its_final_nul(void **state)
{
	struct fixture *f = *state;
	int fd = open_file(f, "file");
	struct results r;

	if (geteuid() != 0)
		skip();
	set_xattr(fd, "security.selinux", "a:b:c:s0", 9);
	f->rules.attrs = BIT(SELINUX);
	scan_all(f, NULL, &r);
	assert_string_equal(results_find(&r, "/file")->selinux.s, "a:b:c:s0");
	assert_int_equal(results_find(&r, "/file")->selinux.len, 8);
	results_free(&r);
	close(fd);
}

/* ---- access control lists ----------------------------------------------------------------------
 */

static void set_acl(struct fixture *f, const char *name, acl_type_t type, const char *text)
{
	acl_t acl = acl_from_text(text);
	char path[256];

	assert_non_null(acl);
	snprintf(path, sizeof(path), "%s/%s", f->root, name);
	if (acl_set_file(path, type, acl) != 0) {
		acl_free(acl);
		assert_int_equal(errno, EOPNOTSUPP);
		skip();
	}
	acl_free(acl);
}

static void assert_as_libacl(struct fixture *f, const char *name, acl_type_t type,
			     const struct intact_str *ours)
{
	char path[256];
	char *theirs;
	acl_t acl;

	snprintf(path, sizeof(path), "%s/%s", f->root, name);
	acl = acl_get_file(path, type);
	assert_non_null(acl);
	theirs = acl_to_any_text(acl, NULL, '\n', TEXT_NUMERIC_IDS);
	assert_int_equal(ours->len, strlen(theirs) + 1);
	assert_memory_equal(ours->s, theirs, ours->len - 1);
	assert_int_equal(ours->s[ours->len - 1], '\n');
	acl_free(theirs);
	acl_free(acl);
}

static void test_acl_reads_as_libacl_shows_it(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_text(f, "plain", "");
	make_text(f, "list", "");
	make_dir(f, "dir");
	set_acl(f, "list", ACL_TYPE_ACCESS,
		"u::rwx,u:4000000000:r--,u:7:-w-,u:10:--x,g::r-x,g:9:rw-,m::rwx,o::---");
	set_acl(f, "dir", ACL_TYPE_DEFAULT, "u::rw-,u:1000:r--,g::---,m::r--,o::--x");
	f->rules.attrs = BIT(ACL);
	scan_all(f, NULL, &r);
	for (size_t i = 0; i < r.n; i++)
		assert_null(r.e[i].problem);
	assert_as_libacl(f, "plain", ACL_TYPE_ACCESS, &results_find(&r, "/plain")->acl_access);
	assert_as_libacl(f, "list", ACL_TYPE_ACCESS, &results_find(&r, "/list")->acl_access);
	assert_as_libacl(f, "dir", ACL_TYPE_ACCESS, &results_find(&r, "/dir")->acl_access);
	assert_as_libacl(f, "dir", ACL_TYPE_DEFAULT, &results_find(&r, "/dir")->acl_default);
	assert_non_null(strstr(results_find(&r, "/list")->acl_access.s, "user:4000000000:r--\n"));
	assert_null(results_find(&r, "/list")->acl_default.s);
	results_free(&r);
}

static void test_acl_of_every_mode_follows_from_the_mode(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_text(f, "file", "");
	f->rules.attrs = BIT(ACL);
	for (mode_t mode = 0; mode < 01000; mode += 037) {
		assert_int_equal(fchmodat(f->fd, "file", mode, 0), 0);
		scan_all(f, NULL, &r);
		assert_as_libacl(f, "file", ACL_TYPE_ACCESS,
				 &results_find(&r, "/file")->acl_access);
		results_free(&r);
	}
}

static void test_acl_text_refuses_what_is_malformed(void **state)
{
	static const unsigned char good[] = { 2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255 };
	unsigned char bad[sizeof(good)];
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(acl_text(good, sizeof(good), &out), 0);
	assert_string_equal(out.data, "user::rw-\n");
	for (size_t len = 0; len < sizeof(good); len++) {
		/* The header alone is an empty list. */
		assert_int_equal(acl_text(good, len, &out), len == 4 ? 0 : EINVAL);
	}
	for (size_t i = 0; i < 7; i++) {
		memcpy(bad, good, sizeof(bad));
		bad[i] = 0x77;
		assert_int_equal(acl_text(bad, sizeof(bad), &out), EINVAL);
	}
	buf_release(&out);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, setup_memory, fixture_teardown)

/* tmpfs has no limit for all attributes of a file together (since Linux 6.6). */
static int setup_memory(void **state)
{
	return access("/dev/shm", W_OK) == 0 ? fixture_setup_in(state, "/dev/shm")
					     : fixture_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_xattr_keeps_every_byte),
		WITH_TREE(test_xattr_takes_hundreds_and_large_ones),
		IN_MEMORY(test_xattr_keeps_every_byte),
		IN_MEMORY(test_xattr_takes_hundreds_and_large_ones),
		WITH_TREE(test_xattr_tells_none_from_unsupported),
		WITH_TREE(test_caps_are_libcaps_text),
		WITH_TREE(test_selinux_label_loses_its_final_nul),
		WITH_TREE(test_acl_reads_as_libacl_shows_it),
		WITH_TREE(test_acl_of_every_mode_follows_from_the_mode),
		cmocka_unit_test(test_acl_text_refuses_what_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
