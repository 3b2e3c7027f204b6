/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What can be seen of a pattern without a regex engine: the literal text every match begins with.
 *
 * Most rules fail on most paths within the first few bytes, and many rules are nothing but a path.
 * Whatever is not obvious here is left to the engine: the answers, where there is one, are exactly
 * the engine's (test_shape.c compares them).
 */

#ifndef RULES_SHAPE_H
#define RULES_SHAPE_H

#include <stddef.h>

enum shape_kind {
	SHAPE_OPEN,    /* the literal, then something else */
	SHAPE_LITERAL, /* the literal alone: a prefix of what matches */
	SHAPE_EXACT,   /* the literal and "$" */
};

struct shape {
	enum shape_kind kind;
	size_t len;
	char *literal;
};

enum shape_answer {
	SHAPE_NONE,
	SHAPE_PARTIAL,
	SHAPE_MATCH,
	SHAPE_ASK, /* the engine has to look */
};

/** Look at a pattern that is anchored at its start.  `room` takes the literal: `len` bytes. */
struct shape shape_of(const char *pattern, size_t len, char *room);

/** Judge a subject by the shape alone. */
enum shape_answer shape_test(const struct shape *shape, const char *subject, size_t len);

#endif /* RULES_SHAPE_H */
