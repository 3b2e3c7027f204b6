/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The plain report, for people (aide-compat 6.4).
 *
 * A blank line belongs to what follows it: sections begin with newlines, lists have a newline in
 * front of each entry.
 */

#include "report/plain.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "report/summary.h"

/* A value column is this wide; longer values go on below. */
#define COLUMN 32

static const char dashes[] = "---------------------------------------------------\n";

#define RESET "\033[0m"
#define BOLD "\033[1m"
static const char *const kind_color[] = {
	[VIEW_NONE] = "",
	[VIEW_ADDED] = "\033[32m",
	[VIEW_REMOVED] = "\033[31m",
	[VIEW_CHANGED] = "\033[33m",
};
#define UNVERIFIED_COLOR "\033[35m"

static void add_escaped(struct report *r, const char *s)
{
	text_escape(&r->text, s, strlen(s));
}

static void add_color(struct report *r, const char *code)
{
	if (r->color)
		buf_add_str(&r->text, code);
}

void plain_section(struct report *r, const char *title)
{
	buf_printf(&r->text, "\n\n%s", dashes);
	add_color(r, BOLD);
	buf_printf(&r->text, "%s:", title);
	add_color(r, RESET);
	buf_printf(&r->text, "\n%s", dashes);
	report_cut(r);
}

/* The title of a section whose first entry is at hand. */
static void open_section(struct report *r, const char *title)
{
	if (!r->opened)
		plain_section(r, title);
	r->opened = true;
}

/* ---- head ---- */

static void different_line(struct report *r, const struct view *v)
{
	char diff[VIEW_DIFF_MAX];

	view_diff(v, r->options, diff, sizeof(diff));
	if (!diff[0])
		return;
	buf_add_str(&r->text, "Entry ");
	text_escape(&r->text, v->entry->path.s, v->entry->path.len);
	buf_printf(&r->text, " in databases has different attributes: %s\n", diff);
	report_cut(r);
}

static void config_option(struct report *r, const char *key, const char *label, const char *value)
{
	(void)key;
	if (r->opened) {
		buf_add_str(&r->text, " | ");
		report_cut(r);
	}
	buf_printf(&r->text, "%s: ", label);
	add_escaped(r, value);
	report_cut(r);
	r->opened = true;
}

static void ignore_option(struct report *r, const char *key, const char *label, const char *value)
{
	(void)key;
	buf_printf(&r->text, "%s: ", label);
	add_escaped(r, value);
	buf_add_char(&r->text, '\n');
	report_cut(r);
}

static void add_start(struct report *r)
{
	buf_add_str(&r->text, "Start timestamp: ");
	value_time(&r->text, &r->run->start, false);
	buf_printf(&r->text, " (%s %s)\n", r->run->program, r->run->version);
	report_cut(r);
}

static void add_options(struct report *r)
{
	r->opened = false;
	part_options(r, PART_CONFIG, config_option);
	if (r->opened) {
		buf_add_char(&r->text, '\n');
		report_cut(r);
	}
	part_options(r, PART_IGNORES, ignore_option);
}

static void add_fact(struct report *r, const char *label, const char *value)
{
	buf_add_str(&r->text, label);
	add_escaped(r, value);
	buf_add_char(&r->text, '\n');
}

/* Whom the baseline is from, and whether it answers today's question. */
static void add_trust(struct report *r)
{
	const struct intact_run *run = r->run;

	if (run->baseline)
		add_fact(r, "Baseline: ", run->baseline);
	if (run->rules_changed)
		add_fact(r, "Rules: ", run->rules_changed);
	for (size_t i = 0; run->rules_changed && i < run->nrules_lines; i++)
		add_fact(r, "  ", run->rules_lines[i]);
	if (run->packages)
		plain_packages_head(r);
}

static void add_head(struct report *r)
{
	const struct intact_run *run = r->run;

	if (report_level(r, INTACT_REPORT_SUMMARY))
		add_start(r);
	part_outline(r, &r->text);
	buf_add_char(&r->text, '\n');
	report_cut(r);
	if (!report_level(r, INTACT_REPORT_SUMMARY))
		return;
	if (!run->aide_output)
		add_trust(r);
	if (run->new_database) {
		buf_printf(&r->text, "New %s database written to ", run->program);
		add_escaped(r, run->new_database);
		buf_add_char(&r->text, '\n');
		report_cut(r);
	}
	if (run->new_baseline && !run->aide_output)
		add_fact(r, "New baseline: ", run->new_baseline);
	add_options(r);
}

