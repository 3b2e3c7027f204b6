/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Settling a folder: which of its new entries are what became of which old ones.
 *
 * It does not know how the ends were collected, nor what is done with the answer.
 */

#ifndef COMPARE_SETTLE_H
#define COMPARE_SETTLE_H

#include <intact/compare.h>

#include "base/arena.h"

/** One name of the folder: what stood there may have gone elsewhere, what stands there may have
 * come from elsewhere. */
struct move_end {
	struct intact_entry *source, *target; /* NULL: none */
	enum intact_change_kind kind;
	uint64_t changed; /* as in the change */
	bool same_object; /* as far as the inode tells */
	bool restarted;	  /* settle_restarted() */
	uint64_t pos;	  /* of the change in the list, UINT64_MAX: not kept there */
	struct move_end *next;

	/* Accepted: what stood here is elsewhere now (`went_on`: as a rotated log); what stands
	 * here was elsewhere. */
	bool out, in, went_on;

	bool asked;  /* the target was read for the first round */
	size_t used; /* in the first source of an inode: how many from there on are taken */
};

struct move_ends {
	struct arena *arena; /* for as long as the folder is settled */
	struct move_end *first;
};

/** May this be an empty log that was copied and truncated?  It looks like one that was only written
 * to. */
bool settle_restarted(const struct intact_pair *pair, const struct intact_change *change);

/** May this name be an end? */
bool settle_wants(const struct intact_pair *pair, const struct intact_change *change);

/** Match the ends: sets out, in and went_on.  Returns 0, or a negative code that ends the run. */
INTACT_MUST_CHECK
int settle_ends(const struct intact_moves_options *options, const struct move_ends *ends,
		struct intact_error *err);

/** Is there nothing left to be said of this name? */
bool settle_explains(const struct move_end *e);

#endif /* COMPARE_SETTLE_H */
