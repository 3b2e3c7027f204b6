/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The walk: names in path order, each asked of the rules, the selected ones given out.
 *
 * A stack of levels stands for the directories from the root down to where we are.  From the root
 * on every step is one component, relative to a held descriptor; a path is for matching and
 * printing only.
 *
 *	level 0   /            names: bin etc usr      at: usr
 *	level 1   /usr         names: lib local share  at: lib
 *	level 2   /usr/lib     names: ...
 *
 * Only the deepest levels and the root keep their descriptor.  On the way back up a closed one is
 * opened again as `..` of its child, or else from the root down by the names we came by; in both
 * cases it must be the same object as before.  A directory whose `..` is no longer the one that we
 * came from was moved while we were in it: what we saw is still from below the root (P2), but it
 * may be incomplete, so a gap says so.
 */

#include <intact/scan.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "scan/clone.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/mounts.h"
#include "scan/names.h"

/* Nobody nests like this; a file system in user space could do so for ever. */
#define DEPTH_MAX 32768

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct level {
	struct scan_dir *dir; /* NULL: closed for now, or lost */
	struct names names;
	size_t at;	 /* index of the name that comes next */
	size_t path_len; /* of the directory in walk.path; 0 for "/" */
	dev_t dev;
	ino_t ino;
	bool mounts;   /* something is mounted below it */
	bool selected; /* the rules select the directory itself */
	bool fstype_known;
	uint64_t fstype;
};

struct walk {
	struct intact_stream stream;
	struct intact_scan *scan;
	struct intact_matcher *matcher;
	struct mounts *mounts;
	struct scan_dir *root;
	void *buffer; /* for getdents */

	struct level *levels; /* those above `depth` keep their memory for later */
	size_t depth;
	size_t cap;

	bool started;
	bool descend;	 /* the name at hand is a directory to be listed next */
	bool selected;	 /* the rules select the name at hand */
	struct buf path; /* of the name at hand */
	struct buf problem;
	bool gap_next; /* give a gap with `problem` for the path at hand before anything else */
	struct intact_entry entry; /* given out */
};

/* ---- giving out --------------------------------------------------------------------------------
 */

static void entry_start(struct walk *w, unsigned flags, size_t path_len)
{
	memset(&w->entry, 0, sizeof(w->entry));
	w->entry.flags = flags;
	w->entry.path.s = path_len ? w->path.data : "/";
	w->entry.path.len = path_len ? path_len : 1;
}

/* A gap for the first `path_len` bytes of the path at hand.  Returns 1 or INTACT_ENOMEM. */
static int give_gap(struct walk *w, size_t path_len, const char *what, const char *why,
		    struct intact_error *err)
{
	/* The path may be longer than the directory's: it is cut, nobody needs the rest. */
	w->path.len = path_len;
	if (w->path.data)
		w->path.data[path_len] = '\0';
	buf_clear(&w->problem);
	buf_add_str(&w->problem, what);
	if (why)
		buf_printf(&w->problem, ": %s", why);
	if (w->problem.failed)
		return intact_fail_nomem(err);
	entry_start(w, INTACT_ENTRY_GAP, path_len);
	w->entry.mode = S_IFDIR;
	w->entry.problem = w->problem.data;
	return 1;
}

static int give_entry(struct walk *w, struct scan_dir *dir, mode_t mode, uint64_t attrs,
		      const char *problem)
{
	entry_start(w, INTACT_ENTRY_UNMEASURED, w->path.len);
	w->entry.dir = dir;
	w->entry.mode = mode & S_IFMT;
	w->entry.attrs = attrs;
	w->entry.problem = problem;
	/* The rules could not be asked completely: as a whole it is not verified. */
	if (problem)
		w->entry.failed = INTACT_BIT(INTACT_NAME);
	return 1;
}

/* ---- levels ------------------------------------------------------------------------------------
 */

static struct level *top(struct walk *w)
{
	return &w->levels[w->depth - 1];
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

static void pop_level(struct walk *w)
{
	struct level *level = top(w);

	scan_dir_unref(level->dir);
	level->dir = NULL;
	names_clear(&level->names);
	w->depth--;
}

static int open_dir(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, DIR_FLAGS | O_NOFOLLOW | O_NOATIME);

