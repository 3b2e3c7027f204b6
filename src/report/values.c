/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See values.h.  Forms: aide-compat 4.6 to 4.8 and 6.4.
 */

#include "report/values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <intact/rules.h>

#include "base/accounts.h"
#include "base/text.h"
#include "model/acl.h"

/* ---- the list ---- */

void values_clear(struct values *v)
{
	buf_clear(&v->text);
	v->count = 0;
}

void values_release(struct values *v)
{
	buf_release(&v->text);
	free(v->list);
	*v = (struct values){ 0 };
}

const char *values_at(const struct values *v, size_t i, size_t *ret_len)
{
	*ret_len = v->list[i].len;
	return v->text.data + v->list[i].start;
}

/* Begin a value: what is appended to v->text from here on belongs to it. */
static bool value_begin(struct values *v)
{
	if (v->count == v->size) {
		size_t size = v->size ? v->size * 2 : 16;
		struct value *list = realloc(v->list, size * sizeof(*list));

		if (!list) {
			v->text.failed = true;
			return false;
		}
		v->list = list;
		v->size = size;
	}
	v->list[v->count].start = v->text.len;
	return buf_reserve(&v->text, 1);
}

static void value_end(struct values *v)
{
	v->list[v->count].len = v->text.len - v->list[v->count].start;
	v->count++;
}

/* ---- single values ---- */

void value_time(struct buf *out, const struct intact_time *t, bool nsec)
{
	time_t seconds = (time_t)t->sec;
	char date[64], zone[16];
	struct tm tm;

	if (!localtime_r(&seconds, &tm) ||
	    !strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm) ||
	    !strftime(zone, sizeof(zone), "%z", &tm)) {
		/* A year that struct tm cannot hold. */
		buf_printf(out, "%" PRId64, t->sec);
		if (nsec)
			buf_printf(out, ".%09" PRIu32, t->nsec);
		return;
	}
	buf_add_str(out, date);
	if (nsec)
		buf_printf(out, ".%09" PRIu32, t->nsec);
	buf_printf(out, " %s", zone);
}

static void value_mode(struct buf *out, uint32_t mode)
{
	static const char types[] = "fdplbcs", shown[] = "-dplbcs";
	const char *type = strchr(types, intact_ftype_letter(mode));
	char text[11];

	text[0] = type ? shown[type - types] : '?';
	for (unsigned i = 0; i < 9; i++)
		text[i + 1] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
	if (mode & S_ISUID)
		text[3] = mode & S_IXUSR ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = mode & S_IXGRP ? 's' : 'l';
	if (mode & S_ISVTX)
		text[9] = mode & S_IXOTH ? 't' : 'T';
	text[10] = '\0';
	buf_add_str(out, text);
}

/* FS_IOC_GETFLAGS, in the order AIDE shows them. */
static const struct {
	uint32_t bit;
	char letter;
} file_flags[] = {
	{ 0x1, 's' },	    { 0x2, 'u' },	 { 0x8, 'S' },	      { 0x10000, 'D' },
	{ 0x10, 'i' },	    { 0x20, 'a' },	 { 0x40, 'd' },	      { 0x80, 'A' },
	{ 0x4, 'c' },	    { 0x800, 'E' },	 { 0x4000, 'j' },     { 0x1000, 'I' },
	{ 0x8000, 't' },    { 0x20000, 'T' },	 { 0x80000, 'e' },    { 0x800000, 'C' },
	{ 0x2000000, 'x' }, { 0x40000000, 'F' }, { 0x10000000, 'N' }, { 0x20000000, 'P' },
	{ 0x100000, 'V' },  { 0x400, 'm' },
};
#define FILE_FLAGS (sizeof(file_flags) / sizeof(file_flags[0]))

static void value_flags(struct buf *out, uint64_t flags, uint64_t ignored)
{
	for (size_t i = 0; i < FILE_FLAGS; i++) {
		if (ignored & file_flags[i].bit)
			buf_add_char(out, ':');
		else
			buf_add_char(out, flags & file_flags[i].bit ? file_flags[i].letter : '-');
	}
}

