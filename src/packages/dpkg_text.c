/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See dpkg_text.h.
 */

#include "packages/dpkg_text.h"

#include <string.h>
#include <strings.h>
#include <time.h>

/* Of names and versions; the longest in Debian have about 80 bytes. */
#define WORD_MAX 200

bool dpkg_line(struct piece *text, struct piece *ret)
{
	const char *end;

	if (!text->len)
		return false;
	end = memchr(text->s, '\n', text->len);
	ret->s = text->s;
	ret->len = end ? (size_t)(end - text->s) : text->len;
	text->s += ret->len + (end != NULL);
	text->len -= ret->len + (end != NULL);
	return true;
}

bool piece_is(struct piece p, const char *word)
{
	return p.len == strlen(word) && memcmp(p.s, word, p.len) == 0;
}

/* The next word of a line, at single blanks.  False at the end, and for two blanks in a row. */
static bool next_word(struct piece *line, struct piece *ret)
{
	const char *end;

	if (!line->len)
		return false;
	end = memchr(line->s, ' ', line->len);
	ret->s = line->s;
	ret->len = end ? (size_t)(end - line->s) : line->len;
	line->s += ret->len + (end != NULL);
	line->len -= ret->len + (end != NULL);
	return ret->len > 0;
}

static bool consists_of(struct piece p, const char *others)
{
	for (size_t i = 0; i < p.len; i++) {
		char c = p.s[i];
		bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!plain && (c == '\0' || !strchr(others, c)))
			return false;
	}
	return p.len > 0 && p.len <= WORD_MAX;
}

/* It becomes part of a file's name. */
static bool is_name(struct piece p)
{
	return p.len && consists_of(p, "+-._") && p.s[0] != '.' && p.s[0] != '-';
}

static bool is_version(struct piece p)
{
	return consists_of(p, ".+:~-_");
}

