/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --sign and --verify: a baseline that is there, the operand or database_in.  Both read it to its
 * end first: nothing that is damaged is signed, or called good.
 */

#include <string.h>

#include "cli/commands.h"
#include "cli/sandbox.h"
#include "cli/state.h"

/* The operand comes first.  A place of its own, so that it is nobody's database_in. */
static struct place *choose(struct session *s, struct place *operand, struct intact_error *err)
{
	const struct options *o = s->options;

	if (o->npaths) {
		*operand = (struct place)NO_PLACE;
		operand->path = strdup(o->paths[0]);
		if (!operand->path) {
			intact_fail_nomem(err);
			return NULL;
		}
		return operand;
	}
	if (!s->in.path)
		intact_fail(err, INTACT_EUSAGE, "missing 'database_in', config option is required");
	return s->in.path ? &s->in : NULL;
}

/* ---- --sign ---- */

static int put_signature(struct session *s, const struct place *place, const struct intact_db *db,
			 const uint8_t signature[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	if (s->options->detached)
		return intact_signature_write(s->options->detached, signature, err);
	if (!intact_db_meta(db)->native)
		return intact_fail(err, INTACT_EUSAGE,
				   "'%s': AIDE's format has no place for a signature: it needs a "
				   "detached one (--detached)",
				   place->path);
	if (place->fd >= 0)
		return intact_fail(
			err, INTACT_EUSAGE,
			"'%s' cannot be written to: a signature for it is a detached one "
			"(--detached)",
			place->path);
	return intact_db_embed(db, place->path, signature, err);
}

static int sign_open(struct session *s, const struct place *place, struct intact_db *db,
		     struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	enum intact_signed what = meta->native ? INTACT_SIGNED_BASELINE : INTACT_SIGNED_FILE;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc = intact_db_verify(db, err);

	if (rc == 0)
		rc = trust_load_signing(s, err);
	if (rc == 0)
		rc = intact_key_sign(s->trust.signing, what, meta->signature.digest, signature,
				     err);
	if (rc == 0 && meta->signature.present && !s->options->detached &&
	    !intact_key_verify(s->trust.signing, what, meta->signature.digest,
			       meta->signature.bytes))
		log_say(&s->log, INTACT_LOG_WARNING,
			"'%s' had a signature that is not of this key: it is replaced",
			place->path);
	return rc == 0 ? put_signature(s, place, db, signature, err) : rc;
}

static int sign_run(struct session *s, struct intact_error *err)
{
	static const struct intact_db_trust any = { 0 };
	struct intact_db *db = NULL;
	struct place operand = NO_PLACE;
	struct place *place = choose(s, &operand, err);
	int rc;

	if (!place)
		return (int)err->code;
	rc = intact_db_open_signed(place->path, place->fd, &any, &db, err);
	if (rc == 0)
		rc = sign_open(s, place, db, err);
	if (rc == 0)
		rc = trust_print(place, db, s->trust.signing,
				 s->options->detached ? "made, detached" : "made", err);
	intact_db_close(db);
	place_clear(&operand);
	return rc;
}

int cmd_sign(struct session *s)
{
	struct intact_error err;
	int rc = sign_run(s, &err);

	return rc < 0 ? session_error(s, &err) : 0;
}

/* ---- --verify ---- */

static int verify_run(struct session *s, struct intact_error *err)
{
	struct intact_db *db = NULL;
	struct place operand = NO_PLACE;
	struct place *place = choose(s, &operand, err);
	int rc;

	if (!place)
		return (int)err->code;
	if (!s->config->nverify_keys && !s->options->nverify_keys)
		rc = intact_fail(err, INTACT_EUSAGE,
				 "there is no key to verify with: missing 'verify_key'");
	else
		rc = sandbox_enter(s, &(struct sandbox_needs){ .reads = { place } }, err);
	if (rc == 0)
		rc = session_open(s, place, &db, err);
	if (rc == 0)
		rc = intact_db_verify(db, err);
	if (rc == 0)
		rc = trust_print(place, db, intact_db_meta(db)->signature.signer, "good", err);
	intact_db_close(db);
	place_clear(&operand);
	return rc;
}

int cmd_verify(struct session *s)
{
	struct intact_error err;
	int rc = verify_run(s, &err);

	return rc < 0 ? session_error(s, &err) : 0;
}
