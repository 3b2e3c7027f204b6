/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * ACL texts with names (AIDE's) to ACL texts with numbers (ours), and back.
 */

#ifndef DB_AIDE_ACL_H
#define DB_AIDE_ACL_H

#include <stddef.h>

#include "base/buf.h"

/** Append `text` with the users and groups of this host as numbers.  Unknown names stay. */
void aide_acl_to_numbers(struct buf *out, const char *text, size_t len);

/** Append `text` with names where this host has one. */
void aide_acl_to_names(struct buf *out, const char *text, size_t len);

#endif /* DB_AIDE_ACL_H */
