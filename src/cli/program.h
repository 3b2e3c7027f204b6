/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Starting a program of the site, through no shell, with a clean environment and an end to
 * patience. What it is for, others know.
 */

#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <stddef.h>

#include <intact/error.h>

struct program {
	const char *path;
	const char *option; /* where it was set, for whoever reads that it is not there */
	char *const *argv;
	char *const *envp;
	int in, out; /* descriptors; `out` takes both of its outputs */
	int seconds; /* it may take; then it is killed, with all of its process group */
};

/** Could it be run: is it there, and can nobody but root and us write or exchange it?  `option` as
 * above.  Returns 0 or INTACT_ECONFIG. */
INTACT_MUST_CHECK
int program_check(const char *path, const char *option, struct intact_error *err);

/** Run it.  Returns 0, or INTACT_EIO and why: `words` (may be NULL), read from the start of `out`
 * when it has failed, are repeated up to the end of their first line. */
INTACT_MUST_CHECK
int program_run(const struct program *p, char *words, size_t size, struct intact_error *err);

#endif /* CLI_PROGRAM_H */
