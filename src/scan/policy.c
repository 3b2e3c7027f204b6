/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See policy.h.  Every doubt falls towards reading.
 */

#include "scan/policy.h"

#define DAY 86400

/* The first write to a clean page of a shared map moves the ctime, the others do not until the
 * kernel has written the page back: so a change may follow the reading and leave the ctime as it
 * was.  By default a page waits for 30 seconds and 5 more (vm.dirty_expire_centisecs and
 * vm.dirty_writeback_centisecs); the rest is for a busy disk.  Steps of one or two seconds, in
 * which some file systems keep times, are in it as well. */
#define CTIME_SETTLES 60

/* FNV-1a: it spreads paths over the nights, and keeps no secret. */
static uint64_t hash_path(const struct intact_str *path)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < path->len; i++)
		hash = (hash ^ (unsigned char)path->s[i]) * 0x100000001b3;
	/* The low bits alone depend on too little. */
	return hash ^ hash >> 32;
}

bool policy_is_due(uint64_t period, int64_t now, int64_t last_read, const struct intact_str *path)
{
	uint64_t nights = period / DAY > 2 ? period / DAY - 1 : 1;
	uint64_t today, since;

	/* A clock that was set back says nothing about how long ago it was. */
	if (now < 0 || last_read <= 0 || last_read > now || (uint64_t)(now - last_read) >= period)
		return true;
	today = (uint64_t)now / DAY;
	since = (today + nights - hash_path(path) % nights) % nights;
	return since <= today && (uint64_t)last_read < (today - since) * DAY;
}

static bool same_time(const struct intact_time *a, const struct statx_timestamp *b)
{
	return a->sec == b->tv_sec && a->nsec == b->tv_nsec;
}

static bool looks_unchanged(const struct intact_entry *old, const struct statx *now)
{
	return old->size == now->stx_size && old->mode == now->stx_mode &&
	       same_time(&old->mtime, &now->stx_mtime) && same_time(&old->ctime, &now->stx_ctime) &&
	       old->ino == now->stx_ino &&
	       old->dev == intact_device(now->stx_dev_major, now->stx_dev_minor);
}

static bool has_all(const struct intact_entry *old, uint64_t mask)
{
	for (; mask; mask &= mask - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(mask));

		/* The first value, which is what would be taken over. */
		if (!intact_entry_has(old, row->id) || !old->digest[row->digest])
			return false;
	}
	return true;
}

/* Whatever the calendar says. */
static bool may_trust(const struct intact_scan_options *options, const struct intact_entry *old,
		      const struct statx *now, uint64_t mask)
{
	if (options->hash_policy == INTACT_HASH_ALWAYS || !old || !mask)
		return false;
	/* Whole seconds, or no time of reading: made by somebody else, or long ago. */
	if ((old->flags & INTACT_ENTRY_SECONDS) || old->problem || old->read.sec <= 0)
		return false;
	if (!looks_unchanged(old, now) || !has_all(old, mask))
		return false;
	return old->ctime.sec <= old->read.sec - CTIME_SETTLES && old->read.sec <= options->now;
}

bool policy_trusts(const struct intact_scan_options *options, const struct intact_entry *old,
		   const struct statx *now, uint64_t mask)
{
	return may_trust(options, old, now, mask) &&
	       (options->hash_policy != INTACT_HASH_ROLLING ||
		!policy_is_due(options->hash_period, options->now, old->read.sec, &old->path));
}

bool policy_trusts_late(const struct intact_scan_options *options, const struct intact_entry *old,
			const struct statx *now, uint64_t mask)
{
	return may_trust(options, old, now, mask) &&
	       (options->hash_policy != INTACT_HASH_ROLLING ||
		(uint64_t)(options->now - old->read.sec) < options->hash_period);
}
