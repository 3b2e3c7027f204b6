/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See lexer.h.
 */

#include "rules/lexer.h"

#include <string.h>

void lexer_init(struct lexer *l, const char *file, const char *prefix, struct slice text)
{
	*l = (struct lexer){ .place = { .file = file, .prefix = prefix } };
	l->place.text.s = l->at = l->eol = l->next = text.s;
	l->end = text.s + text.len;
}

static int check_line(struct lexer *l, struct intact_error *err)
{
	size_t len = (size_t)(l->eol - l->at);
	const char *cr = len ? memchr(l->at, '\r', len) : NULL;

	if (len > LEXER_LINE_MAX)
		return place_fail(&l->place, err, INTACT_ECONFIG, "line is longer than %zu bytes",
				  LEXER_LINE_MAX);
	if (len && memchr(l->at, '\0', len))
		return place_fail(&l->place, err, INTACT_ECONFIG, "unexpected NUL byte");
	if (cr) {
		l->place.text.len = (size_t)(cr - l->at);
		return place_fail(&l->place, err, INTACT_ECONFIG, "unexpected character: '\\r'");
	}
	return 1;
}

int lexer_line(struct lexer *l, struct intact_error *err)
{
	const char *newline;

	if (l->next == l->end) {
		l->at = l->eol;
		return 0;
	}
	newline = memchr(l->next, '\n', (size_t)(l->end - l->next));
	l->at = l->next;
	l->unterminated = !newline;
	l->eol = newline ? newline : l->end;
	l->next = newline ? newline + 1 : l->end;
	if (newline && l->eol > l->at && l->eol[-1] == '\r')
		l->eol--;
	l->place.line++;
	l->place.text = (struct slice){ l->at, (size_t)(l->eol - l->at) };
	return check_line(l, err);
}

bool lexer_blanks(struct lexer *l)
{
	const char *start = l->at;

	while (l->at < l->eol && (*l->at == ' ' || *l->at == '\t'))
		l->at++;
	return l->at > start;
}

void lexer_skip(struct lexer *l, char c)
{
	while (l->at < l->eol && *l->at == c)
		l->at++;
}

bool lexer_at_end(const struct lexer *l)
{
	return l->at == l->eol;
}

char lexer_peek(const struct lexer *l)
{
	return l->at < l->eol ? *l->at : '\0';
}

bool lexer_looking_at(const struct lexer *l, const char *s)
{
	size_t len = strlen(s);

	return (size_t)(l->eol - l->at) >= len && memcmp(l->at, s, len) == 0;
}

struct slice lexer_string(struct lexer *l)
{
	const char *start = l->at;

	while (l->at < l->eol && *l->at != ' ' && *l->at != '\t') {
		bool escape = *l->at == '\\' && l->at + 1 < l->eol && l->at[1] != '\t';

		l->at += escape ? 2 : 1;
	}
	return (struct slice){ start, (size_t)(l->at - start) };
}

bool lexer_is_name(unsigned char c)
{
	/* ö ä ü ß å Ö Ä Ü Å in Latin-1 */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '%' ||
	       (c >= 0x80 && strchr("\xf6\xe4\xfc\xdf\xe5\xd6\xc4\xdc\xc5", c) != NULL);
}

struct slice lexer_name(struct lexer *l)
{
	const char *start = l->at;

	while (l->at < l->eol && lexer_is_name((unsigned char)*l->at))
		l->at++;
	return (struct slice){ start, (size_t)(l->at - start) };
}

struct slice lexer_group(struct lexer *l)
{
	if (lexer_peek(l) == '>')
		return (struct slice){ l->at++, 1 };
	return lexer_name(l);
}

int lexer_bad_char(const struct lexer *l, struct intact_error *err)
{
	return place_fail(&l->place, err, INTACT_ECONFIG, "unexpected character: '%c'", *l->at);
}

bool slice_is(struct slice a, const char *s)
{
	return strlen(s) == a.len && memcmp(a.s, s, a.len) == 0;
}