static void add_counts(struct report *r)
{
	const struct intact_report_counts *c = &r->counts;
	bool differs = report_differs(r) && r->run->kind != INTACT_RUN_INIT;

	if (!differs) {
		buf_printf(&r->text, "\nNumber of entries:\t%" PRIu64, r->run->total);
		if (c->unverified)
			buf_printf(&r->text, "\nUnverified entries:\t%" PRIu64, c->unverified);
		return;
	}
	buf_printf(&r->text,
		   "\nSummary:\n  Total number of entries:\t%" PRIu64
		   "\n  Added entries:\t\t%" PRIu64 "\n  Removed entries:\t\t%" PRIu64
		   "\n  Changed entries:\t\t%" PRIu64,
		   r->run->total, c->added, c->removed, c->changed);
	if (r->run->packages)
		buf_printf(&r->text, "\n  Explained by packages:\t%" PRIu64, part_explained(r));
	if (c->unverified)
		buf_printf(&r->text, "\n  Unverified entries:\t\t%" PRIu64, c->unverified);
}

/* ---- lists ---- */

void plain_entry(struct report *r, const struct view *v)
{
	char summary[SUMMARY_MAX];
	const char *what = view_word(v->kind);

	if (r->options->summarize) {
		summary_string(v, r->options, r->run->summary_columns, summary);
		what = summary;
	}
	buf_add_char(&r->text, '\n');
	add_color(r, kind_color[v->kind]);
	buf_printf(&r->text, "%s: ", what);
	text_escape(&r->text, v->entry->path.s, v->entry->path.len);
	add_color(r, RESET);
	report_cut(r);
}

static void list_line(struct report *r, const struct view *v)
{
	if (!(r->kinds & KIND_BIT(v->kind)) || !(r->verdicts & KIND_BIT(v->verdict)))
		return;
	plain_entry(r, v);
	plain_reason(r, v);
}

/* "Added entries", "Added and changed entries", "Added, removed and changed entries". */
static void list_title(uint64_t kinds, bool unexplained, char *buf, size_t size)
{
	size_t len = 0;

	for (unsigned kind = VIEW_ADDED; kind <= VIEW_CHANGED; kind++) {
		const char *join = "";

		if (!(kinds & KIND_BIT(kind)))
			continue;
		if (len)
			join = kinds >> kind == 1 ? " and " : ", ";
		len += (size_t)snprintf(buf + len, size - len, "%s%s", join,
					view_word((enum view_kind)kind));
	}
	snprintf(buf + len, size - len, unexplained ? " entries, unexplained" : " entries");
	buf[0] = (char)(buf[0] - 'a' + 'A');
}

/* Of what packages explain there is less to say: it comes later. */
static int add_lists(struct report *r, struct intact_error *err)
{
	uint64_t masks[3];
	size_t n;
	int rc = 0;

	if (r->run->packages)
		r->verdicts = KIND_BIT(INTACT_UNEXPLAINED);
	n = part_lists(r, masks);
	for (size_t i = 0; i < n && rc == 0; i++) {
		char title[64];

		list_title(masks[i], r->run->packages != NULL, title, sizeof(title));
		plain_section(r, title);
		r->kinds = masks[i];
		rc = part_each(r, list_line, err);
	}
	return rc;
}

static void add_attr_names(struct report *r, uint64_t attrs)
{
	const char *join = "";

	for (uint64_t left = attrs; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (!row || !row->name)
			continue;
		buf_printf(&r->text, "%s%s", join, row->name);
		join = ", ";
	}
	if (*join)
		buf_add_str(&r->text, ": ");
}

static void unverified_lines(struct report *r, const struct view *v)
{
	const struct intact_change *c = v->change;

	if (!c->unverified)
		return;
	open_section(r, "Unverified entries");
	buf_add_char(&r->text, '\n');
	add_color(r, UNVERIFIED_COLOR);
	buf_printf(&r->text, "%c: ", intact_ftype_letter((uint32_t)v->entry->mode));
	text_escape(&r->text, v->entry->path.s, v->entry->path.len);
	add_color(r, RESET);
	buf_add_str(&r->text, "\n   ");
	if (c->kind == INTACT_GAP && S_ISDIR(v->entry->mode))
		buf_add_str(&r->text, "names below it may be missing: ");
	add_attr_names(r, c->unverified);
	add_escaped(r, c->reason ? c->reason : "");
	report_cut(r);
}

