/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --sign and --verify: a baseline that is there, the operand or database_in.  Both read it to its
 * end first: nothing that is damaged is signed, or called good.
 */

#include <string.h>

#include "cli/commands.h"
#include "cli/sandbox.h"
#include "cli/state.h"

/* The operand comes first.  A place of its own, so that it is nobody's database_in.
 * `operand`: NO_PLACE before. */
static struct place *choose(struct session *s, struct place *operand, struct intact_error *err)
{
	const struct options *o = s->options;

	if (o->npaths) {
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

struct signing {
	struct session *session;
	struct place *place;
	struct intact_db_out *out; /* NULL: the signature is a file of its own */
	bool written;
};

/* What a signature that is a file of its own is asked for with. */
struct detached_ask {
	uint8_t what; /* enum intact_signed */
	uint8_t digest[INTACT_SIGNED_DIGEST_SIZE];
};

/* By whoever has the key and may write: behind the door that is the clerk, who does it once. */
static int write_detached(void *ctx, const void *body, size_t len, struct intact_error *err)
{
	struct signing *g = ctx;
	const struct detached_ask *ask = body;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc;

	if (len != sizeof(*ask) || g->out || g->written ||
	    (ask->what != INTACT_SIGNED_BASELINE && ask->what != INTACT_SIGNED_FILE))
		return intact_fail(err, INTACT_EIO, "this is nothing to be signed");
	g->written = true;
	rc = intact_key_sign(g->session->trust.signing, (enum intact_signed)ask->what, ask->digest,
			     signature, err);
	if (rc < 0)
		return rc;
	return intact_signature_write(g->session->options->detached, signature, err);
}

static int detach(struct signing *g, enum intact_signed what, const uint8_t *digest,
		  struct intact_error *err)
{
	struct session *s = g->session;
	struct detached_ask ask = { .what = (uint8_t)what };

	memcpy(ask.digest, digest, sizeof(ask.digest));
	return s->clerk ? clerk_special(s->clerk, &ask, sizeof(ask), err)
			: write_detached(g, &ask, sizeof(ask), err);
}

static int embed(struct signing *g, const struct intact_db *db, struct intact_error *err)
{
	struct session *s = g->session;
	const struct intact_db_meta *meta = intact_db_meta(db);
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc;

	if (!meta->native)
		return intact_fail(err, INTACT_EUSAGE,
				   "'%s': AIDE's format has no place for a signature: it needs a "
				   "detached one (--detached)",
				   g->place->path);
	rc = intact_key_sign(s->trust.signing, INTACT_SIGNED_BASELINE, meta->signature.digest,
			     signature, err);
	if (rc == 0 && meta->signature.present &&
	    !intact_key_verify(s->trust.signing, INTACT_SIGNED_BASELINE, meta->signature.digest,
			       meta->signature.bytes))
		log_say(&s->log, INTACT_LOG_WARNING,
			"'%s' had a signature that is not of this key: it is replaced",
			g->place->path);
	return rc == 0 ? intact_db_embed(db, g->out, signature, err) : rc;
}

static int sign_open(struct signing *g, struct intact_db *db, struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	int rc = intact_db_verify(db, err);

	if (rc < 0)
		return rc;
	if (g->out)
		return embed(g, db, err);
	return detach(g, meta->native ? INTACT_SIGNED_BASELINE : INTACT_SIGNED_FILE,
		      meta->signature.digest, err);
}

/* All that takes rights, before a byte of the baseline is looked at. */
static int sign_prepare(struct signing *g, struct intact_error *err)
{
	struct session *s = g->session;
	struct place *place = g->place;
	struct sandbox_needs needs = { .duties = { .special = write_detached, .ctx = g } };
	int rc = trust_load_signing(s, err);

	if (rc == 0 && !s->options->detached && place->fd >= 0)
		rc = intact_fail(err, INTACT_EUSAGE,
				 "'%s' cannot be written to: a signature for it is a detached one "
				 "(--detached)",
				 place->path);
	if (rc == 0) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the caller clears the place */
		rc = intact_db_open_ahead(place->path, place->fd, &place->ahead, err);
	if (rc == 0 && !s->options->detached)
		rc = intact_db_reserve(place->path, -1, &g->out, err);
	if (rc < 0)
		return rc;
	needs.duties.out = g->out;
	return sandbox_enter(s, &needs, err);
}

static int sign_run(struct signing *g, struct intact_error *err)
{
	struct session *s = g->session;
	struct intact_db_trust any = { 0 };
	struct intact_db *db = NULL;
	int rc = sign_prepare(g, err);

	if (rc < 0)
		return rc;
	any.spare = s->spare;
	rc = intact_db_open_signed(g->place->path, g->place->ahead, &any, &db, err);
	if (rc == 0)
		rc = sign_open(g, db, err);
	if (rc == 0)
		rc = trust_print(g->place, db, s->trust.signing,
				 s->options->detached ? "made, detached" : "made", err);
	intact_db_close(db);
	return rc;
}

int cmd_sign(struct session *s)
{
	struct place operand = NO_PLACE;
	struct signing g = { .session = s };
	struct intact_error err;
	int rc;

	g.place = choose(s, &operand, &err);
	rc = g.place ? sign_run(&g, &err) : (int)err.code;
	intact_db_out_free(g.out);
	place_clear(&operand);
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
