/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: what says whom to trust.  The first byte chooses: 0 the record of the generation
 * that was seen, 1 a public key, 2 a private key (one with a passphrase is given none, so that no
 * time goes into deriving keys).
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is accepted begins as what we write for the same generation. */
static void seen(const char *text, size_t len)
{
	struct intact_seen seen = { 0 };
	char expected[80];

	if (!intact_seen_parse(text, len, &seen))
		return;
	snprintf(expected, sizeof(expected), "intact seen 1\ngeneration %llu\nroot ",
		 (unsigned long long)seen.generation);
	if (!seen.generation || strlen(expected) > len ||
	    memcmp(text, expected, strlen(expected)) != 0 || text[len - 1] != '\n')
		abort();
}

static int no_passphrase(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
			 struct intact_error *err)
{
	(void)ctx;
	(void)key;
	(void)ret;
	return intact_fail(err, INTACT_EUSAGE, "none");
}

/* What was taken for a key of a kind must do what that kind does.  The S of the signature is not 0,
 * with which a point of small order could be satisfied. */
static void use(struct intact_key *key, bool private)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE] = { [32] = 1 };
	bool good = key_sign_bytes(key, "m", 1, signature, NULL) == 0;

	if (good != private || key_verify_bytes(key, "m", 1, signature) != private)
		abort();
	intact_key_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct intact_key *key = NULL;

	if (size < 1)
		return 0;
	if (data[0] == 0)
		seen((const char *)data + 1, size - 1);
	else if (data[0] == 1 && key_parse_public("k", data + 1, size - 1, &key, NULL) == 0)
		use(key, false);
	else if (data[0] == 2 &&
		 key_parse_private("k", data + 1, size - 1, no_passphrase, NULL, &key, NULL) == 0)
		use(key, true);
	return 0;
}
