/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Packages in the HTML report: a line for each that explains changes, with its entries to unfold.
 *
 * Changes come in path order, and the page has them by package: rows are kept in memory until all
 * are known, up to a limit; what is beyond is counted.
 */

#include "report/htmlpage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/htmlout.h"
#include "report/tally.h"

/* Bytes of all rows together.  A hundred thousand names take a third of it. */
#define ROWS_MAX ((size_t)64 << 20)

/* The rows of one package. */
struct html_rows {
	struct buf text;
	uint64_t left_out;
};

void htmlpack_note(struct html *h, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_package *p = tally_package(&h->r, v);
	enum intact_proof proof;

	if (!e || !h->r.run->packages)
		return;
	/* Of most it is said by the heading. */
	if (v->verdict != INTACT_EXPLAINED && p && e->why != INTACT_WHY_NONE) {
		buf_add_str(h->out, " <span class=\"why\">");
		htmlout_text(h->out, p->name);
		tally_version(h->out, p, text_html);
		buf_printf(h->out, ": %s</span>", intact_why_text((enum intact_why)e->why));
	}
	if (v->verdict != INTACT_EXPLAINED)
		return;
	proof = (enum intact_proof)e->proof;
	buf_printf(h->out, " <span class=\"why\">by %s (%s)</span>", intact_proof_name(proof),
		   intact_proof_strength(proof));
}

static void explained_row(struct report *r, const struct view *v)
{
	struct html *h = html_of(r);
	const struct intact_package *p = tally_package(r, v);
	struct buf *page = h->out;
	struct html_rows *rows;
	size_t before;

	if (v->kind == VIEW_NONE || v->verdict != INTACT_EXPLAINED)
		return;
	/* The last is for what is of no package. */
	rows = &h->packages[p ? (size_t)(p - r->run->packages->list) : r->run->packages->n];
	if (h->packages_size >= ROWS_MAX) {
		rows->left_out++;
		return;
	}
	before = rows->text.len;
	h->out = &rows->text;
	htmllist_entry(h, v);
	h->out = page;
	h->packages_size += rows->text.len - before;
	page->failed |= rows->text.failed;
}

static void add_worked(struct html *h, const struct intact_package *p)
{
	if (p->worked <= 0)
		return;
	buf_add_str(h->out, ", worked on ");
	htmlout_minute(h->out, p->worked);
}

static void add_package(struct html *h, const struct intact_package *p,
			const struct report_tally *t, const struct html_rows *rows)
{
	buf_add_str(h->out, "<details><summary><code>");
	htmlout_text(h->out, p->name);
	tally_version(h->out, p, text_html);
	buf_add_str(h->out, "</code>: ");
	tally_words(h->out, t);
	buf_add_str(h->out, " <span>");
	tally_proofs(h->out, t);
	add_worked(h, p);
	buf_add_str(h->out, "</span>");
	if (t->others)
		buf_printf(h->out, " <b class=\"x\">%" PRIu64 " NOT explained</b>", t->others);
	buf_add_str(h->out, "</summary><ul>\n");
	buf_add(h->out, rows->text.data ? rows->text.data : "", rows->text.len);
	if (rows->left_out)
		buf_printf(h->out,
			   "<li>And %" PRIu64 " more, which reports in the other formats name."
			   "</li>\n",
			   rows->left_out);
	buf_add_str(h->out, "</ul></details>\n");
}

static void add_others(struct html *h, const struct html_rows *rows)
{
	if (!rows->text.len && !rows->left_out)
		return;
	buf_add_str(h->out, "<details><summary>Of no single package</summary><ul>\n");
	buf_add(h->out, rows->text.data ? rows->text.data : "", rows->text.len);
	buf_add_str(h->out, "</ul></details>\n");
}

static int add_rows(struct html *h, struct intact_error *err)
{
	const struct intact_report_packages *p = h->r.run->packages;
	int rc = part_each(&h->r, explained_row, err);

	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		if (tally_explained(&h->r.tallies[i]))
			add_package(h, &p->list[i], &h->r.tallies[i], &h->packages[i]);
		report_flush(&h->r);
	}
	if (rc == 0)
		add_others(h, &h->packages[p->n]);
	return rc;
}

static int add_all(struct html *h, struct intact_error *err)
{
	const struct intact_report_packages *p = h->r.run->packages;
	int rc;

	h->packages = calloc(p->n + 1, sizeof(*h->packages));
	if (!h->packages)
		return intact_fail_nomem(err);
	rc = tally_all(&h->r, err);
	if (rc == 0)
		rc = add_rows(h, err);
	tally_release(&h->r);
	for (size_t i = 0; i <= p->n; i++)
		buf_release(&h->packages[i].text);
	free(h->packages);
	h->packages = NULL;
	return rc;
}

int htmlpack_write(struct html *h, struct intact_error *err)
{
	uint64_t explained = part_explained(&h->r);
	int rc;

	if (!explained)
		return 0;
	html_open_section(h, "packages", "Explained by packages");
	buf_add_str(h->out, " <span class=\"n\">");
	htmlout_number(h->out, explained);
	buf_add_str(h->out, "</span></h2>\n");
	html_note(h, "What the records of the package manager say these files should be. Strong is "
		     "what the package itself proves; weak and weakest is what whoever is root on "
		     "that host could have written as well.");
	rc = add_all(h, err);
	buf_add_str(h->out, "</section>\n");
	return rc;
}