static int add_unverified(struct report *r, struct intact_error *err)
{
	if (!r->counts.unverified || !report_level(r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	r->opened = false;
	return part_each(r, unverified_lines, err);
}

/* ---- details ---- */

/* What is left of a value that is being printed in pieces. */
struct rest {
	const char *s;
	size_t len;
};

static size_t add_piece(struct report *r, struct rest *rest)
{
	size_t chars, n = value_piece(rest->s, rest->len, COLUMN, &chars);

	buf_add(&r->text, rest->s, n);
	rest->s += n;
	rest->len -= n;
	return chars;
}

/* One value of each side, over as many lines as the longer one takes. */
static void add_value_lines(struct report *r, const char *label, bool *first, struct rest old,
			    struct rest new)
{
	bool has_old = r->old.count > 0, has_new = r->new.count > 0;

	do {
		size_t used = 0;

		buf_printf(&r->text, " %-10s%c ", *first ? label : "", *first ? ':' : ' ');
		*first = false;
		if (has_old)
			used = add_piece(r, &old);
		if (has_new) {
			buf_printf(&r->text, "%*s%s", (int)(COLUMN + 1 - used), "",
				   has_old ? "| " : "  ");
			add_piece(r, &new);
		}
		buf_add_char(&r->text, '\n');
		report_cut(r);
	} while (old.len || new.len);
}

static void escape_value(const struct values *v, size_t i, struct buf *out)
{
	size_t len;
	const char *s;

	buf_clear(out);
	if (i >= v->count)
		return;
	s = values_at(v, i, &len);
	text_escape(out, s, len);
}

/* What r->old and r->new hold, under one label. */
static void add_values(struct report *r, const char *label)
{
	size_t n = r->old.count > r->new.count ? r->old.count : r->new.count;
	struct buf old = { 0 }, new = { 0 };
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		escape_value(&r->old, i, &old);
		escape_value(&r->new, i, &new);
		add_value_lines(r, label, &first,
				(struct rest){ old.data ? old.data : "", old.len },
				(struct rest){ new.data ? new.data : "", new.len });
		/* The next one clears it. */
		r->text.failed |= old.failed | new.failed;
	}
	buf_release(&old);
	buf_release(&new);
}

static void add_detail(struct report *r, const struct view *v, const struct intact_attr *row)
{
	const struct values_options options = {
		.base16 = r->options->base16,
		.ignore_e2fsattrs = r->options->ignore_e2fsattrs,
	};
	bool present = v->change->changed & INTACT_BIT(row->id);

	if (!values_get_both(&r->old, &r->new, v->change->old, v->change->new, row, present,
			     &options))
		r->text.failed = true;
	else
		add_values(r, row->label);
}

static void add_detail_lines(struct report *r, const struct view *v, uint64_t mask)
{
	const enum intact_attr_id *order;
	size_t n;

	order = intact_attr_report_order(&n);
	for (size_t i = 0; i < n; i++) {
		if (mask & INTACT_BIT(order[i]))
			add_detail(r, v, intact_attr_get(order[i]));
	}
}

static void detail_lines(struct report *r, const struct view *v)
{
	uint64_t mask = view_details(v, r->options);

	if (!mask || !plain_is_shown(r, v))
		return;
	open_section(r, "Detailed information about changes");
	buf_add_char(&r->text, '\n');
	report_cut(r);
	buf_printf(&r->text, "%s: ", intact_ftype_name((uint32_t)v->entry->mode));
	report_cut(r);
	text_escape(&r->text, v->entry->path.s, v->entry->path.len);
	buf_add_char(&r->text, '\n');
	report_cut(r);
	add_detail_lines(r, v, mask);
}

static int add_details(struct report *r, struct intact_error *err)
{
	if (!report_level(r, INTACT_REPORT_CHANGED_ATTRIBUTES))
		return 0;
	r->opened = false;
	return part_each(r, detail_lines, err);
}

/* ---- tail ---- */

static void add_database(struct report *r, const struct intact_report_database *db)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	buf_add_char(&r->text, '\n');
	report_cut(r);
	add_escaped(r, db->name);
	buf_add_char(&r->text, '\n');
	report_cut(r);
	values_clear(&r->new);
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind != INTACT_KIND_DIGEST || !(db->digests & INTACT_BIT(row->id)))
			continue;
		values_clear(&r->old);
		if (!values_digest(&r->old, row, db->digest[row->digest], r->options->base16))
			r->text.failed = true;
		else
			add_values(r, row->label);
	}
}

