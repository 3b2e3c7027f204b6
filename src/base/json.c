/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See json.h.
 */

#include "base/json.h"

#include <string.h>

#include "base/text.h"

#define KEY_MAX 64
/* Of 2^64 - 1. */
#define NUMBER_MAX 20

/* ---- writing -------------------------------------------------------------------------------- */

static void begin(struct buf *out, const char *key)
{
	char last = out->len ? out->data[out->len - 1] : '{';

	if (last != '{' && last != '[')
		buf_add_char(out, ',');
	if (key)
		buf_printf(out, "\"%s\":", key);
}

void json_open(struct buf *out, const char *key, char bracket)
{
	begin(out, key);
	buf_add_char(out, bracket);
}

void json_close(struct buf *out, char bracket)
{
	buf_add_char(out, bracket);
}

void json_number(struct buf *out, const char *key, uint64_t n)
{
	begin(out, key);
	buf_printf(out, "%llu", (unsigned long long)n);
}

void json_hex(struct buf *out, const char *key, const uint8_t *data, size_t len)
{
	begin(out, key);
	buf_add_char(out, '"');
	text_hex(out, data, len);
	buf_add_char(out, '"');
}

void json_bytes(struct buf *out, const char *key, const void *data, size_t len)
{
	size_t bad;

	begin(out, key);
	buf_add_char(out, '"');
	bad = text_json(out, data, len);
	buf_add_char(out, '"');
	if (!bad || !key)
		return;
	buf_printf(out, ",\"%s_base64\":\"", key);
	text_base64(out, data, len);
	buf_add_char(out, '"');
}

void json_text(struct buf *out, const char *key, const char *text)
{
	json_bytes(out, key, text, strlen(text));
}

/* ---- strings -------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits.  -1: they are none. */
static int32_t code_unit(const char *at, const char *end)
{
	int32_t n = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);

		if (digit < 0)
			return -1;
		n = n << 4 | digit;
	}
	return n;
}

static void add_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_add_char(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_add_char(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_add_char(out, (char)(0xe0 | c >> 12));
		} else {
			buf_add_char(out, (char)(0xf0 | c >> 18));
			buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_add_char(out, (char)(0x80 | (c & 0x3f)));
}

/* Behind "\u".  Returns where it ends, NULL if it is no character. */
static const char *take_code(const char *at, const char *end, struct buf *out)
{
	int32_t high = code_unit(at, end), low;

	if (high < 0)
		return NULL;
	at += 4;
	if (high < 0xd800 || high > 0xdfff) {
		add_utf8(out, (uint32_t)high);
		return at;
	}
	if (high > 0xdbff || end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return NULL;
	low = code_unit(at + 2, end);
	if (low < 0xdc00 || low > 0xdfff)
		return NULL;
	add_utf8(out, 0x10000 + ((uint32_t)(high - 0xd800) << 10 | (uint32_t)(low - 0xdc00)));
	return at + 6;
}

/* Undo the escapes.  False if they are wrong. */
static bool unescape(struct buf *out, const char *at, size_t len)
{
	static const char letters[] = "btnfr\"\\";
	static const char named[] = "\b\t\n\f\r\"\\";
	const char *end = at + len;

	while (at && at < end) {
		const char *letter;

		if (*at != '\\') {
			buf_add_char(out, *at++);
			continue;
		}
		if (end - at < 2)
			return false;
		letter = at[1] ? strchr(letters, at[1]) : NULL;
		if (letter)
			buf_add_char(out, named[letter - letters]);
		else if (at[1] != 'u')
			return false;
		at = letter ? at + 2 : take_code(at + 2, end, out);
	}
	return at != NULL;
}

/* ---- checking ------------------------------------------------------------------------------- */

struct checker {
	const char *at, *end;
	struct buf plain, again; /* a string without its escapes, and with them again */
};

static bool take(struct checker *c, char what)
{
	if (c->at == c->end || *c->at != what)
		return false;
	c->at++;
	return true;
}

/* From behind the opening quote to the closing one, which is passed. */
static const char *string_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at < end ? at : NULL;
}

/* Most strings have nothing in them that is written in another way. */
static bool is_plain(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at < ' ' || *at > '~' || *at == '\\' || *at == '"')
			return false;
	}
	return true;
}

static bool check_string(struct checker *c)
{
	const char *start, *end;

	if (!take(c, '"'))
		return false;
	start = c->at;
	end = string_end(start, c->end);
	if (!end)
		return false;
	c->at = end + 1;
	if (is_plain(start, end))
		return true;
	buf_clear(&c->plain);
	buf_clear(&c->again);
	return unescape(&c->plain, start, (size_t)(end - start)) &&
	       text_json(&c->again, c->plain.data, c->plain.len) == 0 && !c->again.failed &&
	       c->again.len == (size_t)(end - start) &&
	       memcmp(c->again.data, start, c->again.len) == 0;
}

static bool check_number(struct checker *c)
{
	const char *start;

	take(c, '-');
	start = c->at;
	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	if (c->at == start || c->at - start > NUMBER_MAX)
		return false;
	return *start != '0' || (c->at - start == 1 && start[-1] != '-');
}

