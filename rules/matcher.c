/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Judging paths by the rules: intact_matcher.
 *
 * The algorithms are AIDE's (aide-compat 3.3 for 0.18, 3.4 for newer ones) and are written down
 * step by step as they are there.  What is ours is speed: the nodes that matter are the same for
 * all entries of a directory and are looked up once.
 */

#include <intact/rules.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/text.h"
#include "rules/ruleset.h"

/* A pattern that gives up on so many names is a mistake, or an attack on the time of the run. */
#define SLOW_NAMES_MAX 1000

struct intact_matcher {
	const struct intact_rules *rules;
	struct regex *limit; /* NULL: none */
	struct regex_scratch *scratch;

	/* The directory of the last path, and its nodes from the root down. */
	char *dir;
	size_t dir_len, dir_cap;
	bool dir_known;
	bool direct; /* the last node of the chain is the directory's own */
	const struct ruleset_node **chain;
	size_t nchain;

	unsigned slow_names; /* on which a pattern gave up */

	intact_log_fn *log; /* NULL: none */
	void *log_ctx;
};

/* One path being judged. */
struct subject {
	struct intact_matcher *m;
	const char *path;
	size_t len;
	unsigned ftype;
	bool utf8;

	intact_fstype_fn *fstype_fn;
	void *fstype_ctx;
	enum { FSTYPE_NOT_ASKED, FSTYPE_KNOWN, FSTYPE_UNKNOWN } fstype_state;
	uint64_t fstype;

	unsigned effort;     /* doubles with every limit that is hit on this path */
	const char *problem; /* of the first one */
};

/* What a rule or a list of rules says. */
enum outcome {
	OUTCOME_NONE,
	OUTCOME_PARTIAL,
	OUTCOME_MATCH,
};

/* ---- one rule ------------------------------------------------------------------------------ */

static bool fstype_of(struct subject *s, uint64_t *ret)
{
	if (s->fstype_state == FSTYPE_NOT_ASKED) {
		bool known = s->fstype_fn && s->fstype_fn(s->fstype_ctx, &s->fstype) == 0;

		s->fstype_state = known ? FSTYPE_KNOWN : FSTYPE_UNKNOWN;
	}
	*ret = s->fstype;
	return s->fstype_state == FSTYPE_KNOWN;
}

/* A pattern that gives up might have matched, here or below.  As PARTIAL the object is selected by
 * what else matches, and what is below it is still looked at. */
static enum regex_result ask_regex(struct subject *s, const struct ruleset_rule *r, size_t len)
{
	enum regex_result result =
		regex_match(r->regex, s->m->scratch, s->path, len, s->utf8, s->effort);

	if (result != REGEX_LIMIT)
		return result;
	if (!s->problem)
		s->problem = r->problem;
	if (s->effort < 64)
		s->effort *= 2;
	return REGEX_PARTIAL;
}

static enum outcome test_regex(struct subject *s, const struct ruleset_rule *r, size_t len)
{
	switch (shape_test(&r->shape, s->path, len)) {
	case SHAPE_NONE:
		return OUTCOME_NONE;
	case SHAPE_PARTIAL:
		return OUTCOME_PARTIAL;
	case SHAPE_MATCH:
		return OUTCOME_MATCH;
	case SHAPE_ASK:
		break;
	}
	switch (ask_regex(s, r, len)) {
	case REGEX_MATCH:
		return OUTCOME_MATCH;
	case REGEX_PARTIAL:
		return OUTCOME_PARTIAL;
	default:
		return OUTCOME_NONE;
	}
}

/* The rule does not hold then, and who wrote it should know. */
static void warn_no_fstype(const struct subject *s, const struct ruleset_rule *r)
{
	const struct intact_rule *rule = &r->rule;
	struct buf line = { 0 };

	if (!s->m->log)
		return;
	buf_printf(&line,
		   "unable to match the file system type restriction of %s (%s:%u: '%s'): file "
		   "system type missing for '%.*s'",
		   ruleset_kind_name(rule->kind, s->m->rules->compat), rule->file, rule->line,
		   rule->text, (int)s->len, s->path);
	if (!line.failed)
		s->m->log(s->m->log_ctx, INTACT_LOG_WARNING, line.data);
	buf_release(&line);
}

