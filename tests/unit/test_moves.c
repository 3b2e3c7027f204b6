/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <intact/compare.h>

#include "base/buf.h"
#include "tests/stress/starved.h"
#include "tests/unit/sample_db.h"

#define B(id) INTACT_BIT(INTACT_##id)
#define PLAIN (B(PERM) | B(SIZE) | B(CTIME) | B(SHA256))
#define LOG (PLAIN | B(CHECK_INODE))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct intact_moves_options disk = { .disk = true };
static const uint8_t content[8][64] = { { 0 }, { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 }, { 7 } };

/* A file of this inode; its content is numbered like it unless said otherwise. */
static struct intact_entry file_with(const char *path, uint64_t ino, uint64_t attrs, unsigned text)
{
	struct intact_entry e = { .path = { path, strlen(path) },
				  .mode = 0100644,
				  .size = text,
				  .ino = ino,
				  .attrs = attrs };

	e.digest[intact_attr_get(INTACT_SHA256)->digest] = content[text];
	return e;
}

static struct intact_entry file(const char *path, uint64_t ino, uint64_t attrs)
{
	return file_with(path, ino, attrs, (unsigned)ino % 8);
}

static int feed(struct intact_pairs *pairs, struct intact_changes *changes,
		struct intact_moves *moves, struct intact_error *err)
{
	const struct intact_match_options options = { .disk = true };
	struct intact_pair pair;
	char reason[128];
	int rc;

	while ((rc = intact_pairs_next(pairs, &pair, err)) > 0) {
		struct intact_change c;
		uint64_t pos = UINT64_MAX;

		rc = 0;
		if (intact_match_pair(&pair, &options, reason, sizeof(reason), &c))
			rc = intact_changes_add(changes, &c, &pos, err);
		if (rc == 0)
			rc = intact_moves_feed(moves, &pair, &c, pos, err);
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? rc : intact_moves_finish(moves, err);
}

/* What is left to be seen: "+/a -/b ~/c". */
static void seen(struct intact_changes *changes, struct buf *out)
{
	static const char signs[] = { [INTACT_SAME] = '=',
				      [INTACT_ADDED] = '+',
				      [INTACT_REMOVED] = '-',
				      [INTACT_CHANGED] = '~',
				      [INTACT_GAP] = '!' };
	struct intact_changes_iter *it;
	const struct intact_change *c;

	buf_add_str(out, "");
	assert_int_equal(intact_changes_iter_new(changes, &it, NULL), 0);
	while (intact_changes_iter_next(it, &c, NULL) > 0) {
		if (!c->hidden && c->kind != INTACT_SAME)
			buf_printf(out, "%s%c%s", out->len ? " " : "", signs[c->kind],
				   c->new ? c->new->path.s : c->old->path.s);
	}
	intact_changes_iter_free(it);
}

/* ---- contents ---- */

/* The file stopped being what was measured: reading it again proves nothing. */
#define LOST 1
/* It begins with something else. */
#define FORGED 2

static unsigned reads;
static int held;

static void hold(struct scan_dir *dir)
{
	assert_non_null(dir);
	held++;
}

static void drop(struct scan_dir *dir)
{
	assert_non_null(dir);
	held--;
}

/* As file_with(): the beginning of `n` bytes of any content has the digest content[n]. */
static int prefixes(struct intact_contents *c, const struct intact_entry *e, bool unpack,
		    struct intact_prefix *p, size_t n, struct intact_error *err)
{
	uint64_t size = unpack ? e->unpacked->size : e->size, last = 0;

