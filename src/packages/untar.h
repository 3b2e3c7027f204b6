/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading a tar archive as it comes: the members of a package, with their contents.
 *
 * GNU's format, which dpkg-deb writes; anything else makes the archive one that is not understood.
 */

#ifndef PACKAGES_UNTAR_H
#define PACKAGES_UNTAR_H

#include <stdbool.h>
#include <stdint.h>

#include <intact/error.h>

#include "base/buf.h"

struct untar_member {
	char type; /* '0' file, '1' hard link, '2' link, '5' folder, others as tar has them */
	const char *path;   /* absolute and clean */
	const char *target; /* of links, as written */
	uint32_t mode;	    /* without the type */
	uint64_t uid, gid;
	uint64_t size;
};

/** Whom the members are told; each returns 0 or a code that ends the reading. */
struct untar_sink {
	int (*begin)(void *ctx, const struct untar_member *m, struct intact_error *err);
	int (*data)(void *ctx, const void *data, size_t len, struct intact_error *err);
	int (*end)(void *ctx, struct intact_error *err);
	void *ctx;
};

/** All zero but for `sink` is one at the start. */
struct untar {
	const struct untar_sink *sink;
	char header[512];
	size_t have; /* of the header */
	uint64_t left, padding;
	char kind; /* of what `left` belongs to: a member's content, 'L' or 'K'; 0: none */
	struct buf path, target; /* long ones, for the next member */
	struct buf clean;
	bool ended;
};

/** Take the next bytes.  Returns 0, INTACT_EIO (not understood), or what the sink returned. */
INTACT_MUST_CHECK
int untar_some(struct untar *t, const char *data, size_t len, struct intact_error *err);

/** Did the archive end where one ends? */
bool untar_complete(const struct untar *t);

void untar_release(struct untar *t);

#endif /* PACKAGES_UNTAR_H */
