/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of sign.c and keyfile.c: Ed25519 as RFC 8032 has it, keys that go to files and come back,
 * and files that are no keys or not ours alone.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "db/sign.h"
#include "own_folder.h"

static int setup(void **state)
{
	umask(077);
	return own_folder_enter(state);
}

static size_t from_hex(const char *hex, uint8_t *ret)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ret[i] = (uint8_t)byte;
	}
	return len;
}

static int no_passphrase(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
			 struct intact_error *err)
{
	(void)ctx;
	(void)key;
	(void)ret;
	return intact_fail(err, INTACT_EUSAGE, "asked for a passphrase");
}

static int passphrase(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		      struct intact_error *err)
{
	(void)key;
	(void)err;
	snprintf(ret, INTACT_PASSPHRASE_MAX, "%s", (const char *)ctx);
	return 0;
}

/* ---- RFC 8032, section 7.1 ------------------------------------------------------------------ */

/* A seed as PKCS#8 has it. */
static void pem_of_seed(const char *seed, struct buf *out)
{
	uint8_t der[48];

	assert_int_equal(from_hex("302e020100300506032b657004220420", der), 16);
	assert_int_equal(from_hex(seed, der + 16), 32);
	buf_add_str(out, "-----BEGIN PRIVATE KEY-----\n");
	text_base64(out, der, sizeof(der));
	buf_add_str(out, "\n-----END PRIVATE KEY-----\n");
}

static void pem_of_public(const char *hex, struct buf *out)
{
	uint8_t der[44];

	assert_int_equal(from_hex("302a300506032b6570032100", der), 12);
	assert_int_equal(from_hex(hex, der + 12), 32);
	buf_add_str(out, "-----BEGIN PUBLIC KEY-----\n");
	text_base64(out, der, sizeof(der));
	buf_add_str(out, "\n-----END PUBLIC KEY-----\n");
}

