/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See walk_state.h: going into directories and coming back out of them.  What the names in them are
 * good for, others know.
 */

#include "scan/walk_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/context.h"
#include "scan/dir.h"
#include "scan/mounts.h"

/* Nobody nests like this; a file system in user space could do so for ever. */
#define DEPTH_MAX 32768

bool walk_is_dead(const struct walk *w)
{
	return w->silent.count && w->depth &&
	       silent_is_dead(&w->silent, w->levels[w->depth - 1].dev, UINT64_MAX);
}

static struct level *push_level(struct walk *w)
{
	struct level *levels;
	size_t cap;

	if (w->depth == w->cap) {
		cap = w->cap ? w->cap * 2 : 32;
		levels = realloc(w->levels, cap * sizeof(*levels));
		if (!levels)
			return NULL;
		memset(levels + w->cap, 0, (cap - w->cap) * sizeof(*levels));
		w->levels = levels;
		w->cap = cap;
	}
	return &w->levels[w->depth++];
}

void walk_pop(struct walk *w)
{
	struct level *level = walk_top(w);

	scan_dir_unref(level->dir);
	level->dir = NULL;
	names_clear(&level->names);
	w->depth--;
}

static int open_dir(struct walk *w, int dirfd, const char *name)
{
	int fd = walk_openat(w, dirfd, name, WALK_DIR_FLAGS | O_NOFOLLOW | O_NOATIME);

	/* Only the owner may keep the access time. */
	if (fd < 0 && errno == EPERM)
		fd = walk_openat(w, dirfd, name, WALK_DIR_FLAGS | O_NOFOLLOW);
	return fd;
}

/* 0, or why it is not the directory of `level`: ENOENT for another one. */
static int check_object(struct walk *w, const struct level *level, int fd)
{
	struct stat st;

	if (walk_fstat(w, fd, &st) != 0)
		return errno;
	return st.st_dev == level->dev && st.st_ino == level->ino ? 0 : ENOENT;
}

/* `name` below `dirfd` as the directory of `level`, or -1 with errno, which is ENOENT if it is not
 * that any more. */
static int reopen_step(struct walk *w, const struct level *level, int dirfd, const char *name)
{
	int fd = open_dir(w, dirfd, name);
	int failed = fd >= 0 ? check_object(w, level, fd) : 0;

	if (failed) {
		close(fd);
		fd = -1;
		errno = failed;
	}
	return fd;
}

/* The name by which level `i` was reached from the level above it. */
static const char *name_of_level(const struct walk *w, size_t i)
{
	const struct level *parent = &w->levels[i - 1];

	return parent->names.sorted[parent->at - 1];
}

/* Level `i` from the root down.  Returns a descriptor, or -1. */
static int reopen_from_root(struct walk *w, size_t i)
{
	int fd = -1;

	for (size_t step = 1; step <= i; step++) {
		int dirfd = step == 1 ? w->root->fd : fd;
		int next = reopen_step(w, &w->levels[step], dirfd, name_of_level(w, step));

		if (fd >= 0)
			close(fd);
		fd = next;
		if (fd < 0)
			return -1;
	}
	return fd;
}

/* Is `..` of the level at hand, which is open, still the level above?  0, or why that is not known:
 * ENOENT for another one. */
static int look_up(struct walk *w, const struct level *parent)
{
	struct stat st;

	if (walk_fstatat(w, walk_top(w)->dir->fd, "..", AT_SYMLINK_NOFOLLOW, &st) != 0)
		return errno;
	return st.st_dev == parent->dev && st.st_ino == parent->ino ? 0 : ENOENT;
}

/* The same where the level above is closed: open it. */
static int climb(struct walk *w, struct level *parent, int *ret_failed, struct intact_error *err)
{
	const struct level *child = walk_top(w);
	int fd = -1;

	if (child->dir) {
		fd = reopen_step(w, parent, child->dir->fd, "..");
		*ret_failed = fd < 0 ? errno : 0;
	}
	if (fd < 0)
		fd = reopen_from_root(w, w->depth - 2);
	if (fd < 0) {
		/* Lost: its other names cannot be reached.  It gets its own gap when it is left. */
		parent->at = parent->names.count;
		return 0;
	}
	parent->dir = scan_dir_new(w->scan, fd, parent->dev);
	return parent->dir ? 0 : intact_fail_nomem(err);
}

