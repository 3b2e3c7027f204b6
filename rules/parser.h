/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Configuration text to statements.
 *
 * A source is parsed completely before its first statement takes effect (aide-compat 2.1), so that
 * a syntax error anywhere stops it.  Statements refer to the text they were parsed from: values are
 * kept as written and are expanded when the statement is carried out.
 */

#ifndef RULES_PARSER_H
#define RULES_PARSER_H

#include "rules/lexer.h"

enum statement_kind {
	STATEMENT_OPTION,
	STATEMENT_GROUP,
	STATEMENT_RULE,
	STATEMENT_DEFINE,
	STATEMENT_UNDEF,
	STATEMENT_IF,
	STATEMENT_ELSE,
	STATEMENT_ENDIF,
	STATEMENT_INCLUDE,
	STATEMENT_X_INCLUDE,
	STATEMENT_SETENV,
};

enum condition_kind {
	CONDITION_DEFINED,
	CONDITION_HOSTNAME,
	CONDITION_EXISTS,
	CONDITION_VERSION_GE,
};

struct config_option;

struct statement {
	enum statement_kind kind;
	struct place place;
	union {
		struct {
			const struct config_option *row;
			struct slice value; /* a string, or an attribute expression */
		} option;
		struct {
			struct slice name;
			struct slice expr;
		} group;
		struct {
			enum intact_rule_kind kind;
			bool restricted; /* a restriction is written, if only "0" */
			bool has_fstype;
			struct slice regex;
			struct slice types; /* "f, d"; empty: all */
			struct slice fstype;
			struct slice expr; /* selective and equals rules */
		} rule;
		struct {
			struct slice name;
			struct slice value;
			bool has_value;
		} variable; /* DEFINE, UNDEF, SETENV */
		struct {
			enum condition_kind kind;
			bool negate;
			struct slice left, right;
			size_t other; /* index of the matching ELSE or ENDIF */
		} cond;		      /* IF; ELSE uses `other` alone: its ENDIF */
		struct {
			unsigned count;
			struct slice arg[3]; /* file; or directory, regex, prefix */
		} include;
	};
};

struct program {
	struct statement *list;
	size_t count, cap;
};

/** Parse a whole source.  `text` must outlive the program.  Returns 0, INTACT_ECONFIG or
 * INTACT_ENOMEM; release the program in any case. */
INTACT_MUST_CHECK
int parser_run(const char *file, const char *prefix, struct slice text, enum intact_compat compat,
	       const struct config_log *log, struct program *program, struct intact_error *err);

void program_release(struct program *program);

#endif /* RULES_PARSER_H */
