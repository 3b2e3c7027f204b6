/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Measuring one entry.
 *
 * Inode attributes alone are one statx by name.  For anything more the object is held (object.h),
 * everything comes from that one descriptor, and a second look at the end must agree with the
 * first; if it does not, all of it is done again, and after three times the digests are given up.
 *
 *	hold, first look ─ link ─ list of xattrs ─ acl, label, capabilities, values ─ flags
 *	     ▲                                                                        │
 *	     └──────────── differs: again, three times ── second look ◀── content ◀───┘
 */

#include "scan/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/gunzip.h"
#include "scan/job.h"
#include "scan/still.h"
#include "scan/verity.h"
#include "scan/xattr.h"

#define LOOKS_CHANGED 3 /* looks at an object that will not hold still */
#define LOOKS_CHEAP 10	/* ... and has no content to read: a busy folder does, for a moment */
#define LOOKS_GONE 2	/* looks for a name that is not there, or not what it was */

/* How one look ended. */
enum look {
	LOOK_DONE,
	LOOK_GONE,    /* no such name */
	LOOK_OTHER,   /* of another type than listed */
	LOOK_CHANGED, /* changed between the first look and the last */
};

/* What an entry not measured yet has besides its path. */
struct before {
	unsigned flags;
	uint64_t attrs;
	uint64_t unsupported;
	uint64_t failed;
	uint64_t mode;
	const char *problem;
};

static const char *type_words(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a file";
	case S_IFDIR:
		return "a directory";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFBLK:
		return "a block device";
	case S_IFCHR:
		return "a character device";
	default:
		return "something else";
	}
}

/* ---- inode attributes alone ---------------------------------------------------------------------
 */

static bool gone(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ESTALE;
}

static enum look look_at_inode(struct job *j)
{
	struct statx st;
	int rc = object_stat(j->e->dir->fd, j->name, &st);

	if (rc == 0 && ((st.stx_mode ^ j->e->mode) & S_IFMT)) {
		j->o.st = st;
		return LOOK_OTHER;
	}
	if (gone(rc))
		return LOOK_GONE;
	if (rc)
		job_fail(j, UINT64_MAX, "stat", strerror(rc));
	else
		job_inode(j->e, &st);
	return LOOK_DONE;
}

/* ---- one look ----------------------------------------------------------------------------------
 */

static bool wants_object(const struct job *j)
{
	return j->digests ||
	       (j->e->attrs & (JOB_XATTRS | JOB_BIT(LINK) | JOB_BIT(E2FSATTRS) | JOB_BIT(FSTYPE)));
}

/* Opening for reading is for content and flags: extended attributes are reached through /proc,
 * which needs no permission to read and breaks no lease. */
static bool wants_reading(const struct job *j)
{
	uint64_t mask = JOB_BIT(E2FSATTRS);

	if (j->m->scan->proc_fd < 0)
		mask |= JOB_XATTRS;
	return j->digests || (j->e->attrs & mask);
}

static bool wants_second_look(const struct job *j)
{
	/* A link's target never changes, and what else there is of these types is one call. */
	if (!S_ISREG(j->o.st.stx_mode) && !S_ISDIR(j->o.st.stx_mode))
		return false;
	return j->digests || (j->e->attrs & (JOB_XATTRS | JOB_BIT(E2FSATTRS)));
}

/* Everything that is read from the held object.  Returns 0, 1 if it did not hold still, or a
 * negative code. */
static int measure_held(struct job *j, struct intact_error *err)
{
	j->o.watch = j->m->watch;
	job_inode(j->e, &j->o.st);
	job_progress(j);
	job_attrs(j);
	job_progress(j);
	return j->digests ? job_content(j, err) : 0;
}

static int look_at_held(struct job *j, struct intact_error *err)
{
	struct statx first;
	bool still;
	int rc;

	if (j->digests && !j->growing && !still_settle(&j->o)) {
		job_inode(j->e, &j->o.st);
		j->changed = "does not hold still long enough to be read";
		return LOOK_CHANGED;
	}
	first = j->o.st;
	rc = measure_held(j, err);
	if (rc < 0)
		return rc;
	if (!wants_second_look(j))
		return LOOK_DONE;
	job_progress(j);
	still = object_look(&j->o) == 0 && still_held(&first, &j->o.st, j->growing);
	/* An open that failed because something else stood there for a moment is a change, too. */
	if (rc == 0 && still && !gone(j->o.read_errno))
		return LOOK_DONE;
	j->changed = "changed while it was read";
	return LOOK_CHANGED;
}

/* The name is there but cannot be held: what statx gives is better than nothing. */
static enum look look_without_holding(struct job *j, int error)
{
	enum look look = look_at_inode(j);

	if (look == LOOK_DONE)
		job_fail(j,
			 JOB_XATTRS | JOB_BIT(LINK) | JOB_BIT(E2FSATTRS) | JOB_BIT(FSTYPE) |
				 j->m->scan->digests,
			 "open", strerror(error));
	return look;
}

/* Open the held object for reading where that makes sense. */
static void prepare_reading(struct job *j)
{
	if (!S_ISREG(j->o.st.stx_mode))
		return;
	if (job_is_pseudo(j)) {
		job_drop(j, j->m->scan->digests | JOB_BIT(E2FSATTRS));
		j->digests = 0;
		return;
	}
	object_read(j->m->scan, &j->o);
}

