/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What rpm's database says of some paths: one pass over the headers of all packages.
 */

#include "packages/rpm.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "packages/rpm_head.h"

/* One look-up. */
struct look {
	struct rpm *r;
	struct intact_record *records;
	size_t n;
	bool *disagree; /* beside the records: packages have different sums of it */
	struct buf path;
};

/* ---- one file ----------------------------------------------------------------------------------
 */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Only digests that prove something, or are all there is (MD5, of old packages). */
static bool read_sum(const struct rpm_file *f, uint32_t algorithm, unsigned *ret_id,
		     uint8_t sum[64])
{
	unsigned id = algorithm == RPM_MD5	? INTACT_MD5
		      : algorithm == RPM_SHA256 ? INTACT_SHA256
						: INTACT_SHA512;
	size_t size = intact_attr_get(id)->digest_size;

	if ((id == INTACT_SHA512 && algorithm != RPM_SHA512) || f->digest.len != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = hex(f->digest.s[2 * i]), low = hex(f->digest.s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		sum[i] = (uint8_t)(high << 4 | low);
	}
	*ret_id = id;
	return true;
}

static bool account(const struct buf *text, struct piece name, uint64_t *ret)
{
	const struct piece all = { text->data ? text->data : "", text->len };

	/* A number is no name here. */
	if (!name.len || name.s[0] == '#')
		return false;
	*ret = 0;
	return (name.len == 4 && memcmp(name.s, "root", 4) == 0) || dpkg_account(all, name, ret);
}

/* What the package itself says to be no longer as it ships it is not had. */
static int read_recorded(struct look *l, const struct intact_record *asked,
			 const struct rpm_file *f, struct intact_recorded *ret,
			 struct intact_error *err)
{
	*ret = (struct intact_recorded){
		.known = (f->mode & S_IFMT) && (f->verify & RPM_VERIFY_CAPS),
		.mode = f->mode,
		.has_mode = f->verify & RPM_VERIFY_MODE,
		.same = S_ISLNK(f->mode) && asked->link.s && asked->link.len == f->link.len &&
			memcmp(asked->link.s, f->link.s, f->link.len) == 0,
	};
	ret->has_uid = (f->verify & RPM_VERIFY_USER) && account(&l->r->users, f->user, &ret->uid);
	ret->has_gid =
		(f->verify & RPM_VERIFY_GROUP) && account(&l->r->groups, f->group, &ret->gid);
	ret->caps = arena_strndup(&l->r->texts, f->caps.s, f->caps.len);
	return ret->caps ? 0 : intact_fail_nomem(err);
}

static bool agree(const struct intact_recorded *a, const struct intact_recorded *b)
{
	return a->known && b->known && a->mode == b->mode && a->has_mode == b->has_mode &&
	       a->has_uid == b->has_uid && a->has_gid == b->has_gid && a->uid == b->uid &&
	       a->gid == b->gid && a->same == b->same && strcmp(a->caps, b->caps) == 0;
}

/* A file that the package makes, or that somebody else does: nothing is known of it but that. */
static bool is_nothing(const struct rpm_file *f)
{
	return f->flags & RPM_FILE_GHOST;
}

static void take_work(struct intact_record *r, const struct package_work *work)
{
	if (r->ended >= work->ended)
		return;
	r->began = work->began;
	r->ended = work->ended;
}

static void take_sum(struct look *l, struct intact_record *r, const struct rpm_file *f,
		     uint32_t algorithm)
{
	bool first = !r->shared;
	size_t i = (size_t)(r - l->records);
	uint8_t sum[64] = { 0 };
	unsigned id = 0;
	bool has = S_ISREG(f->mode) && !is_nothing(f) && (f->verify & RPM_VERIFY_DIGEST) &&
		   read_sum(f, algorithm, &id, sum);

	if (first && has) {
		r->has_sum = true;
		r->sum_id = id;
		memcpy(r->sum, sum, sizeof(sum));
	}
	if (first || l->disagree[i])
		return;
	if (has != r->has_sum || (has && (id != r->sum_id || memcmp(sum, r->sum, 64) != 0))) {
		l->disagree[i] = true;
		r->has_sum = false;
	}
}

static int take_file(struct look *l, uint32_t package, struct intact_record *r,
		     const struct rpm_file *f, uint32_t algorithm, struct intact_error *err)
{
	struct intact_recorded recorded;
	int rc = read_recorded(l, r, f, &recorded, err);

	if (rc < 0)
		return rc;
	if (is_nothing(f) || (S_ISLNK(f->mode) && !(f->verify & RPM_VERIFY_LINK)))
		recorded.known = false;
	r->shared = r->package != INTACT_NO_PACKAGE;
	if (!r->shared)
		r->package = package;
	take_work(r, &l->r->common.work[package]);
	r->config |= f->flags & RPM_FILE_CONFIG;
	r->optional |= is_nothing(f) || (f->flags & RPM_FILE_MISSINGOK);
	if (!r->shared || !agree(&r->recorded, &recorded)) {
		recorded.known &= !r->shared;
		r->recorded = recorded;
	}
	take_sum(l, r, f, algorithm);
	return 0;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static int find(struct look *l, const struct rpm_file *f, struct intact_record **ret,
		struct intact_error *err)
{
	const struct piece nobody = { "", 0 };
	struct piece path, place;
	int rc;

	*ret = NULL;
	if (!f->there || f->dir.len + f->base.len >= DPKG_PATH_MAX || !f->dir.len ||
	    f->dir.s[0] != '/')
		return 0;
	buf_clear(&l->path);
	buf_add(&l->path, f->dir.s, f->dir.len);
	buf_add(&l->path, f->base.s, f->base.len);
	if (l->path.failed)
		return intact_fail_nomem(err);
	path = (struct piece){ l->path.data, l->path.len };
	rc = places_of(&l->r->places, nobody, path, false, &place, err);
	if (rc == 0)
		*ret = packages_find(l->records, l->n, place.s, place.len);
	return rc;
}

static int look_in_files(struct look *l, uint32_t package, struct rpm_files *files,
			 struct intact_error *err)
{
	struct intact_record *r;
	struct rpm_file f;
	int rc = 0;

	while (rc == 0 && rpm_files_next(files, &f)) {
		rc = find(l, &f, &r, err);
		if (rc == 0 && r)
			rc = take_file(l, package, r, &f, files->algorithm, err);
	}
	return rc;
}

/* Bytes that are no header, or whose files do not fit together, say nothing. */
static int look_in_header(struct look *l, uint32_t package, const void *bytes, size_t len,
			  struct intact_error *err)
{
	struct rpm_head h;
	struct rpm_files files;
	int rc;

	if (!rpm_head_open(&h, bytes, len)) {
		l->r->common.bad++;
		return 0;
	}
	rc = rpm_files_open(&files, &h, err);
	if (rc == 0)
		l->r->common.bad++;
	else if (rc == 1)
		rc = look_in_files(l, package, &files, err);
	rpm_files_release(&files);
	return rc;
}

static int look_in_all(struct look *l, struct intact_error *err)
{
	const void *bytes;
	size_t len;
	int rc;

	rpm_db_rewind(l->r->db);
	for (uint32_t i = 0; (rc = rpm_db_next(l->r->db, &bytes, &len, err)) == 1; i++) {
		rc = packages_tick(&l->r->common, err);
		/* As many as when they were counted: nobody else has this memory. */
		if (rc == 0 && i < l->r->common.n)
			rc = look_in_header(l, i, bytes, len, err);
		if (rc < 0)
			return rc;
	}
	return rc;
}

int rpm_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
		struct intact_error *err)
{
	struct look l = { .r = (struct rpm *)p, .records = records, .n = n };
	int rc;

	arena_clear(&l.r->texts);
	rpm_db_set_tick(l.r->db, p->tick, p->tick_ctx);
	l.disagree = calloc(n, sizeof(*l.disagree));
	rc = l.disagree ? look_in_all(&l, err) : intact_fail_nomem(err);
	free(l.disagree);
	buf_release(&l.path);
	return rc;
}
