/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See known.h.
 */

#include "known.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

/* ---- values that no two runs share ---- */

static void mask_times(struct both *b)
{
	struct buf *texts[] = { &b->aide.out, &b->ours.out, &b->aide_report, &b->our_report };

	for (size_t i = 0; i < 4; i++) {
		lines_cut_after(texts[i], "Start timestamp: ", 25);
		lines_cut_after(texts[i], "End timestamp: ", 25);
		lines_cut_after(texts[i], "\"start_time\": \"", 25);
		lines_cut_after(texts[i], "\"end_time\": \"", 25);
		lines_cut_number(texts[i], "\"run_time_seconds\": ");
		lines_cut_number(texts[i], "(run time: 0m ");
	}
	for (size_t i = 0; i < 2; i++)
		lines_cut_after(i ? &b->our_db : &b->aide_db, "# Time of generation was ", 19);
}

/* Messages of parallel workers come in any order; so does a walk in readdir order. */
static void sort_lines(struct both *b)
{
	if (b->below) {
		lines_keep_with(&b->aide.out, b->below);
		lines_keep_with(&b->ours.out, b->below);
		lines_keep_with(&b->aide.err, b->below);
		lines_keep_with(&b->ours.err, b->below);
	}
	lines_sort(&b->aide.err);
	lines_sort(&b->ours.err);
	if (b->sorted) {
		lines_sort(&b->aide.out);
		lines_sort(&b->ours.out);
	}
}

/* ---- the list ---- */

/* The digests of a database differ when its time of generation does. */
static void database_digests(struct both *b)
{
	if (!b->metadata)
		return;
	lines_cut_databases(&b->aide.out);
	lines_cut_databases(&b->ours.out);
	lines_cut_databases(&b->aide_report);
	lines_cut_databases(&b->our_report);
}

/* Where a line is taken out of JSON, the one before it may be the last. */
static void json_commas(struct both *b)
{
	lines_cut_commas(&b->aide.out);
	lines_cut_commas(&b->ours.out);
	lines_cut_commas(&b->aide_report);
	lines_cut_commas(&b->our_report);
}

/* report_quiet does not silence a report that has something unverified. */
static void cut_loud(const struct buf *aide, struct buf *ours)
{
	if (!aide->len && strstr(ours->data, "NO differences in what it could verify"))
		lines_clear(ours);
}

/* Something unverified: 32 in the exit status, its section, its counts, its words in the outline.
 */
static void unverified(struct both *b)
{
	const char *between =
		b->compare ? "between the two databases" : "between database and filesystem";

	if (b->ours.status >= 64 || !(b->ours.status & 32))
		return;
	if (!b->rules_changed)
		return;
	b->ours.status &= ~32;
	cut_loud(&b->aide.out, &b->ours.out);
	cut_loud(&b->aide_report, &b->our_report);
	lines_cut_unverified(&b->ours.out, between);
	lines_cut_unverified(&b->our_report, between);
	json_commas(b);
}

static void missing_digests(struct both *b)
{
	lines_cut_digests(&b->ours.out, b->missing_digests);
	lines_cut_digests(&b->our_report, b->missing_digests);
	lines_cut_digests(&b->aide.out, b->missing_digests);
	lines_cut_digests(&b->aide_report, b->missing_digests);
	json_commas(b);
}

/* Control bytes in JSON are \u and four hexadecimal digits. */
static void json_control_bytes(struct both *b)
{
	lines_fix_json_escapes(&b->aide.out);
	lines_fix_json_escapes(&b->aide_report);
}

/* Bytes that are no printable text are escaped everywhere. */
static void escapes(struct both *b)
{
	lines_escape_rest(&b->aide.out);
	lines_escape_rest(&b->aide_report);
	lines_escape_rest(&b->aide.err);
	lines_cut_json_exact(&b->ours.out);
	lines_cut_json_exact(&b->our_report);
	json_commas(b);
}

/* Of the chatty levels only what rules and groups became is the same. */
static void levels(struct both *b)
{
	lines_cut_levels(&b->aide.err);
	lines_cut_levels(&b->ours.err);
}

/* Entries of a database are never dropped for having no rule, so nothing is said about it. */
static void no_matching_rule(struct both *b)
{
	lines_cut_line_with(&b->aide.err, "' has no matching rule, run --init or --update");
}

/* A configuration is refused with its error; warnings about what was read before it do not matter
 * any more. */
static void refused(struct both *b)
{
	if (b->aide.status != 17 || b->ours.status != 17)
		return;
	lines_keep_with(&b->aide.err, "  ERROR: ");
	lines_keep_with(&b->ours.err, "  ERROR: ");
	lines_clear(&b->aide.out);
}

/* Why a file cannot be opened is said with its name, not with the line that named it. */
static void not_opened(struct both *b)
{
	if (b->aide.status != b->ours.status || (b->aide.status != 18 && b->aide.status != 17))
		return;
	lines_cut_place(&b->aide.err);
	lines_cut_place(&b->ours.err);
}

/* The words of a message may differ; what it is about may not. */
static void wording(struct both *b)
{
	lines_cut_words(&b->aide.err);
	lines_cut_words(&b->ours.err);
}

static struct row {
	const char *name;
	void (*apply)(struct both *b);
	unsigned long used;
} rows[] = {
	{ "digests of databases with a time in them", database_digests, 0 },
	{ "digests not built in", missing_digests, 0 },
	{ "control bytes in JSON", json_control_bytes, 0 },
	{ "bytes that are no text are escaped", escapes, 0 },
	{ "unverified entries", unverified, 0 },
	{ "chatty log levels", levels, 0 },
	{ "entries without a rule", no_matching_rule, 0 },
	{ "warnings before an error", refused, 0 },
	{ "files that cannot be opened", not_opened, 0 },
	{ "wording of messages", wording, 0 },
};

/* ---- comparing ---- */

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static const char *difference(const struct both *b)
{
	if (b->aide.status != b->ours.status)
		return "exit status";
	if (!same(&b->aide.out, &b->ours.out))
		return "standard output";
	if (!same(&b->aide_report, &b->our_report))
		return "report file";
	if (!b->skip_db && !same(&b->aide_db, &b->our_db))
		return "database";
	if (!same(&b->aide.err, &b->ours.err))
		return "messages";
	return NULL;
}

/* A sum over everything that rows may change: did one do anything? */
static uint64_t fingerprint(const struct both *b)
{
	const struct buf *texts[] = { &b->aide.out,    &b->ours.out,   &b->aide.err, &b->ours.err,
				      &b->aide_report, &b->our_report, &b->aide_db,  &b->our_db };
	uint64_t h = 14695981039346656037u + (unsigned)b->ours.status;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t k = 0; k < texts[i]->len; k++)
			h = (h ^ (unsigned char)texts[i]->data[k]) * 1099511628211u;
		h = (h ^ 256) * 1099511628211u;
	}
	return h;
}

bool known_equal(struct both *b, const char **ret_what)
{
	mask_times(b);
	sort_lines(b);
	*ret_what = difference(b);
	for (size_t i = 0; *ret_what && i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t before = fingerprint(b);

		rows[i].apply(b);
		sort_lines(b);
		rows[i].used += fingerprint(b) != before;
		*ret_what = difference(b);
	}
	return !*ret_what;
}

void known_print(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		printf("  %6lu  %s\n", rows[i].used, rows[i].name);
}
