/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See trail.h.
 */

#include "cli/trail.h"

#include <stdlib.h>
#include <string.h>

const char *trail_rule_kind(const struct intact_rule *rule, bool old)
{
	switch (rule->kind) {
	case INTACT_RULE_SELECTIVE:
		return "selective rule";
	case INTACT_RULE_EQUAL:
		return "equal rule";
	case INTACT_RULE_NEGATIVE:
		return old ? "negative rule" : "recursive negative rule";
	default:
		return "non-recursive negative rule";
	}
}

/* ---- rules and limit ---- */

/* The restriction as a rule's description has it: "(none)", "f,d=ext". */
static void add_restriction(struct buf *line, const struct intact_rule *rule)
{
	bool marked = rule->kind != INTACT_RULE_SELECTIVE;
	char *text = intact_rule_describe(rule);
	const char *from;

	if (!text) {
		line->failed = true;
		return;
	}
	from = text + marked + strlen(rule->regex) + 1;
	buf_add(line, from, strcspn(from, " "));
	free(text);
}

static void say_rule(struct session *s, const char *path, const struct intact_rule *rule)
{
	bool old = s->config->compat == INTACT_COMPAT_0_18;
	struct buf line = { 0 };

	buf_printf(&line, "┝ '%s' matches regex '%s' and restriction '", path, rule->regex);
	add_restriction(&line, rule);
	buf_printf(&line, "' of %s (%s:%u: '%s'", trail_rule_kind(rule, old), rule->file,
		   rule->line, rule->text);
	if (rule->prefix && *rule->prefix)
		buf_printf(&line, ", prefix: '%s'", rule->prefix);
	buf_add_char(&line, ')');
	if (!line.failed)
		log_say(&s->log, INTACT_LOG_RULE, "%s", line.data);
	buf_release(&line);
}

static void say_limit(struct session *s, const char *path, const struct intact_match *match)
{
	const char *limit = s->options->limit;

	if (!limit)
		return;
	if (match->verdict == INTACT_LIMIT_OUTSIDE)
		log_say(&s->log, INTACT_LOG_LIMIT, "'%s' is outside of limit '%s'", path, limit);
	else if (match->verdict == INTACT_LIMIT_PARTIAL)
		log_say(&s->log, INTACT_LOG_LIMIT, "'%s' is a partial match of limit '%s'", path,
			limit);
	else
		log_say(&s->log, INTACT_LOG_LIMIT, "'%s' is inside of limit '%s'", path, limit);
}

static void say_decision(struct session *s, const char *path, const struct intact_match *match)
{
	char attrs[1024];

	if (match->verdict == INTACT_LIMIT_OUTSIDE) {
		log_say(&s->log, INTACT_LOG_RULE,
			"┴ skip '%s' (reason: no limit match, limit '%s')", path,
			s->options->limit);
	} else if (match->verdict == INTACT_LIMIT_PARTIAL) {
		log_say(&s->log, INTACT_LOG_RULE,
			"┴ skip '%s' (reason: partial limit match, limit: '%s')", path,
			s->options->limit);
	} else if (match->add) {
		intact_attr_expr(match->attrs, attrs, sizeof(attrs));
		log_say(&s->log, INTACT_LOG_RULE, "┴ ADD '%s' (attr: '%s')", path, attrs);
	} else {
		log_say(&s->log, INTACT_LOG_RULE, "┴ do NOT add '%s'", path);
	}
}

void trail_match(struct session *s, const char *path, char letter, const char *from,
		 const struct intact_match *match)
{
	if (!log_shows(&s->log, INTACT_LOG_RULE))
		return;
	log_say(&s->log, INTACT_LOG_RULE, "┬ process '%s' from %s (filetype: %c)", path, from,
		letter);
	say_limit(s, path, match);
	if (match->rule)
		say_rule(s, path, match->rule);
	say_decision(s, path, match);
}

/* ---- comparing ---- */

/* "+u-s+md5": what only one side has, in the order of the table. */
static void add_difference(struct buf *line, uint64_t old, uint64_t new)
{
	for (uint64_t left = old ^ new; left; left &= left - 1) {
		unsigned id = (unsigned)__builtin_ctzll(left);
		const struct intact_attr *row = intact_attr_get(id);

		if (row && row->name)
			buf_printf(line, "%c%s", new &INTACT_BIT(id) ? '+' : '-', row->name);
	}
}

