/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Path order, defined once; and what "~" stands for.
 *
 * Paths are byte strings: absolute, components separated by single slashes, no trailing slash
 * except for
 * "/" itself.  Order is component by component, by unsigned byte: '/' sorts below every other byte,
 * so that a directory is followed by all of its content before its next sibling ("/a", "/a/x",
 * "/a.b").
 */

#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/** <0, 0, >0 as `a` sorts before, with or after `b`. */
int path_cmp(const char *a, size_t alen, const char *b, size_t blen);

/** How many bytes they have in common at the start. */
size_t path_common(const char *a, size_t alen, const char *b, size_t blen);

/** path_cmp() of two of which it is known how many bytes they have in common. */
int path_cmp_after(size_t common, const char *a, size_t alen, const char *b, size_t blen);

/** Is `path` below directory `dir` (not equal to it)? */
bool path_below(const char *path, size_t len, const char *dir, size_t dirlen);

/** The last component of an absolute path, within it: "b" of "/a/b", "" of "/". */
const char *path_name(const char *path, size_t len);

/** Length of the parent's path: "/a/b" -> 2, "/a" -> 1, "/" -> 0. */
size_t path_parent(const char *path, size_t len);

/** A file name as people write it: "~" and "~/..." begin in $HOME, "\~" is a tilde.  The caller
 * frees it; NULL without memory. */
char *path_expand_home(const char *path);

#endif /* BASE_PATH_H */
