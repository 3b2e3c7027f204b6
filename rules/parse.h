/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the parser's files share: its state, and how it says that something unexpected stands there.
 * Nobody else includes this; the parser's door is parser.h.
 */

#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "rules/parser.h"

/* Nobody nests conditions this deep on purpose. */
#define IF_DEPTH_MAX 1000
/* An @@if that is still open. */
struct open_if {
	size_t index; /* of the IF, later of its ELSE */
	bool in_else;
	bool filled; /* this branch has a statement */
};

struct parser {
	struct lexer lex;
	const struct config_log *log;
	enum intact_compat compat;
	struct program *program;
	struct open_if open[IF_DEPTH_MAX];
	size_t depth;
};

/* What can stand at the cursor decides what an unexpected character is called. */
enum where {
	AT_STATEMENT, /* where a statement could start */
	AT_STRING,    /* where a string value could start */
	AT_RULE_ATTRS /* in the words after a rule's regex */
};

enum macro {
	MACRO_DEFINE,
	MACRO_UNDEF,
	MACRO_IFDEF,
	MACRO_IFNDEF,
	MACRO_IFHOST,
	MACRO_IFNHOST,
	MACRO_IF,
	MACRO_ELSE,
	MACRO_ENDIF,
	MACRO_INCLUDE,
	MACRO_X_INCLUDE,
	MACRO_SETENV,
	MACRO_NONE
};

/** The macro at the cursor, which does not move; *ret gets the word.  parse_macro.c */
enum macro macro_at(const struct lexer *l, struct slice *ret);

/** A line that begins with a macro.  parse_macro.c */
int parse_macro(struct parser *p, struct intact_error *err);

struct slice slice_of(const char *s);

/** "syntax error, unexpected TOKEN, expecting ...".  `expecting` may be NULL. */
int syntax_error(struct parser *p, struct slice token, const char *expecting,
		 struct intact_error *err);

/** The same for whatever stands at the cursor. */
int unexpected(struct parser *p, enum where where, const char *expecting, struct intact_error *err);

/** The end of a statement after which a comment may follow. */
int end_of_statement(struct parser *p, const char *expecting, struct intact_error *err);

/** A new statement at this line, or NULL with `err` filled. */
struct statement *add_statement(struct parser *p, enum statement_kind kind,
				struct intact_error *err);

#endif /* RULES_PARSE_H */
