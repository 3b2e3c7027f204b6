/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing HTML: what the parts of the page have in common.
 */

#ifndef REPORT_HTMLOUT_H
#define REPORT_HTMLOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/** The style sheet, and what a Content-Security-Policy calls it by. */
extern const char htmlout_style[];
extern const char htmlout_style_hash[];

/** Foreign text, escaped. */
void htmlout_text(struct buf *out, const char *text);

/** "1,234,567": people count digits otherwise. */
void htmlout_number(struct buf *out, uint64_t n);

/** "2026-01-31 12:00" */
void htmlout_minute(struct buf *out, int64_t sec);

/** The square root, as a measure for areas and heights; the same on every machine. */
double htmlout_weight(uint64_t n);

#endif /* REPORT_HTMLOUT_H */
