/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A directory held open by everybody who still needs it: the walk while it is inside, and each
 * entry found in it until that is measured.
 */

#ifndef SCAN_DIR_H
#define SCAN_DIR_H

#include <sys/types.h>

struct intact_scan;

struct scan_dir {
	_Atomic unsigned refs;
	int fd;
	dev_t dev; /* of the directory; 0: not known */
	struct intact_scan *scan;
};

/** Take over `fd`, on device `dev`; one reference.  NULL without memory (fd is closed then). */
struct scan_dir *scan_dir_new(struct intact_scan *scan, int fd, dev_t dev);

/** One more reference, for any thread. */
struct scan_dir *scan_dir_ref(struct scan_dir *dir);

/** Drop a reference, from any thread; the last one closes.  NULL is fine. */
void scan_dir_unref(struct scan_dir *dir);

#endif /* SCAN_DIR_H */
