/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Each call of libcrypto that can fail does so once, while keys are made and read, digests signed
 * and verified, baselines and journals written and read.  No signature is good by that, nothing
 * damaged is taken for whole, and what is said to be done is done.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <intact/db.h>
#include <intact/journal.h>
#include <intact/trust.h>

#include "test_db_random.h"
#include "tests/unit/failing.h"
#include "tests/unit/own_folder.h"
#include "tests/unit/read_whole.h"

/* ---- libcrypto, failing ---- */

WRAP(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
WRAP(EVP_MD *, EVP_MD_fetch, (OSSL_LIB_CTX * c, const char *a, const char *p), (c, a, p), NULL)
WRAP(int, EVP_DigestInit_ex, (EVP_MD_CTX * c, const EVP_MD *m, ENGINE *e), (c, m, e), 0)
WRAP(int, EVP_DigestUpdate, (EVP_MD_CTX * c, const void *d, size_t n), (c, d, n), 0)
WRAP(int, EVP_DigestFinal_ex, (EVP_MD_CTX * c, unsigned char *d, unsigned *n), (c, d, n), 0)
WRAP(int, EVP_Digest,
     (const void *d, size_t n, unsigned char *r, unsigned *l, const EVP_MD *m, ENGINE *e),
     (d, n, r, l, m, e), 0)
WRAP(int, EVP_DigestSignInit,
     (EVP_MD_CTX * c, EVP_PKEY_CTX **k, const EVP_MD *m, ENGINE *e, EVP_PKEY *p), (c, k, m, e, p),
     0)
WRAP(int, EVP_DigestSign,
     (EVP_MD_CTX * c, unsigned char *r, size_t *l, const unsigned char *d, size_t n),
     (c, r, l, d, n), 0)
WRAP(int, EVP_DigestVerifyInit,
     (EVP_MD_CTX * c, EVP_PKEY_CTX **k, const EVP_MD *m, ENGINE *e, EVP_PKEY *p), (c, k, m, e, p),
     0)
/* Negative is how it fails otherwise than by the signature. */
WRAP(int, EVP_DigestVerify,
     (EVP_MD_CTX * c, const unsigned char *s, size_t l, const unsigned char *d, size_t n),
     (c, s, l, d, n), -1)
WRAP(EVP_PKEY *, EVP_PKEY_new_raw_public_key,
     (int type, ENGINE *e, const unsigned char *d, size_t n), (type, e, d, n), NULL)
WRAP(int, EVP_PKEY_get_raw_public_key, (const EVP_PKEY *k, unsigned char *d, size_t *n), (k, d, n),
     0)
WRAP(int, EVP_PKEY_is_a, (const EVP_PKEY *k, const char *name), (k, name), 0)
WRAP(PKCS8_PRIV_KEY_INFO *, EVP_PKEY2PKCS8, (const EVP_PKEY *k), (k), NULL)
WRAP(BIO *, BIO_new, (const BIO_METHOD *m), (m), NULL)
WRAP(BIO *, BIO_new_mem_buf, (const void *d, int n), (d, n), NULL)
WRAP(EVP_PKEY *, PEM_read_bio_PrivateKey, (BIO * b, EVP_PKEY **k, pem_password_cb *f, void *u),
     (b, k, f, u), NULL)
WRAP(EVP_PKEY *, PEM_read_bio_PUBKEY, (BIO * b, EVP_PKEY **k, pem_password_cb *f, void *u),
     (b, k, f, u), NULL)
WRAP(int, PEM_write_bio_PUBKEY, (BIO * b, const EVP_PKEY *k), (b, k), 0)
WRAP(int, RAND_bytes, (unsigned char *d, int n), (d, n), 0)

EVP_PKEY *__real_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *c, const char *p, const char *type, ...);
EVP_PKEY *__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *c, const char *p, const char *type, ...);
EVP_PKEY *__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *c, const char *p, const char *type, ...)
{
	return fails() ? NULL : __real_EVP_PKEY_Q_keygen(c, p, type);
}

