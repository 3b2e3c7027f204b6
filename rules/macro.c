/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See macro.h.
 */

#include "rules/macro.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/lexer.h"
#include "rules/parser.h"
#include "rules/reader.h"

/* ---- the table ----------------------------------------------------------------------------- */

const struct macro_entry *macros_find(const struct macros *m, struct slice name)
{
	for (size_t i = 0; i < m->count; i++) {
		if (slice_is(name, m->list[i].name))
			return &m->list[i];
	}
	return NULL;
}

static struct macro_entry *macros_add(struct macros *m, struct slice name)
{
	struct macro_entry *entry;

	if (m->count == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 16;
		struct macro_entry *list = realloc(m->list, cap * sizeof(*list));

		if (!list)
			return NULL;
		m->list = list;
		m->cap = cap;
	}
	entry = &m->list[m->count];
	*entry = (struct macro_entry){ .name = strndup(name.s, name.len) };
	if (!entry->name)
		return NULL;
	m->count++;
	return entry;
}

int macros_set(struct macros *m, struct slice name, const char *value, struct intact_error *err)
{
	struct macro_entry *entry = (struct macro_entry *)macros_find(m, name);
	char *copy = value ? strdup(value) : NULL;

	if (!entry && (!value || copy))
		entry = macros_add(m, name);
	if (!entry || (value && !copy)) {
		free(copy);
		return intact_fail_nomem(err);
	}
	free(entry->value);
	entry->value = copy;
	return 0;
}

void macros_remove(struct macros *m, const struct macro_entry *entry)
{
	size_t i = (size_t)(entry - m->list);

	free(m->list[i].name);
	free(m->list[i].value);
	memmove(&m->list[i], &m->list[i + 1], (m->count - i - 1) * sizeof(*m->list));
	m->count--;
}

void macros_release(struct macros *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->list[i].name);
		free(m->list[i].value);
	}
	free(m->list);
	*m = (struct macros){ 0 };
}

/* ---- expansion ----------------------------------------------------------------------------- */

static const char *host_name(char *buf, size_t size)
{
	if (gethostname(buf, size) < 0)
		return "";
	buf[size - 1] = '\0';
	return buf;
}

static void add_variable(struct reader *r, const struct place *place, struct slice name,
			 struct buf *out)
{
	const struct macro_entry *entry = macros_find(&r->macros, name);
	char host[HOST_NAME_MAX + 1];
	const char *value = NULL;

	if (entry)
		value = entry->value ? entry->value : "";
	else if (slice_is(name, "HOSTNAME"))
		value = host_name(host, sizeof(host));
	else if (slice_is(name, "AIDE_VERSION") && r->compat == INTACT_COMPAT_NEWEST)
		value = r->source->version;
	if (!value) {
		place_log(place, &r->log, INTACT_LOG_CONFIG,
			  "variable substitution: variable '%.*s' not defined (use empty string)",
			  SLICE(name));
		return;
	}
	place_log(place, &r->log, INTACT_LOG_CONFIG,
		  "variable substitution: replace '@@{%.*s}' with '%s'", SLICE(name), value);
	buf_add_str(out, value);
}

/* Length of "@@{NAME}" at `s`, or 0. */
static size_t variable_at(const char *s, const char *end, struct slice *ret)
{
	const char *name = s + 3, *at = name;

	if (end - s < 5 || memcmp(s, "@@{", 3) != 0)
		return 0;
	while (at < end && lexer_is_name((unsigned char)*at))
		at++;
	if (at == name || at == end || *at != '}')
		return 0;
	*ret = (struct slice){ name, (size_t)(at - name) };
	return (size_t)(at + 1 - s);
}

int reader_expand(struct reader *r, const struct place *place, struct slice value, struct buf *out,
		  struct intact_error *err)
{
	const char *s = value.s, *end = value.s + value.len;

	buf_clear(out);
	while (s < end && out->len <= LEXER_LINE_MAX) {
		struct slice name;
		size_t len = variable_at(s, end, &name);

		/* The canonical form has none. */
		if (len && r->kept)
			return place_fail(place, err, INTACT_EDAMAGED,
					  "no variables may be kept in a baseline");
		if (len) {
			add_variable(r, place, name, out);
			s += len;
		} else if (*s == '\\' && s + 1 < end) {
			if (s[1] != '\\' && s[1] != '@' && s[1] != ' ')
				buf_add_char(out, '\\');
			buf_add_char(out, s[1]);
			s += 2;
		} else {
			buf_add_char(out, *s++);
		}
	}
	r->expanded += out->len;
	if (out->len > LEXER_LINE_MAX || r->expanded > READER_EXPANDED_MAX)
		return place_fail(place, err, INTACT_ECONFIG, "value is too long after expansion");
	if (!buf_reserve(out, 1))
		return intact_fail_nomem(err);
	return 0;
}

/* ---- statements ---------------------------------------------------------------------------- */

