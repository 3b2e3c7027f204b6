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

/* The packages by the names that the log has, "NAME:ARCH". */
struct name {
	const char *s;
	uint32_t package;
};

struct history {
	struct dpkg *d;
	int64_t since;
	struct name *names;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->s, ((const struct name *)b)->s);
}

static int sort_names(struct history *h, struct intact_error *err)
{
	size_t n = h->d->common.n;

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
	return bsearch(&(struct name){ .s = key }, h->names, h->d->common.n, sizeof(*h->names),
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

	if (h->since <= 0 || e->time < h->since || e->kind == DPKG_OTHER || p->before)
		return 0;
	p->before = arena_strndup(names, e->old.s, nothing ? 0 : e->old.len);
	return p->before ? 0 : intact_fail_nomem(err);
}

static int read_events(struct history *h, struct piece text, struct intact_error *err)
{
	struct dpkg_event e;
	struct piece line;
	int rc = 0;

	while (rc == 0 && dpkg_line(&text, &line)) {
		const struct name *found;
		struct package_work *work;

		if (!dpkg_log_line(line, &e))
			continue;
		found = find_package(h, e.package);
		if (!found)
			continue;
		work = &h->d->common.work[found->package];
		if (work->ended < e.time)
			work->ended = e.time;
		if (e.kind != DPKG_OTHER)
			work->began = e.time;
		rc = take_before(h, &e, &h->d->common.list[found->package], err);
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
	struct history h = { .d = (struct dpkg *)p, .since = since };
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
