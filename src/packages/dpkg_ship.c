/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What Debian packages ship, from the packages themselves, as far as apt keeps them: of those that
 * have a path that is asked for, and of earlier versions, for what is gone.
 *
 * The digest that was measured is compared with that of the content in the package.  What a package
 * said counts only when all of it was read and found whole.
 *
 * So it is with the files that dpkg keeps about the package: its scripts, sums and the like are in
 * the package, and the list of its paths is that of its members.
 */

#include "packages/dpkg.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intact/scan.h>

#include "packages/beneath.h"
#include "packages/deb.h"

#define CACHE "var/cache/apt/archives"
#define LIST_MODE 0644

/* Of one look-up. */
struct ship {
	struct dpkg *d;
	struct intact_record *records;
	size_t n;
	int cache;
	struct intact_hasher *hasher;
	uint32_t *pass; /* beside the records: the package file that spoke of it last */

	/* Of the package file at hand. */
	uint32_t now;	   /* its number, from 1 */
	struct piece name; /* of the package */
	uint32_t package;  /* whose records are filled in */
	bool gone;	   /* ... namely those of what is gone */
	struct piece arch;
	struct intact_record *at; /* the member's record, or NULL */
	bool hashing;
	struct intact_record *list; /* the record of its list, or NULL */
	struct intact_hasher *list_hasher;
	struct buf path; /* of one of dpkg's files */
};

/* ---- one member --------------------------------------------------------------------------------
 */

static bool is_asked_for(const struct ship *s, const struct intact_record *r)
{
	if (s->gone)
		return r->gone && r->package == INTACT_NO_PACKAGE;
	return !r->gone && r->package == s->package;
}

static int find_record(struct ship *s, const char *path, struct intact_record **ret,
		       struct intact_error *err)
{
	struct piece place;
	int rc = places_of(&s->d->places, s->name, (struct piece){ path, strlen(path) }, false,
			   &place, err);

	if (rc == 0)
		*ret = packages_find(s->records, s->n, place.s, place.len);
	return rc;
}

static uint32_t type_of(char type)
{
	switch (type) {
	case '0':
	case '1':
	case '7':
		return S_IFREG;
	case '2':
		return S_IFLNK;
	case '5':
		return S_IFDIR;
	default:
		return 0;
	}
}

static bool same_target(const struct intact_record *r, const char *target)
{
	return r->link.s && r->link.len == strlen(target) &&
	       memcmp(r->link.s, target, r->link.len) == 0;
}

/* The content of a hard link came with the name that it leads to. */
static int take_hard_link(struct ship *s, const struct untar_member *m, struct intact_error *err)
{
	const char *target = m->target[0] == '.' ? m->target + 1 : m->target;
	struct intact_record *other = NULL;
	int rc = find_record(s, target, &other, err);

	if (rc < 0)
		return rc;
	s->at->shipped.known = other && s->pass[other - s->records] == s->now &&
			       other->shipped.known && S_ISREG(other->shipped.mode) &&
			       s->at->digest && s->at->digest_id == other->digest_id;
	/* What was measured under both names must be the same content. */
	s->at->shipped.same = s->at->shipped.known && other->shipped.same &&
			      memcmp(s->at->digest, other->digest,
				     intact_attr_get(other->digest_id)->digest_size) == 0;
	return 0;
}

static int take_member(struct ship *s, const struct untar_member *m, struct intact_error *err)
{
	struct intact_record *r = s->at;

	r->shipped = (struct intact_shipped){
		.known = true,
		.mode = type_of(m->type) | m->mode,
		.uid = m->uid,
		.gid = m->gid,
	};
	s->pass[r - s->records] = s->now;
	if (m->type == '2')
		r->shipped.same = same_target(r, m->target);
	else if (m->type == '5')
		r->shipped.same = true;
	else if (m->type == '1')
		return take_hard_link(s, m, err);
	else if (S_ISREG(r->shipped.mode))
		r->shipped.known = s->hashing = r->digest != NULL;
	return s->hashing ? intact_hasher_begin(s->hasher, INTACT_BIT(r->digest_id), 0, err) : 0;
}

static int take_if_asked_for(struct ship *s, const struct untar_member *m, struct intact_error *err)
{
	s->hashing = false;
	if (s->at && !is_asked_for(s, s->at))
		s->at = NULL;
	return s->at ? take_member(s, m, err) : 0;
}

