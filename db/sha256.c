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

static int check(int good, struct intact_error *err)
{
	return good == 1 ? 0
			 : intact_fail(err, INTACT_ENOMEM, "libcrypto could not compute a SHA-256");
}

int sha256_begin(struct sha256 *h, struct intact_error *err)
{
	return check(EVP_DigestInit_ex(h->ctx, h->md, NULL), err);
}

int sha256_add(struct sha256 *h, const void *data, size_t len, struct intact_error *err)
{
	return len ? check(EVP_DigestUpdate(h->ctx, data, len), err) : 0;
}

int sha256_end(struct sha256 *h, uint8_t ret[SHA256_SIZE], struct intact_error *err)
{
	return check(EVP_DigestFinal_ex(h->ctx, ret, NULL), err);
}

int sha256_sum(struct sha256 *h, const void *a, size_t alen, const void *b, size_t blen,
	       uint8_t ret[SHA256_SIZE], struct intact_error *err)
{
	int rc = sha256_begin(h, err);

	if (rc == 0)
		rc = sha256_add(h, a, alen, err);
	if (rc == 0)
		rc = sha256_add(h, b, blen, err);
	return rc == 0 ? sha256_end(h, ret, err) : rc;
}

bool sha256_equal(const uint8_t *a, const uint8_t *b)
{
	unsigned differ = 0;

	for (size_t i = 0; i < SHA256_SIZE; i++)
		differ |= (unsigned)(a[i] ^ b[i]);
	return differ == 0;
}
