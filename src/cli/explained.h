/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What packages explain of a run's changes (package_manager).
 */

#ifndef CLI_EXPLAINED_H
#define CLI_EXPLAINED_H

#include "cli/flow.h"
#include <intact/packages.h>

/** All zero: nobody asked. */
struct explained {
	struct intact_packages *packages;
	struct intact_report_packages facts;
	struct intact_error why; /* what facts.problem points to */
	bool asked;
};

/** Look all changes up; between flow_run() and flow_stop().  Records that cannot be used are said
 * in the report and the log, and are no failure. */
INTACT_MUST_CHECK
int explained_find(struct explained *e, struct flow *f, struct intact_error *err);

void explained_release(struct explained *e);

#endif /* CLI_EXPLAINED_H */
