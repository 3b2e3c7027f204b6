/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See window.h.
 */

#include "scan/window.h"

static int init_conds(struct window *w, struct intact_error *err)
{
	struct cond *conds[] = { &w->work, &w->spare, &w->progress };
	unsigned made = 0;
	int rc = 0;

	while (rc == 0 && made < 3) {
		rc = cond_init(conds[made], err);
		made += rc == 0;
	}
	while (rc < 0 && made > 0)
		cond_destroy(conds[--made]);
	return rc;
}

static int init_locks(struct window *w, struct intact_error *err)
{
	int rc = mutex_init(&w->lock, err);

	if (rc < 0)
		return rc;
	rc = init_conds(w, err);
	if (rc < 0)
		mutex_destroy(&w->lock);
	return rc;
}

static void destroy_locks(struct window *w)
{
	cond_destroy(&w->progress);
	cond_destroy(&w->spare);
	cond_destroy(&w->work);
	mutex_destroy(&w->lock);
}

static void wake_helper(void *ctx)
{
	window_wake_worker(ctx);
}

int window_init(struct window *w, struct intact_scan *scan, struct intact_error *err)
{
	int rc;

	w->scan = scan;
	atomic_init(&w->wait_done, NEVER);
	atomic_init(&w->wait_claim, NEVER);
	w->share.idle = &w->idle;
	w->share.wake = wake_helper;
	w->share.wake_ctx = w;
	rc = init_locks(w, err);
	if (rc < 0)
		return rc;
	rc = share_init(&w->share, err);
	if (rc < 0)
		destroy_locks(w);
	w->locks = rc == 0;
	return rc;
}

void window_release(struct window *w)
{
	if (w->locks) {
		share_release(&w->share);
		destroy_locks(w);
	}
	silent_release(&w->silent);
}

void window_wake_workers(struct window *w)
{
	if (!atomic_load(&w->idle))
		return;
	mutex_lock(&w->lock);
	cond_broadcast(&w->work);
	mutex_unlock(&w->lock);
}

void window_wake_worker(struct window *w)
{
	if (!atomic_load(&w->idle))
		return;
	mutex_lock(&w->lock);
	cond_signal(&w->work);
	mutex_unlock(&w->lock);
}

size_t window_weigh(const struct intact_entry *e)
{
	size_t weight = e->path.len + e->link.len + e->acl_access.len + e->acl_default.len;

	for (size_t i = 0; i < e->nxattrs; i++)
		weight += sizeof(e->xattrs[i]) + e->xattrs[i].name.len + e->xattrs[i].value.len;
	return weight;
}

bool window_is_dead(struct window *w, const struct slot *slot, uint64_t index)
{
	bool dead;

	if (!atomic_load(&w->any_silent) || !slot->dev)
		return false;
	mutex_lock(&w->lock);
	dead = silent_is_dead(&w->silent, slot->dev, index);
	mutex_unlock(&w->lock);
	return dead;
}

int window_add_silent(struct window *w, const struct slot *slot, uint64_t index,
		      struct intact_error *err)
{
	int rc;

	mutex_lock(&w->lock);
	rc = silent_add(&w->silent, slot->dev, index, err);
	mutex_unlock(&w->lock);
	atomic_store(&w->any_silent, true);
	return rc;
}
