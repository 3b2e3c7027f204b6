/* SPDX-License-Identifier: BSD-2-Clause */

/* contents.c, and what measure.c does for it: decompressed digests, files that are read again. */

#include "scan_fixture.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/zstream.h"

#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_ABCDEF "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721"

static void assert_sha256(const uint8_t *digest, const char *expect)
{
	struct buf hex = { 0 };

	assert_non_null(digest);
	text_hex(&hex, digest, 32);
	assert_string_equal(hex.data, expect);
	buf_release(&hex);
}

static void make_gzip(struct fixture *f, const char *path, const char *text)
{
	struct zpack *z = zpack_new(6, true);
	struct buf out = { 0 };

	assert_non_null(z);
	assert_int_equal(zpack_all(z, text, strlen(text), &out, NULL), 0);
	make_file(f, path, out.data, out.len);
	zpack_free(z);
	buf_release(&out);
}

/* ---- decompressed digests ---- */

static void test_contents_digest_what_a_new_file_decompresses_to(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	f->rules.attrs = MASK_INODE | BIT(SHA256) | BIT(COMPRESSED);
	make_gzip(f, "log.gz", "abcdef");
	make_text(f, "plain.gz", "abcdef");
	scan_all(f, NULL, &r);
	assert_null(results_find(&r, "/log.gz")->unpacked);
	results_free(&r);
	f->follow = true;
	for (f->workers = 0; f->workers < 3; f->workers += 2) {
		scan_all(f, NULL, &r);
		e = results_find(&r, "/log.gz");
		assert_non_null(e->unpacked);
		assert_null(e->unpacked->why);
		assert_int_equal(e->unpacked->size, 6);
		assert_sha256(e->unpacked->digest[2], SHA256_ABCDEF);
		assert_null(e->unpacked->digest[1]);
		e = results_find(&r, "/plain.gz");
		assert_string_equal(e->unpacked->why, "no supported compression algorithm found");
		assert_sha256(e->digest[2], SHA256_ABCDEF);
		results_free(&r);
	}
	f->rules.attrs &= ~(uint64_t)BIT(COMPRESSED);
	scan_all(f, NULL, &r);
	assert_null(results_find(&r, "/log.gz")->unpacked);
	results_free(&r);
}

static void test_contents_leave_what_has_stood_there_for_long(void **state)
{
	struct fixture *f = *state;
	struct intact_entry old;
	struct results r, again;

	f->rules.attrs = MASK_INODE | BIT(SHA256) | BIT(COMPRESSED);
	f->follow = true;
	make_gzip(f, "log.gz", "abcdef");
	scan_all(f, NULL, &r);
	old = *results_find(&r, "/log.gz");
	scan_all(f, &old, &again);
	assert_null(results_find(&again, "/log.gz")->unpacked);
	results_free(&again);
	/* AIDE's text knows seconds only. */
	old.ctime.nsec = 0;
	scan_all(f, &old, &again);
	assert_non_null(results_find(&again, "/log.gz")->unpacked);
	results_free(&again);
	old.flags |= INTACT_ENTRY_SECONDS;
	scan_all(f, &old, &again);
	assert_null(results_find(&again, "/log.gz")->unpacked);
	results_free(&again);
	old.size++;
	scan_all(f, &old, &again);
	assert_non_null(results_find(&again, "/log.gz")->unpacked);
	results_free(&again);
	results_free(&r);
}

/* ---- read again ---- */

static void (*between)(struct fixture *f); /* after it was measured; may be NULL */
static bool unpack;
static int answer;
static struct intact_prefix prefixes[3];

static void read_again(struct fixture *f, struct intact_scan *scan, const struct intact_entry *e)
{
	struct intact_contents *contents;

	if (strcmp(e->path.s, "/log") != 0)
		return;
	assert_non_null(e->dir);
	assert_int_equal(intact_scan_contents(scan, &contents, NULL), 0);
	if (between)
		between(f);
	prefixes[0] = (struct intact_prefix){ .size = 3 };
	prefixes[1] = (struct intact_prefix){ .size = 6 };
	prefixes[2] = (struct intact_prefix){ .size = 7 };
	answer = contents->prefixes(contents, e, unpack, prefixes, 3, NULL);
	contents->hold(e->dir);
	contents->drop(e->dir);
	contents->close(contents);
}

