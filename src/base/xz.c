/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See xz.h.
 */

#include "base/xz.h"

#include <stdlib.h>

#ifdef HAVE_LZMA

#include <lzma.h>

struct xzunpack {
	lzma_stream stream;
};

bool xzunpack_built_in(void)
{
	return true;
}

struct xzunpack *xzunpack_new(uint64_t memory)
{
	struct xzunpack *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->stream = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&x->stream, memory, 0) == LZMA_OK)
		return x;
	free(x);
	return NULL;
}

void xzunpack_free(struct xzunpack *x)
{
	if (!x)
		return;
	lzma_end(&x->stream);
	free(x);
}

enum zunpack_state xzunpack_some(struct xzunpack *x, const uint8_t **data, size_t *len, char **out,
				 size_t *size)
{
	lzma_ret rc;

	x->stream.next_in = *data;
	x->stream.avail_in = *len;
	x->stream.next_out = (uint8_t *)*out;
	x->stream.avail_out = *size;
	rc = lzma_code(&x->stream, LZMA_RUN);
	*data = x->stream.next_in;
	*len = x->stream.avail_in;
	*out = (char *)x->stream.next_out;
	*size = x->stream.avail_out;
	if (rc == LZMA_STREAM_END)
		return ZUNPACK_END;
	/* No progress was possible: more input is needed, or more room. */
	return rc == LZMA_OK || rc == LZMA_BUF_ERROR ? ZUNPACK_MORE : ZUNPACK_BAD;
}

#else

struct xzunpack {
	int none;
};

bool xzunpack_built_in(void)
{
	return false;
}

struct xzunpack *xzunpack_new(uint64_t memory)
{
	(void)memory;
	return NULL;
}

void xzunpack_free(struct xzunpack *x)
{
	free(x);
}

enum zunpack_state xzunpack_some(struct xzunpack *x, const uint8_t **data, size_t *len, char **out,
				 size_t *size)
{
	(void)x;
	(void)data;
	(void)len;
	(void)out;
	(void)size;
	return ZUNPACK_BAD;
}

#endif
