/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The options: one row each.
 */

#ifndef RULES_OPTION_H
#define RULES_OPTION_H

#include "rules/place.h"

struct reader;
struct statement;
struct config_option;

/** Row of a name, or NULL. */
const struct config_option *config_option_find(struct slice name);

/** Is the value an attribute expression (and not a string)? */
bool config_option_takes_attrs(const struct config_option *row);

/** The option that is called most like this, or NULL. */
const char *config_option_nearest(struct slice name);

/** Carry out an option statement. */
INTACT_MUST_CHECK
int config_option_set(struct reader *r, const struct statement *st, struct intact_error *err);

/** Make a report target of the options now in force.  Takes over *url. */
INTACT_MUST_CHECK
int config_option_add_report(struct reader *r, struct intact_url *url, struct intact_error *err);

#endif /* RULES_OPTION_H */
