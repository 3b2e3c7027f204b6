/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See trust.h.
 */

#include "cli/trust.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/clerk.h"
#include "cli/passphrase.h"
#include "cli/print.h"
#include "cli/session.h"
#include "cli/state.h"

static void free_keys(struct trust *t)
{
	for (size_t i = 0; i < t->nkeys; i++)
		intact_key_free(t->keys[i]);
	free(t->keys);
	t->keys = NULL;
	t->nkeys = 0;
}

void trust_release(struct trust *t)
{
	free_keys(t);
	intact_key_free(t->signing);
	*t = (struct trust){ 0 };
}

/* ---- loading ---- */

static int load_key(struct trust *t, const char *path, struct intact_error *err)
{
	int rc = intact_key_read_public(path, &t->keys[t->nkeys], err);

	t->nkeys += rc == 0;
	return rc;
}

static int load_keys(struct session *s, struct intact_error *err)
{
	const struct options *o = s->options;
	const struct intact_config *c = s->config;
	size_t n = o->nverify_keys + c->nverify_keys;
	int rc = 0;

	s->trust.keys = calloc(n + 1, sizeof(struct intact_key *));
	if (!s->trust.keys)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < o->nverify_keys && rc == 0; i++)
		rc = load_key(&s->trust, o->verify_keys[i], err);
	for (size_t i = 0; i < c->nverify_keys && rc == 0; i++)
		rc = load_key(&s->trust, c->verify_keys[i], err);
	return rc;
}

static int load(struct session *s, struct intact_error *err)
{
	const char *detached =
		s->options->signature ? s->options->signature : s->config->database_in_signature;
	int rc;

	if (s->trust.loaded)
		return 0;
	free_keys(&s->trust);
	rc = load_keys(s, err);
	if (rc == 0 && detached && !s->trust.nkeys)
		rc = intact_fail(err, INTACT_EUSAGE,
				 "a detached signature is given ('%s'), and no key to verify it "
				 "with: missing 'verify_key'",
				 detached);
	if (rc == 0 && detached) {
		rc = intact_signature_read(detached, s->trust.detached, err);
		s->trust.has_detached = rc == 0;
	}
	s->trust.loaded = rc == 0;
	return rc;
}

static const char *signing_key(const struct session *s)
{
	return s->options->signing_key ? s->options->signing_key : s->config->signing_key;
}

bool trust_signs(const struct session *s)
{
	return signing_key(s) != NULL;
}

/* Is its public half among those that are accepted? */
static bool verifies(const struct trust *t, const struct intact_key *key)
{
	for (size_t i = 0; i < t->nkeys; i++) {
		if (strcmp(intact_key_fingerprint(t->keys[i]), intact_key_fingerprint(key)) == 0)
			return true;
	}
	return false;
}

int trust_load_signing(struct session *s, struct intact_error *err)
{
	int rc;

	if (!trust_signs(s))
		return intact_fail(err, INTACT_EUSAGE,
				   "there is no key to sign with: missing 'signing_key'");
	if (s->trust.signing)
		return 0;
	rc = load(s, err);
	if (rc == 0)
		rc = intact_key_read_private(signing_key(s), passphrase_ask, (void *)s->options,
					     &s->trust.signing, err);
	if (rc == 0 && s->trust.nkeys && !verifies(&s->trust, s->trust.signing))
		log_say(&s->log, INTACT_LOG_WARNING,
			"no verify_key belongs to the signing key '%s': what it signs will not be "
			"accepted here",
			signing_key(s));
	return rc;
}

/* ---- what was seen ---- */

/* The folder without its links, then the name: that may be a link which leads to another file
 * tomorrow, and still is the same baseline.  With a guess another record would be asked, or none.
 */
static int add_canonical(struct buf *out, const char *path, struct intact_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	char *real = dir ? realpath(dir, NULL) : NULL;
	int rc = 0;

	if (!dir)
		rc = intact_fail_nomem(err);
	else if (!real && errno != ENOENT)
		rc = intact_fail(err, INTACT_EDAMAGED,
				 "it is not known what generation was seen: look at '%s': %s", dir,
				 strerror(errno));
	if (rc == 0) {
		buf_add_str(out, real ? real : dir);
		buf_add_char(out, '/');
		buf_add_str(out, slash ? slash + 1 : path);
		if (out->failed)
			rc = intact_fail_nomem(err);
	}
	free(real);
	free(dir);
	return rc;
}

int trust_seen_path(const struct session *s, const char *path, const char *kind, char **ret,
		    struct intact_error *err)
{
	struct buf canonical = { 0 }, file = { 0 };
	char name[48];
	int rc = add_canonical(&canonical, path, err);

