/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * How many workers there should be just now.
 *
 * As many as processors are best while everything is in the cache.  While it is the disk that
 * waits, more of them keep more requests under way: eight readers get through a cold tree in half
 * the time of two.  This only decides; it starts nothing and reads no clock.
 */

#ifndef SCAN_CREW_H
#define SCAN_CREW_H

#include <stdbool.h>
#include <stdint.h>

/** What was used up to a moment, by all threads of the process. */
struct crew_sample {
	uint64_t wall_ns;
	uint64_t cpu_ns;
	uint64_t waits; /* times a thread went to sleep for something else than its own kind */
};

struct crew {
	unsigned least;
	unsigned most;
	unsigned processors;
	unsigned size; /* what it should be */
	unsigned calm; /* looks in a row that saw no reason for more than the least */
	struct crew_sample last;
};

/** `most` below `least` counts as `least`. */
void crew_init(struct crew *c, unsigned least, unsigned most, unsigned processors,
	       const struct crew_sample *now);

/** Is it time for crew_look()? */
bool crew_due(const struct crew *c, uint64_t wall_ns);

/** Look at what was used since the last look, and set c->size.  `behind`: entries wait, and every
 * worker has one. */
void crew_look(struct crew *c, const struct crew_sample *now, bool behind);

#endif /* SCAN_CREW_H */
