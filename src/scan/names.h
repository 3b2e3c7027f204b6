/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The names in one directory, sorted by byte, each once.
 */

#ifndef SCAN_NAMES_H
#define SCAN_NAMES_H

#include <intact/error.h>

#include "base/buf.h"

/** All zero is an empty list. */
struct names {
	struct buf bytes; /* a type byte, the name, a NUL, and again */
	const char **sorted;
	size_t count;
	size_t cap;
};

/** Bytes of the buffer that names_read() is given: 0.3 us a name, and larger is not faster. */
#define NAMES_BUFFER ((size_t)65536)

/** Where names come from. */
struct names_source {
	/** The next records, as getdents64 gives them.  Returns their bytes, 0 at the end, or -1
	 * with errno. */
	long (*read)(void *ctx, void **ret_buffer);
	/** Asked after each read: 0, or a negative code that ends it. */
	int (*go_on)(void *ctx, struct intact_error *err);
	void *ctx;
};

/**
 * Read all names.  On a failure midway those read so far are kept and sorted and *ret_errno says
 * why; otherwise it is 0.  Returns 0, INTACT_ENOMEM, or what go_on() said.
 */
INTACT_MUST_CHECK
int names_read(struct names *names, const struct names_source *from, int *ret_errno,
	       struct intact_error *err);

/** The file type that the directory gave with a name of the list: DT_REG ... or DT_UNKNOWN. */
static inline unsigned char name_type(const char *name)
{
	return (unsigned char)name[-1];
}

/** Empty; memory is kept unless it is much. */
void names_clear(struct names *names);
void names_release(struct names *names);

#endif /* SCAN_NAMES_H */
