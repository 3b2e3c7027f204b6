/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing AIDE's text database (aide-compat, sections 5.1 to 5.4).
 */

#include <intact/db.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/text.h"
#include "base/zstream.h"
#include "db/aide_acl.h"
#include "db/aide_text.h"
#include "db/format.h"
#include "db/writer.h"

/* The column "attr" has no attribute; it stands where AIDE's numbers leave room for it. */
#define ATTR_BIT 20

/* Text is handed on in pieces of this size. */
#define CHUNK ((size_t)65536)

struct aide_writer {
	struct intact_db_writer base;
	enum intact_aide_version version;
	struct zpack *zpack; /* NULL: plain */
	uint64_t columns;    /* attributes that have one */
	struct buf text;     /* not written yet */
	struct buf packed;
	struct buf last; /* path */
	struct buf scratch;
};

static bool is_newest(const struct aide_writer *w)
{
	return w->version == INTACT_AIDE_NEWEST;
}

static int flush(struct aide_writer *w, bool finish, struct intact_error *err)
{
	struct buf *out = &w->text;
	int rc;

	if (w->text.failed)
		return intact_fail_nomem(err);
	rc = writer_show(&w->base, w->text.data, w->text.len, err);
	if (rc)
		return rc;
	if (w->zpack) {
		buf_clear(&w->packed);
		rc = zpack_some(w->zpack, w->text.data, w->text.len, finish, &w->packed, err);
		if (rc)
			return rc;
		out = &w->packed;
	}
	rc = writer_put(&w->base, out->data, out->len, err);
	buf_clear(&w->text);
	return rc;
}

/* ---- values --------------------------------------------------------------------------------- */

static void put_base64(struct buf *out, const void *data, size_t len)
{
	if (len)
		text_base64(out, data, len);
	else
		buf_add_char(out, '0');
}

static void put_link(struct buf *out, const struct intact_str *link)
{
	if (link->len == 0) {
		buf_add_str(out, "0-");
		return;
	}
	if (link->s[0] == '0')
		buf_add_char(out, '0');
	text_percent(out, link->s, link->len);
}

static void put_time(struct aide_writer *w, const struct intact_time *t)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, t->sec);

	if (is_newest(w) || t->sec == 0)
		buf_add(&w->text, digits, (size_t)len);
	else
		text_base64(&w->text, digits, (size_t)len);
}

static void put_acl_text(struct aide_writer *w, const struct intact_str *text)
{
	buf_clear(&w->scratch);
	if (text->s)
		aide_acl_to_names(&w->scratch, text->s, text->len);
	put_base64(&w->text, w->scratch.data, w->scratch.len);
	/* The next one clears it. */
	w->text.failed |= w->scratch.failed;
}

static void put_acl(struct aide_writer *w, const struct intact_entry *e)
{
	buf_add_str(&w->text, "POSIX,");
	put_acl_text(w, &e->acl_access);
	buf_add_char(&w->text, ',');
	put_acl_text(w, &e->acl_default);
}

static void put_xattrs(struct aide_writer *w, const struct intact_entry *e)
{
	buf_printf(&w->text, "%zu", e->nxattrs);
	for (size_t i = 0; i < e->nxattrs; i++) {
		const struct intact_xattr *x = &e->xattrs[i];

		buf_add_char(&w->text, ',');
		text_percent(&w->text, x->name.s, x->name.len);
		buf_add_char(&w->text, ',');
		put_base64(&w->text, x->value.s, x->value.len);
	}
}

static void put_value(struct aide_writer *w, const struct intact_entry *e,
		      const struct intact_attr *row)
{
	const struct intact_str *s;

	switch (row->kind) {
	case INTACT_KIND_NONE:
		text_percent(&w->text, e->path.s, e->path.len);
		break;
	case INTACT_KIND_MODE:
		buf_printf(&w->text, "%" PRIo64, e->mode);
		break;
	case INTACT_KIND_TIME:
		put_time(w, intact_entry_time(e, row));
		break;
	case INTACT_KIND_STRING:
		s = intact_entry_str(e, row);
		if (row->id == INTACT_LINK)
			put_link(&w->text, s);
		else
			put_base64(&w->text, s->s, s->len);
		break;
	case INTACT_KIND_DIGEST:
		text_base64(&w->text, e->digest[row->digest], row->digest_size);
		break;
	case INTACT_KIND_ACL:
		put_acl(w, e);
		break;
	case INTACT_KIND_XATTRS:
		put_xattrs(w, e);
		break;
	default:
		/* AIDE keeps numbers signed. */
		buf_printf(&w->text, "%" PRId64, (int64_t)intact_entry_number(e, row));
		break;
	}
}

