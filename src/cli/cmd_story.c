/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --history PATH: what became of one path over all generations that are kept, the oldest first, and
 * who made them and why, as far as the journal says.
 *
 * Each generation is opened as any baseline, with its signature where keys are set.  Entries and
 * journal are foreign bytes, read behind the door and escaped.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/generations.h"
#include "cli/sandbox.h"
#include "cli/signals.h"
#include <intact/compare.h>
#include <intact/journal.h>
#include <intact/report.h>

/* What the journal says of the run that wrote a baseline. */
struct maker {
	char root[2 * INTACT_DB_DIGEST_SIZE]; /* hex */
	char *words;			      /* escaped; or members of JSON */
};

struct story {
	struct session *session;
	enum intact_report_format format;
	uint64_t shown; /* generations */
	struct generations generations;
	struct intact_journal *journal; /* NULL: none */
	struct maker *makers;
	size_t nmakers, size;

	const char *path;
	size_t len;
	struct arena arenas[2]; /* of the entry before, and of the one at hand */
	unsigned at;
	struct intact_entry entry;
	bool there; /* it was, in the generation before */
	bool ever;

	uint64_t first, last; /* generations without a change; 0: none */
	uint64_t before;      /* number of the generation before; 0: none */
	uint8_t root[INTACT_DB_DIGEST_SIZE];
	int bad; /* a negative code: one could not be used */
	struct intact_error bad_err;
};

/* ---- the journal ---------------------------------------------------------------------------- */

static void add_member(struct buf *out, const char *before, const char *text, size_t len,
		       const char *key)
{
	struct buf bytes = { 0 };

	if (json_find_bytes(text, len, key, &bytes) && bytes.len) {
		buf_add_str(out, before);
		text_escape(out, bytes.data, bytes.len);
	}
	out->failed |= bytes.failed;
	buf_release(&bytes);
}

/* Who had logged in, where that is somebody else. */
static void add_login(struct buf *out, const struct intact_journal_item *item)
{
	uint64_t uid, login;

	if (json_find_number(item->text, item->len, "uid", &uid) &&
	    json_find_number(item->text, item->len, "login_uid", &login) && uid != login)
		add_member(out, " for ", item->text, item->len, "login");
}

static void plain_words(struct buf *words, const struct intact_journal_item *item)
{
	add_member(words, "", item->text, item->len, "command");
	add_member(words, " by ", item->text, item->len, "user");
	add_login(words, item);
	add_member(words, ": ", item->text, item->len, "reason");
}

/* As the record has them. */
static void json_words(struct buf *words, const struct intact_journal_item *item)
{
	static const char *const texts[] = { "command", "user", "login", "reason" };
	static const char *const numbers[] = { "uid", "login_uid" };
	uint64_t n;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf bytes = { 0 };

		if (json_find_bytes(item->text, item->len, texts[i], &bytes))
			json_bytes(words, texts[i], bytes.len ? bytes.data : "", bytes.len);
		words->failed |= bytes.failed;
		buf_release(&bytes);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (json_find_number(item->text, item->len, numbers[i], &n))
			json_number(words, numbers[i], n);
	}
}

static int add_maker(struct story *s, const struct buf *root, char *words, struct intact_error *err)
{
	if (s->nmakers == s->size) {
		size_t size = s->size ? 2 * s->size : 16;
		struct maker *makers = realloc(s->makers, size * sizeof(*makers));

		if (!makers) {
			free(words);
			return intact_fail_nomem(err);
		}
		s->makers = makers;
		s->size = size;
	}
	memcpy(s->makers[s->nmakers].root, root->data, root->len);
	s->makers[s->nmakers++].words = words;
	return 0;
}

/* An intact_journal_fn. */
static int on_record(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct buf root = { 0 }, words = { 0 };
	struct story *s = ctx;
	struct json_value v;
	int rc = 0;

	if (item->kind != INTACT_JOURNAL_RECORD ||
	    !json_find(item->text, item->len, "new_baseline", &v) || v.kind != JSON_OBJECT)
		return 0;
	if (json_find_bytes(v.at, v.len, "root", &root) && root.len == sizeof(s->makers->root)) {
		if (s->format == INTACT_FORMAT_PLAIN)
			plain_words(&words, item);
		else
			json_words(&words, item);
		rc = words.failed ? intact_fail_nomem(err)
				  : add_maker(s, &root, buf_take(&words, NULL), err);
	}
	if (root.failed)
		rc = intact_fail_nomem(err);
	buf_release(&root);
	buf_release(&words);
	return rc;
}

