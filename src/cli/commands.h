/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The commands.  Each takes a configured session and returns the exit status; it has said on the
 * log what went wrong.
 */

#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/session.h"

/** --init, --check, --update and --compare: cmd_measure.c. */
int cmd_measure(struct session *s);

/** --init --if-missing: if_missing.c.  True: a baseline is there, and that is over, with
 * *ret_status.  False: there is none, and the caller goes on to make it, at once in its place. */
bool cmd_if_missing(struct session *s, int *ret_status);

/** --nightly, and the process above every run whose report goes out by mail or to the journal of
 * systemd: cmd_nightly.c.  True: that is over, with *ret_status.  False: the caller is the run
 * itself, and goes on with cmd_measure(). */
bool cmd_nightly(struct session *s, int *ret_status);

/** --nightly whose configuration cannot be read, for what `why` says: tells whoever was told
 * before. Returns the exit status. */
int cmd_nightly_unready(struct session *s, const struct intact_error *why);

/** --accept: cmd_accept.c. */
int cmd_accept(struct session *s);

/** --list: cmd_list.c. */
int cmd_list(struct session *s);

/** --config-check, --dry-init and --path-check: cmd_rules.c. */
int cmd_config_check(struct session *s);
int cmd_dry_init(struct session *s);
int cmd_path_check(struct session *s);

/** --lint: cmd_lint.c. */
int cmd_lint(struct session *s);

/** Is --path-check's argument one?  Needs no configuration: INTACT_EUSAGE if not. */
INTACT_MUST_CHECK
int cmd_path_check_argument(const struct options *o, struct intact_error *err);

/** --keygen: cmd_keygen.c.  Needs no configuration. */
int cmd_keygen(struct session *s);

/** --sign and --verify: cmd_sign.c. */
int cmd_sign(struct session *s);
int cmd_verify(struct session *s);

/** --show: cmd_show.c. */
int cmd_show(struct session *s);

/** --history: cmd_history.c. */
int cmd_history(struct session *s);

/** In which form both of these speak: the standard output's. */
enum intact_report_format history_format(const struct session *s);

/** --history PATH: cmd_story.c. */
int cmd_story(struct session *s);

/** --version: cmd_version.c.  Needs no configuration. */
int cmd_version(const struct options *options);

#endif /* CLI_COMMANDS_H */
