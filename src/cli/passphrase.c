/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See passphrase.h.
 */

#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/signals.h"

/* One line, byte by byte: what follows in a pipe is somebody else's.  The newline is left out. */
static int read_line(int fd, char ret[INTACT_PASSPHRASE_MAX], struct intact_error *err)
{
	size_t len = 0;
	char c;

	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR && !signals_stop())
			continue;
		if (n < 0 && errno == EINTR)
			return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		if (n < 0)
			return intact_fail_errno(err, "read a passphrase");
		if (n == 0 || c == '\n')
			break;
		if (len == INTACT_PASSPHRASE_MAX - 1 || c == '\0')
			return intact_fail(err, INTACT_EUSAGE,
					   "the passphrase is too long, or no text");
		ret[len++] = c;
	}
	ret[len] = '\0';
	return 0;
}

/* ---- the terminal ---- */

static int say(int tty, const char *before, const char *key, const char *after)
{
	struct buf line = { 0 };
	int rc;

	buf_add_str(&line, before);
	text_escape(&line, key, strlen(key));
	buf_add_str(&line, after);
	rc = line.failed ? -1 : file_write(tty, line.data, line.len);
	buf_release(&line);
	return rc;
}

static int ask_quietly(int tty, const char *before, const char *key, const char *after,
		       char ret[INTACT_PASSPHRASE_MAX], struct intact_error *err)
{
	struct termios as_was, quiet;
	int rc;

	if (tcgetattr(tty, &as_was) != 0)
		return intact_fail_errno(err, "ask on the terminal");
	quiet = as_was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* What was typed before the question is no answer. */
	if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0)
		return intact_fail_errno(err, "ask on the terminal");
	if (say(tty, before, key, after) != 0)
		rc = intact_fail_errno(err, "ask on the terminal");
	else
		rc = read_line(tty, ret, err);
	tcsetattr(tty, TCSAFLUSH, &as_was);
	if (file_write(tty, "\n", 1) != 0 && rc == 0)
		rc = intact_fail_errno(err, "ask on the terminal");
	return rc;
}

static int open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int passphrase_ask(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		   struct intact_error *err)
{
	const struct options *o = ctx;
	int tty, rc;

	if (o->passphrase_fd >= 0)
		return read_line(o->passphrase_fd, ret, err);
	tty = open_terminal();
	if (tty < 0)
		return intact_fail(err, INTACT_EUSAGE,
				   "the key '%s' has a passphrase, and there is no terminal to ask "
				   "on (see --passphrase-fd)",
				   key);
	rc = ask_quietly(tty, "Passphrase of the key '", key, "': ", ret, err);
	close(tty);
	return rc;
}

static int ask_twice(int tty, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		     struct intact_error *err)
{
	char again[INTACT_PASSPHRASE_MAX] = "";
	int rc = ask_quietly(tty, "Passphrase for the new key '", key, "' (empty: none): ", ret,
			     err);

	if (rc == 0)
		rc = ask_quietly(tty, "The same again", "", ": ", again, err);
	if (rc == 0 && strcmp(ret, again) != 0)
		rc = intact_fail(err, INTACT_EUSAGE, "the two passphrases differ");
	explicit_bzero(again, sizeof(again));
	return rc;
}

int passphrase_ask_new(const struct options *o, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		       struct intact_error *err)
{
	int tty, rc;

	ret[0] = '\0';
	if (o->passphrase_fd >= 0)
		return read_line(o->passphrase_fd, ret, err);
	tty = isatty(STDIN_FILENO) ? open_terminal() : -1;
	if (tty < 0)
		return 0;
	rc = ask_twice(tty, key, ret, err);
	close(tty);
	return rc;
}
