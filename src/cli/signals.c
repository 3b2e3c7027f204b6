/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See signals.h.  The only variables of the program outside of main(): a handler has no other way.
 */

#include "cli/signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* How often a wait is ended once we are to stop. */
#define NUDGE_NS 100000000

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t usr1_count;

static timer_t nudge;
static bool nudges; /* there is such a timer */

/* A signal that comes just before a wait begins does not end it.  From now on another one comes
 * every tenth of a second: whatever is waited for, it is not waited for long. */
static void on_stop(int sig)
{
	const struct itimerspec often = {
		.it_value = { .tv_nsec = NUDGE_NS },
		.it_interval = { .tv_nsec = NUDGE_NS },
	};

	stop_signal = sig;
	if (nudges)
		timer_settime(nudge, 0, &often, NULL);
}

static void on_nudge(int sig)
{
	(void)sig;
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

static void block(int sig, int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(how, &set, NULL);
}

static void install_nudge(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };

	handle(SIGALRM, on_nudge, 0);
	block(SIGALRM, SIG_UNBLOCK);
	nudges = timer_create(CLOCK_MONOTONIC, &event, &nudge) == 0;
}

void signals_in_child(void)
{
	install_nudge();
}

void signals_install(void)
{
	install_nudge();
	/* No SA_RESTART: a read from a terminal or pipe must end, too. */
	handle(SIGINT, on_stop, 0);
	handle(SIGTERM, on_stop, 0);
	/* nohup wants us to stay. */
	if (!is_ignored(SIGHUP))
		handle(SIGHUP, on_stop, 0);
	/* Only a wish: it must not end a wait, as the others do.  See signals_allow_usr1(). */
	block(SIGUSR1, SIG_BLOCK);
	handle(SIGUSR1, on_usr1, SA_RESTART);
	/* Who ignored it before us would have the kernel forget how our children ended. */
	handle(SIGCHLD, SIG_DFL, 0);
	handle(SIGPIPE, SIG_IGN, 0);
	handle(SIGXFSZ, SIG_IGN, 0);
}

void signals_allow_usr1(void)
{
	block(SIGUSR1, SIG_UNBLOCK);
}

int signals_stop(void)
{
	return stop_signal;
}

unsigned signals_usr1(void)
{
	return (unsigned)usr1_count;
}
