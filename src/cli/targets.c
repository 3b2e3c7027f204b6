/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See targets.h.
 */

#include "cli/targets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/clerk.h"
#include "cli/syslog.h"

struct target {
	const struct intact_report_target *spec;
	FILE *out;     /* NULL: syslog, or what the process above sends */
	int facility;  /* of syslog */
	bool ours;     /* to be closed */
	bool truncate; /* a file whose old content goes when the report is written */
};

struct targets {
	const struct session *session;
	struct target *each;
	size_t n;
};

/* ---- opening ---- */

static int lock_file(int fd, const char *path, struct intact_error *err)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat st;

	/* A device keeps nothing that two could write over: /dev/null is for all. */
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		return 0;
	if (fcntl(fd, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN))
		return 0;
	return intact_fail(err, INTACT_ELOCK,
			   "cannot get lock for file '%s': another run writes to it", path);
}

static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa) == 0 && stat(b, &sb) == 0)
		return sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
	return file_same_place(a, b);
}

/* A report written over what the run reads or makes would destroy it. */
static int check_other(const struct target *t, const char *other, const char *what,
		       struct intact_error *err)
{
	const struct intact_url *url = &t->spec->url;

	if (!other || !same_file(url->value, other))
		return 0;
	return intact_fail(err, INTACT_ECONFIG, "%s:%u: the report file '%s' is %s",
			   url->file ? url->file : "(default)", url->line, url->value, what);
}

static int check_others(const struct session *s, const struct target *t, struct intact_error *err)
{
	int rc = check_other(t, s->in.fd < 0 ? s->in.path : NULL, "the baseline", err);

	if (rc == 0)
		rc = check_other(t, s->out.fd < 0 ? s->out.path : NULL, "the new baseline", err);
	if (rc == 0)
		rc = check_other(t, s->new.fd < 0 ? s->new.path : NULL, "the new baseline", err);
	if (rc == 0)
		rc = check_other(t, s->options->config, "the configuration", err);
	if (rc == 0)
		rc = check_other(t, s->journal, "the journal", err);
	return rc;
}

/* Where others may make names, a second name may be theirs and lead to a file of ours; and a file
 * of theirs is one that they can change. */
static int check_trap(const struct target *t, int fd, const struct stat *dir,
		      struct intact_error *err)
{
	const struct intact_url *url = &t->spec->url;
	bool shared = dir->st_mode & (S_IWGRP | S_IWOTH);
	struct stat st;

	if (file_is_ours(dir, S_IWGRP | S_IWOTH))
		return 0;
	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", url->value);
	if (st.st_nlink == 1 && (!shared || file_is_ours(&st, 0)))
		return 0;
	return intact_fail(err, INTACT_ECONFIG,
			   "%s:%u: the report file '%s' is not ours, or has another name, in a "
			   "folder where others may make names",
			   url->file ? url->file : "(default)", url->line, url->value);
}

static const char *why_not_opened(int error, bool foreign)
{
	if (foreign && error == ELOOP)
		return "a link in a folder where others may make names";
	if (foreign && error == ENOTDIR)
		return "a link, or no folder, on the way through one where others may make names";
	return strerror(error);
}

