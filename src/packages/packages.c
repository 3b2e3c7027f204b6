/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The door to the records: which manager, and what all of them share.
 */

#include "packages/manager.h"

#include <stdlib.h>
#include <string.h>

#include "packages/rpm_db.h"

static const struct {
	enum intact_package_manager id;
	const struct package_manager *manager;
} managers[] = {
	{ INTACT_PACKAGES_DPKG, &package_manager_dpkg },
	{ INTACT_PACKAGES_RPM, &package_manager_rpm },
};

#define NMANAGERS (sizeof(managers) / sizeof(managers[0]))

int intact_packages_open(enum intact_package_manager manager, int rootfd,
			 struct intact_packages **ret, struct intact_error *err)
{
	struct intact_packages *found = NULL, *empty = NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NMANAGERS; i++) {
		if (manager != INTACT_PACKAGES_AUTO && manager != managers[i].id)
			continue;
		rc = managers[i].manager->open(rootfd, &found, err);
		/* A tool of another distribution, say, with records of nothing. */
		if (rc == 1 && !found->n && !empty) {
			empty = found;
			rc = 0;
		}
	}
	if (rc == 0 && empty) {
		found = empty;
		empty = NULL;
		rc = 1;
	}
	intact_packages_close(empty);
	if (rc == 1) {
		found->bad_at_start = found->bad;
		*ret = found;
	}
	return rc;
}

bool intact_packages_built_in(enum intact_package_manager manager)
{
	return manager != INTACT_PACKAGES_RPM || rpm_db_built_in();
}

void intact_packages_close(struct intact_packages *p)
{
	if (!p)
		return;
	p->manager->release(p);
	free(p->list);
	free(p->work);
	arena_release(&p->names);
	free(p);
}

void intact_packages_set_tick(struct intact_packages *p, int (*tick)(void *ctx), void *ctx)
{
	p->tick = tick;
	p->tick_ctx = ctx;
}

const char *intact_packages_name(const struct intact_packages *p)
{
	return p->manager->name;
}

int intact_packages_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
			    struct intact_error *err)
{
	if (!n)
		return 0;
	/* Each time all of them are read. */
	p->bad = p->bad_at_start;
	for (size_t i = 0; i < n; i++) {
		const struct intact_record *r = &records[i];

		records[i] = (struct intact_record){ r->path,
						     r->asked,
						     r->gone,
						     r->digest_id,
						     r->digest,
						     r->link,
						     .package = INTACT_NO_PACKAGE };
	}
	return p->manager->look_up(p, records, n, err);
}

int intact_packages_read_log(struct intact_packages *p, int64_t since, struct intact_error *err)
{
	return p->manager->read_log(p, since, err);
}

const struct intact_package *intact_packages_list(const struct intact_packages *p, size_t *ret_n)
{
	*ret_n = p->n;
	return p->list;
}

int64_t intact_packages_ended(const struct intact_packages *p, uint32_t package)
{
	return package < p->n ? p->work[package].ended : 0;
}

uint64_t intact_packages_bad(const struct intact_packages *p)
{
	return p->bad;
}

/* ---- for managers ------------------------------------------------------------------------------
 */

static int grow(struct intact_packages *p, struct intact_error *err)
{
	size_t cap = p->cap ? p->cap * 2 : 256;
	struct intact_package *list = realloc(p->list, cap * sizeof(*list));
	struct package_work *work;

	if (!list)
		return intact_fail_nomem(err);
	p->list = list;
	work = realloc(p->work, cap * sizeof(*work));
	if (!work)
		return intact_fail_nomem(err);
	p->work = work;
	p->cap = cap;
	return 0;
}

int packages_add(struct intact_packages *p, const char *name, size_t name_len, const char *version,
		 size_t version_len, struct intact_error *err)
{
	struct intact_package new = { 0 };
	int rc = p->n < p->cap ? 0 : grow(p, err);

	if (rc < 0)
		return rc;
	if (p->n >= PACKAGES_MAX)
		return intact_fail(err, INTACT_EIO, "more than %u packages", PACKAGES_MAX);
	new.name = arena_strndup(&p->names, name, name_len);
	new.version = arena_strndup(&p->names, version, version_len);
	if (!new.name || !new.version)
		return intact_fail_nomem(err);
	p->work[p->n] = (struct package_work){ 0 };
	p->list[p->n++] = new;
	return 0;
}

int packages_tick(const struct intact_packages *p, struct intact_error *err)
{
	if (!p->tick || !p->tick(p->tick_ctx))
		return 0;
	return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
}

static int compare(const char *path, size_t len, const char *other)
{
	size_t other_len = strlen(other);
	int diff = memcmp(path, other, len < other_len ? len : other_len);

	if (diff)
		return diff;
	return (len > other_len) - (len < other_len);
}

struct intact_record *packages_find(struct intact_record *records, size_t n, const char *path,
				    size_t len)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int diff = compare(path, len, records[mid].path);

		if (diff == 0)
			return &records[mid];
		if (diff < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
