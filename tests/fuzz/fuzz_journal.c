/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: a journal.  The first byte chooses: 0 a journal as it stands; 1 lines that get their
 * own digest put behind them, so that what comes after that check is reached, too; 2 one object.
 *
 * Whatever is given out as a record must be fit to be shown, and the record that is appended must
 * be one to the next reader.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <intact/journal.h>

#include "base/json.h"
#include "base/text.h"
#include "db/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t records, others;
	uint64_t line;
};

static void check_shown(const char *text, size_t len)
{
	struct buf again = { 0 };

	/* One line of UTF-8 without control characters: escaping it for a terminal changes nothing
	 * but backslashes. */
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			abort();
	}
	if (text_json(&again, text, len) != 0)
		abort();
	buf_release(&again);
}

static int take(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	static const char *const names[] = { "n", "previous", "torn", "time", "reason", "sha256" };
	struct seen *s = ctx;
	struct json_value v;
	struct buf out = { 0 };
	uint64_t n;

	(void)err;
	if (item->line < s->line)
		abort();
	s->line = item->line;
	check_shown(item->text, item->len);
	if (item->kind != INTACT_JOURNAL_RECORD) {
		s->others++;
		return 0;
	}
	s->records++;
	if (!json_find_number(item->text, item->len, "n", &n) || n != item->point.count)
		abort();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (json_find(item->text, item->len, names[i], &v) &&
		    (v.at < item->text || v.at + v.len > item->text + item->len))
			abort();
		json_find_bytes(item->text, item->len, names[i], &out);
	}
	buf_release(&out);
	return 0;
}

/* The lines of a journal, each with the digest that it should have. */
static void repair(const char *text, size_t len, struct buf *out)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		uint8_t digest[SHA256_SIZE];

		buf_add(out, text, (size_t)(stop - text));
		if (intact_journal_digest(text, (size_t)(stop - text), digest, NULL) == 0) {
			buf_add_str(out, ",\"sha256\":\"");
			text_hex(out, digest, sizeof(digest));
			buf_add_str(out, "\"}");
		}
		if (newline)
			buf_add_char(out, '\n');
		text = newline ? newline + 1 : end;
	}
}

static struct intact_journal_sum parse(const char *text, size_t len)
{
	struct intact_journal_sum sum = { 0 };
	struct seen seen = { 0 };

	if (intact_journal_parse(text, len, take, &seen, &sum, NULL) < 0 ||
	    seen.records != sum.records || seen.others != sum.torn + sum.damages)
		abort();
	return sum;
}

/* All lines, as the file is read before a record is appended. */
static void feed(struct chain *c, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if (chain_line(c, text, (size_t)(stop - text), newline != NULL, NULL) < 0)
			abort();
		text = newline ? newline + 1 : end;
	}
	if (chain_end(c, NULL) < 0)
		abort();
}

static void journal(const char *text, size_t len)
{
	struct intact_journal_sum before = parse(text, len), after;
	struct chain c = { .sha256 = sha256_new() };
	struct intact_journal_point point;
	struct buf all = { 0 };

	feed(&c, text, len);
	buf_add(&all, text, len);
	/* The highest number of all is no record: nothing could come after it. */
	if (before.last.count < UINT64_MAX - 1) {
		if (chain_record(&c, "\"a\":\"b\"", 7, &all, &point, NULL) < 0)
			abort();
		after = parse(all.data, all.len);
		if (after.records != before.records + 1 || after.last.count != point.count ||
		    !sha256_equal(after.last.head, point.head) || after.damages != before.damages)
			abort();
	}
	buf_release(&all);
	sha256_free(c.sha256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct buf repaired = { 0 };

	if (size < 1 || size > INTACT_JOURNAL_LINE_MAX)
		return 0;
	if (data[0] == 0) {
		journal(text, size - 1);
	} else if (data[0] == 1) {
		repair(text, size - 1, &repaired);
		if (repaired.len)
			journal(repaired.data, repaired.len);
	} else if (data[0] == 2 && json_check(text, size - 1, NULL) == 1) {
		check_shown(text, size - 1);
	}
	buf_release(&repaired);
	return 0;
}
