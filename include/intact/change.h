/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Changes: what the comparison found, and the list they are kept in until the reports are written.
 *
 * The list holds nearly everything in memory that a report needs and spills into an unlinked
 * temporary file when it grows, so that a run in which everything changed costs disk, not memory.
 */

#ifndef INTACT_CHANGE_H
#define INTACT_CHANGE_H

#include <intact/entry.h>
#include <intact/explanation.h>

enum intact_change_kind {
	INTACT_SAME,	/* on both sides, nothing differs: kept for what is unverified or asked for
			   differently */
	INTACT_ADDED,	/* only on the new side */
	INTACT_REMOVED, /* only on the old side */
	INTACT_CHANGED, /* on both sides, some attribute differs */
	INTACT_GAP,	/* no entry: below `new->path` names may be missing */
	INTACT_MOVED,	/* `old` is now `new`, under another name; always hidden, beside the hidden
			   changes of both names */
};

struct intact_change {
	enum intact_change_kind kind;
	bool hidden;	     /* not to be reported or counted as added/removed: ANF, ARF, moved */
	uint64_t changed;    /* attributes that differ (kind CHANGED) */
	uint64_t unverified; /* attributes selected but not compared; INTACT_BIT(INTACT_NAME): the
			      * entry as a whole.  0: everything was verified. */
	const char *reason;  /* why unverified, one line for people; NULL if unverified is 0 */
	const struct intact_entry *old; /* NULL for ADDED and GAP */
	const struct intact_entry
		*new; /* NULL for REMOVED (and for unverified entries behind a gap) */
	const struct intact_explanation *explanation; /* NULL: nobody looked for one */
};

struct intact_changes;

/** Open the temporary file now, which would be opened when the list becomes long: for whoever may
 * not open any then.  Where that fails, it is tried again. */
void intact_changes_open_ahead(struct intact_changes *list);

/**
 * An empty list.  `memory_limit` bytes are kept in memory, the rest goes to an unlinked file in
 * `tmpdir` (NULL: $TMPDIR or /var/tmp).  Not thread-safe: one owner.
 */
INTACT_MUST_CHECK
int intact_changes_new(size_t memory_limit, const char *tmpdir, struct intact_changes **ret,
		       struct intact_error *err);
void intact_changes_free(struct intact_changes *list);

/** Append a copy of `c` and of everything it points to.  Returns its position in `ret_pos` if not
 * NULL. */
INTACT_MUST_CHECK
int intact_changes_add(struct intact_changes *list, const struct intact_change *c,
		       uint64_t *ret_pos, struct intact_error *err);

/** Set `hidden` of a change added before (moved files are only known when their directory closes).
 */
INTACT_MUST_CHECK
int intact_changes_hide(struct intact_changes *list, uint64_t pos, struct intact_error *err);

/** Set the explanation of a change added before, when all of them are.  Those of other changes are
 * then "unexplained", without a reason. */
INTACT_MUST_CHECK
int intact_changes_explain(struct intact_changes *list, uint64_t pos,
			   const struct intact_explanation *explanation, struct intact_error *err);

/** Number of changes in the list. */
uint64_t intact_changes_count(const struct intact_changes *list);

struct intact_changes_iter;

/** Read the list from its start, in the order of adding.  Several readers may follow one another;
 * no adding while one is open. */
INTACT_MUST_CHECK
int intact_changes_iter_new(struct intact_changes *list, struct intact_changes_iter **ret,
			    struct intact_error *err);

/** Borrow the next change until the following call.  Returns 1, 0 at the end, or a negative code.
 */
INTACT_MUST_CHECK
int intact_changes_iter_next(struct intact_changes_iter *it, const struct intact_change **ret,
			     struct intact_error *err);
void intact_changes_iter_free(struct intact_changes_iter *it);

#endif /* INTACT_CHANGE_H */