	(void)c;
	(void)err;
	assert_non_null(e->dir);
	reads++;
	for (size_t i = 0; i < n; i++) {
		assert_true(p[i].size > last);
		last = p[i].size;
		p[i].known = last <= size;
		memset(p[i].digest, 0, sizeof(p[i].digest));
		p[i].digest[intact_attr_get(INTACT_SHA256)->digest][0] =
			(uint8_t)(e->rdev == FORGED ? 99 : last);
	}
	return e->rdev != LOST;
}

static struct intact_contents contents = { hold, drop, prefixes, NULL, NULL };

static void run_with(const struct intact_moves_options *options, const struct intact_entry *old,
		     size_t nold, const struct intact_entry *new, size_t nnew, const char *want)
{
	struct intact_changes *changes;
	struct intact_moves *moves;
	struct intact_pairs *pairs;
	struct buf got = { 0 };

	assert_int_equal(intact_changes_new(1 << 16, NULL, &changes, NULL), 0);
	assert_int_equal(intact_moves_new(options, changes, &moves, NULL), 0);
	assert_int_equal(intact_join_new(sample_stream(old, nold, 0), sample_stream(new, nnew, 0),
					 NULL, NULL, &pairs, NULL),
			 0);
	assert_int_equal(feed(pairs, changes, moves, NULL), 0);
	seen(changes, &got);
	assert_string_equal(got.data, want);
	buf_release(&got);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
}

static void run(const struct intact_entry *old, size_t nold, const struct intact_entry *new,
		size_t nnew, const char *want)
{
	run_with(&disk, old, nold, new, nnew, want);
}

#define RUN(old, new, want) run(old, COUNT(old), new, COUNT(new), want)

/* With contents that can be read again, `want_reads` times; as AIDE, or with rotation. */
static void run_reading(bool rotation, const struct intact_entry *old, size_t nold,
			const struct intact_entry *new, size_t nnew, const char *want,
			unsigned want_reads)
{
	const struct intact_moves_options options = { .disk = true,
						      .contents = &contents,
						      .rotation = rotation };

	reads = 0;
	run_with(&options, old, nold, new, nnew, want);
	assert_int_equal(reads, want_reads);
	assert_int_equal(held, 0);
}

#define AS_AIDE(old, new, want, reads) \
	run_reading(false, old, COUNT(old), new, COUNT(new), want, reads)
#define ROTATE(old, new, want, reads) \
	run_reading(true, old, COUNT(old), new, COUNT(new), want, reads)

/* ---- without memory ---- */

/* As run_with(), while allocation number `at` fails.  Returns 0 or a negative code; *ret_n: how
 * many there were. */
static int try_starved(unsigned long at, unsigned long *ret_n,
		       const struct intact_moves_options *options, const struct intact_entry *old,
		       size_t nold, const struct intact_entry *new, size_t nnew, const char *want)
{
	struct intact_stream *a = sample_stream(old, nold, 0), *b = sample_stream(new, nnew, 0);
	struct intact_changes *changes = NULL;
	struct intact_moves *moves = NULL;
	struct intact_pairs *pairs = NULL;
	struct buf got = { 0 };
	struct intact_error err;
	int rc;

	starve(at);
	rc = intact_join_new(a, b, NULL, NULL, &pairs, &err);
	if (rc == 0)
		rc = intact_changes_new(64, NULL, &changes, &err);
	if (rc == 0)
		rc = intact_moves_new(options, changes, &moves, &err);
	if (rc == 0)
		rc = feed(pairs, changes, moves, &err);
	*ret_n = starve_count();
	starve(0);
	if (rc == 0) {
		seen(changes, &got);
		assert_string_equal(got.data, want);
	}
	buf_release(&got);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
	return rc;
}

/* Either it is said, or nothing is missing. */
static void starve_each(const struct intact_entry *old, size_t nold, const struct intact_entry *new,
			size_t nnew, const char *want)
{
	const struct intact_moves_options options = { .disk = true,
						      .contents = &contents,
						      .rotation = true };
	unsigned long n, reached;
	int rc;

	assert_int_equal(try_starved(0, &n, &options, old, nold, new, nnew, want), 0);
	assert_true(n > 5);
	for (unsigned long i = 1; i <= n; i++) {
		rc = try_starved(i, &reached, &options, old, nold, new, nnew, want);
		assert_true(rc == 0 || rc == INTACT_ENOMEM);
		assert_int_equal(held, 0);
	}
}

static void test_moves_hides_a_renamed_file(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	struct intact_entry new[] = { file("/l/b", 1, LOG) };

	(void)state;
	new[0].ctime.sec = 5;
	RUN(old, new, "");
	/* Found in either direction of the order. */
	new[0].ctime.sec = 0;
	RUN(new, old, "");
}

static void test_moves_needs_the_attribute_on_the_old_side(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, PLAIN) };
	const struct intact_entry new[] = { file("/l/b", 1, LOG) };

	(void)state;
	RUN(old, new, "-/l/a +/l/b");
}

static void test_moves_needs_equal_attributes_and_content(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	struct intact_entry new[] = { file("/l/b", 1, LOG | B(UID)) };

	(void)state;
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file_with("/l/b", 1, LOG, 2);
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file("/l/b", 1, LOG);
	new[0].mode |= 04000;
	RUN(old, new, "-/l/a +/l/b");
	new[0] = file("/l/b", 1, LOG);
	new[0].failed = B(SHA256);
	new[0].problem = "EIO";
	RUN(old, new, "-/l/a +/l/b");
}

