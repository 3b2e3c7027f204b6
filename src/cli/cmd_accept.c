/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --accept: the reviewed state, which --update left beside the baseline, or the part of it that is
 * wanted, becomes the next generation.  Why it is done in this order: doc/design/accept.md.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/accept.h"
#include "cli/commands.h"
#include "cli/measure.h"
#include "cli/priority.h"
#include "cli/root.h"
#include "cli/sandbox.h"
#include "cli/state.h"
#include "cli/trust.h"
#include "cli/watch.h"

/* ---- what is needed ------------------------------------------------------------------------- */

static int need_file(const struct place *p, const char *option, struct intact_error *err)
{
	if (!p->path)
		return intact_fail(err, INTACT_EUSAGE, "missing '%s', config option is required",
				   option);
	if (p->fd >= 0)
		return intact_fail(err, INTACT_EUSAGE, "--accept needs files, and %s is '%.300s'",
				   option, p->path);
	return 0;
}

static int check_places(const struct session *s, struct intact_error *err)
{
	int rc = need_file(&s->in, "database_in", err);

	if (rc == 0)
		rc = need_file(&s->out, "database_out", err);
	if (rc < 0)
		return rc;
	if (s->config->database_format == INTACT_DATABASE_AIDE)
		return intact_fail(err, INTACT_ECONFIG,
				   "--accept makes generations, which AIDE's format does not have "
				   "(database_format)");
	if (file_same_place(s->in.path, s->out.path))
		return intact_fail(err, INTACT_EUSAGE,
				   "database_in and database_out are the same: there is no place "
				   "for a reviewed state");
	if (!file_is_there(s->out.path))
		return intact_fail(err, INTACT_EIO,
				   "there is no reviewed state: expected '%.300s' (run --update "
				   "first)",
				   s->out.path);
	return 0;
}

/* The next check would refuse what nobody has signed, and the old baseline would be gone. */
static int prepare_signing(struct session *s, struct intact_error *err)
{
	int rc = trust_prepare(s, &s->in, err);

	if (rc < 0)
		return rc;
	if (trust_signs(s))
		return trust_load_signing(s, err);
	if (s->trust.nkeys)
		return intact_fail(err, INTACT_EUSAGE,
				   "with verify_key the next generation must be signed: missing "
				   "'signing_key'");
	return 0;
}

static int open_generations(struct accept *a, struct intact_error *err)
{
	struct session *s = a->session;
	struct generations *g = &a->store.generations;
	int rc = generations_find(g, s->in.path, err);

	if (rc < 0)
		return rc;
	a->removable = calloc(g->n + 1, 1);
	if (!a->removable)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < g->n; i++) {
		/* One that cannot be opened is none of ours. */
		if (sandbox_open_ahead(s, &g->list[i].place, err) == INTACT_ENOMEM)
			return INTACT_ENOMEM;
	}
	return 0;
}

static int open_sides_ahead(struct accept *a, struct intact_error *err)
{
	struct session *s = a->session;
	int rc = sandbox_open_ahead(s, &s->in, err);

	if (rc == 0)
		rc = sandbox_open_ahead(s, &s->out, err);
	if (rc < 0)
		return rc;
	if (fstat(s->in.ahead, &a->store.in) != 0 || fstat(s->out.ahead, &a->store.reviewed) != 0)
		return intact_fail_errno(err, "look at the baselines");
	return 0;
}

/* ---- what the journal knows ----------------------------------------------------------------- */

/* What shows differences and writes a new baseline.  An --init shows none. */
static bool is_review(const struct intact_journal_item *item)
{
	static const char *const names[] = { "update", "nightly" };
	struct buf command = { 0 };
	bool found = false;

	if (json_find_bytes(item->text, item->len, "command", &command))
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			found |= command.len == strlen(names[i]) &&
				 memcmp(command.data, names[i], command.len) == 0;
	buf_release(&command);
	return found;
}

