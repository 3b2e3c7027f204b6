/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See htmlout.h.
 */

#include "report/htmlout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/values.h"

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

void htmlout_minute(struct buf *out, int64_t sec)
{
	const struct intact_time time = { .sec = sec };
	struct buf text = { 0 };

	value_time(&text, &time, false);
	out->failed |= text.failed;
	if (!text.failed)
		buf_add(out, text.data, text.len > 16 ? 16 : text.len);
	buf_release(&text);
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
