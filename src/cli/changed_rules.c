/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See changed_rules.h.
 */

#include "cli/changed_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted lines of a text; the text is cut up in place. */
static char **sorted_lines(char *text, size_t *ret_n)
{
	size_t n = 0, cap = 1;
	char **lines, *line, *rest = text;

	for (const char *c = text; *c; c++)
		cap += *c == '\n';
	lines = calloc(cap, sizeof(*lines));
	while (lines && (line = strsep(&rest, "\n")) != NULL) {
		if (*line)
			lines[n++] = line;
	}
	if (lines)
		qsort(lines, n, sizeof(*lines), compare_lines);
	*ret_n = n;
	return lines;
}

static char *marked(char mark, const char *rule)
{
	struct buf line = { 0 };

	buf_printf(&line, "%c %s", mark, rule);
	return buf_take(&line, NULL);
}

struct counts {
	size_t added, removed;
};

/* What only one side has.  Returns false without memory. */
static bool find_differences(struct changed_rules *c, char **old, size_t nold, char **new,
			     size_t nnew, struct counts *ret)
{
	size_t i = 0, k = 0;

	c->lines = calloc(nold + nnew + 1, sizeof(*c->lines));
	if (!c->lines)
		return false;
	while (i < nold || k < nnew) {
		int order = i == nold ? 1 : k == nnew ? -1 : strcmp(old[i], new[k]);

		ret->removed += order < 0;
		ret->added += order > 0;
		if (order != 0) {
			c->lines[c->count] = order < 0 ? marked('-', old[i]) : marked('+', new[k]);
			if (!c->lines[c->count++])
				return false;
		}
		i += order <= 0;
		k += order >= 0;
	}
	return true;
}

static char *summarize(const struct counts *n)
{
	struct buf text = { 0 };

	buf_printf(&text, "the baseline was made under other rules: %zu new, %zu gone", n->added,
		   n->removed);
	if (!n->added && !n->removed)
		buf_add_str(&text, " (their order differs)");
	return buf_take(&text, NULL);
}

int changed_rules_find(struct changed_rules *c, const char *then, size_t then_len, const char *now,
		       size_t now_len, struct intact_error *err)
{
	struct counts n = { 0 };
	size_t nthen = 0, ntoday = 0;
	char *old, *new, **a, **b;

	*c = (struct changed_rules){ 0 };
	if (then_len == now_len && memcmp(then, now, now_len) == 0)
		return 0;
	old = strndup(then, then_len);
	new = strndup(now, now_len);
	a = old ? sorted_lines(old, &nthen) : NULL;
	b = new ? sorted_lines(new, &ntoday) : NULL;
	if (a && b && find_differences(c, a, nthen, b, ntoday, &n))
		c->summary = summarize(&n);
	free(a);
	free(b);
	free(old);
	free(new);
	return c->summary ? 0 : intact_fail_nomem(err);
}

void changed_rules_release(struct changed_rules *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->lines[i]);
	free(c->lines);
	free(c->summary);
	*c = (struct changed_rules){ 0 };
}