	/* Only the owner may keep the access time. */
	if (fd < 0 && errno == EPERM)
		fd = openat(dirfd, name, DIR_FLAGS | O_NOFOLLOW);
	return fd;
}

static bool same_object(const struct level *level, int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == level->dev && st.st_ino == level->ino;
}

/* `name` below `dirfd` as the directory of `level`, or -1 if it is not that any more. */
static int reopen_step(const struct level *level, int dirfd, const char *name)
{
	int fd = open_dir(dirfd, name);

	if (fd >= 0 && !same_object(level, fd)) {
		close(fd);
		fd = -1;
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
		int next = reopen_step(&w->levels[step], dirfd, name_of_level(w, step));

		if (fd >= 0)
			close(fd);
		fd = next;
		if (fd < 0)
			return -1;
	}
	return fd;
}

/* Is `..` of the level at hand still the level above?  Where that one is closed, open it. */
static int check_parent(struct walk *w, bool *ret_moved, struct intact_error *err)
{
	struct level *child = top(w);
	struct level *parent = &w->levels[w->depth - 2];
	struct stat st;
	int fd = -1;

	*ret_moved = true;
	if (parent->dir && child->dir) {
		if (fstatat(child->dir->fd, "..", &st, AT_SYMLINK_NOFOLLOW) == 0)
			*ret_moved = st.st_dev != parent->dev || st.st_ino != parent->ino;
		else
			/* A directory that may be listed but not searched, for other than root. */
			*ret_moved = errno != EACCES;
		return 0;
	}
	if (parent->dir)
		return 0;
	if (child->dir)
		fd = reopen_step(parent, child->dir->fd, "..");
	*ret_moved = fd < 0;
	if (fd < 0)
		fd = reopen_from_root(w, w->depth - 2);
	if (fd < 0) {
		/* Lost: its other names cannot be reached.  It gets its own gap when it is left. */
		parent->at = parent->names.count;
		return 0;
	}
	parent->dir = scan_dir_new(w->scan, fd);
	return parent->dir ? 0 : intact_fail_nomem(err);
}

/* The level at hand is done.  Returns 1 with a gap, 0, or a negative code. */
static int leave(struct walk *w, struct intact_error *err)
{
	size_t path_len = top(w)->path_len;
	bool moved = false;
	int rc = 0;

	if (w->depth > 1)
		rc = check_parent(w, &moved, err);
	pop_level(w);
	if (rc < 0)
		return rc;
	return moved ? give_gap(w, path_len, "moved while it was walked", NULL, err) : 0;
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
	struct level *level;
	struct stat st;
	int failed = 0;
	int rc;

	if (fstat(fd, &st) != 0) {
		failed = errno;
		close(fd);
		return give_gap(w, root ? 0 : w->path.len, "cannot list", strerror(failed), err);
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
	level->dir = scan_dir_new(w->scan, fd);
	if (!level->dir)
		return intact_fail_nomem(err);
	level->mounts = mounts_below(w->mounts, w->path.data, level->path_len);
	close_shallow(w);
	rc = names_read(&level->names, w->scan, fd, w->buffer, &failed, err);
	if (rc < 0)
		return rc;
	return failed ? give_gap(w, level->path_len, "cannot list all of it", strerror(failed), err)
		      : 0;
}

/* Go into the directory at hand. */
static int enter(struct walk *w, struct intact_error *err)
{
	int fd;

	if (w->depth == 0) {
		fd = open_dir(w->root->fd, ".");
	} else if (w->depth >= DEPTH_MAX) {
		fd = -1;
		errno = ENAMETOOLONG;
	} else {
		const struct level *level = top(w);

		fd = open_dir(level->dir->fd, level->names.sorted[level->at - 1]);
	}
	if (fd < 0)
		return give_gap(w, w->depth ? w->path.len : 0, "cannot list", strerror(errno), err);
	return enter_fd(w, fd, err);
}

/* ---- names -------------------------------------------------------------------------------------
 */

/* What the fstype callback needs to know about the name at hand. */
struct fstype_query {
	struct level *level; /* NULL for the root */
	int dirfd;
	const char *name;
	bool is_dir;
};

static int fstype_of_fd(int fd, uint64_t *ret)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) != 0)
		return -1;
	*ret = (uint64_t)(uint32_t)fs.f_type;
	return 0;
}

