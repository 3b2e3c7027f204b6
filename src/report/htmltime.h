/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * When the findings happened, as far as times tell: those of content and inode of what changed or
 * is new, against the time of the baseline and of the run.
 */

#ifndef REPORT_HTMLTIME_H
#define REPORT_HTMLTIME_H

#include <stdint.h>

#include <intact/entry.h>

#include "base/buf.h"

#define TIMELINE_BINS 64

enum timeline_row {
	TIMELINE_MTIME,
	TIMELINE_CTIME,
	TIMELINE_ROWS,
};

struct timeline {
	int64_t baseline; /* 0: not known */
	int64_t start, end;
	int64_t step; /* seconds a bin */
	unsigned nbins;
	uint64_t bins[TIMELINE_ROWS][TIMELINE_BINS];
	uint64_t earlier[TIMELINE_ROWS]; /* than what is drawn */
	uint64_t later[TIMELINE_ROWS];	 /* than the run: somebody set them */
	uint64_t since[TIMELINE_ROWS];	 /* the baseline */
	uint64_t count[TIMELINE_ROWS];
};

/** What is drawn ends with the run and begins somewhat before the baseline. */
void timeline_init(struct timeline *t, const struct intact_time *baseline,
		   const struct intact_time *end);
void timeline_add(struct timeline *t, enum timeline_row row, const struct intact_time *time);

/** Append an <svg> of this width; see tree_draw(). */
void timeline_draw(const struct timeline *t, struct buf *out, const char *id, const char *class,
		   unsigned width);

#endif /* REPORT_HTMLTIME_H */
