/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the content of a file says beyond its own digests: digests over how it begins, and over what
 * it is when decompressed.
 *
 * Whoever relates siblings (moved and rotated files) learns only when a folder is left what there
 * is to prove of a file, and has it read once more through an intact_contents.
 */

#ifndef INTACT_CONTENT_H
#define INTACT_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include <intact/attr.h>
#include <intact/error.h>

struct intact_entry;
struct scan_dir;

/** Digests over the first `size` bytes of a content. */
struct intact_prefix {
	uint64_t size; /* more than 0 */
	bool known;    /* the content is that long, and this is its beginning */
	uint8_t digest[INTACT_DIGEST_MAX][64];
};

/** What came out when a content was decompressed. */
struct intact_unpacked {
	const char
		*why; /* no use can be made of it, and why; NULL: all of it came out, as packed */
	uint64_t size;
	const uint8_t *digest[INTACT_DIGEST_MAX]; /* NULL: not computed */
};

/** Reads measured files again. */
struct intact_contents {
	/* Keep the folder that an entry was found in, or let go of it.  NULL is fine. */
	void (*hold)(struct scan_dir *dir);
	void (*drop)(struct scan_dir *dir);

	/*
	 * The digests that `e` has, over the beginnings of its content, or with `unpack` of what
	 * that decompresses to.  `prefixes` are in ascending order of size.
	 *
	 * e->dir must have been held.  Nothing is believed that is not the content that was
	 * measured: the same read gives the entry's own digests over its own size again, or what
	 * was read does not count.  Returns 1, 0 if it did not count, or a negative code that ends
	 * the run.
	 */
	int (*prefixes)(struct intact_contents *c, const struct intact_entry *e, bool unpack,
			struct intact_prefix *prefixes, size_t n, struct intact_error *err);

	/*
	 * The digests `mask` (attribute bits, all of them available) over all of the content of
	 * `e`, from a read that proves itself as above.  Where the folder was not held (e->dir is
	 * NULL), it is found from the root of the scan, name by name and through no link.  Returns
	 * as above.
	 */
	int (*whole)(struct intact_contents *c, const struct intact_entry *e, uint64_t mask,
		     uint8_t ret[INTACT_DIGEST_MAX][64], struct intact_error *err);

	void (*close)(struct intact_contents *c);
};

#endif /* INTACT_CONTENT_H */
