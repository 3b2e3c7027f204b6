/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * How a configuration reaches the programs: as a file, through standard input, before and after, in
 * included files and the output of programs.  See deliver() in one.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "one.h"
#include "tally.h"

/* Part of a text, in whole lines outside of every @@if. */
struct part {
	size_t from, to;
};

static bool begins(const char *text, size_t at, const char *with)
{
	return strncmp(text + at, with, strlen(with)) == 0;
}

/* Offsets at which the text can be cut. */
static size_t cuts(const struct buf *text, size_t *at, size_t max)
{
	size_t n = 0, depth = 0, i = 0;

	while (i < text->len && n < max) {
		const char *end = memchr(text->data + i, '\n', text->len - i);

		if (!depth)
			at[n++] = i;
		if (begins(text->data, i, "@@if"))
			depth++;
		else if (begins(text->data, i, "@@endif") && depth)
			depth--;
		if (!end)
			return n;
		i = (size_t)(end - text->data) + 1;
	}
	if (n < max && !depth)
		at[n++] = i;
	return n;
}

static struct part some_part(const struct buf *text, struct random *rnd)
{
	size_t at[256], n = cuts(text, at, 256), a, b;

	if (n < 2)
		return (struct part){ 0, 0 };
	a = random_below(rnd, (unsigned)n);
	b = random_below(rnd, (unsigned)n);
	return a < b ? (struct part){ at[a], at[b] } : (struct part){ at[b], at[a] };
}

/* ---- files ---- */

static void write_in(const struct one *c, const char *name, const struct buf *text, mode_t mode)
{
	char path[PATH_MAX];

	write_whole(one_path(path, c->dir, name), text);
	chmod(path, mode);
	tally_config(text);
}

static void make_folder(const struct one *c, const char *name)
{
	char path[PATH_MAX];

	mkdir(one_path(path, c->dir, name), 0755);
}

/* A program that prints the text; sometimes the value of a variable of @@x_include_setenv. */
static void write_program(struct one *c, const char *name, const struct buf *text, bool variable)
{
	struct buf program = { 0 };

	buf_add_str(&program, "#!/bin/sh\ncat <<'END OF CONFIGURATION'\n");
	buf_add(&program, text->data, text->len);
	if (text->len && text->data[text->len - 1] != '\n')
		buf_add_char(&program, '\n');
	buf_add_str(&program, "END OF CONFIGURATION\n");
	if (variable)
		buf_add_str(&program, "echo \"@@define SET_BY_PROGRAM $DIFFER_VARIABLE\"\n"
				      "echo \"/variable $DIFFER_VARIABLE\"\n");
	write_in(c, name, &program, 0700);
	tally_config(text);
	tally_one("executed include");
	buf_release(&program);
}

/* ---- includes ---- */

static void include_file(struct one *c, struct buf *line, const struct buf *text)
{
	write_in(c, "snippet", text, 0600);
	buf_add_str(line, "@@include ../snippet\n");
}

static void include_program(struct one *c, struct buf *line, const struct buf *text)
{
	bool variable = random_chance(&c->rnd, 50);

	if (variable)
		buf_add_str(line, "@@x_include_setenv DIFFER_VARIABLE p+u\n");
	write_program(c, "program", text, variable);
	buf_add_str(line, "@@x_include ../program\n");
}

static void include_text(struct one *c, struct buf *line, const struct buf *text)
{
	write_in(c, "snippet", text, 0600);
	buf_add_str(line, "@@x_include ../snippet\n");
}

static void include_nested(struct one *c, struct buf *line, const struct buf *text)
{
	struct buf outer = { 0 };

	write_in(c, "inner", text, 0600);
	buf_add_str(&outer, "@@include ../inner\n");
	write_in(c, "outer", &outer, 0600);
	buf_release(&outer);
	buf_add_str(line, "@@include ../outer\n");
}