/* dpkg has "/." for the root. */
static int note_in_list(struct ship *s, const char *path, struct intact_error *err)
{
	int rc;

	if (!s->list)
		return 0;
	rc = intact_hasher_update(s->list_hasher, path, strlen(path), err);
	if (rc < 0)
		return rc;
	return path[1] ? intact_hasher_update(s->list_hasher, "\n", 1, err)
		       : intact_hasher_update(s->list_hasher, ".\n", 2, err);
}

static int on_begin(void *ctx, const struct untar_member *m, struct intact_error *err)
{
	struct ship *s = ctx;
	int rc = note_in_list(s, m->path, err);

	if (rc == 0)
		rc = find_record(s, m->path, &s->at, err);
	return rc == 0 ? take_if_asked_for(s, m, err) : rc;
}

static int on_data(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	struct ship *s = ctx;
	int rc = packages_tick(&s->d->common, err);

	if (rc < 0)
		return rc;
	return s->hashing ? intact_hasher_update(s->hasher, data, len, err) : 0;
}

static int on_end(void *ctx, struct intact_error *err)
{
	uint8_t digests[INTACT_DIGEST_MAX][64];
	const struct intact_attr *row;
	struct ship *s = ctx;
	int rc;

	if (!s->hashing)
		return 0;
	s->hashing = false;
	rc = intact_hasher_end(s->hasher, false, digests, err);
	if (rc < 0)
		return rc;
	row = intact_attr_get(s->at->digest_id);
	s->at->shipped.same = memcmp(digests[row->digest], s->at->digest, row->digest_size) == 0;
	return 0;
}

/* ---- what dpkg keeps about it ------------------------------------------------------------------
 */

/* The record of "NAME.SUFFIX" or "NAME:ARCH.SUFFIX": of what is gone it is not known which. */
static int find_own(struct ship *s, const char *suffix, struct intact_record **ret,
		    struct intact_error *err)
{
	for (int with_arch = 0; with_arch < 2; with_arch++) {
		buf_clear(&s->path);
		buf_add_str(&s->path, DPKG_INFO);
		buf_add(&s->path, s->name.s, s->name.len);
		if (with_arch) {
			buf_add_char(&s->path, ':');
			buf_add(&s->path, s->arch.s, s->arch.len);
		}
		buf_printf(&s->path, ".%s", suffix);
		if (s->path.failed)
			return intact_fail_nomem(err);
		*ret = packages_find(s->records, s->n, s->path.data, s->path.len);
		if (*ret)
			return 0;
	}
	return 0;
}

/* `control` becomes part of the status file. */
static int on_control(void *ctx, const struct untar_member *m, struct intact_error *err)
{
	struct ship *s = ctx;
	const char *name = m->path + 1;
	int rc = 0;

	s->at = NULL;
	if (m->type == '0' && !strchr(name, '/') && strcmp(name, "control") != 0 &&
	    strcmp(name, "list") != 0)
		rc = find_own(s, name, &s->at, err);
	return rc == 0 ? take_if_asked_for(s, m, err) : rc;
}

static int begin_list(struct ship *s, struct intact_error *err)
{
	int rc = find_own(s, "list", &s->list, err);

	if (rc < 0 || !s->list)
		return rc;
	if (!is_asked_for(s, s->list) || !s->list->digest) {
		s->list = NULL;
		return 0;
	}
	return intact_hasher_begin(s->list_hasher, INTACT_BIT(s->list->digest_id), 0, err);
}

static int end_list(struct ship *s, struct intact_error *err)
{
	uint8_t digests[INTACT_DIGEST_MAX][64];
	struct intact_record *r = s->list;
	const struct intact_attr *row;
	int rc;

	if (!r)
		return 0;
	rc = intact_hasher_end(s->list_hasher, false, digests, err);
	if (rc < 0)
		return rc;
	row = intact_attr_get(r->digest_id);
	r->shipped = (struct intact_shipped){
		.known = true,
		.same = memcmp(digests[row->digest], r->digest, row->digest_size) == 0,
		.mode = S_IFREG | LIST_MODE,
	};
	s->pass[r - s->records] = s->now;
	return 0;
}

/* ---- one package -------------------------------------------------------------------------------
 */

