/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Text to syslog(3), and whether anybody is there to take it.  What the text is, others know.
 */

#ifndef CLI_SYSLOG_H
#define CLI_SYSLOG_H

#include <stddef.h>

#include <intact/error.h>

/** The facility of a name like "LOG_MAIL"; AIDE's default of an empty one; -1 of any other. */
int syslog_facility(const char *name);

/** Does somebody listen?  syslog(3) does not say.  Returns 0 or INTACT_EIO. */
INTACT_MUST_CHECK
int syslog_answers(struct intact_error *err);

/** One message for each part of the text that `end` ends; empty ones are left out. */
void syslog_send(const char *text, size_t size, char end, int facility, const char *ident);

#endif /* CLI_SYSLOG_H */
