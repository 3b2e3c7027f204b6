/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See disk_fstype.h.  Nothing is opened for more than its place.
 */

#include "cli/disk_fstype.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file.h"

/* As deep as there is something: the last name may be any object. */
static int descend(int fd, const char *at)
{
	while (*at) {
		bool last = !strchr(at, '/');
		int next = last ? openat(fd, at, O_PATH | O_NOFOLLOW | O_CLOEXEC)
				: file_open_step(fd, &at, O_PATH);

		if (next < 0)
			break;
		close(fd);
		fd = next;
		if (last)
			break;
	}
	return fd;
}

int disk_fstype(const char *root, const char *path, size_t len, uint64_t *ret)
{
	int fd = open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *names = len > 1 ? strndup(path + 1, len - 1) : strdup("");
	struct statfs fs;
	int rc = -1;

	if (fd >= 0 && names) {
		fd = descend(fd, names);
		rc = fstatfs(fd, &fs);
	}
	if (rc == 0)
		*ret = (uint64_t)(uint32_t)fs.f_type;
	if (fd >= 0)
		close(fd);
	free(names);
	return rc;
}
