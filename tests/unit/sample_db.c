/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sample_db.h.
 */

#include "tests/unit/sample_db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define MAX_ENTRIES 64
#define MAX_FIELDS 48

/* ---- fields ---- */

static struct intact_str keep(struct arena *arena, const struct buf *b)
{
	return (struct intact_str){ arena_strndup(arena, b->data ? b->data : "", b->len), b->len };
}

static struct intact_str decode_base64(struct arena *arena, const char *text, size_t len)
{
	struct buf b = { 0 };
	struct intact_str s = { 0 };

	if (len != 1 || text[0] != '0') {
		assert_int_equal(text_unbase64(&b, text, len), 0);
		s = keep(arena, &b);
	}
	buf_release(&b);
	return s;
}

static struct intact_str decode_percent(struct arena *arena, const char *text, size_t len)
{
	struct buf b = { 0 };
	struct intact_str s;

	text_unpercent(&b, text, len);
	s = keep(arena, &b);
	buf_release(&b);
	return s;
}

static void read_link(struct sample_db *db, struct intact_entry *e, const char *value)
{
	if (strcmp(value, "0") == 0)
		return;
	if (value[0] == '0')
		value++;
	e->link = decode_percent(&db->arena, value, strlen(value));
}

/* 0.18 writes the decimal digits in base64. */
static void read_time(struct sample_db *db, struct intact_time *t, const char *value)
{
	struct intact_str digits;

	if (value[0] != 'M') {
		t->sec = strtoll(value, NULL, 10);
		return;
	}
	digits = decode_base64(&db->arena, value, strlen(value));
	t->sec = strtoll(digits.s, NULL, 10);
}

/* "POSIX,ACCESS,DEFAULT" */
static void read_acl(struct sample_db *db, struct intact_entry *e, const char *value)
{
	const char *access = strchr(value, ','), *comma = access ? strchr(access + 1, ',') : NULL;

	if (!comma)
		return;
	access++;
	e->acl_access = decode_base64(&db->arena, access, (size_t)(comma - access));
	e->acl_default = decode_base64(&db->arena, comma + 1, strlen(comma + 1));
}

/* "N,KEY,VALUE,...", in the order they were stored in. */
static void read_xattrs(struct sample_db *db, struct intact_entry *e, const char *value)
{
	struct intact_xattr *xattrs;

	e->nxattrs = strtoul(value, NULL, 10);
	xattrs = arena_array(&db->arena, e->nxattrs, sizeof(*xattrs));
	for (size_t i = 0; i < e->nxattrs; i++) {
		const char *key = strchr(value, ',') + 1, *data = strchr(key, ',') + 1;

		xattrs[i].name = decode_percent(&db->arena, key, (size_t)(data - 1 - key));
		xattrs[i].value = decode_base64(&db->arena, data, strcspn(data, ","));
		if (!xattrs[i].value.s)
			xattrs[i].value = (struct intact_str){ "", 0 };
		value = data;
	}
	e->xattrs = xattrs;
}

static void read_digest(struct sample_db *db, struct intact_entry *e, const struct intact_attr *row,
			const char *value)
{
	struct intact_str s = decode_base64(&db->arena, value, strlen(value));

	if (!s.s)
		return;
	assert_int_equal(s.len, row->digest_size);
	e->digest[row->digest] = (const uint8_t *)s.s;
}

static void read_number(struct intact_entry *e, const struct intact_attr *row, const char *value)
{
	uint64_t n = strtoull(value, NULL, row->kind == INTACT_KIND_MODE ? 8 : 10);

	memcpy((char *)e + row->offset, &n, sizeof(n));
}

static void read_row(struct sample_db *db, struct intact_entry *e, const struct intact_attr *row,
		     const char *value)
{
	switch (row->kind) {
	case INTACT_KIND_TIME:
		read_time(db, (struct intact_time *)((char *)e + row->offset), value);
		break;
	case INTACT_KIND_DIGEST:
		read_digest(db, e, row, value);
		break;
	case INTACT_KIND_ACL:
		read_acl(db, e, value);
		break;
	case INTACT_KIND_XATTRS:
		if (strcmp(value, "0") != 0)
			read_xattrs(db, e, value);
		break;
	case INTACT_KIND_STRING:
		if (row->id == INTACT_LINK)
			read_link(db, e, value);
		else
			*(struct intact_str *)((char *)e + row->offset) =
				decode_base64(&db->arena, value, strlen(value));
		break;
	default:
		read_number(e, row, value);
		break;
	}
}

static void read_field(struct sample_db *db, struct intact_entry *e, const char *field,
		       const char *value)
{
	const struct intact_attr *row;

	if (strcmp(field, "name") == 0) {
		e->path = decode_percent(&db->arena, value, strlen(value));
		return;
	}
	if (strcmp(field, "attr") == 0) {
		e->attrs = strtoull(value, NULL, 10);
		return;
	}
	row = intact_attr_by_field(field, strlen(field));
	assert_non_null(row);
	read_row(db, e, row, value);
}

/* ---- lines ---- */

static size_t split(char *line, char *fields[MAX_FIELDS])
{
	size_t n = 0;
	char *rest = NULL;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = strtok_r(line, " ", &rest); at; at = strtok_r(NULL, " ", &rest)) {
		assert_true(n < MAX_FIELDS);
		fields[n++] = at;
	}
	return n;
}

void sample_db_read(struct sample_db *db, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL, *spec = NULL, *columns[MAX_FIELDS], *values[MAX_FIELDS];
	size_t size = 0, ncolumns = 0;

	assert_non_null(f);
	*db = (struct sample_db){ 0 };
	db->entries = calloc(MAX_ENTRIES, sizeof(*db->entries));
	while (getline(&line, &size, f) > 0) {
		struct intact_entry *e = &db->entries[db->count];

		if (strncmp(line, "@@db_spec ", 10) == 0) {
			spec = strdup(line + 10);
			ncolumns = split(spec, columns);
		}
		if (line[0] != '/')
			continue;
		assert_true(db->count < MAX_ENTRIES);
		assert_int_equal(split(line, values), ncolumns);
		for (size_t i = 0; i < ncolumns; i++)
			read_field(db, e, columns[i], values[i]);
		e->flags = INTACT_ENTRY_SECONDS;
		db->count++;
	}
	free(spec);
	free(line);
	fclose(f);
}

void sample_db_release(struct sample_db *db)
{
	arena_release(&db->arena);
	free(db->entries);
}

/* ---- streams ---- */

struct array_stream {
	struct intact_stream stream;
	const struct intact_entry *entries;
	size_t count, at;
	int fail;
	bool ended;
};

static int array_next(struct intact_stream *s, const struct intact_entry **ret,
		      struct intact_error *err)
{
	struct array_stream *a = (struct array_stream *)s;

	/* Who asks again is not told the end once more. */
	assert_false(a->ended);
	a->ended = a->at == a->count;
	if (a->ended)
		return a->fail ? intact_fail(err, a->fail, "the stream fails") : 0;
	*ret = &a->entries[a->at++];
	return 1;
}

static void array_close(struct intact_stream *s)
{
	free(s);
}

struct intact_stream *sample_stream(const struct intact_entry *entries, size_t count, int fail)
{
	struct array_stream *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	a->stream = (struct intact_stream){ array_next, array_close };
	a->entries = entries;
	a->count = count;
	a->fail = fail;
	return &a->stream;
}
