/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The compiled rule set: rules in order of definition, and the tree of directories they hang on.
 *
 * A rule belongs to the node of its regex's literal directory prefix (aide-compat 3.1); an entry
 * consults the nodes from its parent directory up to the root, and no others.
 */

#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rules/place.h"
#include "rules/regex.h"
#include "rules/shape.h"

struct ruleset_node;

struct ruleset_rule {
	struct intact_rule rule;
	struct shape shape;
	struct regex *regex; /* NULL: the shape says it all */
	struct ruleset_node *node;
	const char *problem; /* the line for a match that hits its limit */
	bool restricted;     /* by type or file system */
};

struct rule_list {
	struct ruleset_rule **list;
	size_t count, cap;
};

struct ruleset_node {
	const char *path; /* "/", "/etc"; not terminated */
	size_t len;
	uint64_t hash;		     /* of the path */
	struct ruleset_node *parent; /* NULL: the root */
	struct ruleset_node *chain;  /* in the hash table */
	unsigned depth;		     /* 0: the root */
	struct rule_list equals;
	struct rule_list selective;
	struct rule_list negative; /* of both kinds */
};

struct intact_rules {
	struct arena arena; /* rules, nodes, strings */
	struct rule_list all;
	struct ruleset_node *root;
	struct ruleset_node **table; /* nodes by path */
	size_t buckets, nodes;
	unsigned depth; /* of the deepest node */
	uint64_t attrs;
	enum intact_compat compat;
};

/** An empty rule set.  NULL without memory. */
struct intact_rules *ruleset_new(enum intact_compat compat);
void ruleset_free(struct intact_rules *rules);

/** Before the first rule. */
void ruleset_set_compat(struct intact_rules *rules, enum intact_compat compat);

/** Add a rule.  `rule` is copied with its strings, but for `file`, which must live as long as the
 * rules.  Fails with the place for a regex that does not compile. */
INTACT_MUST_CHECK
int ruleset_add(struct intact_rules *rules, const struct place *place,
		const struct intact_rule *rule, const struct config_log *log,
		struct intact_error *err);

/** The node of exactly this directory, or NULL. */
const struct ruleset_node *ruleset_node_at(const struct intact_rules *rules, const char *path,
					   size_t len);

/** The node of this directory or of the nearest ancestor that has one.  *ret_direct: it is the
 * directory's own. */
const struct ruleset_node *ruleset_node_for(const struct intact_rules *rules, const char *dir,
					    size_t len, bool *ret_direct);

/** As intact_rule_describe(), added to `out`. */
void ruleset_describe(const struct intact_rule *rule, struct buf *out);

/** "selective rule", "recursive negative rule" ... */
const char *ruleset_kind_name(enum intact_rule_kind kind, enum intact_compat compat);

#endif /* RULES_RULESET_H */
