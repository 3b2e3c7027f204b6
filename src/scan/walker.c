/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See walker.h.
 *
 *	walking thread ──fills──▶ batch ──▶ full batches ──▶ the caller takes one by one
 *	                            ▲                              │
 *	                            └────────── empty batches ◀────┘
 *
 * Names travel in batches, since waking somebody costs as much as measuring an entry.  A batch goes
 * out when it is full, and as soon as the caller waits for one.
 *
 * The root is opened when the stream is made, by a thread that ends then; the walk begins with the
 * first name that is asked for.  In between its process may give up rights, and the walk's threads
 * start without them.
 *
 * Everything but the runner survives the thread that used it: when one is left behind, the next one
 * goes on with the same walk and the same half-filled batch.
 */

#include "scan/walker.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/thread.h"
#include "scan/context.h"
#include "scan/dir.h"
#include "scan/names.h"
#include "scan/walk.h"

#define BATCH_NAMES 64
#define BATCH_BYTES ((size_t)65536)
/* Full batches that wait for the caller at the most. */
#define BATCHES_MAX 4
/* The caller looks around at least so often. */
#define WAIT_MS 20

struct batch {
	struct intact_entry entries[BATCH_NAMES];
	size_t count;
	size_t bytes;
	struct arena arena;
	uint64_t excluded; /* counted so far by the walk */
	uint64_t mounts_skipped;
	struct batch *next;
};

struct walker;

struct runner {
	struct walk_runner walk; /* first: it is handed around as this */
	struct walker *walker;	 /* not to be used by who was left behind */
	struct thread thread;
	enum {
		RUN_OPEN,    /* the root */
		RUN_WALK,    /* from the root on */
		RUN_RECOVER, /* from where the last one was left behind */
	} task;
};

struct walker {
	struct intact_stream stream;

	/* Set before the first thread starts, then read-only. */
	struct intact_scan *scan;

	/* The walking thread's; between two of them the caller's. */
	struct walk *walk;
	struct batch *filling;

	/* The caller's. */
	struct runner *runner; /* NULL: no thread walks */
	bool walking;	       /* one has been started */
	struct batch *current;
	size_t at; /* in current: the next to give */

	_Atomic bool waiting; /* the caller waits for a batch */
	_Atomic bool hungry;  /* ... and has for a while */
	_Atomic bool stopping;

	/* Guarded by lock, with the two conditions. */
	struct mutex lock;
	struct cond ready; /* for the caller */
	struct cond room;  /* for the walking thread */
	bool locks;	   /* the three above exist */
	struct batch *first;
	struct batch **last;
	size_t full;
	struct batch *empty;
	struct buf said; /* for the log, which is the caller's: a level byte, the text, a NUL */
	bool ended;	 /* the thread will not touch any of this again; rc says why */
	int rc;
	struct intact_error err;
};

/* ---- batches -----------------------------------------------------------------------------------
 */

static void batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		scan_dir_unref(b->entries[i].dir);
	b->count = 0;
	b->bytes = 0;
	arena_clear(&b->arena);
}

static void batch_free(struct batch *b)
{
	if (!b)
		return;
	batch_clear(b);
	arena_release(&b->arena);
	free(b);
}

static int batch_add(struct batch *b, const struct intact_entry *e, struct intact_error *err)
{
	struct intact_entry *copy = &b->entries[b->count];

	*copy = *e;
	copy->path.s = arena_strndup(&b->arena, e->path.s, e->path.len);
	if (e->problem)
		copy->problem = arena_strndup(&b->arena, e->problem, strlen(e->problem));
	if (!copy->path.s || (e->problem && !copy->problem))
		return intact_fail_nomem(err);
	if (copy->dir)
		scan_dir_ref(copy->dir);
	b->count++;
	b->bytes += e->path.len;
	return 0;
}

/* ---- the walking thread ------------------------------------------------------------------------
 */

/* An intact_log_fn. */
static void say_later(void *ctx, enum intact_log_level level, const char *text)
{
	struct walker *a = ctx;

	mutex_lock(&a->lock);
	buf_add_char(&a->said, (char)level);
	buf_add(&a->said, text, strlen(text) + 1);
	mutex_unlock(&a->lock);
}

/* Give the batch at hand to the caller, if there is anything in it. */
static void send(struct walker *a)
{
	struct batch *b = a->filling;

	if (!b || !b->count)
		return;
	b->excluded = walk_excluded(a->walk);
	b->mounts_skipped = walk_mounts_skipped(a->walk);
	b->next = NULL;
	a->filling = NULL;
	mutex_lock(&a->lock);
	*a->last = b;
	a->last = &b->next;
	a->full++;
	cond_signal(&a->ready);
	mutex_unlock(&a->lock);
}