static void test_moves_needs_a_content_that_was_compared(void **state)
{
	const uint64_t no_digest = LOG & ~(uint64_t)B(SHA256);
	struct intact_entry old[] = { file("/l/a", 1, LOG) };
	struct intact_entry new[] = { file("/l/b", 1, no_digest) };

	(void)state;
	/* The rule of the new name does not ask for it. */
	RUN(old, new, "-/l/a +/l/b");
	old[0].attrs = no_digest;
	RUN(old, new, "");
	/* It could not be read for the baseline. */
	old[0].attrs = LOG;
	old[0].failed = B(SHA256);
	RUN(old, new, "-/l/a +/l/b");
	/* What has no content has nothing to compare. */
	old[0].mode = new[0].mode = S_IFIFO | 0644;
	RUN(old, new, "");
}

static void test_moves_takes_no_log_for_empty_that_was_not_read(void **state)
{
	struct intact_entry old[] = { file_with("/l/log", 1, LOG | B(GROWING), 0) };
	const struct intact_entry new[] = { file_with("/l/log.1", 2, LOG | B(GROWING), 3) };

	(void)state;
	ROTATE(old, new, "", 0);
	old[0].failed = B(SHA256);
	ROTATE(old, new, "-/l/log +/l/log.1", 0);
}

static void test_moves_allows_special_attributes_to_differ(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG | B(GROWING)) };
	const struct intact_entry new[] = { file(
		"/l/b", 1, LOG | B(ALLOW_NEW) | B(ALLOW_REMOVED) | B(COMPRESSED)) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_stays_in_one_directory(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/x/z", 2, LOG) };
	const struct intact_entry new[] = { file("/l/x/a", 1, LOG), file("/l/z", 2, LOG) };

	(void)state;
	RUN(old, new, "-/l/a +/l/x/a -/l/x/z +/l/z");
}

static void test_moves_waits_for_the_content_of_directories_between(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/m/a", 2, LOG) };
	const struct intact_entry new[] = { file("/l/m/b", 2, LOG), file("/l/z", 1, LOG) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_adds_a_hard_link_beside_the_original(void **state)
{
	const struct intact_entry old[] = { file("/l/m", 1, LOG) };
	const struct intact_entry new[] = { file("/l/a", 1, LOG), file("/l/m", 1, LOG),
					    file("/l/z", 1, LOG) };

	(void)state;
	RUN(old, new, "+/l/a +/l/z");
}

static void test_moves_uses_each_source_once_and_in_order(void **state)
{
	const struct intact_entry old[] = { file("/l/x", 1, LOG), file("/l/y", 1, LOG) };
	const struct intact_entry new[] = { file("/l/a", 1, LOG), file("/l/b", 1, LOG),
					    file("/l/c", 1, LOG) };
	const struct intact_entry fewer[] = { file("/l/a", 1, LOG) };

	(void)state;
	RUN(old, new, "+/l/c");
	RUN(old, fewer, "-/l/y");
}

static void test_moves_follows_a_rotation_chain(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG), file("/l/log.1", 2, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG | B(ALLOW_NEW)),
					    file("/l/log.1", 1, LOG), file("/l/log.2", 2, LOG) };

	(void)state;
	RUN(old, new, "");
}

static void test_moves_reports_the_end_of_a_chain_that_went_away(void **state)
{
	struct intact_entry old[] = { file("/l/log", 1, LOG), file("/l/log.1", 2, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG | B(ALLOW_NEW)),
					    file("/l/log.1", 1, LOG) };

	(void)state;
	/* What was in log.1 is gone, though another file moved into its name. */
	RUN(old, new, "~/l/log.1");
	old[1].attrs |= B(ALLOW_REMOVED);
	RUN(old, new, "");
}

static void test_moves_reports_new_content_under_a_name_that_moved_away(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG) };
	const struct intact_entry new[] = { file("/l/log", 3, LOG), file("/l/log.1", 1, LOG) };

	(void)state;
	RUN(old, new, "~/l/log");
}

static void test_moves_hides_nothing_if_two_files_trade_content(void **state)
{
	/* Both names are explained by each other's object. */
	const struct intact_entry old[] = { file("/l/a", 1, LOG), file("/l/b", 2, LOG) };
	const struct intact_entry swapped[] = { file("/l/a", 2, LOG), file("/l/b", 1, LOG) };
	const struct intact_entry copied[] = { file_with("/l/a", 1, LOG, 2),
					       file_with("/l/b", 2, LOG, 1) };

	(void)state;
	RUN(old, swapped, "");
	RUN(old, copied, "~/l/a ~/l/b");
}

