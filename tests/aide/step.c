/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See one.h: one step of a case.  Both programs run, their words and files are compared.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "one.h"
#include "tally.h"

/* ---- saying what differs ---- */

/* Some lines from the first that differs. */
static void show_from(const char *who, const char *text)
{
	for (int i = 0; i < 4 && *text; i++) {
		int len = (int)strcspn(text, "\n");

		printf("      %s: %.*s\n", who, len, text);
		text += len + (text[len] == '\n');
	}
}

static void show(const struct buf *a, const struct buf *b, const char *what)
{
	size_t at = 0, line = 0;

	while (at < a->len && at < b->len && a->data[at] == b->data[at]) {
		if (a->data[at] == '\n')
			line = at + 1;
		at++;
	}
	if (at == a->len && at == b->len)
		return;
	printf("    %s:\n", what);
	show_from("aide", a->data + line);
	show_from("ours", b->data + line);
}

/* What they said before the list of known differences went over it. */
struct said {
	struct buf aide, ours;
};

static void complain(struct one *c, char *const args[], const struct both *b,
		     const struct said *said, const char *what)
{
	c->failed = true;
	printf("FAIL seed %llu: %s differs:", (unsigned long long)c->seed, what);
	for (size_t i = 0; args[i]; i++)
		printf(" %s", args[i]);
	printf("\n    exit status: aide %d, ours %d\n", b->aide.status, b->ours.status);
	show(&b->aide.text[TEXT_OUT], &b->ours.text[TEXT_OUT], "output");
	show(&b->aide.err, &b->ours.err, "messages");
	if (strcmp(what, "messages") == 0 || strcmp(what, "exit status") == 0) {
		printf("      aide said: %.2000s\n      ours said: %.2000s\n", said->aide.data,
		       said->ours.data);
	}
	for (size_t i = TEXT_OUT + 1; i < NTEXTS; i++)
		show(&b->aide.text[i], &b->ours.text[i], "report");
	show(&b->aide.db, &b->ours.db, "database");
}

/* ---- running ---- */

char *one_path(char *buf, const char *dir, const char *name)
{
	snprintf(buf, PATH_MAX, "%s/%s", dir, name);
	return buf;
}

static void remove_in(const char *dir, const char *name)
{
	char path[PATH_MAX];

	unlink(one_path(path, dir, name));
}

