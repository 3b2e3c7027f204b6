/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Which baselines this session believes: the keys, the detached signature, the generation that was
 * seen last, the host.  doc/design/trust.md has the decisions.
 */

#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include <intact/db.h>

struct session;
struct place;

struct trust {
	bool loaded;
	struct intact_key **keys; /* of verify_key */
	size_t nkeys;
	bool has_detached; /* of database_in */
	uint8_t detached[INTACT_SIGNATURE_SIZE];
	struct intact_key *signing; /* NULL: not asked for, or not loaded yet */
};

void trust_release(struct trust *t);

/** Open a baseline as the session's options ask: with verify_key set only one that is signed, not
 * older than what was seen, and of the right host.  With verify_key the digests of all blocks are
 * verified, too, where the command is about to use them all.  Returns 0 or a negative code, all
 * refusals INTACT_EDAMAGED. */
INTACT_MUST_CHECK
int trust_open(struct session *s, struct place *place, struct intact_db **ret,
	       struct intact_error *err);

/** Look up all that trust_open() will ask for beside the baseline itself: keys, the detached
 * signature, what was seen of this place.  Nothing if that was done. */
INTACT_MUST_CHECK
int trust_prepare(struct session *s, struct place *place, struct intact_error *err);

/** Write down that this generation of database_in was seen. */
INTACT_MUST_CHECK
int trust_remember(struct session *s, const struct intact_seen *seen, struct intact_error *err);

/** Is the session to sign what it writes? */
bool trust_signs(const struct session *s);

/** Read the signing key; asks for its passphrase.  INTACT_EUSAGE if none is set. */
INTACT_MUST_CHECK
int trust_load_signing(struct session *s, struct intact_error *err);

/** What a new baseline must come after: what was seen of database_in, where signatures are in use.
 * Generation 0: nothing. */
INTACT_MUST_CHECK
int trust_last_seen(struct session *s, struct intact_seen *ret, struct intact_error *err);

/** The record of what was seen of the file at `path`, whatever the spelling of its place:
 * "KIND-HEX" in the state folder.  The caller frees it. */
INTACT_MUST_CHECK
int trust_seen_path(const struct session *s, const char *path, const char *kind, char **ret,
		    struct intact_error *err);

/** "generation 7, key 12ab... (FILE)": a baseline that was opened, or NULL without memory. */
char *trust_describe(const struct intact_db_meta *meta, const struct intact_key *key);

/** What a baseline says about itself, what is to be said of its signature, and whose key that is, a
 * line each, to stdout. */
INTACT_MUST_CHECK
int trust_print(const struct place *place, const struct intact_db *db, const struct intact_key *key,
		const char *signature, struct intact_error *err);

#endif /* CLI_TRUST_H */
