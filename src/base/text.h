/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Foreign bytes to text and back: escaping for each medium, base64, hex and percent encoding.
 *
 * No other code prints a name, a link target or a value that came from outside.  Nothing here
 * depends on the locale.
 */

#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/**
 * Append for a terminal, the plain report or the log.  Kept: printable ASCII and well-formed
 * printable UTF-8.  Written as \ooo (three octal digits a byte): C0, 0x7f, C1 (also as UTF-8),
 * bytes that are not UTF-8, bidi and invisible controls (U+200B-200F, U+2028-202E, U+2060-206F,
 * U+FEFF, U+FFF9-FFFB, U+E0000- E007F, U+00AD, U+061C, U+180E), and a backslash that is followed by
 * three digits or by another escape. Reversible: text_unescape() gives the bytes back.
 */
void text_escape(struct buf *out, const void *data, size_t len);

/** The inverse of text_escape(). */
void text_unescape(struct buf *out, const char *text, size_t len);

/**
 * Append the inside of a JSON string: \n \t \b \f \r \" \\ and \u00XX for other C0 and 0x7f, C1 and
 * the invisible characters above as \uXXXX.  Bytes that are not UTF-8 become U+FFFD; returns their
 * number, so that the caller can add the exact bytes in another member.
 */
size_t text_json(struct buf *out, const void *data, size_t len);

/**
 * Append for HTML, as content of an element or between quotes in an attribute: what text_escape()
 * writes, with & < > " and ' as character references.
 */
void text_html(struct buf *out, const void *data, size_t len);

/** Standard base64 with padding. */
void text_base64(struct buf *out, const void *data, size_t len);
/** Decode; strict: padding required, no other characters, unused bits zero.  Returns 0 or -1. */
int text_unbase64(struct buf *out, const char *text, size_t len);

/** Lower-case hex. */
void text_hex(struct buf *out, const void *data, size_t len);

/** Percent encoding as in AIDE's databases (aide-compat 5.4): kept are ! $ & ( ) * + - . / 0-9 ; =
 * ? A-Z _ a-z. */
void text_percent(struct buf *out, const void *data, size_t len);
/** Decode %XX; an invalid escape stays literally. */
void text_unpercent(struct buf *out, const char *text, size_t len);

/** Length of the well-formed UTF-8 sequence at the start of `s` (1 to 4), 0 if it is ill-formed.
 * *ret gets the code point. */
size_t text_utf8(const unsigned char *s, size_t len, uint32_t *ret);

/** Is all of it well-formed UTF-8? */
bool text_is_utf8(const char *s, size_t len);

#endif /* BASE_TEXT_H */
