/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: what rpm's database is made of.  'h' and a header of a package: all that it says
 * lies within it.  'w', the length of a database in three bytes, the database and its log: the
 * former has whole pages then, and is not larger than it may be.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "packages/rpm_head.h"
#include "packages/rpm_wal.h"

#define DATABASE_MAX ((size_t)1 << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const uint8_t *data, size_t size, struct piece text)
{
	const char *begin = (const char *)data, *end = begin + size;

	if (!text.len && text.s && !*text.s)
		return;
	/* With the byte that ends it. */
	if (text.s < begin || text.s + text.len >= end || strlen(text.s) != text.len)
		abort();
}

static void read_head(const uint8_t *data, size_t size)
{
	static const enum rpm_tag texts[] = { RPM_NAME, RPM_VERSION, RPM_RELEASE };
	struct rpm_head h;
	struct rpm_files files;
	struct rpm_file f;
	struct piece text;
	uint32_t number;

	if (!rpm_head_open(&h, data, size))
		return;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (rpm_head_text(&h, texts[i], &text))
			check(data, size, text);
	}
	rpm_head_number(&h, RPM_INSTALLTIME, &number);
	if (rpm_files_open(&files, &h, NULL) == 1) {
		while (rpm_files_next(&files, &f)) {
			const struct piece all[] = { f.base, f.digest, f.link,
						     f.user, f.group,  f.caps };

			if (f.there)
				check(data, size, f.dir);
			for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
				check(data, size, all[i]);
		}
	}
	rpm_files_release(&files);
}

static void read_log(const uint8_t *data, size_t size)
{
	struct buf database = { 0 };
	size_t len;

	if (size < 3)
		return;
	len = (size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2];
	if (len > size - 3)
		return;
	buf_add(&database, data + 3, len);
	if (rpm_wal_apply(&database, data + 3 + len, size - 3 - len, DATABASE_MAX, NULL) == 0 &&
	    database.len != len && (database.len > DATABASE_MAX || database.len % 512))
		abort();
	buf_release(&database);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] == 'h')
		read_head(data + 1, size - 1);
	else if (size && data[0] == 'w')
		read_log(data + 1, size - 1);
	return 0;
}
