/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See ruleset.h.
 */

#include "rules/ruleset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* A bound on memory, not on anybody's rules. */
#define RULES_MAX 1000000
/* No walk goes deeper.  A rule of a baseline may be anybody's, and each level costs a node. */
#define LEVELS_MAX 32768

/* ---- nodes --------------------------------------------------------------------------------- */

/* FNV-1a, from HASH_START: what is hashed of a path goes on for the paths below it. */
#define HASH_START 0xcbf29ce484222325

static uint64_t hash_on(uint64_t h, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3;
	return h;
}

/* The node of a path whose parent's is `parent`: only the last part of it is new. */
static struct ruleset_node *find_below(const struct intact_rules *rules,
				       const struct ruleset_node *parent, const char *path,
				       size_t len, uint64_t hash)
{
	struct ruleset_node *node = rules->table[hash & (rules->buckets - 1)];
	size_t from = parent->len;

	while (node && (node->parent != parent || node->len != len ||
			memcmp(node->path + from, path + from, len - from) != 0))
		node = node->chain;
	return node;
}

const struct ruleset_node *ruleset_node_at(const struct intact_rules *rules, const char *path,
					   size_t len)
{
	uint64_t hash = hash_on(HASH_START, path, len);
	const struct ruleset_node *node = rules->table[hash & (rules->buckets - 1)];

	while (node &&
	       (node->hash != hash || node->len != len || memcmp(node->path, path, len) != 0))
		node = node->chain;
	return node;
}

/* A node exists only with all its ancestors, so that the first miss from the top is the end. */
const struct ruleset_node *ruleset_node_for(const struct intact_rules *rules, const char *dir,
					    size_t len, bool *ret_direct)
{
	const struct ruleset_node *node = rules->root;
	uint64_t hash = HASH_START;
	size_t at = 1, hashed = 0;

	*ret_direct = len <= 1;
	while (at < len) {
		const char *slash = memchr(dir + at, '/', len - at);
		size_t end = slash ? (size_t)(slash - dir) : len;
		const struct ruleset_node *below;

		hash = hash_on(hash, dir + hashed, end - hashed);
		hashed = end;
		below = find_below(rules, node, dir, end, hash);
		if (!below)
			return node;
		node = below;
		*ret_direct = end == len;
		at = end + 1;
	}
	return node;
}

static bool grow_table(struct intact_rules *rules)
{
	size_t buckets = rules->buckets ? rules->buckets * 2 : 256;
	struct ruleset_node **table = calloc(buckets, sizeof(struct ruleset_node *));

	if (!table)
		return false;
	for (size_t i = 0; i < rules->buckets; i++) {
		struct ruleset_node *node = rules->table[i], *next;

		for (; node; node = next) {
			size_t at = node->hash & (buckets - 1);

			next = node->chain;
			node->chain = table[at];
			table[at] = node;
		}
	}
	free(rules->table);
	rules->table = table;
	rules->buckets = buckets;
	return true;
}

/* `path` must live as long as the rules. */
static struct ruleset_node *add_node(struct intact_rules *rules, struct ruleset_node *parent,
				     const char *path, size_t len, uint64_t hash)
{
	struct ruleset_node *node;
	size_t at;

	if (rules->nodes >= rules->buckets && !grow_table(rules))
		return NULL;
	node = arena_alloc(&rules->arena, sizeof(*node));
	if (!node)
		return NULL;
	*node = (struct ruleset_node){ .path = path, .len = len, .hash = hash, .parent = parent };
	node->depth = parent ? parent->depth + 1 : 0;
	if (node->depth > rules->depth)
		rules->depth = node->depth;
	at = hash & (rules->buckets - 1);
	node->chain = rules->table[at];
	rules->table[at] = node;
	rules->nodes++;
	return node;
}

/* The node of a directory, made with its ancestors where they are missing; all of them share one
 * copy of the path.  A trailing slash (from a regex such as "/x//y") makes a node of its own that
 * no path leads to. */
static struct ruleset_node *need_node(struct intact_rules *rules, const char *path, size_t len)
{
	struct ruleset_node *node = rules->root;
	uint64_t hash = HASH_START;
	size_t at = 1, hashed = 0;
	const char *kept = NULL;

