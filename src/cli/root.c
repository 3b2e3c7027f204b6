/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See root.h.  The root may lie on a file system that gives no answer, so a thread of its own opens
 * it, which is left behind with what it has when it does not come back.
 */

#include "cli/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "cli/session.h"
#include "cli/signals.h"

/* Waiting is counted in such steps: a process that was stopped meanwhile has not waited. */
#define STEP_MS 100u

/* Left behind it is the thread's own, and never freed. */
struct opening {
	struct thread thread;
	struct mutex lock;
	struct cond end;
	char *path;
	bool ended; /* guarded by lock, as is the next */
	int error;  /* errno, or 0 */
};

static int try_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static void *opening_run(void *arg)
{
	struct opening *o = arg;
	int error = try_open(o->path);

	mutex_lock(&o->lock);
	o->error = error;
	o->ended = true;
	cond_signal(&o->end);
	mutex_unlock(&o->lock);
	return NULL;
}

static void opening_free(struct opening *o)
{
	cond_destroy(&o->end);
	mutex_destroy(&o->lock);
	free(o->path);
	free(o);
}

static int opening_start(const char *path, struct opening **ret, struct intact_error *err)
{
	struct opening *o = calloc(1, sizeof(*o));
	int rc;

	if (!o)
		return intact_fail_nomem(err);
	rc = mutex_init(&o->lock, err);
	if (rc < 0) {
		free(o);
		return rc;
	}
	rc = cond_init(&o->end, err);
	if (rc < 0) {
		mutex_destroy(&o->lock);
		free(o);
		return rc;
	}
	o->path = strdup(path);
	rc = o->path ? thread_start(&o->thread, opening_run, o, err) : intact_fail_nomem(err);
	if (rc < 0)
		opening_free(o);
	else
		*ret = o;
	return rc;
}

static bool has_ended(struct opening *o)
{
	bool ended;

	mutex_lock(&o->lock);
	if (!o->ended)
		(void)cond_wait_ms(&o->end, &o->lock, STEP_MS);
	ended = o->ended;
	mutex_unlock(&o->lock);
	return ended;
}

static int wait_for(struct opening *o, unsigned patience, struct intact_error *err)
{
	uint64_t left = (uint64_t)patience * 1000 / STEP_MS;

	while (!has_ended(o)) {
		if (signals_stop())
			return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		if (left-- == 0)
			return intact_fail(err, INTACT_EIO,
					   "open '%s/': no answer from the file system for %u "
					   "second%s",
					   o->path, patience, patience == 1 ? "" : "s");
	}
	return 0;
}

static int open_watched(struct session *s, const char *path, int *ret_error,
			struct intact_error *err)
{
	struct opening *o = NULL;
	int rc = opening_start(path, &o, err);

	if (rc < 0)
		return rc;
	rc = wait_for(o, s->config->patience, err);
	if (rc < 0) {
		thread_detach(&o->thread);
		s->hung = true;
		return rc;
	}
	thread_join(&o->thread);
	*ret_error = o->error;
	opening_free(o);
	return 0;
}

int root_check(struct session *s, struct intact_error *err)
{
	const char *root = s->config->root_prefix;
	int error = 0;
	int rc = 0;

	if (!root || !*root)
		return 0;
	if (s->config->patience)
		rc = open_watched(s, root, &error, err);
	else
		error = try_open(root);
	if (rc == 0 && error)
		rc = intact_fail(err, INTACT_ECONFIG, "opendir() for root_prefix %s failed: %s",
				 root, strerror(error));
	return rc;
}
