/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See config.h: options.
 */

#include "config.h"

#include <string.h>

static const char *yes_or_no(struct random *rnd)
{
	static const char *const words[] = { "yes", "no", "true", "false" };

	return random_pick(rnd, words);
}

static void maybe_bool(struct buf *text, struct random *rnd, const char *name, unsigned percent)
{
	if (random_chance(rnd, percent))
		buf_printf(text, "%s=%s\n", name, yes_or_no(rnd));
}

static void maybe_attrs(struct buf *text, struct random *rnd, const char *name, unsigned percent,
			const struct config_needs *needs)
{
	if (!random_chance(rnd, percent))
		return;
	buf_printf(text, "%s=", name);
	config_expression(text, rnd, needs);
	buf_add_char(text, '\n');
}

static void report_options(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const levels[] = {
		"minimal",
		"summary",
		"database_attributes",
		"list_entries",
		"changed_attributes",
		"added_removed_attributes",
		"added_removed_entries",
		"added_removed_entries",
	};
	static const char *const letters[] = { "VNIE", "d",    "A",
					       "0",    "sDde", "suSDiadAcEjItTeCxFNPVm" };

	if (random_chance(rnd, 60))
		buf_printf(text, "report_level=%s\n", random_pick(rnd, levels));
	if (random_chance(rnd, 40) && !needs->bias)
		buf_printf(text, "report_format=%s\n", random_chance(rnd, 70) ? "json" : "plain");
	maybe_bool(text, rnd, "report_base16", 20);
	maybe_bool(text, rnd, "report_detailed_init", needs->new_files || needs->moves ? 0 : 25);
	maybe_bool(text, rnd, "report_quiet", 15);
	maybe_bool(text, rnd, "report_append", 15);
	maybe_bool(text, rnd, "report_grouped", 20);
	maybe_bool(text, rnd, "report_summarize_changes", 20);
	maybe_bool(text, rnd, "grouped", 3);
	maybe_bool(text, rnd, "summarize_changes", 3);
	maybe_attrs(text, rnd, "report_ignore_added_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_ignore_removed_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_ignore_changed_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_force_attrs", 12, needs);
	if (random_chance(rnd, 12))
		buf_printf(text, "report_ignore_e2fsattrs=%s\n", random_pick(rnd, letters));
}

static void database_attrs(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	if (random_chance(rnd, 30) && !needs->bias)
		return;
	if (random_chance(rnd, 20) || needs->bias)
		buf_add_str(text, "database_attrs=E\n");
	else if (random_chance(rnd, 10))
		buf_add_str(text, "database_attrs=H\n");
	else
		buf_printf(text, "database_attrs=%s+%s\n", config_digest(rnd, needs),
			   config_digest(rnd, needs));
}

/* Which of two values holds is part of what is compared: some options come twice. */
static void databases(struct buf *text, struct random *rnd)
{
	static const char *const first[] = { "database_in=file:in.db\n", "database_in=file:in.db\n",
					     "database_in=file:in.db\n", "database=file:in.db\n",
					     "database_in = file:in.db\n" };

	buf_add_str(text, random_chance(rnd, 90) ? first[0] : random_pick(rnd, first));
	buf_add_str(text, "database_out=file:out.db\ndatabase_new=file:new.db\n");
	if (random_chance(rnd, 4))
		buf_add_str(text, "database_out=file:another.db\n");
	if (random_chance(rnd, 4))
		buf_add_str(text, "database_in=file:another.db\n");
}

static void workers(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const counts[] = { "0", "1", "2", "3", "8", "0%", "1%", "50%", "100%" };

	/* Which of several candidates for a move is taken depends on who comes first. */
	if (needs->moves ? random_chance(rnd, 15) : random_chance(rnd, 25))
		buf_printf(text, "num_workers=%s\n", needs->moves ? "0" : random_pick(rnd, counts));
	if (random_chance(rnd, 2))
		buf_add_str(text, "num_workers=1\n");
}

static void about_the_run(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const levels[] = { "error", "warning", "notice", "notice", "rule" };
	static const char *const versions[] = {
		"v1 # with a comment", "1.2-3/x", "v\\ 1", "\\@x", "#1", "@@{HOSTNAME}"
	};

	if (random_chance(rnd, 10))
		buf_printf(text, "config_version=%s\n", random_pick(rnd, versions));
	if (random_chance(rnd, 8))
		buf_printf(text, "log_level=%s\n", random_pick(rnd, levels));
	maybe_bool(text, rnd, "warn_dead_symlinks", 10);
	maybe_bool(text, rnd, "config_check_warn_unrestricted_rules", 6);
	if (random_chance(rnd, 8))
		buf_printf(text, "acl_no_symlink_follow=%s\n",
			   needs->follow && random_chance(rnd, 70) ? "yes" : "no");
	workers(text, rnd, needs);
}

static void several_reports(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const urls[] = { "stdout",	   "stdout",	  "stdout:x",
					    "file:report", "file:report", "file:report2",
					    "stderr",	   "fd:3" };
	const char *used[4] = { NULL };
	unsigned n = 1 + random_below(rnd, 3);

	for (unsigned i = 0; i < n; i++) {
		const char *url = random_pick(rnd, urls);
		bool twice = false;

		/* The same file twice is written twice, in no order that anybody relies on. */
		for (unsigned k = 0; k < i; k++)
			twice |= used[k] && strncmp(used[k], url, 6) == 0;
		if (twice)
			continue;
		used[i] = url;
		buf_printf(text, "report_url=%s\n", url);
		report_options(text, rnd, needs);
	}
}

void config_options(struct buf *text, struct random *rnd, const struct tree *t,
		    const struct config_needs *needs)
{
	databases(text, rnd);
	if (needs->prefixed)
		buf_printf(text, "root_prefix=%s%s\n", t->root, random_chance(rnd, 5) ? "/" : "");
	database_attrs(text, rnd, needs);
	if (random_chance(rnd, 85))
		buf_add_str(text, "database_add_metadata=no\n");
	else
		maybe_bool(text, rnd, "database_add_metadata", 50);
	maybe_bool(text, rnd, "gzip_dbout", 15);
	about_the_run(text, rnd, needs);
	report_options(text, rnd, needs);
	if (random_chance(rnd, 30))
		several_reports(text, rnd, needs);
}
