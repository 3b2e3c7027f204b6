/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See htmlout.h.
 */

#include "report/htmlout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void htmlout_text(struct buf *out, const char *text)
{
	text_html(out, text, strlen(text));
}

void htmlout_number(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, digits[i]);
	}
}

/* With eight binary places, by integers. */
double htmlout_weight(uint64_t n)
{
	uint64_t v = n < (UINT64_C(1) << 40) ? n << 16 : UINT64_C(1) << 56, root = 0;

	for (uint64_t bit = UINT64_C(1) << 30; bit; bit >>= 1) {
		if ((root + bit) * (root + bit) <= v)
			root += bit;
	}
	return (double)root;
}
