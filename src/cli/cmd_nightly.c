/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --nightly: the process above the run.  It takes the lock, lets the run be done below it
 * (cli/watch.h), compares what that found with last night, and tells whoever is to know.  A run of
 * another kind whose report goes out by mail has the same process above it, without lock and
 * findings.  doc/design/nightly.md has the decisions.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/accounts.h"
#include "base/buf.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/hook.h"
#include "cli/journald.h"
#include "cli/mail.h"
#include "cli/news.h"
#include "cli/night_accept.h"
#include "cli/sendmail.h"
#include "cli/state.h"
#include "cli/store.h"
#include "cli/watch.h"

/* A week, less what a timer may come early. */
#define WEEK (7 * 86400 - 6 * 3600)

/* Nights whose reports are kept, unless asked otherwise. */
#define KEEP_DEFAULT ((uint64_t)90 * 86400)

struct night {
	struct session *session;
	bool nightly;	     /* else one run, of which nothing is kept */
	struct watch *watch; /* the session's, in the process of the run */
	struct findings before, now, both;
	size_t mails;	/* reports that are for mails */
	int lock;	/* -1: none */
	char *findings; /* paths */
	char *spool;
	char *store;
	int *journals; /* a socket for each report target; -1: it is another one */
	int64_t time;
	int status;		      /* of the run, then what we exit with */
	const char *failure;	      /* NULL: the run came to its end */
	const char *note;	      /* it did, but ... */
	struct buf notes;	      /* what `note` is when there are more */
	struct findings taken;	      /* by nightly_accept */
	struct buf mailed_to;	      /* addresses */
	char died[64];		      /* when a run began that did not come to its end; "" */
	char words[INTACT_ERROR_MAX]; /* of one of these */
	char user[ACCOUNT_NAME_MAX];
	bool undelivered;
	bool tells_lost; /* the mail says how many were */
};

static bool is_sent(const struct intact_report_target *t)
{
	return t->url.type == INTACT_URL_MAILTO || t->url.type == INTACT_URL_JOURNALD;
}

static bool sends(const struct session *s)
{
	for (size_t i = 0; i < s->config->nreports; i++) {
		if (is_sent(&s->config->reports[i]))
			return true;
	}
	return false;
}

/* ---- before ---- */

/* What stands in the lock is only for people: it goes with its process.  Returns false if there is
 * nothing, else when and who (0: not known). */
static bool read_holder(int fd, long *ret_pid, char *ret_when, size_t size)
{
	char text[64];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	struct tm tm;
	time_t t;
	char *end;

	snprintf(ret_when, size, "an unknown time");
	if (n <= 0)
		return false;
	text[n] = '\0';
	*ret_pid = strtol(text, &end, 10);
	t = (time_t)strtoll(end, NULL, 10);
	if (t > 0 && localtime_r(&t, &tm))
		strftime(ret_when, size, "%Y-%m-%d %H:%M:%S %z", &tm);
	return true;
}

static int say_locked(int fd, const char *path, struct intact_error *err)
{
	char when[64];
	long pid = 0;

	read_holder(fd, &pid, when, sizeof(when));
	return intact_fail(err, INTACT_ELOCK,
			   "another nightly run has the lock '%s': process %ld, since %s", path,
			   pid, when);
}

/* Whoever comes to the end empties it. */
static void look_for_dead(struct night *n, int fd)
{
	long pid = 0;

	if (!read_holder(fd, &pid, n->died, sizeof(n->died))) {
		n->died[0] = '\0';
		return;
	}
	log_say(&n->session->log, INTACT_LOG_WARNING,
		"the nightly run of %s did not come to its end", n->died);
}

static int write_holder(int fd, int64_t now)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%ld %lld\n", (long)getpid(), (long long)now);

	return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len ? 0 : -1;
}

/* Both are done with it. */
static void let_go(int lock)
{
	if (lock >= 0 && ftruncate(lock, 0) != 0)
		return; /* then it is said in vain, the next time */
}

