/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Running a program and keeping what it said.
 */

#ifndef TESTS_AIDE_RUN_H
#define TESTS_AIDE_RUN_H

#include "base/buf.h"

struct output {
	int status; /* exit status; 1000 + N: killed by signal N */
	struct buf out, err;
};

/** Run argv (argv[0] is looked for in PATH if it has no slash) in the folder `cwd`.  Its standard
 * input is the file `input` (NULL: empty), its descriptor 3 the file "fd3" if there is one. */
void run_program(const char *cwd, const char *input, char *const argv[], struct output *ret);

void output_release(struct output *o);

/** All of a file; empty if it cannot be read. */
void read_whole(const char *path, struct buf *ret);

/** Write a file. */
void write_whole(const char *path, const struct buf *text);

#endif /* TESTS_AIDE_RUN_H */
