/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See doubts.h.
 */

#include "doubts.h"

#include <stdio.h>
#include <string.h>

/* Attributes of which an entry has no value that could be missing. */
static const char valueless[] = " ftype S I ANF ARF growing compressed ";

/* Digests: where both sides have some, they are compared by one that both have. */
static const char digests[] =
	" md5 sha1 sha256 sha512 rmd160 tiger crc32 crc32b haval whirlpool gost ";

static bool in_list(const char *list, const char *word, size_t len)
{
	char key[64];

	if (len + 3 > sizeof(key))
		return false;
	snprintf(key, sizeof(key), " %.*s ", (int)len, word);
	return strstr(list, key) != NULL;
}

/* Does a line of AIDE's differences ("-s+u+acl", also "u+acl") have the attribute as added? */
static bool adds(const char *diff, const char *word, size_t len)
{
	bool plus = true;

	while (*diff && *diff != '"' && *diff != '\n') {
		size_t n;

		if (*diff == '+' || *diff == '-')
			plus = *diff++ == '+';
		n = strcspn(diff, "+-\"\n");
		if (plus && n == len && strncmp(diff, word, len) == 0)
			return true;
		diff += n;
	}
	return false;
}

#define PLAIN_BEFORE "Entry "
#define PLAIN_AFTER " in databases has different attributes: "

/* What AIDE says about the path, from `*at` on (NULL: no more).  Escaped, two names can look alike.
 */
static const char *next_diff(const char **at, const char *key)
{
	const char *found = strstr(*at, key);

	*at = found ? found + 1 : *at + strlen(*at);
	return found ? found + strlen(key) : NULL;
}

static void key_of(const char *text, const char *path, size_t len, struct buf *ret)
{
	if (strstr(text, "\"different_attributes\""))
		buf_printf(ret, "\n    \"%.*s\": \"", (int)len, path);
	else
		buf_printf(ret, PLAIN_BEFORE "%.*s" PLAIN_AFTER, (int)len, path);
}

#define MISSING "not in the baseline: "

/* Each attribute of "u+acl" was added. */
static bool adds_all(const char *diff, const char *expr)
{
	while (*expr && *expr != '"' && *expr != '\n') {
		size_t n = strcspn(expr, "+\"\n");

		if (!adds(diff, expr, n))
			return false;
		expr += n + (expr[n] == '+');
	}
	return true;
}

static bool all_added(const char *aide, const char *path, size_t len, const char *expr)
{
	const char *at = aide, *diff;
	struct buf key = { 0 };
	bool found = false;

	key_of(aide, path, len, &key);
	while (!found && (diff = next_diff(&at, key.data)) != NULL)
		found = adds_all(diff, expr);
	buf_release(&key);
	return found;
}

/* Where the section of a plain report ends that begins (behind its first ruler) at `section`. */
static const char *plain_end(const char *section)
{
	const char *ruler = strstr(section, "\n-----"), *end = strstr(section, "\nEnd timestamp: ");

	if (!end)
		end = section + strlen(section);
	return ruler && ruler < end ? ruler : end;
}

static bool plain_founded(const char *aide, const char *section)
{
	const char *at = section, *end = plain_end(section);

	while ((at = strstr(at, "\n   ")) != NULL && at < end) {
		const char *path = at, *reason = strstr(at, MISSING);

		while (path > section && path[-1] != '\n')
			path--;
		/* "f: /path" */
		if (at - path < 4 || strncmp(path + 1, ": ", 2) != 0 || !reason ||
		    reason > strchr(at + 1, '\n') ||
		    !all_added(aide, path + 3, (size_t)(at - path) - 3, reason + strlen(MISSING)))
			return false;
		at++;
	}
	return true;
}

static bool json_founded(const char *aide, const char *section)
{
	const char *end = strstr(section, "\n  }"), *at = section;

	while ((at = strstr(at, "\n    \"")) != NULL && at < end) {
		const char *path = at + strlen("\n    \"");
		const char *close = strstr(path, "\": {"), *reason = strstr(path, MISSING);

		if (!close || !reason ||
		    !all_added(aide, path, (size_t)(close - path), reason + strlen(MISSING)))
			return false;
		at = reason;
	}
	return true;
}

/* An attribute with a value that was added makes its entry unverified. */
static bool must_be_listed(const char *diff)
{
	bool plus = true;

	while (*diff && *diff != '"' && *diff != '\n') {
		size_t n;

		if (*diff == '+' || *diff == '-')
			plus = *diff++ == '+';
		n = strcspn(diff, "+-\"\n");
		if (plus && !in_list(valueless, diff, n) && !in_list(digests, diff, n))
			return true;
		diff += n;
	}
	return false;
}

static bool plain_complete(const char *aide, const char *section)
{
	const char *at = aide;

	for (; (at = strstr(at, PLAIN_AFTER)) != NULL; at++) {
		const char *path = at;
		struct buf key = { 0 };
		bool found;

		if (!must_be_listed(at + strlen(PLAIN_AFTER)))
			continue;
		while (path > aide && path[-1] != '\n')
			path--;
		path += strlen(PLAIN_BEFORE);
		buf_printf(&key, ": %.*s\n   ", (int)(at - path), path);
		found = strstr(section, key.data) != NULL;
		buf_release(&key);
		if (!found)
			return false;
	}
	return true;
}

static bool json_complete(const char *aide, const char *section)
{
	const char *at = strstr(aide, "\"different_attributes\""), *end;

	if (!at)
		return true;
	end = strstr(at, "\n  }");
	while ((at = strstr(at, "\n    \"")) != NULL && at < end) {
		const char *path = at + strlen("\n    "), *close = strstr(path, "\": \"");
		struct buf key = { 0 };
		bool found;

		at = path;
		if (!close || !must_be_listed(close + strlen("\": \"")))
			continue;
		buf_printf(&key, "\n    %.*s\": {", (int)(close - path), path);
		found = strstr(section, key.data) != NULL;
		buf_release(&key);
		if (!found)
			return false;
	}
	return true;
}

#define RULER "---------------------------------------------------"
#define PLAIN_TITLE "Unverified entries:\n" RULER

bool doubts_founded(const struct buf *aide, const struct buf *ours)
{
	const char *plain = strstr(ours->data, PLAIN_TITLE);
	const char *json = strstr(ours->data, "\n  \"unverified\": {");

	if (plain)
		plain += strlen(PLAIN_TITLE);
	if (plain)
		return plain_founded(aide->data, plain) && plain_complete(aide->data, plain);
	if (json)
		return json_founded(aide->data, json) && json_complete(aide->data, json + 1);
	return true;
}
