/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See job.h: the content of a held object, which digests of it are wanted, and what is kept of
 * them.
 */

#include "scan/job.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "scan/context.h"
#include "scan/policy.h"
#include "scan/read.h"
#include "scan/sealed.h"

/* ---- which digests ---- */

/* Digests of which the baseline has a value. */
static uint64_t old_digests(const struct job *j)
{
	if (!j->old || !S_ISREG(j->old->mode))
		return 0;
	return j->old->attrs & ~j->old->failed & j->m->scan->digests;
}

static void fail_digests(struct job *j, uint64_t mask)
{
	char names[512];

	intact_attr_expr(mask, names, sizeof(names));
	job_fail(j, mask, "this build cannot compute", names);
}

void job_choose_digests(struct job *j)
{
	const struct intact_scan *scan = j->m->scan;
	uint64_t mask = j->e->attrs & scan->digests;
	uint64_t old = old_digests(j);

	if (mask & ~scan->available)
		fail_digests(j, mask & ~scan->available);
	if (mask && !(mask & old & scan->available & ~INTACT_MASK_CHECKSUMS))
		mask |= old;
	j->digests = mask & scan->available;
	j->both = j->digests & old & scan->twofold;
}

/* ---- reading and keeping ---- */

static bool copy_digest(struct arena *arena, size_t size, const uint8_t *value, const uint8_t **ret)
{
	uint8_t *copy = arena_bytes(arena, size);

	if (!copy)
		return false;
	memcpy(copy, value, size);
	*ret = copy;
	return true;
}

static bool copy_digests(struct job *j, uint8_t values[][64], const uint8_t **ret)
{
	for (uint64_t left = j->digests; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));
		unsigned slot = (unsigned)row->digest, other = row->other;

		if (!copy_digest(j->arena, row->digest_size, values[slot], &ret[slot]))
			return false;
		if ((j->both & INTACT_BIT(row->id)) &&
		    !copy_digest(j->arena, row->digest_size, values[other], &ret[other]))
			return false;
	}
	return true;
}

/* What it is when decompressed, or why that is not known. */
static bool copy_unpacked(struct job *j)
{
	const struct unpacker *u = &j->m->unpack;
	struct intact_unpacked *copy = arena_alloc(j->arena, sizeof(*copy));

	if (!copy)
		return false;
	*copy = (struct intact_unpacked){ .why = u->why, .size = u->tally.pos };
	j->e->unpacked = copy;
	return u->why || copy_digests(j, j->m->unpack.digests, copy->digest);
}

static int keep_digests(struct job *j, const struct content *c, struct intact_error *err)
{
	struct intact_entry *e = j->e;

	if (!copy_digests(j, j->m->digests, e->digest))
		return intact_fail_nomem(err);
	if (c->nprefixes) {
		if (!copy_digests(j, j->m->prefix.digest, e->digest_prefix))
			return intact_fail_nomem(err);
		e->flags |= INTACT_ENTRY_PREFIX;
		e->prefix_size = j->m->prefix.size;
	}
	if (c->unpack && !copy_unpacked(j))
		return intact_fail_nomem(err);
	e->read.sec = time(NULL);
	return 0;
}

/* Those of the baseline, which is gone before the entry is. */
static int trust_digests(struct job *j, struct intact_error *err)
{
	struct intact_entry *e = j->e;

	for (uint64_t left = j->digests; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (!copy_digest(j->arena, row->digest_size, j->old->digest[row->digest],
				 &e->digest[row->digest]))
			return intact_fail_nomem(err);
	}
	e->read = j->old->read;
	e->flags |= INTACT_ENTRY_TRUSTED;
	return 0;
}

/* `growing`: digests over what was there before. */
static uint64_t prefix_of(const struct job *j)
{
	const struct intact_entry *old = j->old;

	if (!old || !(old->attrs & JOB_BIT(GROWING)) || !(old->attrs & j->m->scan->digests))
		return 0;
	return old->size < j->o.st.stx_size ? old->size : 0;
}

static bool same_ctime(const struct intact_entry *old, const struct statx *st)
{
	bool seconds = old->flags & INTACT_ENTRY_SECONDS;

	return intact_entry_has(old, INTACT_CTIME) && old->ctime.sec == st->stx_ctime.tv_sec &&
	       (seconds || old->ctime.nsec == st->stx_ctime.tv_nsec);
}

/* May it be part of a rotation?  What stands there since the baseline is not.  To say what changed
 * is for the comparison; here it is enough that whatever comes under a name has another inode or
 * ctime, and where only seconds are known another size. */
bool job_is_news(const struct job *j)
{
	const struct statx *st = &j->o.st;
	const struct intact_entry *old = j->old;

	if (!j->m->scan->options.follow)
		return false;
	return !old || old->ino != st->stx_ino || !same_ctime(old, st) ||
	       (intact_entry_has(old, INTACT_SIZE) && old->size != st->stx_size);
}

/* Where the kernel keeps the only digest that is wanted, no byte need be read.  Returns 1, 0, or a
 * negative code. */
static int ask_kernel(struct job *j, const struct content *c, struct intact_error *err)
{
	unsigned slot = (unsigned)intact_attr_get(INTACT_FSVERITY)->digest;
	int rc;

	if (c->digests != JOB_BIT(FSVERITY) || c->nprefixes || c->unpack || !sealed_is(&j->o.st))
		return 0;
	rc = measurer_need_verity(j->m, err);
	if (rc < 0)
		return rc;
	return sealed_digest(j->m->verity, c->fd, &j->o.st, j->m->digests[slot]);
}

typedef bool trust_fn(const struct intact_scan_options *options, const struct intact_entry *old,
		      const struct statx *now, uint64_t mask);

static bool may_trust(struct job *j, trust_fn *trusts)
{
	return !j->both && trusts(&j->m->scan->options, j->old, &j->o.st, j->digests) &&
	       job_has_times(j);
}

/* There was no time to read it. */
static int do_without(struct job *j, struct intact_error *err)
{
	if (may_trust(j, policy_trusts_late))
		return trust_digests(j, err);
	job_fail(j, j->m->scan->digests, "not read, or not to its end", "the time limit is over");
	return 0;
}

int job_content(struct job *j, struct intact_error *err)
{
	const struct statx *st = &j->o.st;
	struct content c = {
		.fd = j->o.fd,
		.size = st->stx_size,
		.device = intact_device(st->stx_dev_major, st->stx_dev_minor),
		.may_grow = j->growing,
		.holes = content_may_have_holes(st),
		.digests = j->digests,
		.both = j->both,
		.prefixes = &j->m->prefix,
		.unpack = job_is_news(j) && (j->e->attrs & JOB_BIT(COMPRESSED)),
	};
	int error = 0;
	int rc;

	if (j->o.fd < 0) {
		job_fail(j, j->m->scan->digests, "open", strerror(j->o.read_errno));
		return 0;
	}
	j->m->prefix.size = prefix_of(j);
	c.nprefixes = j->m->prefix.size > 0;
	/* To know costs no more than to trust. */
	rc = ask_kernel(j, &c, err);
	if (rc == 0 && may_trust(j, policy_trusts))
		return trust_digests(j, err);
	if (rc == 0)
		rc = content_read(j->m, &c, &error, err);
	else if (rc == 1)
		rc = CONTENT_OK;
	switch (rc) {
	case CONTENT_OK:
		return keep_digests(j, &c, err);
	case CONTENT_LATE:
		return do_without(j, err);
	case CONTENT_ERROR:
		job_fail(j, j->m->scan->digests, "read", strerror(error));
		return 0;
	default:
		return rc;
	}
}
