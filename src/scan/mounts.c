/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See mounts.h.
 */

#include "scan/mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

struct mounts {
	char **paths; /* sorted by strcmp */
	size_t count;
	size_t cap;
};

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' && s[2] >= '0' &&
	       s[2] <= '7';
}

/* The kernel writes blank, tab, newline and backslash as \ooo. */
static void decode_octal(char *s)
{
	char *out = s;

	while (*s) {
		if (s[0] == '\\' && is_octal(s + 1)) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* "36 35 98:0 /root /mount/point rw,noatime ...": the fifth field, or NULL. */
static char *mount_point(char *line)
{
	char *field = NULL;
	int i = 0;

	for (; line && i < 5; i++)
		field = strsep(&line, " ");
	if (i < 5)
		return NULL;
	decode_octal(field);
	return field;
}

/* The part of `path` below `root` ("" for "/"), with its slash; NULL if it lies elsewhere. */
static const char *below_root(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strncmp(path, root, len) != 0 || path[len] != '/')
		return NULL;
	return path + len;
}

static bool add_path(struct mounts *m, const char *path)
{
	if (m->count == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		char **paths = realloc(m->paths, cap * sizeof(*paths));

		if (!paths)
			return false;
		m->paths = paths;
		m->cap = cap;
	}
	m->paths[m->count] = strdup(path);
	return m->paths[m->count] && ++m->count;
}

static bool read_mounts(struct mounts *m, FILE *f, const char *root)
{
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	while (ok && getline(&line, &size, f) > 0) {
		const char *point = mount_point(line);

		point = point ? below_root(point, root) : NULL;
		if (point)
			ok = add_path(m, point);
	}
	free(line);
	if (m->count)
		qsort(m->paths, m->count, sizeof(*m->paths), compare_paths);
	return ok;
}

/* The root's own path as the kernel sees it, "" for "/". */
static bool root_path(int root_fd, char *out, size_t size)
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root_fd);
	n = readlink(link, out, size - 1);
	if (n <= 0 || (size_t)n >= size - 1 || out[0] != '/')
		return false;
	out[n] = '\0';
	if (n == 1)
		out[0] = '\0';
	return true;
}

int mounts_new(int root_fd, struct mounts **ret, struct intact_error *err)
{
	struct mounts *m = calloc(1, sizeof(*m));
	char root[8192];
	FILE *f;
	bool ok = true;

	if (!m)
		return intact_fail_nomem(err);
	f = fopen("/proc/self/mountinfo", "re");
	if (f && root_path(root_fd, root, sizeof(root)))
		ok = read_mounts(m, f, root);
	if (f)
		fclose(f);
	if (!ok) {
		mounts_free(m);
		return intact_fail_nomem(err);
	}
	*ret = m;
	return 0;
}

void mounts_free(struct mounts *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		free(m->paths[i]);
	free(m->paths);
	free(m);
}

bool mounts_has(const struct mounts *m, const char *path, size_t len)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = strncmp(path, m->paths[mid], len);

		if (cmp == 0 && !m->paths[mid][len])
			return true;
		if (cmp > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}
