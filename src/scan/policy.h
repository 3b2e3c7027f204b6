/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * hash_policy: may the digests of the baseline stand for a file that looks unchanged?
 */

#ifndef SCAN_POLICY_H
#define SCAN_POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include <intact/scan.h>

/**
 * Is the content due by the calendar?  Days are those of UTC; with a period of P days a path has
 * its day every P - 1 days, so that with a run a day it is read at least once in P days, and a run
 * that was missed is made up for by the next one.
 */
bool policy_is_due(uint64_t period, int64_t now, int64_t last_read, const struct intact_str *path);

/** As policy_trusts(), when the time to read is over: by a calendar then, only what was last read
 * longer ago than the period is due. */
bool policy_trusts_late(const struct intact_scan_options *options, const struct intact_entry *old,
			const struct statx *now, uint64_t mask);

/**
 * May the digests `mask` of `old` be taken over for what `now` found under the same path?  True
 * only if all of them are there and of a known time of reading, and size, mtime, ctime, mode, inode
 * and device are what they were, and the ctime is old enough to tell.
 */
bool policy_trusts(const struct intact_scan_options *options, const struct intact_entry *old,
		   const struct statx *now, uint64_t mask);

#endif /* SCAN_POLICY_H */
