/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One run of --init, --check, --update or --compare, as the files that carry it out share it:
 * cmd_measure.c is the order of events, measure_in.c what is needed and read, measure_out.c the new
 * baseline, measure_end.c digests, reports and the record.
 */

#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

#include <sys/stat.h>

#include "cli/changed_rules.h"
#include "cli/explained.h"
#include "cli/flow.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/targets.h"

struct measure {
	struct session *session;
	struct flow flow;
	struct explained explained;
	struct targets *targets;
	struct intact_db_meta meta; /* of the new baseline */
	char *rules;		    /* canonical text of the rules in force */
	size_t rules_len;
	struct changed_rules changed_rules;
	uint64_t kept;		       /* newest generation that has a name beside the baseline */
	char *baseline, *new_baseline; /* who signed them; NULL: nobody, or nobody asked */
	uint64_t room;		       /* for the new baseline, when the run began */
	uint64_t old_size;	       /* of the baseline that is there; 0: not known */
	struct stat held; /* our empty file at the new baseline's place; st_nlink 0: none */
	struct intact_report_database databases[3];
	size_t ndatabases;
	struct intact_hasher *hasher; /* of the new baseline as it is written */
	struct intact_time start;

	struct run_record record;
	struct run_facts facts;
	uint8_t out_root[INTACT_DB_DIGEST_SIZE];
	uint8_t in_sha256[INTACT_DB_DIGEST_SIZE], out_sha256[INTACT_DB_DIGEST_SIZE]; /* of texts */
};

static inline bool measure_reads_old(enum intact_run_kind kind)
{
	return kind != INTACT_RUN_INIT;
}

static inline bool measure_writes_new(enum intact_run_kind kind)
{
	return kind == INTACT_RUN_INIT || kind == INTACT_RUN_UPDATE;
}

struct intact_time measure_now(void);

/* ---- what is needed and read ---- */

/** Is a descriptor closed that the run is to use?  Then it fails; but if a file of ours were opened
 * first, that would get the number. */
bool measure_lacks_descriptor(const struct measure *m);

/** Are all baselines named, and two different ones where it takes two? */
INTACT_MUST_CHECK
int measure_check_places(const struct measure *m, struct intact_error *err);

/** Open what is read.  Its bytes may be an attacker's. */
INTACT_MUST_CHECK
int measure_open_sides(struct measure *m, struct intact_error *err);

/* ---- the new baseline ---- */

/** Before the scan: hours later is no time to ask for a passphrase. */
INTACT_MUST_CHECK
int measure_prepare_signing(struct measure *m, struct intact_error *err);

/** The place for the new baseline, its lock and its temporary file. */
INTACT_MUST_CHECK
int measure_reserve(struct measure *m, struct intact_error *err);

/** Say before the scan if less is free than a new baseline is likely to need. */
void measure_check_room(const struct measure *m);

/** Start writing it; nothing to do if no place was reserved. */
INTACT_MUST_CHECK
int measure_open_writer(struct measure *m, struct intact_error *err);

/** Give it its name. */
INTACT_MUST_CHECK
int measure_commit(struct measure *m, struct intact_error *err);

/** Nothing took its place: remove what held it.  `ctx`: a struct measure, for the clerk. */
void measure_leave_place(void *ctx);

/* ---- the end ---- */

/** Digests of baselines that the report shows, as a mask of attributes. */
uint64_t measure_digests_wanted(const struct session *s);

INTACT_MUST_CHECK
int measure_digest_databases(struct measure *m, struct intact_error *err);

/** Write all reports.  `ret_status`: the exit status that the changes found give. */
INTACT_MUST_CHECK
int measure_report(struct measure *m, int *ret_status, struct intact_error *err);

/** The record of a run that is over with `rc` and `why` (if it failed) and `status`.  Returns the
 * exit status: writing the record may fail on its own. */
int measure_write_record(struct measure *m, int rc, int status, const struct intact_error *why);

#endif /* CLI_MEASURE_H */
