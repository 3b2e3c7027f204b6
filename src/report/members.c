/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See members.h.  Keys and values: aide-compat 6.8.
 */

#include "report/members.h"

#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "report/events.h"
#include "report/summary.h"

const char *members_version_key(const struct report *r)
{
	return report_is_aide(r) ? "aide_version" : "intact_version";
}

void members_time(struct report *r, struct jsonout *w, const char *key, const struct intact_time *t)
{
	struct buf text = { 0 };

	value_time(&text, t, false);
	if (text.failed)
		r->text.failed = true;
	else
		jsonout_string(w, key, text.data, text.len);
	buf_release(&text);
}

void members_counts(struct report *r, struct jsonout *w)
{
	const struct intact_report_counts *c = &r->counts;

	jsonout_number(w, "total", r->run->total);
	if (report_differs(r) && r->run->kind != INTACT_RUN_INIT) {
		jsonout_number(w, "added", c->added);
		jsonout_number(w, "removed", c->removed);
		jsonout_number(w, "changed", c->changed);
	}
	if (r->run->packages) {
		jsonout_number(w, "explained", part_explained(r));
		jsonout_number(w, "contradicted", c->contradicted);
	}
	if (c->unverified)
		jsonout_number(w, "unverified", c->unverified);
}

void members_entry(struct report *r, struct jsonout *w, const struct view *v)
{
	const struct intact_str *path = &v->entry->path;
	char summary[SUMMARY_MAX];

	if (!r->options->summarize) {
		jsonout_path_member(w, path->s, path->len, view_word(v->kind));
		return;
	}
	summary_string(v, r->options, r->run->summary_columns, summary);
	jsonout_path_member(w, path->s, path->len, summary);
}

/* The directory itself may be listed beside its gap; no path ends in a slash. */
static void add_key(struct buf *key, const struct view *v)
{
	const struct intact_str *path = &v->entry->path;

	buf_add(key, path->s, path->len);
	if (v->change->kind == INTACT_GAP && S_ISDIR(v->entry->mode))
		buf_add_char(key, '/');
}

/* ---- packages ---- */

static void string_member(struct jsonout *w, const char *key, const char *value)
{
	jsonout_string(w, key, value, strlen(value));
}

static void package_members(struct jsonout *w, const struct intact_package *p)
{
	string_member(w, "package", p->name);
	string_member(w, "version", p->version);
	if (p->before)
		string_member(w, "version_before", p->before);
}

static void explanation_members(struct report *r, struct jsonout *w, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_report_packages *p = r->run->packages;

	string_member(w, "verdict", intact_explained_name(v->verdict));
	if (p && e->package < p->n)
		package_members(w, &p->list[e->package]);
	if (e->proof) {
		string_member(w, "proof", intact_proof_name((enum intact_proof)e->proof));
		string_member(w, "strength", intact_proof_strength((enum intact_proof)e->proof));
	}
	if (e->why)
		string_member(w, "reason", intact_why_text((enum intact_why)e->why));
}

void members_explanation(struct report *r, struct jsonout *w, const struct view *v)
{
	if (!v->change->explanation)
		return;
	jsonout_begin(w, "explanation", '{');
	explanation_members(r, w, v);
	jsonout_close(w);
}

void members_explained_path(struct report *r, struct jsonout *w, const struct view *v)
{
	jsonout_open_path(w, v->entry->path.s, v->entry->path.len);
	explanation_members(r, w, v);
	jsonout_close(w);
}

enum intact_severity members_severity_of(const struct report *r, const struct view *v)
{
	bool by_line;

	return r->run->severities ? event_severity_listed(r->run, v, &by_line)
				  : INTACT_SEVERITY_NONE;
}

void members_severity(struct report *r, struct jsonout *w, const struct view *v)
{
	enum intact_severity severity = members_severity_of(r, v);

	if (severity != INTACT_SEVERITY_NONE)
		string_member(w, "severity", intact_severity_name(severity));
}

void members_severity_path(struct report *r, struct jsonout *w, const struct view *v,
			   enum intact_severity severity)
{
	struct buf key = { 0 };

	add_key(&key, v);
	r->text.failed |= key.failed;
	if (!key.failed)
		jsonout_path_member(w, key.data, key.len, intact_severity_name(severity));
	buf_release(&key);
}

void members_packages(struct report *r, struct jsonout *w)
{
	const struct intact_report_packages *p = r->run->packages;

	if (p->manager)
		string_member(w, "manager", p->manager);
	if (p->problem || !p->manager)
		string_member(w, "problem", p->problem ? p->problem : "no records found");
	if (p->bad)
		jsonout_number(w, "unusable", p->bad);
}

/* ---- details ---- */

static bool value_is_utf8(const struct values *v, size_t i)
{
	size_t len;
	const char *s = values_at(v, i, &len);

	return jsonout_is_utf8(s, len);
}