static int stopped(struct walker *a, struct intact_error *err)
{
	return atomic_load(&a->stopping) ? intact_fail(err, INTACT_ESIGNAL, "stopped") : 0;
}

/* Too many folders are held open for entries that nobody has measured yet. */
static bool must_pause(struct walker *a)
{
	if (atomic_load(&a->stopping))
		return false;
	if (a->full >= BATCHES_MAX)
		return true;
	return atomic_load(&a->scan->dirs) >= a->scan->max_dirs &&
	       (a->full || !atomic_load(&a->waiting));
}

static int runner_go_on(struct walk_runner *r, struct intact_error *err)
{
	return stopped(((struct runner *)r)->walker, err);
}

/* Whoever waits for long gets what there is; otherwise it should be worth waking somebody. */
static void send_if_wanted(struct walker *a)
{
	size_t enough = atomic_load_explicit(&a->hungry, memory_order_relaxed)	  ? 1
			: atomic_load_explicit(&a->waiting, memory_order_relaxed) ? BATCH_NAMES / 2
										  : BATCH_NAMES;

	if (a->filling && (a->filling->count >= enough || a->filling->bytes >= BATCH_BYTES))
		send(a);
}

static void runner_before_call(struct walk_runner *r)
{
	send_if_wanted(((struct runner *)r)->walker);
}

/* A batch to fill, when the caller is not too far behind. */
static int need_batch(struct walker *a, struct intact_error *err)
{
	mutex_lock(&a->lock);
	/* Folders are let go by the measuring threads, which signal nothing here. */
	while (must_pause(a))
		cond_wait_ms(&a->room, &a->lock, WAIT_MS);
	if (!a->filling && a->empty) {
		a->filling = a->empty;
		a->empty = a->filling->next;
	}
	mutex_unlock(&a->lock);
	if (!a->filling)
		a->filling = calloc(1, sizeof(*a->filling));
	return a->filling ? stopped(a, err) : intact_fail_nomem(err);
}

static int put(struct walker *a, const struct intact_entry *e, struct intact_error *err)
{
	int rc = a->filling ? 0 : need_batch(a, err);

	if (rc == 0)
		rc = batch_add(a->filling, e, err);
	if (rc < 0)
		return rc;
	if (atomic_load(&a->scan->dirs) >= a->scan->max_dirs)
		send(a);
	else
		send_if_wanted(a);
	return 0;
}

static int run_walk(struct runner *r, struct intact_error *err)
{
	struct walker *a = r->walker;
	const struct intact_entry *e;
	int rc = 1;

	if (r->task == RUN_RECOVER) {
		rc = walk_recover(a->walk, &e, err);
		if (rc == 1)
			rc = put(a, e, err);
		if (rc < 0)
			return rc;
	}
	while ((rc = walk_step(a->walk, &e, err)) == 1) {
		rc = put(a, e, err);
		if (rc < 0)
			return rc;
	}
	return rc;
}

static void *runner_run(void *arg)
{
	struct runner *r = arg;
	struct walker *a = r->walker;
	struct intact_error err = { 0 };
	int rc = r->task == RUN_OPEN ? walk_open(a->walk, &err) : run_walk(r, &err);

	send(a);
	mutex_lock(&a->lock);
	a->rc = rc;
	a->err = err;
	a->ended = true;
	cond_signal(&a->ready);
	mutex_unlock(&a->lock);
	return NULL;
}

/* ---- the caller --------------------------------------------------------------------------------
 */

static void runner_free(struct runner *r)
{
	if (!r)
		return;
	free(r->walk.buffer);
	free(r);
}

static int start_runner(struct walker *a, int task, struct intact_error *err)
{
	struct runner *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return intact_fail_nomem(err);
	r->walk.buffer = malloc(NAMES_BUFFER);
	r->walk.go_on = runner_go_on;
	r->walk.before_call = runner_before_call;
	r->walker = a;
	r->task = task;
	walk_set_runner(a->walk, &r->walk);
	rc = r->walk.buffer ? 0 : intact_fail_nomem(err);
	if (rc == 0)
		rc = thread_start(&r->thread, runner_run, r, err);
	if (rc < 0) {
		runner_free(r);
		return rc;
	}
	a->runner = r;
	scan_watch(a->scan, &r->walk.watch);
	return 0;
}

static void end_runner(struct walker *a)
{
	thread_join(&a->runner->thread);
	scan_unwatch(a->scan, &a->runner->walk.watch);
	runner_free(a->runner);
	a->runner = NULL;
}

/* The runner itself is kept for the thread that may still come back to it. */
static void forget_runner(struct walker *a)
{
	thread_detach(&a->runner->thread);
	walk_forget_runner(a->walk);
	a->runner = NULL;
}

