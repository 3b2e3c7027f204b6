/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The limits of the format: what a writer refuses to write, and trailers and indexes with right
 * digests over numbers that cannot be.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include <intact/db.h>

#include "base/zstream.h"
#include "db/format.h"
#include "db/header.h"
#include "db/index.h"
#include "db/sha256.h"

/* ---- what is not written ---- */

static char *of_length(size_t len)
{
	char *s = malloc(len + 1);

	assert_non_null(s);
	memset(s, 'x', len);
	s[0] = '/';
	s[len] = '\0';
	return s;
}

static void refuse_header(const struct intact_db_meta *meta, const char *why)
{
	struct intact_error err = { 0 };
	struct buf out = { 0 };

	assert_int_equal(header_put(&out, meta, &err), why ? INTACT_EIO : 0);
	if (why)
		assert_non_null(strstr(err.text, why));
	buf_release(&out);
}

static void test_headers_have_limits(void **state)
{
	char *longest = of_length(65536), *longer = of_length(65537);
	char *rules = of_length(DB_RULES_MAX + 1);

	(void)state;
	refuse_header(&(struct intact_db_meta){ .host = longest, .rules = "" }, NULL);
	refuse_header(&(struct intact_db_meta){ .host = longer, .rules = "" }, "longer than");
	refuse_header(&(struct intact_db_meta){ .version = longer, .rules = "" }, "longer than");
	refuse_header(&(struct intact_db_meta){ .root_prefix = longer, .rules = "" },
		      "longer than");
	refuse_header(&(struct intact_db_meta){ .created.nsec = 999999999, .rules = "" }, NULL);
	refuse_header(&(struct intact_db_meta){ .created.nsec = 1000000000, .rules = "" },
		      "1000000000 nanoseconds");
	refuse_header(&(struct intact_db_meta){ .rules = rules, .rules_len = DB_RULES_MAX }, NULL);
	refuse_header(&(struct intact_db_meta){ .rules = rules, .rules_len = DB_RULES_MAX + 1 },
		      "too long for a baseline");
	free(longest);
	free(longer);
	free(rules);
}

static struct intact_db_writer *create(bool aide)
{
	const struct intact_db_meta meta = { .rules = "", .attrs = UINT64_MAX };
	int fd = memfd_create("db", MFD_CLOEXEC);
	struct intact_db_writer *w;
	struct intact_error err;

	assert_int_equal(
		aide ? intact_db_create_aide("db", fd, &meta, false, INTACT_AIDE_NEWEST, &w, &err)
		     : intact_db_create("db", fd, &meta, &w, &err),
		0);
	/* It stays open with the test: nobody asks for its content. */
	return w;
}

static struct intact_entry entry(const char *path)
{
	return (struct intact_entry){ .path = { path, strlen(path) }, .mode = 0100644 };
}

/* "/b" was written before. */
static void refuse_after_b(bool aide, const struct intact_entry *e, const char *why)
{
	struct intact_db_writer *w = create(aide);
	const struct intact_entry b = entry("/b");
	struct intact_error err = { 0 };

	assert_int_equal(intact_db_append(w, &b, &err), 0);
	assert_int_equal(intact_db_append(w, e, &err), why ? INTACT_EIO : 0);
	if (why && !strstr(err.text, why))
		fail_msg("wanted '%s', got '%s'", why, err.text);
	/* Who failed once does not finish. */
	if (why)
		assert_true(intact_db_commit(w, NULL, &err) < 0);
	intact_db_writer_free(w);
}

static void test_entries_have_limits(void **state)
{
	static const char *const unclean[] = { "b", "//b", "/b/", "/c//d", "" };
	struct intact_entry e;

	(void)state;
	for (int aide = 0; aide <= 1; aide++) {
		for (size_t i = 0; i < sizeof(unclean) / sizeof(unclean[0]); i++) {
			e = entry(unclean[i]);
			refuse_after_b(aide, &e, "not a clean");
		}
		e = entry("/a");
		refuse_after_b(aide, &e, "'/a' comes after '/b'");
		e = entry("/b");
		refuse_after_b(aide, &e, "'/b' comes after '/b'");
		e = entry("/c");
		refuse_after_b(aide, &e, NULL);
		e.flags = INTACT_ENTRY_GAP;
		refuse_after_b(aide, &e, "not measured");
		e.flags = INTACT_ENTRY_UNMEASURED;
		refuse_after_b(aide, &e, "not measured");
	}
}

