/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For analysers, before each file but error.c and place.c: what fails is negative.  They look at
 * one file at a time, and without this take every failure for a possible success with nothing set.
 */

#ifndef ANALYZE_KNOWN_H
#define ANALYZE_KNOWN_H

#include <intact/error.h>

#ifdef ANALYZE_RULES
#include "rules/place.h"
#endif

static inline int known_negative(int rc)
{
	return rc < 0 ? rc : INTACT_EIO;
}

#define intact_fail(...) known_negative((intact_fail)(__VA_ARGS__))
#define intact_fail_errno(...) known_negative((intact_fail_errno)(__VA_ARGS__))
#define intact_fail_nomem(...) known_negative((intact_fail_nomem)(__VA_ARGS__))
#define place_fail(...) known_negative((place_fail)(__VA_ARGS__))
#define place_fail_at(...) known_negative((place_fail_at)(__VA_ARGS__))

#endif /* ANALYZE_KNOWN_H */