/* Two files that match, the order is that of the names; others that do not. */
static void include_folder(struct one *c, struct buf *line, const struct buf *text)
{
	static const char *const prefixes[] = { "", "", "", " /foo", " /a/", " /(a|foo)", " /.*" };
	struct part p = some_part(text, &c->rnd);
	struct buf first = { 0 }, second = { 0 }, bad = { 0 };
	bool run = random_chance(&c->rnd, 50);

	make_folder(c, "snippets");
	make_folder(c, "snippets/10_folder");
	buf_add(&first, text->data, p.from);
	buf_add(&second, text->data + p.from, text->len - p.from);
	buf_add_str(&bad, "this is no configuration\n");
	write_in(c, "snippets/10_first", &first, 0600);
	write_in(c, "snippets/9_not.this", &bad, 0600);
	write_in(c, "snippets/.10_hidden", &bad, 0600);
	if (run && random_chance(&c->rnd, 70))
		write_program(c, "snippets/20_second", &second, false);
	else
		write_in(c, "snippets/20_second", &second, 0600);
	/* A prefix before a whole path would lead through the whole machine; and with another one
	 * rules choose other files. */
	buf_printf(line, "@@%sinclude ../snippets ^[a-z0-9_]+$%s\n", run ? "x_" : "",
		   c->needs.prefixed && !c->same_files ? random_pick(&c->rnd, prefixes) : "");
	tally_one("folder of includes");
	buf_release(&first);
	buf_release(&second);
	buf_release(&bad);
}

/* Some lines of the text go somewhere else. */
static void move_out(struct one *c, struct buf *text)
{
	static void (*const kinds[])(struct one *, struct buf *, const struct buf *) = {
		include_file, include_program, include_text, include_nested, include_folder
	};
	struct part p = some_part(text, &c->rnd);
	struct buf moved = { 0 }, out = { 0 };

	if (p.from == p.to)
		return;
	buf_add(&moved, text->data + p.from, p.to - p.from);
	buf_add(&out, text->data, p.from);
	random_pick(&c->rnd, kinds)(c, &out, &moved);
	buf_add(&out, text->data + p.to, text->len - p.to);
	buf_add(&out, "", 0);
	buf_release(&moved);
	buf_release(text);
	*text = out;
}

/* ---- ends of lines ---- */

static void carriage_returns(struct one *c, struct buf *text)
{
	bool all = random_chance(&c->rnd, 70);
	struct buf out = { 0 };

	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '\n' && (all || random_chance(&c->rnd, 50)))
			buf_add_char(&out, '\r');
		buf_add_char(&out, text->data[i]);
	}
	buf_add(&out, "", 0);
	buf_release(text);
	*text = out;
}

/* ---- the command line ---- */

static void add(struct one *c, const char *arg)
{
	if (c->nbase < ARGS_MAX)
		c->base[c->nbase++] = (char *)arg;
}

/* The beginning goes before, the end after. */
static void split(struct one *c, struct buf *text)
{
	struct part p = some_part(text, &c->rnd);
	struct buf middle = { 0 };
	bool is_long = random_chance(&c->rnd, 50);

	buf_add(&c->before, text->data, p.from);
	buf_add(&c->after, text->data + p.to, text->len - p.to);
	buf_add(&middle, text->data + p.from, p.to - p.from);
	buf_add(&c->before, "", 0);
	buf_add(&c->after, "", 0);
	buf_add(&middle, "", 0);
	if (c->before.len) {
		add(c, is_long ? "--before" : "-B");
		add(c, c->before.data);
	}
	if (c->after.len) {
		add(c, is_long ? "--after" : "-A");
		add(c, c->after.data);
	}
	tally_config(&c->before);
	tally_config(&c->after);
	buf_release(text);
	*text = middle;
}

static void name_file(struct one *c)
{
	switch (random_below(&c->rnd, 5)) {
	case 0:
		add(c, "--config=../x.conf");
		break;
	case 1:
		add(c, "--config");
		add(c, "../x.conf");
		break;
	case 2:
		add(c, "-c");
		add(c, "-");
		c->input = "../x.conf";
		break;
	default:
		add(c, "-c");
		add(c, "../x.conf");
	}
}

void deliver(struct one *c)
{
	struct buf text = { 0 };

	buf_add(&text, c->config.data, c->config.len);
	buf_add(&text, "", 0);
	buf_clear(&c->before);
	buf_clear(&c->after);
	memset(c->base, 0, sizeof(c->base));
	c->nbase = 0;
	c->input = NULL;
	if (c->needs.input)
		c->input = "in.db";
	if (random_chance(&c->rnd, 25))
		move_out(c, &text);
	if (random_chance(&c->rnd, 8))
		carriage_returns(c, &text);
	if (random_chance(&c->rnd, 15))
		split(c, &text);
	if (c->needs.input || random_chance(&c->rnd, 50)) {
		add(c, "-c");
		add(c, "../x.conf");
	} else {
		name_file(c);
	}
	/* Not where something is read after it: AIDE's scanner then takes up memory it has freed.
	 */
	if (random_chance(&c->rnd, 5) && text.len && !c->whole && !c->after.len &&
	    !strstr(text.data, "include"))
		text.len--;
	write_in(c, "x.conf", &text, 0600);
	buf_release(&text);
}
