/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A message to sendmail(8), and the folder where it waits when that fails.  What is in the message,
 * others know; its addresses stand in it.
 */

#ifndef CLI_SENDMAIL_H
#define CLI_SENDMAIL_H

#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#define SENDMAIL "/usr/sbin/sendmail"

/** Run `program`, through no shell and with nothing of ours but the message.  Returns 0 or
 * INTACT_EIO, with what it said. */
INTACT_MUST_CHECK
int sendmail_send(const char *program, const char *message, size_t len, struct intact_error *err);

/** Keep a message in `folder`, which is made if it is not there, for sendmail_retry().  `ret_lost`:
 * how many made room for it, the oldest first. */
INTACT_MUST_CHECK
int sendmail_spool(const char *folder, const char *message, size_t len, uint64_t *ret_lost,
		   struct intact_error *err);

/** How many have made room since somebody was told; and: it was told. */
uint64_t sendmail_lost(const char *folder);
void sendmail_lost_told(const char *folder);

/** Send what waits there, the oldest first; stops at the first failure.  Returns how many were
 * sent, or a negative code; `ret_left`: how many still wait. */
INTACT_MUST_CHECK
int sendmail_retry(const char *program, const char *folder, size_t *ret_left,
		   struct intact_error *err);

#endif /* CLI_SENDMAIL_H */