/* aide-compat 3.2 */
static enum outcome test_rule(struct subject *s, const struct ruleset_rule *r)
{
	enum outcome outcome = test_regex(s, r, s->len);
	uint64_t fstype;

	if (outcome != OUTCOME_MATCH || !r->restricted)
		return outcome;
	if (!(r->rule.types & s->ftype))
		return OUTCOME_PARTIAL;
	if (!r->rule.has_fstype)
		return OUTCOME_MATCH;
	if (!fstype_of(s, &fstype)) {
		warn_no_fstype(s, r);
		return OUTCOME_NONE;
	}
	return fstype == r->rule.fstype ? OUTCOME_MATCH : OUTCOME_PARTIAL;
}

/* The first rule in order of definition that matches wins. */
static enum outcome test_list(struct subject *s, const struct rule_list *list,
			      const struct ruleset_rule **ret)
{
	enum outcome best = OUTCOME_NONE;

	for (size_t i = 0; i < list->count; i++) {
		enum outcome outcome = test_rule(s, list->list[i]);

		if (outcome == OUTCOME_MATCH) {
			*ret = list->list[i];
			return outcome;
		}
		if (outcome == OUTCOME_PARTIAL)
			best = outcome;
	}
	return best;
}

/* ---- the nodes of a directory -------------------------------------------------------------- */

static int remember_dir(struct intact_matcher *m, const char *dir, size_t len,
			struct intact_error *err)
{
	const struct ruleset_node *node;

	if (m->dir_known && m->dir_len == len && memcmp(m->dir, dir, len) == 0)
		return 0;
	m->dir_known = false;
	if (len > m->dir_cap) {
		char *grown = realloc(m->dir, len * 2);

		if (!grown)
			return intact_fail_nomem(err);
		m->dir = grown;
		m->dir_cap = len * 2;
	}
	memcpy(m->dir, dir, len);
	m->dir_len = len;
	node = ruleset_node_for(m->rules, dir, len, &m->direct);
	m->nchain = node->depth + 1;
	for (; node; node = node->parent)
		m->chain[node->depth] = node;
	m->dir_known = true;
	return 0;
}

static const struct ruleset_node *deepest(const struct intact_matcher *m)
{
	return m->chain[m->nchain - 1];
}

/* Do rules hang on this very directory or below it?  Nodes exist for nothing else. */
static bool has_rules_below(const struct subject *s)
{
	const struct intact_rules *rules = s->m->rules;

	return s->ftype == INTACT_FT_DIR && rules->all.count > 0 &&
	       ruleset_node_at(rules, s->path, s->len) != NULL;
}

static void take(struct intact_match *ret, enum outcome outcome, enum intact_verdict verdict,
		 const struct ruleset_rule *rule)
{
	if (outcome == OUTCOME_MATCH) {
		ret->verdict = verdict;
		ret->rule = &rule->rule;
	} else if (outcome == OUTCOME_PARTIAL) {
		ret->verdict = INTACT_PARTIAL;
	}
}

static void take_list(struct subject *s, struct intact_match *ret, const struct rule_list *list,
		      enum intact_verdict verdict)
{
	const struct ruleset_rule *rule = NULL;
	enum outcome outcome = test_list(s, list, &rule);

	take(ret, outcome, verdict, rule);
}

static bool is_positive(enum intact_verdict verdict)
{
	return verdict == INTACT_SELECTED || verdict == INTACT_EQUALED;
}

/* ---- the newest AIDE ----------------------------------------------------------------------- */

/* Steps 4 and 5 of aide-compat 3.4. */
static void judge_positive(struct subject *s, struct intact_match *ret)
{
	const struct intact_matcher *m = s->m;

	if (m->direct) {
		if (has_rules_below(s))
			ret->verdict = INTACT_PARTIAL;
		take_list(s, ret, &deepest(m)->equals, INTACT_EQUALED);
	}
	for (size_t i = m->nchain; i-- > 0 && !is_positive(ret->verdict);)
		take_list(s, ret, &m->chain[i]->selective, INTACT_SELECTED);
}

