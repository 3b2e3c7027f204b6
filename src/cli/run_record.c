/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See run_record.h and doc/design/trust.md.
 */

#include "cli/run_record.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/clerk.h"
#include "cli/state.h"

/* Of many thousand the rules are known all the same. */
#define PATHS_MAX 64

const char *run_record_verdict_words(enum intact_journal_verdict verdict)
{
	switch (verdict) {
	case INTACT_JOURNAL_SHORT:
		return "not there any more";
	case INTACT_JOURNAL_OTHER:
		return "another one now";
	case INTACT_JOURNAL_HOLDS:
		break;
	}
	return NULL;
}

/* ---- the beginning -------------------------------------------------------------------------- */

static int check_place(const struct session *s, const struct place *place, const char *what,
		       struct intact_error *err)
{
	if (!place->path || place->fd >= 0 || !file_same_place(s->journal, place->path))
		return 0;
	return intact_fail(err, INTACT_ECONFIG, "the journal '%s' is %s", s->journal, what);
}

/* A record in a baseline would be the end of that. */
static int check_places(const struct session *s, struct intact_error *err)
{
	int rc = check_place(s, &s->in, "the baseline", err);

	if (rc == 0)
		rc = check_place(s, &s->out, "the new baseline", err);
	if (rc == 0)
		rc = check_place(s, &s->new, "the new baseline", err);
	if (rc == 0 && s->config_file && file_same_place(s->journal, s->config_file))
		rc = intact_fail(err, INTACT_ECONFIG, "the journal '%s' is the configuration",
				 s->journal);
	return rc;
}

/* The later a system call, the less a run may still do. */
static int look_around(struct run_record *r, struct intact_error *err)
{
	const char *file = r->session->config_file;

	user_find(&r->user);
	r->here = getcwd(NULL, 0);
	if (!file)
		return 0;
	r->config = strcmp(file, "-") != 0 ? realpath(file, NULL) : NULL;
	if (!r->config)
		r->config = strdup(file);
	return r->config ? 0 : intact_fail_nomem(err);
}

/* Does it still hold what it held when the last run was over? */
static int look_back(struct run_record *r, struct intact_error *err)
{
	struct session *s = r->session;
	enum intact_journal_verdict verdict;
	struct intact_journal_point point;
	struct intact_seen seen = { 0 };
	int rc = trust_seen_path(s, s->journal, "journal", &r->seen, err);

	if (rc == 0)
		rc = intact_seen_read(r->seen, &seen, err);
	if (rc < 0)
		return rc;
	point.count = seen.generation;
	memcpy(point.head, seen.root, sizeof(point.head));
	rc = intact_journal_holds(r->journal, &point, &verdict, err);
	if (rc < 0)
		return rc;
	r->remember = verdict == INTACT_JOURNAL_HOLDS;
	if (!r->remember)
		log_say(&s->log, INTACT_LOG_WARNING,
			"the journal '%s' was cut or exchanged: it had %" PRIu64
			" records, and the last of them is %s (see --history; if it shall begin "
			"anew, remove '%s')",
			s->journal, point.count, run_record_verdict_words(verdict), r->seen);
	return 0;
}

static int verify(struct run_record *r, struct intact_error *err)
{
	struct session *s = r->session;
	struct intact_journal_sum sum;
	int rc = intact_journal_read(r->journal, NULL, NULL, &sum, err);

	if (rc < 0)
		return rc;
	if (sum.damages && !sum.records)
		return intact_fail(err, INTACT_EDAMAGED, "'%s' is no journal", s->journal);
	r->before = sum.last;
	if (sum.damages)
		log_say(&s->log, INTACT_LOG_WARNING,
			"the journal '%s' is damaged in %" PRIu64 " place%s: see --history",
			s->journal, sum.damages, sum.damages == 1 ? "" : "s");
	rc = look_back(r, err);
	if (rc == INTACT_ENOMEM)
		return rc;
	/* The journal itself is as good as it was. */
	if (rc < 0)
		log_say(&s->log, INTACT_LOG_WARNING,
			"it is not known how long the journal '%s' was: %s", s->journal, err->text);
	return 0;
}

int run_record_begin(struct run_record *r, struct session *s, struct intact_error *err)
{
	int rc;

	*r = (struct run_record){ .session = s };
	if (!s->journal)
		return s->options->reason
			       ? intact_fail(err, INTACT_EUSAGE,
					     "a reason is given (--reason), and no journal is kept "
					     "that it could stand in: see 'journal'")
			       : 0;
	rc = check_places(s, err);
	if (rc == 0 && s->journal_default)
		rc = state_make_for(s, err);
	if (rc == 0)
		rc = intact_journal_open_append(s->journal, &r->journal, err);
	if (rc == 0)
		rc = verify(r, err);
	if (rc == 0)
		rc = look_around(r, err);
	if (rc < 0)
		intact_error_prefix(err, "the run could not be recorded (see 'journal'): ");
	return rc;
}

