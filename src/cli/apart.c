/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See apart.h.
 */

#include "cli/apart.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/signals.h"
#include <intact/error.h>

/* A child that was told to stop and does not even say so after this time hangs. */
#define STOP_SECONDS 30

static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
#define NPASSED (sizeof(passed_on) / sizeof(passed_on[0]))

/* What was passed on so far. */
struct passed {
	int stop;
	unsigned usr1;
	time_t deadline; /* 0: none */
};

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void pass_on(pid_t child, struct passed *p)
{
	if (signals_stop() && signals_stop() != p->stop) {
		p->stop = signals_stop();
		kill(child, p->stop);
		p->deadline = seconds() + STOP_SECONDS;
	}
	for (; p->usr1 != signals_usr1(); p->usr1++)
		kill(child, SIGUSR1);
}

/* As the child ended. */
_Noreturn static void end_as(int status)
{
	struct rlimit none = { 0, 0 };

	/* It made a call that is not on the list (cli/sandbox.h): a bug of ours, a library that has
	 * changed, or somebody else's code.  Whatever it was, there is no result. */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		fprintf(stderr, "  ERROR: the run was ended for a system call that it may not make "
				"(see the kernel's log, and --no-sandbox)\n");
		_exit(-(int)INTACT_EIO);
	}
	if (WIFSIGNALED(status)) {
		/* One core is enough. */
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
		_exit(128 + WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

/* Wait for a byte or the end of the pipe. */
static bool wait_for_word(pid_t child, int fd, unsigned char *ret, const sigset_t *mask)
{
	struct passed passed = { 0 };

	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		struct timespec second = { 1, 0 };

		pass_on(child, &passed);
		if (ppoll(&p, 1, passed.deadline ? &second : NULL, mask) > 0)
			return read(fd, ret, 1) == 1;
		if (passed.deadline && seconds() >= passed.deadline) {
			kill(child, SIGKILL);
			*ret = (unsigned char)-INTACT_ESIGNAL;
			return true;
		}
	}
}

_Noreturn static void wait_for_child(pid_t child, int fd, const sigset_t *mask)
{
	unsigned char word;
	int status;

	/* Whoever reads our output waits for its end, and the child has it as well. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	if (wait_for_word(child, fd, &word, mask))
		_exit(word);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			_exit(-(int)INTACT_EIO);
	}
	end_as(status);
}

static void block(sigset_t *ret_before, sigset_t *ret_open)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < NPASSED; i++)
		sigaddset(&set, passed_on[i]);
	sigprocmask(SIG_BLOCK, &set, ret_before);
	*ret_open = *ret_before;
	for (size_t i = 0; i < NPASSED; i++)
		sigdelset(ret_open, passed_on[i]);
}

int apart_split(void)
{
	sigset_t before, open;
	pid_t parent = getpid(), child;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	/* A signal between the fork and the wait must not be lost. */
	block(&before, &open);
	child = fork();
	if (child > 0) {
		close(fds[1]);
		wait_for_child(child, fds[0], &open);
	}
	close(fds[0]);
	if (child == 0) {
		/* Whoever kills the one means both. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			raise(SIGKILL);
		signals_in_child();
	} else {
		close(fds[1]);
		fds[1] = -1;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fds[1];
}

/* Our descriptors stay open for as long as a thread hangs, and nobody shall wait for the end of a
 * pipe or a lock because of that.  Those that others gave us are not closed on exec; all of ours
 * are, and closing some of them could hang, too. */
static void close_inherited(void)
{
	const struct dirent *entry;
	DIR *dir;

	for (int each = STDIN_FILENO; each <= STDERR_FILENO; each++)
		close(each);
	dir = opendir("/proc/self/fd");
	while (dir && (entry = readdir(dir)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		int flags = fd > STDERR_FILENO ? fcntl(fd, F_GETFD) : -1;

		if (flags >= 0 && !(flags & FD_CLOEXEC))
			close(fd);
	}
}

void apart_stay_behind(int fd, int status)
{
	unsigned char word = (unsigned char)status;

	prctl(PR_SET_PDEATHSIG, 0);
	close_inherited();
	while (fd >= 0 && write(fd, &word, 1) < 0 && errno == EINTR)
		;
	_exit(status);
}
