/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What dpkg's records say of some paths: one pass over the lists of all packages.
 *
 * A path belongs to a package if it is in its *.list; then the sum in its *.md5sums, or among its
 * Conffiles, is that of the path.  A sum of a path that is not in the list says nothing: another
 * package may have taken it over.  What dpkg keeps about a package belongs to it by its name; of
 * these files there is no sum.
 */

#include "packages/dpkg.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packages/beneath.h"

#define MD5_SIZE 16

/* One look-up. */
struct look {
	struct dpkg *d;
	struct intact_record *records;
	size_t n;
	uint32_t *owner; /* beside the records: the last package that has it, plus one */
	bool *disagree;	 /* likewise: packages have different sums of it */
	struct buf name; /* of a file */
	struct buf text;
	struct stat st;
};

/* The record of what `package` says is at `path`; *ret is NULL where nobody asked. */
static int find(struct look *l, struct piece package, struct piece path, bool slash,
		struct intact_record **ret, struct intact_error *err)
{
	struct piece place;
	int rc = places_of(&l->d->places, package, path, slash, &place, err);

	if (rc == 0)
		*ret = packages_find(l->records, l->n, place.s, place.len);
	return rc;
}

/* Read "NAME[:ARCH].SUFFIX".  Returns 1, 0 where it cannot be used, or INTACT_ENOMEM. */
static int read_info(struct look *l, uint32_t package, const char *suffix, struct intact_error *err)
{
	struct intact_error why = { 0 };
	int rc;

	buf_clear(&l->name);
	/* The name of the row has the architecture just where the file has it. */
	buf_printf(&l->name, "%s.%s", l->d->common.list[package].name, suffix);
	if (l->name.failed)
		return intact_fail_nomem(err);
	rc = beneath_read(l->d->info, l->name.data, DPKG_FILE_MAX, false, &l->text, &l->st, &why);
	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	if (rc < 0)
		l->d->common.bad++;
	return rc == 1;
}

static void take_path(struct look *l, uint32_t package, struct intact_record *r)
{
	const struct package_work *work = &l->d->common.work[package];
	size_t i = (size_t)(r - l->records);

	if (r->package == INTACT_NO_PACKAGE)
		r->package = package;
	else if (l->owner[i] != package + 1)
		r->shared = true;
	l->owner[i] = package + 1;
	if (r->ended < work->ended) {
		r->began = work->began;
		r->ended = work->ended;
	}
}

static int look_in_list(struct look *l, uint32_t package, struct intact_error *err)
{
	struct piece text, line, path;
	struct intact_record *r = NULL;
	struct package_work *work = &l->d->common.work[package];
	int rc = read_info(l, package, "list", err);

	if (rc != 1)
		return rc;
	if (work->ended < l->st.st_mtime)
		work->ended = l->st.st_mtime;
	text = (struct piece){ l->text.data, l->text.len };
	for (rc = 0; rc == 0 && dpkg_line(&text, &line);) {
		if (!dpkg_list_line(line, &path)) {
			l->d->common.bad++;
			continue;
		}
		rc = find(l, l->d->packages[package].name, path, false, &r, err);
		if (rc == 0 && r)
			take_path(l, package, r);
	}
	return rc < 0 ? rc : 1;
}

/* A sum, of a file that the package has.  `config` takes the place of what md5sums may say of a
 * configuration file. */
static void take_sum(struct look *l, uint32_t package, struct intact_record *r, bool config,
		     const uint8_t *md5)
{
	size_t i = (size_t)(r - l->records);

	if (l->owner[i] != package + 1)
		return;
	if (config) {
		r->config = true;
		r->has_sum = false;
	}
	if (!md5 || l->disagree[i])
		return;
	if (r->has_sum && memcmp(r->sum, md5, MD5_SIZE) != 0) {
		l->disagree[i] = true;
		r->has_sum = false;
		return;
	}
	r->has_sum = true;
	r->sum_id = INTACT_MD5;
	memcpy(r->sum, md5, MD5_SIZE);
}

static int look_in_sums(struct look *l, uint32_t package, struct intact_error *err)
{
	struct piece text, line, path;
	struct intact_record *r = NULL;
	uint8_t md5[16];
	int rc = read_info(l, package, "md5sums", err);

	if (rc != 1)
		return rc;
	text = (struct piece){ l->text.data, l->text.len };
	for (rc = 0; rc == 0 && dpkg_line(&text, &line);) {
		if (!dpkg_md5_line(line, &path, md5)) {
			l->d->common.bad++;
			continue;
		}
		rc = find(l, l->d->packages[package].name, path, true, &r, err);
		if (rc == 0 && r)
			take_sum(l, package, r, false, md5);
	}
	return rc;
}