	if (rc == 0)
		rc = intact_seen_name(canonical.data, name, err);
	buf_release(&canonical);
	if (rc < 0)
		return rc;
	buf_printf(&file, "%s%s", kind, name + strlen("seen"));
	*ret = file.failed ? NULL : state_file(s, file.data);
	buf_release(&file);
	return *ret ? 0 : intact_fail_nomem(err);
}

/* NULL: a descriptor, which has none. */
static int record_path(struct session *s, const struct place *place, char **ret,
		       struct intact_error *err)
{
	*ret = NULL;
	return place->fd >= 0 ? 0 : trust_seen_path(s, place->path, "seen", ret, err);
}

/* A record that cannot be read may have said anything. */
static int read_record(const char *path, struct intact_seen *ret, struct intact_error *err)
{
	int rc = intact_seen_read(path, ret, err);

	if (rc == INTACT_EIO) {
		intact_error_prefix(err, "it is not known what generation was seen: ");
		err->code = rc = INTACT_EDAMAGED;
	}
	return rc;
}

int trust_prepare(struct session *s, struct place *place, struct intact_error *err)
{
	int rc = load(s, err);

	if (rc < 0 || place->prepared || (!s->trust.nkeys && !trust_signs(s)))
		return rc;
	rc = record_path(s, place, &place->record, err);
	if (rc == 0 && place->record)
		rc = read_record(place->record, &place->seen, err);
	place->prepared = rc == 0;
	return rc;
}

int trust_last_seen(struct session *s, struct intact_seen *ret, struct intact_error *err)
{
	int rc = s->in.path ? trust_prepare(s, &s->in, err) : load(s, err);

	*ret = s->in.seen;
	return rc;
}

static int older(const struct place *place, const struct intact_db_meta *meta,
		 struct intact_error *err)
{
	const struct intact_seen *seen = &place->seen;

	if (meta->generation < seen->generation)
		return intact_fail(err, INTACT_EDAMAGED,
				   "'%.300s': older generation: it is generation %" PRIu64
				   ", and %" PRIu64
				   " was seen here (if it shall go back, remove '%.300s')",
				   place->path, meta->generation, seen->generation, place->record);
	return intact_fail(err, INTACT_EDAMAGED,
			   "'%.300s': another generation %" PRIu64
			   " than the one that was seen here (if it shall take its place, remove "
			   "'%.300s')",
			   place->path, meta->generation, place->record);
}

int trust_remember(struct session *s, const struct intact_seen *seen, struct intact_error *err)
{
	int rc = s->in.record ? state_make_for(s, err)
			      : intact_fail(err, INTACT_EIO, "it has no record");

	return rc < 0 ? rc : intact_seen_write(s->in.record, seen, s->in.path, err);
}

/* The seen one is the newest: what was not seen cannot be missed. */
static void remember(struct session *s, const struct intact_db_meta *meta)
{
	struct intact_seen now = { .generation = meta->generation };
	struct intact_error err = { 0 };
	int rc;

	memcpy(now.root, meta->root, sizeof(now.root));
	rc = s->clerk ? clerk_remember(s->clerk, &now, &err) : trust_remember(s, &now, &err);
	if (rc < 0)
		log_say(&s->log, INTACT_LOG_WARNING,
			"cannot remember that generation %" PRIu64 " of '%s' was seen: %s",
			meta->generation, s->in.path, err.text);
	else
		log_say(&s->log, INTACT_LOG_INFO, "remember generation %" PRIu64 " of '%s' in '%s'",
			meta->generation, s->in.path, s->in.record);
	if (rc == 0)
		s->in.seen = now;
}

static int check_generation(struct session *s, const struct place *place,
			    const struct intact_db_meta *meta, bool keep, struct intact_error *err)
{
	const struct intact_seen *seen = &place->seen;

	if (!place->record)
		return 0;
	if (meta->generation < seen->generation ||
	    (meta->generation == seen->generation &&
	     memcmp(meta->root, seen->root, sizeof(seen->root)) != 0))
		return older(place, meta, err);
	if (keep && !s->peeks && meta->generation > seen->generation)
		remember(s, meta);
	return 0;
}

/* ---- opening ---- */

/* Commands that compare with this machine's disk. */
static bool looks_at_disk(enum command_id command)
{
	return command == COMMAND_CHECK || command == COMMAND_UPDATE || command == COMMAND_ACCEPT;
}

/* Commands that read a part only, and verify that part. */
static bool reads_part(enum command_id command)
{
	return command == COMMAND_LIST || command == COMMAND_SHOW;
}

