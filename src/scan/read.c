/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See read.h.
 */

#include "scan/read.h"

#include <errno.h>
#include <unistd.h>

#include "scan/context.h"
#include "scan/measure.h"

/* So much of a large file is counted before all of it is read. */
#define BYTES_TELL ((uint64_t)1 << 20)

#define ZEROS ((size_t)65536)

struct reading {
	struct measurer *m;
	const struct content *c;
	uint64_t pos;
};

static int may_go_on(struct measurer *m, struct intact_error *err)
{
	if (atomic_load_explicit(&m->scan->stopping, memory_order_relaxed))
		return intact_fail(err, INTACT_ESIGNAL, "stopped");
	return m->ticks ? scan_tick(m->scan, err) : 0;
}

/* The next `len` bytes of the file. */
static int hash(struct reading *r, const void *data, size_t len, struct intact_error *err)
{
	uint64_t prefix = r->c->prefix;
	int rc;

	if (r->pos < prefix && prefix - r->pos <= len) {
		size_t first = (size_t)(prefix - r->pos);

		rc = intact_hasher_update(r->m->hasher, data, first, err);
		if (rc == 0)
			rc = intact_hasher_end(r->m->hasher, true, r->m->prefixes, err);
		if (rc < 0)
			return rc;
		data = (const unsigned char *)data + first;
		r->pos += first;
		len -= first;
	}
	rc = len ? intact_hasher_update(r->m->hasher, data, len, err) : 0;
	r->pos += len;
	return rc;
}

static int hash_hole(struct reading *r, uint64_t end, struct intact_error *err)
{
	static const unsigned char zeros[ZEROS];
	int rc = 0;

	while (rc == 0 && r->pos < end) {
		uint64_t left = end - r->pos;

		rc = may_go_on(r->m, err);
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
			rc = may_go_on(r->m, err);
			if (rc < 0)
				return rc;
			continue;
		}
		*ret_n = n;
		if (n <= 0)
			return 0;
		count_bytes(r->m, (uint64_t)n);
		return scan_pace(r->m->scan, &r->m->scan->bytes, (uint64_t)n, r->m->ticks, err);
	}
}

/* Read and hash up to `end`; at the end of the file one byte more is asked for in the same call.
 */
static int hash_data(struct reading *r, uint64_t end, int *ret_errno, struct intact_error *err)
{
	unsigned extra = end == r->c->size && !r->c->may_grow;

	for (;;) {
		uint64_t left = end - r->pos;
		size_t room = r->m->fetch.size;
		size_t want = left < room ? (size_t)left + extra : room;
		const void *data;
		ssize_t n;
		int rc;

		if (!want)
			return CONTENT_OK;
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
		rc = may_go_on(r->m, err);
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

int content_read(struct measurer *m, const struct content *c, int *ret_errno,
		 struct intact_error *err)
{
	struct reading r = { .m = m, .c = c };
	int rc;

	rc = fetch_begin(&m->fetch, c->fd, c->size, c->device, !c->holes, err);
	if (rc == 0)
		rc = intact_hasher_begin(m->hasher, c->digests, c->both, err);
	if (rc == 0)
		rc = hash_all(&r, ret_errno, err);
	if (rc == 0)
		rc = intact_hasher_end(m->hasher, false, m->digests, err);
	fetch_end(&m->fetch);
	return rc;
}