static int read_journal(struct story *s, struct intact_error *err)
{
	struct intact_journal_sum sum;
	int rc = s->journal ? intact_journal_read(s->journal, on_record, s, &sum, err) : 0;

	if (rc == 0 && s->journal && sum.damages)
		log_say(&s->session->log, INTACT_LOG_WARNING,
			"the journal '%s' is damaged: see --history", s->session->journal);
	return rc;
}

static const char *maker_of(const struct story *s, const uint8_t root[INTACT_DB_DIGEST_SIZE])
{
	struct buf hex = { 0 };
	const char *found = NULL;

	text_hex(&hex, root, INTACT_DB_DIGEST_SIZE);
	for (size_t i = 0; !hex.failed && i < s->nmakers; i++) {
		if (memcmp(s->makers[i].root, hex.data, sizeof(s->makers[i].root)) == 0)
			found = s->makers[i].words;
	}
	buf_release(&hex);
	return found;
}

/* ---- output --------------------------------------------------------------------------------- */

static int put(struct buf *out, struct intact_error *err)
{
	int rc = 0;

	if (out->failed)
		rc = intact_fail_nomem(err);
	else if (out->len && fwrite(out->data, 1, out->len, stdout) != out->len)
		rc = intact_fail_errno(err, "write to standard output");
	buf_release(out);
	return rc;
}

static int tell_path(const struct story *s, struct intact_error *err)
{
	struct buf out = { 0 };

	switch (s->format) {
	case INTACT_FORMAT_PLAIN:
		text_escape(&out, s->path, s->len);
		buf_add_char(&out, '\n');
		break;
	case INTACT_FORMAT_JSON:
		json_open(&out, NULL, '{');
		json_bytes(&out, "path", s->path, s->len);
		json_open(&out, "generations", '[');
		break;
	default:
		break;
	}
	return put(&out, err);
}

/* `whole`: each generation could be used. */
static int tell_end(const struct story *s, bool whole, struct intact_error *err)
{
	struct buf out = { 0 };

	if (s->format == INTACT_FORMAT_PLAIN)
		return 0;
	if (s->format == INTACT_FORMAT_JSON) {
		buf_add_str(&out, s->shown ? "\n]" : "]");
	} else {
		json_open(&out, NULL, '{');
		json_bytes(&out, "path", s->path, s->len);
	}
	buf_printf(&out, ",\"whole\":%s}\n", whole ? "true" : "false");
	return put(&out, err);
}

static int tell_unchanged(struct story *s, struct intact_error *err)
{
	struct buf out = { 0 };

	if (!s->first)
		return 0;
	if (s->first == s->last)
		buf_printf(&out, "\ngeneration %" PRIu64 ": ", s->first);
	else
		buf_printf(&out, "\ngenerations %" PRIu64 " to %" PRIu64 ": ", s->first, s->last);
	buf_add_str(&out, s->there ? "unchanged\n" : "not there\n");
	s->first = 0;
	return put(&out, err);
}

static int tell_head(struct story *s, const struct intact_db_meta *meta, struct intact_error *err)
{
	time_t seconds = (time_t)meta->created.sec;
	const char *maker = maker_of(s, meta->root);
	struct buf out = { 0 };
	char when[64] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", &tm);
	buf_printf(&out, "\ngeneration %" PRIu64 ", %s", meta->generation, when);
	if (maker)
		buf_printf(&out, ", %s", maker);
	if (s->before && memcmp(meta->previous, s->root, sizeof(s->root)) != 0)
		buf_printf(&out, " (does not follow generation %" PRIu64 ")", s->before);
	return put(&out, err);
}

static const struct intact_run run = { .kind = INTACT_RUN_COMPARE,
				       .program = "intact",
				       .version = PACKAGE_VERSION,
				       .summary_columns = 19,
				       .root_prefix = "" };

/* ---- for machines ---- */

static const char *word_of(const struct story *s, const struct intact_change *c)
{
	if (!c)
		return s->there ? "none" : "absent";
	return c->kind == INTACT_ADDED	   ? "added"
	       : c->kind == INTACT_REMOVED ? "removed"
					   : "changed";
}

static void add_created(struct buf *out, const struct intact_time *created)
{
	time_t seconds = (time_t)created->sec;
	char when[64] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_text(out, "created", when);
}

