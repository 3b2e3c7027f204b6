/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing JSON: commas, indentation and quoting in one place.
 *
 * Two layouts, both AIDE's: one member a line (JSON), or everything in one line (NDJSON).
 */

#ifndef REPORT_WRITER_H
#define REPORT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define WRITER_DEPTH 8

/** All zero but for `out` and `pretty` is a writer at the start of a document. */
struct writer {
	struct buf *out;
	bool pretty; /* one member a line */
	unsigned depth;
	bool filled[WRITER_DEPTH]; /* something stands before the next member of this level */
	char end[WRITER_DEPTH];
};

/** Open an object or array: as a member with `key` (plain ASCII), or as an element without. */
void writer_begin(struct writer *w, const char *key, char bracket);
void writer_close(struct writer *w);

/** As writer_begin() with '{', for a path in the key's place. */
void writer_open_path(struct writer *w, const char *path, size_t len);

/** Members of an object (elements of an array with key NULL). */
void writer_number(struct writer *w, const char *key, uint64_t n);
void writer_raw(struct writer *w, const char *key, const char *text, size_t len);
/** A string; where it is not UTF-8, "KEY_base64" follows with the exact bytes (not in arrays). */
void writer_string(struct writer *w, const char *key, const char *s, size_t len);
void writer_base64(struct writer *w, const char *key, const char *s, size_t len);

/** A path as key, with plain text as value; a path as element. */
void writer_path_member(struct writer *w, const char *path, size_t len, const char *value);
void writer_path_element(struct writer *w, const char *path, size_t len);

/** Is the text well-formed UTF-8? */
bool writer_is_utf8(const char *s, size_t len);

/**
 * Append what stands for a path in a report: the path itself, or, where it is not UTF-8, the path
 * with U+FFFD for each bad byte, "//" and all of its bytes in base64.  No path has two slashes in a
 * row, so that no two paths ever share a key, and none can be hidden behind another.
 */
void writer_path_text(struct buf *out, const char *path, size_t len);

#endif /* REPORT_WRITER_H */
