/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See fetch.h.  Never mmap: a file that is cut while it is mapped kills the process.
 */

#include "scan/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "scan/ahead.h"

/* Measured: smaller or larger than 64 to 256 KiB is slower, and 1 MiB is better for large files. */
#define BUFFER_SMALL ((size_t)256 << 10)
#define BUFFER_LARGE ((size_t)1 << 20)
#define LARGE_FILE ((uint64_t)4 << 20)
/* A thread and its buffers pay from here on. */
#define AHEAD_FILE ((uint64_t)32 << 20)

/* Since Linux 6.14: pages that this call brings into the cache leave it again. */
#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80
#endif

static int need_buffer(struct fetch *f, uint64_t size, struct intact_error *err)
{
	size_t want = size > LARGE_FILE ? BUFFER_LARGE : BUFFER_SMALL;
	void *buffer;

	if (f->size >= want)
		return 0;
	buffer = malloc(want);
	if (!buffer)
		return intact_fail_nomem(err);
	free(f->buffer);
	f->buffer = buffer;
	f->size = want;
	return 0;
}

int fetch_begin(struct fetch *f, int fd, uint64_t size, uint64_t device, bool in_order,
		struct intact_error *err)
{
	int rc = need_buffer(f, size, err);

	if (rc < 0)
		return rc;
	f->fd = fd;
	if (f->device != device) {
		f->device = device;
		f->plain = false;
	}
	/* Without a thread it works as well, only slower. */
	if (in_order && size >= AHEAD_FILE && ahead_is_cold(fd, size) &&
	    ahead_new(fd, size, &f->ahead, NULL) < 0)
		f->ahead = NULL;
	return 0;
}

ssize_t fetch_pread(int fd, void *buffer, size_t want, uint64_t pos, bool *plain)
{
	struct iovec iov = { buffer, want };
	ssize_t n;

	if (plain && *plain)
		return pread(fd, buffer, want, (off_t)pos);
	n = preadv2(fd, &iov, 1, (off_t)pos, RWF_DONTCACHE);
	if (n >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS))
		return n;
	if (plain)
		*plain = true;
	return pread(fd, buffer, want, (off_t)pos);
}

ssize_t fetch_at(struct fetch *f, uint64_t pos, size_t want, const void **ret)
{
	unsigned char *place = f->into ? f->into : f->buffer;
	ssize_t n;

	if (f->ahead)
		return ahead_next(f->ahead, ret);
	*ret = place;
	do {
		n = fetch_pread(f->fd, place, want, pos, &f->plain);
	} while (n < 0 && errno == EINTR);
	return n;
}

void fetch_end(struct fetch *f)
{
	ahead_free(f->ahead);
	f->ahead = NULL;
	f->into = NULL;
}

void fetch_release(struct fetch *f)
{
	fetch_end(f);
	free(f->buffer);
	*f = (struct fetch){ 0 };
}