/* Returns 0, or a negative code; asserts what must be in any case. */
typedef int work_fn(void *ctx, struct intact_error *err);

static void fail_each(work_fn *work, void *ctx, const char *what)
{
	struct intact_error err;
	unsigned long n;

	fail_at(0);
	assert_int_equal(work(ctx, &err), 0);
	n = calls;
	for (unsigned long i = 1; i <= n; i++) {
		int rc;

		err = (struct intact_error){ 0 };
		fail_at(i);
		rc = work(ctx, &err);
		fail_at(0);
		if (rc < 0 && !err.text[0])
			fail_msg("%s: call %lu of %lu failed, without a word", what, i, n);
	}
	print_message("%s: %lu calls of libcrypto failed\n", what, n);
	assert_true(n > 0);
	/* Nothing stays of it. */
	assert_int_equal(work(ctx, &err), 0);
}

/* ---- keys ---- */

static const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE] = { 1, 2, 3 };
static const uint8_t forged[INTACT_SIGNATURE_SIZE] = { 7 };

static int tell(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		struct intact_error *err)
{
	(void)ctx;
	(void)key;
	(void)err;
	strcpy(ret, "secret");
	return 0;
}

static int make_and_write(void *ctx, struct intact_error *err)
{
	struct intact_key *key = NULL;
	int rc;

	unlink("key");
	unlink("key.pub");
	rc = intact_key_make(&key, err);
	if (rc == 0)
		rc = intact_key_write(key, "key", "key.pub", ctx, err);
	intact_key_free(key);
	if (rc == 0) {
		paused = true;
		assert_int_equal(intact_key_read_private("key", tell, NULL, &key, err), 0);
		intact_key_free(key);
		assert_int_equal(intact_key_read_public("key.pub", &key, err), 0);
		intact_key_free(key);
		paused = false;
	}
	return rc;
}

static int read_and_sign(void *ctx, struct intact_error *err)
{
	struct intact_key *key = NULL, *half = NULL;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc = intact_key_read_private("key", tell, NULL, &key, err);

	(void)ctx;
	if (rc == 0)
		rc = intact_key_read_public("key.pub", &half, err);
	if (rc == 0) {
		assert_false(intact_key_verify(half, INTACT_SIGNED_BASELINE, digest, forged));
		rc = intact_key_sign(key, INTACT_SIGNED_BASELINE, digest, signature, err);
	}
	if (rc == 0) {
		/* Said to be signed: then it is. */
		paused = true;
		assert_true(intact_key_verify(half, INTACT_SIGNED_BASELINE, digest, signature));
		assert_false(intact_key_verify(half, INTACT_SIGNED_FILE, digest, signature));
		paused = false;
	}
	intact_key_free(key);
	intact_key_free(half);
	return rc;
}

static int never_called(void *ctx, enum intact_signed what,
			const uint8_t asked[INTACT_SIGNED_DIGEST_SIZE],
			uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	(void)ctx;
	(void)what;
	(void)asked;
	memcpy(ret, forged, sizeof(forged));
	(void)err;
	return 0;
}

/* Whoever has the other half may answer what he likes. */
static int give_away(void *ctx, struct intact_error *err)
{
	struct intact_key *key = NULL;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_error why;
	int rc = intact_key_read_private("key", tell, NULL, &key, err);

	(void)ctx;
	if (rc == 0)
		rc = intact_key_give_away(key, never_called, NULL, err);
	if (rc == 0)
		assert_true(intact_key_sign(key, INTACT_SIGNED_BASELINE, digest, signature, &why) <
			    0);
	intact_key_free(key);
	return rc;
}

static void test_keys(void **state)
{
	(void)state;
	fail_each(make_and_write, NULL, "a key");
	fail_each(read_and_sign, NULL, "signing");
	fail_each(give_away, NULL, "giving away");
	fail_each(make_and_write, (void *)(uintptr_t) "secret", "a key with a passphrase");
	fail_each(read_and_sign, NULL, "signing with a passphrase");
}

/* ---- baselines ---- */

