/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What a package manager must offer: a table of functions and a list of packages.
 */

#ifndef PACKAGES_MANAGER_H
#define PACKAGES_MANAGER_H

#include <intact/packages.h>

#include "base/arena.h"

struct package_manager {
	const char *name;
	/* Returns 1, 0 where there are no records of this kind below `rootfd`, or a negative code.
	 */
	int (*open)(int rootfd, struct intact_packages **ret, struct intact_error *err);
	int (*look_up)(struct intact_packages *p, struct intact_record *records, size_t n,
		       struct intact_error *err);
	int (*read_log)(struct intact_packages *p, int64_t since, struct intact_error *err);
	/* All but the common part. */
	void (*release)(struct intact_packages *p);
};

/** The common part; a manager embeds it as its first member. */
struct intact_packages {
	const struct package_manager *manager;
	struct intact_package *list; /* names are in `names` */
	struct package_work {
		int64_t began, ended; /* seconds; 0: not known */
	} * work;		      /* beside the list */
	size_t n, cap;
	struct arena names;
	uint64_t bad, bad_at_start;
	int (*tick)(void *ctx); /* may be NULL */
	void *tick_ctx;
};

/** More packages than any host has. */
#define PACKAGES_MAX 1000000u

/** Add a package: both are copied.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int packages_add(struct intact_packages *p, const char *name, size_t name_len, const char *version,
		 size_t version_len, struct intact_error *err);

/** Go on?  Returns 0 or INTACT_ESIGNAL. */
INTACT_MUST_CHECK
int packages_tick(const struct intact_packages *p, struct intact_error *err);

/** The record of a path, or NULL if nobody asked for it. */
struct intact_record *packages_find(struct intact_record *records, size_t n, const char *path,
				    size_t len);

extern const struct package_manager package_manager_dpkg;
extern const struct package_manager package_manager_rpm;

#endif /* PACKAGES_MANAGER_H */
