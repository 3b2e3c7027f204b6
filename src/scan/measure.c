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
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_E2FSATTRS
#include <linux/fs.h>
#endif

#include "base/arena.h"
#include "base/path.h"
#include "scan/acl.h"
#include "scan/caps.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/gunzip.h"
#include "scan/object.h"
#include "scan/pseudo.h"
#include "scan/read.h"
#include "scan/xattr.h"

#define BIT(id) INTACT_BIT(INTACT_##id)
#define MASK_XATTR (BIT(ACL) | BIT(XATTRS) | BIT(SELINUX) | BIT(CAPS))

#define LOOKS_CHANGED 3 /* looks at an object that will not hold still */
#define LOOKS_GONE 2	/* looks for a name that is not there, or not what it was */

/* A first look is taken again until the clock of inode times has moved beyond the ctime. */
#define SETTLE_TRIES 6
#define SETTLE_NS 5000000L
/* A ctime further ahead of that clock than its longest tick is not young but wrong. */
#define AHEAD_NS 20000000

/* How one look ended. */
enum look {
	LOOK_DONE,
	LOOK_GONE,    /* no such name */
	LOOK_OTHER,   /* of another type than listed */
	LOOK_CHANGED, /* changed between the first look and the last */
};

/* One measurement. */
struct job {
	struct measurer *m;
	struct arena *arena;
	struct intact_entry *e;
	const struct intact_entry *old;
	const char *name;
	uint64_t digests; /* to compute, also those of a transition */
	uint64_t both;	  /* of them, those that may have either of two values in the baseline */
	bool growing;
	struct object o;
	const char *changed; /* LOOK_CHANGED: what to say if it stays so */
};

/* ---- saying what failed ------------------------------------------------------------------------
 */

static void fail_attrs(struct job *j, uint64_t mask, const char *what, const char *why)
{
	struct intact_entry *e = j->e;
	struct buf text = { 0 };

	mask &= e->attrs;
	if (!mask)
		return;
	e->failed |= mask;
	/* The first reason is usually the reason of the others, too. */
	if (e->problem)
		return;
	buf_add_str(&text, what);
	if (why)
		buf_printf(&text, ": %s", why);
	if (!text.failed)
		e->problem = arena_strndup(j->arena, text.data, text.len);
	if (!e->problem)
		e->problem = "out of memory";
	buf_release(&text);
}

static void drop_attrs(struct job *j, uint64_t mask)
{
	mask &= j->e->attrs;
	j->e->unsupported |= mask;
	j->e->attrs &= ~mask;
}

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

/* ---- inode attributes --------------------------------------------------------------------------
 */

static struct intact_time time_of(const struct statx_timestamp *t)
{
	return (struct intact_time){ t->tv_sec, t->tv_nsec };
}

static void fill_inode(struct intact_entry *e, const struct statx *st)
{
	e->mode = st->stx_mode;
	e->uid = st->stx_uid;
	e->gid = st->stx_gid;
	e->size = st->stx_size;
	e->blocks = st->stx_blocks;
	e->ino = st->stx_ino;
	e->nlink = st->stx_nlink;
	e->rdev = intact_device(st->stx_rdev_major, st->stx_rdev_minor);
	e->dev = intact_device(st->stx_dev_major, st->stx_dev_minor);
	e->atime = time_of(&st->stx_atime);
	e->mtime = time_of(&st->stx_mtime);
	e->ctime = time_of(&st->stx_ctime);
	if (st->stx_mask & STATX_BTIME) {
		e->btime = time_of(&st->stx_btime);
	} else {
		/* 1970 on both sides would be equal, and mean nothing. */
		e->unsupported |= e->attrs & BIT(BTIME);
		e->attrs &= ~BIT(BTIME);
	}
}

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
		fail_attrs(j, UINT64_MAX, "stat", strerror(rc));
	else
		fill_inode(j->e, &st);
	return LOOK_DONE;
}

/* ---- attributes of a held object ---------------------------------------------------------------
 */

static int object_fd(const struct object *o)
{
	return o->fd >= 0 ? o->fd : o->path_fd;
}

/* Any length: no link is longer than PATH_MAX on the file systems that exist, but none has to obey.
 */
