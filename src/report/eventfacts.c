/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See eventfacts.h.
 */

#include "report/eventfacts.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "report/members.h"

/* ---- one value ---- */

static void add_device(struct jsonout *w, const char *key, uint64_t n)
{
	jsonout_printf(w, key, "%" PRIu64 ":%" PRIu64, n >> 32, n & UINT32_MAX);
}

static void add_fstype(struct jsonout *w, const char *key, uint64_t n)
{
	const char *name = intact_fstype_name(n);

	if (name)
		jsonout_text(w, key, name);
	else
		jsonout_printf(w, key, "0x%" PRIx64, n);
}

static void add_acl(struct jsonout *w, const struct intact_entry *e)
{
	if (e->acl_access.s)
		jsonout_string(w, "acl", e->acl_access.s, e->acl_access.len);
	if (e->acl_default.s)
		jsonout_string(w, "acl_default", e->acl_default.s, e->acl_default.len);
}

static void add_xattrs(struct jsonout *w, const char *key, const struct intact_entry *e)
{
	jsonout_begin(w, key, '[');
	for (size_t i = 0; i < e->nxattrs; i++) {
		const struct intact_xattr *x = &e->xattrs[i];

		jsonout_begin(w, NULL, '{');
		jsonout_string(w, "name", x->name.s, x->name.len);
		jsonout_base64(w, "value_base64", x->value.s, x->value.len);
		jsonout_close(w);
	}
	jsonout_close(w);
}

static void add_string(struct jsonout *w, const char *key, const struct intact_str *s)
{
	if (s->s)
		jsonout_string(w, key, s->s, s->len);
}

static void add_value(struct report *r, struct jsonout *w, const struct intact_entry *e,
		      const struct intact_attr *row)
{
	switch (row->kind) {
	case INTACT_KIND_NUMBER:
		jsonout_printf(w, row->key, "%" PRIu64, intact_entry_number(e, row));
		break;
	case INTACT_KIND_MODE:
		jsonout_printf(w, row->key, "%04" PRIo64, intact_entry_number(e, row) & 07777);
		break;
	case INTACT_KIND_FTYPE:
		jsonout_text(w, row->key, intact_ftype_name((uint32_t)e->mode));
		break;
	case INTACT_KIND_TIME:
		event_time(r, w, row->key, intact_entry_time(e, row));
		break;
	case INTACT_KIND_DEVICE:
		add_device(w, row->key, intact_entry_number(e, row));
		break;
	case INTACT_KIND_FLAGS:
		jsonout_printf(w, row->key, "0x%08" PRIx64, intact_entry_number(e, row));
		break;
	case INTACT_KIND_FSTYPE:
		add_fstype(w, row->key, intact_entry_number(e, row));
		break;
	case INTACT_KIND_STRING:
		add_string(w, row->key, intact_entry_str(e, row));
		break;
	case INTACT_KIND_DIGEST:
		event_digest(r, w, row->key, row, e->digest[row->digest]);
		break;
	case INTACT_KIND_ACL:
		add_acl(w, e);
		break;
	case INTACT_KIND_XATTRS:
		add_xattrs(w, row->key, e);
		break;
	case INTACT_KIND_NONE:
		break;
	}
}

/* ---- a finding ---- */

static void add_side(struct report *r, struct jsonout *w, const char *key, const struct event *e,
		     const struct intact_entry *side)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	if (!side || !e->values)
		return;
	jsonout_begin(w, key, '{');
	for (size_t i = 0; i < n; i++) {
		if (event_has(e, side, order[i]))
			add_value(r, w, side, intact_attr_get(order[i]));
	}
	jsonout_close(w);
}

static void add_path(struct jsonout *w, const char *key, const struct intact_str *path)
{
	char exact[32];

	jsonout_path(w, key, path->s, path->len);
	if (jsonout_is_utf8(path->s, path->len))
		return;
	snprintf(exact, sizeof(exact), "%s_base64", key);
	jsonout_base64(w, exact, path->s, path->len);
}

static void add_keys(struct jsonout *w, const char *key, uint64_t mask)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	jsonout_begin(w, key, '[');
	for (size_t i = 0; i < n; i++) {
		if (mask & INTACT_BIT(order[i]))
			jsonout_text(w, NULL, intact_attr_get(order[i])->key);
	}
	jsonout_close(w);
}

static void add_expr(struct jsonout *w, const char *key, uint64_t mask)
{
	char text[VIEW_DIFF_MAX];

	intact_attr_expr(mask, text, sizeof(text));
	jsonout_text(w, key, text);
}

static void add_unverified(struct jsonout *w, const struct intact_change *c)
{
	bool folder = c->kind == INTACT_GAP && c->new &&S_ISDIR(c->new->mode);

	jsonout_begin(w, "unverified", '{');
	/* The whole entry, or some of its attributes. */
	if (c->unverified & ~INTACT_BIT(INTACT_NAME))
		add_keys(w, "attributes", c->unverified);
	if (folder)
		jsonout_true(w, "names_below_may_be_missing");
	jsonout_text(w, "reason", c->reason ? c->reason : "");
	jsonout_close(w);
}

