/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --history: the journal, record by record, and whether it is all there: by its chain, by what the
 * last run remembered of it, and by what the baseline attests.
 *
 * The journal is foreign bytes: what is no record is named, never shown, and what a record says is
 * escaped.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_record.h"
#include "cli/sandbox.h"
#include "cli/signals.h"

/* Of a digest, in a column. */
#define DIGEST_SHOWN 16

struct history {
	struct session *session;
	enum intact_report_format format;
	struct intact_journal *journal; /* NULL: there is none */
	struct intact_journal_sum sum;
	uint64_t shown;	   /* items */
	uint64_t past_bad; /* points that do not hold */

	/* What was looked up before the door was shut; an error of it is said when its turn comes.
	 */
	int seen_rc, in_rc;
	struct intact_error seen_err, in_err;
	struct intact_seen seen;
	char *seen_path;
	bool attests; /* there is a baseline to be asked */
	struct buf text;
};

/* ---- output --------------------------------------------------------------------------------- */

static int flush(struct history *h, struct intact_error *err)
{
	int rc = 0;

	if (h->text.failed)
		rc = intact_fail_nomem(err);
	else if (fwrite(h->text.data, 1, h->text.len, stdout) != h->text.len)
		rc = intact_fail_errno(err, "write to standard output");
	buf_clear(&h->text);
	return rc;
}

/* A journal is no page and no event: what is for machines is lines of JSON, all else is for people.
 */
static enum intact_report_format nearest(enum intact_report_format format)
{
	switch (format) {
	case INTACT_FORMAT_ECS:
	case INTACT_FORMAT_OCSF:
		return INTACT_FORMAT_NDJSON;
	case INTACT_FORMAT_HTML:
		return INTACT_FORMAT_PLAIN;
	default:
		return format;
	}
}

enum intact_report_format history_format(const struct session *s)
{
	const struct intact_config *c = s->config;

	for (size_t i = 0; i < c->nreports; i++) {
		if (c->reports[i].url.type == INTACT_URL_STDOUT)
			return nearest(c->reports[i].options.format);
	}
	return nearest(c->reports[0].options.format);
}

/* ---- a table -------------------------------------------------------------------------------- */

struct object {
	const char *at;
	size_t len;
};

static void add_padded(struct buf *out, const char *text, size_t width, bool right)
{
	size_t len = strlen(text), blanks = len < width ? width - len : 0;

	for (size_t i = 0; right && i < blanks; i++)
		buf_add_char(out, ' ');
	buf_add_str(out, text);
	for (size_t i = 0; !right && i < blanks; i++)
		buf_add_char(out, ' ');
	buf_add_str(out, "  ");
}

/* "-" where the record does not say. */
static void add_number(struct buf *out, const struct object *o, const char *key, size_t width)
{
	char text[32] = "-";
	uint64_t n;

	if (o->at && json_find_number(o->at, o->len, key, &n))
		snprintf(text, sizeof(text), "%" PRIu64, n);
	add_padded(out, text, width, true);
}

/* Escaped; cut to `max` characters (0: not at all) before it is padded. */
static void add_word(struct buf *out, const struct object *o, const char *key, size_t width,
		     size_t max)
{
	struct buf bytes = { 0 }, word = { 0 };
	size_t len;

	if (o->at && json_find_bytes(o->at, o->len, key, &bytes)) {
		len = max && bytes.len > max ? max : bytes.len;
		text_escape(&word, bytes.len ? bytes.data : "", len);
	}
	if (!word.len)
		buf_add_char(&word, '-');
	out->failed |= bytes.failed || word.failed;
	if (!word.failed)
		add_padded(out, word.data, width, false);
	buf_release(&bytes);
	buf_release(&word);
}

/* "2026-11-22T16:34:36.123456789Z" as every time in a report. */
static void add_time(struct buf *out, const struct object *o)
{
	struct buf t = { 0 };
	char text[64];

	json_find_bytes(o->at, o->len, "time", &t);
	if (t.len < 20 || t.data[10] != 'T') {
		add_word(out, o, "time", 25, 25);
	} else {
		snprintf(text, sizeof(text), "%.10s %.8s +0000", t.data, t.data + 11);
		text_escape(out, text, strlen(text));
		buf_add_str(out, "  ");
	}
	out->failed |= t.failed;
	buf_release(&t);
}

