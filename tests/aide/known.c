/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See known.h.
 */

#include "known.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doubts.h"
#include "lines.h"

/* ---- values that no two runs share ---- */

static void mask_times(struct side *s)
{
	for (size_t i = 0; i < NTEXTS; i++) {
		lines_cut_after(&s->text[i], "Start timestamp: ", 25);
		lines_cut_after(&s->text[i], "End timestamp: ", 25);
		lines_cut_after(&s->text[i], "\"start_time\": \"", 25);
		lines_cut_after(&s->text[i], "\"end_time\": \"", 25);
		lines_cut_number(&s->text[i], "\"run_time_seconds\": ");
		lines_cut_number(&s->text[i], "(run time: 0m ");
		lines_cut_after(&s->text[i], "# Time of generation was ", 19);
	}
	lines_cut_after(&s->db, "# Time of generation was ", 19);
}

/* Messages of parallel workers come in any order; so does a walk in readdir order. */
static void sort_lines(struct both *b)
{
	if (b->below) {
		lines_keep_with(&b->aide.text[TEXT_OUT], b->below);
		lines_keep_with(&b->ours.text[TEXT_OUT], b->below);
		lines_keep_with(&b->aide.err, b->below);
		lines_keep_with(&b->ours.err, b->below);
	}
	lines_sort(&b->aide.err);
	lines_sort(&b->ours.err);
	if (b->sorted) {
		lines_sort(&b->aide.text[TEXT_OUT]);
		lines_sort(&b->ours.text[TEXT_OUT]);
	}
}

static void each_text(struct side *s, void (*change)(struct buf *))
{
	for (size_t i = 0; i < NTEXTS; i++)
		change(&s->text[i]);
}

/* ---- the list ---- */

/* The digests of a database differ when its time of generation does. */
static void database_digests(struct both *b)
{
	if (!b->metadata)
		return;
	each_text(&b->aide, lines_mask_databases);
	each_text(&b->ours, lines_mask_databases);
}

/* Only where the program under test was built without a library. */
static void missing_digests(struct both *b)
{
	if (strcmp(b->missing_digests, " ") == 0)
		return;
	for (size_t i = 0; i < NTEXTS; i++) {
		lines_cut_digests(&b->ours.text[i], b->missing_digests);
		lines_cut_digests(&b->aide.text[i], b->missing_digests);
		/* What is taken out of JSON may have been the last of its object. */
		lines_cut_commas(&b->ours.text[i]);
		lines_cut_commas(&b->aide.text[i]);
	}
}

/* Control bytes in JSON are \u and four hexadecimal digits. */
static void json_control_bytes(struct both *b)
{
	each_text(&b->aide, lines_fix_json_escapes);
}

/* Bytes that are no printable text are escaped everywhere. */
static void escapes(struct both *b)
{
	each_text(&b->aide, lines_escape_rest);
	lines_escape_rest(&b->aide.err);
	each_text(&b->ours, lines_cut_json_exact);
	each_text(&b->aide, lines_cut_commas);
	each_text(&b->ours, lines_cut_commas);
}

/* A size that shrank is shown as such, whatever report_ignore_removed_attrs says. */
static void shrunk(struct both *b)
{
	if (!strstr(b->config, "report_ignore_removed_attrs"))
		return;
	for (size_t i = 0; i < NTEXTS; i++)
		lines_take_shrunk(&b->aide.text[i], &b->ours.text[i]);
}

/* A report that AIDE keeps to itself because of report_quiet. */
static bool loud(const struct buf *aide, const struct buf *ours)
{
	return !aide->len && strstr(ours->data, "NO differences in what it could verify");
}

static bool all_founded(const struct both *b)
{
	if (strstr(b->config, "report_ignore_added_attrs") ||
	    strstr(b->config, "report_ignore_removed_attrs"))
		return true;
	for (size_t i = 0; i < NTEXTS; i++) {
		if (!loud(&b->aide.text[i], &b->ours.text[i]) &&
		    !doubts_founded(&b->aide.text[i], &b->ours.text[i]))
			return false;
	}
	return true;
}

/* Something unverified: 32 in the exit status, its section, its counts, its words in the outline.
 */
static void unverified(struct both *b)
{
	const char *between =
		b->compare ? "between the two databases" : "between database and filesystem";

	if (b->ours.status >= 64 || b->ours.status != (b->aide.status | 32) || !all_founded(b))
		return;
	b->ours.status &= ~32;
	for (size_t i = 0; i < NTEXTS; i++) {
		struct buf *aide = &b->aide.text[i], *ours = &b->ours.text[i];

		if (loud(aide, ours) && strstr(b->config, "report_quiet"))
			lines_clear(ours);
		lines_cut_unverified(ours, between);
		lines_cut_commas(aide);
		lines_cut_commas(ours);
	}
}

