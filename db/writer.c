/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Writing a baseline of either kind; see writer.h and intact/db.h.
 */

#include "db/writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* ---- the place ---- */

int intact_db_reserve(const char *path, int fd, struct intact_db_out **ret,
		      struct intact_error *err)
{
	struct intact_db_out *out = calloc(1, sizeof(*out));
	int rc = 0;

	if (!out)
		return intact_fail_nomem(err);
	out->fd = fd;
	if (fd < 0) {
		rc = file_new_open(&out->file, path, err);
		out->named = rc == 0;
		out->fd = out->file.fd;
	}
	if (rc == 0) {
		out->name = strdup(out->named ? out->file.tmp_path : path ? path : "output");
		rc = out->name ? 0 : intact_fail_nomem(err);
	}
	if (rc < 0)
		intact_db_out_free(out);
	else
		*ret = out;
	return rc;
}

int intact_db_out_commit(struct intact_db_out *out, struct intact_error *err)
{
	if (!out->named)
		return 0;
	return out->commit ? out->commit(out->ctx, err) : file_new_commit(&out->file, err);
}

void intact_db_out_exclusive(struct intact_db_out *out)
{
	out->file.exclusive = true;
}

void intact_db_out_give_away(struct intact_db_out *out,
			     int (*commit)(void *ctx, struct intact_error *err), void *ctx)
{
	out->commit = commit;
	out->ctx = ctx;
}

void intact_db_out_fds(const struct intact_db_out *out, int ret[2])
{
	ret[0] = out->fd;
	ret[1] = out->named ? out->file.dirfd : -1;
}

void intact_db_out_free(struct intact_db_out *out)
{
	if (!out)
		return;
	if (out->named && out->commit)
		file_new_forget(&out->file);
	else if (out->named)
		file_new_release(&out->file);
	free(out->name);
	free(out);
}

/* ---- writing ---- */

int writer_put(struct intact_db_writer *w, const void *data, size_t len, struct intact_error *err)
{
	if (file_write(w->out->fd, data, len) != 0)
		return intact_fail_errno(err, "write '%s'", w->out->name);
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
		return intact_fail(err, INTACT_EIO, "write '%s': failed before", w->out->name);
	rc = w->ops->append(w, entry, err);
	w->failed = rc != 0;
	return rc;
}

bool intact_db_is_temporary(const struct intact_db_out *out, const struct intact_entry *entry)
{
	size_t len = out->named ? strlen(out->file.tmp_name) : 0;
	const struct intact_str *path = &entry->path;
	struct stat st;

	if (!out->named || path->len <= len || path->s[path->len - len - 1] != '/' ||
	    memcmp(path->s + path->len - len, out->file.tmp_name, len) != 0)
		return false;
	return fstat(out->fd, &st) == 0 && st.st_ino == entry->ino &&
	       intact_device(major(st.st_dev), minor(st.st_dev)) == entry->dev;
}

int intact_db_commit(struct intact_db_writer *w, uint8_t ret_root[INTACT_DB_DIGEST_SIZE],
		     struct intact_error *err)
{
	uint8_t root[INTACT_DB_DIGEST_SIZE] = { 0 };
	int rc;

	if (w->failed)
		return intact_fail(err, INTACT_EIO, "write '%s': failed before", w->out->name);
	/* Whatever happens, not twice. */
	w->failed = true;
	rc = w->ops->finish(w, root, err);
	if (rc == 0 && w->out->named && w->ops->check)
		rc = w->ops->check(w, root, err);
	if (rc == 0)
		rc = intact_db_out_commit(w->out, err);
	if (rc == 0 && ret_root)
		memcpy(ret_root, root, sizeof(root));
	return rc;
}

void intact_db_writer_free(struct intact_db_writer *w)
{
	if (!w)
		return;
	if (w->owns_out)
		intact_db_out_free(w->out);
	buf_release(&w->begun);
	w->ops->free(w);
}
