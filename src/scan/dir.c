/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See dir.h.
 */

#include "scan/dir.h"

#include <stdlib.h>
#include <unistd.h>

#include "scan/context.h"

struct scan_dir *scan_dir_new(struct intact_scan *scan, int fd, dev_t dev)
{
	struct scan_dir *dir = malloc(sizeof(*dir));

	if (!dir) {
		close(fd);
		return NULL;
	}
	atomic_init(&dir->refs, 1);
	dir->fd = fd;
	dir->dev = dev;
	dir->scan = scan;
	atomic_fetch_add(&scan->dirs, 1);
	return dir;
}

struct scan_dir *scan_dir_ref(struct scan_dir *dir)
{
	atomic_fetch_add(&dir->refs, 1);
	return dir;
}

void scan_dir_unref(struct scan_dir *dir)
{
	if (!dir || atomic_fetch_sub(&dir->refs, 1) != 1)
		return;
	close(dir->fd);
	atomic_fetch_sub(&dir->scan->dirs, 1);
	free(dir);
}