static int add_details(struct buf *out, const struct intact_change *c, struct intact_error *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	int rc;

	if (!file)
		return intact_fail_nomem(err);
	rc = intact_report_change_json(&run, c, file, err);
	if (fclose(file) != 0 && rc == 0)
		rc = intact_fail_nomem(err);
	if (rc == 0) {
		buf_add_str(out, ",\"details\":");
		buf_add(out, text, len);
	}
	free(text);
	return rc;
}

/* `c`: NULL where nothing differs from the generation before. */
static int tell_json(struct story *s, const struct intact_db_meta *meta,
		     const struct intact_change *c, struct intact_error *err)
{
	const char *maker = maker_of(s, meta->root);
	struct buf out = { 0 }, object = { 0 };
	int rc = 0;

	json_open(&object, NULL, '{');
	json_number(&object, "generation", meta->generation);
	add_created(&object, &meta->created);
	json_hex(&object, "root", meta->root, sizeof(meta->root));
	if (maker && *maker)
		buf_printf(&object, ",%s", maker);
	if (s->before && memcmp(meta->previous, s->root, sizeof(s->root)) != 0)
		json_number(&object, "does_not_follow", s->before);
	json_text(&object, "change", word_of(s, c));
	if (c)
		rc = add_details(&object, c, err);
	json_close(&object, '}');
	if (s->format == INTACT_FORMAT_JSON)
		buf_add_str(&out, s->shown ? ",\n" : "\n");
	if (!object.failed)
		buf_add(&out, object.data, object.len);
	if (s->format == INTACT_FORMAT_NDJSON)
		buf_add_char(&out, '\n');
	out.failed |= object.failed;
	buf_release(&object);
	s->shown++;
	if (rc < 0) {
		buf_release(&out);
		return rc;
	}
	return put(&out, err);
}

/* ---- for people ---- */

static int tell(struct story *s, const struct intact_db_meta *meta, const struct intact_change *c,
		struct intact_error *err)
{
	int rc;

	if (s->format != INTACT_FORMAT_PLAIN)
		return tell_json(s, meta, c, err);
	rc = tell_unchanged(s, err);
	if (rc == 0)
		rc = tell_head(s, meta, err);
	return rc == 0 ? intact_report_change(&run, c, true, stdout, err) : rc;
}

/* ---- one generation ------------------------------------------------------------------------- */

/* Returns 1 with a copy of the entry, 0 if there is none, or a negative code. */
static int find_entry(struct story *s, struct intact_db *db, struct arena *arena,
		      struct intact_entry *ret, struct intact_error *err)
{
	const struct intact_entry *entry;
	struct intact_stream *stream;
	int rc = intact_db_read(db, s->path, &stream, err);

	if (rc < 0)
		return rc;
	rc = intact_stream_next(stream, &entry, err);
	if (rc == 1 && (entry->path.len != s->len || memcmp(entry->path.s, s->path, s->len) != 0))
		rc = 0;
	if (rc == 1 && intact_entry_copy(ret, entry, arena, err) < 0)
		rc = INTACT_ENOMEM;
	intact_stream_close(stream);
	return rc;
}

static int compare(struct story *s, const struct intact_db_meta *meta,
		   const struct intact_entry *now, struct intact_error *err)
{
	static const struct intact_match_options options = { 0 };
	const struct intact_pair pair = { .old = s->there ? &s->entry : NULL, .new = now };
	struct intact_change c;
	char reason[INTACT_ERROR_MAX];

	if ((pair.old || now) && intact_match_pair(&pair, &options, reason, sizeof(reason), &c))
		return tell(s, meta, &c, err);
	if (s->format != INTACT_FORMAT_PLAIN)
		return tell_json(s, meta, NULL, err);
	if (!s->first)
		s->first = meta->generation;
	s->last = meta->generation;
	return 0;
}

static int on_generation(struct story *s, struct intact_db *db, struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	struct arena *arena = &s->arenas[s->at ^ 1];
	struct intact_entry now;
	int found, rc;

	/* A run that was killed left it under two names. */
	if (s->before && memcmp(meta->root, s->root, sizeof(s->root)) == 0)
		return 0;
	arena_clear(arena);
	found = find_entry(s, db, arena, &now, err);
	if (found < 0)
		return found;
	rc = compare(s, meta, found ? &now : NULL, err);
	s->at ^= 1;
	s->there = found;
	s->ever |= found;
	if (found)
		s->entry = now;
	s->before = meta->generation;
	memcpy(s->root, meta->root, sizeof(s->root));
	return rc;
}

