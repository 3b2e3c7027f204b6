/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Packages in the plain report: what contradicts them first, what they explain last, in a line a
 * package.
 */

#include "report/plain.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "report/tally.h"

/* From this level on all that is explained is listed as well, with its details. */
#define SHOW_ALL INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES

static void add_escaped(struct report *r, const char *s)
{
	text_escape(&r->text, s, strlen(s));
}

void plain_packages_head(struct report *r)
{
	const struct intact_report_packages *p = r->run->packages;

	buf_add_str(&r->text, "Packages: ");
	if (p->problem)
		buf_add_str(&r->text, "nothing is explained: ");
	if (p->problem)
		add_escaped(r, p->problem);
	else
		add_escaped(r, p->manager ? p->manager : "no records found");
	if (p->bad)
		buf_printf(&r->text, ", %" PRIu64 " lines or files of the records are not usable",
			   p->bad);
	buf_add_char(&r->text, '\n');
}

bool plain_is_shown(const struct report *r, const struct view *v)
{
	return v->verdict != INTACT_EXPLAINED || report_level(r, SHOW_ALL);
}

/* ---- one entry ---------------------------------------------------------------------------------
 */

static void add_package(struct report *r, const struct intact_package *p)
{
	add_escaped(r, p->name);
	tally_version(&r->text, p, text_escape);
}

void plain_reason(struct report *r, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_package *p = tally_package(r, v);

	/* Of most it is said by the title. */
	if (!e || !p || e->why == INTACT_WHY_NONE)
		return;
	buf_add_str(&r->text, "\n   ");
	add_package(r, p);
	buf_printf(&r->text, ": %s", intact_why_text((enum intact_why)e->why));
	report_cut(r);
}

/* ---- what is contradicted ----------------------------------------------------------------------
 */

static void contradicted_lines(struct report *r, const struct view *v)
{
	if (v->kind == VIEW_NONE || v->verdict != INTACT_CONTRADICTED)
		return;
	plain_entry(r, v);
	plain_reason(r, v);
}

int plain_contradicted(struct report *r, struct intact_error *err)
{
	if (!r->counts.contradicted || !report_level(r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	plain_section(r, "NOT WHAT THE PACKAGES SHIP");
	return part_each(r, contradicted_lines, err);
}

/* ---- what is explained -------------------------------------------------------------------------
 */

/* "openssl 3.0.14 -> 3.0.15: 14 entries, all as shipped: 12 by md5 (weak), 2 by name (weakest)" */
static void package_line(struct report *r, const struct intact_package *p,
			 const struct report_tally *t)
{
	if (!tally_explained(t))
		return;
	buf_add_char(&r->text, '\n');
	add_package(r, p);
	buf_add_str(&r->text, ": ");
	tally_words(&r->text, t);
	buf_add_str(&r->text, ": ");
	tally_proofs(&r->text, t);
	if (t->others)
		buf_printf(&r->text, "; %" PRIu64 " NOT explained", t->others);
	report_cut(r);
}

static int package_lines(struct report *r, struct intact_error *err)
{
	const struct intact_report_packages *p = r->run->packages;
	int rc = tally_all(r, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < p->n; i++)
		package_line(r, &p->list[i], &r->tallies[i]);
	tally_release(r);
	return 0;
}

static void explained_line(struct report *r, const struct view *v)
{
	const struct intact_package *p = tally_package(r, v);
	enum intact_proof proof;

	if (v->kind == VIEW_NONE || v->verdict != INTACT_EXPLAINED)
		return;
	proof = (enum intact_proof)v->change->explanation->proof;
	plain_entry(r, v);
	buf_add_str(&r->text, "\n   ");
	if (p)
		add_package(r, p);
	buf_printf(&r->text, ": by %s (%s)", intact_proof_name(proof),
		   intact_proof_strength(proof));
	report_cut(r);
}

int plain_packages(struct report *r, struct intact_error *err)
{
	int rc;

	if (!part_explained(r) || !report_level(r, INTACT_REPORT_LIST_ENTRIES))
		return 0;
	plain_section(r, "Explained by packages");
	rc = package_lines(r, err);
	if (rc < 0 || !report_level(r, SHOW_ALL))
		return rc;
	plain_section(r, "Explained entries");
	return part_each(r, explained_line, err);
}
