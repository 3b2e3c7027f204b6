/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See watch.h.
 */

#include "cli/watch.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/apart.h"
#include "cli/child.h"
#include "cli/session.h"
#include "cli/signals.h"

static int open_one(FILE **ret, struct intact_error *err)
{
	int fd = file_temporary(err);

	if (fd < 0)
		return fd;
	*ret = fdopen(fd, "w+");
	if (*ret)
		return 0;
	close(fd);
	return intact_fail_nomem(err);
}

static int open_all(struct watch *w, const struct intact_report_options *options, size_t n,
		    struct intact_error *err)
{
	int rc = open_one(&w->list, err);

	w->reports = calloc(n + 1, sizeof(*w->reports));
	if (rc == 0 && !w->reports)
		rc = intact_fail_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		w->reports[i].options = options[i];
		rc = open_one(&w->reports[i].out, err);
		w->nreports += rc == 0;
	}
	return rc;
}

int watch_new(const struct intact_report_options *options, size_t n, struct watch **ret,
	      struct intact_error *err)
{
	struct watch *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->lock = -1;
	rc = open_all(w, options, n, err);
	if (rc < 0)
		watch_free(w);
	else
		*ret = w;
	return rc;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	if (w->list)
		fclose(w->list);
	for (size_t i = 0; i < w->nreports; i++)
		fclose(w->reports[i].out);
	free(w->reports);
	if (w->lock >= 0)
		close(w->lock);
	free(w);
}

/* ---- two ---- */

/* What a run inherits that is above it is not its: it may stay behind, in a call that hangs. */
static void be_run(struct watch *w, struct session *s, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		raise(SIGKILL);
	signals_in_child();
	child_unblock();
	if (w->lock >= 0)
		close(w->lock);
	w->lock = -1;
	if (s->apart >= 0)
		close(s->apart);
	s->apart = apart_split();
	s->watch = w;
}

bool watch_split(struct watch *w, struct session *s, int *ret_status, struct intact_error *err)
{
	pid_t parent = getpid(), pid;
	int status;

	child_block();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		be_run(w, s, parent);
		return false;
	}
	if (pid < 0) {
		*ret_status = -1;
		intact_fail_errno(err, "start the process of the run");
		return true;
	}
	status = child_wait(pid);
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (!WIFEXITED(status))
		intact_fail(err, INTACT_EIO, "the run was ended by signal %d", WTERMSIG(status));
	return true;
}

/* ---- what the run hands over ---- */

static int write_facts(const struct watch *w, const struct intact_run *run, const uint8_t *baseline,
		       int status, const struct intact_report_counts *c, struct intact_error *err)
{
	struct buf line = { 0 };
	int rc = 0;

	buf_add_char(&line, '{');
	json_number(&line, "status", (uint64_t)status);
	if (baseline)
		json_hex(&line, "baseline", baseline, 32);
	json_number(&line, "entries", run->total);
	json_number(&line, "added", c->added);
	json_number(&line, "removed", c->removed);
	json_number(&line, "changed", c->changed);
	json_number(&line, "unverified", c->unverified);
	buf_add_str(&line, "}\n");
	if (line.failed)
		rc = intact_fail_nomem(err);
	else
		fwrite(line.data, 1, line.len, w->list);
	buf_release(&line);
	return rc;
}

static int flush(FILE *out, struct intact_error *err)
{
	return fflush(out) == 0 && !ferror(out)
		       ? 0
		       : intact_fail_errno(err, "hand over what was found");
}

int watch_write(const struct watch *w, const struct intact_run *run, const uint8_t *baseline,
		int status, const struct intact_report_counts *counts, struct intact_error *err)
{
	static const struct intact_report_options everything = { 0 };
	const struct intact_report_options *first =
		w->nreports ? &w->reports[0].options : &everything;
	int rc = intact_report_findings(run, first, w->list, err);

	for (size_t i = 0; i < w->nreports && rc == 0; i++) {
		const struct watch_report *r = &w->reports[i];

		rc = intact_report_write(run, &r->options, false, r->out, err);
		if (rc == 0)
			rc = flush(r->out, err);
	}
	/* Last: it says that all of the above is there. */
	if (rc == 0)
		rc = write_facts(w, run, baseline, status, counts, err);
	return rc == 0 ? flush(w->list, err) : rc;
}

int watch_write_accepted(FILE *list, const char *path, size_t len)
{
	struct buf line = { 0 };
	bool good;

	buf_add_char(&line, '{');
	json_bytes(&line, "path", path, len);
	buf_add_str(&line, "}\n");
	good = !line.failed && fwrite(line.data, 1, line.len, list) == line.len;
	buf_release(&line);
	return good ? 0 : -1;
}

int watch_write_generation(FILE *list, uint64_t accepted, uint64_t generation,
			   const uint8_t *baseline, struct intact_error *err)
{
	struct buf line = { 0 };
	int rc = 0;

	buf_add_char(&line, '{');
	json_number(&line, "accepted", accepted);
	if (baseline) {
		json_number(&line, "generation", generation);
		json_hex(&line, "baseline", baseline, 32);
	}
	buf_add_str(&line, "}\n");
	if (line.failed)
		rc = intact_fail_nomem(err);
	else
		fwrite(line.data, 1, line.len, list);
	buf_release(&line);
	return rc == 0 ? flush(list, err) : rc;
}

void watch_write_error(const struct watch *w, const char *text)
{
	struct buf line = { 0 };

	buf_add_char(&line, '{');
	json_text(&line, "error", text);
	buf_add_str(&line, "}\n");
	if (!line.failed && fwrite(line.data, 1, line.len, w->list) == line.len)
		fflush(w->list);
	buf_release(&line);
}
