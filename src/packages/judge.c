/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See judge.h.  Every doubt falls to "unexplained".
 */

#include "packages/judge.h"

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "packages/manager.h"

/* What replacing a file by what its package ships changes, whatever is in it. */
#define REPLACED                                                                                \
	(INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_SIZE_GROWING) | INTACT_BIT(INTACT_ATIME) | \
	 INTACT_BIT(INTACT_CTIME) | INTACT_BIT(INTACT_MTIME) | INTACT_BIT(INTACT_INODE) |       \
	 INTACT_BIT(INTACT_BLOCKS) | INTACT_BIT(INTACT_BTIME) | INTACT_MASK_DIGESTS)

#define OWNED (INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_UID) | INTACT_BIT(INTACT_GID))

/* ---- what is judged ----------------------------------------------------------------------------
 */

bool judge_wants(const struct intact_change *c)
{
	return !c->hidden &&
	       (c->kind == INTACT_ADDED || c->kind == INTACT_REMOVED || c->kind == INTACT_CHANGED);
}

const struct intact_entry *judge_side(const struct intact_change *c)
{
	return c->new ? c->new : c->old;
}

/* Another object than before stands there: nothing of the old one says anything about it. */
bool judge_is_new(const struct intact_change *c)
{
	return !c->old || (c->old->mode & S_IFMT) != (c->new->mode &S_IFMT);
}

struct intact_explanation judge_explained(uint32_t package, enum intact_proof proof)
{
	return (struct intact_explanation){ package, INTACT_EXPLAINED, (uint8_t)proof,
					    INTACT_WHY_NONE };
}

struct intact_explanation judge_unexplained(uint32_t package, enum intact_why why)
{
	return (struct intact_explanation){ package, INTACT_UNEXPLAINED, INTACT_PROOF_NONE,
					    (uint8_t)why };
}

static struct intact_explanation judge_contradicted(uint32_t package, enum intact_why why)
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

	if (judge_is_new(c))
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
	fit = fit_record(c->new, r, judge_is_new(c) ? RECORDED : c->changed);
	if (S_ISLNK(c->new->mode))
		rest &= ~INTACT_BIT(INTACT_LINK);
	if (!judge_is_new(c))
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
		return judge_explained(r->package, proof);
	case DIFFERS:
		return r->config ? judge_unexplained(r->package, INTACT_WHY_CONFIG)
				 : judge_contradicted(r->package, INTACT_WHY_GIVEN);
	case UNKNOWN:
		break;
	}
	return judge_unexplained(r->package, INTACT_WHY_ATTRS);
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

	if (!judge_is_new(c) && (rest & ~GIVEN))
		return false;
	return (!judge_is_new(c) && !rest) || is_given(c->new, r);
}

static struct intact_explanation judge_shipped(const struct intact_change *c,
					       const struct intact_record *r)
{
	const struct intact_shipped *s = &r->shipped;
	bool same_type = (c->new->mode &S_IFMT) == (s->mode & S_IFMT);

	/* A rule without the attribute l. */
	if (same_type && S_ISLNK(s->mode) && !intact_entry_has(c->new, INTACT_LINK))
		return judge_unexplained(r->package, INTACT_WHY_NO_LINK);
	if (!s->same || !same_type)
		return r->config ? judge_unexplained(r->package, INTACT_WHY_CONFIG)
				 : judge_contradicted(r->package, INTACT_WHY_CONTENT);
	if (!rest_is_given(c, r))
		return judge_unexplained(r->package, INTACT_WHY_ATTRS);
	return judge_explained(r->package, INTACT_PROOF_PACKAGE);
}

