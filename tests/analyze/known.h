/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For analysers, before each file but error.c and place.c: what fails is negative.  They look at one file at a time,
 * and without this take every failure for a possible success with nothing set.
 */

#ifndef ANALYZE_KNOWN_H
#define ANALYZE_KNOWN_H

#include <intact/error.h>

#ifdef ANALYZE_RULES
#include "rules/place.h"
#endif

#define intact_fail(err, code, ...) ((void)(intact_fail)(err, code, __VA_ARGS__), INTACT_EIO)
#define intact_fail_errno(err, ...) ((void)(intact_fail_errno)(err, __VA_ARGS__), INTACT_EIO)
#define intact_fail_nomem(err) ((void)(intact_fail_nomem)(err), INTACT_ENOMEM)

#define place_fail(p, err, code, ...) ((void)(place_fail)(p, err, code, __VA_ARGS__), INTACT_EIO)
#define place_fail_at(p, column, err, code, ...) \
	((void)(place_fail_at)(p, column, err, code, __VA_ARGS__), INTACT_EIO)

#endif /* ANALYZE_KNOWN_H */
