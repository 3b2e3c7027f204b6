/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Giving up what a process could do and does not need, before it meets bytes that others wrote.
 *
 * Four layers, one below the other: rights (capabilities), no new ones (no_new_privs and what
 * belongs to it), the files that may be opened (Landlock), the calls that may be made (seccomp).
 * None can be taken back.  What a kernel or a build does not have is left out and said; whether
 * that is good enough is for the caller to decide.  This room knows nothing of baselines or scans.
 * Why it is as it is: doc/design/sandbox.md.
 */

#ifndef INTACT_GUARD_H
#define INTACT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <intact/error.h>

enum intact_layer {
	INTACT_LAYER_RIGHTS,
	INTACT_LAYER_NO_NEW,
	INTACT_LAYER_FILES,
	INTACT_LAYER_CALLS,
	INTACT_LAYERS
};

/** What is left. */
struct intact_guard_policy {
	/* Capabilities, as bits (1 << CAP_...), of those that the process has.  The rest goes. */
	uint64_t keep;
	/* Everything may be opened for reading.  To ask whether a file lies below a folder takes
	 * time that grows with its depth, and whoever makes the folders chooses that. */
	bool read_all;
	/* Otherwise: descriptors of what may be, with everything below it. */
	const int *below;
	size_t nbelow;
};

/** What came of it. */
struct intact_guard_result {
	bool on[INTACT_LAYERS];
	char why[INTACT_LAYERS][96]; /* where not: why */
};

/** "capabilities", "no_new_privs", "Landlock", "seccomp" */
const char *intact_layer_name(enum intact_layer layer);

/** Can this build do it at all? */
bool intact_layer_built_in(enum intact_layer layer);

/** Give up all but what the policy leaves.  For the calling thread and those that it starts later,
 * so it must be the only one. */
void intact_guard_enter(const struct intact_guard_policy *policy, struct intact_guard_result *ret);

/** Only the rights: keep these capabilities, as far as they are there. */
void intact_guard_rights(uint64_t keep);

/** How many system calls the filter lets through at all, under any condition; 0 without a filter.
 */
size_t intact_guard_count_calls(void);

/** The filter's rules as text for people.  Returns 0, or INTACT_EIO where there is no filter. */
INTACT_MUST_CHECK
int intact_guard_print_filter(int fd, struct intact_error *err);

#endif /* INTACT_GUARD_H */
