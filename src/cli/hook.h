/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * nightly_hook: a program of the site, told what a night came to by its environment.  How it is
 * started: program.h.
 */

#ifndef CLI_HOOK_H
#define CLI_HOOK_H

#include "cli/findings.h"

struct hook_facts {
	const char *host;
	const char *headline; /* as in the subject of the mail */
	int status;	      /* of the run */
	const char *failure;  /* NULL: it came to its end */
	const char *report;   /* where the report is kept; NULL: nowhere */
	const struct findings *f;
	uint64_t generation; /* that the night has made; 0: none */
};

/** Run it.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int hook_run(const char *program, unsigned seconds, const struct hook_facts *facts,
	     struct intact_error *err);

#endif /* CLI_HOOK_H */