	while (len > 1 && at <= len) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t end = slash ? (size_t)(slash - path) : len;
		struct ruleset_node *below;

		hash = hash_on(hash, path + hashed, end - hashed);
		hashed = end;
		below = find_below(rules, node, path, end, hash);
		if (!below && !kept)
			kept = arena_strndup(&rules->arena, path, len);
		if (!below && kept)
			below = add_node(rules, node, kept, end, hash);
		if (!below)
			return NULL;
		node = below;
		at = end + 1;
	}
	return node;
}

/* aide-compat 3.1: the directory part of what looks literal in a regex.  `room` takes it. */
static size_t literal_directory(const char *regex, char *room)
{
	size_t last = 1, n = 1;

	room[0] = '/';
	for (const char *s = regex + 1; *s && !strchr("(^$?*[", *s); s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '/')
			last = n;
		room[n++] = *s;
	}
	return last;
}

/* ---- rules --------------------------------------------------------------------------------- */

struct intact_rules *ruleset_new(enum intact_compat compat)
{
	struct intact_rules *rules = calloc(1, sizeof(*rules));

	if (!rules)
		return NULL;
	rules->compat = compat;
	rules->root = add_node(rules, NULL, "/", 1, hash_on(HASH_START, "/", 1));
	if (!rules->root) {
		ruleset_free(rules);
		return NULL;
	}
	return rules;
}

static void free_lists(struct ruleset_node *node)
{
	free(node->equals.list);
	free(node->selective.list);
	free(node->negative.list);
}

void ruleset_free(struct intact_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->all.count; i++)
		regex_free(rules->all.list[i]->regex);
	free(rules->all.list);
	for (size_t i = 0; i < rules->buckets; i++) {
		for (struct ruleset_node *node = rules->table[i]; node; node = node->chain)
			free_lists(node);
	}
	free(rules->table);
	arena_release(&rules->arena);
	free(rules);
}

void ruleset_set_compat(struct intact_rules *rules, enum intact_compat compat)
{
	rules->compat = compat;
}

static bool list_add(struct rule_list *list, struct ruleset_rule *rule)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 4;
		struct ruleset_rule **grown = realloc(
			list->list,
			cap * sizeof(*grown)); /* NOLINT(bugprone-sizeof-expression): pointers */

		if (!grown)
			return false;
		list->list = grown;
		list->cap = cap;
	}
	list->list[list->count++] = rule;
	return true;
}

static struct rule_list *list_for(struct ruleset_node *node, enum intact_rule_kind kind)
{
	switch (kind) {
	case INTACT_RULE_SELECTIVE:
		return &node->selective;
	case INTACT_RULE_EQUAL:
		return &node->equals;
	case INTACT_RULE_NEGATIVE:
	case INTACT_RULE_PRUNE:
		break;
	}
	return &node->negative;
}

static const char *problem_line(struct intact_rules *rules, const struct intact_rule *rule)
{
	struct buf line = { 0 };
	const char *kept = NULL;

	buf_printf(&line, "%s:%u: too many steps to match the regular expression '%.200s'",
		   rule->file, rule->line, rule->regex);
	if (!line.failed)
		kept = arena_strndup(&rules->arena, line.data, line.len);
	buf_release(&line);
	return kept;
}

static int compile(struct intact_rules *rules, const struct place *place, struct ruleset_rule *r,
		   struct intact_error *err)
{
	enum regex_mode mode = rules->compat == INTACT_COMPAT_0_18 ? REGEX_PATH_BYTES : REGEX_PATH;
	size_t len = strlen(r->rule.regex);
	char *room = arena_bytes(&rules->arena, len + 1);
	struct regex_fault fault;
	int rc;

	if (!room)
		return intact_fail_nomem(err);
	r->shape = shape_of(r->rule.regex, len, room);
	if (r->shape.kind != SHAPE_OPEN)
		return 0;
	rc = regex_compile(r->rule.regex, len, mode, &r->regex, &fault);
	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	if (rc < 0)
		return place_fail_at(place, fault.offset, err, INTACT_ECONFIG,
				     "error in rule '%.200s': %s", r->rule.regex, fault.text);
	r->problem = problem_line(rules, &r->rule);
	return r->problem ? 0 : intact_fail_nomem(err);
}

