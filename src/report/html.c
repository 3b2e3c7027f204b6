/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The HTML report: one file to look at, that asks for nothing from anywhere.
 *
 * The page is a row of sections, each over the whole list of changes or over the facts of the run;
 * a first pass counts, draws in memory what is bounded (the map, the timeline), and all others
 * write as they go.
 *
 * Every byte from outside goes through text_html().  The policy in the head forbids scripts, and
 * all styles but the one sheet, whose hash it names: a mistake here would show, and run nothing.
 */

#include "report/htmlpage.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "report/htmlout.h"

/* Characters of a value. */
#define VALUE_MAX 4096

/* ---- what the parts share ---- */

void html_open_section(struct html *h, const char *id, const char *title)
{
	buf_printf(h->out, "<section id=\"%s\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">%s", id, id,
		   id, title);
}

void html_note(struct html *h, const char *note)
{
	if (note)
		buf_printf(h->out, "<p class=\"note\">%s</p>\n", note);
}

/* One extended attribute can have 64 KiB, and a file many. */
void html_values(struct buf *out, const struct values *v)
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

/* ---- pictures ---- */

static void add_legend(struct html *h)
{
	buf_add_str(h->out, "<ul class=\"legend\">");
	if (tree_count(&h->tree, TREE_CONTRADICTED))
		buf_add_str(h->out, "<li><i class=\"kx\"></i>! not as shipped</li>");
	buf_add_str(h->out, "<li><i class=\"kc\"></i>mostly changed</li>"
			    "<li><i class=\"ka\"></i>mostly added</li>"
			    "<li><i class=\"kr\"></i>mostly removed</li>"
			    "<li><i class=\"ku\"></i>mostly unverified</li>");
	if (tree_count(&h->tree, TREE_EXPLAINED))
		buf_add_str(h->out, "<li><i class=\"he\"></i>\xe2\x9c\x93 explained, so large a "
				    "part</li>");
	buf_add_str(h->out, "</ul>\n");
}

/* Each twice: letters do not shrink with the screen. */
static void add_map(struct html *h)
{
	if (tree_total(&h->tree) < 2)
		return;
	html_open_section(h, "where", "Where");
	buf_add_str(h->out,
		    "</h2>\n<p class=\"note\">Folders with findings; an area grows with the "
		    "square root of their number.</p>\n<figure>");
	tree_draw(&h->tree, h->out, "map-w", "wide", 960, 400);
	tree_draw(&h->tree, h->out, "map-s", "slim", 360, 420);
	buf_add_str(h->out, "<figcaption>");
	add_legend(h);
	buf_add_str(h->out, "</figcaption></figure></section>\n");
}

static void add_row_words(struct html *h, enum timeline_row row, const char *color,
			  const char *what)
{
	const struct timeline *t = &h->timeline;

	buf_printf(h->out, "<li><i class=\"%s\"></i>%s: ", color, what);
	htmlout_number(h->out, t->count[row].all);
	if (t->count[row].explained) {
		buf_add_str(h->out, ", ");
		htmlout_number(h->out, t->count[row].explained);
		buf_add_str(h->out, " explained");
	}
	if (t->baseline) {
		buf_add_str(h->out, ", ");
		htmlout_number(h->out, t->since[row]);
		buf_add_str(h->out, " since the baseline");
	}
	if (t->later[row].all) {
		buf_add_str(h->out, ", <b>");
		htmlout_number(h->out, t->later[row].all);
		buf_add_str(h->out, " later than the run</b>");
	}
	buf_add_str(h->out, "</li>");
}

static void add_packages_words(struct html *h)
{
	const struct timeline *t = &h->timeline;

	if (t->count[TIMELINE_MTIME].explained || t->count[TIMELINE_CTIME].explained)
		buf_add_str(h->out, "<li><i class=\"he\"></i>of what is explained</li>");
	if (!t->npackages)
		return;
	buf_add_str(h->out, "<li><i class=\"bp\"></i>packages were worked on: ");
	htmlout_number(h->out, t->npackages);
	buf_add_str(h->out, "</li>");
}

static void add_timeline(struct html *h)
{
	const struct timeline *t = &h->timeline;

	if (!t->count[TIMELINE_MTIME].all && !t->count[TIMELINE_CTIME].all)
		return;
	html_open_section(h, "when", "When");
	buf_add_str(h->out,
		    "</h2>\n<p class=\"note\">What the times of changed and added entries say. "
		    "The time of content can be set by whoever owns a file, that of the inode "
		    "only with the clock.</p>\n<figure>");
	timeline_draw(t, h->out, "time-w", "wide", 960);
	timeline_draw(t, h->out, "time-s", "slim", 360);
	buf_add_str(h->out, "<figcaption><ul class=\"legend\">");
	add_row_words(h, TIMELINE_MTIME, "bm", "content, above the line");
	add_row_words(h, TIMELINE_CTIME, "bc", "inode, below the line");
	add_packages_words(h);
	buf_add_str(h->out, "</ul></figcaption></figure></section>\n");
}