static void say_compared(struct session *s, const struct intact_pair *pair,
			 const struct intact_change *change)
{
	const char *path = pair->new->path.s;
	struct buf differ = { 0 };
	char changed[1024];

	log_say(&s->log, INTACT_LOG_COMPARE, "┝ compare attributes of '%s'", path);
	add_difference(&differ, pair->old->attrs, pair->new->attrs);
	if (differ.len)
		log_say(&s->log, INTACT_LOG_COMPARE,
			"│ '%s' and '%s' have different attributes: %s (ignored attributes: "
			"<none>)",
			path, path, differ.data);
	else
		log_say(&s->log, INTACT_LOG_COMPARE,
			"│ '%s' and '%s' have NO different attributes (ignored attributes: <none>)",
			path, path);
	buf_release(&differ);
	intact_attr_expr(change->changed, changed, sizeof(changed));
	if (change->changed)
		log_say(&s->log, INTACT_LOG_COMPARE,
			"│ '%s' and '%s' have CHANGED attributes: %s (ignored attributes: <none>)",
			path, path, changed);
	else
		log_say(&s->log, INTACT_LOG_COMPARE,
			"│ '%s' and '%s' have NO changed attributes (ignored attributes: <none>)",
			path, path);
}

static void say_unverified(struct session *s, const char *path, const struct intact_change *change)
{
	char attrs[1024];

	if (!change->unverified)
		return;
	intact_attr_expr(change->unverified, attrs, sizeof(attrs));
	log_say(&s->log, INTACT_LOG_COMPARE, "│ '%s' has UNVERIFIED attributes: %s (%s)", path,
		attrs, change->reason ? change->reason : "");
}

void trail_pair(struct session *s, const char *from, const struct intact_pair *pair,
		const struct intact_change *change)
{
	const struct intact_entry *shown = pair->new ? pair->new : pair->old;

	if (!log_shows(&s->log, INTACT_LOG_COMPARE) || !shown)
		return;
	log_say(&s->log, INTACT_LOG_COMPARE, "┬ handle '%s' from %s", shown->path.s,
		pair->new ? from : "old database");
	if (pair->old && pair->new)
		say_compared(s, pair, change);
	say_unverified(s, shown->path.s, change);
	log_say(&s->log, INTACT_LOG_COMPARE, "┴ finished '%s'", shown->path.s);
}

/* ---- options ---- */

static const char *yes(bool value)
{
	return value ? "true" : "false";
}

static void say_attrs(struct session *s, const char *name, uint64_t mask)
{
	char attrs[1024];

	intact_attr_expr(mask, attrs, sizeof(attrs));
	log_say(&s->log, INTACT_LOG_CONFIG, "   %s: '%s'", name, attrs);
}

static void say_target(struct session *s, const struct intact_report_target *t)
{
	static const char *const formats[] = { "plain", "json", "ndjson" };
	const struct intact_report_options *o = &t->options;

	log_say(&s->log, INTACT_LOG_CONFIG, " %s", t->url.raw);
	log_say(&s->log, INTACT_LOG_CONFIG,
		"   level: %s | format: %s | base16: %s | append: %s | quiet: %s | detailed_init: "
		"%s | summarize_changes: %s | grouped: %s",
		intact_report_level_name(o->level), formats[o->format], yes(o->base16),
		yes(o->append), yes(o->quiet), yes(o->detailed_init), yes(o->summarize),
		yes(o->grouped));
	say_attrs(s, "ignore_added_attrs", o->ignore_added);
	say_attrs(s, "ignore_removed_attrs", o->ignore_removed);
	say_attrs(s, "ignore_changed_attrs", o->ignore_changed);
	say_attrs(s, "force_attrs", o->force);
}

void trail_config(struct session *s)
{
	const struct intact_config *c = s->config;

	if (!log_shows(&s->log, INTACT_LOG_CONFIG))
		return;
	log_say(&s->log, INTACT_LOG_CONFIG, "report_urls:");
	for (size_t i = 0; i < c->nreports; i++)
		say_target(s, &c->reports[i]);
}
