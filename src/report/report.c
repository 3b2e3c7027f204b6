/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One report: count what it will show, then hand it to its format.
 */

#include <intact/report.h>

#include "report/parts.h"

static void count_explained(struct report *r, const struct view *v)
{
	bool explained = v->verdict == INTACT_EXPLAINED;
	bool proven = explained && v->change->explanation->proof > INTACT_PROOF_NAME;

	r->counts.explained_added += explained && v->kind == VIEW_ADDED;
	r->counts.explained_removed += explained && v->kind == VIEW_REMOVED;
	r->counts.explained_changed += explained && v->kind == VIEW_CHANGED;
	r->counts.proven_added += proven && v->kind == VIEW_ADDED;
	r->counts.proven_removed += proven && v->kind == VIEW_REMOVED;
	r->counts.proven_changed += proven && v->kind == VIEW_CHANGED;
	r->counts.contradicted += v->verdict == INTACT_CONTRADICTED && v->kind != VIEW_NONE;
	r->sorted[v->verdict][v->kind]++;
}

static void count_view(struct report *r, const struct view *v)
{
	count_explained(r, v);
	r->counts.added += v->kind == VIEW_ADDED;
	r->counts.removed += v->kind == VIEW_REMOVED;
	r->counts.changed += v->kind == VIEW_CHANGED;
	/* No option of a report makes what was not verified go away. */
	r->counts.unverified += v->change->unverified != 0;
}

int intact_report_count(const struct intact_run *run, const struct intact_report_options *options,
			struct intact_report_counts *ret, struct intact_error *err)
{
	struct report r = { .run = run, .options = options };
	int rc = part_each(&r, count_view, err);

	if (rc == 0)
		*ret = r.counts;
	return rc;
}

static int write_format(struct report *r, struct intact_error *err)
{
	switch (r->options->format) {
	case INTACT_FORMAT_PLAIN:
		return report_plain(r, err);
	case INTACT_FORMAT_JSON:
		return report_json(r, err);
	case INTACT_FORMAT_NDJSON:
		return report_ndjson(r, err);
	case INTACT_FORMAT_ECS:
		return report_ecs(r, err);
	case INTACT_FORMAT_OCSF:
		return report_ocsf(r, err);
	case INTACT_FORMAT_HTML:
		return report_html(r, err);
	}
	return intact_fail(err, INTACT_EUSAGE, "report format %d is not known",
			   (int)r->options->format);
}

int intact_report_write(const struct intact_run *run, const struct intact_report_options *options,
			bool color, FILE *out, struct intact_error *err)
{
	struct report r = {
		.run = run, .options = options, .color = color, .out = out, .verdicts = ~(uint64_t)0
	};
	int rc = part_each(&r, count_view, err);

	if (rc < 0)
		return rc;
	if (options->quiet && !report_differs(&r) && !r.counts.unverified)
		return 0;
	rc = write_format(&r, err);
	if (rc == 0 && r.text.failed)
		rc = intact_fail_nomem(err);
	report_flush(&r);
	buf_release(&r.text);
	values_release(&r.old);
	values_release(&r.new);
	return rc;
}
