/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See priority.h.
 */

#include "cli/priority.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ioprio_set(2); libc has no wrapper for it. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_LEVEL_MASK 0xff

static void lower_nice(int nice, struct log *log)
{
	int now;

	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (errno == 0 && now >= nice)
		return;
	if (setpriority(PRIO_PROCESS, 0, nice) != 0)
		log_say(log, INTACT_LOG_WARNING, "cannot set 'nice' to %d: %s", nice,
			strerror(errno));
}

/* Classes and levels: the higher number is the one that steps back further; 0 stands for the
 * middle of best-effort. */
static bool is_behind(int now, int wanted)
{
	if (now >> IOPRIO_CLASS_SHIFT == 0)
		now = INTACT_IO_BEST_EFFORT << IOPRIO_CLASS_SHIFT | 4;
	if (now >> IOPRIO_CLASS_SHIFT != wanted >> IOPRIO_CLASS_SHIFT)
		return now > wanted;
	return (now & IOPRIO_LEVEL_MASK) >= (wanted & IOPRIO_LEVEL_MASK);
}

static void lower_io(const struct intact_courtesy *c, struct log *log)
{
	int wanted = (int)c->io_class << IOPRIO_CLASS_SHIFT | (int)c->io_level;
	int now = (int)syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);

	if (now >= 0 && is_behind(now, wanted))
		return;
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, wanted) != 0)
		log_say(log, INTACT_LOG_WARNING, "cannot set 'io_class': %s", strerror(errno));
}

void priority_lower(const struct intact_courtesy *courtesy, struct log *log)
{
	if (courtesy->nice > 0)
		lower_nice(courtesy->nice, log);
	if (courtesy->io_class != INTACT_IO_AS_IS)
		lower_io(courtesy, log);
}
