/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Findings: what a run reported, followed from night to night.  A finding is a path and what it is
 * now; each night it is new, still open, accepted, gone, or back.  doc/design/nightly.md has the
 * rules.  It knows nothing of mail or of how a run is made; the clock is the caller's.
 */

#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include <intact/error.h>
#include <intact/severity.h>

/** Most that are followed one by one; what is beyond is counted, and never silent. */
#define FINDINGS_MAX 200000
/** How long a closed one is remembered, to know it when it returns. */
#define FINDINGS_DAYS 90
/** Hex of a SHA-256, with its NUL. */
#define FINDINGS_HEX 65

/** What a night makes of a finding. */
enum finding_turn {
	FINDING_NEW,
	FINDING_AGAIN,	  /* was open, and is something else now */
	FINDING_RETURNED, /* was accepted or gone, and is here again */
	FINDING_OPEN,	  /* as last night */
	FINDING_UNSEEN,	  /* was open, and nobody could look tonight: stays open */
	FINDING_ACCEPTED, /* the baseline moved on, and agrees */
	FINDING_GONE,	  /* the baseline is the same, and agrees */
	FINDING_CLOSED,	  /* accepted or gone earlier */
};
#define FINDING_TURNS (FINDING_CLOSED + 1)

struct finding {
	const char *path; /* exact bytes, and a NUL behind them */
	size_t path_len;
	bool gap;		 /* names below `path` may be missing */
	const char *change;	 /* "added", "removed", "changed", "unverified" */
	const char *attributes;	 /* "size+sha256"; "" */
	const char *reason;	 /* why unverified; "" */
	const char *explanation; /* "explained", "contradicted", "unexplained"; "": nobody asked */
	const char *package;	 /* "NAME VERSION"; "" */
	enum intact_severity severity;
	bool by_line; /* of the configuration: report_severity */
	char state[FINDINGS_HEX];
	int64_t first, seen; /* seconds */
	enum finding_turn turn;
	bool accepted; /* of a closed one: how */
	bool tonight;  /* ... by this night itself */
};

/** What a run says about itself. */
struct findings_run {
	bool complete; /* it came to its end */
	uint64_t status, entries, added, removed, changed, unverified;
	const char *error; /* of one that did not; "" */
};

/** A list, sorted by path.  All zero is an empty one. */
struct findings {
	struct arena arena; /* of all strings */
	struct finding *list;
	size_t n, size;
	uint64_t more;		     /* beyond FINDINGS_MAX */
	char baseline[FINDINGS_HEX]; /* "": not known */
	int64_t night;		     /* when; 0: there was none */
	int64_t mailed;		     /* the last mail; 0: none */
	const char *mailed_to;	     /* addresses of the configuration; NULL or "": none */
	struct findings_run run;
	size_t turns[FINDING_TURNS]; /* how many of each */
};

void findings_release(struct findings *f);

/** Read what a run wrote: lines of intact_report_findings() and one about the run.  A run that says
 * anything else is not complete.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int findings_read_run(FILE *in, struct findings *ret, struct intact_error *err);

/** Read the findings of last night.  Returns 0, INTACT_EDAMAGED or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int findings_read(FILE *in, struct findings *ret, struct intact_error *err);

/** The same of the file; none is an empty list. */
INTACT_MUST_CHECK
int findings_load(const char *path, struct findings *ret, struct intact_error *err);

/** Replace the file, in one step. */
INTACT_MUST_CHECK
int findings_save(const char *path, const struct findings *f, struct intact_error *err);

/** Compare tonight with last night: `ret` gets all of both, with their turns.  Strings stay in
 * `before` and `now`, which must outlive it. */
INTACT_MUST_CHECK
int findings_compare(const struct findings *before, const struct findings *now, int64_t time,
		     struct findings *ret, struct intact_error *err);

/** What a night has accepted by itself: read the paths (cli/watch.h) into `taken`.  It is complete
 * when the run came to its end; `run.entries` and `run.status` are how many it took and the new
 * generation, 0 if there is none.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int findings_read_accepted(FILE *in, struct findings *taken, struct intact_error *err);

/** These findings are accepted, and the baseline is that of `taken`.  Returns how many of them are
 * findings: what reports leave out is none. */
size_t findings_accept(struct findings *f, const struct findings *taken);

/** The highest severity of those that are new, changed again or back; NONE where there are none.
 * `by_line`: only of those to which a line of report_severity gives theirs. */
enum intact_severity findings_highest(const struct findings *f, bool by_line);

/** "new", "changed again", ... */
const char *finding_turn_name(enum finding_turn turn);

#endif /* CLI_FINDINGS_H */
