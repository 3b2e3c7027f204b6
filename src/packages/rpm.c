/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * rpm: finding its database, reading it into memory, and which packages there are.  What it says of
 * a path is in rpm_look.c.
 */

#include "packages/rpm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packages/beneath.h"
#include "packages/rpm_head.h"
#include "packages/rpm_wal.h"

/* A workstation with ten thousand packages has half of it. */
#define DATABASE_MAX ((size_t)1 << 30)

static struct rpm *rpm_of(struct intact_packages *p)
{
	return (struct rpm *)p;
}

/* ---- the database ------------------------------------------------------------------------------
 */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Is what was read of a file still what it is?  `had`: 0 if there was none. */
static int check_same(int folder, const char *name, int had, const struct stat *st,
		      struct intact_error *err)
{
	struct stat now;
	int fd, rc = beneath_open(folder, name, &fd, &now, err);

	if (rc < 0)
		return rc;
	if (rc == 1)
		close(fd);
	if (rc != had || (rc && !is_same(st, &now)))
		return intact_fail(err, INTACT_EIO, "'%s' changed while it was read", name);
	return 0;
}

/* The database and its log, of one moment. */
static int read_image(int folder, struct buf *image, struct buf *log, int64_t *ret_time,
		      struct intact_error *err)
{
	struct stat st, log_st = { 0 };
	int had, rc = beneath_read(folder, "rpmdb.sqlite", DATABASE_MAX, false, image, &st, err);

	if (rc != 1)
		return rc;
	had = beneath_read(folder, "rpmdb.sqlite-wal", DATABASE_MAX, false, log, &log_st, err);
	rc = had < 0 ? had : check_same(folder, "rpmdb.sqlite", 1, &st, err);
	if (rc == 0)
		rc = check_same(folder, "rpmdb.sqlite-wal", had, &log_st, err);
	*ret_time = st.st_mtime > log_st.st_mtime ? st.st_mtime : log_st.st_mtime;
	return rc < 0 ? rc : 1;
}

/* Databases of rpm before 4.16, and of some distributions. */
static int refuse_others(int folder, struct intact_error *err)
{
	static const char *const names[] = { "Packages", "Packages.db" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct intact_error why;
		int fd, rc = beneath_open(folder, names[i], &fd, NULL, &why);

		if (rc == 1)
			close(fd);
		if (rc)
			return intact_fail(err, INTACT_EIO,
					   "'%s' is a format of rpm's database that is not read, "
					   "only rpmdb.sqlite is",
					   names[i]);
	}
	return 0;
}

static int load(struct rpm *r, int folder, int64_t *ret_time, struct intact_error *err)
{
	struct buf log = { 0 };
	int rc = read_image(folder, &r->image, &log, ret_time, err);

	if (rc == 1 && !rpm_db_built_in())
		rc = intact_fail(err, INTACT_EIO,
				 "rpm's database cannot be read: built without SQLite");
	if (rc == 1)
		rc = rpm_wal_apply(&r->image, log.data, log.len, DATABASE_MAX, err);
	else if (rc == 0)
		rc = refuse_others(folder, err) < 0 ? INTACT_EIO : 1;
	buf_release(&log);
	/* From here on 0 is a database, and 1 that there is none. */
	if (rc == 0)
		rc = rpm_db_open(r->image.data, r->image.len, &r->db, err);
	return rc;
}

/* ---- packages ----------------------------------------------------------------------------------
 */

/* [EPOCH:]VERSION-RELEASE */
static int add_package(struct rpm *r, const struct rpm_head *h, struct intact_error *err)
{
	struct piece name = { "?", 1 }, version = { "", 0 }, release = { "", 0 };
	struct buf text = { 0 };
	uint32_t epoch;
	int rc;

	if (!rpm_head_text(h, RPM_NAME, &name) || !rpm_head_text(h, RPM_VERSION, &version) ||
	    !rpm_head_text(h, RPM_RELEASE, &release))
		r->common.bad++;
	if (rpm_head_number(h, RPM_EPOCH, &epoch))
		buf_printf(&text, "%u:", (unsigned)epoch);
	buf_add(&text, version.s, version.len);
	buf_add_char(&text, '-');
	buf_add(&text, release.s, release.len);
	rc = text.failed ? intact_fail_nomem(err)
			 : packages_add(&r->common, name.s, name.len, text.data, text.len, err);
	buf_release(&text);
	return rc;
}

/* When a package was installed, and with which others. */
struct installed {
	uint32_t time, transaction;
};

