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
 *
 * A file system may never answer.  So each system call on the tree stands between begin() and
 * end(), nothing of the walk is touched in between, and before it `call` says what was going on: if
 * the thread does not come back, another one goes on with walk_recover() as if the call had failed.
 * A thread that comes back too late sleeps in end().
 */

#include "scan/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/thread.h"
#include "scan/clone.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/mounts.h"
#include "scan/names.h"
#include "scan/silent.h"

/* Nobody nests like this; a file system in user space could do so for ever. */
#define DEPTH_MAX 32768

/* Names of a folder are progress when there are so many bytes more of them. */
#define LIST_PROGRESS 32768

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

/* What a system call is for. */
enum call {
	CALL_ENTER,  /* open and list the directory at hand */
	CALL_LEAVE,  /* see that the level at hand is still where it was */
	CALL_TYPE,   /* of the name at hand */
	CALL_FSTYPE, /* of the name at hand */
};

struct walk {
	struct intact_scan *scan;
	struct walk_runner *runner;
	struct intact_matcher *matcher;
	struct mounts *mounts;
	struct scan_dir *root;

	struct level *levels; /* those above `depth` keep their memory for later */
	size_t depth;
	size_t cap;

	bool started;
	bool descend;	 /* the name at hand is a directory to be listed next */
	bool selected;	 /* the rules select the name at hand */
	mode_t mode;	 /* type bits of the name at hand */
	bool no_fstype;	 /* its file system does not say its type */
	struct buf path; /* of the name at hand */
	struct buf problem;
	bool gap_next; /* give a gap with `problem` for the path at hand before anything else */
	struct intact_entry entry; /* given out */

	enum call call;
	bool entered;	   /* CALL_ENTER: its level is there already */
	size_t list_fresh; /* bytes listed since the last progress */
	struct silent silent;
	uint64_t silences;
	uint64_t excluded;
	uint64_t mounts_skipped;
};

/* ---- system calls on the tree ------------------------------------------------------------------
 */

/* The runner is kept by the caller: in end() the walk may have another one. */
static struct walk_runner *begin_quietly(struct walk *w)
{
	struct walk_runner *r = w->runner;

	if (r->before_call)
		r->before_call(r);
	watch_begin(&r->watch);
	return r;
}

static struct walk_runner *begin(struct walk *w)
{
	watch_progress(&w->runner->watch);
	return begin_quietly(w);
}

/* Does not touch errno. */
static void end(struct walk_runner *r)
{
	if (!watch_end(&r->watch))
		thread_sleep_for_ever();
}

static int call_openat(struct walk *w, int dirfd, const char *name, int flags)
{
	struct walk_runner *r = begin(w);
	int fd = openat(dirfd, name, flags);

	end(r);
	return fd;
}

static int call_fstat(struct walk *w, int fd, struct stat *ret)
{
	struct walk_runner *r = begin(w);
	int rc = fstat(fd, ret);

	end(r);
	return rc;
}

static int call_fstatat(struct walk *w, int dirfd, const char *name, int flags, struct stat *ret)
{
	struct walk_runner *r = begin(w);
	int rc = fstatat(dirfd, name, ret, flags);

	end(r);
	return rc;
}

static int call_fstatfs(struct walk *w, int fd, struct statfs *ret)
{
	struct walk_runner *r = begin(w);
	int rc = fstatfs(fd, ret);

	end(r);
	return rc;
}

/* names_source.read for the level at hand. */
static long call_getdents(void *ctx, void **ret_buffer)
{
	struct walk *w = ctx;
	int fd = w->levels[w->depth - 1].dir->fd;
	struct walk_runner *r = w->list_fresh < LIST_PROGRESS ? begin_quietly(w) : begin(w);
	long n = syscall(SYS_getdents64, fd, r->buffer, NAMES_BUFFER);

	end(r);
	w->list_fresh = w->list_fresh < LIST_PROGRESS ? w->list_fresh : 0;
	w->list_fresh += n > 0 ? (size_t)n : 0;
	*ret_buffer = r->buffer;
	return n;
}

static int go_on(void *ctx, struct intact_error *err)
{
	struct walk *w = ctx;

	return w->runner->go_on(w->runner, err);
}

/* Does the file system on which the level at hand lies answer at all? */
static bool is_dead(const struct walk *w)
{
	return w->silent.count && w->depth &&
	       silent_is_dead(&w->silent, w->levels[w->depth - 1].dev, UINT64_MAX);
}

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

