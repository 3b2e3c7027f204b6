/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A stream that only lets entries inside --limit through: for the second baseline of --compare.
 */

#ifndef CLI_LIMITED_H
#define CLI_LIMITED_H

#include <intact/rules.h>
#include <intact/stream.h>

/** Takes over `in`, also on failure; borrows `limit`. */
INTACT_MUST_CHECK
int limited_new(struct intact_stream *in, struct intact_matcher *limit, struct intact_stream **ret,
		struct intact_error *err);

#endif /* CLI_LIMITED_H */
