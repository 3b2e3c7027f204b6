/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The facade of libcrypto's Ed25519 and of its PEM.  See sign.h and intact/trust.h.
 *
 * It knows neither files nor baselines.
 */

#include "db/sign.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "base/text.h"

/* scrypt's costs: 16 MiB and some 40 ms, what `openssl pkcs8 -scrypt` takes. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SALT_SIZE 16

struct intact_key {
	EVP_PKEY *pkey;
	bool private;
	intact_sign_fn *elsewhere; /* who has the private half, if not we */
	void *elsewhere_ctx;
	char *name;
	char fingerprint[INTACT_FINGERPRINT_SIZE];
};

/* What libcrypto has to say is no sentence for people, and must not lie about for the next call. */
static int failed(struct intact_error *err, const char *what)
{
	ERR_clear_error();
	return intact_fail(err, INTACT_EIO, "libcrypto could not %s", what);
}

/* ---- making and freeing ---- */

static bool fingerprint(struct intact_key *key)
{
	uint8_t digest[INTACT_SIGNED_DIGEST_SIZE];
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key->pkey, &der);
	bool good = len > 0 && EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL) == 1;
	struct buf hex = { 0 };

	if (good)
		text_hex(&hex, digest, sizeof(digest));
	good = good && !hex.failed && hex.len == INTACT_FINGERPRINT_SIZE - 1;
	if (good)
		memcpy(key->fingerprint, hex.data, INTACT_FINGERPRINT_SIZE);
	buf_release(&hex);
	OPENSSL_free(der);
	return good;
}

/* Takes over `pkey`; NULL: libcrypto could not make one. */
static int key_new(EVP_PKEY *pkey, bool private, const char *name, struct intact_key **ret,
		   struct intact_error *err)
{
	struct intact_key *key = calloc(1, sizeof(*key));

	if (!key) {
		EVP_PKEY_free(pkey);
		return intact_fail_nomem(err);
	}
	key->pkey = pkey;
	key->private = private;
	key->name = strdup(name);
	if (!key->name || !fingerprint(key)) {
		ERR_clear_error();
		intact_key_free(key);
		return intact_fail_nomem(err);
	}
	*ret = key;
	return 0;
}

void intact_key_free(struct intact_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key->name);
	free(key);
}

const char *intact_key_fingerprint(const struct intact_key *key)
{
	return key->fingerprint;
}

const char *intact_key_name(const struct intact_key *key)
{
	return key->name;
}

int intact_key_make(struct intact_key **ret, struct intact_error *err)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	if (!pkey)
		return failed(err, "make an Ed25519 key");
	return key_new(pkey, true, "", ret, err);
}

/* ---- PEM in ---- */

/* The way of a passphrase through libcrypto. */
struct asking {
	intact_passphrase_fn *ask;
	void *ctx;
	const char *name;
	struct intact_error *err;
	int rc;
	bool asked;
};

static int on_passphrase(char *buf, int size, int writing, void *ctx)
{
	char text[INTACT_PASSPHRASE_MAX] = "";
	struct asking *a = ctx;
	size_t len;

	(void)writing;
	a->asked = true;
	a->rc = a->ask(a->ctx, a->name, text, a->err);
	len = strlen(text);
	if (a->rc == 0 && len > (size_t)size)
		a->rc = intact_fail(a->err, INTACT_ECONFIG, "the passphrase is too long");
	if (a->rc == 0)
		memcpy(buf, text, len);
	OPENSSL_cleanse(text, sizeof(text));
	return a->rc == 0 ? (int)len : -1;
}

static int no_passphrase(char *buf, int size, int writing, void *ctx)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

static int check_kind(EVP_PKEY *pkey, struct intact_error *err)
{
	if (EVP_PKEY_is_a(pkey, "ED25519"))
		return 0;
	return intact_fail(err, INTACT_ECONFIG, "it is a key of another kind: not Ed25519");
}

static int take(EVP_PKEY *pkey, bool private, const char *name, struct intact_key **ret,
		struct intact_error *err)
{
	int rc = check_kind(pkey, err);

	if (rc == 0)
		return key_new(pkey, private, name, ret, err);
	EVP_PKEY_free(pkey);
	return rc;
}

int key_parse_private(const char *name, const void *pem, size_t len, intact_passphrase_fn *ask,
		      void *ctx, struct intact_key **ret, struct intact_error *err)
{
	struct asking asking = { .ask = ask, .ctx = ctx, .name = name, .err = err };
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	EVP_PKEY *pkey;

	if (!bio)
		return intact_fail_nomem(err);
	pkey = PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, &asking);
	BIO_free(bio);
	ERR_clear_error();
	if (pkey)
		return take(pkey, true, name, ret, err);
	if (asking.rc < 0)
		return asking.rc;
	return intact_fail(err, INTACT_ECONFIG, "%s",
			   asking.asked ? "the passphrase is wrong, or the key is damaged"
					: "it is no private key in PEM");
}

