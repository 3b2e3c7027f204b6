/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See explained.h.  The records are read from where the scan looked: below the same root.
 */

#include "cli/explained.h"

#include "cli/signals.h"

/* When called as aide, reports have no place for it. */
static bool is_asked(const struct flow *f)
{
	const struct session *s = f->session;

	return s->config->package_manager != INTACT_PACKAGES_NONE && !s->options->as_aide &&
	       f->scan && f->in;
}

static int open_records(struct explained *e, struct flow *f, struct intact_error *err)
{
	struct session *s = f->session;
	int rc = intact_packages_open(s->config->package_manager, intact_scan_root(f->scan),
				      &e->packages, &e->why);

	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	if (rc < 0)
		e->facts.problem = e->why.text;
	if (rc != 1)
		log_say(&s->log, INTACT_LOG_WARNING, "no change is explained by a package: %s",
			rc < 0 ? e->why.text : "no records of a package manager were found");
	return rc == 1;
}

static int on_tick(void *ctx)
{
	(void)ctx;
	return signals_stop();
}

static int explain(struct explained *e, struct flow *f, struct intact_error *err)
{
	int64_t since = intact_db_meta(f->in)->created.sec;
	int rc = f->contents ? 0 : intact_scan_contents(f->scan, &f->contents, err);

	intact_packages_set_tick(e->packages, on_tick, NULL);
	if (rc == 0)
		rc = intact_packages_read_log(e->packages, since, err);
	return rc == 0 ? intact_packages_explain(e->packages, f->changes, f->contents, err) : rc;
}

int explained_find(struct explained *e, struct flow *f, struct intact_error *err)
{
	int rc;

	if (!is_asked(f))
		return 0;
	e->asked = true;
	rc = open_records(e, f, err);
	if (rc == 1)
		rc = explain(e, f, err);
	if (rc < 0 || !e->packages)
		return rc;
	e->facts.manager = intact_packages_name(e->packages);
	e->facts.list = intact_packages_list(e->packages, &e->facts.n);
	e->facts.bad = intact_packages_bad(e->packages);
	return 0;
}

void explained_release(struct explained *e)
{
	intact_packages_close(e->packages);
}
