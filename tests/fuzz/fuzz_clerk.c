/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: what a run that was taken over may ask of its clerk.  The input is the messages, one
 * after another.  Whatever they are: one signature, one record of a generation and a newer one, and
 * no name longer than there is room for.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Its own side is not for others to call. */
#include "../../src/cli/clerk.c"

#define GENERATION 7
/* More would not fit into the socket. */
#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned remembered, messages;

int trust_remember(struct session *s, const struct intact_seen *seen, struct intact_error *err)
{
	(void)err;
	if (seen->generation <= s->in.seen.generation || ++remembered > 1)
		abort();
	return 0;
}

int run_record_append(struct run_record *r, const char *members, size_t len,
		      struct intact_journal_point *ret, struct intact_error *ret_warning,
		      struct intact_error *err)
{
	(void)r;
	(void)members;
	(void)len;
	(void)ret;
	(void)ret_warning;
	(void)err;
	/* There is no journal. */
	abort();
}

void run_record_release(struct run_record *r)
{
	(void)r;
}

void syslog_send(const char *text, size_t size, char end, int facility, const char *ident)
{
	size_t ends = 0;

	(void)facility;
	for (size_t i = 0; i < size; i++)
		ends += text[i] == end;
	messages += (unsigned)ends + (strlen(ident) > 0);
}

/* A run that takes no answers makes its own clerk wait, which is not what is tried here. */
static void take_answers(int fd)
{
	char some[4096];

	while (recv(fd, some, sizeof(some), MSG_DONTWAIT) > 0)
		;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session s = { .in = NO_PLACE, .in.seen.generation = GENERATION };
	struct desk desk = { .session = &s };
	int fds[2];

	if (size > INPUT_MAX || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return 0;
	remembered = 0;
	if (file_write(fds[0], data, size) != 0 || shutdown(fds[0], SHUT_WR) != 0)
		abort();
	desk.fd = fds[1];
	while (serve_one(&desk))
		take_answers(fds[0]);
	buf_release(&desk.reply);
	close(fds[0]);
	close(fds[1]);
	return 0;
}
