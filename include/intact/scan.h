/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Disk to entries: the walk (names in path order, each with its rule), and the measuring of pairs
 * by parallel workers that are put back in order.
 *
 * Nothing here compares, reports or knows a baseline's format.  Only this room starts threads.
 */

#ifndef INTACT_SCAN_H
#define INTACT_SCAN_H

#include <stdatomic.h>

#include <intact/content.h>
#include <intact/rules.h>
#include <intact/stream.h>

/** Counters of a scan, updated while it runs; read them from the thread that pulls. */
struct intact_scan_stats {
	uint64_t entries;	 /* given out measured */
	uint64_t excluded;	 /* objects a negative rule excluded */
	uint64_t mounts_skipped; /* mount points that the rules left out */
	_Atomic uint64_t bytes;	 /* of content read, by all workers */
	/* Threads that a file system did not answer and that were left behind.  With any, the
	 * process should end with _exit(): they may still use memory of the scan, which is kept for
	 * them, and a process ends for its parent only when they have come back. */
	uint64_t left_behind;
};

/** A name that the rules were asked about, and what they said; `fstype` tells its file system. */
typedef void intact_visited_fn(void *ctx, const char *path, uint32_t mode, intact_fstype_fn *fstype,
			       void *fstype_ctx, const struct intact_match *match);

struct intact_scan_options {
	const struct intact_rules *rules;
	const char *limit;	   /* --limit, or NULL */
	const char *root_prefix;   /* "" for none */
	enum intact_compat compat; /* as for intact_hasher_new() */
	/* Moved and rotated files are looked for among the pairs: of what is new, see what it
	 * decompresses to (`compressed`), and give it out with its folder. */
	bool follow;
	/* Record trusted.* attributes, too.  Only who has CAP_SYS_ADMIN is shown them. */
	bool trusted_xattrs;
	/* Threads that measure; 0: the caller's thread does it in next() (with `patience` one
	 * thread, since the caller must not wait for a file system). */
	unsigned workers;
	/* So many while it is the disk that waits; 0, or not more than `workers`: never more. */
	unsigned workers_most;

	/* An object or directory that makes no progress for so many seconds is given up and
	 * unverified; 0: never.  Progress is 64 KiB of content, a call that comes back, 32 KiB of
	 * names. */
	unsigned patience;

	/* So many seconds after intact_scan_new() no content is read any more; 0: no end.  What has
	 * not been read by then is unverified, or `hash_policy` lets the baseline stand for it. */
	unsigned time_limit;

	/* Whether digests of the baseline may stand for files that look unchanged; `hash_period` in
	 * seconds.  `now` is the start of the run. */
	enum intact_hash_policy hash_policy;
	uint64_t hash_period;
	int64_t now;
	struct intact_courtesy courtesy; /* its limits and its pause; not its priorities */

	/* Called from the pulling thread at least every 200 ms while it waits; non-zero return:
	 * stop with INTACT_ESIGNAL.  May be NULL. */
	int (*tick)(void *ctx);
	void *tick_ctx;

	/* Called from the pulling thread for each name the rules were asked about (--dry-init, log
	 * level `rule`).  May be NULL. */
	intact_visited_fn *visited;
	void *visited_ctx;

	intact_log_fn *log; /* called from the pulling thread only; may be NULL */
	void *log_ctx;
};

struct intact_scan;

/** A scan holds what walk and measurer share.  `options` is copied; what it points to must outlive
 * it. */
INTACT_MUST_CHECK
int intact_scan_new(const struct intact_scan_options *options, struct intact_scan **ret,
		    struct intact_error *err);
void intact_scan_free(struct intact_scan *scan);

/** Lives as long as the scan. */
const struct intact_scan_stats *intact_scan_stats(const struct intact_scan *scan);

/** As options->follow, which may not be known when the scan is made: set before it measures. */
void intact_scan_follow(struct intact_scan *scan, bool follow);

/** Once the walk is there: the root, O_PATH or open for reading.  It stays the scan's; -1 before
 * and after the walk's stream. */
int intact_scan_root(const struct intact_scan *scan);

/** Once the walk is there: is its root a private clone, in which no access time moves? */
bool intact_scan_has_clone(const struct intact_scan *scan);

/**
 * The names that the rules select, in path order, as INTACT_ENTRY_UNMEASURED entries, with
 * INTACT_ENTRY_GAP entries where names may be missing.  One walk per scan.  The root is open then;
 * no thread is there before the first name is asked for.
 */
INTACT_MUST_CHECK
int intact_scan_walk(struct intact_scan *scan, struct intact_stream **ret,
		     struct intact_error *err);

/**
 * Measure the new side of each pair that has an unmeasured one; give all pairs on in the same
 * order.  The old side decides what else is measured: the prefix digest of `growing`, digests of a
 * transition. Takes over `in`, also on failure.
 */
INTACT_MUST_CHECK
int intact_scan_measure(struct intact_scan *scan, struct intact_pairs *in,
			struct intact_pairs **ret, struct intact_error *err);

/** Reads entries that the scan gave out once more, for the pulling thread; with patience, what gets
 * no answer proves nothing.  Lives no longer than the scan; end it with contents->close(). */
INTACT_MUST_CHECK
int intact_scan_contents(struct intact_scan *scan, struct intact_contents **ret,
			 struct intact_error *err);

/* ---- digests -----------------------------------------------------------------------------------
 */

/** Digests (attribute bits) that can be computed here; 0 without memory. */
uint64_t intact_digests_available(void);

/** Let libraries that wait with it until they are needed read their own files now: for whoever may
 * not open them later. */
void intact_digests_prepare(void);

/** Those of them whose second value (struct intact_attr, `other`) can be computed, too. */
uint64_t intact_digests_twofold(void);

struct intact_hasher;

/** Computes several digests over the same bytes in one pass.  One thread at a time; reusable.
 * `compat` decides which of the two values of `gost` is the first one. */
INTACT_MUST_CHECK
int intact_hasher_new(enum intact_compat compat, struct intact_hasher **ret,
		      struct intact_error *err);
void intact_hasher_free(struct intact_hasher *h);

/** Begin: `mask` of digest bits, all of them available; for those in `both`, all of them twofold,
 * the second value as well. */
INTACT_MUST_CHECK
int intact_hasher_begin(struct intact_hasher *h, uint64_t mask, uint64_t both,
			struct intact_error *err);
INTACT_MUST_CHECK
int intact_hasher_update(struct intact_hasher *h, const void *data, size_t len,
			 struct intact_error *err);

/** End: digests of all bits of the mask into `out` (64 bytes each, indexed as entry->digest).  With
 * `keep` the hasher goes on as if nothing had happened, so that more can follow (a prefix). */
INTACT_MUST_CHECK
int intact_hasher_end(struct intact_hasher *h, bool keep, uint8_t out[INTACT_DIGEST_MAX][64],
		      struct intact_error *err);

#endif /* INTACT_SCAN_H */
