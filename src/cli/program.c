/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See program.h.
 */

#include "cli/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/child.h"

_Noreturn static void become(const struct program *p)
{
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	child_unblock();
	umask(022);
	if (dup2(p->in, STDIN_FILENO) < 0 || dup2(p->out, STDOUT_FILENO) < 0 ||
	    dup2(p->out, STDERR_FILENO) < 0 || chdir("/") != 0)
		_exit(127);
	execve(p->path, p->argv, p->envp);
	_exit(errno == ENOENT ? 126 : 127);
}

/* Its first line. */
static void read_words(int fd, char *ret, size_t size)
{
	size_t len = 0;

	if (file_read_at(fd, ret, size - 1, 0, &len) != 0)
		len = 0;
	ret[len] = '\0';
	ret[strcspn(ret, "\r\n")] = '\0';
}

static int judge(const struct program *p, int status, const char *words, struct intact_error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 126 && !*words)
		return intact_fail(err, INTACT_EIO, "'%s' names an interpreter that is not there",
				   p->path);
	if (WIFSIGNALED(status))
		return intact_fail(err, INTACT_EIO, "'%s' was ended by signal %d", p->path,
				   WTERMSIG(status));
	return intact_fail(err, INTACT_EIO, "'%s' ended with %d%s%s", p->path, WEXITSTATUS(status),
			   *words ? ": " : "", words);
}

static int fail_missing(const char *path, const char *option, struct intact_error *err)
{
	return intact_fail(err, INTACT_EIO, "there is no '%s' (see '%s')", path, option);
}

/* It may do what we may: whoever could write it, or put another in its place, could as well. */
static int check(const char *path, const char *option, struct intact_error *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ? fail_missing(path, option, err)
				       : intact_fail_errno(err, "stat '%s'", path);
	if (file_is_ours(&st, S_IWGRP | S_IWOTH) && file_way_is_safe(path))
		return 0;
	return intact_fail(err, INTACT_EIO,
			   "bad ownership or modes for '%s' (please ensure it is neither group- "
			   "nor world-writable, owned by the current user or root, and in a "
			   "directory where nobody else can exchange it)",
			   path);
}

int program_check(const char *path, const char *option, struct intact_error *err)
{
	struct intact_error why;

	return check(path, option, &why) == 0 ? 0
					      : intact_fail(err, INTACT_ECONFIG, "%s", why.text);
}

int program_run(const struct program *p, char *words, size_t size, struct intact_error *err)
{
	int status = 0;
	pid_t pid;
	int rc = check(p->path, p->option, err);

	if (rc < 0)
		return rc;
	child_block();
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become(p);
	if (pid < 0)
		return intact_fail_errno(err, "start '%s'", p->path);
	if (!child_wait_for(pid, p->seconds, &status))
		return intact_fail(err, INTACT_EIO, "'%s' did not end within %d seconds", p->path,
				   p->seconds);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (words)
		read_words(p->out, words, size);
	return judge(p, status, words ? words : "", err);
}
