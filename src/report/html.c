/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The HTML report: one file to look at, that asks for nothing from anywhere.
 *
 * The page is a row of sections, each over the whole list of changes or over the facts of the run;
 * a first pass counts, draws in memory what is bounded (the map, the timeline), and all others
 * write as they go.  Entries stand under their folder; a folder stands inside the nearest one above
 * it that has entries, which costs a stack and no memory, since the list is in path order.
 *
 * Every byte from outside goes through text_html().  The policy in the head forbids scripts, and
 * all styles but the one sheet, whose hash it names: a mistake here would show, and run nothing.
 */

#include "report/parts.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/text.h"
#include "report/events.h"
#include "report/htmlout.h"
#include "report/htmltime.h"
#include "report/htmltree.h"

/* Folders inside one another; browsers give up at some hundred elements. */
#define NESTED 12
/* Entries with their details: a browser can show more names than tables. */
#define DETAILED 10000
/* The most severe are not without because of others; but there can be many of them as well. */
#define DETAILED_CRITICAL (2 * DETAILED)
/* Characters of a value. */
#define VALUE_MAX 4096
/* Entries that are named before all others. */
#define FIRST 200

struct html;

/* A list of entries. */
struct section {
	const char *id, *title;
	const char *note; /* a sentence for people; NULL: none */
	bool (*takes)(const struct html *h, const struct view *v);
	void (*row)(struct html *h, const struct view *v);
	uint64_t most; /* names at most so many; 0: all.  For what stands elsewhere as well. */
};

#define SECTIONS 7

/* A report and its page; the entry functions get the former and need the latter. */
struct html {
	struct report r;
	struct buf *out; /* the report's text */
	struct tree tree;
	struct timeline timeline;

	uint64_t counts[SECTIONS]; /* entries of each section */
	uint64_t detailed;	   /* entries whose details were written */

	/* The list being written. */
	const struct section *section;
	uint64_t rows;
	size_t folders[NESTED]; /* lengths of the folders that are open, each a beginning of
				   `folder` */
	size_t nfolders;
	struct buf folder;
};

static struct html *html_of(struct report *r)
{
	return (struct html *)r;
}

/* ---- which entries, under which heading ---- */

static enum event_kind kind_of(const struct html *h, const struct view *v)
{
	if (h->r.run->kind == INTACT_RUN_INIT)
		return EVENT_RECORDED;
	return v->kind == VIEW_ADDED	 ? EVENT_ADDED
	       : v->kind == VIEW_REMOVED ? EVENT_REMOVED
					 : EVENT_CHANGED;
}

static bool is_critical(const struct html *h, const struct view *v)
{
	return v->kind != VIEW_NONE && event_severity_of(kind_of(h, v), v) == EVENT_CRITICAL;
}

static bool is_unverified(const struct html *h, const struct view *v)
{
	(void)h;
	return v->change->unverified;
}

static bool is_changed(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_CHANGED;
}

static bool is_added(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_ADDED;
}

static bool is_removed(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_REMOVED;
}

static bool is_moved(const struct html *h, const struct view *v)
{
	(void)h;
	return v->change->kind == INTACT_MOVED;
}

static bool is_different(const struct html *h, const struct view *v)
{
	char diff[VIEW_DIFF_MAX];

	view_diff(v, h->r.options, diff, sizeof(diff));
	return diff[0];
}

static void listed_row(struct html *h, const struct view *v);
static void marked_row(struct html *h, const struct view *v);
static void unverified_row(struct html *h, const struct view *v);
static void moved_row(struct html *h, const struct view *v);
static void different_row(struct html *h, const struct view *v);

/* In the order of the page.  What explains changes puts its sections here: what is unexplained
 * first, packages behind it. */
static const struct section sections[SECTIONS] = {
	{ "unverified", "Unverified",
	  "Nobody can say whether these have changed: they could not be examined in full.",
	  is_unverified, unverified_row, 0 },
	{ "first", "Look at these first",
	  "Programs that run with more rights than who starts them (setuid, setgid, capabilities), "
	  "and "
	  "differ, are new or are gone. They stand below as well.",
	  is_critical, marked_row, FIRST },
	{ "changed", "Changed", NULL, is_changed, listed_row, 0 },
	{ "added", "Added", NULL, is_added, listed_row, 0 },
	{ "removed", "Removed", NULL, is_removed, listed_row, 0 },
	{ "moved", "Moved", "Followed to another name, with all they contained.", is_moved,
	  moved_row, 0 },
	{ "rules", "Asked for differently",
	  "The rules of this run ask for other attributes than those of the baseline: + now, "
	  "\xe2\x88\x92 "
	  "no longer.",
	  is_different, different_row, 0 },
};

