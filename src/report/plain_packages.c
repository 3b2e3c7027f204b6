/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Packages in the plain report: what contradicts them first, what they explain last, in a line a
 * package.
 */

#include "report/plain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* From this level on all that is explained is listed as well, with its details. */
#define SHOW_ALL INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES

#define ARROW " \xe2\x86\x92 "

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

static const struct intact_package *package_of(const struct report *r, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_report_packages *p = r->run->packages;

	return e && p && e->package < p->n ? &p->list[e->package] : NULL;
}

static void add_version(struct report *r, const struct intact_package *p)
{
	buf_add_char(&r->text, ' ');
	if (!*p->version) {
		add_escaped(r, p->before ? p->before : "");
		buf_add_str(&r->text, " (removed)");
		return;
	}
	if (p->before && *p->before) {
		add_escaped(r, p->before);
		buf_add_str(&r->text, ARROW);
	}
	add_escaped(r, p->version);
	if (p->before && !*p->before)
		buf_add_str(&r->text, " (new)");
}

static void add_package(struct report *r, const struct intact_package *p)
{
	add_escaped(r, p->name);
	add_version(r, p);
}

void plain_reason(struct report *r, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_package *p = package_of(r, v);

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

/* What there is of one package. */
struct report_tally {
	uint64_t proofs[INTACT_PROOF_MAX];
	uint64_t others; /* that it has, and that are not explained */
};

static void tally_view(struct report *r, const struct view *v)
{
	const struct intact_package *p = package_of(r, v);
	struct report_tally *t;

	if (!p || v->kind == VIEW_NONE)
		return;
	t = &r->tallies[p - r->run->packages->list];
	if (v->verdict == INTACT_EXPLAINED)
		t->proofs[v->change->explanation->proof]++;
	else
		t->others++;
}

static void add_proofs(struct report *r, const struct report_tally *t)
{
	const char *join = ": ";

	for (unsigned proof = INTACT_PROOF_MAX - 1; proof > INTACT_PROOF_NONE; proof--) {
		if (!t->proofs[proof])
			continue;
		buf_printf(&r->text, "%s%" PRIu64 " by %s (%s)", join, t->proofs[proof],
			   intact_proof_name((enum intact_proof)proof),
			   intact_proof_strength((enum intact_proof)proof));
		join = ", ";
	}
}

/* "openssl 3.0.14 -> 3.0.15: 14 entries, all as shipped: 12 by md5 (weak), 2 by name (weakest)" */
static void package_line(struct report *r, const struct intact_package *p,
			 const struct report_tally *t)
{
	uint64_t explained = 0, all;

	for (unsigned proof = 0; proof < INTACT_PROOF_MAX; proof++)
		explained += t->proofs[proof];
	if (!explained)
		return;
	all = explained + t->others;
	buf_add_char(&r->text, '\n');
	add_package(r, p);
	buf_printf(&r->text, ": %" PRIu64 " %s, ", all, all == 1 ? "entry" : "entries");
	if (t->others)
		buf_printf(&r->text, "%" PRIu64 " as shipped", explained);
	else
		buf_add_str(&r->text, all == 1 ? "as shipped" : "all as shipped");
	add_proofs(r, t);
	if (t->others)
		buf_printf(&r->text, "; %" PRIu64 " NOT explained", t->others);
	report_cut(r);
}

static int package_lines(struct report *r, struct intact_error *err)
{
	const struct intact_report_packages *p = r->run->packages;
	int rc;

	r->tallies = calloc(p->n ? p->n : 1, sizeof(*r->tallies));
	if (!r->tallies)
		return intact_fail_nomem(err);
	rc = part_each(r, tally_view, err);
	for (size_t i = 0; rc == 0 && i < p->n; i++)
		package_line(r, &p->list[i], &r->tallies[i]);
	free(r->tallies);
	r->tallies = NULL;
	return rc;
}

static void explained_line(struct report *r, const struct view *v)
{
	const struct intact_package *p = package_of(r, v);
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
