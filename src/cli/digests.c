/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See digests.h.
 */

#include "cli/digests.h"

#include <intact/db.h>

static int add_bytes(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	return intact_hasher_update(ctx, data, len, err);
}

int digests_of_file(const char *path, uint64_t mask, enum intact_compat compat,
		    struct intact_report_database *ret, struct intact_error *err)
{
	struct intact_hasher *hasher = NULL;
	int rc = intact_hasher_new(compat, &hasher, err);

	ret->name = path;
	ret->digests = mask;
	if (rc == 0)
		rc = intact_hasher_begin(hasher, mask, 0, err);
	if (rc == 0)
		rc = intact_db_bytes(path, add_bytes, hasher, err);
	if (rc == 0)
		rc = intact_hasher_end(hasher, false, ret->digest, err);
	intact_hasher_free(hasher);
	return rc;
}
