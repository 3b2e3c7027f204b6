/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See parser.h.  The grammar: aide-compat 2.3 to 2.10.
 *
 * One function a statement; all of them move the lexer along one line.  Nothing here recurses:
 * nested @@if are kept on a stack with a limit.
 */

#include "rules/parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/option.h"

/* With a statement of some 200 bytes: a bound on memory, not on anybody's rules. */
#define STATEMENTS_MAX 1000000

static const char *const rule_names[] = {
	[INTACT_RULE_SELECTIVE] = "regular rule",
	[INTACT_RULE_EQUAL] = "equals rule",
	[INTACT_RULE_NEGATIVE] = "recursive negative rule",
	[INTACT_RULE_PRUNE] = "non-recursive negative rule",
};

/* ---- syntax errors ------------------------------------------------------------------------- */

int syntax_error(struct parser *p, struct slice token, const char *expecting,
		 struct intact_error *err)
{
	return place_fail(&p->lex.place, err, INTACT_ECONFIG, "syntax error, unexpected %.*s%s%s",
			  SLICE(token), expecting ? ", expecting " : "",
			  expecting ? expecting : "");
}

struct slice slice_of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* [a-z]+(_[a-z]+)+: everybody sees that an option is meant.  In 0.18 it is [a-z_]+. */
static bool looks_like_option(const struct parser *p, struct slice name)
{
	bool underscore = false, letter = false;

	if (p->compat == INTACT_COMPAT_0_18)
		return name.len && strspn(name.s, "abcdefghijklmnopqrstuvwxyz_") >= name.len;
	for (size_t i = 0; i < name.len; i++) {
		if (name.s[i] == '_') {
			if (!letter)
				return false;
			underscore = true;
			letter = false;
		} else if (name.s[i] >= 'a' && name.s[i] <= 'z') {
			letter = true;
		} else {
			return false;
		}
	}
	return underscore && letter;
}

static int unknown_option(struct parser *p, struct slice name, struct intact_error *err)
{
	const char *near = config_option_nearest(name);

	return place_fail(&p->lex.place, err, INTACT_ECONFIG, "unknown config option: '%.*s'%s%s%s",
			  SLICE(name), near ? ", did you mean '" : "", near ? near : "",
			  near ? "'?" : "");
}

/* The kind of rule that starts here, or -1. */
static int rule_start(const struct lexer *l)
{
	if (lexer_looking_at(l, "/"))
		return INTACT_RULE_SELECTIVE;
	if (lexer_looking_at(l, "=/"))
		return INTACT_RULE_EQUAL;
	if (lexer_looking_at(l, "!/"))
		return INTACT_RULE_NEGATIVE;
	if (lexer_looking_at(l, "-/"))
		return INTACT_RULE_PRUNE;
	return -1;
}

static int unexpected_statement(struct parser *p, const char *expecting, struct intact_error *err)
{
	struct lexer *l = &p->lex;
	int kind = rule_start(l);
	struct slice name;

	if (macro_at(l, &name) != MACRO_NONE)
		return syntax_error(p, name, expecting, err);
	if (kind >= 0)
		return syntax_error(p, slice_of(rule_names[kind]), expecting, err);
	if (!lexer_is_name((unsigned char)*l->at))
		return lexer_bad_char(l, err);
	name = lexer_name(l);
	if (config_option_find(name))
		return syntax_error(p, slice_of("configuration option"), expecting, err);
	if (looks_like_option(p, name))
		return unknown_option(p, name, err);
	return syntax_error(p, slice_of("group name"), expecting, err);
}