static void add_kind(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_change *c = e->view->change;
	char diff[VIEW_DIFF_MAX];

	if (e->kind == EVENT_CHANGED) {
		add_keys(w, "changed", e->view->changed);
	} else if (e->kind == EVENT_MOVED) {
		add_path(w, "moved_from", &c->old->path);
	} else if (e->kind == EVENT_UNVERIFIED) {
		add_unverified(w, c);
	} else if (e->kind == EVENT_RULES_DIFFER) {
		view_diff(e->view, r->options, diff, sizeof(diff));
		jsonout_text(w, "rules_differ", diff);
	}
}

void eventfacts_finding(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_entry *entry = e->view->entry;

	jsonout_begin(w, "intact", '{');
	jsonout_text(w, "verdict", event_word(e->kind));
	add_path(w, "path", &entry->path);
	jsonout_text(w, "type", intact_ftype_name((uint32_t)entry->mode));
	add_kind(r, w, e);
	if (event_has_explanation(e))
		members_explanation(r, w, e->view);
	if (entry->attrs & ~INTACT_BIT(INTACT_NAME))
		add_expr(w, "asked_for", entry->attrs & ~INTACT_BIT(INTACT_NAME));
	if (e->kind != EVENT_ADDED && e->kind != EVENT_RECORDED)
		add_side(r, w, "old", e, e->view->change->old);
	add_side(r, w, "new", e, e->view->change->new);
	jsonout_close(w);
}

/* ---- the run ---- */

static const char *run_word(enum intact_run_kind kind)
{
	static const char *const words[] = {
		[INTACT_RUN_INIT] = "init",
		[INTACT_RUN_CHECK] = "check",
		[INTACT_RUN_UPDATE] = "update",
		[INTACT_RUN_COMPARE] = "compare",
	};

	return words[kind];
}

static void add_if(struct jsonout *w, const char *key, const char *text)
{
	if (text && *text)
		jsonout_text(w, key, text);
}

static void add_counts(const struct report *r, struct jsonout *w)
{
	jsonout_begin(w, "entries", '{');
	jsonout_number(w, "total", r->run->total);
	jsonout_number(w, "added", r->counts.added);
	jsonout_number(w, "removed", r->counts.removed);
	jsonout_number(w, "changed", r->counts.changed);
	jsonout_number(w, "unverified", r->counts.unverified);
	if (r->run->packages) {
		jsonout_number(w, "explained", part_explained(r));
		jsonout_number(w, "contradicted", r->counts.contradicted);
	}
	jsonout_close(w);
}

static void add_packages(struct report *r, struct jsonout *w)
{
	if (!r->run->packages)
		return;
	jsonout_begin(w, "packages", '{');
	members_packages(r, w);
	jsonout_close(w);
}

static void add_coverage(struct report *r, struct jsonout *w)
{
	const struct intact_run *run = r->run;

	jsonout_begin(w, "coverage", '{');
	jsonout_number(w, "verified", run->verified);
	jsonout_number(w, "unverified", run->unverified);
	if (run->has_coverage) {
		jsonout_number(w, "excluded", run->excluded);
		jsonout_number(w, "mounts_skipped", run->mounts_skipped);
	}
	if (run->has_coverage && run->hash_policy) {
		jsonout_number(w, "files_read", run->contents_read);
		jsonout_number(w, "files_not_read", run->contents_trusted);
		if (run->contents_trusted)
			event_time(r, w, "oldest_read", &run->oldest_read);
	}
	jsonout_close(w);
}

static void add_baselines(struct report *r, struct jsonout *w)
{
	const struct intact_run *run = r->run;

	if (run->baseline_time.sec)
		event_time(r, w, "baseline_time", &run->baseline_time);
	add_if(w, "baseline", run->baseline);
	add_if(w, "new_database", run->new_database);
	add_if(w, "new_baseline", run->new_baseline);
	add_if(w, "rules", run->rules_changed);
	if (!run->rules_changed || !run->nrules_lines)
		return;
	jsonout_begin(w, "rules_differ", '[');
	for (size_t i = 0; i < run->nrules_lines; i++)
		jsonout_text(w, NULL, run->rules_lines[i]);
	jsonout_close(w);
}

static void add_database(struct report *r, struct jsonout *w,
			 const struct intact_report_database *db)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	jsonout_begin(w, NULL, '{');
	jsonout_text(w, "name", db->name);
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind == INTACT_KIND_DIGEST && (db->digests & INTACT_BIT(row->id)))
			event_digest(r, w, row->key, row, db->digest[row->digest]);
	}
	jsonout_close(w);
}

static void add_databases(struct report *r, struct jsonout *w)
{
	if (!r->run->ndatabases || !report_level(r, INTACT_REPORT_DATABASE_ATTRIBUTES))
		return;
	jsonout_begin(w, "databases", '[');
	for (size_t i = 0; i < r->run->ndatabases; i++)
		add_database(r, w, &r->run->databases[i]);
	jsonout_close(w);
}

void eventfacts_summary(struct report *r, struct jsonout *w)
{
	const struct intact_run *run = r->run;

	jsonout_begin(w, "intact", '{');
	jsonout_text(w, "verdict", "summary");
	jsonout_text(w, "command", run_word(run->kind));
	jsonout_number(w, "exit_status", (uint64_t)run->status);
	jsonout_text(w, "report_level", intact_report_level_name(r->options->level));
	add_counts(r, w);
	add_packages(r, w);
	add_coverage(r, w);
	add_if(w, "limit", run->limit);
	add_if(w, "root_prefix", run->root_prefix);
	add_if(w, "config_version", run->config_version);
	add_baselines(r, w);
	add_databases(r, w);
	jsonout_close(w);
}
