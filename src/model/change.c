/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The list of changes.  See intact/change.h.
 *
 * Records are kept packed, one after another: a length, the fixed part, then the bytes of strings
 * and digests.  The newest records are in memory; when they pass the limit they are written to an
 * unlinked file.  The packed form never leaves this process, so it is the machine's own.
 */

#include <intact/change.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

struct intact_changes {
	struct buf recent; /* packed records after those in the file */
	size_t memory_limit;
	char *tmpdir;
	int fd;		  /* the unlinked file, or -1 */
	uint64_t spilled; /* bytes in it */
	uint64_t count;
	unsigned char *hidden; /* a bit a change */
	size_t hidden_size;
	/* One a change, of `nexplained`; NULL: nobody looked for any. */
	struct intact_explanation *explanations;
	uint64_t nexplained;
};

/* The fixed part of a packed change; the flags say which entries follow. */
struct packed_change {
	enum intact_change_kind kind;
	uint64_t changed;
	uint64_t unverified;
	bool has_reason;
	bool has_old;
	bool has_new;
};

int intact_changes_new(size_t memory_limit, const char *tmpdir, struct intact_changes **ret,
		       struct intact_error *err)
{
	struct intact_changes *list = calloc(1, sizeof(*list));

	if (!list)
		return intact_fail_nomem(err);
	if (!tmpdir)
		tmpdir = getenv("TMPDIR");
	list->tmpdir = strdup(tmpdir && *tmpdir ? tmpdir : "/var/tmp");
	list->fd = -1;
	list->memory_limit = memory_limit;
	if (!list->tmpdir) {
		intact_changes_free(list);
		return intact_fail_nomem(err);
	}
	*ret = list;
	return 0;
}

void intact_changes_free(struct intact_changes *list)
{
	if (!list)
		return;
	if (list->fd >= 0)
		close(list->fd);
	buf_release(&list->recent);
	free(list->tmpdir);
	free(list->hidden);
	free(list->explanations);
	free(list);
}

/* ---- packing ---- */

static void pack_str(struct buf *b, const struct intact_str *s)
{
	if (!s->s)
		return;
	buf_add(b, s->s, s->len);
	buf_add_char(b, '\0');
}

static void pack_digests(struct buf *b, const uint8_t *const *digest)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (row && row->kind == INTACT_KIND_DIGEST && digest[row->digest])
			buf_add(b, digest[row->digest], row->digest_size);
	}
}

/* The struct itself first, with stale pointers that only say "there is one"; then what they point
 * to. */
static void pack_entry(struct buf *b, const struct intact_entry *e)
{
	buf_add(b, e, sizeof(*e));
	pack_str(b, &e->path);
	pack_str(b, &e->link);
	pack_str(b, &e->selinux);
	pack_str(b, &e->caps);
	pack_str(b, &e->acl_access);
	pack_str(b, &e->acl_default);
	for (size_t i = 0; i < e->nxattrs; i++) {
		buf_add(b, &e->xattrs[i], sizeof(e->xattrs[i]));
		pack_str(b, &e->xattrs[i].name);
		pack_str(b, &e->xattrs[i].value);
	}
	pack_digests(b, e->digest);
	if (e->problem)
		buf_add(b, e->problem, strlen(e->problem) + 1);
}

/* Reads in place: strings and digests point into the record. */
struct unpacker {
	const char *at;
	struct arena *arena;
};

static void unpack_raw(struct unpacker *u, void *to, size_t size)
{
	memcpy(to, u->at, size);
	u->at += size;
}

static void unpack_str(struct unpacker *u, struct intact_str *s)
{
	if (!s->s)
		return;
	s->s = u->at;
	u->at += s->len + 1;
}

static int unpack_xattrs(struct unpacker *u, struct intact_entry *e)
{
	struct intact_xattr *xattrs;

	if (!e->nxattrs)
		return 0;
	xattrs = arena_array(u->arena, e->nxattrs, sizeof(*xattrs));
	if (!xattrs)
		return -1;
	for (size_t i = 0; i < e->nxattrs; i++) {
		unpack_raw(u, &xattrs[i], sizeof(xattrs[i]));
		unpack_str(u, &xattrs[i].name);
		unpack_str(u, &xattrs[i].value);
	}
	e->xattrs = xattrs;
	return 0;
}

