/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A process apart that does for a run what the run itself may not do any more.
 *
 * It is started before the door is shut, keeps the rights to write, the private key and the way to
 * other programs, and never sees a byte of what is scanned or read from a baseline.  The run asks
 * it, in messages of a fixed form, for one of a few things; each is as narrow as it can be, since
 * whoever asks may have been taken over.  It ends with the run, however that ends, and then removes
 * what was not put in place.
 */

#ifndef CLI_CLERK_H
#define CLI_CLERK_H

#include <intact/db.h>
#include <intact/journal.h>
#include <intact/trust.h>

struct clerk;
struct run_record;
struct session;

/** What belongs to a run and is left to the clerk.  All may be empty. */
struct clerk_duties {
	struct intact_db_out *out; /* the new baseline's place */
	struct run_record *record; /* the journal */
	/* Another place that is locked meanwhile, and let go of; NULL: none. */
	struct intact_db_out *hold;
	/* What only one command has done here: `body` comes from the run, and is to be judged. */
	int (*special)(void *ctx, const void *body, size_t len, struct intact_error *err);
	/* Called at the end, before the place is let go. */
	void (*tidy)(void *ctx);
	void *ctx;
};

/**
 * Start one.  From then on `out` is put in place by the clerk, the session's key signs there, and
 * names of users are asked there.  The calling thread must be the only one.  Returns 0 or a
 * negative code.
 */
INTACT_MUST_CHECK
int clerk_start(struct session *s, const struct clerk_duties *duties, struct clerk **ret,
		struct intact_error *err);

/** Remember that this generation of database_in was seen. */
INTACT_MUST_CHECK
int clerk_remember(struct clerk *c, const struct intact_seen *seen, struct intact_error *err);

/** As syslog_send(). */
INTACT_MUST_CHECK
int clerk_syslog(struct clerk *c, const char *text, size_t size, char end, int facility,
		 const char *ident, struct intact_error *err);

/** Call the special() of its duties. */
INTACT_MUST_CHECK
int clerk_special(struct clerk *c, const void *body, size_t len, struct intact_error *err);

/** Append a record to the journal: as run_record_append(). */
INTACT_MUST_CHECK
int clerk_record(struct clerk *c, const char *members, size_t len, struct intact_journal_point *ret,
		 struct intact_error *ret_warning, struct intact_error *err);

/** As intact_journal_holds(). */
INTACT_MUST_CHECK
int clerk_holds(struct clerk *c, const struct intact_journal_point *point,
		enum intact_journal_verdict *ret, struct intact_error *err);

/** Let it end, and wait until it has tidied up.  NULL is fine. */
void clerk_end(struct clerk *c);

#endif /* CLI_CLERK_H */
