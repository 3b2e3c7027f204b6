/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See json_check.h.  A recursive descent over the grammar.
 */

#include "tests/unit/json_check.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct json_check {
	const char *at, *end;
};

static bool value(struct json_check *j);

static void blanks(struct json_check *j)
{
	while (j->at < j->end && (*j->at == ' ' || *j->at == '\n'))
		j->at++;
}

static bool take(struct json_check *j, char c)
{
	blanks(j);
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

static bool escape(struct json_check *j)
{
	if (j->at == j->end || !strchr("\"\\/bfnrtu", *j->at))
		return false;
	if (*j->at++ != 'u')
		return true;
	for (int i = 0; i < 4; i++) {
		if (j->at == j->end || !strchr("0123456789abcdef", *j->at++))
			return false;
	}
	return true;
}

static bool string(struct json_check *j)
{
	if (!take(j, '"'))
		return false;
	while (j->at < j->end && *j->at != '"') {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)j->at, (size_t)(j->end - j->at), &c);

		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			return false;
		j->at += n;
		if (c == '\\' && !escape(j))
			return false;
	}
	return take(j, '"');
}

/* A key that differs from the one before it. */
static bool key(struct json_check *j, const char **before, size_t *len)
{
	const char *start;
	size_t n;

	blanks(j);
	start = j->at;
	if (!string(j))
		return false;
	n = (size_t)(j->at - start);
	if (*before && *len == n && memcmp(*before, start, n) == 0)
		return false;
	*before = start;
	*len = n;
	return take(j, ':');
}

static bool object(struct json_check *j)
{
	const char *before = NULL;
	size_t len = 0;

	if (take(j, '}'))
		return true;
	do {
		if (!key(j, &before, &len) || !value(j))
			return false;
	} while (take(j, ','));
	return take(j, '}');
}

static bool array(struct json_check *j)
{
	if (take(j, ']'))
		return true;
	do {
		if (!value(j))
			return false;
	} while (take(j, ','));
	return take(j, ']');
}

static bool number(struct json_check *j)
{
	const char *start;

	take(j, '-');
	start = j->at;
	while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
		j->at++;
	return j->at > start && (*start != '0' || j->at == start + 1);
}

static bool word(struct json_check *j)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(j->end - j->at) < len || memcmp(j->at, words[i], len) != 0)
			continue;
		j->at += len;
		return true;
	}
	return false;
}

static bool value(struct json_check *j)
{
	blanks(j);
	if (j->at < j->end && *j->at == '"')
		return string(j);
	if (take(j, '{'))
		return object(j);
	if (take(j, '['))
		return array(j);
	return word(j) || number(j);
}

bool json_is_valid(const char *text, size_t len)
{
	struct json_check j = { text, text + len };

	if (!value(&j))
		return false;
	blanks(&j);
	return j.at == j.end;
}
