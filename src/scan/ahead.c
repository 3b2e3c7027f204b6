/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See ahead.h.
 *
 * A ring of pieces: the thread fills, the caller takes.  The piece that was given out counts as
 * taken only when the next one is asked for.
 */

#include "scan/ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/thread.h"
#include "scan/fetch.h"

/* Measured with one cold file of 4 GB: smaller pieces cost more, more of them gain nothing. */
#define PIECE ((size_t)1 << 20)
#define NPIECES 4
#define ALIGNMENT 4096

#define WAIT_MS 50

/* cachestat(2), since Linux 6.5; the number is the same on all processors. */
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

struct piece {
	ssize_t n;
	int error;
};

struct ahead {
	/* The thread's. */
	int fd;
	int flags;	 /* of the descriptor, without O_DIRECT */
	bool can_direct; /* until it turns out that it cannot */
	bool is_direct;	 /* now */
	uint64_t pos, size;

	unsigned char *buffer;
	struct thread thread;

	struct mutex lock;
	struct cond filled, taken;
	/* Guarded by lock. */
	struct piece pieces[NPIECES];
	uint64_t nfilled, ntaken;
	bool given; /* the oldest piece is with the caller */
	bool stop;
};

/* Pages of a range that are in the page cache; UINT64_MAX where the kernel does not tell. */
static uint64_t cached_pages(int fd, uint64_t pos, uint64_t len)
{
	struct {
		uint64_t off, len;
	} range = { pos, len };
	struct {
		uint64_t cached, dirty, writeback, evicted, recently_evicted;
	} stat = { 0 };

	if (syscall(SYS_cachestat, fd, &range, &stat, 0) != 0)
		return UINT64_MAX;
	return stat.cached;
}

bool ahead_is_cold(int fd, uint64_t size)
{
	uint64_t pages = size / (uint64_t)sysconf(_SC_PAGESIZE);

	return cached_pages(fd, 0, size) < pages / 2;
}

/* ---- the thread ---- */

static void set_direct(struct ahead *a, bool direct)
{
	if (a->is_direct == direct)
		return;
	if (fcntl(a->fd, F_SETFL, direct ? a->flags | O_DIRECT : a->flags) == 0)
		a->is_direct = direct;
	else
		a->can_direct = false;
}

static ssize_t read_piece(struct ahead *a, void *buffer)
{
	bool direct =
		a->can_direct && a->pos % ALIGNMENT == 0 && cached_pages(a->fd, a->pos, PIECE) == 0;
	ssize_t n;

	set_direct(a, direct);
	n = a->is_direct ? pread(a->fd, buffer, PIECE, (off_t)a->pos)
			 : fetch_pread(a->fd, buffer, PIECE, a->pos, NULL);
	if (n < 0 && errno == EINVAL && a->is_direct) {
		a->can_direct = false;
		set_direct(a, false);
		n = fetch_pread(a->fd, buffer, PIECE, a->pos, NULL);
	}
	return n;
}

/* The place for the next piece, or NULL: stop. */
static unsigned char *wait_for_room(struct ahead *a)
{
	unsigned char *place = NULL;

	mutex_lock(&a->lock);
	while (!a->stop && a->nfilled - a->ntaken == NPIECES)
		cond_wait(&a->taken, &a->lock);
	if (!a->stop)
		place = a->buffer + a->nfilled % NPIECES * PIECE;
	mutex_unlock(&a->lock);
	return place;
}

static void put(struct ahead *a, struct piece piece)
{
	mutex_lock(&a->lock);
	a->pieces[a->nfilled++ % NPIECES] = piece;
	cond_signal(&a->filled);
	mutex_unlock(&a->lock);
}

/* Fill one place.  False: that was the last piece. */
static bool fill(struct ahead *a, unsigned char *place)
{
	struct piece piece = { 0 };

	/* Nobody asks for more than one piece beyond the size. */
	while (a->pos <= a->size) {
		piece.n = read_piece(a, place);
		piece.error = piece.n < 0 ? errno : 0;
		if (piece.error != EINTR)
			break;
	}
	if (piece.n > 0)
		a->pos += (uint64_t)piece.n;
	put(a, piece);
	return piece.n > 0;
}

static void *run(void *arg)
{
	struct ahead *a = arg;
	unsigned char *place;

	while ((place = wait_for_room(a)) != NULL && fill(a, place))
		;
	return NULL;
}

/* ---- the caller ---- */

ssize_t ahead_next(struct ahead *a, const void **ret)
{
	struct piece piece = { -1, EAGAIN };

	mutex_lock(&a->lock);
	if (a->given) {
		a->given = false;
		a->ntaken++;
		cond_signal(&a->taken);
	}
	if (a->nfilled == a->ntaken)
		cond_wait_ms(&a->filled, &a->lock, WAIT_MS);
	if (a->nfilled > a->ntaken) {
		piece = a->pieces[a->ntaken % NPIECES];
		*ret = a->buffer + a->ntaken % NPIECES * PIECE;
		/* The end stays where it is. */
		a->given = piece.n > 0;
	}
	mutex_unlock(&a->lock);
	errno = piece.error;
	return piece.n;
}

static int init_locks(struct ahead *a, struct intact_error *err)
{
	int rc = mutex_init(&a->lock, err);

	if (rc < 0)
		return rc;
	rc = cond_init(&a->filled, err);
	if (rc < 0) {
		mutex_destroy(&a->lock);
		return rc;
	}
	rc = cond_init(&a->taken, err);
	if (rc < 0) {
		cond_destroy(&a->filled);
		mutex_destroy(&a->lock);
	}
	return rc;
}

static void release(struct ahead *a)
{
	cond_destroy(&a->taken);
	cond_destroy(&a->filled);
	mutex_destroy(&a->lock);
	free(a->buffer);
	free(a);
}

int ahead_new(int fd, uint64_t size, struct ahead **ret, struct intact_error *err)
{
	struct ahead *a = calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return intact_fail_nomem(err);
	a->fd = fd;
	a->size = size;
	a->flags = fcntl(fd, F_GETFL);
	a->can_direct = a->flags >= 0;
	a->buffer = aligned_alloc(ALIGNMENT, NPIECES * PIECE);
	if (!a->buffer) {
		free(a);
		return intact_fail_nomem(err);
	}
	rc = init_locks(a, err);
	if (rc < 0) {
		free(a->buffer);
		free(a);
		return rc;
	}
	rc = thread_start(&a->thread, run, a, err);
	if (rc < 0) {
		release(a);
		return rc;
	}
	*ret = a;
	return 0;
}

void ahead_free(struct ahead *a)
{
	if (!a)
		return;
	mutex_lock(&a->lock);
	a->stop = true;
	cond_signal(&a->taken);
	mutex_unlock(&a->lock);
	thread_join(&a->thread);
	set_direct(a, false);
	release(a);
}
