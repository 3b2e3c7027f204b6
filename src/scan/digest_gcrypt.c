/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests by GNU libgcrypt, for what libcrypto does not have.  The only file that knows it.
 *
 * The library is initialised when the first state is opened, by whichever thread, and not at all
 * where nobody asks for one of its digests: it ends the program where it cannot read whether the
 * host is in FIPS mode.  So that is looked at here, first; in FIPS mode, or if that is not known,
 * the library is left alone.  (It would refuse the old algorithms.)
 */

#include "scan/digest_lib.h"

#ifdef HAVE_GCRYPT

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gcrypt.h>

#include "base/thread.h"

static const int algorithms[SUM_MAX] = {
	[SUM_RMD160] = GCRY_MD_RMD160,	       [SUM_WHIRLPOOL] = GCRY_MD_WHIRLPOOL,
	[SUM_TIGER] = GCRY_MD_TIGER,	       [SUM_GOST] = GCRY_MD_GOSTR3411_94,
	[SUM_STRIBOG256] = GCRY_MD_STRIBOG256, [SUM_STRIBOG512] = GCRY_MD_STRIBOG512,
};

/* True where it is off for sure. */
static bool no_fips_mode(void)
{
	int fd = open("/proc/sys/crypto/fips_enabled", O_RDONLY | O_CLOEXEC);
	char value = '0';
	bool off;

	if (fd < 0)
		return errno == ENOENT || errno == EACCES;
	off = read(fd, &value, 1) == 1 && value == '0';
	close(fd);
	return off;
}

static bool has_gcrypt(enum digest_sum sum)
{
	return algorithms[sum] && no_fips_mode();
}

static void initialise(void)
{
	if (!gcry_check_version(NULL))
		return;
	/* Nothing here is secret, and locked memory may be short. */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static int open_gcrypt(enum digest_sum sum, void **ret)
{
	/* The state of the library is the process's, and so is this. */
	static struct once once = ONCE_INIT;
	gcry_md_hd_t md;

	if (!has_gcrypt(sum))
		return 0;
	once_run(&once, initialise);
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

const struct digest_lib digest_gcrypt = { has_gcrypt,	 open_gcrypt, begin_gcrypt,
					  update_gcrypt, end_gcrypt,  close_gcrypt };

#else

static int open_nothing(enum digest_sum sum, void **ret)
{
	(void)sum;
	(void)ret;
	return 0;
}

const struct digest_lib digest_gcrypt = { .open = open_nothing };

#endif
