/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See read.h.
 */

#include "scan/read.h"

#include <errno.h>
#include <unistd.h>

#include "scan/context.h"
#include "scan/gunzip.h"
#include "scan/measure.h"
#include "scan/share.h"

/* Less than this is no progress: a file system in user space may give a byte a minute. */
#define PROGRESS ((uint64_t)65536)

/* So much of a large file is counted before all of it is read. */
#define BYTES_TELL ((uint64_t)1 << 20)

#define ZEROS ((size_t)65536)

struct reading {
	struct measurer *m;
	const struct content *c;
	uint64_t pos;
	struct shared *shared; /* computes fsverity; NULL: the tally does */
};

/* `n` bytes more have been read. */
static int may_go_on(struct measurer *m, uint64_t n, struct intact_error *err)
{
	m->fresh += n;
	if (m->watch && m->fresh >= PROGRESS) {
		watch_progress(m->watch);
		m->fresh = 0;
	}
	if (m->watch && watch_is_left(m->watch))
		return intact_fail(err, INTACT_ESIGNAL, "left behind");
	if (atomic_load_explicit(&m->scan->stopping, memory_order_relaxed))
		return intact_fail(err, INTACT_ESIGNAL, "stopped");
	return m->ticks ? scan_tick(m->scan, err) : 0;
}

/* The next `len` bytes of the file. */
static int hash(struct reading *r, const void *data, size_t len, struct intact_error *err)
{
	/* First, so that others have something to do meanwhile. */
	int rc = r->shared ? shared_add(r->shared, data, len, err) : 0;

	if (rc == 0)
		rc = tally_add(&r->m->tally, data, len, err);
	if (rc == 0 && r->c->unpack)
		rc = gunzip_feed(r->m->unpack.gunzip, data, len, err);
	r->pos += len;
	return rc;
}

static int hash_hole(struct reading *r, uint64_t end, struct intact_error *err)
{
	static const unsigned char zeros[ZEROS];
	int rc = 0;

	while (rc == 0 && r->pos < end) {
		uint64_t left = end - r->pos;

		rc = may_go_on(r->m, left < ZEROS ? left : ZEROS, err);
		if (rc == 0 && scan_is_late(r->m->scan))
			rc = CONTENT_LATE;
		if (rc == 0)
			rc = hash(r, zeros, left < ZEROS ? (size_t)left : ZEROS, err);
	}
	return rc;
}

/* Small files are counted with their entry: the counter is everybody's. */
static void count_bytes(struct measurer *m, uint64_t n)
{
	m->bytes += n;
	if (m->bytes < BYTES_TELL)
		return;
	atomic_fetch_add_explicit(&m->scan->stats.bytes, m->bytes, memory_order_relaxed);
	m->bytes = 0;
}

/* Bytes at the place reached, at most `want`; waits for them. */
static int read_next(struct reading *r, size_t want, const void **ret, ssize_t *ret_n,
		     struct intact_error *err)
{
	for (;;) {
		ssize_t n = fetch_at(&r->m->fetch, r->pos, want, ret);
		int rc;

		if (n < 0 && errno == EAGAIN && r->m->fetch.ahead) {
			rc = may_go_on(r->m, 0, err);
			if (rc < 0)
				return rc;
			continue;
		}
		*ret_n = n;
		if (n <= 0)
			return 0;
		count_bytes(r->m, (uint64_t)n);
		return scan_pace(r->m->scan, &r->m->scan->bytes, (uint64_t)n, r->m->watch, err);
	}
}

/* Bytes that one call may ask for. */
static size_t make_room(struct reading *r)
{
	struct fetch *f = &r->m->fetch;

	return r->shared ? shared_room(r->shared, &f->into) : f->size;
}

/* Read and hash up to `end`; at the end of the file one byte more is asked for in the same call.
 */
static int hash_data(struct reading *r, uint64_t end, int *ret_errno, struct intact_error *err)
{
	unsigned extra = end == r->c->size && !r->c->may_grow;

	for (;;) {
		uint64_t left = end - r->pos;
		size_t room = make_room(r);
		size_t want = left < room ? (size_t)left + extra : room;
		const void *data;
		ssize_t n;
		int rc;

		if (!want)
			return CONTENT_OK;
		if (scan_is_late(r->m->scan))
			return CONTENT_LATE;
		rc = read_next(r, want, &data, &n, err);
		if (rc < 0)
			return rc;
		if (n < 0) {
			*ret_errno = errno;
			return CONTENT_ERROR;
		}
		/* Who reads ahead may have read beyond. */
		if ((uint64_t)n > left && r->c->may_grow)
			n = (ssize_t)left;
		if ((uint64_t)n > left || (n == 0 && left))
			return CONTENT_CHANGED;
		rc = hash(r, data, (size_t)n, err);
		/* Less than asked for and all there should be: this is the end. */
		if (rc < 0 || (r->pos == end && (size_t)n < want))
			return rc;
		rc = may_go_on(r->m, (uint64_t)n, err);
		if (rc < 0)
			return rc;
	}
}

