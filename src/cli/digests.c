/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See digests.h.
 */

#include "cli/digests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_SIZE ((size_t)1 << 18)

static int digest_fd(int fd, const char *path, struct intact_hasher *hasher, void *buffer,
		     struct intact_error *err)
{
	for (;;) {
		ssize_t n = read(fd, buffer, READ_SIZE);
		int rc;

		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return intact_fail_errno(err, "read '%s'", path);
		rc = intact_hasher_update(hasher, buffer, (size_t)n, err);
		if (rc < 0)
			return rc;
	}
}

static int digest_open(int fd, const char *path, uint64_t mask, struct intact_report_database *ret,
		       struct intact_error *err)
{
	struct intact_hasher *hasher = NULL;
	void *buffer = malloc(READ_SIZE);
	int rc = buffer ? intact_hasher_new(&hasher, err) : intact_fail_nomem(err);

	if (rc == 0)
		rc = intact_hasher_begin(hasher, mask, err);
	if (rc == 0)
		rc = digest_fd(fd, path, hasher, buffer, err);
	if (rc == 0)
		rc = intact_hasher_end(hasher, false, ret->digest, err);
	intact_hasher_free(hasher);
	free(buffer);
	return rc;
}

int digests_of_file(const char *path, uint64_t mask, struct intact_report_database *ret,
		    struct intact_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int rc;

	if (fd < 0)
		return intact_fail_errno(err, "open '%s'", path);
	ret->name = path;
	ret->digests = mask;
	rc = digest_open(fd, path, mask, ret, err);
	close(fd);
	return rc;
}
