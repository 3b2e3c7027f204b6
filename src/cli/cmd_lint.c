/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --lint: rules that do not do what they seem to.  Two kinds of findings: of a rule as it is
 * written (no path can match it, it measures no digest), and of a rule where it is used: nothing
 * matches it, or always another one comes first.  For these the tree is walked as a scan would.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "cli/rules_walk.h"

/* A rule that has not decided about any name so far. */
struct idle {
	char *prefix; /* what every path that it matches begins with */
	size_t prefix_len;
	struct intact_config *alone; /* a configuration of this rule alone, as a selective one */
	struct intact_matcher *matcher;
	const struct intact_rule *other; /* the first that came before it, or NULL */
	char *example;			 /* ... at this name */
};

struct lint {
	struct session *session;
	const struct intact_rules *rules;
	struct idle *idle; /* one a rule; matcher NULL: it decided, or its example is known */
	bool *decided;
	bool *ranks; /* one a line of report_severity: it was the first for some name */
	size_t n;
	size_t last; /* number of the rule that decided last: mostly that of the next name, too */
	uint64_t findings;
	int rc;
	struct intact_error err;
};

/* "file:line: /regex group: what" */
__attribute__((format(printf, 3, 4))) static void
say(struct lint *l, const struct intact_rule *rule, const char *fmt, ...)
{
	struct buf text = { 0 }, line = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	buf_printf(&line, "%s:%u: ", rule->file, rule->line);
	print_readable(&line, rule->text, strlen(rule->text));
	buf_add_str(&line, ": ");
	print_readable(&line, text.data ? text.data : "", text.len);
	if (line.failed || text.failed)
		l->rc = intact_fail_nomem(&l->err);
	else
		puts(line.data);
	buf_release(&text);
	buf_release(&line);
	l->findings++;
}

/* ---- as it is written ---- */

/* Where `what` stands outside of a class, unescaped and, if `outer`, outside of parentheses; or
 * NULL. */
static const char *find_plain(const char *regex, const char *what, bool outer)
{
	unsigned depth = 0;
	bool class = false;

	for (const char *s = regex; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			continue;
		}
		if (*s == (class ? ']' : '[')) {
			class = !class;
			continue;
		}
		if (class)
			continue;
		depth += *s == '(';
		depth -= *s == ')' && depth;
		if (!(outer && depth) && strncmp(s, what, strlen(what)) == 0)
			return s;
	}
	return NULL;
}

/* Why no path can match, or NULL. */
static const char *impossible(const char *regex)
{
	const char *two = find_plain(regex, "//", false);
	const char *end = find_plain(regex, "/$", false);

	/* One of the alternatives may. */
	if (find_plain(regex, "|", true))
		return NULL;
	if (two && (!two[2] || !strchr("?*{", two[2])))
		return "no path has two slashes in a row";
	if (end && end > regex && !end[2])
		return "no path ends with a slash";
	return NULL;
}

/* False: no path can match it, and there is no more to say. */
static bool look_at_pattern(struct lint *l, const struct intact_rule *rule)
{
	const char *why = impossible(rule->regex);
	const char *glob = find_plain(rule->regex, "/*", false);

	if (why) {
		say(l, rule, "can never match: %s", why);
		return false;
	}
	if (glob && (!glob[2] || strchr(".$", glob[2])))
		say(l, rule, "'/*' is any number of slashes, not any name: '/.*' is meant?");
	return true;
}

static bool is_positive(const struct intact_rule *rule)
{
	return rule->kind == INTACT_RULE_SELECTIVE || rule->kind == INTACT_RULE_EQUAL;
}

/* Digests that somebody could make another content for. */
#define WEAK                                                                               \
	(INTACT_MASK_CHECKSUMS | INTACT_BIT(INTACT_MD5) | INTACT_BIT(INTACT_SHA1) |        \
	 INTACT_BIT(INTACT_RMD160) | INTACT_BIT(INTACT_TIGER) | INTACT_BIT(INTACT_HAVAL) | \
	 INTACT_BIT(INTACT_GOST))

static void look_at_digests(struct lint *l, const struct intact_rule *rule)
{
	uint64_t digests = rule->attrs & INTACT_MASK_DIGESTS;
	char names[256];

	if (!is_positive(rule) || !(rule->types & INTACT_FT_REG) || (digests & ~WEAK))
		return;
	intact_attr_expr(digests, names, sizeof(names));
	if (digests)
		say(l, rule, "only weak digests (%s): contents with the same can be made", names);
	else
		say(l, rule,
		    "no digest: of a file, a content with its size and times put back is not "
		    "seen");
}

