/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A night in words: what is new first, and of that what the packages contradict, what nothing
 * explains, and one line a package for what they explain.  It knows nothing of mail.
 */

#ifndef CLI_NEWS_H
#define CLI_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct findings;

/** Is there something to say of this night? */
bool news_any(const struct findings *night);

/** One line without its end: "1 new NOT as shipped, 2 new unexplained, 19 new explained, 3 open",
 * or where nobody asked a package manager "22 new findings, 3 open". */
void news_headline(struct buf *out, const struct findings *night);

/** The lists, with an empty line behind each.  Sets out->failed without memory. */
void news_lists(struct buf *out, const struct findings *night);

/** ", " if there is something since `start`, then N and the words; nothing for 0. */
void news_part(struct buf *out, size_t start, uint64_t n, const char *words);

/** A day, an hour: strftime(3) of local time. */
void news_time(struct buf *out, int64_t seconds, const char *format);

#endif /* CLI_NEWS_H */
