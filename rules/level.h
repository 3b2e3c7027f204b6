/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Names of levels and formats.
 */

#ifndef RULES_LEVEL_H
#define RULES_LEVEL_H

#include <intact/rules.h>

/** enum intact_report_level of a name, or -1. */
int report_level_by_name(const char *name);

/** enum intact_report_format of a name, or -1. */
int report_format_by_name(const char *name);

#endif /* RULES_LEVEL_H */
