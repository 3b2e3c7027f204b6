/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The findings of a run for whoever follows them from night to night: one JSON object a line, in
 * the one form of base/json.h.  It knows nothing of other nights.
 */

#include "report/parts.h"

#include <string.h>

#include "base/json.h"
#include "report/events.h"
#include "report/values.h"

static bool is_gap(const struct intact_change *c)
{
	return c->kind == INTACT_GAP || (c->new && c->new->flags &INTACT_ENTRY_GAP);
}

static const char *word_of(const struct view *v)
{
	return v->kind == VIEW_NONE ? "unverified" : view_word(v->kind);
}

static uint64_t attrs_of(const struct view *v)
{
	switch (v->kind) {
	case VIEW_CHANGED:
		return v->changed;
	case VIEW_ADDED:
		return v->new_attrs;
	case VIEW_REMOVED:
		return 0;
	default:
		return v->change->unverified;
	}
}

/* "NAME LENGTH:VALUE" for each value of the new side: no value can pass for two. */
static bool add_values(struct buf *out, const struct view *v, uint64_t mask)
{
	const struct values_options options = { .base16 = true };
	struct values each = { 0 };
	bool good = true;

	for (uint64_t left = mask; good && left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (!row)
			continue;
		values_clear(&each);
		good = values_get(&each, v->change->new, row, true, &options);
		buf_printf(out, "%s %zu", row->name, each.count);
		for (size_t i = 0; good && i < each.count; i++) {
			size_t len;
			const char *value = values_at(&each, i, &len);

			buf_printf(out, " %zu:", len);
			buf_add(out, value, len);
		}
		buf_add_char(out, '\n');
		/* What is shown may be rounded; what was is found all the same. */
		if (row->kind == INTACT_KIND_TIME && v->change->new)
			buf_printf(out, "%u\n", intact_entry_time(v->change->new, row)->nsec);
	}
	values_release(&each);
	return good && !out->failed;
}

/* What the new state is; whoever reads it makes a digest of it. */
static bool add_state(struct buf *line, const struct view *v)
{
	struct buf state = { 0 };
	bool good = true;

	if (v->kind == VIEW_ADDED || v->kind == VIEW_CHANGED)
		good = add_values(&state, v, attrs_of(v));
	if (v->change->unverified)
		buf_add_str(&state, v->change->reason ? v->change->reason : "");
	good = good && !state.failed;
	if (good)
		json_bytes(line, "state", state.len ? state.data : "", state.len);
	buf_release(&state);
	return good;
}

static void add_explanation(struct report *r, struct buf *line, const struct view *v)
{
	const struct intact_report_packages *p = r->run->packages;
	const struct intact_explanation *x = v->change->explanation;

	if (!p || !x)
		return;
	json_text(line, "explanation", intact_explained_name((enum intact_explained)x->verdict));
	if (x->verdict == INTACT_EXPLAINED)
		json_text(line, "proof", intact_proof_name((enum intact_proof)x->proof));
	if (x->package < p->n) {
		json_text(line, "package", p->list[x->package].name);
		json_text(line, "version", p->list[x->package].version);
	}
}

static void add_line(struct report *r, const struct view *v)
{
	const struct intact_change *c = v->change;
	const struct intact_str *path;
	enum intact_severity severity;
	char attrs[1024];
	bool by_line;

	if (v->kind == VIEW_NONE && !c->unverified)
		return;
	path = &v->entry->path;
	intact_attr_expr(attrs_of(v), attrs, sizeof(attrs));
	buf_add_char(&r->text, '{');
	json_bytes(&r->text, "path", path->s, path->len);
	json_text(&r->text, "change", word_of(v));
	json_number(&r->text, "gap", is_gap(c));
	json_text(&r->text, "attributes", attrs);
	if (c->unverified)
		json_text(&r->text, "reason", c->reason ? c->reason : "");
	add_explanation(r, &r->text, v);
	severity = event_severity_listed(r->run, v, &by_line);
	json_text(&r->text, "severity", intact_severity_name(severity));
	json_number(&r->text, "by_line", by_line);
	if (!add_state(&r->text, v))
		r->text.failed = true;
	buf_add_str(&r->text, "}\n");
}

int intact_report_findings(const struct intact_run *run,
			   const struct intact_report_options *options, FILE *out,
			   struct intact_error *err)
{
	struct report r = { .run = run, .options = options, .out = out };
	int rc = part_each(&r, add_line, err);

	if (rc == 0 && r.text.failed)
		rc = intact_fail_nomem(err);
	buf_release(&r.text);
	return rc;
}