static int open_file(struct target *t, struct intact_error *err)
{
	const char *path = t->spec->url.value;
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
		    (t->spec->options.append ? O_APPEND : 0);
	struct stat dir;
	bool foreign;
	int fd = file_open_untrapped(path, flags, 0600, &foreign, &dir);
	int rc = 0;

	if (fd < 0)
		return intact_fail(err, INTACT_ECONFIG,
				   "%s:%u: open (read/write) failed for file '%s': %s (line: '%s')",
				   t->spec->url.file, t->spec->url.line, path,
				   why_not_opened(errno, foreign), t->spec->url.text);
	if (foreign)
		rc = check_trap(t, fd, &dir, err);
	if (rc == 0)
		rc = lock_file(fd, path, err);
	if (rc == 0) {
		t->out = fdopen(fd, "w");
		if (!t->out)
			rc = intact_fail_nomem(err);
	}
	if (rc < 0) {
		close(fd);
		return rc;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	t->ours = true;
	t->truncate = !t->spec->options.append;
	return 0;
}

static int open_fd(struct target *t, struct intact_error *err)
{
	int fd = fcntl(t->spec->url.fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return intact_fail(err, INTACT_ECONFIG, "couldn't reopen file descriptor %d",
				   t->spec->url.fd);
	t->out = fdopen(fd, "w");
	if (!t->out) {
		close(fd);
		return intact_fail_errno(err, "write to file descriptor %d", t->spec->url.fd);
	}
	t->ours = true;
	return 0;
}

static bool writes_new(const struct session *s)
{
	return s->options->command == COMMAND_INIT || s->options->command == COMMAND_UPDATE ||
	       s->options->command == COMMAND_NIGHTLY;
}

/* A report behind a baseline makes it one that is damaged. */
static int check_stream(const struct session *s, const struct target *t, struct intact_error *err)
{
	struct stat out, own;

	if (!t->out || !writes_new(s) || fstat(fileno(t->out), &own) != 0)
		return 0;
	if ((s->out.fd < 0 ? stat(s->out.path, &out) : fstat(s->out.fd, &out)) != 0 ||
	    S_ISCHR(out.st_mode))
		return 0;
	if (out.st_dev != own.st_dev || out.st_ino != own.st_ino)
		return 0;
	return intact_fail(
		err, INTACT_ECONFIG,
		"the report to '%s' and the new baseline to '%s' would go to the same place",
		t->spec->url.raw, s->out.path);
}

static int open_syslog(struct session *s, struct target *t, struct intact_error *err)
{
	struct intact_error why;

	t->facility = syslog_facility(t->spec->url.value);
	if (t->facility < 0) {
		log_say(&s->log, INTACT_LOG_WARNING,
			"Syslog facility \"%s\" is unknown, using default", t->spec->url.value);
		t->facility = syslog_facility("");
	}
	if (syslog_answers(&why) == 0)
		return 0;
	if (!s->options->as_aide)
		return intact_fail(err, INTACT_ECONFIG, "%s", why.text);
	/* AIDE goes on; whoever waits for the report should know. */
	log_say(&s->log, INTACT_LOG_WARNING, "%s", why.text);
	return 0;
}

static int open_target(struct session *s, struct target *t, struct intact_error *err)
{
	int rc;

	switch (t->spec->url.type) {
	case INTACT_URL_STDOUT:
		t->out = stdout;
		return 0;
	case INTACT_URL_STDERR:
		t->out = stderr;
		return 0;
	case INTACT_URL_FILE:
		rc = check_others(s, t, err);
		return rc < 0 ? rc : open_file(t, err);
	case INTACT_URL_FD:
		return open_fd(t, err);
	case INTACT_URL_SYSLOG:
		return open_syslog(s, t, err);
	/* The process above this one sends it (cli/watch.h). */
	case INTACT_URL_MAILTO:
	case INTACT_URL_JOURNALD:
		return 0;
	default:
		return intact_fail(err, INTACT_ECONFIG, "unsupported report URL-type: '%s'",
				   t->spec->url.raw);
	}
}

int targets_open(struct session *s, struct targets **ret, struct intact_error *err)
{
	struct targets *t = calloc(1, sizeof(*t));
	int rc = 0;

	if (!t)
		return intact_fail_nomem(err);
	t->session = s;
	t->each = calloc(s->config->nreports, sizeof(*t->each));
	if (!t->each)
		rc = intact_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < s->config->nreports; i++) {
		t->each[i].spec = &s->config->reports[i];
		t->n = i + 1;
		rc = open_target(s, &t->each[i], err);
		if (rc == 0)
			rc = check_stream(s, &t->each[i], err);
	}
	if (rc < 0) {
		targets_close(t);
		return rc;
	}
	*ret = t;
	return 0;
}

void targets_close(struct targets *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		if (t->each[i].ours && t->each[i].out)
			fclose(t->each[i].out);
	}
	free(t->each);
	free(t);
}

bool targets_detail_init(const struct session *s)
{
	for (size_t i = 0; i < s->config->nreports; i++) {
		if (s->config->reports[i].options.detailed_init)
			return true;
	}
	return false;
}