int unexpected(struct parser *p, enum where where, const char *expecting, struct intact_error *err)
{
	struct lexer *l = &p->lex;
	char c = lexer_peek(l);

	if (lexer_at_end(l))
		return syntax_error(p, slice_of("new line"), expecting, err);
	switch (where) {
	case AT_STATEMENT:
		return unexpected_statement(p, expecting, err);
	case AT_STRING:
		return syntax_error(p, slice_of(c == ' ' || c == '\t' ? "whitespace" : "string"),
				    expecting, err);
	case AT_RULE_ATTRS:
		break;
	}
	if (c == '+')
		return syntax_error(p, slice_of("'+'"), expecting, err);
	if (c == '-')
		return syntax_error(p, slice_of("'-'"), expecting, err);
	if (c == ',')
		return syntax_error(p, slice_of("','"), expecting, err);
	if (c == '=' && p->compat == INTACT_COMPAT_NEWEST)
		return syntax_error(p, slice_of("'='"), expecting, err);
	if (c == '>' || lexer_is_name((unsigned char)c)) {
		bool zero = slice_is(lexer_group(l), "0");

		return syntax_error(p, slice_of(zero ? "'0'" : "group"), expecting, err);
	}
	return lexer_bad_char(l, err);
}

/* The end of a statement after which a comment may follow. */
int end_of_statement(struct parser *p, const char *expecting, struct intact_error *err)
{
	bool blank = lexer_blanks(&p->lex);

	if (lexer_at_end(&p->lex) || (blank && lexer_peek(&p->lex) == '#'))
		return 0;
	return unexpected(p, AT_STATEMENT, expecting, err);
}

/* ---- statements ---------------------------------------------------------------------------- */

struct statement *add_statement(struct parser *p, enum statement_kind kind,
				struct intact_error *err)
{
	struct program *g = p->program;

	if (g->count == STATEMENTS_MAX) {
		(void)place_fail(&p->lex.place, err, INTACT_ECONFIG, "more than %d statements",
				 STATEMENTS_MAX);
		return NULL;
	}
	if (g->count == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 64;
		struct statement *list = realloc(g->list, cap * sizeof(*list));

		if (!list) {
			(void)intact_fail_nomem(err);
			return NULL;
		}
		g->list = list;
		g->cap = cap;
	}
	g->list[g->count] = (struct statement){ .kind = kind, .place = p->lex.place };
	if (p->depth > 0)
		p->open[p->depth - 1].filled = true;
	return &g->list[g->count++];
}

/* An attribute expression up to the end of the line.  `group` is the name of the group that is
 * being defined, or NULL. */
static int parse_expr(struct parser *p, const struct slice *group, struct slice *ret,
		      struct intact_error *err)
{
	struct lexer *l = &p->lex;
	const char *start;

	lexer_blanks(l);
	start = l->at;
	for (;;) {
		char c;

		lexer_blanks(l);
		if (lexer_group(l).len == 0)
			break;
		*ret = (struct slice){ start, (size_t)(l->at - start) };
		lexer_blanks(l);
		c = lexer_peek(l);
		if (lexer_at_end(l))
			return 0;
		if (c != '+' && c != '-') {
			if (c == '>' || lexer_is_name((unsigned char)c))
				return syntax_error(p, slice_of("group"), "end of file", err);
			if (group)
				break;
			return lexer_bad_char(l, err);
		}
		l->at++;
	}
	if (group && p->compat == INTACT_COMPAT_NEWEST && !lexer_at_end(l) && *l->at != '+' &&
	    *l->at != '-')
		return place_fail(&l->place, err, INTACT_ECONFIG,
				  "unexpected character in '%.*s' group definition: '%c'",
				  SLICE(*group), *l->at);
	return unexpected(p, AT_RULE_ATTRS, "group", err);
}

/* The "=" of an option or a group: spaces are allowed around it, tabs are not. */
static int parse_assign(struct parser *p, struct intact_error *err)
{
	struct lexer *l = &p->lex;

	lexer_skip(l, ' ');
	if (lexer_at_end(l))
		return syntax_error(p, slice_of("new line"), "'='", err);
	if (*l->at != '=') {
		/* AIDE complains about the first space. */
		if (l->at[-1] == ' ')
			l->at--;
		return lexer_bad_char(l, err);
	}
	l->at++;
	lexer_skip(l, ' ');
	return 0;
}

