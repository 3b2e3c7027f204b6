/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See lines.h.
 */

#include "lines.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "grow.h"

void lines_cut_after(struct buf *text, const char *label, size_t len)
{
	char *at = text->data;

	while (at && (at = strstr(at, label)) != NULL) {
		at += strlen(label);
		for (size_t i = 0; i < len && *at && *at != '\n'; i++)
			*at++ = 'T';
	}
}

void lines_cut_number(struct buf *text, const char *label)
{
	struct buf out = { 0 };
	const char *from = text->data, *at;

	while (from && (at = strstr(from, label)) != NULL) {
		at += strlen(label);
		buf_add(&out, from, (size_t)(at - from));
		buf_add_char(&out, '0');
		from = at + strspn(at, "0123456789");
	}
	if (from)
		buf_add(&out, from, text->len - (size_t)(from - text->data));
	buf_release(text);
	*text = out;
}

void lines_clear(struct buf *text)
{
	buf_clear(text);
	buf_add(text, "", 0);
}

/* ---- as an array of lines ---- */

struct lines {
	char **each; /* without newline; into the text */
	size_t n, cap;
};

static struct lines split(struct buf *text)
{
	struct lines l = { 0 };
	char *rest = text->data, *line;

	while (rest && (line = strsep(&rest, "\n")) != NULL) {
		grow((void **)&l.each, &l.cap, l.n + 1, sizeof(*l.each));
		l.each[l.n++] = line;
	}
	return l;
}

/* Lines that are NULL are gone. */
static void join(struct buf *text, struct lines *l)
{
	struct buf out = { 0 };
	bool first = true;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->each[i])
			continue;
		if (!first)
			buf_add_char(&out, '\n');
		first = false;
		buf_add_str(&out, l->each[i]);
	}
	buf_add(&out, "", 0);
	free(l->each);
	buf_release(text);
	*text = out;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void lines_sort(struct buf *text)
{
	struct lines l = split(text);

	if (l.n)
		qsort(l.each, l.n, sizeof(*l.each), compare);
	join(text, &l);
}

static bool starts(const char *line, const char *with)
{
	return line && strncmp(line, with, strlen(with)) == 0;
}

/* ---- sections ---- */

#define RULER "---------------------------------------------------"

/* A plain section begins with two newlines, a ruler, its title, a ruler; it ends before the next
 * two newlines and ruler or the end timestamp. */
static void cut_plain_section(struct lines *l, const char *title)
{
	for (size_t i = 1; i + 1 < l->n; i++) {
		size_t to;

		if (!l->each[i] || strcmp(l->each[i], title) != 0 || !starts(l->each[i - 1], RULER))
			continue;
		for (to = i + 2; to < l->n; to++) {
			if (starts(l->each[to], "End timestamp") ||
			    (to + 2 < l->n && strcmp(l->each[to], RULER) == 0))
				break;
		}
		/* From the empty line before the ruler to the one before the next. */
		for (size_t k = i - 2; k < to - 1; k++)
			l->each[k] = NULL;
		i = to;
	}
}

static void cut_json_member(struct lines *l, const char *key)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t to;

		if (!starts(l->each[i], key))
			continue;
		to = i;
		while (to + 1 < l->n && !starts(l->each[to], "  }"))
			to++;
		for (size_t k = i; k <= to; k++)
			l->each[k] = NULL;
		i = to;
	}
}

/* The digests in the section of the databases, each byte. */
void lines_mask_databases(struct buf *text)
{
	struct lines l = split(text);
	bool databases = false;

	for (size_t i = 0; i < l.n; i++) {
		char *line = l.each[i], *value = NULL;

		if (starts(line, "The attributes of the (unc") || starts(line, "  \"databases\""))
			databases = true;
		else if (starts(line, "End timestamp") || starts(line, "  }"))
			databases = false;
		else if (databases && starts(line, "      \"") && strstr(line, "\": \""))
			value = strstr(line, "\": \"") + 4;
		else if (databases && line[0] == ' ' && strlen(line) > 12)
			value = line + 12;
		if (value)
			memset(value, 'D', strcspn(value, "\""));
	}
	join(text, &l);
}

static void replace(struct buf *text, const char *old, const char *new)
{
	struct buf out = { 0 };
	const char *from = text->data, *at;

	while (from && (at = strstr(from, old)) != NULL) {
		buf_add(&out, from, (size_t)(at - from));
		buf_add_str(&out, new);
		from = at + strlen(old);
	}
	if (from)
		buf_add(&out, from, text->len - (size_t)(from - text->data));
	buf_release(text);
	*text = out;
}