/* ---- the first pass ---- */

static void survey_times(struct html *h, const struct view *v)
{
	const struct intact_entry *e = v->change->new;

	if (!e || v->kind == VIEW_NONE)
		return;
	if (intact_entry_has(e, INTACT_MTIME))
		timeline_add(&h->timeline, TIMELINE_MTIME, &e->mtime);
	if (intact_entry_has(e, INTACT_CTIME))
		timeline_add(&h->timeline, TIMELINE_CTIME, &e->ctime);
}

static void survey_entry(struct report *r, const struct view *v)
{
	static const enum tree_kind kinds[] = { [VIEW_ADDED] = TREE_ADDED,
						[VIEW_REMOVED] = TREE_REMOVED,
						[VIEW_CHANGED] = TREE_CHANGED };
	struct html *h = html_of(r);
	bool folder = S_ISDIR(v->entry->mode);

	for (unsigned i = 0; i < SECTIONS; i++)
		h->counts[i] += sections[i].takes(h, v);
	if (v->kind != VIEW_NONE)
		tree_add(&h->tree, &v->entry->path, folder, kinds[v->kind]);
	if (v->change->unverified)
		tree_add(&h->tree, &v->entry->path, folder, TREE_UNVERIFIED);
	survey_times(h, v);
}

/* ---- details of an entry ---- */

/* One extended attribute can have 64 KiB, and a file many. */
static void add_values(struct buf *out, const struct values *v)
{
	size_t room = VALUE_MAX;

	for (size_t i = 0; i < v->count && room; i++) {
		size_t len, chars, n;
		const char *s = values_at(v, i, &len);

		if (i)
			buf_add_str(out, "<br>");
		n = value_piece(s, len, room, &chars);
		text_html(out, s, n);
		room -= chars;
	}
	if (v->text.len > VALUE_MAX)
		buf_printf(out, "\xe2\x80\xa6 (%zu bytes in all)", v->text.len);
}

static void add_attr(struct html *h, const struct view *v, const struct intact_attr *row, bool both)
{
	struct report *r = &h->r;
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
	buf_add_str(h->out, "<tr><th scope=\"row\">");
	htmlout_text(h->out, row->label);
	buf_add_str(h->out, "</th><td>");
	add_values(h->out, v->change->old ? &r->old : &r->new);
	if (both) {
		buf_add_str(h->out, "</td><td>");
		add_values(h->out, &r->new);
	}
	buf_add_str(h->out, "</td></tr>");
}

static void add_details(struct html *h, const struct view *v, uint64_t mask)
{
	bool both = v->change->old && v->change->new;
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	buf_add_str(h->out, "<table><thead><tr><th scope=\"col\">Attribute</th>");
	buf_add_str(h->out, both ? "<th scope=\"col\">Baseline</th><th scope=\"col\">Now</th>"
				 : "<th scope=\"col\">Value</th>");
	buf_add_str(h->out, "</tr></thead><tbody>");
	for (size_t i = 0; i < n; i++) {
		if (mask & INTACT_BIT(order[i]))
			add_attr(h, v, intact_attr_get(order[i]), both);
	}
	buf_add_str(h->out, "</tbody></table>");
}

/* ---- rows ---- */

static void add_path(struct buf *out, const struct intact_str *path)
{
	buf_add_str(out, "<code>");
	text_html(out, path->s, path->len);
	buf_add_str(out, "</code>");
}

/* The last name, with the slash of a folder: what stands before it is in the heading. */
static void add_name(struct html *h, const struct view *v)
{
	const struct intact_str *path = &v->entry->path;
	const char *name = path_name(path->s, path->len);
	size_t len = path->len - (size_t)(name - path->s);

	buf_add_str(h->out, "<code>");
	text_html(h->out, name, len);
	if (S_ISDIR(v->entry->mode))
		buf_add_char(h->out, '/');
	buf_add_str(h->out, "</code>");
}

