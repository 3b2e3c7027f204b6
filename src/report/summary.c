/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See summary.h.  Columns and their rules: aide-compat 6.5.
 */

#include "report/summary.h"

#include <string.h>

/* Which attributes a column speaks for, and its letter when one of them has changed. */
static uint64_t column_mask(unsigned column, char *ret_letter)
{
	static const enum intact_attr_id ids[] = {
		INTACT_LINK,	  INTACT_SIZE,	 INTACT_BLOCKS, INTACT_PERM,   INTACT_UID,
		INTACT_GID,	  INTACT_ATIME,	 INTACT_MTIME,	INTACT_CTIME,  INTACT_INODE,
		INTACT_NLINK,	  INTACT_SHA256, INTACT_ACL,	INTACT_XATTRS, INTACT_SELINUX,
		INTACT_E2FSATTRS, INTACT_CAPS,	 INTACT_FSTYPE,
	};
	const struct intact_attr *row = intact_attr_get(ids[column]);

	*ret_letter = row->letter;
	if (row->kind == INTACT_KIND_DIGEST)
		return INTACT_MASK_DIGESTS;
	if (row->id == INTACT_SIZE)
		return INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_SIZE_GROWING);
	return INTACT_BIT(row->id);
}

static bool is_size(uint64_t mask)
{
	return mask & INTACT_BIT(INTACT_SIZE);
}

static char changed_letter(const struct view *v, uint64_t mask, char letter)
{
	if (is_size(mask) && v->change->old->size > v->change->new->size)
		return '<';
	return letter;
}

/* The first rule that applies. */
static char changed_column(const struct view *v, const struct intact_report_options *o,
			   uint64_t mask, char letter)
{
	uint64_t changed = v->change->changed & mask;
	uint64_t old_only = v->old_attrs & ~v->new_attrs & mask;
	uint64_t new_only = v->new_attrs & ~v->old_attrs & mask;
	uint64_t both = v->old_attrs & v->new_attrs & mask;

	if (changed & (o->force | ~o->ignore_changed))
		return changed_letter(v, mask, letter);
	if (old_only & (o->force | ~o->ignore_removed))
		return '-';
	if (new_only & (o->force | ~o->ignore_added))
		return '+';
	if (changed || old_only || new_only || (both & o->ignore_changed))
		return ':';
	if (both)
		return is_size(mask) ? '=' : '.';
	return ' ';
}

void summary_string(const struct view *v, const struct intact_report_options *options,
		    unsigned columns, char buf[SUMMARY_MAX])
{
	if (columns > SUMMARY_MAX - 1)
		columns = SUMMARY_MAX - 1;
	buf[0] = intact_ftype_letter((uint32_t)v->entry->mode);
	buf[columns] = '\0';
	for (unsigned i = 1; i < columns; i++) {
		char letter;
		uint64_t mask = column_mask(i - 1, &letter);

		if (v->kind == VIEW_CHANGED)
			buf[i] = changed_column(v, options, mask, letter);
		else
			buf[i] = v->kind == VIEW_ADDED ? '+' : '-';
	}
}
