/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: what a file system says of an object beyond its inode: the list of extended
 * attributes and their values, among them access control lists and capabilities.
 *
 *	u16 length of the list of names; the list; then for each call that asks for a value in turn:
 *	u16 length of the value, or 0xffff for an error; the value
 *
 * The calls are answered here, in the place of libc's; libcap asks them as well.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/arena.h"
#include "base/text.h"
#include "db/aide_acl.h"
#include "model/acl.h"
#include "scan/acl.h"
#include "scan/caps.h"
#include "scan/object.h"
#include "scan/xattr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct part {
	const uint8_t *data;
	size_t len;
};

static struct part names, values;

static size_t take_length(struct part *p)
{
	size_t len;

	if (p->len < 2)
		return 0;
	len = p->data[0] | (size_t)p->data[1] << 8;
	p->data += 2;
	p->len -= 2;
	return len;
}

static struct part take(struct part *p, size_t len)
{
	struct part taken = { p->data, len < p->len ? len : p->len };

	p->data += taken.len;
	p->len -= taken.len;
	return taken;
}

/* ---- libc's calls ---- */

static ssize_t give(struct part what, void *to, size_t size)
{
	if (size && size < what.len) {
		errno = ERANGE;
		return -1;
	}
	if (size && what.len)
		memcpy(to, what.data, what.len);
	return (ssize_t)what.len;
}

static ssize_t give_value(void *to, size_t size)
{
	size_t len = take_length(&values);

	if (len == 0xffff) {
		errno = ENODATA;
		return -1;
	}
	return give(take(&values, len), to, size);
}

ssize_t flistxattr(int fd, char *to, size_t size)
{
	(void)fd;
	return give(names, to, size);
}

ssize_t listxattr(const char *path, char *to, size_t size)
{
	(void)path;
	return give(names, to, size);
}

ssize_t fgetxattr(int fd, const char *name, void *to, size_t size)
{
	(void)fd;
	(void)name;
	return give_value(to, size);
}

ssize_t getxattr(const char *path, const char *name, void *to, size_t size)
{
	(void)path;
	(void)name;
	return give_value(to, size);
}

/* ---- what is made of them ---- */

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Text that stands in entries, line by line as reports show it, and as AIDE's databases have it. */
static void use_acl(const struct intact_str *acl)
{
	unsigned mask = acl_mask(acl->s, acl->len);
	struct buf aide = { 0 }, back = { 0 };

	require(mask <= 7);
	for (size_t at = 0; at < acl->len;) {
		const char *line = acl->s + at, *end = memchr(line, '\n', acl->len - at);
		size_t len = end ? (size_t)(end - line) : acl->len - at;

		require(acl_line_length(line, len) <= len);
		(void)strlen(acl_effective(line, len, mask));
		at += len + 1;
	}
	aide_acl_to_names(&aide, acl->s, acl->len);
	aide_acl_to_numbers(&back, aide.data ? aide.data : "", aide.len);
	/* A list of the kernel's has numbers; whatever names they have here leads back to them. */
	require(back.len == acl->len && (!acl->len || memcmp(back.data, acl->s, acl->len) == 0));
	buf_release(&aide);
	buf_release(&back);
}

static void use_text(const uint8_t *data, size_t size)
{
	struct intact_str acl = { (const char *)data, size };
	struct buf out = { 0 };

	if (acl_text(data, size, &out) == 0) {
		acl = (struct intact_str){ out.data ? out.data : "", out.len };
		use_acl(&acl);
	}
	buf_clear(&out);
	aide_acl_to_numbers(&out, (const char *)data, size);
	(void)acl_mask((const char *)data, size);
	buf_release(&out);
}

static void use_xattrs(const struct intact_entry *e)
{
	for (size_t i = 0; i < e->nxattrs; i++) {
		require(e->xattrs[i].name.len == strlen(e->xattrs[i].name.s));
		require(!i || strcmp(e->xattrs[i - 1].name.s, e->xattrs[i].name.s) <= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buffer[XATTR_VALUE_MAX];
	struct object o = { .dirfd = -1, .name = "fuzz", .path_fd = -1, .fd = 1000000 };
	struct intact_entry e = { .mode = S_IFREG | 0644 };
	struct part all = { data, size };
	struct intact_str caps, selinux;
	struct arena arena = { 0 };
	struct buf list = { 0 };

	use_text(data, size);
	names = take(&all, take_length(&all));
	values = all;
	if (xattr_list(&o, &list) == 0) {
		if (acl_read(&o, &list, buffer, &arena, &e) == 0) {
			use_acl(&e.acl_access);
			if (e.acl_default.s)
				use_acl(&e.acl_default);
		}
		(void)caps_read(&o, &list, &arena, &caps);
		(void)xattr_string(&o, "security.selinux", buffer, &arena, &selinux);
		if (xattr_read(&o, &list, true, buffer, &arena, &e) == 0)
			use_xattrs(&e);
	}
	buf_release(&list);
	arena_release(&arena);
	return 0;
}
