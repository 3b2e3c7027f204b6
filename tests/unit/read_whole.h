/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: all that can be read of a baseline, in one go.
 */

#ifndef UNIT_READ_WHOLE_H
#define UNIT_READ_WHOLE_H

#include <intact/db.h>

static inline int count_bytes(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)data;
	(void)err;
	*(size_t *)ctx += len;
	return 0;
}

/** Open the baseline "db" (or `fd`, unless that is negative), which must be signed if `trust` is
 * not NULL, check it, and read its bytes and its entries.  Returns how many entries there are, or
 * a negative code. */
static inline int read_whole(const struct intact_db_trust *trust, int fd, struct intact_error *err)
{
	const struct intact_entry *e;
	struct intact_stream *s = NULL;
	struct intact_db *db = NULL;
	size_t bytes = 0;
	int n = 0, rc;

	rc = trust ? intact_db_open_signed("db", fd, trust, &db, err)
		   : intact_db_open("db", fd, &db, err);
	if (rc == 0)
		rc = intact_db_check(db, err);
	if (rc == 0)
		rc = intact_db_bytes(db, count_bytes, &bytes, err);
	if (rc == 0)
		rc = intact_db_read(db, NULL, &s, err);
	while (rc == 0 && (rc = intact_stream_next(s, &e, err)) == 1) {
		rc = 0;
		n++;
	}
	if (s)
		intact_stream_close(s);
	intact_db_close(db);
	return rc < 0 ? rc : n;
}

#endif /* UNIT_READ_WHOLE_H */
