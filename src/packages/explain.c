/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Changes against records: which of them a package explains.  One change against its record is
 * judge.h's.
 *
 * Two readers go through the list of changes, one a batch ahead of the other: the first collects
 * the paths that are looked up, the second judges.  Folders are judged when the second leaves them,
 * since what was done in them explains them.
 *
 * Every doubt falls to "unexplained".
 */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <intact/scan.h>

#include "base/path.h"
#include "packages/judge.h"
#include "packages/manager.h"

/* Changes that are looked up in one pass over the records. */
#define BATCH 100000

/* What adding and removing names changes in their folder. */
#define NAMES_CHANGED                                                                    \
	(INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_ATIME) | INTACT_BIT(INTACT_CTIME) | \
	 INTACT_BIT(INTACT_MTIME) | INTACT_BIT(INTACT_BLOCKS) | INTACT_BIT(INTACT_NLINK))

/* ... and, where the file system begins to keep an index of a folder that has grown, this flag
 * (FS_INDEX_FL), which says nothing about what is in it. */
#define INDEXED 0x1000u

/* The log and the times of records have whole seconds, and are written just before the end. */
#define SLACK 2

/* A folder that changed, and what is known by now of the changes directly in it. */
struct folder {
	uint64_t pos; /* of its change */
	struct intact_str path;
	int64_t ctime;
	bool names_only; /* nothing but what names in it change, and what the record has */
	bool given;	 /* mode or owner changed, to those of the record */
	uint64_t explained, others;
	uint32_t package;     /* of the first that was explained, or that has the folder */
	int64_t began, ended; /* when packages were worked on that explain something, or have it */
};

struct explainer {
	struct intact_packages *p;
	struct intact_changes *changes;

	struct intact_changes_iter *ahead, *behind;
	uint64_t pos; /* of the next change of `behind` */

	struct judge judge; /* has the records of this batch */
	size_t cap;
	struct arena paths;

	struct folder *folders; /* from the root down to where `behind` is */
	size_t depth, depth_cap;
};

/* ---- folders -----------------------------------------------------------------------------------
 */

static int leave(struct explainer *x, struct intact_error *err)
{
	struct folder *f = &x->folders[--x->depth];
	struct intact_explanation found;

	if (!f->names_only || f->others || !f->ended || f->ctime > f->ended + SLACK)
		return 0;
	/* Nothing that is left to be seen: a new configuration file, say, that was put beside the
	 * old one and taken away again. */
	if (!f->explained && (!f->began || f->ctime < f->began))
		return 0;
	found = judge_explained(f->package, f->explained ? INTACT_PROOF_INSIDE
					    : f->given	 ? INTACT_PROOF_RECORD
							 : INTACT_PROOF_SAME);
	return intact_changes_explain(x->changes, f->pos, &found, err);
}

static int leave_to(struct explainer *x, const struct intact_str *path, struct intact_error *err)
{
	int rc = 0;

	while (rc == 0 && x->depth) {
		const struct intact_str *top = &x->folders[x->depth - 1].path;

		if (path && path_below(path->s, path->len, top->s, top->len))
			break;
		free((char *)top->s);
		rc = leave(x, err);
	}
	return rc;
}

/* `usual`: what may change, NAMES_CHANGED at least. */
static bool only_names_changed(const struct intact_change *c, uint64_t usual)
{
	uint64_t changed = c->changed;

	if ((c->old->e2fsattrs ^ c->new->e2fsattrs) == INDEXED)
		changed &= ~INTACT_BIT(INTACT_E2FSATTRS);
	return !c->unverified && !(changed & ~usual);
}

static int enter(struct explainer *x, const struct intact_change *c, struct intact_error *err)
{
	const struct intact_entry *e = c->new;
	const struct intact_record *r =
		packages_find(x->judge.records, x->judge.n, e->path.s, e->path.len);
	struct folder *f;
	uint64_t owned = r ? judge_folder_given(c, r) : 0;
	char *path;

	if (x->depth == x->depth_cap) {
		size_t cap = x->depth_cap ? x->depth_cap * 2 : 64;

		f = realloc(x->folders, cap * sizeof(*f));
		if (!f)
			return intact_fail_nomem(err);
		x->folders = f;
		x->depth_cap = cap;
	}
	path = strndup(e->path.s, e->path.len);
	if (!path)
		return intact_fail_nomem(err);
	x->folders[x->depth++] = (struct folder){
		.pos = x->pos,
		.path = { path, e->path.len },
		.ctime = e->ctime.sec,
		.names_only = only_names_changed(c, NAMES_CHANGED | owned) &&
			      intact_entry_has(e, INTACT_CTIME),
		.given = owned != 0,
		.package = r ? r->package : INTACT_NO_PACKAGE,
		.began = r ? r->began : 0,
		.ended = r ? r->ended : 0,
	};
	return 0;
}

