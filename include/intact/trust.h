/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Whom a baseline is from: keys, signatures, and the last generation that was seen.
 *
 * Ed25519 and nothing else; the algorithm is never read from a file.  What is signed, to the byte:
 * doc/baseline-format.md; why it is so: doc/design/trust.md.  This room asks nobody for anything:
 * a passphrase comes from a callback.
 */

#ifndef INTACT_TRUST_H
#define INTACT_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#define INTACT_SIGNATURE_SIZE 64
#define INTACT_SIGNED_DIGEST_SIZE 32
/** With the NUL: lower-case hex of the SHA-256 of the public key as DER (SubjectPublicKeyInfo). */
#define INTACT_FINGERPRINT_SIZE 65
/** With the NUL. */
#define INTACT_PASSPHRASE_MAX 1024

/** What a signature speaks of.  Each has its own words in front of the digest, so that a signature
 * over one is never one over the other. */
enum intact_signed {
	INTACT_SIGNED_BASELINE, /* the root digest of a baseline in our format */
	INTACT_SIGNED_FILE, /* the SHA-256 of a file: of AIDE's text database, as it is stored */
};

/* ---- keys --------------------------------------------------------------------------------------
 */

/** A public key, with its private half or without. */
struct intact_key;

/** Asked for the passphrase of a key, only if it has one.  Fills `ret` with a NUL-terminated one.
 * Returns 0 or a negative code. */
typedef int intact_passphrase_fn(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
				 struct intact_error *err);

/** Make a new pair. */
INTACT_MUST_CHECK
int intact_key_make(struct intact_key **ret, struct intact_error *err);

/**
 * Read a private key (PEM, PKCS#8).  The file must belong to root or to us and be closed to
 * everybody else, and nobody else may be able to exchange it.  Returns 0; INTACT_EIO if it cannot
 * be read; INTACT_ECONFIG if it is open to others, no Ed25519 key, or the passphrase is wrong;
 * INTACT_ENOMEM; or what `ask` fails with.
 */
INTACT_MUST_CHECK
int intact_key_read_private(const char *path, intact_passphrase_fn *ask, void *ctx,
			    struct intact_key **ret, struct intact_error *err);

/** Read a public key (PEM, SubjectPublicKeyInfo).  Others may read the file, not write it. Whatever
 * is wrong is INTACT_EDAMAGED: without its key no baseline is to be believed.  Or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int intact_key_read_public(const char *path, struct intact_key **ret, struct intact_error *err);

/**
 * Write a pair to two new files, the private half 0600 and, unless `passphrase` is NULL or empty,
 * encrypted (scrypt, AES-256).  No file is ever replaced.  Returns 0, INTACT_EIO or INTACT_ENOMEM;
 * after a failure neither is there.
 */
INTACT_MUST_CHECK
int intact_key_write(const struct intact_key *key, const char *private_path,
		     const char *public_path, const char *passphrase, struct intact_error *err);

/** NULL is fine. */
void intact_key_free(struct intact_key *key);

/** Both live as long as the key.  The name is the file that it was read from, "" for a new one. */
const char *intact_key_fingerprint(const struct intact_key *key);
const char *intact_key_name(const struct intact_key *key);

/* ---- signatures --------------------------------------------------------------------------------
 */

/** Sign with a private key.  The new signature is verified before it is given out.  Returns 0 or
 * INTACT_EIO. */
INTACT_MUST_CHECK
int intact_key_sign(const struct intact_key *key, enum intact_signed what,
		    const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
		    uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err);

/** Signs in another process, which has the private half. */
typedef int intact_sign_fn(void *ctx, enum intact_signed what,
			   const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
			   uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err);

/** Forget the private half: from now on intact_key_sign() asks `fn`.  What comes back is verified.
 * Returns 0 or INTACT_EIO; then nothing has changed. */
INTACT_MUST_CHECK
int intact_key_give_away(struct intact_key *key, intact_sign_fn *fn, void *ctx,
			 struct intact_error *err);

/** Does the signature hold?  False also if libcrypto fails. */
INTACT_MUST_CHECK
bool intact_key_verify(const struct intact_key *key, enum intact_signed what,
		       const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
		       const uint8_t signature[INTACT_SIGNATURE_SIZE]);

/** A detached signature: a file of exactly these 64 bytes.  Reading returns 0 or INTACT_EDAMAGED;
 * writing replaces an older one when the new one is on disk, and returns 0, INTACT_ELOCK,
 * INTACT_EIO or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int intact_signature_read(const char *path, uint8_t ret[INTACT_SIGNATURE_SIZE],
			  struct intact_error *err);
INTACT_MUST_CHECK
int intact_signature_write(const char *path, const uint8_t signature[INTACT_SIGNATURE_SIZE],
			   struct intact_error *err);

/* ---- what was seen -----------------------------------------------------------------------------
 */

/** The newest generation of a baseline that was verified here. */
struct intact_seen {
	uint64_t generation; /* 0: none */
	uint8_t root[INTACT_SIGNED_DIGEST_SIZE];
};

/** Take a record apart.  Returns false if it is none. */
INTACT_MUST_CHECK
bool intact_seen_parse(const char *text, size_t len, struct intact_seen *ret);

/** Read a record; no file is generation 0.  Returns 0, INTACT_EDAMAGED for a file that is no record
 * or that others may write, or INTACT_EIO. */
INTACT_MUST_CHECK
int intact_seen_read(const char *path, struct intact_seen *ret, struct intact_error *err);

/** Write a record; `about` is for people: which baseline it is of.  Returns 0, INTACT_ELOCK,
 * INTACT_EIO or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int intact_seen_write(const char *path, const struct intact_seen *seen, const char *about,
		      struct intact_error *err);

/** The name of the record for a baseline's place: "seen-" and 32 hex digits.  Returns 0 or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int intact_seen_name(const char *place, char ret[48], struct intact_error *err);

#endif /* INTACT_TRUST_H */