static void add_header(struct buf *out, const char *path)
{
	buf_add_str(out, "Journal: ");
	text_escape(out, path, strlen(path));
	buf_add_str(out,
		    "\n\nRecord  Time                       Run     Exit   Entries     Added   "
		    "Removed   Changed  Unverified  Generation  Baseline          User      "
		    "  Host\n");
}

/* Who it was: the name, or the number; with who had logged in, where that is another. */
static void add_user(struct buf *out, const struct object *o)
{
	struct buf name = { 0 };
	uint64_t uid, login;

	if (!json_find_bytes(o->at, o->len, "user", &name) &&
	    json_find_number(o->at, o->len, "uid", &uid))
		buf_printf(&name, "%" PRIu64, uid);
	if (json_find_number(o->at, o->len, "login_uid", &login) &&
	    !(json_find_number(o->at, o->len, "uid", &uid) && uid == login)) {
		buf_add_str(&name, " (");
		if (!json_find_bytes(o->at, o->len, "login", &name))
			buf_printf(&name, "%" PRIu64, login);
		buf_add_char(&name, ')');
	}
	if (!name.failed && name.len) {
		struct buf shown = { 0 };

		text_escape(&shown, name.data, name.len);
		out->failed |= shown.failed;
		if (!shown.failed)
			add_padded(out, shown.data, 10, false);
		buf_release(&shown);
	} else {
		add_padded(out, "-", 10, false);
	}
	out->failed |= name.failed;
	buf_release(&name);
}

static void add_remark(struct buf *out, const struct object *o, const char *key)
{
	struct buf bytes = { 0 };

	if (json_find_bytes(o->at, o->len, key, &bytes)) {
		buf_printf(out, "        %s: ", key);
		text_escape(out, bytes.len ? bytes.data : "", bytes.len);
		buf_add_char(out, '\n');
	}
	out->failed |= bytes.failed;
	buf_release(&bytes);
}

static void add_accepted(struct buf *out, const struct object *o)
{
	uint64_t taken, kept, again;

	if (json_find_number(o->at, o->len, "accepted", &taken) &&
	    json_find_number(o->at, o->len, "not_accepted", &kept) &&
	    json_find_number(o->at, o->len, "changed_again", &again))
		buf_printf(out,
			   "        accepted: %" PRIu64 ", not accepted: %" PRIu64
			   ", changed again: %" PRIu64 "\n",
			   taken, kept, again);
}

static struct object member(const struct object *o, const char *key)
{
	struct json_value v;

	if (!json_find(o->at, o->len, key, &v) || v.kind != JSON_OBJECT)
		return (struct object){ 0 };
	return (struct object){ v.at, v.len };
}

static void plain_record(struct buf *out, const struct object *o)
{
	struct object baseline = member(o, "new_baseline");
	struct json_value v;

	/* What the run wrote; else what it read. */
	if (!baseline.at)
		baseline = member(o, "baseline");
	add_number(out, o, "n", 6);
	add_time(out, o);
	add_word(out, o, "command", 6, 20);
	add_number(out, o, "exit", 4);
	add_number(out, o, "entries", 8);
	add_number(out, o, "added", 6);
	add_number(out, o, "removed", 7);
	add_number(out, o, "changed", 7);
	add_number(out, o, "unverified", 10);
	add_number(out, &baseline, "generation", 4);
	add_word(out, &baseline,
		 baseline.at && json_find(baseline.at, baseline.len, "root", &v) ? "root"
										 : "sha256",
		 DIGEST_SHOWN, DIGEST_SHOWN);
	add_user(out, o);
	add_word(out, o, "host", 0, 0);
	while (out->len && out->data[out->len - 1] == ' ')
		out->len--;
	buf_add_char(out, '\n');
	add_accepted(out, o);
	add_remark(out, o, "reason");
	add_remark(out, o, "error");
}

