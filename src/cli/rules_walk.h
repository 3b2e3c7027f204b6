/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A walk for what the rules say about each name; nothing is measured.
 */

#ifndef CLI_RULES_WALK_H
#define CLI_RULES_WALK_H

#include "cli/session.h"
#include <intact/scan.h>

/** Walk as a scan would, in the sandbox, and tell `visited` (its `ctx` first) of each name that the
 * rules were asked about.  `ret_status` becomes 32 if something could not be looked at. */
INTACT_MUST_CHECK
int rules_walk(struct session *s, intact_visited_fn *visited, void *ctx, int *ret_status,
	       struct intact_error *err);

#endif /* CLI_RULES_WALK_H */
