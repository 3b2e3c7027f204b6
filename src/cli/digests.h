/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests of whole baselines: for the report's section about the databases.
 */

#ifndef CLI_DIGESTS_H
#define CLI_DIGESTS_H

#include <intact/db.h>
#include <intact/report.h>
#include <intact/scan.h>

/** Digests of a baseline's bytes, unpacked if it is gzipped. */
INTACT_MUST_CHECK
int digests_of(const struct intact_db *db, uint64_t mask, enum intact_compat compat,
	       struct intact_report_database *ret, struct intact_error *err);

/** The same of a baseline that is about to be written: begin, and when all is written, end. */
INTACT_MUST_CHECK
int digests_watch(struct intact_db_writer *w, uint64_t mask, enum intact_compat compat,
		  struct intact_hasher **ret, struct intact_error *err);
INTACT_MUST_CHECK
int digests_end(struct intact_hasher *hasher, uint64_t mask, struct intact_report_database *ret,
		struct intact_error *err);

#endif /* CLI_DIGESTS_H */
