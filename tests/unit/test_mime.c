/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/mime.h"

static void require_lines(const struct buf *b, size_t max)
{
	size_t column = 0;

	for (size_t i = 0; i < b->len; i++) {
		column = b->data[i] == '\n' ? 0 : column + 1;
		assert_true(column <= max);
		assert_true(b->data[i] == '\n' || (b->data[i] >= ' ' && b->data[i] <= '~'));
	}
}

static void require_header(const char *text, const char *expected)
{
	struct buf b = { 0 };

	mime_header(&b, "Subject", text);
	assert_string_equal(b.data, expected);
	require_lines(&b, 76);
	buf_release(&b);
}

static void test_header_is_one_header(void **state)
{
	(void)state;
	require_header("plain words", "Subject: plain words\n");
	require_header("a\r\nBcc: x", "Subject: a\\015\\012Bcc: x\n");
	require_header("h\303\266st", "Subject: =?UTF-8?B?aMO2c3Q=?=\n");
	require_header("\377", "Subject: \\377\n");
	/* It must not be read as what it looks like. */
	require_header("=?UTF-8?B?eA==?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\n");
	require_header("", "Subject: \n");
}

static void test_header_is_folded(void **state)
{
	char word[600], words[600];
	struct buf b = { 0 };

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	mime_header(&b, "Subject", word);
	require_lines(&b, 76);
	for (size_t i = 0; i < sizeof(words) - 1; i++)
		words[i] = i % 10 == 9 ? ' ' : 'v';
	words[sizeof(words) - 1] = '\0';
	mime_header(&b, "Subject", words);
	require_lines(&b, 76);
	buf_release(&b);
}

/* Encoded words do not end within a character. */
static void test_header_keeps_characters_whole(void **state)
{
	struct buf text = { 0 }, b = { 0 };

	(void)state;
	for (int i = 0; i < 38; i++)
		buf_add_char(&text, 'a');
	buf_add_str(&text, "\342\202\254\342\202\254");
	mime_header(&b, "Subject", text.data);
	assert_non_null(strstr(b.data, "YWFhYWE=?=\n =?UTF-8?B?4oKs4oKs?=\n"));
	buf_release(&b);
	buf_release(&text);
}

static void require_quoted(const char *text, const char *expected)
{
	struct buf b = { 0 };

	mime_quoted(&b, text, strlen(text));
	assert_string_equal(b.data, expected);
	require_lines(&b, 76);
	buf_release(&b);
}

static void test_quoted(void **state)
{
	(void)state;
	require_quoted("a=b\n", "a=3Db\n");
	require_quoted("a \nb\t\nc", "a=20\nb=09\nc\n");
	require_quoted(".\n..a\nFrom me\nFroh\n", "=2E\n=2E.a\n=46rom me\nFroh\n");
	require_quoted("\303\274\r\001\177", "=C3=BC=0D=01=7F\n");
}

static void test_quoted_lines_are_short(void **state)
{
	char text[500];
	struct buf b = { 0 };

	(void)state;
	memset(text, '=', sizeof(text));
	mime_quoted(&b, text, sizeof(text));
	require_lines(&b, 76);
	buf_clear(&b);
	memset(text, '.', sizeof(text));
	mime_quoted(&b, text, sizeof(text));
	require_lines(&b, 76);
	assert_null(strstr(b.data, "\n."));
	buf_clear(&b);
	mime_base64(&b, text, sizeof(text));
	require_lines(&b, 76);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_is_one_header),
		cmocka_unit_test(test_header_is_folded),
		cmocka_unit_test(test_header_keeps_characters_whole),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_quoted_lines_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
