/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See execute.h.
 *
 * Both pipes are read as data comes: a program that fills one of them while we wait for the other
 * would wait for us forever.  posix_spawn() sees to it that a failed exec is our error and not a
 * second intact.
 */

#include "rules/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A configuration script takes milliseconds; one that waits for something must not hold up the
 * check for good. */
#define SECONDS_MAX 300
/* Enough to say what went wrong. */
#define STDERR_MAX 4096

struct pipes {
	int out[2];
	int err[2];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void pipes_close(struct pipes *p)
{
	close_fd(&p->out[0]);
	close_fd(&p->out[1]);
	close_fd(&p->err[0]);
	close_fd(&p->err[1]);
}

static int pipes_open(struct pipes *p)
{
	*p = (struct pipes){ { -1, -1 }, { -1, -1 } };
	if (pipe2(p->out, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(p->err, O_CLOEXEC) < 0) {
		pipes_close(p);
		return -1;
	}
	return 0;
}

static void free_environment(char **env)
{
	for (size_t i = 0; env && env[i]; i++)
		free(env[i]);
	free(env);
}

static char **make_environment(const struct macros *vars)
{
	char **env = calloc(vars->count + 2, sizeof(*env));
	bool has_path = false;
	size_t n = 0;

	if (!env)
		return NULL;
	for (size_t i = 0; i < vars->count; i++) {
		const struct macro_entry *var = &vars->list[i];

		has_path |= strcmp(var->name, "PATH") == 0;
		if (asprintf(&env[n], "%s=%s", var->name, var->value) < 0)
			goto fail;
		n++;
	}
	if (!has_path) {
		env[n] = strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
		if (!env[n])
			goto fail;
	}
	return env;
fail:
	env[n] = NULL;
	free_environment(env);
	return NULL;
}

/* Returns 0 or an errno. */
static int spawn(const char *path, char **env, const struct pipes *p, pid_t *ret)
{
	char *const argv[] = { (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	rc = posix_spawn_file_actions_init(&actions);
	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc)
		goto out_actions;
	rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, p->out[1], 1);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, p->err[1], 2);
	if (!rc)
		rc = posix_spawnattr_setsigmask(&attr, &none);
	if (!rc)
		rc = posix_spawnattr_setsigdefault(&attr, &all);
	if (!rc)
		rc = posix_spawnattr_setflags(&attr,
					      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	if (!rc)
		rc = posix_spawn(ret, path, &actions, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
out_actions:
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* Read what is there.  Beyond `limit` bytes it is thrown away, and b->len tells by being at it.
 * Closed at the end.  Returns 0, or an errno: half of what it says is not what it says. */
static int drain(int *fd, struct buf *b, size_t limit)
{
	char chunk[16384];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EAGAIN ? 0 : errno;
	if (b->len + (size_t)n > limit)
		buf_add(b, chunk, limit - b->len);
	else
		buf_add(b, chunk, (size_t)n);
	if (n == 0)
		close_fd(fd);
	return 0;
}

static int milliseconds_left(time_t end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec >= end ? 0 : (int)(end - now.tv_sec) * 1000;
}

/* Read both outputs to their ends.  Returns 0, or an errno. */
static int collect(struct pipes *p, struct execution *e, size_t limit)
{
	struct timespec start;
	time_t end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	end = start.tv_sec + SECONDS_MAX;
	while (p->out[0] >= 0 || p->err[0] >= 0) {
		struct pollfd fds[2] = { { p->out[0], POLLIN, 0 }, { p->err[0], POLLIN, 0 } };
		int n = poll(fds, 2, milliseconds_left(end)), rc = 0;

		if (n == 0)
			return ETIMEDOUT;
		/* Also EINTR: who asks us to stop does not want to wait for the program. */
		if (n < 0)
			return errno;
		/* One byte more than is allowed, so that the caller sees it. */
		if (fds[0].revents)
			rc = drain(&p->out[0], &e->out, limit + 1);
		if (rc == 0 && fds[1].revents)
			rc = drain(&p->err[0], &e->err, STDERR_MAX);
		if (rc)
			return rc;
		if (e->out.len > limit)
			return EFBIG;
	}
	return 0;
}

/* Returns 0, or an errno: how it ended is not known, which is no success. */
static int reap(pid_t pid, bool kill_it, struct execution *e)
{
	int status = 0;

	if (kill_it)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return errno;
	}
	e->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	e->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return 0;
}

int execute_program(const char *path, const struct macros *env, size_t limit, struct execution *ret,
		    struct intact_error *err)
{
	char **environment = make_environment(env);
	struct pipes p;
	pid_t pid;
	int rc;

	*ret = (struct execution){ 0 };
	if (!environment)
		return intact_fail_nomem(err);
	if (pipes_open(&p) < 0) {
		free_environment(environment);
		return intact_fail(err, INTACT_EEXEC, "%s: cannot be executed: %s", path,
				   strerror(errno));
	}
	rc = spawn(path, environment, &p, &pid);
	free_environment(environment);
	close_fd(&p.out[1]);
	close_fd(&p.err[1]);
	if (rc == 0) {
		int reaped;

		rc = collect(&p, ret, limit);
		reaped = reap(pid, rc != 0, ret);
		if (rc == 0)
			rc = reaped;
	}
	pipes_close(&p);
	if (rc == EINTR)
		return intact_fail(err, INTACT_ESIGNAL, "%s: stopped by a signal", path);
	if (rc)
		return intact_fail(err, INTACT_EEXEC, "%s: execution failed: %s", path,
				   strerror(rc));
	if (ret->out.failed || ret->err.failed)
		return intact_fail_nomem(err);
	return 0;
}

void execution_release(struct execution *e)
{
	buf_release(&e->out);
	buf_release(&e->err);
}
