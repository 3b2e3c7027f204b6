/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See store.h.
 */

#include "cli/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define STEM "report-"
#define FORMAT "%Y%m%dT%H%M%SZ"
#define STAMP 16 /* characters that it gives */

static int copy(FILE *from, int to, const char *path, struct intact_error *err)
{
	char block[16384];
	size_t n;

	rewind(from);
	while ((n = fread(block, 1, sizeof(block), from)) > 0) {
		if (file_write(to, block, n) != 0)
			return intact_fail_errno(err, "write '%s'", path);
	}
	return ferror(from) ? intact_fail(err, INTACT_EIO, "read the report for '%s'", path) : 0;
}

static int keep_as(const char *path, FILE *report, struct intact_error *err)
{
	struct file_new file;
	int rc = file_new_open(&file, path, err);

	if (rc < 0)
		return rc;
	rc = copy(report, file.fd, path, err);
	if (rc == 0)
		rc = file_new_commit(&file, err);
	file_new_release(&file);
	return rc;
}

char *reports_path(const char *folder, int64_t seconds, const char *ending)
{
	time_t t = (time_t)seconds;
	char stamp[64] = "";
	struct buf path = { 0 };
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(stamp, sizeof(stamp), FORMAT, &tm);
	buf_printf(&path, "%s/" STEM "%s.%s", folder, stamp, ending);
	return buf_take(&path, NULL);
}

int reports_keep(const char *folder, int64_t seconds, const char *ending, FILE *report,
		 struct intact_error *err)
{
	char *path;
	int rc;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return intact_fail_errno(err, "make the folder '%s'", folder);
	path = reports_path(folder, seconds, ending);
	rc = path ? keep_as(path, report, err) : intact_fail_nomem(err);
	free(path);
	return rc;
}

/* The time in a name of ours; false for all others. */
static bool time_of(const char *name, int64_t *ret)
{
	const char *stamp = name + strlen(STEM);
	struct tm tm = { 0 };
	const char *end;

	if (strncmp(name, STEM, strlen(STEM)) != 0 || strlen(stamp) < STAMP)
		return false;
	end = strptime(stamp, FORMAT, &tm);
	if (!end || end != stamp + STAMP || (strcmp(end, ".txt") != 0 && strcmp(end, ".html") != 0))
		return false;
	*ret = (int64_t)timegm(&tm);
	return true;
}

int reports_prune(const char *folder, int64_t now, uint64_t keep, struct intact_error *err)
{
	const struct dirent *entry;
	DIR *dir = opendir(folder);
	int rc = 0;

	if (!dir)
		return errno == ENOENT ? 0 : intact_fail_errno(err, "open '%s'", folder);
	while ((entry = readdir(dir)) != NULL) {
		int64_t then;

		if (!time_of(entry->d_name, &then) || now - then <= (int64_t)keep)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) != 0 && errno != ENOENT && rc == 0)
			rc = intact_fail_errno(err, "remove '%s/%s'", folder, entry->d_name);
	}
	closedir(dir);
	return rc;
}
