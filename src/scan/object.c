/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See object.h.
 *
 * A regular file costs openat(O_PATH), statx, openat through /proc/self/fd, and two closes.  Where
 * no device can be opened (scan->nodev) it is opened by name at once, which saves two calls (12 us
 * an entry become 8).  Without procfs it is opened by name after looking, and compared with what we
 * looked at; a device that is put there in between would be opened and closed again, which cannot
 * be helped there.
 */

#include "scan/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "scan/context.h"

#define LOOK_MASK (STATX_BASIC_STATS | STATX_BTIME)
#define READ_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* Out of descriptors: the other workers give theirs back soon. */
#define EMFILE_TRIES 10
#define EMFILE_WAIT_NS 5000000L

static int open_patiently(int dirfd, const char *name, int flags)
{
	int fd = openat(dirfd, name, flags);

	for (int i = 0; fd < 0 && (errno == EMFILE || errno == ENFILE) && i < EMFILE_TRIES; i++) {
		struct timespec wait = { 0, EMFILE_WAIT_NS };

		nanosleep(&wait, NULL);
		fd = openat(dirfd, name, flags);
	}
	return fd;
}

/* O_NOATIME is for the owner and for CAP_FOWNER. */
static int open_quietly(int dirfd, const char *name, int flags)
{
	int fd = open_patiently(dirfd, name, flags | O_NOATIME);

	if (fd < 0 && errno == EPERM)
		fd = open_patiently(dirfd, name, flags);
	return fd;
}

int object_stat(int dirfd, const char *name, struct statx *ret)
{
	if (statx(dirfd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, LOOK_MASK, ret) != 0)
		return errno;
	return 0;
}

int object_look(struct object *o)
{
	int fd = o->fd >= 0 ? o->fd : o->path_fd;

	clock_gettime(CLOCK_REALTIME_COARSE, &o->looked);
	if (statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, LOOK_MASK,
		  &o->st) != 0)
		return errno;
	return 0;
}

static bool same_inode(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
	       a->stx_dev_minor == b->stx_dev_minor;
}

/* Hold with O_PATH and look. */
static int hold(const struct intact_scan *scan, struct object *o)
{
	o->path_fd = open_patiently(o->dirfd, o->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (o->path_fd < 0)
		return errno;
	if (scan->proc_fd >= 0)
		snprintf(o->proc, sizeof(o->proc), "/proc/self/fd/%d", o->path_fd);
	return object_look(o);
}

/* Open by name and look; what is not of `type` is closed unread.  Returns 0 or an errno; where
 * o->fd stays -1, the name should be held instead. */
static int open_by_name(struct object *o, mode_t type)
{
	int flags = READ_FLAGS | O_NOFOLLOW | (S_ISDIR(type) ? O_DIRECTORY : 0);
	int rc;

	o->fd = open_quietly(o->dirfd, o->name, flags);
	if (o->fd < 0) {
		o->read_errno = errno;
		return 0;
	}
	rc = object_look(o);
	if (rc == 0 && (o->st.stx_mode & S_IFMT) == type)
		return 0;
	close(o->fd);
	o->fd = -1;
	return rc;
}

int object_hold(const struct intact_scan *scan, int dirfd, const char *name, mode_t type,
		bool readable, struct object *ret)
{
	struct object o = { .dirfd = dirfd, .name = name, .path_fd = -1, .fd = -1 };
	int rc = 0;

	/* O_DIRECTORY opens nothing but directories. */
	if (readable && (S_ISDIR(type) || (S_ISREG(type) && scan->nodev)))
		rc = open_by_name(&o, type);
	if (rc == 0 && o.fd < 0)
		rc = hold(scan, &o);
	if (rc)
		object_close(&o);
	else
		*ret = o;
	return rc;
}

static void read_through_proc(const struct intact_scan *scan, struct object *o)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", o->path_fd);
	if (scan->euid == 0 || o->st.stx_uid == scan->euid)
		o->fd = open_quietly(scan->proc_fd, number, READ_FLAGS);
	else
		o->fd = open_patiently(scan->proc_fd, number, READ_FLAGS);
	if (o->fd < 0)
		o->read_errno = errno;
}

static void read_without_proc(struct object *o)
{
	struct statx held = o->st;
	int rc = open_by_name(o, S_IFREG);

	if (rc == 0 && o->fd >= 0 && same_inode(&held, &o->st))
		return;
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	o->st = held;
	if (!o->read_errno)
		o->read_errno = rc ? rc : ESTALE;
}

void object_read(const struct intact_scan *scan, struct object *o)
{
	if (o->fd >= 0 || o->read_errno)
		return;
	if (scan->proc_fd >= 0)
		read_through_proc(scan, o);
	else
		read_without_proc(o);
}

void object_close(struct object *o)
{
	if (o->fd >= 0)
		close(o->fd);
	if (o->path_fd >= 0)
		close(o->path_fd);
	o->fd = -1;
	o->path_fd = -1;
}
