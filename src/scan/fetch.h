/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Getting the bytes of a file so that the page cache stays as it was: what was in it stays, what
 * the scan brought in goes again.
 *
 * It knows no digests and does not judge what it reads.
 */

#ifndef SCAN_FETCH_H
#define SCAN_FETCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <intact/error.h>

struct ahead;

/** One thread's.  Zero is fine at the beginning; it is kept from file to file. */
struct fetch {
	unsigned char *buffer;
	size_t size;
	unsigned char *into; /* the caller's, for the next bytes; NULL: `buffer` */
	int fd;
	bool plain;	     /* reads on this device cannot be asked to leave the cache alone */
	uint64_t device;     /* `plain` was learnt on this one */
	struct ahead *ahead; /* NULL: the file is read by the caller's thread */
};

/**
 * Begin with a file of this size; `device` is what it is on.  With `in_order` all of it will be
 * asked for from the beginning on, and a large file that is not cached is read by a thread ahead of
 * that.  Returns 0 or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int fetch_begin(struct fetch *f, int fd, uint64_t size, uint64_t device, bool in_order,
		struct intact_error *err);

/**
 * Bytes at `pos`, at most `want`, which is at most f->size, or what f->into has room for; in order
 * there may be more than that, and elsewhere.
 * Returns how many there are at `*ret`; 0 at the end of the file; -1 with errno: EAGAIN says "not
 * yet".
 */
ssize_t fetch_at(struct fetch *f, uint64_t pos, size_t want, const void **ret);

/** Done with the file, however far it was read. */
void fetch_end(struct fetch *f);

void fetch_release(struct fetch *f);

/** pread(2) that leaves the cache alone where it can.  `plain` (may be NULL): it cannot here, and
 * is set when that turns out. */
ssize_t fetch_pread(int fd, void *buffer, size_t want, uint64_t pos, bool *plain);

#endif /* SCAN_FETCH_H */
