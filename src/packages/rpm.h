/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * rpm's records while they are open.
 */

#ifndef PACKAGES_RPM_H
#define PACKAGES_RPM_H

#include "base/buf.h"
#include "packages/manager.h"
#include "packages/places.h"
#include "packages/rpm_db.h"

struct rpm {
	struct intact_packages common; /* as many as headers in the database, in its order */
	int rootfd;		       /* the caller's */
	struct buf image;	       /* the database, with what its log has */
	struct rpm_db *db;
	struct places places;
	struct buf users, groups;
	struct arena texts; /* of the last look-up */
};

/** rpm_look.c */
INTACT_MUST_CHECK
int rpm_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
		struct intact_error *err);

#endif /* PACKAGES_RPM_H */
