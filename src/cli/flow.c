/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See flow.h.
 */

#include "cli/flow.h"

#include <string.h>

#include "base/thread.h"
#include "cli/limited.h"
#include "cli/notice.h"
#include "cli/signals.h"
#include "cli/trail.h"

/* Changes beyond this many bytes go to a temporary file. */
#define CHANGES_MEMORY ((size_t)32 << 20)

static void follow_usr1(struct flow *f)
{
	for (unsigned now = signals_usr1(); f->usr1 != now; f->usr1++)
		log_toggle_debug(&f->session->log);
}

static int on_tick(void *ctx)
{
	struct flow *f = ctx;
	const struct intact_scan_stats *stats = intact_scan_stats(f->scan);

	follow_usr1(f);
	progress_draw(&f->progress, stats->entries, stats->bytes);
	return signals_stop();
}

static void on_visited(void *ctx, const char *path, uint32_t mode, intact_fstype_fn *fstype,
		       void *fstype_ctx, const struct intact_match *match)
{
	(void)fstype;
	(void)fstype_ctx;
	trail_match(ctx, path, intact_ftype_letter(mode), "disk", match);
}

static bool inside_limit(void *ctx, const char *path, size_t len)
{
	return intact_matcher_in_limit(ctx, path, len);
}

/* Readers that keep a disk busy; more of them make it no faster. */
#define READERS 16

static bool workers_given(const struct session *s)
{
	return s->options->workers_set || s->config->workers_set;
}

static unsigned workers(const struct session *s)
{
	const struct options *o = s->options;
	const struct intact_config *c = s->config;
	bool percent = o->workers_set ? o->workers_percent : c->workers_percent;
	unsigned n = o->workers_set ? o->workers : c->workers;

	if (!workers_given(s))
		return thread_processors();
	return percent ? (n * thread_processors() + 99) / 100 : n;
}

/* ---- plugging ---- */

/* Does any rule, then or now, ask for moved files? */
static bool follows(const struct flow *f)
{
	uint64_t asked = intact_rules_attrs(f->session->config->rules);

	if (f->in)
		asked |= intact_db_meta(f->in)->attrs;
	if (f->new)
		asked |= intact_db_meta(f->new)->attrs;
	return asked & (INTACT_BIT(INTACT_CHECK_INODE) | INTACT_BIT(INTACT_COMPRESSED));
}

static void on_followed(void *ctx, const struct intact_entry *old, const struct intact_entry *new)
{
	const struct intact_change change = {
		.kind = INTACT_MOVED, .hidden = true, .old = old, .new = new
	};
	struct flow *f = ctx;

	log_say(&f->session->log, INTACT_LOG_INFO, "'%s' is now '%s'", old->path.s, new->path.s);
	if (f->moved >= 0)
		f->moved = intact_changes_add(f->changes, &change, NULL, &f->moved_error);
}

/* What on_followed() could not hand back itself. */
static int moves_result(const struct flow *f, int rc, struct intact_error *err)
{
	if (rc < 0 || f->moved >= 0)
		return rc;
	if (err)
		*err = f->moved_error;
	return f->moved;
}

static int start_moves(struct flow *f, struct intact_error *err)
{
	struct intact_moves_options options = {
		.disk = !f->new,
		.rotation = !f->new && f->session->config->follow_rotation,
		.followed = on_followed,
		.ctx = f,
	};
	int rc = 0;

	if (!f->in || !follows(f))
		return 0;
	if (!f->new)
		rc = intact_scan_contents(f->scan, &f->contents, err);
	options.contents = f->contents;
	return rc < 0 ? rc : intact_moves_new(&options, f->changes, &f->moves, err);
}

static int open_scan(struct flow *f, struct intact_error *err)
{
	struct session *s = f->session;
	struct intact_scan_options options = {
		.rules = s->config->rules,
		.limit = s->options->limit,
		.root_prefix = s->config->root_prefix,
		.compat = s->config->compat,
		.workers = workers(s),
		.workers_most = workers_given(s) ? 0 : READERS,
		.patience = s->config->patience,
		/* A baseline has all of it. */
		.time_limit = f->kind == INTACT_RUN_INIT || f->stand_by ? 0 : s->config->time_limit,
		/* What is accepted is what was read. */
		.hash_policy = f->stand_by ? INTACT_HASH_ALWAYS : s->config->hash_policy,
		.hash_period = s->config->hash_period,
		.now = f->now,
		.trusted_xattrs = s->config->trusted_xattrs,
		.courtesy = s->config->courtesy,
		.tick = on_tick,
		.tick_ctx = f,
		/* Whoever wants to be told of each name has the walk in this thread, where it waits
		 * for file systems that do not answer.  SIGUSR1 comes too late for that. */
		.visited =
			log_shows(&s->log, INTACT_LOG_RULE) || log_shows(&s->log, INTACT_LOG_LIMIT)
				? on_visited
				: NULL,
		.visited_ctx = s,
		.log = log_sink,
		.log_ctx = &s->log,
	};
	int rc = intact_scan_new(&options, &f->scan, err);

	return rc < 0 ? rc : intact_scan_walk(f->scan, &f->walk, err);
}

