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
 * A file system may never answer.  So each system call on the tree stands between walk_begin() and
 * walk_end(), nothing of the walk is touched in between, and before it `call` says what was going
 * on: if the thread does not come back, another one goes on with walk_recover() as if the call had
 * failed.  A thread that comes back too late sleeps in walk_end().
 */

#include "scan/walk_state.h"

#include <assert.h>
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
#include "scan/silent.h"

/* ---- giving out --------------------------------------------------------------------------------
 */

static void entry_start(struct walk *w, unsigned flags, size_t path_len)
{
	memset(&w->entry, 0, sizeof(w->entry));
	w->entry.flags = flags;
	w->entry.path.s = path_len ? w->path.data : "/";
	w->entry.path.len = path_len ? path_len : 1;
}

int walk_give_gap(struct walk *w, size_t path_len, const char *what, const char *why,
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

/* ---- names -------------------------------------------------------------------------------------
 */

static int fstype_of_fd(struct walk *w, int fd, uint64_t *ret)
{
	struct statfs fs;

	if (walk_fstatfs(w, fd, &fs) != 0)
		return -1;
	*ret = (uint64_t)(uint32_t)fs.f_type;
	return 0;
}

/* The name at hand, as it is seen from the directory that it is in. */
static int dirfd_at_hand(struct walk *w)
{
	return w->depth ? walk_top(w)->dir->fd : w->root->fd;
}

static const char *name_at_hand(struct walk *w)
{
	return w->depth ? walk_top(w)->names.sorted[walk_top(w)->at - 1] : ".";
}

static int fstype_of_dir(struct walk *w, uint64_t *ret)
{
	int fd = walk_openat(w, dirfd_at_hand(w), name_at_hand(w), O_PATH | O_NOFOLLOW | O_CLOEXEC);
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
	struct level *level = w->depth ? walk_top(w) : NULL;

	w->call = CALL_FSTYPE;
	if (S_ISDIR(w->mode) && mounts_fstype(w->mounts, w->path.data, w->path.len, ret))
		return 0;
	if (w->no_fstype || walk_is_dead(w))
		return -1;
	if (S_ISDIR(w->mode))
		return fstype_of_dir(w, ret);
	assert(level);
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
	bool expected = excluded || (w->depth && walk_top(w)->selected &&
				     match->verdict != INTACT_LIMIT_OUTSIDE);

	w->excluded += excluded;
	if (S_ISDIR(w->mode) && !match->descend && expected &&
	    mounts_has(w->mounts, w->path.data, w->path.len))
		w->mounts_skipped++;
}

/* Ask the rules about the name at hand.  Returns 1 with an entry or gap, 0, or a negative code. */
static int judge(struct walk *w, struct intact_error *err)
{
	struct scan_dir *dir = w->depth ? walk_top(w)->dir : w->root;
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
	rc = walk_give_gap(w, w->path.len, problem, NULL, err);
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
	if (walk_is_dead(w))
		return no_type(w, SILENT_DEAD, err);
	if (walk_fstatat(w, dirfd_at_hand(w), name_at_hand(w),
			 AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, &st) == 0)
		w->mode = st.st_mode & S_IFMT;
	else if (errno != ENOENT)
		return no_type(w, strerror(errno), err);
	return 0;
}

/* The next name of the level at hand. */
static int step(struct walk *w, struct intact_error *err)
{
	struct level *level = walk_top(w);
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
		return walk_enter(w, err);
	}
	if (walk_top(w)->at < walk_top(w)->names.count)
		return step(w, err);
	return walk_leave(w, err);
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
	int rc = silent_add(&w->silent, walk_top(w)->dev, w->silences++, err);

	return rc <= 0 ? rc : scan_count_silence(w->scan, err);
}

/* The name at hand did not answer: that speaks for the file system it lies on, unless another one
 * is mounted there. */
static int count_name(struct walk *w, struct intact_error *err)
{
	int rc = refresh_mounts(w, err);

	if (rc < 0)
		return rc;
	if (!w->depth || mounts_has(w->mounts, w->path.data, w->path.len))
		return scan_count_silence(w->scan, err);
	return count_level(w, err);
}

static int recover_enter(struct walk *w, struct intact_error *err)
{
	size_t path_len = w->entered ? walk_top(w)->path_len : w->depth ? w->path.len : 0;
	int rc;

	if (w->entered) {
		rc = count_level(w, err);
		walk_pop(w);
	} else {
		rc = count_name(w, err);
	}
	return rc < 0 ? rc : walk_give_gap(w, path_len, "cannot list", scan_silence(w->scan), err);
}

static int recover_leave(struct walk *w, struct intact_error *err)
{
	int rc = count_level(w, err);

	return rc < 0 ? rc : walk_leave_unasked(w, WALK_UNSEEN_MOVE, scan_silence(w->scan), err);
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
		rc = walk_go_on(w, err);
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
	struct walk_runner *r = walk_begin(w);
	int clone = clone_mounts(fd);

	walk_end(r);
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
	fd = walk_openat(w, AT_FDCWD, path.data, WALK_DIR_FLAGS);
	if (fd < 0 || walk_fstat(w, fd, &st) != 0)
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
		walk_pop(w);
	for (size_t i = 0; i < w->cap; i++)
		names_release(&w->levels[i].names);
	free(w->levels);
	w->scan->root_fd = -1;
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

void walk_forget_runner(struct walk *w)
{
	if (w->depth && walk_top(w)->dir)
		w->runner->dir_left = scan_dir_ref(walk_top(w)->dir);
	w->runner = NULL;
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
