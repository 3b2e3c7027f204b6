/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A line of configuration, and saying something about it.
 *
 * Every message of this room has the shape "file:line: what (line: '...')".
 */

#ifndef RULES_PLACE_H
#define RULES_PLACE_H

#include <stddef.h>

#include <intact/error.h>
#include <intact/rules.h>

/** Borrowed bytes, not terminated. */
struct slice {
	const char *s;
	size_t len;
};

/** Arguments for "%.*s". */
#define SLICE(x) (int)(x).len, (x).s

struct place {
	const char *file; /* name as given, "(--before)" ... */
	unsigned line;	  /* from 1 */
	struct slice text;
	const char *prefix; /* include prefix, or "" */
};

/** Where warnings go; fn may be NULL. */
struct config_log {
	intact_log_fn *fn;
	void *ctx;
};

/** "file:line: what (line: '...')" */
int place_fail(const struct place *p, struct intact_error *err, enum intact_code code,
	       const char *fmt, ...) INTACT_PRINTF(4, 5);

/** "file:line:column: what (line: '...')" */
int place_fail_at(const struct place *p, size_t column, struct intact_error *err,
		  enum intact_code code, const char *fmt, ...) INTACT_PRINTF(5, 6);

/** Log in the same shape. */
void place_log(const struct place *p, const struct config_log *log, enum intact_log_level level,
	       const char *fmt, ...) INTACT_PRINTF(4, 5);

#endif /* RULES_PLACE_H */