/* Alternate between holes and data. */
static int hash_sparse(struct reading *r, int *ret_errno, struct intact_error *err)
{
	int rc = CONTENT_OK;

	while (rc == CONTENT_OK && r->pos < r->c->size) {
		off_t data = lseek(r->c->fd, (off_t)r->pos, SEEK_DATA);
		off_t end;

		if (data < 0 && errno == ENXIO)
			return hash_hole(r, r->c->size, err);
		if (data < 0)
			break;
		rc = hash_hole(r, (uint64_t)data < r->c->size ? (uint64_t)data : r->c->size, err);
		end = lseek(r->c->fd, data, SEEK_HOLE);
		if (rc || end < 0)
			break;
		if ((uint64_t)end < r->c->size)
			rc = hash_data(r, (uint64_t)end, ret_errno, err);
		else
			break;
	}
	return rc;
}

static int hash_all(struct reading *r, int *ret_errno, struct intact_error *err)
{
	int rc = r->c->holes ? hash_sparse(r, ret_errno, err) : CONTENT_OK;

	return rc == CONTENT_OK ? hash_data(r, r->c->size, ret_errno, err) : rc;
}

/* ---- decompressing beside it -------------------------------------------------------------------
 */

static int unpacked_piece(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	struct measurer *m = ctx;
	int rc = tally_add(&m->unpack.tally, data, len, err);

	return rc < 0 ? rc : may_go_on(m, len, err);
}

static int unpack_begin(struct reading *r, struct intact_error *err)
{
	struct unpacker *u = &r->m->unpack;
	const struct content *c = r->c;
	int rc = 0;

	if (!c->unpack)
		return 0;
	if (!u->gunzip)
		rc = gunzip_new(&u->gunzip, err);
	if (rc == 0 && !u->tally.hasher)
		rc = intact_hasher_new(r->m->scan->options.compat, &u->tally.hasher, err);
	if (rc < 0)
		return rc;
	gunzip_begin(u->gunzip, c->size, unpacked_piece, r->m);
	return tally_begin(&u->tally, c->digests, c->both, c->unpacked_prefixes,
			   c->nunpacked_prefixes, err);
}

static int unpack_end(struct reading *r, struct intact_error *err)
{
	struct unpacker *u = &r->m->unpack;

	if (!r->c->unpack)
		return 0;
	u->why = gunzip_end(u->gunzip);
	return tally_end(&u->tally, u->digests, err);
}

/* ---- with others -------------------------------------------------------------------------------
 */

#define FSVERITY INTACT_BIT(INTACT_FSVERITY)

static int share_begin(struct reading *r, struct intact_error *err)
{
	const struct content *c = r->c;
	struct measurer *m = r->m;
	int rc;

	/* The digest of a beginning would have to wait for all that was offered so far. */
	if (!m->share || !(c->digests & FSVERITY) || c->nprefixes || c->size < SHARE_FROM)
		return 0;
	rc = measurer_need_verity(m, err);
	return rc < 0 ? rc : shared_new(m->share, m->verity, m->watch, &r->shared, err);
}

static int share_end(struct reading *r, struct intact_error *err)
{
	unsigned slot = (unsigned)intact_attr_get(INTACT_FSVERITY)->digest;

	return r->shared ? shared_end(r->shared, r->m->digests[slot], err) : 0;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static int tallies_begin(struct reading *r, struct intact_error *err)
{
	const struct content *c = r->c;
	uint64_t digests = r->shared ? c->digests & ~FSVERITY : c->digests;
	int rc = tally_begin(&r->m->tally, digests, c->both, c->prefixes, c->nprefixes, err);

	return rc < 0 ? rc : unpack_begin(r, err);
}

static int tallies_end(struct reading *r, struct intact_error *err)
{
	int rc = tally_end(&r->m->tally, r->m->digests, err);

	return rc < 0 ? rc : unpack_end(r, err);
}

int content_read(struct measurer *m, const struct content *c, int *ret_errno,
		 struct intact_error *err)
{
	struct reading r = { .m = m, .c = c };
	int rc;

	rc = fetch_begin(&m->fetch, c->fd, c->size, c->device, !c->holes, err);
	if (rc == 0)
		rc = share_begin(&r, err);
	if (rc == 0)
		rc = tallies_begin(&r, err);
	if (rc == 0)
		rc = hash_all(&r, ret_errno, err);
	if (rc == 0)
		rc = share_end(&r, err);
	if (rc == 0)
		rc = tallies_end(&r, err);
	fetch_end(&m->fetch);
	shared_free(r.shared);
	return rc;
}