static int take_lock(struct night *n, struct intact_error *err)
{
	char *path = state_file(n->session, "nightly.lock");
	int fd, rc = 0;

	if (!path)
		return intact_fail_nomem(err);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0)
		rc = intact_fail_errno(err, "open the lock '%s'", path);
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		rc = errno == EWOULDBLOCK ? say_locked(fd, path, err)
					  : intact_fail_errno(err, "take the lock '%s'", path);
	else
		look_for_dead(n, fd);
	if (rc == 0 && fd >= 0 && write_holder(fd, n->time) != 0)
		rc = intact_fail_errno(err, "write the lock '%s'", path);
	if (rc < 0 && fd >= 0)
		close(fd);
	if (rc == 0)
		n->lock = fd;
	free(path);
	return rc;
}

static int prepare_places(struct night *n, struct intact_error *err)
{
	n->findings = state_file(n->session, "findings");
	n->spool = state_file(n->session, "mail");
	n->store = state_file(n->session, "reports");
	return n->findings && n->spool && n->store ? 0 : intact_fail_nomem(err);
}

static uint64_t keeps(const struct night *n)
{
	const struct intact_config *c = n->session->config;

	return !n->nightly ? 0 : c->report_keep_set ? c->report_keep : KEEP_DEFAULT;
}

static bool has_page(const struct intact_config *c)
{
	for (size_t i = 0; i < c->nreports; i++) {
		if (c->reports[i].options.format == INTACT_FORMAT_HTML)
			return true;
	}
	return false;
}

/* What is kept is whole: as the first target has it, in plain text, and as a page if one is made.
 */
static void add_kept(const struct night *n, struct intact_report_options *list, size_t *count)
{
	const struct intact_config *c = n->session->config;
	struct intact_report_options kept = c->reports[0].options;

	if (!keeps(n))
		return;
	kept.quiet = false;
	kept.format = INTACT_FORMAT_PLAIN;
	list[(*count)++] = kept;
	kept.format = INTACT_FORMAT_HTML;
	if (has_page(c))
		list[(*count)++] = kept;
}

/* A report for each mail, then those that are kept. */
static int open_reports(struct night *n, struct intact_error *err)
{
	const struct intact_config *c = n->session->config;
	struct intact_report_options *list = calloc(c->nreports + 2, sizeof(*list));
	size_t count = 0;
	int rc;

	if (!list)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < c->nreports; i++) {
		if (c->reports[i].url.type == INTACT_URL_MAILTO)
			list[count++] = c->reports[i].options;
	}
	n->mails = count;
	add_kept(n, list, &count);
	rc = watch_new(list, count, &n->watch, err);
	free(list);
	if (rc == 0) {
		n->watch->lock = n->lock;
		n->lock = -1;
	}
	return rc;
}

/* Before the run: who is not there should be known before anything is done. */
static int open_journals(struct night *n, struct intact_error *err)
{
	const struct intact_config *c = n->session->config;

	n->journals = calloc(c->nreports, sizeof(*n->journals));
	if (!n->journals)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < c->nreports; i++)
		n->journals[i] = -1;
	for (size_t i = 0; i < c->nreports; i++) {
		const struct intact_url *url = &c->reports[i].url;
		int fd = url->type == INTACT_URL_JOURNALD ? journald_open(url->value, err) : -1;

		if (fd < -1)
			return fd;
		n->journals[i] = fd;
	}
	return 0;
}

static int prepare(struct night *n, struct intact_error *err)
{
	int rc = prepare_places(n, err);

	if (rc == 0 && n->nightly)
		rc = state_make_for(n->session, err);
	if (rc == 0 && n->nightly)
		rc = take_lock(n, err);
	if (rc == 0)
		rc = open_journals(n, err);
	return rc == 0 ? open_reports(n, err) : rc;
}

