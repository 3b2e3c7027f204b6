/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See job.h: the attributes of a held object.  Everything comes from that object; when to believe
 * it, others decide.
 */

#include "scan/job.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifdef HAVE_E2FSATTRS
#include <linux/fs.h>
#endif

#include "base/arena.h"
#include "scan/acl.h"
#include "scan/caps.h"
#include "scan/context.h"
#include "scan/fstype.h"
#include "scan/xattr.h"

void job_fail(struct job *j, uint64_t mask, const char *what, const char *why)
{
	mask &= j->e->attrs;
	if (!mask)
		return;
	j->e->failed |= mask;
	job_say(j, what, why);
}

void job_say(struct job *j, const char *what, const char *why)
{
	struct intact_entry *e = j->e;
	struct buf text = { 0 };

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

void job_drop(struct job *j, uint64_t mask)
{
	mask &= j->e->attrs;
	j->e->unsupported |= mask;
	j->e->attrs &= ~mask;
}

static struct intact_time time_of(const struct statx_timestamp *t)
{
	return (struct intact_time){ t->tv_sec, t->tv_nsec };
}

void job_inode(struct intact_entry *e, const struct statx *st)
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
		e->unsupported |= e->attrs & JOB_BIT(BTIME);
		e->attrs &= ~JOB_BIT(BTIME);
	}
}

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
			job_fail(j, JOB_BIT(LINK), "readlink", strerror(ENOMEM));
			return;
		}
		n = readlinkat(j->o.path_fd, "", target, size);
		if (n < 0) {
			job_fail(j, JOB_BIT(LINK), "readlink", strerror(errno));
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
		job_fail(j, JOB_XATTRS, "extended attributes",
			 j->o.read_errno ? strerror(j->o.read_errno) : "need /proc");
		return;
	}
	rc = xattr_list(&j->o, &m->list);
	if (rc == EOPNOTSUPP || rc == ENOSYS) {
		job_drop(j, JOB_BIT(XATTRS));
		buf_clear(&m->list);
	} else if (rc) {
		job_fail(j, JOB_XATTRS, "list extended attributes", strerror(rc));
		return;
	}
	if (e->attrs & JOB_BIT(ACL)) {
		rc = acl_read(&j->o, &m->list, m->value, j->arena, e);
		if (rc)
			job_fail(j, JOB_BIT(ACL), "access control list", strerror(rc));
	}
	if ((e->attrs & JOB_BIT(CAPS)) && m->list.len) {
		rc = caps_read(&j->o, &m->list, j->arena, &e->caps);
		if (rc)
			job_fail(j, JOB_BIT(CAPS), "capabilities", strerror(rc));
	}
	if ((e->attrs & JOB_BIT(SELINUX)) && xattr_listed(&m->list, "security.selinux")) {
		rc = xattr_string(&j->o, "security.selinux", m->value, j->arena, &e->selinux);
		if (rc)
			job_fail(j, JOB_BIT(SELINUX), "SELinux label", strerror(rc));
	}
	if ((e->attrs & JOB_BIT(XATTRS)) && m->list.len) {
		rc = xattr_read(&j->o, &m->list, m->scan->options.trusted_xattrs, m->value,
				j->arena, e);
		if (rc)
			job_fail(j, JOB_BIT(XATTRS), "extended attributes", strerror(rc));
	}
}

static void measure_flags(struct job *j)
{
#ifdef HAVE_E2FSATTRS
	unsigned flags = 0; /* the kernel writes an int, whatever the macro says */

	if (j->o.fd < 0) {
		job_fail(j, JOB_BIT(E2FSATTRS), "open", strerror(j->o.read_errno));
		return;
	}
	if (ioctl(j->o.fd, FS_IOC_GETFLAGS, &flags) == 0)
		j->e->e2fsattrs = flags;
	else if (errno == ENOTTY || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL)
		job_drop(j, JOB_BIT(E2FSATTRS));
	else
		job_fail(j, JOB_BIT(E2FSATTRS), "file flags", strerror(errno));
#else
	job_drop(j, JOB_BIT(E2FSATTRS));
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
		job_fail(j, JOB_BIT(FSTYPE), "file system type", strerror(rc));
}

/* Pseudo file systems, and those in memory, are on no block device. */
bool job_is_pseudo(struct job *j)
{
	uint64_t fstype = 0;

	return j->o.st.stx_dev_major == 0 && fstype_of(j, &fstype) == 0 && fstype_is_pseudo(fstype);
}

bool job_has_times(struct job *j)
{
	uint64_t fstype = 0;

	return j->o.st.stx_dev_major != 0 ||
	       (fstype_of(j, &fstype) == 0 && !fstype_is_memory(fstype));
}

void job_attrs(struct job *j)
{
	uint64_t attrs = j->e->attrs;

	if (attrs & JOB_BIT(LINK))
		measure_link(j);
	if (attrs & JOB_XATTRS)
		measure_xattrs(j);
	job_progress(j);
	if (attrs & JOB_BIT(E2FSATTRS))
		measure_flags(j);
	if (attrs & JOB_BIT(FSTYPE))
		measure_fstype(j);
}
