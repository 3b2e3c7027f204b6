/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: the report samples of tests/data/reports, replayed.
 *
 * cases.tsv has a line a sample: its name, the AIDE version that wrote it, the command and the
 * options.  A case is rendered from the sample databases and compared byte for byte with the
 * sample.  Where intact differs on purpose, the test says what stands there instead, and why.
 */

#ifndef UNIT_SAMPLE_REPORT_H
#define UNIT_SAMPLE_REPORT_H

#include <intact/report.h>

/** What intact writes otherwise than the samples: `to` wherever a sample has `from`. */
struct sample_difference {
	const char *reason;
	const char *from, *to;
};

/** Replay all cases whose report format is `format`; returns how many.  Each difference must occur
 * in one of them at least. */
size_t sample_replay(enum intact_report_format format, const struct sample_difference *differences,
		     size_t ndifferences);

/** Render into memory.  The caller frees. */
char *sample_render(const struct intact_run *run, const struct intact_report_options *options,
		    bool color);

/** A list with copies of the given changes. */
struct intact_changes *sample_changes(const struct intact_change *changes, size_t n);

/** Options as they are by default, and a check run of intact at a fixed time. */
struct intact_report_options sample_options(void);
struct intact_run sample_run(struct intact_changes *changes);

/** The whole file, NUL-terminated.  The caller frees. */
char *sample_file(const char *path);

#endif /* UNIT_SAMPLE_REPORT_H */
