/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See print.h.
 */

#include "cli/print.h"

#include <stdio.h>

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
