/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A reader that trusts nothing: damaged, forged and foreign files cost one line.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <intact/db.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/block.h"
#include "db/header.h"
#include "db/index.h"
#include "db/varint.h"
#include "test_db_random.h"
#include "own_folder.h"

static const struct intact_db_meta meta = { .host = "h", .version = "1", .generation = 1 };

static int memory_file(const void *data, size_t len)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	return fd;
}

/* Open and read everything.  Returns the number of entries, or the failure. */
static int read_through(int fd, struct intact_error *err)
{
	const struct intact_entry *e;
	struct intact_stream *s;
	struct intact_db *db;
	int n = 0, rc;

	rc = intact_db_open("f", fd, &db, err);
	if (rc)
		return rc;
	rc = intact_db_read(db, NULL, &s, err);
	if (rc == 0) {
		while ((rc = intact_stream_next(s, &e, err)) == 1)
			n++;
		intact_stream_close(s);
	}
	intact_db_close(db);
	return rc ? rc : n;
}

static char *small_baseline(size_t entries, uint64_t seed, size_t *ret_len)
{
	struct intact_entry *e = calloc(entries, sizeof(*e));
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	struct arena a = { 0 };
	size_t n = rnd_entries(e, entries, seed, &a);
	int fd = memfd_create("test", MFD_CLOEXEC);
	char *data;

	assert_int_equal(intact_db_create("small", fd, &meta, &w, &err), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(intact_db_append(w, &e[i], &err), 0);
	assert_int_equal(intact_db_commit(w, NULL, &err), 0);
	intact_db_writer_free(w);
	*ret_len = (size_t)lseek(fd, 0, SEEK_END);
	data = malloc(*ret_len);
	assert_int_equal(pread(fd, data, *ret_len, 0), (ssize_t)*ret_len);
	close(fd);
	arena_release(&a);
	free(e);
	return data;
}

/* ---- what is no baseline -------------------------------------------------------------------- */

static void expect_failure(const char *path, int code, const char *text)
{
	struct intact_error err = { 0 };
	struct intact_db *db;

	assert_int_equal(intact_db_open(path, -1, &db, &err), code);
	assert_string_equal(err.text, text);
}

static void put(const char *name, const void *data, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static void test_foreign_inputs_each_have_their_sentence(void **state)
{
	static const char newer[400] = DB_MAGIC "\x02";

	(void)state;
	put("empty", "", 0);
	put("text", "hello\n", 6);
	put("magic", DB_MAGIC, 8);
	put("newer", newer, sizeof(newer));
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	expect_failure("missing", INTACT_EIO, "open 'missing': No such file or directory");
	expect_failure("empty", INTACT_EDAMAGED, "'empty' is empty, not a baseline");
	expect_failure("text", INTACT_EDAMAGED, "'text' is not a baseline");
	expect_failure("magic", INTACT_EDAMAGED, "'magic': damaged baseline: it is cut off");
	expect_failure("newer", INTACT_EDAMAGED,
		       "'newer': damaged baseline: its format has version 2; this program knows "
		       "version 1");
	/* Nobody writes to it: it must not be waited for. */
	expect_failure("fifo", INTACT_EDAMAGED, "'fifo' is empty, not a baseline");
	expect_failure("dir", INTACT_EIO, "'dir' is a directory, not a regular file");
	expect_failure("/dev/zero", INTACT_EIO, "'/dev/zero' is a device, not a regular file");
}

/* ---- damage --------------------------------------------------------------------------------- */

static void test_every_flipped_bit_is_noticed(void **state)
{
	size_t len;
	char *data = small_baseline(5, 39595, &len);
	int fd = memory_file(data, len);
	struct intact_error err = { 0 };

	(void)state;
	assert_true(read_through(fd, &err) > 0);
	for (size_t i = 0; i < len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			char flipped = (char)(data[i] ^ 1 << bit);

			assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
			err.text[0] = '\0';
			if (read_through(fd, &err) != INTACT_EDAMAGED || !err.text[0])
				fail_msg("byte %zu bit %d: %s", i, bit, err.text);
		}
		assert_int_equal(pwrite(fd, &data[i], 1, (off_t)i), 1);
	}
	assert_true(read_through(fd, &err) > 0);
	print_message("%zu bits flipped\n", len * 8);
	close(fd);
	free(data);
}

static void test_every_cut_and_every_appended_byte_is_noticed(void **state)
{
	size_t len;
	char *data = small_baseline(5, 39595, &len);
	int fd = memory_file(data, len);
	struct intact_error err = { 0 };

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char more = (char)byte;

		assert_int_equal(pwrite(fd, &more, 1, (off_t)len), 1);
		assert_int_equal(read_through(fd, &err), INTACT_EDAMAGED);
	}
	/* Itself a second time. */
	assert_int_equal(pwrite(fd, data, len, (off_t)len), (ssize_t)len);
	assert_int_equal(read_through(fd, &err), INTACT_EDAMAGED);
	for (size_t cut = len; cut-- > 0;) {
		assert_int_equal(ftruncate(fd, (off_t)cut), 0);
		assert_int_equal(read_through(fd, &err), INTACT_EDAMAGED);
	}
	close(fd);
	free(data);
}

