/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The macro statements: @@define, @@if, @@include and their like (aide-compat 2.5, 2.8).
 */

#include "rules/parse.h"

#include <assert.h>
#include <string.h>

#include "base/suggest.h"

static const char *const macro_names[] = {
	"@@define", "@@undef", "@@ifdef", "@@ifndef",  "@@ifhost",    "@@ifnhost",
	"@@if",	    "@@else",  "@@endif", "@@include", "@@x_include", "@@x_include_setenv",
};

/* The longest macro at the cursor, which does not move: nothing needs to stand between it and what
 * follows. */
enum macro macro_at(const struct lexer *l, struct slice *ret)
{
	enum macro found = MACRO_NONE;
	size_t longest = 0;

	for (enum macro m = 0; m < MACRO_NONE; m++) {
		size_t len = strlen(macro_names[m]);

		if (len > longest && lexer_looking_at(l, macro_names[m])) {
			longest = len;
			found = m;
		}
	}
	if (found != MACRO_NONE)
		*ret = (struct slice){ l->at, longest };
	return found;
}

/* ---- macros -------------------------------------------------------------------------------- */

/* A condition's operand: a string that must be there. */
static int parse_operand(struct parser *p, struct slice *ret, struct intact_error *err)
{
	lexer_blanks(&p->lex);
	if (lexer_at_end(&p->lex))
		return unexpected(p, AT_STRING, "string or variable name", err);
	*ret = lexer_string(&p->lex);
	return 0;
}

static int parse_version_ge(struct parser *p, struct statement *st, struct intact_error *err)
{
	struct lexer op;
	int rc = parse_operand(p, &st->cond.left, err);

	if (rc < 0)
		return rc;
	lexer_blanks(&p->lex);
	op = p->lex;
	if (!slice_is(lexer_string(&op), "version_ge"))
		return unexpected(p, AT_STRING, "boolean operator", err);
	p->lex = op;
	st->cond.kind = CONDITION_VERSION_GE;
	return parse_operand(p, &st->cond.right, err);
}

static int parse_condition(struct parser *p, struct statement *st, struct intact_error *err)
{
	static const char *const functions[] = {
		[CONDITION_DEFINED] = "defined",
		[CONDITION_HOSTNAME] = "hostname",
		[CONDITION_EXISTS] = "exists",
	};

	for (;;) {
		struct lexer ahead;
		struct slice word;

		lexer_blanks(&p->lex);
		ahead = p->lex;
		word = lexer_string(&ahead);
		if (slice_is(word, "not")) {
			p->lex = ahead;
			st->cond.negate = !st->cond.negate;
			continue;
		}
		for (enum condition_kind k = 0; k < CONDITION_VERSION_GE; k++) {
			if (slice_is(word, functions[k])) {
				p->lex = ahead;
				st->cond.kind = k;
				return parse_operand(p, &st->cond.left, err);
			}
		}
		return parse_version_ge(p, st, err);
	}
}

static void warn_old_spelling(struct parser *p, const char *old, const char *new)
{
	place_log(&p->lex.place, p->log,
		  p->compat == INTACT_COMPAT_NEWEST ? INTACT_LOG_WARNING : INTACT_LOG_NOTICE,
		  "Using '%s' is DEPRECATED. Update your config and use '@@if %s' instead", old,
		  new);
}

static int parse_if(struct parser *p, enum macro macro, struct intact_error *err)
{
	struct statement *st = add_statement(p, STATEMENT_IF, err);
	int rc;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	if (p->depth == IF_DEPTH_MAX)
		return place_fail(&p->lex.place, err, INTACT_ECONFIG,
				  "'@@if' is nested more than %d deep", IF_DEPTH_MAX);
	p->open[p->depth++] = (struct open_if){ .index = p->program->count - 1 };
	if (macro == MACRO_IF) {
		rc = parse_condition(p, st, err);
	} else {
		bool host = macro == MACRO_IFHOST || macro == MACRO_IFNHOST;
		bool negate = macro == MACRO_IFNDEF || macro == MACRO_IFNHOST;

		st->cond.kind = host ? CONDITION_HOSTNAME : CONDITION_DEFINED;
		st->cond.negate = negate;
		warn_old_spelling(p, macro_names[macro],
				  host ? (negate ? "not hostname" : "hostname")
				       : (negate ? "not defined" : "defined"));
		rc = parse_operand(p, &st->cond.left, err);
	}
	return rc < 0 ? rc : end_of_statement(p, "new line", err);
}

/* @@else or @@endif: the end of a branch, which must not be empty.  The statement before, an IF or
 * an ELSE, learns where to go on. */
static int end_branch(struct parser *p, enum statement_kind kind, struct slice word,
		      struct open_if **ret, struct intact_error *err)
{
	struct open_if *open = p->depth ? &p->open[p->depth - 1] : NULL;

	if (!open)
		return syntax_error(p, word, "end of file", err);
	if (!open->filled)
		return syntax_error(p, word, NULL, err);
	if (kind == STATEMENT_ELSE && open->in_else)
		return syntax_error(p, word, "@@endif", err);
	if (!add_statement(p, kind, err))
		return err && err->code < 0 ? err->code : INTACT_ENOMEM;
	p->program->list[open->index].cond.other = p->program->count - 1;
	*ret = open;
	return 0;
}

