/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See workers.h.
 */

#include "scan/workers.h"

#include <stdlib.h>
#include <time.h>

#include "scan/context.h"
#include "scan/dir.h"
#include "scan/measure.h"
#include "scan/window.h"

/* A worker looks how often it waited once in so many slots. */
#define COUNT_EVERY 16u
/* How often workers that were told to stop are looked at. */
#define STOP_NS 500000L

/* Left behind it is its thread's own, with `slot`. */
struct worker {
	struct window *window;
	unsigned place; /* in workers->at */
	uint64_t tail;	/* as last seen */
	uint64_t waits; /* of this thread, as last seen */
	unsigned until_count;
	bool no_help; /* for others: there was no memory for it */
	struct measurer measurer;
	struct thread thread;
	struct watch watch;
	struct slot *slot; /* at work on; with the watch in hand */
	uint64_t index;	   /* of that slot */
	_Atomic bool ended;
	struct apart end;
};

/* ---- a worker's thread -------------------------------------------------------------------------
 */

static bool is_claimable(struct worker *w, uint64_t i)
{
	struct window *win = w->window;

	if (i >= w->tail)
		w->tail = atomic_load(&win->tail);
	return i < w->tail && (!window_is_heavy(win) || i == atomic_load(&win->head));
}

/* Add what this worker waited for since it was last looked at: for the disk.  Who gets no answer
 * does not come here, so that a silent file system is no reason for more workers. */
static void count_waits(struct worker *w)
{
	struct window *win = w->window;
	uint64_t now;

	if (!win->adaptive)
		return;
	now = thread_waits();
	if (now != w->waits)
		atomic_fetch_add(&win->waits, now - w->waits);
	w->waits = now;
	w->until_count = COUNT_EVERY;
}

/* What it waited for since then was one of us. */
static void forget_waits(struct worker *w)
{
	if (w->window->adaptive)
		w->waits = thread_waits();
}

static void wake_consumer(struct worker *w)
{
	struct window *win = w->window;

	count_waits(w);
	mutex_lock(&win->lock);
	cond_signal(&win->progress);
	mutex_unlock(&win->lock);
	forget_waits(w);
}

static struct slot *try_claim(struct worker *w, uint64_t *ret_index)
{
	struct window *win = w->window;
	uint64_t i = atomic_load(&win->next);

	while (is_claimable(w, i)) {
		if (!atomic_compare_exchange_weak(&win->next, &i, i + 1))
			continue;
		if (i == atomic_load(&win->wait_claim))
			wake_consumer(w);
		*ret_index = i;
		return *window_at(win, i);
	}
	return NULL;
}

static bool is_spare(const struct worker *w)
{
	return w->place >= atomic_load(&w->window->wanted);
}

static bool can_help(struct worker *w)
{
	return !w->no_help && share_is_open(&w->window->share);
}

/* With somebody else's file.  There is no file system in this, and so no watch. */
static void help(struct worker *w)
{
	if (measurer_need_verity(&w->measurer, NULL) < 0)
		w->no_help = true;
	else
		share_help(&w->window->share, w->measurer.verity);
}

/* Sleep until wanted again, with the lock in hand. */
static void stand_by(struct worker *w)
{
	struct window *win = w->window;

	while (!atomic_load(&win->stopping) && is_spare(w))
		cond_wait(&win->spare, &win->lock);
}

static void wait_for_slot(struct worker *w)
{
	struct window *win = w->window;

	count_waits(w);
	mutex_lock(&win->lock);
	stand_by(w);
	atomic_fetch_add(&win->idle, 1);
	while (!atomic_load(&win->stopping) && !is_spare(w) &&
	       !is_claimable(w, atomic_load(&win->next)) && !can_help(w))
		cond_wait(&win->work, &win->lock);
	atomic_fetch_sub(&win->idle, 1);
	mutex_unlock(&win->lock);
	forget_waits(w);
}

