/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See pace.h.
 *
 * A limit is one number: when what was taken so far is paid for.  Whoever takes moves it on by the
 * price and waits until the moment where it was.  What was not used up is lost after a tenth of a
 * second, so that a quiet time is no credit for a burst.
 */

#include "scan/pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND ((uint64_t)1000000000)
#define BURST (SECOND / 10)

#define PAUSE_MAX (60 * SECOND)
#define RUN_MIN (10 * SECOND)

uint64_t pace_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

/* n / per_second, in nanoseconds; 2^64 nanoseconds are 584 years. */
static uint64_t price(uint64_t n, uint64_t per_second)
{
	uint64_t seconds = n / per_second;

	if (seconds >= UINT64_MAX / SECOND / 4)
		return UINT64_MAX / 4;
	return seconds * SECOND + (uint64_t)((double)(n % per_second) * 1e9 / (double)per_second);
}

uint64_t pace_take(struct pace *p, uint64_t n, uint64_t now_ns)
{
	uint64_t cost, from, due;

	if (!p->per_second || !n)
		return now_ns;
	cost = price(n, p->per_second);
	due = atomic_load(&p->due_ns);
	do {
		uint64_t oldest = now_ns > BURST ? now_ns - BURST : 0;

		from = due > oldest ? due : oldest;
	} while (!atomic_compare_exchange_weak(&p->due_ns, &due, from + cost));
	return from > now_ns ? from : now_ns;
}

/* "some avg10=1.73 avg60=..." of one file in hundredths of a percent; 0 where there is none. */
static unsigned stalled(const char *folder, const char *name)
{
	char path[4096], line[128];
	const char *at = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fgets(line, sizeof(line), f) && strncmp(line, "some ", 5) == 0)
		at = strstr(line, "avg10=");
	fclose(f);
	return at ? (unsigned)(strtod(at + 6, NULL) * 100) : 0;
}

static bool is_pressed(const struct pressure *p)
{
	static const char *const names[] = { "cpu", "io", "memory" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (stalled(p->folder, names[i]) > p->limit * 100)
			return true;
	}
	return false;
}

void pressure_look(struct pressure *p, uint64_t now_ns)
{
	bool paused = atomic_load(&p->paused), next = paused;

	if (!p->limit || now_ns < p->next_ns)
		return;
	p->next_ns = now_ns + SECOND;
	if (!paused && now_ns - p->changed_ns >= RUN_MIN)
		next = is_pressed(p);
	if (paused)
		next = now_ns - p->changed_ns < PAUSE_MAX && is_pressed(p);
	if (next == paused)
		return;
	p->changed_ns = now_ns;
	atomic_store(&p->paused, next);
}
