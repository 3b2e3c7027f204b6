/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The lines of report_severity: which paths weigh how much.  What is made of that is the affair of
 * the reports; which paths are selected, that of the rules (ruleset.h).
 */

#ifndef RULES_SEVERITY_H
#define RULES_SEVERITY_H

#include <intact/rules.h>

#include "rules/place.h"

/** Add a line behind the others.  `*list` is NULL for none so far, and the caller's to free.
 * Returns 0, INTACT_ECONFIG (it does not compile) or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int severities_add(struct intact_severities **list, const struct place *place,
		   enum intact_severity level, const char *regex, enum intact_compat compat,
		   struct intact_error *err);

/** NULL is fine. */
void severities_free(struct intact_severities *list);

#endif /* RULES_SEVERITY_H */
