/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See suggest.h.  Edit distance, without regard to case.
 */

#include "base/suggest.h"

#include <string.h>

/* No name that we know is longer. */
#define NAME_MAX_LEN 48

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein, one row at a time. */
static unsigned distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned row[NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= blen; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; i < alen; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < blen; j++) {
			unsigned above = row[j + 1];

			row[j + 1] = least(above + 1, row[j] + 1,
					   diagonal + (lower(a[i]) != lower(b[j])));
			diagonal = above;
		}
	}
	return row[blen];
}

struct suggestion suggest_for(const char *wrong, size_t len)
{
	/* One slip in three letters; more is another word. */
	return (struct suggestion){ .wrong = wrong,
				    .len = len,
				    .distance = 1 + (unsigned)(len < 9 ? len / 3 : 3) };
}

void suggest_consider(struct suggestion *s, const char *name)
{
	size_t len = strlen(name);
	unsigned d;

	if (s->len > NAME_MAX_LEN || len > NAME_MAX_LEN)
		return;
	d = distance(s->wrong, s->len, name, len);
	if (d < s->distance) {
		s->distance = d;
		s->best = name;
	}
}
