/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The layers, each in its own file.  Each returns 0, or -1 with a few words in `why` for people.
 */

#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include <intact/guard.h>

#define WHY_SIZE sizeof(((struct intact_guard_result *)0)->why[0])

/** rights.c: capabilities, in all their sets. */
int rights_drop(uint64_t keep, char why[WHY_SIZE]);

/** rights.c: no_new_privs, no core dump and no tracing by our like, no writable code. */
int rights_no_new(char why[WHY_SIZE]);

/** files.c: nothing is opened but what the policy says, and that for reading only. */
int files_close(const struct intact_guard_policy *policy, char why[WHY_SIZE]);

/** calls.c: no call but those on the list. */
int calls_filter(char why[WHY_SIZE]);

/** Both are there in this build. */
extern const bool files_built_in, calls_built_in;

#endif /* GUARD_GUARD_H */
