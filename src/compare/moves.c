/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Moved files: attribute I (aide-compat 4.9).
 *
 * A file that changed its name inside its directory keeps its inode.  While a directory is open the
 * entries that may be either end of such a move are collected; when the path order leaves the
 * directory the ends are matched and what turns out to be a move is hidden in the list of changes.
 *
 * The ends:   source  an old entry with I whose name is gone, or stands for another inode now;
 *             target  a new entry with I whose name is new, or stood for another inode before.
 *
 * A name that kept its inode is neither: it is its own source, so a hard link added beside it is an
 * addition.  Every source serves one target; targets choose in path order, and the first source in
 * path order wins.  The result does not depend on who measured what when.
 *
 * `compressed` would be the same with the digest of the decompressed content in the place of the
 * inode: another key to sort by.  It needs that digest from the scan first.
 */

#include <intact/compare.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"

/* Attributes that may be asked for on one side only and still leave a move a move. */
#define MOVE_IGNORES                                                       \
	(INTACT_BIT(INTACT_ALLOW_NEW) | INTACT_BIT(INTACT_ALLOW_REMOVED) | \
	 INTACT_BIT(INTACT_CHECK_INODE) | INTACT_BIT(INTACT_COMPRESSED) |  \
	 INTACT_BIT(INTACT_GROWING) | INTACT_BIT(INTACT_NAME))

/* Ends kept for one directory: a bound on memory (some 20 MiB).  Beyond it nothing is taken for a
 * move any more, that is, more is reported; a directory of logs has a thousandth of this. */
#define MOVE_ENDS_MAX 20000

/* One name of an open directory. */
struct move_end {
	struct intact_entry source; /* is_source */
	struct intact_entry target; /* is_target */
	enum intact_change_kind kind;
	uint64_t pos; /* of the change in the list, UINT64_MAX: not kept there */
	bool is_source, is_target;
	bool out, in; /* accepted */
	size_t used;  /* in the first source of an inode: how many from there on are taken */
	struct move_end *next;
};

/* An open directory that has an end in it. */
struct move_dir {
	char *path;
	size_t len;
	struct arena arena; /* its ends and what they point to */
	struct move_end *first, **last;
	size_t nsources, ntargets, nends;
	struct move_dir *up;
};

struct intact_moves {
	struct intact_changes *changes;
	struct move_dir *top;
	uint64_t hidden_added, hidden_removed;
};

/* ---- settling a directory ---- */

static int source_cmp(const void *a, const void *b)
{
	const struct move_end *x = *(struct move_end *const *)a, *y = *(struct move_end *const *)b;

	if (x->source.ino != y->source.ino)
		return x->source.ino < y->source.ino ? -1 : 1;
	return path_cmp(x->source.path.s, x->source.path.len, y->source.path.s, y->source.path.len);
}

/* Index of the first source with this inode number, or of the next higher one. */
static size_t source_find(struct move_end *const *sources, size_t n, uint64_t ino)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sources[mid]->source.ino < ino)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Is it the same object under another name?  Everything compared must be equal, but for the ctime,
 * which a rename changes; and everything must have been compared. */
static bool is_move(const struct intact_entry *source, const struct intact_entry *target)
{
	const struct intact_match_options options = { .disk = true };
	const struct intact_pair pair = { .old = source, .new = target };
	/* AIDE's text does not list capabilities and labels where there are none. */
	uint64_t apart = intact_entry_shown(source, false) ^ intact_entry_shown(target, false);
	struct intact_change change;
	char reason[1];

	if (apart & ~MOVE_IGNORES & ~INTACT_MASK_DIGESTS)
		return false;
	intact_match_pair(&pair, &options, reason, sizeof(reason), &change);
	return !change.unverified && !(change.changed & ~INTACT_BIT(INTACT_CTIME));
}

static void target_settle(struct move_end *target, struct move_end **sources, size_t n)
{
	uint64_t ino = target->target.ino;
	size_t first = source_find(sources, n, ino);

	if (first == n)
		return;
	for (size_t i = first + sources[first]->used; i < n && sources[i]->source.ino == ino; i++) {
		if (sources[i]->out || !is_move(&sources[i]->source, &target->target))
			continue;
		sources[i]->out = true;
		target->in = true;
		/* Many links to one inode may move at once: do not look at the taken ones again. */
		sources[first]->used += i == first + sources[first]->used;
		return;
	}
}

/*
 * A name that is on both sides and is an end: what stood there went away (or may, with ARF), what
 * stands there came from elsewhere (or may, with ANF).  If one of the two is not explained, the
 * entry stays in the report as changed.
 */
