/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: AIDE's text database, plain or gzipped, from memory.  What is read is written again
 * and must then be read without complaint.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <intact/db.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy(struct intact_db *db, enum intact_aide_version version)
{
	struct intact_error err = { 0 };
	const struct intact_entry *e;
	struct intact_db_writer *w;
	struct intact_stream *s;
	struct intact_db *again;
	int fd = memfd_create("copy", MFD_CLOEXEC);
	int rc;

	if (fd < 0 ||
	    intact_db_create_aide("copy", fd, intact_db_meta(db), false, version, &w, &err) != 0)
		abort();
	if (intact_db_read(db, NULL, &s, &err) != 0)
		abort();
	while ((rc = intact_stream_next(s, &e, &err)) == 1) {
		if (intact_db_append(w, e, &err) != 0)
			abort();
	}
	intact_stream_close(s);
	if (rc != 0 || intact_db_commit(w, NULL, &err) != 0)
		abort();
	intact_db_writer_free(w);
	if (intact_db_open("copy", fd, &again, &err) != 0)
		abort();
	intact_db_close(again);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct intact_error err = { 0 };
	struct intact_db *db;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (intact_db_open("fuzz", fd, &db, &err) == 0) {
		if (!intact_db_meta(db)->native) {
			copy(db, INTACT_AIDE_0_18);
			copy(db, INTACT_AIDE_NEWEST);
		}
		intact_db_close(db);
	}
	close(fd);
	return 0;
}
