/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The summary string of a listed entry: one character an attribute ("f >.... mc..C.. .  ").
 */

#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/view.h"

#define SUMMARY_MAX 20

/** Write the string of `columns` characters (18 or 19) and a NUL. */
void summary_string(const struct view *v, const struct intact_report_options *options,
		    unsigned columns, char buf[SUMMARY_MAX]);

#endif /* REPORT_SUMMARY_H */
