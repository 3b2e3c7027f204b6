/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * POSIX access control lists as text with numeric ids.
 */

#ifndef SCAN_ACL_H
#define SCAN_ACL_H

#include <intact/entry.h>

struct arena;
struct buf;
struct object;

/**
 * The lists of an object whose extended attributes are `list`, into e->acl_access and
 * e->acl_default.  Without a list of its own the three lines follow from `mode`, and nothing is
 * read.  `buffer` has XATTR_VALUE_MAX bytes.  Returns 0 or an errno.
 */
int acl_read(const struct object *o, const struct buf *list, void *buffer, struct arena *arena,
	     struct intact_entry *e);

/**
 * The kernel's form of a list (the value of system.posix_acl_access) as text: "user::rw-\n
 * user:1000:r--\n...", in the order in which libacl shows it.  Returns 0 or EINVAL.
 */
int acl_text(const void *value, size_t len, struct buf *out);

#endif /* SCAN_ACL_H */
