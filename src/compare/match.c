/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The verdict on a pair.  All cases: doc/design/verdicts.md.
 *
 * For each attribute the old rule or the new one asks for there are three answers: equal, changed,
 * and not verified.  Equal needs a value on both sides.  Whatever the rule asks for now and cannot
 * be compared is not verified; it is never equal.
 */

#include <intact/compare.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SPECIAL                                                                                    \
	(INTACT_BIT(INTACT_NAME) | INTACT_BIT(INTACT_CHECK_INODE) | INTACT_BIT(INTACT_ALLOW_NEW) | \
	 INTACT_BIT(INTACT_ALLOW_REMOVED) | INTACT_BIT(INTACT_GROWING) |                           \
	 INTACT_BIT(INTACT_COMPRESSED))

/* Values that may go up, and only up, under `growing`. */
#define MAY_GROW                                                                          \
	(INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_BLOCKS) | INTACT_BIT(INTACT_ATIME) | \
	 INTACT_BIT(INTACT_MTIME) | INTACT_BIT(INTACT_CTIME))

/* Attributes that AIDE's database does not list where there is no value. */
#define DROPPED_IF_NONE (INTACT_BIT(INTACT_CAPS) | INTACT_BIT(INTACT_SELINUX))

/* ---- the reason ---- */

/* One line put together from parts; cut when it is full. */
struct reason {
	char *buf;
	size_t size;
	size_t len;
};

INTACT_PRINTF(2, 3)
static void reason_add(struct reason *r, const char *fmt, ...)
{
	va_list args;
	int n;

	if (r->len + 1 >= r->size)
		return;
	if (r->len)
		r->len += (size_t)snprintf(r->buf + r->len, r->size - r->len, "; ");
	if (r->len + 1 >= r->size) {
		r->len = r->size - 1;
		return;
	}
	va_start(args, fmt);
	n = vsnprintf(r->buf + r->len, r->size - r->len, fmt, args);
	va_end(args);
	if (n > 0)
		r->len = r->len + (size_t)n < r->size ? r->len + (size_t)n : r->size - 1;
}

static void reason_add_attrs(struct reason *r, const char *what, uint64_t attrs)
{
	char names[512];

	if (!attrs)
		return;
	intact_attr_expr(attrs, names, sizeof(names));
	reason_add(r, "%s: %s", what, names);
}

/* ---- one attribute ---- */

static bool asks(const struct intact_entry *e, unsigned id)
{
	return e->attrs & INTACT_BIT(id);
}

static bool is_digest(const struct intact_attr *row)
{
	return row->kind == INTACT_KIND_DIGEST;
}

/* A digest counts also where the rule no longer asks for it: the old one is computed once more so
 * that a change of algorithm does not let a change of content through. */
static bool has_value(const struct intact_entry *e, const struct intact_attr *row)
{
	if (e->failed & INTACT_BIT(row->id))
		return false;
	if (is_digest(row))
		return e->digest[row->digest] != NULL;
	/* The type is part of the mode, and the size under S is the size: always recorded. */
	if (row->id == INTACT_FTYPE)
		return true;
	if (row->id == INTACT_SIZE_GROWING)
		return e->attrs & (INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_SIZE_GROWING));
	return intact_entry_has(e, row->id);
}

static bool time_grew(const struct intact_time *old, const struct intact_time *new)
{
	return old->sec != new->sec ? old->sec < new->sec : old->nsec < new->nsec;
}

static bool value_grew(const struct intact_entry *old, const struct intact_entry *new,
		       const struct intact_attr *row)
{
	if (row->kind == INTACT_KIND_TIME)
		return time_grew(intact_entry_time(old, row), intact_entry_time(new, row));
	return intact_entry_number(old, row) < intact_entry_number(new, row);
}

/* May this difference be put down to growth?  Of an empty file there is no old content to compare;
 * one whose size nobody recorded is none. */
static bool grew(const struct intact_entry *old, const struct intact_entry *new,
		 const struct intact_attr *row, const struct intact_match_options *options)
{
	if (!asks(old, INTACT_GROWING))
		return false;
	if (INTACT_BIT(row->id) & MAY_GROW)
		return value_grew(old, new, row);
	if (!is_digest(row) || !options->disk || old->size >= new->size)
		return false;
	return intact_entry_is_empty(old) || intact_entry_prefix_equal(old, new, row);
}