static void test_entries_of_our_format_have_more_limits(void **state)
{
	char *path = of_length(DB_PATH_MAX + 1), *problem = of_length(DB_ENTRY_MAX);
	struct intact_xattr xattrs[2] = { { { "b", 1 }, { "", 0 } }, { { "a", 1 }, { "", 0 } } };
	struct intact_entry e = entry("/c");

	(void)state;
	e.problem = problem;
	refuse_after_b(false, &e, "take more than 4 MiB");
	e.problem = NULL;
	e.nxattrs = DB_XATTRS_MAX + 1;
	e.xattrs = calloc(e.nxattrs, sizeof(*e.xattrs));
	refuse_after_b(false, &e, "take more than 4 MiB");
	free((void *)(uintptr_t)e.xattrs);
	e.xattrs = xattrs;
	e.nxattrs = 2;
	refuse_after_b(false, &e, "not sorted");
	xattrs[1].name = (struct intact_str){ "b", 1 };
	refuse_after_b(false, &e, "not sorted");
	xattrs[1].name = (struct intact_str){ "ba", 2 };
	refuse_after_b(false, &e, NULL);
	xattrs[0].name = (struct intact_str){ "bb", 2 };
	refuse_after_b(false, &e, "not sorted");
	e = entry("/c");
	e.mtime.nsec = 1000000000;
	refuse_after_b(false, &e, "a time has 1000000000 nanoseconds");
	e = entry(path);
	/* There is no room for more in a message. */
	refuse_after_b(false, &e, "'/xxx");
	path[DB_PATH_MAX] = '\0';
	e = entry(path);
	refuse_after_b(false, &e, NULL);
	free(path);
	free(problem);
}

/* ---- forged trailers ---- */

/* What packed bytes may be longer by than what is in them: db/index.c. */
#define PACK_SLACK 65536

#define SIZE 100000

static struct trailer good_trailer(void)
{
	return (struct trailer){ .header_len = 500,
				 .blocks = 2,
				 .entries = 7,
				 .index_offset = 90000,
				 .index_len = SIZE - TRAILER_LEN - 90000,
				 .index_expanded = 300,
				 .body_len = SIZE - TRAILER_LEN };
}

/* With the right digest. */
static void try_trailer(struct trailer t, const char *why)
{
	struct sha256 *h = sha256_new();
	struct intact_error err = { 0 };
	uint8_t data[TRAILER_MAX];
	struct trailer got;
	size_t len;
	int rc;

	trailer_put(&t, data);
	assert_int_equal(trailer_root(h, data, t.root, &err), 0);
	len = trailer_put(&t, data);
	rc = trailer_get(&got, h, data, len, SIZE, &err);
	if (rc != (why ? INTACT_EDAMAGED : 0) || (why && !strstr(err.text, why)))
		fail_msg("wanted '%s', got %d: %s", why ? why : "success", rc, err.text);
	sha256_free(h);
}

static void test_trailers_fit_their_file(void **state)
{
	static const char sizes[] = "the sizes in its trailer do not fit";
	const struct trailer good = good_trailer();
	struct trailer t;

	(void)state;
	try_trailer(good, NULL);
#define BAD(member, value)             \
	do {                           \
		t = good;              \
		t.member = (value);    \
		try_trailer(t, sizes); \
	} while (0)
	BAD(header_len, 15);
	BAD(header_len, DB_HEADER_MAX + 1);
	BAD(header_len, good.index_offset + 1);
	BAD(index_offset, good.index_offset - 1);
	BAD(index_offset, UINT64_MAX - 10);
	BAD(index_len, DB_INDEX_MAX + 1);
	BAD(index_len, 63);
	BAD(blocks, DB_INDEX_MAX / 32 + 1);
	BAD(blocks, good.index_len / 32 + 1);
	BAD(index_expanded, DB_INDEX_MAX - 63);
	BAD(body_len, good.body_len + 1);
	BAD(body_len, good.body_len - 1);
#undef BAD
	/* All there is to be had for two digests. */
	t = good;
	t.index_len = 64;
	t.index_offset = good.body_len - 64;
	try_trailer(t, NULL);
	t.index_expanded = DB_INDEX_MAX - 64;
	try_trailer(t, NULL);
	/* Longer by the signature that it says it has. */
	t = good;
	t.has_signature = true;
	try_trailer(t, sizes);
	t.body_len -= INTACT_SIGNATURE_SIZE;
	t.index_len -= INTACT_SIGNATURE_SIZE;
	try_trailer(t, NULL);
}

