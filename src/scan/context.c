/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A scan: limits, the way to reopen objects, counters.  See context.h and intact/scan.h.
 */

#include "scan/context.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"

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

/* Between two looks at a watch not more than this counts: when the whole process was stopped, or
 * the pulling thread did not get to look, that is no silence of a file system. */
#define LOOK_MS 250
/* Silent objects at the most: beyond that the run ends.  Each has cost the whole patience, or would
 * have with one worker.  Those that one dead file system took from many workers at a time are not
 * among them, so that a run ends like this at any number of workers or at none. */
#define SILENCES_MAX 64
/* How long a thread may take to end when the run is over. */
#define LEAVE_MS 5000

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
	scan->digests = INTACT_MASK_DIGESTS;
	scan->available = intact_digests_available();
	scan->twofold = intact_digests_twofold();
	scan->euid = geteuid();
	scan->bytes.per_second = options->courtesy.bytes_per_second;
	scan->files.per_second = options->courtesy.files_per_second;
	scan->pressure.limit = options->courtesy.pressure;
	scan->pressure.folder = "/proc/pressure";
	share_descriptors(scan);
	scan->proc_fd = open_proc();
	scan->root_fd = -1;
	if (options->time_limit)
		scan->deadline = thread_clock() + (uint64_t)options->time_limit * 1000000000;
	scan->patience_ms = (uint64_t)options->patience * 1000;
	snprintf(scan->silence, sizeof(scan->silence),
		 "no answer from the file system for %u second%s", options->patience,
		 options->patience == 1 ? "" : "s");
	*ret = scan;
	return 0;
}

void intact_scan_free(struct intact_scan *scan)
{
	/* Who was left behind may still use it. */
	if (!scan || scan->stats.left_behind)
		return;
	if (scan->proc_fd >= 0)
		close(scan->proc_fd);
	free(scan);
}

bool scan_is_late(const struct intact_scan *scan)
{
	return scan->deadline && thread_clock() >= scan->deadline;
}

void intact_scan_follow(struct intact_scan *scan, bool follow)
{
	scan->options.follow = follow;
}

int intact_scan_root(const struct intact_scan *scan)
{
	return scan->root_fd;
}

bool intact_scan_has_clone(const struct intact_scan *scan)
{
	return scan->nodev;
}

const struct intact_scan_stats *intact_scan_stats(const struct intact_scan *scan)
{
	return &scan->stats;
}

/* Look at the watches if that was not done for a while.  False: it was. */
static bool look_around(struct intact_scan *scan)
{
	struct timespec now;
	uint64_t ms, passed;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	passed = scan->last_tick_ms ? ms - scan->last_tick_ms : LOOK_MS;
	if (passed < TICK_MS)
		return false;
	scan->last_tick_ms = ms;
	for (struct watch *w = scan->watches; w; w = w->next)
		watch_look(w, passed < LOOK_MS ? passed : LOOK_MS);
	return true;
}

void scan_look(struct intact_scan *scan)
{
	(void)look_around(scan);
}

int scan_tick(struct intact_scan *scan, struct intact_error *err)
{
	if (!scan->options.tick && !scan->watches && !scan->pressure.limit)
		return 0;
	if (!look_around(scan))
		return 0;
	pressure_look(&scan->pressure, pace_now());
	if (scan->options.tick && scan->options.tick(scan->options.tick_ctx) != 0)
		return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
	return 0;
}

/* ---- silence -----------------------------------------------------------------------------------
 */

void scan_watch(struct intact_scan *scan, struct watch *w)
{
	w->next = scan->watches;
	scan->watches = w;
}

void scan_unwatch(struct intact_scan *scan, struct watch *w)
{
	for (struct watch **at = &scan->watches; *at; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			return;
		}
	}
}

bool scan_give_up(struct intact_scan *scan, struct watch *w)
{
	if (!scan->patience_ms || !watch_give_up(w, scan->patience_ms))
		return false;
	scan_unwatch(scan, w);
	scan->stats.left_behind++;
	return true;
}

int scan_count_silence(struct intact_scan *scan, struct intact_error *err)
{
	unsigned before = atomic_fetch_add(&scan->silences, 1);

	if (before < SILENCES_MAX)
		return 0;
	return intact_fail(err, INTACT_EIO, "file systems did not answer %u times", before + 1);
}

bool scan_leave(struct intact_scan *scan, struct watch *w)
{
	if (!scan->patience_ms || !watch_give_up(w, LEAVE_MS))
		return false;
	scan_unwatch(scan, w);
	scan->stats.left_behind++;
	return true;
}

const char *scan_silence(struct intact_scan *scan)
{
	return scan->silence;
}

int scan_pace(struct intact_scan *scan, struct pace *pace, uint64_t n, struct watch *watch,
	      struct intact_error *err)
{
	bool limited = pace->per_second != 0;
	uint64_t now = limited ? pace_now() : 0;
	uint64_t until = limited ? pace_take(pace, n, now) : 0;

	while (now < until || atomic_load(&scan->pressure.paused)) {
		uint64_t left =
			now < until && until - now < PACE_STEP_NS ? until - now : PACE_STEP_NS;
		struct timespec wait = { 0, (long)left };
		int rc = watch ? 0 : scan_tick(scan, err);

		if (rc == 0 && atomic_load(&scan->stopping))
			rc = intact_fail(err, INTACT_ESIGNAL, "stopped");
		if (rc < 0)
			return rc;
		nanosleep(&wait, NULL);
		if (watch)
			watch_progress(watch);
		now = pace_now();
	}
	return 0;
}
