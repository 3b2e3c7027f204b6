/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See hook.h.  Words and numbers only, and each in a variable of its own: what it takes from names
 * on the disk is escaped, and whoever writes a script has nothing to parse.
 */

#include "cli/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/program.h"

#define VARIABLES_MAX 24

struct environment {
	char *list[VARIABLES_MAX + 1];
	size_t n;
	bool failed;
};

static void add(struct environment *e, const char *name, const char *value)
{
	struct buf b = { 0 };
	char *all;

	buf_printf(&b, "%s=", name);
	text_escape(&b, value, strlen(value));
	all = buf_take(&b, NULL);
	if (all && e->n < VARIABLES_MAX) {
		e->list[e->n++] = all;
		return;
	}
	e->failed = true;
	free(all);
}

static void add_number(struct environment *e, const char *name, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	add(e, name, text);
}

static const char *verdict(const struct hook_facts *h)
{
	return h->failure ? "failed" : h->status ? "differences" : "clean";
}

static void add_counts(struct environment *e, const struct hook_facts *h)
{
	const struct findings_run *r = &h->f->run;
	const size_t *turns = h->f->turns;
	enum intact_severity highest = findings_highest(h->f, false);

	add_number(e, "INTACT_ADDED", r->added);
	add_number(e, "INTACT_REMOVED", r->removed);
	add_number(e, "INTACT_CHANGED", r->changed);
	add_number(e, "INTACT_UNVERIFIED", r->unverified);
	add_number(e, "INTACT_NEW", turns[FINDING_NEW] + turns[FINDING_AGAIN] + h->f->more);
	add_number(e, "INTACT_RETURNED", turns[FINDING_RETURNED]);
	add_number(e, "INTACT_OPEN", turns[FINDING_OPEN] + turns[FINDING_UNSEEN]);
	add_number(e, "INTACT_ACCEPTED", turns[FINDING_ACCEPTED]);
	add_number(e, "INTACT_GONE", turns[FINDING_GONE]);
	if (highest != INTACT_SEVERITY_NONE)
		add(e, "INTACT_SEVERITY", intact_severity_name(highest));
	if (h->generation)
		add_number(e, "INTACT_GENERATION", h->generation);
}

static void fill(struct environment *e, const struct hook_facts *h)
{
	add(e, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	add(e, "INTACT_VERDICT", verdict(h));
	add_number(e, "INTACT_STATUS", (uint64_t)(unsigned)h->status);
	add(e, "INTACT_HOST", h->host);
	add(e, "INTACT_HEADLINE", h->headline);
	if (h->failure)
		add(e, "INTACT_FAILURE", h->failure);
	else
		add_counts(e, h);
	if (h->report)
		add(e, "INTACT_REPORT", h->report);
}

int hook_run(const char *program, unsigned seconds, const struct hook_facts *facts,
	     struct intact_error *err)
{
	struct environment e = { 0 };
	char *const argv[] = { (char *)program, NULL };
	struct program p = { .path = program,
			     .option = "nightly_hook",
			     .argv = argv,
			     .envp = e.list,
			     .out = STDERR_FILENO,
			     .seconds = (int)seconds };
	int rc;

	fill(&e, facts);
	p.in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (e.failed)
		rc = intact_fail_nomem(err);
	else if (p.in < 0)
		rc = intact_fail_errno(err, "open '/dev/null'");
	else
		rc = program_run(&p, NULL, 0, err);
	if (p.in >= 0)
		close(p.in);
	for (size_t i = 0; i < e.n; i++)
		free(e.list[i]);
	return rc;
}