/* Both in hex, so that neither can end where the other begins. */
static void note_left(struct accept *a, const struct intact_journal_item *item,
		      const struct buf *made)
{
	struct buf left = { 0 };

	if (json_find_bytes(item->text, item->len, "left_reviewed", &left) &&
	    left.len == 2 * INTACT_DB_DIGEST_SIZE) {
		buf_add(&a->left, made->data, made->len);
		buf_add(&a->left, left.data, left.len);
	}
	a->left.failed |= left.failed;
	buf_release(&left);
}

/* An intact_journal_fn. */
static int on_record(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct buf root = { 0 };
	struct accept *a = ctx;
	struct json_value v;

	(void)err;
	if (item->kind != INTACT_JOURNAL_RECORD ||
	    !json_find(item->text, item->len, "new_baseline", &v) || v.kind != JSON_OBJECT)
		return 0;
	if (json_find_bytes(v.at, v.len, "root", &root) && root.len == 2 * INTACT_DB_DIGEST_SIZE) {
		buf_add(&a->made, root.data, root.len);
		if (is_review(item))
			buf_add(&a->roots, root.data, root.len);
		note_left(a, item, &root);
	}
	a->roots.failed |= root.failed || a->made.failed || a->left.failed;
	buf_release(&root);
	return 0;
}

static int read_journal(struct accept *a, struct intact_error *err)
{
	struct intact_journal_sum sum;
	int rc = a->record.journal ? intact_journal_read(a->record.journal, on_record, a, &sum, err)
				   : 0;

	return rc == 0 && a->roots.failed ? intact_fail_nomem(err) : rc;
}

/* A list of items that are as long as this one. */
static bool has_item(const struct buf *list, const struct buf *item)
{
	if (item->failed || item->len == 0)
		return false;
	for (size_t at = 0; at + item->len <= list->len; at += item->len) {
		if (memcmp(list->data + at, item->data, item->len) == 0)
			return true;
	}
	return false;
}

static bool is_among(const struct buf *roots, const uint8_t root[INTACT_DB_DIGEST_SIZE])
{
	struct buf hex = { 0 };
	bool found;

	text_hex(&hex, root, INTACT_DB_DIGEST_SIZE);
	found = has_item(roots, &hex);
	buf_release(&hex);
	return found;
}

/* The baseline is a part of that very state, which a night has accepted, on top of what both
 * follow: what differs between the two is what differed before, less that part.  Only a journal can
 * say so: two that an --init made look the same. */
static bool was_left(const struct accept *a, const struct intact_db_meta *old,
		     const struct intact_db_meta *new)
{
	struct buf pair = { 0 };
	bool left;

	if (memcmp(new->previous, old->previous, sizeof(old->previous)) != 0 ||
	    new->generation != old->generation)
		return false;
	text_hex(&pair, old->root, sizeof(old->root));
	text_hex(&pair, new->root, sizeof(new->root));
	left = has_item(&a->left, &pair);
	buf_release(&pair);
	return left;
}

static int check_recorded(const struct accept *a, const struct intact_db_meta *new,
			  struct intact_error *err)
{
	return !a->record.journal || is_among(&a->roots, new->root)
		       ? 0
		       : intact_fail(err, INTACT_EDAMAGED,
				     "'%.300s' is not what an update wrote: no record of the "
				     "journal '%.300s' names it (run --update again)",
				     a->session->out.path, a->session->journal);
}

/* ---- the two sides -------------------------------------------------------------------------- */

static int check_native(const struct place *p, const struct intact_db_meta *meta,
			struct intact_error *err)
{
	return meta->native ? 0
			    : intact_fail(err, INTACT_ECONFIG,
					  "'%.300s' is in AIDE's format, which has no generations: "
					  "--accept needs ours",
					  p->path);
}

