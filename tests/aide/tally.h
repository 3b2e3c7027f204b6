/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the cases of a run had in them, counted: a feature that the generator never makes shows as
 * 0.
 *
 * It looks at what the programs were given and what they answered, not at the generator's
 * intentions.
 */

#ifndef TESTS_AIDE_TALLY_H
#define TESTS_AIDE_TALLY_H

#include "run.h"

/** All of a configuration: what -B and -A said and included files, too. */
void tally_config(const struct buf *text);

/** The tree below `root`. */
void tally_tree(const char *root);

/** One run: its arguments (in two parts) and what the packaged program answered. */
void tally_run(char *const base[], char *const args[], const struct output *answer);

/** One name of the list in tally.c. */
void tally_one(const char *name);

/** Print the list. */
void tally_print(void);

#endif /* TESTS_AIDE_TALLY_H */