static int check_host(struct session *s, const struct place *place,
		      const struct intact_db_meta *meta, struct intact_error *err)
{
	const char *wanted = s->config->verify_host;

	wanted = wanted ? wanted : s->host;
	if (strcmp(wanted, "*") == 0 || strcmp(wanted, meta->host) == 0)
		return 0;
	return intact_fail(
		err, INTACT_EDAMAGED,
		"'%.300s': the baseline of another host: it is of '%.200s', not of '%.200s' "
		"(see verify_host)",
		place->path, meta->host, wanted);
}

/* database_in is then another file. */
static bool has_operands(const struct session *s)
{
	return s->options->command == COMMAND_COMPARE && s->options->npaths;
}

static int judge(struct session *s, const struct place *place, struct intact_db *db,
		 struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	enum command_id command = s->options->command;
	int rc = 0;

	/* AIDE's text says neither host nor generation. */
	if (!meta->native)
		return 0;
	if (looks_at_disk(command))
		rc = check_host(s, place, meta, err);
	if (rc == 0 && !reads_part(command))
		rc = intact_db_check(db, err);
	if (rc == 0)
		rc = check_generation(s, place, meta,
				      place == &s->in && !reads_part(command) && !has_operands(s),
				      err);
	return rc;
}

/* The configuration speaks of database_in alone, the command line also of an operand. */
static bool has_detached(const struct session *s, const struct place *place)
{
	return s->trust.has_detached && !has_operands(s) &&
	       (place == &s->in || (place != &s->new && s->options->signature));
}

int trust_open(struct session *s, struct place *place, struct intact_db **ret,
	       struct intact_error *err)
{
	struct intact_db_trust trust = { .spare = s->spare };
	struct intact_db *db = NULL;
	int rc = trust_prepare(s, place, err);
	int fd = place->ahead >= 0 ? place->ahead : place->fd;

	if (rc < 0)
		return rc;
	if (!s->trust.nkeys)
		return intact_db_open(place->path, fd, ret, err);
	trust.keys = (const struct intact_key *const *)s->trust.keys;
	trust.nkeys = s->trust.nkeys;
	trust.detached = has_detached(s, place) ? s->trust.detached : NULL;
	rc = intact_db_open_signed(place->path, fd, &trust, &db, err);
	if (rc == 0)
		rc = judge(s, place, db, err);
	if (rc < 0) {
		intact_db_close(db);
		return rc;
	}
	log_say(&s->log, INTACT_LOG_INFO, "'%s': generation %" PRIu64 ", signed with key %s",
		place->path, intact_db_meta(db)->generation,
		intact_key_fingerprint(intact_db_meta(db)->signature.signer));
	*ret = db;
	return 0;
}

/* ---- words ---- */

char *trust_describe(const struct intact_db_meta *meta, const struct intact_key *key)
{
	struct buf text = { 0 };

	if (meta->native)
		buf_printf(&text, "generation %" PRIu64 ", ", meta->generation);
	buf_printf(&text, "signed with key %s (%s)", intact_key_fingerprint(key),
		   intact_key_name(key));
	return buf_take(&text, NULL);
}

static void add_line(struct buf *out, const char *label, const char *value)
{
	buf_printf(out, "%-13s", label);
	text_escape(out, value, strlen(value));
	buf_add_char(out, '\n');
}

static void add_hex(struct buf *out, const char *label, const uint8_t *data, size_t len)
{
	buf_printf(out, "%-13s", label);
	text_hex(out, data, len);
	buf_add_char(out, '\n');
}

static void add_native(struct buf *out, const struct intact_db_meta *meta)
{
	time_t seconds = (time_t)meta->created.sec;
	char created[64] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(created, sizeof(created), "%Y-%m-%d %H:%M:%S +0000", &tm);
	buf_printf(out, "%-13s%" PRIu64 "\n", "Generation:", meta->generation);
	add_hex(out, "Previous:", meta->previous, sizeof(meta->previous));
	add_line(out, "Created:", created);
	add_line(out, "Host:", meta->host);
	add_line(out, "Version:", meta->version);
}

int trust_print(const struct place *place, const struct intact_db *db, const struct intact_key *key,
		const char *signature, struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	struct buf out = { 0 };

	add_line(&out, "Baseline:", place->path);
	if (meta->native)
		add_native(&out, meta);
	buf_printf(&out, "%-13s%" PRIu64 "\n", "Entries:", meta->entries);
	add_hex(&out, meta->native ? "Root digest:" : "File digest:", meta->signature.digest,
		sizeof(meta->signature.digest));
	add_line(&out, "Signature:", signature);
	add_line(&out, "Key:", intact_key_fingerprint(key));
	add_line(&out, "Key file:", intact_key_name(key));
	return print_all(&out, err);
}
