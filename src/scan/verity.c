/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See verity.h.
 *
 * Level 0 is the content.  A full block of a level is one hash in the level above; at the end the
 * last block of each level is filled up with zeros.  The root is the hash that is alone in its
 * level:
 *
 *	level 2                   [h h]                    2 hashes, a block, and not the root
 *	level 1      [h h h ... h]       [h h 0 ... 0]     130 hashes, 128 to a block
 *	level 0   [4096][4096] ... [4096] [4096][17 0 ...] content
 */

#include "scan/verity.h"

#include <stdlib.h>
#include <string.h>

#include "scan/digest_lib.h"

/* 2^64 bytes are 2^52 blocks, and each level has one for 2^7 of the level below. */
#define LEVELS 9

struct level {
	uint64_t hashes; /* that it has had; level 0: of no meaning */
	size_t used;	 /* bytes in its last block */
	uint8_t block[VERITY_BLOCK];
};

struct tree {
	uint64_t size;
	struct level levels[LEVELS];
};

struct verity {
	void *sha256;
	struct tree tree;
	struct tree spare; /* to finish a digest that goes on */
	struct tree below; /* of a subtree */
};

int verity_new(struct verity **ret)
{
	struct verity *v = calloc(1, sizeof(*v));
	int rc;

	if (!v)
		return -1;
	rc = digest_evp.open(SUM_SHA256, &v->sha256);
	if (rc == 1)
		*ret = v;
	else
		free(v);
	return rc;
}

void verity_free(struct verity *v)
{
	if (!v)
		return;
	digest_evp.close(v->sha256);
	free(v);
}

static void tree_begin(struct tree *t)
{
	t->size = 0;
	for (size_t i = 0; i < LEVELS; i++)
		t->levels[i].hashes = t->levels[i].used = 0;
}

void verity_begin(struct verity *v)
{
	tree_begin(&v->tree);
}

static bool hash(struct verity *v, const void *data, size_t len, uint8_t ret[VERITY_HASH])
{
	uint8_t value[DIGEST_SIZE_MAX];

	if (!digest_evp.begin(v->sha256) || !digest_evp.update(v->sha256, data, len) ||
	    digest_evp.end(v->sha256, false, value) != VERITY_HASH)
		return false;
	memcpy(ret, value, VERITY_HASH);
	return true;
}

/* Put a hash into a level; blocks that it fills go up as hashes. */
static bool put(struct verity *v, struct tree *t, size_t at, const uint8_t value[VERITY_HASH])
{
	uint8_t up[VERITY_HASH];

	memcpy(up, value, sizeof(up));
	for (; at < LEVELS; at++) {
		struct level *l = &t->levels[at];

		memcpy(l->block + l->used, up, VERITY_HASH);
		l->used += VERITY_HASH;
		l->hashes++;
		if (l->used < VERITY_BLOCK)
			return true;
		l->used = 0;
		if (!hash(v, l->block, VERITY_BLOCK, up))
			return false;
	}
	return false;
}

static bool put_block(struct verity *v, struct tree *t, const void *block)
{
	uint8_t value[VERITY_HASH];

	return hash(v, block, VERITY_BLOCK, value) && put(v, t, 1, value);
}

static bool tree_update(struct verity *v, struct tree *t, const uint8_t *at, size_t len)
{
	struct level *content = &t->levels[0];

	t->size += len;
	while (len) {
		size_t n = VERITY_BLOCK - content->used;

		if (!content->used && len >= VERITY_BLOCK) {
			if (!put_block(v, t, at))
				return false;
		} else {
			n = len < n ? len : n;
			memcpy(content->block + content->used, at, n);
			content->used = (content->used + n) % VERITY_BLOCK;
			if (!content->used && !put_block(v, t, content->block))
				return false;
		}
		at += n;
		len -= n;
	}
	return true;
}

bool verity_update(struct verity *v, const void *data, size_t len)
{
	return tree_update(v, &v->tree, data, len);
}

bool verity_add_subtree(struct verity *v, const uint8_t hash_of_it[VERITY_HASH])
{
	v->tree.size += VERITY_SUBTREE;
	v->tree.levels[1].hashes += VERITY_FAN;
	return put(v, &v->tree, 2, hash_of_it);
}

bool verity_subtree(struct verity *v, const void *data, uint8_t ret[VERITY_HASH])
{
	tree_begin(&v->below);
	if (!tree_update(v, &v->below, data, VERITY_SUBTREE))
		return false;
	memcpy(ret, v->below.levels[2].block, VERITY_HASH);
	return true;
}

/* The last block of a level goes up, filled with zeros. */
static bool close_level(struct verity *v, struct tree *t, size_t at)
{
	struct level *l = &t->levels[at];
	uint8_t value[VERITY_HASH];

	if (!l->used)
		return true;
	memset(l->block + l->used, 0, VERITY_BLOCK - l->used);
	l->used = 0;
	return hash(v, l->block, VERITY_BLOCK, value) && put(v, t, at + 1, value);
}

/* `ret` stays zero for nothing at all. */
static bool root_of(struct verity *v, struct tree *t, uint8_t ret[VERITY_HASH])
{
	if (!t->size)
		return true;
	for (size_t at = 0; at + 1 < LEVELS; at++) {
		struct level *up = &t->levels[at + 1];

		if (!close_level(v, t, at))
			return false;
		if (up->hashes == 1) {
			memcpy(ret, up->block, VERITY_HASH);
			return true;
		}
	}
	return false;
}

/* struct fsverity_descriptor of the kernel, all numbers little-endian. */
bool verity_of_root(struct verity *v, uint64_t size, const uint8_t root[VERITY_HASH],
		    uint8_t ret[VERITY_HASH])
{
	uint8_t d[256] = { 1 /* version */, 1 /* SHA-256 */, 12 /* 2^12 bytes a block */ };

	for (size_t i = 0; i < 8; i++)
		d[8 + i] = (uint8_t)(size >> (8 * i));
	memcpy(d + 16, root, VERITY_HASH);
	return hash(v, d, sizeof(d), ret);
}

bool verity_end(struct verity *v, bool keep, uint8_t ret[VERITY_HASH])
{
	uint8_t root[VERITY_HASH] = { 0 };
	struct tree *t = &v->tree;

	if (keep) {
		v->spare = v->tree;
		t = &v->spare;
	}
	return root_of(v, t, root) && verity_of_root(v, t->size, root, ret);
}
