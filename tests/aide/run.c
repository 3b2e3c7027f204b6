/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See run.h.  Output goes to memory files: no pipe can fill up.  The program is called by the last
 * part of its path, so that its messages name it alike.
 */

#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program that takes longer hangs: the trees are tiny. */
#define SECONDS_ALLOWED 60

#define ARGS_MAX 60

static void read_fd(int fd, struct buf *ret)
{
	char block[4096];
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_add(ret, block, (size_t)n);
	buf_add(ret, "", 0);
	if (ret->failed)
		abort();
}

/* Descriptor 3 is the file fd3 of the folder, where there is one: for fd:3. */
static bool open_third(void)
{
	int fd = open("fd3", O_RDWR);

	return fd < 0 || fd == 3 || (dup2(fd, 3) == 3 && close(fd) == 0);
}

static void child(const char *cwd, const char *input, char *const argv[], int out, int err)
{
	int in = chdir(cwd) == 0 ? open(input ? input : "/dev/null", O_RDONLY) : -1;
	char *named[ARGS_MAX + 1] = { NULL };
	const char *name;

	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(126);
	closefrom(3);
	if (!open_third())
		_exit(126);
	alarm(SECONDS_ALLOWED);
	name = strrchr(argv[0], '/');
	named[0] = name ? (char *)name + 1 : argv[0];
	for (size_t i = 1; i < ARGS_MAX; i++) {
		named[i] = argv[i];
		if (!argv[i])
			break;
	}
	execvp(argv[0], named);
	fprintf(stderr, "cannot run %s\n", argv[0]);
	_exit(127);
}

void run_program(const char *cwd, const char *input, char *const argv[], struct output *ret)
{
	int out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
	int status = 0;
	pid_t pid;

	*ret = (struct output){ 0 };
	pid = fork();
	if (out < 0 || err < 0 || pid < 0) {
		perror("differ");
		exit(99);
	}
	if (pid == 0)
		child(cwd, input, argv, out, err);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	lseek(out, 0, SEEK_SET);
	lseek(err, 0, SEEK_SET);
	read_fd(out, &ret->out);
	read_fd(err, &ret->err);
	close(out);
	close(err);
}

void output_release(struct output *o)
{
	buf_release(&o->out);
	buf_release(&o->err);
}

void read_whole(const char *path, struct buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*ret = (struct buf){ 0 };
	if (fd >= 0) {
		read_fd(fd, ret);
		close(fd);
	} else {
		buf_add(ret, "", 0);
	}
}

void write_whole(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "we");

	if (!f || (text->len && fwrite(text->data, 1, text->len, f) != text->len)) {
		perror(path);
		exit(99);
	}
	fchmod(fileno(f), 0600);
	fclose(f);
}
