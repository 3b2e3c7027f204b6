/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The mail about a run: what it says, in which order, and where it is cut.  It sends nothing.
 */

#ifndef CLI_MAIL_H
#define CLI_MAIL_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include <intact/rules.h>

struct findings;

/** What a mail is about.  Strings may hold foreign bytes. */
struct mail {
	const char *to;	  /* addresses with commas between them, checked (intact_url_parse) */
	const char *from; /* user name */
	const char *host;
	int64_t time;
	int status;		      /* exit status of the run */
	const char *failure;	      /* why the run failed; NULL: it did not */
	const char *note;	      /* something else to say, a line; NULL */
	const struct findings *night; /* findings with their turns; NULL: not a night's run */
	const struct findings *found; /* of any run */
	FILE *report;		      /* NULL: there is none */
	enum intact_report_format format;
};

/** "1 new finding, 3 open": the end of the subject. */
void mail_headline(struct buf *out, const struct mail *m);

/** The whole message.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int mail_compose(struct buf *out, const struct mail *m, struct intact_error *err);

#endif /* CLI_MAIL_H */
