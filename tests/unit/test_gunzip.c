/* SPDX-License-Identifier: BSD-2-Clause */

/* gunzip.c: all of a file or nothing, in pieces of any size, and no more than fits. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/zstream.h"
#include "scan/gunzip.h"

static int keep(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	struct buf *out = ctx;

	(void)err;
	buf_add(out, data, len);
	return 0;
}

static int count(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)data;
	(void)err;
	*(uint64_t *)ctx += len;
	return 0;
}

static void pack(struct buf *out, const void *data, size_t len)
{
	struct zpack *z = zpack_new(6, true);

	assert_non_null(z);
	assert_int_equal(zpack_all(z, data, len, out, NULL), 0);
	zpack_free(z);
}

/* Feed `in` in pieces of `step`; what came out is in `out`. */
static const char *unpack(struct gunzip *g, const void *in, size_t len, size_t step,
			  struct buf *out)
{
	const char *at = in;

	buf_clear(out);
	gunzip_begin(g, len, keep, out);
	while (len) {
		size_t n = len < step ? len : step;

		assert_int_equal(gunzip_feed(g, at, n, NULL), 0);
		at += n;
		len -= n;
	}
	return gunzip_end(g);
}

static struct gunzip *make(void)
{
	struct gunzip *g;

	assert_int_equal(gunzip_new(&g, NULL), 0);
	return g;
}

static void assert_buf(const struct buf *b, const char *text)
{
	assert_int_equal(b->len, strlen(text));
	assert_memory_equal(b->data, text, b->len);
}

static void test_gunzip_gives_all_in_pieces_of_any_size(void **state)
{
	struct gunzip *g = make();
	struct buf in = { 0 }, out = { 0 }, text = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "line %d of a log\n", i * 7919);
	pack(&in, text.data, text.len);
	for (size_t step = 1; step <= in.len; step = step * 5 + 1) {
		assert_null(unpack(g, in.data, in.len, step, &out));
		assert_int_equal(out.len, text.len);
		assert_memory_equal(out.data, text.data, text.len);
	}
	buf_release(&in);
	buf_release(&out);
	buf_release(&text);
	gunzip_free(g);
	gunzip_free(NULL);
}

static void test_gunzip_joins_members(void **state)
{
	struct gunzip *g = make();
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	pack(&in, "abc", 3);
	pack(&in, "", 0);
	pack(&in, "def", 3);
	for (size_t step = 1; step <= in.len; step++) {
		assert_null(unpack(g, in.data, in.len, step, &out));
		assert_buf(&out, "abcdef");
	}
	buf_release(&in);
	buf_release(&out);
	gunzip_free(g);
}

static void test_gunzip_takes_nothing_that_is_cut(void **state)
{
	struct gunzip *g = make();
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	pack(&in, "some words of a log", 19);
	for (size_t len = 0; len < in.len; len++) {
		assert_non_null(unpack(g, in.data, len, 7, &out));
		assert_string_equal(unpack(g, in.data, len, len + 1, &out),
				    len < 2 ? "no supported compression algorithm found"
					    : "the gzip data is cut short");
	}
	assert_null(unpack(g, in.data, in.len, 7, &out));
	buf_release(&in);
	buf_release(&out);
	gunzip_free(g);
}

static void test_gunzip_takes_nothing_with_something_behind(void **state)
{
	static const char *const behind[] = { "x", "garbage behind it", "\x1f", "\x1f\x8b", "" };
	struct gunzip *g = make();
	struct buf in = { 0 }, out = { 0 };
	size_t len;

	(void)state;
	pack(&in, "abc", 3);
	len = in.len;
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		in.len = len;
		/* The last one is a zero byte: gzip(1) overlooks zeros. */
		buf_add(&in, behind[i], *behind[i] ? strlen(behind[i]) : 1);
		for (size_t step = 1; step <= in.len; step++)
			assert_non_null(unpack(g, in.data, in.len, step, &out));
	}
	buf_release(&in);
	buf_release(&out);
	gunzip_free(g);
}

/* A flipped bit may make another header, never other content. */
static void test_gunzip_takes_no_damage(void **state)
{
	static const char text[] = "abcabcabcabcabc one two three";
	struct gunzip *g = make();
	struct buf in = { 0 }, out = { 0 };
	unsigned refused = 0;

	(void)state;
	pack(&in, text, sizeof(text) - 1);
	for (size_t bit = 0; bit < in.len * 8; bit++) {
		in.data[bit / 8] ^= (char)(1 << bit % 8);
		if (unpack(g, in.data, in.len, 4096, &out))
			refused++;
		else
			assert_buf(&out, text);
		in.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_true(refused >= (in.len - 10) * 8);
	buf_release(&in);
	buf_release(&out);
	gunzip_free(g);
}

static void test_gunzip_knows_what_is_no_gzip(void **state)
{
	static const char *const texts[] = { "", "\x1f", "plain text", "\x1fplain", "PK\003\004" };
	struct gunzip *g = make();
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]);

		assert_string_equal(unpack(g, texts[i], len, 1, &out),
				    "no supported compression algorithm found");
		assert_string_equal(unpack(g, texts[i], len, 100, &out),
				    "no supported compression algorithm found");
		assert_int_equal(out.len, 0);
	}
	buf_release(&out);
	gunzip_free(g);
}

/* A bomb: 16 MiB and 100 times its size, and not a byte more. */
static void test_gunzip_stops_at_a_bomb(void **state)
{
	struct gunzip *g = make();
	struct buf in = { 0 };
	struct zpack *z = zpack_new(9, true);
	static char zeros[1 << 20];
	uint64_t came = 0, room;

	(void)state;
	for (int i = 0; i < 64; i++)
		assert_int_equal(zpack_some(z, zeros, sizeof(zeros), i == 63, &in, NULL), 0);
	zpack_free(z);
	room = (16 << 20) + 100 * (uint64_t)in.len;
	assert_true(room < sizeof(zeros) * 64);
	gunzip_begin(g, in.len, count, &came);
	assert_int_equal(gunzip_feed(g, in.data, in.len, NULL), 0);
	assert_string_equal(gunzip_end(g), "decompresses to more than is looked at");
	assert_true(came <= room);
	/* Nothing follows, whatever is fed. */
	room = came;
	assert_int_equal(gunzip_feed(g, in.data, in.len, NULL), 0);
	assert_int_equal(came, room);
	buf_release(&in);
	gunzip_free(g);
}

static int refuse(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)ctx;
	(void)data;
	(void)len;
	return intact_fail(err, INTACT_ESIGNAL, "stopped");
}

static void test_gunzip_passes_on_what_the_sink_says(void **state)
{
	struct gunzip *g = make();
	struct buf in = { 0 };

	(void)state;
	pack(&in, "abc", 3);
	gunzip_begin(g, in.len, refuse, NULL);
	assert_int_equal(gunzip_feed(g, in.data, in.len, NULL), INTACT_ESIGNAL);
	buf_release(&in);
	gunzip_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gunzip_gives_all_in_pieces_of_any_size),
		cmocka_unit_test(test_gunzip_joins_members),
		cmocka_unit_test(test_gunzip_takes_nothing_that_is_cut),
		cmocka_unit_test(test_gunzip_takes_nothing_with_something_behind),
		cmocka_unit_test(test_gunzip_takes_no_damage),
		cmocka_unit_test(test_gunzip_knows_what_is_no_gzip),
		cmocka_unit_test(test_gunzip_stops_at_a_bomb),
		cmocka_unit_test(test_gunzip_passes_on_what_the_sink_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
