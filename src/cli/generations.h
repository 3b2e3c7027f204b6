/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Old generations of a baseline, kept beside it: "intact.db.g000003" is generation 3 of
 * "intact.db".
 *
 * The name alone proves nothing: whoever relies on one opens it and asks its header, or its
 * signature.  doc/design/accept.md has the order of what is done to these files.
 */

#ifndef CLI_GENERATIONS_H
#define CLI_GENERATIONS_H

#include <sys/stat.h>

#include "cli/session.h"

/** A file that is named as a generation. */
struct generation {
	uint64_t number;
	struct place place;
	struct stat st; /* as it was when it was found */
};

/** All of them, the oldest first. */
struct generations {
	char *base; /* the baseline, without links */
	struct generation *list;
	size_t n;
};

/** The path of generation `number`; NULL without memory. */
char *generation_path(const char *base, uint64_t number);

/** Look for the generations of the baseline at `path`; of all there are at most
 * INTACT_GENERATIONS_MAX, the newest.  Release it in both cases. */
INTACT_MUST_CHECK
int generations_find(struct generations *g, const char *path, struct intact_error *err);
void generations_release(struct generations *g);

/** The newest number that a name beside `path` has; 0 where there is none, or nobody may look.  The
 * file at `path` itself need not be there. */
uint64_t generations_newest(const char *path);

/** The one with this number, or NULL. */
struct generation *generations_get(const struct generations *g, uint64_t number);

/**
 * What is done to the files, by whoever has the rights to (clerk.h): the baseline that is about to
 * be replaced is kept, and when the new one stands in its place the reviewed state and generations
 * that are too old are removed.  Nothing but a file that was seen before is touched.
 */
struct store {
	struct session *session;
	struct generations generations;
	struct stat in, reviewed; /* as they were opened */
	bool kept, settled;	  /* each is done once */
};

/** Give the baseline its name as a generation.  Nothing if it has that already. */
INTACT_MUST_CHECK
int store_keep(struct store *s, uint64_t number, struct intact_error *err);

/** The new one is in place: remember it, where signatures are in use, and remove the reviewed
 * state, unless that is to be left (`leave`), and the generations `remove`. */
INTACT_MUST_CHECK
int store_settle(struct store *s, const struct intact_seen *seen, bool leave,
		 const uint64_t *remove, size_t n, struct intact_error *err);

/** The same from a run without rights: what it hands to the clerk, and what that does with it (a
 * `special` of clerk.h; `ctx` is the store). */
INTACT_MUST_CHECK
int store_ask_keep(struct store *s, uint64_t number, struct intact_error *err);
INTACT_MUST_CHECK
int store_ask_settle(struct store *s, const struct intact_seen *seen, bool leave,
		     const uint64_t *remove, size_t n, struct intact_error *err);
int store_special(void *ctx, const void *body, size_t len, struct intact_error *err);

#endif /* CLI_GENERATIONS_H */
