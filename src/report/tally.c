/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See tally.h.
 */

#include "report/tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ARROW " \xe2\x86\x92 "

const struct intact_package *tally_package(const struct report *r, const struct view *v)
{
	const struct intact_explanation *e = v->change->explanation;
	const struct intact_report_packages *p = r->run->packages;

	return e && p && e->package < p->n ? &p->list[e->package] : NULL;
}

/* ---- counting ---- */

static void tally_view(struct report *r, const struct view *v)
{
	const struct intact_package *p = tally_package(r, v);
	struct report_tally *t;

	if (!p || v->kind == VIEW_NONE)
		return;
	t = &r->tallies[p - r->run->packages->list];
	if (v->verdict == INTACT_EXPLAINED)
		t->proofs[v->change->explanation->proof]++;
	else
		t->others++;
}

int tally_all(struct report *r, struct intact_error *err)
{
	size_t n = r->run->packages->n;
	int rc;

	r->tallies = calloc(n ? n : 1, sizeof(*r->tallies));
	if (!r->tallies)
		return intact_fail_nomem(err);
	rc = part_each(r, tally_view, err);
	if (rc < 0)
		tally_release(r);
	return rc;
}

void tally_release(struct report *r)
{
	free(r->tallies);
	r->tallies = NULL;
}

uint64_t tally_explained(const struct report_tally *t)
{
	uint64_t explained = 0;

	for (unsigned proof = 0; proof < INTACT_PROOF_MAX; proof++)
		explained += t->proofs[proof];
	return explained;
}

/* ---- words ---- */

static void add_escaped(struct buf *out, const char *s, tally_escape_fn *escape)
{
	escape(out, s, strlen(s));
}

void tally_version(struct buf *out, const struct intact_package *p, tally_escape_fn *escape)
{
	buf_add_char(out, ' ');
	if (!*p->version) {
		add_escaped(out, p->before ? p->before : "", escape);
		buf_add_str(out, " (removed)");
		return;
	}
	if (p->before && *p->before) {
		add_escaped(out, p->before, escape);
		buf_add_str(out, ARROW);
	}
	add_escaped(out, p->version, escape);
	if (p->before && !*p->before)
		buf_add_str(out, " (new)");
}

void tally_words(struct buf *out, const struct report_tally *t)
{
	uint64_t explained = tally_explained(t), all = explained + t->others;

	buf_printf(out, "%" PRIu64 " %s, ", all, all == 1 ? "entry" : "entries");
	if (t->others)
		buf_printf(out, "%" PRIu64 " as shipped", explained);
	else
		buf_add_str(out, all == 1 ? "as shipped" : "all as shipped");
}

void tally_proofs(struct buf *out, const struct report_tally *t)
{
	const char *join = "";

	for (unsigned proof = INTACT_PROOF_MAX - 1; proof > INTACT_PROOF_NONE; proof--) {
		if (!t->proofs[proof])
			continue;
		buf_printf(out, "%s%" PRIu64 " by %s (%s)", join, t->proofs[proof],
			   intact_proof_name((enum intact_proof)proof),
			   intact_proof_strength((enum intact_proof)proof));
		join = ", ";
	}
}
