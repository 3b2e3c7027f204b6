/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Messages to the journal of systemd, in its native protocol (systemd.io, JOURNAL_NATIVE_PROTOCOL):
 * a finding a message, with fields that can be asked for, and one about the run.
 */

#ifndef CLI_JOURNALD_H
#define CLI_JOURNALD_H

#include <stdbool.h>

#include <intact/error.h>

struct findings;

/** Findings that get a message of their own; one more says how many there were. */
#define JOURNALD_MAX 1000

/** Connect to the socket at `path` ("": the one of systemd).  Returns a descriptor, or
 * INTACT_ECONFIG.
 */
INTACT_MUST_CHECK
int journald_open(const char *path, struct intact_error *err);

/** What is said of a run. */
struct journald_run {
	const char *host;
	int status;
	const char *failure;	  /* NULL: it came to its end */
	const char *headline;	  /* "1 new finding" */
	const struct findings *f; /* with their turns */
	bool night; /* only news are said; else all findings, and turns mean nothing */
};

INTACT_MUST_CHECK
int journald_send(int fd, const struct journald_run *run, struct intact_error *err);

#endif /* CLI_JOURNALD_H */