int run_record_attested(const struct run_record *r, const struct place *place,
			const struct intact_db_meta *meta, struct intact_error *err)
{
	const struct session *s = r->session;
	enum intact_journal_verdict verdict = INTACT_JOURNAL_HOLDS;
	int rc;

	/* Another host's speaks of another journal: an image is looked at. */
	if (!r->journal || !meta->has_journal || !s->host[0] || strcmp(s->host, meta->host) != 0)
		return 0;
	rc = s->clerk ? clerk_holds(s->clerk, &meta->journal, &verdict, err)
		      : intact_journal_holds(r->journal, &meta->journal, &verdict, err);
	if (rc == 0 && verdict != INTACT_JOURNAL_HOLDS)
		log_say(&r->session->log, INTACT_LOG_WARNING,
			"the journal '%s' was cut or exchanged: '%s' attests %" PRIu64
			" records, and the last of them is %s (see --history)",
			r->session->journal, place->path, meta->journal.count,
			run_record_verdict_words(verdict));
	return rc;
}

void run_record_attest(const struct run_record *r, struct intact_db_meta *meta)
{
	meta->has_journal = r->journal != NULL;
	meta->journal = r->before;
}

void run_record_release(struct run_record *r)
{
	intact_journal_close(r->journal);
	free(r->seen);
	free(r->here);
	free(r->config);
	*r = (struct run_record){ 0 };
}

/* ---- what it says --------------------------------------------------------------------------- */

static void add_time(struct buf *out, const char *key, struct intact_time t)
{
	time_t seconds = (time_t)t.sec;
	char text[64] = "";
	struct buf all = { 0 };
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(&all, "%s.%09uZ", text, t.nsec);
	out->failed |= all.failed;
	if (!all.failed)
		json_text(out, key, all.data);
	buf_release(&all);
}

static const char *command_name(enum command_id command)
{
	switch (command) {
	case COMMAND_INIT:
		return "init";
	case COMMAND_UPDATE:
		return "update";
	case COMMAND_NIGHTLY:
		return "nightly";
	case COMMAND_ACCEPT:
		return "accept";
	default:
		return "check";
	}
}

static void add_user(struct buf *out, const struct user *u)
{
	json_number(out, "uid", u->uid);
	if (u->euid != u->uid)
		json_number(out, "euid", u->euid);
	if (u->name[0])
		json_text(out, "user", u->name);
	if (!u->has_login)
		return;
	json_number(out, "login_uid", u->login);
	if (u->login_name[0])
		json_text(out, "login", u->login_name);
}

/* Operands are --init's. */
static void add_paths(struct buf *out, const struct options *o)
{
	if (!o->npaths)
		return;
	json_open(out, "paths", '[');
	for (size_t i = 0; i < o->npaths && i < PATHS_MAX; i++)
		json_text(out, NULL, o->paths[i]);
	json_close(out, ']');
	if (o->npaths > PATHS_MAX)
		json_number(out, "paths_more", o->npaths - PATHS_MAX);
}

static void add_config(struct buf *out, const struct run_record *r)
{
	const struct session *s = r->session;

	if (r->config)
		json_text(out, "config", r->config);
	add_paths(out, s->options);
	if (s->options->limit)
		json_text(out, "limit", s->options->limit);
	if (s->config->root_prefix && *s->config->root_prefix)
		json_text(out, "root_prefix", s->config->root_prefix);
}

/* Whoever reads it later is in another folder. */
static void add_place(struct buf *out, const struct run_record *r, const struct place *place)
{
	bool relative = place->fd < 0 && place->path[0] != '/';
	struct buf path = { 0 };

	if (relative && r->here)
		buf_printf(&path, "%s/", r->here);
	buf_add_str(&path, place->path);
	out->failed |= path.failed;
	if (!path.failed)
		json_text(out, "place", path.data);
	buf_release(&path);
}

static void add_baseline(struct buf *out, const struct run_record *r, const char *key,
			 const struct place *place, const struct run_baseline *b)
{
	if (!b->meta)
		return;
	json_open(out, key, '{');
	add_place(out, r, place);
	if (b->meta->native)
		json_number(out, "generation", b->meta->generation);
	if (b->digest)
		json_hex(out, b->meta->native ? "root" : "sha256", b->digest,
			 INTACT_DB_DIGEST_SIZE);
	if (b->key)
		json_text(out, "key", b->key);
	json_close(out, '}');
}