void value_flag_letters(struct buf *out, uint64_t flags)
{
	for (size_t i = 0; i < FILE_FLAGS; i++) {
		if (flags & file_flags[i].bit)
			buf_add_char(out, file_flags[i].letter);
	}
}

static void value_fstype(struct buf *out, uint64_t fstype)
{
	const char *name = intact_fstype_name(fstype);

	if (name)
		buf_add_str(out, name);
	else
		buf_printf(out, "0x%" PRIx64, fstype);
}

static void value_digest(struct buf *out, const struct intact_attr *row, const uint8_t *digest,
			 bool base16)
{
	if (base16)
		text_hex(out, digest, row->digest_size);
	else
		text_base64(out, digest, row->digest_size);
}

/* ---- ACL ---- */

static void add_account(struct buf *out, enum account_kind kind, const char *digits, size_t len,
			uint32_t id)
{
	char name[ACCOUNT_NAME_MAX];

	if (account_name(kind, id, name))
		buf_add_str(out, name);
	else
		buf_add(out, digits, len);
}

/* The number that stands between the colons of "user:1000:r--", or -1. */
static int64_t acl_id(const char *text, size_t len)
{
	uint64_t id = 0;

	if (len == 0 || len > 10)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		id = id * 10 + (uint64_t)(text[i] - '0');
	}
	return id <= UINT32_MAX ? (int64_t)id : -1;
}

/* One line of the text form, its number replaced by a name where there is one. */
static void value_acl_line(struct buf *out, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const char *second =
		colon ? memchr(colon + 1, ':', len - (size_t)(colon + 1 - line)) : NULL;
	int64_t id = second ? acl_id(colon + 1, (size_t)(second - colon - 1)) : -1;

	if (id < 0) {
		buf_add(out, line, len);
		return;
	}
	buf_add(out, line, (size_t)(colon + 1 - line));
	add_account(out, line[0] == 'g' ? ACCOUNT_GROUP : ACCOUNT_USER, colon + 1,
		    (size_t)(second - colon - 1), (uint32_t)id);
	buf_add(out, second, len - (size_t)(second - line));
}

static void values_acl(struct values *v, const char *prefix, const struct intact_str *acl)
{
	const char *at = acl->s, *end = acl->s ? acl->s + acl->len : NULL;
	unsigned mask = acl->s ? acl_mask(acl->s, acl->len) : 7;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		if (stop > at) {
			if (!value_begin(v))
				return;
			buf_add_str(&v->text, prefix);
			value_acl_line(&v->text, at, (size_t)(stop - at));
			buf_add_str(&v->text, acl_effective(at, (size_t)(stop - at), mask));
			value_end(v);
		}
		at = stop + 1;
	}
}

/* ---- extended attributes ---- */

static bool xattr_is_text(const struct intact_str *value)
{
	for (size_t i = 0; i < value->len; i++) {
		char c = value->s[i];
		bool letter =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (!letter && (c == '\0' || !strchr(".-_:;,[]{}<>()!@#$%^&*|\\/?~", c)))
			return false;
	}
	return true;
}

static void value_xattr(struct buf *out, const struct intact_xattr *x, size_t number, int width)
{
	struct intact_str text = x->value;

	/* Many programs store the terminator of a string as well. */
	if (text.len && text.s[text.len - 1] == '\0')
		text.len--;
	buf_printf(out, "[%0*zu] ", width, number);
	buf_add(out, x->name.s, x->name.len);
	if (xattr_is_text(&text)) {
		buf_add_str(out, " = ");
		buf_add(out, text.s, text.len);
	} else {
		buf_add_str(out, " <=> ");
		text_base64(out, x->value.s, x->value.len);
	}
}

static void values_xattrs(struct values *v, const struct intact_entry *e)
{
	int width = snprintf(NULL, 0, "%zu", e->nxattrs);

	if (!value_begin(v))
		return;
	buf_printf(&v->text, "num=%zu", e->nxattrs);
	value_end(v);
	for (size_t i = 0; i < e->nxattrs && value_begin(v); i++) {
		value_xattr(&v->text, &e->xattrs[i], i + 1, width);
		value_end(v);
	}
}

/* ---- rows ---- */

static void value_string(struct values *v, const struct intact_str *s)
{
	if (!s->s || !value_begin(v))
		return;
	buf_add(&v->text, s->s, s->len);
	value_end(v);
}