/* As far as a line of report_severity is like a rule. */
static struct intact_rule as_rule(const struct intact_severity_line *line)
{
	return (struct intact_rule){
		.regex = line->regex, .file = line->file, .line = line->line, .text = line->text
	};
}

/* ---- on this system ---- */

/* The literal beginning of a pattern; "" where it has alternatives.  Without it every idle rule is
 * asked about every name: 74 s instead of 12 for Debian's 1,200 rules. */
static char *literal_prefix(const char *regex)
{
	char *prefix = malloc(strlen(regex) + 1);
	size_t n = 0;

	if (!prefix)
		return NULL;
	for (; *regex && !strchr("^$.|?*+()[]{}", *regex); regex++) {
		if (*regex == '\\') {
			if (!regex[1] || strchr("^$.|?*+()[]{}\\-_/ ", regex[1]) == NULL)
				break;
			regex++;
		}
		prefix[n++] = *regex;
	}
	/* The last byte may be one that is not needed, or part of such a character. */
	if (*regex && strchr("?*{", *regex))
		n = 0;
	prefix[find_plain(regex, "|", true) ? 0 : n] = '\0';
	return prefix;
}

/* A line of the rule set's text; a rule that excludes becomes one that selects. */
static int alone_text(const char *line, size_t len, struct buf *out)
{
	bool excludes = *line == '!' || *line == '-';
	bool prefix = excludes || *line == '=';

	buf_add(out, line + prefix, len - prefix);
	if (excludes)
		buf_add_str(out, " p");
	buf_add_char(out, '\n');
	return out->failed ? -1 : 0;
}

static int make_alone(struct lint *l, struct idle *idle, const struct intact_rule *rule,
		      const char *line, size_t len)
{
	struct intact_config_source source = { .compat = l->session->config->compat };
	struct buf text = { 0 };
	int rc = alone_text(line, len, &text);

	source.builtin = text.data;
	idle->prefix = literal_prefix(rule->regex);
	idle->prefix_len = idle->prefix ? strlen(idle->prefix) : 0;
	if (rc < 0 || !idle->prefix)
		rc = intact_fail_nomem(&l->err);
	else
		rc = intact_config_read(&source, &idle->alone, &l->err);
	if (rc == 0)
		rc = intact_matcher_new(idle->alone->rules, NULL, &idle->matcher, &l->err);
	buf_release(&text);
	return rc;
}

static int make_idle(struct lint *l)
{
	const char *line;
	char *text;
	int rc = intact_rules_text(l->rules, &text, NULL, &l->err);

	if (rc < 0)
		return rc;
	line = text;
	if (strncmp(line, "aide_compat=", 12) == 0)
		line = strchr(line, '\n') + 1;
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		size_t len = strcspn(line, "\n");

		rc = make_alone(l, &l->idle[i], intact_rules_get(l->rules, i), line, len);
		line += len + 1;
	}
	free(text);
	return rc;
}

static void stop_looking(struct idle *idle)
{
	intact_matcher_free(idle->matcher);
	intact_config_free(idle->alone);
	idle->matcher = NULL;
	idle->alone = NULL;
}

static void note_decided(struct lint *l, const struct intact_rule *rule)
{
	for (size_t k = 0; k < l->n; k++) {
		size_t i = (l->last + k) % l->n;

		if (intact_rules_get(l->rules, i) != rule)
			continue;
		l->last = i;
		l->decided[i] = true;
		if (l->idle[i].matcher)
			stop_looking(&l->idle[i]);
		return;
	}
}

static int note_example(struct lint *l, struct idle *idle, const char *path,
			const struct intact_match *match)
{
	idle->other = match->rule;
	idle->example = strdup(path);
	stop_looking(idle);
	return idle->example ? 0 : intact_fail_nomem(&l->err);
}

