/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Entries: copying, and the one place that says when two values are equal.  See intact/entry.h.
 */

#include <intact/entry.h>

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"

static bool copy_str(struct intact_str *s, struct arena *arena)
{
	if (!s->s)
		return true;
	s->s = arena_strndup(arena, s->s, s->len);
	return s->s != NULL;
}

static bool copy_digest(const uint8_t **value, size_t size, struct arena *arena)
{
	uint8_t *copy = arena_bytes(arena, size);

	if (!copy)
		return false;
	memcpy(copy, *value, size);
	*value = copy;
	return true;
}

static bool copy_digests(const uint8_t **digest, struct arena *arena)
{
	for (unsigned i = 0; i < INTACT_DIGEST_MAX; i++) {
		/* Most are not there: this runs for every entry. */
		if (digest[i] &&
		    !copy_digest(&digest[i], intact_attr_of_digest(i)->digest_size, arena))
			return false;
	}
	return true;
}

static bool copy_xattrs(struct intact_entry *e, struct arena *arena)
{
	struct intact_xattr *copy;

	if (!e->nxattrs)
		return true;
	copy = arena_array(arena, e->nxattrs, sizeof(*copy));
	if (!copy)
		return false;
	for (size_t i = 0; i < e->nxattrs; i++) {
		copy[i] = e->xattrs[i];
		if (!copy_str(&copy[i].name, arena) || !copy_str(&copy[i].value, arena))
			return false;
	}
	e->xattrs = copy;
	return true;
}

static bool copy_unpacked(struct intact_entry *e, struct arena *arena)
{
	struct intact_unpacked *copy;

	if (!e->unpacked)
		return true;
	copy = arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return false;
	*copy = *e->unpacked;
	e->unpacked = copy;
	if (!copy_digests(copy->digest, arena))
		return false;
	if (!copy->why)
		return true;
	copy->why = arena_strndup(arena, copy->why, strlen(copy->why));
	return copy->why != NULL;
}

int intact_entry_copy(struct intact_entry *dst, const struct intact_entry *src, struct arena *arena,
		      struct intact_error *err)
{
	struct intact_entry e = *src;
	bool measured = !(e.flags & INTACT_ENTRY_UNMEASURED);

	if (!copy_str(&e.path, arena) || !copy_str(&e.link, arena) ||
	    !copy_str(&e.selinux, arena) || !copy_str(&e.caps, arena) ||
	    !copy_str(&e.acl_access, arena) || !copy_str(&e.acl_default, arena) ||
	    !copy_xattrs(&e, arena) || !copy_unpacked(&e, arena))
		return intact_fail_nomem(err);
	if (measured && (!copy_digests(e.digest, arena) || !copy_digests(e.digest_prefix, arena)))
		return intact_fail_nomem(err);
	if (e.problem) {
		e.problem = arena_strndup(arena, e.problem, strlen(e.problem));
		if (!e.problem)
			return intact_fail_nomem(err);
	}
	*dst = e;
	return 0;
}

bool intact_entry_has(const struct intact_entry *e, unsigned id)
{
	const struct intact_attr *row = intact_attr_get(id);

	if (!row || !(e->attrs & ~e->failed & INTACT_BIT(id)))
		return false;
	return row->kind != INTACT_KIND_DIGEST || e->digest[row->digest];
}

uint64_t intact_entry_shown(const struct intact_entry *e, bool aide_only)
{
	uint64_t mask = e->attrs;

	if (!e->caps.s)
		mask &= ~INTACT_BIT(INTACT_CAPS);
	if (!e->selinux.s)
		mask &= ~INTACT_BIT(INTACT_SELINUX);
	if (aide_only)
		mask &= (INTACT_BIT(INTACT_BTIME) - 1) &
			~(INTACT_BIT(INTACT_RDEV) | INTACT_BIT(INTACT_DEV));
	return mask;
}

static const void *entry_field(const struct intact_entry *e, const struct intact_attr *row)
{
	return (const char *)e + row->offset;
}

uint64_t intact_entry_number(const struct intact_entry *e, const struct intact_attr *row)
{
	uint64_t value;

	memcpy(&value, entry_field(e, row), sizeof(value));
	return value;
}

const struct intact_time *intact_entry_time(const struct intact_entry *e,
					    const struct intact_attr *row)
{
	return entry_field(e, row);
}

