/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: a run of intact with one change of each kind that AIDE's samples cannot have.
 */

#ifndef UNIT_OWN_CHANGES_H
#define UNIT_OWN_CHANGES_H

#include <intact/report.h>

/** A check in which: a device changed its number, a time changed by nanoseconds, a file could not
 * be read, a directory not be listed, one name is not UTF-8 and another looks like it, a rule asks
 * for more than the baseline has.  Free run->changes. */
struct intact_run own_run(void);

/** A check without differences in which one entry is unverified. */
struct intact_run own_run_unverified(void);

/** A check in which everything is equal. */
struct intact_run own_run_equal(void);

#endif /* UNIT_OWN_CHANGES_H */
