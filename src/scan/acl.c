/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See acl.h.
 *
 * The kernel's form is part of its interface (linux/posix_acl_xattr.h): a version, and for each
 * line a tag, the permissions and an id, all little-endian.  It is decoded here and not by libacl
 * because libacl reads default lists by path only, and we have descriptors; the tests compare the
 * text with libacl's.
 */

#include "scan/acl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "scan/object.h"
#include "scan/xattr.h"

#define ACL_ACCESS "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"

#define ACL_VERSION 2
#define HEADER_SIZE 4
#define LINE_SIZE 8

enum acl_tag {
	TAG_USER_OBJ = 0x01,
	TAG_USER = 0x02,
	TAG_GROUP_OBJ = 0x04,
	TAG_GROUP = 0x08,
	TAG_MASK = 0x10,
	TAG_OTHER = 0x20,
};

struct acl_line {
	unsigned tag;
	unsigned perm;
	uint32_t id;
};

static unsigned le16(const unsigned char *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

/* The tags' numbers are in the order of the text. */
static int compare_lines(const void *a, const void *b)
{
	const struct acl_line *la = a, *lb = b;

	if (la->tag != lb->tag)
		return la->tag < lb->tag ? -1 : 1;
	return la->id == lb->id ? 0 : la->id < lb->id ? -1 : 1;
}

static const char *tag_name(unsigned tag)
{
	switch (tag) {
	case TAG_USER_OBJ:
	case TAG_USER:
		return "user";
	case TAG_GROUP_OBJ:
	case TAG_GROUP:
		return "group";
	case TAG_MASK:
		return "mask";
	case TAG_OTHER:
		return "other";
	default:
		return NULL;
	}
}

static void add_line(struct buf *out, const struct acl_line *line)
{
	buf_printf(out, "%s:", tag_name(line->tag));
	if (line->tag == TAG_USER || line->tag == TAG_GROUP)
		buf_printf(out, "%lu", (unsigned long)line->id);
	buf_printf(out, ":%c%c%c\n", line->perm & 4 ? 'r' : '-', line->perm & 2 ? 'w' : '-',
		   line->perm & 1 ? 'x' : '-');
}

static int decode_lines(const unsigned char *p, struct acl_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++, p += LINE_SIZE) {
		lines[i] = (struct acl_line){ le16(p), le16(p + 2), 0 };
		if (!tag_name(lines[i].tag) || lines[i].perm > 7)
			return EINVAL;
		if (lines[i].tag == TAG_USER || lines[i].tag == TAG_GROUP)
			lines[i].id = le32(p + 4);
	}
	return 0;
}

int acl_text(const void *value, size_t len, struct buf *out)
{
	const unsigned char *p = value;
	struct acl_line *lines;
	size_t count;
	int rc;

	if (len < HEADER_SIZE || (len - HEADER_SIZE) % LINE_SIZE || le32(p) != ACL_VERSION)
		return EINVAL;
	count = (len - HEADER_SIZE) / LINE_SIZE;
	lines = calloc(count + 1, sizeof(*lines));
	if (!lines)
		return ENOMEM;
	rc = decode_lines(p + HEADER_SIZE, lines, count);
	if (rc == 0) {
		qsort(lines, count, sizeof(*lines), compare_lines);
		for (size_t i = 0; i < count; i++)
			add_line(out, &lines[i]);
		rc = out->failed ? ENOMEM : 0;
	}
	free(lines);
	return rc;
}

static int text_of_mode(uint64_t mode, struct arena *arena, struct intact_str *ret)
{
	static const char shape[] = "user::rwx\ngroup::rwx\nother::rwx\n";
	/* Where the three permissions of each line stand in it. */
	static const unsigned char at[] = { 6, 7, 8, 17, 18, 19, 28, 29, 30 };
	char *text = arena_strndup(arena, shape, sizeof(shape) - 1);

	if (!text)
		return ENOMEM;
	for (unsigned i = 0; i < sizeof(at); i++) {
		if (!(mode >> (8 - i) & 1))
			text[at[i]] = '-';
	}
	*ret = (struct intact_str){ text, sizeof(shape) - 1 };
	return 0;
}

static int read_list(const struct object *o, const char *name, void *buffer, struct arena *arena,
		     struct intact_str *ret)
{
	ssize_t n = xattr_get(o, name, buffer, XATTR_VALUE_MAX);
	struct buf text = { 0 };
	int rc;

	if (n < 0)
		return errno;
	rc = acl_text(buffer, (size_t)n, &text);
	if (rc == 0) {
		ret->s = arena_strndup(arena, text.data ? text.data : "", text.len);
		ret->len = text.len;
		if (!ret->s)
			rc = ENOMEM;
	}
	buf_release(&text);
	return rc;
}

int acl_read(const struct object *o, const struct buf *list, void *buffer, struct arena *arena,
	     struct intact_entry *e)
{
	int rc;

	if (xattr_listed(list, ACL_ACCESS))
		rc = read_list(o, ACL_ACCESS, buffer, arena, &e->acl_access);
	else
		rc = text_of_mode(e->mode, arena, &e->acl_access);
	if (rc == 0 && xattr_listed(list, ACL_DEFAULT))
		rc = read_list(o, ACL_DEFAULT, buffer, arena, &e->acl_default);
	return rc;
}
