/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Standard output, for commands whose answer is one text.
 */

#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <intact/error.h>

#include "base/buf.h"

/** Write all of it, down to the kernel, and release it.  Returns 0, INTACT_EIO, or INTACT_ENOMEM if
 * there was no memory for the text. */
INTACT_MUST_CHECK
int print_all(struct buf *text, struct intact_error *err);

/** Add a rule as it is written, backslashes and all; only what is no text is escaped. */
void print_readable(struct buf *line, const char *s, size_t len);

#endif /* CLI_PRINT_H */
