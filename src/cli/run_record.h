/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A run's record in the journal.  The journal is opened before anything else is done, as reports
 * are: a run that could not be recorded does not begin.  The record is written when all else is
 * over and the exit status is known.
 */

#ifndef CLI_RUN_RECORD_H
#define CLI_RUN_RECORD_H

#include "cli/session.h"
#include "cli/user.h"
#include <intact/journal.h>
#include <intact/report.h>

struct run_record {
	struct session *session;
	struct intact_journal *journal;	    /* NULL: none is kept */
	struct intact_journal_point before; /* what it held when the run began */
	char *seen;			    /* the file that remembers how long it was */
	bool remember;			    /* what that says is still in the journal */
	/* Looked up when it begins: who, where, and by which file. */
	struct user user;
	char *here;   /* NULL: not known */
	char *config; /* NULL: none was read */
};

/** One of the baselines of a run. */
struct run_baseline {
	const struct intact_db_meta *meta; /* NULL: there was none */
	const uint8_t *digest; /* 32 bytes: root digest, or SHA-256 of AIDE's text; NULL: unknown */
	const char *key;       /* fingerprint of whoever signed it; NULL: nobody, or not asked */
};

/** What a run has to say when it is over. */
struct run_facts {
	struct intact_time start;
	const char *rules; /* canonical text; NULL: it did not come so far */
	size_t rules_len;
	struct run_baseline in, out;
	bool counted; /* the run got to its end: */
	uint64_t entries;
	struct intact_report_counts counts;
	bool hash_policy; /* contents were not all read: */
	uint64_t contents_read, contents_trusted;
	int status;
	const char *error; /* NULL: none */
	/* What only one command says; NULL: nothing. */
	void (*more)(void *ctx, struct buf *out);
	void *more_ctx;
};

/** Open the journal, verify it, and warn of damage.  Nothing is done where none is kept.  Returns 0
 * or a negative code; release it in both cases. */
INTACT_MUST_CHECK
int run_record_begin(struct run_record *r, struct session *s, struct intact_error *err);

/** Warn if the journal does not hold what a baseline of this host says that it held. */
INTACT_MUST_CHECK
int run_record_attested(const struct run_record *r, const struct place *place,
			const struct intact_db_meta *meta, struct intact_error *err);

/** For the header of a new baseline: what the journal holds. */
void run_record_attest(const struct run_record *r, struct intact_db_meta *meta);

/** Append the record.  Returns 0, also where no journal is kept, or a negative code. */
INTACT_MUST_CHECK
int run_record_write(struct run_record *r, const struct run_facts *facts, struct intact_error *err);

/** What the clerk does of it (clerk.h), which has the journal open: append, and remember how long
 * it is.  A failure of the latter is only said, in `ret_warning` (code 0: none). */
INTACT_MUST_CHECK
int run_record_append(struct run_record *r, const char *members, size_t len,
		      struct intact_journal_point *ret, struct intact_error *ret_warning,
		      struct intact_error *err);

void run_record_release(struct run_record *r);

/** What of a journal's past does not hold any more, in words: "is shorter ...", NULL if it holds.
 */
const char *run_record_verdict_words(enum intact_journal_verdict verdict);

#endif /* CLI_RUN_RECORD_H */
