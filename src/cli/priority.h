/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The priority of this process: processor and disk.
 */

#ifndef CLI_PRIORITY_H
#define CLI_PRIORITY_H

#include "cli/log.h"

/**
 * Step back as far as asked, never forward: who started us with less keeps us there.  Threads that
 * are started later inherit it.  What the kernel refuses is a warning.
 */
void priority_lower(const struct intact_courtesy *courtesy, struct log *log);

#endif /* CLI_PRIORITY_H */