/* ---- the head ---- */

/* In words, a sign and a colour; any one of the three is enough. */
struct verdict {
	const char *class, *sign, *words;
};

static bool all_explained(const struct report *r)
{
	const struct intact_report_counts *c = &r->counts;

	return part_explained(r) == c->added + c->removed + c->changed;
}

static struct verdict verdict_of(const struct html *h)
{
	const struct report *r = &h->r;

	if (r->run->kind == INTACT_RUN_INIT)
		return r->counts.unverified
			       ? (struct verdict){ "warn", "?", "Baseline made, with gaps" }
			       : (struct verdict){ "good", "\xe2\x9c\x93", "Baseline made" };
	if (r->counts.contradicted)
		return (struct verdict){ "bad", "!", "Not what the packages ship" };
	if (report_differs(r) && !all_explained(r))
		return (struct verdict){ "bad", "!", "Differences found" };
	if (report_differs(r) && r->counts.unverified)
		return (struct verdict){ "warn", "?",
					 "Differences that packages explain, and some unverified" };
	if (report_differs(r))
		return (struct verdict){ "warn", "\xe2\x9c\x93",
					 "Differences, all explained by packages" };
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

/* What the others come to: what is to be looked at, and what need not. */
static void add_explained_cards(struct html *h)
{
	const struct intact_report_counts *c = &h->r.counts;
	uint64_t explained = part_explained(&h->r);

	buf_add_str(h->out, "<ul class=\"cards\">");
	add_card(h, "x", c->contradicted, "not as shipped");
	add_card(h, "n", c->added + c->removed + c->changed - explained - c->contradicted,
		 "unexplained");
	add_card(h, "e", explained, "explained by packages");
	buf_add_str(h->out, "</ul>\n");
}

static void add_cards(struct html *h)
{
	const struct intact_report_counts *c = &h->r.counts;

	if (h->r.run->packages && h->r.run->kind != INTACT_RUN_INIT)
		add_explained_cards(h);
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

/* Whose records were looked at. */
static void add_records(struct html *h)
{
	const struct intact_report_packages *p = h->r.run->packages;

	if (!p)
		return;
	open_fact(h, "Packages");
	if (p->problem) {
		buf_add_str(h->out, "nothing is explained: ");
		htmlout_text(h->out, p->problem);
	} else {
		htmlout_text(h->out, p->manager ? p->manager : "no records found");
	}
	if (p->bad)
		buf_printf(h->out, ", %" PRIu64 " lines or files of the records are not usable",
			   p->bad);
	buf_add_str(h->out, "</dd>\n");
}

static void add_run(struct html *h)
{
	const struct intact_run *run = h->r.run;
	uint64_t seconds = part_run_time(run);

	html_open_section(h, "run", "This run");
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
	add_records(h);
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

	html_open_section(h, "coverage", "Coverage");
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
		html_values(h->out, &h->r.old);
		buf_add_str(h->out, "</dd>\n");
	}
	buf_add_str(h->out, "</dl>\n");
}

static void add_databases(struct html *h)
{
	const struct intact_run *run = h->r.run;

	if (!run->ndatabases || !report_level(&h->r, INTACT_REPORT_DATABASE_ATTRIBUTES))
		return;
	html_open_section(h, "databases", "Digests of the baselines");
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
	for (unsigned i = 0; i < HTMLLIST_SECTIONS; i++) {
		if (h->counts[i] && report_level(&h->r, INTACT_REPORT_LIST_ENTRIES))
			add_link(h, htmllist_id(i), htmllist_title(i));
	}
	if (part_explained(&h->r) && report_level(&h->r, INTACT_REPORT_LIST_ENTRIES))
		add_link(h, "packages", "Explained by packages");
	add_link(h, "run", "This run");
	buf_add_str(h->out, "</ul></nav>\n");
}

static int add_lists(struct html *h, struct intact_error *err)
{
	int rc = 0;

	if (!report_level(&h->r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	for (unsigned i = 0; i < HTMLLIST_SECTIONS && rc == 0; i++) {
		rc = htmllist_write(h, i, err);
		/* Behind what is urgent. */
		if (rc == 0 && i + 1 == HTMLLIST_URGENT) {
			add_map(h);
			add_timeline(h);
		}
	}
	if (rc == 0)
		rc = htmlpack_write(h, err);
	if (rc == 0 && htmllist_is_cut(h))
		html_note(h,
			  "There are more entries than a page can show in detail: the others have "
			  "names only. Reports in the other formats have all of it.");
	return rc;
}

static int add_page(struct html *h, struct intact_error *err)
{
	int rc = part_each(&h->r, htmllist_survey, err);

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
	for (size_t i = 0; r->run->packages && i < r->run->packages->n; i++)
		timeline_add_package(&h.timeline, r->run->packages->list[i].worked);
	rc = add_page(&h, err);
	h.r.text.failed |= h.tree.failed | h.folder.failed;
	tree_release(&h.tree);
	buf_release(&h.folder);
	*r = h.r;
	return rc;
}