/* "..., but N entries are UNVERIFIED" of an outline: what it says where nothing is. */
static void cut_outline(char *line)
{
	char *but = strstr(line, ", but "), *end;
	const char *instead = strstr(line, "NO differences") ? ". Looks okay!!" : ".";

	if (!but || (end = strstr(but, " UNVERIFIED")) == NULL)
		return;
	end += strlen(" UNVERIFIED");
	memcpy(but, instead, strlen(instead));
	memmove(but + strlen(instead), end, strlen(end) + 1);
}

void lines_cut_unverified(struct buf *text, const char *between)
{
	struct lines l;

	replace(text, "in what it could verify", between);
	l = split(text);
	for (size_t i = 0; i < l.n; i++) {
		if (starts(l.each[i], "  Unverified entries:") ||
		    starts(l.each[i], "Unverified entries:\t") ||
		    starts(l.each[i], "    \"unverified\": "))
			l.each[i] = NULL;
		else
			cut_outline(l.each[i]);
	}
	cut_plain_section(&l, "Unverified entries:");
	cut_json_member(&l, "  \"unverified\": {");
	join(text, &l);
}

void lines_cut_different_attributes(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		if (strstr(l.each[i], " in databases has different attributes: "))
			l.each[i] = NULL;
	}
	cut_json_member(&l, "  \"different_attributes\": {");
	join(text, &l);
}

/* ---- digests ---- */

static bool named(const char *names, const char *word, size_t len)
{
	char key[64];

	if (len + 3 > sizeof(key))
		return false;
	key[0] = ' ';
	for (size_t i = 0; i < len; i++)
		key[1 + i] = (char)tolower((unsigned char)word[i]);
	key[1 + len] = ' ';
	key[2 + len] = '\0';
	return strstr(names, key) != NULL;
}

void lines_cut_digests(struct buf *text, const char *names)
{
	struct lines l = split(text);
	bool databases = false, cut = false;

	for (size_t i = 0; i < l.n; i++) {
		char *line = l.each[i];

		databases |= starts(line, "The attributes of the (unc") ||
			     starts(line, "  \"databases\"");
		if (!databases)
			continue;
		if (starts(line, "           ") && !starts(line, "            \""))
			; /* the continuation of a value */
		else if (starts(line, "      \""))
			cut = named(names, line + 7, strcspn(line + 7, "\""));
		else
			cut = line[0] == ' ' && named(names, line + 1, strcspn(line + 1, " :"));
		if (cut)
			l.each[i] = NULL;
	}
	join(text, &l);
}

/* ---- escapes ---- */

static bool is_json(const struct buf *text)
{
	return text->len && (text->data[0] == '{' || strstr(text->data, "\n{\n"));
}

static bool four_digits(const char *s)
{
	return strspn(s, "0123456789") >= 4;
}

void lines_fix_json_escapes(struct buf *text)
{
	char *at = text->data;

	if (!is_json(text))
		return;
	for (; (at = strstr(at, "\\u")) != NULL; at += 2) {
		char digits[16];

		if (!four_digits(at + 2))
			continue;
		snprintf(digits, sizeof(digits), "%.4s", at + 2);
		snprintf(digits, sizeof(digits), "%04lx", strtoul(digits, NULL, 10));
		memcpy(at + 2, digits, 4);
	}
}

static bool is_rest(char c)
{
	return (unsigned char)c >= 0x80 || c == 0x1f;
}

void lines_escape_rest(struct buf *text)
{
	bool json = is_json(text);
	struct buf out = { 0 };

	for (size_t i = 0; i < text->len;) {
		size_t n = 0;

		while (i + n < text->len && is_rest(text->data[i + n]))
			n++;
		if (n && json)
			text_json(&out, text->data + i, n);
		else if (n)
			text_escape(&out, text->data + i, n);
		else
			buf_add_char(&out, text->data[i]);
		i += n ? n : 1;
	}
	buf_add(&out, "", 0);
	buf_release(text);
	*text = out;
}

/* A path that is no UTF-8 stands as "path//BASE64". */
static void cut_exact_path(char *line)
{
	char *at, *end;

	line += strspn(line, " ");
	if (!starts(line, "\"/") || (at = strstr(line, "//")) == NULL)
		return;
	end = strchr(at, '"');
	if (end)
		memmove(at, end, strlen(end) + 1);
}

void lines_cut_json_exact(struct buf *text)
{
	struct lines l;

	if (!is_json(text))
		return;
	l = split(text);
	for (size_t i = 0; i < l.n; i++) {
		cut_exact_path(l.each[i]);
		if (starts(l.each[i], "  \"limit_base64\": "))
			l.each[i] = NULL;
	}
	cut_json_member(&l, "  \"paths_base64\": {");
	join(text, &l);
}

