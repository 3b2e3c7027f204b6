/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See mounts.h.
 */

#include "scan/mounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

struct mount {
	char *path;
	unsigned long id;
	unsigned long parent;
	uint64_t fstype; /* of a file system that may not answer; 0: another one */
};

struct mounts {
	struct mount *list; /* sorted by strcmp of the path */
	size_t count;
	size_t cap;
};

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct mount *)a)->path, ((const struct mount *)b)->path);
}

/* As mountinfo names them, to the f_type of statfs. */
static const struct {
	const char *name;
	uint64_t fstype;
} remote_types[] = {
	{ "nfs", 0x6969 },	   { "nfs4", 0x6969 },	       { "cifs", 0xff534d42 },
	{ "smb3", 0xff534d42 },	   { "ceph", 0xc36400 },       { "afs", 0x5346414f },
	{ "9p", 0x01021997 },	   { "coda", 0x73757245 },     { "fuse", 0x65735546 },
	{ "fuseblk", 0x65735546 }, { "virtiofs", 0x65735546 },
};

static uint64_t remote_type(const char *name)
{
	for (size_t i = 0; i < sizeof(remote_types) / sizeof(remote_types[0]); i++) {
		if (strcmp(name, remote_types[i].name) == 0)
			return remote_types[i].fstype;
	}
	return strncmp(name, "fuse.", 5) == 0 ? 0x65735546 : 0;
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

/* "36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 ...": false where it is not that. */
static bool parse_line(char *line, struct mount *ret)
{
	char *field = NULL;
	int i = 0;

	if (sscanf(line, "%lu %lu ", &ret->id, &ret->parent) != 2)
		return false;
	for (; line && i < 5; i++)
		field = strsep(&line, " ");
	if (i < 5)
		return false;
	decode_octal(field);
	ret->path = field;
	while (line && strcmp(strsep(&line, " "), "-") != 0)
		;
	ret->fstype = line ? remote_type(strsep(&line, " ")) : 0;
	return true;
}

/* The part of `path` below `root` ("" for "/"), with its slash; NULL if it lies elsewhere. */
static const char *below_root(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strncmp(path, root, len) != 0 || path[len] != '/')
		return NULL;
	return path + len;
}

static bool add_mount(struct mounts *m, const struct mount *mount, const char *path)
{
	if (m->count == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 64;
		struct mount *list = realloc(m->list, cap * sizeof(*list));

		if (!list)
			return false;
		m->list = list;
		m->cap = cap;
	}
	m->list[m->count] = *mount;
	m->list[m->count].path = strdup(path);
	return m->list[m->count].path && ++m->count;
}

static bool read_mounts(struct mounts *m, FILE *f, const char *root)
{
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	while (ok && getline(&line, &size, f) > 0) {
		struct mount mount;
		const char *path = parse_line(line, &mount) ? below_root(mount.path, root) : NULL;

		if (path)
			ok = add_mount(m, &mount, path);
	}
	free(line);
	if (m->count)
		qsort(m->list, m->count, sizeof(*m->list), compare_paths);
	return ok;
}

/* The root's own path as the kernel sees it, "" for "/". */
static bool root_path(int root_fd, char *out, size_t size)
{
	char link[40];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root_fd);
	n = readlinkat(AT_FDCWD, link, out, size - 1);
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
		free(m->list[i].path);
	free(m->list);
	free(m);
}

bool mounts_has(const struct mounts *m, const char *path, size_t len)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = strncmp(path, m->list[mid].path, len);

		if (cmp == 0 && !m->list[mid].path[len])
			return true;
		if (cmp > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

bool mounts_below(const struct mounts *m, const char *dir, size_t len)
{
	size_t low = 0, high = m->count;

	/* The first path that is not before "dir/". */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *path = m->list[mid].path;
		int cmp = strncmp(path, dir, len);

		if (cmp < 0 || (cmp == 0 && (unsigned char)path[len] < '/'))
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->count && strncmp(m->list[low].path, dir, len) == 0 &&
	       m->list[low].path[len] == '/';
}

/* Does a lie above b, or is b itself? */
static bool is_prefix(const char *a, const char *b)
{
	size_t len = strlen(a);

	return strncmp(a, b, len) == 0 && (b[len] == '/' || !b[len]);
}

/* Is something else mounted over this one, or over a directory on the way to it? */
static bool is_covered(const struct mounts *m, const struct mount *mount)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct mount *other = &m->list[i];
		bool same = strcmp(other->path, mount->path) == 0;

		if (same && other->parent == mount->id)
			return true;
		if (!same && other->parent == mount->parent && is_prefix(other->path, mount->path))
			return true;
	}
	return false;
}

bool mounts_fstype(const struct mounts *m, const char *path, size_t len, uint64_t *ret)
{
	/* Who is covered may have others mounted on it, which are not reached either: with any such
	 * thing on the way the list does not say enough. */
	const struct mount *found = NULL;

	if (!mounts_has(m, path, len))
		return false;
	for (size_t i = 0; i < m->count; i++) {
		const struct mount *mount = &m->list[i];

		if (strncmp(mount->path, path, strlen(mount->path)) != 0)
			continue;
		if (is_covered(m, mount) && path[strlen(mount->path)] == '/')
			return false;
		if (!is_covered(m, mount) && strlen(mount->path) == len)
			found = mount;
	}
	if (!found || !found->fstype)
		return false;
	*ret = found->fstype;
	return true;
}