static void add_labels(struct buf *out, uint64_t mask)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);
	const char *join = "";

	for (size_t i = 0; i < n; i++) {
		if (!(mask & INTACT_BIT(order[i])))
			continue;
		buf_add_str(out, join);
		htmlout_text(out, intact_attr_get(order[i])->label);
		join = ", ";
	}
}

static void add_mark(struct html *h, const struct view *v)
{
	const char *word = view_word(v->kind);

	buf_printf(h->out, "<b class=\"%c\">%s</b> ", word[0], word);
}

static void add_about(struct html *h, const struct view *v)
{
	buf_add_str(h->out, " <span>");
	if (v->kind == VIEW_CHANGED)
		add_labels(h->out, v->changed);
	else
		htmlout_text(h->out, intact_ftype_name((uint32_t)v->entry->mode));
	buf_add_str(h->out, "</span>");
	if (is_critical(h, v))
		buf_add_str(h->out, " <b class=\"x\">gives rights</b>");
}

static void add_entry(struct html *h, const struct view *v, bool marked)
{
	uint64_t mask = view_details(v, h->r.options) & ~INTACT_BIT(INTACT_NAME);
	uint64_t most = is_critical(h, v) ? DETAILED_CRITICAL : DETAILED;
	bool details = mask && h->detailed < most;

	buf_add_str(h->out, details ? "<li><details><summary>" : "<li>");
	if (marked)
		add_mark(h, v);
	add_name(h, v);
	add_about(h, v);
	if (details) {
		buf_add_str(h->out, "</summary>");
		add_details(h, v, mask);
		buf_add_str(h->out, "</details>");
		h->detailed++;
	}
	buf_add_str(h->out, "</li>\n");
}

static void listed_row(struct html *h, const struct view *v)
{
	add_entry(h, v, false);
}

static void marked_row(struct html *h, const struct view *v)
{
	add_entry(h, v, true);
}

static void unverified_row(struct html *h, const struct view *v)
{
	const struct intact_change *c = v->change;

	buf_add_str(h->out, "<li>");
	add_name(h, v);
	buf_add_str(h->out, " <span>");
	if (c->kind == INTACT_GAP && S_ISDIR(v->entry->mode))
		buf_add_str(h->out, "names below it may be missing: ");
	if (c->unverified & ~INTACT_BIT(INTACT_NAME)) {
		add_labels(h->out, c->unverified);
		buf_add_str(h->out, ": ");
	}
	htmlout_text(h->out, c->reason ? c->reason : "");
	buf_add_str(h->out, "</span></li>\n");
}

static void moved_row(struct html *h, const struct view *v)
{
	buf_add_str(h->out, "<li>");
	add_name(h, v);
	buf_add_str(h->out, " <span>was</span> ");
	add_path(h->out, &v->change->old->path);
	buf_add_str(h->out, "</li>\n");
}

static void different_row(struct html *h, const struct view *v)
{
	char diff[VIEW_DIFF_MAX];

	view_diff(v, h->r.options, diff, sizeof(diff));
	buf_add_str(h->out, "<li>");
	add_name(h, v);
	buf_add_str(h->out, " <span>");
	htmlout_text(h->out, diff);
	buf_add_str(h->out, "</span></li>\n");
}

/* ---- folders ---- */

static void close_folder(struct html *h)
{
	buf_add_str(h->out, "</ul></details>\n");
	h->nfolders--;
	if (h->nfolders)
		buf_add_str(h->out, "</li>\n");
}

static void open_folder(struct html *h, const char *path, size_t len)
{
	/* What the folder around it says already. */
	size_t above = h->nfolders ? h->folders[h->nfolders - 1] : 0;

	if (h->nfolders)
		buf_add_str(h->out, "<li class=\"in\">");
	buf_add_str(h->out, "<details open><summary><code>");
	if (above) {
		buf_add_str(h->out, "<i>");
		text_html(h->out, path, above);
		buf_add_str(h->out, above > 1 ? "/</i>" : "</i>");
		above += above > 1;
	}
	text_html(h->out, path + above, len - above);
	buf_add_str(h->out, len > 1 ? "/</code></summary><ul>\n" : "</code></summary><ul>\n");
	buf_clear(&h->folder);
	buf_add(&h->folder, path, len);
	h->out->failed |= h->folder.failed;
	h->folders[h->nfolders++] = len;
}