/* A change that put a name into its folder or took one out.  What merely changed in place counts
 * where it is not explained, since that may not be known. */
static void tell_folder(struct explainer *x, const struct intact_change *c,
			const struct intact_explanation *found)
{
	const struct intact_entry *e = judge_side(c);
	struct folder *f = x->depth ? &x->folders[x->depth - 1] : NULL;
	int64_t ended = intact_packages_ended(x->p, found->package);

	if (!f || path_parent(e->path.s, e->path.len) != f->path.len)
		return;
	if (S_ISDIR(e->mode) && c->kind == INTACT_CHANGED && !judge_is_new(c) &&
	    !(c->changed & INTACT_BIT(INTACT_INODE)))
		return;
	if (found->verdict != INTACT_EXPLAINED) {
		f->others++;
		return;
	}
	if (!f->explained++) {
		f->package = found->package;
		f->ended = 0;
	}
	if (f->ended < ended)
		f->ended = ended;
}

/* ---- batches -----------------------------------------------------------------------------------
 */

static int add_record(struct explainer *x, const char *path, size_t len, struct intact_record **ret,
		      struct intact_error *err)
{
	struct intact_record *r;

	if (x->judge.n == x->cap) {
		size_t cap = x->cap ? x->cap * 2 : 1024;

		r = realloc(x->judge.records, cap * sizeof(*r));
		if (!r)
			return intact_fail_nomem(err);
		x->judge.records = r;
		x->cap = cap;
	}
	r = &x->judge.records[x->judge.n];
	*r = (struct intact_record){ .path = arena_strndup(&x->paths, path, len) };
	if (!r->path)
		return intact_fail_nomem(err);
	x->judge.n++;
	*ret = r;
	return 0;
}

/* The digest by which a content is compared with that in its package: one that nobody can forge. */
static const struct intact_attr *strong_digest(const struct explainer *x,
					       const struct intact_entry *e)
{
	static const enum intact_attr_id ids[] = {
		INTACT_SHA256,	 INTACT_SHA512,	  INTACT_SHA512_256, INTACT_SHA384, INTACT_SHA3_256,
		INTACT_SHA3_512, INTACT_SHA3_384, INTACT_BLAKE2B,    INTACT_BLAKE2S
	};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (intact_entry_has(e, ids[i]) && (x->judge.available & INTACT_BIT(ids[i])))
			return intact_attr_get(ids[i]);
	}
	return NULL;
}

/* What was measured, to be compared with what the package has. */
static int ask(struct explainer *x, struct intact_record *r, const struct intact_change *c,
	       struct intact_error *err)
{
	const struct intact_entry *e = judge_side(c);
	const struct intact_attr *row = S_ISREG(e->mode) ? strong_digest(x, e) : NULL;

	r->asked = true;
	r->gone = !c->new;
	if (row) {
		r->digest_id = row->id;
		r->digest = (const uint8_t *)arena_strndup(&x->paths, e->digest[row->digest],
							   row->digest_size);
		if (!r->digest)
			return intact_fail_nomem(err);
	}
	if (S_ISLNK(e->mode) && intact_entry_has(e, INTACT_LINK) && e->link.s) {
		r->link.s = arena_strndup(&x->paths, e->link.s, e->link.len);
		r->link.len = e->link.len;
		if (!r->link.s)
			return intact_fail_nomem(err);
	}
	return 0;
}

/* What a link leads to is asked for as well. */
static int add_change(struct explainer *x, const struct intact_change *c, struct intact_error *err)
{
	const struct intact_entry *e = judge_side(c);
	struct intact_record *r;
	char target[4096];
	int rc = add_record(x, e->path.s, e->path.len, &r, err);

	if (rc == 0) /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): 0 is a record */
		rc = ask(x, r, c, err);
	if (rc == 0 && c->new &&S_ISLNK(e->mode) && e->link.s && judge_link_leads_to(e, target))
		rc = add_record(x, target, strlen(target), &r, err);
	return rc;
}

