/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The chain of a journal: lines in, records and damage out.  It knows no file: see journal.c.
 */

#ifndef DB_CHAIN_H
#define DB_CHAIN_H

#include <intact/journal.h>

#include "base/buf.h"
#include "db/sha256.h"

/* Gaps in the numbers that are remembered, to tell a record that was moved from one that was
 * repeated. */
#define CHAIN_GAPS 64

/** A line that is no record.  Whether it is one that was never finished is said by the next. */
struct chain_bad_line {
	bool set;
	uint64_t line;
	uint64_t n; /* the record that it says to be; 0: it does not say */
	size_t len;
	uint8_t sha256[SHA256_SIZE];
};

struct chain {
	/* Set by the caller. */
	struct sha256 *sha256;
	intact_journal_fn *fn; /* may be NULL */
	void *ctx;

	struct intact_journal_sum sum;

	struct chain_bad_line bad;
	uint64_t bad_lines; /* since the last record that holds */
	struct {
		uint64_t from, to;
	} gap[CHAIN_GAPS];
	size_t ngaps;

	/* The last line: has it no newline, and how long is it if it is no record. */
	bool unended;
	size_t torn_len;
	uint8_t torn_sha256[SHA256_SIZE];
};

/** The next line, without its newline; `ended`: it had one.  Returns 0, what `fn` returned, or
 * INTACT_ENOMEM. */
INTACT_MUST_CHECK
int chain_line(struct chain *c, const char *line, size_t len, bool ended, struct intact_error *err);

/** The next line, which is longer than any record. */
INTACT_MUST_CHECK
int chain_long_line(struct chain *c, struct intact_error *err);

/** There is none after it. */
INTACT_MUST_CHECK
int chain_end(struct chain *c, struct intact_error *err);

/** The record that comes after these lines, with its newline, and with one in front if the last
 * line has none.  Returns 0, INTACT_EIO if it is none or too long, or INTACT_ENOMEM. */
INTACT_MUST_CHECK
int chain_record(const struct chain *c, const char *members, size_t len, struct buf *out,
		 struct intact_journal_point *ret, struct intact_error *err);

#endif /* DB_CHAIN_H */
