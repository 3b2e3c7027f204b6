/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Attribute groups and expressions ("R-H+md5").
 */

#ifndef RULES_GROUP_H
#define RULES_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/place.h"

struct reader;
struct statement;

struct group {
	char *name;
	uint64_t attrs;
};

/** All zero is an empty table. */
struct groups {
	struct group *list;
	size_t count, cap;
};

/** Every attribute as a group of its own name, and the default groups of `compat`.  The default
 * groups hold no digest that is not in `digests` (0: all). */
INTACT_MUST_CHECK
int groups_init(struct groups *g, enum intact_compat compat, uint64_t digests,
		struct intact_error *err);

/** Give the default groups the meaning they have in `compat`. */
INTACT_MUST_CHECK
int groups_set_compat(struct groups *g, enum intact_compat compat, uint64_t digests,
		      struct intact_error *err);

void groups_release(struct groups *g);

/** Value of a group, or NULL. */
const struct group *groups_find(const struct groups *g, struct slice name);

/** Carry out a group definition. */
INTACT_MUST_CHECK
int group_define(struct reader *r, const struct statement *st, struct intact_error *err);

/** Evaluate an expression, from left to right. */
INTACT_MUST_CHECK
int group_eval(struct reader *r, const struct place *place, struct slice expr, uint64_t *ret,
	       struct intact_error *err);

/** What a rule (or database_attrs) asks for may be old, or not available here: say so, and leave
 * out what is not available.  No digest left where there were some: an error, or under 0.18
 * nothing is left out, and what is asked for will be unverified. */
INTACT_MUST_CHECK
int group_check_digests(struct reader *r, const struct place *place, uint64_t *attrs,
			struct intact_error *err);

/** Room for any expression that intact_attr_expr() writes. */
#define EXPR_MAX 512

#endif /* RULES_GROUP_H */
