/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What there is of each package, and the words for it that the formats for people share.
 *
 * Names and versions are foreign: each format says how it escapes.  All else is ours.
 */

#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "report/parts.h"

/** Of one package. */
struct report_tally {
	uint64_t proofs[INTACT_PROOF_MAX]; /* what it explains, by how */
	uint64_t others;		   /* that it has, and that are not explained */
};

typedef void tally_escape_fn(struct buf *out, const void *data, size_t len);

/** The package of a change, or NULL. */
const struct intact_package *tally_package(const struct report *r, const struct view *v);

/** Set r->tallies, one for each package of the run.  Freed by tally_release(). */
INTACT_MUST_CHECK
int tally_all(struct report *r, struct intact_error *err);
void tally_release(struct report *r);

/** How many entries it explains. */
uint64_t tally_explained(const struct report_tally *t);

/** " 3.0.14 -> 3.0.15", " 1.0 (new)", " 1.0 (removed)" */
void tally_version(struct buf *out, const struct intact_package *p, tally_escape_fn *escape);

/** "14 entries, all as shipped" or "14 entries, 12 as shipped" */
void tally_words(struct buf *out, const struct report_tally *t);

/** "12 by md5 (weak), 2 by name (weakest)" */
void tally_proofs(struct buf *out, const struct report_tally *t);

#endif /* REPORT_TALLY_H */