/* "/log" is measured, then something happens to it, then it is read again. */
static int read_log_after(struct fixture *f, void (*what)(struct fixture *f))
{
	struct results r;

	between = what;
	f->follow = true;
	f->given = read_again;
	answer = -1;
	scan_all(f, NULL, &r);
	results_free(&r);
	return answer;
}

static void add_to_it(struct fixture *f)
{
	int fd = openat(f->fd, "log", O_WRONLY | O_APPEND);

	assert_int_equal(write(fd, "ghi", 3), 3);
	close(fd);
}

static void write_over_it(struct fixture *f)
{
	int fd = openat(f->fd, "log", O_WRONLY);

	assert_int_equal(pwrite(fd, "x", 1, 4), 1);
	close(fd);
}

static void cut_it(struct fixture *f)
{
	int fd = openat(f->fd, "log", O_WRONLY);

	assert_int_equal(ftruncate(fd, 5), 0);
	close(fd);
}

static void remove_it(struct fixture *f)
{
	assert_int_equal(unlinkat(f->fd, "log", 0), 0);
}

/* The same content, but reached through a link; nothing outside may be read. */
static void link_it(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "log", f->fd, "elsewhere"), 0);
	assert_int_equal(symlinkat("elsewhere", f->fd, "log"), 0);
}

static void block_it(struct fixture *f)
{
	remove_it(f);
	assert_int_equal(mkfifoat(f->fd, "log", 0600), 0);
}

static void test_contents_know_how_a_file_begins(void **state)
{
	struct fixture *f = *state;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	unpack = false;
	for (f->workers = 0; f->workers < 3; f->workers += 2) {
		make_text(f, "log", "abcdef");
		assert_int_equal(read_log_after(f, NULL), 1);
		assert_true(prefixes[0].known);
		assert_sha256(prefixes[0].digest[2], SHA256_ABC);
		assert_true(prefixes[1].known);
		assert_sha256(prefixes[1].digest[2], SHA256_ABCDEF);
		assert_false(prefixes[2].known);
		/* It may go on growing; what came then is not looked at. */
		assert_int_equal(read_log_after(f, add_to_it), 1);
		assert_sha256(prefixes[0].digest[2], SHA256_ABC);
		remove_it(f);
	}
}

static void test_contents_prove_nothing_of_another_content(void **state)
{
	static void (*const ways[])(struct fixture *) = { write_over_it, cut_it, remove_it, link_it,
							  block_it };
	struct fixture *f = *state;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	unpack = false;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		make_text(f, "log", "abcdef");
		assert_int_equal(read_log_after(f, ways[i]), 0);
		unlinkat(f->fd, "log", 0);
	}
}

static void test_contents_know_how_what_is_packed_begins(void **state)
{
	struct fixture *f = *state;

	f->rules.attrs = MASK_INODE | BIT(SHA256) | BIT(COMPRESSED);
	make_gzip(f, "log", "abcdef");
	unpack = true;
	assert_int_equal(read_log_after(f, NULL), 1);
	assert_true(prefixes[0].known);
	assert_sha256(prefixes[0].digest[2], SHA256_ABC);
	assert_sha256(prefixes[1].digest[2], SHA256_ABCDEF);
	assert_false(prefixes[2].known);
	assert_int_equal(read_log_after(f, write_over_it), 0);
	make_text(f, "log", "abcdef");
	assert_int_equal(read_log_after(f, NULL), 0);
}

