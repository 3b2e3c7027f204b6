/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading the content of a file once, into all digests.
 */

#ifndef SCAN_READ_H
#define SCAN_READ_H

#include <stdbool.h>
#include <stdint.h>

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
	uint64_t prefix;  /* also the digests over so many first bytes; 0: no */
};

enum content_result {
	CONTENT_OK = 0,
	CONTENT_CHANGED = 1, /* not exactly `size` bytes */
	CONTENT_ERROR = 2,   /* cannot be read: *ret_errno */
};

/**
 * Read and hash: m->digests, and m->prefixes with `prefix`.  Returns a content_result, or a
 * negative code that ends the run.
 */
INTACT_MUST_CHECK
int content_read(struct measurer *m, const struct content *c, int *ret_errno,
		 struct intact_error *err);

#endif /* SCAN_READ_H */
