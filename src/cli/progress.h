/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The progress line on a terminal: entries, bytes, rate, and the time that is left when the
 * baseline says how many entries to expect.
 */

#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;	   /* stderr is a terminal and nobody objected */
	bool shown;	   /* there is a line to erase */
	uint64_t expected; /* entries; 0: not known */
	int64_t start_ms;
	int64_t last_ms;
};

/** `wanted` false: never show anything. */
void progress_init(struct progress *p, bool wanted, uint64_t expected);

/** Redraw, at most ten times a second. */
void progress_draw(struct progress *p, uint64_t entries, uint64_t bytes);

/** Erase the line; the next draw shows it again.  `ctx` is the struct progress. */
void progress_erase(void *ctx);

#endif /* CLI_PROGRESS_H */
