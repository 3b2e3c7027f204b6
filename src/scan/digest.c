/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Digests: several sums over the same bytes, each by the first library that has it.
 *
 * Which sum goes under which attribute is known here; how one is computed only to the library's
 * own file (digest_lib.h).  Two attributes have two values: doc/design/digests.md.
 */

#include <intact/scan.h>

#include <stdlib.h>

#include "scan/digest_lib.h"

/* Several digests take turns over pieces that stay in the second level cache. */
#define PIECE ((size_t)65536)

/* libcrypto first: what the host's policy says about digests is said there. */
static const struct digest_lib *const libs[] = { &digest_evp, &digest_gcrypt, &digest_mhash,
						 &digest_zlib, &digest_verity };

#define NLIBS (sizeof(libs) / sizeof(libs[0]))

struct algorithm {
	enum intact_attr_id id;
	enum digest_sum sum;
	enum digest_sum other; /* a second value that the same name has elsewhere */
};

static const struct algorithm algorithms[] = {
	{ INTACT_MD5, SUM_MD5, SUM_NONE },
	{ INTACT_SHA1, SUM_SHA1, SUM_NONE },
	{ INTACT_RMD160, SUM_RMD160, SUM_NONE },
	{ INTACT_SHA224, SUM_SHA224, SUM_NONE },
	{ INTACT_SHA256, SUM_SHA256, SUM_NONE },
	{ INTACT_SHA384, SUM_SHA384, SUM_NONE },
	{ INTACT_SHA512, SUM_SHA512, SUM_NONE },
	{ INTACT_SHA512_224, SUM_SHA512_224, SUM_NONE },
	{ INTACT_SHA512_256, SUM_SHA512_256, SUM_NONE },
	{ INTACT_SHA3_224, SUM_SHA3_224, SUM_NONE },
	{ INTACT_SHA3_256, SUM_SHA3_256, SUM_NONE },
	{ INTACT_SHA3_384, SUM_SHA3_384, SUM_NONE },
	{ INTACT_SHA3_512, SUM_SHA3_512, SUM_NONE },
	{ INTACT_BLAKE2B, SUM_BLAKE2B, SUM_NONE },
	{ INTACT_BLAKE2S, SUM_BLAKE2S, SUM_NONE },
	{ INTACT_SM3, SUM_SM3, SUM_NONE },
	{ INTACT_WHIRLPOOL, SUM_WHIRLPOOL, SUM_NONE },
	{ INTACT_TIGER, SUM_TIGER, SUM_NONE },
	{ INTACT_HAVAL, SUM_HAVAL, SUM_NONE },
	{ INTACT_GOST, SUM_GOST, SUM_GOST_MHASH },
	{ INTACT_STRIBOG256, SUM_STRIBOG256, SUM_NONE },
	{ INTACT_STRIBOG512, SUM_STRIBOG512, SUM_NONE },
	{ INTACT_CRC32, SUM_CRC32, SUM_CRC32_ZIP },
	{ INTACT_CRC32B, SUM_CRC32B, SUM_NONE },
	{ INTACT_FSVERITY, SUM_FSVERITY, SUM_NONE },
};

#define NALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

/* One sum: who computes it. */
struct computer {
	bool tried;
	const struct digest_lib *lib; /* NULL: nobody */
	void *state;
};

/* A sum of this round, and whose value it is. */
struct active {
	struct computer *by;
	const struct intact_attr *row;
	unsigned slot; /* as in entry->digest */
};

struct intact_hasher {
	enum intact_compat compat;
	struct computer computers[SUM_MAX];
	struct active active[INTACT_DIGEST_MAX];
	size_t nactive;
};

static int fail_compute(struct intact_error *err, const struct intact_attr *row)
{
	return intact_fail(err, INTACT_EIO, "cannot compute %s here", row->name);
}

int intact_hasher_new(enum intact_compat compat, struct intact_hasher **ret,
		      struct intact_error *err)
{
	struct intact_hasher *h = calloc(1, sizeof(*h));

	if (!h)
		return intact_fail_nomem(err);
	h->compat = compat;
	*ret = h;
	return 0;
}

void intact_hasher_free(struct intact_hasher *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < SUM_MAX; i++) {
		if (h->computers[i].lib)
			h->computers[i].lib->close(h->computers[i].state);
	}
	free(h);
}

/* *ret is NULL if nobody here can. */
static int open_sum(struct intact_hasher *h, enum digest_sum sum, struct computer **ret,
		    struct intact_error *err)
{
	struct computer *c = &h->computers[sum];
	int rc = 0;

	for (size_t i = 0; !c->tried && rc == 0 && i < NLIBS; i++) {
		rc = libs[i]->open(sum, &c->state);
		if (rc < 0)
			return intact_fail_nomem(err);
		if (rc > 0)
			c->lib = libs[i];
	}
	c->tried = true;
	*ret = c->lib ? c : NULL;
	return 0;
}

