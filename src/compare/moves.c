/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Moved files: attributes I and compressed (aide-compat 4.9), and rotated logs.
 *
 * A file that changed its name inside its directory keeps its inode; one that was compressed or
 * copied keeps its content.  While a directory is open the entries that may be either end of such a
 * move are collected; when the path order leaves the directory the ends are matched (settle.c) and
 * what turns out to be a move is hidden in the list of changes.
 *
 * The ends:   source  an old entry whose name is gone, or which is not what stands there now;
 *             target  a new entry whose name is new, or which is not what stood there before.
 *
 * What is equal is neither, nor what has merely grown: it is its own source, so that a hard link or
 * a copy beside it is an addition.
 */

#include <intact/compare.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "compare/settle.h"

/* Ends kept for all open directories: a bound on memory (some 20 MiB).  Beyond it nothing is taken
 * for a move any more, that is, more is reported; a directory of logs has a thousandth of this. */
#define MOVE_ENDS_MAX 20000

/* Directories held for ends that may be read again, one inside the other, each a descriptor. */
#define MOVE_HELD_MAX 32

/* An open directory that has an end in it. */
struct move_dir {
	char *path;
	size_t len;
	struct arena arena; /* its ends and what they point to */
	struct move_end *first, **last;
	size_t nsources, ntargets, nends;
	struct scan_dir *held; /* of its targets; NULL: none */
	struct move_dir *up;
};

struct intact_moves {
	struct intact_moves_options options;
	struct intact_changes *changes;
	struct move_dir *top;
	size_t nends; /* in all open directories */
	unsigned nheld;
	uint64_t hidden_added, hidden_removed;
};

/* ---- settling a directory ---- */

static int end_hide(struct intact_moves *m, const struct move_end *e, struct intact_error *err)
{
	if (e->pos == UINT64_MAX || !settle_explains(e))
		return 0;
	m->hidden_added += e->kind == INTACT_ADDED;
	m->hidden_removed += e->kind == INTACT_REMOVED;
	return intact_changes_hide(m->changes, e->pos, err);
}

static int dir_settle(struct intact_moves *m, struct move_dir *dir, struct intact_error *err)
{
	const struct move_ends ends = { &dir->arena, dir->first };
	int rc;

	if (!dir->nsources || !dir->ntargets)
		return 0;
	rc = settle_ends(&m->options, &ends, err);
	for (struct move_end *e = dir->first; e && rc == 0; e = e->next)
		rc = end_hide(m, e, err);
	return rc;
}

/* ---- open directories ---- */

static void dir_free(struct intact_moves *m, struct move_dir *dir)
{
	if (dir->held) {
		m->options.contents->drop(dir->held);
		m->nheld--;
	}
	m->nends -= dir->nends;
	arena_release(&dir->arena);
	free(dir->path);
	free(dir);
}

static struct move_dir *dir_new(const char *path, size_t len)
{
	struct move_dir *dir = calloc(1, sizeof(*dir));

	if (!dir)
		return NULL;
	dir->last = &dir->first;
	dir->len = len;
	dir->path = strndup(path, len);
	if (!dir->path) {
		free(dir);
		return NULL;
	}
	return dir;
}

static int dir_close_top(struct intact_moves *m, struct intact_error *err)
{
	struct move_dir *dir = m->top;
	int rc = dir_settle(m, dir, err);

	m->top = dir->up;
	dir_free(m, dir);
	return rc;
}

/* Settle the directories that the order has left on its way to directory `path`. */
static int dirs_leave(struct intact_moves *m, const char *path, size_t len,
		      struct intact_error *err)
{
	int rc = 0;

	while (m->top && rc == 0 && path_cmp(m->top->path, m->top->len, path, len) != 0 &&
	       !path_below(path, len, m->top->path, m->top->len))
		rc = dir_close_top(m, err);
	return rc;
}

static struct move_dir *dir_enter(struct intact_moves *m, const char *path, size_t len)
{
	struct move_dir *dir = m->top;

