/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See clone.h, open_tree(2) and mount_setattr(2) (Linux 5.12).
 *
 * By system call number: the C library has wrappers only since glibc 2.36.
 */

#include "scan/clone.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(SYS_open_tree) && defined(SYS_mount_setattr)

/* Linux 5.14; an older kernel refuses the bit, and then there is no clone. */
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

#define HARMLESS                                                                        \
	(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | \
	 MOUNT_ATTR_NOATIME | MOUNT_ATTR_NOSYMFOLLOW)

/* "36 35 98:0 /root /point rw,noatime shared:1 unbindable - ext4 ...": an optional field, before
 * the dash.  Blanks in paths are escaped, so that no path can look like one. */
static bool line_is_unbindable(char *line)
{
	char *end = strstr(line, " - ");

	if (end)
		end[1] = '\0';
	return strstr(line, " unbindable ") != NULL;
}

/* The kernel leaves unbindable mounts out of a clone without a word: what is on them would be taken
 * for removed. */
static bool has_unbindable(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!f)
		return true;
	while (!found && getline(&line, &size, f) > 0)
		found = line_is_unbindable(line);
	found = found || ferror(f);
	free(line);
	fclose(f);
	return found;
}

static int make_harmless(int fd)
{
	struct mount_attr attr = {
		.attr_set = HARMLESS,
		.attr_clr = MOUNT_ATTR__ATIME,
		.propagation = MS_PRIVATE,
	};

	return (int)syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
			    sizeof(attr));
}

int clone_mounts(int fd)
{
	int clone;

	if (has_unbindable())
		return -1;
	clone = (int)syscall(SYS_open_tree, fd, "",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (clone >= 0 && make_harmless(clone) != 0) {
		close(clone);
		clone = -1;
	}
	return clone;
}

#else

int clone_mounts(int fd)
{
	(void)fd;
	return -1;
}

#endif
