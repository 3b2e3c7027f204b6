/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The rules that a baseline was made under beside those in force, line by line.
 */

#ifndef CLI_CHANGED_RULES_H
#define CLI_CHANGED_RULES_H

#include <stddef.h>

#include <intact/error.h>

/** All zero: they are the same. */
struct changed_rules {
	char *summary; /* one line; NULL: nothing differs */
	char **lines;  /* "+ RULE" in force now, "- RULE" then; sorted by rule */
	size_t count;
};

/** Compare two texts of intact_rules_text().  Returns 0 or INTACT_ENOMEM; release in both cases. */
INTACT_MUST_CHECK
int changed_rules_find(struct changed_rules *c, const char *then, size_t then_len, const char *now,
		       size_t now_len, struct intact_error *err);
void changed_rules_release(struct changed_rules *c);

#endif /* CLI_CHANGED_RULES_H */