/* Absolute, and each component a name. */
static bool is_path(struct piece p)
{
	if (p.len < 2 || p.len >= DPKG_PATH_MAX || p.s[0] != '/' || memchr(p.s, '\0', p.len))
		return false;
	for (size_t start = 1; start <= p.len;) {
		const char *slash = memchr(p.s + start, '/', p.len - start);
		size_t end = slash ? (size_t)(slash - p.s) : p.len;
		struct piece name = { p.s + start, end - start };

		if (!name.len || piece_is(name, ".") || piece_is(name, ".."))
			return false;
		start = end + 1;
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_md5(struct piece p, uint8_t md5[16])
{
	if (p.len != 32)
		return false;
	for (size_t i = 0; i < 16; i++) {
		int high = hex_digit(p.s[2 * i]), low = hex_digit(p.s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		md5[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* ---- status ------------------------------------------------------------------------------------
 */

static struct piece trim(struct piece p)
{
	while (p.len && (p.s[0] == ' ' || p.s[0] == '\t')) {
		p.s++;
		p.len--;
	}
	while (p.len && (p.s[p.len - 1] == ' ' || p.s[p.len - 1] == '\t'))
		p.len--;
	return p;
}

static bool is_field(struct piece line, const char *name, struct piece *ret)
{
	size_t len = strlen(name);

	if (line.len <= len || line.s[len] != ':' || strncasecmp(line.s, name, len) != 0)
		return false;
	*ret = trim((struct piece){ line.s + len + 1, line.len - len - 1 });
	return true;
}

/* "install ok installed": the third word says what there is. */
static bool is_present(struct piece status)
{
	static const char *const there[] = { "installed", "triggers-pending", "triggers-awaited",
					     "half-configured", "unpacked" };
	struct piece want, flag;

	if (!next_word(&status, &want) || !next_word(&status, &flag) || !piece_is(flag, "ok"))
		return false;
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		if (piece_is(status, there[i]))
			return true;
	}
	return false;
}

/* What follows a field on lines of its own. */
static struct piece continuation(struct piece *text)
{
	struct piece all = { text->s, 0 }, line;

	while (text->len && (text->s[0] == ' ' || text->s[0] == '\t')) {
		(void)dpkg_line(text, &line);
		all.len = (size_t)(text->s - all.s);
	}
	return all;
}

static void read_field(struct piece line, struct piece *text, struct dpkg_stanza *ret)
{
	struct piece value;

	if (is_field(line, "Package", &value))
		ret->name = value;
	else if (is_field(line, "Architecture", &value))
		ret->arch = value;
	else if (is_field(line, "Version", &value))
		ret->version = value;
	else if (is_field(line, "Multi-Arch", &value))
		ret->same = piece_is(value, "same");
	else if (is_field(line, "Status", &value))
		ret->present = is_present(value);
	else if (is_field(line, "Conffiles", &value))
		ret->config = continuation(text);
}

int dpkg_stanza(struct piece *text, struct dpkg_stanza *ret)
{
	struct dpkg_stanza new = { 0 };
	struct piece line;
	bool any = false;

	while (dpkg_line(text, &line)) {
		if (!line.len && any)
			break;
		any |= line.len > 0;
		read_field(line, text, &new);
	}
	if (!any)
		return 0;
	/* Of what is not there the version may be missing. */
	if (!is_name(new.name) || (new.present && (!is_version(new.version) || !is_name(new.arch))))
		return -1;
	*ret = new;
	return 1;
}

bool dpkg_config_line(struct piece line, struct piece *ret_path, bool *ret_has_md5, uint8_t md5[16])
{
	struct piece path = line;
	size_t blank;

	if (!line.len || line.s[0] != ' ')
		return false;
	path.s++;
	path.len--;
	*ret_has_md5 = true;
	/* Blanks may be in the path: the words are taken from the end. */
	for (;;) {
		struct piece word;

		blank = path.len;
		while (blank && path.s[blank - 1] != ' ')
			blank--;
		if (!blank)
			return false;
		word = (struct piece){ path.s + blank, path.len - blank };
		if (read_md5(word, md5))
			break;
		*ret_has_md5 = false;
		/* What dpkg writes for a sum that it does not know. */
		if (piece_is(word, "newconffile"))
			break;
		path.len = blank - 1;
	}
	path.len = blank - 1;
	*ret_path = path;
	return is_path(path);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

bool dpkg_list_line(struct piece line, struct piece *ret_path)
{
	/* The root. */
	if (piece_is(line, "/.")) {
		*ret_path = (struct piece){ line.s, 1 };
		return true;
	}
	*ret_path = line;
	return is_path(line);
}

bool dpkg_md5_line(struct piece line, struct piece *ret_path, uint8_t md5[16])
{
	struct piece path = line;

	if (line.len < 35 || line.s[32] != ' ' || (line.s[33] != ' ' && line.s[33] != '*') ||
	    !read_md5((struct piece){ line.s, 32 }, md5))
		return false;
	path.s += 34;
	path.len -= 34;
	if (path.len > 2 && path.s[0] == '.' && path.s[1] == '/') {
		path.s += 2;
		path.len -= 2;
	}
	/* What is no clean path matches no name of an entry. */
	*ret_path = path;
	return path.s[0] != '/' && path.len < DPKG_PATH_MAX - 1 && !memchr(path.s, '\0', path.len);
}

/* ---- what the administrator set ----------------------------------------------------------------
 */

int dpkg_diversion(struct piece *text, struct dpkg_diversion *ret)
{
	struct dpkg_diversion new;

	if (!dpkg_line(text, &new.from))
		return 0;
	if (!dpkg_line(text, &new.to) || !dpkg_line(text, &new.package) || !is_path(new.from) ||
	    !is_path(new.to) || (!piece_is(new.package, ":") && !is_name(new.package)))
		return -1;
	*ret = new;
	return 1;
}

static bool read_octal(struct piece p, uint32_t *ret)
{
	uint32_t n = 0;

	if (!p.len || p.len > 6)
		return false;
	for (size_t i = 0; i < p.len; i++) {
		if (p.s[i] < '0' || p.s[i] > '7')
			return false;
		n = n << 3 | (uint32_t)(p.s[i] - '0');
	}
	*ret = n;
	return n <= 07777;
}

bool dpkg_override_line(struct piece line, struct dpkg_override *ret)
{
	struct piece mode;

	if (!next_word(&line, &ret->user) || !next_word(&line, &ret->group) ||
	    !next_word(&line, &mode) || !read_octal(mode, &ret->mode))
		return false;
	ret->path = line;
	return is_path(line);
}

static bool read_id(struct piece p, uint64_t *ret)
{
	uint64_t n = 0;

	if (!p.len || p.len > 10)
		return false;
	for (size_t i = 0; i < p.len; i++) {
		if (p.s[i] < '0' || p.s[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(p.s[i] - '0');
	}
	*ret = n;
	return n <= UINT32_MAX;
}

/* "name:x:ID:..." */
static bool read_account(struct piece line, struct piece name, uint64_t *ret)
{
	struct piece field = line;

	for (unsigned i = 0; i < 3; i++) {
		const char *colon = memchr(line.s, ':', line.len);

		if (!colon)
			return false;
		field = (struct piece){ line.s, (size_t)(colon - line.s) };
		line.s += field.len + 1;
		line.len -= field.len + 1;
		if (i == 0 && (field.len != name.len || memcmp(field.s, name.s, name.len) != 0))
			return false;
	}
	return read_id(field, ret);
}

bool dpkg_account(struct piece text, struct piece name, uint64_t *ret)
{
	struct piece line;

	if (name.len > 1 && name.s[0] == '#')
		return read_id((struct piece){ name.s + 1, name.len - 1 }, ret);
	while (dpkg_line(&text, &line)) {
		if (read_account(line, name, ret))
			return true;
	}
	return false;
}

/* ---- log ---------------------------------------------------------------------------------------
 */

static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* "2026-01-31 23:59:59", in local time as dpkg writes it. */
static bool read_time(const char *s, int64_t *ret)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd";
	struct tm tm = { .tm_isdst = -1 };

	for (size_t i = 0; form[i]; i++) {
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	}
	tm.tm_year = two_digits(s) * 100 + two_digits(s + 2) - 1900;
	tm.tm_mon = two_digits(s + 5) - 1;
	tm.tm_mday = two_digits(s + 8);
	tm.tm_hour = two_digits(s + 11);
	tm.tm_min = two_digits(s + 14);
	tm.tm_sec = two_digits(s + 17);
	*ret = mktime(&tm);
	return tm.tm_year >= 70;
}

static bool is_log_version(struct piece p)
{
	return piece_is(p, "<none>") || is_version(p);
}

bool dpkg_log_line(struct piece line, struct dpkg_event *ret)
{
	enum { TIME_LEN = 19 };
	struct piece word, new;

	if (line.len <= TIME_LEN || !read_time(line.s, &ret->time) || line.s[TIME_LEN] != ' ')
		return false;
	line.s += TIME_LEN + 1;
	line.len -= TIME_LEN + 1;
	if (!next_word(&line, &word))
		return false;
	ret->kind = DPKG_OTHER;
	if (piece_is(word, "install"))
		ret->kind = DPKG_INSTALL;
	else if (piece_is(word, "upgrade"))
		ret->kind = DPKG_UPGRADE;
	else if (piece_is(word, "remove"))
		ret->kind = DPKG_REMOVE;
	else if (piece_is(word, "status") && !next_word(&line, &word))
		return false;
	else if (piece_is(word, "startup") || piece_is(word, "conffile"))
		return false;
	if (!next_word(&line, &ret->package) || !consists_of(ret->package, "+-._:"))
		return false;
	return ret->kind == DPKG_OTHER || (next_word(&line, &ret->old) && next_word(&line, &new) &&
					   is_log_version(ret->old) && is_log_version(new));
}