/* ---- writing ---- */

static int send_syslog(const struct session *s, const char *text, size_t size, char end,
		       int facility, const char *ident, struct intact_error *err)
{
	if (s->clerk)
		return clerk_syslog(s->clerk, text, size, end, facility, ident, err);
	syslog_send(text, size, end, facility, ident);
	return 0;
}

static int write_syslog(const struct session *s, const struct target *t,
			const struct intact_run *run, struct intact_error *err)
{
	enum intact_report_format format = t->spec->options.format;
	bool aides = format == INTACT_FORMAT_PLAIN || format == INTACT_FORMAT_JSON;
	bool plain_lines = !run->aide_output || !aides;
	struct intact_run own = *run;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int rc;

	if (!out)
		return intact_fail_nomem(err);
	own.pieces = !plain_lines;
	rc = intact_report_write(&own, &t->spec->options, false, out, err);
	if (fclose(out) != 0 && rc == 0)
		rc = intact_fail_nomem(err);
	if (rc == 0)
		rc = send_syslog(s, text, size, plain_lines ? '\n' : '\0', t->facility,
				 run->aide_output ? "aide" : "intact", err);
	free(text);
	return rc;
}

static bool wants_color(const struct targets *t, const struct target *each)
{
	const char *none = getenv("NO_COLOR");

	return !t->session->options->no_color && !(none && *none) && isatty(fileno(each->out));
}

/* Some file systems find no space only now. */
static int close_file(struct target *t)
{
	FILE *out = t->out;

	if (!t->ours)
		return 0;
	t->out = NULL;
	return fclose(out);
}

static int write_target(const struct targets *t, struct target *each, const struct intact_run *run,
			struct intact_error *err)
{
	int rc;

	if (!each->out && each->spec->url.type != INTACT_URL_SYSLOG)
		return 0;
	if (!each->out)
		return write_syslog(t->session, each, run, err);
	if (each->truncate && ftruncate(fileno(each->out), 0) != 0 && errno != EINVAL)
		return intact_fail_errno(err, "empty the report file '%s'", each->spec->url.value);
	rc = intact_report_write(run, &each->spec->options, wants_color(t, each), each->out, err);
	if (rc == 0 && (fflush(each->out) != 0 || ferror(each->out) || close_file(each) != 0))
		rc = intact_fail_errno(err, "write the report to '%s'", each->spec->url.raw);
	return rc;
}

static int count_target(const struct target *each, const struct intact_run *run,
			struct intact_report_counts *sum, struct intact_error *err)
{
	struct intact_report_counts counts;
	int rc = intact_report_count(run, &each->spec->options, &counts, err);

	if (rc < 0)
		return rc;
	if (each->spec->options.ignore_explained) {
		counts.added -= counts.proven_added;
		counts.removed -= counts.proven_removed;
		counts.changed -= counts.proven_changed;
	}
	sum->added |= counts.added;
	sum->removed |= counts.removed;
	sum->changed |= counts.changed;
	sum->unverified |= counts.unverified;
	return 0;
}

static int status_of(const struct intact_run *run, const struct intact_report_counts *c)
{
	int status = c->unverified ? 32 : 0;

	if (run->kind == INTACT_RUN_INIT)
		return status;
	return status | (c->added ? 1 : 0) | (c->removed ? 2 : 0) | (c->changed ? 4 : 0);
}

int targets_write(struct targets *t, const struct intact_run *run, int *ret_status,
		  struct intact_error *err)
{
	struct intact_report_counts sum = { 0 };
	struct intact_run own = *run;
	int failed = 0;

	for (size_t i = 0; i < t->n; i++) {
		int rc = count_target(&t->each[i], run, &sum, err);

		if (rc < 0)
			return rc;
	}
	own.status = *ret_status = status_of(run, &sum);
	for (size_t i = 0; i < t->n; i++) {
		struct intact_error each;
		int rc = write_target(t, &t->each[i], &own, &each);

		if (rc < 0 && !failed) {
			failed = rc;
			if (err)
				*err = each;
		}
	}
	if (failed)
		intact_error_prefix(err,
				    "report not delivered (result of the run: %d): ", *ret_status);
	return failed;
}