static void test_moves_does_not_take_what_a_gap_hides(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	const struct intact_entry new[] = {
		{ .path = { "/l", 2 }, .flags = INTACT_ENTRY_GAP, .problem = "cut" },
		file("/l/b", 1, LOG),
	};

	(void)state;
	RUN(old, new, "!/l +/l/b");
}

static void test_moves_bounds_what_it_keeps_of_a_directory(void **state)
{
	enum { N = 20100 };
	struct intact_entry *old = calloc(N, sizeof(*old)), *new = calloc(N, sizeof(*new));
	char(*names)[2][32] = calloc(N, sizeof(*names));
	struct buf want = { 0 };

	(void)state;
	/* Each file is renamed to the name after it; each pair of names stands together. */
	for (int i = 0; i < N; i++) {
		snprintf(names[i][0], 32, "/l/%05d.a", i);
		snprintf(names[i][1], 32, "/l/%05d.b", i);
		old[i] = file(names[i][0], (uint64_t)(1000 + i), LOG);
		new[i] = file(names[i][1], (uint64_t)(1000 + i), LOG);
		if (i >= 10000)
			buf_printf(&want, "%s-%s +%s", want.len ? " " : "", names[i][0],
				   names[i][1]);
	}
	run(old, N, new, N, want.data);
	buf_release(&want);
	free(old);
	free(new);
	free(names);
}

/* ---- moved to a name without I ---- */

static void test_moves_needs_no_attribute_on_the_new_side(void **state)
{
	const struct intact_entry old[] = { file("/l/a", 1, LOG) };
	const struct intact_entry new[] = { file("/l/b", 1, PLAIN) };

	(void)state;
	RUN(old, new, "");
}

/* ---- renamed and grown ---- */

/* Where the walk found it: only its being there counts. */
static struct scan_dir *const somewhere = (struct scan_dir *)&contents;

#define GROWS (LOG | B(GROWING))

/* A file that the scan gave out with its folder. */
static struct intact_entry news(const char *path, uint64_t ino, uint64_t attrs, unsigned text)
{
	struct intact_entry e = file_with(path, ino, attrs, text);

	e.dir = somewhere;
	return e;
}

static void test_moves_reads_what_was_renamed_and_grew(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_entry new[] = { news("/l/log.1", 1, PLAIN, 5) };

	(void)state;
	AS_AIDE(old, new, "", 1);
	new[0].rdev = FORGED;
	AS_AIDE(old, new, "-/l/log +/l/log.1", 1);
	new[0].rdev = LOST;
	AS_AIDE(old, new, "-/l/log +/l/log.1", 1);
	new[0].rdev = 0;
	new[0].dir = NULL;
	AS_AIDE(old, new, "-/l/log +/l/log.1", 0);
}

static void test_moves_reads_nothing_where_it_cannot_matter(void **state)
{
	const struct intact_entry fixed[] = { file_with("/l/log", 1, LOG, 3) };
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_entry new[] = { news("/l/log.1", 1, PLAIN, 5) };

	(void)state;
	AS_AIDE(fixed, new, "-/l/log +/l/log.1", 0);
	new[0].mode |= 02;
	AS_AIDE(old, new, "-/l/log +/l/log.1", 0);
	new[0] = news("/l/log.1", 1, PLAIN, 3);
	AS_AIDE(old, new, "", 0);
	new[0] = news("/l/log.1", 1, PLAIN, 2);
	AS_AIDE(old, new, "-/l/log +/l/log.1", 0);
}

static void test_moves_of_an_empty_log_need_no_reading(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 0) };
	const struct intact_entry new[] = { news("/l/log.1", 1, PLAIN, 5) };

	(void)state;
	AS_AIDE(old, new, "", 0);
}

/* ---- compressed ---- */

#define PACKED (LOG | B(COMPRESSED))

/* A file of another size that decompresses to content `text`. */
static struct intact_entry packed(const char *path, uint64_t ino, uint64_t attrs, unsigned text,
				  struct intact_unpacked *unpacked)
{
	struct intact_entry e = file_with(path, ino, attrs, 7);

	*unpacked = (struct intact_unpacked){ .size = text };
	unpacked->digest[intact_attr_get(INTACT_SHA256)->digest] = content[text];
	e.unpacked = unpacked;
	e.dir = somewhere;
	return e;
}

