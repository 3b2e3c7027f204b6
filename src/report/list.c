/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One entry for people: --list (aide-compat 1.8).
 */

#include <intact/report.h>

#include <string.h>

#include "base/text.h"
#include "report/values.h"

/* A value column is this wide; longer values go on below. */
#define COLUMN 64

static void add_line(struct buf *out, const char *label, bool first, const char *s, size_t len)
{
	buf_printf(out, "  %-10s%c ", first ? label : "", first ? ':' : ' ');
	buf_add(out, s, len);
	buf_add_char(out, '\n');
}

static void add_value(struct buf *out, const char *label, bool first, const char *s, size_t len)
{
	struct buf text = { 0 };
	size_t at = 0;

	text_escape(&text, s, len);
	if (!text.data) {
		add_line(out, label, first, "", 0);
		out->failed |= text.failed;
		return;
	}
	do {
		size_t chars, n = value_piece(text.data + at, text.len - at, COLUMN, &chars);

		add_line(out, label, first, text.data + at, n);
		first = false;
		at += n;
	} while (at < text.len);
	out->failed |= text.failed;
	buf_release(&text);
}

static void add_attr(struct buf *out, const struct intact_entry *e, const struct intact_attr *row,
		     struct values *v)
{
	const struct values_options options = { .base16 = true };

	if (!values_get(v, e, row, false, &options)) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < v->count; i++) {
		size_t len;
		const char *s = values_at(v, i, &len);

		add_value(out, row->label, i == 0, s, len);
	}
}

static void add_names(struct buf *out, uint64_t attrs)
{
	bool first = true;

	for (uint64_t left = attrs | INTACT_BIT(INTACT_NAME); left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (!row || !row->field)
			continue;
		add_line(out, "Attributes", first, row->field, strlen(row->field));
		first = false;
	}
}

static void add_entry(struct buf *out, const struct intact_entry *e, struct values *v)
{
	uint64_t attrs = intact_entry_shown(e, false);
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	text_escape(out, e->path.s, e->path.len);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < n; i++) {
		if (attrs & INTACT_BIT(order[i]))
			add_attr(out, e, intact_attr_get(order[i]), v);
	}
	add_names(out, attrs);
	if (e->problem)
		add_value(out, "Problem", true, e->problem, strlen(e->problem));
	buf_add_char(out, '\n');
}

int intact_report_entry(const struct intact_entry *entry, FILE *out, struct intact_error *err)
{
	struct values values = { 0 };
	struct buf text = { 0 };
	bool failed;

	add_entry(&text, entry, &values);
	failed = text.failed;
	if (!failed)
		fwrite(text.data, 1, text.len, out);
	values_release(&values);
	buf_release(&text);
	return failed ? intact_fail_nomem(err) : 0;
}
