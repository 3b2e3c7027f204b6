/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See path.h.
 */

#include "base/path.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t path_common(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t n = alen < blen ? alen : blen;
	size_t i = 0;
	uint64_t wa, wb;

	/* Neighbours have most of their path in common. */
	for (; i + sizeof(wa) <= n; i += sizeof(wa)) {
		memcpy(&wa, a + i, sizeof(wa));
		memcpy(&wb, b + i, sizeof(wb));
		if (wa != wb)
			break;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

int path_cmp_after(size_t common, const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned char ca, cb;

	if (common == alen || common == blen)
		return alen == blen ? 0 : alen < blen ? -1 : 1;
	ca = (unsigned char)a[common];
	cb = (unsigned char)b[common];
	if (ca == '/')
		return -1;
	if (cb == '/')
		return 1;
	return ca < cb ? -1 : 1;
}

int path_cmp(const char *a, size_t alen, const char *b, size_t blen)
{
	return path_cmp_after(path_common(a, alen, b, blen), a, alen, b, blen);
}

bool path_below(const char *path, size_t len, const char *dir, size_t dirlen)
{
	if (dirlen == 1 && dir[0] == '/')
		return len > 1 && path[0] == '/';
	return len > dirlen && memcmp(path, dir, dirlen) == 0 && path[dirlen] == '/';
}

const char *path_name(const char *path, size_t len)
{
	return (const char *)memrchr(path, '/', len) + 1;
}

size_t path_parent(const char *path, size_t len)
{
	if (len <= 1)
		return 0;
	while (len > 0 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : len;
}

char *path_expand_home(const char *path)
{
	const char *home = getenv("HOME");
	char *full = NULL;

	if (path[0] == '\\' && path[1] == '~')
		return strdup(path + 1);
	if (path[0] != '~' || (path[1] && path[1] != '/') || !home)
		return strdup(path);
	if (asprintf(&full, "%s%s", home, path + 1) < 0)
		return NULL;
	return full;
}