/* A directory may be a mount point and is asked itself; everything else is where it lies. */
static int ask_fstype(void *ctx, uint64_t *ret)
{
	const struct fstype_query *q = ctx;
	struct level *level = q->level;
	int fd, rc;

	if (q->is_dir) {
		fd = openat(q->dirfd, q->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return -1;
		rc = fstype_of_fd(fd, ret);
		close(fd);
		return rc;
	}
	if (!level->fstype_known) {
		if (fstype_of_fd(q->dirfd, &level->fstype) != 0)
			return -1;
		level->fstype_known = true;
	}
	*ret = level->fstype;
	return 0;
}

/* A mount point counts as skipped where it would have been looked into: a rule excludes it, or it
 * lies in a selected directory and no rule takes it in. */
static void count_verdict(struct walk *w, const struct fstype_query *q,
			  const struct intact_match *match)
{
	bool excluded = match->verdict == INTACT_NEGATED || match->verdict == INTACT_PRUNED;
	bool expected = excluded ||
			(q->level && q->level->selected && match->verdict != INTACT_LIMIT_OUTSIDE);

	w->scan->stats.excluded += excluded;
	if (q->is_dir && !match->descend && expected &&
	    mounts_has(w->mounts, w->path.data, w->path.len))
		w->scan->stats.mounts_skipped++;
}

/* Ask the rules about the name at hand.  Returns 1 with an entry or gap, 0, or a negative code. */
static int judge(struct walk *w, struct fstype_query *q, mode_t mode, struct intact_error *err)
{
	struct scan_dir *dir = q->level ? q->level->dir : w->root;
	struct intact_match match;
	const char *problem = NULL;
	int rc;

	rc = intact_matcher_match(w->matcher, w->path.data, w->path.len, intact_ftype_of_mode(mode),
				  ask_fstype, q, &match, &problem, err);
	if (rc < 0)
		return rc;
	w->descend = q->is_dir && match.descend;
	w->selected = match.add;
	count_verdict(w, q, &match);
	if (w->scan->options.visited)
		w->scan->options.visited(w->scan->options.visited_ctx, w->path.data, mode,
					 ask_fstype, q, &match);
	if (match.add)
		return give_entry(w, dir, mode, match.attrs, problem);
	if (!problem)
		return 0;
	rc = give_gap(w, w->path.len, problem, NULL, err);
	w->entry.mode = mode & S_IFMT;
	return rc;
}

/* What the directory says about a name; 0 where it does not know.  A file that something is mounted
 * on is listed with the type of what lies below the mount. */
static mode_t listed_type(struct walk *w, const struct level *level, const char *name)
{
	mode_t mode = (mode_t)DTTOIF(name_type(name));

	if (level->mounts && !S_ISDIR(mode) && mounts_has(w->mounts, w->path.data, w->path.len))
		return 0;
	return intact_ftype_of_mode(mode) ? mode : 0;
}

/* The type bits of a name by looking at it; 0 if it is gone. */
static mode_t look_up_type(struct walk *w, int dirfd, const char *name, struct intact_error *err,
			   int *ret_rc)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0)
		return st.st_mode & S_IFMT;
	if (errno == ENOENT)
		return 0;
	/* It could be a directory.  As a file it will fail again when it is measured, and the gap
	 * speaks for what may be below. */
	buf_clear(&w->problem);
	buf_printf(&w->problem, "cannot look at it: %s", strerror(errno));
	if (w->problem.failed)
		*ret_rc = intact_fail_nomem(err);
	w->gap_next = true;
	return S_IFREG;
}

/* The next name of the level at hand. */
static int step(struct walk *w, struct intact_error *err)
{
	struct level *level = top(w);
	const char *name = level->names.sorted[level->at++];
	mode_t mode;
	int rc = 0;
	struct fstype_query q = { .level = level, .dirfd = level->dir->fd, .name = name };

	w->path.len = level->path_len;
	buf_add_char(&w->path, '/');
	buf_add_str(&w->path, name);
	if (w->path.failed)
		return intact_fail_nomem(err);
	mode = listed_type(w, level, name);
	if (!mode)
		mode = look_up_type(w, q.dirfd, name, err, &rc);
	if (rc < 0 || !mode)
		return rc;
	q.is_dir = S_ISDIR(mode);
	return judge(w, &q, mode, err);
}

