/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * How fast a scan may go: limits of bytes and files a second, shared by all workers, and a pause
 * while the machine is under pressure.
 *
 * It computes how long to wait and knows neither files nor workers.
 */

#ifndef SCAN_PACE_H
#define SCAN_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/** One limit.  Zero-initialised with a rate of 0 it never makes anybody wait. */
struct pace {
	uint64_t per_second;	 /* set before it is shared; 0: no limit */
	_Atomic uint64_t due_ns; /* monotonic time at which what was taken so far is paid for */
};

/**
 * Take `n` (bytes, files) at the time `now_ns`.  Returns the monotonic time before which the caller
 * should not go on; not later than `now_ns` where it need not wait.  Any thread.
 */
uint64_t pace_take(struct pace *p, uint64_t n, uint64_t now_ns);

/** CLOCK_MONOTONIC in nanoseconds. */
uint64_t pace_now(void);

/** Pausing under pressure.  The pulling thread's, but for `paused`. */
struct pressure {
	unsigned limit;	     /* percent of the last ten seconds; 0: never pause */
	const char *folder;  /* "/proc/pressure" */
	uint64_t next_ns;    /* look again then */
	uint64_t changed_ns; /* when the pause began or ended */
	_Atomic bool paused;
};

/**
 * Look at the pressure, at most once a second.  A pause ends with the pressure, or after a minute:
 * the scan itself may be what presses, and a run has to come to an end.  Between two pauses it goes
 * on for ten seconds at least.
 */
void pressure_look(struct pressure *p, uint64_t now_ns);

#endif /* SCAN_PACE_H */