static int check_reviewed(const struct accept *a, struct intact_error *err)
{
	const struct session *s = a->session;
	const struct intact_db_meta *old = intact_db_meta(a->flow.in);
	const struct intact_db_meta *new = intact_db_meta(a->flow.new);
	const char *prefix = s->config->root_prefix ? s->config->root_prefix : "";
	int rc = check_native(&s->in, old, err);

	if (rc == 0)
		rc = check_native(&s->out, new, err);
	if (rc < 0)
		return rc;
	if (memcmp(new->previous, old->root, sizeof(old->root)) != 0 && !was_left(a, old, new))
		return intact_fail(
			err, INTACT_EDAMAGED,
			"'%.300s' was not made against this baseline: it follows another "
			"one than '%.300s' (run --update again)",
			s->out.path, s->in.path);
	if (new->rules_len != a->rules_len || memcmp(new->rules, a->rules, a->rules_len) != 0 ||
	    strcmp(new->root_prefix, prefix) != 0)
		return intact_fail(err, INTACT_ECONFIG,
				   "the rules, or the root_prefix, are not those of the review "
				   "(run --update again)");
	return check_recorded(a, new, err);
}

/* One that was signed with a key that is not accepted any more: no baseline to rely on, but what
 * the journal says that we wrote may be cleared away as the others are. */
static bool was_made_here(const struct accept *a, const struct generation *g)
{
	const struct intact_db_meta *meta;
	struct intact_error why;
	struct intact_db *db = NULL;
	bool made = false;

	if (!a->made.len || g->place.ahead < 0 ||
	    intact_db_open(g->place.path, g->place.ahead, &db, &why) < 0)
		return false;
	meta = intact_db_meta(db);
	made = meta->native && meta->generation == g->number && is_among(&a->made, meta->root);
	intact_db_close(db);
	return made;
}

/* What is named as a generation, and is one.  One that would be overwritten must be the same. */
static int check_generation(struct accept *a, size_t i, struct intact_error *err)
{
	struct session *s = a->session;
	struct generation *g = &a->store.generations.list[i];
	const struct intact_db_meta *old = intact_db_meta(a->flow.in), *meta;
	struct intact_error why;
	struct intact_db *db = NULL;
	bool is = false, same = false;

	if (g->place.ahead >= 0 && trust_open(s, &g->place, &db, &why) == 0) {
		meta = intact_db_meta(db);
		is = meta->native && meta->generation == g->number;
		same = is && memcmp(meta->root, old->root, sizeof(old->root)) == 0;
	}
	intact_db_close(db);
	a->removable[i] = is || was_made_here(a, g);
	if (!is && a->removable[i])
		log_say(&s->log, INTACT_LOG_INFO,
			"'%s' is a generation by the journal, signed with a key that is not "
			"accepted any more",
			g->place.path);
	else if (!is)
		log_say(&s->log, INTACT_LOG_WARNING,
			"'%s' is named as a generation, and is none: it is left alone",
			g->place.path);
	if (g->number == old->generation && !same && s->config->generations)
		return intact_fail(
			err, INTACT_EIO,
			"'%.300s' is in the way: the baseline, which shall be kept under "
			"this name, is another generation %" PRIu64,
			g->place.path, g->number);
	return 0;
}

static int open_sides(struct accept *a, struct intact_error *err)
{
	struct session *s = a->session;
	int rc = session_open(s, &s->in, &a->flow.in, err);

	if (rc == 0)
		rc = session_open(s, &s->out, &a->flow.new, err);
	if (rc == 0)
		rc = run_record_attested(&a->record, &s->in, intact_db_meta(a->flow.in), err);
	if (rc == 0)
		rc = check_reviewed(a, err);
	for (size_t i = 0; rc == 0 && i < a->store.generations.n; i++)
		rc = check_generation(a, i, err);
	if (rc < 0)
		return rc;
	a->facts.in.meta = intact_db_meta(a->flow.in);
	a->facts.in.digest = a->facts.in.meta->root;
	if (a->facts.in.meta->signature.signer)
		a->facts.in.key = intact_key_fingerprint(a->facts.in.meta->signature.signer);
	return 0;
}

/* ---- the run -------------------------------------------------------------------------------- */