/* Go back to the level above.  *ret_failed as look_up() gives it. */
static int check_parent(struct walk *w, int *ret_failed, struct intact_error *err)
{
	struct level *parent = &w->levels[w->depth - 2];
	int rc = 0;

	if (!parent->dir)
		rc = climb(w, parent, ret_failed, err);
	else if (walk_top(w)->dir)
		*ret_failed = look_up(w, parent);
	/* A directory that may be listed but not searched, for other than root. */
	if (*ret_failed == EACCES)
		*ret_failed = 0;
	return rc;
}

int walk_leave_unasked(struct walk *w, const char *what, const char *why, struct intact_error *err)
{
	size_t path_len = walk_top(w)->path_len;

	walk_pop(w);
	/* Its names cannot be reached, and opening it by its own would ask again. */
	if (w->depth && !walk_top(w)->dir)
		walk_top(w)->at = walk_top(w)->names.count;
	return walk_give_gap(w, path_len, what, why, err);
}

/* The level was left: what is to be said of its names?  `failed` as look_up() gives it. */
static int tell_of_way(struct walk *w, size_t path_len, bool lost, int failed,
		       struct intact_error *err)
{
	if (lost)
		return walk_give_gap(w, path_len, "cannot list all of it",
				     "the way back to it is lost", err);
	if (failed == ENOENT)
		return walk_give_gap(w, path_len, "moved while it was walked", NULL, err);
	return failed ? walk_give_gap(w, path_len, WALK_UNSEEN_MOVE, strerror(failed), err) : 0;
}

int walk_leave(struct walk *w, struct intact_error *err)
{
	size_t path_len = walk_top(w)->path_len;
	bool lost = !walk_top(w)->dir;
	int failed = 0;
	int rc = 0;

	w->call = CALL_LEAVE;
	if (w->depth > 1 && walk_is_dead(w))
		return walk_leave_unasked(w, SILENT_DEAD, NULL, err);
	if (w->depth > 1)
		rc = check_parent(w, &failed, err);
	walk_pop(w);
	return rc < 0 ? rc : tell_of_way(w, path_len, lost, failed, err);
}

/* Keep a bounded number of descriptors: the deepest levels and the root. */
static void close_shallow(struct walk *w)
{
	struct level *level;

	if (w->depth <= w->scan->max_stack + 1)
		return;
	level = &w->levels[w->depth - 1 - w->scan->max_stack];
	scan_dir_unref(level->dir);
	level->dir = NULL;
}

/* List the directory `fd` (taken over), whose path is the one at hand, as a new level.
 * Returns 1 with a gap, 0, or a negative code. */
static int enter_fd(struct walk *w, int fd, struct intact_error *err)
{
	bool root = w->depth == 0;
	struct names_source from = { walk_getdents, walk_go_on, w };
	struct level *level;
	struct stat st;
	int failed = 0;
	int rc;

	if (walk_fstat(w, fd, &st) != 0) {
		failed = errno;
		close(fd);
		return walk_give_gap(w, root ? 0 : w->path.len, "cannot list", strerror(failed),
				     err);
	}
	level = push_level(w);
	if (!level) {
		close(fd);
		return intact_fail_nomem(err);
	}
	*level = (struct level){ .names = level->names,
				 .path_len = root ? 0 : w->path.len,
				 .selected = w->selected,
				 .dev = st.st_dev,
				 .ino = st.st_ino };
	level->dir = scan_dir_new(w->scan, fd, st.st_dev);
	if (!level->dir)
		return intact_fail_nomem(err);
	w->entered = true;
	w->list_fresh = 0;
	level->mounts = mounts_below(w->mounts, w->path.data, level->path_len);
	close_shallow(w);
	rc = names_read(&level->names, &from, &failed, err);
	if (rc < 0)
		return rc;
	return failed ? walk_give_gap(w, level->path_len, "cannot list all of it", strerror(failed),
				      err)
		      : 0;
}

int walk_enter(struct walk *w, struct intact_error *err)
{
	int fd;

	w->call = CALL_ENTER;
	w->entered = false;
	if (walk_is_dead(w) && !mounts_has(w->mounts, w->path.data, w->path.len))
		return walk_give_gap(w, w->path.len, SILENT_DEAD, NULL, err);
	if (w->depth == 0) {
		fd = open_dir(w, w->root->fd, ".");
	} else if (w->depth >= DEPTH_MAX) {
		fd = -1;
		errno = ENAMETOOLONG;
	} else {
		const struct level *level = walk_top(w);

		fd = open_dir(w, level->dir->fd, level->names.sorted[level->at - 1]);
	}
	if (fd < 0)
		return walk_give_gap(w, w->depth ? w->path.len : 0, "cannot list", strerror(errno),
				     err);
	return enter_fd(w, fd, err);
}