/* ---- entries -------------------------------------------------------------------------------- */

/* Columns that entries with these attributes need; always there are name, perm, inode. */
static uint64_t columns_for(uint64_t attrs)
{
	uint64_t columns =
		INTACT_BIT(INTACT_NAME) | INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_INODE);

	if (attrs & (INTACT_BIT(INTACT_SIZE_GROWING) | INTACT_BIT(INTACT_GROWING)))
		columns |= INTACT_BIT(INTACT_SIZE);
	for (uint64_t left = attrs; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (row && row->field)
			columns |= INTACT_BIT(row->id);
	}
	return columns;
}

/* The attributes of an entry that have a value in AIDE's sense. */
static uint64_t attrs_of(const struct aide_writer *w, const struct intact_entry *e)
{
	uint64_t attrs = e->attrs & ~e->failed & intact_db_aide_attrs(w->version);
	uint64_t kept = INTACT_BIT(INTACT_NAME);

	for (uint64_t left = attrs; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));
		bool has = true;

		if (row->field && !(w->columns & INTACT_BIT(row->id)))
			has = false;
		else if (row->kind == INTACT_KIND_DIGEST)
			has = e->digest[row->digest] != NULL;
		else if (row->kind == INTACT_KIND_STRING)
			has = intact_entry_str(e, row)->s != NULL;
		else if (row->kind == INTACT_KIND_ACL)
			has = e->acl_access.s || e->acl_default.s;
		if (has)
			kept |= INTACT_BIT(row->id);
	}
	return kept;
}

/* Attributes whose value is written: those, and what AIDE always keeps. */
static uint64_t values_of(uint64_t attrs)
{
	uint64_t values = attrs | INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_INODE);

	if ((attrs & INTACT_BIT(INTACT_SIZE_GROWING)) ||
	    ((attrs & INTACT_BIT(INTACT_GROWING)) && (attrs & INTACT_MASK_DIGESTS)))
		values |= INTACT_BIT(INTACT_SIZE);
	return values;
}

static void put_entry(struct aide_writer *w, const struct intact_entry *e)
{
	uint64_t attrs = attrs_of(w, e), values = values_of(attrs);

	/* In bit order. */
	for (unsigned id = 0; id < INTACT_BTIME; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (id == ATTR_BIT) {
			buf_printf(&w->text, " %" PRIu64, attrs);
			continue;
		}
		if (!row || !(w->columns & INTACT_BIT(id)))
			continue;
		if (id != INTACT_NAME)
			buf_add_char(&w->text, ' ');
		if (values & INTACT_BIT(id))
			put_value(w, e, row);
		else
			buf_add_char(&w->text, '0');
	}
	buf_add_char(&w->text, '\n');
}

static int check(const struct aide_writer *w, const struct intact_entry *e,
		 struct intact_error *err)
{
	if (!db_path_clean(e->path.s, e->path.len, 0))
		return intact_fail(err, INTACT_EIO, "'%s' cannot be stored: not a clean path",
				   e->path.s);
	if (w->last.len && path_cmp(w->last.data, w->last.len, e->path.s, e->path.len) >= 0)
		return intact_fail(err, INTACT_EIO, "'%s' comes after '%s': not in path order",
				   e->path.s, w->last.data);
	if (e->flags & (INTACT_ENTRY_GAP | INTACT_ENTRY_UNMEASURED))
		return intact_fail(err, INTACT_EIO, "'%s' cannot be stored: it is not measured",
				   e->path.s);
	return 0;
}

static int aide_append(struct intact_db_writer *base, const struct intact_entry *e,
		       struct intact_error *err)
{
	struct aide_writer *w = (struct aide_writer *)base;
	int rc = check(w, e, err);

