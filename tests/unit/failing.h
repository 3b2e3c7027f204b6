/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests that are linked with --wrap: calls of libraries, counted, of which one fails.  What is
 * wrapped is the test's affair.
 */

#ifndef UNIT_FAILING_H
#define UNIT_FAILING_H

#include <errno.h>
#include <stdbool.h>

/** Not an errno: what moves bytes moves one, and nothing fails. */
#define SHORT 10000

static unsigned long calls, fails_at; /* from 1; 0: none */
static int error;		      /* what errno gets */
static bool paused;		      /* the test's own calls: neither counted nor failing */

/** Count from 1 again, and let this one fail. */
static inline void fail_at(unsigned long at)
{
	calls = 0;
	fails_at = at;
}

/** Another call: is it the one? */
static inline bool fails(void)
{
	if (paused || ++calls != fails_at || error == SHORT)
		return false;
	errno = error;
	return true;
}

/** A call that takes its arguments and gives `type`, or `bad` when it fails. */
#define WRAP(type, name, params, args, bad)                  \
	type __real_##name params;                           \
	type __wrap_##name params;                           \
	type __wrap_##name params                            \
	{                                                    \
		return fails() ? (bad) : __real_##name args; \
	}

#endif /* UNIT_FAILING_H */
