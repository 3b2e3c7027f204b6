/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * JSON in one form only: no blanks, each string escaped as text_json() does it, whole numbers.
 *
 * Whatever was said has one spelling, so that a digest over the text is one over what it says, and
 * a text that was checked can be shown as it stands.  Memory and depth are bounded by the text's
 * length and JSON_DEPTH.
 */

#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#include "base/buf.h"

/** Objects and arrays in one another. */
#define JSON_DEPTH 8
/** Members of one object. */
#define JSON_MEMBERS 64

/* ---- writing ---------------------------------------------------------------------------------
 */

/** Members of the object (or, with a NULL key, elements of the array) that was opened last.  A
 * comma comes in front where one is needed.  A key is plain: a to z, digits and '_'. */
void json_open(struct buf *out, const char *key, char bracket);
void json_close(struct buf *out, char bracket);
void json_number(struct buf *out, const char *key, uint64_t n);
void json_hex(struct buf *out, const char *key, const uint8_t *data, size_t len);

/** A string; where it is not UTF-8, "KEY_base64" follows with the exact bytes. */
void json_bytes(struct buf *out, const char *key, const void *data, size_t len);
void json_text(struct buf *out, const char *key, const char *text);

/* ---- reading ---------------------------------------------------------------------------------
 */

enum json_kind {
	JSON_STRING,
	JSON_NUMBER,
	JSON_WORD, /* true, false, null */
	JSON_OBJECT,
	JSON_ARRAY,
};

/** Part of a text that was checked: of a string what is between the quotes, of everything else all
 * of it. */
struct json_value {
	enum json_kind kind;
	const char *at;
	size_t len;
};

/** Is this one object in that form, with no key twice?  Returns 1, 0, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int json_check(const char *text, size_t len, struct intact_error *err);

/** A member of an object that was checked.  False if it has none of this name. */
bool json_find(const char *object, size_t len, const char *key, struct json_value *ret);

/** Append the exact bytes of the string under `key`; nothing where there is none.  Returns whether
 * there is one. */
bool json_find_bytes(const char *object, size_t len, const char *key, struct buf *out);

/** The number under `key`; false where there is none, or it is negative or too large. */
bool json_find_number(const char *object, size_t len, const char *key, uint64_t *ret);

#endif /* BASE_JSON_H */
