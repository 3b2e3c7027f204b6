/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One line of AIDE's text database to an entry.
 */

#ifndef DB_AIDE_TEXT_H
#define DB_AIDE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/entry.h>
#include <intact/error.h>

#include "base/arena.h"
#include "base/buf.h"

#define AIDE_COLUMNS_MAX 128

/* Columns that are no attribute. */
#define AIDE_COLUMN_ATTR (-1)
#define AIDE_COLUMN_UNKNOWN (-2)

/** The columns, from "@@db_spec". */
struct aide_spec {
	unsigned count;		      /* 0: not seen yet */
	int column[AIDE_COLUMNS_MAX]; /* attribute, or AIDE_COLUMN_ */
	bool has_attr;
	uint64_t fields;  /* the attributes that have a column */
	char remark[256]; /* what is passed over or made up, for people; "" for nothing */
};

/** A piece of a line. */
struct aide_token {
	const char *s;
	size_t len;
};

/** Split at spaces and tabs, up to a token that begins with '#'.  Returns their number; `max` + 1
 * if there are more. */
size_t aide_split(const char *line, size_t len, struct aide_token *tokens, size_t max);

/** The tokens after "@@db_spec".  Unknown fields are skipped.  Returns 0 or INTACT_EDAMAGED. */
INTACT_MUST_CHECK
int aide_spec_parse(struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		    struct intact_error *err);

/** The path of a data line. */
INTACT_MUST_CHECK
int aide_entry_path(const struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		    struct buf *ret, struct intact_error *err);

/** A data line; what *ret points to is in `arena`, and `scratch` is used on the way.  Returns 0,
 * INTACT_EDAMAGED or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int aide_entry_parse(const struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		     struct arena *arena, struct buf *scratch, struct intact_entry *ret,
		     struct intact_error *err);

#endif /* DB_AIDE_TEXT_H */