/* As the options of the scan have it. */
static void say_scan(struct flow *f)
{
	struct session *s = f->session;
	unsigned n = workers(s);

	log_say(&s->log, INTACT_LOG_INFO,
		"read new entries from disk (limit: '%s', root prefix: '%s')",
		s->options->limit ? s->options->limit : "(none)",
		s->config->root_prefix ? s->config->root_prefix : "");
	log_say(&s->log, INTACT_LOG_THREAD, "measure with %u worker threads%s", n,
		n ? "" : " (in the main thread)");
}

static int start_limit(struct flow *f, struct intact_error *err)
{
	if (!f->session->options->limit)
		return 0;
	return intact_matcher_new(f->session->config->rules, f->session->options->limit, &f->limit,
				  err);
}

static int start_new(struct flow *f, struct intact_stream **ret, struct intact_error *err)
{
	int rc;

	if (!f->new) {
		say_scan(f);
		intact_scan_follow(f->scan, f->in && follows(f));
		*ret = f->walk;
		f->walk = NULL;
		return 0;
	}
	rc = intact_db_read(f->new, NULL, ret, err);
	return rc == 0 && f->limit ? limited_new(*ret, f->limit, ret, err) : rc;
}

int flow_join(struct flow *f, struct intact_pairs **ret, struct intact_error *err)
{
	struct intact_stream *old = NULL, *new = NULL;
	int rc = f->in ? intact_db_read(f->in, NULL, &old, err) : 0;

	if (rc == 0)
		rc = start_new(f, &new, err);
	if (rc < 0) {
		intact_stream_close(old);
		return rc;
	}
	return intact_join_new(old, new, f->limit ? inside_limit : NULL, f->limit, ret, err);
}

static int start_pairs(struct flow *f, struct intact_error *err)
{
	struct session *s = f->session;
	int rc;

	if (f->in)
		log_say(&s->log, INTACT_LOG_INFO, "read old entries from database: %s", s->in.path);
	if (f->new)
		log_say(&s->log, INTACT_LOG_INFO, "read new entries from database: %s",
			f->stand_by ? s->out.path : s->new.path);
	rc = flow_join(f, &f->pairs, err);
	if (rc == 0 && !f->new) {
		struct intact_pairs *joined = f->pairs;

		f->pairs = NULL;
		rc = intact_scan_measure(f->scan, joined, &f->pairs, err);
	}
	return rc;
}

int flow_open(struct flow *f, struct intact_error *err)
{
	int rc = intact_changes_new(CHANGES_MEMORY, NULL, &f->changes, err);

	if (rc == 0)
		rc = start_limit(f, err);
	if (rc < 0)
		return rc;
	if (!f->session->options->no_sandbox)
		intact_changes_open_ahead(f->changes);
	return f->kind == INTACT_RUN_COMPARE && !f->stand_by ? 0 : open_scan(f, err);
}

int flow_start(struct flow *f, struct intact_error *err)
{
	const struct session *s = f->session;
	int rc;

	progress_init(&f->progress, !s->options->no_progress,
		      f->in ? intact_db_meta(f->in)->entries : 0);
	f->session->log.before = progress_erase;
	f->session->log.before_ctx = &f->progress;
	rc = start_pairs(f, err);
	return rc < 0 ? rc : start_moves(f, err);
}

void flow_stop(struct flow *f)
{
	progress_erase(&f->progress);
	f->session->log.before = NULL;
	intact_stream_close(f->walk);
	f->walk = NULL;
	intact_pairs_close(f->pairs);
	f->pairs = NULL;
	intact_moves_free(f->moves);
	f->moves = NULL;
	if (f->contents)
		f->contents->close(f->contents);
	f->contents = NULL;
	intact_matcher_free(f->limit);
	f->limit = NULL;
}

void flow_release(struct flow *f)
{
	intact_changes_free(f->changes);
	if (f->scan && intact_scan_stats(f->scan)->left_behind)
		f->session->hung = true;
	intact_scan_free(f->scan);
}

/* ---- each pair ---- */

/* What could not be measured is not accepted: the next generation keeps the old entry, so that the
 * next check compares with what was last known for certain.  An object nobody has seen is not
 * recorded. */
static const struct intact_entry *entry_to_keep(const struct intact_pair *pair)
{
	const struct intact_entry *new = pair->new;

	if (pair->outside || pair->gap)
		return pair->old;
	if (!new || (new->flags &INTACT_ENTRY_GAP))
		return NULL;
	if (!new->failed && !new->problem)
		return new;
	if (pair->old)
		return pair->old;
	return new->ino ? new : NULL;
}

int flow_lose_writer(struct flow *f, int rc, const struct intact_error *why)
{
	if (rc != INTACT_EIO || f->kind != INTACT_RUN_UPDATE)
		return rc;
	f->lost = *why;
	return 0;
}

