/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accept.h.  --interactive: the wanted changes one after the other, as `git add -p` asks about
 * hunks.  First what packages contradict, then what nothing explains, folder by folder, then what
 * packages explain, package by package.
 *
 * All that is shown is foreign bytes, and escaped by whoever shows it.
 */

#include "cli/accept.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/signals.h"

/* One question. */
struct item {
	uint64_t number;
	unsigned rank; /* contradicted, unexplained, explained */
	uint32_t package;
	struct intact_change change;
};

struct dialogue {
	struct accept *accept;
	struct arena arena; /* what the items point to */
	struct item *items;
	size_t n, size;
	struct intact_run run; /* as reports know it */
	char *line;
	size_t line_size;
};

/* ---- collecting ---- */

static int copy_entry(struct dialogue *d, const struct intact_entry **entry,
		      struct intact_error *err)
{
	struct intact_entry *copy;

	if (!*entry)
		return 0;
	copy = arena_alloc(&d->arena, sizeof(*copy));
	if (!copy)
		return intact_fail_nomem(err);
	if (intact_entry_copy(copy, *entry, &d->arena, err) < 0)
		return INTACT_ENOMEM;
	*entry = copy;
	return 0;
}

static unsigned rank_of(const struct intact_explanation *e)
{
	if (!e || e->verdict == INTACT_UNEXPLAINED)
		return 1;
	return e->verdict == INTACT_CONTRADICTED ? 0 : 2;
}

static int add_item(struct dialogue *d, uint64_t number, const struct intact_change *c,
		    struct intact_error *err)
{
	struct item *item;
	int rc;

	if (d->n == d->size) {
		size_t size = d->size ? 2 * d->size : 64;
		struct item *items = realloc(d->items, size * sizeof(*items));

		if (!items)
			return intact_fail_nomem(err);
		d->items = items;
		d->size = size;
	}
	item = &d->items[d->n];
	*item = (struct item){ .number = number, .rank = rank_of(c->explanation), .change = *c };
	item->package = item->rank == 1 ? INTACT_NO_PACKAGE : c->explanation->package;
	rc = copy_entry(d, &item->change.old, err);
	if (rc == 0)
		rc = copy_entry(d, &item->change.new, err);
	if (rc == 0 && c->reason) {
		item->change.reason = arena_strndup(&d->arena, c->reason, strlen(c->reason));
		rc = item->change.reason ? 0 : intact_fail_nomem(err);
	}
	d->n += rc == 0;
	return rc;
}

/* What no report shows is not asked about: it goes with the rest, unless that ends early. */
static int collect(struct dialogue *d, struct intact_error *err)
{
	struct accept *a = d->accept;
	struct intact_changes_iter *it;
	const struct intact_change *c;
	uint64_t number = 0;
	int rc = intact_changes_iter_new(a->flow.changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &c, err)) == 1) {
		if (c->kind == INTACT_MOVED)
			continue;
		if (a->fate[number] == ACCEPT_TAKEN && !c->hidden)
			rc = add_item(d, number, c, err);
		if (rc < 0)
			break;
		number++;
	}
	intact_changes_iter_free(it);
	return rc;
}

/* "/" goes with what is in it. */
static size_t folder_len(const struct item *i)
{
	const struct intact_str *path = accept_path(&i->change);
	size_t len = path_parent(path->s, path->len);

	return len ? len : path->len;
}

static int by_folder(const struct item *x, const struct item *y)
{
	return path_cmp(accept_path(&x->change)->s, folder_len(x), accept_path(&y->change)->s,
			folder_len(y));
}

static bool same_group(const struct item *x, const struct item *y)
{
	return x->rank == y->rank && x->package == y->package && by_folder(x, y) == 0;
}

static int in_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int folders;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	folders = by_folder(x, y);
	if (folders)
		return folders;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* ---- showing ---- */

static int put(struct buf *out, struct intact_error *err)
{
	int rc = 0;

	if (out->failed)
		rc = intact_fail_nomem(err);
	else if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		rc = intact_fail_errno(err, "write to standard output");
	buf_release(out);
	return rc;
}

static void add_package(struct dialogue *d, uint32_t package, struct buf *out)
{
	const struct intact_report_packages *p = &d->accept->explained.facts;
	const struct intact_package *it = package < p->n ? &p->list[package] : NULL;

	if (!it)
		return;
	text_escape(out, it->name, strlen(it->name));
	buf_add_char(out, ' ');
	if (it->before) {
		text_escape(out, it->before, strlen(it->before));
		buf_add_str(out, " \xe2\x86\x92 ");
	}
	text_escape(out, it->version, strlen(it->version));
}