static void check_vector(const char *seed, const char *public_hex, const char *message,
			 const char *expected)
{
	struct buf private = { 0 }, public = { 0 };
	uint8_t data[128], signature[INTACT_SIGNATURE_SIZE], made[INTACT_SIGNATURE_SIZE];
	size_t len = from_hex(message, data);
	struct intact_key *key = NULL, *half = NULL;
	struct intact_error err = { 0 };

	pem_of_seed(seed, &private);
	pem_of_public(public_hex, &public);
	assert_int_equal(from_hex(expected, signature), INTACT_SIGNATURE_SIZE);
	assert_int_equal(
		key_parse_private("k", private.data, private.len, no_passphrase, NULL, &key, &err),
		0);
	assert_int_equal(key_parse_public("p", public.data, public.len, &half, &err), 0);
	assert_string_equal(intact_key_fingerprint(key), intact_key_fingerprint(half));
	assert_int_equal(key_sign_bytes(key, data, len, made, &err), 0);
	assert_memory_equal(made, signature, sizeof(made));
	assert_true(key_verify_bytes(half, data, len, signature));
	for (unsigned bit = 0; bit < 8 * INTACT_SIGNATURE_SIZE; bit++) {
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(key_verify_bytes(half, data, len, signature));
		signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	data[len] = 0;
	assert_false(key_verify_bytes(half, data, len + 1, signature));
	/* The public half does not sign. */
	assert_int_equal(key_sign_bytes(half, data, len, made, &err), INTACT_EIO);
	intact_key_free(key);
	intact_key_free(half);
	buf_release(&private);
	buf_release(&public);
}

static void test_vectors_of_rfc_8032(void **state)
{
	(void)state;
	check_vector("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a3"
		     "3bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
	check_vector("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15"
		     "996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
	check_vector("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16"
		     "f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

/* S + L in the place of S: the same equation, another signature. */
static void test_malleable_signature_is_refused(void **state)
{
	static const char group_order[] =
		"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
	uint8_t order[32], signature[INTACT_SIGNATURE_SIZE];
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };
	unsigned carry = 0;

	(void)state;
	assert_int_equal(from_hex(group_order, order), 32);
	assert_int_equal(intact_key_make(&key, &err), 0);
	assert_int_equal(key_sign_bytes(key, "m", 1, signature, &err), 0);
	for (unsigned i = 0; i < 32; i++) {
		carry += (unsigned)signature[32 + i] + order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_false(key_verify_bytes(key, "m", 1, signature));
	intact_key_free(key);
}

static void test_kinds_of_statements_differ(void **state)
{
	static const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE] = { 1, 2, 3 };
	static const char words[] = "intact baseline v1";
	uint8_t signature[INTACT_SIGNATURE_SIZE], bytes[sizeof(words) + sizeof(digest)];
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_key_make(&key, &err), 0);
	assert_int_equal(intact_key_sign(key, INTACT_SIGNED_BASELINE, digest, signature, &err), 0);
	assert_true(intact_key_verify(key, INTACT_SIGNED_BASELINE, digest, signature));
	assert_false(intact_key_verify(key, INTACT_SIGNED_FILE, digest, signature));
	/* What the format's page says is signed. */
	memcpy(bytes, words, sizeof(words));
	memcpy(bytes + sizeof(words), digest, sizeof(digest));
	assert_true(key_verify_bytes(key, bytes, sizeof(bytes), signature));
	intact_key_free(key);
}

/* ---- files ---------------------------------------------------------------------------------- */

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void test_pair_goes_to_files_and_comes_back(void **state)
{
	static const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE] = { 9 };
	struct intact_key *made = NULL, *private = NULL, *public = NULL;
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_key_make(&made, &err), 0);
	assert_int_equal(intact_key_write(made, "pair", "pair.pub", NULL, &err), 0);
	assert_int_equal(mode_of("pair"), 0600);
	assert_int_equal(mode_of("pair.pub"), 0644);
	assert_int_equal(intact_key_read_private("pair", no_passphrase, NULL, &private, &err), 0);
	assert_int_equal(intact_key_read_public("pair.pub", &public, &err), 0);
	assert_string_equal(intact_key_fingerprint(private), intact_key_fingerprint(made));
	assert_string_equal(intact_key_fingerprint(public), intact_key_fingerprint(made));
	assert_string_equal(intact_key_name(public), "pair.pub");
	assert_int_equal(intact_key_sign(private, INTACT_SIGNED_FILE, digest, signature, &err), 0);
	assert_true(intact_key_verify(public, INTACT_SIGNED_FILE, digest, signature));
	intact_key_free(made);
	intact_key_free(private);
	intact_key_free(public);
}

static void test_passphrase_is_needed_and_must_be_right(void **state)
{
	struct intact_key *made = NULL, *key = NULL;
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_key_make(&made, &err), 0);
	assert_int_equal(intact_key_write(made, "locked", "locked.pub", "open sesame", &err), 0);
	assert_int_equal(intact_key_read_private("locked", no_passphrase, NULL, &key, &err),
			 INTACT_EUSAGE);
	assert_int_equal(
		intact_key_read_private("locked", passphrase, (char[]){ "open sesam" }, &key, &err),
		INTACT_ECONFIG);
	assert_string_equal(err.text, "'locked': the passphrase is wrong, or the key is damaged");
	assert_int_equal(intact_key_read_private("locked", passphrase, (char[]){ "" }, &key, &err),
			 INTACT_ECONFIG);
	assert_null(key);
	assert_int_equal(intact_key_read_private("locked", passphrase, (char[]){ "open sesame" },
						 &key, &err),
			 0);
	assert_string_equal(intact_key_fingerprint(key), intact_key_fingerprint(made));
	intact_key_free(made);
	intact_key_free(key);
}

static void test_no_file_is_replaced(void **state)
{
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_key_make(&key, &err), 0);
	assert_int_equal(close(creat("taken", 0600)), 0);
	assert_int_equal(intact_key_write(key, "taken", "taken.pub", NULL, &err), INTACT_EIO);
	assert_string_equal(err.text, "create 'taken': File exists");
	assert_int_not_equal(access("taken.pub", F_OK), 0);
	assert_int_equal(rename("taken", "taken.pub"), 0);
	assert_int_equal(intact_key_write(key, "taken", "taken.pub", NULL, &err), INTACT_EIO);
	assert_int_not_equal(access("taken", F_OK), 0);
	/* Nor what a link leads to, whether or not anything is there. */
	assert_int_equal(symlink("nowhere", "link"), 0);
	assert_int_equal(intact_key_write(key, "link", "link.pub", NULL, &err), INTACT_EIO);
	assert_int_not_equal(access("nowhere", F_OK), 0);
	intact_key_free(key);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void refuse_private(const char *name, int code, const char *what)
{
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };

	assert_int_equal(intact_key_read_private(name, no_passphrase, NULL, &key, &err), code);
	assert_non_null(strstr(err.text, what));
}