/* Element by element, so that the two arrays go side by side. */
static void add_exact_array(struct jsonout *w, const char *key, const struct values *v)
{
	bool exact = true;

	for (size_t i = 0; i < v->count; i++)
		exact &= value_is_utf8(v, i);
	if (exact)
		return;
	jsonout_begin(w, key, '[');
	for (size_t i = 0; i < v->count; i++) {
		size_t len;
		const char *s = values_at(v, i, &len);

		jsonout_base64(w, NULL, s, len);
	}
	jsonout_close(w);
}

static void add_array(struct jsonout *w, const char *key, const struct values *v)
{
	jsonout_begin(w, key, '[');
	for (size_t i = 0; i < v->count; i++) {
		size_t len;
		const char *s = values_at(v, i, &len);

		jsonout_string(w, NULL, s, len);
	}
	jsonout_close(w);
}

/* One value stands by itself, several in an array; none at all leave the member out. */
static void add_side(struct jsonout *w, bool new, const struct intact_attr *row,
		     const struct values *v)
{
	const char *key = new ? "new" : "old";
	const char *s;
	size_t len;

	if (v->count == 0)
		return;
	if (v->count > 1) {
		add_array(w, key, v);
		add_exact_array(w, new ? "new_base64" : "old_base64", v);
		return;
	}
	s = values_at(v, 0, &len);
	if (row->kind == INTACT_KIND_NUMBER)
		jsonout_raw(w, key, s, len);
	else
		jsonout_string(w, key, s, len);
}

static void add_attr(struct report *r, struct jsonout *w, const struct view *v,
		     const struct intact_attr *row)
{
	const struct values_options options = {
		.base16 = r->options->base16,
		.ignore_e2fsattrs = r->options->ignore_e2fsattrs,
	};
	bool present = v->change->changed & INTACT_BIT(row->id);

	if (!values_get_both(&r->old, &r->new, v->change->old, v->change->new, row, present,
			     &options)) {
		r->text.failed = true;
		return;
	}
	jsonout_begin(w, row->key, '{');
	add_side(w, false, row, &r->old);
	add_side(w, true, row, &r->new);
	jsonout_close(w);
}

void members_details(struct report *r, struct jsonout *w, const struct view *v, uint64_t mask)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	jsonout_open_path(w, v->entry->path.s, v->entry->path.len);
	for (size_t i = 0; i < n; i++) {
		if (mask & INTACT_BIT(order[i]))
			add_attr(r, w, v, intact_attr_get(order[i]));
	}
	jsonout_close(w);
}

/* ---- the rest ---- */

void members_unverified(struct report *r, struct jsonout *w, const struct view *v)
{
	const struct intact_change *c = v->change;
	const char *reason = c->reason ? c->reason : "";
	char attrs[VIEW_DIFF_MAX];
	struct buf key = { 0 };

	add_key(&key, v);
	r->text.failed |= key.failed;
	if (!key.failed) {
		jsonout_open_path(w, key.data, key.len);
		intact_attr_expr(c->unverified, attrs, sizeof(attrs));
		jsonout_string(w, "attributes", attrs, strlen(attrs));
		jsonout_string(w, "reason", reason, strlen(reason));
		jsonout_close(w);
	}
	buf_release(&key);
}

static void add_database(struct report *r, struct jsonout *w,
			 const struct intact_report_database *db)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	jsonout_open_path(w, db->name, strlen(db->name));
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind != INTACT_KIND_DIGEST || !(db->digests & INTACT_BIT(row->id)))
			continue;
		values_clear(&r->old);
		if (values_digest(&r->old, row, db->digest[row->digest], r->options->base16))
			jsonout_string(w, row->key, r->old.text.data, r->old.text.len);
		else
			r->text.failed = true;
	}
	jsonout_close(w);
}

void members_databases(struct report *r, struct jsonout *w)
{
	for (size_t i = 0; i < r->run->ndatabases; i++)
		add_database(r, w, &r->run->databases[i]);
}

void members_coverage(struct report *r, struct jsonout *w)
{
	jsonout_number(w, "verified", r->run->verified);
	jsonout_number(w, "unverified", r->run->unverified);
	if (!r->run->has_coverage)
		return;
	jsonout_number(w, "excluded", r->run->excluded);
	jsonout_number(w, "mounts_skipped", r->run->mounts_skipped);
	if (!r->run->hash_policy)
		return;
	jsonout_number(w, "files_read", r->run->contents_read);
	jsonout_number(w, "files_not_read", r->run->contents_trusted);
	if (r->run->contents_trusted)
		members_time(r, w, "oldest_read", &r->run->oldest_read);
}

void members_exact_path(struct jsonout *w, const struct intact_str *path)
{
	struct buf exact = { 0 };

	text_base64(&exact, path->s, path->len);
	if (exact.failed)
		w->out->failed = true;
	else
		jsonout_path_member(w, path->s, path->len, exact.data);
	buf_release(&exact);
}
