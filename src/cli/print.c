/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See print.h.
 */

#include "cli/print.h"

#include <stdio.h>

#include "base/text.h"

int print_all(struct buf *text, struct intact_error *err)
{
	int rc = 0;

	if (text->failed)
		rc = intact_fail_nomem(err);
	else if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0)
		rc = intact_fail_errno(err, "write to standard output");
	buf_release(text);
	return rc;
}

void print_readable(struct buf *line, const char *s, size_t len)
{
	while (len) {
		size_t plain = 0, rest = 0;

		while (plain < len && s[plain] >= ' ' && s[plain] <= '~')
			plain++;
		while (plain + rest < len && !(s[plain + rest] >= ' ' && s[plain + rest] <= '~'))
			rest++;
		buf_add(line, s, plain);
		text_escape(line, s + plain, rest);
		s += plain + rest;
		len -= plain + rest;
	}
}