void step_alone(const struct one *c, bool ours, char *const args[], struct output *ret)
{
	char *argv[2 * ARGS_MAX];
	size_t n = 0;

	argv[n++] = (char *)(ours ? c->d->ours : c->d->aide);
	if (ours) {
		argv[n++] = (char *)"--aide-compat";
		argv[n++] = (char *)"0.18";
	}
	for (size_t i = 0; i < c->nbase; i++)
		argv[n++] = c->base[i];
	for (size_t i = 0; args[i] && n < 2 * ARGS_MAX - 1; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	run_program(ours ? c->ours : c->aide, c->input, argv, ret);
}

/* ---- what they wrote ---- */

static void side_release(struct side *side)
{
	for (size_t i = 0; i < NTEXTS; i++)
		buf_release(&side->text[i]);
	buf_release(&side->err);
	buf_release(&side->db);
}

/* A new database that is gzipped is compared as text. */
static void unzip(const char *dir, struct buf *db)
{
	char *const argv[] = { (char *)"gzip", (char *)"-dcf", (char *)"out.db", NULL };
	struct output o;

	if (db->len < 2 || memcmp(db->data, "\x1f\x8b", 2) != 0)
		return;
	tally_one("gzipped database");
	run_program(dir, NULL, argv, &o);
	buf_release(db);
	*db = o.out;
	buf_release(&o.err);
}

static void read_in(const char *dir, const char *name, struct buf *text)
{
	char path[PATH_MAX];

	read_whole(one_path(path, dir, name), text);
}

static void read_files(const char *dir, struct side *side)
{
	read_in(dir, "report", &side->text[TEXT_REPORT]);
	read_in(dir, "report2", &side->text[TEXT_REPORT2]);
	read_in(dir, "fd3", &side->text[TEXT_FD3]);
	read_in(dir, "out.db", &side->db);
	unzip(dir, &side->db);
}

/* A report among the messages is compared as a report: messages are sorted. */
static void split_messages(struct buf *err, struct buf *report)
{
	static const char *const labels[] = { "  ERROR: ", "WARNING: ", " NOTICE: ", "   INFO: ",
					      "   RULE: ", " CONFIG: ", "COMPARE: " };
	struct buf messages = { 0 };
	const char *at = err->data;

	while (*at) {
		size_t len = strcspn(at, "\n"), i = 0;

		len += at[len] == '\n';
		while (i < 7 && strncmp(at, labels[i], 9) != 0)
			i++;
		buf_add(i < 7 ? &messages : report, at, len);
		at += len;
	}
	buf_add(&messages, "", 0);
	buf_add(report, "", 0);
	buf_release(err);
	*err = messages;
}

/* Descriptor 3 begins empty, if nothing is read from it. */
static void empty_third(const struct one *c, const char *dir)
{
	char path[PATH_MAX];

	if (!strstr(c->config.data, "database_in=fd:3") &&
	    truncate(one_path(path, dir, "fd3"), 0) != 0)
		perror(path);
}

static void forget_reports(const char *dir)
{
	remove_in(dir, "report");
	remove_in(dir, "report2");
}

static void one_side(struct one *c, bool ours, char *const args[], struct side *ret)
{
	const char *dir = ours ? c->ours : c->aide;
	struct output o;

	if (c->rules_changed)
		/* What is taken out of a report must not be in one of an earlier step. */
		forget_reports(dir);
	empty_third(c, dir);
	step_alone(c, ours, args, &o);
	if (!ours)
		tally_run(c->base, args, &o);
	ret->status = o.status;
	ret->text[TEXT_OUT] = o.out;
	ret->err = o.err;
	buf_add(&ret->text[TEXT_STDERR], "", 0);
	if (strstr(c->config.data, "report_url=stderr"))
		split_messages(&ret->err, &ret->text[TEXT_STDERR]);
	read_files(dir, ret);
}

static void keep(struct buf *copy, const struct buf *text)
{
	buf_add(copy, text->data, text->len);
	buf_add(copy, "", 0);
}

bool step(struct one *c, enum step_kind kind, char *const args[], int *ret_status)
{
	struct both b = { .missing_digests = c->d->missing.data,
			  .config = c->config.data,
			  .words = c->d->words,
			  .damaged = c->damaged };
	struct said said = { { 0 }, { 0 } };
	char *all[2 * ARGS_MAX];
	const char *what;
	size_t n = 0;
	bool equal;

	for (size_t i = 0; i < c->nbase; i++)
		all[n++] = c->base[i];
	for (size_t i = 0; args[i]; i++)
		all[n++] = args[i];
	all[n] = NULL;
	b.args = all;
	one_side(c, false, args, &b.aide);
	one_side(c, true, args, &b.ours);
	keep(&said.aide, &b.aide.err);
	keep(&said.ours, &b.ours.err);
	b.sorted = kind == STEP_SORTED;
	b.below = b.sorted && !c->needs.prefixed ? c->root : NULL;
	b.compare = kind == STEP_COMPARE;
	c->metadata |= !strstr(c->config.data, "database_add_metadata=no");
	b.metadata = c->metadata;
	c->d->steps++;
	if (ret_status)
		*ret_status = b.aide.status;
	equal = known_equal(&b, &what);
	if (!equal)
		complain(c, all, &b, &said, what);
	buf_release(&said.aide);
	buf_release(&said.ours);
	side_release(&b.aide);
	side_release(&b.ours);
	return equal;
}
