/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The JSON report: one object, one member a line (aide-compat 6.8).
 */

#include "report/parts.h"

#include <string.h>

#include "report/members.h"

/* A report and its output; the entry functions get the former and need the latter. */
struct json {
	struct report r;
	struct jsonout w;
};

static struct json *json_of(struct report *r)
{
	return (struct json *)r;
}

static void open_section(struct json *j, const char *key, char bracket)
{
	if (!j->r.opened)
		jsonout_begin(&j->w, key, bracket);
	j->r.opened = true;
}

static int close_section(struct json *j, int rc)
{
	if (j->r.opened)
		jsonout_close(&j->w);
	j->r.opened = false;
	return rc;
}

/* ---- entries ---- */

static void different_entry(struct report *r, const struct view *v)
{
	struct json *j = json_of(r);
	char diff[VIEW_DIFF_MAX];

	view_diff(v, r->options, diff, sizeof(diff));
	if (!diff[0])
		return;
	open_section(j, "different_attributes", '{');
	jsonout_join(&j->w);
	jsonout_path_member(&j->w, v->entry->path.s, v->entry->path.len, diff);
}

static void list_entry(struct report *r, const struct view *v)
{
	struct json *j = json_of(r);

	if (!(r->kinds & KIND_BIT(v->kind)))
		return;
	if (r->options->grouped && !r->options->summarize)
		jsonout_path_element(&j->w, v->entry->path.s, v->entry->path.len);
	else
		members_entry(r, &j->w, v);
}

static void explanation_entry(struct report *r, const struct view *v)
{
	if (v->kind == VIEW_NONE || !v->change->explanation)
		return;
	open_section(json_of(r), "explanation", '{');
	members_explained_path(r, &json_of(r)->w, v);
}

static void severity_entry(struct report *r, const struct view *v)
{
	enum intact_severity severity = members_severity_of(r, v);

	if (severity == INTACT_SEVERITY_NONE)
		return;
	open_section(json_of(r), "severity", '{');
	members_severity_path(r, &json_of(r)->w, v, severity);
}

static void unverified_entry(struct report *r, const struct view *v)
{
	if (!v->change->unverified)
		return;
	open_section(json_of(r), "unverified", '{');
	members_unverified(r, &json_of(r)->w, v);
}

static void details_entry(struct report *r, const struct view *v)
{
	uint64_t mask = view_details(v, r->options);

	if (!mask)
		return;
	open_section(json_of(r), "details", '{');
	members_details(r, &json_of(r)->w, v, mask);
}

/* Every path that stands in the report in another form than its own. */
static void exact_path(struct report *r, const struct view *v)
{
	char diff[VIEW_DIFF_MAX];

	if (jsonout_is_utf8(v->entry->path.s, v->entry->path.len))
		return;
	view_diff(v, r->options, diff, sizeof(diff));
	if (v->kind == VIEW_NONE && !v->change->unverified && !diff[0])
		return;
	open_section(json_of(r), "paths_base64", '{');
	members_exact_path(&json_of(r)->w, &v->entry->path);
}

/* ---- sections ---- */

static void option_member(struct report *r, const char *key, const char *label, const char *value)
{
	(void)label;
	jsonout_string(&json_of(r)->w, key, value, strlen(value));
}

static void string_member(struct json *j, const char *key, const char *value)
{
	jsonout_string(&j->w, key, value, strlen(value));
}

static void add_outline(struct json *j)
{
	struct buf text = { 0 };

	part_outline(&j->r, &text);
	if (text.failed)
		j->r.text.failed = true;
	else
		jsonout_string(&j->w, "outline", text.data, text.len);
	buf_release(&text);
}

static void add_trust(struct json *j)
{
	const struct intact_run *run = j->r.run;

	if (run->baseline)
		string_member(j, "baseline", run->baseline);
	if (run->rules_changed)
		string_member(j, "rules", run->rules_changed);
	if (!run->rules_changed || !run->nrules_lines)
		return;
	jsonout_begin(&j->w, "rules_differ", '[');
	for (size_t i = 0; i < run->nrules_lines; i++)
		string_member(j, NULL, run->rules_lines[i]);
	jsonout_close(&j->w);
}

