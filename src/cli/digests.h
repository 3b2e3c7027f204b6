/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests of a whole file: for the report's section about the databases.
 */

#ifndef CLI_DIGESTS_H
#define CLI_DIGESTS_H

#include <intact/report.h>
#include <intact/scan.h>

/** Digests of a baseline's bytes, unpacked if it is gzipped.  `path` is kept as the name. */
INTACT_MUST_CHECK
int digests_of_file(const char *path, uint64_t mask, enum intact_compat compat,
		    struct intact_report_database *ret, struct intact_error *err);

#endif /* CLI_DIGESTS_H */