/* Nobody has it now, and nothing is there any more. */
static struct intact_explanation judge_gone(const struct intact_change *c,
					    const struct intact_record *r)
{
	const struct intact_shipped *s = &r->shipped;

	if (!s->known || !s->same || (c->old->mode & S_IFMT) != (s->mode & S_IFMT))
		return judge_unexplained(r->package, INTACT_WHY_EARLIER);
	return judge_explained(r->package, INTACT_PROOF_PACKAGE);
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* Does the content that was measured have the record's sum?  Returns 1, 0, or a code that ends the
 * run; with *ret_known 0 that cannot be told, for *ret_why. */
static int content_is_shipped(const struct judge *j, const struct intact_entry *e,
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
	    !(j->available & INTACT_BIT(r->sum_id))) {
		*ret_why = INTACT_WHY_NO_DIGEST;
		return 0;
	}
	rc = j->contents->whole(j->contents, e, INTACT_BIT(r->sum_id), digests, err);
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

static int judge_file(const struct judge *j, const struct intact_change *c,
		      const struct intact_record *r, struct intact_explanation *ret,
		      struct intact_error *err)
{
	enum intact_why why = INTACT_WHY_NONE;
	int known, rc;

	if (!r->has_sum) {
		*ret = differs_anyway(c, r) ? judge_contradicted(r->package, INTACT_WHY_GIVEN)
					    : judge_unexplained(r->package, INTACT_WHY_NO_SUM);
		return 0;
	}
	rc = content_is_shipped(j, c->new, r, &known, &why, err);
	if (rc < 0)
		return rc;
	if (!known && differs_anyway(c, r))
		*ret = judge_contradicted(r->package, INTACT_WHY_GIVEN);
	else if (!known)
		*ret = judge_unexplained(r->package, c->unverified ? INTACT_WHY_UNVERIFIED : why);
	else if (!rc && r->config)
		*ret = judge_unexplained(r->package, INTACT_WHY_CONFIG);
	else if (!rc)
		*ret = judge_contradicted(r->package, INTACT_WHY_CONTENT);
	else
		*ret = judge_rest(c, r, proof_of(r));
	return 0;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* Where a link leads, as a path; false if that is not below the root, or too long. */
bool judge_link_leads_to(const struct intact_entry *e, char out[4096])
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
	return !judge_is_new(c) && intact_entry_has(c->old, INTACT_LINK) &&
	       intact_entry_has(c->new, INTACT_LINK) && !(c->changed & INTACT_BIT(INTACT_LINK));
}

static struct intact_explanation judge_link(const struct intact_change *c,
					    const struct intact_record *r,
					    struct intact_record *targets, size_t ntargets)
{
	char path[4096];
	const struct intact_record *target = NULL;

	if (r->has_sum)
		return judge_contradicted(r->package, INTACT_WHY_CONTENT);
	if (!intact_entry_has(c->new, INTACT_LINK))
		return judge_unexplained(r->package, INTACT_WHY_NO_LINK);
	if (r->recorded.known && !r->recorded.same)
		return r->config ? judge_unexplained(r->package, INTACT_WHY_CONFIG)
				 : judge_contradicted(r->package, INTACT_WHY_CONTENT);
	if (r->recorded.known)
		return judge_rest(c, r, INTACT_PROOF_RECORD);
	if (!rest_is_known(c, r))
		return judge_unexplained(r->package, INTACT_WHY_ATTRS);
	if (same_target(c))
		return judge_explained(r->package, INTACT_PROOF_SAME);
	if (c->new->link.s && judge_link_leads_to(c->new, path))
		target = packages_find(targets, ntargets, path, strlen(path));
	if (!target || target->package != r->package)
		return judge_unexplained(r->package, INTACT_WHY_TARGET);
	return judge_explained(r->package, INTACT_PROOF_NAME);
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static struct intact_explanation judge_new_folder(const struct intact_change *c,
						  const struct intact_record *r)
{
	if (r->has_sum)
		return judge_contradicted(r->package, INTACT_WHY_CONTENT);
	if (r->recorded.known)
		return judge_rest(c, r, INTACT_PROOF_RECORD);
	if (!is_plain(c->new, r))
		return judge_unexplained(r->package, INTACT_WHY_ATTRS);
	return judge_explained(r->package, INTACT_PROOF_NAME);
}

/* Until it is left: what happened in it is not known yet. */
static struct intact_explanation judge_folder(const struct intact_change *c,
					      const struct intact_record *r)
{
	if (r->recorded.known && !r->config && fit_record(c->new, r, c->changed) == DIFFERS)
		return judge_contradicted(r->package, INTACT_WHY_GIVEN);
	return judge_unexplained(r->package, INTACT_WHY_FOLDER);
}

static struct intact_explanation judge_removed(const struct intact_record *r)
{
	if (r->optional)
		return judge_unexplained(r->package, INTACT_WHY_OPTIONAL);
	if (r->config)
		return judge_unexplained(r->package, INTACT_WHY_CONFIG);
	return judge_contradicted(r->package, INTACT_WHY_MISSING);
}

static int judge_owned(const struct judge *j, const struct intact_change *c,
		       const struct intact_record *r, struct intact_explanation *ret,
		       struct intact_error *err)
{
	mode_t type = judge_side(c)->mode & S_IFMT;

	if (!c->new)
		*ret = r->gone && r->shipped.known ? judge_gone(c, r) : judge_removed(r);
	else if (r->shipped.known && (type != S_IFDIR || judge_is_new(c)))
		*ret = judge_shipped(c, r);
	else if (r->recorded.known && type != (r->recorded.mode & S_IFMT))
		*ret = r->config ? judge_unexplained(r->package, INTACT_WHY_CONFIG)
				 : judge_contradicted(r->package, INTACT_WHY_CONTENT);
	else if (type == S_IFREG)
		return judge_file(j, c, r, ret, err);
	else if (type == S_IFLNK)
		*ret = judge_link(c, r, j->records, j->n);
	else if (type == S_IFDIR && judge_is_new(c))
		*ret = judge_new_folder(c, r);
	else if (type == S_IFDIR)
		*ret = judge_folder(c, r);
	else if (r->has_sum)
		*ret = judge_contradicted(r->package, INTACT_WHY_CONTENT);
	else
		*ret = judge_unexplained(r->package, INTACT_WHY_TYPE);
	return 0;
}

int judge_change(const struct judge *j, const struct intact_change *c,
		 struct intact_explanation *ret, struct intact_error *err)
{
	const struct intact_str *path = &judge_side(c)->path;
	const struct intact_record *r = packages_find(j->records, j->n, path->s, path->len);
	int rc = 0;

	*ret = judge_unexplained(INTACT_NO_PACKAGE, INTACT_WHY_NO_PACKAGE);
	if (r && r->package != INTACT_NO_PACKAGE)
		rc = judge_owned(j, c, r, ret, err);
	if (rc == 0 && c->unverified && ret->verdict == INTACT_EXPLAINED)
		*ret = judge_unexplained(ret->package, INTACT_WHY_UNVERIFIED);
	return rc;
}

/* ---- of a folder that was there before ---------------------------------------------------------
 */

uint64_t judge_folder_given(const struct intact_change *c, const struct intact_record *r)
{
	if (!(c->changed & OWNED) || !r->recorded.known ||
	    fit_record(c->new, r, c->changed) != FITS)
		return 0;
	return OWNED | shown_elsewhere(c);
}