static bool is_open(const struct html *h, const char *path, size_t len)
{
	size_t top = h->folders[h->nfolders - 1];
	const char *open = h->folder.data ? h->folder.data : "";

	if (len == top)
		return memcmp(path, open, len) == 0;
	return path_below(path, len, open, top);
}

static void enter_folder(struct html *h, const struct intact_str *path)
{
	size_t len = path_parent(path->s, path->len);

	if (len == 0)
		len = path->len;
	while (h->nfolders && !is_open(h, path->s, len))
		close_folder(h);
	if (h->nfolders && h->folders[h->nfolders - 1] == len)
		return;
	/* Too deep: beside the innermost one instead of in it. */
	if (h->nfolders == NESTED)
		close_folder(h);
	open_folder(h, path->s, len);
}

/* ---- sections ---- */

static void section_entry(struct report *r, const struct view *v)
{
	struct html *h = html_of(r);

	if (!h->section->takes(h, v))
		return;
	h->rows++;
	if (h->section->most && h->rows > h->section->most)
		return;
	enter_folder(h, &v->entry->path);
	h->section->row(h, v);
}

static void open_section(struct html *h, const char *id, const char *title)
{
	buf_printf(h->out, "<section id=\"%s\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">%s", id, id,
		   id, title);
}

static void add_note(struct html *h, const char *note)
{
	if (note)
		buf_printf(h->out, "<p class=\"note\">%s</p>\n", note);
}

static int add_section(struct html *h, unsigned i, struct intact_error *err)
{
	const struct section *s = &sections[i];
	int rc;

	if (!h->counts[i])
		return 0;
	h->section = s;
	h->rows = h->nfolders = 0;
	open_section(h, s->id, s->title);
	buf_add_str(h->out, " <span class=\"n\">");
	htmlout_number(h->out, h->counts[i]);
	buf_add_str(h->out, "</span></h2>\n");
	add_note(h, s->note);
	rc = part_each(&h->r, section_entry, err);
	while (h->nfolders)
		close_folder(h);
	if (s->most && h->rows > s->most)
		buf_printf(h->out, "<p class=\"note\">And %" PRIu64 " more.</p>\n",
			   h->rows - s->most);
	buf_add_str(h->out, "</section>\n");
	return rc;
}

/* ---- pictures ---- */

static void add_legend(struct buf *out)
{
	buf_add_str(out, "<ul class=\"legend\"><li><i class=\"kc\"></i>mostly changed</li>"
			 "<li><i class=\"ka\"></i>mostly added</li>"
			 "<li><i class=\"kr\"></i>mostly removed</li>"
			 "<li><i class=\"ku\"></i>mostly unverified</li></ul>\n");
}

/* Each twice: letters do not shrink with the screen. */
static void add_map(struct html *h)
{
	if (tree_total(&h->tree) < 2)
		return;
	open_section(h, "where", "Where");
	buf_add_str(h->out,
		    "</h2>\n<p class=\"note\">Folders with findings; an area grows with the "
		    "square root of their number.</p>\n<figure>");
	tree_draw(&h->tree, h->out, "map-w", "wide", 960, 400);
	tree_draw(&h->tree, h->out, "map-s", "slim", 360, 420);
	buf_add_str(h->out, "<figcaption>");
	add_legend(h->out);
	buf_add_str(h->out, "</figcaption></figure></section>\n");
}

static void add_row_words(struct html *h, enum timeline_row row, const char *color,
			  const char *what)
{
	const struct timeline *t = &h->timeline;

	buf_printf(h->out, "<li><i class=\"%s\"></i>%s: ", color, what);
	htmlout_number(h->out, t->count[row]);
	if (t->baseline) {
		buf_add_str(h->out, ", ");
		htmlout_number(h->out, t->since[row]);
		buf_add_str(h->out, " since the baseline");
	}
	if (t->later[row]) {
		buf_add_str(h->out, ", <b>");
		htmlout_number(h->out, t->later[row]);
		buf_add_str(h->out, " later than the run</b>");
	}
	buf_add_str(h->out, "</li>");
}

