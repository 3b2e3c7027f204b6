/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The differences that are on purpose: the list of doc/aide-differences.md, as code.
 *
 * Two outputs that are not equal are passed through the list, row by row; each row takes one kind
 * of difference out of both.  What is then still different is a failure.  The rows that had
 * something to do are counted, so that a row that nothing needs any more shows.
 */

#ifndef TESTS_AIDE_KNOWN_H
#define TESTS_AIDE_KNOWN_H

#include "run.h"

/** What both programs said at one step, and the files they wrote. */
struct both {
	struct output aide, ours;
	struct buf aide_report, our_report; /* of report_url=file:report; empty if there is none */
	struct buf aide_db, our_db;	    /* the new database; not compared if `skip_db` */
	bool skip_db;
	const char *below; /* of --dry-init only lines on paths below this one count; NULL: all */
	bool sorted;	   /* the order of output lines has no meaning (--dry-init) */

	/* What explains a difference in this step. */
	bool compare;		     /* --compare */
	bool metadata;		     /* the databases have a time in them */
	bool rules_changed;	     /* the databases were made under other rules */
	const char *missing_digests; /* names that only AIDE has, "tiger crc32 ...", space around
					each */
};

/** Compare; true if equal, where needed after taking out what is known.  `ret_what` gets a few
 * words on the first thing that differs. */
bool known_equal(struct both *b, const char **ret_what);

/** Print how often each row was needed. */
void known_print(void);

#endif /* TESTS_AIDE_KNOWN_H */
