/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Where in the tree the findings are: folders and their numbers, drawn as a treemap.
 *
 * The tree is fed in path order and keeps a bounded number of folders, the upper ones first: what
 * is beyond is counted in the folder above it, so that the numbers of what is kept are always
 * right.
 */

#ifndef REPORT_HTMLTREE_H
#define REPORT_HTMLTREE_H

#include <stdint.h>

#include <intact/entry.h>

#include "base/buf.h"

/** What is counted, in the order in which it is told. */
enum tree_kind {
	TREE_CONTRADICTED, /* whatever happened to it, a package says otherwise */
	TREE_CHANGED,
	TREE_ADDED,
	TREE_REMOVED,
	TREE_UNVERIFIED,
	TREE_EXPLAINED, /* whatever happened to it, a package says so */
	TREE_KINDS,
};

struct tree_node;

/** All zero is an empty tree. */
struct tree {
	struct tree_node *nodes; /* the first is the root */
	size_t count, size;
	bool failed; /* no memory */
};

void tree_release(struct tree *t);

/** Count a finding in the folders it lies in; if it is a folder itself, there is one for it. */
void tree_add(struct tree *t, const struct intact_str *path, bool folder, enum tree_kind kind);

/** How many have been counted, of this kind and of all kinds. */
uint64_t tree_count(const struct tree *t, enum tree_kind kind);
uint64_t tree_total(const struct tree *t);

/** Append an <svg> of this size, made for people who see it and for those who do not.  `id` is its
 * own in the document. */
void tree_draw(struct tree *t, struct buf *out, const char *id, const char *class, unsigned width,
	       unsigned height);

#endif /* REPORT_HTMLTREE_H */
