/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The digest fsverity for digest.c: verity.c as one library more.
 */

#include "scan/digest_lib.h"
#include "scan/verity.h"

static int open_verity(enum digest_sum sum, void **ret)
{
	struct verity *v;
	int rc = sum == SUM_FSVERITY ? verity_new(&v) : 0;

	if (rc == 1)
		*ret = v;
	return rc;
}

static bool begin(void *state)
{
	verity_begin(state);
	return true;
}

static bool update(void *state, const void *data, size_t len)
{
	return verity_update(state, data, len);
}

static size_t end(void *state, bool keep, uint8_t out[DIGEST_SIZE_MAX])
{
	return verity_end(state, keep, out) ? VERITY_HASH : 0;
}

static void close_verity(void *state)
{
	verity_free(state);
}

const struct digest_lib digest_verity = { NULL, open_verity, begin, update, end, close_verity };