static int parse_else(struct parser *p, struct slice word, struct intact_error *err)
{
	struct open_if *open = NULL;
	int rc = end_branch(p, STATEMENT_ELSE, word, &open, err);

	if (rc != 0)
		return rc;
	assert(open);
	*open = (struct open_if){ .index = p->program->count - 1, .in_else = true };
	return end_of_statement(p, "new line", err);
}

static int parse_endif(struct parser *p, struct slice word, struct intact_error *err)
{
	struct open_if *open = NULL;
	int rc = end_branch(p, STATEMENT_ENDIF, word, &open, err);

	if (rc < 0)
		return rc;
	p->depth--;
	return end_of_statement(p, "new line", err);
}

static int parse_define(struct parser *p, enum statement_kind kind, struct intact_error *err)
{
	struct statement *st = add_statement(p, kind, err);
	struct lexer *l = &p->lex;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	lexer_blanks(l);
	if (lexer_at_end(l))
		return syntax_error(p, slice_of("new line"), "variable name", err);
	st->variable.name = lexer_name(l);
	if (st->variable.name.len == 0)
		return lexer_bad_char(l, err);
	lexer_blanks(l);
	if (lexer_at_end(l))
		return 0;
	if (kind == STATEMENT_UNDEF)
		return unexpected(p, AT_STRING, "end of file", err);
	st->variable.has_value = true;
	st->variable.value = lexer_string(l);
	return end_of_statement(p, "end of file", err);
}

static int parse_setenv(struct parser *p, struct intact_error *err)
{
	struct statement *st = add_statement(p, STATEMENT_SETENV, err);
	struct lexer *l = &p->lex;
	const char *start;
	int rc;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	lexer_blanks(l);
	if (lexer_at_end(l))
		return syntax_error(p, slice_of("new line"), "variable name", err);
	start = l->at;
	if (*start >= '0' && *start <= '9')
		return lexer_bad_char(l, err);
	while (!lexer_at_end(l) && lexer_is_name((unsigned char)*l->at) && *l->at != '%' &&
	       (unsigned char)*l->at < 0x80)
		l->at++;
	st->variable.name = (struct slice){ start, (size_t)(l->at - start) };
	if (l->at == start || (!lexer_at_end(l) && !lexer_blanks(l)))
		return lexer_bad_char(l, err);
	rc = parse_operand(p, &st->variable.value, err);
	return rc < 0 ? rc : end_of_statement(p, "end of file", err);
}

static int parse_include(struct parser *p, enum statement_kind kind, struct intact_error *err)
{
	struct statement *st = add_statement(p, kind, err);
	struct lexer *l = &p->lex;

	if (!st)
		return err ? err->code : INTACT_ENOMEM;
	if (!lexer_blanks(l))
		return unexpected(p, AT_STRING, "whitespace", err);
	do {
		if (st->include.count == 3)
			return syntax_error(p, slice_of("whitespace"), "end of file", err);
		if (lexer_at_end(l))
			return unexpected(p, AT_STRING, "string or variable name", err);
		st->include.arg[st->include.count++] = lexer_string(l);
	} while (lexer_blanks(l));
	return 0;
}

/* "@@inlcude": the word that was meant. */
static int unknown_macro(struct parser *p, struct intact_error *err)
{
	const struct lexer *l = &p->lex;
	const char *s = l->at;
	struct suggestion near;

	while (s < l->eol && (*s == '@' || *s == '_' || (*s >= 'a' && *s <= 'z')))
		s++;
	near = suggest_for(l->at, (size_t)(s - l->at));
	for (enum macro m = 0; m < MACRO_NONE; m++)
		suggest_consider(&near, macro_names[m]);
	if (!near.best || s - l->at < 4)
		return lexer_bad_char(l, err);
	return place_fail(&l->place, err, INTACT_ECONFIG,
			  "unexpected character: '@', did you mean '%s'?", near.best);
}

int parse_macro(struct parser *p, struct intact_error *err)
{
	struct slice word = { NULL, 0 };
	enum macro macro = macro_at(&p->lex, &word);

	if (macro == MACRO_NONE)
		return unknown_macro(p, err);
	p->lex.at += word.len;
	switch (macro) {
	case MACRO_DEFINE:
		return parse_define(p, STATEMENT_DEFINE, err);
	case MACRO_UNDEF:
		return parse_define(p, STATEMENT_UNDEF, err);
	case MACRO_ELSE:
		return parse_else(p, word, err);
	case MACRO_ENDIF:
		return parse_endif(p, word, err);
	case MACRO_INCLUDE:
		return parse_include(p, STATEMENT_INCLUDE, err);
	case MACRO_X_INCLUDE:
		return parse_include(p, STATEMENT_X_INCLUDE, err);
	case MACRO_SETENV:
		return parse_setenv(p, err);
	default:
		return parse_if(p, macro, err);
	}
}
