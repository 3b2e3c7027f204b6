/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * dpkg's log: which version there was before, and when a package was last worked on.  A hint.
 */

#include "packages/dpkg.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packages/beneath.h"

/* Of each file; months of upgrades fit into it. */
#define LOG_MAX ((size_t)16 << 20)

/* Versions that are gone: far more than the upgrades between two baselines. */
#define EARLIER_MAX 100000u

/* The packages by the names that the log has, "NAME:ARCH". */
struct name {
	const char *s;
	uint32_t package;
};

struct history {
	struct dpkg *d;
	int64_t since;
	struct name *names; /* of the packages that are there */
	size_t npresent;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->s, ((const struct name *)b)->s);
}

static int sort_names(struct history *h, struct intact_error *err)
{
	size_t n = h->npresent;

	h->names = calloc(n ? n : 1, sizeof(*h->names));
	if (!h->names)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		h->names[i] =
			(struct name){ .s = h->d->common.list[i].name, .package = (uint32_t)i };
	qsort(h->names, n, sizeof(*h->names), compare_names);
	return 0;
}

static const struct name *find_name(const struct history *h, struct piece name)
{
	char key[512];

	if (name.len >= sizeof(key))
		return NULL;
	memcpy(key, name.s, name.len);
	key[name.len] = '\0';
	return bsearch(&(struct name){ .s = key }, h->names, h->npresent, sizeof(*h->names),
		       compare_names);
}

/* With the architecture first, then without: of most packages there is only one. */
static const struct name *find_package(const struct history *h, struct piece package)
{
	const struct name *found = find_name(h, package);
	const char *colon = memchr(package.s, ':', package.len);

	if (found || !colon)
		return found;
	return find_name(h, (struct piece){ package.s, (size_t)(colon - package.s) });
}

/* What was there before the first thing that happened since. */
static int take_before(struct history *h, const struct dpkg_event *e, struct intact_package *p,
		       struct intact_error *err)
{
	struct arena *names = &h->d->common.names;
	bool nothing = e->kind == DPKG_INSTALL || piece_is(e->old, "<none>");

	/* What was done just before the baseline was made may have the same second. */
	if (h->since <= 0 || e->time <= h->since || e->kind == DPKG_OTHER || p->before)
		return 0;
	p->before = arena_strndup(names, e->old.s, nothing ? 0 : e->old.len);
	return p->before ? 0 : intact_fail_nomem(err);
}

/* ---- versions that are gone --------------------------------------------------------------------
 */

static struct piece keep(struct history *h, struct piece p)
{
	return (struct piece){ arena_strndup(&h->d->common.names, p.s, p.len), p.len };
}

/* The row of a package that was removed before this line. */
static bool find_removed(const struct history *h, struct piece package, uint32_t *ret)
{
	const char *colon = memchr(package.s, ':', package.len);
	size_t len = colon ? (size_t)(colon - package.s) : package.len;

	for (size_t i = h->npresent; i < h->d->common.n; i++) {
		struct piece name = h->d->packages[i].name;

		*ret = (uint32_t)i;
		if (name.len == len && memcmp(name.s, package.s, len) == 0)
			return true;
	}
	return false;
}

/* A row for a package of which there is none, because it was removed. */
static int add_removed(struct history *h, const struct dpkg_earlier *e, uint32_t *ret,
		       struct intact_error *err)
{
	const struct dpkg_package new = { .name = e->name, .arch = e->arch, .gone = true };
	int rc;

	if (find_removed(h, e->name, ret))
		return 0;
	*ret = (uint32_t)h->d->common.n;
	rc = dpkg_add(h->d, &new, "", 0, err);
	if (rc == 0)
		h->d->common.list[*ret].before = e->version;
	return rc;
}

