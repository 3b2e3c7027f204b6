/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The window: pairs go in in order, workers measure them in any order, pairs come out in order.
 */

#ifndef SCAN_ORDER_H
#define SCAN_ORDER_H

#include <intact/scan.h>

struct arena;

/** Copy a borrowed pair, whose new side goes to *entry and the rest to `arena`; a directory that
 * the new side needs is held.  Returns 0 or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int pair_copy(struct intact_pair *dst, const struct intact_pair *src, struct intact_entry *entry,
	      struct arena *arena, struct intact_error *err);

/** Measure with `scan->options.workers` threads, at least one; with patience, a thread that gets no
 * answer is left behind and replaced.  Takes over `in`, also on failure. */
INTACT_MUST_CHECK
int order_new(struct intact_scan *scan, struct intact_pairs *in, struct intact_pairs **ret,
	      struct intact_error *err);

#endif /* SCAN_ORDER_H */