/* Both have a value. */
static bool differs(const struct intact_entry *old, const struct intact_entry *new,
		    const struct intact_attr *row, const struct intact_match_options *options)
{
	if (row->id == INTACT_SIZE_GROWING)
		return old->size > new->size;
	return !intact_entry_equal(old, new, row) && !grew(old, new, row, options);
}

/* ---- both sides are there ---- */

/* Could an object of the old type have had this attribute at all? */
static bool old_could_have(const struct intact_entry *old, const struct intact_attr *row)
{
	return row->types & intact_ftype_of_mode((uint32_t)old->mode);
}

/* AIDE's text has no room for device numbers, and does not list what an object does not have. */
static bool old_source_drops(const struct intact_entry *old, const struct intact_entry *new,
			     const struct intact_attr *row)
{
	if (!(old->flags & INTACT_ENTRY_SECONDS))
		return false;
	if (row->id == INTACT_RDEV)
		return true;
	return (INTACT_BIT(row->id) & DROPPED_IF_NONE) && !intact_entry_str(new, row)->s;
}

/* Asked for by the new rule and not comparable: why. */
struct missing {
	uint64_t failed;      /* could not be measured now */
	uint64_t absent;      /* the baseline has no value */
	uint64_t unsupported; /* was there, and the file system knows no such thing now */
	uint64_t unused;      /* digests of the baseline that were not computed now */
	uint64_t lost;	      /* digests that the baseline says it has, and has no value of */
};

/* One common digest verifies the content: the others are then no gap, unless the baseline once had
 * them.  A check sum can do so only for a baseline that has nothing better. */
static void forgive_digests(struct missing *m, uint64_t compared, bool disk)
{
	uint64_t digests;

	if (!m->absent && !m->unused)
		return;
	digests = compared & INTACT_MASK_DIGESTS;
	/* Only where something was read, and a digest is still to be verified. */
	if (!disk || (m->failed & INTACT_MASK_DIGESTS) || !(m->absent & INTACT_MASK_DIGESTS))
		m->unused = 0;
	if ((digests & ~INTACT_MASK_CHECKSUMS) || (digests && !m->unused)) {
		m->absent &= ~INTACT_MASK_DIGESTS | m->lost;
		m->unused = 0;
	}
}

static void explain(const struct missing *m, const struct intact_entry *new, struct reason *r)
{
	if (m->failed || new->problem)
		reason_add(r, "%s", new->problem ? new->problem : "could not be measured");
	reason_add_attrs(r, "not in the baseline", m->absent);
	reason_add_attrs(r, "this build cannot compute", m->unused);
	reason_add_attrs(r, "this file system does not support", m->unsupported);
}

static uint64_t asked(const struct intact_entry *e)
{
	return e->attrs & ~SPECIAL;
}

/* What both sides ask for and have, digests apart: nearly all there is, and nothing to weigh. */
static uint64_t match_plain(const struct intact_entry *old, const struct intact_entry *new,
			    const struct intact_match_options *options, struct intact_change *c)
{
	uint64_t plain =
		asked(old) & asked(new) & ~(old->failed | new->failed) & ~INTACT_MASK_DIGESTS;

	for (uint64_t left = plain; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (row && differs(old, new, row, options))
			c->changed |= INTACT_BIT(row->id);
	}
	return plain;
}

/* Compare all that can be compared; note what the rule asks for and cannot be. */
static void match_attrs(const struct intact_entry *old, const struct intact_entry *new,
			const struct intact_match_options *options, struct intact_change *c,
			struct missing *m)
{
	uint64_t plain = match_plain(old, new, options, c);
	uint64_t compared = 0;

