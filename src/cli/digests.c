/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See digests.h.
 */

#include "cli/digests.h"

static int add_bytes(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	return intact_hasher_update(ctx, data, len, err);
}

static int begin(uint64_t mask, enum intact_compat compat, struct intact_hasher **ret,
		 struct intact_error *err)
{
	int rc = intact_hasher_new(compat, ret, err);

	return rc ? rc : intact_hasher_begin(*ret, mask, 0, err);
}

int digests_end(struct intact_hasher *hasher, uint64_t mask, struct intact_report_database *ret,
		struct intact_error *err)
{
	ret->digests = mask;
	return intact_hasher_end(hasher, false, ret->digest, err);
}

int digests_of(const struct intact_db *db, uint64_t mask, enum intact_compat compat,
	       struct intact_report_database *ret, struct intact_error *err)
{
	struct intact_hasher *hasher = NULL;
	int rc = begin(mask, compat, &hasher, err);

	if (rc == 0)
		rc = intact_db_bytes(db, add_bytes, hasher, err);
	if (rc == 0)
		rc = digests_end(hasher, mask, ret, err);
	intact_hasher_free(hasher);
	return rc;
}

int digests_watch(struct intact_db_writer *w, uint64_t mask, enum intact_compat compat,
		  struct intact_hasher **ret, struct intact_error *err)
{
	int rc = begin(mask, compat, ret, err);

	return rc ? rc : intact_db_watch(w, add_bytes, *ret, err);
}
