/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A nightly run from above, between its three parts: what is done before the run (night_before.c),
 * what is made of what it found (cmd_nightly.c), and who is told (night_tell.c).  A run of another
 * kind whose report goes out by mail is one, too, without lock and findings.
 */

#ifndef CLI_NIGHT_H
#define CLI_NIGHT_H

#include "base/accounts.h"
#include "base/buf.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "cli/watch.h"

struct night {
	struct session *session;
	bool nightly;	     /* else one run, of which nothing is kept */
	struct watch *watch; /* the session's, in the process of the run */
	struct findings before, now, both;
	size_t mails;	/* reports that are for mails */
	int lock;	/* -1: none */
	char *findings; /* paths */
	char *spool;
	char *store;
	int *journals; /* a socket for each report target; -1: it is another one */
	int64_t time;
	int status;		      /* of the run, then what we exit with */
	const char *failure;	      /* NULL: the run came to its end */
	const char *note;	      /* it did, but ... */
	struct buf notes;	      /* what `note` is when there are more */
	struct findings taken;	      /* by nightly_accept */
	struct buf mailed_to;	      /* addresses */
	char died[64];		      /* when a run began that did not come to its end; "" */
	char words[INTACT_ERROR_MAX]; /* of one of these */
	char user[ACCOUNT_NAME_MAX];
	bool undelivered;
	bool tells_lost; /* the mail says how many were */
};

/** A further sentence for the mail. */
void night_add_note(struct night *n, const char *text);

/* ---- before (night_before.c) ---- */

/** The lock, sockets and files, before the run is started. */
INTACT_MUST_CHECK
int night_prepare(struct night *n, struct intact_error *err);

/** The paths alone. */
INTACT_MUST_CHECK
int night_find_places(struct night *n, struct intact_error *err);

/** How long reports are kept, in seconds; 0: they are not. */
uint64_t night_keeps(const struct night *n);

/** It came to its end.  The caller closes the lock; -1 is fine. */
void night_let_go(int lock);

/* ---- telling (night_tell.c): what fails is logged, and n->undelivered ---- */

/** Mail, if there is something to say, and what waits from earlier nights. */
void night_send(struct night *n);
void night_tell_journals(struct night *n);
void night_keep_reports(struct night *n);

/** Last: what the hook does wrong loses nothing. */
void night_call_hook(struct night *n);

#endif /* CLI_NIGHT_H */