static void test_ends_are_of_a_known_kind(void **state)
{
	struct trailer t = good_trailer(), got;
	struct sha256 *h = sha256_new();
	struct intact_error err = { 0 };
	uint8_t data[TRAILER_MAX];
	size_t len;

	(void)state;
	len = trailer_put(&t, data);
	assert_int_equal(trailer_get(&got, h, data, len - 1, SIZE, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "does not end as a baseline does"));
	data[len - DB_MAGIC_SIZE - 4]++;
	assert_int_equal(trailer_get(&got, h, data, len, SIZE, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "of a kind that this version does not know"));
	/* One that would begin before what there is. */
	t.has_signature = true;
	len = trailer_put(&t, data);
	assert_int_equal(trailer_get(&got, h, data + 1, len - 1, SIZE, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "of a kind that this version does not know"));
	/* The length of the signature does not go with its own. */
	data[TRAILER_CONTENT + 32]++;
	assert_int_equal(trailer_get(&got, h, data, len, SIZE, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "of a kind that this version does not know"));
	sha256_free(h);
}

/* ---- forged indexes ---- */

/* Lines of two blocks as index_out_add() makes them; each may be another. */
struct lines {
	const char *first[2], *last[2];
	uint32_t raw[2], packed[2], expanded[2], rows[2];
};

static const struct lines good_lines = { { "/a", "/c" }, { "/b", "/d" }, { 10, 20 },
					 { 30, 40 },	 { 50, 60 },	 { 3, 4 } };

/* The lines, `cut` bytes shorter and with `more` behind them, under a trailer that fits. */
static void try_lines(struct lines l, size_t cut, const char *more, const char *why)
{
	struct index_out out = { 0 };
	struct intact_error err = { 0 };
	struct zpack *z = zpack_new(1, false);
	struct trailer t = good_trailer();
	struct index_in in = { 0 };
	uint8_t *stored;
	int rc;

	for (size_t i = 0; i < 2; i++) {
		struct block_info info = { .raw = l.raw[i],
					   .packed = l.packed[i],
					   .expanded = l.expanded[i],
					   .rows = l.rows[i],
					   .first_len = (uint8_t)strlen(l.first[i]),
					   .last_len = (uint8_t)strlen(l.last[i]) };

		memcpy(info.first, l.first[i], info.first_len);
		memcpy(info.last, l.last[i], info.last_len);
		assert_int_equal(index_out_add(&out, &info, &err), 0);
	}
	out.lines.len -= cut;
	buf_add_str(&out.lines, more);
	t.index_expanded = out.lines.len;
	assert_int_equal(zpack_all(z, out.lines.data, out.lines.len, &out.digests, &err), 0);
	t.index_len = out.digests.len;
	t.index_offset = t.header_len + 100;
	stored = malloc(out.digests.len);
	memcpy(stored, out.digests.data, out.digests.len);
	rc = index_in_open(&in, &t, stored, &err);
	if (rc != (why ? INTACT_EDAMAGED : 0) || (why && !strstr(err.text, why)))
		fail_msg("wanted '%s', got %d: %s", why ? why : "success", rc, err.text);
	index_in_release(&in);
	index_out_release(&out);
	zpack_free(z);
}

static void test_indexes_fit_their_file(void **state)
{
	struct lines l;

	(void)state;
	try_lines(good_lines, 0, "", NULL);
	try_lines(good_lines, 1, "", "its index is wrong");
	try_lines(good_lines, 9, "", "its index is wrong");
	try_lines(good_lines, 10, "", "its index is wrong");
	try_lines(good_lines, 0, "x", "does not fit the file");
#define BAD(member, value, why)           \
	do {                              \
		l = good_lines;           \
		l.member = (value);       \
		try_lines(l, 0, "", why); \
	} while (0)
	BAD(first[0], "", "its index is wrong");
	BAD(last[1], "", "its index is wrong");
	BAD(first[0], "/b/a", "its index is wrong");
	BAD(first[1], "/a/z", "its index is wrong");
	BAD(last[0], "/c/a", "its index is wrong");
	BAD(first[1], "/b", NULL);
	BAD(last[0], "/a", NULL);
	BAD(rows[0], 0, "its index is wrong");
	BAD(rows[1], DB_ROWS_MAX + 1, "its index is wrong");
	BAD(rows[1], 5, "does not fit the file");
	BAD(raw[0], 9, "does not fit the file");
	BAD(raw[1], 21, "blocks beyond the end");
	BAD(packed[0], 71, "blocks beyond the end");
	BAD(raw[0], DB_BLOCK_MAX + 1, "its index is wrong");
	BAD(expanded[0], DB_BLOCK_MAX - 9, "its index is wrong");
	BAD(expanded[0], DB_BLOCK_MAX - 10, NULL);
	BAD(packed[0], DB_BLOCK_MAX + PACK_SLACK - 9, "its index is wrong");
#undef BAD
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_have_limits),
		cmocka_unit_test(test_entries_have_limits),
		cmocka_unit_test(test_entries_of_our_format_have_more_limits),
		cmocka_unit_test(test_trailers_fit_their_file),
		cmocka_unit_test(test_ends_are_of_a_known_kind),
		cmocka_unit_test(test_indexes_fit_their_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
