/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: a Debian package.  Members come with clean paths, and never more content than they
 * say to have; a package that counts had all of it.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "packages/deb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct member {
	bool open;
	uint64_t left;
};

static int on_begin(void *ctx, const struct untar_member *m, struct intact_error *err)
{
	struct member *now = ctx;

	(void)err;
	if (now->open || m->path[0] != '/' || strstr(m->path, "//") || strstr(m->path, "/../") ||
	    (m->mode & ~07777u))
		abort();
	now->open = true;
	now->left = m->size;
	return 0;
}

static int on_data(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	struct member *now = ctx;

	(void)data;
	(void)err;
	if (!now->open || len > now->left)
		abort();
	now->left -= len;
	return 0;
}

static int on_end(void *ctx, struct intact_error *err)
{
	struct member *now = ctx;

	(void)err;
	if (!now->open || now->left)
		abort();
	now->open = false;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct member now = { 0 };
	const struct untar_sink sink = { on_begin, on_data, on_end, &now };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	/* What control.tar has is not always asked for. */
	if (deb_read(fd, size % 2 ? &sink : NULL, &sink, NULL) == 1 && now.open)
		abort();
	close(fd);
	return 0;
}
