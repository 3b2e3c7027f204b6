/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing a baseline of either kind; see writer.h and intact/db.h.
 */

#include "db/writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int writer_open(struct intact_db_writer *w, const char *path, int fd, struct intact_error *err)
{
	int rc;

	w->fd = fd;
	w->named = fd < 0;
	if (w->named) {
		rc = file_new_open(&w->file, path, err);
		if (rc)
			return rc;
		w->fd = w->file.fd;
	}
	w->name = strdup(w->named ? w->file.tmp_path : path ? path : "output");
	if (w->name)
		return 0;
	if (w->named)
		file_new_release(&w->file);
	return intact_fail_nomem(err);
}

int writer_put(struct intact_db_writer *w, const void *data, size_t len, struct intact_error *err)
{
	if (file_write(w->fd, data, len) != 0)
		return intact_fail_errno(err, "write '%s'", w->name);
	w->offset += len;
	return 0;
}

int writer_show(struct intact_db_writer *w, const void *data, size_t len, struct intact_error *err)
{
	return w->watch && len ? w->watch(w->watch_ctx, data, len, err) : 0;
}

int intact_db_watch(struct intact_db_writer *w, intact_db_bytes_fn *fn, void *ctx,
		    struct intact_error *err)
{
	w->watch = fn;
	w->watch_ctx = ctx;
	return writer_show(w, w->begun.data, w->begun.len, err);
}

void intact_db_sign(struct intact_db_writer *w, const struct intact_key *key)
{
	w->key = key;
}

int intact_db_append(struct intact_db_writer *w, const struct intact_entry *entry,
		     struct intact_error *err)
{
	int rc;

	if (w->failed)
		return intact_fail(err, INTACT_EIO, "write '%s': failed before", w->name);
	rc = w->ops->append(w, entry, err);
	w->failed = rc != 0;
	return rc;
}

bool intact_db_is_temporary(const struct intact_db_writer *w, const struct intact_entry *entry)
{
	size_t len = w->named ? strlen(w->file.tmp_name) : 0;
	const struct intact_str *path = &entry->path;
	struct stat st;

	if (!w->named || path->len <= len || path->s[path->len - len - 1] != '/' ||
	    memcmp(path->s + path->len - len, w->file.tmp_name, len) != 0)
		return false;
	return fstat(w->fd, &st) == 0 && st.st_ino == entry->ino &&
	       intact_device(major(st.st_dev), minor(st.st_dev)) == entry->dev;
}

int intact_db_commit(struct intact_db_writer *w, uint8_t ret_root[INTACT_DB_DIGEST_SIZE],
		     struct intact_error *err)
{
	uint8_t root[INTACT_DB_DIGEST_SIZE] = { 0 };
	int rc;

	if (w->failed)
		return intact_fail(err, INTACT_EIO, "write '%s': failed before", w->name);
	/* Whatever happens, not twice. */
	w->failed = true;
	rc = w->ops->finish(w, root, err);
	if (rc == 0 && w->named && w->ops->check)
		rc = w->ops->check(w, root, err);
	if (rc == 0 && w->named)
		rc = file_new_commit(&w->file, err);
	if (rc == 0 && ret_root)
		memcpy(ret_root, root, sizeof(root));
	return rc;
}

void intact_db_writer_free(struct intact_db_writer *w)
{
	if (!w)
		return;
	if (w->named)
		file_new_release(&w->file);
	free(w->name);
	buf_release(&w->begun);
	w->ops->free(w);
}