static void add_timeline(struct html *h)
{
	const struct timeline *t = &h->timeline;

	if (!t->count[TIMELINE_MTIME] && !t->count[TIMELINE_CTIME])
		return;
	open_section(h, "when", "When");
	buf_add_str(h->out,
		    "</h2>\n<p class=\"note\">What the times of changed and added entries say. "
		    "The time of content can be set by whoever owns a file, that of the inode "
		    "only with the clock.</p>\n<figure>");
	timeline_draw(t, h->out, "time-w", "wide", 960);
	timeline_draw(t, h->out, "time-s", "slim", 360);
	buf_add_str(h->out, "<figcaption><ul class=\"legend\">");
	add_row_words(h, TIMELINE_MTIME, "bm", "content, above the line");
	add_row_words(h, TIMELINE_CTIME, "bc", "inode, below the line");
	buf_add_str(h->out, "</ul></figcaption></figure></section>\n");
}

/* ---- the head ---- */

/* In words, a sign and a colour; any one of the three is enough. */
struct verdict {
	const char *class, *sign, *words;
};

static struct verdict verdict_of(const struct html *h)
{
	const struct report *r = &h->r;

	if (r->run->kind == INTACT_RUN_INIT)
		return r->counts.unverified
			       ? (struct verdict){ "warn", "?", "Baseline made, with gaps" }
			       : (struct verdict){ "good", "\xe2\x9c\x93", "Baseline made" };
	if (report_differs(r))
		return (struct verdict){ "bad", "!", "Differences found" };
	if (r->counts.unverified)
		return (struct verdict){ "warn", "?", "No differences in what could be verified" };
	return (struct verdict){ "good", "\xe2\x9c\x93", "No differences" };
}

static void add_host(struct html *h)
{
	if (!h->r.run->host || !*h->r.run->host)
		return;
	htmlout_text(h->out, h->r.run->host);
	buf_add_str(h->out, " \xc2\xb7 ");
}

static void add_head(struct html *h)
{
	buf_printf(h->out,
		   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		   "style-src '%s'; base-uri 'none'; form-action 'none'\">\n"
		   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		   "<meta name=\"color-scheme\" content=\"light dark\">\n"
		   "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
		   htmlout_style_hash);
	buf_add_str(h->out, verdict_of(h).words);
	buf_add_str(h->out, " \xc2\xb7 ");
	add_host(h);
	buf_printf(h->out, "intact</title>\n<style>%s</style>\n</head>\n<body>\n", htmlout_style);
}

static void add_card(struct html *h, const char *class, uint64_t n, const char *word)
{
	buf_printf(h->out, "<li class=\"%s\"><b>", n ? class : "zero");
	htmlout_number(h->out, n);
	buf_printf(h->out, "</b> %s</li>", word);
}

static void add_cards(struct html *h)
{
	const struct intact_report_counts *c = &h->r.counts;

	buf_add_str(h->out, "<ul class=\"cards\">");
	if (h->r.run->kind != INTACT_RUN_INIT) {
		add_card(h, "c", c->changed, "changed");
		add_card(h, "a", c->added, "added");
		add_card(h, "r", c->removed, "removed");
	}
	add_card(h, "u", c->unverified, "unverified");
	add_card(h, "t", h->r.run->total, "in all");
	buf_add_str(h->out, "</ul>\n");
}

static void add_headline(struct html *h)
{
	const struct verdict v = verdict_of(h);

	buf_printf(h->out, "<header class=\"%s\"><p class=\"brand\">", v.class);
	add_host(h);
	value_time(h->out, &h->r.run->start, false);
	buf_printf(h->out,
		   "</p>\n<h1><span class=\"sign\" aria-hidden=\"true\">%s</span>%s</h1>\n"
		   "<p class=\"lead\">",
		   v.sign, v.words);
	part_outline(&h->r, h->out);
	buf_add_str(h->out, "</p>\n");
	if (report_level(&h->r, INTACT_REPORT_SUMMARY))
		add_cards(h);
	buf_add_str(h->out, "</header>\n");
}