/* Would any rule that is idle so far have matched, had it been alone? */
static int try_idle(struct lint *l, const char *path, uint32_t mode, intact_fstype_fn *fstype,
		    void *fstype_ctx, const struct intact_match *match)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < l->n; i++) {
		struct idle *idle = &l->idle[i];
		struct intact_match alone;
		const char *problem;
		int rc;

		if (!idle->matcher || len < idle->prefix_len ||
		    memcmp(path, idle->prefix, idle->prefix_len) != 0)
			continue;
		rc = intact_matcher_match(idle->matcher, path, len, intact_ftype_of_mode(mode),
					  fstype, fstype_ctx, &alone, &problem, &l->err);
		if (rc == 0 && alone.add)
			rc = note_example(l, idle, path, match);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void note_ranked(struct lint *l, const char *path)
{
	const struct intact_severities *list = l->session->config->severities;
	const struct intact_severity_line *line = intact_severities_find(list, path, strlen(path));

	for (size_t i = 0; i < intact_severities_count(list); i++)
		l->ranks[i] |= intact_severities_get(list, i) == line;
}

static void on_visited(void *ctx, const char *path, uint32_t mode, intact_fstype_fn *fstype,
		       void *fstype_ctx, const struct intact_match *match)
{
	struct lint *l = ctx;

	if (l->rc < 0 || match->verdict == INTACT_LIMIT_OUTSIDE ||
	    match->verdict == INTACT_LIMIT_PARTIAL)
		return;
	if (match->rule)
		note_decided(l, match->rule);
	if (match->add)
		note_ranked(l, path);
	l->rc = try_idle(l, path, mode, fstype, fstype_ctx, match);
}

/* A policy that ships is for many systems: it names places that this one need not have. */
static bool is_shipped(const struct intact_rule *rule)
{
	static const char policies[] = PKGDATADIR "/policies/";

	return strcmp(rule->file, INTACT_BUILTIN_FILE) == 0 ||
	       strncmp(rule->file, policies, strlen(policies)) == 0;
}

static void look_at_use(struct lint *l, size_t i)
{
	const struct intact_rule *rule = intact_rules_get(l->rules, i);
	const struct idle *idle = &l->idle[i];

	if (l->decided[i])
		return;
	if (is_shipped(rule))
		log_say(&l->session->log, INTACT_LOG_INFO, "%s:%u: %s: not used on this system",
			rule->file, rule->line, rule->text);
	else if (!idle->example)
		say(l, rule, "matches nothing on this system that is looked at");
	else if (idle->other)
		say(l, rule, "never decides: %s:%u (%s) comes before it, for example at %s",
		    idle->other->file, idle->other->line, idle->other->text, idle->example);
	else
		say(l, rule, "never decides, for example at %s", idle->example);
}

static int look_at_severities(struct lint *l)
{
	const struct intact_severities *list = l->session->config->severities;

	for (size_t i = 0; l->rc == 0 && i < intact_severities_count(list); i++) {
		const struct intact_rule rule = as_rule(intact_severities_get(list, i));

		if (look_at_pattern(l, &rule) && !l->ranks[i])
			say(l, &rule,
			    "decides nothing: it matches no name on this system that the rules "
			    "select, or lines before it match all of them");
	}
	return l->rc;
}

static int lint(struct lint *l, int *ret_status)
{
	int rc = make_idle(l);

	if (rc == 0)
		rc = rules_walk(l->session, on_visited, l, ret_status, &l->err);
	if (rc == 0)
		rc = l->rc;
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		const struct intact_rule *rule = intact_rules_get(l->rules, i);

		if (look_at_pattern(l, rule)) {
			look_at_digests(l, rule);
			look_at_use(l, i);
		}
		rc = l->rc;
	}
	if (rc == 0)
		rc = look_at_severities(l);
	if (rc == 0 && l->findings)
		*ret_status |= 1;
	return rc;
}

static void lint_release(struct lint *l)
{
	for (size_t i = 0; l->idle && i < l->n; i++) {
		stop_looking(&l->idle[i]);
		free(l->idle[i].example);
		free(l->idle[i].prefix);
	}
	free(l->idle);
	free(l->decided);
	free(l->ranks);
}

int cmd_lint(struct session *s)
{
	struct lint l = { .session = s, .rules = s->config->rules };
	int status = 0, rc;

	l.n = intact_rules_count(l.rules);
	l.idle = calloc(l.n + 1, sizeof(*l.idle));
	l.decided = calloc(l.n + 1, sizeof(*l.decided));
	l.ranks = calloc(intact_severities_count(s->config->severities) + 1, sizeof(*l.ranks));
	rc = l.idle && l.decided && l.ranks ? lint(&l, &status) : intact_fail_nomem(&l.err);
	lint_release(&l);
	return rc < 0 ? session_error(s, &l.err) : status;
}