/* Returns an enum look, or a negative code. */
static int look(struct job *j, struct intact_error *err)
{
	bool reading = wants_reading(j);
	int rc;

	job_progress(j);
	if (!wants_object(j))
		return look_at_inode(j);
	rc = object_hold(j->m->scan, j->e->dir->fd, j->name, (mode_t)j->e->mode & S_IFMT, reading,
			 &j->o);
	if (gone(rc))
		return LOOK_GONE;
	if (rc)
		return look_without_holding(j, rc);
	if ((j->o.st.stx_mode ^ j->e->mode) & S_IFMT) {
		rc = LOOK_OTHER;
	} else {
		if (reading)
			prepare_reading(j);
		rc = look_at_held(j, err);
	}
	object_close(&j->o);
	return rc;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

/* It would not hold still.  Each value is one that the object had: what one call gives.  A digest
 * and a set of extended attributes could be of a state that never was. */
static void keep_what_was(struct job *j)
{
	struct intact_entry *e = j->e;

	job_inode(e, &j->o.st);
	memset(e->digest, 0, sizeof(e->digest));
	memset(e->digest_prefix, 0, sizeof(e->digest_prefix));
	e->flags &= ~(unsigned)(INTACT_ENTRY_PREFIX | INTACT_ENTRY_TRUSTED);
	e->read = (struct intact_time){ 0 };
	e->unpacked = NULL;
	e->xattrs = NULL;
	e->nxattrs = 0;
	job_fail(j, j->m->scan->digests | JOB_BIT(XATTRS), j->changed, NULL);
	/* Also where none of these was asked for. */
	job_say(j, j->changed, NULL);
}

/* Say that it stayed as it was after the last look. */
static void give_up(struct job *j, int outcome)
{
	struct buf text = { 0 };

	switch (outcome) {
	case LOOK_GONE:
		job_fail(j, UINT64_MAX, "vanished between listing and measuring", NULL);
		break;
	case LOOK_OTHER:
		buf_printf(&text, "changed from %s to %s while being scanned",
			   type_words((uint32_t)j->e->mode), type_words(j->o.st.stx_mode));
		job_fail(j, UINT64_MAX, text.data ? text.data : "changed its type", NULL);
		buf_release(&text);
		break;
	case LOOK_CHANGED:
		keep_what_was(j);
		break;
	}
}

static int looks_allowed(int outcome, bool content)
{
	switch (outcome) {
	case LOOK_CHANGED:
		return content ? LOOKS_CHANGED : LOOKS_CHEAP;
	case LOOK_GONE:
	case LOOK_OTHER:
		return LOOKS_GONE;
	default:
		return 0;
	}
}

/* One rule asks the same of thousands of files in a row. */
static uint64_t applicable(struct measurer *m, const struct intact_entry *e)
{
	uint64_t type = e->mode & S_IFMT;

	if (m->asked != e->attrs || m->asked_type != type) {
		m->asked = e->attrs;
		m->asked_type = type;
		m->applicable = intact_attr_applicable(e->attrs, (uint32_t)e->mode);
	}
	return m->applicable;
}

/* As it was before the first look.  Not a copy: writing all of an entry, most of which stays as it
 * is, costs the consumer's processor half of its cache lines of it. */
static void forget_look(struct intact_entry *e, const struct before *b)
{
	struct intact_entry fresh = {
		.path = e->path,
		.flags = b->flags,
		.attrs = b->attrs,
		.unsupported = b->unsupported,
		.failed = b->failed,
		.mode = b->mode,
		.problem = b->problem,
		.dir = e->dir,
	};

	*e = fresh;
}

int measure_entry(struct measurer *m, struct arena *arena, struct intact_entry *e,
		  const struct intact_entry *old, struct intact_error *err)
{
	struct job j = { .m = m, .arena = arena, .e = e, .old = old };
	struct before before;
	uint64_t digests;
	int outcome = scan_pace(m->scan, &m->scan->files, 1, m->watch, err);

	if (outcome < 0) {
		e->dir = NULL;
		return outcome;
	}
	j.name = path_name(e->path.s, e->path.len);
	if (!*j.name)
		j.name = ".";
	e->attrs = applicable(m, e);
	e->flags &= ~(unsigned)INTACT_ENTRY_UNMEASURED;
	j.growing = ((e->attrs | (old ? old->attrs : 0)) & JOB_BIT(GROWING)) != 0;
	m->fresh = 0;
	job_choose_digests(&j);
	/* A look may find an object without content, and the next one another. */
	digests = j.digests;
	before = (struct before){
		e->flags, e->attrs, e->unsupported, e->failed, e->mode, e->problem
	};
	outcome = look(&j, err);
	for (int i = 2; i <= looks_allowed(outcome, digests); i++) {
		forget_look(e, &before);
		j.digests = digests;
		outcome = look(&j, err);
	}
	if (outcome > LOOK_DONE)
		give_up(&j, outcome);
	/* Its folder may have to prove something of it. */
	if (!job_is_news(&j) || !j.e->read.sec)
		e->dir = NULL;
	return outcome < 0 ? outcome : 0;
}

int measurer_init(struct measurer *m, struct intact_scan *scan, bool ticks,
		  struct intact_error *err)
{
	*m = (struct measurer){ .scan = scan, .ticks = ticks };
	m->value = malloc(XATTR_VALUE_MAX);
	if (!m->value)
		return intact_fail_nomem(err);
	return intact_hasher_new(scan->options.compat, &m->tally.hasher, err);
}

int measurer_need_verity(struct measurer *m, struct intact_error *err)
{
	int rc = m->verity ? 1 : verity_new(&m->verity);

	if (rc < 0)
		return intact_fail_nomem(err);
	return rc ? 0 : intact_fail(err, INTACT_EIO, "cannot compute fsverity here");
}

void measurer_release(struct measurer *m)
{
	verity_free(m->verity);
	intact_hasher_free(m->tally.hasher);
	intact_hasher_free(m->unpack.tally.hasher);
	gunzip_free(m->unpack.gunzip);
	buf_release(&m->list);
	fetch_release(&m->fetch);
	free(m->value);
	*m = (struct measurer){ 0 };
}
