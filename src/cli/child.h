/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Waiting for a process of ours, with signals passed on and an end to patience.
 */

#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/** Wait until it has ended; `status` as of waitpid(2).  What asks us to stop, and SIGUSR1, is
 * passed on to it.  SIGCHLD must be blocked since before it was started (child_block). */
int child_wait(pid_t pid);

/** The same of a process in a group of its own, for at most `seconds`; then the group is killed.
 * False: that was so. */
bool child_wait_for(pid_t pid, int seconds, int *ret_status);

/** Block SIGCHLD, before a fork; and undo it in the child. */
void child_block(void);
void child_unblock(void);

#endif /* CLI_CHILD_H */