/* ---- what was found ---- */

static bool is_error(int status)
{
	return status < 0 || (status > 7 && status < 32);
}

/* A run that says that it came to its end, and gave us all it found, may still have failed to tell
 * others. */
static void judge(struct night *n, const struct intact_error *why)
{
	const struct findings_run *r = &n->now.run;

	if (n->status < 0)
		snprintf(n->words, sizeof(n->words), "%s", why->text);
	else if (*r->error)
		snprintf(n->words, sizeof(n->words), "%s", r->error);
	else
		snprintf(n->words, sizeof(n->words), "the run ended with exit status %d",
			 n->status);
	if (n->status < 0 || !r->complete)
		n->failure = n->words;
	else if (is_error(n->status))
		n->note = n->words;
}

/* What cannot be read is kept for whoever wants to know why, and the next night is like a first. */
static void set_aside(struct night *n, const char *why)
{
	struct log *log = &n->session->log;
	struct buf aside = { 0 };

	buf_printf(&aside, "%s.damaged", n->findings);
	if (aside.failed || rename(n->findings, aside.data) != 0)
		log_say(log, INTACT_LOG_WARNING, "the findings '%s': %s; they begin anew",
			n->findings, why);
	else
		log_say(log, INTACT_LOG_WARNING,
			"the findings '%s': %s; they begin anew, and the file is kept as '%s'",
			n->findings, why, aside.data);
	buf_release(&aside);
	findings_release(&n->before);
	n->note = n->note ? n->note
			  : "The findings of earlier nights were damaged: all are new tonight.";
}

static int follow(struct night *n, struct intact_error *err)
{
	struct intact_error why;
	int rc = findings_load(n->findings, &n->before, &why);

	if (rc == INTACT_EDAMAGED)
		set_aside(n, why.text);
	else if (rc < 0)
		return intact_fail(err, (enum intact_code)rc, "%s", why.text);
	return findings_compare(&n->before, &n->now, n->time, &n->both, err);
}

/* A further sentence for the mail. */
static void add_note(struct night *n, const char *text)
{
	if (n->note && n->note != n->notes.data)
		buf_add_str(&n->notes, n->note);
	if (n->notes.len)
		buf_add_char(&n->notes, ' ');
	buf_add_str(&n->notes, text);
	n->note = n->notes.failed ? n->note : n->notes.data;
}

static void say_died(struct night *n)
{
	char words[128];

	if (!n->died[0])
		return;
	snprintf(words, sizeof(words), "The nightly run of %s did not come to its end.", n->died);
	add_note(n, words);
}

static int take_in(struct night *n, const struct intact_error *why, struct intact_error *err)
{
	int rc;

	rewind(n->watch->list);
	rc = findings_read_run(n->watch->list, &n->now, err);
	if (rc < 0)
		return rc;
	judge(n, why);
	rc = n->nightly && !n->failure ? follow(n, err) : 0;
	if (rc == 0)
		say_died(n);
	return rc;
}

/* ---- what it accepts ---- */

static bool accepts(const struct night *n)
{
	const char *cannot;

	if (!n->nightly || n->failure || is_error(n->status) ||
	    n->session->config->nightly_accept == INTACT_NIGHTLY_ACCEPT_NO)
		return false;
	cannot = night_accept_cannot(n->session);
	if (cannot)
		log_say(&n->session->log, INTACT_LOG_WARNING, "nothing is accepted by night: %s",
			cannot);
	return !cannot && night_accept_any(&n->now);
}

static void say_accepted(struct night *n, int rc, const struct intact_error *why)
{
	struct buf words = { 0 };

	if (rc < 0) {
		buf_printf(&words, "Nothing was accepted by night: %s.", why->text);
		log_say(&n->session->log, INTACT_LOG_WARNING, "nothing was accepted by night: %s",
			why->text);
	} else if (n->taken.run.status) {
		findings_accept(&n->both, &n->taken);
		night_accept_words(&words, n->session, &n->both, &n->taken);
	}
	if (words.len && !words.failed)
		add_note(n, words.data);
	buf_release(&words);
}

