/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See gunzip.h.
 *
 *	         magic            end of a member
 *	BEGIN ──────────▶ INSIDE ◀────────────────▶ BETWEEN
 *	  │                 │                          │
 *	  └──── other ──────┴── damaged, too much ─────┴──▶ REFUSED
 *
 * A file is whole if it ends BETWEEN.
 */

#include "scan/gunzip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/zstream.h"

/* A digest takes it in one go, and a sink is asked often enough whether to go on. */
#define PIECE ((size_t)131072)

/*
 * A bomb: logs shrink to a tenth, monotonous ones to a fiftieth; deflate ends at a thousandth.  A
 * hundred times the size costs no more than hashing a sparse file that the same user could have
 * made, and 64 GiB take a minute or two.  Small files may be as monotonous as they like.
 */
#define RATIO_MAX ((uint64_t)100)
#define ROOM_MIN ((uint64_t)16 << 20)
#define ROOM_MAX ((uint64_t)64 << 30)

static const char not_gzip[] = "no supported compression algorithm found";
static const char damaged[] = "damaged gzip data, or something that is no gzip behind it";
static const char cut[] = "the gzip data is cut short";
static const char bomb[] = "decompresses to more than is looked at";

struct gunzip {
	struct zunpack *z;
	gunzip_sink *sink;
	void *ctx;
	const char *refused; /* NULL: still fine */
	bool inside;	     /* a member is begun */
	unsigned char head[2];
	size_t nhead; /* bytes of the magic seen, both: 2 */
	uint64_t room;
	char out[PIECE];
};

int gunzip_new(struct gunzip **ret, struct intact_error *err)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (!g)
		return intact_fail_nomem(err);
	g->z = zunpack_new(true);
	if (!g->z) {
		gunzip_free(g);
		return intact_fail_nomem(err);
	}
	*ret = g;
	return 0;
}

void gunzip_free(struct gunzip *g)
{
	if (!g)
		return;
	zunpack_free(g->z);
	free(g);
}

static uint64_t room_for(uint64_t size)
{
	if (size > ROOM_MAX / RATIO_MAX)
		return ROOM_MAX;
	return ROOM_MIN + size * RATIO_MAX;
}

void gunzip_begin(struct gunzip *g, uint64_t size, gunzip_sink *sink, void *ctx)
{
	zunpack_reset(g->z);
	g->sink = sink;
	g->ctx = ctx;
	g->refused = NULL;
	g->inside = false;
	g->nhead = 0;
	g->room = room_for(size);
}

/* The magic decides whether it is gzip at all, before anything else is said about it. */
static void look_at_head(struct gunzip *g, const uint8_t *data, size_t len)
{
	while (g->nhead < sizeof(g->head) && len) {
		g->head[g->nhead++] = *data++;
		len--;
	}
	if (g->nhead && memcmp(g->head, "\x1f\x8b", g->nhead) != 0)
		g->refused = not_gzip;
}

/* One piece of output. */
static int unpack_some(struct gunzip *g, const uint8_t **data, size_t *len, bool *ret_stuck,
		       struct intact_error *err)
{
	const uint8_t *before = *data;
	char *out = g->out;
	size_t left = sizeof(g->out), n;
	enum zunpack_state state = zunpack_some(g->z, data, len, &out, &left);

	n = sizeof(g->out) - left;
	*ret_stuck = !n && *data == before;
	g->inside = state == ZUNPACK_MORE;
	if (state == ZUNPACK_BAD)
		g->refused = damaged;
	else if (n > g->room)
		g->refused = bomb;
	if (g->refused || !n)
		return 0;
	g->room -= n;
	return g->sink(g->ctx, g->out, n, err);
}

int gunzip_feed(struct gunzip *g, const void *data, size_t len, struct intact_error *err)
{
	const uint8_t *at = data;
	bool stuck = false;
	int rc = 0;

	if (!g->refused)
		look_at_head(g, at, len);
	/* When the input is used up there may be more output than fitted into the last piece. */
	while (rc == 0 && !g->refused && !stuck && (len || g->inside))
		rc = unpack_some(g, &at, &len, &stuck, err);
	return rc;
}

const char *gunzip_end(const struct gunzip *g)
{
	if (g->refused)
		return g->refused;
	if (g->nhead < sizeof(g->head))
		return not_gzip;
	return g->inside ? cut : NULL;
}
