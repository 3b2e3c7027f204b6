/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See chain.h and doc/design/trust.md.
 *
 * Each line is judged by itself first: does its own digest hold, and is it JSON in the one form?
 * Then by its place: its number is to be the next one, and the digest it names that of the record
 * before.  Numbers say what is missing and what stands elsewhere; the digests say what was changed
 * by somebody who computed the changed line's digest anew.
 */

#include "db/chain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

#define HEAD "{\"n\":"
#define PREVIOUS ",\"previous\":\""
#define OWN ",\"sha256\":\""
#define HEX_SIZE ((size_t)2 * SHA256_SIZE)
/* What stands behind the part that is under the digest. */
#define TAIL_SIZE (strlen(OWN) + HEX_SIZE + strlen("\"}"))

/* ---- saying --------------------------------------------------------------------------------- */

/* "line 7", and what is the matter with it. */
__attribute__((format(printf, 5, 6))) static int say(struct chain *c, enum intact_journal_kind kind,
						     uint64_t line, struct intact_error *err,
						     const char *fmt, ...)
{
	struct intact_journal_item item = { .kind = kind, .line = line };
	char text[256];
	va_list args;
	int at;

	if (kind == INTACT_JOURNAL_TORN)
		c->sum.torn++;
	else
		c->sum.damages++;
	if (!c->fn)
		return 0;
	at = snprintf(text, sizeof(text), "line %" PRIu64, line);
	va_start(args, fmt);
	vsnprintf(text + at, sizeof(text) - (size_t)at, fmt, args);
	va_end(args);
	item.text = text;
	item.len = strlen(text);
	return c->fn(c->ctx, &item, err);
}

/* ---- a line by itself ----------------------------------------------------------------------- */