static void test_moves_follows_what_was_compressed(void **state)
{
	/* Whether or not the old side asks for I. */
	const struct intact_entry old[] = { file("/l/log", 1, PLAIN) };
	struct intact_unpacked u;
	struct intact_entry new[] = { packed("/l/log.gz", 2, PLAIN | B(COMPRESSED), 1, &u) };

	(void)state;
	RUN(old, new, "");
	/* Damaged: what came out is no content. */
	u.why = "cut";
	RUN(old, new, "-/l/log +/l/log.gz");
}

static void test_moves_follows_no_compressed_file_that_differs(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG | B(MTIME)) };
	struct intact_unpacked u;
	struct intact_entry new[] = { packed("/l/log.gz", 2, PACKED | B(MTIME), 1, &u) };

	(void)state;
	new[0].ctime.sec = 9;
	RUN(old, new, "");
	new[0].mtime.sec = 9;
	RUN(old, new, "-/l/log +/l/log.gz");
	new[0] = packed("/l/log.gz", 2, PACKED | B(MTIME), 2, &u);
	RUN(old, new, "-/l/log +/l/log.gz");
	new[0] = packed("/l/log.gz", 2, PACKED | B(MTIME), 1, &u);
	new[0].mode ^= 0100;
	RUN(old, new, "-/l/log +/l/log.gz");
	new[0] = packed("/l/log.gz", 2, PACKED | B(MTIME) | B(UID), 1, &u);
	RUN(old, new, "-/l/log +/l/log.gz");
	new[0] = packed("/l/log.gz", 2, PACKED | B(MTIME), 1, &u);
	u.digest[intact_attr_get(INTACT_SHA256)->digest] = NULL;
	RUN(old, new, "-/l/log +/l/log.gz");
}

/* Anybody can make a file with a given check sum. */
static void test_moves_needs_more_than_a_check_sum(void **state)
{
	const int sum = intact_attr_get(INTACT_CRC32)->digest;
	const int sha = intact_attr_get(INTACT_SHA256)->digest;
	const uint64_t attrs = (PLAIN & ~(uint64_t)B(SHA256)) | B(CRC32);
	struct intact_entry old[] = { file("/l/log", 1, attrs) };
	struct intact_unpacked u;
	struct intact_entry new[] = { packed("/l/log.gz", 2, attrs | B(COMPRESSED), 1, &u) };

	(void)state;
	old[0].digest[sum] = content[1];
	new[0].digest[sum] = content[7];
	u.digest[sum] = content[1];
	u.digest[sha] = NULL;
	RUN(old, new, "-/l/log +/l/log.gz");
	old[0].attrs |= B(SHA256);
	new[0].attrs |= B(SHA256);
	u.digest[sha] = content[1];
	RUN(old, new, "");
}

static void test_moves_adds_what_was_compressed_beside_the_original(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG) };
	struct intact_unpacked u;
	struct intact_entry new[] = { file("/l/log", 1, LOG),
				      packed("/l/log.gz", 2, PACKED, 1, &u) };

	(void)state;
	RUN(old, new, "+/l/log.gz");
	/* Other attributes make no other content of it, whatever the rule allows. */
	new[0].mode |= 02;
	new[0].attrs |= B(ALLOW_NEW);
	RUN(old, new, "~/l/log +/l/log.gz");
	/* Overwritten: then what is compressed is all there is of it. */
	new[0] = file_with("/l/log", 1, LOG, 2);
	RUN(old, new, "~/l/log");
}

static void test_moves_compresses_each_source_once(void **state)
{
	const struct intact_entry old[] = { file("/l/log", 1, LOG) };
	struct intact_unpacked u, v;
	const struct intact_entry new[] = { packed("/l/log.a.gz", 2, PACKED, 1, &u),
					    packed("/l/log.b.gz", 3, PACKED, 1, &v) };

	(void)state;
	RUN(old, new, "+/l/log.b.gz");
}

/* ---- rotated ---- */

static void test_moves_follows_a_copied_and_truncated_log(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS, 2),
				      news("/l/log.1", 2, PLAIN, 5) };

	(void)state;
	ROTATE(old, new, "", 1);
	AS_AIDE(old, new, "~/l/log +/l/log.1", 0);
	/* Copied as it was: nothing has to be read. */
	new[1] = news("/l/log.1", 2, PLAIN, 3);
	ROTATE(old, new, "", 0);
	/* More than its content changed. */
	new[0].mode |= 02;
	ROTATE(old, new, "~/l/log", 0);
}

