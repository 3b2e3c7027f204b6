/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See xattr.h.
 */

#include "scan/xattr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/arena.h"
#include "scan/object.h"
#include "scan/watch.h"

/* Room that nearly every list fits into, so that it is asked for once. */
#define LIST_ROOM ((size_t)1024)
/* A list may grow between asking for its size and for itself. */
#define LIST_TRIES 8

bool xattr_reachable(const struct object *o)
{
	return o->fd >= 0 || o->proc[0];
}

static ssize_t list_once(const struct object *o, char *data, size_t size)
{
	if (o->fd >= 0)
		return flistxattr(o->fd, data, size);
	return listxattr(o->proc, data, size);
}

int xattr_list(const struct object *o, struct buf *ret)
{
	size_t want = LIST_ROOM;

	for (int i = 0; i < LIST_TRIES; i++) {
		ssize_t n;

		buf_clear(ret);
		if (!buf_reserve(ret, want))
			return ENOMEM;
		n = list_once(o, ret->data, ret->cap - 1);
		if (n >= 0) {
			ret->len = (size_t)n;
			ret->data[n] = '\0';
			return 0;
		}
		if (errno != ERANGE)
			return errno;
		n = list_once(o, NULL, 0);
		if (n < 0)
			return errno;
		want = (size_t)n + LIST_ROOM;
	}
	return ERANGE;
}

static const char *list_next(const struct buf *list, const char *name)
{
	name = name ? name + strlen(name) + 1 : list->data;
	return name < list->data + list->len ? name : NULL;
}

bool xattr_listed(const struct buf *list, const char *name)
{
	for (const char *at = list_next(list, NULL); at; at = list_next(list, at)) {
		if (strcmp(at, name) == 0)
			return true;
	}
	return false;
}

ssize_t xattr_get(const struct object *o, const char *name, void *buffer, size_t size)
{
	/* There may be thousands. */
	if (o->watch)
		watch_progress(o->watch);
	if (o->fd >= 0)
		return fgetxattr(o->fd, name, buffer, size);
	return getxattr(o->proc, name, buffer, size);
}

int xattr_string(const struct object *o, const char *name, void *buffer, struct arena *arena,
		 struct intact_str *ret)
{
	ssize_t n = xattr_get(o, name, buffer, XATTR_VALUE_MAX);
	const char *copy;

	if (n < 0) {
		if (errno != ENODATA && errno != EOPNOTSUPP)
			return errno;
		*ret = (struct intact_str){ 0 };
		return 0;
	}
	if (n > 0 && ((char *)buffer)[n - 1] == '\0')
		n--;
	copy = arena_strndup(arena, buffer, (size_t)n);
	if (!copy)
		return ENOMEM;
	*ret = (struct intact_str){ copy, (size_t)n };
	return 0;
}

static bool is_recorded(const char *name, bool trusted)
{
	return strncmp(name, "user.", 5) == 0 || strncmp(name, "security.", 9) == 0 ||
	       (trusted && strncmp(name, "trusted.", 8) == 0);
}

static int read_one(const struct object *o, const char *name, void *buffer, struct arena *arena,
		    struct intact_xattr *ret)
{
	ssize_t n = xattr_get(o, name, buffer, XATTR_VALUE_MAX);

	if (n < 0)
		return errno;
	ret->name.len = strlen(name);
	ret->name.s = arena_strndup(arena, name, ret->name.len);
	ret->value.len = (size_t)n;
	ret->value.s = arena_strndup(arena, buffer, (size_t)n);
	return ret->name.s && ret->value.s ? 0 : ENOMEM;
}

static int compare_xattrs(const void *a, const void *b)
{
	const struct intact_xattr *xa = a, *xb = b;

	return strcmp(xa->name.s, xb->name.s);
}

static size_t drop_repeated(struct intact_xattr *xattrs, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!kept || strcmp(xattrs[kept - 1].name.s, xattrs[i].name.s) != 0)
			xattrs[kept++] = xattrs[i];
	}
	return kept;
}

int xattr_read(const struct object *o, const struct buf *list, bool trusted, void *buffer,
	       struct arena *arena, struct intact_entry *e)
{
	struct intact_xattr *xattrs;
	size_t count = 0, i = 0;

	for (const char *at = list_next(list, NULL); at; at = list_next(list, at))
		count += is_recorded(at, trusted);
	if (!count)
		return 0;
	xattrs = arena_array(arena, count, sizeof(*xattrs));
	if (!xattrs)
		return ENOMEM;
	for (const char *at = list_next(list, NULL); at; at = list_next(list, at)) {
		int rc =
			is_recorded(at, trusted) ? read_one(o, at, buffer, arena, &xattrs[i++]) : 0;

		if (rc)
			return rc;
	}
	qsort(xattrs, count, sizeof(*xattrs), compare_xattrs);
	e->nxattrs = drop_repeated(xattrs, count);
	e->xattrs = xattrs;
	return 0;
}
