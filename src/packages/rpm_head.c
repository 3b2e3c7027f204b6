/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See rpm_head.h.  Types, and what each tag has: rpm's documentation of its package format.
 */

#include "packages/rpm_head.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE 8
#define ENTRY_SIZE 16

enum rpm_type {
	RPM_CHAR = 1,
	RPM_INT8 = 2,
	RPM_INT16 = 3,
	RPM_INT32 = 4,
	RPM_STRING = 6,
	RPM_STRINGS = 8,
};

/* ---- the header ---- */

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

bool rpm_head_open(struct rpm_head *h, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	if (len < HEAD_SIZE)
		return false;
	h->n = read32(at);
	h->len = read32(at + 4);
	if (h->n > (len - HEAD_SIZE) / ENTRY_SIZE || h->len > len - HEAD_SIZE - h->n * ENTRY_SIZE)
		return false;
	h->index = at + HEAD_SIZE;
	h->data = h->index + h->n * ENTRY_SIZE;
	return true;
}

/* What was added when the package was installed stands behind what it came with, and counts. */
static const uint8_t *find(const struct rpm_head *h, enum rpm_tag tag)
{
	for (size_t i = h->n; i-- > 0;) {
		if (read32(h->index + i * ENTRY_SIZE) == (uint32_t)tag)
			return h->index + i * ENTRY_SIZE;
	}
	return NULL;
}

static size_t size_of(enum rpm_type type)
{
	return type == RPM_INT32 ? 4 : type == RPM_INT16 ? 2 : 1;
}

/* Values of this type, or NULL where there are none that are in the data.
 */
static const uint8_t *values(const struct rpm_head *h, enum rpm_tag tag, enum rpm_type type,
			     size_t *ret_count)
{
	const uint8_t *entry = find(h, tag);
	uint32_t from, count;

	if (!entry || read32(entry + 4) != (uint32_t)type)
		return NULL;
	from = read32(entry + 8);
	count = read32(entry + 12);
	if (!count || from >= h->len || count > (h->len - from) / size_of(type))
		return NULL;
	*ret_count = count;
	return h->data + from;
}

/* The text at `at`, which ends before the data does.  False if it does not. */
static bool text_at(const struct rpm_head *h, const uint8_t *at, struct piece *ret)
{
	size_t left = h->len - (size_t)(at - h->data);
	const uint8_t *end = memchr(at, '\0', left);

	if (!end)
		return false;
	*ret = (struct piece){ (const char *)at, (size_t)(end - at) };
	return true;
}

bool rpm_head_text(const struct rpm_head *h, enum rpm_tag tag, struct piece *ret)
{
	size_t count;
	const uint8_t *at = values(h, tag, RPM_STRING, &count);

	return at && text_at(h, at, ret);
}

bool rpm_head_number(const struct rpm_head *h, enum rpm_tag tag, uint32_t *ret)
{
	size_t count;
	const uint8_t *at = values(h, tag, RPM_INT32, &count);

	if (!at)
		return false;
	*ret = read32(at);
	return true;
}

/* ---- columns ---- */

/* All of its texts are there. */
static bool texts_end(const struct rpm_head *h, const uint8_t *at, size_t count)
{
	const uint8_t *end = h->data + h->len;
	struct piece text;

	for (size_t i = 0; i < count; i++) {
		if (at >= end || !text_at(h, at, &text))
			return false;
		at += text.len + 1;
	}
	return true;
}

/* A column of `n`, or none.  False if there is one that is neither. */
static bool column(const struct rpm_head *h, enum rpm_tag tag, enum rpm_type type, size_t n,
		   struct rpm_column *ret)
{
	size_t count = 0;
	const uint8_t *at = values(h, tag, type, &count);

	if (!find(h, tag))
		return true;
	if (!at || count != n || (type == RPM_STRINGS && !texts_end(h, at, n)))
		return false;
	*ret = (struct rpm_column){ at, type == RPM_STRINGS ? 0 : size_of(type) };
	return true;
}