static void add_counts(struct buf *out, const struct session *s, const struct run_facts *f)
{
	if (!f->counted)
		return;
	/* Its counts are its own (more()). */
	if (s->options->command == COMMAND_ACCEPT) {
		if (f->out.meta)
			json_number(out, "entries", f->entries);
		return;
	}
	json_number(out, "entries", f->entries);
	if (s->options->command != COMMAND_INIT) {
		json_number(out, "added", f->counts.added);
		json_number(out, "removed", f->counts.removed);
		json_number(out, "changed", f->counts.changed);
	}
	json_number(out, "unverified", f->counts.unverified);
	if (f->hash_policy) {
		json_number(out, "contents_read", f->contents_read);
		json_number(out, "contents_trusted", f->contents_trusted);
	}
}

static int add_rules(struct buf *out, const struct run_facts *f, struct intact_error *err)
{
	uint8_t digest[INTACT_JOURNAL_DIGEST_SIZE];
	int rc;

	if (!f->rules)
		return 0;
	rc = intact_journal_digest(f->rules, f->rules_len, digest, err);
	if (rc == 0)
		json_hex(out, "rules", digest, sizeof(digest));
	return rc;
}

static struct intact_time now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct intact_time){ ts.tv_sec, (uint32_t)ts.tv_nsec };
}

static int compose(const struct run_record *r, const struct run_facts *f, struct buf *out,
		   struct intact_error *err)
{
	const struct session *s = r->session;
	int rc;

	add_time(out, "time", now());
	add_time(out, "start", f->start);
	json_text(out, "command", command_name(s->options->command));
	if (s->options->reason)
		json_text(out, "reason", s->options->reason);
	json_text(out, "host", s->host);
	add_user(out, &r->user);
	json_text(out, "version", PACKAGE_VERSION);
	add_config(out, r);
	rc = add_rules(out, f, err);
	if (rc < 0)
		return rc;
	add_baseline(out, r, "baseline", &s->in, &f->in);
	add_baseline(out, r, "new_baseline",
		     s->options->command == COMMAND_ACCEPT ? &s->in : &s->out, &f->out);
	add_counts(out, s, f);
	if (f->more)
		f->more(f->more_ctx, out);
	json_number(out, "exit", (uint64_t)f->status);
	if (f->error)
		json_text(out, "error", f->error);
	return out->failed ? intact_fail_nomem(err) : 0;
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Still under the journal's lock: of two runs the later one's word counts. */
static void keep(struct run_record *r, const struct intact_journal_point *point,
		 struct intact_error *ret_warning)
{
	struct session *s = r->session;
	enum intact_journal_verdict verdict = INTACT_JOURNAL_SHORT;
	struct intact_seen seen = { .generation = point->count };
	struct intact_error *err = ret_warning;
	/* Somebody may have been at it since the run began: what is remembered shows it. */
	int rc = intact_journal_holds(r->journal, &r->before, &verdict, err);

	if (rc == 0 && verdict != INTACT_JOURNAL_HOLDS)
		rc = intact_fail(err, INTACT_EDAMAGED, "it was cut or exchanged during the run");
	if (rc == 0)
		rc = state_make_for(s, err);
	memcpy(seen.root, point->head, sizeof(seen.root));
	if (rc == 0)
		rc = intact_seen_write(r->seen, &seen, s->journal, err);
	(void)rc; /* it is in the warning */
}

int run_record_append(struct run_record *r, const char *members, size_t len,
		      struct intact_journal_point *ret, struct intact_error *ret_warning,
		      struct intact_error *err)
{
	int rc = intact_journal_append(r->journal, members, len, ret, err);

	*ret_warning = (struct intact_error){ 0 };
	if (rc == 0 && r->remember)
		keep(r, ret, ret_warning);
	return rc;
}

int run_record_write(struct run_record *r, const struct run_facts *facts, struct intact_error *err)
{
	struct session *s = r->session;
	struct intact_error warning = { 0 };
	struct intact_journal_point point;
	struct buf members = { 0 };
	int rc;

	if (!r->journal)
		return 0;
	rc = compose(r, facts, &members, err);
	if (rc == 0 && s->clerk)
		rc = clerk_record(s->clerk, members.data, members.len, &point, &warning, err);
	else if (rc == 0)
		rc = run_record_append(r, members.data, members.len, &point, &warning, err);
	buf_release(&members);
	if (rc < 0)
		return rc;
	log_say(&s->log, INTACT_LOG_INFO, "record %" PRIu64 " in the journal '%s'", point.count,
		s->journal);
	if (warning.code)
		log_say(&s->log, INTACT_LOG_WARNING,
			"cannot remember that the journal '%s' has %" PRIu64 " records: %s",
			s->journal, point.count, warning.text);
	return 0;
}