static int open_dir(struct walk *w, int dirfd, const char *name)
{
	int fd = call_openat(w, dirfd, name, DIR_FLAGS | O_NOFOLLOW | O_NOATIME);

	/* Only the owner may keep the access time. */
	if (fd < 0 && errno == EPERM)
		fd = call_openat(w, dirfd, name, DIR_FLAGS | O_NOFOLLOW);
	return fd;
}

static bool same_object(struct walk *w, const struct level *level, int fd)
{
	struct stat st;

	return call_fstat(w, fd, &st) == 0 && st.st_dev == level->dev && st.st_ino == level->ino;
}

/* `name` below `dirfd` as the directory of `level`, or -1 if it is not that any more. */
static int reopen_step(struct walk *w, const struct level *level, int dirfd, const char *name)
{
	int fd = open_dir(w, dirfd, name);

	if (fd >= 0 && !same_object(w, level, fd)) {
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
		int next = reopen_step(w, &w->levels[step], dirfd, name_of_level(w, step));

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
		if (call_fstatat(w, child->dir->fd, "..", AT_SYMLINK_NOFOLLOW, &st) == 0)
			*ret_moved = st.st_dev != parent->dev || st.st_ino != parent->ino;
		else
			/* A directory that may be listed but not searched, for other than root. */
			*ret_moved = errno != EACCES;
		return 0;
	}
	if (parent->dir)
		return 0;
	if (child->dir)
		fd = reopen_step(w, parent, child->dir->fd, "..");
	*ret_moved = fd < 0;
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

/* Nobody can say whether the level at hand, which is done, is still where it was. */
static int leave_unasked(struct walk *w, struct intact_error *err)
{
	size_t path_len = top(w)->path_len;

	pop_level(w);
	/* Its names cannot be reached, and opening it by its own would ask again. */
	if (w->depth && !top(w)->dir)
		top(w)->at = top(w)->names.count;
	return give_gap(w, path_len, SILENT_DEAD, NULL, err);
}

/* The level at hand is done.  Returns 1 with a gap, 0, or a negative code. */
static int leave(struct walk *w, struct intact_error *err)
{
	size_t path_len = top(w)->path_len;
	bool moved = false;
	int rc = 0;

	w->call = CALL_LEAVE;
	if (w->depth > 1 && is_dead(w))
		return leave_unasked(w, err);
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
	struct names_source from = { call_getdents, go_on, w };
	struct level *level;
	struct stat st;
	int failed = 0;
	int rc;

	if (call_fstat(w, fd, &st) != 0) {
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
	return failed ? give_gap(w, level->path_len, "cannot list all of it", strerror(failed), err)
		      : 0;
}

/* Go into the directory at hand. */
static int enter(struct walk *w, struct intact_error *err)
{
	int fd;

	w->call = CALL_ENTER;
	w->entered = false;
	if (is_dead(w) && !mounts_has(w->mounts, w->path.data, w->path.len))
		return give_gap(w, w->path.len, SILENT_DEAD, NULL, err);
	if (w->depth == 0) {
		fd = open_dir(w, w->root->fd, ".");
	} else if (w->depth >= DEPTH_MAX) {
		fd = -1;
		errno = ENAMETOOLONG;
	} else {
		const struct level *level = top(w);

		fd = open_dir(w, level->dir->fd, level->names.sorted[level->at - 1]);
	}
	if (fd < 0)
		return give_gap(w, w->depth ? w->path.len : 0, "cannot list", strerror(errno), err);
	return enter_fd(w, fd, err);
}

/* ---- names -------------------------------------------------------------------------------------
 */

static int fstype_of_fd(struct walk *w, int fd, uint64_t *ret)
{
	struct statfs fs;

	if (call_fstatfs(w, fd, &fs) != 0)
		return -1;
	*ret = (uint64_t)(uint32_t)fs.f_type;
	return 0;
}

/* The name at hand, as it is seen from the directory that it is in. */
static int dirfd_at_hand(struct walk *w)
{
	return w->depth ? top(w)->dir->fd : w->root->fd;
}

static const char *name_at_hand(struct walk *w)
{
	return w->depth ? top(w)->names.sorted[top(w)->at - 1] : ".";
}

static int fstype_of_dir(struct walk *w, uint64_t *ret)
{
	int fd = call_openat(w, dirfd_at_hand(w), name_at_hand(w), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -1;
	rc = fstype_of_fd(w, fd, ret);
	close(fd);
	return rc;
}

/* A directory may be a mount point and is asked itself; everything else is where it lies.  What the
 * list of mounts knows is not asked: a rule that leaves out network file systems is often there
 * because they do not answer. */
static int ask_fstype(void *ctx, uint64_t *ret)
{
	struct walk *w = ctx;
	struct level *level = w->depth ? top(w) : NULL;

	w->call = CALL_FSTYPE;
	if (S_ISDIR(w->mode) && mounts_fstype(w->mounts, w->path.data, w->path.len, ret))
		return 0;
	if (w->no_fstype || is_dead(w))
		return -1;
	if (S_ISDIR(w->mode))
		return fstype_of_dir(w, ret);
	if (!level->fstype_known) {
		if (fstype_of_fd(w, level->dir->fd, &level->fstype) != 0)
			return -1;
		level->fstype_known = true;
	}
	*ret = level->fstype;
	return 0;
}

/* A mount point counts as skipped where it would have been looked into: a rule excludes it, or it
 * lies in a selected directory and no rule takes it in. */
static void count_verdict(struct walk *w, const struct intact_match *match)
{
	bool excluded = match->verdict == INTACT_NEGATED || match->verdict == INTACT_PRUNED;
	bool expected = excluded ||
			(w->depth && top(w)->selected && match->verdict != INTACT_LIMIT_OUTSIDE);

	w->excluded += excluded;
	if (S_ISDIR(w->mode) && !match->descend && expected &&
	    mounts_has(w->mounts, w->path.data, w->path.len))
		w->mounts_skipped++;
}

/* Ask the rules about the name at hand.  Returns 1 with an entry or gap, 0, or a negative code. */
static int judge(struct walk *w, struct intact_error *err)
{
	struct scan_dir *dir = w->depth ? top(w)->dir : w->root;
	mode_t mode = w->mode;
	struct intact_match match;
	const char *problem = NULL;
	int rc;

	rc = intact_matcher_match(w->matcher, w->path.data, w->path.len, intact_ftype_of_mode(mode),
				  ask_fstype, w, &match, &problem, err);
	if (rc < 0)
		return rc;
	w->descend = S_ISDIR(mode) && match.descend;
	w->selected = match.add;
	count_verdict(w, &match);
	if (w->scan->options.visited)
		w->scan->options.visited(w->scan->options.visited_ctx, w->path.data, mode,
					 ask_fstype, w, &match);
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

/* The name at hand cannot be looked at, and could be a directory.  As a file it will fail again
 * when it is measured, and the gap speaks for what may be below. */
static int no_type(struct walk *w, const char *why, struct intact_error *err)
{
	w->mode = S_IFREG;
	buf_clear(&w->problem);
	buf_printf(&w->problem, "cannot look at it: %s", why);
	if (w->problem.failed)
		return intact_fail_nomem(err);
	w->gap_next = true;
	return 0;
}

/* The type bits of the name at hand by looking at it; 0 if it is gone. */
static int look_up_type(struct walk *w, struct intact_error *err)
{
	struct stat st;

	w->call = CALL_TYPE;
	if (is_dead(w))
		return no_type(w, SILENT_DEAD, err);
	if (call_fstatat(w, dirfd_at_hand(w), name_at_hand(w),
			 AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, &st) == 0)
		w->mode = st.st_mode & S_IFMT;
	else if (errno != ENOENT)
		return no_type(w, strerror(errno), err);
	return 0;
}

/* The next name of the level at hand. */
static int step(struct walk *w, struct intact_error *err)
{
	struct level *level = top(w);
	const char *name = level->names.sorted[level->at++];
	int rc = 0;

	w->path.len = level->path_len;
	buf_add_char(&w->path, '/');
	buf_add_str(&w->path, name);
	if (w->path.failed)
		return intact_fail_nomem(err);
	w->no_fstype = false;
	w->mode = listed_type(w, level, name);
	if (!w->mode)
		rc = look_up_type(w, err);
	if (rc < 0 || !w->mode)
		return rc;
	return judge(w, err);
}

static int start(struct walk *w, struct intact_error *err)
{
	w->started = true;
	buf_add_char(&w->path, '/');
	if (w->path.failed)
		return intact_fail_nomem(err);
	w->mode = S_IFDIR;
	return judge(w, err);
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

/* ---- when there is no answer -------------------------------------------------------------------
 */

/* Mount points that the kernel lists by now count as well.  (Below a clone nothing is mounted.) */
static int refresh_mounts(struct walk *w, struct intact_error *err)
{
	struct mounts *fresh;
	int rc;

	if (w->scan->nodev)
		return 0;
	rc = mounts_new(w->root->fd, &fresh, err);
	if (rc < 0)
		return rc;
	mounts_free(w->mounts);
	w->mounts = fresh;
	return 0;
}

/* There was no answer from the file system of the level at hand. */
static int count_level(struct walk *w, struct intact_error *err)
{
	int rc = silent_add(&w->silent, top(w)->dev, w->silences++, err);

	return rc < 0 ? rc : scan_count_silence(w->scan, rc, err);
}

/* The name at hand did not answer: that speaks for the file system it lies on, unless another one
 * is mounted there. */
static int count_name(struct walk *w, struct intact_error *err)
{
	int rc = refresh_mounts(w, err);

	if (rc < 0)
		return rc;
	if (!w->depth || mounts_has(w->mounts, w->path.data, w->path.len))
		return scan_count_silence(w->scan, true, err);
	return count_level(w, err);
}

static int recover_enter(struct walk *w, struct intact_error *err)
{
	size_t path_len = w->entered ? top(w)->path_len : w->depth ? w->path.len : 0;
	int rc;

	if (w->entered) {
		rc = count_level(w, err);
		pop_level(w);
	} else {
		rc = count_name(w, err);
	}
	return rc < 0 ? rc : give_gap(w, path_len, "cannot list", scan_silence(w->scan), err);
}

static int recover_leave(struct walk *w, struct intact_error *err)
{
	int rc = count_level(w, err);

	return rc < 0 ? rc : leave_unasked(w, err);
}

static int recover(struct walk *w, struct intact_error *err)
{
	int rc;

	switch (w->call) {
	case CALL_ENTER:
		return recover_enter(w, err);
	case CALL_LEAVE:
		return recover_leave(w, err);
	case CALL_TYPE:
		rc = no_type(w, scan_silence(w->scan), err);
		break;
	default:
		rc = 0;
		break;
	}
	w->no_fstype = true;
	if (rc == 0)
		rc = count_name(w, err);
	return rc < 0 ? rc : judge(w, err);
}

int walk_recover(struct walk *w, const struct intact_entry **ret, struct intact_error *err)
{
	int rc = recover(w, err);

	if (rc == 1)
		*ret = &w->entry;
	return rc;
}

/* ---- from outside ------------------------------------------------------------------------------
 */

static bool at_end(const struct walk *w)
{
	return w->started && !w->descend && !w->gap_next && w->depth == 0;
}

int walk_step(struct walk *w, const struct intact_entry **ret, struct intact_error *err)
{
	int rc = 0;

	while (rc == 0 && !at_end(w)) {
		rc = go_on(w, err);
		if (rc == 0)
			rc = advance(w, err);
	}
	if (rc == 1)
		*ret = &w->entry;
	return rc;
}

/* The directory `fd` (taken over) in a private clone of its mounts, or as it is. */
static int harmless_root(struct walk *w, int fd)
{
	struct walk_runner *r = begin(w);
	int clone = clone_mounts(fd);

	end(r);
	if (clone < 0)
		return fd;
	close(fd);
	w->scan->nodev = true;
	return clone;
}

int walk_open(struct walk *w, struct intact_error *err)
{
	struct buf path = { 0 };
	struct stat st;
	int rc = 0;
	int fd;

	buf_add_str(&path, w->scan->options.root_prefix);
	buf_add_char(&path, '/');
	if (path.failed)
		return intact_fail_nomem(err);
	/* The administrator names the root and may use links in it. */
	fd = call_openat(w, AT_FDCWD, path.data, DIR_FLAGS);
	if (fd < 0 || call_fstat(w, fd, &st) != 0)
		rc = intact_fail_errno(err, "open '%s'", path.data);
	buf_release(&path);
	if (rc == 0)
		rc = mounts_new(fd, &w->mounts, err);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	w->root = scan_dir_new(w->scan, harmless_root(w, fd), st.st_dev);
	if (!w->root)
		return intact_fail_nomem(err);
	w->scan->root_fd = w->root->fd;
	w->scan->mounts = w->scan->nodev ? w->mounts : NULL;
	return 0;
}

int walk_new(struct intact_scan *scan, struct walk **ret, struct intact_error *err)
{
	struct walk *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->scan = scan;
	rc = intact_matcher_new(scan->options.rules, scan->options.limit, &w->matcher, err);
	if (rc < 0) {
		walk_free(w);
		return rc;
	}
	*ret = w;
	return 0;
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
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
	silent_release(&w->silent);
	free(w);
}

void walk_set_runner(struct walk *w, struct walk_runner *r)
{
	w->runner = r;
}

void walk_set_log(struct walk *w, intact_log_fn *fn, void *ctx)
{
	intact_matcher_set_log(w->matcher, fn, ctx);
}

uint64_t walk_excluded(const struct walk *w)
{
	return w->excluded;
}

uint64_t walk_mounts_skipped(const struct walk *w)
{
	return w->mounts_skipped;
}
