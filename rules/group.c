/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See group.h.  The groups: aide-compat 2.9; digests: 4.5.
 */

#include "base/suggest.h"
#include "rules/group.h"

#include <stdlib.h>
#include <string.h>

#include "rules/lexer.h"
#include "rules/parser.h"
#include "rules/reader.h"

#define B(id) INTACT_BIT(INTACT_##id)

#define XATTR_LIKE (B(ACL) | B(SELINUX) | B(XATTRS) | B(E2FSATTRS) | B(CAPS))
#define OWNER (B(LINK) | B(PERM) | B(UID) | B(GID) | B(INODE) | B(NLINK) | B(FTYPE) | XATTR_LIKE)
#define READ_ONLY (OWNER | B(SIZE) | B(CTIME) | B(MTIME))
#define DIGESTS_0_18                                                                           \
	(B(MD5) | B(SHA1) | B(RMD160) | B(TIGER) | B(CRC32) | B(HAVAL) | B(GOST) | B(CRC32B) | \
	 B(SHA256) | B(SHA512) | B(WHIRLPOOL))
#define DIGESTS_NEWEST                                                                         \
	(B(SHA256) | B(SHA512) | B(STRIBOG256) | B(STRIBOG512) | B(SHA512_256) | B(SHA3_256) | \
	 B(SHA3_512))

/* Not in a rule any more; still verified where a baseline has them. */
#define DIGESTS_REMOVED (B(TIGER) | B(CRC32) | B(CRC32B) | B(HAVAL) | B(WHIRLPOOL))
#define DIGESTS_DEPRECATED (B(MD5) | B(SHA1) | B(RMD160) | B(GOST))

static const struct {
	const char *name;
	uint64_t attrs[2]; /* by enum intact_compat */
} default_groups[] = {
	{ "R", { READ_ONLY | B(SHA3_256), READ_ONLY | B(MD5) } },
	{ "L", { OWNER, OWNER } },
	{ ">", { OWNER | B(SIZE) | B(GROWING), OWNER | B(SIZE) | B(GROWING) } },
	{ "H", { DIGESTS_NEWEST, DIGESTS_0_18 } },
	{ "X", { XATTR_LIKE, XATTR_LIKE } },
	{ "E", { 0, 0 } },
};

/* ---- the table ----------------------------------------------------------------------------- */

const struct group *groups_find(const struct groups *g, struct slice name)
{
	for (size_t i = 0; i < g->count; i++) {
		if (slice_is(name, g->list[i].name))
			return &g->list[i];
	}
	return NULL;
}

static int groups_set(struct groups *g, struct slice name, uint64_t attrs, struct intact_error *err)
{
	struct group *old = (struct group *)groups_find(g, name);
	char *copy;

	if (old) {
		old->attrs = attrs;
		return 0;
	}
	if (g->count == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 128;
		struct group *list = realloc(g->list, cap * sizeof(*list));

		if (!list)
			return intact_fail_nomem(err);
		g->list = list;
		g->cap = cap;
	}
	copy = strndup(name.s, name.len);
	if (!copy)
		return intact_fail_nomem(err);
	g->list[g->count++] = (struct group){ copy, attrs };
	return 0;
}

static int set_by_name(struct groups *g, const char *name, uint64_t attrs, struct intact_error *err)
{
	return groups_set(g, (struct slice){ name, strlen(name) }, attrs, err);
}

#define NDEFAULT (sizeof(default_groups) / sizeof(default_groups[0]))

static uint64_t default_attrs(size_t i, enum intact_compat compat, uint64_t digests)
{
	uint64_t keep = digests ? digests | ~INTACT_MASK_DIGESTS : UINT64_MAX;

	return default_groups[i].attrs[compat] & keep;
}

uint64_t intact_default_group(const char *name, enum intact_compat compat, uint64_t digests)
{
	for (size_t i = 0; i < NDEFAULT; i++) {
		if (strcmp(default_groups[i].name, name) == 0)
			return default_attrs(i, compat, digests);
	}
	return 0;
}

int groups_set_compat(struct groups *g, enum intact_compat compat, uint64_t digests,
		      struct intact_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NDEFAULT; i++)
		rc = set_by_name(g, default_groups[i].name, default_attrs(i, compat, digests), err);
	return rc;
}

int groups_init(struct groups *g, enum intact_compat compat, uint64_t digests,
		struct intact_error *err)
{
	int rc = 0;

	for (unsigned id = 0; rc == 0 && id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (row && row->name)
			rc = set_by_name(g, row->name, INTACT_BIT(id), err);
	}
	return rc < 0 ? rc : groups_set_compat(g, compat, digests, err);
}

void groups_release(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->list[i].name);
	free(g->list);
	*g = (struct groups){ 0 };
}

/* ---- expressions --------------------------------------------------------------------------- */

static int undefined(struct reader *r, const struct place *place, struct slice name,
		     struct intact_error *err)
{
	struct suggestion near = suggest_for(name.s, name.len);

