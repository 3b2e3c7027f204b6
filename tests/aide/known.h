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

/** Where a report may go to. */
enum {
	TEXT_OUT,
	TEXT_REPORT,
	TEXT_REPORT2,
	TEXT_FD3,
	TEXT_STDERR, /* of standard error what is no message */
	NTEXTS,
};

/** What one program said at one step, and the files it wrote. */
struct side {
	int status;
	struct buf text[NTEXTS];
	struct buf err; /* messages */
	struct buf db;	/* the new database */
};

/** What both said. */
struct both {
	struct side aide, ours;
	const char *below; /* of --dry-init only lines on paths below this one count; NULL: all */
	bool sorted;	   /* the order of output lines has no meaning (--dry-init) */

	/* What explains a difference in this step. */
	bool compare;		     /* --compare */
	bool metadata;		     /* the databases have a time in them */
	bool damaged;		     /* the database that is read was changed by hand */
	bool words;		     /* show what is taken for a difference in wording */
	const char *config;	     /* what the options say */
	char *const *args;	     /* the command line */
	const char *missing_digests; /* names that only AIDE has, "tiger crc32 ...", space around
					each */
};

/** Compare; true if equal, where needed after taking out what is known.  `ret_what` gets a few
 * words on the first thing that differs. */
bool known_equal(struct both *b, const char **ret_what);

/** Print how often each row was needed. */
void known_print(void);

#endif /* TESTS_AIDE_KNOWN_H */
