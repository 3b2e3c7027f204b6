/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Numbers that look random and are the same for the same seed, on every machine (splitmix64).
 */

#ifndef TESTS_AIDE_RANDOM_H
#define TESTS_AIDE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/** 0 to n - 1. */
static inline unsigned random_below(struct random *r, unsigned n)
{
	return (unsigned)(random_next(r) >> 33) % n;
}

static inline bool random_chance(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

/** One element of an array. */
#define random_pick(r, array) ((array)[random_below((r), sizeof(array) / sizeof((array)[0]))])

#endif /* TESTS_AIDE_RANDOM_H */
