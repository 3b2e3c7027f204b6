/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Configuration files: which may be read at all, and @@include, @@x_include.
 */

#ifndef RULES_INCLUDE_H
#define RULES_INCLUDE_H

#include "rules/reader.h"

/** Read the configuration itself ("-": standard input) and carry it out. */
INTACT_MUST_CHECK
int include_main(struct reader *r, const char *path, struct intact_error *err);

/** Carry out @@include or @@x_include. */
INTACT_MUST_CHECK
int include_statement(struct reader *r, const struct statement *st, struct intact_error *err);

#endif /* RULES_INCLUDE_H */
