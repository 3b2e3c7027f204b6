/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Configuration text to lines, and lines to words.
 *
 * The language is one of lines (aide-compat 2.2), and what a character means depends on where in
 * its line it stands.  So there is no single stream of tokens: the parser asks for the word it
 * expects at this point.
 */

#ifndef RULES_LEXER_H
#define RULES_LEXER_H

#include <stdbool.h>

#include "rules/place.h"

/** Longest line. */
#define LEXER_LINE_MAX ((size_t)1 << 20)

struct lexer {
	struct place place; /* of the current line */
	const char *at;	    /* next character of the current line */
	const char *eol;    /* its end: "\n", "\r\n" or the end of the text */
	bool unterminated;  /* the current line is the last and has no newline */
	const char *next;   /* start of the next line */
	const char *end;
};

/** All arguments are borrowed. */
void lexer_init(struct lexer *l, const char *file, const char *prefix, struct slice text);

/** Go to the next line.  Returns 1, 0 after the last one (the place stays there), or
 * INTACT_ECONFIG for a line that no statement can be on: too long, a NUL, a stray CR. */
INTACT_MUST_CHECK
int lexer_line(struct lexer *l, struct intact_error *err);

/** Skip spaces and tabs.  True if there was one. */
bool lexer_blanks(struct lexer *l);

/** Skip `c`s. */
void lexer_skip(struct lexer *l, char c);

/** Is the line used up? */
bool lexer_at_end(const struct lexer *l);

/** Next character, or 0 at the end of the line. */
char lexer_peek(const struct lexer *l);

/** Does the rest of the line start with this?  Does not move. */
bool lexer_looking_at(const struct lexer *l, const char *s);

/** A string value: up to a tab, or a space that has no backslash before it, as written. */
struct slice lexer_string(struct lexer *l);

/** A name: letters, digits, _ % and a few Latin-1 letters. */
struct slice lexer_name(struct lexer *l);

/** A name in an attribute expression: as lexer_name(), or ">". */
struct slice lexer_group(struct lexer *l);

/** "unexpected character: 'c'" for the character at hand. */
int lexer_bad_char(const struct lexer *l, struct intact_error *err);

/** Is this character part of a name? */
bool lexer_is_name(unsigned char c);

bool slice_is(struct slice a, const char *s);

#endif /* RULES_LEXER_H */
