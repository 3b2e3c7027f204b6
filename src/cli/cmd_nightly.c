/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --nightly: the process above the run.  It takes the lock, lets the run be done below it
 * (cli/watch.h), compares what that found with last night, and tells whoever is to know.  A run of
 * another kind whose report goes out by mail has the same process above it, without lock and
 * findings.  doc/design/nightly.md has the decisions.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/night.h"
#include "cli/night_accept.h"

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

static void say_died(struct night *n)
{
	char words[128];

	if (!n->died[0])
		return;
	snprintf(words, sizeof(words), "The nightly run of %s did not come to its end.", n->died);
	night_add_note(n, words);
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
		night_add_note(n, words.data);
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
	night_send(n);
	night_tell_journals(n);
	night_call_hook(n);
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
	night_send(n);
	night_tell_journals(n);
	night_keep_reports(n);
	/* Only now: who is ended between the two is told twice, not never. */
	rc = remember(n, &err);
	night_call_hook(n);
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
	night_let_go(n->watch ? n->watch->lock : n->lock);
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
	rc = night_prepare(&n, &err);
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
	if (night_find_places(&n, &err) == 0 && find_addresses(&n, &err) == 0) {
		night_send(&n);
		night_call_hook(&n);
	} else {
		log_say(&s->log, INTACT_LOG_ERROR, "nobody is told: %s", err.text);
	}
	release(&n);
	return n.status;
}
