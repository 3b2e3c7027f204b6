/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See aide_text.h.
 *
 * AIDE reads what is malformed as zero or not at all, with a warning.  That would make a damaged
 * database look like changed files, or like unchanged ones; here it is damaged.
 */

#include "db/aide_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/aide_acl.h"
#include "db/format.h"
#include <intact/db.h>

static int damaged(struct intact_error *err, const char *what, const struct aide_token *t)
{
	int len = t->len > 80 ? 80 : (int)t->len;

	return intact_fail(err, INTACT_EDAMAGED, "%s: '%.*s'", what, len, t->s);
}

static bool token_is(const struct aide_token *t, const char *text)
{
	return t->len == strlen(text) && memcmp(t->s, text, t->len) == 0;
}

size_t aide_split(const char *line, size_t len, struct aide_token *tokens, size_t max)
{
	size_t count = 0, i = 0;

	/* Only a copy by way of another system has them. */
	if (len && line[len - 1] == '\r')
		len--;
	while (i < len) {
		size_t start;

		if (line[i] == ' ' || line[i] == '\t') {
			i++;
			continue;
		}
		if (line[i] == '#')
			break;
		start = i;
		while (i < len && line[i] != ' ' && line[i] != '\t')
			i++;
		if (count == max)
			return max + 1;
		tokens[count++] = (struct aide_token){ line + start, i - start };
	}
	return count;
}

uint64_t intact_db_aide_attrs(enum intact_aide_version version)
{
	enum intact_attr_id end = version == INTACT_AIDE_NEWEST ? INTACT_BTIME : INTACT_SHA512_256;
	uint64_t mask = db_attr_known() & (INTACT_BIT(end) - 1);

	return mask & ~(INTACT_BIT(INTACT_RDEV) | INTACT_BIT(INTACT_DEV));
}

static void remark(struct aide_spec *spec, const char *text)
{
	size_t len = strlen(spec->remark);

	snprintf(spec->remark + len, sizeof(spec->remark) - len, "%s%s", len ? "; " : "", text);
}

static void remark_unknown(struct aide_spec *spec, const struct aide_token *t, size_t position)
{
	char text[128];

	snprintf(text, sizeof(text), "skip unknown field '%.*s' at position %zu",
		 t->len > 40 ? 40 : (int)t->len, t->s, position);
	remark(spec, text);
}

int aide_spec_parse(struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		    struct intact_error *err)
{
	if (count == 0 || count >= AIDE_COLUMNS_MAX)
		return intact_fail(err, INTACT_EDAMAGED, "'@@db_spec' has %s",
				   count ? "too many fields" : "no fields");
	for (size_t i = 0; i < count; i++) {
		const struct intact_attr *row = intact_attr_by_field(tokens[i].s, tokens[i].len);
		bool is_attr = token_is(&tokens[i], "attr");

		spec->column[i] = is_attr ? AIDE_COLUMN_ATTR : AIDE_COLUMN_UNKNOWN;
		if ((is_attr && spec->has_attr) || (row && (spec->fields & INTACT_BIT(row->id))))
			return damaged(err, "'@@db_spec' has a field twice", &tokens[i]);
		spec->has_attr |= is_attr;
		if (row && (intact_db_aide_attrs(INTACT_AIDE_NEWEST) & INTACT_BIT(row->id))) {
			spec->column[i] = (int)row->id;
			spec->fields |= INTACT_BIT(row->id);
		}
		if (spec->column[i] == AIDE_COLUMN_UNKNOWN)
			remark_unknown(spec, &tokens[i], i + 1);
	}
	if (!spec->has_attr)
		remark(spec, "missing attr field, attributes are those of the other fields");
	if (!(spec->fields & INTACT_BIT(INTACT_NAME)))
		return intact_fail(err, INTACT_EDAMAGED, "'@@db_spec' has no field 'name'");
	spec->count = (unsigned)count;
	return 0;
}

/* ---- values --------------------------------------------------------------------------------- */

/* What the decoders of one line share. */
struct decoder {
	struct arena *arena;
	struct buf *scratch;
	struct intact_entry *e;
	uint64_t empty; /* attributes whose value is "0": there is none */
};

static bool token_empty(const struct aide_token *t)
{
	return t->len == 1 && t->s[0] == '0';
}