static void measure_link(struct job *j)
{
	size_t size = 512;
	ssize_t n;
	char *target;

	for (;; size *= 4) {
		target = arena_bytes(j->arena, size);
		if (!target) {
			fail_attrs(j, BIT(LINK), "readlink", strerror(ENOMEM));
			return;
		}
		n = readlinkat(j->o.path_fd, "", target, size);
		if (n < 0) {
			fail_attrs(j, BIT(LINK), "readlink", strerror(errno));
			return;
		}
		if ((size_t)n < size)
			break;
	}
	target[n] = '\0';
	j->e->link = (struct intact_str){ target, (size_t)n };
}

static void measure_xattrs(struct job *j)
{
	struct measurer *m = j->m;
	struct intact_entry *e = j->e;
	int rc;

	if (!xattr_reachable(&j->o)) {
		fail_attrs(j, MASK_XATTR, "extended attributes",
			   j->o.read_errno ? strerror(j->o.read_errno) : "need /proc");
		return;
	}
	rc = xattr_list(&j->o, &m->list);
	if (rc == EOPNOTSUPP || rc == ENOSYS) {
		drop_attrs(j, BIT(XATTRS));
		buf_clear(&m->list);
	} else if (rc) {
		fail_attrs(j, MASK_XATTR, "list extended attributes", strerror(rc));
		return;
	}
	if (e->attrs & BIT(ACL)) {
		rc = acl_read(&j->o, &m->list, m->value, j->arena, e);
		if (rc)
			fail_attrs(j, BIT(ACL), "access control list", strerror(rc));
	}
	if ((e->attrs & BIT(CAPS)) && m->list.len) {
		rc = caps_read(&j->o, &m->list, j->arena, &e->caps);
		if (rc)
			fail_attrs(j, BIT(CAPS), "capabilities", strerror(rc));
	}
	if ((e->attrs & BIT(SELINUX)) && xattr_listed(&m->list, "security.selinux")) {
		rc = xattr_string(&j->o, "security.selinux", m->value, j->arena, &e->selinux);
		if (rc)
			fail_attrs(j, BIT(SELINUX), "SELinux label", strerror(rc));
	}
	if ((e->attrs & BIT(XATTRS)) && m->list.len) {
		rc = xattr_read(&j->o, &m->list, m->value, j->arena, e);
		if (rc)
			fail_attrs(j, BIT(XATTRS), "extended attributes", strerror(rc));
	}
}

static void measure_flags(struct job *j)
{
#ifdef HAVE_E2FSATTRS
	unsigned flags = 0; /* the kernel writes an int, whatever the macro says */

	if (j->o.fd < 0) {
		fail_attrs(j, BIT(E2FSATTRS), "open", strerror(j->o.read_errno));
		return;
	}
	if (ioctl(j->o.fd, FS_IOC_GETFLAGS, &flags) == 0)
		j->e->e2fsattrs = flags;
	else if (errno == ENOTTY || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
		drop_attrs(j, BIT(E2FSATTRS));
	else
		fail_attrs(j, BIT(E2FSATTRS), "file flags", strerror(errno));
#else
	drop_attrs(j, BIT(E2FSATTRS));
#endif
}

/* One device is one file system: asked for once in a row. */
static int fstype_of(struct job *j, uint64_t *ret)
{
	const struct statx *st = &j->o.st;
	struct measurer *m = j->m;
	struct statfs fs;

	if (!m->fstype_known || m->fstype_major != st->stx_dev_major ||
	    m->fstype_minor != st->stx_dev_minor) {
		if (fstatfs(object_fd(&j->o), &fs) != 0)
			return errno;
		m->fstype_known = true;
		m->fstype_major = st->stx_dev_major;
		m->fstype_minor = st->stx_dev_minor;
		m->fstype = (uint64_t)(uint32_t)fs.f_type;
	}
	*ret = m->fstype;
	return 0;
}

static void measure_fstype(struct job *j)
{
	int rc = fstype_of(j, &j->e->fstype);

	if (rc)
		fail_attrs(j, BIT(FSTYPE), "file system type", strerror(rc));
}

/* ---- content -----------------------------------------------------------------------------------
 */

/* They are on no block device. */
static bool is_pseudo(struct job *j)
{
	uint64_t fstype;

	return j->o.st.stx_dev_major == 0 && fstype_of(j, &fstype) == 0 && fstype_is_pseudo(fstype);
}

static bool copy_digest(struct arena *arena, size_t size, const uint8_t *value, const uint8_t **ret)
{
	uint8_t *copy = arena_bytes(arena, size);

	if (!copy)
		return false;
	memcpy(copy, value, size);
	*ret = copy;
	return true;
}

static bool copy_digests(struct job *j, uint8_t values[][64], const uint8_t **ret)
{
	for (uint64_t left = j->digests; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));
		unsigned slot = (unsigned)row->digest, other = row->other;

		if (!copy_digest(j->arena, row->digest_size, values[slot], &ret[slot]))
			return false;
		if ((j->both & INTACT_BIT(row->id)) &&
		    !copy_digest(j->arena, row->digest_size, values[other], &ret[other]))
			return false;
	}
	return true;
}

