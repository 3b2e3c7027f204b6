/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See zst.h.
 */

#include "base/zst.h"

#include <stdlib.h>

#ifdef HAVE_ZSTD

#include <zstd.h>

struct zstunpack {
	ZSTD_DStream *stream;
	bool ended;
};

bool zstunpack_built_in(void)
{
	return true;
}

struct zstunpack *zstunpack_new(unsigned window)
{
	struct zstunpack *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->stream = ZSTD_createDStream();
	if (x->stream &&
	    !ZSTD_isError(ZSTD_DCtx_setParameter(x->stream, ZSTD_d_windowLogMax, (int)window)))
		return x;
	zstunpack_free(x);
	return NULL;
}

void zstunpack_free(struct zstunpack *x)
{
	if (!x)
		return;
	ZSTD_freeDStream(x->stream);
	free(x);
}

enum zunpack_state zstunpack_some(struct zstunpack *x, const uint8_t **data, size_t *len,
				  char **out, size_t *size)
{
	ZSTD_inBuffer in = { *data, *len, 0 };
	ZSTD_outBuffer to = { *out, *size, 0 };
	size_t rc;

	/* A frame more would be begun. */
	if (x->ended)
		return ZUNPACK_END;
	rc = ZSTD_decompressStream(x->stream, &to, &in);
	*data += in.pos;
	*len -= in.pos;
	*out += to.pos;
	*size -= to.pos;
	if (ZSTD_isError(rc))
		return ZUNPACK_BAD;
	x->ended = rc == 0;
	return x->ended ? ZUNPACK_END : ZUNPACK_MORE;
}

#else

struct zstunpack {
	int none;
};

bool zstunpack_built_in(void)
{
	return false;
}

struct zstunpack *zstunpack_new(unsigned window)
{
	(void)window;
	return NULL;
}

void zstunpack_free(struct zstunpack *x)
{
	free(x);
}

enum zunpack_state zstunpack_some(struct zstunpack *x, const uint8_t **data, size_t *len,
				  char **out, size_t *size)
{
	(void)x;
	(void)data;
	(void)len;
	(void)out;
	(void)size;
	return ZUNPACK_BAD;
}

#endif
