/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The NDJSON report: one object a line, each with its type (aide-compat 6.9).
 */

#include "report/parts.h"

#include <string.h>

#include "report/members.h"

static struct jsonout line_open(struct report *r, const char *type)
{
	struct jsonout w = { .out = &r->text };

	jsonout_begin(&w, NULL, '{');
	jsonout_string(&w, "type", type, strlen(type));
	return w;
}

static void line_close(struct report *r, struct jsonout *w)
{
	jsonout_close(w);
	buf_add_char(&r->text, '\n');
}

/* Close a line about one path: with its exact bytes where it had to be shown otherwise. */
static void entry_close(struct report *r, struct jsonout *w, const struct view *v)
{
	const struct intact_str *path = &v->entry->path;

	if (!jsonout_is_utf8(path->s, path->len)) {
		jsonout_begin(w, "paths_base64", '{');
		members_exact_path(w, path);
		jsonout_close(w);
	}
	line_close(r, w);
}

static void string_line(struct report *r, const char *type, const char *value)
{
	struct jsonout w = line_open(r, type);

	jsonout_string(&w, type, value, strlen(value));
	line_close(r, &w);
}

/* ---- entries ---- */

/* All of these stand in one line: the line is opened by the first and closed by its caller. */
static void different_member(struct report *r, const struct view *v)
{
	struct jsonout w = { .out = &r->text, .depth = 1, .filled = { [1] = true } };
	char diff[VIEW_DIFF_MAX];

	view_diff(v, r->options, diff, sizeof(diff));
	if (!diff[0])
		return;
	if (!r->opened)
		w = line_open(r, "different_attributes");
	r->opened = true;
	jsonout_path_member(&w, v->entry->path.s, v->entry->path.len, diff);
}

/* Paths of that line that are not UTF-8. */
static void different_exact(struct report *r, const struct view *v)
{
	struct jsonout w = { .out = &r->text, .depth = 2, .filled = { [1] = true, [2] = true } };
	char diff[VIEW_DIFF_MAX];

	view_diff(v, r->options, diff, sizeof(diff));
	if (!diff[0] || jsonout_is_utf8(v->entry->path.s, v->entry->path.len))
		return;
	if (!r->opened) {
		w.depth = 1;
		jsonout_begin(&w, "paths_base64", '{');
	}
	r->opened = true;
	members_exact_path(&w, &v->entry->path);
}

static void list_line(struct report *r, const struct view *v)
{
	static const char *const types[] = { "", "addition", "removal", "change" };
	struct jsonout w;

	if (!(r->kinds & KIND_BIT(v->kind)))
		return;
	w = line_open(r, types[v->kind]);
	members_entry(r, &w, v);
	members_explanation(r, &w, v);
	members_severity(r, &w, v);
	entry_close(r, &w, v);
}

static void unverified_line(struct report *r, const struct view *v)
{
	struct jsonout w;

	if (!v->change->unverified)
		return;
	w = line_open(r, "unverified");
	members_unverified(r, &w, v);
	members_severity(r, &w, v);
	entry_close(r, &w, v);
}

static void details_line(struct report *r, const struct view *v)
{
	uint64_t mask = view_details(v, r->options);
	struct jsonout w;

	if (!mask)
		return;
	w = line_open(r, "details");
	members_details(r, &w, v, mask);
	entry_close(r, &w, v);
}

/* ---- lines ---- */

static int add_different(struct report *r, struct intact_error *err)
{
	int rc;

	r->opened = false;
	rc = part_each(r, different_member, err);
	if (rc < 0 || !r->opened)
		return rc;
	r->opened = false;
	rc = part_each(r, different_exact, err);
	buf_add_str(&r->text, r->opened ? " } }\n" : " }\n");
	return rc;
}

static void option_member(struct report *r, const char *key, const char *label, const char *value)
{
	struct jsonout w = { .out = &r->text, .depth = 1, .filled = { [1] = true } };

	(void)label;
	if (!r->opened)
		w = line_open(r, "config");
	r->opened = true;
	jsonout_string(&w, key, value, strlen(value));
}

static void add_options(struct report *r)
{
	r->opened = false;
	part_options(r, PART_CONFIG, option_member);
	part_options(r, PART_IGNORES, option_member);
	if (r->opened)
		buf_add_str(&r->text, " }\n");
}