void lines_cut_commas(struct buf *text)
{
	struct lines l;

	if (!is_json(text))
		return;
	l = split(text);
	for (size_t i = 0; i < l.n; i++) {
		size_t len = strlen(l.each[i]);

		if (len && l.each[i][len - 1] == ',')
			l.each[i][len - 1] = '\0';
	}
	join(text, &l);
}

/* ---- summary strings ---- */

/* Two lines that differ in one byte, '>' here and '<' there, where a summary string has the size.
 */
static bool shrunk(const char *a, const char *b)
{
	size_t at = 0;

	while (a[at] && a[at] == b[at])
		at++;
	return a[at] == '>' && b[at] == '<' && strcmp(a + at + 1, b + at + 1) == 0 && at >= 2 &&
	       (at == 2 || a[at - 3] == '"') && strchr("fdlpsbc", a[at - 2]);
}

void lines_take_shrunk(struct buf *text, const struct buf *from)
{
	struct buf copy = { 0 };
	struct lines a, b;

	buf_add(&copy, from->data, from->len);
	buf_add(&copy, "", 0);
	a = split(text);
	b = split(&copy);
	for (size_t i = 0; a.n == b.n && i < a.n; i++) {
		if (shrunk(a.each[i], b.each[i]))
			a.each[i] = b.each[i];
	}
	join(text, &a);
	join(&copy, &b);
	buf_release(&copy);
}

/* ---- messages ---- */

/* "LABEL: FILE:LINE: words" to "LABEL: FILE:LINE"; without a place only the label is left. */
void lines_cut_words(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		char *words = strstr(l.each[i], ": ");
		char *place = words ? strstr(words + 2, ": ") : NULL;

		if (place && isdigit((unsigned char)place[-1]))
			*place = '\0';
		else if (words)
			*words = '\0';
	}
	join(text, &l);
}

/* Ours says less about when something old will be gone, and more about what was meant. */
static void replace_word(char *line, const char *old, const char *new)
{
	char *at = strstr(line, old);

	if (!at)
		return;
	memcpy(at, new, strlen(new));
	memmove(at + strlen(new), at + strlen(old), strlen(at + strlen(old)) + 1);
}

static void cut_between(char *line, const char *from, const char *to)
{
	char *at = strstr(line, from), *end = at ? strstr(at, to) : NULL;

	if (end)
		memmove(at, end, strlen(end) + 1);
}

void lines_plain_words(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		cut_between(l.each[i], " and will be removed in the ", ". Update your");
		cut_between(l.each[i], ", did you mean '", " (line: ");
		cut_between(l.each[i], "', prefix: '", "')");
		replace_word(l.each[i], "'comprressed'", "'compressed'");
	}
	join(text, &l);
}

void lines_cut_line_with(struct buf *text, const char *words)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		if (strstr(l.each[i], words))
			l.each[i] = NULL;
	}
	join(text, &l);
}

/* "  ERROR: FILE:LINE: PROGRAM: execution failed (exit status: N), stderr> ..." to what is between.
 */
void lines_cut_place_of_program(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		char *line = l.each[i], *words = strstr(line, ": execution failed ("),
		     *from = words;

		if (!words || !strchr(words, ')'))
			continue;
		strchr(words, ')')[1] = '\0';
		while (from > line && strncmp(from - 2, ": ", 2) != 0)
			from--;
		if (starts(line, "  ERROR: ") && from > line + 9)
			memmove(line + 9, from, strlen(from) + 1);
	}
	join(text, &l);
}

void lines_show_words(const struct buf *aide, const struct buf *ours)
{
	if (aide->len == ours->len && memcmp(aide->data, ours->data, aide->len) == 0)
		return;
	printf("words:\n--aide\n%s\n--ours\n%s\n", aide->data, ours->data);
}

void lines_cut_levels(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		const char *line = l.each[i];

		if (starts(line, "   INFO: ") || starts(line, "   RULE: ") ||
		    (starts(line, " CONFIG: ") && !strstr(line, ": add ") &&
		     !strstr(line, ": define group ")))
			l.each[i] = NULL;
	}
	join(text, &l);
}

void lines_keep_with(struct buf *text, const char *words)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		if (!strstr(l.each[i], words))
			l.each[i] = NULL;
	}
	join(text, &l);
}

void lines_cut_unless_in(struct buf *text, const char *words, const struct buf *other)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		if (strstr(l.each[i], words) && !strstr(other->data, l.each[i]))
			l.each[i] = NULL;
	}
	join(text, &l);
}

void lines_cut_place(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		char *words = strstr(l.each[i], ": ");

		/* The place of an @@include is the same. */
		if (words && !strstr(words, ": '@@include': ") &&
		    (strstr(words, " failed for ") || strstr(words, "open ")))
			*words = '\0';
	}
	join(text, &l);
}
