/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Signals: a polite end on SIGINT, SIGTERM and SIGHUP, debug messages on SIGUSR1.
 */

#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/** Install the handlers; SIGPIPE and SIGXFSZ become write errors, and SIGCHLD is what it was at
 * first, whoever started us. */
void signals_install(void);

/** After a fork: the child has the handlers, but not the timer that repeats what asks us to stop.
 */
void signals_in_child(void);

/** The signal that asks us to stop, or 0. */
int signals_stop(void);

/** Let SIGUSR1 in: from here on nothing is waited for that it could end. */
void signals_allow_usr1(void);

/** How often SIGUSR1 arrived. */
unsigned signals_usr1(void);

#endif /* CLI_SIGNALS_H */
