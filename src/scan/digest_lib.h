/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What digest.c asks of a library of digests: one table of functions for each, and one file that
 * knows the library.
 *
 * A sum is one computation: whoever does it, the same bytes give the same value.  An attribute may
 * stand for more than one sum (doc/design/digests.md); that is known to digest.c alone.
 */

#ifndef SCAN_DIGEST_LIB_H
#define SCAN_DIGEST_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum digest_sum {
	SUM_NONE = 0,
	SUM_MD5,
	SUM_SHA1,
	SUM_RMD160,
	SUM_SHA224,
	SUM_SHA256,
	SUM_SHA384,
	SUM_SHA512,
	SUM_SHA512_224,
	SUM_SHA512_256,
	SUM_SHA3_224,
	SUM_SHA3_256,
	SUM_SHA3_384,
	SUM_SHA3_512,
	SUM_BLAKE2B,
	SUM_BLAKE2S,
	SUM_SM3,
	SUM_WHIRLPOOL,
	SUM_TIGER,	/* 192 bits, the words of the result turned round: GnuPG's order */
	SUM_HAVAL,	/* 256 bits, 3 passes */
	SUM_GOST,	/* GOST R 34.11-94 with the test parameters */
	SUM_GOST_MHASH, /* the same, with Mhash's carry */
	SUM_STRIBOG256,
	SUM_STRIBOG512,
	SUM_CRC32,     /* bzip2's, lowest byte first */
	SUM_CRC32_ZIP, /* zip's, highest byte first */
	SUM_CRC32B,    /* zip's, lowest byte first */
	SUM_FSVERITY,  /* of SHA-256 and blocks of 4 KiB, without salt */
	SUM_MAX,
};

/** No sum is longer. */
#define DIGEST_SIZE_MAX 64

struct digest_lib {
	/* Would open() find it?  For a library that is better left alone until it is needed; NULL:
	 * open() tells. */
	bool (*has)(enum digest_sum sum);
	/* A state for this sum: 1; 0: this library does not have it here; -1: no memory. */
	int (*open)(enum digest_sum sum, void **ret);
	/* (Again) to before the first byte. */
	bool (*begin)(void *state);
	bool (*update)(void *state, const void *data, size_t len);
	/* The value of what came so far; with `keep` more may follow.  Returns its length, 0 on
	 * failure. */
	size_t (*end)(void *state, bool keep, uint8_t out[DIGEST_SIZE_MAX]);
	void (*close)(void *state); /* at any time */
};

/* Where a library is not built in it opens nothing. */
extern const struct digest_lib digest_evp;    /* OpenSSL's libcrypto */
extern const struct digest_lib digest_gcrypt; /* GNU libgcrypt */
extern const struct digest_lib digest_mhash;  /* Mhash */
extern const struct digest_lib digest_zlib;   /* zlib */
extern const struct digest_lib digest_verity; /* verity.c, over libcrypto */

#endif /* SCAN_DIGEST_LIB_H */
