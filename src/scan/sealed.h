/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Files whose content the kernel itself guards (fs-verity): nothing can be written to them, and
 * what is read is verified against a digest that the kernel keeps.
 */

#ifndef SCAN_SEALED_H
#define SCAN_SEALED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "scan/verity.h"

/** Does the look at a file say so? */
bool sealed_is(const struct statx *st);

/**
 * The digest that the kernel keeps of the file `fd`, at which `st` was a look, if it is the one
 * that verity.h computes.  False: it is not, or the kernel does not tell.
 */
bool sealed_digest(struct verity *v, int fd, const struct statx *st, uint8_t ret[VERITY_HASH]);

#endif /* SCAN_SEALED_H */