/* Without a folder there is nothing to open. */
static void forget_folder(struct fixture *f, struct intact_scan *scan, const struct intact_entry *e)
{
	struct intact_contents *contents;
	struct intact_entry copy = *e;

	(void)f;
	copy.dir = NULL;
	assert_int_equal(intact_scan_contents(scan, &contents, NULL), 0);
	assert_int_equal(contents->prefixes(contents, &copy, false, prefixes, 3, NULL), 0);
	contents->hold(NULL);
	contents->drop(NULL);
	contents->close(contents);
}

static void test_contents_need_the_folder(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	f->given = forget_folder;
	make_text(f, "log", "abcdef");
	scan_all(f, NULL, &r);
	results_free(&r);
}

/* ---- all of it, without its folder ---- */

#define MD5_ABCDEF "e80b5017098950fc58aad83c8c14978e"

static void read_whole(struct fixture *f, struct intact_scan *scan, const struct intact_entry *e)
{
	struct intact_contents *contents;
	struct intact_entry copy = *e;
	uint8_t digests[INTACT_DIGEST_MAX][64];
	char hex[33];

	if (strcmp(e->path.s, "/deep/er/log") != 0)
		return;
	copy.dir = NULL;
	if (between)
		between(f);
	assert_int_equal(intact_scan_contents(scan, &contents, NULL), 0);
	answer = contents->whole(contents, &copy, BIT(MD5), digests, NULL);
	for (size_t i = 0; answer == 1 && i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", digests[intact_attr_get(INTACT_MD5)->digest][i]);
	if (answer == 1)
		assert_string_equal(hex, MD5_ABCDEF);
	contents->close(contents);
}

static int read_deep_after(struct fixture *f, void (*what)(struct fixture *f))
{
	struct results r;

	assert_int_equal(mkdirat(f->fd, "deep", 0700), 0);
	assert_int_equal(mkdirat(f->fd, "deep/er", 0700), 0);
	make_text(f, "deep/er/log", "abcdef");
	between = what;
	f->given = read_whole;
	answer = -1;
	scan_all(f, NULL, &r);
	results_free(&r);
	unlinkat(f->fd, "deep/er/log", 0);
	unlinkat(f->fd, "elsewhere/log", 0);
	unlinkat(f->fd, "deep/er", 0);
	unlinkat(f->fd, "deep/er", AT_REMOVEDIR);
	unlinkat(f->fd, "elsewhere", AT_REMOVEDIR);
	unlinkat(f->fd, "deep", AT_REMOVEDIR);
	return answer;
}

static void write_over_deep(struct fixture *f)
{
	int fd = openat(f->fd, "deep/er/log", O_WRONLY);

	assert_int_equal(pwrite(fd, "x", 1, 4), 1);
	close(fd);
}

/* The same file, behind a link that was a folder. */
static void link_folder(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "deep/er", f->fd, "elsewhere"), 0);
	assert_int_equal(symlinkat("../elsewhere", f->fd, "deep/er"), 0);
}

static void remove_folder(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "deep/er", f->fd, "elsewhere"), 0);
}

static void test_contents_are_found_again_from_the_root(void **state)
{
	struct fixture *f = *state;

	f->rules.attrs = MASK_INODE | BIT(SHA256);
	for (f->workers = 0; f->workers < 3; f->workers += 2) {
		assert_int_equal(read_deep_after(f, NULL), 1);
		assert_int_equal(read_deep_after(f, write_over_deep), 0);
		assert_int_equal(read_deep_after(f, link_folder), 0);
		assert_int_equal(read_deep_after(f, remove_folder), 0);
	}
	/* Without a digest that was measured there is nothing to prove it by. */
	f->rules.attrs = MASK_INODE;
	assert_int_equal(read_deep_after(f, NULL), 0);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_contents_digest_what_a_new_file_decompresses_to),
		WITH_TREE(test_contents_leave_what_has_stood_there_for_long),
		WITH_TREE(test_contents_know_how_a_file_begins),
		WITH_TREE(test_contents_prove_nothing_of_another_content),
		WITH_TREE(test_contents_know_how_what_is_packed_begins),
		WITH_TREE(test_contents_need_the_folder),
		WITH_TREE(test_contents_are_found_again_from_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