/* The directory that a rule belongs to is one that can be. */
static int check_directory(const struct place *place, const struct ruleset_rule *r, const char *dir,
			   size_t len, struct intact_error *err)
{
	size_t levels = 0;

	for (size_t i = 0; i + 1 < len; i++) {
		if (dir[i] != '/')
			continue;
		if (dir[i + 1] == '/')
			return place_fail_at(place, 1, err, INTACT_ECONFIG,
					     "error in rule '%.200s': invalid double slash",
					     r->rule.regex);
		levels++;
	}
	if (levels > LEVELS_MAX)
		return place_fail(place, err, INTACT_ECONFIG,
				  "error in rule '%.200s': more than %d folders deep",
				  r->rule.regex, LEVELS_MAX);
	return 0;
}

static int attach(struct intact_rules *rules, const struct place *place, struct ruleset_rule *r,
		  struct intact_error *err)
{
	char *dir = calloc(1, strlen(r->rule.regex) + 1);
	size_t len;
	int rc;

	if (!dir)
		return intact_fail_nomem(err);
	len = literal_directory(r->rule.regex, dir);
	rc = check_directory(place, r, dir, len, err);
	if (rc == 0) {
		r->node = need_node(rules, dir, len);
		if (!r->node)
			rc = intact_fail_nomem(err);
	}
	free(dir);
	return rc;
}

static struct ruleset_rule *copy_rule(struct intact_rules *rules, const struct intact_rule *rule)
{
	struct ruleset_rule *r = arena_alloc(&rules->arena, sizeof(*r));
	struct arena *a = &rules->arena;

	if (!r)
		return NULL;
	*r = (struct ruleset_rule){ .rule = *rule };
	r->restricted = rule->types != INTACT_FT_ANY || rule->has_fstype;
	r->rule.regex = arena_strndup(a, rule->regex, strlen(rule->regex));
	r->rule.text = arena_strndup(a, rule->text, strlen(rule->text));
	r->rule.prefix =
		rule->prefix[0] ? arena_strndup(a, rule->prefix, strlen(rule->prefix)) : "";
	return r->rule.regex && r->rule.text && r->rule.prefix ? r : NULL;
}

static void log_rule(const struct intact_rules *rules, const struct place *place,
		     const struct ruleset_rule *r, const struct config_log *log)
{
	struct buf shown = { 0 };

	if (!log->fn)
		return;
	ruleset_describe(&r->rule, &shown);
	place_log(place, log, INTACT_LOG_CONFIG, "add %s '%s%s' to node '%.*s'",
		  ruleset_kind_name(r->rule.kind, rules->compat), shown.data ? shown.data : "",
		  r->rule.kind >= INTACT_RULE_NEGATIVE ? " " : "", (int)r->node->len,
		  r->node->path);
	buf_release(&shown);
}

int ruleset_add(struct intact_rules *rules, const struct place *place,
		const struct intact_rule *rule, const struct config_log *log,
		struct intact_error *err)
{
	struct ruleset_rule *r;
	int rc;

	if (rules->all.count == RULES_MAX)
		return place_fail(place, err, INTACT_ECONFIG, "more than %d rules", RULES_MAX);
	r = copy_rule(rules, rule);
	if (!r)
		return intact_fail_nomem(err);
	rc = compile(rules, place, r, err);
	if (rc == 0)
		rc = attach(rules, place, r, err);
	if (rc < 0) {
		regex_free(r->regex);
		return rc;
	}
	if (!list_add(&rules->all, r)) {
		regex_free(r->regex);
		return intact_fail_nomem(err);
	}
	if (!list_add(list_for(r->node, rule->kind), r))
		return intact_fail_nomem(err);
	rules->attrs |= rule->attrs;
	log_rule(rules, place, r, log);
	return 0;
}

size_t intact_rules_count(const struct intact_rules *rules)
{
	return rules->all.count;
}

const struct intact_rule *intact_rules_get(const struct intact_rules *rules, size_t i)
{
	return &rules->all.list[i]->rule;
}

uint64_t intact_rules_attrs(const struct intact_rules *rules)
{
	return rules->attrs;
}
