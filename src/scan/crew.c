/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See crew.h.
 *
 * Two signs together tell a slow disk from a busy machine: processors were not used that we could
 * have had, and threads went to sleep by themselves.  Who is only pushed aside by other programs
 * does not go to sleep.
 */

#include "scan/crew.h"

#define LOOK_NS ((uint64_t)20000000)
/* Waits that are more than accidents, in number and in frequency: two workers at a disk that seeks
 * wait once in four milliseconds. */
#define WAITS_MANY 4
#define WAIT_NS ((uint64_t)7000000)
/* Below it the processors wait for us, above it we wait for them: percent of their time. */
#define IDLE_SHARE 75
#define BUSY_SHARE 95
/* A pause of the disk is no reason to send everybody away. */
#define CALM_LOOKS 5

void crew_init(struct crew *c, unsigned least, unsigned most, unsigned processors,
	       const struct crew_sample *now)
{
	*c = (struct crew){
		.least = least,
		.most = most > least ? most : least,
		.processors = processors,
		.size = least,
		.last = *now,
	};
}

bool crew_due(const struct crew *c, uint64_t wall_ns)
{
	return c->most > c->least && wall_ns - c->last.wall_ns >= LOOK_NS;
}

static unsigned share(const struct crew *c, const struct crew_sample *now)
{
	uint64_t wall = (now->wall_ns - c->last.wall_ns) * c->processors;

	return wall ? (unsigned)((now->cpu_ns - c->last.cpu_ns) * 100 / wall) : 100;
}

static bool disk_waits(const struct crew *c, const struct crew_sample *now)
{
	uint64_t waits = now->waits - c->last.waits;

	return waits >= WAITS_MANY && waits * WAIT_NS >= now->wall_ns - c->last.wall_ns;
}

static void grow(struct crew *c)
{
	c->calm = 0;
	c->size = c->size > c->most / 2 ? c->most : c->size * 2;
}

static void shrink(struct crew *c)
{
	if (++c->calm < CALM_LOOKS)
		return;
	c->calm = 0;
	c->size = c->size / 2 > c->least ? c->size / 2 : c->least;
}

void crew_look(struct crew *c, const struct crew_sample *now, bool behind)
{
	unsigned used = share(c, now);
	bool waited = disk_waits(c, now);

	if (waited && used < IDLE_SHARE && behind)
		grow(c);
	else if (!waited || used > BUSY_SHARE)
		shrink(c);
	else
		c->calm = 0;
	c->last = *now;
}