static int parse_option(struct parser *p, const struct config_option *row, struct intact_error *err)
{
	struct statement *st = add_statement(p, STATEMENT_OPTION, err);
	struct lexer *l = &p->lex;
	int rc;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	st->option.row = row;
	rc = parse_assign(p, err);
	if (rc < 0)
		return rc;
	if (lexer_at_end(l))
		return syntax_error(p, slice_of("new line"), "string or group or variable name",
				    err);
	if (*l->at == '\t')
		return lexer_bad_char(l, err);
	if (config_option_takes_attrs(row))
		return parse_expr(p, NULL, &st->option.value, err);
	st->option.value = lexer_string(l);
	if (config_option_is_compat(row) && slice_is(st->option.value, "0.18"))
		p->compat = INTACT_COMPAT_0_18;
	return end_of_statement(p, "end of file", err);
}

static bool is_alphanumeric(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.s[i];

		if (c == '_' || c == '%' || c >= 0x80)
			return false;
	}
	return true;
}

static int parse_group(struct parser *p, struct slice name, struct intact_error *err)
{
	struct statement *st = add_statement(p, STATEMENT_GROUP, err);
	int rc;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	if (!is_alphanumeric(name))
		place_log(&p->lex.place, p->log, INTACT_LOG_WARNING,
			  "special characters in group names are DEPRECATED. Update your config "
			  "and only use alphanumeric characters (A-Za-z0-9)");
	st->group.name = name;
	rc = parse_assign(p, err);
	return rc < 0 ? rc : parse_expr(p, &name, &st->group.expr, err);
}

/* "option = value" or "group = expression". */
static int parse_assignment(struct parser *p, struct intact_error *err)
{
	struct slice name = lexer_name(&p->lex);
	const struct config_option *row;

	if (name.len == 0)
		return lexer_bad_char(&p->lex, err);
	row = config_option_find(name);
	if (row)
		return parse_option(p, row, err);
	if (looks_like_option(p, name))
		return unknown_option(p, name, err);
	return parse_group(p, name, err);
}

/* "f, d": words with commas between them, and "=fstype". */
static int parse_restriction(struct parser *p, struct statement *st, struct intact_error *err)
{
	struct lexer *l = &p->lex;
	const char *start = l->at;

	st->rule.restricted = true;
	while (lexer_peek(l) != '=' || l->at > start) {
		struct slice word = lexer_group(l);

		if (word.len == 0)
			return unexpected(p, AT_RULE_ATTRS, "group", err);
		if (slice_is(word, "0") && p->compat == INTACT_COMPAT_NEWEST)
			return syntax_error(p, slice_of("'0'"), "group", err);
		st->rule.types = (struct slice){ start, (size_t)(l->at - start) };
		lexer_blanks(l);
		if (lexer_peek(l) != ',')
			break;
		l->at++;
		lexer_blanks(l);
	}
	if (lexer_peek(l) != '=')
		return 0;
	l->at++;
	lexer_blanks(l);
	st->rule.has_fstype = true;
	st->rule.fstype = lexer_name(l);
	if (st->rule.fstype.len == 0)
		return unexpected(p, AT_RULE_ATTRS, "group", err);
	return 0;
}

/* Is the first word after the regex a restriction?  Another word, a comma or "=" follows then. */
static bool is_restriction(struct lexer l)
{
	struct slice word = lexer_group(&l);
	char c;

	lexer_blanks(&l);
	c = lexer_peek(&l);
	return c == '=' || (word.len && (c == ',' || c == '>' || lexer_is_name((unsigned char)c)));
}

/* "0": no restriction, and on purpose. */
static bool is_zero(const struct parser *p, struct lexer l)
{
	if (!slice_is(lexer_group(&l), "0"))
		return false;
	if (p->compat == INTACT_COMPAT_NEWEST)
		return true;
	lexer_blanks(&l);
	return lexer_peek(&l) != ',' && !lexer_at_end(&l);
}

