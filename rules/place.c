/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See place.h.
 */

#include "rules/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/* A message must fit struct intact_error with both ends: what is wrong, and the start of the line.
 */
#define WHAT_MAX 480
#define LINE_MAX_SHOWN 300
#define PREFIX_MAX_SHOWN 100
/* A line with many variables gives a message for each. */
#define LINE_MAX_LOGGED 2000

/* " (line: '...', prefix: '...')", of each at most so many bytes. */
static void add_line(struct buf *out, const struct place *p, size_t line_max, size_t prefix_max)
{
	/* A message is a string and would end at a NUL. */
	const char *nul = memchr(p->text.s, '\0', p->text.len);
	size_t len = nul ? (size_t)(nul - p->text.s) : p->text.len;
	bool cut = nul || len > line_max;

	buf_add_str(out, " (line: '");
	buf_add(out, p->text.s, len > line_max ? line_max : len);
	buf_add_str(out, cut ? "...'" : "'");
	if (p->prefix[0]) {
		buf_add_str(out, ", prefix: '");
		buf_add(out, p->prefix, strnlen(p->prefix, prefix_max));
		buf_add_char(out, '\'');
	}
	buf_add_char(out, ')');
}

static int fail(const struct place *p, size_t column, struct intact_error *err,
		enum intact_code code, const char *fmt, va_list args)
{
	char what[WHAT_MAX];
	char at[32] = "";
	struct buf line = { 0 };
	int rc;

	vsnprintf(what, sizeof(what), fmt, args);
	if (column != SIZE_MAX)
		snprintf(at, sizeof(at), "%zu:", column);
	add_line(&line, p, LINE_MAX_SHOWN, PREFIX_MAX_SHOWN);
	rc = intact_fail(err, code, "%.150s:%u:%s %s%s", p->file, p->line, at, what,
			 line.failed ? "" : line.data);
	buf_release(&line);
	return rc;
}

int place_fail(const struct place *p, struct intact_error *err, enum intact_code code,
	       const char *fmt, ...)
{
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = fail(p, SIZE_MAX, err, code, fmt, args);
	va_end(args);
	return rc;
}

int place_fail_at(const struct place *p, size_t column, struct intact_error *err,
		  enum intact_code code, const char *fmt, ...)
{
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = fail(p, column, err, code, fmt, args);
	va_end(args);
	return rc;
}

void place_log(const struct place *p, const struct config_log *log, enum intact_log_level level,
	       const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	if (!log->fn)
		return;
	buf_printf(&text, "%s:%u: ", p->file, p->line);
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	add_line(&text, p, LINE_MAX_LOGGED, SIZE_MAX);
	log->fn(log->ctx, level, text.failed ? "out of memory for a message" : text.data);
	buf_release(&text);
}
