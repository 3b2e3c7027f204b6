/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See damage.h.
 */

#include "damage.h"

#include <string.h>

/* Replace `len` bytes at `at`. */
static void splice(struct buf *text, size_t at, size_t len, const char *with, size_t with_len)
{
	struct buf out = { 0 };

	buf_add(&out, text->data, at);
	buf_add(&out, with, with_len);
	buf_add(&out, text->data + at + len, text->len - at - len);
	buf_add(&out, "", 0);
	buf_release(text);
	*text = out;
}

static size_t some_byte(const struct buf *text, struct random *rnd)
{
	return random_below(rnd, (unsigned)text->len);
}

/* The beginning of a line, and its length with the newline. */
static size_t some_line(const struct buf *text, struct random *rnd, size_t *ret_len)
{
	size_t at = some_byte(text, rnd), end;

	while (at > 0 && text->data[at - 1] != '\n')
		at--;
	end = at;
	while (end < text->len && text->data[end] != '\n')
		end++;
	*ret_len = end - at + (end < text->len);
	return at;
}

static void change_byte(struct buf *text, struct random *rnd)
{
	static const char bytes[] = "0123456789aZ/=%,+- \t\n@#x\x80\x01";
	char c = bytes[random_below(rnd, sizeof(bytes) - 1)];

	splice(text, some_byte(text, rnd), random_below(rnd, 2), &c, 1);
}

static void cut(struct buf *text, struct random *rnd)
{
	size_t at = some_byte(text, rnd);

	splice(text, at, text->len - at, "", 0);
}

static void drop_line(struct buf *text, struct random *rnd)
{
	size_t len, at = some_line(text, rnd, &len);

	splice(text, at, len, "", 0);
}

static void repeat_line(struct buf *text, struct random *rnd)
{
	size_t len, at = some_line(text, rnd, &len), to, ignored;
	struct buf line = { 0 };

	buf_add(&line, text->data + at, len);
	to = some_line(text, rnd, &ignored);
	if (random_chance(rnd, 50))
		splice(text, at, len, "", 0);
	if (to > text->len)
		to = text->len;
	while (to > 0 && text->data[to - 1] != '\n')
		to--;
	splice(text, to, 0, line.data, line.len);
	buf_release(&line);
}

static void add_line(struct buf *text, struct random *rnd)
{
	static const char *const lines[] = { "# a comment\n", "\n",
					     "@@end_db\n",    "@@begin_db\n",
					     "garbage\n",     "/x 0 0\n",
					     " \n",	      "@@db_spec name perm inode attr\n",
					     "@@foo\n" };
	size_t len, at = some_line(text, rnd, &len);
	const char *line = random_pick(rnd, lines);

	splice(text, at, 0, line, strlen(line));
}

/* One field of a line becomes something else. */
static void change_field(struct buf *text, struct random *rnd)
{
	static const char *const values[] = {
		"0",	"x",   "-1",	    "99999999999999999999", "",	      "12x", "AAAA",
		"AA==", "%41", "POSIX,0,0", "1,user.a,dg==",	    "777777", "08"
	};
	size_t at = some_byte(text, rnd), end;
	const char *value = random_pick(rnd, values);

	while (at > 0 && !strchr(" \n", text->data[at - 1]))
		at--;
	end = at;
	while (end < text->len && !strchr(" \n", text->data[end]))
		end++;
	splice(text, at, end - at, value, strlen(value));
}

void damage(struct buf *text, struct random *rnd)
{
	static void (*const kinds[])(struct buf *, struct random *) = {
		change_byte, change_byte, cut,		drop_line,
		repeat_line, add_line,	  change_field, change_field,
	};

	if (text->len)
		random_pick(rnd, kinds)(text, rnd);
}