static bool chatty(const struct both *b)
{
	static const char *const levels[] = { "info",  "rule",	 "compare", "config",
					      "debug", "thread", "trace" };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		for (size_t k = 0; b->args[k]; k++) {
			if (strcmp(b->args[k], levels[i]) == 0)
				return true;
		}
	}
	return strstr(b->config, "log_level=rule") || strstr(b->config, "log_level=debug");
}

/* Of the chatty levels only what rules and groups became is the same. */
static void levels(struct both *b)
{
	if (!chatty(b))
		return;
	lines_cut_levels(&b->aide.err);
	lines_cut_levels(&b->ours.err);
}

/* A configuration is refused with its error; warnings about what was read before it do not matter
 * any more. */
static void refused(struct both *b)
{
	if (b->aide.status != 17 || b->ours.status != 17)
		return;
	lines_keep_with(&b->aide.err, "  ERROR: ");
	lines_keep_with(&b->ours.err, "  ERROR: ");
	/* What its scanner does not know it prints. */
	if (b->aide.text[TEXT_OUT].len <= 2 && !b->ours.text[TEXT_OUT].len)
		lines_clear(&b->aide.text[TEXT_OUT]);
}

static void clear_texts(struct both *b)
{
	each_text(&b->aide, lines_clear);
	each_text(&b->ours, lines_clear);
	lines_clear(&b->aide.err);
	lines_clear(&b->ours.err);
}

/* A condition that stands in the line after its @@if, or whose operator does not end. */
static void late_condition(struct both *b)
{
	if (b->ours.status != 17 ||
	    (!strstr(b->ours.err.data, "unexpected new line, expecting string or variable name "
				       "(line: '@@if") &&
	     !strstr(b->ours.err.data, "unexpected new line, expecting boolean operator (line: '")))
		return;
	clear_texts(b);
	lines_clear(&b->aide.db);
	b->aide.status = b->ours.status;
}

/* Not a number for a descriptor: to AIDE it is 0. */
static void bad_descriptor(struct both *b)
{
	if (b->ours.status != 17 || !strstr(b->ours.err.data, "illegal file descriptor value:%"))
		return;
	clear_texts(b);
	lines_clear(&b->aide.db);
	b->aide.status = b->ours.status;
}

/* A file that includes itself is an error where it does, not many levels below. */
static void include_loop(struct both *b)
{
	if (b->aide.status != 17 || b->ours.status != 17 ||
	    !strstr(b->ours.err.data, "' includes itself (include loop) (line: "))
		return;
	lines_clear(&b->aide.err);
	lines_clear(&b->ours.err);
}

/* A run that fails leaves no baseline, and no part of one. */
static void no_baseline(struct both *b)
{
	if (b->aide.status >= 14 && b->aide.status == b->ours.status && !b->ours.db.len)
		lines_clear(&b->aide.db);
}

/* Why a file cannot be opened is said with its name, not with the line that named it. */
static void not_opened(struct both *b)
{
	if (b->aide.status != b->ours.status || (b->aide.status != 18 && b->aide.status != 17))
		return;
	lines_cut_place(&b->aide.err);
	lines_cut_place(&b->ours.err);
}

#define BLANK_LINE ": db_readline_file(): unexpected token '\\012'c expected '@@db_spec'"

/* A database that is not what a program wrote: it is refused, with its line; or what is wrong with
 * it makes entries unverified; or both report a difference, in the words that the value allows.
 * AIDE says something about it, or ends in its own way, or takes a part of it. */
static void damaged(struct both *b)
{
	const struct buf *err = &b->ours.err;

	if (!b->damaged)
		return;
	if (b->ours.status == 24 &&
	    ((strstr(err->data, "  ERROR: in.db:") && strstr(err->data, ": damaged baseline: ")) ||
	     strstr(err->data, "  ERROR: 'in.db' is not a baseline") ||
	     strstr(err->data, "  ERROR: 'in.db' is empty, not a baseline"))) {
		clear_texts(b);
		b->aide.status = 24;
	} else if (b->ours.status < 64 && (b->ours.status & 32)) {
		clear_texts(b);
		b->aide.status = b->ours.status;
	} else if ((b->ours.status & ~3) == 4 && b->aide.status > 14) {
		/* A number for which AIDE finds no memory, and we a change. */
		clear_texts(b);
		b->aide.status = b->ours.status;
	} else if (b->ours.status < 8 && b->aide.status < b->ours.status &&
		   strstr(b->aide.err.data, "WARNING: file:in.db:")) {
		/* A column that AIDE skips. */
		clear_texts(b);
		b->aide.status = b->ours.status;
	} else if (b->ours.status == 4 && b->aide.status == 0) {
		/* A type that AIDE does not look at, as the rule does not ask for it. */
		clear_texts(b);
		b->aide.status = b->ours.status;
	} else if (b->ours.status < 8 && strstr(b->aide.err.data, BLANK_LINE)) {
		/* To AIDE 0.18 a line of blanks ahead of @@db_spec is the end. */
		clear_texts(b);
		b->aide.status = b->ours.status;
	} else if (b->ours.status == b->aide.status && b->ours.status < 8) {
		if (b->ours.status || strstr(b->aide.err.data, ": missing attr field"))
			clear_texts(b);
		if (strstr(b->aide.err.data, ": skip unknown field '"))
			lines_cut_line_with(&b->ours.err, ": @@db_spec: skip unknown field '");
		/* AIDE computes them over the lines that it reads. */
		each_text(&b->aide, lines_mask_databases);
		each_text(&b->ours, lines_mask_databases);
		/* Attributes without a value, of which we show those that others have. */
		each_text(&b->aide, lines_cut_different_attributes);
		each_text(&b->ours, lines_cut_different_attributes);
		lines_cut_line_with(&b->aide.err, "WARNING: file:in.db:");
		lines_cut_line_with(&b->aide.err, "WARNING: decode_base64: ");
	}
}