/* What it is when decompressed, or why that is not known. */
static bool copy_unpacked(struct job *j)
{
	const struct unpacker *u = &j->m->unpack;
	struct intact_unpacked *copy = arena_alloc(j->arena, sizeof(*copy));

	if (!copy)
		return false;
	*copy = (struct intact_unpacked){ .why = u->why, .size = u->tally.pos };
	j->e->unpacked = copy;
	return u->why || copy_digests(j, j->m->unpack.digests, copy->digest);
}

static int keep_digests(struct job *j, const struct content *c, struct intact_error *err)
{
	struct intact_entry *e = j->e;

	if (!copy_digests(j, j->m->digests, e->digest))
		return intact_fail_nomem(err);
	if (c->nprefixes) {
		if (!copy_digests(j, j->m->prefix.digest, e->digest_prefix))
			return intact_fail_nomem(err);
		e->flags |= INTACT_ENTRY_PREFIX;
		e->prefix_size = j->m->prefix.size;
	}
	if (c->unpack && !copy_unpacked(j))
		return intact_fail_nomem(err);
	e->read.sec = time(NULL);
	return 0;
}

/* `growing`: digests over what was there before. */
static uint64_t prefix_of(const struct job *j)
{
	const struct intact_entry *old = j->old;

	if (!old || !(old->attrs & BIT(GROWING)) || !(old->attrs & j->m->scan->digests))
		return 0;
	return old->size < j->o.st.stx_size ? old->size : 0;
}

static bool same_ctime(const struct intact_entry *old, const struct statx *st)
{
	bool seconds = old->flags & INTACT_ENTRY_SECONDS;

	return intact_entry_has(old, INTACT_CTIME) && old->ctime.sec == st->stx_ctime.tv_sec &&
	       (seconds || old->ctime.nsec == st->stx_ctime.tv_nsec);
}

/* May it be part of a rotation?  What stands there since the baseline is not.  To say what changed
 * is for the comparison; here it is enough that whatever comes under a name has another inode or
 * ctime, and where only seconds are known another size. */
static bool is_news(const struct job *j)
{
	const struct statx *st = &j->o.st;
	const struct intact_entry *old = j->old;

	if (!j->m->scan->options.follow)
		return false;
	return !old || old->ino != st->stx_ino || !same_ctime(old, st) ||
	       (intact_entry_has(old, INTACT_SIZE) && old->size != st->stx_size);
}

/* Returns 0, 1 if the content did not hold still, or a negative code. */
static int measure_content(struct job *j, struct intact_error *err)
{
	const struct statx *st = &j->o.st;
	struct content c = {
		.fd = j->o.fd,
		.size = st->stx_size,
		.device = intact_device(st->stx_dev_major, st->stx_dev_minor),
		.may_grow = j->growing,
		.holes = content_may_have_holes(st),
		.digests = j->digests,
		.both = j->both,
		.prefixes = &j->m->prefix,
		.unpack = is_news(j) && (j->e->attrs & BIT(COMPRESSED)),
	};
	int error = 0;
	int rc;

	if (j->o.fd < 0) {
		fail_attrs(j, j->m->scan->digests, "open", strerror(j->o.read_errno));
		return 0;
	}
	j->m->prefix.size = prefix_of(j);
	c.nprefixes = j->m->prefix.size > 0;
	rc = content_read(j->m, &c, &error, err);
	switch (rc) {
	case CONTENT_OK:
		return keep_digests(j, &c, err);
	case CONTENT_ERROR:
		fail_attrs(j, j->m->scan->digests, "read", strerror(error));
		return 0;
	default:
		return rc;
	}
}

