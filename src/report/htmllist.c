/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The lists of an HTML report: which entries, under which folder, in how much detail.
 *
 * Entries stand under their folder; a folder stands inside the nearest one above it that has
 * entries, which costs a stack and no memory, since the list is in path order.
 */

#include "report/htmlpage.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/text.h"
#include "report/events.h"
#include "report/htmlout.h"

/* Entries with their details: a browser can show more names than tables. */
#define DETAILED 10000
/* The most severe are not without because of others; but there can be many of them as well. */
#define DETAILED_CRITICAL (2 * DETAILED)
/* Entries that are named before all others. */
#define FIRST 200

/* A list of entries. */
struct section {
	const char *id, *title;
	const char *note; /* a sentence for people; NULL: none */
	bool (*takes)(const struct html *h, const struct view *v);
	void (*row)(struct html *h, const struct view *v);
	uint64_t most; /* names at most so many; 0: all.  For what stands elsewhere as well. */
	bool sorted;   /* has only what is unexplained, where somebody asked */
};

/* ---- which entries, under which heading ---- */

static bool is_contradicted(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind != VIEW_NONE && v->verdict == INTACT_CONTRADICTED;
}

static bool gives_rights(const struct html *h, const struct view *v)
{
	return h->r.run->kind != INTACT_RUN_INIT && event_gives_rights(v);
}

/* Such an entry has its details, however many others there are. */
static bool is_critical(const struct html *h, const struct view *v)
{
	return is_contradicted(h, v) || gives_rights(h, v);
}

/* What is contradicted stands above. */
static bool is_first(const struct html *h, const struct view *v)
{
	return v->verdict == INTACT_UNEXPLAINED && gives_rights(h, v);
}

/* What is contradicted stands above, and what is explained has become low. */
static bool is_severe(const struct html *h, const struct view *v)
{
	bool by_line;

	return v->verdict != INTACT_CONTRADICTED &&
	       event_severity_listed(h->r.run, v, &by_line) >= INTACT_SEVERITY_HIGH && by_line;
}

static bool is_unverified(const struct html *h, const struct view *v)
{
	(void)h;
	return v->change->unverified;
}

static bool is_changed(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_CHANGED && v->verdict == INTACT_UNEXPLAINED;
}

static bool is_added(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_ADDED && v->verdict == INTACT_UNEXPLAINED;
}

