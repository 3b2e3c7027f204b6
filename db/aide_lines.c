/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See aide_lines.h.
 */

#include "db/aide_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define CHUNK ((size_t)65536)
/* An entry of the largest size in base64. */
#define LINE_LEN_MAX ((size_t)8 << 20)
/* AIDE's text shrinks to a third; what expands a hundredfold beyond some megabytes is no database.
 */
#define EXPAND_MAX 100
#define EXPAND_FREE ((uint64_t)16 << 20)

int aide_lines_init(struct aide_lines *l, int fd, struct intact_error *err)
{
	uint8_t magic[2];
	size_t len;

	memset(l, 0, sizeof(*l));
	l->fd = fd;
	l->out_at = "";
	if (file_read_at(fd, magic, sizeof(magic), 0, &len) != 0)
		return intact_fail_errno(err, "read");
	l->in = malloc(CHUNK);
	if (l->in && len == 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
		l->out = malloc(CHUNK);
		l->z = zunpack_new(true);
		if (!l->out || !l->z) {
			aide_lines_release(l);
			return intact_fail_nomem(err);
		}
	}
	return l->in ? 0 : intact_fail_nomem(err);
}

void aide_lines_release(struct aide_lines *l)
{
	zunpack_free(l->z);
	free(l->in);
	free(l->out);
	buf_release(&l->line);
	memset(l, 0, sizeof(*l));
}

static int fill_in(struct aide_lines *l, struct intact_error *err)
{
	size_t len;

	if (file_read_at(l->fd, l->in, CHUNK, l->offset, &len) != 0)
		return intact_fail_errno(err, "read");
	l->offset += len;
	l->in_at = l->in;
	l->in_len = len;
	l->end = len == 0;
	return 0;
}

static int unpack(struct aide_lines *l, struct intact_error *err)
{
	char *out = l->out;
	size_t room = CHUNK;

	while (room == CHUNK) {
		enum zunpack_state state;

		if (l->in_len == 0) {
			int rc = fill_in(l, err);

			if (rc)
				return rc;
			if (l->end && l->in_member)
				return intact_fail(err, INTACT_EDAMAGED,
						   "its gzip stream is cut off");
			if (l->end)
				break;
		}
		state = zunpack_some(l->z, &l->in_at, &l->in_len, &out, &room);
		if (state == ZUNPACK_BAD)
			return intact_fail(err, INTACT_EDAMAGED, "its gzip stream is damaged");
		l->in_member = state == ZUNPACK_MORE;
	}
	l->out_at = l->out;
	l->out_len = CHUNK - room;
	return 0;
}

/* More text into out_at, or `end`. */
static int fill(struct aide_lines *l, struct intact_error *err)
{
	int rc;

	if (l->z) {
		rc = unpack(l, err);
	} else {
		rc = fill_in(l, err);
		l->out_at = (const char *)l->in_at;
		l->out_len = l->in_len;
	}
	if (rc)
		return rc;
	l->total += l->out_len;
	if (l->total > EXPAND_FREE && l->total / EXPAND_MAX > l->offset)
		return intact_fail(err, INTACT_EDAMAGED, "it expands more than %dfold", EXPAND_MAX);
	return 0;
}

int aide_lines_piece(struct aide_lines *l, const char **ret, size_t *ret_len,
		     struct intact_error *err)
{
	do {
		int rc = fill(l, err);

		if (rc)
			return rc;
	} while (l->out_len == 0 && !l->end);
	*ret = l->out_at;
	*ret_len = l->out_len;
	return l->out_len > 0;
}

static int check(const char *line, size_t len, struct intact_error *err)
{
	if (len > LINE_LEN_MAX)
		return intact_fail(err, INTACT_EDAMAGED, "the line has more than %zu MiB",
				   LINE_LEN_MAX >> 20);
	if (memchr(line, '\0', len))
		return intact_fail(err, INTACT_EDAMAGED, "there is a NUL in the line");
	return 1;
}

int aide_lines_next(struct aide_lines *l, const char **ret, size_t *ret_len,
		    struct intact_error *err)
{
	bool any = false;

	buf_clear(&l->line);
	l->number++;
	for (;;) {
		const char *start = l->out_at;
		const char *newline = l->out_len ? memchr(start, '\n', l->out_len) : NULL;
		size_t len = newline ? (size_t)(newline - start) : l->out_len;
		int rc;

		l->out_at += newline ? len + 1 : len;
		l->out_len -= newline ? len + 1 : len;
		if (newline && !any) {
			*ret = start;
			*ret_len = len;
			return check(start, len, err);
		}
		any |= len != 0;
		buf_add(&l->line, start, len);
		if (l->line.failed)
			return intact_fail_nomem(err);
		if (newline || (l->end && any)) {
			*ret = l->line.data;
			*ret_len = l->line.len;
			return check(l->line.data, l->line.len, err);
		}
		if (l->end) {
			l->number--;
			return 0;
		}
		rc = l->line.len > LINE_LEN_MAX ? check(l->line.data, l->line.len, err)
						: fill(l, err);
		if (rc < 0)
			return rc;
	}
}