#define NOT_COMPRESSED "': no supported compression algorithm found ("

/* A `compressed` file that changed within the second of the ctime that the database knows. */
static void not_unpacked(struct both *b)
{
	if (strstr(b->aide.err.data, NOT_COMPRESSED))
		lines_cut_unless_in(&b->aide.err, NOT_COMPRESSED, &b->ours.err);
}

/* A program that is included and fails: AIDE says what it said in lines of their own. */
static void programs(struct both *b)
{
	if (b->aide.status != 20 || b->ours.status != 20)
		return;
	lines_cut_line_with(&b->aide.err, ": stderr> ");
	lines_cut_line_with(&b->aide.err, "WARNING: ");
	lines_cut_line_with(&b->aide.err, " NOTICE: ");
	lines_cut_line_with(&b->ours.err, "WARNING: ");
	lines_cut_line_with(&b->ours.err, " NOTICE: ");
	lines_cut_place_of_program(&b->ours.err);
}

/* A report to syslog where nobody listens is lost, which AIDE does not say. */
static void unheard(struct both *b)
{
	lines_cut_line_with(&b->ours.err, "WARNING: a report to syslog would be lost: ");
}

/* When something old will be gone, suggestions, prefixes. */
static void wording(struct both *b)
{
	lines_plain_words(&b->aide.err);
	lines_plain_words(&b->ours.err);
}

/* What the parser expected instead.  The place may not differ, unless a line that says too much is
 * followed by one that is wrong in itself: of the two we report the first. */
static void syntax_errors(struct both *b)
{
	if (b->aide.status != 17 || b->ours.status != 17)
		return;
	if (strstr(b->ours.err.data, "unexpected group, expecting end of file") &&
	    strstr(b->aide.err.data, "unexpected character: ")) {
		lines_cut_line_with(&b->ours.err, "unexpected group, expecting end of file");
		lines_cut_line_with(&b->aide.err, "unexpected character: ");
	}
	if (b->words)
		lines_show_words(&b->aide.err, &b->ours.err);
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
	{ "a size that shrank", shrunk, 0 },
	{ "unverified entries", unverified, 0 },
	{ "damaged databases", damaged, 0 },
	{ "chatty log levels", levels, 0 },
	{ "warnings before an error", refused, 0 },
	{ "a condition in the next line", late_condition, 0 },
	{ "a descriptor that is no number", bad_descriptor, 0 },
	{ "a file that includes itself", include_loop, 0 },
	{ "a run that fails leaves no baseline", no_baseline, 0 },
	{ "files that cannot be opened", not_opened, 0 },
	{ "programs that fail", programs, 0 },
	{ "compressed, and changed at once", not_unpacked, 0 },
	{ "a report to syslog that nobody hears", unheard, 0 },
	{ "wording of messages", wording, 0 },
	{ "wording of syntax errors", syntax_errors, 0 },
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
	for (size_t i = 0; i < NTEXTS; i++) {
		if (!same(&b->aide.text[i], &b->ours.text[i]))
			return i == TEXT_OUT ? "standard output" : "report file";
	}
	if (!same(&b->aide.db, &b->ours.db))
		return "database";
	if (!same(&b->aide.err, &b->ours.err))
		return "messages";
	return NULL;
}

static uint64_t add_sum(uint64_t h, const struct buf *text)
{
	for (size_t k = 0; k < text->len; k++)
		h = (h ^ (unsigned char)text->data[k]) * 1099511628211u;
	return (h ^ 256) * 1099511628211u;
}

/* A sum over everything that rows may change: did one do anything? */
static uint64_t fingerprint(const struct both *b)
{
	const struct side *sides[] = { &b->aide, &b->ours };
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < 2; i++) {
		h = (h ^ (unsigned)sides[i]->status) * 1099511628211u;
		for (size_t k = 0; k < NTEXTS; k++)
			h = add_sum(h, &sides[i]->text[k]);
		h = add_sum(h, &sides[i]->err);
		h = add_sum(h, &sides[i]->db);
	}
	return h;
}

bool known_equal(struct both *b, const char **ret_what)
{
	mask_times(&b->aide);
	mask_times(&b->ours);
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
		printf("  %6lu  known: %s\n", rows[i].used, rows[i].name);
}