static void add_startup(struct report *r)
{
	struct jsonout w = line_open(r, "startup");

	members_time(r, &w, "start_time", &r->run->start);
	jsonout_string(&w, members_version_key(r), r->run->version, strlen(r->run->version));
	line_close(r, &w);
}

static void add_outline(struct report *r)
{
	struct buf text = { 0 };

	part_outline(r, &text);
	if (text.failed)
		r->text.failed = true;
	else
		string_line(r, "outline", text.data);
	buf_release(&text);
}

static void add_counts(struct report *r)
{
	struct jsonout w = line_open(r, "number_of_entries");

	members_counts(r, &w);
	line_close(r, &w);
}

static void add_packages(struct report *r)
{
	struct jsonout w = line_open(r, "packages");

	members_packages(r, &w);
	line_close(r, &w);
}

static void add_trust(struct report *r)
{
	const struct intact_run *run = r->run;

	if (run->baseline)
		string_line(r, "baseline", run->baseline);
	if (run->rules_changed)
		string_line(r, "rules", run->rules_changed);
	for (size_t i = 0; run->rules_changed && i < run->nrules_lines; i++)
		string_line(r, "rules_differ", run->rules_lines[i]);
	if (run->packages)
		add_packages(r);
}

static void add_head(struct report *r)
{
	bool summary = report_level(r, INTACT_REPORT_SUMMARY);

	if (summary)
		add_startup(r);
	add_outline(r);
	if (!summary)
		return;
	if (!r->run->aide_output)
		add_trust(r);
	if (r->run->new_database)
		string_line(r, "new_database", r->run->new_database);
	if (r->run->new_baseline && !r->run->aide_output)
		string_line(r, "new_baseline", r->run->new_baseline);
	add_options(r);
	add_counts(r);
}

static int add_entries(struct report *r, struct intact_error *err)
{
	uint64_t masks[3];
	size_t n = part_lists(r, masks);
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		r->kinds = masks[i];
		rc = part_each(r, list_line, err);
	}
	if (rc == 0 && report_level(r, INTACT_REPORT_LIST_ENTRIES))
		rc = part_each(r, unverified_line, err);
	if (rc == 0 && report_level(r, INTACT_REPORT_CHANGED_ATTRIBUTES))
		rc = part_each(r, details_line, err);
	return rc;
}

static void add_tail(struct report *r)
{
	struct jsonout w;

	if (r->run->ndatabases && report_level(r, INTACT_REPORT_DATABASE_ATTRIBUTES)) {
		w = line_open(r, "databases");
		members_databases(r, &w);
		line_close(r, &w);
	}
	if (part_has_coverage(r)) {
		w = line_open(r, "coverage");
		members_coverage(r, &w);
		line_close(r, &w);
	}
	if (report_level(r, INTACT_REPORT_SUMMARY)) {
		w = line_open(r, "shutdown");
		members_time(r, &w, "end_time", &r->run->end);
		jsonout_number(&w, "run_time_seconds", part_run_time(r->run));
		line_close(r, &w);
	}
}

int report_ndjson(struct report *r, struct intact_error *err)
{
	int rc = 0;

	if (report_level(r, INTACT_REPORT_LIST_ENTRIES))
		rc = add_different(r, err);
	if (rc < 0)
		return rc;
	add_head(r);
	rc = add_entries(r, err);
	if (rc == 0)
		add_tail(r);
	return rc;
}

/* ---- one change by itself -------------------------------------------------------------------- */

int intact_report_change_json(const struct intact_run *run, const struct intact_change *change,
			      FILE *out, struct intact_error *err)
{
	static const struct intact_report_options options = {
		.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES
	};
	struct report r = { .run = run, .options = &options, .out = out };
	struct view v = view_of(run, &options, change);
	struct jsonout w = { .out = &r.text };
	bool failed;

	jsonout_begin(&w, NULL, '{');
	members_details(&r, &w, &v, view_details(&v, &options));
	jsonout_close(&w);
	failed = r.text.failed;
	report_flush(&r);
	buf_release(&r.text);
	values_release(&r.old);
	values_release(&r.new);
	return failed ? intact_fail_nomem(err) : 0;
}