/* A larger file with several blocks: swap and repeat them, and flip bits here and there. */
static void test_swapped_blocks_and_random_flips_are_noticed(void **state)
{
	size_t len;
	char *data = small_baseline(1000, 11, &len), *copy = malloc(len);
	struct intact_error err = { 0 };
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 400; round++) {
		size_t n = 1 + rnd_below(&seed, 5000), a = rnd_below(&seed, len - 2 * n);
		size_t b = a + n + rnd_below(&seed, len - a - 2 * n + 1);
		int fd;

		memcpy(copy, data, len);
		switch (round % 3) {
		case 0:
			memcpy(copy + a, data + b, n);
			memcpy(copy + b, data + a, n);
			break;
		case 1:
			memcpy(copy + a, data + b, n);
			break;
		default:
			copy[a] = (char)(copy[a] ^ 1 << rnd_below(&seed, 8));
		}
		if (memcmp(copy, data, len) == 0)
			continue;
		fd = memory_file(copy, len);
		if (read_through(fd, &err) != INTACT_EDAMAGED)
			fail_msg("round %d was not noticed", round);
		close(fd);
	}
	free(copy);
	free(data);
}

/* ---- forged files: right digests over wrong content ------------------------------------------ */

/* A block as someone could make it. */
struct forged {
	const char *first, *last;
	struct buf raw, body;
	uint32_t rows;
	/* Lies in the index, added to the truth. */
	int64_t expanded, rows_lie;
};

struct forge {
	struct sha256 *h;
	struct zpack *z;
	struct buf file;
	struct index_out index;
	struct trailer t;
};

static void forge_begin(struct forge *f)
{
	struct intact_error err = { 0 };

	memset(f, 0, sizeof(*f));
	f->h = sha256_new();
	f->z = zpack_new(1, false);
	assert_int_equal(header_put(&f->file, &meta, &err), 0);
	f->t.header_len = f->file.len;
}

static void forge_block(struct forge *f, const struct forged *b)
{
	struct intact_error err = { 0 };
	struct block_info info = { 0 };
	size_t start = f->file.len;

	buf_add(&f->file, b->raw.data, b->raw.len);
	assert_int_equal(zpack_all(f->z, b->body.data, b->body.len, &f->file, &err), 0);
	info.raw = (uint32_t)b->raw.len;
	info.packed = (uint32_t)(f->file.len - start - b->raw.len);
	info.expanded = (uint32_t)((int64_t)b->body.len + b->expanded);
	info.rows = (uint32_t)((int64_t)b->rows + b->rows_lie);
	info.first_len = (uint8_t)strlen(b->first);
	memcpy(info.first, b->first, info.first_len);
	info.last_len = (uint8_t)strlen(b->last);
	memcpy(info.last, b->last, info.last_len);
	assert_int_equal(sha256_sum(f->h, f->file.data + start, f->file.len - start, NULL, 0,
				    info.sha256, &err),
			 0);
	assert_int_equal(index_out_add(&f->index, &info, &err), 0);
}

