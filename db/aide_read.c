/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading AIDE's text database, of 0.16 to 0.20.
 *
 * The text has no digests and no order that one could rely on.  So opening it reads it once to its
 * end: everything is checked and counted, and nothing is given out of a file that is cut off.  A
 * stream then reads it again.  Only if the entries are not in path order their lines are kept in
 * memory, sorted.
 */

#include "db/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include "db/aide_lines.h"
#include "db/aide_text.h"

/* Text kept for sorting.  AIDE itself writes in order, so this is for files that something else
 * made; 2 million entries fit. */
#define SORT_MAX ((size_t)512 << 20)

/* Reading through the file, up to data lines. */
struct scanner {
	struct aide_lines lines;
	struct aide_spec spec;
	bool begun, ended;
	struct aide_token tokens[AIDE_COLUMNS_MAX + 1];
	size_t count;
	const char *line; /* the data line */
	size_t line_len;
};

struct sorted_line {
	char *line;
	size_t len;
	struct intact_str path;
	uint64_t number;
};

struct aide {
	struct aide_spec spec;
	struct arena arena;	    /* of meta's strings and of the lines */
	struct sorted_line *sorted; /* NULL: the file is in order */
	size_t nsorted, cap;
	size_t bytes;
};

struct aide_stream {
	struct intact_stream base;
	struct intact_db *db;
	struct scanner scanner;
	size_t next; /* of the sorted lines */
	struct arena arena;
	struct buf scratch;
	struct buf last; /* path */
	struct intact_entry entry;
	char *from;
	int failed;
};

