/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See still.h.
 */

#include "scan/still.h"

#include <stdint.h>

/* A first look is taken again until the clock of inode times has moved beyond the ctime. */
#define SETTLE_TRIES 6
#define SETTLE_NS 5000000L
/* A ctime further ahead of that clock than its longest tick is not young but wrong. */
#define AHEAD_NS 20000000

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

bool still_settle(struct object *o)
{
	for (int i = 0; is_young(o); i++) {
		struct timespec wait = { 0, SETTLE_NS };

		if (i == SETTLE_TRIES)
			return false;
		nanosleep(&wait, NULL);
		if (object_look(o) != 0)
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

bool still_held(const struct statx *a, const struct statx *b, bool growing)
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