/* Step 6: only a rule that takes the entry away ends the search. */
static void judge_negative(struct subject *s, struct intact_match *ret)
{
	const struct intact_matcher *m = s->m;

	for (size_t i = 0; i < m->nchain && ret->verdict != INTACT_NO_RULE; i++) {
		const struct ruleset_rule *rule = NULL;

		if (test_list(s, &m->chain[i]->negative, &rule) != OUTCOME_MATCH)
			continue;
		if (rule->rule.kind == INTACT_RULE_PRUNE) {
			take(ret, OUTCOME_MATCH, INTACT_PRUNED, rule);
			return;
		}
		if (is_positive(ret->verdict)) {
			take(ret, OUTCOME_MATCH, INTACT_NEGATED, rule);
			return;
		}
	}
}

static void judge_newest(struct subject *s, struct intact_match *ret)
{
	judge_positive(s, ret);
	judge_negative(s, ret);
	ret->add = is_positive(ret->verdict);
	ret->descend = ret->verdict != INTACT_NO_RULE && ret->verdict != INTACT_PRUNED;
}

/* ---- AIDE 0.18 ----------------------------------------------------------------------------- */

/* Step 3 of aide-compat 3.3. */
static void judge_positive_0_18(struct subject *s, struct intact_match *ret)
{
	const struct intact_matcher *m = s->m;
	bool direct = m->direct;

	for (size_t i = m->nchain; i-- > 0;) {
		const struct ruleset_node *node = m->chain[i];

		if (direct)
			take_list(s, ret, &node->equals, INTACT_EQUALED);
		if (!is_positive(ret->verdict))
			take_list(s, ret, &node->selective, INTACT_SELECTED);
		direct = false;
	}
}

static void exclude(struct subject *s, struct intact_match *ret, const struct ruleset_rule *rule)
{
	bool prune = rule->rule.kind == INTACT_RULE_PRUNE;

	take(ret, OUTCOME_MATCH, prune ? INTACT_PRUNED : INTACT_NEGATED, rule);
	ret->descend = !prune && (rule->restricted || has_rules_below(s));
}

/* Step 4a: an unrestricted rule that matches a directory above excludes all that is in it. */
static bool parent_is_excluded(struct subject *s, const struct ruleset_node *node,
			       const struct ruleset_rule **ret)
{
	const struct rule_list *list = &node->negative;

	for (size_t len = path_parent(s->path, s->len); len > node->len;
	     len = path_parent(s->path, len)) {
		for (size_t i = 0; i < list->count; i++) {
			const struct ruleset_rule *rule = list->list[i];

			if (!rule->restricted && test_regex(s, rule, len) == OUTCOME_MATCH) {
				*ret = rule;
				return true;
			}
		}
	}
	return false;
}

static void judge_0_18(struct subject *s, struct intact_match *ret)
{
	const struct intact_matcher *m = s->m;

	judge_positive_0_18(s, ret);
	ret->descend = ret->verdict != INTACT_NO_RULE || has_rules_below(s) || s->len == 1;
	for (size_t i = 0; i < m->nchain && is_positive(ret->verdict); i++) {
		const struct ruleset_rule *rule = NULL;

		if (parent_is_excluded(s, m->chain[i], &rule)) {
			exclude(s, ret, rule);
			ret->descend = has_rules_below(s);
		} else if (test_list(s, &m->chain[i]->negative, &rule) == OUTCOME_MATCH) {
			exclude(s, ret, rule);
		}
	}
	ret->add = is_positive(ret->verdict);
}

/* ---- limit --------------------------------------------------------------------------------- */

static void judge_limit(struct subject *s, struct intact_match *ret)
{
	enum regex_result limit = REGEX_MATCH;

	if (s->m->limit)
		limit = regex_match(s->m->limit, s->m->scratch, s->path, s->len, s->utf8, 1);
	if (limit == REGEX_NONE || (limit == REGEX_PARTIAL && s->ftype != INTACT_FT_DIR))
		ret->verdict = INTACT_LIMIT_OUTSIDE;
	else if (limit == REGEX_PARTIAL)
		ret->verdict = INTACT_LIMIT_PARTIAL;
}

/* A directory on the way to the limit is not added; the newest AIDE asks the rules whether it is
 * worth looking into. */
static void judge_on_the_way(struct subject *s, struct intact_match *ret)
{
	struct intact_match rules = { 0 };

	*ret = (struct intact_match){ .verdict = INTACT_LIMIT_PARTIAL, .descend = true };
	if (s->m->rules->compat == INTACT_COMPAT_0_18)
		return;
	judge_newest(s, &rules);
	ret->descend = rules.descend;
	if (rules.verdict == INTACT_PRUNED)
		ret->rule = rules.rule;
}

