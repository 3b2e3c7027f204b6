/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the formats have in common: the report under work, its outline, its options, the way through
 * the list of changes.  Each format is one file that puts these parts into its own words.
 */

#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include <stdio.h>

#include <intact/report.h>

#include "base/buf.h"
#include "report/values.h"
#include "report/view.h"

struct report_tally;

/** One report being written. */
struct report {
	const struct intact_run *run;
	const struct intact_report_options *options;
	struct intact_report_counts counts;
	uint64_t sorted[INTACT_EXPLAINED_MAX][VIEW_KINDS]; /* the same by what explains them */
	bool color;
	FILE *out;

	/* Text on its way to `out`; a failure for want of memory shows here at the end. */
	struct buf text;
	/* What there is of each package, while their lines are written. */
	struct report_tally *tallies;
	/* Scratch for the values of one attribute. */
	struct values old, new;

	/* What the entry functions below are to do; set by the format before part_each(). */
	uint64_t kinds;	   /* enum view_kind as bits: which entries a list is about */
	uint64_t verdicts; /* likewise, enum intact_explained */
	bool opened;	   /* the section at hand has its title already */
};

/** Here ends what AIDE prints at once (struct intact_run's pieces). */
void report_cut(struct report *r);

/** Hand the text so far to the output. */
void report_flush(struct report *r);

bool report_level(const struct report *r, enum intact_report_level level);
bool report_differs(const struct report *r);

/** Is the report in AIDE's name? */
bool report_is_aide(const struct report *r);

/** Call `fn` for every change of the list, in order, and flush after each.  Returns 0 or a negative
 * code. */
typedef void report_view_fn(struct report *r, const struct view *v);
INTACT_MUST_CHECK
int part_each(struct report *r, report_view_fn *fn, struct intact_error *err);

/** Append the one sentence that says how the run ended. */
void part_outline(const struct report *r, struct buf *out);

enum part_option_group {
	PART_CONFIG,  /* from level summary on */
	PART_IGNORES, /* from level list_entries on */
};

/** Call `fn` with each option that the report mentions at its level, raw value. */
typedef void report_option_fn(struct report *r, const char *key, const char *label,
			      const char *value);
void part_options(struct report *r, enum part_option_group group, report_option_fn *fn);

/** Number of groups of the entry lists that are not empty, as masks of enum view_kind; of entries
 * with one of r->verdicts. */
size_t part_lists(const struct report *r, uint64_t masks[3]);

/** All that differs, and what of it packages explain. */
uint64_t part_explained(const struct report *r);

/** Does a coverage line belong into this report? */
bool part_has_coverage(const struct report *r);

/** Seconds from start to end, never negative. */
uint64_t part_run_time(const struct intact_run *run);

#define KIND_BIT(kind) ((uint64_t)1 << (kind))

/* ---- the formats: each writes one whole report ---- */

INTACT_MUST_CHECK int report_plain(struct report *r, struct intact_error *err);
INTACT_MUST_CHECK int report_json(struct report *r, struct intact_error *err);
INTACT_MUST_CHECK int report_ndjson(struct report *r, struct intact_error *err);
INTACT_MUST_CHECK int report_ecs(struct report *r, struct intact_error *err);
INTACT_MUST_CHECK int report_html(struct report *r, struct intact_error *err);
INTACT_MUST_CHECK int report_ocsf(struct report *r, struct intact_error *err);

#endif /* REPORT_PARTS_H */
