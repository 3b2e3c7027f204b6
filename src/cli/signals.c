/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See signals.h.  The only variables of the program outside of main(): a handler has no other way.
 */

#include "cli/signals.h"

#include <signal.h>
#include <stdbool.h>
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

static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

static bool is_ignored(int sig)
{
	struct sigaction action;

	return sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void block_usr1(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(how, &set, NULL);
}

void signals_install(void)
{
	/* No SA_RESTART: a read from a terminal or pipe must end, too. */
	handle(SIGINT, on_stop, 0);
	handle(SIGTERM, on_stop, 0);
	/* nohup wants us to stay. */
	if (!is_ignored(SIGHUP))
		handle(SIGHUP, on_stop, 0);
	/* Only a wish: it must not end a wait, as the others do.  See signals_allow_usr1(). */
	block_usr1(SIG_BLOCK);
	handle(SIGUSR1, on_usr1, SA_RESTART);
	handle(SIGPIPE, SIG_IGN, 0);
	handle(SIGXFSZ, SIG_IGN, 0);
}

void signals_allow_usr1(void)
{
	block_usr1(SIG_UNBLOCK);
}

int signals_stop(void)
{
	return stop_signal;
}

unsigned signals_usr1(void)
{
	return (unsigned)usr1_count;
}