static void add_link(struct html *h, const char *id, const char *title)
{
	buf_printf(h->out, "<li><a href=\"#%s\">%s</a></li>", id, title);
}

/* ---- the run ---- */

static void open_fact(struct html *h, const char *label)
{
	buf_printf(h->out, "<dt>%s</dt><dd>", label);
}

static void add_fact(struct html *h, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	open_fact(h, label);
	htmlout_text(h->out, value);
	buf_add_str(h->out, "</dd>\n");
}

static void add_time(struct html *h, const char *label, const struct intact_time *t)
{
	open_fact(h, label);
	value_time(h->out, t, false);
	buf_add_str(h->out, "</dd>\n");
}

static void option_fact(struct report *r, const char *key, const char *label, const char *value)
{
	(void)key;
	add_fact(html_of(r), label, value);
}

static void add_rules(struct html *h)
{
	const struct intact_run *run = h->r.run;

	if (!run->rules_changed)
		return;
	open_fact(h, "Rules");
	htmlout_text(h->out, run->rules_changed);
	if (run->nrules_lines)
		buf_add_str(h->out, "<details><summary>which</summary><ul>");
	for (size_t i = 0; i < run->nrules_lines; i++) {
		buf_add_str(h->out, "<li><code>");
		htmlout_text(h->out, run->rules_lines[i]);
		buf_add_str(h->out, "</code></li>");
	}
	buf_add_str(h->out, run->nrules_lines ? "</ul></details></dd>\n" : "</dd>\n");
}

static void add_run(struct html *h)
{
	const struct intact_run *run = h->r.run;
	uint64_t seconds = part_run_time(run);

	open_section(h, "run", "This run");
	buf_add_str(h->out, "</h2>\n<dl>\n");
	add_time(h, "Start", &run->start);
	add_time(h, "End", &run->end);
	open_fact(h, "Run time");
	buf_printf(h->out, "%" PRIu64 "m %" PRIu64 "s</dd>\n", seconds / 60, seconds % 60);
	open_fact(h, "Exit status");
	buf_printf(h->out, "%d</dd>\n", run->status);
	add_fact(h, "Program", run->program);
	add_fact(h, "Version", run->version);
	if (run->baseline_time.sec)
		add_time(h, "Baseline made", &run->baseline_time);
	add_fact(h, "Baseline", run->baseline);
	add_fact(h, "New baseline written to", run->new_database);
	add_fact(h, "New baseline", run->new_baseline);
	add_rules(h);
	part_options(&h->r, PART_CONFIG, option_fact);
	part_options(&h->r, PART_IGNORES, option_fact);
	buf_add_str(h->out, "</dl></section>\n");
}

/* ---- coverage ---- */

static void add_bar(struct html *h)
{
	const struct intact_run *run = h->r.run;
	double all = (double)run->verified + (double)run->unverified;
	double good = all > 0 ? (double)run->verified / all * 1000 : 0;

	/* However few there are, they are to be seen. */
	if (run->unverified && good > 990)
		good = 990;
	buf_printf(h->out,
		   "<svg class=\"bar\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\" "
		   "role=\"img\" aria-labelledby=\"bar-t\"><title id=\"bar-t\">%" PRIu64
		   " entries verified, %" PRIu64
		   " unverified</title><rect class=\"bv\" x=\"0\" y=\"0\" "
		   "width=\"%.1f\" height=\"12\"/><rect class=\"bu\" x=\"%.1f\" y=\"0\" "
		   "width=\"%.1f\" "
		   "height=\"12\"/></svg>\n",
		   run->verified, run->unverified, good, good, all > 0 ? 1000 - good : 0);
}

static void add_amount(struct html *h, uint64_t n, const char *words)
{
	buf_add_str(h->out, "<li><b>");
	htmlout_number(h->out, n);
	buf_printf(h->out, "</b> %s</li>", words);
}

