/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Extended attributes: listed once an object, read only where there are any.
 */

#ifndef SCAN_XATTR_H
#define SCAN_XATTR_H

#include <intact/entry.h>
#include <sys/types.h>

#include "base/buf.h"

struct arena;
struct object;

/** The kernel's limit for one value. */
#define XATTR_VALUE_MAX ((size_t)65536)

/** Can an object of this kind be asked at all? */
bool xattr_reachable(const struct object *o);

/** The names of all attributes of the object, each ended by NUL.  Returns 0 or an errno. */
int xattr_list(const struct object *o, struct buf *ret);

/** Is `name` in such a list? */
bool xattr_listed(const struct buf *list, const char *name);

/** One value.  Returns its length, or -1 with errno. */
ssize_t xattr_get(const struct object *o, const char *name, void *buffer, size_t size);

/**
 * The value of `name` as a string in `arena`, without a trailing NUL byte; ret->s is NULL where
 * there is none.  Returns 0 or an errno.
 */
int xattr_string(const struct object *o, const char *name, void *buffer, struct arena *arena,
		 struct intact_str *ret);

/**
 * The user.*, security.* and, if asked for, trusted.* attributes of a list, sorted by name, into
 * e->xattrs. `buffer` has XATTR_VALUE_MAX bytes.  Returns 0 or an errno; ENODATA when one vanished
 * meanwhile.
 */
int xattr_read(const struct object *o, const struct buf *list, bool trusted, void *buffer,
	       struct arena *arena, struct intact_entry *e);

#endif /* SCAN_XATTR_H */