static void add_databases(struct report *r)
{
	if (!r->run->ndatabases || !report_level(r, INTACT_REPORT_DATABASE_ATTRIBUTES))
		return;
	plain_section(r, "The attributes of the (uncompressed) database(s)");
	for (size_t i = 0; i < r->run->ndatabases; i++)
		add_database(r, &r->run->databases[i]);
}

static void add_coverage(struct report *r)
{
	const struct intact_run *run = r->run;

	if (!part_has_coverage(r))
		return;
	buf_printf(&r->text, "\n\nCoverage: %" PRIu64 " entries verified, %" PRIu64 " unverified",
		   run->verified, run->unverified);
	if (run->has_coverage)
		buf_printf(&r->text, ", %" PRIu64 " excluded by rule, %" PRIu64 " mounts skipped",
			   run->excluded, run->mounts_skipped);
	if (run->hash_policy)
		buf_printf(&r->text, ", %" PRIu64 " files read, %" PRIu64 " not",
			   run->contents_read, run->contents_trusted);
	if (run->hash_policy && run->contents_trusted) {
		buf_add_str(&r->text, " (last read ");
		value_time(&r->text, &run->oldest_read, false);
		buf_add_str(&r->text, " or later)");
	}
	report_cut(r);
}

static void add_end(struct report *r)
{
	uint64_t seconds = part_run_time(r->run);

	buf_add_str(&r->text, "\n\nEnd timestamp: ");
	value_time(&r->text, &r->run->end, false);
	buf_printf(&r->text, " (run time: %" PRIu64 "m %" PRIu64 "s)\n", seconds / 60,
		   seconds % 60);
	report_cut(r);
}

int report_plain(struct report *r, struct intact_error *err)
{
	int rc = 0;

	if (report_level(r, INTACT_REPORT_LIST_ENTRIES))
		rc = part_each(r, different_line, err);
	if (rc < 0)
		return rc;
	add_head(r);
	if (!report_level(r, INTACT_REPORT_SUMMARY))
		return 0;
	add_counts(r);
	report_cut(r);
	rc = plain_contradicted(r, err);
	if (rc == 0)
		rc = add_lists(r, err);
	if (rc == 0)
		rc = plain_packages(r, err);
	if (rc == 0)
		rc = add_unverified(r, err);
	if (rc == 0)
		rc = add_details(r, err);
	if (rc < 0)
		return rc;
	add_databases(r);
	add_coverage(r);
	add_end(r);
	return 0;
}

/* ---- one change by itself -------------------------------------------------------------------- */

/* Equal as far as both could be compared: what keeps it in the list all the same. */
static void add_same(struct report *r, const struct view *v)
{
	char diff[VIEW_DIFF_MAX];

	view_diff(v, r->options, diff, sizeof(diff));
	buf_add_str(&r->text, "\nsame: ");
	text_escape(&r->text, v->entry->path.s, v->entry->path.len);
	if (diff[0])
		buf_printf(&r->text, "\n   asked for otherwise: %s", diff);
	if (v->change->unverified) {
		buf_add_str(&r->text, "\n   ");
		add_attr_names(r, v->change->unverified);
		add_escaped(r, v->change->reason ? v->change->reason : "");
	}
}

int intact_report_change(const struct intact_run *run, const struct intact_change *change,
			 bool details, FILE *out, struct intact_error *err)
{
	static const struct intact_report_options options = {
		.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES, .summarize = true
	};
	struct report r = { .run = run, .options = &options, .out = out };
	struct view v = view_of(run, &options, change);
	bool failed;

	if (v.kind == VIEW_NONE)
		add_same(&r, &v);
	else
		plain_entry(&r, &v);
	plain_reason(&r, &v);
	buf_add_char(&r.text, '\n');
	if (details)
		add_detail_lines(&r, &v, view_details(&v, &options));
	failed = r.text.failed;
	report_flush(&r);
	buf_release(&r.text);
	values_release(&r.old);
	values_release(&r.new);
	return failed ? intact_fail_nomem(err) : 0;
}