/* ---- holding still -----------------------------------------------------------------------------
 */

/* Was it changed within the tick of the clock in which we looked?  Then another change in the same
 * tick would leave the same ctime, and the second look could not tell. */
static bool is_young(const struct object *o)
{
	int64_t ahead = (o->st.stx_ctime.tv_sec - o->looked.tv_sec);

	if (ahead < -1 || ahead > 1)
		return false;
	ahead = ahead * 1000000000 + (int64_t)o->st.stx_ctime.tv_nsec - o->looked.tv_nsec;
	return ahead >= 0 && ahead <= AHEAD_NS;
}

/* Look until the ctime is old enough to tell; false if it keeps moving. */
static bool settle(struct job *j)
{
	for (int i = 0; is_young(&j->o); i++) {
		struct timespec wait = { 0, SETTLE_NS };

		if (i == SETTLE_TRIES)
			return false;
		nanosleep(&wait, NULL);
		if (object_look(&j->o) != 0)
			return false;
	}
	return true;
}

static int compare_times(const struct statx_timestamp *a, const struct statx_timestamp *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec == b->tv_nsec ? 0 : a->tv_nsec < b->tv_nsec ? -1 : 1;
}

static bool held_still(const struct statx *a, const struct statx *b, bool growing)
{
	int mtime = compare_times(&a->stx_mtime, &b->stx_mtime);
	int ctime = compare_times(&a->stx_ctime, &b->stx_ctime);

	if (a->stx_ino != b->stx_ino || a->stx_dev_major != b->stx_dev_major ||
	    a->stx_dev_minor != b->stx_dev_minor)
		return false;
	if (growing)
		return a->stx_size <= b->stx_size && mtime <= 0 && ctime <= 0;
	return a->stx_size == b->stx_size && mtime == 0 && ctime == 0;
}

/* ---- one look ----------------------------------------------------------------------------------
 */

static bool wants_object(const struct job *j)
{
	return j->digests ||
	       (j->e->attrs & (MASK_XATTR | BIT(LINK) | BIT(E2FSATTRS) | BIT(FSTYPE)));
}

/* Opening for reading is for content and flags: extended attributes are reached through /proc,
 * which needs no permission to read and breaks no lease. */
static bool wants_reading(const struct job *j)
{
	uint64_t mask = BIT(E2FSATTRS);

	if (j->m->scan->proc_fd < 0)
		mask |= MASK_XATTR;
	return j->digests || (j->e->attrs & mask);
}

static bool wants_second_look(const struct job *j)
{
	/* A link's target never changes, and what else there is of these types is one call. */
	if (!S_ISREG(j->o.st.stx_mode) && !S_ISDIR(j->o.st.stx_mode))
		return false;
	return j->digests || (j->e->attrs & (MASK_XATTR | BIT(E2FSATTRS)));
}

/* Everything that is read from the held object.  Returns 0, 1 if it did not hold still, or a
 * negative code. */
static int measure_held(struct job *j, struct intact_error *err)
{
	struct intact_entry *e = j->e;

	fill_inode(e, &j->o.st);
	if (e->attrs & BIT(LINK))
		measure_link(j);
	if (e->attrs & MASK_XATTR)
		measure_xattrs(j);
	if (e->attrs & BIT(E2FSATTRS))
		measure_flags(j);
	if (e->attrs & BIT(FSTYPE))
		measure_fstype(j);
	return j->digests ? measure_content(j, err) : 0;
}

static int look_at_held(struct job *j, struct intact_error *err)
{
	struct statx first;
	bool still;
	int rc;

	if (j->digests && !j->growing && !settle(j)) {
		fill_inode(j->e, &j->o.st);
		j->changed = "does not hold still long enough to be read";
		return LOOK_CHANGED;
	}
	first = j->o.st;
	rc = measure_held(j, err);
	if (rc < 0)
		return rc;
	if (!wants_second_look(j))
		return LOOK_DONE;
	still = object_look(&j->o) == 0 && held_still(&first, &j->o.st, j->growing);
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
		fail_attrs(j,
			   MASK_XATTR | BIT(LINK) | BIT(E2FSATTRS) | BIT(FSTYPE) |
				   j->m->scan->digests,
			   "open", strerror(error));
	return look;
}

