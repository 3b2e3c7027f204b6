/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See deb.h.
 *
 *	"!<arch>\n", then for each member 60 bytes of header and its content, padded to 2 bytes:
 *	debian-binary, control.tar.*, data.tar.*
 */

#include "packages/deb.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xz.h"
#include "base/zst.h"

#define AR_HEADER 60u
#define PIECE ((size_t)65536)
/* What unpacking may need: xz -9 takes 65 MiB. */
#define MEMORY ((uint64_t)128 << 20)
/* The same as a power of two. */
#define WINDOW 27u
/* The largest package of Debian has some 4 GiB. */
#define UNPACKED_MAX ((uint64_t)16 << 30)
/* Members before data.tar. */
#define MEMBERS_MAX 16

/* An archive in the file. */
struct part {
	bool found;
	uint64_t at, size;
	enum { PLAIN, GZIP, XZ, ZST, UNKNOWN } packing;
};

struct deb {
	int fd;
	struct part control, data;

	/* Of the one that is read. */
	const struct part *part;
	struct zunpack *gzip;
	struct xzunpack *xz;
	struct zstunpack *zst;
	struct untar tar;
	uint64_t unpacked;
	uint8_t in[PIECE];
	char out[PIECE];
};

static int bad(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EIO, "a package that is %s", what);
}

static bool decimal(const char *at, size_t len, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < len && at[i] >= '0' && at[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(at[i] - '0');
	*ret = n;
	return i > 0 && (i == len || at[i] == ' ');
}

static bool is_named(const char *header, const char *name)
{
	size_t len = strlen(name);

	return memcmp(header, name, len) == 0 &&
	       (header[len] == ' ' || (header[len] == '/' && header[len + 1] == ' '));
}

/* Is this NAME.tar?  Then *ret is it; the first counts. */
static bool is_part(const char *header, const char *name, uint64_t at, uint64_t size,
		    struct part *ret)
{
	size_t len = strlen(name);
	const char *suffix = header + len;

	if (memcmp(header, name, len) != 0)
		return false;
	if (ret->found)
		return true;
	*ret = (struct part){ true, at, size, UNKNOWN };
	if (is_named(suffix, ""))
		ret->packing = PLAIN;
	else if (is_named(suffix, ".gz"))
		ret->packing = GZIP;
	else if (is_named(suffix, ".xz") && xzunpack_built_in())
		ret->packing = XZ;
	else if (is_named(suffix, ".zst") && zstunpack_built_in())
		ret->packing = ZST;
	return true;
}

/* What stands behind data.tar is of no interest. */
static int find_parts(struct deb *d, struct intact_error *err)
{
	char header[AR_HEADER + 1] = "";
	uint64_t at = 8, size;
	size_t got;

	if (file_read_at(d->fd, header, 8, 0, &got) != 0 || got != 8 ||
	    memcmp(header, "!<arch>\n", 8) != 0)
		return bad(err, "none");
	for (unsigned i = 0; i < MEMBERS_MAX; i++) {
		if (file_read_at(d->fd, header, AR_HEADER, at, &got) != 0 || got != AR_HEADER ||
		    memcmp(header + 58, "`\n", 2) != 0 || !decimal(header + 48, 10, &size))
			return bad(err, "damaged");
		at += AR_HEADER;
		if (is_part(header, "data.tar", at, size, &d->data))
			return 0;
		is_part(header, "control.tar", at, size, &d->control);
		at += size + size % 2;
	}
	return bad(err, "without its data");
}

static enum zunpack_state unpack_some(struct deb *d, const uint8_t **data, size_t *len, char **out,
				      size_t *size)
{
	size_t n = *len < *size ? *len : *size;

	switch (d->part->packing) {
	case GZIP:
		return zunpack_some(d->gzip, data, len, out, size);
	case XZ:
		return xzunpack_some(d->xz, data, len, out, size);
	case ZST:
		return zstunpack_some(d->zst, data, len, out, size);
	case PLAIN:
	case UNKNOWN:
		break;
	}
	memcpy(*out, *data, n);
	*data += n;
	*len -= n;
	*out += n;
	*size -= n;
	return ZUNPACK_MORE;
}

/* Everything that comes out for a piece of the file. */
static int take_piece(struct deb *d, size_t len, bool *ret_ended, struct intact_error *err)
{
	const uint8_t *data = d->in;
	enum zunpack_state state;
	size_t made, before;
	int rc;

	do {
		char *out = d->out;
		size_t room = PIECE;

		before = len;
		state = unpack_some(d, &data, &len, &out, &room);
		made = PIECE - room;
		if (state == ZUNPACK_MORE && !made && len && len == before)
			return bad(err, "damaged");
		d->unpacked += made;
		if (state == ZUNPACK_BAD)
			return bad(err, "damaged");
		if (d->unpacked > UNPACKED_MAX)
			return bad(err, "larger than any");
		rc = untar_some(&d->tar, d->out, made, err);
	} while (rc == 0 && state == ZUNPACK_MORE && (len || made == PIECE));
	*ret_ended = state == ZUNPACK_END;
	return rc;
}

static int unpack(struct deb *d, struct intact_error *err)
{
	const struct part *part = d->part;
	uint64_t done = 0;
	bool ended = false;
	int rc = 0;

	while (rc == 0 && done < part->size && !ended) {
		size_t want = part->size - done < PIECE ? (size_t)(part->size - done) : PIECE;
		size_t got = 0;

		if (file_read_at(d->fd, d->in, want, part->at + done, &got) != 0)
			return intact_fail_errno(err, "read a package");
		if (got != want)
			return bad(err, "cut short");
		done += got;
		rc = take_piece(d, got, &ended, err);
	}
	if (rc < 0)
		return rc;
	/* What is packed carries a check sum, at its end. */
	return untar_complete(&d->tar) && (ended || part->packing == PLAIN) ? 0
									    : bad(err, "cut short");
}

static int prepare(struct deb *d, struct intact_error *err)
{
	if (!d->part->found)
		return bad(err, "without what belongs in one");
	if (d->part->packing == UNKNOWN)
		return bad(err, "packed in a way that this build does not know");
	if (d->part->packing == GZIP)
		d->gzip = zunpack_new(true);
	if (d->part->packing == XZ)
		d->xz = xzunpack_new(MEMORY);
	if (d->part->packing == ZST)
		d->zst = zstunpack_new(WINDOW);
	if ((d->part->packing == GZIP && !d->gzip) || (d->part->packing == XZ && !d->xz) ||
	    (d->part->packing == ZST && !d->zst))
		return intact_fail_nomem(err);
	return 0;
}

static int read_part(struct deb *d, const struct part *part, const struct untar_sink *sink,
		     struct intact_error *err)
{
	int rc;

	d->part = part;
	d->tar = (struct untar){ .sink = sink };
	rc = prepare(d, err);
	if (rc == 0)
		rc = unpack(d, err);
	zunpack_free(d->gzip);
	xzunpack_free(d->xz);
	zstunpack_free(d->zst);
	d->gzip = NULL;
	d->xz = NULL;
	d->zst = NULL;
	untar_release(&d->tar);
	return rc;
}

int deb_read(int fd, const struct untar_sink *control, const struct untar_sink *data,
	     struct intact_error *err)
{
	struct deb *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return intact_fail_nomem(err);
	d->fd = fd;
	rc = find_parts(d, err);
	if (rc == 0 && control)
		rc = read_part(d, &d->control, control, err);
	if (rc == 0)
		rc = read_part(d, &d->data, data, err);
	free(d);
	return rc == 0 ? 1 : rc;
}