/* What is no generation, or is not signed as it must be, is said, and the rest is told. */
static int on_place(struct story *s, struct place *place, uint64_t number, struct intact_error *err)
{
	struct intact_db *db = NULL;
	int rc = session_open(s->session, place, &db, err);

	if (rc == 0 && !intact_db_meta(db)->native)
		rc = intact_fail(err, INTACT_EUSAGE,
				 "'%.300s' is in AIDE's format, which has no generations",
				 place->path);
	if (rc == 0 && number && intact_db_meta(db)->generation != number)
		rc = intact_fail(err, INTACT_EDAMAGED,
				 "'%.300s' is named as a generation, and is another one",
				 place->path);
	if (rc == 0)
		rc = on_generation(s, db, err);
	intact_db_close(db);
	return rc;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int check_path(struct story *s, struct intact_error *err)
{
	s->path = s->session->options->paths[0];
	s->len = strlen(s->path);
	if (s->path[0] != '/' || (s->len > 1 && s->path[s->len - 1] == '/'))
		return intact_fail(
			err, INTACT_EUSAGE,
			"(--history): '%.300s' is no path as baselines have it: absolute, "
			"without a slash at its end",
			s->path);
	return 0;
}

static int open_all(struct story *s, struct intact_error *err)
{
	struct session *session = s->session;
	struct place *in = &session->in;
	int rc = check_path(s, err);

	if (rc == 0 && (!in->path || in->fd >= 0))
		rc = intact_fail(err, INTACT_EUSAGE, "(--history): database_in is no file");
	if (rc == 0)
		rc = sandbox_open_ahead(session, in, err);
	if (rc == 0)
		rc = generations_find(&s->generations, in->path, err);
	for (size_t i = 0; rc == 0 && i < s->generations.n; i++) {
		struct place *place = &s->generations.list[i].place;

		/* Said when its turn comes. */
		if (sandbox_open_ahead(session, place, &s->bad_err) == INTACT_ENOMEM)
			rc = intact_fail_nomem(err);
	}
	if (rc == 0 && session->journal && file_is_there(session->journal))
		rc = intact_journal_open(session->journal, &s->journal, err);
	return rc;
}

static int tell_generations(struct story *s, struct intact_error *err)
{
	struct generations *g = &s->generations;
	struct intact_error why;
	int rc = 0;

	for (size_t i = 0; i < g->n; i++) {
		int one = on_place(s, &g->list[i].place, g->list[i].number, &why);

		if (signals_stop())
			return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		if (one == 0)
			continue;
		log_say(&s->session->log, INTACT_LOG_WARNING, "%s", why.text);
		s->bad = one;
		s->bad_err = why;
	}
	rc = on_place(s, &s->session->in, 0, err);
	if (rc == 0 && s->ever)
		rc = tell_unchanged(s, err);
	if (rc == 0 && !s->ever)
		rc = intact_fail(err, INTACT_EIO, "no generation has '%.300s'", s->path);
	if (rc == 0 && s->bad) {
		*err = s->bad_err;
		intact_error_prefix(err, "not all generations could be told: ");
		rc = s->bad;
	}
	return rc;
}

/* What was begun is ended, so that what could be told can be read. */
static int tell_all(struct story *s, struct intact_error *err)
{
	struct intact_error second;
	int rc = tell_path(s, err), ended;

	if (rc < 0)
		return rc;
	rc = tell_generations(s, err);
	ended = tell_end(s, rc == 0, rc < 0 ? &second : err);
	return rc < 0 ? rc : ended;
}

static int story_run(struct story *s, struct intact_error *err)
{
	int rc = open_all(s, err);

	if (rc == 0)
		rc = sandbox_enter(s->session,
				   &(struct sandbox_needs){ .reads = { &s->session->in } }, err);
	if (rc == 0)
		rc = read_journal(s, err);
	if (rc == 0)
		rc = tell_all(s, err);
	if (fflush(stdout) != 0 && rc == 0)
		rc = intact_fail_errno(err, "write to standard output");
	return rc;
}

int cmd_story(struct session *session)
{
	struct story s = { .session = session, .format = history_format(session) };
	struct intact_error err;
	int rc = story_run(&s, &err);

	generations_release(&s.generations);
	intact_journal_close(s.journal);
	for (size_t i = 0; i < s.nmakers; i++)
		free(s.makers[i].words);
	free(s.makers);
	arena_release(&s.arenas[0]);
	arena_release(&s.arenas[1]);
	return rc < 0 ? session_error(session, &err) : 0;
}
