/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See parts.h.  Texts and their order: aide-compat 6.3.
 */

#include "report/parts.h"

#include <inttypes.h>
#include <string.h>

void report_cut(struct report *r)
{
	if (r->run->pieces)
		buf_add_char(&r->text, '\0');
}

void report_flush(struct report *r)
{
	if (r->text.failed || !r->text.len)
		return;
	fwrite(r->text.data, 1, r->text.len, r->out);
	buf_clear(&r->text);
}

bool report_level(const struct report *r, enum intact_report_level level)
{
	return r->options->level >= level;
}

bool report_differs(const struct report *r)
{
	return r->counts.added || r->counts.removed || r->counts.changed;
}

bool report_is_aide(const struct report *r)
{
	return strcmp(r->run->program, "AIDE") == 0;
}

int part_each(struct report *r, report_view_fn *fn, struct intact_error *err)
{
	struct intact_changes_iter *it;
	const struct intact_change *change;
	int rc = intact_changes_iter_new(r->run->changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &change, err)) > 0) {
		struct view v = view_of(r->run, r->options, change);

		fn(r, &v);
		report_flush(r);
	}
	intact_changes_iter_free(it);
	return rc;
}

/* ---- the outline ---- */

static const char *outline_between(const struct report *r)
{
	return r->run->kind == INTACT_RUN_COMPARE ? "the two databases" : "database and filesystem";
}

static void outline_unverified(const struct report *r, struct buf *out)
{
	uint64_t n = r->counts.unverified;

	buf_printf(out, ", but %" PRIu64 " %s UNVERIFIED", n, n == 1 ? "entry is" : "entries are");
}

void part_outline(const struct report *r, struct buf *out)
{
	const char *program = r->run->program;

	if (r->run->kind == INTACT_RUN_INIT) {
		buf_printf(out, "%s successfully initialized database", program);
		if (r->counts.unverified)
			outline_unverified(r, out);
		else
			buf_add_char(out, '.');
	} else if (report_differs(r)) {
		buf_printf(out, "%s found differences between %s!!", program, outline_between(r));
	} else if (r->counts.unverified) {
		buf_printf(out, "%s found NO differences in what it could verify", program);
		outline_unverified(r, out);
	} else {
		buf_printf(out, "%s found NO differences between %s. Looks okay!!", program,
			   outline_between(r));
	}
}

/* ---- options ---- */

static void config_options(struct report *r, report_option_fn *fn)
{
	const struct intact_run *run = r->run;

	if (!report_level(r, INTACT_REPORT_SUMMARY))
		return;
	if (run->config_version)
		fn(r, "config_version", "Config version used", run->config_version);
	if (run->limit)
		fn(r, "limit", "Limit", run->limit);
	if (run->root_prefix && *run->root_prefix && run->kind != INTACT_RUN_COMPARE)
		fn(r, "root_prefix", "Root prefix", run->root_prefix);
	if (r->options->level != INTACT_REPORT_CHANGED_ATTRIBUTES)
		fn(r, "report_level", "Report level", intact_report_level_name(r->options->level));
}

static void attrs_option(struct report *r, report_option_fn *fn, const char *key, const char *label,
			 uint64_t mask)
{
	char text[VIEW_DIFF_MAX];

	if (!mask)
		return;
	intact_attr_expr(mask, text, sizeof(text));
	fn(r, key, label, text);
}

static void ignore_options(struct report *r, report_option_fn *fn)
{
	const struct intact_report_options *o = r->options;
	struct buf letters = { 0 };

	if (!report_level(r, INTACT_REPORT_LIST_ENTRIES))
		return;
	attrs_option(r, fn, "report_ignore_added_attrs", "Ignored added attributes",
		     o->ignore_added);
	attrs_option(r, fn, "report_ignore_removed_attrs", "Ignored removed attributes",
		     o->ignore_removed);
	attrs_option(r, fn, "report_ignore_changed_attrs", "Ignored changed attributes",
		     o->ignore_changed);
	if (report_level(r, INTACT_REPORT_CHANGED_ATTRIBUTES))
		attrs_option(r, fn, "report_force_attrs", "Forced attributes", o->force);
	value_flag_letters(&letters, o->ignore_e2fsattrs);
	if (letters.failed)
		r->text.failed = true;
	else if (letters.len)
		fn(r, "report_ignore_e2fsattrs", "Ignored e2fs attributes", letters.data);
	buf_release(&letters);
}

void part_options(struct report *r, enum part_option_group group, report_option_fn *fn)
{
	if (group == PART_CONFIG)
		config_options(r, fn);
	else
		ignore_options(r, fn);
}

/* ---- lists ---- */

static uint64_t count_kind(const struct report *r, unsigned kind)
{
	uint64_t n = 0;

	for (unsigned verdict = 0; verdict < INTACT_EXPLAINED_MAX; verdict++) {
		if (r->verdicts & KIND_BIT(verdict))
			n += r->sorted[verdict][kind];
	}
	return n;
}

size_t part_lists(const struct report *r, uint64_t masks[3])
{
	size_t n = 0;

	if (!report_level(r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	for (unsigned kind = VIEW_ADDED; kind <= VIEW_CHANGED; kind++) {
		if (!count_kind(r, kind))
			continue;
		if (r->options->grouped || n == 0)
			masks[n++] = KIND_BIT(kind);
		else
			masks[0] |= KIND_BIT(kind);
	}
	return n;
}

uint64_t part_explained(const struct report *r)
{
	const struct intact_report_counts *c = &r->counts;

	return c->explained_added + c->explained_removed + c->explained_changed;
}

bool part_has_coverage(const struct report *r)
{
	return (!r->run->aide_output || r->run->hash_policy) &&
	       report_level(r, INTACT_REPORT_SUMMARY);
}

uint64_t part_run_time(const struct intact_run *run)
{
	return run->end.sec > run->start.sec ? (uint64_t)(run->end.sec - run->start.sec) : 0;
}
