/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading the content of a file once, into all digests, also those over how it begins and over what
 * it decompresses to.
 */

#ifndef SCAN_READ_H
#define SCAN_READ_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include <intact/content.h>
#include <intact/error.h>

struct measurer;

struct content {
	int fd;
	uint64_t size;	  /* this many bytes are read, and one more to see that there are no more */
	bool may_grow;	  /* ... unless more is fine */
	uint64_t device;  /* it is on this one */
	bool holes;	  /* there may be holes: they are hashed, not read */
	uint64_t digests; /* to compute */
	uint64_t both;	  /* of them, those of which both values are wanted */
	/* Also the digests over how it begins; sizes ascending, none above `size`. */
	struct intact_prefix *prefixes;
	size_t nprefixes;

	/* Also decompress it, with the digests over that and over how that begins. */
	bool unpack;
	struct intact_prefix *unpacked_prefixes;
	size_t nunpacked_prefixes;
};

/** Is it worth asking where the holes are? */
static inline bool content_may_have_holes(const struct statx *st)
{
	return st->stx_size > (uint64_t)1 << 20 && st->stx_blocks < st->stx_size / 512;
}

enum content_result {
	CONTENT_OK = 0,
	CONTENT_CHANGED = 1, /* not exactly `size` bytes */
	CONTENT_ERROR = 2,   /* cannot be read: *ret_errno */
	CONTENT_LATE = 3,    /* not read to its end: the time for that is over */
};

/**
 * Read and hash: m->digests, the prefixes, and with `unpack` m->unpack.  Returns a content_result,
 * or a negative code that ends the run.
 */
INTACT_MUST_CHECK
int content_read(struct measurer *m, const struct content *c, int *ret_errno,
		 struct intact_error *err);

#endif /* SCAN_READ_H */
