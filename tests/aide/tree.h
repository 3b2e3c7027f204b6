/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Random trees and what may happen to them.
 *
 * What the file system or missing rights refuse is left out silently: both programs see the same
 * tree, whatever it became.
 */

#ifndef TESTS_AIDE_TREE_H
#define TESTS_AIDE_TREE_H

#include "random.h"

struct tree_name {
	char *path; /* below the root, "/a/b" */
	char type;  /* f d l p s c b; 'x' once it is gone */
	char first; /* what it was first */
};

struct tree {
	struct random *rnd;
	const char *root;
	bool no_links; /* no hard links */
	bool no_symlinks;
	bool replace;	 /* mutations may put an object of another type under a name */
	bool one_change; /* of tree_mutate */
	bool plain;	 /* only names and targets without control or non-ASCII bytes */
	struct tree_name *names;
	size_t n, cap;
};

/** Make the folder `root` and a random tree in it.  The flags are set before. */
void tree_make(struct tree *t, struct random *rnd, const char *root);

/** Change it at random. */
void tree_mutate(struct tree *t);

/** Read everything once: from now on reading changes no atime any more (relatime). */
void tree_settle(const char *root);

/** Remove a tree, whatever flags and modes it has. */
void tree_remove(const char *root);

void tree_release(struct tree *t);

/* ---- for mutate.c ------------------------------------------------------------------------------
 */

/** root + path, in `buf` of PATH_MAX bytes. */
const char *tree_full(const struct tree *t, const char *path, char *buf);

/** A random object in the folder. */
void tree_add(struct tree *t, const char *folder);

/** Path of a random folder; "/" is the root. */
const char *tree_folder(struct tree *t);

/** Up to `max` random letters. */
void tree_fill(struct tree *t, int fd, unsigned max);

/** May an object of this type come to stand under the path?  Without `replace` only where none of
 * another type was. */
bool tree_may_be(const struct tree *t, const char *path, char type);

bool tree_has_caps(const char *full);

/** Random properties of one object. */
void tree_set_xattr(struct tree *t, const char *full);
void tree_set_acl(struct tree *t, const char *full, bool dflt);
void tree_set_caps(struct tree *t, const char *full);
void tree_set_flags(struct tree *t, const char *full);
void tree_set_times(struct tree *t, const char *full);

#endif /* TESTS_AIDE_TREE_H */
