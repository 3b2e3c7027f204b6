/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Changes against records: which of them a package explains.  The table of verdicts is in
 * doc/design/packages.md.
 *
 * Two readers go through the list of changes, one a batch ahead of the other: the first collects
 * the paths that are looked up, the second judges.  Folders are judged when the second leaves them,
 * since what was done in them explains them.
 *
 * Every doubt falls to "unexplained".
 */

#include "packages/manager.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <intact/scan.h>

#include "base/path.h"

/* Changes that are looked up in one pass over the records. */
#define BATCH 100000

/* What replacing a file by what its package ships changes, whatever is in it. */
#define REPLACED                                                                                \
	(INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_SIZE_GROWING) | INTACT_BIT(INTACT_ATIME) | \
	 INTACT_BIT(INTACT_CTIME) | INTACT_BIT(INTACT_MTIME) | INTACT_BIT(INTACT_INODE) |       \
	 INTACT_BIT(INTACT_BLOCKS) | INTACT_BIT(INTACT_BTIME) | INTACT_MASK_DIGESTS)

/* What adding and removing names changes in their folder. */
#define NAMES_CHANGED                                                                    \
	(INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_ATIME) | INTACT_BIT(INTACT_CTIME) | \
	 INTACT_BIT(INTACT_MTIME) | INTACT_BIT(INTACT_BLOCKS) | INTACT_BIT(INTACT_NLINK))

/* ... and, where the file system begins to keep an index of a folder that has grown, this flag
 * (FS_INDEX_FL), which says nothing about what is in it. */
#define INDEXED 0x1000u

#define OWNED (INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_UID) | INTACT_BIT(INTACT_GID))

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
	struct intact_contents *contents;
	uint64_t available; /* digests */

	struct intact_changes_iter *ahead, *behind;
	uint64_t pos; /* of the next change of `behind` */

	struct intact_record *records;
	size_t nrecords, cap;
	struct arena paths;

	struct folder *folders; /* from the root down to where `behind` is */
	size_t depth, depth_cap;
};

/* ---- what is judged ----------------------------------------------------------------------------
 */

static bool is_judged(const struct intact_change *c)
{
	return !c->hidden &&
	       (c->kind == INTACT_ADDED || c->kind == INTACT_REMOVED || c->kind == INTACT_CHANGED);
}

static const struct intact_entry *side_of(const struct intact_change *c)
{
	return c->new ? c->new : c->old;
}

/* Another object than before stands there: nothing of the old one says anything about it. */
static bool is_new(const struct intact_change *c)
{
	return !c->old || (c->old->mode & S_IFMT) != (c->new->mode &S_IFMT);
}

static struct intact_explanation explained(uint32_t package, enum intact_proof proof)
{
	return (struct intact_explanation){ package, INTACT_EXPLAINED, (uint8_t)proof,
					    INTACT_WHY_NONE };
}

static struct intact_explanation unexplained(uint32_t package, enum intact_why why)
{
	return (struct intact_explanation){ package, INTACT_UNEXPLAINED, INTACT_PROOF_NONE,
					    (uint8_t)why };
}

static struct intact_explanation contradicted(uint32_t package, enum intact_why why)
{
	return (struct intact_explanation){ package, INTACT_CONTRADICTED, INTACT_PROOF_NONE,
					    (uint8_t)why };
}

/* ---- what records do not have ------------------------------------------------------------------
 */

/* More than three lines: somebody is named in it. */
static bool is_plain_acl(const struct intact_entry *e)
{
	return !e->acl_default.s && (!e->acl_access.s || !strstr(e->acl_access.s, "mask::"));
}

/* A label is given by the host's policy. */
static bool is_plain_xattrs(const struct intact_entry *e)
{
	for (size_t i = 0; i < e->nxattrs; i++) {
		if (strcmp(e->xattrs[i].name.s, "security.selinux") != 0)
			return false;
	}
	return true;
}

/* Likewise, and capabilities, which are looked at as such. */
static bool is_plain_but_caps(const struct intact_entry *e)
{
	for (size_t i = 0; i < e->nxattrs; i++) {
		if (strcmp(e->xattrs[i].name.s, "security.selinux") != 0 &&
		    (!intact_entry_has(e, INTACT_CAPS) ||
		     strcmp(e->xattrs[i].name.s, "security.capability") != 0))
			return false;
	}
	return true;
}