/* Digits of `base`, at least one, nothing else, no overflow. */
static bool get_digits(const char *s, size_t len, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(unsigned char)s[i] - '0';

		if (digit >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*ret = v;
	return true;
}

/* AIDE prints signed numbers: an inode beyond 2^63 is negative. */
static bool get_number(const char *s, size_t len, uint64_t *ret)
{
	uint64_t v;

	if (len == 0 || s[0] != '-')
		return get_digits(s, len, 10, ret);
	if (!get_digits(s + 1, len - 1, 10, &v) || v > (uint64_t)1 << 63)
		return false;
	*ret = 0 - v;
	return true;
}

static bool get_base64(struct buf *out, const struct aide_token *t, struct intact_error *err,
		       int *ret_rc)
{
	buf_clear(out);
	if (text_unbase64(out, t->s, t->len) != 0) {
		*ret_rc = damaged(err, "not base64", t);
		return false;
	}
	if (out->failed) {
		*ret_rc = intact_fail_nomem(err);
		return false;
	}
	return true;
}

static int keep(struct decoder *d, struct intact_str *ret, struct intact_error *err)
{
	if (d->scratch->failed)
		return intact_fail_nomem(err);
	ret->s = arena_strndup(d->arena, d->scratch->data ? d->scratch->data : "", d->scratch->len);
	ret->len = d->scratch->len;
	return ret->s ? 0 : intact_fail_nomem(err);
}

static int get_time(struct decoder *d, const struct intact_attr *row, const struct aide_token *t,
		    struct intact_error *err)
{
	const char *text = t->s;
	size_t len = t->len;
	uint64_t sec;
	int rc = 0;

	/* 0.18 writes the digits in base64, which then begins with L, M, N or O. */
	if (len && text[0] >= 'L' && text[0] <= 'O') {
		if (!get_base64(d->scratch, t, err, &rc))
			return rc;
		text = d->scratch->data;
		len = d->scratch->len;
	}
	if (!get_number(text, len, &sec))
		return damaged(err, "not a time", t);
	*(int64_t *)((char *)d->e + row->offset) = (int64_t)sec;
	return 0;
}

static int get_plain(struct decoder *d, const struct intact_attr *row, const struct aide_token *t,
		     struct intact_error *err)
{
	uint64_t v;
	bool good = row->kind == INTACT_KIND_MODE ? get_digits(t->s, t->len, 8, &v)
						  : get_number(t->s, t->len, &v);

	if (!good)
		return damaged(err, "not a number", t);
	memcpy((char *)d->e + row->offset, &v, sizeof(v));
	return 0;
}

static int get_name(struct decoder *d, const struct aide_token *t, struct intact_error *err)
{
	buf_clear(d->scratch);
	text_unpercent(d->scratch, t->s, t->len);
	if (!d->scratch->failed &&
	    (d->scratch->len > DB_PATH_MAX || !db_path_clean(d->scratch->data, d->scratch->len, 0)))
		return damaged(err, "not a clean absolute path", t);
	return keep(d, &d->e->path, err);
}

/* "0": none; "0-": empty; a "0" in front of what begins with "0". */
static int get_link(struct decoder *d, const struct aide_token *t, struct intact_error *err)
{
	size_t skip = t->len > 1 && t->s[0] == '0';

	if (token_empty(t)) {
		d->empty |= INTACT_BIT(INTACT_LINK);
		return 0;
	}
	if (skip && t->s[1] != '0' && !(t->len == 2 && t->s[1] == '-'))
		return damaged(err, "not a link target", t);
	buf_clear(d->scratch);
	if (!(skip && t->s[1] == '-'))
		text_unpercent(d->scratch, t->s + skip, t->len - skip);
	return keep(d, &d->e->link, err);
}

static int get_string(struct decoder *d, const struct intact_attr *row, const struct aide_token *t,
		      struct intact_error *err)
{
	int rc = 0;

	if (row->id == INTACT_LINK)
		return get_link(d, t, err);
	if (token_empty(t))
		return 0;
	if (!get_base64(d->scratch, t, err, &rc))
		return rc;
	return keep(d, (struct intact_str *)((char *)d->e + row->offset), err);
}

static int get_digest(struct decoder *d, const struct intact_attr *row, const struct aide_token *t,
		      struct intact_error *err)
{
	struct intact_str value = { 0 };
	int rc = 0;

	if (token_empty(t)) {
		d->empty |= INTACT_BIT(row->id);
		return 0;
	}
	if (!get_base64(d->scratch, t, err, &rc))
		return rc;
	if (d->scratch->len != row->digest_size)
		return damaged(err, "a digest of the wrong length", t);
	rc = keep(d, &value, err);
	d->e->digest[row->digest] = (const uint8_t *)value.s;
	return rc;
}

/* One half of an ACL: "0" or a text in base64. */
static int get_acl_text(struct decoder *d, const struct aide_token *t, struct intact_str *ret,
			struct intact_error *err)
{
	struct buf numbers = { 0 };
	int rc = 0;

	if (token_empty(t))
		return 0;
	if (!get_base64(d->scratch, t, err, &rc))
		return rc;
	aide_acl_to_numbers(&numbers, d->scratch->data, d->scratch->len);
	buf_clear(d->scratch);
	buf_add(d->scratch, numbers.data ? numbers.data : "", numbers.len);
	d->scratch->failed |= numbers.failed;
	buf_release(&numbers);
	return keep(d, ret, err);
}

static int get_acl(struct decoder *d, const struct aide_token *t, struct intact_error *err)
{
	const char *comma, *end = t->s + t->len;
	struct aide_token part;
	int rc;

	if (token_empty(t)) {
		d->empty |= INTACT_BIT(INTACT_ACL);
		return 0;
	}
	comma = t->len > 6 && memcmp(t->s, "POSIX,", 6) == 0 ? memchr(t->s + 6, ',', t->len - 6)
							     : NULL;
	if (!comma)
		return damaged(err, "not an ACL", t);
	part = (struct aide_token){ t->s + 6, (size_t)(comma - t->s) - 6 };
	if (part.len == 0)
		return damaged(err, "not an ACL", t);
	rc = get_acl_text(d, &part, &d->e->acl_access, err);
	if (rc)
		return rc;
	part = (struct aide_token){ comma + 1, (size_t)(end - comma) - 1 };
	if (part.len == 0)
		return damaged(err, "not an ACL", t);
	return get_acl_text(d, &part, &d->e->acl_default, err);
}

/* The next piece of a list, or false at its end. */
static bool list_next(struct aide_token *rest, struct aide_token *ret)
{
	const char *comma;

	if (!rest->s)
		return false;
	comma = memchr(rest->s, ',', rest->len);
	ret->s = rest->s;
	ret->len = comma ? (size_t)(comma - rest->s) : rest->len;
	if (comma) {
		rest->len -= ret->len + 1;
		rest->s = comma + 1;
	} else {
		rest->s = NULL;
	}
	return true;
}

static int xattr_order(const struct intact_xattr *a, const struct intact_xattr *b)
{
	size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;
	int cmp = memcmp(a->name.s, b->name.s, n);

	return cmp ? cmp : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

static int xattr_compare(const void *a, const void *b)
{
	return xattr_order(a, b);
}

static int get_xattr(struct decoder *d, struct aide_token *rest, struct intact_xattr *x,
		     const struct aide_token *t, struct intact_error *err)
{
	struct aide_token key, value;
	int rc = 0;

	if (!list_next(rest, &key) || !list_next(rest, &value) || key.len == 0)
		return damaged(err, "not a list of extended attributes", t);
	buf_clear(d->scratch);
	text_unpercent(d->scratch, key.s, key.len);
	rc = keep(d, &x->name, err);
	if (rc)
		return rc;
	buf_clear(d->scratch);
	if (!token_empty(&value) && !get_base64(d->scratch, &value, err, &rc))
		return rc;
	return keep(d, &x->value, err);
}

static int get_xattrs(struct decoder *d, const struct aide_token *t, struct intact_error *err)
{
	struct aide_token rest = *t, count_text;
	struct intact_xattr *x;
	uint64_t count;
	int rc = 0;

	/* Each has two commas at least, so the length of the line bounds the count. */
	if (!list_next(&rest, &count_text) ||
	    !get_digits(count_text.s, count_text.len, 10, &count) || count > DB_XATTRS_MAX ||
	    count > t->len)
		return damaged(err, "not a list of extended attributes", t);
	x = arena_array(d->arena, count + 1, sizeof(*x));
	if (!x)
		return intact_fail_nomem(err);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = get_xattr(d, &rest, &x[i], t, err);
	if (rc)
		return rc;
	if (rest.s)
		return damaged(err, "not a list of extended attributes", t);
	qsort(x, count, sizeof(*x), xattr_compare);
	for (size_t i = 1; i < count; i++) {
		if (xattr_order(&x[i - 1], &x[i]) == 0)
			return damaged(err, "an extended attribute twice", t);
	}
	d->e->xattrs = count ? x : NULL;
	d->e->nxattrs = count;
	return 0;
}

static int get_value(struct decoder *d, const struct intact_attr *row, const struct aide_token *t,
		     struct intact_error *err)
{
	switch (row->kind) {
	case INTACT_KIND_NONE:
		return get_name(d, t, err);
	case INTACT_KIND_TIME:
		return get_time(d, row, t, err);
	case INTACT_KIND_STRING:
		return get_string(d, row, t, err);
	case INTACT_KIND_DIGEST:
		return get_digest(d, row, t, err);
	case INTACT_KIND_ACL:
		return get_acl(d, t, err);
	case INTACT_KIND_XATTRS:
		return get_xattrs(d, t, err);
	default:
		return get_plain(d, row, t, err);
	}
}

/* ---- lines ---------------------------------------------------------------------------------- */

static int check_count(const struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		       struct intact_error *err)
{
	if (count < spec->count)
		return damaged(err,
			       "the line is cut off: it has fewer values than '@@db_spec' fields",
			       &tokens[0]);
	if (count > spec->count)
		return damaged(err, "the line has more values than '@@db_spec' fields", &tokens[0]);
	return 0;
}

int aide_entry_path(const struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		    struct buf *ret, struct intact_error *err)
{
	int rc = check_count(spec, tokens, count, err);

	buf_clear(ret);
	for (unsigned i = 0; i < spec->count && rc == 0; i++) {
		if (spec->column[i] == INTACT_NAME)
			text_unpercent(ret, tokens[i].s, tokens[i].len);
	}
	return ret->failed ? intact_fail_nomem(err) : rc;
}

/* Attributes whose value is in a column that this database does not have. */
static uint64_t without_column(const struct aide_spec *spec)
{
	uint64_t have = spec->fields;

	if (have & INTACT_BIT(INTACT_PERM))
		have |= INTACT_BIT(INTACT_FTYPE);
	if (have & INTACT_BIT(INTACT_SIZE))
		have |= INTACT_BIT(INTACT_SIZE_GROWING);
	have |= INTACT_BIT(INTACT_CHECK_INODE) | INTACT_BIT(INTACT_ALLOW_NEW) |
		INTACT_BIT(INTACT_ALLOW_REMOVED) | INTACT_BIT(INTACT_GROWING) |
		INTACT_BIT(INTACT_COMPRESSED);
	return ~have;
}

static void finish(const struct aide_spec *spec, struct decoder *d, uint64_t attrs)
{
	struct intact_entry *e = d->e;

	e->flags = INTACT_ENTRY_SECONDS;
	if (!spec->has_attr) {
		/* All that the columns can hold, and this type of object can have. */
		e->attrs = intact_attr_applicable(spec->fields, (uint32_t)e->mode) & ~d->empty &
			   ~(INTACT_BIT(INTACT_NAME) | INTACT_BIT(INTACT_RDEV));
		return;
	}
	/* The name counts as an attribute there, not with us. */
	e->attrs = attrs & intact_db_aide_attrs(INTACT_AIDE_NEWEST) & ~INTACT_BIT(INTACT_NAME);
	e->failed = e->attrs & (d->empty | without_column(spec));
	if (e->failed)
		e->problem = "the database has no value";
}

int aide_entry_parse(const struct aide_spec *spec, const struct aide_token *tokens, size_t count,
		     struct arena *arena, struct buf *scratch, struct intact_entry *ret,
		     struct intact_error *err)
{
	struct intact_entry e = { 0 };
	struct decoder d = { arena, scratch, &e, 0 };
	uint64_t attrs = 0;
	int rc = check_count(spec, tokens, count, err);

	for (unsigned i = 0; i < spec->count && rc == 0; i++) {
		int column = spec->column[i];

		if (column >= 0) {
			rc = get_value(&d, intact_attr_get((unsigned)column), &tokens[i], err);
			if (rc == INTACT_EDAMAGED && column != INTACT_NAME)
				intact_error_prefix(
					err, "%s: ", intact_attr_get((unsigned)column)->field);
		} else if (column == AIDE_COLUMN_ATTR &&
			   !get_digits(tokens[i].s, tokens[i].len, 10, &attrs)) {
			rc = damaged(err, "attr: not a number", &tokens[i]);
		}
	}
	if (rc)
		return rc;
	finish(spec, &d, attrs);
	*ret = e;
	return 0;
}
