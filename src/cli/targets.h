/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Where reports go: the report_url targets, opened before the run and written after it.
 */

#ifndef CLI_TARGETS_H
#define CLI_TARGETS_H

#include "cli/session.h"
#include <intact/report.h>

struct targets;

/**
 * Open every report target of the configuration.  Files are created and locked but not truncated
 * yet: an old report stays until there is a new one. Returns 0, INTACT_ECONFIG (cannot be opened;
 * aide-compat 1.3) or INTACT_ELOCK.
 */
INTACT_MUST_CHECK
int targets_open(struct session *s, struct targets **ret, struct intact_error *err);

/**
 * Write all reports.  *ret_status gets the exit status: the sum of 1, 2, 4 over all targets,
 * and 32.  Every target is tried; the first failure is returned (INTACT_EIO) with the differences
 * in its sentence.
 */
INTACT_MUST_CHECK
int targets_write(struct targets *t, const struct intact_run *run, int *ret_status,
		  struct intact_error *err);

/** Does any target list the entries of an --init? */
bool targets_detail_init(const struct session *s);

void targets_close(struct targets *t);

#endif /* CLI_TARGETS_H */
