/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The lines of a text file that may be gzipped.
 */

#ifndef DB_AIDE_LINES_H
#define DB_AIDE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#include "base/buf.h"
#include "base/zstream.h"

struct aide_lines {
	int fd;
	uint64_t offset;   /* in the file */
	uint64_t total;	   /* bytes of text so far */
	uint64_t number;   /* of the line given out last, from 1 */
	struct zunpack *z; /* NULL: plain */
	bool in_member;	   /* within a gzip stream */
	bool end;	   /* of the file */
	uint8_t *in;
	const uint8_t *in_at;
	size_t in_len;
	char *out;
	const char *out_at;
	size_t out_len;
	struct buf line; /* when it is not whole in `out` */
};

/** Begin at the start of `fd`; recognises gzip by its first bytes.  Returns 0, INTACT_EIO or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int aide_lines_init(struct aide_lines *l, int fd, struct intact_error *err);
void aide_lines_release(struct aide_lines *l);

/** Borrow the next line, without its end, until the next call.  Returns 1, 0 at the end of the
 * file, INTACT_EDAMAGED (bad gzip, NUL, an endless line), INTACT_EIO or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int aide_lines_next(struct aide_lines *l, const char **ret, size_t *ret_len,
		    struct intact_error *err);

/** Instead of lines: borrow the next piece of text as it comes.  Returns as above. */
INTACT_MUST_CHECK
int aide_lines_piece(struct aide_lines *l, const char **ret, size_t *ret_len,
		     struct intact_error *err);

#endif /* DB_AIDE_LINES_H */
