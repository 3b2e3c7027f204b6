/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading a measured file again: what it proves is asked for when its folder is left.
 *
 * Between the two reads anything may have happened to the file.  So the second read proves itself:
 * it stops at the size that was measured and must give the digests that were measured.  Then what
 * it says of the beginning of the content, or of what it decompresses to, is said of the content
 * that is recorded and reported, whatever stands under the name by now; and a log that merely went
 * on growing is still provable.
 *
 * A file system that answered when the file was measured may have stopped meanwhile.  So with
 * patience (watch.h) a thread of its own reads; what it gets no answer for is not proven.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/path.h"
#include "base/thread.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/measure.h"
#include "scan/object.h"
#include "scan/read.h"
#include "scan/silent.h"

/* The caller looks around at least so often. */
#define WAIT_MS 20

/* Reading in a thread that is watched.  Left behind it is that thread's own, and never freed. */
struct again {
	struct watch watch;
	struct thread thread;
	struct measurer measurer;
	struct arena arena; /* for what the next two point to */
	struct intact_entry entry;
	struct content content;
	int rc;
	struct intact_error err;
	struct mutex lock;
	struct cond end;
	bool locks; /* the two above exist */
	bool ended; /* guarded by lock */
};

struct contents {
	struct intact_contents contents;
	struct intact_scan *scan;
	struct measurer measurer; /* without patience: for the caller's thread */
	bool ready;		  /* the measurer is */
	struct again *again;	  /* with patience; NULL: not needed yet, or left behind */
	struct silent silent;	  /* devices that gave no answer */
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
	c->digests |= e->attrs & ~e->failed & m->scan->digests;
	rc = content_read(m, c, &error, err);
	m->scan->stats.bytes += m->bytes;
	m->bytes = 0;
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

static int read_in(struct measurer *m, int dirfd, const struct intact_entry *e, struct content *c,
		   struct intact_error *err)
{
	struct object o;
	int rc = 0;

	if (object_hold(m->scan, dirfd, path_name(e->path.s, e->path.len), S_IFREG, true, &o) != 0)
		return 0;
	if (may_be_it(&o, e))
		object_read(m->scan, &o);
	if (o.fd >= 0 && may_be_it(&o, e))
		rc = read_again(m, &o, e, c, err);
	object_close(&o);
	return rc;
}

/* The folder of an entry that did not keep it, by one name after the other.  -1 where it is not to
 * be had, or a link is in the way. */
static int open_folder(const struct intact_scan *scan, const struct intact_str *path)
{
	const char *at = path->s + 1, *end = path_name(path->s, path->len);
	int fd = scan->root_fd < 0 ? -1 : fcntl(scan->root_fd, F_DUPFD_CLOEXEC, 0);

	while (fd >= 0 && at < end) {
		int next = file_open_step(fd, &at, O_PATH);

		close(fd);
		fd = next;
	}
	return fd;
}

static int open_and_read(struct measurer *m, const struct intact_entry *e, struct content *c,
			 struct intact_error *err)
{
	int fd, rc;

	m->fresh = 0;
	if (e->dir)
		return read_in(m, e->dir->fd, e, c, err);
	fd = open_folder(m->scan, &e->path);
	if (fd < 0)
		return 0;
	rc = read_in(m, fd, e, c, err);
	close(fd);
	return rc;
}

/* ---- in a thread that may be left behind -------------------------------------------------------
 */

static void *again_run(void *arg)
{
	struct again *a = arg;
	struct scan_dir *dir = a->entry.dir;

	watch_progress(&a->watch);
	watch_begin(&a->watch);
	a->rc = open_and_read(&a->measurer, &a->entry, &a->content, &a->err);
	scan_dir_unref(dir);
	if (!watch_end(&a->watch))
		return NULL;
	mutex_lock(&a->lock);
	a->ended = true;
	cond_signal(&a->end);
	mutex_unlock(&a->lock);
	return NULL;
}

static void again_free(struct again *a)
{
	measurer_release(&a->measurer);
	arena_release(&a->arena);
	if (a->locks) {
		cond_destroy(&a->end);
		mutex_destroy(&a->lock);
	}
	free(a);
}

static int init_locks(struct again *a, struct intact_error *err)
{
	int rc = mutex_init(&a->lock, err);

	if (rc < 0)
		return rc;
	rc = cond_init(&a->end, err);
	if (rc < 0)
		mutex_destroy(&a->lock);
	else
		a->locks = true;
	return rc;
}

static int again_new(struct intact_scan *scan, struct again **ret, struct intact_error *err)
{
	struct again *a = calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return intact_fail_nomem(err);
	rc = init_locks(a, err);
	if (rc == 0)
		rc = measurer_init(&a->measurer, scan, false, err);
	a->measurer.watch = &a->watch;
	if (rc < 0) {
		again_free(a);
		return rc;
	}
	*ret = a;
	return 0;
}

/* The thread has copies of all it works with: it may outlive what the caller has. */
static int again_start(struct again *a, const struct intact_entry *e, const struct content *c,
		       struct intact_error *err)
{
	size_t n = c->nprefixes + c->nunpacked_prefixes;
	struct intact_prefix *copy;
	int rc;