/* Returns false in the process that accepts. */
static bool accept_explained(struct night *n)
{
	struct intact_error err;
	int lock = n->watch->lock, rc;

	if (!accepts(n))
		return true;
	if (!night_accept_split(n->session, lock, &n->taken, &rc, &err)) {
		n->watch->lock = -1; /* it is closed there */
		return false;
	}
	say_accepted(n, rc, &err);
	return true;
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
	add_note(n, words);
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

static void send_all(struct night *n)
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

static void tell_journals(struct night *n)
{
	for (size_t i = 0; n->journals && i < n->session->config->nreports; i++) {
		if (n->journals[i] >= 0)
			tell_journal(n, n->journals[i]);
	}
}

static void keep_reports(struct night *n)
{
	const struct watch *w = n->watch;
	struct intact_error err;
	int rc = 0;

	if (!keeps(n))
		return;
	for (size_t i = 0; i < w->nreports && rc == 0 && !n->failure; i++) {
		const struct watch_report *r = &w->reports[i];
		bool page = r->options.format == INTACT_FORMAT_HTML;

		if (i >= n->mails)
			rc = reports_keep(n->store, n->time, page ? "html" : "txt", r->out, &err);
	}
	if (rc == 0)
		rc = reports_prune(n->store, n->time, keeps(n), &err);
	if (rc < 0)
		n->undelivered = (session_error(n->session, &err), true);
}

/* ---- the hook ---- */

/* What it does with the report is its own: a path, and only of one that is there. */
static char *report_path(const struct night *n)
{
	char *path = keeps(n) && !n->failure ? reports_path(n->store, n->time, "txt") : NULL;

	if (path && access(path, F_OK) != 0) {
		free(path);
		path = NULL;
	}
	return path;
}

/* Last: what it does wrong loses nothing. */
static void call_hook(struct night *n)
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

/* ---- the end ---- */

/* For a night whose configuration cannot be read. */
static int remember_addresses(struct night *n, struct intact_error *err)
{
	const struct intact_config *c = n->session->config;
	struct buf *to = &n->mailed_to;

	for (size_t i = 0; i < c->nreports; i++) {
		if (c->reports[i].url.type != INTACT_URL_MAILTO)
			continue;
		if (to->len)
			buf_add_char(to, ',');
		buf_add_str(to, c->reports[i].url.value);
	}
	n->both.mailed_to = to->data;
	return to->failed ? intact_fail_nomem(err) : 0;
}

static int remember(struct night *n, struct intact_error *err)
{
	int rc;

	if (!n->nightly || n->failure)
		return 0;
	rc = remember_addresses(n, err);
	if (rc == 0)
		rc = findings_save(n->findings, &n->both, err);
	if (rc < 0)
		intact_error_prefix(err, "the findings are not kept: ");
	return rc;
}

/* As with every report: what did not arrive is an error, and says what the run came to. */
static int final_status(struct night *n)
{
	if (n->status < 0)
		return -(int)INTACT_EIO;
	if (!n->undelivered || is_error(n->status))
		return n->status;
	log_say(&n->session->log, INTACT_LOG_ERROR, "not all was delivered (result of the run: %d)",
		n->status);
	return -(int)INTACT_EIO;
}

/* What kept this process from its work is told as if the run had failed.  Not so that another one
 * is at work: nothing is wrong then. */
static int give_up(struct night *n, const struct intact_error *why)
{
	n->status = session_error(n->session, why);
	if (why->code == INTACT_ELOCK)
		return n->status;
	n->failure = why->text;
	send_all(n);
	tell_journals(n);
	call_hook(n);
	/* It ends with the caller's error. */
	n->failure = NULL;
	return n->status;
}

/* Returns false in the process that accepts. */
static bool conclude(struct night *n, const struct intact_error *why, int *ret_status)
{
	struct intact_error err;
	int rc = take_in(n, why, &err);

	if (rc < 0) {
		*ret_status = give_up(n, &err);
		return true;
	}
	if (!accept_explained(n))
		return false;
	if (n->status < 0)
		log_say(&n->session->log, INTACT_LOG_ERROR, "%s", n->failure);
	send_all(n);
	tell_journals(n);
	keep_reports(n);
	/* Only now: who is ended between the two is told twice, not never. */
	rc = remember(n, &err);
	call_hook(n);
	*ret_status = rc < 0 ? session_error(n->session, &err) : final_status(n);
	return true;
}

static void release(struct night *n)
{
	for (size_t i = 0; n->journals && i < n->session->config->nreports; i++) {
		if (n->journals[i] >= 0)
			close(n->journals[i]);
	}
	free(n->journals);
	let_go(n->watch ? n->watch->lock : n->lock);
	watch_free(n->watch);
	if (n->lock >= 0)
		close(n->lock);
	findings_release(&n->both);
	findings_release(&n->taken);
	buf_release(&n->notes);
	buf_release(&n->mailed_to);
	findings_release(&n->before);
	findings_release(&n->now);
	free(n->findings);
	free(n->spool);
	free(n->store);
}

/* Whose mail it is; a name that would need quotes is not worth them. */
static void find_user(struct night *n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	if (!account_name(ACCOUNT_USER, (uint32_t)geteuid(), n->user) || !*n->user ||
	    n->user[strspn(n->user, plain)])
		snprintf(n->user, sizeof(n->user), "root");
}

bool cmd_nightly(struct session *s, int *ret_status)
{
	bool nightly = s->options->command == COMMAND_NIGHTLY;
	struct night n = { .session = s, .nightly = nightly, .lock = -1 };
	struct intact_error err = { 0 };
	bool accepting = false;
	int rc;

	if (!nightly && !sends(s))
		return false;
	n.time = time(NULL);
	find_user(&n);
	rc = prepare(&n, &err);
	if (rc == 0 && !watch_split(n.watch, s, &n.status, &err)) {
		n.watch = NULL;
		release(&n);
		return false;
	}
	if (rc < 0)
		*ret_status = give_up(&n, &err);
	else
		accepting = !conclude(&n, &err, ret_status);
	release(&n);
	if (accepting)
		*ret_status = night_accept_run(s);
	return true;
}

/* ---- no configuration ---- */

/* Addresses are checked when they are read again; nothing else may stand on that line. */
static bool is_line(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	}
	return true;
}

/* Who is told: whom the command line names, else whom the last night knew. */
static int find_addresses(struct night *n, struct intact_error *err)
{
	struct session *s = n->session;
	struct buf line = { 0 };
	int rc = session_configure_less(s, NULL, err);

	if (rc < 0 || sends(s) || findings_load(n->findings, &n->before, err) < 0 ||
	    !n->before.mailed_to || !*n->before.mailed_to || !is_line(n->before.mailed_to))
		return rc;
	buf_printf(&line, "report_url=mailto:%s\n", n->before.mailed_to);
	rc = line.failed ? intact_fail_nomem(err) : session_configure_less(s, line.data, err);
	buf_release(&line);
	return rc;
}

int cmd_nightly_unready(struct session *s, const struct intact_error *why)
{
	struct night n = { .session = s, .nightly = true, .lock = -1, .time = time(NULL) };
	struct intact_error err;

	n.status = session_error(s, why);
	n.failure = why->text;
	find_user(&n);
	if (prepare_places(&n, &err) == 0 && find_addresses(&n, &err) == 0) {
		send_all(&n);
		call_hook(&n);
	} else {
		log_say(&s->log, INTACT_LOG_ERROR, "nobody is told: %s", err.text);
	}
	release(&n);
	return n.status;
}
