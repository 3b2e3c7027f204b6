/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * When the findings happened, as far as times tell: those of content and inode of what changed or
 * is new, against the time of the baseline and of the run.
 */

#ifndef REPORT_HTMLTIME_H
#define REPORT_HTMLTIME_H

#include <stdbool.h>
#include <stdint.h>

#include <intact/entry.h>

#include "base/buf.h"

#define TIMELINE_BINS 64

enum timeline_row {
	TIMELINE_MTIME,
	TIMELINE_CTIME,
	TIMELINE_ROWS,
};

struct timeline_count {
	uint64_t all, explained;
};

struct timeline {
	int64_t baseline; /* 0: not known */
	int64_t start, end;
	int64_t step; /* seconds a bin */
	unsigned nbins;
	struct timeline_count bins[TIMELINE_ROWS][TIMELINE_BINS];
	struct timeline_count earlier[TIMELINE_ROWS]; /* than what is drawn */
	struct timeline_count later[TIMELINE_ROWS];   /* than the run: somebody set them */
	struct timeline_count count[TIMELINE_ROWS];
	uint64_t since[TIMELINE_ROWS]; /* the baseline */
	/* Packages by when they were last worked on. */
	uint64_t packages[TIMELINE_BINS];
	uint64_t npackages; /* of those that are drawn */
};

/** What is drawn ends with the run and begins somewhat before the baseline. */
void timeline_init(struct timeline *t, const struct intact_time *baseline,
		   const struct intact_time *end);
void timeline_add(struct timeline *t, enum timeline_row row, const struct intact_time *time,
		  bool explained);
/** A package was worked on; what lies outside of the picture is left out. */
void timeline_add_package(struct timeline *t, int64_t worked);

/** Append an <svg> of this width; see tree_draw(). */
void timeline_draw(const struct timeline *t, struct buf *out, const char *id, const char *class,
		   unsigned width);

#endif /* REPORT_HTMLTIME_H */
