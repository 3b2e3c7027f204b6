/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The bytes of a baseline, for digests over it (aide-compat 6.4).
 */

#include "db/aide_lines.h"
#include "db/reader.h"

static int all_bytes(int fd, intact_db_bytes_fn *fn, void *ctx, struct intact_error *err)
{
	struct aide_lines l;
	const char *data;
	size_t len;
	int rc = aide_lines_init(&l, fd, err);

	if (rc < 0)
		return rc;
	while ((rc = aide_lines_piece(&l, &data, &len, err)) == 1) {
		rc = fn(ctx, data, len, err);
		if (rc < 0)
			break;
	}
	aide_lines_release(&l);
	return rc;
}

int intact_db_bytes(const struct intact_db *db, intact_db_bytes_fn *fn, void *ctx,
		    struct intact_error *err)
{
	int rc = all_bytes(db->fd, fn, ctx, err);

	if (rc < 0)
		intact_error_prefix(err, "'%s': ", db->path);
	return rc;
}
