/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See path.h.
 */

#include "base/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int path_cmp(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t n = alen < blen ? alen : blen;
	size_t i = 0;
	unsigned char ca, cb;

	while (i < n && a[i] == b[i])
		i++;
	if (i == n)
		return alen == blen ? 0 : alen < blen ? -1 : 1;
	ca = (unsigned char)a[i];
	cb = (unsigned char)b[i];
	if (ca == '/')
		return -1;
	if (cb == '/')
		return 1;
	return ca < cb ? -1 : 1;
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
