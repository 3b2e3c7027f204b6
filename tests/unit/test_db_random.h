/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Random entries, and comparing all that a baseline keeps of an entry.  For the tests of db/.
 */

#ifndef TEST_DB_RANDOM_H
#define TEST_DB_RANDOM_H

#include <intact/entry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/path.h"

/* xorshift: the same numbers everywhere. */
static inline uint64_t rnd(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static inline uint64_t rnd_below(uint64_t *seed, uint64_t n)
{
	return rnd(seed) % n;
}

/* Numbers of all sizes: small ones, and the ends of the range. */
static inline uint64_t rnd_number(uint64_t *seed)
{
	switch (rnd_below(seed, 5)) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX - rnd_below(seed, 3);
	case 2:
		return (uint64_t)1 << 63;
	default:
		return rnd(seed) >> rnd_below(seed, 64);
	}
}

static inline struct intact_time rnd_time(uint64_t *seed)
{
	struct intact_time t = { (int64_t)rnd_number(seed), (uint32_t)rnd_below(seed, 1000000000) };

	if (rnd_below(seed, 4) == 0)
		t.sec = -(int64_t)rnd_below(seed, 1u << 31);
	return t;
}

static inline struct intact_str rnd_str(uint64_t *seed, struct arena *a, size_t max)
{
	struct intact_str s = { NULL, (size_t)rnd_below(seed, max + 1) };
	char *bytes;

	if (rnd_below(seed, 2))
		return (struct intact_str){ 0 };
	bytes = arena_bytes(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		bytes[i] = (char)rnd_below(seed, 256);
	bytes[s.len] = '\0';
	s.s = bytes;
	return s;
}

static inline void rnd_xattrs(struct intact_entry *e, uint64_t *seed, struct arena *a)
{
	size_t n = rnd_below(seed, 3) ? 0 : 1 + (size_t)rnd_below(seed, 4);
	struct intact_xattr *x = arena_array(a, n + 1, sizeof(*x));

	for (size_t i = 0; i < n; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "user.%zu%c", i,
				   (char)('a' + rnd_below(seed, 26)));

		x[i].name = (struct intact_str){ arena_strndup(a, name, (size_t)len), (size_t)len };
		x[i].value = rnd_str(seed, a, rnd_below(seed, 20) ? 40 : 65536);
		if (!x[i].value.s)
			x[i].value = (struct intact_str){ "", 0 };
	}
	e->xattrs = n ? x : NULL;
	e->nxattrs = n;
}

static inline void rnd_acl(struct intact_entry *e, uint64_t *seed, struct arena *a)
{
	char text[64];
	int len;

	switch (rnd_below(seed, 4)) {
	case 0: /* what the mode says */
		len = snprintf(text, sizeof(text), "user::%c%c%c\ngroup::%c%c%c\nother::%c%c%c\n",
			       e->mode & 0400 ? 'r' : '-', e->mode & 0200 ? 'w' : '-',
			       e->mode & 0100 ? 'x' : '-', e->mode & 040 ? 'r' : '-',
			       e->mode & 020 ? 'w' : '-', e->mode & 010 ? 'x' : '-',
			       e->mode & 04 ? 'r' : '-', e->mode & 02 ? 'w' : '-',
			       e->mode & 01 ? 'x' : '-');
		break;
	case 1:
		len = snprintf(text, sizeof(text), "user::rw-\nuser:%u:r--\n",
			       (unsigned)rnd_below(seed, 5));
		break;
	case 2: /* as long, but something else */
		len = snprintf(text, sizeof(text), "user::rwx\ngroup::rw-\nother::rwx\n");
		break;
	default:
		return;
	}
	e->acl_access = (struct intact_str){ arena_strndup(a, text, (size_t)len), (size_t)len };
	e->acl_default = rnd_str(seed, a, 40);
}

static inline void rnd_digests(struct intact_entry *e, uint64_t *seed, struct arena *a)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);
		uint8_t *d;

		if (!row || row->kind != INTACT_KIND_DIGEST || rnd_below(seed, 3))
			continue;
		d = arena_bytes(a, row->digest_size);
		for (unsigned i = 0; i < row->digest_size; i++)
			d[i] = (uint8_t)rnd(seed);
		e->digest[row->digest] = d;
	}
}

static inline uint64_t rnd_mask(uint64_t *seed)
{
	uint64_t mask = rnd(seed) & rnd(seed);

	for (unsigned id = 0; id < 64; id++) {
		if (!intact_attr_get(id))
			mask &= ~INTACT_BIT(id);
	}
	return mask;
}

