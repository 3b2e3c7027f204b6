/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Changes to text: the reports in AIDE's formats (aide-compat, section 6).
 *
 * A report is produced completely, at the end, from the list of changes and the facts of the run.
 * It is deterministic and sorted.  Every foreign string passes an escaping function of base/text.h.
 * This room opens no files: it gets an output to write to.
 */

#ifndef INTACT_REPORT_H
#define INTACT_REPORT_H

#include <stdio.h>

#include <intact/change.h>
#include <intact/rules.h>

enum intact_run_kind {
	INTACT_RUN_INIT,
	INTACT_RUN_CHECK,
	INTACT_RUN_UPDATE,
	INTACT_RUN_COMPARE,
};

/** Digests of a database, for the section "The attributes of the (uncompressed) database(s)". */
struct intact_report_database {
	const char *name; /* path, or URL as written for other types */
	uint64_t digests; /* bits with a value */
	uint8_t digest[INTACT_DIGEST_MAX][64];
};

/** What was looked up in the records of packages. */
struct intact_report_packages {
	const char *manager; /* "dpkg"; NULL: there are no records */
	const char *problem; /* why nothing was looked up, one line; NULL: it was */
	const struct intact_package *list;
	size_t n;
	uint64_t bad; /* lines and files of the records that could not be used */
};

/** The facts of a run. */
struct intact_run {
	enum intact_run_kind kind;
	const char
		*program; /* "intact", or "AIDE" when called as aide: names itself in the outline */
	const char *version;
	bool aide_output; /* AIDE's bytes: no coverage line (but with hash_policy); unverified
			     section only if there is one */
	unsigned summary_columns; /* 19, or 18 for AIDE 0.18 */
	/* A NUL behind each piece that AIDE prints by itself: for syslog, where a piece is a
	 * message.  No NUL stands in a report otherwise. */
	bool pieces;

	const char *host; /* this machine's name; NULL or "" where not known */
	int status;	  /* the exit status that the run has come to */

	struct intact_time start, end;
	struct intact_time baseline_time; /* when the old baseline was made; 0 where not known */
	const char *new_database; /* init, update: where the new baseline was written; else NULL */
	const char *config_version; /* NULL where not set; AIDE shows an empty one */
	const char *limit;	    /* NULL where not set */
	const char *root_prefix;    /* "" where not set */
	const char *rules_changed;  /* one line when the baseline was made under other rules, else
				       NULL */
	/* With it: which, as "+ RULE" (in force now) and "- RULE" (then). */
	const char *const *rules_lines;
	size_t nrules_lines;
	/* Generation and key of a signed baseline; NULL where it is not signed, or nobody asked. */
	const char *baseline;
	const char *new_baseline;

	uint64_t total; /* entries on the new side */
	uint64_t added; /* at init: entries of the new baseline */
	struct intact_changes *changes;
	const struct intact_report_database *databases;
	size_t ndatabases;

	/* The coverage line.  With has_coverage false (--compare) it counts baseline entries only.
	 */
	bool has_coverage;
	uint64_t verified;
	uint64_t unverified;
	uint64_t excluded;
	uint64_t mounts_skipped;

	const struct intact_report_packages *packages; /* NULL: nobody asked */
	const struct intact_severities *severities;    /* report_severity; NULL: no line */

	/* With hash_policy: how many files were read, and how many were not because they look
	 * unchanged, with the oldest time at which one of those was read. */
	bool hash_policy;
	uint64_t contents_read;
	uint64_t contents_trusted;
	struct intact_time oldest_read;
};

/** What a report counts after its own ignore options. */
struct intact_report_counts {
	uint64_t added, removed, changed, unverified;
	/* Of the first three, those that a package explains. */
	uint64_t explained_added, explained_removed, explained_changed;
	/* ... and of those, what more than its name proves. */
	uint64_t proven_added, proven_removed, proven_changed;
	uint64_t contradicted; /* ... and what a package's record contradicts */
};

/** Count without writing.  Needed for the exit code and for `quiet`. */
INTACT_MUST_CHECK
int intact_report_count(const struct intact_run *run, const struct intact_report_options *options,
			struct intact_report_counts *ret, struct intact_error *err);

/**
 * Write one report to `out` (not flushed or closed here; the caller checks ferror after).  `color`
 * allows ANSI colour in the plain format.
 */
INTACT_MUST_CHECK
int intact_report_write(const struct intact_run *run, const struct intact_report_options *options,
			bool color, FILE *out, struct intact_error *err);

/**
 * What the run found, for whoever follows it from night to night (doc/design/nightly.md): one JSON
 * object a line, in no promised order.  Which changes: as a report with these options lists them,
 * and all that is unverified.
 */
INTACT_MUST_CHECK
int intact_report_findings(const struct intact_run *run,
			   const struct intact_report_options *options, FILE *out,
			   struct intact_error *err);

/**
 * One change in the words of the plain report: its line, with `details` the old and the new values
 * as well.  Of `run` what is said of packages counts.
 */
INTACT_MUST_CHECK
int intact_report_change(const struct intact_run *run, const struct intact_change *change,
			 bool details, FILE *out, struct intact_error *err);

/** The old and the new values of one change as "details" of report_format=ndjson has them: an
 * object with the path as key, in one line without an end. */
INTACT_MUST_CHECK
int intact_report_change_json(const struct intact_run *run, const struct intact_change *change,
			      FILE *out, struct intact_error *err);

/**
 * One entry in readable form, as --list shows it (aide-compat 1.8).
 */
INTACT_MUST_CHECK
int intact_report_entry(const struct intact_entry *entry, FILE *out, struct intact_error *err);

#endif /* INTACT_REPORT_H */