static void test_no_change_is_lost_without_memory(void **state)
{
	const struct intact_entry old[] = { file("/g/a", 3, LOG), file("/g/sub/x", 4, LOG),
					    file_with("/l/log", 1, GROWS, 3), file("/m/a", 5, LOG),
					    file("/z", 6, LOG) };
	struct intact_entry new[] = { file("/g/sub", 0, 0), file_with("/l/log", 1, GROWS, 2),
				      news("/l/log.1", 2, PLAIN, 5), file("/m/b", 5, LOG),
				      file("/n", 7, LOG) };

	(void)state;
	new[0].flags = INTACT_ENTRY_GAP;
	new[0].problem = "EIO";
	starve_each(old, COUNT(old), new, COUNT(new), "-/g/a !/g/sub +/n -/z");
}

static void test_moves_follows_no_copy_that_lost_a_line(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS, 2),
				      news("/l/log.1", 2, PLAIN, 5) };

	(void)state;
	new[1].rdev = FORGED;
	ROTATE(old, new, "~/l/log +/l/log.1", 1);
	new[1].rdev = LOST;
	ROTATE(old, new, "~/l/log +/l/log.1", 1);
	/* Too short, of the same size but other, or with another mode. */
	new[1] = news("/l/log.1", 2, PLAIN, 2);
	ROTATE(old, new, "~/l/log +/l/log.1", 0);
	new[1] = news("/l/log.1", 2, PLAIN, 4);
	new[1].size = 3;
	ROTATE(old, new, "~/l/log +/l/log.1", 0);
	new[1] = news("/l/log.1", 2, PLAIN & ~(uint64_t)B(PERM), 5);
	new[1].mode |= 02;
	ROTATE(old, new, "~/l/log +/l/log.1", 0);
}

static void test_moves_compares_the_mode_of_a_copy_in_any_case(void **state)
{
	const uint64_t no_mode = ~(uint64_t)B(PERM);
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS & no_mode, 3) };
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS & no_mode, 2),
				      news("/l/log.1", 2, PLAIN & no_mode, 5) };

	(void)state;
	ROTATE(old, new, "", 1);
	new[1].mode |= 04000;
	ROTATE(old, new, "~/l/log +/l/log.1", 0);
}

static void test_moves_follows_no_copy_of_which_less_is_asked(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS, 2),
				      news("/l/log.1", 2, PLAIN & ~(uint64_t)B(SIZE), 5) };

	(void)state;
	ROTATE(old, new, "~/l/log +/l/log.1", 0);
}

static void test_moves_is_not_led_astray_by_inodes_used_again(void **state)
{
	/* Both were empty and compressed; the new logs have each other's inode. */
	const struct intact_entry old[] = { file_with("/l/a", 1, GROWS | B(INODE), 0),
					    file_with("/l/b", 2, GROWS | B(INODE), 0) };
	struct intact_unpacked u, v;
	const struct intact_entry new[] = {
		file_with("/l/a", 2, GROWS | B(INODE) | B(ALLOW_NEW), 0),
		packed("/l/a.1.gz", 3, PACKED | B(INODE), 5, &u),
		file_with("/l/b", 1, GROWS | B(INODE) | B(ALLOW_NEW), 0),
		packed("/l/b.1.gz", 4, PACKED | B(INODE), 6, &v),
	};

	(void)state;
	ROTATE(old, new, "", 0);
	/* What is left over may be a rename, as before. */
	run_reading(true, old, 1, new + 2, 1, "", 0);
}

static void test_moves_rotates_watched_logs_only(void **state)
{
	static const uint64_t no_logs[] = { PLAIN, LOG, PLAIN | B(GROWING) };
	struct intact_entry old[1], new[2];

	(void)state;
	for (size_t i = 0; i < COUNT(no_logs); i++) {
		old[0] = file_with("/l/log", 1, no_logs[i], 3);
		new[0] = file_with("/l/log", 1, no_logs[i], 2);
		new[1] = news("/l/log.1", 2, PLAIN, 3);
		ROTATE(old, new, "~/l/log +/l/log.1", 0);
	}
}

static void test_moves_follows_a_log_compressed_at_once(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3) };
	struct intact_unpacked u;
	struct intact_entry new[] = { file_with("/l/log", 9, GROWS | B(ALLOW_NEW), 1),
				      packed("/l/log.1.gz", 2, PACKED, 5, &u) };

	(void)state;
	ROTATE(old, new, "", 1);
	AS_AIDE(old, new, "~/l/log +/l/log.1.gz", 0);
	/* The new log is no expected one: it is seen. */
	new[0].attrs &= ~(uint64_t)B(ALLOW_NEW);
	ROTATE(old, new, "~/l/log", 1);
	new[1].rdev = FORGED;
	ROTATE(old, new, "~/l/log +/l/log.1.gz", 1);
	/* Then it is a file like others, and does not begin with the log either. */
	u.why = "cut";
	ROTATE(old, new, "~/l/log +/l/log.1.gz", 1);
}