/* An entry with something random in every field but path. */
static inline void rnd_entry(struct intact_entry *e, uint64_t *seed, struct arena *a)
{
	uint64_t *const numbers[] = { &e->mode,	  &e->uid,	 &e->gid,   &e->size,
				      &e->blocks, &e->ino,	 &e->nlink, &e->rdev,
				      &e->dev,	  &e->e2fsattrs, &e->fstype };

	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*numbers[i] = rnd_number(seed);
	e->flags = rnd_below(seed, 2) ? INTACT_ENTRY_SECONDS : 0;
	e->attrs = rnd_mask(seed);
	e->unsupported = rnd_mask(seed);
	e->failed = rnd_mask(seed);
	e->atime = rnd_time(seed);
	/* Stored only where a rule asks for it. */
	if (!(e->attrs & INTACT_BIT(INTACT_ATIME)))
		e->atime = (struct intact_time){ 0 };
	e->mtime = rnd_time(seed);
	e->ctime = rnd_below(seed, 2) ? e->mtime : rnd_time(seed);
	e->btime = rnd_time(seed);
	e->read.sec = rnd_time(seed).sec;
	e->link = rnd_str(seed, a, rnd_below(seed, 20) ? 30 : 5000);
	e->selinux = rnd_str(seed, a, 2);
	e->caps = rnd_str(seed, a, 20);
	rnd_acl(e, seed, a);
	rnd_xattrs(e, seed, a);
	rnd_digests(e, seed, a);
	if (rnd_below(seed, 4) == 0)
		e->problem = "read: Input/output error";
}

static inline int rnd_path_order(const void *a, const void *b)
{
	const struct intact_entry *x = a, *y = b;

	return path_cmp(x->path.s, x->path.len, y->path.s, y->path.len);
}

/* A path of few letters, so that many share much and some stand inside of others. */
static inline struct intact_str rnd_path(uint64_t *seed, struct arena *a)
{
	static const char letters[] = "ab.-\x01\xff ";
	char path[4200];
	size_t len = 0, parts = 1 + (size_t)rnd_below(seed, rnd_below(seed, 50) ? 6 : 300);

	for (size_t i = 0; i < parts; i++) {
		size_t n = 1 + (size_t)rnd_below(seed, 8);

		path[len++] = '/';
		for (size_t k = 0; k < n; k++)
			path[len++] = letters[rnd_below(seed, sizeof(letters) - 1)];
	}
	return (struct intact_str){ arena_strndup(a, path, len), len };
}

/* Up to `n` random entries in path order; returns how many. */
static inline size_t rnd_entries(struct intact_entry *e, size_t n, uint64_t seed, struct arena *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		rnd_entry(&e[i], &seed, a);
		e[i].path = rnd_path(&seed, a);
	}
	qsort(e, n, sizeof(*e), rnd_path_order);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || rnd_path_order(&e[kept - 1], &e[i]) != 0)
			e[kept++] = e[i];
	}
	return kept;
}

static inline bool same_str(const struct intact_str *a, const struct intact_str *b)
{
	if (!a->s || !b->s)
		return a->s == b->s && a->len == b->len;
	return a->len == b->len && memcmp(a->s, b->s, a->len + 1) == 0;
}

static inline bool same_time(const struct intact_time *a, const struct intact_time *b)
{
	return a->sec == b->sec && a->nsec == b->nsec;
}

static inline bool same_digests(const struct intact_entry *a, const struct intact_entry *b)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (!row || row->kind != INTACT_KIND_DIGEST)
			continue;
		if (!a->digest[row->digest] != !b->digest[row->digest])
			return false;
		if (a->digest[row->digest] &&
		    memcmp(a->digest[row->digest], b->digest[row->digest], row->digest_size) != 0)
			return false;
	}
	return true;
}

static inline bool same_xattrs(const struct intact_entry *a, const struct intact_entry *b)
{
	if (a->nxattrs != b->nxattrs)
		return false;
	for (size_t i = 0; i < a->nxattrs; i++) {
		if (!same_str(&a->xattrs[i].name, &b->xattrs[i].name) ||
		    !same_str(&a->xattrs[i].value, &b->xattrs[i].value))
			return false;
	}
	return true;
}

/* Everything that a baseline keeps. */
static inline bool same_entry(const struct intact_entry *a, const struct intact_entry *b)
{
	return same_str(&a->path, &b->path) && a->flags == b->flags && a->attrs == b->attrs &&
	       a->unsupported == b->unsupported && a->failed == b->failed && a->mode == b->mode &&
	       a->uid == b->uid && a->gid == b->gid && a->size == b->size &&
	       a->blocks == b->blocks && a->ino == b->ino && a->nlink == b->nlink &&
	       a->rdev == b->rdev && a->dev == b->dev && a->e2fsattrs == b->e2fsattrs &&
	       a->fstype == b->fstype && same_time(&a->atime, &b->atime) &&
	       same_time(&a->mtime, &b->mtime) && same_time(&a->ctime, &b->ctime) &&
	       same_time(&a->btime, &b->btime) && same_time(&a->read, &b->read) &&
	       same_str(&a->link, &b->link) && same_str(&a->selinux, &b->selinux) &&
	       same_str(&a->caps, &b->caps) && same_str(&a->acl_access, &b->acl_access) &&
	       same_str(&a->acl_default, &b->acl_default) && same_xattrs(a, b) &&
	       same_digests(a, b) && !a->problem == !b->problem &&
	       (!a->problem || strcmp(a->problem, b->problem) == 0);
}

#endif /* TEST_DB_RANDOM_H */
