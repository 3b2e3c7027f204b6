/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See walk_state.h: the system calls of the walk on the tree.  They know nothing of what they are
 * for.
 */

#include "scan/walk_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/thread.h"
#include "scan/dir.h"

/* Names of a folder are progress when there are so many bytes more of them. */
#define LIST_PROGRESS 32768

/* The runner is kept by the caller: in walk_end() the walk may have another one. */
static struct walk_runner *begin_quietly(struct walk *w)
{
	struct walk_runner *r = w->runner;

	if (r->before_call)
		r->before_call(r);
	watch_begin(&r->watch);
	return r;
}

struct walk_runner *walk_begin(struct walk *w)
{
	watch_progress(&w->runner->watch);
	return begin_quietly(w);
}

void walk_end(struct walk_runner *r)
{
	if (!watch_end(&r->watch))
		thread_sleep_for_ever();
}

/* The walk's names may be gone when the call reads them.  Returns false with errno as the kernel
 * would. */
static bool keep_name(struct walk_runner *r, const char *name)
{
	size_t len = strlen(name);

	if (len >= sizeof(r->name)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(r->name, name, len + 1);
	return true;
}

int walk_openat(struct walk *w, int dirfd, const char *name, int flags)
{
	struct walk_runner *r = w->runner;
	int fd;

	if (!keep_name(r, name))
		return -1;
	walk_begin(w);
	fd = openat(dirfd, r->name, flags);
	walk_end(r);
	return fd;
}

int walk_fstat(struct walk *w, int fd, struct stat *ret)
{
	struct walk_runner *r = walk_begin(w);
	int rc = fstat(fd, ret);

	walk_end(r);
	return rc;
}

int walk_fstatat(struct walk *w, int dirfd, const char *name, int flags, struct stat *ret)
{
	struct walk_runner *r = w->runner;
	int rc;

	if (!keep_name(r, name))
		return -1;
	walk_begin(w);
	rc = fstatat(dirfd, r->name, ret, flags);
	walk_end(r);
	return rc;
}

int walk_fstatfs(struct walk *w, int fd, struct statfs *ret)
{
	struct walk_runner *r = walk_begin(w);
	int rc = fstatfs(fd, ret);

	walk_end(r);
	return rc;
}

long walk_getdents(void *ctx, void **ret_buffer)
{
	struct walk *w = ctx;
	int fd = w->levels[w->depth - 1].dir->fd;
	struct walk_runner *r = w->list_fresh < LIST_PROGRESS ? begin_quietly(w) : walk_begin(w);
	long n = syscall(SYS_getdents64, fd, r->buffer, NAMES_BUFFER);

	walk_end(r);
	w->list_fresh = w->list_fresh < LIST_PROGRESS ? w->list_fresh : 0;
	w->list_fresh += n > 0 ? (size_t)n : 0;
	*ret_buffer = r->buffer;
	return n;
}

int walk_go_on(void *ctx, struct intact_error *err)
{
	struct walk *w = ctx;

	return w->runner->go_on(w->runner, err);
}
