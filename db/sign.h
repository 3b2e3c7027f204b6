/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Ed25519 keys and signatures in memory; the files they are in are keyfile.c's.
 */

#ifndef DB_SIGN_H
#define DB_SIGN_H

#include <intact/trust.h>

#include "base/buf.h"

/** From PEM; `name` is for messages and kept.  Returns 0, INTACT_ECONFIG with what is wrong
 * (without the name), INTACT_ENOMEM, or what `ask` fails with. */
INTACT_MUST_CHECK
int key_parse_private(const char *name, const void *pem, size_t len, intact_passphrase_fn *ask,
		      void *ctx, struct intact_key **ret, struct intact_error *err);
INTACT_MUST_CHECK
int key_parse_public(const char *name, const void *pem, size_t len, struct intact_key **ret,
		     struct intact_error *err);

/** Append as PEM.  Returns 0, INTACT_EIO if libcrypto fails, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int key_pem_private(const struct intact_key *key, const char *passphrase, struct buf *out,
		    struct intact_error *err);
INTACT_MUST_CHECK
int key_pem_public(const struct intact_key *key, struct buf *out, struct intact_error *err);

/** Plain Ed25519 over these bytes (RFC 8032). */
INTACT_MUST_CHECK
int key_sign_bytes(const struct intact_key *key, const void *data, size_t len,
		   uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err);
INTACT_MUST_CHECK
bool key_verify_bytes(const struct intact_key *key, const void *data, size_t len,
		      const uint8_t signature[INTACT_SIGNATURE_SIZE]);

#endif /* DB_SIGN_H */
