/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The state of reading a configuration: what statements change.
 *
 * Nothing in it outlives intact_config_read() but the configuration that is being built.
 */

#ifndef RULES_READER_H
#define RULES_READER_H

#include <sys/types.h>

#include "base/buf.h"
#include "rules/group.h"
#include "rules/macro.h"
#include "rules/place.h"

/** AIDE's limit: the configuration itself is depth 0. */
#define READER_DEPTH_MAX 16
/** All sources together. */
#define READER_BYTES_MAX ((size_t)16 << 20)
/** All values after expansion together: a bound on what "@@define A @@{A}@@{A}" can do. */
#define READER_EXPANDED_MAX ((size_t)64 << 20)

struct reader {
	const struct intact_config_source *source;
	struct config_log log;
	struct intact_config *config;
	struct intact_report_options report; /* in force now */
	enum intact_compat compat;
	bool warn_unrestricted;
	bool kept;		 /* reading the rules that a baseline keeps */
	uint64_t warned_digests; /* that cannot be computed: said already */

	struct macros macros;
	struct macros environment; /* of @@x_include */
	struct groups groups;

	size_t bytes;	 /* read so far */
	size_t expanded; /* written by expansion so far */

	/* Files being read, the outermost first: to see a loop. */
	struct reader_open {
		dev_t dev;
		ino_t ino;
	} open[READER_DEPTH_MAX + 1];
	unsigned depth;
};

/** Expand a value as written: escapes and variables.  `out` is cleared first. */
INTACT_MUST_CHECK
int reader_expand(struct reader *r, const struct place *place, struct slice value, struct buf *out,
		  struct intact_error *err);

/** Parse and carry out a source.  `file` must live as long as the rules. */
INTACT_MUST_CHECK
int reader_run(struct reader *r, const char *file, const char *prefix, struct slice text,
	       struct intact_error *err);

/** Count `len` bytes of configuration; fails beyond the limit. */
INTACT_MUST_CHECK
int reader_count(struct reader *r, const char *file, size_t len, struct intact_error *err);

/** A copy of a name that lives as long as the rules, or NULL without memory. */
const char *reader_keep(struct reader *r, const char *name);

#endif /* RULES_READER_H */