	if (rc)
		return rc;
	buf_clear(&w->last);
	buf_add(&w->last, e->path.s, e->path.len);
	if (w->last.failed)
		return intact_fail_nomem(err);
	put_entry(w, e);
	return w->text.len >= CHUNK ? flush(w, false, err) : 0;
}

/* ---- the file ------------------------------------------------------------------------------- */

/* Local time, in 0.18 without its offset.  A time of 0 is not known. */
static void put_created(struct aide_writer *w, const struct intact_time *when)
{
	const char *format = is_newest(w) ? "%Y-%m-%d %H:%M:%S %z" : "%Y-%m-%d %H:%M:%S";
	time_t created = (time_t)when->sec;
	char date[64] = "";
	struct tm tm;

	if (created && localtime_r(&created, &tm) && strftime(date, sizeof(date), format, &tm))
		buf_printf(&w->text, "# Time of generation was %s\n", date);
}

static void put_head(struct aide_writer *w, const struct intact_db_meta *meta)
{
	buf_add_str(&w->text, "@@begin_db\n");
	if (meta->version && meta->version[0]) {
		buf_printf(&w->text, "# This file was generated by %s, version ",
			   meta->program ? meta->program : "intact");
		text_escape(&w->text, meta->version, strlen(meta->version));
		buf_add_char(&w->text, '\n');
	}
	put_created(w, &meta->created);
	if (meta->config_version) {
		buf_add_str(&w->text, "# The config version used to generate this file was:\n# ");
		text_escape(&w->text, meta->config_version, strlen(meta->config_version));
		buf_add_char(&w->text, '\n');
	}
	buf_add_str(&w->text, "@@db_spec");
	for (unsigned id = 0; id < INTACT_BTIME; id++) {
		if (id == ATTR_BIT)
			buf_add_str(&w->text, " attr");
		else if (w->columns & INTACT_BIT(id))
			buf_printf(&w->text, " %s", intact_attr_get(id)->field);
	}
	/* 0.18 writes a blank there. */
	buf_add_str(&w->text, is_newest(w) ? "\n" : " \n");
}

static int aide_finish(struct intact_db_writer *base, uint8_t root[INTACT_DB_DIGEST_SIZE],
		       struct intact_error *err)
{
	struct aide_writer *w = (struct aide_writer *)base;

	memset(root, 0, INTACT_DB_DIGEST_SIZE);
	buf_add_str(&w->text, "@@end_db\n");
	return flush(w, true, err);
}

static void aide_writer_free(struct intact_db_writer *base)
{
	struct aide_writer *w = (struct aide_writer *)base;

	zpack_free(w->zpack);
	buf_release(&w->text);
	buf_release(&w->packed);
	buf_release(&w->last);
	buf_release(&w->scratch);
	free(w);
}

static const struct writer_ops aide_writer_ops = { aide_append, aide_finish, NULL,
						   aide_writer_free };

int intact_db_create_aide_in(struct intact_db_out *out, const struct intact_db_meta *meta,
			     bool gzip, enum intact_aide_version version,
			     struct intact_db_writer **ret, struct intact_error *err)
{
	struct aide_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return intact_fail_nomem(err);
	w->base.ops = &aide_writer_ops;
	w->base.out = out;
	w->version = version;
	w->columns = columns_for(meta->attrs & intact_db_aide_attrs(w->version));
	if (gzip) {
		w->zpack = zpack_new(9, true);
		if (!w->zpack) {
			aide_writer_free(&w->base);
			return intact_fail_nomem(err);
		}
	}
	put_head(w, meta);
	*ret = &w->base;
	return 0;
}

int intact_db_create_aide(const char *path, int fd, const struct intact_db_meta *meta, bool gzip,
			  enum intact_aide_version version, struct intact_db_writer **ret,
			  struct intact_error *err)
{
	struct intact_db_out *out;
	int rc = intact_db_reserve(path, fd, &out, err);

	if (rc < 0)
		return rc;
	rc = intact_db_create_aide_in(out, meta, gzip, version, ret, err);
	if (rc < 0)
		intact_db_out_free(out);
	else
		(*ret)->owns_out = true;
	return rc;
}
