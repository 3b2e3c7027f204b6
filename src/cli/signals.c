/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See signals.h.  The only variables of the program outside of main(): a handler has no other way.
 */

#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t usr1_count;

static void on_stop(int sig)
{
	stop_signal = sig;
}

static void on_usr1(int sig)
{
	(void)sig;
	usr1_count++;
}

static void handle(int sig, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	/* No SA_RESTART: a read from a terminal or pipe must end, too. */
	sigaction(sig, &action, NULL);
}

void signals_install(void)
{
	handle(SIGINT, on_stop);
	handle(SIGTERM, on_stop);
	handle(SIGHUP, on_stop);
	handle(SIGUSR1, on_usr1);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN);
}

int signals_stop(void)
{
	return stop_signal;
}

unsigned signals_usr1(void)
{
	return (unsigned)usr1_count;
}
