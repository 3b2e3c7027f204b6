/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What is worth a word about an object on disk besides its comparison.  It changes no verdict.
 */

#ifndef CLI_NOTICE_H
#define CLI_NOTICE_H

#include "cli/session.h"
#include <intact/entry.h>

/** A time that has not come yet; with warn_dead_symlinks a link that leads nowhere. */
void notice_entry(struct session *s, const struct intact_entry *e);

/** `compressed`, and no use could be made of it. */
void notice_not_unpacked(struct session *s, const struct intact_entry *e);

#endif /* CLI_NOTICE_H */