static int write_entry(struct flow *f, const struct intact_pair *pair, struct intact_error *err)
{
	const struct intact_entry *keep = flow_writes(f) ? entry_to_keep(pair) : NULL;
	int rc;

	if (!keep)
		return 0;
	log_say(&f->session->log, INTACT_LOG_TRACE, "write entry '%s' to database", keep->path.s);
	rc = intact_db_append(f->writer, keep, err);
	return flow_lose_writer(f, rc, err);
}

/* What lies outside --limit is copied by an update, and counted by AIDE 0.18 always. */
static bool counts_outside(const struct flow *f)
{
	const struct session *s = f->session;

	return f->out || (s->options->as_aide && s->config->compat == INTACT_COMPAT_0_18);
}

static void count_pair(struct flow *f, const struct intact_pair *pair,
		       const struct intact_change *change)
{
	bool seen = pair->new && !(pair->new->flags &INTACT_ENTRY_GAP);

	if (seen || (pair->outside && counts_outside(f)))
		f->total++;
	if (pair->outside)
		return;
	if (change->unverified)
		f->unverified++;
	else if (seen)
		f->verified++;
}

/* How the contents of the verified entries came to be known. */
static void count_content(struct flow *f, const struct intact_pair *pair)
{
	const struct intact_entry *new = pair->new;

	if (!new || (new->flags &INTACT_ENTRY_GAP) || new->read.sec == 0)
		return;
	if (!(new->flags &INTACT_ENTRY_TRUSTED)) {
		f->contents_read++;
		return;
	}
	if (!f->contents_trusted++ || new->read.sec < f->oldest_read.sec)
		f->oldest_read = new->read;
}

static bool worth_keeping(const struct flow *f, const struct intact_change *change)
{
	bool quiet_init =
		f->kind == INTACT_RUN_INIT && change->kind == INTACT_ADDED && !f->keep_added;

	return !quiet_init || change->unverified;
}

/* The baseline that is being written lies in the tree, under a name that it will not keep. */
static bool is_own(const struct flow *f, const struct intact_pair *pair)
{
	return f->out && pair->new && !(pair->new->flags &INTACT_ENTRY_GAP) &&
	       intact_db_is_temporary(f->out, pair->new);
}

static int flow_pair(struct flow *f, struct intact_pair *pair, struct intact_error *err)
{
	struct intact_match_options options = {
		.init = f->kind == INTACT_RUN_INIT,
		.disk = f->kind != INTACT_RUN_COMPARE,
	};
	struct intact_change change = { 0 };
	uint64_t pos = UINT64_MAX;
	char reason[INTACT_ERROR_MAX];
	bool listed;
	int rc;

	if (is_own(f, pair))
		pair->new = NULL;
	if (!pair->old && !pair->new)
		return 0;
	rc = write_entry(f, pair, err);
	if (!f->new && pair->new)
		notice_entry(f->session, pair->new);
	if (rc < 0)
		return rc;
	if (pair->outside) {
		count_pair(f, pair, &change);
		return 0;
	}
	listed = intact_match_pair(pair, &options, reason, sizeof(reason), &change);
	if (listed && worth_keeping(f, &change))
		rc = intact_changes_add(f->changes, &change, &pos, err);
	if (!options.init)
		trail_pair(f->session, f->new ? "new database" : "disk", pair, &change);
	count_pair(f, pair, &change);
	count_content(f, pair);
	if (listed && change.new)
		notice_not_unpacked(f->session, change.new);
	if (rc < 0 || !f->moves)
		return rc;
	return moves_result(f, intact_moves_feed(f->moves, pair, &change, pos, err), err);
}

static int stopped(struct intact_error *err)
{
	return signals_stop() ? intact_fail(err, INTACT_ESIGNAL, "stopped by a signal") : 0;
}

static void say_numbers(struct flow *f)
{
	const struct intact_scan_stats *stats = f->scan ? intact_scan_stats(f->scan) : NULL;

	log_say(&f->session->log, INTACT_LOG_DEBUG, "entries: %llu verified, %llu unverified",
		(unsigned long long)f->verified, (unsigned long long)f->unverified);
	if (stats)
		log_say(&f->session->log, INTACT_LOG_DEBUG,
			"disk: %llu bytes read, %llu objects excluded, %llu mounts skipped",
			(unsigned long long)stats->bytes, (unsigned long long)stats->excluded,
			(unsigned long long)stats->mounts_skipped);
}

int flow_run(struct flow *f, struct intact_error *err)
{
	struct intact_pair pair;
	int rc;

	signals_allow_usr1();
	while ((rc = intact_pairs_next(f->pairs, &pair, err)) == 1) {
		rc = flow_pair(f, &pair, err);
		if (rc == 0)
			rc = stopped(err);
		if (rc < 0)
			return rc;
		follow_usr1(f);
	}
	if (rc == INTACT_ESIGNAL)
		return stopped(err);
	if (rc == 0)
		say_numbers(f);
	if (rc < 0 || !f->moves)
		return rc;
	return moves_result(f, intact_moves_finish(f->moves, err), err);
}