static int open_all(struct accept *a, struct intact_error *err)
{
	struct session *s = a->session;
	int rc = check_places(s, err);

	if (rc == 0)
		rc = prepare_signing(s, err);
	if (rc == 0)
		rc = root_check(s, err);
	if (rc == 0)
		rc = read_journal(a, err);
	/* Locked first: what is read is not exchanged by another run. */
	if (rc == 0)
		rc = intact_db_reserve(s->in.path, -1, &a->out, err);
	if (rc == 0)
		rc = intact_db_reserve(s->out.path, -1, &a->hold, err);
	if (rc == 0)
		rc = open_sides_ahead(a, err);
	if (rc == 0)
		rc = open_generations(a, err);
	if (rc == 0)
		rc = intact_rules_text(s->config->rules, &a->rules, &a->rules_len, err);
	return rc == 0 ? flow_open(&a->flow, err) : rc;
}

static int enter(struct accept *a, struct intact_error *err)
{
	struct session *s = a->session;
	struct sandbox_needs needs = {
		.reads = { &s->in, &s->out },
		.scan = a->flow.scan,
		.duties = { .out = a->out,
			    .hold = a->hold,
			    .record = &a->record,
			    .special = store_special,
			    .ctx = &a->store },
	};

	priority_lower(&s->config->courtesy, &s->log);
	return sandbox_enter(s, &needs, err);
}

/* A limit that leaves nothing is a typing error. */
static int check_limit(const struct accept *a, struct intact_error *err)
{
	const char *limit = a->session->options->limit;

	if (!limit || a->flow.verified || a->flow.unverified || a->changes)
		return 0;
	return intact_fail(err, INTACT_EUSAGE, "nothing lies inside --limit '%s'", limit);
}

static int count_fates(struct accept *a)
{
	a->taken = a->kept = a->again = 0;
	for (uint64_t i = 0; i < a->changes; i++) {
		a->taken += a->fate[i] == ACCEPT_TAKEN;
		a->kept += a->fate[i] == ACCEPT_KEPT;
		a->again += a->fate[i] == ACCEPT_AGAIN;
	}
	return a->taken != 0;
}

static int print_summary(const struct accept *a, struct intact_error *err)
{
	const char *path = a->session->in.path;
	struct buf out = { 0 };
	int rc = 0;

	buf_printf(&out,
		   "Accepted %" PRIu64 " of %" PRIu64 " changes; kept the old entries of %" PRIu64
		   "; changed again %" PRIu64 ".\n",
		   a->taken, a->changes, a->kept, a->again);
	if (a->done) {
		buf_printf(&out, "Generation %" PRIu64 " is in place: ", a->meta.generation);
		text_escape(&out, path, strlen(path));
		buf_add_char(&out, '\n');
		if (a->kept + a->again)
			buf_add_str(&out,
				    "What was not accepted is reported again by the next run.\n");
	} else {
		buf_add_str(&out, "The baseline stays as it is.\n");
	}
	if (out.failed)
		rc = intact_fail_nomem(err);
	else if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		rc = intact_fail_errno(err, "write to standard output");
	buf_release(&out);
	return rc;
}

static int select_changes(struct accept *a, struct intact_error *err)
{
	int rc = flow_start(&a->flow, err);

	if (rc == 0)
		rc = flow_run(&a->flow, err);
	if (rc == 0)
		rc = explained_find(&a->explained, &a->flow, err);
	progress_erase(&a->flow.progress);
	if (rc == 0)
		rc = choose_changes(a, err);
	return rc == 0 ? check_limit(a, err) : rc;
}

static int accept_run(struct accept *a, struct intact_error *err)
{
	int rc = open_all(a, err);

	if (rc == 0)
		rc = enter(a, err);
	if (rc == 0)
		rc = open_sides(a, err);
	if (rc == 0)
		rc = select_changes(a, err);
	if (rc == 0 && count_fates(a))
		rc = again_measure(a, err);
	progress_erase(&a->flow.progress);
	if (rc == 0 && count_fates(a))
		rc = next_write(a, err);
	if (rc < 0)
		return rc;
	a->facts.counted = true;
	if (a->handed)
		rc = watch_write_generation(a->handed, a->taken, a->meta.generation,
					    a->done ? a->root : NULL, err);
	return rc < 0 || !a->prints ? rc : print_summary(a, err);
}