/* Whatever is wrong with a public key, nothing may be believed: 24. */
static void refuse_public(const char *name, const char *what)
{
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };

	assert_int_equal(intact_key_read_public(name, &key, &err), INTACT_EDAMAGED);
	assert_int_equal(err.code, INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, what));
	assert_int_equal(strncmp(err.text, "nothing can be verified: ", 25), 0);
}

static void test_files_that_are_no_keys(void **state)
{
	(void)state;
	refuse_private("none", INTACT_EIO, "No such file");
	refuse_public("none", "No such file");
	put("empty", "");
	refuse_private("empty", INTACT_ECONFIG, "no private key in PEM");
	refuse_public("empty", "no public key in PEM");
	put("text", "-----BEGIN PUBLIC KEY-----\nMCowBQ\n-----END PUBLIC KEY-----\n");
	refuse_public("text", "no public key in PEM");
	refuse_private("text", INTACT_ECONFIG, "no private key in PEM");
	refuse_private(".", INTACT_EIO, "a directory");
	refuse_public("/dev/zero", "a device");
	/* X25519: of the same size, for something else. */
	put("other", "-----BEGIN PUBLIC KEY-----\n"
		     "MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
		     "-----END PUBLIC KEY-----\n");
	refuse_public("other", "another kind");
	put("large", "");
	assert_int_equal(truncate("large", 1 << 20), 0);
	refuse_public("large", "too large");
}

static void test_files_that_others_could_use(void **state)
{
	struct intact_key *key = NULL;
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_key_make(&key, &err), 0);
	assert_int_equal(intact_key_write(key, "open", "open.pub", NULL, &err), 0);
	for (mode_t bit = 01; bit <= 040; bit <<= 1) {
		assert_int_equal(chmod("open", 0600 | bit), 0);
		refuse_private("open", INTACT_ECONFIG, "bad ownership or modes");
	}
	for (mode_t bit = 02; bit <= 020; bit <<= 3) {
		assert_int_equal(chmod("open.pub", 0644 | bit), 0);
		refuse_public("open.pub", "bad ownership or modes");
	}
	assert_int_equal(chmod("open", 0400) | chmod("open.pub", 0444), 0);
	assert_int_equal(mkdir("shared", 0700), 0);
	assert_int_equal(rename("open", "shared/open") | rename("open.pub", "shared/open.pub"), 0);
	assert_int_equal(chmod("shared", 0770), 0);
	refuse_private("shared/open", INTACT_ECONFIG, "bad ownership or modes");
	refuse_public("shared/open.pub", "bad ownership or modes");
	intact_key_free(key);
}

static void test_detached_signature_has_64_bytes(void **state)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE] = { 1, [63] = 2 }, back[INTACT_SIGNATURE_SIZE];
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(intact_signature_write("sig", signature, &err), 0);
	assert_int_equal(intact_signature_read("sig", back, &err), 0);
	assert_memory_equal(back, signature, sizeof(back));
	assert_int_equal(truncate("sig", 63), 0);
	assert_int_equal(intact_signature_read("sig", back, &err), INTACT_EDAMAGED);
	assert_int_equal(truncate("sig", 65), 0);
	assert_int_equal(intact_signature_read("sig", back, &err), INTACT_EDAMAGED);
	assert_int_equal(intact_signature_read("no sig", back, &err), INTACT_EDAMAGED);
	assert_int_equal(err.code, INTACT_EDAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors_of_rfc_8032),
		cmocka_unit_test(test_malleable_signature_is_refused),
		cmocka_unit_test(test_kinds_of_statements_differ),
		cmocka_unit_test(test_pair_goes_to_files_and_comes_back),
		cmocka_unit_test(test_passphrase_is_needed_and_must_be_right),
		cmocka_unit_test(test_no_file_is_replaced),
		cmocka_unit_test(test_files_that_are_no_keys),
		cmocka_unit_test(test_files_that_others_could_use),
		cmocka_unit_test(test_detached_signature_has_64_bytes),
	};

	return cmocka_run_group_tests(tests, setup, own_folder_leave);
}
