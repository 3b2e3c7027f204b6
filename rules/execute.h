/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Running a program whose output is configuration.
 */

#ifndef RULES_EXECUTE_H
#define RULES_EXECUTE_H

#include "base/buf.h"
#include "rules/macro.h"

/** What a program did. */
struct execution {
	struct buf out; /* standard output */
	struct buf err; /* standard error; kept up to a few KiB */
	int status;	/* exit status; 0 also when a signal ended it */
	int signal;	/* that ended it, or 0 */
};

/**
 * Run `path` without a shell and without arguments, with nothing but `env` in its environment (and
 * a PATH), and read both of its outputs to the end.  At most `limit` bytes of output are taken.
 * Returns 0 or INTACT_EEXEC.  Release the outputs in any case.
 */
INTACT_MUST_CHECK
int execute_program(const char *path, const struct macros *env, size_t limit, struct execution *ret,
		    struct intact_error *err);

void execution_release(struct execution *e);

#endif /* RULES_EXECUTE_H */