static int show_group(struct dialogue *d, size_t at, size_t n, struct intact_error *err)
{
	const struct item *i = &d->items[at];
	struct buf out = { 0 };

	buf_add_char(&out, '\n');
	if (i->rank != 1) {
		buf_add_str(&out, i->rank ? "Package " : "NOT as shipped by package ");
		add_package(d, i->package, &out);
		buf_add_str(&out, ", ");
	} else if (d->accept->explained.packages) {
		buf_add_str(&out, "Unexplained, ");
	}
	buf_add_str(&out, "in ");
	text_escape(&out, accept_path(&i->change)->s, folder_len(i));
	buf_printf(&out, ": %zu change%s\n", n, n == 1 ? "" : "s");
	return put(&out, err);
}

static int show(struct dialogue *d, const struct item *i, bool details, struct intact_error *err)
{
	return intact_report_change(&d->run, &i->change, details, stdout, err);
}

static int show_help(struct intact_error *err)
{
	struct buf out = { 0 };

	buf_add_str(&out, "y - accept this change\n"
			  "n - do not accept it: it is reported again\n"
			  "a - accept this one and the rest of this group\n"
			  "s - skip this one and the rest of this group: n for all of them\n"
			  "d - show its details: old and new values\n"
			  "q - accept neither this one nor any that follows\n"
			  "? - this help\n");
	return put(&out, err);
}

/* ---- asking ---- */

/* The letter of an answer; 'q' at the end of the input, '?' for what is none. */
static char read_answer(struct dialogue *d)
{
	ssize_t len = getline(&d->line, &d->line_size, stdin);
	const char *at = d->line;

	if (len <= 0)
		return 'q';
	while (*at == ' ' || *at == '\t')
		at++;
	if (!*at || !strchr("ynasdq?", tolower((unsigned char)*at)) ||
	    (at[1] && !isspace((unsigned char)at[1])))
		return '?';
	return (char)tolower((unsigned char)*at);
}

/* Returns the letter of a decision, or a negative code. */
static int ask_one(struct dialogue *d, size_t at, struct intact_error *err)
{
	const struct item *i = &d->items[at];
	int rc = show(d, i, false, err);

	while (rc == 0) {
		char answer;

		printf("(%zu/%zu) Accept this change [y,n,a,s,d,q,?]? ", at + 1, d->n);
		if (fflush(stdout) != 0)
			return intact_fail_errno(err, "write to standard output");
		answer = read_answer(d);
		if (signals_stop())
			return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		/* Of a pipe nothing is echoed, and of the end of an input neither. */
		if (!d->accept->terminal || feof(stdin))
			putchar('\n');
		if (answer == 'd')
			rc = show(d, i, true, err);
		else if (answer == '?')
			rc = show_help(err);
		else
			return answer;
	}
	return rc;
}

/* Nothing of what follows, and nothing that goes with it. */
static void refuse_rest(struct dialogue *d, size_t from)
{
	struct accept *a = d->accept;
	unsigned char *fate = calloc(a->changes + 1, 1);

	for (size_t i = 0; fate && i < from; i++)
		fate[d->items[i].number] = a->fate[d->items[i].number];
	if (fate)
		memcpy(a->fate, fate, a->changes);
	else
		memset(a->fate, ACCEPT_KEPT, a->changes);
	free(fate);
}

static void skip(struct dialogue *d, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		d->accept->fate[d->items[i].number] = ACCEPT_KEPT;
}

/* Returns 1 when all is over. */
static int ask_group(struct dialogue *d, size_t at, size_t n, struct intact_error *err)
{
	int rc = show_group(d, at, n, err);

	for (size_t i = at; rc == 0 && i < at + n; i++) {
		int answer = ask_one(d, i, err);

		if (answer < 0)
			return answer;
		if (answer == 'n')
			skip(d, i, i + 1);
		if (answer == 's')
			skip(d, i, at + n);
		if (answer == 'a' || answer == 's')
			return 0;
		if (answer == 'q') {
			refuse_rest(d, i);
			return 1;
		}
	}
	return rc;
}

static int ask_all(struct dialogue *d, struct intact_error *err)
{
	int rc = 0;

	for (size_t at = 0, n; rc == 0 && at < d->n; at += n) {
		for (n = 1; at + n < d->n && same_group(&d->items[at], &d->items[at + n]); n++)
			;
		rc = ask_group(d, at, n, err);
	}
	return rc < 0 ? rc : 0;
}

int ask_changes(struct accept *a, struct intact_error *err)
{
	struct dialogue d = {
		.accept = a,
		.run = { .kind = INTACT_RUN_COMPARE,
			 .program = "intact",
			 .version = PACKAGE_VERSION,
			 .summary_columns = 19,
			 .root_prefix = "",
			 .packages = a->explained.asked ? &a->explained.facts : NULL },
	};
	int rc = collect(&d, err);

	if (rc == 0 && d.n)
		qsort(d.items, d.n, sizeof(*d.items), in_order);
	if (rc == 0)
		rc = ask_all(&d, err);
	arena_release(&d.arena);
	free(d.items);
	free(d.line);
	return rc;
}
