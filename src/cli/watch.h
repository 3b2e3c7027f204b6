/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A run with a process above it, which keeps all rights, waits for its end, and then says elsewhere
 * what it found: by mail, to the journal of systemd, in a folder.  The run itself, which has given
 * its rights away, hands over its findings and reports in files that were opened before.
 */

#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include <intact/report.h>

struct session;

struct watch_report {
	struct intact_report_options options;
	FILE *out;
};

struct watch {
	FILE *list; /* of findings: cli/findings.h */
	struct watch_report *reports;
	size_t nreports;
	int lock; /* the parent's alone; -1: none */
};

/** Open the files: the list, and a report for each of `options`. */
INTACT_MUST_CHECK
int watch_new(const struct intact_report_options *options, size_t n, struct watch **ret,
	      struct intact_error *err);
/** NULL is fine. */
void watch_free(struct watch *w);

/** Become two.  Returns false in the one that is to do the run, whose session owns `w` then; true
 * in the other, when the run is over, with its exit status, or -1 and a reason. */
bool watch_split(struct watch *w, struct session *s, int *ret_status, struct intact_error *err);

/** The run's: write what was found.  `baseline`: digest of the old one, or NULL. */
INTACT_MUST_CHECK
int watch_write(const struct watch *w, const struct intact_run *run, const uint8_t *baseline,
		int status, const struct intact_report_counts *counts, struct intact_error *err);

/** An accepting run's: a path that it takes, and last, when it is over, how many those were, and
 * the new baseline (NULL: there is none). */
INTACT_MUST_CHECK
int watch_write_accepted(FILE *list, const char *path, size_t len);
INTACT_MUST_CHECK
int watch_write_generation(FILE *list, uint64_t accepted, uint64_t generation,
			   const uint8_t *baseline, struct intact_error *err);

/** The run's: why there is nothing. */
void watch_write_error(const struct watch *w, const char *text);

#endif /* CLI_WATCH_H */
