/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The bytes of a baseline, for digests over it (aide-compat 6.4).
 */

#include <intact/db.h>

#include <unistd.h>

#include "base/file.h"
#include "db/aide_lines.h"

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

int intact_db_bytes(const char *path, intact_db_bytes_fn *fn, void *ctx, struct intact_error *err)
{
	uint64_t size;
	int fd;
	int rc = file_open_regular(path, &fd, &size, err);

	if (rc < 0)
		return rc;
	rc = all_bytes(fd, fn, ctx, err);
	if (rc < 0)
		intact_error_prefix(err, "'%s': ", path);
	close(fd);
	return rc;
}