struct record {
	const char *text;
	size_t len;
	struct intact_journal_point point;
	uint8_t previous[SHA256_SIZE];
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool get_hex(const char *at, uint8_t ret[SHA256_SIZE])
{
	for (size_t i = 0; i < SHA256_SIZE; i++) {
		int high = hex_digit(at[2 * i]), low = hex_digit(at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* The number that a line says to be, and what stands behind it.  0: it says none. */
static uint64_t get_number(const char *line, size_t len, size_t *ret_end)
{
	size_t i = strlen(HEAD);
	uint64_t n = 0;

	if (len < i || memcmp(line, HEAD, i) != 0 || (i < len && line[i] == '0'))
		return 0;
	for (; i < len && line[i] >= '0' && line[i] <= '9'; i++) {
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(line[i] - '0'), &n))
			return 0;
	}
	*ret_end = i;
	/* One must be able to come after it. */
	return n == UINT64_MAX ? 0 : n;
}

static bool get_front(struct record *r)
{
	size_t at = 0, len = strlen(PREVIOUS);

	r->point.count = get_number(r->text, r->len, &at);
	return r->point.count && r->len - at > len + HEX_SIZE &&
	       memcmp(r->text + at, PREVIOUS, len) == 0 &&
	       get_hex(r->text + at + len, r->previous) && r->text[at + len + HEX_SIZE] == '"';
}

/* Returns 1 with a record whose digest holds, 0, or a negative code. */
static int get_record(struct chain *c, const char *line, size_t len, struct record *ret,
		      struct intact_error *err)
{
	size_t under = len > TAIL_SIZE ? len - TAIL_SIZE : 0;
	uint8_t digest[SHA256_SIZE];
	int rc;

	*ret = (struct record){ .text = line, .len = len };
	if (!under || memcmp(line + under, OWN, strlen(OWN)) != 0 ||
	    !get_hex(line + under + strlen(OWN), ret->point.head) || !get_front(ret))
		return 0;
	rc = sha256_sum(c->sha256, line, under, NULL, 0, digest, err);
	if (rc < 0 || !sha256_equal(digest, ret->point.head))
		return rc;
	return json_check(line, len, err);
}

/* ---- lines that are no records -------------------------------------------------------------- */

static int say_bad(struct chain *c, struct intact_error *err)
{
	const struct chain_bad_line bad = c->bad;

	if (!bad.set)
		return 0;
	c->bad.set = false;
	if (bad.n)
		return say(c, INTACT_JOURNAL_DAMAGE, bad.line, err,
			   ": record %" PRIu64 " was changed: its digest does not hold", bad.n);
	return say(c, INTACT_JOURNAL_DAMAGE, bad.line, err, " is no record");
}

/* What a write that was cut off leaves: the beginning of a record, or nothing but the room for it.
 */
static bool looks_torn(const char *line, size_t len)
{
	size_t head = strlen(HEAD) < len ? strlen(HEAD) : len;

	return memcmp(line, HEAD, head) == 0 || line[0] == '\0';
}

static int torn_end(struct chain *c, size_t len, struct intact_error *err)
{
	c->torn_len = len;
	memcpy(c->torn_sha256, c->bad.sha256, sizeof(c->torn_sha256));
	c->bad.set = false;
	return say(c, INTACT_JOURNAL_TORN, c->sum.lines, err,
		   ": %zu bytes of a record that was never finished", len);
}

static int bad_line(struct chain *c, const char *line, size_t len, bool ended,
		    struct intact_error *err)
{
	size_t end;
	int rc = say_bad(c, err);

	if (rc < 0)
		return rc;
	c->bad_lines++;
	c->bad.set = true;
	c->bad.line = c->sum.lines;
	c->bad.n = get_number(line, len, &end);
	c->bad.len = len;
	rc = sha256_sum(c->sha256, line, len, NULL, 0, c->bad.sha256, err);
	if (rc == 0 && !ended && looks_torn(line, len))
		rc = torn_end(c, len, err);
	return rc;
}

/* Is this what stands in front of the record, as that says? */
static bool is_torn_line(const struct chain_bad_line *bad, const struct json_value *torn)
{
	uint8_t digest[SHA256_SIZE];
	struct json_value hex;
	uint64_t bytes;

	return bad->set && torn->kind == JSON_OBJECT &&
	       json_find_number(torn->at, torn->len, "bytes", &bytes) && bytes == bad->len &&
	       json_find(torn->at, torn->len, "sha256", &hex) && hex.len == HEX_SIZE &&
	       get_hex(hex.at, digest) && sha256_equal(digest, bad->sha256);
}

/* The line before, if it is no record: one that was never finished, or damage. */
static int settle_bad(struct chain *c, const struct record *r, struct intact_error *err)
{
	struct json_value torn;
	bool says = json_find(r->text, r->len, "torn", &torn);
	int rc;

	if (says && is_torn_line(&c->bad, &torn)) {
		c->bad.set = false;
		c->bad_lines--;
		return say(c, INTACT_JOURNAL_TORN, c->bad.line, err,
			   ": %zu bytes of a record that was never finished: record %" PRIu64
			   " says so",
			   c->bad.len, r->point.count);
	}
	rc = say_bad(c, err);
	if (rc == 0 && says)
		rc = say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			 ": record %" PRIu64
			 " stood behind a record that was never finished, and does not any more",
			 r->point.count);
	return rc;
}

/* ---- a record in its place ------------------------------------------------------------------ */

static void add_gap(struct chain *c, uint64_t from, uint64_t to)
{
	if (c->ngaps == CHAIN_GAPS)
		return;
	c->gap[c->ngaps].from = from;
	c->gap[c->ngaps++].to = to;
}

/* Was it missing so far?  Then it is no more. */
static bool fill_gap(struct chain *c, uint64_t n)
{
	for (size_t i = 0; i < c->ngaps; i++) {
		uint64_t to = c->gap[i].to;

		if (n < c->gap[i].from || n > to)
			continue;
		c->gap[i].to = n - 1;
		if (n == c->gap[i].from)
			c->gap[i] = c->gap[--c->ngaps];
		if (n < to)
			add_gap(c, n + 1, to);
		return true;
	}
	return false;
}

/* A number that is not higher than what stood there. */
static int judge_back(struct chain *c, const struct record *r, struct intact_error *err)
{
	const struct intact_journal_point *last = &c->sum.last;
	uint64_t n = r->point.count;

	if (fill_gap(c, n))
		return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			   ": record %" PRIu64 " is out of place: it stands behind record %" PRIu64,
			   n, last->count);
	return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
		   ": record %" PRIu64 " stands there again, behind record %" PRIu64, n,
		   last->count);
}

/* Numbers are left out, more than there are lines that may have had them. */
static int judge_gap(struct chain *c, const struct record *r, struct intact_error *err)
{
	uint64_t from = c->sum.last.count + 1, to = r->point.count - 1;

	add_gap(c, from, to);
	if (c->bad_lines > to - from)
		return 0;
	if (c->bad_lines)
		return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			   ": %" PRIu64 " of the records %" PRIu64 " to %" PRIu64 " are missing",
			   to - from + 1 - c->bad_lines, from, to);
	if (from == to)
		return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			   ": record %" PRIu64 " is missing in front of record %" PRIu64, from,
			   to + 1);
	return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
		   ": the records %" PRIu64 " to %" PRIu64
		   " are missing in front of record %" PRIu64,
		   from, to, to + 1);
}