static void add_packages(struct json *j)
{
	jsonout_begin(&j->w, "packages", '{');
	members_packages(&j->r, &j->w);
	jsonout_close(&j->w);
}

static void add_head(struct json *j)
{
	struct report *r = &j->r;
	bool summary = report_level(r, INTACT_REPORT_SUMMARY);

	if (summary) {
		members_time(r, &j->w, "start_time", &r->run->start);
		string_member(j, members_version_key(r), r->run->version);
	}
	add_outline(j);
	if (!summary)
		return;
	if (!r->run->aide_output)
		add_trust(j);
	if (r->run->packages)
		add_packages(j);
	if (r->run->new_database)
		string_member(j, "new_database", r->run->new_database);
	if (r->run->new_baseline && !r->run->aide_output)
		string_member(j, "new_baseline", r->run->new_baseline);
	part_options(r, PART_CONFIG, option_member);
	part_options(r, PART_IGNORES, option_member);
	jsonout_begin(&j->w, "number_of_entries", '{');
	jsonout_join(&j->w);
	members_counts(r, &j->w);
	jsonout_close(&j->w);
}

static const char *list_key(uint64_t kinds, const struct report *r)
{
	if (!r->options->grouped)
		return "entries";
	return view_word((enum view_kind)__builtin_ctzll(kinds));
}

static int add_lists(struct json *j, struct intact_error *err)
{
	struct report *r = &j->r;
	uint64_t masks[3];
	size_t n = part_lists(r, masks);
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		bool names_only = r->options->grouped && !r->options->summarize;

		jsonout_begin(&j->w, list_key(masks[i], r), names_only ? '[' : '{');
		r->kinds = masks[i];
		rc = part_each(r, list_entry, err);
		jsonout_close(&j->w);
	}
	return rc;
}

static int add_entries(struct json *j, struct intact_error *err)
{
	int rc = add_lists(j, err);

	if (rc == 0 && report_level(&j->r, INTACT_REPORT_LIST_ENTRIES))
		rc = close_section(j, part_each(&j->r, explanation_entry, err));
	if (rc == 0 && report_level(&j->r, INTACT_REPORT_LIST_ENTRIES) && j->r.run->severities)
		rc = close_section(j, part_each(&j->r, severity_entry, err));
	if (rc == 0 && report_level(&j->r, INTACT_REPORT_LIST_ENTRIES))
		rc = close_section(j, part_each(&j->r, unverified_entry, err));
	if (rc == 0 && report_level(&j->r, INTACT_REPORT_CHANGED_ATTRIBUTES))
		rc = close_section(j, part_each(&j->r, details_entry, err));
	return rc;
}

static void add_tail(struct json *j)
{
	struct report *r = &j->r;

	if (r->run->ndatabases && report_level(r, INTACT_REPORT_DATABASE_ATTRIBUTES)) {
		jsonout_begin(&j->w, "databases", '{');
		members_databases(r, &j->w);
		jsonout_close(&j->w);
	}
	if (part_has_coverage(r)) {
		jsonout_begin(&j->w, "coverage", '{');
		members_coverage(r, &j->w);
		jsonout_close(&j->w);
	}
	if (report_level(r, INTACT_REPORT_SUMMARY)) {
		members_time(r, &j->w, "end_time", &r->run->end);
		jsonout_number(&j->w, "run_time_seconds", part_run_time(r->run));
	}
}

static int add_all(struct json *j, struct intact_error *err)
{
	bool lists = report_level(&j->r, INTACT_REPORT_LIST_ENTRIES);
	int rc = 0;

	jsonout_begin(&j->w, NULL, '{');
	if (lists)
		rc = close_section(j, part_each(&j->r, different_entry, err));
	if (rc == 0) {
		add_head(j);
		rc = add_entries(j, err);
	}
	if (rc == 0 && lists)
		rc = close_section(j, part_each(&j->r, exact_path, err));
	if (rc < 0)
		return rc;
	add_tail(j);
	jsonout_close(&j->w);
	buf_add_char(&j->r.text, '\n');
	return 0;
}

int report_json(struct report *r, struct intact_error *err)
{
	struct json j = { .r = *r, .w = { .pretty = true, .pieces = r->run->pieces } };
	int rc;

	j.w.out = &j.r.text;
	rc = add_all(&j, err);
	*r = j.r;
	return rc;
}