static int grow_earlier(struct dpkg *d, struct intact_error *err)
{
	size_t cap = d->earlier_cap ? d->earlier_cap * 2 : 64;
	struct dpkg_earlier *list = realloc(d->earlier, cap * sizeof(*list));

	if (!list)
		return intact_fail_nomem(err);
	d->earlier = list;
	d->earlier_cap = cap;
	return 0;
}

static int take_earlier(struct history *h, const struct dpkg_event *e, const struct name *found,
			struct intact_error *err)
{
	const char *colon = memchr(e->package.s, ':', e->package.len);
	struct dpkg_earlier new = { 0 };
	struct dpkg *d = h->d;
	int rc;

	if (e->time < h->since || !colon || (e->kind != DPKG_UPGRADE && e->kind != DPKG_REMOVE) ||
	    d->nearlier >= EARLIER_MAX)
		return 0;
	rc = d->nearlier == d->earlier_cap ? grow_earlier(d, err) : 0;
	if (rc < 0)
		return rc;
	new.name = keep(h, (struct piece){ e->package.s, (size_t)(colon - e->package.s) });
	new.arch = keep(h, (struct piece){ colon + 1, e->package.len - new.name.len - 1 });
	new.version = keep(h, e->old).s;
	if (!new.name.s || !new.arch.s || !new.version)
		return intact_fail_nomem(err);
	if (found)
		new.package = found->package;
	else
		rc = add_removed(h, &new, &new.package, err);
	if (rc == 0)
		d->earlier[d->nearlier++] = new;
	return rc;
}

/* ---- events ------------------------------------------------------------------------------------
 */

static void take_work(struct history *h, const struct dpkg_event *e, uint32_t package)
{
	struct package_work *work = &h->d->common.work[package];

	if (work->ended < e->time)
		work->ended = e->time;
	if (e->kind != DPKG_OTHER)
		work->began = e->time;
}

static int take_event(struct history *h, const struct dpkg_event *e, struct intact_error *err)
{
	const struct name *found = find_package(h, e->package);
	uint32_t package = found ? found->package : 0;
	int rc = h->since > 0 ? take_earlier(h, e, found, err) : 0;

	if (rc < 0 || (!found && !find_removed(h, e->package, &package)))
		return rc;
	take_work(h, e, package);
	return found ? take_before(h, e, &h->d->common.list[package], err) : 0;
}

static int read_events(struct history *h, struct piece text, struct intact_error *err)
{
	struct dpkg_event e;
	struct piece line;
	int rc = 0;

	while (rc == 0 && dpkg_line(&text, &line)) {
		if (dpkg_log_line(line, &e))
			rc = take_event(h, &e, err);
	}
	return rc;
}

static int read_file(struct history *h, int dir, const char *name, struct intact_error *err)
{
	struct intact_error why = { 0 };
	struct buf text = { 0 };
	int rc = beneath_read(dir, name, LOG_MAX, true, &text, NULL, &why);

	if (rc == 1)
		rc = read_events(h, (struct piece){ text.data, text.len }, err);
	else
		rc = rc == INTACT_ENOMEM ? intact_fail_nomem(err) : 0;
	buf_release(&text);
	return rc;
}

/* The same version once more. */
static void forget_same(struct intact_packages *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct intact_package *each = &p->list[i];

		if (each->before && strcmp(each->before, each->version) == 0)
			each->before = NULL;
	}
}

int dpkg_read_log(struct intact_packages *p, int64_t since, struct intact_error *err)
{
	struct history h = { .d = (struct dpkg *)p, .since = since, .npresent = p->n };
	struct intact_error why = { 0 };
	int dir, rc;

	/* Logs have folders that a group may write to. */
	rc = beneath_folder(h.d->rootfd, "var/log", false, &dir, &why);
	if (rc != 1)
		return 0;
	rc = sort_names(&h, err);
	if (rc == 0)
		rc = read_file(&h, dir, "dpkg.log.1", err);
	if (rc == 0)
		rc = read_file(&h, dir, "dpkg.log", err);
	forget_same(p);
	free(h.names);
	close(dir);
	return rc;
}
