/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See caps.h.
 */

#include "scan/caps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_LIBCAP
#include <sys/capability.h>
#endif

#include "base/arena.h"
#include "base/buf.h"
#include "scan/object.h"
#include "scan/xattr.h"

#ifdef HAVE_LIBCAP

static int copy_text(cap_t caps, struct arena *arena, struct intact_str *ret)
{
	ssize_t len = 0;
	char *text = cap_to_text(caps, &len);
	uid_t root = cap_get_nsowner(caps);
	char suffix[32] = "";
	char *copy;

	if (!text)
		return errno ? errno : EINVAL;
	if (root)
		snprintf(suffix, sizeof(suffix), " [rootid=%lu]", (unsigned long)root);
	ret->len = (size_t)len + strlen(suffix);
	copy = arena_bytes(arena, ret->len + 1);
	if (copy) {
		memcpy(copy, text, (size_t)len);
		memcpy(copy + len, suffix, strlen(suffix) + 1);
	}
	ret->s = copy;
	cap_free(text);
	return copy ? 0 : ENOMEM;
}

static int read_caps(const struct object *o, struct arena *arena, struct intact_str *ret)
{
	cap_t caps = o->fd >= 0 ? cap_get_fd(o->fd) : cap_get_file(o->proc);
	int rc;

	if (!caps)
		return errno;
	rc = copy_text(caps, arena, ret);
	cap_free(caps);
	return rc;
}

#else

static int read_caps(const struct object *o, struct arena *arena, struct intact_str *ret)
{
	(void)o;
	(void)arena;
	(void)ret;
	return ENOSYS;
}

#endif

int caps_read(const struct object *o, const struct buf *list, struct arena *arena,
	      struct intact_str *ret)
{
	*ret = (struct intact_str){ 0 };
	return xattr_listed(list, "security.capability") ? read_caps(o, arena, ret) : 0;
}
