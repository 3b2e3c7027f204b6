/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Measuring one entry.
 */

#ifndef SCAN_MEASURE_H
#define SCAN_MEASURE_H

#include <intact/scan.h>

#include "base/buf.h"
#include "scan/fetch.h"
#include "scan/tally.h"
#include "scan/watch.h"

struct arena;
struct gunzip;
struct share;
struct verity;

/** What a thread needs to decompress while it reads, made when it is first needed. */
struct unpacker {
	struct gunzip *gunzip;
	struct tally tally;
	/* Of the file read last. */
	const char *why; /* it did not decompress; NULL: it did */
	uint8_t digests[INTACT_DIGEST_MAX][64];
};

/** What a thread needs to measure: buffers, a hasher, what it remembers of the last file system. */
struct measurer {
	struct intact_scan *scan;
	struct tally tally;
	/* The pulling thread measures itself: it must tick while it reads. */
	bool ticks;
	/* Of a thread that may be left behind; or NULL. */
	struct watch *watch;
	/* Others may help with a large file; or NULL. */
	struct share *share;
	uint64_t fresh; /* bytes read since the last progress */

	struct fetch fetch;
	uint64_t bytes; /* read, and not in scan->stats.bytes: whoever called counts them */
	void *value;	/* for one extended attribute */
	struct buf list;
	uint8_t digests[INTACT_DIGEST_MAX][64];
	struct intact_prefix prefix;
	struct unpacker unpack;
	struct verity *verity; /* beside the hasher's; NULL: not needed yet */

	/* What the rule asked for last, of which type, and what such an object can have. */
	uint64_t asked;
	uint64_t asked_type;
	uint64_t applicable;

	bool fstype_known;
	uint32_t fstype_major;
	uint32_t fstype_minor;
	uint64_t fstype;
};

INTACT_MUST_CHECK
int measurer_init(struct measurer *m, struct intact_scan *scan, bool ticks,
		  struct intact_error *err);
/** m->verity, made when it is first needed.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int measurer_need_verity(struct measurer *m, struct intact_error *err);

/** All zero is fine. */
void measurer_release(struct measurer *m);

/**
 * Measure the unmeasured entry `e` in place; all it comes to point to is in `arena`.  `old`, or
 * NULL, decides what is computed beside.  What cannot be measured is e->failed and e->problem.
 * A thread that was left behind meanwhile returns as soon as it notices (INTACT_ESIGNAL).
 * Returns 0; INTACT_ENOMEM, INTACT_EIO (libcrypto) or INTACT_ESIGNAL end the run.
 */
INTACT_MUST_CHECK
int measure_entry(struct measurer *m, struct arena *arena, struct intact_entry *e,
		  const struct intact_entry *old, struct intact_error *err);

#endif /* SCAN_MEASURE_H */
