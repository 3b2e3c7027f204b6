/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See aide_acl.h.  Lines are TYPE:QUALIFIER:RIGHTS; only "user" and "group" have a qualifier.
 */

#include "db/aide_acl.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/acl.h"

/* A user's line in the password database; longer ones are left unresolved.  A group's line has all
 * its members, so it gets more. */
#define USER_LINE 4096
#define GROUP_LINE 65536
#define NAME_LEN_MAX 256

/* From a name to a number, or from a number to a name; false: not known here. */
typedef bool translate(bool group, const char *from, char to[NAME_LEN_MAX]);

static bool to_number(bool group, const char *from, char to[NAME_LEN_MAX])
{
	static const char digits[] = "0123456789";
	unsigned number = 0;
	bool found = false;
	char *line;

	if (from[strspn(from, digits)] == '\0')
		return false;
	line = malloc(GROUP_LINE);
	if (!line)
		return false;
	if (group) {
		struct group g, *got = NULL;

		found = getgrnam_r(from, &g, line, GROUP_LINE, &got) == 0 && got;
		number = found ? g.gr_gid : 0;
	} else {
		struct passwd p, *got = NULL;

		found = getpwnam_r(from, &p, line, USER_LINE, &got) == 0 && got;
		number = found ? p.pw_uid : 0;
	}
	free(line);
	if (found)
		snprintf(to, NAME_LEN_MAX, "%u", number);
	return found;
}

static bool to_name(bool group, const char *from, char to[NAME_LEN_MAX])
{
	const char *name = NULL;
	unsigned long number;
	char *line, *end;

	number = strtoul(from, &end, 10);
	if (*end || number > UINT_MAX)
		return false;
	line = malloc(GROUP_LINE);
	if (!line)
		return false;
	if (group) {
		struct group g, *got = NULL;

		if (getgrgid_r((gid_t)number, &g, line, GROUP_LINE, &got) == 0 && got)
			name = g.gr_name;
	} else {
		struct passwd p, *got = NULL;

		if (getpwuid_r((uid_t)number, &p, line, USER_LINE, &got) == 0 && got)
			name = p.pw_name;
	}
	if (name && strlen(name) < NAME_LEN_MAX)
		memcpy(to, name, strlen(name) + 1);
	else
		name = NULL;
	free(line);
	return name != NULL;
}

static void one_line(struct buf *out, const char *line, size_t len, translate *how)
{
	bool group = len > 6 && memcmp(line, "group:", 6) == 0;
	size_t start = group ? 6 : len > 5 && memcmp(line, "user:", 5) == 0 ? 5 : 0;
	const char *end = start ? memchr(line + start, ':', len - start) : NULL;
	size_t name_len = end ? (size_t)(end - line) - start : 0;
	char from[NAME_LEN_MAX], to[NAME_LEN_MAX];

	if (name_len == 0 || name_len >= NAME_LEN_MAX) {
		buf_add(out, line, len);
		return;
	}
	memcpy(from, line + start, name_len);
	from[name_len] = '\0';
	if (strlen(from) != name_len || !how(group, from, to)) {
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