/* Wait for a slot.  NULL: stop. */
static struct slot *claim(struct worker *w, uint64_t *ret_index)
{
	struct window *win = w->window;
	struct slot *slot = NULL;

	while (!slot && !atomic_load(&win->stopping)) {
		bool spare = is_spare(w);

		if (!spare)
			slot = try_claim(w, ret_index);
		if (!slot && !spare && can_help(w))
			help(w);
		else if (!slot)
			wait_for_slot(w);
	}
	return slot;
}

/* What the others are told of a slot that was measured. */
static void account(struct worker *w, struct slot *slot, const struct intact_error *err)
{
	struct window *win = w->window;
	size_t grown = window_weigh(&slot->entry);

	slot->bytes = w->measurer.bytes;
	w->measurer.bytes = 0;
	if (grown > GROWN_FREE) {
		slot->grown = grown;
		atomic_fetch_add(&win->grown, grown);
	}
	if (slot->rc < 0) {
		mutex_lock(&win->lock);
		win->err = *err;
		mutex_unlock(&win->lock);
	}
}

/* False: left behind. */
static bool measure_slot(struct worker *w, struct slot *slot, uint64_t index)
{
	struct scan_dir *dir = slot->entry.dir;
	struct intact_error err;
	int rc;

	w->slot = slot;
	w->index = index;
	watch_progress(&w->watch);
	watch_begin(&w->watch);
	rc = measure_entry(&w->measurer, &slot->arena, &slot->entry, slot->pair.old, &err);
	if (!slot->entry.dir)
		scan_dir_unref(dir);
	/* Until here nothing of the window was touched, which may be gone by now. */
	if (!watch_end(&w->watch))
		return false;
	slot->rc = rc;
	account(w, slot, &err);
	return true;
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct window *win = w->window;
	struct slot *slot;
	uint64_t i;

	forget_waits(w);
	while ((slot = claim(w, &i))) {
		/* The consumer still reads what belongs to whoever was left behind: it is not
		 * freed. */
		if (slot->pair.new && (slot->entry.flags & INTACT_ENTRY_UNMEASURED) &&
		    !window_is_dead(win, slot, i) && !measure_slot(w, slot, i))
			return NULL;
		if (w->until_count-- == 0)
			count_waits(w);
		atomic_store(&slot->done, true);
		if (i == atomic_load(&win->wait_done))
			wake_consumer(w);
	}
	atomic_store(&w->ended, true);
	return NULL;
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static void worker_free(struct worker *w)
{
	measurer_release(&w->measurer);
	free(w);
}

static int start_worker(struct workers *ws, unsigned place, struct intact_error *err)
{
	struct intact_scan *scan = ws->window->scan;
	struct worker *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return intact_fail_nomem(err);
	w->window = ws->window;
	w->place = place;
	rc = measurer_init(&w->measurer, scan, false, err);
	w->measurer.watch = &w->watch;
	w->measurer.share = &w->window->share;
	if (rc == 0)
		rc = thread_start(&w->thread, worker_run, w, err);
	if (rc < 0) {
		worker_free(w);
		return rc;
	}
	ws->at[place] = w;
	scan_watch(scan, &w->watch);
	return 0;
}

/* Whoever waits because he was told to has no slow disk. */
static bool is_held_back(const struct intact_scan_options *options)
{
	const struct intact_courtesy *c = &options->courtesy;

	return c->bytes_per_second || c->files_per_second || c->pressure;
}

static struct crew_sample take_sample(struct window *win)
{
	return (struct crew_sample){ thread_clock(), thread_cpu(), atomic_load(&win->waits) };
}

int workers_start(struct workers *ws, struct window *win, struct intact_error *err)
{
	const struct intact_scan_options *options = &win->scan->options;
	unsigned least = options->workers ? options->workers : 1;
	struct crew_sample now = take_sample(win);
	int rc = 0;

	win->adaptive = options->workers_most > least && !is_held_back(options);
	crew_init(&ws->crew, least, win->adaptive ? options->workers_most : 0, thread_processors(),
		  &now);
	atomic_store(&win->wanted, ws->crew.size);
	ws->window = win;
	ws->at = calloc(ws->crew.most, sizeof(struct worker *));
	if (!ws->at)
		return intact_fail_nomem(err);
	while (rc == 0 && ws->started < ws->crew.size) {
		rc = start_worker(ws, ws->started, err);
		ws->started += rc == 0;
	}
	return rc;
}

/* Start those that are missing.  It goes on without those that cannot be started. */
static void muster(struct workers *ws)
{
	struct window *win = ws->window;

	while (ws->started < ws->crew.size) {
		if (start_worker(ws, ws->started, NULL) == 0) {
			ws->started++;
			continue;
		}
		ws->crew.most = ws->started;
		ws->crew.size = ws->started;
	}
	mutex_lock(&win->lock);
	atomic_store(&win->wanted, ws->crew.size);
	cond_broadcast(&win->spare);
	cond_broadcast(&win->work);
	mutex_unlock(&win->lock);
}

void workers_adapt(struct workers *ws, uint64_t backlog)
{
	struct window *win = ws->window;
	unsigned size = ws->crew.size;
	struct crew_sample now;

	if (!crew_due(&ws->crew, thread_clock()))
		return;
	now = take_sample(win);
	crew_look(&ws->crew, &now, !atomic_load(&win->idle) && backlog >= size);
	if (ws->crew.size != size)
		muster(ws);
}

/* ---- leaving -----------------------------------------------------------------------------------
 */

/* What it has is its own from now on, and is never freed: nobody knows when it comes back. */
static struct worker *forget(struct workers *ws, unsigned place)
{
	struct worker *w = ws->at[place];

	thread_detach(&w->thread);
	*window_at(ws->window, w->index) = NULL;
	ws->at[place] = NULL;
	return w;
}

bool workers_leave(struct workers *ws, unsigned place, struct slot **ret, uint64_t *ret_index)
{
	struct worker *w = ws->at[place];

	if (!w || !scan_give_up(ws->window->scan, &w->watch))
		return false;
	w = forget(ws, place);
	*ret = w->slot;
	*ret_index = w->index;
	return true;
}

int workers_replace(struct workers *ws, struct intact_error *err)
{
	int rc = 0;

	for (unsigned i = 0; i < ws->started && rc == 0; i++) {
		if (!ws->at[i])
			rc = start_worker(ws, i, err);
	}
	return rc;
}

/* Wait until it has ended, or for a while. */
static void stop_worker(struct workers *ws, unsigned place)
{
	struct intact_scan *scan = ws->window->scan;
	struct worker *w = ws->at[place];

	while (w && !atomic_load(&w->ended)) {
		struct timespec moment = { 0, STOP_NS };

		nanosleep(&moment, NULL);
		scan_look(scan);
		/* Its slot goes with it. */
		if (scan_leave(scan, &w->watch)) {
			(void)forget(ws, place);
			w = NULL;
		}
	}
	ws->at[place] = NULL;
	if (w) {
		thread_join(&w->thread);
		scan_unwatch(scan, &w->watch);
		worker_free(w);
	}
}

void workers_stop(struct workers *ws)
{
	struct window *win = ws->window;

	if (!win)
		return;
	atomic_store(&win->scan->stopping, true);
	mutex_lock(&win->lock);
	atomic_store(&win->stopping, true);
	cond_broadcast(&win->work);
	cond_broadcast(&win->spare);
	mutex_unlock(&win->lock);
	for (unsigned i = 0; i < ws->started; i++)
		stop_worker(ws, i);
	atomic_store(&win->scan->stopping, false);
	free(ws->at);
	*ws = (struct workers){ 0 };
}
