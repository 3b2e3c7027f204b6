/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the log says about each object, at the levels rule, limit, compare and trace, and about the
 * options in force, at level config.  In AIDE's words where AIDE has them (aide-compat 1.9).
 */

#ifndef CLI_TRAIL_H
#define CLI_TRAIL_H

#include "cli/session.h"
#include <intact/change.h>
#include <intact/compare.h>

/** "selective rule"; `old`: in the words of 0.18. */
const char *trail_rule_kind(const struct intact_rule *rule, bool old);

/** Which rule matched and whether the object is added.  `letter` is its type, `from` where it was
 * met: "disk". */
void trail_match(struct session *s, const char *path, char letter, const char *from,
		 const struct intact_match *match);

/** How a pair compares.  `from`: where the new side is from. */
void trail_pair(struct session *s, const char *from, const struct intact_pair *pair,
		const struct intact_change *change);

/** The report targets with their options. */
void trail_config(struct session *s);

#endif /* CLI_TRAIL_H */