static bool is_removed(const struct html *h, const struct view *v)
{
	(void)h;
	return v->kind == VIEW_REMOVED && v->verdict == INTACT_UNEXPLAINED;
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
static void severe_row(struct html *h, const struct view *v);
static void unverified_row(struct html *h, const struct view *v);
static void moved_row(struct html *h, const struct view *v);
static void different_row(struct html *h, const struct view *v);

/* In the order of the page: what is worst first.  What packages explain stands behind all of it
 * (htmlpack.c). */
static const struct section sections[HTMLLIST_SECTIONS] = {
	{ "contradicted", "Not what the packages ship",
	  "A package has these, and its record says something else than what is there.",
	  is_contradicted, marked_row, 0, false },
	{ "severe", "High by your rules",
	  "Critical or high by a line of report_severity. They stand below as well.", is_severe,
	  severe_row, FIRST, false },
	{ "unverified", "Unverified",
	  "Nobody can say whether these have changed: they could not be examined in full.",
	  is_unverified, unverified_row, 0, false },
	{ "first", "Look at these first",
	  "Programs that run with more rights than who starts them (setuid, setgid, capabilities), "
	  "and "
	  "differ, are new or are gone. They stand below as well.",
	  is_first, marked_row, FIRST, true },
	{ "changed", "Changed", NULL, is_changed, listed_row, 0, true },
	{ "added", "Added", NULL, is_added, listed_row, 0, true },
	{ "removed", "Removed", NULL, is_removed, listed_row, 0, true },
	{ "moved", "Moved", "Followed to another name, with all they contained.", is_moved,
	  moved_row, 0, false },
	{ "rules", "Asked for differently",
	  "The rules of this run ask for other attributes than those of the baseline: + now, "
	  "\xe2\x88\x92 "
	  "no longer.",
	  is_different, different_row, 0, false },
};

/* ---- the first pass ---- */

static void survey_times(struct html *h, const struct view *v)
{
	const struct intact_entry *e = v->change->new;
	bool explained = v->verdict == INTACT_EXPLAINED;

	if (!e || v->kind == VIEW_NONE)
		return;
	if (intact_entry_has(e, INTACT_MTIME))
		timeline_add(&h->timeline, TIMELINE_MTIME, &e->mtime, explained);
	if (intact_entry_has(e, INTACT_CTIME))
		timeline_add(&h->timeline, TIMELINE_CTIME, &e->ctime, explained);
}

static enum tree_kind tree_kind_of(const struct view *v)
{
	static const enum tree_kind kinds[] = { [VIEW_ADDED] = TREE_ADDED,
						[VIEW_REMOVED] = TREE_REMOVED,
						[VIEW_CHANGED] = TREE_CHANGED };

	return v->verdict == INTACT_CONTRADICTED ? TREE_CONTRADICTED
	       : v->verdict == INTACT_EXPLAINED	 ? TREE_EXPLAINED
						 : kinds[v->kind];
}

void htmllist_survey(struct report *r, const struct view *v)
{
	struct html *h = html_of(r);
	bool folder = S_ISDIR(v->entry->mode);

	for (unsigned i = 0; i < HTMLLIST_SECTIONS; i++)
		h->counts[i] += sections[i].takes(h, v);
	if (v->kind != VIEW_NONE)
		tree_add(&h->tree, &v->entry->path, folder, tree_kind_of(v));
	if (v->change->unverified)
		tree_add(&h->tree, &v->entry->path, folder, TREE_UNVERIFIED);
	survey_times(h, v);
}

/* ---- details of an entry ---- */

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
	html_values(h->out, v->change->old ? &r->old : &r->new);
	if (both) {
		buf_add_str(h->out, "</td><td>");
		html_values(h->out, &r->new);
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

/* In words: a colour alone says nothing to many. */
static void add_severity(struct html *h, const struct view *v)
{
	bool by_line;
	enum intact_severity severity = event_severity_listed(h->r.run, v, &by_line);

	if (severity == INTACT_SEVERITY_NONE || !by_line)
		return;
	buf_printf(h->out, " <b%s>%s</b>", severity >= INTACT_SEVERITY_HIGH ? " class=\"x\"" : "",
		   intact_severity_name(severity));
}

static void add_about(struct html *h, const struct view *v)
{
	buf_add_str(h->out, " <span>");
	if (v->kind == VIEW_CHANGED)
		add_labels(h->out, v->changed);
	else
		htmlout_text(h->out, intact_ftype_name((uint32_t)v->entry->mode));
	buf_add_str(h->out, "</span>");
	if (gives_rights(h, v))
		buf_add_str(h->out, " <b class=\"x\">gives rights</b>");
	add_severity(h, v);
	htmlpack_note(h, v);
}

/* `alone`: there is no heading that names its folder. */
static void add_entry(struct html *h, const struct view *v, bool marked, bool alone)
{
	uint64_t mask = view_details(v, h->r.options) & ~INTACT_BIT(INTACT_NAME);
	uint64_t most = is_critical(h, v) ? DETAILED_CRITICAL : DETAILED;
	bool details = mask && h->detailed < most;

	buf_add_str(h->out, details ? "<li><details><summary>" : "<li>");
	if (marked)
		add_mark(h, v);
	if (alone)
		add_path(h->out, &v->entry->path);
	else
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
	add_entry(h, v, false, false);
}

static void marked_row(struct html *h, const struct view *v)
{
	add_entry(h, v, true, false);
}

void htmllist_entry(struct html *h, const struct view *v)
{
	add_entry(h, v, true, true);
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
	buf_add_str(h->out, "</span>");
	add_severity(h, v);
	buf_add_str(h->out, "</li>\n");
}

static void severe_row(struct html *h, const struct view *v)
{
	if (v->kind == VIEW_NONE)
		unverified_row(h, v);
	else
		marked_row(h, v);
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
	if (h->nfolders == HTMLLIST_NESTED)
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

int htmllist_write(struct html *h, unsigned i, struct intact_error *err)
{
	const struct section *s = &sections[i];
	int rc;

	if (!h->counts[i])
		return 0;
	h->section = s;
	h->rows = h->nfolders = 0;
	html_open_section(h, s->id, s->title);
	if (s->sorted && h->r.run->packages)
		buf_add_str(h->out, ", unexplained");
	buf_add_str(h->out, " <span class=\"n\">");
	htmlout_number(h->out, h->counts[i]);
	buf_add_str(h->out, "</span></h2>\n");
	html_note(h, s->note);
	rc = part_each(&h->r, section_entry, err);
	while (h->nfolders)
		close_folder(h);
	if (s->most && h->rows > s->most)
		buf_printf(h->out, "<p class=\"note\">And %" PRIu64 " more.</p>\n",
			   h->rows - s->most);
	buf_add_str(h->out, "</section>\n");
	return rc;
}

const char *htmllist_id(unsigned i)
{
	return sections[i].id;
}

const char *htmllist_title(unsigned i)
{
	return sections[i].title;
}

bool htmllist_is_cut(const struct html *h)
{
	return h->detailed >= DETAILED;
}
