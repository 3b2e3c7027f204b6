/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: escaping for each medium, and the decoders.
 *
 * What is encoded must decode to itself and hold no control byte; what is decoded may be anything
 * and must only not crash.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/jsonout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void require_equal(const struct buf *b, const uint8_t *data, size_t size)
{
	require(!b->failed && b->len == size && (size == 0 || memcmp(b->data, data, size) == 0));
}

/* Well-formed UTF-8 without control characters. */
static void require_harmless(const struct buf *b)
{
	for (size_t i = 0; i < b->len;) {
		uint32_t c = 0;
		size_t n = text_utf8((const unsigned char *)b->data + i, b->len - i, &c);

		require(n > 0 && c >= 0x20 && (c < 0x7f || c > 0x9f));
		i += n;
	}
}

static void try_escape(const uint8_t *data, size_t size)
{
	struct buf text = { 0 }, back = { 0 };

	text_escape(&text, data, size);
	require_harmless(&text);
	text_unescape(&back, text.data ? text.data : "", text.len);
	require_equal(&back, data, size);
	buf_release(&text);
	buf_release(&back);
}

static void try_base64(const uint8_t *data, size_t size)
{
	struct buf text = { 0 }, back = { 0 };

	text_base64(&text, data, size);
	require(text_unbase64(&back, text.data ? text.data : "", text.len) == 0);
	require_equal(&back, data, size);
	/* Strict: what it accepts is the one encoding of what it gives. */
	buf_clear(&text);
	buf_clear(&back);
	if (text_unbase64(&back, (const char *)data, size) == 0) {
		text_base64(&text, back.data ? back.data : "", back.len);
		require_equal(&text, data, size);
	}
	buf_release(&text);
	buf_release(&back);
}

static void try_percent(const uint8_t *data, size_t size)
{
	struct buf text = { 0 }, back = { 0 };

	text_percent(&text, data, size);
	require_harmless(&text);
	text_unpercent(&back, text.data ? text.data : "", text.len);
	require_equal(&back, data, size);
	buf_clear(&back);
	text_unpercent(&back, (const char *)data, size);
	buf_clear(&back);
	text_unescape(&back, (const char *)data, size);
	buf_release(&text);
	buf_release(&back);
}

static void try_json(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };
	size_t bad = text_json(&text, data, size);

	require_harmless(&text);
	require((bad == 0) == jsonout_is_utf8((const char *)data, size));
	for (size_t i = 0; i < text.len; i++) {
		require(text.data[i] != '"');
		if (text.data[i] == '\\')
			i++;
	}
	buf_release(&text);
}

/* No byte ends a text, opens a tag or a reference of its own; the text is that of text_escape(). */
static void try_html(const uint8_t *data, size_t size)
{
	static const struct {
		const char *name;
		char c;
	} references[] = {
		{ "&amp;", '&' },  { "&lt;", '<' },   { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' },
	};
	struct buf html = { 0 }, back = { 0 }, text = { 0 };

	text_html(&html, data, size);
	text_escape(&text, data, size);
	require_harmless(&html);
	for (size_t i = 0, n; i < html.len; i += n) {
		char c = html.data[i];

		n = 1;
		require(c != '<' && c != '>' && c != '"' && c != '\'');
		for (size_t k = 0; c == '&' && n == 1; k++) {
			require(k < 5);
			if (strncmp(html.data + i, references[k].name, strlen(references[k].name)))
				continue;
			n = strlen(references[k].name);
			c = references[k].c;
			break;
		}
		buf_add_char(&back, c);
	}
	require_equal(&back, (const uint8_t *)(text.data ? text.data : ""), text.len);
	buf_release(&html);
	buf_release(&back);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_escape(data, size);
	try_html(data, size);
	try_base64(data, size);
	try_percent(data, size);
	try_json(data, size);
	return 0;
}
