/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: an entry that has a value for every attribute, and a way to change one of them.
 */

#ifndef UNIT_FULL_ENTRY_H
#define UNIT_FULL_ENTRY_H

#include <intact/entry.h>

struct full_entry {
	struct intact_entry e;
	struct intact_xattr xattrs[2];
	uint8_t digest[INTACT_DIGEST_MAX][64];
	uint8_t prefix[INTACT_DIGEST_MAX][64];
};

/** All attributes are asked for and measured; the values of two full entries are equal. */
void full_entry_init(struct full_entry *f);

/** Give one attribute another value.  False if it has none of its own. */
bool full_entry_flip(struct full_entry *f, const struct intact_attr *row);

/** Fail the test unless `a` and `b` agree in every field and share no memory but for `dir`.
 * Prefix digests count only if `prefix`. */
void full_entry_assert_copy(const struct intact_entry *a, const struct intact_entry *b,
			    bool prefix);

#endif /* UNIT_FULL_ENTRY_H */
