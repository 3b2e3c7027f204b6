/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The walk as a stream: in a thread of its own that runs ahead of the caller, and that is left
 * behind when a file system does not answer it.  Without patience, or with somebody who wants to be
 * told of each name, in the caller's thread.
 */

#ifndef SCAN_WALKER_H
#define SCAN_WALKER_H

#include <intact/scan.h>

/** Start with the root opened.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int walker_new(struct intact_scan *scan, struct intact_stream **ret, struct intact_error *err);

#endif /* SCAN_WALKER_H */