int macro_define(struct reader *r, const struct statement *st, struct intact_error *err)
{
	const struct macro_entry *old = macros_find(&r->macros, st->variable.name);
	struct buf value = { 0 };
	const char *text = NULL;
	int rc = 0;

	if (st->variable.has_value) {
		rc = reader_expand(r, &st->place, st->variable.value, &value, err);
		text = value.data;
	}
	if (rc == 0) {
		if (old)
			place_log(&st->place, &r->log, INTACT_LOG_NOTICE,
				  "redefine '%.*s' with value '%s' (previous value: '%s')",
				  SLICE(st->variable.name), text ? text : "(null)",
				  old->value ? old->value : "(null)");
		else
			place_log(&st->place, &r->log, INTACT_LOG_CONFIG,
				  "define '%.*s' with value '%s'", SLICE(st->variable.name),
				  text ? text : "(null)");
		rc = macros_set(&r->macros, st->variable.name, text, err);
	}
	buf_release(&value);
	return rc;
}

void macro_undef(struct reader *r, const struct statement *st)
{
	const struct macro_entry *old = macros_find(&r->macros, st->variable.name);

	if (!old) {
		place_log(&st->place, &r->log, INTACT_LOG_NOTICE,
			  "variable '%.*s' to be undefined not found", SLICE(st->variable.name));
		return;
	}
	place_log(&st->place, &r->log, INTACT_LOG_CONFIG, "undefine '%s' (value: '%s')", old->name,
		  old->value ? old->value : "(null)");
	macros_remove(&r->macros, old);
}

int macro_setenv(struct reader *r, const struct statement *st, struct intact_error *err)
{
	const struct macro_entry *old = macros_find(&r->environment, st->variable.name);
	struct buf value = { 0 };
	int rc = reader_expand(r, &st->place, st->variable.value, &value, err);

	if (rc == 0) {
		if (old)
			place_log(&st->place, &r->log, INTACT_LOG_NOTICE,
				  "overwrite '%s' variable with value '%s' in @@x_include "
				  "environment (previous value: '%s')",
				  old->name, value.data, old->value);
		else
			place_log(&st->place, &r->log, INTACT_LOG_CONFIG,
				  "add '%.*s' with value '%s' to @@x_include environment",
				  SLICE(st->variable.name), value.data);
		rc = macros_set(&r->environment, st->variable.name, value.data, err);
	}
	buf_release(&value);
	return rc;
}

/* ---- conditions ---------------------------------------------------------------------------- */

/* Up to three decimal numbers; what follows them is ignored.  False: not a version. */
static bool parse_version(const char *s, unsigned long ret[3])
{
	ret[0] = ret[1] = ret[2] = 0;
	if (*s == '\0')
		return true;
	if (*s < '0' || *s > '9')
		return false;
	for (int i = 0; i < 3 && *s >= '0' && *s <= '9'; i++) {
		for (; *s >= '0' && *s <= '9'; s++) {
			if (ret[i] < ULONG_MAX / 10 - 10)
				ret[i] = ret[i] * 10 + (unsigned long)(*s - '0');
		}
		if (*s != '.')
			break;
		s++;
	}
	return true;
}

static int version_ge(struct reader *r, const struct statement *st, const char *left,
		      struct intact_error *err)
{
	static const char wrong[] = "invalid version string: '%s', expected MAJOR.MINOR.PATCH";
	unsigned long a[3], b[3];
	struct buf right = { 0 };
	int rc = reader_expand(r, &st->place, st->cond.right, &right, err);

	if (rc == 0 && !parse_version(left, a))
		rc = place_fail(&st->place, err, INTACT_ECONFIG, wrong, left);
	if (rc == 0 && !parse_version(right.data, b))
		rc = place_fail(&st->place, err, INTACT_ECONFIG, wrong, right.data);
	if (rc == 0) {
		int i = 0;

		while (i < 2 && a[i] == b[i])
			i++;
		rc = a[i] >= b[i];
	}
	buf_release(&right);
	return rc;
}

static int judge(struct reader *r, const struct statement *st, const char *value,
		 struct intact_error *err)
{
	char host[HOST_NAME_MAX + 1];

	switch (st->cond.kind) {
	case CONDITION_DEFINED:
		return macros_find(&r->macros, (struct slice){ value, strlen(value) }) != NULL;
	case CONDITION_HOSTNAME:
		return strcmp(host_name(host, sizeof(host)), value) == 0;
	case CONDITION_EXISTS:
		return access(value, F_OK) == 0;
	case CONDITION_VERSION_GE:
		return version_ge(r, st, value, err);
	}
	return 0;
}

int macro_condition(struct reader *r, const struct statement *st, struct intact_error *err)
{
	struct buf value = { 0 };
	int rc = reader_expand(r, &st->place, st->cond.left, &value, err);

	if (rc == 0)
		rc = judge(r, st, value.data, err);
	if (rc >= 0) {
		rc = (rc > 0) != st->cond.negate;
		place_log(&st->place, &r->log, INTACT_LOG_CONFIG, "if condition results to '%s'",
			  rc ? "true" : "false");
	}
	buf_release(&value);
	return rc;
}
