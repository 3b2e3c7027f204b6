/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * dpkg's records while they are open.
 */

#ifndef PACKAGES_DPKG_H
#define PACKAGES_DPKG_H

#include "base/buf.h"
#include "packages/manager.h"
#include "packages/places.h"

/** A package beside its row in the common list. */
struct dpkg_package {
	struct piece name;   /* without architecture, in `status` */
	struct piece config; /* lines of configuration files, likewise */
	struct piece arch;   /* likewise */
	bool same;	     /* its files have the architecture in their names */
	bool gone;	     /* it is not there any more */
};

/** A version that was there at the time of the baseline, or since, and is not any more. */
struct dpkg_earlier {
	struct piece name, arch;
	const char *version;
	uint32_t package; /* its row in the list */
};

struct dpkg {
	struct intact_packages common;
	int rootfd; /* the caller's */
	int info;   /* the folder of lists, or -1 */
	struct buf status;
	struct buf overrides;
	struct dpkg_package *packages; /* as many as common.n */
	size_t cap;
	struct places places;
	struct dpkg_earlier *earlier; /* from the log */
	size_t nearlier, earlier_cap;
};

/** dpkg.c: add a row for a package. */
INTACT_MUST_CHECK
int dpkg_add(struct dpkg *d, const struct dpkg_package *package, const char *version,
	     size_t version_len, struct intact_error *err);

/** dpkg_log.c */
INTACT_MUST_CHECK
int dpkg_read_log(struct intact_packages *p, int64_t since, struct intact_error *err);

/** dpkg_look.c */
INTACT_MUST_CHECK
int dpkg_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
		 struct intact_error *err);

/** dpkg_ship.c: after that, what the packages themselves have. */
INTACT_MUST_CHECK
int dpkg_ship(struct dpkg *d, struct intact_record *records, size_t n, struct intact_error *err);

/** Where dpkg keeps the files about packages, as entries have it. */
#define DPKG_INFO "/var/lib/dpkg/info/"

/** A file of records that is larger is not read. */
#define DPKG_FILE_MAX ((size_t)64 << 20)

#endif /* PACKAGES_DPKG_H */
