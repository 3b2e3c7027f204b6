/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See night.h.  Each of those who are told is told whatever became of the others.
 */

#include "cli/night.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/hook.h"
#include "cli/journald.h"
#include "cli/mail.h"
#include "cli/news.h"
#include "cli/sendmail.h"
#include "cli/state.h"
#include "cli/store.h"

/* A week, less what a timer may come early. */
#define WEEK (7 * 86400 - 6 * 3600)

void night_add_note(struct night *n, const char *text)
{
	if (n->note && n->note != n->notes.data)
		buf_add_str(&n->notes, n->note);
	if (n->notes.len)
		buf_add_char(&n->notes, ' ');
	buf_add_str(&n->notes, text);
	n->note = n->notes.failed ? n->note : n->notes.data;
}

/* ---- mail ---- */

static bool heart_beats(const struct night *n)
{
	switch (n->session->config->heartbeat) {
	case INTACT_HEARTBEAT_DAILY:
		return true;
	case INTACT_HEARTBEAT_WEEKLY:
		return n->time - n->before.mailed >= WEEK;
	default:
		return false;
	}
}

static bool is_to_be_mailed(const struct night *n)
{
	if (n->failure || n->note)
		return true;
	if (!n->nightly)
		return n->status != 0;
	return news_any(&n->both) || heart_beats(n);
}

static const char *sendmail_of(const struct night *n)
{
	const char *set = n->session->config->sendmail;

	return set ? set : SENDMAIL;
}

/* What does not go out tonight shall not be lost. */
static void keep_mail(struct night *n, const struct buf *message, const struct intact_error *why)
{
	struct intact_error err;
	struct log *log = &n->session->log;
	int rc = state_make_for(n->session, &err);
	uint64_t lost = 0;

	n->undelivered = true;
	if (rc == 0)
		rc = sendmail_spool(n->spool, message->data, message->len, &lost, &err);
	if (lost)
		log_say(log, INTACT_LOG_ERROR,
			"too many mails wait in '%s': %" PRIu64 " of them made room and %s lost",
			n->spool, lost, lost == 1 ? "is" : "are");
	if (rc < 0)
		log_say(log, INTACT_LOG_ERROR, "the mail was not sent: %s; and not kept: %s",
			why->text, err.text);
	else
		log_say(log, INTACT_LOG_ERROR,
			"the mail was not sent: %s; it is kept in '%s' for the next nightly run",
			why->text, n->spool);
}

static void send_one(struct night *n, const struct intact_report_target *t, FILE *report)
{
	struct mail m = {
		.to = t->url.value,
		.from = n->user,
		.host = n->session->host,
		.time = n->time,
		.status = n->status < 0 ? -(int)INTACT_EIO : n->status,
		.failure = n->failure,
		.note = n->note,
		.night = n->nightly && !n->failure ? &n->both : NULL,
		.found = &n->now,
		.report = n->failure ? NULL : report,
		.format = t->options.format,
	};
	struct buf message = { 0 };
	struct intact_error err;
	int rc = mail_compose(&message, &m, &err);

	if (rc == 0)
		rc = sendmail_send(sendmail_of(n), message.data, message.len, &err);
	if (rc < 0 && message.len && !message.failed)
		keep_mail(n, &message, &err);
	else if (rc < 0)
		n->undelivered = (session_error(n->session, &err), true);
	buf_release(&message);
}

/* Once mail gets through again: what did not is known to somebody. */
static void say_lost(struct night *n)
{
	uint64_t lost = sendmail_lost(n->spool);
	char words[160];

	if (!lost)
		return;
	snprintf(words, sizeof(words),
		 "%" PRIu64 " mail%s of earlier runs could not be sent, made room for later ones, "
		 "and %s lost.",
		 lost, lost == 1 ? "" : "s", lost == 1 ? "is" : "are");
	night_add_note(n, words);
	n->tells_lost = true;
}

static void send_waiting(struct night *n)
{
	struct log *log = &n->session->log;
	struct intact_error err;
	size_t left = 0;
	int rc = sendmail_retry(sendmail_of(n), n->spool, &left, &err);

	if (rc > 0)
		log_say(log, INTACT_LOG_NOTICE, "%d mail%s of earlier runs sent", rc,
			rc == 1 ? "" : "s");
	if (rc < 0) {
		n->undelivered = true;
		log_say(log, INTACT_LOG_ERROR,
			"%zu mail%s of earlier runs still wait%s in '%s': %s", left,
			left == 1 ? "" : "s", left == 1 ? "s" : "", n->spool, err.text);
	} else {
		say_lost(n);
	}
}

