/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accept.h.  The next generation: both sides merged once more, and put in place in an order
 * that a kill at any point leaves a baseline under its name.
 */

#include "cli/accept.h"

#include <stdio.h>
#include <string.h>

#include "cli/signals.h"
#include "cli/trust.h"
#include "cli/watch.h"
#include <intact/compare.h>

/* ---- the header ---- */

static int fill_meta(struct accept *a, struct intact_error *err)
{
	const struct intact_config *c = a->session->config;
	const struct intact_db_meta *old = intact_db_meta(a->flow.in);
	const struct intact_db_meta *new = intact_db_meta(a->flow.new);

	/* What was seen is not beyond the old one: else that would not have been opened. */
	if (old->generation == UINT64_MAX)
		return intact_fail(err, INTACT_EDAMAGED, "no generation comes after this one");
	a->meta = (struct intact_db_meta){
		.created = a->start,
		.host = a->session->host,
		.version = PACKAGE_VERSION,
		.config_version = c->config_version,
		.root_prefix = c->root_prefix ? c->root_prefix : "",
		.rules = a->rules,
		.rules_len = a->rules_len,
		/* Entries of both are in it. */
		.attrs = old->attrs | new->attrs,
		.generation = old->generation + 1,
	};
	memcpy(a->meta.previous, old->root, sizeof(a->meta.previous));
	run_record_attest(&a->record, &a->meta);
	return 0;
}

/* ---- the entries ---- */

static int note_taken(struct accept *a, const struct intact_pair *pair, struct intact_error *err)
{
	const struct intact_entry *e = pair->new ? pair->new : pair->old;

	log_say(&a->session->log, INTACT_LOG_INFO, "accept '%s'", e->path.s);
	if (a->handed && watch_write_accepted(a->handed, e->path.s, e->path.len) < 0)
		return intact_fail_nomem(err);
	return intact_hasher_update(a->hasher, e->path.s, e->path.len + 1, err);
}

/* What does not differ by the rules is as it was measured last, as in an update. */
static int keep(struct accept *a, const struct intact_pair *pair, uint64_t *number,
		const struct intact_entry **ret, struct intact_error *err)
{
	static const struct intact_match_options options = { 0 };
	struct intact_change change;
	char reason[INTACT_ERROR_MAX];
	enum accept_fate fate;

	*ret = pair->outside ? pair->old : pair->new;
	if (pair->outside || !intact_match_pair(pair, &options, reason, sizeof(reason), &change))
		return 0;
	if (*number == a->changes)
		return intact_fail(err, INTACT_EDAMAGED, "there are more changes than there were");
	fate = a->fate[(*number)++];
	if (fate == ACCEPT_TAKEN)
		return note_taken(a, pair, err);
	*ret = pair->old;
	return 0;
}

static int write_pair(struct accept *a, const struct intact_pair *pair, uint64_t *number,
		      struct intact_error *err)
{
	const struct intact_entry *entry;
	int rc = keep(a, pair, number, &entry, err);

	if (rc == 0 && entry)
		rc = intact_db_append(a->writer, entry, err);
	if (rc == 0 && entry)
		a->facts.entries++;
	if (rc == 0 && signals_stop())
		rc = intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
	return rc;
}

static int write_all(struct accept *a, struct intact_error *err)
{
	struct intact_pairs *pairs = NULL;
	struct intact_pair pair;
	uint64_t number = 0;
	int rc = flow_join(&a->flow, &pairs, err);

	while (rc == 0 && (rc = intact_pairs_next(pairs, &pair, err)) == 1)
		rc = write_pair(a, &pair, &number, err);
	intact_pairs_close(pairs);
	if (rc == 0 && number != a->changes)
		rc = intact_fail(err, INTACT_EDAMAGED, "there are fewer changes than there were");
	return rc;
}

/* ---- its place ---- */

/* Those beyond as many as are kept, of those that are what their names say.  The baseline that was
 * replaced is one of them. */
static size_t too_old(const struct accept *a, uint64_t ret[INTACT_GENERATIONS_MAX])
{
	const struct generations *g = &a->store.generations;
	size_t most = a->session->config->generations, kept = 1, n = 0;

	for (size_t i = g->n; i-- > 0;) {
		/* Its number may be there already, from a run that was killed. */
		if (!a->removable[i] || g->list[i].number + 1 == a->meta.generation)
			continue;
		if (++kept > most)
			ret[n++] = g->list[i].number;
	}
	return n;
}

static void settle(struct accept *a)
{
	struct session *s = a->session;
	struct intact_seen seen = { .generation = a->meta.generation };
	uint64_t remove[INTACT_GENERATIONS_MAX];
	struct intact_error err;
	size_t n = too_old(a, remove);

	memcpy(seen.root, a->root, sizeof(seen.root));
	/* By night somebody is yet to look at the rest, and shall not have to measure it again; the
	 * journal is to say that it may be accepted. */
	a->leaves = a->handed && a->record.journal && a->kept + a->again;
	/* The new generation is there: all that is left to do can be done another time. */
	if (store_ask_settle(&a->store, &seen, a->leaves, remove, n, &err) < 0)
		log_say(&s->log, INTACT_LOG_WARNING,
			"the new generation is in place, but not all is tidy: %s", err.text);
}

static int open_writer(struct accept *a, struct intact_error *err)
{
	int rc = fill_meta(a, err);

	if (rc == 0)
		rc = intact_hasher_new(a->session->config->compat, &a->hasher, err);
	if (rc == 0)
		rc = intact_hasher_begin(a->hasher, INTACT_BIT(INTACT_SHA256), 0, err);
	if (rc == 0)
		rc = intact_db_create_in(a->out, &a->meta, &a->writer, err);
	if (rc == 0 && a->session->trust.signing)
		intact_db_sign(a->writer, a->session->trust.signing);
	return rc;
}

int next_write(struct accept *a, struct intact_error *err)
{
	int rc = open_writer(a, err);

	if (rc == 0)
		rc = write_all(a, err);
	if (rc == 0)
		rc = store_ask_keep(&a->store, a->meta.generation - 1, err);
	if (rc == 0)
		rc = intact_db_commit(a->writer, a->root, err);
	if (rc < 0)
		return rc;
	a->done = true;
	a->meta.native = true;
	a->facts.out.meta = &a->meta;
	a->facts.out.digest = a->root;
	if (a->session->trust.signing)
		a->facts.out.key = intact_key_fingerprint(a->session->trust.signing);
	settle(a);
	return 0;
}