	arena_clear(&a->arena);
	copy = arena_alloc(&a->arena, (n ? n : 1) * sizeof(*copy));
	if (!copy)
		return intact_fail_nomem(err);
	rc = intact_entry_copy(&a->entry, e, &a->arena, err);
	if (rc < 0)
		return rc;
	a->content = *c;
	if (n)
		memcpy(copy, c->unpack ? c->unpacked_prefixes : c->prefixes, n * sizeof(*copy));
	if (c->unpack)
		a->content.unpacked_prefixes = copy;
	else
		a->content.prefixes = copy;
	a->ended = false;
	contents_hold(a->entry.dir);
	rc = thread_start(&a->thread, again_run, a, err);
	if (rc < 0)
		scan_dir_unref(a->entry.dir);
	return rc;
}

static bool has_ended(struct again *a)
{
	bool ended;

	mutex_lock(&a->lock);
	if (!a->ended)
		cond_wait_ms(&a->end, &a->lock, WAIT_MS);
	ended = a->ended;
	mutex_unlock(&a->lock);
	return ended;
}

/* The run ends.  Returns true when the thread is left behind, false when it has ended. */
static bool stop_thread(struct contents *c)
{
	struct again *a = c->again;
	bool left = false;

	atomic_store(&c->scan->stopping, true);
	while (!left && !has_ended(a)) {
		scan_look(c->scan);
		left = scan_leave(c->scan, &a->watch);
	}
	atomic_store(&c->scan->stopping, false);
	return left;
}

/* Returns true when the thread is left behind, false when it has ended; *ret_rc: what ends the run,
 * or 0. */
static bool wait_for_thread(struct contents *c, int *ret_rc, struct intact_error *err)
{
	struct again *a = c->again;
	bool left = false;
	int rc = 0;

	while (rc == 0 && !left && !has_ended(a)) {
		rc = scan_tick(c->scan, err);
		left = rc == 0 && scan_give_up(c->scan, &a->watch);
	}
	*ret_rc = rc;
	return rc < 0 ? stop_thread(c) : left;
}

static void take_prefixes(const struct again *a, const struct content *c)
{
	if (c->nprefixes)
		memcpy(c->prefixes, a->content.prefixes, c->nprefixes * sizeof(*c->prefixes));
	if (c->nunpacked_prefixes)
		memcpy(c->unpacked_prefixes, a->content.unpacked_prefixes,
		       c->nunpacked_prefixes * sizeof(*c->unpacked_prefixes));
}

static int count_silence(struct contents *c, dev_t dev, struct intact_error *err)
{
	int rc = silent_add(&c->silent, dev, 0, err);

	return rc < 0 ? rc : scan_count_silence(c->scan, err);
}

/* What is not answered proves nothing, and its file system is not asked for this again: that keeps
 * all that is new there from costing the patience one by one. */
static dev_t device_of(const struct intact_entry *e)
{
	return e->dir ? e->dir->dev : makedev((unsigned)(e->dev >> 32), (unsigned)e->dev);
}

static int read_watched(struct contents *c, const struct intact_entry *e, struct content *content,
			struct intact_error *err)
{
	struct again *a;
	int rc = 0;

	if (silent_knows(&c->silent, device_of(e)))
		return 0;
	if (!c->again)
		rc = again_new(c->scan, &c->again, err);
	a = c->again;
	if (rc == 0)
		rc = again_start(a, e, content, err);
	if (rc < 0)
		return rc;
	scan_watch(c->scan, &a->watch);
	if (wait_for_thread(c, &rc, err)) {
		thread_detach(&a->thread);
		c->again = NULL;
		return rc < 0 ? rc : count_silence(c, device_of(e), err);
	}
	thread_join(&a->thread);
	scan_unwatch(c->scan, &a->watch);
	if (rc < 0)
		return rc;
	take_prefixes(a, content);
	if (a->rc < 0 && err)
		*err = a->err;
	return a->rc;
}

/* ---- the door ----------------------------------------------------------------------------------
 */

static int read_here(struct contents *c, const struct intact_entry *e, struct content *content,
		     struct intact_error *err)
{
	int rc = c->ready ? 0 : measurer_init(&c->measurer, c->scan, true, err);

	if (rc < 0)
		return rc;
	c->ready = true;
	return open_and_read(&c->measurer, e, content, err);
}

static int contents_prefixes(struct intact_contents *contents, const struct intact_entry *e,
			     bool unpack, struct intact_prefix *prefixes, size_t n,
			     struct intact_error *err)
{
	struct contents *c = (struct contents *)contents;
	struct content content = { .unpack = unpack };

	if (!e->dir)
		return 0;
	if (unpack) {
		content.unpacked_prefixes = prefixes;
		content.nunpacked_prefixes = n;
	} else {
		content.prefixes = prefixes;
		content.nprefixes = n;
	}
	return c->scan->patience_ms ? read_watched(c, e, &content, err)
				    : read_here(c, e, &content, err);
}

static int contents_whole(struct intact_contents *contents, const struct intact_entry *e,
			  uint64_t mask, uint8_t ret[INTACT_DIGEST_MAX][64],
			  struct intact_error *err)
{
	struct contents *c = (struct contents *)contents;
	struct content content = { .digests = mask };
	const struct measurer *m;
	int rc;

	rc = c->scan->patience_ms ? read_watched(c, e, &content, err)
				  : read_here(c, e, &content, err);
	if (rc != 1)
		return rc;
	m = c->scan->patience_ms ? &c->again->measurer : &c->measurer;
	memcpy(ret, m->digests, sizeof(m->digests));
	return 1;
}

static void contents_close(struct intact_contents *contents)
{
	struct contents *c = (struct contents *)contents;

	if (!c)
		return;
	measurer_release(&c->measurer);
	if (c->again)
		again_free(c->again);
	silent_release(&c->silent);
	free(c);
}

int intact_scan_contents(struct intact_scan *scan, struct intact_contents **ret,
			 struct intact_error *err)
{
	struct contents *c = calloc(1, sizeof(*c));

	if (!c)
		return intact_fail_nomem(err);
	c->contents = (struct intact_contents){ contents_hold, contents_drop, contents_prefixes,
						contents_whole, contents_close };
	c->scan = scan;
	*ret = &c->contents;
	return 0;
}
