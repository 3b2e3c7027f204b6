/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See text.h.
 */

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

/* RFC 3629, table 3-7 of the Unicode standard: no overlong forms, no surrogates. */
size_t text_utf8(const unsigned char *s, size_t len, uint32_t *ret)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t n;

	if (len == 0)
		return 0;
	if (s[0] < 0x80) {
		*ret = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (len < n)
		return 0;
	c = s[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return n;
}

/* Nearly all names are ASCII: eight bytes at a time. */
static size_t skip_ascii(const char *s, size_t len)
{
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t word;

		memcpy(&word, s + i, 8);
		if (word & 0x8080808080808080)
			break;
	}
	while (i < len && (unsigned char)s[i] < 0x80)
		i++;
	return i;
}

bool text_is_utf8(const char *s, size_t len)
{
	size_t i = skip_ascii(s, len);

	while (i < len) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)s + i, len - i, &c);

		if (n == 0)
			return false;
		i += n;
		i += skip_ascii(s + i, len - i);
	}
	return true;
}

/* Characters that change how their surroundings look, or that nobody sees. */
static bool text_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffe) == 0xfffe;
}

static bool is_octal(unsigned char c)
{
	return c >= '0' && c <= '7';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static void add_octal(struct buf *out, unsigned char c)
{
	const char text[4] = { '\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
			       (char)('0' + (c & 7)) };

	buf_add(out, text, sizeof(text));
}

void text_escape(struct buf *out, const void *data, size_t len)
{
	const unsigned char *s = data;
	size_t i = 0;

	while (i < len) {
		uint32_t c = 0;
		size_t n = text_utf8(s + i, len - i, &c);

		if (n == 0 || text_hidden(c)) {
			n = n ? n : 1;
			for (size_t k = 0; k < n; k++)
				add_octal(out, s[i + k]);
		} else if (c == '\\' && len - i > 3 && is_digit(s[i + 1]) && is_digit(s[i + 2]) &&
			   is_digit(s[i + 3])) {
			/* Only this can be taken for an escape: \ooo is always written whole. */
			add_octal(out, '\\');
		} else {
			buf_add(out, s + i, n);
		}
		i += n;
	}
}

void text_unescape(struct buf *out, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0;

	while (i < len) {
		if (s[i] == '\\' && len - i > 3 && s[i + 1] <= '3' && is_octal(s[i + 1]) &&
		    is_octal(s[i + 2]) && is_octal(s[i + 3])) {
			buf_add_char(out, (char)((s[i + 1] - '0') << 6 | (s[i + 2] - '0') << 3 |
						 (s[i + 3] - '0')));
			i += 4;
		} else {
			buf_add_char(out, (char)s[i++]);
		}
	}
}

static void json_char(struct buf *out, uint32_t c)
{
	static const char named[] = "\b\t\n\f\r\"\\";
	static const char letters[] = "btnfr\"\\";
	const char *at = c && c < 0x80 ? strchr(named, (int)c) : NULL;

	if (at)
		buf_printf(out, "\\%c", letters[at - named]);
	else if (c < 0x10000)
		buf_printf(out, "\\u%04x", c);
	else
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			   0xdc00 + ((c - 0x10000) & 0x3ff));
}

size_t text_json(struct buf *out, const void *data, size_t len)
{
	const unsigned char *s = data;
	size_t i = 0, bad = 0;

	while (i < len) {
		uint32_t c = 0;
		size_t n = text_utf8(s + i, len - i, &c);

		if (n == 0) {
			buf_add_str(out, "\xef\xbf\xbd");
			bad++;
			n = 1;
		} else if (c == '"' || c == '\\' || text_hidden(c)) {
			json_char(out, c);
		} else {
			buf_add(out, s + i, n);
		}
		i += n;
	}
	return bad;
}

static void html_char(struct buf *out, char c)
{
	switch (c) {
	case '&':
		buf_add_str(out, "&amp;");
		break;
	case '<':
		buf_add_str(out, "&lt;");
		break;
	case '>':
		buf_add_str(out, "&gt;");
		break;
	case '"':
		buf_add_str(out, "&quot;");
		break;
	case '\'':
		buf_add_str(out, "&#39;");
		break;
	default:
		buf_add_char(out, c);
		break;
	}
}

void text_html(struct buf *out, const void *data, size_t len)
{
	struct buf text = { 0 };

	text_escape(&text, data, len);
	out->failed |= text.failed;
	for (size_t i = 0; i < text.len; i++)
		html_char(out, text.data[i]);
	buf_release(&text);
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64(struct buf *out, const void *data, size_t len)
{
	const unsigned char *s = data;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t v = (uint32_t)s[i] << 16 | (left > 1 ? (uint32_t)s[i + 1] << 8 : 0) |
			     (left > 2 ? s[i + 2] : 0);
		const char quad[4] = {
			base64_digits[v >> 18],
			base64_digits[v >> 12 & 63],
			left > 1 ? base64_digits[v >> 6 & 63] : '=',
			left > 2 ? base64_digits[v & 63] : '=',
		};

		buf_add(out, quad, sizeof(quad));
	}
}

static int base64_value(char c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;

	return at ? (int)(at - base64_digits) : -1;
}

int text_unbase64(struct buf *out, const char *text, size_t len)
{
	if (len % 4)
		return -1;
	for (size_t i = 0; i < len; i += 4) {
		bool last = i + 4 == len;
		int pad = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
		uint32_t v = 0;
		unsigned char bytes[3];

		for (int k = 0; k < 4; k++) {
			int digit = k < 4 - pad ? base64_value(text[i + (size_t)k]) : 0;

			if (digit < 0)
				return -1;
			v = v << 6 | (uint32_t)digit;
		}
		if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
			return -1;
		bytes[0] = (unsigned char)(v >> 16);
		bytes[1] = (unsigned char)(v >> 8);
		bytes[2] = (unsigned char)v;
		buf_add(out, bytes, (size_t)(3 - pad));
	}
	return 0;
}

void text_hex(struct buf *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *s = data;

	for (size_t i = 0; i < len; i++) {
		const char pair[2] = { digits[s[i] >> 4], digits[s[i] & 15] };

		buf_add(out, pair, sizeof(pair));
	}
}

static bool percent_keeps(unsigned char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("!$&()*+-./;=?_", c) != NULL);
}

void text_percent(struct buf *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *s = data;

	for (size_t i = 0; i < len; i++) {
		if (percent_keeps(s[i])) {
			buf_add_char(out, (char)s[i]);
		} else {
			const char code[3] = { '%', digits[s[i] >> 4], digits[s[i] & 15] };

			buf_add(out, code, sizeof(code));
		}
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void text_unpercent(struct buf *out, const char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		int hi = text[i] == '%' && len - i > 2 ? hex_value(text[i + 1]) : -1;
		int lo = hi >= 0 ? hex_value(text[i + 2]) : -1;

		if (lo >= 0) {
			buf_add_char(out, (char)(hi << 4 | lo));
			i += 3;
		} else {
			buf_add_char(out, text[i++]);
		}
	}
}