struct baseline {
	struct intact_entry entries[20];
	size_t n;
	struct intact_key *key;
	int fd;
};

static int write_it(const struct baseline *b, int fd, struct intact_error *err)
{
	const struct intact_db_meta meta = {
		.host = "h", .version = "1", .generation = 1, .attrs = UINT64_MAX, .rules = ""
	};
	struct intact_db_writer *w = NULL;
	int rc = intact_db_create("db", fd, &meta, &w, err);

	if (rc == 0)
		intact_db_sign(w, b->key);
	for (size_t i = 0; rc == 0 && i < b->n; i++)
		rc = intact_db_append(w, &b->entries[i], err);
	if (rc == 0)
		rc = intact_db_commit(w, NULL, err);
	intact_db_writer_free(w);
	return rc;
}

/* Returns how many entries there are, or a negative code. */
static int read_it(const struct baseline *b, int fd, struct intact_error *err)
{
	const struct intact_key *keys[] = { b->key };

	return read_whole(&(struct intact_db_trust){ .keys = keys, .nkeys = 1 }, fd, err);
}

static int write_baseline(void *ctx, struct intact_error *err)
{
	const struct baseline *b = ctx;
	int fd = memfd_create("db", MFD_CLOEXEC);
	int rc = write_it(b, fd, err);

	if (rc == 0) {
		paused = true;
		assert_int_equal(read_it(b, fd, err), b->n);
		paused = false;
	}
	close(fd);
	return rc;
}

static int read_baseline(void *ctx, struct intact_error *err)
{
	const struct baseline *b = ctx;
	int rc = read_it(b, b->fd, err);

	if (rc < 0)
		return rc;
	assert_int_equal(rc, b->n);
	return 0;
}

/* Of which one bit is another: nobody gets to its end. */
static int read_damaged(void *ctx, struct intact_error *err)
{
	const struct baseline *b = ctx;
	int rc = read_it(b, b->fd, err);

	assert_true(rc < 0);
	return 0;
}

static void flip(int fd, off_t at)
{
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
}

static void test_baselines(void **state)
{
	struct baseline b = { .fd = memfd_create("db", MFD_CLOEXEC) };
	struct arena a = { 0 };
	struct intact_error err;
	off_t size;

	(void)state;
	fail_at(0);
	b.n = rnd_entries(b.entries, 20, 5, &a);
	assert_int_equal(intact_key_make(&b.key, &err), 0);
	fail_each(write_baseline, &b, "writing a baseline");
	assert_int_equal(write_it(&b, b.fd, &err), 0);
	fail_each(read_baseline, &b, "reading a baseline");
	size = lseek(b.fd, 0, SEEK_END);
	for (off_t at = 9; at < size; at += size / 12) {
		flip(b.fd, at);
		fail_each(read_damaged, &b, "reading a damaged baseline");
		flip(b.fd, at);
	}
	assert_int_equal(read_it(&b, b.fd, &err), b.n);
	intact_key_free(b.key);
	close(b.fd);
	arena_release(&a);
}

/* ---- journals ---- */

static int append_record(void *ctx, struct intact_error *err)
{
	static const char members[] = "\"run\":\"check\"";
	struct intact_journal_point point;
	enum intact_journal_verdict verdict = INTACT_JOURNAL_OTHER;
	struct intact_journal *j = NULL;
	int rc;

	(void)ctx;
	unlink("journal");
	rc = intact_journal_open_append("journal", &j, err);
	if (rc == 0)
		rc = intact_journal_append(j, members, sizeof(members) - 1, &point, err);
	if (rc == 0)
		rc = intact_journal_holds(j, &point, &verdict, err);
	if (rc == 0)
		assert_int_equal(verdict, INTACT_JOURNAL_HOLDS);
	intact_journal_close(j);
	return rc;
}

static void test_journals(void **state)
{
	(void)state;
	fail_each(append_record, NULL, "a journal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_baselines),
		cmocka_unit_test(test_journals),
	};

	return cmocka_run_group_tests(tests, own_folder_enter, own_folder_leave);
}
