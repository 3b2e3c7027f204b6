/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Regular expressions: the only door to PCRE2.
 *
 * A pattern for paths is compiled twice: once for names that are UTF-8, and once bytewise for names
 * that are not, which the first would never match.  All compilation, JIT included, happens in
 * regex_compile(): a scan may not be allowed to make code when it runs.
 */

#ifndef RULES_REGEX_H
#define RULES_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include <intact/error.h>

struct regex;
struct regex_scratch;

enum regex_mode {
	REGEX_PATH,	  /* anchored at the start, partial matches are told */
	REGEX_PATH_BYTES, /* the same, but every name is bytes (AIDE 0.18) */
	REGEX_SEARCH,	  /* anywhere, yes or no; bytes */
};

enum regex_result {
	REGEX_NONE,
	REGEX_PARTIAL, /* ends where the pattern could go on */
	REGEX_MATCH,
	REGEX_LIMIT, /* gave up: too many steps */
};

/** Why a pattern cannot be compiled. */
struct regex_fault {
	size_t offset;
	char text[256];
};

/** Returns 0, INTACT_ECONFIG with *fault, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int regex_compile(const char *pattern, size_t len, enum regex_mode mode, struct regex **ret,
		  struct regex_fault *fault);
void regex_free(struct regex *re);

/** Working memory for matching, one thread at a time.  NULL without memory. */
struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *scratch);

/** Match.  `utf8`: the subject is well-formed UTF-8.  `effort` divides the number of steps that are
 * allowed (1: all of them). */
enum regex_result regex_match(const struct regex *re, struct regex_scratch *scratch,
			      const char *subject, size_t len, bool utf8, unsigned effort);

#endif /* RULES_REGEX_H */
