/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define LITERAL(s) s, sizeof(s) - 1

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Well-formed UTF-8 without a control character: what a terminal may get. */
static void assert_harmless(const struct buf *b)
{
	for (size_t i = 0; i < b->len;) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)b->data + i, b->len - i, &c);

		assert_true(n > 0);
		assert_false(is_control(c));
		i += n;
	}
}

/* The inside of a JSON string, by the grammar of RFC 8259. */
static void assert_json(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		char c = b->data[i];

		assert_true(c != '"');
		if (c != '\\')
			continue;
		c = b->data[++i];
		assert_true(c && strchr("\"\\/bfnrtu", c) != NULL);
		if (c != 'u')
			continue;
		for (int k = 0; k < 4; k++) {
			c = b->data[++i];
			assert_true((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
		}
	}
}

static size_t put_utf8(uint32_t c, char *to)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
	return n;
}

/* All of Unicode: these are written as octal escapes, and nothing else is. */
static void test_each_character_that_nobody_sees_is_escaped(void **state)
{
	static const uint32_t hidden[][2] = {
		{ 0, 0x1f },	    { 0x7f, 0x9f },	{ 0xad, 0xad },	    { 0x61c, 0x61c },
		{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
	};
	struct buf out = { 0 };

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		bool want = (c & 0xfffe) == 0xfffe;
		char text[4];
		size_t n;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
			want |= c >= hidden[i][0] && c <= hidden[i][1];
		n = put_utf8(c, text);
		buf_clear(&out);
		text_escape(&out, text, n);
		if ((out.len == 4 * n) != want || (out.len != n && out.len != 4 * n))
			fail_msg("U+%04X is %sescaped", (unsigned)c, want ? "not " : "");
	}
	buf_release(&out);
}

static void test_what_stands_behind_the_end_is_not_looked_at(void **state)
{
	static const char code[] = "\\101";
	struct buf out = { 0 };

	(void)state;
	for (size_t len = 1; len < 4; len++) {
		buf_clear(&out);
		text_unescape(&out, code, len);
		assert_int_equal(out.len, len);
		assert_memory_equal(out.data, code, len);
		buf_clear(&out);
		text_escape(&out, code, len);
		assert_int_equal(out.len, len);
	}
	buf_clear(&out);
	text_escape(&out, code, 4);
	assert_string_equal(out.data, "\\134101");
	buf_release(&out);
}

static void check(const unsigned char *bytes, size_t len)
{
	struct buf text = { 0 }, back = { 0 }, json = { 0 }, code = { 0 };

	text_escape(&text, bytes, len);
	text_unescape(&back, text.data, text.len);
	assert_int_equal(back.len, len);
	assert_memory_equal(back.data, bytes, len);
	assert_harmless(&text);

	text_json(&json, bytes, len);
	assert_harmless(&json);
	assert_json(&json);

	buf_clear(&back);
	text_base64(&code, bytes, len);
	assert_int_equal(text_unbase64(&back, code.data, code.len), 0);
	assert_int_equal(back.len, len);
	assert_memory_equal(back.data, bytes, len);

	buf_clear(&code);
	buf_clear(&back);
	text_percent(&code, bytes, len);
	text_unpercent(&back, code.data, code.len);
	assert_int_equal(back.len, len);
	assert_memory_equal(back.data, bytes, len);

	buf_release(&text);
	buf_release(&back);
	buf_release(&json);
	buf_release(&code);
}

static void test_text_holds_every_pair_of_bytes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		const unsigned char pair[2] = { (unsigned char)(i >> 8), (unsigned char)i };

		check(pair, 2);
	}
}

