/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See names.h.  readdir(3) is not used: it allocates a stream a directory, its buffer is small, and
 * an error midway is easily taken for the end.
 */

#include "scan/names.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A directory that never ends (a file system in user space can have one) ends here.  Ten million
 * names of ordinary length fit. */
#define BYTES_MAX ((size_t)512 << 20)
/* Memory kept for the next directory on the same level. */
#define BYTES_KEEP ((size_t)65536)

/* The kernel's struct linux_dirent64. */
struct dirent_record {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Returns 0 or an errno: the kernel vouches for the records, a file system in user space for
 * nothing. */
static int add_records(struct names *names, const char *buffer, size_t len)
{
	size_t at = 0;

	while (at < len) {
		const struct dirent_record *rec = (const void *)(buffer + at);
		size_t n = strlen(rec->name);

		at += rec->reclen;
		if (is_dot(rec->name))
			continue;
		if (!n || memchr(rec->name, '/', n))
			return EIO;
		if (names->bytes.len + n + 2 > BYTES_MAX)
			return EOVERFLOW;
		buf_add_char(&names->bytes, (char)rec->type);
		buf_add(&names->bytes, rec->name, n + 1);
		names->count++;
	}
	return names->bytes.failed ? ENOMEM : 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool grow_sorted(struct names *names)
{
	const char **sorted;

	if (names->count <= names->cap)
		return true;
	sorted = realloc(names->sorted, names->count * sizeof(*sorted));
	if (!sorted)
		return false;
	names->sorted = sorted;
	names->cap = names->count;
	return true;
}

/* A name that is renamed while we read may be given twice. */
static void drop_repeated(struct names *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (!kept || strcmp(names->sorted[kept - 1], names->sorted[i]) != 0)
			names->sorted[kept++] = names->sorted[i];
	}
	names->count = kept;
}

static int sort_names(struct names *names, struct intact_error *err)
{
	const char *at = names->bytes.data;

	if (!names->count)
		return 0;
	if (!grow_sorted(names))
		return intact_fail_nomem(err);
	for (size_t i = 0; i < names->count; i++) {
		names->sorted[i] = at + 1;
		at += 1 + strlen(at + 1) + 1;
	}
	qsort(names->sorted, names->count, sizeof(*names->sorted), compare_names);
	drop_repeated(names);
	return 0;
}

int names_read(struct names *names, const struct names_source *from, int *ret_errno,
	       struct intact_error *err)
{
	void *buffer;
	int failed = 0;

	names_clear(names);
	while (!failed) {
		long n = from->read(from->ctx, &buffer);
		int error = errno;
		int rc = from->go_on(from->ctx, err);

		if (rc < 0)
			return rc;
		if (n == 0)
			break;
		failed = n < 0 ? error : add_records(names, buffer, (size_t)n);
		if (failed == EINTR)
			failed = 0;
	}
	if (names->bytes.failed)
		return intact_fail_nomem(err);
	*ret_errno = failed;
	return sort_names(names, err);
}

void names_clear(struct names *names)
{
	names->count = 0;
	if (names->bytes.cap > BYTES_KEEP)
		names_release(names);
	else
		buf_clear(&names->bytes);
}

void names_release(struct names *names)
{
	buf_release(&names->bytes);
	free(names->sorted);
	names->sorted = NULL;
	names->count = 0;
	names->cap = 0;
}
