/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Where baselines are: the places that the configuration names, and the state folder for those that
 * it does not.
 */

#ifndef CLI_STATE_H
#define CLI_STATE_H

#include "cli/session.h"

/** What AIDE has compiled in (aide-compat 1.2). */
#define AIDE_CONFIG SYSCONFDIR "/aide.conf"
#define AIDE_DATABASE_IN "file:" SYSCONFDIR "/aide.db"
#define AIDE_DATABASE_OUT "file:" SYSCONFDIR "/aide.db.new"

/** The configuration file of whoever calls us aide and names none: the one above, then where
 * distributions have it.  NULL: there is none. */
const char *state_aide_config(void);

/**
 * Fill in, out, new and journal of a configured session.  Without database_in and database_out in
 * the configuration they are intact.db and intact.db.new in the state folder (--state;
 * $INTACT_STATE; as root LOCALSTATEDIR/lib/intact; else $XDG_STATE_HOME/intact).  A first --init
 * without a configuration goes straight to intact.db: there is nothing to lose yet.  The journal is
 * `journal` in that folder, or what the configuration says.
 */
INTACT_MUST_CHECK
int state_places(struct session *s, struct intact_error *err);

/** --compare A B: each is a file, a generation's number, "current" or "new".  Nothing where no
 * operands are given. */
INTACT_MUST_CHECK
int state_operands(struct session *s, struct intact_error *err);

/** Forget it. */
void place_clear(struct place *place);

/** Open a place that is to be written and is no file: a pipe with a reader, or /dev/null.  Of
 * others nothing becomes. */
INTACT_MUST_CHECK
int place_open_special(struct place *place, struct intact_error *err);

/** The path of a file in the state folder, also where the configuration names all baselines; NULL
 * without memory.  And that folder, made if it is not there; an error if others could write to it.
 */
char *state_file(const struct session *s, const char *name);
INTACT_MUST_CHECK
int state_make_for(const struct session *s, struct intact_error *err);

/** The new baseline is to stand where database_in, a file, is expected: nothing is there. */
INTACT_MUST_CHECK
int state_out_is_in(struct session *s, struct intact_error *err);

/** Make the state folder (0700) with its parents, if this session uses one. */
INTACT_MUST_CHECK
int state_make(const struct session *s, struct intact_error *err);

#endif /* CLI_STATE_H */
