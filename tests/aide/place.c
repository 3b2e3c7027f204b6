/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See place.h.
 *
 * The two programs run one after the other, and must see the same.  So the folder is mounted
 * without access times (a file whose mtime lies in the future gets a new atime with every reading
 * otherwise), at a place whose neighbours nobody changes (both walk the folders above it), in a
 * mount namespace of our own.  In that everything else is read-only: what is done to random trees
 * as root must not reach the machine.
 */

#include "place.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static const char quiet_base[] = "/srv";

/* All mounts of our namespace. */
static bool set_read_only(bool on)
{
	struct mount_attr attr = { .attr_set = on ? MOUNT_ATTR_RDONLY : 0,
				   .attr_clr = on ? 0 : MOUNT_ATTR_RDONLY };

	return mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)) == 0;
}

static bool mount_quiet(const char *made)
{
	if (access(quiet_base, F_OK) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount(made, quiet_base, NULL, MS_BIND, NULL) != 0)
		return false;
	/* The remount takes the read-only away again, for this place alone. */
	if (set_read_only(true) &&
	    mount(NULL, quiet_base, NULL, MS_REMOUNT | MS_BIND | MS_NOATIME, NULL) == 0)
		return true;
	set_read_only(false);
	umount(quiet_base);
	return false;
}

bool place_make(struct place *p)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(p->made, sizeof(p->made), "%s/intact-aide.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(p->made)) {
		perror(p->made);
		return false;
	}
	p->quiet = mount_quiet(p->made);
	p->base = p->quiet ? quiet_base : p->made;
	return true;
}

void place_remove(struct place *p)
{
	if (p->quiet) {
		umount(quiet_base);
		set_read_only(false);
	}
	rmdir(p->made);
}
