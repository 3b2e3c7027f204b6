/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The folder in which the reports of the last nights are kept, by date.
 */

#ifndef CLI_STORE_H
#define CLI_STORE_H

#include <stdint.h>
#include <stdio.h>

#include <intact/error.h>

/** The path that it gets there; NULL without memory. */
char *reports_path(const char *folder, int64_t time, const char *ending);

/** Keep a report (from its start) in `folder`, which is made if it is not there, under the time of
 * the run and with this ending ("txt"). */
INTACT_MUST_CHECK
int reports_keep(const char *folder, int64_t time, const char *ending, FILE *report,
		 struct intact_error *err);

/** Remove what is older than `keep` seconds, by the time in its name.  What has no name that
 * reports_keep() gives is somebody else's, and stays. */
INTACT_MUST_CHECK
int reports_prune(const char *folder, int64_t now, uint64_t keep, struct intact_error *err);

#endif /* CLI_STORE_H */