	for (size_t i = 0; i < r->groups.count; i++)
		suggest_consider(&near, r->groups.list[i].name);
	return place_fail(place, err, INTACT_ECONFIG, "group '%.*s' is not defined%s%s%s",
			  SLICE(name), near.best ? ", did you mean '" : "",
			  near.best ? near.best : "", near.best ? "'?" : "");
}

int group_eval(struct reader *r, const struct place *place, struct slice expr, uint64_t *ret,
	       struct intact_error *err)
{
	struct lexer l = { .at = expr.s, .eol = expr.s + expr.len };
	uint64_t attrs = 0;
	bool minus = false;

	/* The parser has seen to it that there are names with an operator between each two. */
	while (!lexer_at_end(&l)) {
		const struct group *group;
		struct slice name;

		lexer_blanks(&l);
		name = lexer_group(&l);
		group = groups_find(&r->groups, name);
		if (!group)
			return undefined(r, place, name, err);
		attrs = minus ? attrs & ~group->attrs : attrs | group->attrs;
		lexer_blanks(&l);
		minus = lexer_peek(&l) == '-';
		if (!lexer_at_end(&l))
			l.at++;
	}
	*ret = attrs;
	return 0;
}

int group_define(struct reader *r, const struct statement *st, struct intact_error *err)
{
	const struct group *old = groups_find(&r->groups, st->group.name);
	char now[EXPR_MAX], before[EXPR_MAX];
	uint64_t attrs = 0;
	int rc = group_eval(r, &st->place, st->group.expr, &attrs, err);

	if (rc < 0)
		return rc;
	intact_attr_expr(attrs, now, sizeof(now));
	if (old && old->attrs) {
		intact_attr_expr(old->attrs, before, sizeof(before));
		place_log(&st->place, &r->log, INTACT_LOG_NOTICE,
			  "redefine group '%s' with value '%s' (previous value: '%s')", old->name,
			  now, before);
	} else {
		place_log(&st->place, &r->log, INTACT_LOG_CONFIG,
			  "define group '%.*s' with value '%s'", SLICE(st->group.name), now);
	}
	return groups_set(&r->groups, st->group.name, attrs, err);
}

/* ---- digests ------------------------------------------------------------------------------- */

/* What a rule of this version may ask for. */
static uint64_t allowed_digests(const struct reader *r)
{
	uint64_t available = r->source->digests ? r->source->digests : INTACT_MASK_DIGESTS;

	return r->compat == INTACT_COMPAT_NEWEST ? available & ~DIGESTS_REMOVED : available;
}

static void note_deprecated(struct reader *r, const struct place *place, uint64_t digests)
{
	char names[EXPR_MAX];

	if (r->compat != INTACT_COMPAT_NEWEST || !(digests & DIGESTS_DEPRECATED))
		return;
	intact_attr_expr(digests & DIGESTS_DEPRECATED, names, sizeof(names));
	place_log(place, &r->log, INTACT_LOG_NOTICE,
		  "hashsum(s) '%s' are DEPRECATED, please update your config", names);
}

/* 0.18 goes on, whatever is left.  Where that is nothing the rule keeps what it asks for: its
 * entries are then unverified, not silently without content. */
static void lose_0_18(struct reader *r, const struct place *place, uint64_t lost, uint64_t *attrs)
{
	char names[EXPR_MAX];

	intact_attr_expr(lost, names, sizeof(names));
	place_log(place, &r->log, INTACT_LOG_WARNING, "ignoring unsupported hash algorithm(s): %s",
		  names);
	if (*attrs & INTACT_MASK_DIGESTS & ~lost)
		*attrs &= ~lost;
}

static int lose_newest(struct reader *r, const struct place *place, uint64_t lost, uint64_t *attrs,
		       struct intact_error *err)
{
	uint64_t left = *attrs & INTACT_MASK_DIGESTS & ~lost;
	char lost_names[EXPR_MAX], names[EXPR_MAX];

	intact_attr_expr(lost, lost_names, sizeof(lost_names));
	if (!left)
		return place_fail(place, err, INTACT_ECONFIG,
				  "no hashsum(s) left after ignoring unsupported hashsum(s): %s",
				  lost_names);
	*attrs &= ~lost;
	/* Hundreds of rules may use the same group: once is enough. */
	if (!(lost & ~r->warned_digests))
		return 0;
	r->warned_digests |= lost;
	intact_attr_expr(left, names, sizeof(names));
	place_log(place, &r->log, INTACT_LOG_WARNING,
		  "ignore unsupported hashsum(s): %s (remaining hashsum(s): %s), please update "
		  "your config",
		  lost_names, names);
	return 0;
}

int group_check_digests(struct reader *r, const struct place *place, uint64_t *attrs,
			struct intact_error *err)
{
	uint64_t asked = *attrs & INTACT_MASK_DIGESTS;
	uint64_t lost = asked & ~allowed_digests(r);

	note_deprecated(r, place, asked & ~lost);
	if (!lost)
		return 0;
	if (r->compat == INTACT_COMPAT_NEWEST)
		return lose_newest(r, place, lost, attrs, err);
	lose_0_18(r, place, lost, attrs);
	return 0;
}
