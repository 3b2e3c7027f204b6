/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A syslog daemon for tests: prints each datagram that arrives at a socket as one line.
 *
 *   hear SOCKET COMMAND...
 *
 * Runs the command and ends with its exit status.  What the command sent is there when it ends, so
 * nothing is waited for.  Bytes that are not printable, and backslashes, are shown as octal.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char datagram[1 << 20];

static void show(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		printf(c < 32 || c > 126 || c == '\\' ? "\\%03o" : "%c", c);
	}
	putchar('\n');
}

/* What is left in the queue. */
static void drain(int s)
{
	ssize_t n;

	while ((n = recv(s, datagram, sizeof(datagram), MSG_DONTWAIT)) >= 0)
		show(datagram, (size_t)n);
}

/* Another process empties the socket meanwhile: a queue has room for few datagrams. */
static pid_t start_listener(int s, int ended)
{
	pid_t pid = fork();
	struct timeval often = { .tv_usec = 50000 };
	char c;

	if (pid != 0)
		return pid;
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &often, sizeof(often));
	for (;;) {
		ssize_t n = recv(s, datagram, sizeof(datagram), 0);

		if (n >= 0) {
			show(datagram, (size_t)n);
		} else if (recv(ended, &c, 1, MSG_DONTWAIT) == 0) {
			drain(s);
			fflush(stdout);
			_exit(0);
		}
	}
}

static int run(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int end[2], status;
	pid_t listener;

	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0)
		return 125;
	memcpy(address.sun_path, argv[1], strlen(argv[1]));
	unlink(argv[1]);
	if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(argv[1]);
		return 125;
	}
	listener = start_listener(s, end[0]);
	status = run(argv + 2);
	/* The listener has a copy of this end, too. */
	shutdown(end[1], SHUT_WR);
	waitpid(listener, NULL, 0);
	return status;
}