	m->lost = old->attrs & old->failed & INTACT_MASK_DIGESTS;
	for (uint64_t left = (asked(old) | asked(new)) & ~plain; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));
		uint64_t bit;
		bool wanted;

		if (!row)
			continue;
		bit = INTACT_BIT(row->id);
		wanted = bit & new->attrs;
		if (has_value(old, row) && has_value(new, row) && (wanted || is_digest(row))) {
			compared |= bit;
			if (differs(old, new, row, options))
				c->changed |= bit;
		} else if (!wanted) {
			m->unsupported |= bit & new->unsupported;
			if (is_digest(row) && has_value(old, row))
				m->unused |= bit;
		} else if (!has_value(new, row)) {
			m->failed |= bit;
		} else if (old_could_have(old, row) && !old_source_drops(old, new, row)) {
			m->absent |= bit;
		}
	}
	forgive_digests(m, compared, options->disk);
}

static unsigned type_bits(const struct intact_entry *e)
{
	return (unsigned)e->mode & S_IFMT;
}

/* An object that vanished before it was looked at may have no type; that is a problem of the entry,
 * not another type. */
static bool type_changed(const struct intact_entry *old, const struct intact_entry *new)
{
	if (!type_bits(new) && (new->failed || new->problem))
		return false;
	return type_bits(old) != type_bits(new);
}

static void match_both(const struct intact_pair *pair, const struct intact_match_options *options,
		       struct reason *r, struct intact_change *c)
{
	const struct intact_entry *old = pair->old, *new = pair->new;
	struct missing m = { 0 };

	match_attrs(old, new, options, c, &m);
	/* Another kind of object under the old name: whatever the rule compares, this is a change,
	 * for the digests of the file that stood here have nothing left to be compared with. */
	if (type_changed(old, new))
		c->changed |= INTACT_BIT(INTACT_FTYPE);
	c->kind = c->changed ? INTACT_CHANGED : INTACT_SAME;
	c->unverified = m.failed | m.absent | m.unsupported;
	if (new->problem && !m.failed)
		c->unverified |= INTACT_BIT(INTACT_NAME);
	explain(&m, new, r);
}

/* ---- one side only ---- */

static void match_added(const struct intact_entry *new, const struct intact_match_options *options,
			struct reason *r, struct intact_change *c)
{
	struct missing m = { .failed = asked(new) & new->failed };

	c->kind = INTACT_ADDED;
	/* The list of what a new baseline has is complete. */
	c->hidden = !options->init && asks(new, INTACT_ALLOW_NEW);
	c->unverified = m.failed;
	if (new->problem && !m.failed)
		c->unverified = INTACT_BIT(INTACT_NAME);
	explain(&m, new, r);
}

static void match_old_only(const struct intact_pair *pair, struct reason *r,
			   struct intact_change *c)
{
	if (pair->outside) {
		c->kind = INTACT_SAME;
	} else if (pair->gap) {
		c->kind = INTACT_SAME;
		c->unverified = INTACT_BIT(INTACT_NAME);
		reason_add(r, "%s", pair->gap);
	} else {
		c->kind = INTACT_REMOVED;
		c->hidden = asks(pair->old, INTACT_ALLOW_REMOVED);
	}
}

static void match_gap(const struct intact_entry *gap, struct reason *r, struct intact_change *c)
{
	c->kind = INTACT_GAP;
	c->unverified = INTACT_BIT(INTACT_NAME);
	reason_add(r, "%s", gap->problem ? gap->problem : "names may be missing here");
}

/* Do the two sides show different attributes?  Kept for the list of them. */
static bool masks_differ(const struct intact_pair *pair)
{
	if (!pair->old || !pair->new)
		return false;
	return intact_entry_shown(pair->old, false) != intact_entry_shown(pair->new, false);
}

int intact_match_pair(const struct intact_pair *pair, const struct intact_match_options *options,
		      char *reason_buf, size_t reason_size, struct intact_change *ret)
{
	struct reason reason = { reason_buf, reason_size, 0 };
	struct intact_change c = { .old = pair->old, .new = pair->new };

	if (reason_size)
		reason_buf[0] = '\0';
	if (!pair->new)
		match_old_only(pair, &reason, &c);
	else if (pair->new->flags & INTACT_ENTRY_GAP)
		match_gap(pair->new, &reason, &c);
	else if (!pair->old)
		match_added(pair->new, options, &reason, &c);
	else
		match_both(pair, options, &reason, &c);
	if (c.unverified)
		c.reason = reason_size ? reason_buf : "";
	*ret = c;
	return c.kind != INTACT_SAME || c.unverified || masks_differ(pair);
}