static bool is_as_overridden(const struct intact_entry *e, const struct intact_record *r)
{
	return r->has_override && (e->mode & 07777) == r->mode && e->uid == r->uid &&
	       e->gid == r->gid;
}

/* Nothing that gives anybody anything: what is root's, and only root may write to. */
static bool is_plain(const struct intact_entry *e, const struct intact_record *r)
{
	bool link = S_ISLNK(e->mode);
	bool closed = e->uid == 0 && e->gid == 0 && (link || !(e->mode & 07022));

	return (closed || is_as_overridden(e, r)) && is_plain_acl(e) && is_plain_xattrs(e) &&
	       !e->caps.s;
}

/* Beside what was replaced nothing changed, or only to what is no more than usual. */
static bool rest_is_known(const struct intact_change *c, const struct intact_record *r)
{
	uint64_t rest = c->changed & ~REPLACED;

	if (is_new(c))
		return is_plain(c->new, r);
	if (S_ISLNK(c->new->mode))
		rest &= ~INTACT_BIT(INTACT_LINK);
	return !rest || (!(rest & ~OWNED) && is_as_overridden(c->new, r));
}

/* ---- what some records have --------------------------------------------------------------------
 */

enum fit {
	FITS,
	UNKNOWN, /* the record does not say */
	DIFFERS,
};

/* What a record has beside content and target. */
#define RECORDED (OWNED | INTACT_BIT(INTACT_CAPS))

static enum fit fit_number(bool has, uint64_t is, uint64_t recorded)
{
	if (!has)
		return UNKNOWN;
	return is == recorded ? FITS : DIFFERS;
}

/* libcap has written "+ep" and "=ep" for the same. */
static enum fit fit_caps(const struct intact_entry *e, const char *recorded)
{
	const char *is = e->caps.s ? e->caps.s : "";

	if (!*is != !*recorded)
		return DIFFERS;
	for (; *is && *recorded; is++, recorded++) {
		if (*is != *recorded && (!strchr("+=", *is) || !strchr("+=", *recorded)))
			return UNKNOWN;
	}
	return *is == *recorded ? FITS : UNKNOWN;
}

static enum fit worse(enum fit a, enum fit b)
{
	return a > b ? a : b;
}

/* Those of RECORDED in `mask` that were measured, against the record. */
static enum fit fit_record(const struct intact_entry *e, const struct intact_record *r,
			   uint64_t mask)
{
	const struct intact_recorded *is = &r->recorded;
	enum fit fit = FITS;

	mask &= e->attrs & ~e->failed;
	if ((mask & RECORDED) && is_as_overridden(e, r))
		mask &= ~OWNED;
	if ((mask & INTACT_BIT(INTACT_PERM)) && !S_ISLNK(e->mode))
		fit = worse(fit, fit_number(is->has_mode, e->mode & 07777, is->mode & 07777));
	if (mask & INTACT_BIT(INTACT_UID))
		fit = worse(fit, fit_number(is->has_uid, e->uid, is->uid));
	if (mask & INTACT_BIT(INTACT_GID))
		fit = worse(fit, fit_number(is->has_gid, e->gid, is->gid));
	if (mask & INTACT_BIT(INTACT_CAPS))
		fit = worse(fit, fit_caps(e, is->caps));
	return fit;
}

/* What else shows a change of what is recorded: the three lines of an ACL are the mode, and a
 * capability is an attribute as well. */
static uint64_t shown_elsewhere(const struct intact_change *c)
{
	uint64_t mask = 0;

	if ((c->changed & INTACT_BIT(INTACT_PERM)) && is_plain_acl(c->old) && is_plain_acl(c->new))
		mask |= INTACT_BIT(INTACT_ACL);
	if ((c->changed & INTACT_BIT(INTACT_CAPS)) && is_plain_but_caps(c->new))
		mask |= INTACT_BIT(INTACT_XATTRS);
	return mask;
}

