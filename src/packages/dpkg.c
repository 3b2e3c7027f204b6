/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * dpkg: opening its records, and which packages there are.  What they say of a path is in
 * dpkg_look.c, what the log says in dpkg_log.c.
 */

#include "packages/dpkg.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packages/beneath.h"

static struct dpkg *dpkg_of(struct intact_packages *p)
{
	return (struct dpkg *)p;
}

static int grow(struct dpkg *d, struct intact_error *err)
{
	size_t cap = d->cap ? d->cap * 2 : 256;
	struct dpkg_package *packages = realloc(d->packages, cap * sizeof(*packages));

	if (!packages)
		return intact_fail_nomem(err);
	d->packages = packages;
	d->cap = cap;
	return 0;
}

/* People have the architecture where there may be several, and so have the names of files. */
int dpkg_add(struct dpkg *d, const struct dpkg_package *package, const char *version,
	     size_t version_len, struct intact_error *err)
{
	struct buf name = { 0 };
	int rc = d->common.n == d->cap ? grow(d, err) : 0;

	if (rc < 0)
		return rc;
	d->packages[d->common.n] = *package;
	buf_add(&name, package->name.s, package->name.len);
	if (package->same) {
		buf_add_char(&name, ':');
		buf_add(&name, package->arch.s, package->arch.len);
	}
	rc = name.failed ? intact_fail_nomem(err)
			 : packages_add(&d->common, name.data, name.len, version, version_len, err);
	buf_release(&name);
	return rc;
}

static int add_package(struct dpkg *d, const struct dpkg_stanza *s, struct intact_error *err)
{
	const struct dpkg_package new = {
		.name = s->name, .config = s->config, .arch = s->arch, .same = s->same
	};

	return dpkg_add(d, &new, s->version.s, s->version.len, err);
}

static int read_packages(struct dpkg *d, struct intact_error *err)
{
	struct piece text = { d->status.data, d->status.len };
	struct dpkg_stanza s;
	int got, rc = 0;

	while (rc == 0 && (got = dpkg_stanza(&text, &s)) != 0) {
		if (got < 0)
			d->common.bad++;
		else if (s.present)
			rc = add_package(d, &s, err);
	}
	return rc;
}

/* Without them no path is where its package says for certain. */
static int read_diversions(struct dpkg *d, int admin, struct intact_error *err)
{
	struct buf text = { 0 };
	int rc = beneath_read(admin, "diversions", DPKG_FILE_MAX, false, &text, NULL, err);

	if (rc == 1)
		rc = places_read_diversions(&d->places, (struct piece){ text.data, text.len },
					    &d->common.bad, err);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}

static int read_admin(struct dpkg *d, int admin, struct intact_error *err)
{
	int rc;

	/* Diversions are kept behind them. */
	places_read_links(&d->places, d->rootfd);
	rc = read_diversions(d, admin, err);
	if (rc == 0)
		rc = beneath_read(admin, "statoverride", DPKG_FILE_MAX, false, &d->overrides, NULL,
				  err);
	if (rc >= 0)
		rc = beneath_folder(admin, "info", true, &d->info, err);
	return rc < 0 ? rc : read_packages(d, err);
}

static void dpkg_release(struct intact_packages *p)
{
	struct dpkg *d = dpkg_of(p);

	if (d->info >= 0)
		close(d->info);
	buf_release(&d->status);
	buf_release(&d->overrides);
	free(d->packages);
	free(d->earlier);
	places_release(&d->places);
}

static int open_in(int admin, int rootfd, struct intact_packages **ret, struct intact_error *err)
{
	struct dpkg *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return intact_fail_nomem(err);
	d->common.manager = &package_manager_dpkg;
	d->rootfd = rootfd;
	d->info = -1;
	rc = beneath_read(admin, "status", DPKG_FILE_MAX, false, &d->status, NULL, err);
	if (rc == 1) {
		int read = read_admin(d, admin, err);

		rc = read < 0 ? read : 1;
	}
	if (rc == 1)
		*ret = &d->common;
	else
		intact_packages_close(&d->common);
	return rc;
}

static int dpkg_open(int rootfd, struct intact_packages **ret, struct intact_error *err)
{
	int admin;
	int rc = beneath_folder(rootfd, "var/lib/dpkg", true, &admin, err);

	if (rc != 1)
		return rc;
	rc = open_in(admin, rootfd, ret, err);
	close(admin);
	return rc;
}

const struct package_manager package_manager_dpkg = {
	"dpkg", dpkg_open, dpkg_look_up, dpkg_read_log, dpkg_release,
};