static void test_moves_follows_an_inode_that_is_used_again(void **state)
{
	/* log.1 was compressed, its inode was free, and the copy of log got it. */
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 3),
					    file_with("/l/log.1", 2, PLAIN, 4) };
	struct intact_unpacked u;
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS, 0),
				      news("/l/log.1", 2, PLAIN, 5),
				      packed("/l/log.2.gz", 3, PACKED, 4, &u) };

	(void)state;
	ROTATE(old, new, "", 1);
	/* What was log.1 is not there any more. */
	u.digest[intact_attr_get(INTACT_SHA256)->digest] = content[1];
	ROTATE(old, new, "~/l/log.1 +/l/log.2.gz", 1);
}

static void test_moves_takes_the_longest_log_that_fits(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 1),
					    file_with("/l/log-b", 2, GROWS, 4) };
	const struct intact_entry new[] = { news("/l/log-b.1", 11, PLAIN, 5),
					    news("/l/log.1", 12, PLAIN, 5) };

	(void)state;
	ROTATE(old, new, "", 2);
}

static void test_moves_wants_the_name_of_an_empty_log(void **state)
{
	const struct intact_entry old[] = { file_with("/l/log", 1, GROWS, 0) };
	struct intact_entry new[] = { file_with("/l/log", 1, GROWS, 0),
				      news("/l/log.1", 12, PLAIN, 5) };

	(void)state;
	/* Nothing was ever written to it. */
	ROTATE(old, new, "+/l/log.1", 0);
	new[0].mtime.sec = 5;
	ROTATE(old, new, "", 0);
	new[0].mtime.sec = 0;
	new[0] = file_with("/l/log", 1, GROWS, 2);
	ROTATE(old, new, "", 0);
	new[1] = news("/l/other", 12, PLAIN, 5);
	ROTATE(old, new, "+/l/other", 0);
	new[1] = news("/l/logother", 12, PLAIN, 5);
	ROTATE(old, new, "+/l/logother", 0);
}

static void test_moves_knows_a_date_before_the_extension(void **state)
{
	const struct intact_entry old[] = { file_with("/l/foo.log", 1, GROWS, 0) };
	struct intact_entry new[] = { news("/l/foo-20300101.log", 12, PLAIN, 5),
				      file_with("/l/foo.log", 9, GROWS, 2) };

	(void)state;
	new[1].attrs |= B(ALLOW_NEW);
	ROTATE(old, new, "", 0);
	new[0] = news("/l/foo-0.log", 12, PLAIN, 5);
	ROTATE(old, new, "", 0);
	new[0] = news("/l/foo-9.log", 12, PLAIN, 5);
	ROTATE(old, new, "", 0);
	new[0] = news("/l/foo-bar.log", 12, PLAIN, 5);
	ROTATE(old, new, "+/l/foo-bar.log", 0);
}

/* Thousands of copies and thousands of logs: an end to the looking, and more is reported. */
static void test_moves_bounds_what_it_compares_in_a_directory(void **state)
{
	enum { N = 4000 };
	struct intact_entry *old = calloc(N, sizeof(*old)), *new = calloc(N, sizeof(*new));
	const struct intact_moves_options options = { .disk = true,
						      .contents = &contents,
						      .rotation = true };
	char(*names)[2][32] = calloc(N, sizeof(*names));
	struct intact_changes *changes;
	struct intact_moves *moves;
	struct intact_pairs *pairs;
	uint64_t added, removed;

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(names[i][0], 32, "/l/a%05d", i);
		snprintf(names[i][1], 32, "/l/b%05d", i);
		old[i] = file_with(names[i][0], (uint64_t)(1000 + i), GROWS, 3);
		new[i] = news(names[i][1], (uint64_t)(10000 + i), PLAIN, 5);
		new[i].rdev = FORGED;
	}
	assert_int_equal(intact_changes_new(0, NULL, &changes, NULL), 0);
	assert_int_equal(intact_moves_new(&options, changes, &moves, NULL), 0);
	assert_int_equal(intact_join_new(sample_stream(old, N, 0), sample_stream(new, N, 0), NULL,
					 NULL, &pairs, NULL),
			 0);
	reads = 0;
	assert_int_equal(feed(pairs, changes, moves, NULL), 0);
	intact_moves_hidden(moves, &added, &removed);
	assert_int_equal(added, 0);
	assert_true(reads < N);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
	free(old);
	free(new);
	free(names);
}