static void judge(struct subject *s, struct intact_match *ret)
{
	judge_limit(s, ret);
	if (ret->verdict == INTACT_LIMIT_OUTSIDE)
		return;
	if (ret->verdict == INTACT_LIMIT_PARTIAL)
		judge_on_the_way(s, ret);
	else if (s->m->rules->compat == INTACT_COMPAT_0_18)
		judge_0_18(s, ret);
	else
		judge_newest(s, ret);
	if (s->ftype != INTACT_FT_DIR)
		ret->descend = false;
	ret->attrs = ret->add ? ret->rule->attrs : 0;
}

/* ---- the door ------------------------------------------------------------------------------ */

int intact_matcher_match(struct intact_matcher *m, const char *path, size_t len, unsigned ftype,
			 intact_fstype_fn *fstype, void *ctx, struct intact_match *ret,
			 const char **ret_problem, struct intact_error *err)
{
	struct subject s = {
		.m = m,
		.path = path,
		.len = len,
		.ftype = ftype,
		.utf8 = text_is_utf8(path, len),
		.fstype_fn = fstype,
		.fstype_ctx = ctx,
		.effort = 1,
	};
	size_t dir_len = path_parent(path, len);
	int rc = remember_dir(m, path, dir_len ? dir_len : len, err);

	if (rc < 0)
		return rc;
	*ret = (struct intact_match){ .verdict = INTACT_NO_RULE };
	judge(&s, ret);
	if (s.problem && ++m->slow_names == SLOW_NAMES_MAX)
		return intact_fail(err, INTACT_ECONFIG, "%s (on %d names; giving up)", s.problem,
				   SLOW_NAMES_MAX);
	*ret_problem = s.problem;
	return 0;
}

bool intact_matcher_in_limit(struct intact_matcher *m, const char *path, size_t len)
{
	enum regex_result result;

	if (!m->limit)
		return true;
	result = regex_match(m->limit, m->scratch, path, len, text_is_utf8(path, len), 1);
	return result == REGEX_MATCH || result == REGEX_LIMIT;
}

static int compile_limit(const char *limit, enum regex_mode mode, struct regex **ret,
			 struct intact_error *err)
{
	struct regex_fault fault;
	int rc = regex_compile(limit, strlen(limit), mode, ret, &fault);

	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	if (rc < 0)
		return intact_fail(err, INTACT_EUSAGE,
				   "(--limit): error in regular expression '%.300s' at %zu: %s",
				   limit, fault.offset, fault.text);
	return 0;
}

int intact_limit_check(const char *limit, struct intact_error *err)
{
	struct regex *regex = NULL;
	int rc = compile_limit(limit, REGEX_PATH, &regex, err);

	if (rc == INTACT_EUSAGE) {
		/* What is no UTF-8 is a pattern to 0.18; which it is, the configuration says. */
		int as_bytes = compile_limit(limit, REGEX_PATH_BYTES, &regex, NULL);

		if (as_bytes != INTACT_EUSAGE)
			rc = as_bytes;
	}
	regex_free(regex);
	return rc;
}

int intact_matcher_new(const struct intact_rules *rules, const char *limit,
		       struct intact_matcher **ret, struct intact_error *err)
{
	struct intact_matcher *m = calloc(1, sizeof(*m));
	int rc = 0;

	if (!m)
		return intact_fail_nomem(err);
	m->rules = rules;
	m->scratch = regex_scratch_new();
	m->chain = calloc(rules->depth + 1, sizeof(const struct ruleset_node *));
	if (!m->scratch || !m->chain)
		rc = intact_fail_nomem(err);
	else if (limit)
		rc = compile_limit(
			limit, rules->compat == INTACT_COMPAT_0_18 ? REGEX_PATH_BYTES : REGEX_PATH,
			&m->limit, err);
	if (rc < 0) {
		intact_matcher_free(m);
		return rc;
	}
	*ret = m;
	return 0;
}

void intact_matcher_set_log(struct intact_matcher *m, intact_log_fn *fn, void *ctx)
{
	m->log = fn;
	m->log_ctx = ctx;
}

void intact_matcher_free(struct intact_matcher *m)
{
	if (!m)
		return;
	regex_free(m->limit);
	regex_scratch_free(m->scratch);
	free(m->chain);
	free(m->dir);
	free(m);
}
