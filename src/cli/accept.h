/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One run of --accept, as the files that carry it out share it: cmd_accept.c is the order of
 * events, accept_choose.c and accept_ask.c which changes are wanted, accept_again.c whether they
 * still are what was reviewed, accept_next.c the next generation.  doc/design/accept.md.
 */

#ifndef CLI_ACCEPT_H
#define CLI_ACCEPT_H

#include <stdio.h>

#include "cli/explained.h"
#include "cli/flow.h"
#include "cli/generations.h"
#include "cli/run_record.h"

/** What becomes of a change. */
enum accept_fate {
	ACCEPT_KEPT,  /* not wanted: the old entry stays */
	ACCEPT_TAKEN, /* the reviewed entry */
	ACCEPT_AGAIN, /* wanted, but it is not any more what was reviewed */
};

struct accept {
	struct session *session;
	struct flow flow; /* the two baselines compared; its scan measures again */
	struct explained explained;
	struct store store;
	struct intact_db_out *out;  /* the baseline's place */
	struct intact_db_out *hold; /* the reviewed state's, locked */
	struct intact_db_writer *writer;
	struct intact_db_meta meta;
	uint8_t root[INTACT_DB_DIGEST_SIZE]; /* of the new generation */
	struct intact_hasher *hasher;	     /* over the accepted paths */
	struct intact_time start;
	char *rules;
	size_t rules_len;
	/* Root digests that the journal names, one behind the other, in hex as it has them. */
	struct buf roots; /* of what updates wrote */
	struct buf made;  /* of what any run wrote */
	struct buf left; /* of what nights accepted, each followed by that of the state they left */
	uint8_t *removable; /* of each generation: it is what its name says */

	unsigned char *fate; /* enum accept_fate of each change, by its number */
	uint64_t changes;    /* not counting moves, which are changes of two names */
	uint64_t taken, kept, again;
	int status; /* what changed again: 1, 2, 4 and 32 as everywhere */

	FILE *handed;  /* where the process above reads what is accepted (watch.h); or NULL */
	bool terminal; /* answers come from one */
	bool prints;   /* what was done, to standard output */
	bool done;     /* a new generation is in place */
	bool leaves;   /* the reviewed state stays, for what is not accepted yet */
	struct run_record record;
	struct run_facts facts;
};

/** Called for each change in path order, with its number.  Returns 0, or a negative code to stop
 * with. */
typedef int accept_change_fn(struct accept *a, uint64_t number, const struct intact_change *c,
			     struct intact_error *err);
INTACT_MUST_CHECK
int accept_each(struct accept *a, accept_change_fn *fn, struct intact_error *err);

/** The path that a change is about. */
static inline const struct intact_str *accept_path(const struct intact_change *c)
{
	return c->new ? &c->new->path : &c->old->path;
}

/** Decide which changes are wanted. */
INTACT_MUST_CHECK
int choose_changes(struct accept *a, struct intact_error *err);

/** Of folders and links, whose proof is what is in them or the baseline: take those in which
 * nothing happened that is not taken. */
INTACT_MUST_CHECK
int strong_folders(struct accept *a, struct intact_error *err);

/** Of the wanted ones, those that `a->fate` has as taken: ask for each. */
INTACT_MUST_CHECK
int ask_changes(struct accept *a, struct intact_error *err);

/** Measure what is wanted again.  What is not what was reviewed is said, and is not taken. */
INTACT_MUST_CHECK
int again_measure(struct accept *a, struct intact_error *err);

/** Write the next generation and put it in place. */
INTACT_MUST_CHECK
int next_write(struct accept *a, struct intact_error *err);

#endif /* CLI_ACCEPT_H */
