/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Asking for a passphrase: on a descriptor that was named, or on the terminal without echo.
 */

#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include <intact/trust.h>

/** An intact_passphrase_fn; `ctx` is a struct options.  INTACT_EUSAGE where there is nobody to ask,
 * INTACT_ESIGNAL when a signal ends the wait. */
INTACT_MUST_CHECK
int passphrase_ask(void *ctx, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		   struct intact_error *err);

/** Ask for that of a new key, twice on a terminal.  Empty if there is neither descriptor nor
 * terminal, or none is wanted. */
struct options;
INTACT_MUST_CHECK
int passphrase_ask_new(const struct options *o, const char *key, char ret[INTACT_PASSPHRASE_MAX],
		       struct intact_error *err);

#endif /* CLI_PASSPHRASE_H */
