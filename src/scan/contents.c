/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading a measured file again: what it proves is asked for when its folder is left.
 *
 * Between the two reads anything may have happened to the file.  So the second read proves itself:
 * it stops at the size that was measured and must give the digests that were measured.  Then what
 * it says of the beginning of the content, or of what it decompresses to, is said of the content
 * that is recorded and reported, whatever stands under the name by now; and a log that merely went
 * on growing is still provable.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/measure.h"
#include "scan/object.h"
#include "scan/read.h"

struct contents {
	struct intact_contents contents;
	struct intact_scan *scan;
	struct measurer measurer;
	bool ready; /* the measurer is */
};

static void contents_hold(struct scan_dir *dir)
{
	if (dir)
		scan_dir_ref(dir);
}

static void contents_drop(struct scan_dir *dir)
{
	scan_dir_unref(dir);
}

/* All digests of the entry are those of what was read, and there is one at least. */
static bool is_what_was_measured(const struct measurer *m, const struct intact_entry *e)
{
	uint64_t mask = e->attrs & ~e->failed & m->scan->digests;
	bool proven = false;

	for (; mask; mask &= mask - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(mask));

		if (!e->digest[row->digest] ||
		    memcmp(e->digest[row->digest], m->digests[row->digest], row->digest_size) != 0)
			return false;
		proven = true;
	}
	return proven;
}

/* Returns 1 if what was read counts, 0, or a negative code. */
static int read_again(struct measurer *m, const struct object *o, const struct intact_entry *e,
		      struct content *c, struct intact_error *err)
{
	int error = 0;
	int rc;

	c->fd = o->fd;
	c->size = e->size;
	c->device = intact_device(o->st.stx_dev_major, o->st.stx_dev_minor);
	c->may_grow = true;
	c->holes = content_may_have_holes(&o->st);
	c->digests = e->attrs & ~e->failed & m->scan->digests;
	rc = content_read(m, c, &error, err);
	if (rc < 0)
		return rc;
	if (rc != CONTENT_OK || (c->unpack && m->unpack.why))
		return 0;
	return is_what_was_measured(m, e);
}

/* It need not be the object that was measured to have its content, but no other is worth reading.
 */
static bool may_be_it(const struct object *o, const struct intact_entry *e)
{
	return S_ISREG(o->st.stx_mode) && o->st.stx_ino == e->ino && o->st.stx_size >= e->size;
}

static int open_and_read(struct measurer *m, const struct intact_entry *e, struct content *c,
			 struct intact_error *err)
{
	struct object o;
	int rc = 0;

	if (object_hold(m->scan, e->dir->fd, path_name(e->path.s, e->path.len), S_IFREG, true,
			&o) != 0)
		return 0;
	if (may_be_it(&o, e))
		object_read(m->scan, &o);
	if (o.fd >= 0 && may_be_it(&o, e))
		rc = read_again(m, &o, e, c, err);
	object_close(&o);
	return rc;
}

static int contents_prefixes(struct intact_contents *contents, const struct intact_entry *e,
			     bool unpack, struct intact_prefix *prefixes, size_t n,
			     struct intact_error *err)
{
	struct contents *c = (struct contents *)contents;
	struct content content = { .unpack = unpack };
	int rc = 0;

	if (!e->dir)
		return 0;
	if (unpack) {
		content.unpacked_prefixes = prefixes;
		content.nunpacked_prefixes = n;
	} else {
		content.prefixes = prefixes;
		content.nprefixes = n;
	}
	if (!c->ready)
		rc = measurer_init(&c->measurer, c->scan, true, err);
	if (rc < 0)
		return rc;
	c->ready = true;
	return open_and_read(&c->measurer, e, &content, err);
}

static void contents_close(struct intact_contents *contents)
{
	struct contents *c = (struct contents *)contents;

	if (!c)
		return;
	measurer_release(&c->measurer);
	free(c);
}

int intact_scan_contents(struct intact_scan *scan, struct intact_contents **ret,
			 struct intact_error *err)
{
	struct contents *c = calloc(1, sizeof(*c));

	if (!c)
		return intact_fail_nomem(err);
	c->contents = (struct intact_contents){ contents_hold, contents_drop, contents_prefixes,
						contents_close };
	c->scan = scan;
	*ret = &c->contents;
	return 0;
}