static void plain_item(struct buf *out, const struct intact_journal_item *item)
{
	const struct object o = { item->text, item->len };

	if (item->kind == INTACT_JOURNAL_RECORD) {
		plain_record(out, &o);
		return;
	}
	buf_add_str(out,
		    item->kind == INTACT_JOURNAL_TORN ? "        torn: " : "        DAMAGED: ");
	text_escape(out, item->text, item->len);
	buf_add_char(out, '\n');
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void json_item(struct buf *out, const struct intact_journal_item *item)
{
	struct buf object = { 0 };

	/* It was checked: it is what we would write. */
	if (item->kind == INTACT_JOURNAL_RECORD) {
		buf_add(out, item->text, item->len);
		return;
	}
	json_open(&object, NULL, '{');
	json_number(&object, "line", item->line);
	json_bytes(&object, item->kind == INTACT_JOURNAL_TORN ? "torn" : "damaged", item->text,
		   item->len);
	json_close(&object, '}');
	out->failed |= object.failed;
	buf_add(out, object.data, object.len);
	buf_release(&object);
}

static int show_item(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct history *h = ctx;

	if (signals_stop())
		return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
	if (h->format == INTACT_FORMAT_PLAIN) {
		plain_item(&h->text, item);
	} else {
		if (h->format == INTACT_FORMAT_JSON)
			buf_add_str(&h->text, h->shown ? ",\n" : "\n");
		json_item(&h->text, item);
		if (h->format == INTACT_FORMAT_NDJSON)
			buf_add_char(&h->text, '\n');
	}
	h->shown++;
	return flush(h, err);
}

static void begin(struct history *h)
{
	const char *path = h->session->journal;

	if (h->format == INTACT_FORMAT_PLAIN)
		add_header(&h->text, path);
	if (h->format != INTACT_FORMAT_JSON)
		return;
	json_open(&h->text, NULL, '{');
	json_text(&h->text, "journal", path);
	json_open(&h->text, "records", '[');
}

/* What comes behind the records; what is said of the past follows in end(). */
static void summarise(struct history *h)
{
	const struct intact_journal_sum *sum = &h->sum;
	struct buf *out = &h->text;

	if (h->format == INTACT_FORMAT_PLAIN && !h->journal) {
		buf_add_str(out, "\nThere is none.\n");
		return;
	}
	if (h->format == INTACT_FORMAT_PLAIN) {
		buf_printf(out, "\n%" PRIu64 " records; the last one's digest: ", sum->records);
		text_hex(out, sum->last.head, sizeof(sum->last.head));
		buf_printf(out, "\nThe chain is %s.\n", sum->damages ? "DAMAGED" : "whole");
		return;
	}
	if (h->format == INTACT_FORMAT_JSON) {
		buf_add_str(out, h->shown ? "\n]" : "]");
	} else {
		json_open(out, NULL, '{');
		json_text(out, "journal", h->session->journal);
	}
	json_number(out, "count", sum->records);
	json_hex(out, "head", sum->last.head, sizeof(sum->last.head));
	json_number(out, "torn", sum->torn);
	json_number(out, "damaged", sum->damages);
	json_open(out, "past", '[');
}

static void end(struct history *h)
{
	bool whole = !h->sum.damages && !h->past_bad;

	if (h->format == INTACT_FORMAT_PLAIN)
		return;
	json_close(&h->text, ']');
	buf_printf(&h->text, ",\"whole\":%s}\n", whole ? "true" : "false");
}

/* ---- the past ------------------------------------------------------------------------------- */

static const char *verdict_name(enum intact_journal_verdict v)
{
	return v == INTACT_JOURNAL_HOLDS   ? "holds"
	       : v == INTACT_JOURNAL_SHORT ? "missing"
					   : "other";
}

/* `file` says that the journal had so many records; `how` is its word for that. */
static int show_point(struct history *h, const char *how, const char *file,
		      const struct intact_journal_point *point, struct intact_error *err)
{
	enum intact_journal_verdict v = point->count ? INTACT_JOURNAL_SHORT : INTACT_JOURNAL_HOLDS;
	struct buf *out = &h->text;
	const char *words;
	int rc = h->journal ? intact_journal_holds(h->journal, point, &v, err) : 0;

	if (rc < 0)
		return rc;
	words = run_record_verdict_words(v);
	h->past_bad += words != NULL;
	if (h->format != INTACT_FORMAT_PLAIN) {
		json_open(out, NULL, '{');
		json_text(out, "by", how);
		json_text(out, "file", file);
		json_number(out, "count", point->count);
		json_text(out, "verdict", verdict_name(v));
		json_close(out, '}');
		return 0;
	}
	buf_printf(out, "%c%s by '", how[0] - 'a' + 'A', how + 1);
	text_escape(out, file, strlen(file));
	buf_printf(out, "': %" PRIu64 " records", point->count);
	if (words)
		buf_printf(out, ", of which the last is %s: DAMAGED", words);
	buf_add_str(out, ".\n");
	return 0;
}

static int show_remembered(struct history *h, struct intact_error *err)
{
	struct intact_journal_point point = { 0 };

	if (h->seen_rc < 0)
		*err = h->seen_err;
	if (h->seen_rc < 0 || !h->seen.generation)
		return h->seen_rc;
	point.count = h->seen.generation;
	memcpy(point.head, h->seen.root, sizeof(point.head));
	return show_point(h, "remembered", h->seen_path, &point, err);
}

static int show_attested(struct history *h, struct intact_error *err)
{
	struct session *s = h->session;
	struct intact_db *db = NULL;
	int rc = h->in_rc;

	if (!h->attests)
		return 0;
	if (rc < 0)
		*err = h->in_err;
	else
		rc = session_open(s, &s->in, &db, err);
	if (rc == 0 && intact_db_meta(db)->has_journal)
		rc = show_point(h, "attested", s->in.path, &intact_db_meta(db)->journal, err);
	intact_db_close(db);
	return rc;
}

/* All that needs a file to be opened. */
static void look_up(struct history *h)
{
	struct session *s = h->session;

	h->seen_rc = trust_seen_path(s, s->journal, "journal", &h->seen_path, &h->seen_err);
	if (h->seen_rc == 0)
		h->seen_rc = intact_seen_read(h->seen_path, &h->seen, &h->seen_err);
	h->attests = s->in.path && s->in.fd < 0 && file_is_there(s->in.path);
	if (h->attests)
		h->in_rc = sandbox_open_ahead(s, &s->in, &h->in_err);
}

/* ---- the command ---------------------------------------------------------------------------- */

static int open_journal(struct history *h, struct intact_error *err)
{
	const char *path = h->session->journal;

	if (!path)
		return intact_fail(err, INTACT_EUSAGE,
				   "no journal is kept (see 'journal' in intact.conf(5))");
	return file_is_there(path) ? intact_journal_open(path, &h->journal, err) : 0;
}

static int verdict(const struct history *h, struct intact_error *err)
{
	const char *path = h->session->journal;

	if (h->sum.damages)
		return intact_fail(err, INTACT_EDAMAGED,
				   "the journal '%s' is damaged in %" PRIu64 " place%s", path,
				   h->sum.damages, h->sum.damages == 1 ? "" : "s");
	if (h->past_bad)
		return intact_fail(err, INTACT_EDAMAGED,
				   "the journal '%s' was cut or exchanged: records that it had are "
				   "missing",
				   path);
	if (!h->journal)
		return intact_fail(err, INTACT_EIO, "no journal yet: expected '%s'", path);
	return 0;
}

/* The first failure counts, and the rest is shown all the same. */
static int show_past(struct history *h, struct intact_error *err)
{
	struct intact_error second;
	int rc = show_remembered(h, err);
	int next = show_attested(h, rc < 0 ? &second : err);

	return rc < 0 ? rc : next;
}

static int history_run(struct history *h, struct intact_error *err)
{
	struct intact_error bad;
	int rc = open_journal(h, err), judged;

	if (rc < 0)
		return rc;
	look_up(h);
	rc = sandbox_enter(h->session, &(struct sandbox_needs){ 0 }, err);
	if (rc < 0)
		return rc;
	begin(h);
	if (h->journal)
		rc = intact_journal_read(h->journal, show_item, h, &h->sum, err);
	if (rc < 0)
		return rc;
	summarise(h);
	rc = show_past(h, err);
	end(h);
	judged = verdict(h, &bad);
	if (judged < 0 && rc == 0)
		*err = bad;
	rc = rc < 0 ? rc : judged;
	if (flush(h, &bad) < 0 || fflush(stdout) != 0)
		return intact_fail_errno(err, "write to standard output");
	return rc;
}

int cmd_history(struct session *s)
{
	struct history h = { .session = s, .format = history_format(s) };
	struct intact_error err;
	int rc = history_run(&h, &err);

	intact_journal_close(h.journal);
	free(h.seen_path);
	buf_release(&h.text);
	return rc < 0 ? session_error(s, &err) : 0;
}
