/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Whether the root of a scan can be opened at all, asked before anything else is.
 */

#ifndef CLI_ROOT_H
#define CLI_ROOT_H

#include <intact/error.h>

struct session;

/** Open session->config->root_prefix, and close it again; without one nothing is asked.  Returns 0,
 * INTACT_ECONFIG where it cannot be opened, INTACT_EIO without an answer (measure_timeout), or
 * INTACT_ESIGNAL. */
INTACT_MUST_CHECK
int root_check(struct session *s, struct intact_error *err);

#endif /* CLI_ROOT_H */
