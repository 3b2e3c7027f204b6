/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See jsonout.h.
 */

#include "report/jsonout.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void cut(struct jsonout *w)
{
	if (w->pieces)
		buf_add_char(w->out, '\0');
}

/* What stands between two items, or behind the last one.  Where AIDE does not print it together
 * with the item before it, it is a piece of its own. */
static void add_separator(struct jsonout *w, const char *text)
{
	if (w->depth > 1 && !w->joined[w->depth])
		cut(w);
	buf_add_str(w->out, text);
	cut(w);
}

/* What comes before any member or element. */
static void begin_item(struct jsonout *w)
{
	if (!w->depth)
		return;
	if (w->filled[w->depth])
		add_separator(w, w->pretty ? ",\n" : ", ");
	w->filled[w->depth] = true;
	if (w->pretty)
		buf_printf(w->out, "%*s", (int)(2 * w->depth), "");
}

static void add_key(struct jsonout *w, const char *key)
{
	if (key)
		buf_printf(w->out, "\"%s\": ", key);
}

static void add_string(struct jsonout *w, const char *s, size_t len)
{
	buf_add_char(w->out, '"');
	text_json(w->out, s, len);
	buf_add_char(w->out, '"');
}

static void open_bracket(struct jsonout *w, char bracket)
{
	assert(w->depth + 1 < JSONOUT_DEPTH);
	w->depth++;
	w->filled[w->depth] = false;
	/* An array of values. */
	w->joined[w->depth] = bracket == '[' && w->depth > 2;
	w->end[w->depth] = bracket == '{' ? '}' : ']';
	buf_add_char(w->out, bracket);
	buf_add_char(w->out, w->pretty ? '\n' : ' ');
	cut(w);
}

void jsonout_join(struct jsonout *w)
{
	w->joined[w->depth] = true;
}

void jsonout_begin(struct jsonout *w, const char *key, char bracket)
{
	begin_item(w);
	add_key(w, key);
	open_bracket(w, bracket);
}

void jsonout_close(struct jsonout *w)
{
	char end = w->end[w->depth];

	if (w->pretty)
		add_separator(w, "\n");
	w->depth--;
	if (w->pretty)
		buf_printf(w->out, "%*s%c", (int)(2 * w->depth), "", end);
	else
		buf_printf(w->out, " %c", end);
}

void jsonout_number(struct jsonout *w, const char *key, uint64_t n)
{
	begin_item(w);
	add_key(w, key);
	buf_printf(w->out, "%" PRIu64, n);
}

void jsonout_raw(struct jsonout *w, const char *key, const char *text, size_t len)
{
	begin_item(w);
	add_key(w, key);
	buf_add(w->out, text, len);
}

void jsonout_signed(struct jsonout *w, const char *key, int64_t n)
{
	begin_item(w);
	add_key(w, key);
	buf_printf(w->out, "%" PRId64, n);
}

void jsonout_true(struct jsonout *w, const char *key)
{
	jsonout_raw(w, key, "true", 4);
}

void jsonout_text(struct jsonout *w, const char *key, const char *text)
{
	jsonout_string(w, key, text, strlen(text));
}

void jsonout_printf(struct jsonout *w, const char *key, const char *format, ...)
{
	char text[48];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	jsonout_text(w, key, text);
}

void jsonout_base64(struct jsonout *w, const char *key, const char *s, size_t len)
{
	begin_item(w);
	add_key(w, key);
	buf_add_char(w->out, '"');
	text_base64(w->out, s, len);
	buf_add_char(w->out, '"');
}

void jsonout_string(struct jsonout *w, const char *key, const char *s, size_t len)
{
	begin_item(w);
	add_key(w, key);
	add_string(w, s, len);
	if (key && !jsonout_is_utf8(s, len)) {
		begin_item(w);
		buf_printf(w->out, "\"%s_base64\": \"", key);
		text_base64(w->out, s, len);
		buf_add_char(w->out, '"');
	}
}

bool jsonout_is_utf8(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)s + i, len - i, &c);

		if (!n)
			return false;
		i += n;
	}
	return true;
}

void jsonout_path_text(struct buf *out, const char *path, size_t len)
{
	if (text_json(out, path, len) == 0)
		return;
	buf_add_str(out, "//");
	text_base64(out, path, len);
}

static void add_path(struct jsonout *w, const char *path, size_t len)
{
	buf_add_char(w->out, '"');
	jsonout_path_text(w->out, path, len);
	buf_add_char(w->out, '"');
}

void jsonout_open_path(struct jsonout *w, const char *path, size_t len)
{
	begin_item(w);
	add_path(w, path, len);
	buf_add_str(w->out, ": ");
	open_bracket(w, '{');
}

void jsonout_path_member(struct jsonout *w, const char *path, size_t len, const char *value)
{
	begin_item(w);
	add_path(w, path, len);
	buf_add_str(w->out, ": ");
	add_string(w, value, strlen(value));
}

void jsonout_path(struct jsonout *w, const char *key, const char *path, size_t len)
{
	begin_item(w);
	add_key(w, key);
	add_path(w, path, len);
}

void jsonout_path_element(struct jsonout *w, const char *path, size_t len)
{
	jsonout_path(w, NULL, path, len);
}