static void add_coverage(struct html *h)
{
	const struct intact_run *run = h->r.run;

	open_section(h, "coverage", "Coverage");
	buf_add_str(h->out, "</h2>\n");
	add_bar(h);
	buf_add_str(h->out, "<ul class=\"amounts\">");
	add_amount(h, run->verified, "entries verified");
	add_amount(h, run->unverified, "unverified");
	if (run->has_coverage) {
		add_amount(h, run->excluded, "excluded by rule");
		add_amount(h, run->mounts_skipped, "mounts skipped");
	}
	if (run->has_coverage && run->hash_policy) {
		add_amount(h, run->contents_read, "files read");
		add_amount(h, run->contents_trusted, "files not read, since they look as before");
	}
	buf_add_str(h->out, "</ul>\n");
	if (run->has_coverage && run->hash_policy && run->contents_trusted) {
		buf_add_str(h->out, "<p class=\"note\">Of those not read, all were read since ");
		value_time(h->out, &run->oldest_read, false);
		buf_add_str(h->out, ".</p>\n");
	}
	buf_add_str(h->out, "</section>\n");
}

/* ---- databases ---- */

static void add_database(struct html *h, const struct intact_report_database *db)
{
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	buf_add_str(h->out, "<h3><code>");
	htmlout_text(h->out, db->name);
	buf_add_str(h->out, "</code></h3>\n<dl class=\"long\">\n");
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind != INTACT_KIND_DIGEST || !(db->digests & INTACT_BIT(row->id)))
			continue;
		values_clear(&h->r.old);
		if (!values_digest(&h->r.old, row, db->digest[row->digest], h->r.options->base16)) {
			h->out->failed = true;
			return;
		}
		open_fact(h, row->label);
		add_values(h->out, &h->r.old);
		buf_add_str(h->out, "</dd>\n");
	}
	buf_add_str(h->out, "</dl>\n");
}

static void add_databases(struct html *h)
{
	const struct intact_run *run = h->r.run;

	if (!run->ndatabases || !report_level(&h->r, INTACT_REPORT_DATABASE_ATTRIBUTES))
		return;
	open_section(h, "databases", "Digests of the baselines");
	buf_add_str(h->out, "</h2>\n");
	for (size_t i = 0; i < run->ndatabases; i++)
		add_database(h, &run->databases[i]);
	buf_add_str(h->out, "</section>\n");
}

/* ---- the page ---- */

static void add_nav(struct html *h)
{
	buf_add_str(h->out, "<nav aria-label=\"Sections\"><ul>");
	add_link(h, "coverage", "Coverage");
	for (unsigned i = 0; i < SECTIONS; i++) {
		if (h->counts[i] && report_level(&h->r, INTACT_REPORT_LIST_ENTRIES))
			add_link(h, sections[i].id, sections[i].title);
	}
	add_link(h, "run", "This run");
	buf_add_str(h->out, "</ul></nav>\n");
}

static int add_lists(struct html *h, struct intact_error *err)
{
	int rc = 0;

	if (!report_level(&h->r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	for (unsigned i = 0; i < SECTIONS && rc == 0; i++) {
		rc = add_section(h, i, err);
		/* Behind what is urgent. */
		if (rc == 0 && i == 1) {
			add_map(h);
			add_timeline(h);
		}
	}
	if (rc == 0 && h->detailed >= DETAILED)
		add_note(h,
			 "There are more entries than a page can show in detail: the others have "
			 "names only. Reports in the other formats have all of it.");
	return rc;
}

static int add_page(struct html *h, struct intact_error *err)
{
	int rc = part_each(&h->r, survey_entry, err);

	if (rc < 0)
		return rc;
	add_head(h);
	add_headline(h);
	if (report_level(&h->r, INTACT_REPORT_SUMMARY)) {
		add_nav(h);
		buf_add_str(h->out, "<main>\n");
		add_coverage(h);
		rc = add_lists(h, err);
		add_databases(h);
		add_run(h);
		buf_add_str(h->out, "</main>\n");
	}
	buf_add_str(h->out, "<footer>intact ");
	htmlout_text(h->out, h->r.run->version);
	buf_add_str(h->out, "</footer>\n</body>\n</html>\n");
	return rc;
}

int report_html(struct report *r, struct intact_error *err)
{
	struct html h = { .r = *r };
	int rc;

	h.out = &h.r.text;
	timeline_init(&h.timeline, &r->run->baseline_time, &r->run->end);
	rc = add_page(&h, err);
	h.r.text.failed |= h.tree.failed | h.folder.failed;
	tree_release(&h.tree);
	buf_release(&h.folder);
	*r = h.r;
	return rc;
}
