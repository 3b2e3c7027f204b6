/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: a run with an event of each kind and each degree, and every value that a schema has a
 * member for.
 */

#ifndef UNIT_EVENT_CHANGES_H
#define UNIT_EVENT_CHANGES_H

#include <intact/report.h>

/** Added, removed and changed (content, rights, times), setuid, moved, unverified in part and as a
 * whole, asked for differently.  Free run->changes. */
struct intact_run event_run(void);

/** An init that lists what it recorded. */
struct intact_run event_run_init(void);

#endif /* UNIT_EVENT_CHANGES_H */
