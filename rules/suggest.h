/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * "did you mean": the known name that is nearest to a mistyped one.
 */

#ifndef RULES_SUGGEST_H
#define RULES_SUGGEST_H

#include "rules/place.h"

struct suggestion {
	struct slice wrong;
	const char *best; /* NULL: none is near enough */
	unsigned distance;
};

/** Start looking. */
struct suggestion suggest_for(struct slice wrong);

/** Consider a candidate. */
void suggest_consider(struct suggestion *s, const char *name);

#endif /* RULES_SUGGEST_H */
