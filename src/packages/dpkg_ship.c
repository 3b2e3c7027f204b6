/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What Debian packages ship, from the packages themselves, as far as apt keeps them: of those that
 * have a path that is asked for, and of earlier versions, for what is gone.
 *
 * The digest that was measured is compared with that of the content in the package.  What a package
 * said counts only when all of it was read and found whole.
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

/* Of one look-up. */
struct ship {
	struct dpkg *d;
	struct intact_record *records;
	size_t n;
	int cache;
	struct intact_hasher *hasher;
	uint32_t *pass; /* beside the records: the package file that spoke of it last */

	/* Of the package file at hand. */
	uint32_t now;		  /* its number, from 1 */
	struct piece name;	  /* of the package */
	uint32_t package;	  /* whose records are filled in */
	bool gone;		  /* ... namely those of what is gone */
	struct intact_record *at; /* the member's record, or NULL */
	bool hashing;
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

static int on_begin(void *ctx, const struct untar_member *m, struct intact_error *err)
{
	struct ship *s = ctx;
	int rc = find_record(s, m->path, &s->at, err);

	s->hashing = false;
	if (rc < 0 || !s->at)
		return rc;
	if (!is_asked_for(s, s->at)) {
		s->at = NULL;
		return 0;
	}
	return take_member(s, m, err);
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
	const struct untar_sink sink = { on_begin, on_data, on_end, s };
	struct intact_error why = { 0 };
	int fd, rc = beneath_open(s->cache, name, &fd, NULL, &why);

	if (rc != 1)
		return 0;
	s->now++;
	rc = deb_read(fd, &sink, &why);
	close(fd);
	if (rc == 1) {
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
		rc = read_present(&s, err);
	if (rc == 0)
		rc = read_gone(&s, err);
	intact_hasher_free(s.hasher);
	free(s.pass);
	close(s.cache);
	return rc;
}
