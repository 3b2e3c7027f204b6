/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Doing the run in a process apart, so that the program can end although the run cannot.
 *
 * A thread that waits for a file system in user space cannot always be killed, and a process with
 * such a thread does not end for whoever waits for it.  So the run is done by a child; the process
 * that was started only waits for it, passes signals on, and ends as the child does, or with the
 * status that a child says before it stays behind.
 */

#ifndef CLI_APART_H
#define CLI_APART_H

/**
 * Split.  Returns in the child with a descriptor for apart_stay_behind(), or with -1 in a process
 * that could not split and has to do the run itself.  The other one does not return.
 */
int apart_split(void);

/** All is written and flushed, but threads do not come back: let the other process end with
 * `status`, and end as far as we can.  `fd` is that of apart_split(). */
_Noreturn void apart_stay_behind(int fd, int status);

#endif /* CLI_APART_H */
