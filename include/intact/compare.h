/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Entries against entries: the join of two streams into pairs, and the verdict on each pair.
 *
 * It does not know that one stream is a disk and the other a file; the tests hand it two arrays.
 */

#ifndef INTACT_COMPARE_H
#define INTACT_COMPARE_H

#include <intact/change.h>
#include <intact/content.h>
#include <intact/stream.h>

/** Is this path of the old side inside the limit?  See intact_matcher_in_limit. */
typedef bool intact_inside_fn(void *ctx, const char *path, size_t len);

/**
 * Merge two streams in path order.  Takes over both, also on failure; `old` may be NULL (--init).
 * A gap entry of the new side marks the old entries below its path, and comes through itself as a
 * pair with only `new` set.  `inside` (NULL: everything is) marks old entries as outside the limit;
 * an outside entry is given out with new == NULL. Two entries with the same path, or a path out of
 * order, in one stream: INTACT_EDAMAGED.
 */
INTACT_MUST_CHECK
int intact_join_new(struct intact_stream *old, struct intact_stream *new, intact_inside_fn *inside,
		    void *ctx, struct intact_pairs **ret, struct intact_error *err);

/** How to judge. */
struct intact_match_options {
	bool init; /* there is no old side by intention: nothing is "added" */
	bool disk; /* the new side was measured now (check, update): growing and transitions apply
		    */
};

/**
 * Judge a pair: what kind of change, which attributes differ, what could not be verified.  `ret`
 * points into the pair and into `reason_buf`.  Returns 1 if there is something to keep (a change,
 * something unverified, differing attribute sets), 0 if the pair is equal, verified and asked for
 * alike.
 *
 * The verdict rule is in match.c and doc/design/verdicts.md: equality needs a value on both sides;
 * an attribute that the rule asks for and that one side lacks is unverified, never equal.
 */
int intact_match_pair(const struct intact_pair *pair, const struct intact_match_options *options,
		      char *reason_buf, size_t reason_size, struct intact_change *ret);

/** How to look for files that moved. */
struct intact_moves_options {
	bool disk; /* the new side was measured now (check, update) */
	/* Reads what has to be proven of a content; the caller's, and outlives the moves.  NULL:
	 * what is not known of an entry stays unproven. */
	struct intact_contents *contents;
	/* Beyond AIDE: follow a log also into a copy, or a compressed file, that only begins with
	 * what the log was. */
	bool rotation;
	/* Called for each file that was followed; may be NULL. */
	void (*followed)(void *ctx, const struct intact_entry *old, const struct intact_entry *new);
	void *ctx;
};

/**
 * Moved files (attributes I and compressed) and rotated logs, limited to one directory.  Feed every
 * judged pair in order, also those that were not kept; when a directory is left, moved pairs are
 * found and hidden in `changes`.  `options` is copied.
 */
struct intact_moves;
INTACT_MUST_CHECK
int intact_moves_new(const struct intact_moves_options *options, struct intact_changes *changes,
		     struct intact_moves **ret, struct intact_error *err);
void intact_moves_free(struct intact_moves *m);

/** `pos`: position of the change in the list if it was kept there, else UINT64_MAX. */
INTACT_MUST_CHECK
int intact_moves_feed(struct intact_moves *m, const struct intact_pair *pair,
		      const struct intact_change *change, uint64_t pos, struct intact_error *err);

/** All pairs were fed: settle what is open. */
INTACT_MUST_CHECK
int intact_moves_finish(struct intact_moves *m, struct intact_error *err);

/** After intact_moves_finish(): how many added and removed entries were hidden as moved. */
void intact_moves_hidden(const struct intact_moves *m, uint64_t *ret_added, uint64_t *ret_removed);

#endif /* INTACT_COMPARE_H */