static int start(struct walk *w, struct intact_error *err)
{
	struct fstype_query q = { .dirfd = w->root->fd, .name = ".", .is_dir = true };
	int rc;

	w->started = true;
	buf_add_char(&w->path, '/');
	if (w->path.failed)
		return intact_fail_nomem(err);
	rc = judge(w, &q, S_IFDIR, err);
	return rc;
}

static int advance(struct walk *w, struct intact_error *err)
{
	if (!w->started)
		return start(w, err);
	if (w->gap_next) {
		w->gap_next = false;
		entry_start(w, INTACT_ENTRY_GAP, w->path.len);
		w->entry.mode = S_IFDIR;
		w->entry.problem = w->problem.data;
		return 1;
	}
	if (w->descend) {
		w->descend = false;
		return enter(w, err);
	}
	if (top(w)->at < top(w)->names.count)
		return step(w, err);
	return leave(w, err);
}

/* ---- the stream --------------------------------------------------------------------------------
 */

static bool at_end(const struct walk *w)
{
	return w->started && !w->descend && !w->gap_next && w->depth == 0;
}

static int walk_next(struct intact_stream *s, const struct intact_entry **ret,
		     struct intact_error *err)
{
	struct walk *w = (struct walk *)s;
	int rc = 0;

	while (rc == 0 && !at_end(w)) {
		rc = scan_tick(w->scan, err);
		if (rc == 0)
			rc = advance(w, err);
	}
	if (rc == 1)
		*ret = &w->entry;
	return rc;
}

static void walk_close(struct intact_stream *s)
{
	struct walk *w = (struct walk *)s;

	while (w->depth)
		pop_level(w);
	for (size_t i = 0; i < w->cap; i++)
		names_release(&w->levels[i].names);
	free(w->levels);
	scan_dir_unref(w->root);
	mounts_free(w->mounts);
	intact_matcher_free(w->matcher);
	buf_release(&w->path);
	buf_release(&w->problem);
	free(w->buffer);
	free(w);
}

/* The directory `fd` (taken over) in a private clone of its mounts, or as it is. */
static int harmless_root(struct intact_scan *scan, int fd)
{
	int clone = clone_mounts(fd);

	if (clone < 0)
		return fd;
	close(fd);
	scan->nodev = true;
	return clone;
}

/* The administrator names the root and may use links in it. */
static int open_root(struct walk *w, struct intact_error *err)
{
	struct buf path = { 0 };
	int rc = 0;
	int fd;

	buf_add_str(&path, w->scan->options.root_prefix);
	buf_add_char(&path, '/');
	if (path.failed)
		return intact_fail_nomem(err);
	fd = open(path.data, DIR_FLAGS);
	if (fd < 0)
		rc = intact_fail_errno(err, "open '%s'", path.data);
	buf_release(&path);
	if (rc < 0)
		return rc;
	rc = mounts_new(fd, &w->mounts, err);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	w->root = scan_dir_new(w->scan, harmless_root(w->scan, fd));
	return w->root ? 0 : intact_fail_nomem(err);
}

static int walk_init(struct walk *w, struct intact_error *err)
{
	int rc = open_root(w, err);

	if (rc < 0)
		return rc;
	w->buffer = malloc(NAMES_BUFFER);
	if (!w->buffer)
		return intact_fail_nomem(err);
	rc = intact_matcher_new(w->scan->options.rules, w->scan->options.limit, &w->matcher, err);
	if (rc == 0)
		intact_matcher_set_log(w->matcher, w->scan->options.log, w->scan->options.log_ctx);
	return rc;
}

int intact_scan_walk(struct intact_scan *scan, struct intact_stream **ret, struct intact_error *err)
{
	struct walk *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->scan = scan;
	w->stream.next = walk_next;
	w->stream.close = walk_close;
	rc = walk_init(w, err);
	if (rc < 0) {
		walk_close(&w->stream);
		return rc;
	}
	*ret = &w->stream;
	return 0;
}