	if (dir && dir->len == len && memcmp(dir->path, path, len) == 0)
		return dir;
	dir = dir_new(path, len);
	if (!dir)
		return NULL;
	dir->up = m->top;
	m->top = dir;
	return dir;
}

/* ---- feeding ---- */

/* All entries of a directory have the same one. */
static void dir_hold(struct intact_moves *m, struct move_dir *dir, struct intact_entry *e)
{
	if (e->dir && m->options.contents && !dir->held && m->nheld < MOVE_HELD_MAX) {
		m->options.contents->hold(e->dir);
		m->nheld++;
		dir->held = e->dir;
	}
	e->dir = e->dir ? dir->held : NULL;
}

static int entry_keep(const struct intact_entry *e, struct arena *arena, struct intact_entry **ret,
		      struct intact_error *err)
{
	struct intact_entry *copy = arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return intact_fail_nomem(err);
	*ret = copy;
	return intact_entry_copy(copy, e, arena, err);
}

static int dir_add(struct intact_moves *m, struct move_dir *dir, const struct move_end *proto,
		   const struct intact_pair *pair, struct intact_error *err)
{
	struct move_end *e;
	int rc = 0;

	if (m->nends == MOVE_ENDS_MAX)
		return 0;
	e = arena_alloc(&dir->arena, sizeof(*e));
	if (!e)
		return intact_fail_nomem(err);
	*e = *proto;
	if (pair->old)
		rc = entry_keep(pair->old, &dir->arena, &e->source, err);
	/* At --init additions are not kept, and there is nothing they could have come from. */
	if (rc == 0 && pair->new && (pair->old || e->pos != UINT64_MAX))
		rc = entry_keep(pair->new, &dir->arena, &e->target, err);
	if (rc < 0)
		return rc;
	if (e->target)
		dir_hold(m, dir, e->target);
	*dir->last = e;
	dir->last = &e->next;
	dir->nends++;
	m->nends++;
	dir->nsources += e->source != NULL;
	dir->ntargets += e->target != NULL;
	return 0;
}

int intact_moves_feed(struct intact_moves *m, const struct intact_pair *pair,
		      const struct intact_change *change, uint64_t pos, struct intact_error *err)
{
	const struct intact_str *path = pair->old ? &pair->old->path : &pair->new->path;
	struct move_end end = { .kind = change->kind, .changed = change->changed, .pos = pos };
	size_t parent = path_parent(path->s, path->len);
	struct move_dir *dir;
	int rc;

	if (change->kind == INTACT_GAP || pair->outside || pair->gap)
		return 0;
	rc = dirs_leave(m, path->s, parent, err);
	if (rc < 0 || !settle_wants(pair, change))
		return rc;
	end.restarted = settle_restarted(pair, change);
	end.same_object = pair->old && pair->new && pair->old->ino == pair->new->ino;
	dir = dir_enter(m, path->s, parent);
	return dir ? dir_add(m, dir, &end, pair, err) : intact_fail_nomem(err);
}

int intact_moves_finish(struct intact_moves *m, struct intact_error *err)
{
	int rc = 0;

	while (m->top && rc == 0)
		rc = dir_close_top(m, err);
	return rc;
}

void intact_moves_hidden(const struct intact_moves *m, uint64_t *ret_added, uint64_t *ret_removed)
{
	*ret_added = m->hidden_added;
	*ret_removed = m->hidden_removed;
}

int intact_moves_new(const struct intact_moves_options *options, struct intact_changes *changes,
		     struct intact_moves **ret, struct intact_error *err)
{
	struct intact_moves *m = calloc(1, sizeof(*m));

	if (!m)
		return intact_fail_nomem(err);
	m->options = *options;
	m->changes = changes;
	*ret = m;
	return 0;
}

void intact_moves_free(struct intact_moves *m)
{
	if (!m)
		return;
	while (m->top) {
		struct move_dir *dir = m->top;

		m->top = dir->up;
		dir_free(m, dir);
	}
	free(m);
}
