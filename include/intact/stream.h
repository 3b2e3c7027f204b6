/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Streams of entries, and of pairs of entries, in path order.
 *
 * The walker, the baseline reader and the tests' in-memory lists all produce a stream; the join
 * plugs two together into pairs; the measurer takes pairs and gives them on with the new side
 * measured.  Nobody who holds one needs to know which it is.  Path order is path_cmp(): component
 * by component, by byte.
 *
 * A producer embeds the struct as its first member and fills in the functions.
 */

#ifndef INTACT_STREAM_H
#define INTACT_STREAM_H

#include <intact/entry.h>

struct intact_stream {
	int (*next)(struct intact_stream *s, const struct intact_entry **ret,
		    struct intact_error *err);
	void (*close)(struct intact_stream *s);
};

/** Borrow the next entry; it stays valid until the following call on the same stream.
 * Returns 1 with an entry, 0 at the end, or a negative intact_code. */
INTACT_MUST_CHECK
static inline int intact_stream_next(struct intact_stream *s, const struct intact_entry **ret,
				     struct intact_error *err)
{
	return s->next(s, ret, err);
}

/** End the stream and whatever it reads from.  NULL is fine. */
static inline void intact_stream_close(struct intact_stream *s)
{
	if (s)
		s->close(s);
}

/** What stands under one path on the old and on the new side. */
struct intact_pair {
	const struct intact_entry *old; /* NULL: only on the new side */
	const struct intact_entry *new; /* NULL: only on the old side */
	/* With new == NULL: why the new side could not be looked at (one line for people); the
	 * entry is not removed but unverified.  NULL: it is really not there. */
	const char *gap;
	/* The path lies outside --limit: copy old, compare nothing. */
	bool outside;
};

struct intact_pairs {
	int (*next)(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err);
	void (*close)(struct intact_pairs *p);
};

/** Borrow the next pair; what it points to stays valid until the following call.
 * Returns 1 with a pair, 0 at the end, or a negative intact_code. */
INTACT_MUST_CHECK
static inline int intact_pairs_next(struct intact_pairs *p, struct intact_pair *ret,
				    struct intact_error *err)
{
	return p->next(p, ret, err);
}

/** End it and the streams below it.  NULL is fine. */
static inline void intact_pairs_close(struct intact_pairs *p)
{
	if (p)
		p->close(p);
}

#endif /* INTACT_STREAM_H */
