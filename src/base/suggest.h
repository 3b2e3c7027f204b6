/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * "did you mean": the known name that is nearest to a mistyped one.
 */

#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

struct suggestion {
	const char *wrong; /* not terminated */
	size_t len;
	const char *best; /* NULL: none is near enough */
	unsigned distance;
};

/** Start looking.  `wrong` is borrowed. */
struct suggestion suggest_for(const char *wrong, size_t len);

/** Consider a candidate. */
void suggest_consider(struct suggestion *s, const char *name);

#endif /* BASE_SUGGEST_H */
