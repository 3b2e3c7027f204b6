/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See shape.h.
 *
 * Two questions are asked of a pattern.  Is there a "|" outside of all parentheses?  Then a match
 * need not begin as the pattern does, and there is no literal.  And how far do characters go that
 * stand for themselves?  Whoever reads patterns without being the engine must know what he does
 * not know: any construct that is not in the short list below ends the reading (outer_bar gives
 * up).
 */

#include "rules/shape.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Characters that stand for themselves outside of classes and without (?x). */
static bool is_plain(char c)
{
	return is_letter_or_digit(c) || (c != '\0' && strchr("/_-,:;=@%~&'\"<>! #`", c) != NULL);
}

/* A backslash before one of these makes it stand for itself. */
static bool is_punctuation(char c)
{
	return c > ' ' && c < 0x7f && c != '_' && !is_letter_or_digit(c);
}

/* Skip a class: `i` is behind its "[".  Returns the index behind its "]", or 0 to give up. */
static size_t skip_class(const char *p, size_t len, size_t i)
{
	if (i < len && p[i] == '^')
		i++;
	if (i < len && p[i] == ']')
		i++;
	while (i < len && p[i] != ']') {
		if (p[i] == '[')
			return 0; /* [:alpha:], or an odd literal */
		if (p[i] == '\\') {
			if (i + 1 < len && (p[i + 1] == 'Q' || p[i + 1] == 'E' || p[i + 1] == 'c'))
				return 0;
			i++;
		}
		i++;
	}
	return i < len ? i + 1 : 0;
}

/* Skip what follows "(": nothing, "?:", "?=", "?!", "?>", "?<=", "?<!".  Returns 0 to give up. */
static size_t skip_group_head(const char *p, size_t len, size_t i)
{
	if (i < len && p[i] == '*')
		return 0;
	if (i >= len || p[i] != '?')
		return i;
	i++;
	if (i < len && p[i] == '<')
		i++;
	if (i < len && (p[i] == '=' || p[i] == '!'))
		return i + 1;
	if (i < len && p[i - 1] == '?' && (p[i] == ':' || p[i] == '>'))
		return i + 1;
	return 0;
}

/* Is there, or could there be, a "|" outside of all parentheses? */
static bool outer_bar(const char *p, size_t len)
{
	size_t depth = 0, i = 0;

	if (!memchr(p, '|', len))
		return false;
	while (i < len) {
		char c = p[i++];

		if (c == '|' && depth == 0)
			return true;
		if (c == '\\') {
			if (i < len && (p[i] == 'Q' || p[i] == 'E' || p[i] == 'c'))
				return true;
			i++;
		} else if (c == '[') {
			i = skip_class(p, len, i);
			if (i == 0)
				return true;
		} else if (c == '(') {
			i = skip_group_head(p, len, i);
			if (i == 0)
				return true;
			depth++;
		} else if (c == ')') {
			if (depth == 0)
				return true;
			depth--;
		}
	}
	return false;
}

static bool is_quantifier(char c)
{
	return c == '*' || c == '+' || c == '?' || c == '{';
}

struct shape shape_of(const char *pattern, size_t len, char *room)
{
	struct shape shape = { .literal = room };
	size_t i = 0;

	if (len == 0 || outer_bar(pattern, len))
		return shape;
	while (i < len) {
		bool escaped = pattern[i] == '\\' && i + 1 < len && is_punctuation(pattern[i + 1]);

		if (!escaped && !is_plain(pattern[i]))
			break;
		room[shape.len] = pattern[i + escaped];
		i += 1 + (size_t)escaped;
		/* "x*" may be no x at all. */
		if (i < len && is_quantifier(pattern[i]))
			return shape;
		shape.len++;
	}
	if (i == len)
		shape.kind = SHAPE_LITERAL;
	else if (i + 1 == len && pattern[i] == '$')
		shape.kind = SHAPE_EXACT;
	return shape;
}

enum shape_answer shape_test(const struct shape *shape, const char *subject, size_t len)
{
	size_t common = len < shape->len ? len : shape->len;

	if (common && memcmp(subject, shape->literal, common) != 0)
		return SHAPE_NONE;
	if (len < shape->len)
		return SHAPE_PARTIAL;
	switch (shape->kind) {
	case SHAPE_OPEN:
		return SHAPE_ASK;
	case SHAPE_LITERAL:
		return SHAPE_MATCH;
	case SHAPE_EXACT:
		/* "$" also stands before a newline at the very end. */
		if (len == shape->len || (len == shape->len + 1 && subject[len - 1] == '\n'))
			return SHAPE_MATCH;
		return SHAPE_NONE;
	}
	return SHAPE_ASK;
}
