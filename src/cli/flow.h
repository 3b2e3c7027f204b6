/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The flow of a run: streams plugged together, and what is done with each pair that comes out.
 *
 *   --init     rules → walk ─────────→ join → measure ─→ baseline
 *   --check    baseline ─┐
 *              rules → walk ─────────→ join → measure → match ─→ changes
 *   --update   the same, with a baseline written as well
 *   --compare  baseline, baseline ───→ join ──────────→ match ─→ changes
 */

#ifndef CLI_FLOW_H
#define CLI_FLOW_H

#include "cli/progress.h"
#include "cli/session.h"
#include <intact/compare.h>
#include <intact/report.h>
#include <intact/scan.h>

struct flow {
	struct session *session;
	enum intact_run_kind kind;
	bool keep_added; /* at --init: keep added entries for the report */
	/* With INTACT_RUN_COMPARE: have a scan as well, of which only the walk is opened.  What is
	 * to become of it is the caller's business (--accept). */
	bool stand_by;

	struct intact_db *in;	      /* the old side; NULL at init */
	struct intact_db *new;	      /* the new side of compare */
	struct intact_matcher *limit; /* --limit for the baseline's side; NULL: none */
	struct intact_scan *scan;     /* NULL at compare */
	struct intact_stream *walk;   /* of the scan, until it is plugged in */
	struct intact_pairs *pairs;
	struct intact_db_out *out;	 /* init and update: where the new baseline is to be */
	struct intact_db_writer *writer; /* ... and what writes it; NULL: lost before the start */
	struct intact_error lost;	 /* why an update has no new baseline; code 0: it has */
	struct intact_changes *changes;
	struct intact_moves *moves;	  /* NULL: no rule asks for any */
	struct intact_contents *contents; /* NULL at init and compare */
	int moved; /* negative, with moved_error: a move could not be kept for the report */
	struct intact_error moved_error;
	struct progress progress;
	unsigned usr1; /* SIGUSR1s that were followed */

	uint64_t total; /* entries on the new side */
	uint64_t verified;
	uint64_t unverified;

	int64_t now;			/* start of the run, set by the caller */
	uint64_t contents_read;		/* files that were read in this run */
	uint64_t contents_trusted;	/* ... and that were not (hash_policy) */
	struct intact_time oldest_read; /* of the latter */
};

/** An update whose new baseline cannot be written has found no less than one that can: it keeps the
 * reason, and goes on as a check.  Returns 0 then, else `rc`. */
int flow_lose_writer(struct flow *f, int rc, const struct intact_error *why);

/** Does a new baseline come of it, as far as is known? */
static inline bool flow_writes(const struct flow *f)
{
	return f->writer && !f->lost.code;
}

/** Open what needs the rights to open it: the root of the scan, the place for a long list of
 * changes.  No thread is there yet. */
INTACT_MUST_CHECK
int flow_open(struct flow *f, struct intact_error *err);

/** Plug the streams together.  `in`, `new` and `writer` are set by the caller and stay the
 * caller's. */
INTACT_MUST_CHECK
int flow_start(struct flow *f, struct intact_error *err);

/** The two baselines of a comparison joined once more, from their start. */
INTACT_MUST_CHECK
int flow_join(struct flow *f, struct intact_pairs **ret, struct intact_error *err);

/** Pull everything through. */
INTACT_MUST_CHECK
int flow_run(struct flow *f, struct intact_error *err);

/** Let go of what flow_start() made.  `changes` stays until flow_release(). */
void flow_stop(struct flow *f);
void flow_release(struct flow *f);

#endif /* CLI_FLOW_H */