/* What was replaced, or is new, beside its content: is it as the record has it? */
static enum fit fit_rest(const struct intact_change *c, const struct intact_record *r)
{
	uint64_t rest = c->changed & ~REPLACED & ~RECORDED;
	enum fit fit;

	if (!r->recorded.known)
		return rest_is_known(c, r) ? FITS : UNKNOWN;
	fit = fit_record(c->new, r, is_new(c) ? RECORDED : c->changed);
	if (S_ISLNK(c->new->mode))
		rest &= ~INTACT_BIT(INTACT_LINK);
	if (!is_new(c))
		rest &= ~shown_elsewhere(c);
	else
		rest = !is_plain_acl(c->new) || !is_plain_but_caps(c->new);
	return worse(fit, rest ? UNKNOWN : FITS);
}

/* What it is agrees: does the rest? */
static struct intact_explanation judge_rest(const struct intact_change *c,
					    const struct intact_record *r, enum intact_proof proof)
{
	switch (fit_rest(c, r)) {
	case FITS:
		return explained(r->package, proof);
	case DIFFERS:
		return r->config ? unexplained(r->package, INTACT_WHY_CONFIG)
				 : contradicted(r->package, INTACT_WHY_GIVEN);
	case UNKNOWN:
		break;
	}
	return unexplained(r->package, INTACT_WHY_ATTRS);
}

/* ---- what the package itself has ---------------------------------------------------------------
 */

/* What it gives an object beside its content. */
#define GIVEN                                                                                 \
	(OWNED | INTACT_BIT(INTACT_LINK) | INTACT_BIT(INTACT_ACL) | INTACT_BIT(INTACT_CAPS) | \
	 INTACT_BIT(INTACT_XATTRS))

static bool is_given(const struct intact_entry *e, const struct intact_record *r)
{
	const struct intact_shipped *s = &r->shipped;
	bool owned = e->uid == s->uid && e->gid == s->gid &&
		     (S_ISLNK(e->mode) || (e->mode & 07777) == (s->mode & 07777));

	return (owned || is_as_overridden(e, r)) && is_plain_acl(e) && is_plain_xattrs(e) &&
	       !e->caps.s;
}

static bool rest_is_given(const struct intact_change *c, const struct intact_record *r)
{
	uint64_t rest = c->changed & ~REPLACED;

	if (!is_new(c) && (rest & ~GIVEN))
		return false;
	return (!is_new(c) && !rest) || is_given(c->new, r);
}

static struct intact_explanation judge_shipped(const struct intact_change *c,
					       const struct intact_record *r)
{
	const struct intact_shipped *s = &r->shipped;
	bool same_type = (c->new->mode &S_IFMT) == (s->mode & S_IFMT);

	/* A rule without the attribute l. */
	if (same_type && S_ISLNK(s->mode) && !intact_entry_has(c->new, INTACT_LINK))
		return unexplained(r->package, INTACT_WHY_NO_LINK);
	if (!s->same || !same_type)
		return r->config ? unexplained(r->package, INTACT_WHY_CONFIG)
				 : contradicted(r->package, INTACT_WHY_CONTENT);
	if (!rest_is_given(c, r))
		return unexplained(r->package, INTACT_WHY_ATTRS);
	return explained(r->package, INTACT_PROOF_PACKAGE);
}

