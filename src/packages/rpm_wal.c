/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See rpm_wal.h.  The format: https://www.sqlite.org/fileformat2.html, section 4.
 */

#include "packages/rpm_wal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HEAD_SIZE 32
#define FRAME_SIZE 24	      /* before its page */
#define WAL_MAGIC 0x377f0682u /* plus one: sums of big-endian numbers */
#define WAL_VERSION 3007000u

struct wal {
	const uint8_t *at; /* the next frame */
	size_t left;
	size_t page;
	bool big;
	uint32_t sum[2];
	const uint8_t *salts;
};

struct frame {
	uint32_t number;   /* of the page, from 1 */
	uint32_t database; /* pages after this transaction, whose last it is; 0: it is not */
	const uint8_t *page;
};

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t read_word(const uint8_t *at, bool big)
{
	return big ? read32(at)
		   : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* `len` is a multiple of eight. */
static void add_sum(struct wal *w, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		w->sum[0] += read_word(at + i, w->big) + w->sum[1];
		w->sum[1] += read_word(at + i + 4, w->big) + w->sum[0];
	}
}

static bool open_log(struct wal *w, const uint8_t *at, size_t len)
{
	if (len < HEAD_SIZE || (read32(at) & ~1u) != WAL_MAGIC || read32(at + 4) != WAL_VERSION)
		return false;
	*w = (struct wal){ .at = at + HEAD_SIZE,
			   .left = len - HEAD_SIZE,
			   .page = read32(at + 8),
			   .big = read32(at) & 1,
			   .salts = at + 16 };
	if (w->page < 512 || w->page > 65536 || (w->page & (w->page - 1)))
		return false;
	add_sum(w, at, 24);
	return w->sum[0] == read32(at + 24) && w->sum[1] == read32(at + 28);
}

/* The next one that is of this log and whole. */
static bool next_frame(struct wal *w, struct frame *ret)
{
	if (w->left < FRAME_SIZE + w->page || memcmp(w->at + 8, w->salts, 8) != 0)
		return false;
	add_sum(w, w->at, 8);
	add_sum(w, w->at + FRAME_SIZE, w->page);
	if (w->sum[0] != read32(w->at + 16) || w->sum[1] != read32(w->at + 20))
		return false;
	*ret = (struct frame){ read32(w->at), read32(w->at + 4), w->at + FRAME_SIZE };
	w->at += FRAME_SIZE + w->page;
	w->left -= FRAME_SIZE + w->page;
	return ret->number != 0;
}

/* How many frames there are up to the end of the last transaction, and how large it makes the
 * database. */
static size_t complete(struct wal w, uint32_t *ret_pages)
{
	size_t n = 0, last = 0;
	struct frame f;

	while (next_frame(&w, &f)) {
		n++;
		if (!f.database)
			continue;
		last = n;
		*ret_pages = f.database;
	}
	return last;
}

static int set_size(struct buf *database, uint64_t size, size_t max, struct intact_error *err)
{
	if (size > max)
		return intact_fail(err, INTACT_EIO, "the database is larger than %zu bytes", max);
	if (size > database->len) {
		if (!buf_reserve(database, (size_t)size - database->len + 1))
			return intact_fail_nomem(err);
		memset(database->data + database->len, 0, (size_t)size - database->len);
	}
	database->len = (size_t)size;
	return 0;
}

int rpm_wal_apply(struct buf *database, const void *log, size_t len, size_t max,
		  struct intact_error *err)
{
	uint32_t pages = 0;
	struct frame f;
	struct wal w;
	size_t n;
	int rc;

	if (!len || !open_log(&w, log, len))
		return 0;
	n = complete(w, &pages);
	if (!n)
		return 0;
	rc = set_size(database, (uint64_t)pages * w.page, max, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n && next_frame(&w, &f); i++) {
		/* A later transaction may have cut it off again. */
		if (f.number <= pages)
			memcpy(database->data + (size_t)(f.number - 1) * w.page, f.page, w.page);
	}
	return 0;
}
