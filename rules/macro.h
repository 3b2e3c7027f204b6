/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Variables: @@define, @@undef, @@{NAME}; and conditions over them.
 */

#ifndef RULES_MACRO_H
#define RULES_MACRO_H

#include <stdbool.h>

#include "base/buf.h"
#include "rules/place.h"

struct reader;
struct statement;

struct macro_entry {
	char *name;
	char *value; /* NULL: defined without a value */
};

/** All zero is an empty table. */
struct macros {
	struct macro_entry *list;
	size_t count, cap;
};

/** Entry of a name, or NULL. */
const struct macro_entry *macros_find(const struct macros *m, struct slice name);

/** Define or redefine.  `value` may be NULL.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int macros_set(struct macros *m, struct slice name, const char *value, struct intact_error *err);

void macros_remove(struct macros *m, const struct macro_entry *entry);
void macros_release(struct macros *m);

/** Carry out @@define, @@undef and @@x_include_setenv. */
INTACT_MUST_CHECK
int macro_define(struct reader *r, const struct statement *st, struct intact_error *err);
void macro_undef(struct reader *r, const struct statement *st);
INTACT_MUST_CHECK
int macro_setenv(struct reader *r, const struct statement *st, struct intact_error *err);

/** Judge the condition of an @@if.  Returns 0 or 1, or a negative code. */
INTACT_MUST_CHECK
int macro_condition(struct reader *r, const struct statement *st, struct intact_error *err);

#endif /* RULES_MACRO_H */