/* Index and trailer around what is there; `expanded` is added to the index's length. */
static int forge_end(struct forge *f, int64_t expanded, uint64_t blocks, uint64_t entries)
{
	struct intact_error err = { 0 };
	uint8_t data[TRAILER_MAX];
	int fd;

	f->t.index_offset = f->file.len;
	f->t.index_expanded = (uint64_t)((int64_t)f->index.lines.len + expanded);
	f->t.blocks = blocks == UINT64_MAX ? f->index.blocks : blocks;
	f->t.entries = entries == UINT64_MAX ? f->index.entries : entries;
	assert_int_equal(
		zpack_all(f->z, f->index.lines.data, f->index.lines.len, &f->index.digests, &err),
		0);
	buf_add(&f->file, f->index.digests.data, f->index.digests.len);
	f->t.index_len = f->index.digests.len;
	f->t.body_len = f->file.len;
	assert_int_equal(
		sha256_sum(f->h, f->file.data, f->t.header_len, NULL, 0, f->t.header_sha256, &err),
		0);
	assert_int_equal(sha256_sum(f->h, f->index.digests.data, f->index.digests.len, NULL, 0,
				    f->t.index_sha256, &err),
			 0);
	trailer_put(&f->t, data);
	assert_int_equal(trailer_root(f->h, data, f->t.root, &err), 0);
	buf_add(&f->file, data, trailer_put(&f->t, data));
	fd = memory_file(f->file.data, f->file.len);
	buf_release(&f->file);
	index_out_release(&f->index);
	zpack_free(f->z);
	sha256_free(f->h);
	return fd;
}

static void put_number(struct buf *out, uint64_t v)
{
	uint8_t bytes[VARINT_MAX];

	buf_add(out, bytes, (size_t)(varint_put(bytes, v) - bytes));
}

/* The columns of a block; an absent one has no data. */
struct parts {
	struct buf col[COL_MAX];
	struct buf low;
};

static void parts_to_block(struct parts *p, struct forged *b)
{
	unsigned count = 0;

	for (unsigned id = 0; id < COL_MAX; id++)
		count += p->col[id].len != 0;
	put_number(&b->body, count);
	for (unsigned id = 0; id < COL_MAX; id++) {
		if (p->col[id].len) {
			put_number(&b->body, id);
			put_number(&b->body, p->col[id].len);
		}
	}
	for (unsigned id = 0; id < COL_MAX; id++) {
		buf_add(id < COL_DIGEST ? &b->body : &b->raw, p->col[id].data, p->col[id].len);
		buf_release(&p->col[id]);
	}
	buf_add(&b->raw, p->low.data, p->low.len);
	buf_release(&p->low);
}

static void put_numbers(struct buf *out, const uint64_t *numbers, size_t rows)
{
	struct buf low = { 0 };

	column_put_numbers(out, &low, numbers, rows, NULL, 0);
	assert_int_equal(low.len, 0);
	buf_release(&low);
}

/* Rows "/a" and "/b" (front-coded), one shape, nothing else. */
static void two_rows(struct parts *p)
{
	static const uint64_t shared[2] = { 0, 1 }, more[2] = { 2, 1 };

	memset(p, 0, sizeof(*p));
	put_numbers(&p->col[COL_PATH_SHARED], shared, 2);
	put_numbers(&p->col[COL_PATH_MORE], more, 2);
	buf_add_str(&p->col[COL_PATH], "/ab");
	/* One shape: no flags, masks, values. */
	buf_add(&p->col[COL_SHAPES], "\1\0\0\0\0\0", 6);
}

static void replace(struct buf *b, const void *data, size_t len)
{
	buf_clear(b);
	buf_add(b, data, len);
}

