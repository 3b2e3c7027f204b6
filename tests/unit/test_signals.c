/* SPDX-License-Identifier: BSD-2-Clause */

/* signals.c: once we are to stop, nothing is waited for for long, in the process that was started
 * and in the one that does the run.  Each case is a process: signals change all of one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/signals.h"

/* Far more than it takes on a busy machine: a wait that nothing ends. */
#define SECONDS 60

/* Read from a pipe into which nobody writes.  True: the wait was ended, and not by the pipe. */
static bool wait_is_ended(void)
{
	int fds[2];
	char byte;

	return pipe(fds) == 0 && read(fds[0], &byte, 1) < 0 && errno == EINTR;
}

/* The signal was there before the wait began: only what repeats it can end that. */
static bool stops_when_told_before(int sig)
{
	raise(sig);
	return signals_stop() == sig && wait_is_ended() && wait_is_ended();
}

static bool is_told_to_stop(void)
{
	signals_install();
	return stops_when_told_before(SIGTERM);
}

static bool child_is_told_to_stop(void)
{
	int status;
	pid_t pid;

	signals_install();
	pid = fork();
	if (pid == 0) {
		signals_in_child();
		_exit(stops_when_told_before(SIGINT) ? 0 : 1);
	}
	/* Our own timer is not touched by that. */
	return waitpid(pid, &status, 0) == pid && status == 0 && signals_stop() == 0;
}

/* Whoever started us may have blocked it. */
static bool blocked_alarm_is_let_in(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals_install();
	return stops_when_told_before(SIGTERM);
}

static bool ignored_hangup_stays_ignored(void)
{
	signal(SIGHUP, SIG_IGN);
	signals_install();
	raise(SIGHUP);
	return signals_stop() == 0;
}

static bool hangup_is_a_stop(void)
{
	signal(SIGHUP, SIG_DFL);
	signals_install();
	return stops_when_told_before(SIGHUP);
}

static bool usr1_comes_when_it_is_let_in(void)
{
	signals_install();
	raise(SIGUSR1);
	if (signals_usr1() != 0)
		return false;
	signals_allow_usr1();
	return signals_usr1() == 1 && signals_stop() == 0;
}

/* In a process of its own, which is killed when it waits for ever. */
static void assert_in_process(bool (*holds)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		/* With its child, if it has one. */
		setpgid(0, 0);
		_exit(holds() ? 0 : 1);
	}
	for (int i = 0; i < SECONDS * 100; i++) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended == pid)
			break;
		assert_int_equal(ended, 0);
		usleep(10000);
		if (i == SECONDS * 100 - 1) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
		}
	}
	assert_int_equal(status, 0);
}

static void test_wait_ends_after_a_signal_to_stop(void **state)
{
	(void)state;
	assert_in_process(is_told_to_stop);
	assert_in_process(hangup_is_a_stop);
	assert_in_process(blocked_alarm_is_let_in);
}

static void test_wait_of_the_child_ends_after_a_signal_to_stop(void **state)
{
	(void)state;
	assert_in_process(child_is_told_to_stop);
}

static void test_signals_that_are_no_reason_to_stop(void **state)
{
	(void)state;
	assert_in_process(ignored_hangup_stays_ignored);
	assert_in_process(usr1_comes_when_it_is_let_in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait_ends_after_a_signal_to_stop),
		cmocka_unit_test(test_wait_of_the_child_ends_after_a_signal_to_stop),
		cmocka_unit_test(test_signals_that_are_no_reason_to_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
