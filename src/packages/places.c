/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See places.h.
 */

#include "packages/places.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than any host has: a list of them is gone through for no reason. */
#define DIVERSIONS_MAX 100000u

/* ---- links of the root -------------------------------------------------------------------------
 */

/* "usr/lib" or "/usr/lib": one folder below /usr, which is none of these links itself. */
static bool is_usr(const char *target)
{
	size_t len;

	target += *target == '/';
	if (strncmp(target, "usr/", 4) != 0)
		return false;
	len = strspn(target + 4, "abcdefghijklmnopqrstuvwxyz0123456789");
	return len && !target[4 + len];
}

static void read_link(struct places *p, int rootfd, const char *name)
{
	struct places_alias *a = &p->alias[p->naliases];
	char target[24];
	ssize_t n = readlinkat(rootfd, name, target, sizeof(target) - 1);
	struct stat st;

	if (n <= 0 || n >= (ssize_t)sizeof(target) - 1)
		return;
	target[n] = '\0';
	if (!is_usr(target) ||
	    fstatat(rootfd, target + (*target == '/'), &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISDIR(st.st_mode))
		return;
	a->from_len = (size_t)snprintf(a->from, sizeof(a->from), "/%s", name);
	snprintf(a->to, sizeof(a->to), "%s%s", *target == '/' ? "" : "/", target);
	p->naliases++;
}

void places_read_links(struct places *p, int rootfd)
{
	static const char *const names[] = { "bin",   "sbin",	"lib",	 "lib32",
					     "lib64", "libo32", "libx32" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		read_link(p, rootfd, names[i]);
}

/* The path in p->scratch, behind the links. */
static int behind_links(struct places *p, struct piece path, bool slash, struct intact_error *err)
{
	buf_clear(&p->scratch);
	if (slash)
		buf_add_char(&p->scratch, '/');
	buf_add(&p->scratch, path.s, path.len);
	for (size_t i = 0; !p->scratch.failed && i < p->naliases; i++) {
		const struct places_alias *a = &p->alias[i];
		size_t len = p->scratch.len;

		if (len <= a->from_len || p->scratch.data[a->from_len] != '/' ||
		    memcmp(p->scratch.data, a->from, a->from_len) != 0)
			continue;
		buf_clear(&p->scratch);
		buf_add_str(&p->scratch, a->to);
		buf_add(&p->scratch, path.s + a->from_len - slash, len - a->from_len);
		break;
	}
	if (!p->scratch.failed)
		return 0;
	buf_release(&p->scratch);
	return intact_fail_nomem(err);
}

/* ---- diversions --------------------------------------------------------------------------------
 */

static int compare_pieces(struct piece a, struct piece b)
{
	int diff = memcmp(a.s, b.s, a.len < b.len ? a.len : b.len);

	return diff ? diff : (a.len > b.len) - (a.len < b.len);
}

static int compare_diversions(const void *a, const void *b)
{
	return compare_pieces(((const struct places_diversion *)a)->from,
			      ((const struct places_diversion *)b)->from);
}

static int keep(struct places *p, struct piece path, bool links, struct piece *ret,
		struct intact_error *err)
{
	int rc = links ? behind_links(p, path, false, err) : 0;

	if (rc < 0)
		return rc;
	if (links)
		path = (struct piece){ p->scratch.data, p->scratch.len };
	ret->s = arena_strndup(&p->arena, path.s, path.len);
	ret->len = path.len;
	return ret->s ? 0 : intact_fail_nomem(err);
}

static int add(struct places *p, const struct dpkg_diversion *d, struct intact_error *err)
{
	struct places_diversion *new;
	int rc;

	if (p->ndiversions == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;

		new = realloc(p->diversions, cap * sizeof(*new));
		if (!new)
			return intact_fail_nomem(err);
		p->diversions = new;
		p->cap = cap;
	}
	new = &p->diversions[p->ndiversions];
	rc = keep(p, d->from, true, &new->from, err);
	if (rc == 0)
		rc = keep(p, d->to, true, &new->to, err);
	if (rc == 0)
		rc = keep(p, d->package, false, &new->package, err);
	p->ndiversions += rc == 0;
	return rc;
}

int places_read_diversions(struct places *p, struct piece text, uint64_t *ret_bad,
			   struct intact_error *err)
{
	struct dpkg_diversion d;
	int got, rc = 0;

	while (rc == 0 && (got = dpkg_diversion(&text, &d)) != 0) {
		if (got < 0)
			++*ret_bad;
		else if (p->ndiversions >= DIVERSIONS_MAX)
			rc = intact_fail(err, INTACT_EIO, "more than %u diversions",
					 DIVERSIONS_MAX);
		else
			rc = add(p, &d, err);
	}
	if (rc == 0 && p->ndiversions)
		qsort(p->diversions, p->ndiversions, sizeof(*p->diversions), compare_diversions);
	return rc;
}

int places_of(struct places *p, struct piece package, struct piece path, bool slash,
	      struct piece *ret, struct intact_error *err)
{
	struct places_diversion key = { 0 };
	const struct places_diversion *d = NULL;
	int rc = behind_links(p, path, slash, err);

	if (rc < 0)
		return rc;
	key.from = (struct piece){ p->scratch.data, p->scratch.len };
	*ret = key.from;
	if (p->ndiversions)
		d = bsearch(&key, p->diversions, p->ndiversions, sizeof(*d), compare_diversions);
	if (d && compare_pieces(d->package, package) != 0)
		*ret = d->to;
	return 0;
}

void places_release(struct places *p)
{
	free(p->diversions);
	arena_release(&p->arena);
	buf_release(&p->scratch);
	*p = (struct places){ 0 };
}
