/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What intact knows of an event, whole and exact, under "intact": the same whatever the schema
 * around it has members for.  Values are strings, so that no value from outside can have a type
 * that an index does not take.
 */

#ifndef REPORT_EVENTFACTS_H
#define REPORT_EVENTFACTS_H

#include "report/events.h"

/** The member "intact" of a finding, and of the event about the run. */
void eventfacts_finding(struct report *r, struct jsonout *w, const struct event *e);
void eventfacts_summary(struct report *r, struct jsonout *w);

#endif /* REPORT_EVENTFACTS_H */
