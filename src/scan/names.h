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

struct intact_scan;

/**
 * Read the directory `fd` from where it stands.  On a failure midway the names read so far are
 * kept and sorted and *ret_errno says why; otherwise it is 0.  Returns 0, INTACT_ENOMEM, or
 * INTACT_ESIGNAL (the scan was told to stop).
 */
INTACT_MUST_CHECK
int names_read(struct names *names, struct intact_scan *scan, int fd, void *buffer, int *ret_errno,
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
