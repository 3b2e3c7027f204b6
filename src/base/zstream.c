/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See zstream.h.
 */

#include "base/zstream.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

#define WINDOW_ZLIB 15
#define WINDOW_GZIP (15 + 16)
/* Memory for deflate: 256 KiB instead of 128 halves the number of its own blocks. */
#define MEM_LEVEL 9

struct zpack {
	z_stream z;
};

struct zunpack {
	z_stream z;
};

struct zpack *zpack_new(int level, bool gzip)
{
	struct zpack *z = calloc(1, sizeof(*z));

	if (z && deflateInit2(&z->z, level, Z_DEFLATED, gzip ? WINDOW_GZIP : WINDOW_ZLIB, MEM_LEVEL,
			      Z_DEFAULT_STRATEGY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

void zpack_free(struct zpack *z)
{
	if (!z)
		return;
	deflateEnd(&z->z);
	free(z);
}

int zpack_all(struct zpack *z, const void *data, size_t len, struct buf *out,
	      struct intact_error *err)
{
	size_t bound;

	if (len > UINT_MAX / 2 || deflateReset(&z->z) != Z_OK)
		return intact_fail_nomem(err);
	bound = deflateBound(&z->z, (uLong)len);
	if (!buf_reserve(out, bound))
		return intact_fail_nomem(err);
	z->z.next_in = (Bytef *)(uintptr_t)data;
	z->z.avail_in = (uInt)len;
	z->z.next_out = (Bytef *)out->data + out->len;
	z->z.avail_out = (uInt)bound;
	if (deflate(&z->z, Z_FINISH) != Z_STREAM_END)
		return intact_fail_nomem(err);
	out->len += bound - z->z.avail_out;
	out->data[out->len] = '\0';
	return 0;
}

int zpack_some(struct zpack *z, const void *data, size_t len, bool finish, struct buf *out,
	       struct intact_error *err)
{
	const size_t room = 65536;

	if (len > UINT_MAX)
		return intact_fail_nomem(err);
	z->z.next_in = (Bytef *)(uintptr_t)data;
	z->z.avail_in = (uInt)len;
	for (;;) {
		int rc;

		if (!buf_reserve(out, room))
			return intact_fail_nomem(err);
		z->z.next_out = (Bytef *)out->data + out->len;
		z->z.avail_out = (uInt)room;
		rc = deflate(&z->z, finish ? Z_FINISH : Z_NO_FLUSH);
		out->len += room - z->z.avail_out;
		out->data[out->len] = '\0';
		if (rc == Z_STREAM_END || (!finish && z->z.avail_in == 0 && z->z.avail_out))
			return 0;
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return intact_fail_nomem(err);
	}
}

struct zunpack *zunpack_new(bool gzip)
{
	struct zunpack *z = calloc(1, sizeof(*z));

	if (z && inflateInit2(&z->z, gzip ? WINDOW_GZIP : WINDOW_ZLIB) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

void zunpack_free(struct zunpack *z)
{
	if (!z)
		return;
	inflateEnd(&z->z);
	free(z);
}

void zunpack_reset(struct zunpack *z)
{
	inflateReset(&z->z);
}

bool zunpack_all(struct zunpack *z, const void *data, size_t len, void *out, size_t size)
{
	uint8_t none = 0;

	if (len > UINT_MAX || size > UINT_MAX || inflateReset(&z->z) != Z_OK)
		return false;
	z->z.next_in = (Bytef *)(uintptr_t)data;
	z->z.avail_in = (uInt)len;
	z->z.next_out = size ? out : &none;
	z->z.avail_out = (uInt)size;
	return inflate(&z->z, Z_FINISH) == Z_STREAM_END && z->z.avail_in == 0 &&
	       z->z.avail_out == 0;
}

enum zunpack_state zunpack_some(struct zunpack *z, const uint8_t **data, size_t *len, char **out,
				size_t *size)
{
	uInt in = *len > UINT_MAX ? UINT_MAX : (uInt)*len;
	uInt room = *size > UINT_MAX ? UINT_MAX : (uInt)*size;
	int rc;

	z->z.next_in = (Bytef *)(uintptr_t)*data;
	z->z.avail_in = in;
	z->z.next_out = (Bytef *)*out;
	z->z.avail_out = room;
	rc = inflate(&z->z, Z_NO_FLUSH);
	*data += in - z->z.avail_in;
	*len -= in - z->z.avail_in;
	*out += room - z->z.avail_out;
	*size -= room - z->z.avail_out;
	if (rc == Z_STREAM_END) {
		inflateReset(&z->z);
		return ZUNPACK_END;
	}
	return rc == Z_OK || rc == Z_BUF_ERROR ? ZUNPACK_MORE : ZUNPACK_BAD;
}
