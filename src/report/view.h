/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A change as one report sees it: after that report's own ignore and force options.
 */

#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include <intact/report.h>

enum view_kind {
	VIEW_NONE, /* not listed in this report */
	VIEW_ADDED,
	VIEW_REMOVED,
	VIEW_CHANGED,
};
#define VIEW_KINDS (VIEW_CHANGED + 1)

struct view {
	enum view_kind kind;
	enum intact_explained verdict; /* UNEXPLAINED where nobody asked */
	const struct intact_change *change;
	const struct intact_entry *entry; /* the new side; the old one where there is no new */

	/* Attributes that each side shows (intact_entry_shown). */
	uint64_t old_attrs, new_attrs;
	/* Attributes that differ and make the entry a changed one here. */
	uint64_t changed;
};

struct view view_of(const struct intact_run *run, const struct intact_report_options *options,
		    const struct intact_change *change);

/** "-x+y" for an entry whose two sides show different attributes; "" if they do not.  `size` of
 * VIEW_DIFF_MAX is always enough. */
#define VIEW_DIFF_MAX 1024
void view_diff(const struct view *v, const struct intact_report_options *options, char *buf,
	       size_t size);

/** Attributes to show in the details of this entry at the report's level; 0: none. */
uint64_t view_details(const struct view *v, const struct intact_report_options *options);

/** "added", "removed", "changed". */
const char *view_word(enum view_kind kind);

#endif /* REPORT_VIEW_H */