static int unpack_entry(struct unpacker *u, const struct intact_entry **ret)
{
	struct intact_entry *e = arena_alloc(u->arena, sizeof(*e));

	if (!e)
		return -1;
	unpack_raw(u, e, sizeof(*e));
	unpack_str(u, &e->path);
	unpack_str(u, &e->link);
	unpack_str(u, &e->selinux);
	unpack_str(u, &e->caps);
	unpack_str(u, &e->acl_access);
	unpack_str(u, &e->acl_default);
	if (unpack_xattrs(u, e) < 0)
		return -1;
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (!row || row->kind != INTACT_KIND_DIGEST || !e->digest[row->digest])
			continue;
		e->digest[row->digest] = (const uint8_t *)u->at;
		u->at += row->digest_size;
	}
	if (e->problem) {
		e->problem = u->at;
		u->at += strlen(u->at) + 1;
	}
	*ret = e;
	return 0;
}

/* Reports have no use for these, and they would point nowhere. */
static void pack_side(struct buf *b, const struct intact_entry *e)
{
	struct intact_entry kept = *e;

	kept.dir = NULL;
	kept.unpacked = NULL;
	memset(kept.digest_prefix, 0, sizeof(kept.digest_prefix));
	for (size_t i = INTACT_DIGEST_OTHER; i < INTACT_DIGEST_MAX; i++)
		kept.digest[i] = NULL;
	pack_entry(b, &kept);
}

/* ---- spilling ---- */