/* ---- the record ----------------------------------------------------------------------------- */

static void add_selection(const struct options *o, struct buf *out)
{
	if (o->npackages) {
		json_open(out, "packages", '[');
		for (size_t i = 0; i < o->npackages; i++)
			json_text(out, NULL, o->packages[i]);
		json_close(out, ']');
	}
	if (o->explained)
		json_number(out, "explained_only", 1);
	if (o->interactive)
		json_number(out, "interactive", 1);
}

/* What only this record says. */
static void add_more(void *ctx, struct buf *out)
{
	uint8_t digests[INTACT_DIGEST_MAX][64];
	struct accept *a = ctx;
	struct intact_error err;

	add_selection(a->session->options, out);
	if (!a->facts.counted)
		return;
	json_number(out, "accepted", a->taken);
	json_number(out, "not_accepted", a->kept);
	json_number(out, "changed_again", a->again);
	if (a->leaves)
		json_hex(out, "left_reviewed", intact_db_meta(a->flow.new)->root,
			 INTACT_DB_DIGEST_SIZE);
	if (a->done && intact_hasher_end(a->hasher, false, digests, &err) == 0)
		json_hex(out, "accepted_paths", digests[intact_attr_get(INTACT_SHA256)->digest],
			 INTACT_DB_DIGEST_SIZE);
}

/* What was accepted is in place, so that a record which cannot be written is a failure of its own.
 */
static int write_record(struct accept *a, int rc, int status, const struct intact_error *why)
{
	struct intact_error err;

	a->facts.start = a->start;
	a->facts.rules = a->rules;
	a->facts.rules_len = a->rules_len;
	a->facts.status = status;
	a->facts.error = rc < 0 ? why->text : NULL;
	a->facts.more = add_more;
	a->facts.more_ctx = a;
	if (run_record_write(&a->record, &a->facts, &err) == 0)
		return status;
	intact_error_prefix(&err,
			    "the run is not in the journal (result of the run: %d): ", status);
	return rc < 0 ? (log_error(&a->session->log, &err), status)
		      : session_error(a->session, &err);
}

static void accept_release(struct accept *a)
{
	flow_stop(&a->flow);
	intact_db_writer_free(a->writer);
	intact_db_out_free(a->out);
	intact_db_out_free(a->hold);
	intact_hasher_free(a->hasher);
	explained_release(&a->explained);
	flow_release(&a->flow);
	intact_db_close(a->flow.in);
	intact_db_close(a->flow.new);
	generations_release(&a->store.generations);
	buf_release(&a->roots);
	buf_release(&a->made);
	buf_release(&a->left);
	free(a->removable);
	free(a->rules);
	free(a->fate);
}

/* By night as far as reports go there. */
static bool is_printed(const struct session *s)
{
	bool printed = !s->watch;

	for (size_t i = 0; i < s->config->nreports; i++)
		printed |= s->config->reports[i].url.type == INTACT_URL_STDOUT;
	return printed;
}

int cmd_accept(struct session *s)
{
	struct accept a = { .session = s, .start = measure_now(), .store = { .session = s } };
	struct intact_error err;
	bool recorded;
	int status = 0;
	int rc;

	a.terminal = isatty(STDIN_FILENO);
	a.handed = s->watch ? s->watch->list : NULL;
	a.prints = is_printed(s);
	a.flow.session = s;
	a.flow.kind = INTACT_RUN_COMPARE;
	a.flow.stand_by = true;
	a.flow.now = a.start.sec;
	rc = run_record_begin(&a.record, s, &err);
	recorded = rc == 0 && a.record.journal;
	if (rc == 0)
		rc = accept_run(&a, &err);
	status = rc < 0 ? session_error(s, &err) : a.status;
	if (recorded)
		status = write_record(&a, rc, status, &err);
	if (rc < 0 && s->watch)
		watch_write_error(s->watch, err.text);
	run_record_release(&a.record);
	accept_release(&a);
	return status;
}
