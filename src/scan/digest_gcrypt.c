/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests by GNU libgcrypt, for what libcrypto does not have.  The only file that knows it.
 *
 * Its first call initialises the library, which must happen in one thread: intact_scan_new() asks
 * for what is available before any worker starts, and later calls find it done.  In FIPS mode the
 * library itself refuses what is not approved, and opens nothing.
 */

#include "scan/digest_lib.h"

#ifdef HAVE_GCRYPT

#include <string.h>

#include <gcrypt.h>

static const int algorithms[SUM_MAX] = {
	[SUM_RMD160] = GCRY_MD_RMD160,	       [SUM_WHIRLPOOL] = GCRY_MD_WHIRLPOOL,
	[SUM_TIGER] = GCRY_MD_TIGER,	       [SUM_GOST] = GCRY_MD_GOSTR3411_94,
	[SUM_STRIBOG256] = GCRY_MD_STRIBOG256, [SUM_STRIBOG512] = GCRY_MD_STRIBOG512,
};

static bool initialise(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return true;
	if (!gcry_check_version(NULL))
		return false;
	/* Nothing here is secret, and locked memory may be short. */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	return true;
}

static int open_gcrypt(enum digest_sum sum, void **ret)
{
	gcry_md_hd_t md;

	if (!algorithms[sum] || !initialise())
		return 0;
	if (gcry_md_open(&md, algorithms[sum], 0) != 0)
		return 0;
	*ret = md;
	return 1;
}

static bool begin_gcrypt(void *state)
{
	gcry_md_reset(state);
	return true;
}

static bool update_gcrypt(void *state, const void *data, size_t len)
{
	gcry_md_write(state, data, len);
	return true;
}

static size_t read_value(gcry_md_hd_t md, uint8_t out[DIGEST_SIZE_MAX])
{
	int algorithm = gcry_md_get_algo(md);
	size_t len = gcry_md_get_algo_dlen(algorithm);
	const unsigned char *value = gcry_md_read(md, algorithm);

	if (!value || len > DIGEST_SIZE_MAX)
		return 0;
	memcpy(out, value, len);
	return len;
}

static size_t end_gcrypt(void *state, bool keep, uint8_t out[DIGEST_SIZE_MAX])
{
	gcry_md_hd_t copy;
	size_t len;

	if (!keep)
		return read_value(state, out);
	if (gcry_md_copy(&copy, state) != 0)
		return 0;
	len = read_value(copy, out);
	gcry_md_close(copy);
	return len;
}

static void close_gcrypt(void *state)
{
	gcry_md_close(state);
}

const struct digest_lib digest_gcrypt = { open_gcrypt, begin_gcrypt, update_gcrypt, end_gcrypt,
					  close_gcrypt };

#else

static int open_nothing(enum digest_sum sum, void **ret)
{
	(void)sum;
	(void)ret;
	return 0;
}

const struct digest_lib digest_gcrypt = { .open = open_nothing };

#endif