static int spill_open(struct intact_changes *list, struct intact_error *err)
{
	char name[4096];

	list->fd = open(list->tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (list->fd >= 0)
		return 0;
	if ((size_t)snprintf(name, sizeof(name), "%s/intact-changes.XXXXXX", list->tmpdir) >=
	    sizeof(name))
		return intact_fail(err, INTACT_EIO, "temporary folder's name is too long");
	list->fd = mkostemp(name, O_CLOEXEC);
	if (list->fd < 0)
		return intact_fail_errno(err, "create a temporary file in '%s'", list->tmpdir);
	unlink(name);
	return 0;
}

void intact_changes_open_ahead(struct intact_changes *list)
{
	struct intact_error err;

	if (list->fd < 0)
		(void)spill_open(list, &err);
}

static int spill(struct intact_changes *list, struct intact_error *err)
{
	size_t done = 0;

	if (list->fd < 0) {
		int rc = spill_open(list, err);

		if (rc < 0)
			return rc;
	}
	while (done < list->recent.len) {
		ssize_t n = pwrite(list->fd, list->recent.data + done, list->recent.len - done,
				   (off_t)(list->spilled + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return intact_fail_errno(
				err, "write the list of changes to a temporary file in '%s'",
				list->tmpdir);
		done += (size_t)n;
	}
	list->spilled += done;
	buf_clear(&list->recent);
	return 0;
}

static int hidden_reserve(struct intact_changes *list, struct intact_error *err)
{
	size_t need = (size_t)(list->count / 8 + 1);
	unsigned char *bits;

	if (need <= list->hidden_size)
		return 0;
	need = need * 2 + 64;
	bits = realloc(list->hidden, need);
	if (!bits)
		return intact_fail_nomem(err);
	memset(bits + list->hidden_size, 0, need - list->hidden_size);
	list->hidden = bits;
	list->hidden_size = need;
	return 0;
}

int intact_changes_add(struct intact_changes *list, const struct intact_change *c,
		       uint64_t *ret_pos, struct intact_error *err)
{
	struct packed_change fixed = { .kind = c->kind,
				       .changed = c->changed,
				       .unverified = c->unverified };
	struct buf *b = &list->recent;
	size_t start = b->len;
	uint64_t size = 0;
	int rc = hidden_reserve(list, err);

	if (rc < 0)
		return rc;
	fixed.has_reason = c->reason != NULL;
	fixed.has_old = c->old != NULL;
	fixed.has_new = c->new != NULL;
	buf_add(b, &size, sizeof(size));
	buf_add(b, &fixed, sizeof(fixed));
	if (c->reason)
		buf_add(b, c->reason, strlen(c->reason) + 1);
	if (c->old)
		pack_side(b, c->old);
	if (c->new)
		pack_side(b, c->new);
	if (b->failed) {
		b->failed = false;
		b->len = start;
		return intact_fail_nomem(err);
	}
	size = b->len - start - sizeof(size);
	memcpy(b->data + start, &size, sizeof(size));
	if (ret_pos)
		*ret_pos = list->count;
	if (c->hidden)
		list->hidden[list->count / 8] |= (unsigned char)(1u << (list->count % 8));
	list->count++;
	return b->len > list->memory_limit ? spill(list, err) : 0;
}

int intact_changes_hide(struct intact_changes *list, uint64_t pos, struct intact_error *err)
{
	if (pos >= list->count)
		return intact_fail(err, INTACT_EIO, "no change number %llu",
				   (unsigned long long)pos);
	list->hidden[pos / 8] |= (unsigned char)(1u << (pos % 8));
	return 0;
}

static int make_explanations(struct intact_changes *list, struct intact_error *err)
{
	const struct intact_explanation none = { .package = INTACT_NO_PACKAGE };

	if (list->explanations)
		return 0;
	list->explanations = calloc(list->count, sizeof(none));
	if (!list->explanations)
		return intact_fail_nomem(err);
	list->nexplained = list->count;
	for (uint64_t i = 0; i < list->count; i++)
		list->explanations[i] = none;
	return 0;
}

int intact_changes_explain(struct intact_changes *list, uint64_t pos,
			   const struct intact_explanation *explanation, struct intact_error *err)
{
	int rc;

	if (pos >= list->count)
		return intact_fail(err, INTACT_EIO, "no change number %llu",
				   (unsigned long long)pos);
	rc = make_explanations(list, err);
	if (rc == 0 && pos < list->nexplained)
		list->explanations[pos] = *explanation;
	return rc;
}

uint64_t intact_changes_count(const struct intact_changes *list)
{
	return list->count;
}

/* ---- reading ---- */

struct intact_changes_iter {
	struct intact_changes *list;
	uint64_t offset; /* of the next record, in file then memory */
	uint64_t pos;
	char *record;
	size_t record_cap;
	struct arena arena;
	struct intact_change change;
};

int intact_changes_iter_new(struct intact_changes *list, struct intact_changes_iter **ret,
			    struct intact_error *err)
{
	struct intact_changes_iter *it = calloc(1, sizeof(*it));

	if (!it)
		return intact_fail_nomem(err);
	it->list = list;
	*ret = it;
	return 0;
}

void intact_changes_iter_free(struct intact_changes_iter *it)
{
	if (!it)
		return;
	free(it->record);
	arena_release(&it->arena);
	free(it);
}

/* Records never straddle file and memory: both are written whole. */
static int iter_bytes(struct intact_changes_iter *it, void *to, size_t size,
		      struct intact_error *err)
{
	struct intact_changes *list = it->list;
	size_t done = 0;

	if (it->offset >= list->spilled) {
		memcpy(to, list->recent.data + (it->offset - list->spilled), size);
		it->offset += size;
		return 0;
	}
	while (done < size) {
		ssize_t n =
			pread(list->fd, (char *)to + done, size - done, (off_t)(it->offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return intact_fail_errno(err, "read the list of changes back");
		if (n == 0)
			return intact_fail(err, INTACT_EIO,
					   "the temporary list of changes was cut short");
		done += (size_t)n;
	}
	it->offset += size;
	return 0;
}

static int iter_record(struct intact_changes_iter *it, size_t *ret_size, struct intact_error *err)
{
	uint64_t size;
	int rc = iter_bytes(it, &size, sizeof(size), err);

	if (rc < 0)
		return rc;
	if (size > it->record_cap) {
		char *record = realloc(it->record, (size_t)size);

		if (!record)
			return intact_fail_nomem(err);
		it->record = record;
		it->record_cap = (size_t)size;
	}
	*ret_size = (size_t)size;
	return iter_bytes(it, it->record, (size_t)size, err);
}

static int iter_unpack(struct intact_changes_iter *it, struct intact_change *c,
		       struct intact_error *err)
{
	struct unpacker u = { it->record, &it->arena };
	struct packed_change fixed;

	arena_clear(&it->arena);
	unpack_raw(&u, &fixed, sizeof(fixed));
	*c = (struct intact_change){ .kind = fixed.kind,
				     .changed = fixed.changed,
				     .unverified = fixed.unverified };
	if (fixed.has_reason) {
		c->reason = u.at;
		u.at += strlen(u.at) + 1;
	}
	if ((fixed.has_old && unpack_entry(&u, &c->old) < 0) ||
	    (fixed.has_new && unpack_entry(&u, &c->new) < 0))
		return intact_fail_nomem(err);
	c->hidden = it->list->hidden[it->pos / 8] >> (it->pos % 8) & 1;
	if (it->pos < it->list->nexplained)
		c->explanation = &it->list->explanations[it->pos];
	return 0;
}

int intact_changes_iter_next(struct intact_changes_iter *it, const struct intact_change **ret,
			     struct intact_error *err)
{
	size_t size;
	int rc;

	if (it->pos == it->list->count)
		return 0;
	rc = iter_record(it, &size, err);
	if (rc == 0)
		rc = iter_unpack(it, &it->change, err);
	if (rc < 0)
		return rc;
	it->pos++;
	*ret = &it->change;
	return 1;
}