int key_parse_public(const char *name, const void *pem, size_t len, struct intact_key **ret,
		     struct intact_error *err)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	EVP_PKEY *pkey;

	if (!bio)
		return intact_fail_nomem(err);
	pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (pkey)
		return take(pkey, false, name, ret, err);
	return intact_fail(err, INTACT_ECONFIG, "it is no public key in PEM");
}

/* ---- PEM out ---- */

static int take_bio(BIO *bio, bool good, struct buf *out, struct intact_error *err)
{
	char *data;
	long len = good ? BIO_get_mem_data(bio, &data) : 0;

	if (len > 0)
		buf_add(out, data, (size_t)len);
	BIO_free(bio);
	if (len <= 0)
		return failed(err, "write a key");
	return out->failed ? intact_fail_nomem(err) : 0;
}

static bool write_encrypted(BIO *bio, EVP_PKEY *pkey, const char *passphrase)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	unsigned char salt[SALT_SIZE];
	X509_ALGOR *pbe = NULL;
	X509_SIG *sealed = NULL;
	bool good = false;

	if (info && RAND_bytes(salt, sizeof(salt)) == 1)
		pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof(salt), NULL, SCRYPT_N,
					    SCRYPT_R, SCRYPT_P);
	if (pbe)
		sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, pbe);
	if (sealed)
		good = PEM_write_bio_PKCS8(bio, sealed) == 1;
	else
		X509_ALGOR_free(pbe);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	return good;
}

int key_pem_private(const struct intact_key *key, const char *passphrase, struct buf *out,
		    struct intact_error *err)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	bool good;

	if (!bio)
		return intact_fail_nomem(err);
	if (passphrase && *passphrase)
		good = write_encrypted(bio, key->pkey, passphrase);
	else
		good = PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) ==
		       1;
	return take_bio(bio, good, out, err);
}

int key_pem_public(const struct intact_key *key, struct buf *out, struct intact_error *err)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio)
		return intact_fail_nomem(err);
	return take_bio(bio, PEM_write_bio_PUBKEY(bio, key->pkey) == 1, out, err);
}

/* ---- signatures ---- */

int key_sign_bytes(const struct intact_key *key, const void *data, size_t len,
		   uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	size_t size = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = key->private && ctx &&
		    EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->pkey) == 1 &&
		    EVP_DigestSign(ctx, signature, &size, data, len) == 1 &&
		    size == sizeof(signature) && key_verify_bytes(key, data, len, signature);

	EVP_MD_CTX_free(ctx);
	if (!good)
		return failed(err, "sign");
	memcpy(ret, signature, sizeof(signature));
	return 0;
}

bool key_verify_bytes(const struct intact_key *key, const void *data, size_t len,
		      const uint8_t signature[INTACT_SIGNATURE_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key->pkey) == 1 &&
		    EVP_DigestVerify(ctx, signature, INTACT_SIGNATURE_SIZE, data, len) == 1;

	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

#define WORDS_MAX 32

/* The words with their NUL, then the digest.  Returns the length. */
static size_t statement(enum intact_signed what, const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
			uint8_t ret[WORDS_MAX + INTACT_SIGNED_DIGEST_SIZE])
{
	const char *words =
		what == INTACT_SIGNED_BASELINE ? "intact baseline v1" : "intact file v1";
	size_t len = strlen(words) + 1;

	memcpy(ret, words, len);
	memcpy(ret + len, digest, INTACT_SIGNED_DIGEST_SIZE);
	return len + INTACT_SIGNED_DIGEST_SIZE;
}

int intact_key_sign(const struct intact_key *key, enum intact_signed what,
		    const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
		    uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	uint8_t bytes[WORDS_MAX + INTACT_SIGNED_DIGEST_SIZE];
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc;

	if (!key->elsewhere)
		return key_sign_bytes(key, bytes, statement(what, digest, bytes), ret, err);
	rc = key->elsewhere(key->elsewhere_ctx, what, digest, signature, err);
	if (rc == 0 && !intact_key_verify(key, what, digest, signature))
		rc = failed(err, "verify the new signature");
	if (rc == 0)
		memcpy(ret, signature, sizeof(signature));
	return rc;
}

int intact_key_give_away(struct intact_key *key, intact_sign_fn *fn, void *ctx,
			 struct intact_error *err)
{
	unsigned char raw[64];
	size_t len = sizeof(raw);
	EVP_PKEY *half = NULL;

	if (EVP_PKEY_get_raw_public_key(key->pkey, raw, &len) == 1)
		half = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, len);
	if (!half)
		return failed(err, "take the public half of a key");
	/* Which overwrites it. */
	EVP_PKEY_free(key->pkey);
	key->pkey = half;
	key->private = false;
	key->elsewhere = fn;
	key->elsewhere_ctx = ctx;
	return 0;
}

bool intact_key_verify(const struct intact_key *key, enum intact_signed what,
		       const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
		       const uint8_t signature[INTACT_SIGNATURE_SIZE])
{
	uint8_t bytes[WORDS_MAX + INTACT_SIGNED_DIGEST_SIZE];

	return key_verify_bytes(key, bytes, statement(what, digest, bytes), signature);
}
