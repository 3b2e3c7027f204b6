/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See untar.h.
 *
 *	header (512 bytes) | content | zeros up to 512 | header ... | a header of zeros
 *
 * Before the header of a member with a long name there is one of type 'L' (its path) or 'K' (its
 * target) whose content is that name.
 */

#include "packages/untar.h"

#include <string.h>

#include "packages/dpkg_text.h"

#define BLOCK 512u

/* Fields of a header. */
#define AT_MODE 100
#define AT_UID 108
#define AT_GID 116
#define AT_SIZE 124
#define AT_SUM 148
#define AT_TYPE 156
#define AT_TARGET 157
#define AT_MAGIC 257
#define AT_PREFIX 345

static int bad(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EIO, "a tar archive with %s", what);
}

/* Octal digits, up to a blank or a NUL. */
static bool number(const char *at, size_t len, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < len && at[i] >= '0' && at[i] <= '7'; i++)
		n = n << 3 | (uint64_t)(at[i] - '0');
	if (i == 0 || (i < len && at[i] != ' ' && at[i] != '\0'))
		return false;
	*ret = n;
	return true;
}

static bool is_zero(const char *header)
{
	for (size_t i = 0; i < BLOCK; i++) {
		if (header[i])
			return false;
	}
	return true;
}

static bool sum_is_right(const char *header)
{
	uint64_t want, sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= AT_SUM && i < AT_SUM + 8 ? ' ' : (unsigned char)header[i];
	return number(header + AT_SUM, 8, &want) && want == sum;
}

/* ---- names -------------------------------------------------------------------------------------
 */

/* The path that the header has, as far as it goes. */
static void short_path(const struct untar *t, struct buf *out)
{
	const char *h = t->header;

	/* The prefix is that of POSIX; GNU's format has something else there. */
	if (memcmp(h + AT_MAGIC, "ustar\0", 6) == 0 && h[AT_PREFIX]) {
		buf_add(out, h + AT_PREFIX, strnlen(h + AT_PREFIX, 155));
		buf_add_char(out, '/');
	}
	buf_add(out, h, strnlen(h, 100));
}

/* "./usr/bin/" -> "/usr/bin".  Returns 1, 0 for the root itself, -1. */
static int clean_path(struct untar *t)
{
	struct buf raw = { 0 };
	struct piece path;
	const char *at;
	size_t len;
	int rc = -1;

	if (t->path.len)
		buf_add(&raw, t->path.data, strlen(t->path.data));
	else
		short_path(t, &raw);
	buf_clear(&t->clean);
	if (!raw.failed && raw.len) {
		at = raw.data[0] == '.' ? raw.data + 1 : raw.data;
		len = strlen(at);
		while (len && at[len - 1] == '/')
			len--;
		if (*at != '/')
			buf_add_char(&t->clean, '/');
		buf_add(&t->clean, at, len);
		if (!len)
			rc = 0;
		else if (!t->clean.failed &&
			 dpkg_list_line((struct piece){ t->clean.data, t->clean.len }, &path))
			rc = 1;
	}
	buf_release(&raw);
	return rc;
}

/* ---- members -----------------------------------------------------------------------------------
 */

static void forget_names(struct untar *t)
{
	buf_clear(&t->path);
	buf_clear(&t->target);
}

static int begin_member(struct untar *t, struct intact_error *err)
{
	const char *h = t->header;
	struct untar_member m = { .type = h[AT_TYPE] ? h[AT_TYPE] : '0', .size = t->left };
	char target[101];
	uint64_t mode;
	int rc = clean_path(t);

	if (rc < 0)
		return bad(err, "a name that is none");
	if (!number(h + AT_MODE, 8, &mode) || !number(h + AT_UID, 8, &m.uid) ||
	    !number(h + AT_GID, 8, &m.gid))
		return bad(err, "numbers that are none");
	memcpy(target, h + AT_TARGET, 100);
	target[100] = '\0';
	m.mode = (uint32_t)mode & 07777;
	m.path = rc ? t->clean.data : "/";
	m.target = t->target.len ? t->target.data : target;
	t->kind = '0';
	rc = t->sink->begin(t->sink->ctx, &m, err);
	forget_names(t);
	return rc;
}

static int take_header(struct untar *t, struct intact_error *err)
{
	char type = t->header[AT_TYPE];

	t->have = 0;
	if (is_zero(t->header)) {
		t->ended = true;
		return 0;
	}
	if (!sum_is_right(t->header) || memcmp(t->header + AT_MAGIC, "ustar", 5) != 0)
		return bad(err, "a damaged header");
	if (!number(t->header + AT_SIZE, 12, &t->left))
		return bad(err, "a size that is none");
	t->padding = (BLOCK - t->left % BLOCK) % BLOCK;
	if (type != 'L' && type != 'K')
		return strchr("01234567", type) ? begin_member(t, err)
						: bad(err, "members of an unknown type");
	if (t->left > DPKG_PATH_MAX)
		return bad(err, "a name that is too long");
	t->kind = type;
	buf_clear(type == 'L' ? &t->path : &t->target);
	return 0;
}

static int take_content(struct untar *t, const char *data, size_t len, struct intact_error *err)
{
	struct buf *name = t->kind == 'L' ? &t->path : &t->target;

	if (t->kind == '0')
		return t->sink->data(t->sink->ctx, data, len, err);
	buf_add(name, data, len);
	return name->failed ? intact_fail_nomem(err) : 0;
}

/* What is at hand: some of a content, of the zeros behind it, or of a header. */
static int step(struct untar *t, const char **data, size_t *len, struct intact_error *err)
{
	size_t n = *len;
	int rc = 0;

	if (t->left) {
		n = n < t->left ? n : (size_t)t->left;
		rc = take_content(t, *data, n, err);
		t->left -= n;
	} else if (t->padding) {
		n = n < t->padding ? n : (size_t)t->padding;
		t->padding -= n;
	} else {
		n = n < BLOCK - t->have ? n : BLOCK - t->have;
		memcpy(t->header + t->have, *data, n);
		t->have += n;
		if (t->have == BLOCK)
			rc = take_header(t, err);
	}
	*data += n;
	*len -= n;
	if (rc == 0 && !t->left && t->kind) {
		bool member = t->kind == '0';

		t->kind = 0;
		rc = member ? t->sink->end(t->sink->ctx, err) : 0;
	}
	return rc;
}

int untar_some(struct untar *t, const char *data, size_t len, struct intact_error *err)
{
	int rc = 0;

	while (rc == 0 && len && !t->ended)
		rc = step(t, &data, &len, err);
	return rc;
}

bool untar_complete(const struct untar *t)
{
	return t->ended;
}

void untar_release(struct untar *t)
{
	buf_release(&t->path);
	buf_release(&t->target);
	buf_release(&t->clean);
}
