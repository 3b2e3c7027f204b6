/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See mime.h.
 */

#include "cli/mime.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* RFC 5322, 2.1.1; RFC 2045, 6.7; RFC 2047, 2. */
#define LINE 76
/* 52 characters of base64, with the name of the header, "=?UTF-8?B?" and "?=" around them. */
#define WORD_BYTES 39

/* ---- headers ---- */

static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] < ' ' || s[i] > '~')
			return false;
	}
	/* It would be taken for such a word. */
	return !strstr(s, "=?");
}

/* A line is folded where there is a blank; a word too long for one is encoded instead. */
static bool folds(const char *s, size_t first)
{
	size_t room = LINE - first;

	while (*s) {
		size_t word = strcspn(s, " ");

		if (word > room)
			return false;
		s += word;
		s += *s == ' ';
		room = LINE - 1;
	}
	return true;
}

static void add_folded(struct buf *out, const char *s, size_t column)
{
	while (*s) {
		size_t word = 1 + strcspn(s + 1, " ");

		if (column + word > LINE && *s == ' ') {
			buf_add_str(out, "\n");
			column = 0;
		}
		buf_add(out, s, word);
		column += word;
		s += word;
	}
}

/* As many whole characters as fit into a word. */
static size_t piece(const char *s, size_t len)
{
	size_t at = 0;

	while (at < len) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)s + at, len - at, &c);

		n = n ? n : 1;
		if (at + n > WORD_BYTES)
			break;
		at += n;
	}
	return at;
}

static void add_encoded(struct buf *out, const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = piece(s + at, len - at);

		buf_add_str(out, at ? "\n =?UTF-8?B?" : "=?UTF-8?B?");
		text_base64(out, s + at, n);
		buf_add_str(out, "?=");
		at += n;
	}
}

void mime_header(struct buf *out, const char *name, const char *text)
{
	struct buf safe = { 0 };
	size_t column = strlen(name) + 2;
	const char *s;

	text_escape(&safe, text, strlen(text));
	s = safe.data ? safe.data : "";
	buf_printf(out, "%s: ", name);
	if (is_plain(s, safe.len) && folds(s, column))
		add_folded(out, s, column);
	else
		add_encoded(out, s, safe.len);
	buf_add_char(out, '\n');
	out->failed |= safe.failed;
	buf_release(&safe);
}

/* ---- bodies ---- */

static bool needs_code(const char *text, size_t at, size_t len)
{
	unsigned char c = (unsigned char)text[at];
	bool last = at + 1 == len || text[at + 1] == '\n';

	if (c == '=' || c > '~')
		return true;
	/* A blank at the end of a line would get lost, a dot or a "From" at its start changed. */
	if (c == ' ' || c == '\t')
		return last;
	if (at == 0 || text[at - 1] == '\n')
		return c == '.' || c < ' ' || (len - at >= 5 && memcmp(text + at, "From ", 5) == 0);
	return c < ' ';
}

void mime_quoted(struct buf *out, const char *text, size_t len)
{
	size_t column = 0;

	for (size_t i = 0; i < len; i++) {
		bool coded = needs_code(text, i, len);
		size_t width = coded ? 3 : 1;

		if (text[i] == '\n') {
			buf_add_char(out, '\n');
			column = 0;
			continue;
		}
		if (column + width > LINE - 1) {
			buf_add_str(out, "=\n");
			column = 0;
			/* The start of a line anew. */
			coded = coded || text[i] == '.' || text[i] == 'F';
			width = coded ? 3 : 1;
		}
		if (coded)
			buf_printf(out, "=%02X", (unsigned char)text[i]);
		else
			buf_add_char(out, text[i]);
		column += width;
	}
	if (len && text[len - 1] != '\n')
		buf_add_char(out, '\n');
}

void mime_base64(struct buf *out, const void *data, size_t len)
{
	const char *s = data;
	const size_t each = LINE / 4 * 3;

	for (size_t at = 0; at < len; at += each) {
		text_base64(out, s + at, len - at < each ? len - at : each);
		buf_add_char(out, '\n');
	}
}