static void expect_forged(struct parts *p, const char *what)
{
	struct forged b = { .first = "/a", .last = "/b", .rows = 2 };
	struct intact_error err = { 0 };
	struct forge f;
	int fd, rc;

	parts_to_block(p, &b);
	forge_begin(&f);
	forge_block(&f, &b);
	fd = forge_end(&f, 0, UINT64_MAX, UINT64_MAX);
	rc = read_through(fd, &err);
	if (!what) {
		if (rc != 2)
			fail_msg("the good one: %d %s", rc, err.text);
	} else if (rc != INTACT_EDAMAGED || !strstr(err.text, what) ||
		   !strstr(err.text, "'f': damaged baseline: block 1: ")) {
		fail_msg("wanted '%s', got %d: %s", what, rc, err.text);
	}
	close(fd);
	buf_release(&b.raw);
	buf_release(&b.body);
}

#define REPLACE(column, bytes) replace(&p.col[column], bytes, sizeof(bytes) - 1)
#define TRY(column, bytes, what)         \
	do {                             \
		two_rows(&p);            \
		REPLACE(column, bytes);  \
		expect_forged(&p, what); \
	} while (0)

static void test_forged_paths_are_refused(void **state)
{
	struct parts p;

	(void)state;
	two_rows(&p);
	expect_forged(&p, NULL);
	TRY(COL_PATH, "/ba", "not those in the index");
	TRY(COL_PATH, "/aa", "not in order");
	TRY(COL_PATH, "/a", "a path is cut off");
	TRY(COL_PATH, "/abc", "paths that no entry uses");
	TRY(COL_PATH, "xab", "not a clean absolute path");
	TRY(COL_PATH, "/\0b", "not a clean absolute path");
	TRY(COL_PATH, "/a/", "not in order");
	/* Both the same: shared all, nothing more. */
	TRY(COL_PATH_MORE, "\1\2\0", "a path is cut off");
	TRY(COL_PATH_MORE, "\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1", "a path is cut off");
	TRY(COL_PATH_SHARED, "\1\0\3", "a path is cut off");
	TRY(COL_PATH_SHARED, "\1\1\1", "a path is cut off");
	TRY(COL_PATH_SHARED, "\1\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", "a path is cut off");
	/* Less than all that is shared would make the order unclear. */
	two_rows(&p);
	REPLACE(COL_PATH_SHARED, "\1\0\0");
	REPLACE(COL_PATH_MORE, "\1\2\2");
	REPLACE(COL_PATH, "/a/b");
	expect_forged(&p, "not in order");
	TRY(COL_PATH_MORE, "", "it has no paths");
}

static void test_forged_numbers_are_refused(void **state)
{
	struct parts p;

	(void)state;
	TRY(COL_PERM, "\1\1", "its column 'perm' is wrong");
	TRY(COL_PERM, "\1\1\1\1", "its column 'perm' is wrong");
	TRY(COL_PERM, "\1\1\x80\0", "its column 'perm' is wrong");
	TRY(COL_PERM, "\5\1\1", "its column 'perm' is wrong");
	TRY(COL_PERM, "\0", "its column 'perm' is wrong");
	TRY(COL_UID, "\3\6\0\0", "its column 'uid' is wrong"); /* like itself */
	TRY(COL_UID, "\3\7\0\0", "its column 'uid' is wrong"); /* like a later one */
	TRY(COL_UID, "\3\1\0\0", NULL);			       /* like path.more: allowed */
	TRY(COL_UID, "\3\2\0\0", "its column 'uid' is wrong"); /* like no number */
	TRY(COL_UID, "\3\xff\xff\3\0\0", "its column 'uid' is wrong");
	TRY(COL_MTIME_NS, "\0\x80\x94\xeb\xdc\3", "more than 999999999 nanoseconds");
}

#define TRY_LOW(column, bytes, packed, what)                 \
	do {                                                 \
		two_rows(&p);                                \
		REPLACE(column, bytes);                      \
		buf_add(&p.low, packed, sizeof(packed) - 1); \
		expect_forged(&p, what);                     \
	} while (0)