/* The number is the next one. */
static int judge_next(struct chain *c, const struct record *r, struct intact_error *err)
{
	uint64_t n = r->point.count;

	if (sha256_equal(r->previous, c->sum.last.head))
		return 0;
	if (n == 1)
		return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			   ": record 1 says to have one before it");
	return say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
		   ": record %" PRIu64 " does not follow record %" PRIu64
		   " as it stands here: one of them was changed",
		   n, n - 1);
}

static int judge(struct chain *c, const struct record *r, struct intact_error *err)
{
	uint64_t n = r->point.count, last = c->sum.last.count;
	int rc = settle_bad(c, r, err);

	if (rc < 0)
		return rc;
	if (n <= last)
		rc = judge_back(c, r, err);
	else if (n == last + 1)
		rc = judge_next(c, r, err);
	else
		rc = judge_gap(c, r, err);
	c->bad_lines = 0;
	c->sum.records++;
	if (n > last)
		c->sum.last = r->point;
	return rc;
}

static int good_line(struct chain *c, const struct record *r, bool ended, struct intact_error *err)
{
	struct intact_journal_item item = { .kind = INTACT_JOURNAL_RECORD,
					    .line = c->sum.lines,
					    .text = r->text,
					    .len = r->len,
					    .point = r->point };
	int rc = judge(c, r, err);

	if (rc == 0 && c->fn)
		rc = c->fn(c->ctx, &item, err);
	/* The record is all there: nothing is lost. */
	if (rc == 0 && !ended)
		rc = say(c, INTACT_JOURNAL_TORN, c->sum.lines, err,
			 ": record %" PRIu64 " is whole, but its line never ended", r->point.count);
	return rc;
}

/* ---- lines ---------------------------------------------------------------------------------- */

int chain_line(struct chain *c, const char *line, size_t len, bool ended, struct intact_error *err)
{
	struct record r;
	int rc;

	c->sum.lines++;
	c->unended = !ended;
	rc = get_record(c, line, len, &r, err);
	if (rc < 0)
		return rc;
	return rc ? good_line(c, &r, ended, err) : bad_line(c, line, len, ended, err);
}

int chain_long_line(struct chain *c, struct intact_error *err)
{
	int rc = say_bad(c, err);

	c->sum.lines++;
	c->bad_lines++;
	return rc < 0 ? rc
		      : say(c, INTACT_JOURNAL_DAMAGE, c->sum.lines, err,
			    " is no record: it is longer than any");
}

int chain_end(struct chain *c, struct intact_error *err)
{
	return say_bad(c, err);
}

/* ---- the next record ------------------------------------------------------------------------ */

static void put_front(const struct chain *c, uint64_t n, struct buf *line)
{
	json_open(line, NULL, '{');
	json_number(line, "n", n);
	json_hex(line, "previous", c->sum.last.head, SHA256_SIZE);
	if (!c->torn_len)
		return;
	json_open(line, "torn", '{');
	json_number(line, "bytes", c->torn_len);
	json_hex(line, "sha256", c->torn_sha256, SHA256_SIZE);
	json_close(line, '}');
}

int chain_record(const struct chain *c, const char *members, size_t len, struct buf *out,
		 struct intact_journal_point *ret, struct intact_error *err)
{
	struct intact_journal_point point = { .count = c->sum.last.count + 1 };
	struct buf line = { 0 };
	int rc;

	put_front(c, point.count, &line);
	if (len)
		buf_add_char(&line, ',');
	buf_add(&line, members, len);
	rc = line.failed ? intact_fail_nomem(err)
			 : sha256_sum(c->sha256, line.data, line.len, NULL, 0, point.head, err);
	if (rc == 0) {
		json_hex(&line, "sha256", point.head, SHA256_SIZE);
		json_close(&line, '}');
		rc = line.failed ? intact_fail_nomem(err) : json_check(line.data, line.len, err);
	}
	if (rc == 0 || (rc == 1 && line.len >= INTACT_JOURNAL_LINE_MAX))
		rc = intact_fail(err, INTACT_EIO, "%zu bytes are no record of a journal", line.len);
	if (rc == 1) {
		if (c->unended)
			buf_add_char(out, '\n');
		buf_add(out, line.data, line.len);
		buf_add_char(out, '\n');
		rc = out->failed ? intact_fail_nomem(err) : 0;
		*ret = point;
	}
	buf_release(&line);
	return rc;
}
