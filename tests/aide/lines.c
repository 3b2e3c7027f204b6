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

void lines_cut_databases(struct buf *text)
{
	struct lines l = split(text);

	cut_plain_section(&l, "The attributes of the (uncompressed) database(s):");
	cut_json_member(&l, "  \"databases\": {");
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
	for (size_t i = 0; i < l.n; i++)
		cut_exact_path(l.each[i]);
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

static void filter(struct buf *text, const char *words, bool keep)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		if ((strstr(l.each[i], words) != NULL) != keep)
			l.each[i] = NULL;
	}
	join(text, &l);
}

void lines_cut_line_with(struct buf *text, const char *words)
{
	filter(text, words, false);
}

void lines_keep_with(struct buf *text, const char *words)
{
	filter(text, words, true);
}

void lines_cut_place(struct buf *text)
{
	struct lines l = split(text);

	for (size_t i = 0; i < l.n; i++) {
		char *words = strstr(l.each[i], ": ");

		if (words && (strstr(words, " failed for ") || strstr(words, "open ")))
			*words = '\0';
	}
	join(text, &l);
}
