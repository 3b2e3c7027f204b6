/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A folder for the cases in which nothing happens that the cases do not do.
 */

#ifndef TESTS_AIDE_PLACE_H
#define TESTS_AIDE_PLACE_H

#include <limits.h>
#include <stdbool.h>

struct place {
	char made[PATH_MAX]; /* the folder made for it */
	const char *base;    /* where the cases are: the same in every run if it is quiet */
	bool quiet;	     /* reading changes no atime, and nobody else writes beside it */
};

/** Make it.  Without the right to mount it is an ordinary folder, and tree_settle() has to do. */
bool place_make(struct place *p);

void place_remove(struct place *p);

#endif /* TESTS_AIDE_PLACE_H */
