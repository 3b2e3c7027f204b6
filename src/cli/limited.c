/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See limited.h.
 */

#include "cli/limited.h"

#include <stdlib.h>

struct limited {
	struct intact_stream stream;
	struct intact_stream *in;
	struct intact_matcher *limit;
};

static int limited_next(struct intact_stream *s, const struct intact_entry **ret,
			struct intact_error *err)
{
	struct limited *l = (struct limited *)s;
	int rc;

	do {
		rc = intact_stream_next(l->in, ret, err);
	} while (rc == 1 && !intact_matcher_in_limit(l->limit, (*ret)->path.s, (*ret)->path.len));
	return rc;
}

static void limited_close(struct intact_stream *s)
{
	struct limited *l = (struct limited *)s;

	intact_stream_close(l->in);
	free(l);
}

int limited_new(struct intact_stream *in, struct intact_matcher *limit, struct intact_stream **ret,
		struct intact_error *err)
{
	struct limited *l = calloc(1, sizeof(*l));

	if (!l) {
		intact_stream_close(in);
		return intact_fail_nomem(err);
	}
	l->stream = (struct intact_stream){ limited_next, limited_close };
	l->in = in;
	l->limit = limit;
	*ret = &l->stream;
	return 0;
}
