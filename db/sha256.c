/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The facade of libcrypto's SHA-256.  See sha256.h.
 *
 * The digest is fetched once and the context reused: fetching it for each block would cost more
 * than hashing a small one.
 */

#include "db/sha256.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct sha256 {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->ctx = EVP_MD_CTX_new();
	if (!h->md || !h->ctx) {
		sha256_free(h);
		return NULL;
	}
	return h;
}

void sha256_free(struct sha256 *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->md);
	free(h);
}

int sha256_sum(struct sha256 *h, const void *a, size_t alen, const void *b, size_t blen,
	       uint8_t ret[SHA256_SIZE], struct intact_error *err)
{
	if (EVP_DigestInit_ex(h->ctx, h->md, NULL) != 1 || EVP_DigestUpdate(h->ctx, a, alen) != 1 ||
	    (blen && EVP_DigestUpdate(h->ctx, b, blen) != 1) ||
	    EVP_DigestFinal_ex(h->ctx, ret, NULL) != 1)
		return intact_fail(err, INTACT_ENOMEM, "libcrypto could not compute a SHA-256");
	return 0;
}

bool sha256_equal(const uint8_t *a, const uint8_t *b)
{
	unsigned differ = 0;

	for (size_t i = 0; i < SHA256_SIZE; i++)
		differ |= (unsigned)(a[i] ^ b[i]);
	return differ == 0;
}