void night_send(struct night *n)
{
	const struct intact_config *c = n->session->config;
	bool send = false;
	size_t report = 0;

	for (size_t i = 0; i < c->nreports; i++) {
		const struct intact_report_target *t = &c->reports[i];

		if (t->url.type != INTACT_URL_MAILTO)
			continue;
		if (report == 0 && n->nightly)
			send_waiting(n);
		if (report == 0)
			send = is_to_be_mailed(n);
		if (send)
			send_one(n, t, n->watch ? n->watch->reports[report].out : NULL);
		report++;
	}
	if (send && n->tells_lost && !n->undelivered)
		sendmail_lost_told(n->spool);
	if (send && report)
		n->both.mailed = n->time;
}

/* ---- the journal of systemd, and the folder of reports ---- */

static void tell_journal(struct night *n, int fd)
{
	bool night = n->nightly && !n->failure;
	struct mail m = { .failure = n->failure,
			  .found = &n->now,
			  .night = night ? &n->both : NULL };
	struct journald_run run = {
		.host = n->session->host,
		.status = n->status < 0 ? -(int)INTACT_EIO : n->status,
		.failure = n->failure,
		.f = night ? &n->both : &n->now,
		.night = night,
	};
	struct intact_error err;
	struct buf headline = { 0 };
	int rc;

	mail_headline(&headline, &m);
	run.headline = headline.data ? headline.data : "";
	rc = headline.failed ? intact_fail_nomem(&err) : journald_send(fd, &run, &err);
	buf_release(&headline);
	if (rc < 0)
		n->undelivered = (session_error(n->session, &err), true);
}

void night_tell_journals(struct night *n)
{
	for (size_t i = 0; n->journals && i < n->session->config->nreports; i++) {
		if (n->journals[i] >= 0)
			tell_journal(n, n->journals[i]);
	}
}

void night_keep_reports(struct night *n)
{
	const struct watch *w = n->watch;
	struct intact_error err;
	int rc = 0;

	if (!night_keeps(n))
		return;
	for (size_t i = 0; i < w->nreports && rc == 0 && !n->failure; i++) {
		const struct watch_report *r = &w->reports[i];
		bool page = r->options.format == INTACT_FORMAT_HTML;

		if (i >= n->mails)
			rc = reports_keep(n->store, n->time, page ? "html" : "txt", r->out, &err);
	}
	if (rc == 0)
		rc = reports_prune(n->store, n->time, night_keeps(n), &err);
	if (rc < 0)
		n->undelivered = (session_error(n->session, &err), true);
}

/* ---- the hook ---- */

/* What it does with the report is its own: a path, and only of one that is there.  Not as it was
 * given: the hook is in another folder. */
static char *report_path(const struct night *n)
{
	char *path = night_keeps(n) && !n->failure ? reports_path(n->store, n->time, "txt") : NULL;
	char *real = path ? realpath(path, NULL) : NULL;

	free(path);
	return real;
}

/* Last: what it does wrong loses nothing. */
void night_call_hook(struct night *n)
{
	const struct intact_config *c = n->session->config;
	bool night = n->nightly && !n->failure;
	struct mail m = { .failure = n->failure,
			  .found = &n->now,
			  .night = night ? &n->both : NULL };
	struct buf headline = { 0 };
	struct hook_facts facts = { .host = n->session->host,
				    .status = n->status < 0 ? -(int)INTACT_EIO : n->status,
				    .failure = n->failure,
				    .f = night ? &n->both : &n->now,
				    .generation = n->taken.run.status };
	struct intact_error err;
	char *path;
	int rc;

	if (!n->nightly || !c->nightly_hook)
		return;
	path = report_path(n);
	mail_headline(&headline, &m);
	facts.headline = headline.data ? headline.data : "";
	facts.report = path;
	rc = headline.failed ? intact_fail_nomem(&err)
			     : hook_run(c->nightly_hook, c->nightly_hook_timeout, &facts, &err);
	if (rc < 0) {
		n->undelivered = true;
		log_say(&n->session->log, INTACT_LOG_ERROR, "the hook: %s", err.text);
	}
	free(path);
	buf_release(&headline);
}
