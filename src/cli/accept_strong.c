/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accept.h.  Where only strong proofs count, a folder is as good as what happened in it: its
 * own explanation says no more than that all of it is explained, perhaps weakly.
 */

#include "cli/accept.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* The folders of what is not taken. */
struct folders {
	struct arena arena;
	const char **list;
	size_t n, size;
};

static bool rests_on_others(const struct intact_change *c)
{
	return c->kind == INTACT_CHANGED && c->explanation &&
	       c->explanation->verdict == INTACT_EXPLAINED &&
	       (c->explanation->proof == INTACT_PROOF_INSIDE ||
		c->explanation->proof == INTACT_PROOF_SAME);
}

static int add(struct folders *f, const char *path, size_t len, struct intact_error *err)
{
	char *copy;

	if (f->n == f->size) {
		size_t size = f->size ? 2 * f->size : 64;
		const char **list = realloc(f->list, size * sizeof(*list));

		if (!list)
			return intact_fail_nomem(err);
		f->list = list;
		f->size = size;
	}
	copy = arena_strndup(&f->arena, path, len);
	if (!copy)
		return intact_fail_nomem(err);
	f->list[f->n++] = copy;
	return 0;
}

static int add_folder_of(struct folders *f, const struct intact_str *path, struct intact_error *err)
{
	size_t len = path->len;

	while (len && path->s[len - 1] != '/')
		len--;
	len = len > 1 ? len - 1 : len;
	/* Neighbours follow each other. */
	if (f->n && strlen(f->list[f->n - 1]) == len &&
	    memcmp(f->list[f->n - 1], path->s, len) == 0)
		return 0;
	return add(f, path->s, len, err);
}

static int collect(struct accept *a, struct folders *f, struct intact_error *err)
{
	struct intact_changes_iter *it;
	const struct intact_change *c;
	uint64_t number = 0;
	int rc = intact_changes_iter_new(a->flow.changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &c, err)) == 1) {
		if (c->kind == INTACT_MOVED)
			continue;
		if (a->fate[number++] != ACCEPT_TAKEN && !rests_on_others(c))
			rc = add_folder_of(f, accept_path(c), err);
		if (rc < 0)
			break;
	}
	intact_changes_iter_free(it);
	return rc;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int take(struct accept *a, const struct folders *f, struct intact_error *err)
{
	struct intact_changes_iter *it;
	const struct intact_change *c;
	uint64_t number = 0;
	int rc = intact_changes_iter_new(a->flow.changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &c, err)) == 1) {
		const char *path;

		if (c->kind == INTACT_MOVED)
			continue;
		path = accept_path(c)->s;
		if (rests_on_others(c) &&
		    (!f->n || !bsearch(&path, f->list, f->n, sizeof(*f->list), compare)))
			a->fate[number] = ACCEPT_TAKEN;
		number++;
	}
	intact_changes_iter_free(it);
	return rc;
}

int strong_folders(struct accept *a, struct intact_error *err)
{
	struct folders f = { 0 };
	int rc = collect(a, &f, err);

	if (f.n)
		qsort(f.list, f.n, sizeof(*f.list), compare);
	if (rc == 0)
		rc = take(a, &f, err);
	free(f.list);
	arena_release(&f.arena);
	return rc;
}
