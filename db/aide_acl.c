/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See aide_acl.h.  Lines are TYPE:QUALIFIER:RIGHTS; only "user" and "group" have a qualifier.
 */

#include "db/aide_acl.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/accounts.h"
#include "model/acl.h"

/* From a name to a number, or from a number to a name; false: not known here. */
typedef bool translate(enum account_kind kind, const char *from, char to[ACCOUNT_NAME_MAX]);

static bool to_number(enum account_kind kind, const char *from, char to[ACCOUNT_NAME_MAX])
{
	static const char digits[] = "0123456789";
	uint32_t number;

	if (from[strspn(from, digits)] == '\0' || !account_number(kind, from, &number))
		return false;
	snprintf(to, ACCOUNT_NAME_MAX, "%" PRIu32, number);
	return true;
}

static bool to_name(enum account_kind kind, const char *from, char to[ACCOUNT_NAME_MAX])
{
	char *end;
	unsigned long number = strtoul(from, &end, 10);

	return !*end && number <= UINT32_MAX && account_name(kind, (uint32_t)number, to);
}

static void one_line(struct buf *out, const char *line, size_t len, translate *how)
{
	bool group = len > 6 && memcmp(line, "group:", 6) == 0;
	size_t start = group ? 6 : len > 5 && memcmp(line, "user:", 5) == 0 ? 5 : 0;
	const char *end = start ? memchr(line + start, ':', len - start) : NULL;
	size_t name_len = end ? (size_t)(end - line) - start : 0;
	char from[ACCOUNT_NAME_MAX], to[ACCOUNT_NAME_MAX];

	if (name_len == 0 || name_len >= ACCOUNT_NAME_MAX) {
		buf_add(out, line, len);
		return;
	}
	memcpy(from, line + start, name_len);
	from[name_len] = '\0';
	if (strlen(from) != name_len || !how(group ? ACCOUNT_GROUP : ACCOUNT_USER, from, to)) {
		buf_add(out, line, len);
		return;
	}
	buf_add(out, line, start);
	buf_add_str(out, to);
	buf_add(out, end, len - start - name_len);
}

/* Length of a line of AIDE's text without libacl's comment on what the mask leaves.  A comment that
 * says anything else is not libacl's, and stays: it is a value that was changed. */
static size_t without_comment(const char *line, size_t len, unsigned mask)
{
	size_t cut = acl_line_length(line, len);
	const char *hash = memchr(line + cut, '#', len - cut);
	const char *expected = acl_effective(line, cut, mask);
	size_t comment = hash ? len - (size_t)(hash - line) : 0;

	if (!hash)
		return cut;
	expected += *expected != '\0'; /* the tab */
	return strlen(expected) == comment && memcmp(hash, expected, comment) == 0 ? cut : len;
}

/* Entries have the text without comments. */
static void all_lines(struct buf *out, const char *text, size_t len, translate *how)
{
	unsigned mask = acl_mask(text, len);

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		one_line(out, text, how == to_number ? without_comment(text, n, mask) : n, how);
		if (how == to_name)
			buf_add_str(out, acl_effective(text, n, mask));
		buf_add_char(out, '\n');
		n += newline != NULL;
		text += n;
		len -= n;
	}
}

void aide_acl_to_numbers(struct buf *out, const char *text, size_t len)
{
	all_lines(out, text, len, to_number);
}

void aide_acl_to_names(struct buf *out, const char *text, size_t len)
{
	all_lines(out, text, len, to_name);
}