/* True when the walking thread was left behind: nobody walks now. */
static bool lost_runner(struct walker *a)
{
	if (!a->runner || !scan_give_up(a->scan, &a->runner->walk.watch))
		return false;
	forget_runner(a);
	return true;
}

/* Sleep for a moment, until there is something new. */
static void wait_for_runner(struct walker *a)
{
	mutex_lock(&a->lock);
	atomic_store(&a->waiting, true);
	cond_signal(&a->room);
	if (!a->first && !a->ended)
		atomic_store(&a->hungry, !cond_wait_ms(&a->ready, &a->lock, WAIT_MS));
	atomic_store(&a->waiting, false);
	mutex_unlock(&a->lock);
}

/* Say what the rules had to say. */
static int say(struct walker *a, struct intact_error *err)
{
	const struct intact_scan_options *o = &a->scan->options;
	struct buf said;

	mutex_lock(&a->lock);
	said = a->said;
	a->said = (struct buf){ 0 };
	mutex_unlock(&a->lock);
	for (size_t at = 0; at < said.len && !said.failed; at += 2 + strlen(said.data + at + 1)) {
		if (o->log)
			o->log(o->log_ctx, (enum intact_log_level)said.data[at],
			       said.data + at + 1);
	}
	if (!said.failed) {
		buf_release(&said);
		return 0;
	}
	buf_release(&said);
	return intact_fail_nomem(err);
}

static void recycle_current(struct walker *a)
{
	struct batch *b = a->current;

	if (!b)
		return;
	a->current = NULL;
	batch_clear(b);
	mutex_lock(&a->lock);
	b->next = a->empty;
	a->empty = b;
	mutex_unlock(&a->lock);
}

/* The next full batch as the current one; false: there is none yet.  *ret_ended: and none will
 * come.
 */
static bool take_batch(struct walker *a, bool *ret_ended)
{
	struct batch *b;

	mutex_lock(&a->lock);
	b = a->first;
	if (b) {
		a->first = b->next;
		if (!a->first)
			a->last = &a->first;
		a->full--;
		cond_signal(&a->room);
	}
	*ret_ended = !b && a->ended;
	mutex_unlock(&a->lock);
	a->current = b;
	a->at = 0;
	if (b)
		atomic_store(&a->hungry, false);
	return b != NULL;
}

/* Wait for a batch.  Returns 1, 0 at the end, or a negative code. */
static int next_batch(struct walker *a, struct intact_error *err)
{
	bool ended = false;
	int rc = 0;

	recycle_current(a);
	if (!a->walking) {
		rc = start_runner(a, RUN_WALK, err);
		if (rc < 0)
			return rc;
		a->walking = true;
		/* Whoever draws progress begins now. */
		a->scan->last_tick_ms = 0;
	}
	while (!take_batch(a, &ended) && !ended) {
		rc = scan_tick(a->scan, err);
		if (rc == 0 && lost_runner(a))
			rc = start_runner(a, RUN_RECOVER, err);
		if (rc < 0)
			return rc;
		wait_for_runner(a);
	}
	rc = say(a, err);
	if (rc < 0)
		return rc;
	if (!ended) {
		a->scan->stats.excluded = a->current->excluded;
		a->scan->stats.mounts_skipped = a->current->mounts_skipped;
		return 1;
	}
	a->scan->stats.excluded = walk_excluded(a->walk);
	a->scan->stats.mounts_skipped = walk_mounts_skipped(a->walk);
	if (a->rc < 0 && err)
		*err = a->err;
	return a->rc;
}

static int walker_next(struct intact_stream *s, const struct intact_entry **ret,
		       struct intact_error *err)
{
	struct walker *a = (struct walker *)s;
	int rc = 1;

	if (!a->current || a->at == a->current->count)
		rc = next_batch(a, err);
	if (rc == 1)
		*ret = &a->current->entries[a->at++];
	return rc;
}

/* ---- life --------------------------------------------------------------------------------------
 */

static bool has_ended(struct walker *a)
{
	bool ended;

	mutex_lock(&a->lock);
	cond_signal(&a->room);
	if (!a->ended)
		cond_wait_ms(&a->ready, &a->lock, WAIT_MS);
	ended = a->ended;
	mutex_unlock(&a->lock);
	return ended;
}

static void stop_runner(struct walker *a)
{
	atomic_store(&a->stopping, true);
	while (a->runner) {
		if (has_ended(a)) {
			end_runner(a);
			break;
		}
		scan_look(a->scan);
		if (scan_leave(a->scan, &a->runner->walk.watch))
			forget_runner(a);
	}
}

static void free_batches(struct batch *b)
{
	while (b) {
		struct batch *next = b->next;

		batch_free(b);
		b = next;
	}
}