static bool check_word(struct checker *c)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(c->end - c->at) >= len && memcmp(c->at, words[i], len) == 0) {
			c->at += len;
			return true;
		}
	}
	return false;
}

static bool check_key(struct checker *c)
{
	const char *start;

	if (!take(c, '"'))
		return false;
	start = c->at;
	while (c->at < c->end && ((*c->at >= 'a' && *c->at <= 'z') ||
				  (*c->at >= '0' && *c->at <= '9') || *c->at == '_'))
		c->at++;
	return c->at > start && c->at - start <= KEY_MAX && take(c, '"') && take(c, ':');
}

static bool check_value(struct checker *c, int depth);

static bool check_object(struct checker *c, int depth)
{
	struct json_value keys[JSON_MEMBERS];
	size_t n = 0;

	while (!take(c, '}')) {
		struct json_value *key = &keys[n];

		if (n == JSON_MEMBERS || (n && !take(c, ',')))
			return false;
		key->at = c->at;
		if (!check_key(c))
			return false;
		key->len = (size_t)(c->at - key->at);
		for (size_t i = 0; i < n; i++) {
			if (keys[i].len == key->len && memcmp(keys[i].at, key->at, key->len) == 0)
				return false;
		}
		n++;
		if (!check_value(c, depth))
			return false;
	}
	return true;
}

static bool check_array(struct checker *c, int depth)
{
	for (bool first = true; !take(c, ']'); first = false) {
		if ((!first && !take(c, ',')) || !check_value(c, depth))
			return false;
	}
	return true;
}

/* Recursion is bounded by JSON_DEPTH. */
static bool check_value(struct checker *c, int depth)
{
	if (c->at == c->end || depth == JSON_DEPTH)
		return false;
	switch (*c->at) {
	case '"':
		return check_string(c);
	case '{':
		c->at++;
		return check_object(c, depth + 1);
	case '[':
		c->at++;
		return check_array(c, depth + 1);
	case 't':
	case 'f':
	case 'n':
		return check_word(c);
	default:
		return check_number(c);
	}
}

int json_check(const char *text, size_t len, struct intact_error *err)
{
	struct checker c = { .at = text, .end = text + len };
	bool good = take(&c, '{') && check_object(&c, 1) && c.at == c.end;
	bool failed = c.plain.failed || c.again.failed;

	buf_release(&c.plain);
	buf_release(&c.again);
	return failed ? intact_fail_nomem(err) : good;
}

/* ---- finding -------------------------------------------------------------------------------- */

/* Of something that was checked: where it ends. */
static const char *skip_value(const char *at, const char *end)
{
	int depth = 0;

	do {
		if (*at == '"')
			at = string_end(at + 1, end);
		else if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		if (at)
			at++;
	} while (at && at < end && (depth > 0 || (*at != ',' && *at != '}' && *at != ']')));
	return at;
}

static struct json_value value_of(const char *at, const char *end)
{
	struct json_value v = { JSON_NUMBER, at, (size_t)(end - at) };

	if (*at == '"')
		v = (struct json_value){ JSON_STRING, at + 1, v.len - 2 };
	else if (*at == '{')
		v.kind = JSON_OBJECT;
	else if (*at == '[')
		v.kind = JSON_ARRAY;
	else if (*at >= 'a')
		v.kind = JSON_WORD;
	return v;
}

bool json_find(const char *object, size_t len, const char *key, struct json_value *ret)
{
	const char *at = object + 1, *end = object + len;
	size_t keylen = strlen(key);

	while (at < end && *at == '"') {
		const char *quote = string_end(at + 1, end);
		const char *value = quote ? quote + 2 : NULL;
		const char *next = value && value < end ? skip_value(value, end) : NULL;

		if (!next)
			return false;
		if ((size_t)(quote - at - 1) == keylen && memcmp(at + 1, key, keylen) == 0) {
			*ret = value_of(value, next);
			return true;
		}
		at = next + 1;
	}
	return false;
}

static bool find_string(const char *object, size_t len, const char *key, struct json_value *ret)
{
	return json_find(object, len, key, ret) && ret->kind == JSON_STRING;
}

bool json_find_bytes(const char *object, size_t len, const char *key, struct buf *out)
{
	char twin[KEY_MAX + 8];
	struct json_value v;
	size_t keylen = strlen(key), before = out->len;

	if (keylen <= KEY_MAX) {
		memcpy(twin, key, keylen);
		memcpy(twin + keylen, "_base64", sizeof("_base64"));
		if (find_string(object, len, twin, &v) && text_unbase64(out, v.at, v.len) == 0)
			return true;
		if (out->data)
			out->data[out->len = before] = '\0';
	}
	return find_string(object, len, key, &v) && unescape(out, v.at, v.len);
}

bool json_find_number(const char *object, size_t len, const char *key, uint64_t *ret)
{
	struct json_value v;
	uint64_t n = 0;

	if (!json_find(object, len, key, &v) || v.kind != JSON_NUMBER || *v.at == '-')
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(v.at[i] - '0'), &n))
			return false;
	}
	*ret = n;
	return true;
}