/* From the bytes that matter to some encoding, so that their combinations come up. */
static void test_text_holds_random_strings(void **state)
{
	static const unsigned char alphabet[] =
		"\\\\\\0123789\"/%=u\x1f\x7f\x80\x9b\xbf\xc2\xe2\x80"
		"\x8b\xed\xa0\xef\xbb\xf0\x9f\x98\xff\n\r\tAa";

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		unsigned char bytes[24];
		size_t len = (size_t)(1 + rand() % 24);

		for (size_t i = 0; i < len; i++)
			bytes[i] = round % 2 ? alphabet[(size_t)rand() % (sizeof(alphabet) - 1)]
					     : (unsigned char)rand();
		check(bytes, len);
	}
}

static void expect_escape(const char *bytes, size_t len, const char *want)
{
	struct buf out = { 0 };

	text_escape(&out, bytes, len);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void test_text_escape_keeps_what_can_be_read(void **state)
{
	(void)state;
	expect_escape(LITERAL("/a b\"'<>%"), "/a b\"'<>%");
	expect_escape(LITERAL("\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80"),
		      "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80");
	expect_escape(LITERAL("\\ \\x \\12 \\12x"), "\\ \\x \\12 \\12x");
}

static void expect_html(const char *bytes, size_t len, const char *want)
{
	struct buf out = { 0 };

	text_html(&out, bytes, len);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void test_text_html_opens_no_tag_and_ends_no_attribute(void **state)
{
	(void)state;
	expect_html(LITERAL("a <b>&'\"c"), "a &lt;b&gt;&amp;&#39;&quot;c");
	expect_html(LITERAL("&lt;"), "&amp;lt;");
	/* As text_escape() shows it, and what is no text is no markup either. */
	expect_html(LITERAL("\n\xe2\x80\xae\xc3\xbc"), "\\012\\342\\200\\256\xc3\xbc");
	expect_html(LITERAL("\xc0\xbc"), "\\300\\274");
	expect_html(LITERAL("\\074"), "\\134074");
}

static void test_text_escape_writes_octal_for_the_rest(void **state)
{
	(void)state;
	expect_escape(LITERAL("a\n\033[31m\x7f"), "a\\012\\033[31m\\177");
	expect_escape("a\0b", 3, "a\\000b");
	expect_escape(LITERAL("\x1f"), "\\037");
	/* C1 as a byte, C1 as a character, an overlong slash, a surrogate. */
	expect_escape(LITERAL("\x9b"), "\\233");
	expect_escape(LITERAL("\xc2\x9b"), "\\302\\233");
	expect_escape(LITERAL("\xc0\xaf"), "\\300\\257");
	expect_escape(LITERAL("\xed\xa0\x80"), "\\355\\240\\200");
	/* Right-to-left override, zero width space, line separator, a tag character. */
	expect_escape(LITERAL("\xe2\x80\xae"), "\\342\\200\\256");
	expect_escape(LITERAL("\xe2\x80\x8b"), "\\342\\200\\213");
	expect_escape(LITERAL("\xe2\x80\xa8"), "\\342\\200\\250");
	expect_escape(LITERAL("\xf3\xa0\x80\xa1"), "\\363\\240\\200\\241");
	/* A backslash that would read as an escape. */
	expect_escape(LITERAL("\\101"), "\\134101");
	expect_escape(LITERAL("\\999"), "\\134999");
	/* Cut in the middle of a character. */
	expect_escape(LITERAL("\xe2\x82"), "\\342\\202");
}

static void expect_json(const char *bytes, size_t len, const char *want, size_t bad)
{
	struct buf out = { 0 };

	assert_int_equal(text_json(&out, bytes, len), bad);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void test_text_json_escapes(void **state)
{
	(void)state;
	expect_json(LITERAL("\n\t\b\f\r\"\\/"), "\\n\\t\\b\\f\\r\\\"\\\\/", 0);
	expect_json(LITERAL("\033\x1f\x7f"), "\\u001b\\u001f\\u007f", 0);
	expect_json("a\0b", 3, "a\\u0000b", 0);
	expect_json(LITERAL("\xc2\x9b\xe2\x80\xae"), "\\u009b\\u202e", 0);
	expect_json(LITERAL("\xf3\xa0\x80\xa1"), "\\udb40\\udc21", 0);
	expect_json(LITERAL("\xc3\xbc"), "\xc3\xbc", 0);
	expect_json(LITERAL("a\xff\xfe"), "a\xef\xbf\xbd\xef\xbf\xbd", 2);
}

static void test_text_unbase64_is_strict(void **state)
{
	static const char *const bad[] = { "A",	    "AA",	"AAA",	"A===", "====", "AA=A",
					   "AAA\n", "AA==AAAA", "A-_A", "AB==", "AAB=", "AAA A" };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(text_unbase64(&out, bad[i], strlen(bad[i])), -1);
	buf_clear(&out);
	assert_int_equal(text_unbase64(&out, "", 0), 0);
	assert_int_equal(text_unbase64(&out, LITERAL("Zm9vYg==")), 0);
	assert_string_equal(out.data, "foob");
	buf_release(&out);
}

static void test_text_percent_keeps_what_aide_keeps(void **state)
{
	struct buf out = { 0 };

	(void)state;
	text_percent(&out, LITERAL("/a!$&()*+-.0;=?Z_ <>\"#%{}|\\^~[]`@:',\x7f\xc3\xbc"));
	assert_string_equal(out.data, "/a!$&()*+-.0;=?Z_%20%3C%3E%22%23%25%7B%7D%7C%5C%5E%7E%5B%5D"
				      "%60%40%3A%27%2C%7F%C3%BC");
	buf_release(&out);
}

static void test_text_unpercent_leaves_bad_escapes(void **state)
{
	struct buf out = { 0 };

	(void)state;
	text_unpercent(&out, LITERAL("%41%4a%zz%4%"));
	assert_string_equal(out.data, "AJ%zz%4%");
	buf_release(&out);
}

static void test_text_hex_is_lower_case(void **state)
{
	struct buf out = { 0 };

	(void)state;
	text_hex(&out, "\x00\x9f\xff", 3);
	assert_string_equal(out.data, "009fff");
	buf_release(&out);
}

static void test_text_utf8_reads_one_character(void **state)
{
	static const struct {
		const char *s;
		size_t len;
		uint32_t c;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\xc2\x80", 2, 0x80 },
		{ "\xdf\xbf", 2, 0x7ff },
		{ "\xe0\xa0\x80", 3, 0x800 },
		{ "\xef\xbf\xbf", 3, 0xffff },
		{ "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "\xf4\x90\x80\x80", 0, 0 },
		{ "\xe0\x9f\xbf", 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 0, 0 },
		{ "\xc1\xbf", 0, 0 },
		{ "\xbf", 0, 0 },
		{ "\xf8\x88\x80\x80\x80", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t c = 0;

		assert_int_equal(
			text_utf8((const unsigned char *)cases[i].s, strlen(cases[i].s), &c),
			cases[i].len);
		if (cases[i].len)
			assert_int_equal(c, cases[i].c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_character_that_nobody_sees_is_escaped),
		cmocka_unit_test(test_what_stands_behind_the_end_is_not_looked_at),
		cmocka_unit_test(test_text_holds_every_pair_of_bytes),
		cmocka_unit_test(test_text_holds_random_strings),
		cmocka_unit_test(test_text_escape_keeps_what_can_be_read),
		cmocka_unit_test(test_text_escape_writes_octal_for_the_rest),
		cmocka_unit_test(test_text_html_opens_no_tag_and_ends_no_attribute),
		cmocka_unit_test(test_text_json_escapes),
		cmocka_unit_test(test_text_unbase64_is_strict),
		cmocka_unit_test(test_text_percent_keeps_what_aide_keeps),
		cmocka_unit_test(test_text_unpercent_leaves_bad_escapes),
		cmocka_unit_test(test_text_hex_is_lower_case),
		cmocka_unit_test(test_text_utf8_reads_one_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
