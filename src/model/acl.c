/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See acl.h.  Lines are TYPE:QUALIFIER:RIGHTS; a mask applies to all but user::, mask:: and
 * other::.
 */

#include "model/acl.h"

#include <stdbool.h>
#include <string.h>

static bool starts(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

/* The rights at the end of a line, or 0 if it is none of ours. */
static unsigned rights(const char *line, size_t len)
{
	const char *r = line + len - 3;

	if (len < 4 || r[-1] != ':')
		return 0;
	return (r[0] == 'r' ? 4u : 0) | (r[1] == 'w' ? 2u : 0) | (r[2] == 'x' ? 1u : 0);
}

unsigned acl_mask(const char *text, size_t len)
{
	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;

		if (starts(text, n, "mask::"))
			return rights(text, n);
		n += newline != NULL;
		text += n;
		len -= n;
	}
	return 7;
}

const char *acl_effective(const char *line, size_t len, unsigned mask)
{
	static const char *const comments[] = {
		"\t#effective:---", "\t#effective:--x", "\t#effective:-w-", "\t#effective:-wx",
		"\t#effective:r--", "\t#effective:r-x", "\t#effective:rw-", "\t#effective:rwx",
	};
	bool named = starts(line, len, "user:") && !starts(line, len, "user::");

	if (!named && !starts(line, len, "group:"))
		return "";
	return rights(line, len) & ~mask ? comments[rights(line, len) & mask] : "";
}

size_t acl_line_length(const char *line, size_t len)
{
	const char *hash = memchr(line, '#', len);

	if (!hash)
		return len;
	len = (size_t)(hash - line);
	while (len && (line[len - 1] == '\t' || line[len - 1] == ' '))
		len--;
	return len;
}