static int compare_records(const void *a, const void *b)
{
	const struct intact_record *x = a, *y = b;
	int diff = strcmp(x->path, y->path);

	/* A link may lead to what is a change itself: that one is kept. */
	return diff ? diff : y->asked - x->asked;
}

static void sort_records(struct explainer *x)
{
	size_t kept = 0;

	if (!x->judge.n)
		return;
	qsort(x->judge.records, x->judge.n, sizeof(*x->judge.records), compare_records);
	for (size_t i = 0; i < x->judge.n; i++) {
		if (i == 0 ||
		    strcmp(x->judge.records[i].path, x->judge.records[kept - 1].path) != 0)
			x->judge.records[kept++] = x->judge.records[i];
	}
	x->judge.n = kept;
}

/* Collect a batch and look it up.  *ret_n: how many changes it has; 0 at the end. */
static int look_ahead(struct explainer *x, size_t *ret_n, struct intact_error *err)
{
	const struct intact_change *c;
	size_t n = 0;
	int rc = 1;

	x->judge.n = 0;
	arena_clear(&x->paths);
	while (n < BATCH && (rc = intact_changes_iter_next(x->ahead, &c, err)) == 1) {
		n++;
		rc = judge_wants(c) ? add_change(x, c, err) : 0;
		if (rc < 0)
			return rc;
	}
	if (rc < 0)
		return rc;
	*ret_n = n;
	sort_records(x);
	return intact_packages_look_up(x->p, x->judge.records, x->judge.n, err);
}

/* Names may be missing in the folder that was entered last. */
static int note_gap(struct explainer *x, const struct intact_str *path)
{
	struct folder *f = x->depth ? &x->folders[x->depth - 1] : NULL;

	if (f && path_cmp(path->s, path->len, f->path.s, f->path.len) == 0)
		f->others++;
	return 0;
}

static int explain_one(struct explainer *x, const struct intact_change *c, struct intact_error *err)
{
	struct intact_explanation found = judge_unexplained(INTACT_NO_PACKAGE, INTACT_WHY_NONE);
	const struct intact_entry *e = judge_side(c);
	int rc;

	if (c->kind == INTACT_GAP)
		return note_gap(x, &e->path);
	rc = leave_to(x, &e->path, err);
	if (rc == 0 && judge_wants(c)) {
		rc = judge_change(&x->judge, c, &found, err);
		if (rc == 0)
			rc = intact_changes_explain(x->changes, x->pos, &found, err);
	}
	if (rc < 0)
		return rc;
	if (c->kind != INTACT_SAME)
		tell_folder(x, c, &found);
	if (judge_wants(c) && c->new &&S_ISDIR(e->mode) && !judge_is_new(c))
		rc = enter(x, c, err);
	return rc;
}

static int explain_batch(struct explainer *x, size_t n, struct intact_error *err)
{
	const struct intact_change *c;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = intact_changes_iter_next(x->behind, &c, err);
		if (rc == 1)
			rc = explain_one(x, c, err);
		x->pos++;
	}
	return rc;
}

static int explain_all(struct explainer *x, struct intact_error *err)
{
	size_t n = 0;
	int rc;

	do {
		rc = look_ahead(x, &n, err);
		if (rc == 0)
			rc = explain_batch(x, n, err);
	} while (rc == 0 && n);
	return rc == 0 ? leave_to(x, NULL, err) : rc;
}

int intact_packages_explain(struct intact_packages *p, struct intact_changes *changes,
			    struct intact_contents *contents, struct intact_error *err)
{
	struct explainer x = { .p = p,
			       .changes = changes,
			       .judge = { .contents = contents,
					  .available = intact_digests_available() } };
	int rc = intact_changes_iter_new(changes, &x.ahead, err);

	if (rc == 0)
		rc = intact_changes_iter_new(changes, &x.behind, err);
	if (rc == 0)
		rc = explain_all(&x, err);
	for (size_t i = 0; i < p->n; i++)
		p->list[i].worked = p->work[i].ended;
	while (x.depth)
		free((char *)x.folders[--x.depth].path.s);
	intact_changes_iter_free(x.ahead);
	intact_changes_iter_free(x.behind);
	free(x.folders);
	free(x.judge.records);
	arena_release(&x.paths);
	return rc;
}