static int look_in_config(struct look *l, uint32_t package, struct intact_error *err)
{
	struct piece text = l->d->packages[package].config, line, path;
	struct intact_record *r = NULL;
	uint8_t md5[16];
	bool has_md5;
	int rc = 0;

	while (rc == 0 && dpkg_line(&text, &line)) {
		if (!dpkg_config_line(line, &path, &has_md5, md5)) {
			l->d->common.bad++;
			continue;
		}
		rc = find(l, l->d->packages[package].name, path, false, &r, err);
		if (rc == 0 && r)
			take_sum(l, package, r, true, has_md5 ? md5 : NULL);
	}
	return rc;
}

/* The first record whose path is not before `path`. */
static size_t first_from(const struct look *l, const char *path)
{
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(l->records[middle].path, path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* "NAME.postinst".  One that is gone may not have been in the newer version. */
static int look_at_own(struct look *l, uint32_t package, struct intact_error *err)
{
	buf_clear(&l->name);
	buf_printf(&l->name, DPKG_INFO "%s.", l->d->common.list[package].name);
	if (l->name.failed)
		return intact_fail_nomem(err);
	for (size_t i = first_from(l, l->name.data); i < l->n; i++) {
		struct intact_record *r = &l->records[i];

		if (strncmp(r->path, l->name.data, l->name.len) != 0)
			break;
		if (!r->gone && !strpbrk(r->path + l->name.len, "./"))
			take_path(l, package, r);
	}
	return 0;
}

/* A package without a list has nothing. */
static int look_in_package(struct look *l, uint32_t package, struct intact_error *err)
{
	int rc = look_in_list(l, package, err);

	if (rc != 1)
		return rc;
	rc = look_in_sums(l, package, err);
	if (rc == 0)
		rc = look_in_config(l, package, err);
	return rc < 0 ? rc : look_at_own(l, package, err);
}

/* ---- what the administrator set ----------------------------------------------------------------
 */

static int take_overrides(struct look *l, struct piece users, struct piece groups,
			  struct intact_error *err)
{
	struct piece text = { l->d->overrides.data, l->d->overrides.len }, line;
	const struct piece nobody = { "", 0 };
	struct dpkg_override o;
	struct intact_record *r = NULL;
	int rc = 0;

	while (rc == 0 && dpkg_line(&text, &line)) {
		uint64_t uid, gid;

		if (!dpkg_override_line(line, &o)) {
			l->d->common.bad++;
			continue;
		}
		rc = find(l, nobody, o.path, false, &r, err);
		if (rc < 0 || !r || !dpkg_account(users, o.user, &uid) ||
		    !dpkg_account(groups, o.group, &gid))
			continue;
		r->has_override = true;
		r->mode = o.mode;
		r->uid = uid;
		r->gid = gid;
	}
	return rc;
}

static int look_in_overrides(struct look *l, struct intact_error *err)
{
	struct buf users = { 0 }, groups = { 0 };
	int rc = 0;

	if (!l->d->overrides.len)
		return 0;
	rc = beneath_accounts(l->d->rootfd, "passwd", &users, err);
	if (rc == 0)
		rc = beneath_accounts(l->d->rootfd, "group", &groups, err);
	if (rc == 0)
		rc = take_overrides(l, (struct piece){ users.data, users.len },
				    (struct piece){ groups.data, groups.len }, err);
	buf_release(&users);
	buf_release(&groups);
	return rc;
}

int dpkg_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
		 struct intact_error *err)
{
	struct look l = { .d = (struct dpkg *)p, .records = records, .n = n };
	int rc = 0;

	l.owner = calloc(n, sizeof(*l.owner));
	l.disagree = calloc(n, sizeof(*l.disagree));
	if (!l.owner || !l.disagree)
		rc = intact_fail_nomem(err);
	for (uint32_t i = 0; rc == 0 && l.d->info >= 0 && i < p->n; i++) {
		rc = packages_tick(p, err);
		if (rc == 0 && !l.d->packages[i].gone)
			rc = look_in_package(&l, i, err);
	}
	if (rc == 0)
		rc = look_in_overrides(&l, err);
	if (rc == 0)
		rc = dpkg_ship(l.d, records, n, err);
	free(l.owner);
	free(l.disagree);
	buf_release(&l.name);
	buf_release(&l.text);
	return rc;
}