/* Open the held object for reading where that makes sense. */
static void prepare_reading(struct job *j)
{
	if (!S_ISREG(j->o.st.stx_mode))
		return;
	if (is_pseudo(j)) {
		drop_attrs(j, j->m->scan->digests | BIT(E2FSATTRS));
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

/* Say that it stayed as it was after the last look. */
static void give_up(struct job *j, int outcome)
{
	struct buf text = { 0 };

	switch (outcome) {
	case LOOK_GONE:
		fail_attrs(j, UINT64_MAX, "vanished between listing and measuring", NULL);
		break;
	case LOOK_OTHER:
		buf_printf(&text, "changed from %s to %s while being scanned",
			   type_words((uint32_t)j->e->mode), type_words(j->o.st.stx_mode));
		fail_attrs(j, UINT64_MAX, text.data ? text.data : "changed its type", NULL);
		buf_release(&text);
		break;
	case LOOK_CHANGED:
		/* Each value is one that the object had; only a digest could be of a state that
		 * never was. */
		fill_inode(j->e, &j->o.st);
		memset(j->e->digest, 0, sizeof(j->e->digest));
		memset(j->e->digest_prefix, 0, sizeof(j->e->digest_prefix));
		j->e->flags &= ~(unsigned)INTACT_ENTRY_PREFIX;
		j->e->read = (struct intact_time){ 0 };
		j->e->unpacked = NULL;
		fail_attrs(j, j->m->scan->digests, j->changed, NULL);
		break;
	}
}

/* Digests of which the baseline has a value. */
static uint64_t old_digests(const struct job *j)
{
	if (!j->old || !S_ISREG(j->old->mode))
		return 0;
	return j->old->attrs & ~j->old->failed & j->m->scan->digests;
}

static void fail_digests(struct job *j, uint64_t mask)
{
	char names[512];

	intact_attr_expr(mask, names, sizeof(names));
	fail_attrs(j, mask, "this build cannot compute", names);
}

/* Digests to compute: the rule's, and the old ones where there is nothing in common that could
 * speak for the content.  A check sum could not. */
static uint64_t choose_digests(struct job *j)
{
	const struct intact_scan *scan = j->m->scan;
	uint64_t mask = j->e->attrs & scan->digests;
	uint64_t old = old_digests(j);

	if (mask & ~scan->available)
		fail_digests(j, mask & ~scan->available);
	if (mask && !(mask & old & scan->available & ~INTACT_MASK_CHECKSUMS))
		mask |= old;
	return mask & scan->available;
}

static int looks_allowed(int outcome)
{
	switch (outcome) {
	case LOOK_CHANGED:
		return LOOKS_CHANGED;
	case LOOK_GONE:
	case LOOK_OTHER:
		return LOOKS_GONE;
	default:
		return 0;
	}
}

int measure_entry(struct measurer *m, struct arena *arena, struct intact_entry *e,
		  const struct intact_entry *old, struct intact_error *err)
{
	struct intact_entry unmeasured;
	struct job j = { .m = m, .arena = arena, .e = e, .old = old };
	int outcome = scan_pace(m->scan, &m->scan->files, 1, m->ticks, err);

	if (outcome < 0) {
		e->dir = NULL;
		return outcome;
	}
	j.name = path_name(e->path.s, e->path.len);
	if (!*j.name)
		j.name = ".";
	e->attrs = intact_attr_applicable(e->attrs, (uint32_t)e->mode);
	e->flags &= ~(unsigned)INTACT_ENTRY_UNMEASURED;
	j.growing = ((e->attrs | (old ? old->attrs : 0)) & BIT(GROWING)) != 0;
	j.digests = choose_digests(&j);
	j.both = j.digests & old_digests(&j) & m->scan->twofold;
	unmeasured = *e;
	for (int i = 1; i == 1 || i <= looks_allowed(outcome); i++) {
		*e = unmeasured;
		outcome = look(&j, err);
	}
	if (outcome > LOOK_DONE)
		give_up(&j, outcome);
	/* Its folder may have to prove something of it. */
	if (!is_news(&j) || !j.e->read.sec)
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

void measurer_release(struct measurer *m)
{
	intact_hasher_free(m->tally.hasher);
	intact_hasher_free(m->unpack.tally.hasher);
	gunzip_free(m->unpack.gunzip);
	buf_release(&m->list);
	fetch_release(&m->fetch);
	free(m->value);
	*m = (struct measurer){ 0 };
}