/* Nobody has it now, and nothing is there any more. */
static struct intact_explanation judge_gone(const struct intact_change *c,
					    const struct intact_record *r)
{
	const struct intact_shipped *s = &r->shipped;

	if (!s->known || !s->same || (c->old->mode & S_IFMT) != (s->mode & S_IFMT))
		return unexplained(r->package, INTACT_WHY_EARLIER);
	return explained(r->package, INTACT_PROOF_PACKAGE);
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* Does the content that was measured have the record's sum?  Returns 1, 0, or a code that ends the
 * run; with *ret_known 0 that cannot be told, for *ret_why. */
static int content_is_shipped(struct explainer *x, const struct intact_entry *e,
			      const struct intact_record *r, int *ret_known,
			      enum intact_why *ret_why, struct intact_error *err)
{
	const struct intact_attr *sum = intact_attr_get(r->sum_id);
	uint8_t digests[INTACT_DIGEST_MAX][64];
	int rc;

	*ret_known = 0;
	if (intact_entry_has(e, r->sum_id)) {
		*ret_known = 1;
		return memcmp(e->digest[sum->digest], r->sum, sum->digest_size) == 0;
	}
	/* A host's policy may have taken MD5 away. */
	if (!(e->attrs & ~e->failed & INTACT_MASK_DIGESTS) ||
	    !(x->available & INTACT_BIT(r->sum_id))) {
		*ret_why = INTACT_WHY_NO_DIGEST;
		return 0;
	}
	rc = x->contents->whole(x->contents, e, INTACT_BIT(r->sum_id), digests, err);
	if (rc != 1) {
		*ret_why = INTACT_WHY_NOT_READ;
		return rc;
	}
	*ret_known = 1;
	return memcmp(digests[sum->digest], r->sum, sum->digest_size) == 0;
}

static enum intact_proof proof_of(const struct intact_record *r)
{
	return r->sum_id == INTACT_SHA256   ? INTACT_PROOF_SHA256
	       : r->sum_id == INTACT_SHA512 ? INTACT_PROOF_SHA512
					    : INTACT_PROOF_MD5;
}

/* Whatever is in it, another mode than the record's is one. */
static bool differs_anyway(const struct intact_change *c, const struct intact_record *r)
{
	return r->recorded.known && !r->config && fit_rest(c, r) == DIFFERS;
}

static int judge_file(struct explainer *x, const struct intact_change *c,
		      const struct intact_record *r, struct intact_explanation *ret,
		      struct intact_error *err)
{
	enum intact_why why = INTACT_WHY_NONE;
	int known, rc;

	if (!r->has_sum) {
		*ret = differs_anyway(c, r) ? contradicted(r->package, INTACT_WHY_GIVEN)
					    : unexplained(r->package, INTACT_WHY_NO_SUM);
		return 0;
	}
	rc = content_is_shipped(x, c->new, r, &known, &why, err);
	if (rc < 0)
		return rc;
	if (!known && differs_anyway(c, r))
		*ret = contradicted(r->package, INTACT_WHY_GIVEN);
	else if (!known)
		*ret = unexplained(r->package, c->unverified ? INTACT_WHY_UNVERIFIED : why);
	else if (!rc && r->config)
		*ret = unexplained(r->package, INTACT_WHY_CONFIG);
	else if (!rc)
		*ret = contradicted(r->package, INTACT_WHY_CONTENT);
	else
		*ret = judge_rest(c, r, proof_of(r));
	return 0;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* Where a link leads, as a path; false if that is not below the root, or too long. */
static bool link_leads_to(const struct intact_entry *e, char out[4096])
{
	size_t len = 0;
	const char *at = e->link.s;

	if (*at != '/') {
		len = path_parent(e->path.s, e->path.len);
		len = len == 1 ? 0 : len;
		if (len + e->link.len + 2 >= 4096)
			return false;
		memcpy(out, e->path.s, len);
	}
	while (*at) {
		size_t n = strcspn(at, "/");

		if (n == 2 && at[0] == '.' && at[1] == '.') {
			while (len && out[--len] != '/')
				;
		} else if (n && !(n == 1 && *at == '.')) {
			if (len + n + 2 >= 4096)
				return false;
			out[len++] = '/';
			memcpy(out + len, at, n);
			len += n;
		}
		at += n + (at[n] == '/');
	}
	out[len] = '\0';
	return len > 0;
}

static bool same_target(const struct intact_change *c)
{
	return !is_new(c) && intact_entry_has(c->old, INTACT_LINK) &&
	       intact_entry_has(c->new, INTACT_LINK) && !(c->changed & INTACT_BIT(INTACT_LINK));
}

static struct intact_explanation judge_link(const struct intact_change *c,
					    const struct intact_record *r,
					    struct intact_record *targets, size_t ntargets)
{
	char path[4096];
	const struct intact_record *target = NULL;

	if (r->has_sum)
		return contradicted(r->package, INTACT_WHY_CONTENT);
	if (!intact_entry_has(c->new, INTACT_LINK))
		return unexplained(r->package, INTACT_WHY_NO_LINK);
	if (r->recorded.known && !r->recorded.same)
		return r->config ? unexplained(r->package, INTACT_WHY_CONFIG)
				 : contradicted(r->package, INTACT_WHY_CONTENT);
	if (r->recorded.known)
		return judge_rest(c, r, INTACT_PROOF_RECORD);
	if (!rest_is_known(c, r))
		return unexplained(r->package, INTACT_WHY_ATTRS);
	if (same_target(c))
		return explained(r->package, INTACT_PROOF_SAME);
	if (c->new->link.s && link_leads_to(c->new, path))
		target = packages_find(targets, ntargets, path, strlen(path));
	if (!target || target->package != r->package)
		return unexplained(r->package, INTACT_WHY_TARGET);
	return explained(r->package, INTACT_PROOF_NAME);
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static struct intact_explanation judge_new_folder(const struct intact_change *c,
						  const struct intact_record *r)
{
	if (r->has_sum)
		return contradicted(r->package, INTACT_WHY_CONTENT);
	if (r->recorded.known)
		return judge_rest(c, r, INTACT_PROOF_RECORD);
	if (!is_plain(c->new, r))
		return unexplained(r->package, INTACT_WHY_ATTRS);
	return explained(r->package, INTACT_PROOF_NAME);
}

/* Until it is left: what happened in it is not known yet. */
static struct intact_explanation judge_folder(const struct intact_change *c,
					      const struct intact_record *r)
{
	if (r->recorded.known && !r->config && fit_record(c->new, r, c->changed) == DIFFERS)
		return contradicted(r->package, INTACT_WHY_GIVEN);
	return unexplained(r->package, INTACT_WHY_FOLDER);
}

static struct intact_explanation judge_removed(const struct intact_record *r)
{
	if (r->optional)
		return unexplained(r->package, INTACT_WHY_OPTIONAL);
	if (r->config)
		return unexplained(r->package, INTACT_WHY_CONFIG);
	return contradicted(r->package, INTACT_WHY_MISSING);
}

static int judge_owned(struct explainer *x, const struct intact_change *c,
		       const struct intact_record *r, struct intact_explanation *ret,
		       struct intact_error *err)
{
	mode_t type = side_of(c)->mode & S_IFMT;

	if (!c->new)
		*ret = r->gone && r->shipped.known ? judge_gone(c, r) : judge_removed(r);
	else if (r->shipped.known && (type != S_IFDIR || is_new(c)))
		*ret = judge_shipped(c, r);
	else if (r->recorded.known && type != (r->recorded.mode & S_IFMT))
		*ret = r->config ? unexplained(r->package, INTACT_WHY_CONFIG)
				 : contradicted(r->package, INTACT_WHY_CONTENT);
	else if (type == S_IFREG)
		return judge_file(x, c, r, ret, err);
	else if (type == S_IFLNK)
		*ret = judge_link(c, r, x->records, x->nrecords);
	else if (type == S_IFDIR && is_new(c))
		*ret = judge_new_folder(c, r);
	else if (type == S_IFDIR)
		*ret = judge_folder(c, r);
	else if (r->has_sum)
		*ret = contradicted(r->package, INTACT_WHY_CONTENT);
	else
		*ret = unexplained(r->package, INTACT_WHY_TYPE);
	return 0;
}

static int judge(struct explainer *x, const struct intact_change *c, struct intact_explanation *ret,
		 struct intact_error *err)
{
	const struct intact_str *path = &side_of(c)->path;
	const struct intact_record *r = packages_find(x->records, x->nrecords, path->s, path->len);
	int rc = 0;

	*ret = unexplained(INTACT_NO_PACKAGE, INTACT_WHY_NO_PACKAGE);
	if (r && r->package != INTACT_NO_PACKAGE)
		rc = judge_owned(x, c, r, ret, err);
	if (rc == 0 && c->unverified && ret->verdict == INTACT_EXPLAINED)
		*ret = unexplained(ret->package, INTACT_WHY_UNVERIFIED);
	return rc;
}

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
	found = explained(f->package, f->explained ? INTACT_PROOF_INSIDE
				      : f->given   ? INTACT_PROOF_RECORD
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
		packages_find(x->records, x->nrecords, e->path.s, e->path.len);
	struct folder *f;
	bool given = (c->changed & OWNED) && r && r->recorded.known &&
		     fit_record(e, r, c->changed) == FITS;
	uint64_t usual = NAMES_CHANGED | (given ? OWNED | shown_elsewhere(c) : 0);
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
		.names_only = only_names_changed(c, usual) && intact_entry_has(e, INTACT_CTIME),
		.given = given,
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
	const struct intact_entry *e = side_of(c);
	struct folder *f = x->depth ? &x->folders[x->depth - 1] : NULL;
	int64_t ended = intact_packages_ended(x->p, found->package);

	if (!f || path_parent(e->path.s, e->path.len) != f->path.len)
		return;
	if (S_ISDIR(e->mode) && c->kind == INTACT_CHANGED && !is_new(c) &&
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

	if (x->nrecords == x->cap) {
		size_t cap = x->cap ? x->cap * 2 : 1024;

		r = realloc(x->records, cap * sizeof(*r));
		if (!r)
			return intact_fail_nomem(err);
		x->records = r;
		x->cap = cap;
	}
	r = &x->records[x->nrecords];
	*r = (struct intact_record){ .path = arena_strndup(&x->paths, path, len) };
	if (!r->path)
		return intact_fail_nomem(err);
	x->nrecords++;
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
		if (intact_entry_has(e, ids[i]) && (x->available & INTACT_BIT(ids[i])))
			return intact_attr_get(ids[i]);
	}
	return NULL;
}

/* What was measured, to be compared with what the package has. */
static int ask(struct explainer *x, struct intact_record *r, const struct intact_change *c,
	       struct intact_error *err)
{
	const struct intact_entry *e = side_of(c);
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
	const struct intact_entry *e = side_of(c);
	struct intact_record *r;
	char target[4096];
	int rc = add_record(x, e->path.s, e->path.len, &r, err);

	if (rc == 0) /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): 0 is a record */
		rc = ask(x, r, c, err);
	if (rc == 0 && c->new &&S_ISLNK(e->mode) && e->link.s && link_leads_to(e, target))
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

	if (!x->nrecords)
		return;
	qsort(x->records, x->nrecords, sizeof(*x->records), compare_records);
	for (size_t i = 0; i < x->nrecords; i++) {
		if (i == 0 || strcmp(x->records[i].path, x->records[kept - 1].path) != 0)
			x->records[kept++] = x->records[i];
	}
	x->nrecords = kept;
}

/* Collect a batch and look it up.  *ret_n: how many changes it has; 0 at the end. */
static int look_ahead(struct explainer *x, size_t *ret_n, struct intact_error *err)
{
	const struct intact_change *c;
	size_t n = 0;
	int rc = 1;

	x->nrecords = 0;
	arena_clear(&x->paths);
	while (n < BATCH && (rc = intact_changes_iter_next(x->ahead, &c, err)) == 1) {
		n++;
		rc = is_judged(c) ? add_change(x, c, err) : 0;
		if (rc < 0)
			return rc;
	}
	if (rc < 0)
		return rc;
	*ret_n = n;
	sort_records(x);
	return intact_packages_look_up(x->p, x->records, x->nrecords, err);
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
	struct intact_explanation found = unexplained(INTACT_NO_PACKAGE, INTACT_WHY_NONE);
	const struct intact_entry *e = side_of(c);
	int rc;

	if (c->kind == INTACT_GAP)
		return note_gap(x, &e->path);
	rc = leave_to(x, &e->path, err);
	if (rc == 0 && is_judged(c)) {
		rc = judge(x, c, &found, err);
		if (rc == 0)
			rc = intact_changes_explain(x->changes, x->pos, &found, err);
	}
	if (rc < 0)
		return rc;
	if (c->kind != INTACT_SAME)
		tell_folder(x, c, &found);
	if (is_judged(c) && c->new &&S_ISDIR(e->mode) && !is_new(c))
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
			       .contents = contents,
			       .available = intact_digests_available() };
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
	free(x.records);
	arena_release(&x.paths);
	return rc;
}