static int parse_attrs(struct parser *p, struct statement *st, struct intact_error *err)
{
	struct lexer *l = &p->lex;
	bool newest = p->compat == INTACT_COMPAT_NEWEST;
	int rc = 0;

	if (is_zero(p, *l)) {
		(void)lexer_group(l);
		st->rule.restricted = true;
	} else if (lexer_at_end(l)) {
		return syntax_error(p, slice_of("new line"),
				    newest ? "group or '=' or '0'" : "group", err);
	} else if (is_restriction(*l)) {
		rc = parse_restriction(p, st, err);
	}
	return rc < 0 ? rc : parse_expr(p, NULL, &st->rule.expr, err);
}

static int parse_negative(struct parser *p, struct statement *st, struct intact_error *err)
{
	struct lexer *l = &p->lex;
	char c;
	int rc;

	if (lexer_at_end(l))
		return 0;
	if (is_zero(p, *l) ||
	    slice_is(lexer_group(&(struct lexer){ .at = l->at, .eol = l->eol }), "0")) {
		(void)lexer_group(l);
		st->rule.restricted = true;
	} else {
		rc = parse_restriction(p, st, err);
		if (rc < 0)
			return rc;
	}
	lexer_blanks(l);
	c = lexer_peek(l);
	if (lexer_at_end(l))
		return 0;
	if (c == '>' || lexer_is_name((unsigned char)c))
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the caller set the kind */
		return place_fail(
			&l->place, err, INTACT_ECONFIG, "%s must not have an attribute expression",
			p->compat == INTACT_COMPAT_0_18 && st->rule.kind == INTACT_RULE_NEGATIVE
				? "negative rule"
				: rule_names[st->rule.kind]);
	return unexpected(p, AT_RULE_ATTRS, "end of file", err);
}

static int parse_rule(struct parser *p, enum intact_rule_kind kind, struct intact_error *err)
{
	struct statement *st = add_statement(p, STATEMENT_RULE, err);
	struct lexer *l = &p->lex;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	if (kind != INTACT_RULE_SELECTIVE)
		l->at++;
	st->rule.kind = kind;
	st->rule.regex = lexer_string(l);
	lexer_blanks(l);
	if (kind == INTACT_RULE_SELECTIVE || kind == INTACT_RULE_EQUAL)
		return parse_attrs(p, st, err);
	return parse_negative(p, st, err);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static int parse_statement(struct parser *p, struct intact_error *err)
{
	lexer_blanks(&p->lex);
	if (lexer_at_end(&p->lex) || *p->lex.at == '#')
		return 0;
	if (*p->lex.at == '@')
		return parse_macro(p, err);
	if (rule_start(&p->lex) >= 0)
		return parse_rule(p, (enum intact_rule_kind)rule_start(&p->lex), err);
	return parse_assignment(p, err);
}

static int parse_end(struct parser *p, struct intact_error *err)
{
	const struct open_if *open = p->depth ? &p->open[p->depth - 1] : NULL;

	if (!open)
		return 0;
	return syntax_error(p, slice_of("end of file"),
			    !open->filled   ? NULL
			    : open->in_else ? "@@endif"
					    : "@@else or @@endif",
			    err);
}

static int parse_all(struct parser *p, struct intact_error *err)
{
	int rc;

	while ((rc = lexer_line(&p->lex, err)) > 0) {
		rc = parse_statement(p, err);
		if (rc < 0)
			return rc;
		if (p->lex.unterminated)
			place_log(&p->lex.place, p->log, INTACT_LOG_NOTICE,
				  "missing new line at end of file");
	}
	return rc < 0 ? rc : parse_end(p, err);
}

int parser_run(const char *file, const char *prefix, struct slice text, enum intact_compat compat,
	       const struct config_log *log, struct program *program, struct intact_error *err)
{
	struct parser *p = calloc(1, sizeof(*p));
	int rc;

	*program = (struct program){ 0 };
	if (!p)
		return intact_fail_nomem(err);
	p->log = log;
	p->compat = compat;
	p->program = program;
	lexer_init(&p->lex, file, prefix, text);
	rc = parse_all(p, err);
	free(p);
	return rc;
}

void program_release(struct program *program)
{
	free(program->list);
	*program = (struct program){ 0 };
}
