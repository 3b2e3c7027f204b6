/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See tally.h.
 */

#include "scan/tally.h"

int tally_begin(struct tally *t, uint64_t mask, uint64_t both, struct intact_prefix *prefixes,
		size_t n, struct intact_error *err)
{
	t->pos = 0;
	t->prefixes = prefixes;
	t->nprefixes = n;
	t->next = 0;
	for (size_t i = 0; i < n; i++)
		prefixes[i].known = false;
	return intact_hasher_begin(t->hasher, mask, both, err);
}

/* All prefixes that end here: equal sizes may stand more than once. */
static int end_prefixes(struct tally *t, struct intact_error *err)
{
	while (t->next < t->nprefixes && t->prefixes[t->next].size == t->pos) {
		struct intact_prefix *p = &t->prefixes[t->next++];
		int rc = intact_hasher_end(t->hasher, true, p->digest, err);

		if (rc < 0)
			return rc;
		p->known = true;
	}
	return 0;
}

int tally_add(struct tally *t, const void *data, size_t len, struct intact_error *err)
{
	const unsigned char *at = data;
	int rc = 0;

	while (len && rc == 0) {
		uint64_t left = t->next < t->nprefixes ? t->prefixes[t->next].size - t->pos : len;
		size_t n = left < len ? (size_t)left : len;

		rc = intact_hasher_update(t->hasher, at, n, err);
		at += n;
		len -= n;
		t->pos += n;
		if (rc == 0)
			rc = end_prefixes(t, err);
	}
	return rc;
}

int tally_end(struct tally *t, uint8_t digests[INTACT_DIGEST_MAX][64], struct intact_error *err)
{
	return intact_hasher_end(t->hasher, false, digests, err);
}
