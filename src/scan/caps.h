/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * File capabilities as libcap's text.
 */

#ifndef SCAN_CAPS_H
#define SCAN_CAPS_H

#include <intact/entry.h>

struct arena;
struct buf;
struct object;

/**
 * The capabilities of a file whose extended attributes are `list`; ret->s is NULL where there are
 * none.  Capabilities that hold in a user namespace only end in " [rootid=N]".  Returns 0 or an
 * errno; ENOSYS in a build without libcap, for a file that has some.
 */
int caps_read(const struct object *o, const struct buf *list, struct arena *arena,
	      struct intact_str *ret);

#endif /* SCAN_CAPS_H */