static uint32_t next_number(struct rpm_column *c, uint32_t none)
{
	const uint8_t *at = c->at;

	if (!at)
		return none;
	c->at += c->size;
	return c->size == 4 ? read32(at) : c->size == 2 ? (uint32_t)at[0] << 8 | at[1] : at[0];
}

static struct piece next_text(struct rpm_column *c)
{
	struct piece text = { "", 0 };

	if (c->at) {
		text = (struct piece){ (const char *)c->at, strlen((const char *)c->at) };
		c->at += text.len + 1;
	}
	return text;
}

/* ---- files ---- */

static int read_dirs(struct rpm_files *f, const struct rpm_head *h, struct intact_error *err)
{
	struct rpm_column dirs = { 0 };
	size_t count = 0;
	const uint8_t *at = values(h, RPM_DIRNAMES, RPM_STRINGS, &count);

	if (!at || !column(h, RPM_DIRNAMES, RPM_STRINGS, count, &dirs))
		return 0;
	f->dirs = calloc(count, sizeof(*f->dirs));
	if (!f->dirs)
		return intact_fail_nomem(err);
	for (f->ndirs = 0; f->ndirs < count; f->ndirs++)
		f->dirs[f->ndirs] = next_text(&dirs);
	return 1;
}

static bool read_columns(struct rpm_files *f, const struct rpm_head *h, size_t n)
{
	return column(h, RPM_BASENAMES, RPM_STRINGS, n, &f->names) &&
	       column(h, RPM_DIRINDEXES, RPM_INT32, n, &f->dir) &&
	       column(h, RPM_FILESTATES, RPM_CHAR, n, &f->states) &&
	       column(h, RPM_FILEMODES, RPM_INT16, n, &f->modes) &&
	       column(h, RPM_FILEDIGESTS, RPM_STRINGS, n, &f->digests) &&
	       column(h, RPM_FILELINKTOS, RPM_STRINGS, n, &f->links) &&
	       column(h, RPM_FILEFLAGS, RPM_INT32, n, &f->flags) &&
	       column(h, RPM_FILEUSERNAME, RPM_STRINGS, n, &f->users) &&
	       column(h, RPM_FILEGROUPNAME, RPM_STRINGS, n, &f->groups) &&
	       column(h, RPM_FILEVERIFYFLAGS, RPM_INT32, n, &f->verify) &&
	       column(h, RPM_FILECAPS, RPM_STRINGS, n, &f->caps) && f->names.at && f->dir.at &&
	       f->modes.at && f->states.at;
}

int rpm_files_open(struct rpm_files *f, const struct rpm_head *h, struct intact_error *err)
{
	size_t n = 0;
	int rc;

	*f = (struct rpm_files){ .algorithm = RPM_MD5 };
	/* A package without files. */
	if (!find(h, RPM_BASENAMES))
		return 1;
	if (!values(h, RPM_BASENAMES, RPM_STRINGS, &n))
		return 0;
	rc = read_dirs(f, h, err);
	if (rc != 1)
		return rc;
	if (!read_columns(f, h, n))
		return 0;
	if (find(h, RPM_FILEDIGESTALGO) && !rpm_head_number(h, RPM_FILEDIGESTALGO, &f->algorithm))
		return 0;
	f->left = n;
	return 1;
}

bool rpm_files_next(struct rpm_files *f, struct rpm_file *ret)
{
	uint32_t dir;

	if (!f->left)
		return false;
	f->left--;
	dir = next_number(&f->dir, 0);
	*ret = (struct rpm_file){
		.base = next_text(&f->names),
		.digest = next_text(&f->digests),
		.link = next_text(&f->links),
		.user = next_text(&f->users),
		.group = next_text(&f->groups),
		.caps = next_text(&f->caps),
		.mode = next_number(&f->modes, 0),
		.flags = next_number(&f->flags, 0),
		.verify = next_number(&f->verify, UINT32_MAX),
		.there = next_number(&f->states, 0) == 0,
	};
	/* Of no folder: nobody asks for such a name. */
	if (dir < f->ndirs)
		ret->dir = f->dirs[dir];
	else
		ret->there = false;
	return true;
}

void rpm_files_release(struct rpm_files *f)
{
	free(f->dirs);
	*f = (struct rpm_files){ 0 };
}
