/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The fs-verity digest: SHA-256 over a descriptor with the root of a Merkle tree, as the kernel
 * defines it (Documentation/filesystems/fsverity.rst), with SHA-256, blocks of 4 KiB, no salt.
 *
 * A subtree depends on nothing outside of it, so that several threads can compute one digest.  This
 * file knows no file and no thread.
 */

#ifndef SCAN_VERITY_H
#define SCAN_VERITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERITY_BLOCK ((size_t)4096)
#define VERITY_HASH ((size_t)32)
/* Hashes in a block of the tree. */
#define VERITY_FAN (VERITY_BLOCK / VERITY_HASH)
/* Content below one hash of the second level. */
#define VERITY_SUBTREE (VERITY_BLOCK * VERITY_FAN)

struct verity;

/** 1; 0: no SHA-256 here; -1: no memory. */
int verity_new(struct verity **ret);
void verity_free(struct verity *v);

/** (Again) to before the first byte. */
void verity_begin(struct verity *v);

/** The next bytes.  False: libcrypto failed. */
bool verity_update(struct verity *v, const void *data, size_t len);

/** The hash of VERITY_SUBTREE bytes that begin at a multiple of it. */
bool verity_subtree(struct verity *v, const void *data, uint8_t ret[VERITY_HASH]);

/** The next VERITY_SUBTREE bytes, by their hash.  What came before is a multiple of that. */
bool verity_add_subtree(struct verity *v, const uint8_t hash[VERITY_HASH]);

/** The digest of what came so far; with `keep` more may follow. */
bool verity_end(struct verity *v, bool keep, uint8_t ret[VERITY_HASH]);

/** The digest of content of this size whose tree has this root. */
bool verity_of_root(struct verity *v, uint64_t size, const uint8_t root[VERITY_HASH],
		    uint8_t ret[VERITY_HASH]);

#endif /* SCAN_VERITY_H */