static void test_forged_low_parts_of_numbers_are_refused(void **state)
{
	struct parts p;

	(void)state;
	TRY_LOW(COL_PERM, "\4\1\2", "abcdef", NULL);
	TRY_LOW(COL_PERM, "\4\xff\xff\xff\xff\xff\1\2", "abcdef", NULL);
	TRY_LOW(COL_PERM, "\4\x80\x80\x80\x80\x80\x20\2", "abcdef", "column 'perm' is wrong");
	TRY_LOW(COL_PERM, "\4\1\2", "", "its columns are longer than the block");
	TRY_LOW(COL_PERM, "\4\1\2", "abcde", "its columns are longer than the block");
	TRY_LOW(COL_PERM, "\4\1\2", "abcdefg", "its columns are shorter than the block");
	TRY_LOW(COL_PERM, "\4\1", "abcdef", "its column 'perm' is wrong");
	TRY_LOW(COL_PERM, "\4\1\2\3", "abcdef", "its column 'perm' is wrong");
	TRY_LOW(COL_PERM, "\1\1\2", "abcdef", "its columns are shorter than the block");
	TRY_LOW(COL_MTIME_NS, "\4\x3b\x3c", "\xff\xc9\x9a\0\0\0", "nanoseconds");
	TRY_LOW(COL_MTIME_NS, "\4\x3b\x3b", "\xff\xc9\x9a\0\0\0", NULL);
}

