/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A scan: limits, the way to reopen objects, counters.  See context.h and intact/scan.h.
 */

#include "scan/context.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* The walk keeps this many directories open, the window holds on to this many: far more than the
 * workers can use at a time, far less than any common limit of descriptors. */
#define STACK_DIRS 64
#define WINDOW_DIRS 1024
/* Descriptors for everything else: standard streams, reports, baseline, workers' files. */
#define OTHER_FDS 128

/* A tick at most this often: it may be asked for between any two entries. */
#define TICK_MS 50
/* Whoever waits for a limit looks around so often. */
#define PACE_STEP_NS 20000000

static rlim_t raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		struct rlimit more = { limit.rlim_max, limit.rlim_max };

		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			return more.rlim_cur;
	}
	return limit.rlim_cur;
}

static void share_descriptors(struct intact_scan *scan)
{
	rlim_t limit = raise_descriptor_limit();
	rlim_t spare = limit > 2 * (rlim_t)OTHER_FDS ? limit - OTHER_FDS : limit / 2;

	scan->max_stack = spare / 4 < STACK_DIRS ? (unsigned)(spare / 4) : STACK_DIRS;
	if (scan->max_stack < 2)
		scan->max_stack = 2;
	scan->max_dirs = spare / 2 < WINDOW_DIRS ? (unsigned)(spare / 2) : WINDOW_DIRS;
	if (scan->max_dirs < scan->max_stack)
		scan->max_dirs = scan->max_stack;
}

/* -1 where there is no procfs, or something else in its place. */
static int open_proc(void)
{
	int fd = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd >= 0 && (fstatfs(fd, &fs) != 0 || fs.f_type != PROC_SUPER_MAGIC)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int intact_scan_new(const struct intact_scan_options *options, struct intact_scan **ret,
		    struct intact_error *err)
{
	struct intact_scan *scan = calloc(1, sizeof(*scan));

	if (!scan)
		return intact_fail_nomem(err);
	scan->options = *options;
	if (!scan->options.root_prefix)
		scan->options.root_prefix = "";
	scan->digests = intact_attr_digests();
	scan->available = intact_digests_available();
	scan->twofold = intact_digests_twofold();
	scan->euid = geteuid();
	scan->bytes.per_second = options->courtesy.bytes_per_second;
	scan->files.per_second = options->courtesy.files_per_second;
	scan->pressure.limit = options->courtesy.pressure;
	scan->pressure.folder = "/proc/pressure";
	share_descriptors(scan);
	scan->proc_fd = open_proc();
	*ret = scan;
	return 0;
}

void intact_scan_free(struct intact_scan *scan)
{
	if (!scan)
		return;
	if (scan->proc_fd >= 0)
		close(scan->proc_fd);
	free(scan);
}

const struct intact_scan_stats *intact_scan_stats(const struct intact_scan *scan)
{
	return &scan->stats;
}

int scan_tick(struct intact_scan *scan, struct intact_error *err)
{
	struct timespec now;
	uint64_t ms;

	if (!scan->options.tick && !scan->pressure.limit)
		return 0;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	if (scan->last_tick_ms && ms - scan->last_tick_ms < TICK_MS)
		return 0;
	scan->last_tick_ms = ms;
	pressure_look(&scan->pressure, pace_now());
	if (scan->options.tick && scan->options.tick(scan->options.tick_ctx) != 0)
		return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
	return 0;
}

int scan_pace(struct intact_scan *scan, struct pace *pace, uint64_t n, bool ticks,
	      struct intact_error *err)
{
	bool limited = pace->per_second != 0;
	uint64_t now = limited ? pace_now() : 0;
	uint64_t until = limited ? pace_take(pace, n, now) : 0;

	while (now < until || atomic_load(&scan->pressure.paused)) {
		uint64_t left =
			now < until && until - now < PACE_STEP_NS ? until - now : PACE_STEP_NS;
		struct timespec wait = { 0, (long)left };
		int rc = ticks ? scan_tick(scan, err) : 0;

		if (rc == 0 && atomic_load(&scan->stopping))
			rc = intact_fail(err, INTACT_ESIGNAL, "stopped");
		if (rc < 0)
			return rc;
		nanosleep(&wait, NULL);
		now = pace_now();
	}
	return 0;
}
