/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What was seen of a baseline: a record of four lines.  See intact/trust.h.
 *
 *   intact seen 1
 *   generation 7
 *   root 64 hex digits
 *   of whatever helps people
 */

#include <intact/trust.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "db/sha256.h"

/* Four lines, the last as long as a path escaped. */
#define RECORD_MAX 20000
#define FIRST_LINE "intact seen 1\n"

struct rest {
	const char *at, *end;
};

static bool take_text(struct rest *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0)
		return false;
	r->at += len;
	return true;
}

/* Not zero, no leading zero. */
static bool take_number(struct rest *r, uint64_t *ret)
{
	const char *start = r->at;
	uint64_t n = 0;

	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*r->at - '0'), &n))
			return false;
	}
	*ret = n;
	return r->at > start && *start != '0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(struct rest *r, uint8_t *ret, size_t len)
{
	if ((size_t)(r->end - r->at) < 2 * len)
		return false;
	for (size_t i = 0; i < len; i++, r->at += 2) {
		int high = hex_digit(r->at[0]), low = hex_digit(r->at[1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* The last line: its newline ends the record. */
static bool take_last(struct rest *r)
{
	const char *newline;

	if (!take_text(r, "of "))
		return false;
	newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
	return newline && newline + 1 == r->end;
}

bool intact_seen_parse(const char *text, size_t len, struct intact_seen *ret)
{
	struct rest r = { text, text + len };
	struct intact_seen seen;
	bool good = take_text(&r, FIRST_LINE) && take_text(&r, "generation ") &&
		    take_number(&r, &seen.generation) && take_text(&r, "\nroot ") &&
		    take_hex(&r, seen.root, sizeof(seen.root)) && take_text(&r, "\n") &&
		    take_last(&r);

	if (good)
		*ret = seen;
	return good;
}

static int read_record(int fd, const char *path, struct intact_seen *ret, struct intact_error *err)
{
	char data[RECORD_MAX];
	struct stat st;
	size_t len;

	if (fstat(fd, &st) != 0 || file_read_at(fd, data, sizeof(data), 0, &len) != 0)
		return intact_fail_errno(err, "read '%s'", path);
	if (!file_is_ours(&st, S_IWGRP | S_IWOTH))
		return intact_fail(err, INTACT_EDAMAGED,
				   "'%s', which says what generation was seen, is not ours alone "
				   "to write",
				   path);
	if (!intact_seen_parse(data, len, ret))
		return intact_fail(err, INTACT_EDAMAGED,
				   "'%s', which says what generation was seen, is damaged", path);
	return 0;
}

int intact_seen_read(const char *path, struct intact_seen *ret, struct intact_error *err)
{
	uint64_t size;
	int fd, rc;

	if (!file_is_there(path)) {
		*ret = (struct intact_seen){ 0 };
		return 0;
	}
	rc = file_open_regular(path, &fd, &size, err);
	if (rc < 0)
		return rc;
	rc = read_record(fd, path, ret, err);
	close(fd);
	return rc;
}

int intact_seen_write(const char *path, const struct intact_seen *seen, const char *about,
		      struct intact_error *err)
{
	struct file_new file = { .fd = -1, .dirfd = -1 };
	struct buf text = { 0 };
	int rc = file_new_open(&file, path, err);

	if (rc < 0)
		return rc;
	buf_printf(&text, FIRST_LINE "generation %llu\nroot ",
		   (unsigned long long)seen->generation);
	text_hex(&text, seen->root, sizeof(seen->root));
	buf_add_str(&text, "\nof ");
	text_escape(&text, about, strlen(about));
	buf_add_char(&text, '\n');
	if (text.failed)
		rc = intact_fail_nomem(err);
	else if (file_write(file.fd, text.data, text.len) != 0)
		rc = intact_fail_errno(err, "write '%s'", file.tmp_path);
	if (rc == 0)
		rc = file_new_commit(&file, err);
	file_new_release(&file);
	buf_release(&text);
	return rc;
}

int intact_seen_name(const char *place, char ret[48], struct intact_error *err)
{
	struct sha256 *h = sha256_new();
	uint8_t digest[SHA256_SIZE];
	struct buf name = { 0 };
	int rc = h ? sha256_sum(h, place, strlen(place), NULL, 0, digest, err)
		   : intact_fail_nomem(err);

	sha256_free(h);
	if (rc < 0)
		return rc;
	buf_add_str(&name, "seen-");
	text_hex(&name, digest, 16);
	if (!name.failed)
		memcpy(ret, name.data, name.len + 1);
	else
		rc = intact_fail_nomem(err);
	buf_release(&name);
	return rc;
}