static void test_moves_counts_what_it_hid(void **state)
{
	const struct intact_entry old[] = { file("/a", 1, LOG), file("/b", 2, LOG) };
	const struct intact_entry new[] = { file("/c", 1, LOG), file("/d", 2, LOG) };
	struct intact_changes *changes;
	struct intact_moves *moves;
	struct intact_pairs *pairs;
	uint64_t added, removed;

	(void)state;
	assert_int_equal(intact_changes_new(0, NULL, &changes, NULL), 0);
	assert_int_equal(intact_moves_new(&disk, changes, &moves, NULL), 0);
	assert_int_equal(intact_join_new(sample_stream(old, 2, 0), sample_stream(new, 2, 0), NULL,
					 NULL, &pairs, NULL),
			 0);
	assert_int_equal(feed(pairs, changes, moves, NULL), 0);
	intact_moves_hidden(moves, &added, &removed);
	assert_int_equal(added, 2);
	assert_int_equal(removed, 2);
	intact_pairs_close(pairs);
	intact_moves_free(moves);
	intact_changes_free(changes);
	intact_moves_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves_hides_a_renamed_file),
		cmocka_unit_test(test_moves_needs_the_attribute_on_the_old_side),
		cmocka_unit_test(test_moves_needs_equal_attributes_and_content),
		cmocka_unit_test(test_moves_needs_a_content_that_was_compared),
		cmocka_unit_test(test_moves_takes_no_log_for_empty_that_was_not_read),
		cmocka_unit_test(test_moves_allows_special_attributes_to_differ),
		cmocka_unit_test(test_moves_stays_in_one_directory),
		cmocka_unit_test(test_moves_waits_for_the_content_of_directories_between),
		cmocka_unit_test(test_moves_adds_a_hard_link_beside_the_original),
		cmocka_unit_test(test_moves_uses_each_source_once_and_in_order),
		cmocka_unit_test(test_moves_follows_a_rotation_chain),
		cmocka_unit_test(test_moves_reports_the_end_of_a_chain_that_went_away),
		cmocka_unit_test(test_moves_reports_new_content_under_a_name_that_moved_away),
		cmocka_unit_test(test_moves_hides_nothing_if_two_files_trade_content),
		cmocka_unit_test(test_moves_does_not_take_what_a_gap_hides),
		cmocka_unit_test(test_moves_bounds_what_it_keeps_of_a_directory),
		cmocka_unit_test(test_moves_needs_no_attribute_on_the_new_side),
		cmocka_unit_test(test_moves_reads_what_was_renamed_and_grew),
		cmocka_unit_test(test_moves_reads_nothing_where_it_cannot_matter),
		cmocka_unit_test(test_moves_of_an_empty_log_need_no_reading),
		cmocka_unit_test(test_moves_follows_what_was_compressed),
		cmocka_unit_test(test_moves_follows_no_compressed_file_that_differs),
		cmocka_unit_test(test_moves_needs_more_than_a_check_sum),
		cmocka_unit_test(test_moves_adds_what_was_compressed_beside_the_original),
		cmocka_unit_test(test_moves_compresses_each_source_once),
		cmocka_unit_test(test_moves_follows_a_copied_and_truncated_log),
		cmocka_unit_test(test_no_change_is_lost_without_memory),
		cmocka_unit_test(test_moves_follows_no_copy_that_lost_a_line),
		cmocka_unit_test(test_moves_compares_the_mode_of_a_copy_in_any_case),
		cmocka_unit_test(test_moves_follows_no_copy_of_which_less_is_asked),
		cmocka_unit_test(test_moves_is_not_led_astray_by_inodes_used_again),
		cmocka_unit_test(test_moves_rotates_watched_logs_only),
		cmocka_unit_test(test_moves_follows_a_log_compressed_at_once),
		cmocka_unit_test(test_moves_follows_an_inode_that_is_used_again),
		cmocka_unit_test(test_moves_takes_the_longest_log_that_fits),
		cmocka_unit_test(test_moves_wants_the_name_of_an_empty_log),
		cmocka_unit_test(test_moves_knows_a_date_before_the_extension),
		cmocka_unit_test(test_moves_bounds_what_it_compares_in_a_directory),
		cmocka_unit_test(test_moves_counts_what_it_hid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
