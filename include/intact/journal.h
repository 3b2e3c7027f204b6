/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The journal: one record for each run, a line each, chained by digests; nothing is ever removed.
 *
 * A line is {"n":N,"previous":"HEX", what the record says, "sha256":"HEX"}: JSON in the one form of
 * base/json.h.  The digest is over everything in front of its comma, `previous` is that of the
 * record before (zeros for the first).  What a record says is the caller's business.  To the byte,
 * and why it is so: doc/design/trust.md.
 *
 * A chain alone does not show a cut tail: whoever relies on it keeps a point of it elsewhere.
 */

#ifndef INTACT_JOURNAL_H
#define INTACT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#define INTACT_JOURNAL_DIGEST_SIZE 32
/** With the newline. */
#define INTACT_JOURNAL_LINE_MAX ((size_t)1 << 20)

/** So many records, and the digest of the last of them.  All zero: none. */
struct intact_journal_point {
	uint64_t count;
	uint8_t head[INTACT_JOURNAL_DIGEST_SIZE];
};

struct intact_journal;

/**
 * Open a journal to read it.  Returns 0; INTACT_EIO if it cannot be read, is no regular file, or
 * (`err` says so) is not there; INTACT_EDAMAGED if others may write it; INTACT_ELOCK if a run holds
 * it for long; INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int intact_journal_open(const char *path, struct intact_journal **ret, struct intact_error *err);

/**
 * Open a journal to append to it: a new one (0600) if there is none.  A link is not followed.
 * Nobody but root and us may be able to write to it, or to exchange it.  Errors as above.
 */
INTACT_MUST_CHECK
int intact_journal_open_append(const char *path, struct intact_journal **ret,
			       struct intact_error *err);

/** The descriptors that belong to it; -1: none. */
void intact_journal_fds(const struct intact_journal *j, int ret[2]);

/** Another process, which has it open, does from now on what is to be done with it: its descriptors
 * are closed here, and nothing but intact_journal_close() may follow. */
void intact_journal_give_away(struct intact_journal *j);

/** Lets go of the lock that intact_journal_append() took.  NULL is fine. */
void intact_journal_close(struct intact_journal *j);

/* ---- reading -----------------------------------------------------------------------------------
 */

enum intact_journal_kind {
	INTACT_JOURNAL_RECORD, /* `text` is its line: an object as base/json.h knows it */
	INTACT_JOURNAL_TORN,   /* a record that was never finished: a power cut, a full disk */
	INTACT_JOURNAL_DAMAGE, /* a record that was removed, changed, moved or repeated */
};

struct intact_journal_item {
	enum intact_journal_kind kind;
	uint64_t line; /* from 1 */
	/* A line without its newline; of the other kinds one sentence for people, not escaped.
	 * Until the callback returns. */
	const char *text;
	size_t len;
	struct intact_journal_point point; /* RECORD: its number and digest */
};

/** Gets what is in a journal, in its order; damage in front of the record it was noticed at.
 * Returns 0, or a negative code to stop with. */
typedef int intact_journal_fn(void *ctx, const struct intact_journal_item *item,
			      struct intact_error *err);

/** What is in a journal as a whole. */
struct intact_journal_sum {
	struct intact_journal_point last; /* the record with the highest number */
	uint64_t lines;
	uint64_t records; /* that hold */
	uint64_t torn;
	uint64_t damages;
};

/** Verify the chain and give out what is in it.  `fn` may be NULL.  The journal is locked meanwhile
 * against records that appear.  Returns 0, also for a damaged one, or a negative code. */
INTACT_MUST_CHECK
int intact_journal_read(struct intact_journal *j, intact_journal_fn *fn, void *ctx,
			struct intact_journal_sum *ret, struct intact_error *err);

/** As intact_journal_read(), of bytes in memory. */
INTACT_MUST_CHECK
int intact_journal_parse(const void *data, size_t len, intact_journal_fn *fn, void *ctx,
			 struct intact_journal_sum *ret, struct intact_error *err);

enum intact_journal_verdict {
	INTACT_JOURNAL_HOLDS,
	INTACT_JOURNAL_SHORT, /* it has no such record any more */
	INTACT_JOURNAL_OTHER, /* the record of that number is another one */
};

/** Is what the journal held at `point` still in it?  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int intact_journal_holds(struct intact_journal *j, const struct intact_journal_point *point,
			 enum intact_journal_verdict *ret, struct intact_error *err);

/* ---- appending ---------------------------------------------------------------------------------
 */

/**
 * Append a record and see to it that it is on disk.  `members` is what it says: members of an
 * object as json_text() and its like append them, without braces.  Locks the journal until it is
 * closed. Goes on behind a record that was never finished, and says so in the new one; goes on
 * behind damage, which stays one.  Returns 0; INTACT_ELOCK; INTACT_EIO if it cannot be written, was
 * exchanged meanwhile, or is too long; INTACT_EDAMAGED if the file has something in it and no
 * record; INTACT_ENOMEM.  `ret` (may be NULL) gets the new record's number and digest.
 */
INTACT_MUST_CHECK
int intact_journal_append(struct intact_journal *j, const char *members, size_t len,
			  struct intact_journal_point *ret, struct intact_error *err);

/** A digest for a record: of a text that it is about. */
INTACT_MUST_CHECK
int intact_journal_digest(const void *data, size_t len, uint8_t ret[INTACT_JOURNAL_DIGEST_SIZE],
			  struct intact_error *err);

#endif /* INTACT_JOURNAL_H */
