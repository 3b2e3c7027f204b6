/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Where the paths of a package really are: behind links of the root such as /bin, and where
 * diversions put them.
 */

#ifndef PACKAGES_PLACES_H
#define PACKAGES_PLACES_H

#include "base/arena.h"
#include "base/buf.h"
#include "packages/dpkg_text.h"

#include <intact/error.h>

/** One file of all packages but `package` is at `to`, whatever they say. */
struct places_diversion {
	struct piece from, to; /* in the arena, behind links */
	struct piece package;
};

/** All zero is one that changes nothing. */
struct places {
	/* "/lib" -> "/usr/lib" */
	struct places_alias {
		char from[16];
		size_t from_len;
		char to[32];
	} alias[8];
	size_t naliases;
	struct places_diversion *diversions; /* sorted by `from` */
	size_t ndiversions, cap;
	struct arena arena;
	struct buf scratch;
};

/** Find the links in the root. */
void places_read_links(struct places *p, int rootfd);

/** Take the diversions of the text; *ret_bad is increased by the lines that are none. */
INTACT_MUST_CHECK
int places_read_diversions(struct places *p, struct piece text, uint64_t *ret_bad,
			   struct intact_error *err);

/** Where `path` is when `package` (without architecture; "" for the administrator) says it.  With
 * `slash` the path lacks the one in front.  Borrowed until the next call; INTACT_ENOMEM. */
INTACT_MUST_CHECK
int places_of(struct places *p, struct piece package, struct piece path, bool slash,
	      struct piece *ret, struct intact_error *err);

void places_release(struct places *p);

#endif /* PACKAGES_PLACES_H */
