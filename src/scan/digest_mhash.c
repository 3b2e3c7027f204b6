/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests by Mhash, the library of Debian's AIDE up to 0.18.  The only file that knows it.
 *
 * Its tables are constant and its states independent, so that threads need nothing from each other.
 */

#include "scan/digest_lib.h"

#ifdef HAVE_MHASH

#include <stdlib.h>
#include <string.h>

#include <mhash.h>

/* Its number 0 is one that we do not use here (crc32: digest_zlib.c). */
static const hashid algorithms[SUM_MAX] = {
	[SUM_RMD160] = MHASH_RIPEMD160, [SUM_WHIRLPOOL] = MHASH_WHIRLPOOL,
	[SUM_TIGER] = MHASH_TIGER192,	[SUM_HAVAL] = MHASH_HAVAL256,
	[SUM_GOST_MHASH] = MHASH_GOST,
};

/* Lengths are 32 bits there. */
#define AT_ONCE ((size_t)1 << 30)

struct state {
	hashid algorithm;
	MHASH running; /* NULL before begin and after end */
};

static int open_mhash(enum digest_sum sum, void **ret)
{
	struct state *s;

	if (!algorithms[sum] || mhash_get_block_size(algorithms[sum]) == 0)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	s->algorithm = algorithms[sum];
	*ret = s;
	return 1;
}

/* What is running ends in any case, also where nobody wants the value. */
static size_t finish(MHASH running, hashid algorithm, uint8_t out[DIGEST_SIZE_MAX])
{
	uint8_t value[2 * DIGEST_SIZE_MAX] = { 0 };
	size_t len = mhash_get_block_size(algorithm);

	mhash_deinit(running, value);
	if (len > DIGEST_SIZE_MAX)
		return 0;
	memcpy(out, value, len);
	return len;
}

static void drop(struct state *s)
{
	uint8_t unused[DIGEST_SIZE_MAX];

	if (s->running)
		(void)finish(s->running, s->algorithm, unused);
	s->running = NULL;
}

static bool begin_mhash(void *state)
{
	struct state *s = state;

	drop(s);
	s->running = mhash_init(s->algorithm);
	return s->running != MHASH_FAILED;
}

static bool update_mhash(void *state, const void *data, size_t len)
{
	struct state *s = state;
	const uint8_t *at = data;

	while (len) {
		size_t n = len < AT_ONCE ? len : AT_ONCE;

		/* Nothing can fail, and what it returns is not documented. */
		(void)mhash(s->running, at, (mutils_word32)n);
		at += n;
		len -= n;
	}
	return true;
}

static size_t end_mhash(void *state, bool keep, uint8_t out[DIGEST_SIZE_MAX])
{
	struct state *s = state;
	MHASH running = keep ? mhash_cp(s->running) : s->running;

	if (!keep)
		s->running = NULL;
	return running != MHASH_FAILED ? finish(running, s->algorithm, out) : 0;
}

static void close_mhash(void *state)
{
	if (state)
		drop(state);
	free(state);
}

const struct digest_lib digest_mhash = { NULL,	       open_mhash, begin_mhash,
					 update_mhash, end_mhash,  close_mhash };

#else

static int open_nothing(enum digest_sum sum, void **ret)
{
	(void)sum;
	(void)ret;
	return 0;
}

const struct digest_lib digest_mhash = { .open = open_nothing };

#endif