static void take_back(struct ship *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->pass[i] == s->now)
			s->records[i].shipped = (struct intact_shipped){ 0 };
	}
}

/* All of it was whole: what it had was this package's. */
static void settle(struct ship *s)
{
	for (size_t i = 0; s->gone && i < s->n; i++) {
		if (s->pass[i] == s->now && s->records[i].shipped.known)
			s->records[i].package = s->package;
	}
}

/* NAME_VERSION_ARCH.deb, as apt writes it.  False where that cannot be. */
static bool file_name(struct piece name, const char *version, struct piece arch, struct buf *out)
{
	buf_add(out, name.s, name.len);
	buf_add_char(out, '_');
	for (const char *c = version; *c; c++) {
		if (*c == ':')
			buf_add_str(out, "%3a");
		else
			buf_add_char(out, *c);
	}
	buf_add_char(out, '_');
	buf_add(out, arch.s, arch.len);
	buf_add_str(out, ".deb");
	return !out->failed;
}

static int read_file(struct ship *s, const char *name, struct intact_error *err)
{
	const struct untar_sink control = { on_control, on_data, on_end, s };
	const struct untar_sink data = { on_begin, on_data, on_end, s };
	struct intact_error why = { 0 };
	int fd, rc = beneath_open(s->cache, name, &fd, NULL, &why);

	if (rc != 1)
		return 0;
	s->now++;
	rc = begin_list(s, &why);
	if (rc == 0)
		rc = deb_read(fd, &control, &data, &why);
	close(fd);
	if (rc == 1)
		rc = end_list(s, &why);
	if (rc == 0) {
		settle(s);
		return 0;
	}
	take_back(s);
	s->d->common.bad++;
	if (rc == INTACT_EIO)
		return 0;
	if (err)
		*err = why;
	return rc;
}

static int read_package(struct ship *s, struct piece name, const char *version, struct piece arch,
			struct intact_error *err)
{
	struct buf file = { 0 };
	int rc;

	s->name = name;
	s->arch = arch;
	rc = file_name(name, version, arch, &file) ? read_file(s, file.data, err)
						   : intact_fail_nomem(err);
	buf_release(&file);
	return rc;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static int read_present(struct ship *s, struct intact_error *err)
{
	size_t n = s->d->common.n;
	bool *asked = calloc(n ? n : 1, sizeof(*asked));
	int rc = 0;

	if (!asked)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < s->n; i++) {
		if (s->records[i].asked && s->records[i].package < n)
			asked[s->records[i].package] = true;
	}
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		const struct dpkg_package *p = &s->d->packages[i];

		s->package = i;
		if (asked[i] && !p->gone)
			rc = read_package(s, p->name, s->d->common.list[i].version, p->arch, err);
	}
	free(asked);
	return rc;
}

static int read_gone(struct ship *s, struct intact_error *err)
{
	bool any = false;
	int rc = 0;

	for (size_t i = 0; i < s->n; i++)
		any |= s->records[i].gone && s->records[i].package == INTACT_NO_PACKAGE;
	s->gone = true;
	for (size_t i = 0; rc == 0 && any && i < s->d->nearlier; i++) {
		const struct dpkg_earlier *e = &s->d->earlier[i];

		s->package = e->package;
		rc = read_package(s, e->name, e->version, e->arch, err);
	}
	return rc;
}

int dpkg_ship(struct dpkg *d, struct intact_record *records, size_t n, struct intact_error *err)
{
	struct ship s = { .d = d, .records = records, .n = n, .cache = -1 };
	struct intact_error why = { 0 };
	int rc = beneath_folder(d->rootfd, CACHE, true, &s.cache, &why);

	/* Without it there are the records. */
	if (rc != 1)
		return 0;
	s.pass = calloc(n, sizeof(*s.pass));
	rc = s.pass ? intact_hasher_new(INTACT_COMPAT_NEWEST, &s.hasher, err)
		    : intact_fail_nomem(err);
	if (rc == 0)
		rc = intact_hasher_new(INTACT_COMPAT_NEWEST, &s.list_hasher, err);
	if (rc == 0)
		rc = read_present(&s, err);
	if (rc == 0)
		rc = read_gone(&s, err);
	intact_hasher_free(s.list_hasher);
	intact_hasher_free(s.hasher);
	buf_release(&s.path);
	free(s.pass);
	close(s.cache);
	return rc;
}
