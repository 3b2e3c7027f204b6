/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See view.h.  Rules: aide-compat 6.2, 6.3 and the end of 6.5.
 */

#include "report/view.h"

#include <assert.h>
#include <string.h>

static uint64_t shown(const struct intact_run *run, const struct intact_entry *e)
{
	return e ? intact_entry_shown(e, run->aide_output) & ~INTACT_BIT(INTACT_NAME) : 0;
}

static bool only_ignored_flags_differ(const struct intact_change *c, uint64_t ignored)
{
	assert(c->old && c->new);
	return ((c->old->e2fsattrs ^ c->new->e2fsattrs) & ~ignored) == 0;
}

static uint64_t changed_here(const struct intact_change *c,
			     const struct intact_report_options *options)
{
	uint64_t changed = c->changed & ~options->ignore_changed;

	if ((changed & INTACT_BIT(INTACT_E2FSATTRS)) && options->ignore_e2fsattrs &&
	    only_ignored_flags_differ(c, options->ignore_e2fsattrs))
		changed &= ~INTACT_BIT(INTACT_E2FSATTRS);
	return changed;
}

static enum view_kind kind_here(const struct intact_run *run,
				const struct intact_report_options *options, const struct view *v)
{
	if (v->change->hidden)
		return VIEW_NONE;
	switch (v->change->kind) {
	case INTACT_ADDED:
		if (run->kind == INTACT_RUN_INIT && !options->detailed_init)
			return VIEW_NONE;
		return VIEW_ADDED;
	case INTACT_REMOVED:
		return VIEW_REMOVED;
	case INTACT_CHANGED:
		return v->changed ? VIEW_CHANGED : VIEW_NONE;
	case INTACT_SAME:
	case INTACT_GAP:
	case INTACT_MOVED:
		break;
	}
	return VIEW_NONE;
}

struct view view_of(const struct intact_run *run, const struct intact_report_options *options,
		    const struct intact_change *change)
{
	struct view v = {
		.change = change,
		.entry = change->new ? change->new : change->old,
		.old_attrs = shown(run, change->old),
		.new_attrs = shown(run, change->new),
	};

	if (change->explanation)
		v.verdict = (enum intact_explained)change->explanation->verdict;
	if (change->kind == INTACT_CHANGED)
		v.changed = changed_here(change, options);
	v.kind = kind_here(run, options, &v);
	return v;
}

/* Both masks in bit order: "-x" for what only the old one has, "+y" for what only the new one has.
 */
static void diff_write(uint64_t old, uint64_t new, char *buf, size_t size)
{
	size_t len = 0;

	for (uint64_t left = old ^ new; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));
		size_t n = row && row->name ? strlen(row->name) : 0;

		if (n == 0 || len + n + 2 > size)
			continue;
		buf[len++] = old & left & -left ? '-' : '+';
		memcpy(buf + len, row->name, n);
		len += n;
	}
	buf[len] = '\0';
}

void view_diff(const struct view *v, const struct intact_report_options *options, char *buf,
	       size_t size)
{
	const struct intact_change *c = v->change;
	uint64_t value_only, removed, added;

	buf[0] = '\0';
	if (!c->old || !c->new || c->hidden)
		return;
	/* Asked for on both sides, with a value on one only: a change, not a difference in what is
	 * asked for. */
	value_only = (v->old_attrs ^ v->new_attrs) & c->old->attrs & c->new->attrs;
	removed = v->old_attrs & ~v->new_attrs & ~options->ignore_removed & ~value_only;
	added = v->new_attrs & ~v->old_attrs & ~options->ignore_added & ~value_only;
	if (!removed && !added)
		return;
	/* AIDE takes the ignored attributes away from each side before it compares, so that an
	 * attribute ignored on one side shows up on the other. */
	diff_write(v->old_attrs & ~options->ignore_removed & ~value_only,
		   v->new_attrs & ~options->ignore_added & ~value_only, buf, size);
}

uint64_t view_details(const struct view *v, const struct intact_report_options *options)
{
	uint64_t mask = 0;

	switch (v->kind) {
	case VIEW_NONE:
		break;
	case VIEW_ADDED:
		if (options->level >= INTACT_REPORT_ADDED_REMOVED_ENTRIES)
			mask = (v->new_attrs & ~options->ignore_added) | INTACT_BIT(INTACT_NAME);
		break;
	case VIEW_REMOVED:
		if (options->level >= INTACT_REPORT_ADDED_REMOVED_ENTRIES)
			mask = (v->old_attrs & ~options->ignore_removed) | INTACT_BIT(INTACT_NAME);
		break;
	case VIEW_CHANGED:
		if (options->level >= INTACT_REPORT_CHANGED_ATTRIBUTES)
			mask = v->changed;
		if (options->level >= INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES)
			mask |= (v->old_attrs & ~v->new_attrs & ~options->ignore_removed) |
				(v->new_attrs & ~v->old_attrs & ~options->ignore_added);
		if (mask)
			mask |= options->force;
		break;
	}
	return mask;
}

const char *view_word(enum view_kind kind)
{
	static const char *const words[] = { "", "added", "removed", "changed" };

	return words[kind];
}