static void walker_close(struct intact_stream *s)
{
	struct walker *a = (struct walker *)s;

	stop_runner(a);
	batch_free(a->current);
	batch_free(a->filling);
	free_batches(a->first);
	free_batches(a->empty);
	walk_free(a->walk);
	buf_release(&a->said);
	if (a->locks) {
		cond_destroy(&a->room);
		cond_destroy(&a->ready);
		mutex_destroy(&a->lock);
	}
	free(a);
}

static int init_locks(struct walker *a, struct intact_error *err)
{
	int rc = mutex_init(&a->lock, err);

	if (rc < 0)
		return rc;
	rc = cond_init(&a->ready, err);
	if (rc < 0) {
		mutex_destroy(&a->lock);
		return rc;
	}
	rc = cond_init(&a->room, err);
	if (rc < 0) {
		cond_destroy(&a->ready);
		mutex_destroy(&a->lock);
		return rc;
	}
	a->locks = true;
	return 0;
}

static bool root_is_open(struct walker *a)
{
	bool ended;

	mutex_lock(&a->lock);
	ended = a->ended;
	mutex_unlock(&a->lock);
	return ended;
}

/* Until the root is open, or will not be. */
static int wait_for_root(struct walker *a, struct intact_error *err)
{
	while (!root_is_open(a)) {
		int rc = scan_tick(a->scan, err);

		if (rc == 0 && lost_runner(a))
			rc = intact_fail(err, INTACT_EIO, "open '%s/': %s",
					 a->scan->options.root_prefix, scan_silence(a->scan));
		if (rc < 0)
			return rc;
		wait_for_runner(a);
	}
	return 0;
}

static int open_root(struct walker *a, struct intact_error *err)
{
	int rc = start_runner(a, RUN_OPEN, err);

	if (rc == 0)
		rc = wait_for_root(a, err);
	if (rc < 0)
		return rc;
	end_runner(a);
	rc = a->rc;
	if (rc < 0 && err)
		*err = a->err;
	a->ended = false;
	return rc;
}

static int threaded_new(struct intact_scan *scan, struct intact_stream **ret,
			struct intact_error *err)
{
	struct walker *a = calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return intact_fail_nomem(err);
	a->stream.next = walker_next;
	a->stream.close = walker_close;
	a->scan = scan;
	a->last = &a->first;
	rc = init_locks(a, err);
	if (rc == 0)
		rc = walk_new(scan, &a->walk, err);
	if (rc == 0)
		walk_set_log(a->walk, say_later, a);
	if (rc == 0)
		rc = open_root(a, err);
	if (rc < 0) {
		walker_close(&a->stream);
		return rc;
	}
	*ret = &a->stream;
	return 0;
}

/* ---- in the caller's thread --------------------------------------------------------------------
 */

struct here {
	struct intact_stream stream;
	struct walk_runner runner; /* never watched */
	struct intact_scan *scan;
	struct walk *walk;
};

static int here_go_on(struct walk_runner *r, struct intact_error *err)
{
	struct here *h = (struct here *)((char *)r - offsetof(struct here, runner));

	return scan_tick(h->scan, err);
}

static int here_next(struct intact_stream *s, const struct intact_entry **ret,
		     struct intact_error *err)
{
	struct here *h = (struct here *)s;
	int rc = walk_step(h->walk, ret, err);

	h->scan->stats.excluded = walk_excluded(h->walk);
	h->scan->stats.mounts_skipped = walk_mounts_skipped(h->walk);
	return rc;
}

static void here_close(struct intact_stream *s)
{
	struct here *h = (struct here *)s;

	walk_free(h->walk);
	free(h->runner.buffer);
	free(h);
}

static int here_new(struct intact_scan *scan, struct intact_stream **ret, struct intact_error *err)
{
	struct here *h = calloc(1, sizeof(*h));
	int rc;

	if (!h)
		return intact_fail_nomem(err);
	h->stream.next = here_next;
	h->stream.close = here_close;
	h->scan = scan;
	h->runner.go_on = here_go_on;
	h->runner.buffer = malloc(NAMES_BUFFER);
	rc = h->runner.buffer ? walk_new(scan, &h->walk, err) : intact_fail_nomem(err);
	if (rc == 0) {
		walk_set_runner(h->walk, &h->runner);
		walk_set_log(h->walk, scan->options.log, scan->options.log_ctx);
		rc = walk_open(h->walk, err);
	}
	if (rc < 0) {
		here_close(&h->stream);
		return rc;
	}
	*ret = &h->stream;
	return 0;
}

int walker_new(struct intact_scan *scan, struct intact_stream **ret, struct intact_error *err)
{
	if (!scan->options.patience || scan->options.visited)
		return here_new(scan, ret, err);
	return threaded_new(scan, ret, err);
}

int intact_scan_walk(struct intact_scan *scan, struct intact_stream **ret, struct intact_error *err)
{
	return walker_new(scan, ret, err);
}
