/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Keys and signatures in files: who may write and read them, and that none is ever replaced by
 * accident.  See intact/trust.h; what is in them is sign.c's.
 */

#include <intact/trust.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "db/sign.h"

/* An Ed25519 key has some hundred bytes; whoever writes comments around it has room. */
#define KEY_FILE_MAX 16384

struct key_text {
	char data[KEY_FILE_MAX];
	size_t len;
};

/* ---- reading ---- */

static int check_owner(int fd, const char *path, bool private, struct intact_error *err)
{
	mode_t forbidden = private ? 077 : 022;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", path);
	if (!file_is_ours(&st, forbidden) || !file_way_is_safe(path))
		return intact_fail(err, INTACT_ECONFIG,
				   "bad ownership or modes for '%s' (please ensure that it is %s, "
				   "owned by the current user or root, and in a directory where "
				   "nobody else can exchange it)",
				   path,
				   private ? "closed to group and others"
					   : "neither group- nor world-writable");
	return 0;
}

static int read_text(const char *path, bool private, struct key_text *ret, struct intact_error *err)
{
	uint64_t size;
	int fd, rc = file_open_regular(path, &fd, &size, err);

	if (rc < 0)
		return rc;
	rc = check_owner(fd, path, private, err);
	if (rc == 0 && size > sizeof(ret->data))
		rc = intact_fail(err, INTACT_ECONFIG, "'%s' is too large for a key", path);
	if (rc == 0 && file_read_at(fd, ret->data, sizeof(ret->data), 0, &ret->len) != 0)
		rc = intact_fail_errno(err, "read '%s'", path);
	close(fd);
	return rc;
}

int intact_key_read_private(const char *path, intact_passphrase_fn *ask, void *ctx,
			    struct intact_key **ret, struct intact_error *err)
{
	struct key_text text;
	int rc = read_text(path, true, &text, err);

	if (rc == 0) {
		rc = key_parse_private(path, text.data, text.len, ask, ctx, ret, err);
		if (rc == INTACT_ECONFIG)
			intact_error_prefix(err, "'%s': ", path);
	}
	explicit_bzero(&text, sizeof(text));
	return rc;
}

int intact_key_read_public(const char *path, struct intact_key **ret, struct intact_error *err)
{
	struct key_text text;
	int rc = read_text(path, false, &text, err);

	if (rc == 0) {
		rc = key_parse_public(path, text.data, text.len, ret, err);
		if (rc == INTACT_ECONFIG)
			intact_error_prefix(err, "'%s': ", path);
	}
	if (rc == 0 || rc == INTACT_ENOMEM)
		return rc;
	intact_error_prefix(err, "nothing can be verified: ");
	if (err)
		err->code = INTACT_EDAMAGED;
	return INTACT_EDAMAGED;
}

/* ---- writing ---- */

static int write_all(int fd, const char *path, const struct buf *text, struct intact_error *err)
{
	if (file_write(fd, text->data, text->len) != 0)
		return intact_fail_errno(err, "write '%s'", path);
	return fsync(fd) == 0 ? 0 : intact_fail_errno(err, "sync '%s'", path);
}

/* A name that nobody has. */
static int write_new(const char *path, mode_t mode, const struct buf *text,
		     struct intact_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	int rc;

	if (fd < 0)
		return intact_fail_errno(err, "create '%s'", path);
	rc = write_all(fd, path, text, err);
	if (rc == 0 && fchmod(fd, mode) != 0)
		rc = intact_fail_errno(err, "change the mode of '%s'", path);
	if (close(fd) != 0 && rc == 0)
		rc = intact_fail_errno(err, "write '%s'", path);
	if (rc < 0)
		unlink(path);
	return rc;
}

static int sync_directory(const char *path, struct intact_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int rc = 0;

	if (!dir)
		rc = intact_fail_nomem(err);
	else if (fd < 0 || fsync(fd) != 0)
		rc = intact_fail_errno(err, "sync the directory of '%s'", path);
	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

/* The public half first: a private key alone would sign what nobody can verify. */
static int write_pair(const char *private_path, const struct buf *private, const char *public_path,
		      const struct buf *public, struct intact_error *err)
{
	int rc = write_new(public_path, 0644, public, err);

	if (rc < 0)
		return rc;
	rc = write_new(private_path, 0600, private, err);
	if (rc == 0) {
		rc = sync_directory(private_path, err);
		if (rc < 0)
			unlink(private_path);
	}
	if (rc < 0)
		unlink(public_path);
	return rc;
}

int intact_key_write(const struct intact_key *key, const char *private_path,
		     const char *public_path, const char *passphrase, struct intact_error *err)
{
	struct buf private = { 0 }, public = { 0 };
	int rc = key_pem_private(key, passphrase, &private, err);

	if (rc == 0)
		rc = key_pem_public(key, &public, err);
	if (rc == 0)
		rc = write_pair(private_path, &private, public_path, &public, err);
	if (private.data)
		explicit_bzero(private.data, private.len);
	buf_release(&private);
	buf_release(&public);
	return rc;
}

/* ---- detached signatures ---- */

int intact_signature_read(const char *path, uint8_t ret[INTACT_SIGNATURE_SIZE],
			  struct intact_error *err)
{
	uint8_t data[INTACT_SIGNATURE_SIZE + 1];
	uint64_t size;
	size_t len = 0;
	int fd, rc = file_open_regular(path, &fd, &size, err);

	if (rc == 0) {
		if (file_read_at(fd, data, sizeof(data), 0, &len) != 0)
			rc = intact_fail_errno(err, "read '%s'", path);
		else if (len != INTACT_SIGNATURE_SIZE)
			rc = intact_fail(err, INTACT_EDAMAGED,
					 "'%s' is no detached signature: it has not 64 bytes",
					 path);
		close(fd);
	}
	if (rc < 0) {
		if (err)
			err->code = INTACT_EDAMAGED;
		return INTACT_EDAMAGED;
	}
	memcpy(ret, data, INTACT_SIGNATURE_SIZE);
	return 0;
}

int intact_signature_write(const char *path, const uint8_t signature[INTACT_SIGNATURE_SIZE],
			   struct intact_error *err)
{
	struct file_new file = { .fd = -1, .dirfd = -1 };
	int rc = file_new_open(&file, path, err);

	if (rc < 0)
		return rc;
	if (file_write(file.fd, signature, INTACT_SIGNATURE_SIZE) != 0)
		rc = intact_fail_errno(err, "write '%s'", file.tmp_path);
	/* A signature is no secret. */
	if (rc == 0 && !file.has_old && fchmod(file.fd, 0644) != 0)
		rc = intact_fail_errno(err, "change the mode of '%s'", file.tmp_path);
	if (rc == 0)
		rc = file_new_commit(&file, err);
	file_new_release(&file);
	return rc;
}
