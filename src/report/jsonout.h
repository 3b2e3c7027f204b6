/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing JSON: commas, indentation and quoting in one place.
 *
 * Two layouts, both AIDE's: one member a line (JSON), or everything in one line (NDJSON).
 */

#ifndef REPORT_JSONOUT_H
#define REPORT_JSONOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define JSONOUT_DEPTH 8

/** All zero but for `out` and `pretty` is one at the start of a document. */
struct jsonout {
	struct buf *out;
	bool pretty; /* one member a line */
	bool pieces; /* mark what AIDE prints at once (report_cut) */
	unsigned depth;
	bool filled[JSONOUT_DEPTH]; /* something stands before the next member of this level */
	bool joined[JSONOUT_DEPTH]; /* a comma belongs to the piece before it; so in values that are
				       arrays, and at depth 1 */
	char end[JSONOUT_DEPTH];
};

/** Open an object or array: as a member with `key` (plain ASCII), or as an element without. */
void jsonout_begin(struct jsonout *w, const char *key, char bracket);
void jsonout_close(struct jsonout *w);

/** In the object just opened a comma belongs to the piece before it. */
void jsonout_join(struct jsonout *w);

/** As jsonout_begin() with '{', for a path in the key's place. */
void jsonout_open_path(struct jsonout *w, const char *path, size_t len);

/** Members of an object (elements of an array with key NULL). */
void jsonout_number(struct jsonout *w, const char *key, uint64_t n);
void jsonout_raw(struct jsonout *w, const char *key, const char *text, size_t len);
/** A string; where it is not UTF-8, "KEY_base64" follows with the exact bytes (not in arrays). */
void jsonout_string(struct jsonout *w, const char *key, const char *s, size_t len);
void jsonout_base64(struct jsonout *w, const char *key, const char *s, size_t len);
void jsonout_signed(struct jsonout *w, const char *key, int64_t n);
void jsonout_true(struct jsonout *w, const char *key);
/** Plain text of our own. */
void jsonout_text(struct jsonout *w, const char *key, const char *text);
/** The same, put together; up to 47 bytes. */
void jsonout_printf(struct jsonout *w, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** A path in the form of jsonout_path_text(). */
void jsonout_path(struct jsonout *w, const char *key, const char *path, size_t len);

/** A path as key, with plain text as value; a path as element. */
void jsonout_path_member(struct jsonout *w, const char *path, size_t len, const char *value);
void jsonout_path_element(struct jsonout *w, const char *path, size_t len);

/** Is the text well-formed UTF-8? */
bool jsonout_is_utf8(const char *s, size_t len);

/**
 * Append what stands for a path in a report: the path itself, or, where it is not UTF-8, the path
 * with U+FFFD for each bad byte, "//" and all of its bytes in base64.  No path has two slashes in a
 * row, so that no two paths ever share a key, and none can be hidden behind another.
 */
void jsonout_path_text(struct buf *out, const char *path, size_t len);

#endif /* REPORT_JSONOUT_H */