/* The sums of an algorithm, in the order in which they are to be written: 0.18 was Mhash's. */
static void order_sums(const struct intact_hasher *h, const struct algorithm *a,
		       enum digest_sum ret[2])
{
	bool turned = a->id == INTACT_GOST && h->compat == INTACT_COMPAT_0_18;

	ret[0] = turned ? a->other : a->sum;
	ret[1] = turned ? a->sum : a->other;
}

/* Who computes the value, and the other one if there are two that can be computed here. */
static int find(struct intact_hasher *h, const struct algorithm *a, struct computer *ret[2],
		struct intact_error *err)
{
	struct computer *first = NULL, *second = NULL;
	enum digest_sum sums[2];
	int rc;

	order_sums(h, a, sums);
	rc = open_sum(h, sums[0], &first, err);
	if (rc == 0 && sums[1])
		rc = open_sum(h, sums[1], &second, err);
	ret[0] = first ? first : second;
	ret[1] = first ? second : NULL;
	return rc;
}

/* Can anybody here?  1, 0, or -1 without memory. */
static int can_compute(enum digest_sum sum)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NLIBS; i++) {
		void *state = NULL;

		rc = libs[i]->has ? libs[i]->has(sum) : libs[i]->open(sum, &state);
		if (state)
			libs[i]->close(state);
	}
	return rc;
}

/* The attributes that have a value here, or two if `both`.  Without memory none has: what can be
 * computed is then not known. */
static uint64_t computable(bool both)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < NALGORITHMS; i++) {
		const struct algorithm *a = &algorithms[i];
		int first, second;

		if (both && !a->other)
			continue;
		first = can_compute(a->sum);
		second = a->other ? can_compute(a->other) : 0;
		if (first < 0 || second < 0)
			return 0;
		if (both ? first && second : first || second)
			mask |= INTACT_BIT(a->id);
	}
	return mask;
}

uint64_t intact_digests_available(void)
{
	return computable(false);
}

void intact_digests_prepare(void)
{
	for (unsigned sum = SUM_NONE + 1; sum < SUM_MAX; sum++) {
		for (size_t i = 0; i < NLIBS; i++) {
			void *state;

			if (!libs[i]->has || libs[i]->open((enum digest_sum)sum, &state) <= 0)
				continue;
			libs[i]->close(state);
		}
	}
}

uint64_t intact_digests_twofold(void)
{
	return computable(true);
}

static int begin_sum(struct intact_hasher *h, struct computer *by, const struct intact_attr *row,
		     unsigned slot, struct intact_error *err)
{
	if (!by->lib->begin(by->state))
		return fail_compute(err, row);
	h->active[h->nactive++] = (struct active){ by, row, slot };
	return 0;
}

static int begin_one(struct intact_hasher *h, const struct algorithm *a, bool both,
		     struct intact_error *err)
{
	const struct intact_attr *row = intact_attr_get(a->id);
	struct computer *found[2] = { NULL, NULL };
	int rc = find(h, a, found, err);

	if (rc == 0 && (!found[0] || (both && !found[1])))
		rc = fail_compute(err, row);
	if (rc == 0)
		rc = begin_sum(h, found[0], row, (unsigned)row->digest, err);
	if (rc == 0 && both)
		rc = begin_sum(h, found[1], row, row->other, err);
	return rc;
}

int intact_hasher_begin(struct intact_hasher *h, uint64_t mask, uint64_t both,
			struct intact_error *err)
{
	int rc = 0;

	h->nactive = 0;
	for (unsigned i = 0; i < NALGORITHMS && mask && rc == 0; i++) {
		uint64_t bit = INTACT_BIT(algorithms[i].id);

		if (mask & bit)
			rc = begin_one(h, &algorithms[i], both & bit, err);
		mask &= ~bit;
	}
	if (rc == 0 && mask)
		rc = intact_fail(err, INTACT_EUSAGE, "a digest that this build does not know");
	return rc;
}

int intact_hasher_update(struct intact_hasher *h, const void *data, size_t len,
			 struct intact_error *err)
{
	size_t piece = h->nactive > 1 ? PIECE : len;
	const unsigned char *at = data;

	while (len) {
		size_t n = len < piece ? len : piece;

		for (size_t k = 0; k < h->nactive; k++) {
			struct computer *by = h->active[k].by;

			if (!by->lib->update(by->state, at, n))
				return fail_compute(err, h->active[k].row);
		}
		at += n;
		len -= n;
	}
	return 0;
}

int intact_hasher_end(struct intact_hasher *h, bool keep, uint8_t out[INTACT_DIGEST_MAX][64],
		      struct intact_error *err)
{
	for (size_t k = 0; k < h->nactive; k++) {
		const struct active *a = &h->active[k];

		if (a->by->lib->end(a->by->state, keep, out[a->slot]) != a->row->digest_size)
			return fail_compute(err, a->row);
	}
	if (!keep)
		h->nactive = 0;
	return 0;
}