static bool end_is_explained(const struct move_end *e)
{
	bool gone = e->out || (e->source.attrs & INTACT_BIT(INTACT_ALLOW_REMOVED));
	bool come = e->in || (e->target.attrs & INTACT_BIT(INTACT_ALLOW_NEW));

	if (e->kind == INTACT_ADDED)
		return e->in;
	if (e->kind == INTACT_REMOVED)
		return e->out;
	return e->kind == INTACT_CHANGED && (e->in || e->out) && gone && come;
}

static int end_hide(struct intact_moves *m, const struct move_end *e, struct intact_error *err)
{
	if (e->pos == UINT64_MAX || !end_is_explained(e))
		return 0;
	m->hidden_added += e->kind == INTACT_ADDED;
	m->hidden_removed += e->kind == INTACT_REMOVED;
	return intact_changes_hide(m->changes, e->pos, err);
}

static int dir_settle(struct intact_moves *m, struct move_dir *dir, struct intact_error *err)
{
	struct move_end **sources;
	size_t n = 0;
	int rc = 0;

	if (!dir->nsources || !dir->ntargets)
		return 0;
	sources = arena_array(&dir->arena, dir->nsources, sizeof(struct move_end *));
	if (!sources)
		return intact_fail_nomem(err);
	for (struct move_end *e = dir->first; e; e = e->next) {
		if (e->is_source)
			sources[n++] = e;
	}
	qsort(sources, n, sizeof(struct move_end *), source_cmp);
	for (struct move_end *e = dir->first; e; e = e->next) {
		if (e->is_target)
			target_settle(e, sources, n);
	}
	for (struct move_end *e = dir->first; e && rc == 0; e = e->next)
		rc = end_hide(m, e, err);
	return rc;
}

/* ---- open directories ---- */

static void dir_free(struct move_dir *dir)
{
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
		dir_free(dir);
		return NULL;
	}
	return dir;
}

static int dir_close_top(struct intact_moves *m, struct intact_error *err)
{
	struct move_dir *dir = m->top;
	int rc = dir_settle(m, dir, err);

	m->top = dir->up;
	dir_free(dir);
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

static bool watches_inode(const struct intact_entry *e)
{
	return e && (e->attrs & INTACT_BIT(INTACT_CHECK_INODE));
}

static int dir_add(struct move_dir *dir, const struct move_end *proto,
		   const struct intact_pair *pair, struct intact_error *err)
{
	struct move_end *e;
	int rc = 0;

	if (dir->nends == MOVE_ENDS_MAX)
		return 0;
	e = arena_alloc(&dir->arena, sizeof(*e));
	if (!e)
		return intact_fail_nomem(err);
	*e = *proto;
	if (pair->old)
		rc = intact_entry_copy(&e->source, pair->old, &dir->arena, err);
	if (rc == 0 && pair->new)
		rc = intact_entry_copy(&e->target, pair->new, &dir->arena, err);
	if (rc < 0)
		return rc;
	*dir->last = e;
	dir->last = &e->next;
	dir->nends++;
	dir->nsources += e->is_source;
	dir->ntargets += e->is_target;
	return 0;
}

int intact_moves_feed(struct intact_moves *m, const struct intact_pair *pair,
		      const struct intact_change *change, uint64_t pos, struct intact_error *err)
{
	const struct intact_str *path = pair->old ? &pair->old->path : &pair->new->path;
	struct move_end end = { .kind = change->kind, .pos = pos };
	struct move_dir *dir;
	size_t parent = path_parent(path->s, path->len);
	int rc;

	if (change->kind == INTACT_GAP || pair->outside || pair->gap)
		return 0;
	rc = dirs_leave(m, path->s, parent, err);
	if (rc < 0 || (pair->old && pair->new && pair->old->ino == pair->new->ino))
		return rc;
	end.is_source = watches_inode(pair->old);
	/* At --init additions are not kept, and there is nothing they could have come from. */
	end.is_target = watches_inode(pair->new) && (pair->old || pos != UINT64_MAX);
	if (!end.is_source && !end.is_target)
		return 0;
	dir = dir_enter(m, path->s, parent);
	return dir ? dir_add(dir, &end, pair, err) : intact_fail_nomem(err);
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

int intact_moves_new(struct intact_changes *changes, struct intact_moves **ret,
		     struct intact_error *err)
{
	struct intact_moves *m = calloc(1, sizeof(*m));

	if (!m)
		return intact_fail_nomem(err);
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
		dir_free(dir);
	}
	free(m);
}
