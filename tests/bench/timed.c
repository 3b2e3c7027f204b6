/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * timed: run a command and append "NAME wall user sys maxrss_kib status" to a file.
 *
 * Usage: timed NAME FILE COMMAND...   (the command's output goes to /dev/null)
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage use;
	int status = 0;
	pid_t pid;
	FILE *out;

	if (argc < 4)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &b);
	out = fopen(argv[2], "a");
	if (!out)
		return 2;
	fprintf(out, "%s %.3f %.3f %.3f %ld %d\n", argv[1],
		(double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9, seconds(use.ru_utime),
		seconds(use.ru_stime), use.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return fclose(out) == 0 ? 0 : 2;
}
