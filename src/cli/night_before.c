/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See night.h.  What could fail for reasons of its own fails here, before anything is measured.
 */

#include "cli/night.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/journald.h"
#include "cli/state.h"
#include "cli/trust.h"

/* Nights whose reports are kept, unless asked otherwise. */
#define KEEP_DEFAULT ((uint64_t)90 * 86400)

/* ---- the lock ---- */

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
void night_let_go(int lock)
{
	if (lock >= 0 && ftruncate(lock, 0) != 0)
		return; /* then it is said in vain, the next time */
}

/* It is emptied and written to: a second name of another file, or a file of somebody else, is not.
 */
static int check_lock(int fd, const char *path, struct intact_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat the lock '%s'", path);
	if (S_ISREG(st.st_mode) && st.st_nlink == 1 && file_is_ours(&st, S_IWGRP | S_IWOTH))
		return 0;
	return intact_fail(err, INTACT_EIO,
			   "the lock '%s' is not a regular file of ours with one name", path);
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
	else
		rc = check_lock(fd, path, err);
	if (rc == 0 && flock(fd, LOCK_EX | LOCK_NB) != 0)
		rc = errno == EWOULDBLOCK ? say_locked(fd, path, err)
					  : intact_fail_errno(err, "take the lock '%s'", path);
	if (rc == 0)
		look_for_dead(n, fd);
	/* The lock is taken without it; a full disk is no reason to look at nothing. */
	if (rc == 0 && write_holder(fd, n->time) != 0)
		log_say(&n->session->log, INTACT_LOG_WARNING, "write the lock '%s': %s", path,
			strerror(errno));
	if (rc < 0 && fd >= 0)
		close(fd);
	if (rc == 0)
		n->lock = fd;
	free(path);
	return rc;
}

int night_find_places(struct night *n, struct intact_error *err)
{
	n->findings = state_file(n->session, "findings");
	n->spool = state_file(n->session, "mail");
	n->store = state_file(n->session, "reports");
	return n->findings && n->spool && n->store ? 0 : intact_fail_nomem(err);
}

uint64_t night_keeps(const struct night *n)
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

	if (!night_keeps(n))
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

/* The run signs what it measured, and another process what is accepted of it: a descriptor gives a
 * passphrase to the first that reads it.  So both inherit the key. */
static int load_key(const struct night *n, struct intact_error *err)
{
	struct session *s = n->session;

	if (!n->nightly || s->options->passphrase_fd < 0 || !trust_signs(s) ||
	    s->config->nightly_accept == INTACT_NIGHTLY_ACCEPT_NO)
		return 0;
	return trust_load_signing(s, err);
}

int night_prepare(struct night *n, struct intact_error *err)
{
	int rc = night_find_places(n, err);

	if (rc == 0 && n->nightly)
		rc = state_make_for(n->session, err);
	if (rc == 0 && n->nightly)
		rc = take_lock(n, err);
	if (rc == 0)
		rc = load_key(n, err);
	if (rc == 0)
		rc = open_journals(n, err);
	return rc == 0 ? open_reports(n, err) : rc;
}
