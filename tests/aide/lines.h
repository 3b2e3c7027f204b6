/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Editing outputs line by line: the tools of known.c.
 */

#ifndef TESTS_AIDE_LINES_H
#define TESTS_AIDE_LINES_H

#include "base/buf.h"

/** After each occurrence of `label` put as many 'T' over the following bytes (up to the line's end)
 * as there are, at most `len`. */
void lines_cut_after(struct buf *text, const char *label, size_t len);

/** After each occurrence of `label` replace the number by 0. */
void lines_cut_number(struct buf *text, const char *label);

/** Empty it. */
void lines_clear(struct buf *text);

/** Sort the lines. */
void lines_sort(struct buf *text);

/** Overwrite the digests in the section of the databases (plain and JSON). */
void lines_mask_databases(struct buf *text);

/** Where a line of `from` differs only in that a size shrank ('<' instead of '>'), take it. */
void lines_take_shrunk(struct buf *text, const struct buf *from);

/** Remove what a report says about unverified entries.  `between`: what it says instead of "in what
 * it could verify". */
void lines_cut_unverified(struct buf *text, const char *between);

/** Remove digests that stand in `names` (" tiger crc32 ") from the section of the databases. */
void lines_cut_digests(struct buf *text, const char *names);

/** \u0027 for ESC (the decimal code) becomes \u001b. */
void lines_fix_json_escapes(struct buf *text);

/** Escape what is not printable UTF-8 as the program under test does. */
void lines_escape_rest(struct buf *text);

/** Remove the exact bytes of paths from a JSON report. */
void lines_cut_json_exact(struct buf *text);

/** Remove the comma at the end of each line of a JSON report. */
void lines_cut_commas(struct buf *text);

/** Of messages about files that cannot be opened leave the label. */
void lines_cut_place(struct buf *text);

/** Take out of messages when something deprecated will be gone, and suggestions. */
void lines_plain_words(struct buf *text);

/** Remove lines that have these words. */
void lines_cut_line_with(struct buf *text, const char *words);

/** Of a message about a program that failed leave its path and how it ended. */
void lines_cut_place_of_program(struct buf *text);

/** Show what differs in nothing but words. */
void lines_show_words(const struct buf *aide, const struct buf *ours);

/** Of each message leave the label and, where there is one, the place. */
void lines_cut_words(struct buf *text);

/** Of messages at level config leave those about rules and groups. */
void lines_cut_levels(struct buf *text);

/** Keep only lines that have these words. */
void lines_keep_with(struct buf *text, const char *words);

/** Cut the list of entries whose two sides have different attributes, plain or JSON. */
void lines_cut_different_attributes(struct buf *text);

/** Cut lines that have these words, but for those that are also in `other`. */
void lines_cut_unless_in(struct buf *text, const char *words, const struct buf *other);

#endif /* TESTS_AIDE_LINES_H */
