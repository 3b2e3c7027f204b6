/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Names of levels and formats, and other small values of options.
 */

#ifndef RULES_LEVEL_H
#define RULES_LEVEL_H

#include <intact/rules.h>

/** enum intact_report_level of a name, or -1. */
int report_level_by_name(const char *name);

/** enum intact_report_format of a name, or -1. */
int report_format_by_name(const char *name);

/** "19": a niceness from 0 to 19.  False if it is none. */
bool courtesy_nice(const char *text, struct intact_courtesy *ret);

/** "idle", "best-effort", "best-effort:0" to "best-effort:7". */
bool courtesy_io_class(const char *text, struct intact_courtesy *ret);

/** Per second: "20M" bytes (K, M, G: powers of 1024), "500files", or both with a comma; "0": none.
 */
bool courtesy_io_limit(const char *text, struct intact_courtesy *ret);

/** "20" or "20%": 0 to 99. */
bool courtesy_pressure(const char *text, struct intact_courtesy *ret);

#endif /* RULES_LEVEL_H */