const struct intact_str *intact_entry_str(const struct intact_entry *e,
					  const struct intact_attr *row)
{
	return entry_field(e, row);
}

static bool str_equal(const struct intact_str *a, const struct intact_str *b)
{
	if (!a->s || !b->s)
		return a->s == b->s;
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

/* AIDE keeps 257 bytes of a target; the size, if it was asked for, tells that there were more. */
#define AIDE_LINK_MAX 257

static bool link_cut(const struct intact_entry *e, const struct intact_entry *whole)
{
	return (e->flags & INTACT_ENTRY_SECONDS) && e->link.s && whole->link.s &&
	       e->link.len == AIDE_LINK_MAX && whole->link.len > AIDE_LINK_MAX &&
	       (e->size == 0 || e->size == whole->link.len) &&
	       memcmp(e->link.s, whole->link.s, AIDE_LINK_MAX) == 0;
}

static bool link_equal(const struct intact_entry *a, const struct intact_entry *b)
{
	return str_equal(&a->link, &b->link) || link_cut(a, b) || link_cut(b, a);
}

static bool xattrs_equal(const struct intact_entry *a, const struct intact_entry *b)
{
	if (a->nxattrs != b->nxattrs)
		return false;
	for (size_t i = 0; i < a->nxattrs; i++) {
		if (!str_equal(&a->xattrs[i].name, &b->xattrs[i].name) ||
		    !str_equal(&a->xattrs[i].value, &b->xattrs[i].value))
			return false;
	}
	return true;
}

static bool time_equal(const struct intact_entry *a, const struct intact_entry *b,
		       const struct intact_attr *row)
{
	const struct intact_time *ta = intact_entry_time(a, row);
	const struct intact_time *tb = intact_entry_time(b, row);

	if (ta->sec != tb->sec)
		return false;
	return ((a->flags | b->flags) & INTACT_ENTRY_SECONDS) || ta->nsec == tb->nsec;
}

static bool bytes_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	return a && b && memcmp(a, b, size) == 0;
}

/* A second value stands for the same content: it is one of whoever measured, never of a baseline.
 */
static bool digest_equal(const uint8_t *const *a, const uint8_t *const *b,
			 const struct intact_attr *row)
{
	if (bytes_equal(a[row->digest], b[row->digest], row->digest_size))
		return true;
	return row->other && (bytes_equal(a[row->digest], b[row->other], row->digest_size) ||
			      bytes_equal(a[row->other], b[row->digest], row->digest_size));
}

bool intact_entry_prefix_equal(const struct intact_entry *whole, const struct intact_entry *longer,
			       const struct intact_attr *row)
{
	return (longer->flags & INTACT_ENTRY_PREFIX) && longer->prefix_size == whole->size &&
	       digest_equal(whole->digest, longer->digest_prefix, row);
}

bool intact_entry_is_empty(const struct intact_entry *e)
{
	uint64_t sizes = INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_SIZE_GROWING);

	return e->size == 0 && (!(e->flags & INTACT_ENTRY_SECONDS) || (e->attrs & sizes));
}

bool intact_entry_equal(const struct intact_entry *a, const struct intact_entry *b,
			const struct intact_attr *row)
{
	switch (row->kind) {
	case INTACT_KIND_NONE:
		return true;
	case INTACT_KIND_FTYPE:
		return (a->mode & S_IFMT) == (b->mode & S_IFMT);
	case INTACT_KIND_NUMBER:
	case INTACT_KIND_MODE:
	case INTACT_KIND_DEVICE:
	case INTACT_KIND_FLAGS:
	case INTACT_KIND_FSTYPE:
		return intact_entry_number(a, row) == intact_entry_number(b, row);
	case INTACT_KIND_TIME:
		return time_equal(a, b, row);
	case INTACT_KIND_STRING:
		if (row->id == INTACT_LINK)
			return link_equal(a, b);
		return str_equal(intact_entry_str(a, row), intact_entry_str(b, row));
	case INTACT_KIND_DIGEST:
		return digest_equal(a->digest, b->digest, row);
	case INTACT_KIND_ACL:
		return str_equal(&a->acl_access, &b->acl_access) &&
		       str_equal(&a->acl_default, &b->acl_default);
	case INTACT_KIND_XATTRS:
		return xattrs_equal(a, b);
	}
	return false;
}