bool aide_looks_like(const uint8_t *data, size_t len)
{
	size_t i = 0;

	if (len >= 2 && data[0] == 0x1f && data[1] == 0x8b)
		return true;
	while (i < len && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r'))
		i++;
	return i < len && (data[i] == '#' || (data[i] == '@' && i + 1 < len && data[i + 1] == '@'));
}

/* ---- scanning ------------------------------------------------------------------------------- */

static int misplaced(const struct aide_token *t, const char *what, struct intact_error *err)
{
	return intact_fail(err, INTACT_EDAMAGED, "%s: '%.*s'", what, t->len > 80 ? 80 : (int)t->len,
			   t->s);
}

static bool keyword(const struct scanner *s, const char *word)
{
	return s->tokens[0].len == strlen(word) &&
	       memcmp(s->tokens[0].s, word, s->tokens[0].len) == 0;
}

static int begin_or_end(struct scanner *s, struct intact_error *err)
{
	bool *done = keyword(s, "@@begin_db") ? &s->begun : &s->ended;

	if (*done)
		return misplaced(&s->tokens[0], "a second time", err);
	if (s->count > 1)
		return misplaced(&s->tokens[1], "unexpected text behind a keyword", err);
	if (done == &s->ended && !s->begun)
		return misplaced(&s->tokens[0], "without '@@begin_db' before", err);
	if (done == &s->ended && !s->spec.count)
		return misplaced(&s->tokens[0], "without '@@db_spec' before", err);
	*done = true;
	return 0;
}

/* A line that is not empty.  Returns 1 for data. */
static int scan_line(struct scanner *s, struct intact_error *err)
{
	if (s->ended)
		return misplaced(&s->tokens[0], "text after '@@end_db'", err);
	if (keyword(s, "@@begin_db") || keyword(s, "@@end_db"))
		return begin_or_end(s, err);
	if (keyword(s, "@@db_spec")) {
		if (s->spec.count)
			return misplaced(&s->tokens[0], "a second time", err);
		return aide_spec_parse(&s->spec, s->tokens + 1, s->count - 1, err);
	}
	if (!s->begun)
		return misplaced(&s->tokens[0], "not AIDE's database: '@@begin_db' expected", err);
	if (!s->spec.count)
		return misplaced(&s->tokens[0], "data before '@@db_spec'", err);
	if (s->tokens[0].len >= 2 && memcmp(s->tokens[0].s, "@@", 2) == 0)
		return misplaced(&s->tokens[0], "unknown keyword", err);
	return 1;
}

static int scan_end(const struct scanner *s, struct intact_error *err)
{
	if (!s->begun)
		return intact_fail(err, INTACT_EDAMAGED, "no '@@begin_db': not AIDE's database");
	if (!s->ended)
		return intact_fail(err, INTACT_EDAMAGED,
				   "missing '@@end_db' (incomplete database file)");
	return 0;
}

/* To the next data line, which is in line and tokens then.  Returns 1, 0 at a proper end, or an
 * error.  `comment` (may be NULL) gets the comment lines. */
static int scan_next(struct scanner *s, void (*comment)(void *, const char *, size_t), void *arg,
		     struct intact_error *err)
{
	for (;;) {
		int rc = aide_lines_next(&s->lines, &s->line, &s->line_len, err);

		if (rc <= 0)
			return rc ? rc : scan_end(s, err);
		s->count = aide_split(s->line, s->line_len, s->tokens, AIDE_COLUMNS_MAX);
		if (s->count == 0) {
			if (comment)
				comment(arg, s->line, s->line_len);
			continue;
		}
		rc = scan_line(s, err);
		if (rc)
			return rc;
	}
}

static int placed(const struct intact_db *db, uint64_t line, int rc, struct intact_error *err)
{
	if (rc == INTACT_EDAMAGED)
		intact_error_prefix(err, "%s:%llu: damaged baseline: ", db->path,
				    (unsigned long long)line);
	else if (rc < 0)
		intact_error_prefix(err, "'%s': ", db->path);
	return rc;
}

/* ---- what the comments say ------------------------------------------------------------------ */

struct comments {
	struct intact_db *db;
	struct arena *arena;
	bool version_follows;
};

static bool after(const char **line, size_t *len, const char *text)
{
	size_t n = strlen(text);

	if (*len < n || memcmp(*line, text, n) != 0)
		return false;
	*line += n;
	*len -= n;
	return true;
}

/* "2026-11-22 04:12:27 +0000"; 0.18 leaves the zone out and means local time. */
static void read_created(struct intact_db *db, const char *text, size_t len)
{
	char copy[64], zone[8] = "";
	struct tm tm = { .tm_isdst = -1 };
	int hours = 0, minutes = 0;
	const char *rest;

	if (len >= sizeof(copy))
		return;
	memcpy(copy, text, len);
	copy[len] = '\0';
	rest = strptime(copy, "%Y-%m-%d %H:%M:%S", &tm);
	if (!rest)
		return;
	if (sscanf(rest, " %7s", zone) != 1) {
		db->meta.created.sec = mktime(&tm);
	} else if ((zone[0] == '+' || zone[0] == '-') &&
		   sscanf(zone + 1, "%2d%2d", &hours, &minutes) == 2) {
		int offset = (hours * 60 + minutes) * 60;

		db->meta.created.sec = timegm(&tm) - (zone[0] == '-' ? -offset : offset);
	}
}

static void comment(void *arg, const char *line, size_t len)
{
	struct comments *c = arg;
	const char *copy;

	if (!after(&line, &len, "# "))
		return;
	if (c->version_follows) {
		copy = arena_strndup(c->arena, line, len);
		c->db->meta.config_version = copy ? copy : "";
		c->version_follows = false;
	} else if (after(&line, &len, "This file was generated by ")) {
		copy = arena_strndup(c->arena, line, len);
		c->db->meta.version = copy ? copy : "";
	} else if (after(&line, &len, "Time of generation was ")) {
		read_created(c->db, line, len);
	} else if (after(&line, &len, "The config version used to generate this file was:")) {
		c->version_follows = true;
	}
}

/* ---- opening -------------------------------------------------------------------------------- */

/* Reads through the whole file.  Sets *ret_sorted to whether it is in path order. */
static int check_all(struct intact_db *db, struct aide *a, struct scanner *s, bool *ret_sorted,
		     struct intact_error *err)
{
	struct comments c = { db, &a->arena, false };
	struct intact_entry e;
	struct arena arena = { 0 };
	struct buf scratch = { 0 }, last = { 0 };
	bool sorted = true;
	int rc;

	while ((rc = scan_next(s, comment, &c, err)) == 1) {
		int cmp;

		arena_clear(&arena);
		rc = aide_entry_parse(&s->spec, s->tokens, s->count, &arena, &scratch, &e, err);
		if (rc)
			break;
		cmp = last.len ? path_cmp(last.data, last.len, e.path.s, e.path.len) : -1;
		if (cmp == 0) {
			rc = intact_fail(err, INTACT_EDAMAGED, "'%s' a second time", e.path.s);
			break;
		}
		sorted &= cmp < 0;
		db->meta.attrs |= e.attrs;
		db->meta.entries++;
		buf_clear(&last);
		buf_add(&last, e.path.s, e.path.len);
		if (last.failed) {
			rc = intact_fail_nomem(err);
			break;
		}
	}
	arena_release(&arena);
	buf_release(&scratch);
	buf_release(&last);
	*ret_sorted = sorted;
	return rc;
}

static int keep_line(struct aide *a, const struct scanner *s, const struct buf *path,
		     struct intact_error *err)
{
	struct sorted_line *line;

	a->bytes += s->line_len + path->len + sizeof(*line);
	if (a->bytes > SORT_MAX)
		return intact_fail(err, INTACT_EDAMAGED,
				   "not in path order, and more than %zu MiB cannot be sorted",
				   SORT_MAX >> 20);
	if (a->nsorted == a->cap) {
		size_t cap = a->cap ? 2 * a->cap : 1024;

		line = realloc(a->sorted, cap * sizeof(*line));
		if (!line)
			return intact_fail_nomem(err);
		a->sorted = line;
		a->cap = cap;
	}
	line = &a->sorted[a->nsorted];
	line->number = s->lines.number;
	line->len = s->line_len;
	line->line = arena_strndup(&a->arena, s->line, s->line_len);
	line->path.len = path->len;
	line->path.s = arena_strndup(&a->arena, path->data ? path->data : "", path->len);
	if (!line->line || !line->path.s)
		return intact_fail_nomem(err);
	a->nsorted++;
	return 0;
}

static int line_order(const void *a, const void *b)
{
	const struct sorted_line *x = a, *y = b;

	return path_cmp(x->path.s, x->path.len, y->path.s, y->path.len);
}

static int sort_all(struct intact_db *db, struct aide *a, struct intact_error *err)
{
	struct scanner *s = calloc(1, sizeof(*s));
	struct buf path = { 0 };
	int rc = s ? aide_lines_init(&s->lines, db->fd, err) : intact_fail_nomem(err);

	while (rc == 0 && (rc = scan_next(s, NULL, NULL, err)) == 1) {
		rc = aide_entry_path(&s->spec, s->tokens, s->count, &path, err);
		if (rc == 0)
			rc = keep_line(a, s, &path, err);
		if (rc)
			break;
	}
	if (s)
		rc = placed(db, s->lines.number, rc, err);
	buf_release(&path);
	if (s)
		aide_lines_release(&s->lines);
	free(s);
	if (rc)
		return rc;
	qsort(a->sorted, a->nsorted, sizeof(*a->sorted), line_order);
	for (size_t i = 1; i < a->nsorted; i++) {
		if (line_order(&a->sorted[i - 1], &a->sorted[i]) == 0) {
			uint64_t x = a->sorted[i - 1].number, y = a->sorted[i].number;

			rc = intact_fail(err, INTACT_EDAMAGED, "'%s' a second time",
					 a->sorted[i].path.s);
			return placed(db, x > y ? x : y, rc, err);
		}
	}
	return 0;
}

static void aide_free(struct intact_db *db)
{
	struct aide *a = db->own;

	arena_release(&a->arena);
	free(a->sorted);
	free(a);
}

/* ---- the stream ----------------------------------------------------------------------------- */

static void aide_close(struct intact_stream *base)
{
	struct aide_stream *s = (struct aide_stream *)base;

	aide_lines_release(&s->scanner.lines);
	arena_release(&s->arena);
	buf_release(&s->scratch);
	buf_release(&s->last);
	free(s->from);
	free(s);
}

static int next_sorted(struct aide_stream *s, struct intact_error *err)
{
	struct aide *a = s->db->own;
	struct sorted_line *line = &a->sorted[s->next];
	int rc;

	if (s->next == a->nsorted)
		return 0;
	s->next++;
	s->scanner.lines.number = line->number;
	s->scanner.count = aide_split(line->line, line->len, s->scanner.tokens, a->spec.count);
	rc = aide_entry_parse(&a->spec, s->scanner.tokens, s->scanner.count, &s->arena, &s->scratch,
			      &s->entry, err);
	return rc ? rc : 1;
}

static int next_in_file(struct aide_stream *s, struct intact_error *err)
{
	int rc = scan_next(&s->scanner, NULL, NULL, err);

	if (rc != 1)
		return rc;
	rc = aide_entry_parse(&s->scanner.spec, s->scanner.tokens, s->scanner.count, &s->arena,
			      &s->scratch, &s->entry, err);
	if (rc)
		return rc;
	if (s->last.len &&
	    path_cmp(s->last.data, s->last.len, s->entry.path.s, s->entry.path.len) >= 0)
		return intact_fail(err, INTACT_EDAMAGED, "the file has changed while it was read");
	buf_clear(&s->last);
	buf_add(&s->last, s->entry.path.s, s->entry.path.len);
	return s->last.failed ? intact_fail_nomem(err) : 1;
}

static int aide_next(struct intact_stream *base, const struct intact_entry **ret,
		     struct intact_error *err)
{
	struct aide_stream *s = (struct aide_stream *)base;
	const struct aide *a = s->db->own;
	int rc;

	if (s->failed)
		return intact_fail(err, s->failed, "'%s': reading failed before", s->db->path);
	do {
		arena_clear(&s->arena);
		rc = a->sorted ? next_sorted(s, err) : next_in_file(s, err);
	} while (rc == 1 && s->from &&
		 path_cmp(s->entry.path.s, s->entry.path.len, s->from, strlen(s->from)) < 0);
	free(s->from);
	s->from = NULL;
	if (rc == 1)
		*ret = &s->entry;
	else
		s->failed = rc;
	return placed(s->db, s->scanner.lines.number, rc, err);
}

static int aide_read(struct intact_db *db, const char *from, struct intact_stream **ret,
		     struct intact_error *err)
{
	struct aide_stream *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return intact_fail_nomem(err);
	s->base.next = aide_next;
	s->base.close = aide_close;
	s->db = db;
	s->from = from ? strdup(from) : NULL;
	rc = from && !s->from ? intact_fail_nomem(err)
			      : aide_lines_init(&s->scanner.lines, db->fd, err);
	if (rc) {
		aide_close(&s->base);
		return rc;
	}
	*ret = &s->base;
	return 0;
}

static const struct reader_ops aide_ops = { aide_read, NULL, NULL, aide_free };

int aide_open(struct intact_db *db, struct intact_error *err)
{
	struct aide *a = calloc(1, sizeof(*a));
	struct scanner *s = calloc(1, sizeof(*s));
	bool sorted = true;
	int rc;

	if (!a || !s) {
		free(a);
		free(s);
		return intact_fail_nomem(err);
	}
	db->ops = &aide_ops;
	db->own = a;
	db->meta = (struct intact_db_meta){
		.host = "",
		.version = "",
		.config_version = "",
		.root_prefix = "",
		.rules = "",
		.remark = "",
	};
	rc = aide_lines_init(&s->lines, db->fd, err);
	if (rc == 0)
		rc = check_all(db, a, s, &sorted, err);
	a->spec = s->spec;
	db->meta.remark = a->spec.remark;
	rc = placed(db, s->lines.number, rc, err);
	aide_lines_release(&s->lines);
	free(s);
	return rc || sorted ? rc : sort_all(db, a, err);
}
