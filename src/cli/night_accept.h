/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * nightly_accept: what the packages prove becomes the next generation by night, by a run of
 * --accept of its own, and what that took is known to the findings.  doc/design/nightly.md.
 */

#ifndef CLI_NIGHT_ACCEPT_H
#define CLI_NIGHT_ACCEPT_H

#include "base/buf.h"
#include "cli/findings.h"
#include "cli/session.h"

/** Why this host cannot, although it is asked to; NULL: it can. */
const char *night_accept_cannot(const struct session *s);

/** Is there anything that packages explain? */
bool night_accept_any(const struct findings *f);

/** The process for it.  Returns false in the one that is to do it (night_accept_run), whose session
 * owns a watch then; else true, with a negative code, or 0 and what it took.  `lock` is the
 * parent's alone. */
bool night_accept_split(struct session *s, int lock, struct findings *taken, int *ret,
			struct intact_error *err);
int night_accept_run(struct session *s);

/** One line for people: what was accepted, by which policy, of which packages. */
void night_accept_words(struct buf *out, const struct session *s, const struct findings *f,
			const struct findings *taken);

#endif /* CLI_NIGHT_ACCEPT_H */