static int read_packages(struct rpm *r, struct installed **list, struct intact_error *err)
{
	size_t cap = 0, len;
	const void *bytes;
	int rc;

	while ((rc = rpm_db_next(r->db, &bytes, &len, err)) == 1) {
		size_t n = r->common.n;
		struct rpm_head h = { 0 };
		struct installed *at;

		/* One without anything keeps its place, so that the next ones have theirs. */
		if (!rpm_head_open(&h, bytes, len))
			h = (struct rpm_head){ 0 };
		if (n >= cap) {
			cap = cap ? cap * 2 : 1024;
			at = realloc(*list, cap * sizeof(**list));
			if (!at)
				return intact_fail_nomem(err);
			*list = at;
		}
		at = &(*list)[n];
		*at = (struct installed){ 0 };
		rc = add_package(r, &h, err);
		if (rc < 0)
			return rc;
		if (!rpm_head_number(&h, RPM_INSTALLTIME, &at->time) ||
		    !rpm_head_number(&h, RPM_INSTALLTID, &at->transaction))
			*at = (struct installed){ 0 };
	}
	return rc;
}

/* The packages of one transaction, which are neighbours, are worked on until the last of them is
 * there; those of the last transaction until the database was closed. */
static void set_times(struct rpm *r, const struct installed *list, int64_t written)
{
	struct package_work *work = r->common.work;
	uint32_t latest = 0;

	for (size_t i = 0; i < r->common.n; i++)
		latest = list[i].transaction > latest ? list[i].transaction : latest;
	for (size_t i = 0, end; i < r->common.n; i = end) {
		int64_t ended = list[i].transaction == latest ? written : 0;

		for (end = i; end < r->common.n && list[end].transaction == list[i].transaction;
		     end++)
			ended = list[end].time > ended ? list[end].time : ended;
		for (; i < end && list[i].transaction; i++)
			work[i] = (struct package_work){ list[i].transaction, ended };
	}
}

static int find_packages(struct rpm *r, int64_t written, struct intact_error *err)
{
	struct installed *list = NULL;
	int rc = read_packages(r, &list, err);

	if (rc == 0 && list)
		set_times(r, list, written);
	free(list);
	if (rc == 0)
		rc = beneath_accounts(r->rootfd, "passwd", &r->users, err);
	if (rc == 0)
		rc = beneath_accounts(r->rootfd, "group", &r->groups, err);
	return rc;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static void rpm_release(struct intact_packages *p)
{
	struct rpm *r = rpm_of(p);

	rpm_db_close(r->db);
	buf_release(&r->image);
	buf_release(&r->users);
	buf_release(&r->groups);
	arena_release(&r->texts);
	places_release(&r->places);
}

static int open_in(int folder, int rootfd, struct intact_packages **ret, struct intact_error *err)
{
	struct rpm *r = calloc(1, sizeof(*r));
	int64_t written = 0;
	int rc;

	if (!r)
		return intact_fail_nomem(err);
	r->common.manager = &package_manager_rpm;
	r->rootfd = rootfd;
	rc = load(r, folder, &written, err);
	if (rc == 0) {
		places_read_links(&r->places, rootfd);
		rc = find_packages(r, written, err);
		rc = rc < 0 ? rc : 2;
	}
	if (rc == 2)
		*ret = &r->common;
	else
		intact_packages_close(&r->common);
	return rc < 0 ? rc : rc == 2;
}

static int open_below(int rootfd, const char *path, struct intact_packages **ret,
		      struct intact_error *err)
{
	int folder, rc = beneath_folder(rootfd, path, true, &folder, err);

	if (rc != 1)
		return rc;
	rc = open_in(folder, rootfd, ret, err);
	close(folder);
	return rc;
}

/* Where it is now, and where it was; the latter is a link to the former on some hosts, and is then
 * not looked at. */
static int rpm_open(int rootfd, struct intact_packages **ret, struct intact_error *err)
{
	int rc = open_below(rootfd, "usr/lib/sysimage/rpm", ret, err);

	return rc ? rc : open_below(rootfd, "var/lib/rpm", ret, err);
}

/* rpm has none. */
static int rpm_read_log(struct intact_packages *p, int64_t since, struct intact_error *err)
{
	(void)p;
	(void)since;
	(void)err;
	return 0;
}

const struct package_manager package_manager_rpm = {
	"rpm", rpm_open, rpm_look_up, rpm_read_log, rpm_release,
};