static void value_scalar(struct values *v, const struct intact_entry *e,
			 const struct intact_attr *row, const struct values_options *options)
{
	uint64_t number;

	if (!value_begin(v))
		return;
	if (row->kind == INTACT_KIND_TIME) {
		value_time(&v->text, intact_entry_time(e, row), false);
		value_end(v);
		return;
	}
	number = intact_entry_number(e, row);
	if (row->kind == INTACT_KIND_MODE)
		value_mode(&v->text, (uint32_t)number);
	else if (row->kind == INTACT_KIND_FTYPE)
		buf_add_str(&v->text, intact_ftype_name((uint32_t)number));
	else if (row->kind == INTACT_KIND_DEVICE)
		buf_printf(&v->text, "%" PRIu64 ":%" PRIu64, number >> 32, number & UINT32_MAX);
	else if (row->kind == INTACT_KIND_FLAGS)
		value_flags(&v->text, number, options->ignore_e2fsattrs);
	else if (row->kind == INTACT_KIND_FSTYPE)
		value_fstype(&v->text, number);
	else
		buf_printf(&v->text, "%" PRIu64, number);
	value_end(v);
}

bool values_digest(struct values *v, const struct intact_attr *row, const uint8_t *digest,
		   bool base16)
{
	if (digest && value_begin(v)) {
		value_digest(&v->text, row, digest, base16);
		value_end(v);
	}
	return !v->text.failed;
}

bool values_get(struct values *v, const struct intact_entry *e, const struct intact_attr *row,
		bool present, const struct values_options *options)
{
	values_clear(v);
	if (!e || (e->failed & INTACT_BIT(row->id)) ||
	    (!present && !(e->attrs & INTACT_BIT(row->id))))
		return true;
	switch (row->kind) {
	case INTACT_KIND_NONE:
		break;
	case INTACT_KIND_STRING:
		value_string(v, intact_entry_str(e, row));
		break;
	case INTACT_KIND_DIGEST:
		return values_digest(v, row, e->digest[row->digest], options->base16);
	case INTACT_KIND_ACL:
		values_acl(v, "A: ", &e->acl_access);
		values_acl(v, "D: ", &e->acl_default);
		break;
	case INTACT_KIND_XATTRS:
		values_xattrs(v, e);
		break;
	default:
		value_scalar(v, e, row, options);
		break;
	}
	return !v->text.failed;
}

/* ---- two sides ---- */

static bool values_alike(const struct values *a, const struct values *b)
{
	return a->count == 1 && b->count == 1 && a->text.len == b->text.len &&
	       memcmp(a->text.data, b->text.data, a->text.len) == 0;
}

static void refine(struct values *v, const struct intact_entry *e, const struct intact_attr *row)
{
	if (row->kind == INTACT_KIND_TIME) {
		values_clear(v);
		if (value_begin(v))
			value_time(&v->text, intact_entry_time(e, row), true);
	} else {
		v->count = 0;
		buf_printf(&v->text, " 0x%" PRIx64, intact_entry_number(e, row));
	}
	value_end(v);
}

bool values_get_both(struct values *old, struct values *new, const struct intact_entry *old_entry,
		     const struct intact_entry *new_entry, const struct intact_attr *row,
		     bool present, const struct values_options *options)
{
	if (!values_get(old, old_entry, row, present, options) ||
	    !values_get(new, new_entry, row, present, options))
		return false;
	if (values_alike(old, new) && !intact_entry_equal(old_entry, new_entry, row) &&
	    (row->kind == INTACT_KIND_TIME ||
	     (row->kind == INTACT_KIND_FLAGS && !options->ignore_e2fsattrs))) {
		refine(old, old_entry, row);
		refine(new, new_entry, row);
	}
	return !old->text.failed && !new->text.failed;
}

/* ---- columns ---- */

size_t value_piece(const char *s, size_t len, size_t columns, size_t *ret_chars)
{
	size_t bytes = 0, chars = 0;

	for (; bytes < len && chars < columns; chars++) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)s + bytes, len - bytes, &c);

		bytes += n ? n : 1;
	}
	*ret_chars = chars;
	return bytes;
}
