/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See child.h.
 */

#include "cli/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "cli/signals.h"

static void set_chld(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

void child_block(void)
{
	sigset_t set;

	set_chld(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void child_unblock(void)
{
	sigset_t set;

	set_chld(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Until a child may have ended, a signal came, or a second went by. */
static void pause_a_second(void)
{
	const struct timespec second = { 1, 0 };
	sigset_t set;

	set_chld(&set);
	(void)sigtimedwait(&set, NULL, &second);
}

/* True when it is gone. */
static bool has_ended(pid_t pid, int *ret_status)
{
	pid_t got = waitpid(pid, ret_status, WNOHANG);

	if (got < 0 && errno != EINTR)
		*ret_status = 0xff00;
	return got == pid || (got < 0 && errno != EINTR);
}

int child_wait(pid_t pid)
{
	unsigned usr1 = signals_usr1();
	int status = 0, passed = 0;

	while (!has_ended(pid, &status)) {
		if (signals_stop() && signals_stop() != passed) {
			passed = signals_stop();
			kill(pid, passed);
		}
		for (; usr1 != signals_usr1(); usr1++)
			kill(pid, SIGUSR1);
		pause_a_second();
	}
	return status;
}

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

bool child_wait_for(pid_t pid, int seconds, int *ret_status)
{
	time_t deadline = seconds_now() + seconds;

	while (!has_ended(pid, ret_status)) {
		if (seconds_now() < deadline) {
			pause_a_second();
			continue;
		}
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
			;
		return false;
	}
	return true;
}
