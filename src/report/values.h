/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Attributes to text: what one side of an entry says for one attribute, as a list of values.
 *
 * Most attributes have one value; an ACL has one a line, extended attributes have one each.  The
 * values are raw: whoever prints them escapes them for his medium.
 */

#ifndef REPORT_VALUES_H
#define REPORT_VALUES_H

#include <intact/entry.h>

#include "base/buf.h"

struct value {
	size_t start, len; /* in values.text */
};

/** All zero is an empty list. */
struct values {
	struct buf text;
	struct value *list;
	size_t count;
	size_t size;
};

struct values_options {
	bool base16;		   /* digests in hex */
	uint64_t ignore_e2fsattrs; /* flags to show as ':' */
};

/**
 * The values of one attribute on one side.  `e` may be NULL; without a value the list is empty.
 * `present`: the attribute is shown although the rule of this side does not ask for it (it was
 * compared all the same).  False without memory.
 */
bool values_get(struct values *v, const struct intact_entry *e, const struct intact_attr *row,
		bool present, const struct values_options *options);

/**
 * Both sides of a change.  Where two different values would print alike they are given in more
 * detail: times with nanoseconds, file flags with their number.
 */
bool values_get_both(struct values *old, struct values *new, const struct intact_entry *old_entry,
		     const struct intact_entry *new_entry, const struct intact_attr *row,
		     bool present, const struct values_options *options);

/** A digest by itself. */
bool values_digest(struct values *v, const struct intact_attr *row, const uint8_t *digest,
		   bool base16);

/** Value number i, not NUL-terminated. */
const char *values_at(const struct values *v, size_t i, size_t *ret_len);

void values_clear(struct values *v);
void values_release(struct values *v);

/** Append "%Y-%m-%d %H:%M:%S %z" in local time; with `nsec` nine digits follow the seconds. */
void value_time(struct buf *out, const struct intact_time *t, bool nsec);

/** Append the letters of file flags that are set in `flags`, in AIDE's order. */
void value_flag_letters(struct buf *out, uint64_t flags);

/** Length in bytes of the next piece of at most `columns` characters, which are counted.  Pieces
 * end between characters: half a UTF-8 sequence is no text, and may be a control byte. */
size_t value_piece(const char *s, size_t len, size_t columns, size_t *ret_chars);

#endif /* REPORT_VALUES_H */
