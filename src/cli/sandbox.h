/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * When the door is shut, and what is left behind it: the policy over intact/guard.h.
 *
 * A command opens and looks up all it needs, calls sandbox_enter(), and only then looks at bytes
 * that others wrote.  doc/design/sandbox.md says what is inside, what the clerk (clerk.h) does, and
 * why.
 */

#ifndef CLI_SANDBOX_H
#define CLI_SANDBOX_H

#include "base/buf.h"
#include "cli/clerk.h"
#include "cli/session.h"
#include <intact/scan.h>

/** What a command needs behind the door. */
struct sandbox_needs {
	/* Baselines that will be read; NULL: no more. */
	struct place *reads[2];
	/* What is scanned, with its walk opened; NULL: nothing, and then no right to read is left
	 * either. */
	const struct intact_scan *scan;
	struct clerk_duties duties;
};

/** Open the baselines of `needs` ahead, with what belongs to them: errors are those of opening
 * them later.  For whoever has something to do in between; sandbox_enter() does it as well. */
INTACT_MUST_CHECK
int sandbox_open_ahead(struct session *s, struct place *place, struct intact_error *err);

/**
 * Shut the door, unless --no-sandbox leaves it open.  The caller must be the only thread.  What
 * this machine does not have is logged; with require_sandbox it is INTACT_ECONFIG.  Returns 0 or a
 * negative code.
 */
INTACT_MUST_CHECK
int sandbox_enter(struct session *s, const struct sandbox_needs *needs, struct intact_error *err);

/** Reads some text from what others wrote. */
typedef int sandbox_read_fn(struct session *s, struct buf *ret, struct intact_error *err);

/** Read a text from a baseline before the door can be shut, since the rules of the run are in it:
 * `read` runs in a process behind a door of its own, and what it gives is added to `ret`. */
INTACT_MUST_CHECK
int sandbox_read_apart(struct session *s, struct place *place, sandbox_read_fn *read,
		       struct buf *ret, struct intact_error *err);

#endif /* CLI_SANDBOX_H */