static void test_forged_shapes_and_values_are_refused(void **state)
{
	struct parts p;

	(void)state;
	TRY(COL_SHAPE, "\1\0\1", "a shape that is not there");
	TRY(COL_SHAPES, "\0", "'shapes' is wrong");
	TRY(COL_SHAPES, "\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "'shapes' is wrong");
	TRY(COL_SHAPES, "\1\0\0\0\0\0\0", "'shapes' is too long");
	TRY(COL_SHAPES, "\1\0\0\0\0", "'shapes' is wrong");
	TRY(COL_SHAPES, "\1\4\0\0\0\0", "'shapes' is wrong");
	TRY(COL_SHAPES, "\1\0\0\0\0\1\5", "'shapes' is wrong"); /* a number */
	/* No attribute has this bit. */
	TRY(COL_SHAPES, "\1\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\1\0\0\0", "'shapes' is wrong");
	TRY(COL_SHAPES, "\1\0\0\0\0\1\x7f", "'shapes' is wrong");     /* no column */
	TRY(COL_SHAPES, "\1\0\0\0\0\2\x19\x19", "'shapes' is wrong"); /* twice */
	TRY(COL_SHAPES, "", "no column 'shapes'");
	TRY(COL_SHAPES, "\1\0\0\0\0\1\x19", "a string is not there");
	TRY(COL_SHAPES, "\1\0\0\0\0\1\x22", "digests of its entries are not there");
	TRY(COL_DIGEST, "0123456789abcdef", "more or fewer digests than its entries");
	TRY(COL_LNAME, "\0\1x\0\0", "strings that no entry uses");

	/* A shape with a link target, which is column 26. */
#define TRY_LINKS(bytes, what)                           \
	do {                                             \
		two_rows(&p);                            \
		REPLACE(COL_SHAPES, "\1\0\0\0\0\1\x19"); \
		REPLACE(COL_LNAME, bytes);               \
		expect_forged(&p, what);                 \
	} while (0)
	TRY_LINKS("\0\1x\0\0", NULL);
	TRY_LINKS("\0\0\0\0", NULL);
	TRY_LINKS("\0\1x\0", "a string is not there");
	TRY_LINKS("\0\1x\0\2", "a string is not there");
	TRY_LINKS("\0\1x\1\0", "a string is cut off");
	TRY_LINKS("\0\x7fx\0\0", "a string is cut off");
	TRY_LINKS("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1x\0\0", "a string is cut off");
	TRY_LINKS("\0\1x\0\0\0", "strings that no entry uses");
}

static void try_xattrs(const char *names, size_t names_len, const char *values, size_t values_len,
		       uint64_t count, const char *what)
{
	const uint64_t counts[2] = { count, 0 };
	struct parts p;

	two_rows(&p);
	put_numbers(&p.col[COL_XATTRS], counts, 2);
	replace(&p.col[COL_XATTRS_NAME], names, names_len);
	replace(&p.col[COL_XATTRS_VALUE], values, values_len);
	expect_forged(&p, what);
}

static void test_forged_xattrs_are_refused(void **state)
{
	(void)state;
	try_xattrs("\0\1a\0\1\1b\0", 8, "\0\0\0\0", 4, 2, NULL);
	try_xattrs("\0\1b\0\1\1a\0", 8, "\0\0\0\0", 4, 2, "not in order");
	try_xattrs("\0\1a\0\0", 5, "\0\0\0\0", 4, 2, "not in order");
	try_xattrs("\0\1a\0", 4, "\0\0\0\0", 4, 2, "a string is not there");
	try_xattrs("\0\1a\0", 4, "", 0, 1, "a string is not there");
	try_xattrs("\0\1a\0", 4, "\0\0\0", 3, 40000, "too many extended attributes");
	try_xattrs("\0\1a\0", 4, "\0\0\0", 3, UINT64_MAX, "too many extended attributes");
}

static void expect_body(const char *body, size_t len, uint32_t rows, int64_t expanded,
			int64_t rows_lie, const char *what)
{
	struct forged b = { .first = "/a", .last = "/b", .rows = rows };
	struct intact_error err = { 0 };
	struct forge f;
	int fd, rc;

	b.expanded = expanded;
	b.rows_lie = rows_lie;
	buf_add(&b.body, body, len);
	forge_begin(&f);
	forge_block(&f, &b);
	fd = forge_end(&f, 0, UINT64_MAX, UINT64_MAX);
	rc = read_through(fd, &err);
	if (rc != INTACT_EDAMAGED || !strstr(err.text, what))
		fail_msg("wanted '%s', got %d: %s", what, rc, err.text);
	close(fd);
	buf_release(&b.body);
}

/* A good header, `from` replaced by `to` where it stands first, `skip` bytes further on. */
static void expect_header(const char *from, size_t skip, const char *to, size_t len,
			  const char *what)
{
	struct intact_error err = { 0 };
	struct forge f;
	char *at;
	int fd, rc;

	forge_begin(&f);
	at = memmem(f.file.data, f.file.len, from, strlen(from));
	assert_non_null(at);
	memcpy(at + skip, to, len);
	fd = forge_end(&f, 0, UINT64_MAX, UINT64_MAX);
	rc = read_through(fd, &err);
	if (!what && rc != 0)
		fail_msg("%s: %s", to, err.text);
	if (what && (rc != INTACT_EDAMAGED || !strstr(err.text, what)))
		fail_msg("wanted '%s', got %d: %s", what, rc, err.text);
	close(fd);
}

static void test_forged_headers_are_refused(void **state)
{
	(void)state;
	expect_header("\4host", 1, "hosts", 4, NULL);
	expect_header("\4host", 1, "tost", 4, NULL);
	expect_header("\4host", 1, "Host", 4, "something that this version does not know");
	expect_header("\14rules.sha256", 14, "\1", 1, "digest of the rules is wrong");
	expect_header("\14rules.sha256", 1, "rules.tha256", 12, NULL);
	expect_header("\6sha512", 1, "sha256", 6, "list of attributes has one twice");
	expect_header("\3gid\3", 1, "uid", 3, "list of columns has one twice");
	expect_header("\3gid\3", 1, "xid", 3, NULL);
	expect_header("\3gid\3", 4, "\4", 1, "one of another kind");
	expect_header("\3gid\3", 5, "\1", 1, NULL);
	expect_header("\3gid\3", 5, "\2", 1, "unknown flags");
	expect_header("\3gid\3", 6, "\1", 1, "one of another kind");
	expect_header("\4path\1", 1, "pith", 4, "one that this version does not know");
}

static void test_forged_directories_and_sizes_are_refused(void **state)
{
	(void)state;
	expect_body("", 0, 2, 0, 0, "too many columns");
	expect_body("\x7f", 1, 2, 0, 0, "too many columns");
	expect_body("\1\0\1", 3, 2, 0, 0, "longer or shorter");
	expect_body("\1\0\0x", 4, 2, 0, 0, "longer or shorter");
	expect_body("\2\1\0\0\0", 5, 2, 0, 0, "directory is wrong");
	expect_body("\1\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 12, 2, 0, 0,
		    "directory is wrong");
	expect_body("\0", 1, 2, 0, 0, "no column 'shapes'");
	expect_body("\0", 1, 2, 1, 0, "does not expand");
	expect_body("\0x", 2, 2, -1, 0, "does not expand");
	expect_body("\0", 1, 2, (int64_t)DB_BLOCK_MAX, 0, "its index is wrong");
	expect_body("\0", 1, 2, 0, -2, "its index is wrong");
	expect_body("\0", 1, 2, 0, DB_ROWS_MAX, "its index is wrong");
}

static void test_forged_trailers_are_refused(void **state)
{
	static const struct {
		int64_t expanded;
		uint64_t blocks, entries;
		const char *what;
	} cases[] = {
		{ 1, UINT64_MAX, UINT64_MAX, "does not expand" },
		{ -1, UINT64_MAX, UINT64_MAX, "does not expand" },
		{ (int64_t)DB_INDEX_MAX, UINT64_MAX, UINT64_MAX, "sizes in its trailer" },
		{ 0, 0, UINT64_MAX, "does not expand" },
		{ 0, 2, UINT64_MAX, "sizes in its trailer" },
		{ 0, (uint64_t)1 << 59, UINT64_MAX, "sizes in its trailer" },
		{ 0, UINT64_MAX - 1, UINT64_MAX, "sizes in its trailer" },
		{ 0, UINT64_MAX, 3, "does not fit" },
		{ 0, UINT64_MAX, UINT64_MAX - 1, "does not fit" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct forged b = { .first = "/a", .last = "/b", .rows = 2 };
		struct intact_error err = { 0 };
		struct parts p;
		struct forge f;
		int fd, rc;

		two_rows(&p);
		parts_to_block(&p, &b);
		forge_begin(&f);
		forge_block(&f, &b);
		fd = forge_end(&f, cases[i].expanded, cases[i].blocks, cases[i].entries);
		rc = read_through(fd, &err);
		if (rc != INTACT_EDAMAGED || !strstr(err.text, cases[i].what))
			fail_msg("%zu: wanted '%s', got %d: %s", i, cases[i].what, rc, err.text);
		close(fd);
		buf_release(&b.raw);
		buf_release(&b.body);
	}
}

/* The order holds across blocks, too: the same one twice, or the second with a longer path that its
 * key hides. */
static void test_order_is_checked_across_blocks(void **state)
{
	struct intact_error err = { 0 };
	struct forge f;
	int fd;

	(void)state;
	forge_begin(&f);
	for (int i = 0; i < 2; i++) {
		struct forged b = { .first = "/a", .last = i ? "/b" : "/a", .rows = 2 };
		struct parts p;

		two_rows(&p);
		if (i == 0) {
			static const uint64_t none = 0, two = 2;

			b.rows = 1;
			buf_clear(&p.col[COL_PATH_SHARED]);
			buf_clear(&p.col[COL_PATH_MORE]);
			put_numbers(&p.col[COL_PATH_SHARED], &none, 1);
			put_numbers(&p.col[COL_PATH_MORE], &two, 1);
			REPLACE(COL_PATH, "/a");
		}
		parts_to_block(&p, &b);
		forge_block(&f, &b);
		buf_release(&b.raw);
		buf_release(&b.body);
	}
	fd = forge_end(&f, 0, UINT64_MAX, UINT64_MAX);
	assert_int_equal(read_through(fd, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "block 2: its paths are not in order"));
	close(fd);
}

/* A block that expands a thousandfold to the limit, with as much of everything as can be. */
static void test_hostile_block_stays_within_memory(void **state)
{
	struct forged b = { .first = "/a", .last = "/b", .rows = DB_ROWS_MAX };
	struct intact_error err = { 0 };
	struct rusage before, after;
	struct forge f;
	char *zeros = calloc(1, DB_BLOCK_MAX - 100);
	int fd;

	(void)state;
	put_number(&b.body, 1);
	put_number(&b.body, COL_LNAME);
	put_number(&b.body, DB_BLOCK_MAX - 100);
	buf_add(&b.body, zeros, DB_BLOCK_MAX - 100);
	forge_begin(&f);
	for (int i = 0; i < 20; i++) {
		char name[2][8];

		snprintf(name[0], sizeof(name[0]), "/%c", 'a' + i);
		b.first = b.last = name[0];
		forge_block(&f, &b);
	}
	buf_release(&b.body);
	free(zeros);
	fd = forge_end(&f, 0, UINT64_MAX, UINT64_MAX);
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(read_through(fd, &err), INTACT_EDAMAGED);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
	close(fd);
}

/* ---- reading a part ------------------------------------------------------------------------- */

/* Damage in one block does not matter to who reads another; and only that block is read. */
static void test_only_wanted_blocks_are_read(void **state)
{
	size_t len;
	char *data = small_baseline(1000, 11, &len);
	struct intact_error err = { 0 };
	const struct intact_entry *e;
	struct intact_stream *s;
	struct intact_db *db;
	int fd;

	(void)state;
	/* In the first block. */
	data[5000] = (char)(data[5000] ^ 1);
	fd = memory_file(data, len);
	assert_int_equal(intact_db_open("f", fd, &db, &err), 0);
	assert_int_equal(intact_db_read(db, "/b", &s, &err), 0);
	assert_int_equal(intact_stream_next(s, &e, &err), 1);
	assert_true(path_cmp(e->path.s, e->path.len, "/b", 2) >= 0);
	intact_stream_close(s);
	assert_int_equal(intact_db_read(db, NULL, &s, &err), 0);
	assert_int_equal(intact_stream_next(s, &e, &err), INTACT_EDAMAGED);
	assert_string_equal(err.text, "'f': damaged baseline: block 1: its digest is wrong");
	/* Nothing comes after a failure. */
	assert_int_equal(intact_stream_next(s, &e, &err), INTACT_EDAMAGED);
	intact_stream_close(s);
	assert_int_equal(intact_db_verify(db, &err), INTACT_EDAMAGED);
	intact_db_close(db);
	close(fd);
	free(data);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, own_folder_enter, own_folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_foreign_inputs_each_have_their_sentence),
		cmocka_unit_test(test_every_flipped_bit_is_noticed),
		cmocka_unit_test(test_every_cut_and_every_appended_byte_is_noticed),
		cmocka_unit_test(test_swapped_blocks_and_random_flips_are_noticed),
		cmocka_unit_test(test_forged_paths_are_refused),
		cmocka_unit_test(test_forged_numbers_are_refused),
		cmocka_unit_test(test_forged_headers_are_refused),
		cmocka_unit_test(test_forged_low_parts_of_numbers_are_refused),
		cmocka_unit_test(test_forged_shapes_and_values_are_refused),
		cmocka_unit_test(test_forged_xattrs_are_refused),
		cmocka_unit_test(test_forged_directories_and_sizes_are_refused),
		cmocka_unit_test(test_forged_trailers_are_refused),
		cmocka_unit_test(test_order_is_checked_across_blocks),
		cmocka_unit_test(test_hostile_block_stays_within_memory),
		cmocka_unit_test(test_only_wanted_blocks_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
