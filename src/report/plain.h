/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The plain report's parts that are about packages, and what they share with the rest of it.
 */

#ifndef REPORT_PLAIN_H
#define REPORT_PLAIN_H

#include "report/parts.h"

/* ---- plain.c ---- */

/** The title of a section. */
void plain_section(struct report *r, const char *title);

/** One line of a list: how it changed, and its path. */
void plain_entry(struct report *r, const struct view *v);

/* ---- plain_packages.c; of all but the first nothing comes where nobody asked ---- */

/** Whose records were looked at. */
void plain_packages_head(struct report *r);

/** Below the line of an entry: why its package does not explain it. */
void plain_reason(struct report *r, const struct view *v);

/** Are the details of this entry to be shown at the report's level? */
bool plain_is_shown(const struct report *r, const struct view *v);

/** The section of what a package's record contradicts. */
INTACT_MUST_CHECK
int plain_contradicted(struct report *r, struct intact_error *err);

/** The section of what packages explain. */
INTACT_MUST_CHECK
int plain_packages(struct report *r, struct intact_error *err);

#endif /* REPORT_PLAIN_H */
