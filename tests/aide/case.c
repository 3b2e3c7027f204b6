/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The cases: what is run over a tree, in which order, and what happens in between.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "damage.h"
#include "one.h"
#include "tally.h"

/* ---- files of both ---- */

static void move_file(const char *dir, const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];

	rename(one_path(a, dir, from), one_path(b, dir, to));
}

static void move_both(const struct one *c, const char *from, const char *to)
{
	move_file(c->aide, from, to);
	move_file(c->ours, from, to);
}

static void copy_file(const char *dir, const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct buf text;

	read_whole(one_path(a, dir, from), &text);
	write_whole(one_path(b, dir, to), &text);
	buf_release(&text);
}

static void copy_both(const struct one *c, const char *from, const char *to)
{
	copy_file(c->aide, from, to);
	copy_file(c->ours, from, to);
}

static void empty_both(const struct one *c, const char *name)
{
	const struct buf nothing = { 0 };
	char path[PATH_MAX];

	write_whole(one_path(path, c->aide, name), &nothing);
	write_whole(one_path(path, c->ours, name), &nothing);
}

/* ---- configurations ---- */

/* The choice of files is the same whenever a case fills its configuration again. */
static void fill_config(struct one *c)
{
	struct random rules = { c->seed };

	buf_clear(&c->config);
	config_options(&c->config, &c->rnd, &c->tree, &c->needs);
	config_rules(&c->config, &rules, &c->rnd, &c->tree, &c->needs);
	deliver(c);
}

static bool replace(struct buf *text, const char *old, const char *new)
{
	const char *at = strstr(text->data, old);
	struct buf out = { 0 };

	if (!at)
		return false;
	buf_add(&out, text->data, (size_t)(at - text->data));
	buf_add_str(&out, new);
	buf_add_str(&out, at + strlen(old));
	buf_release(text);
	*text = out;
	return true;
}

/* ---- command lines ---- */

#define WORD(text) ((char *)(text))

/* A command, in one of its spellings, with options that any command takes. */
static void words(struct one *c, char *args[8], const char *is_long, const char *is_short)
{
	static const char *const workers[] = { "0", "1", "2", "4", "50%", "100%" };
	static const char *const levels[] = { "error",	"warning", "warning",
					      "notice", "notice",  "rule" };
	size_t n = 0;

	args[n++] = WORD(random_chance(&c->rnd, 50) ? is_long : is_short);
	if (random_chance(&c->rnd, 10) && !c->needs.moves) {
		args[n++] = WORD(random_chance(&c->rnd, 50) ? "--workers" : "-W");
		args[n++] = WORD(random_pick(&c->rnd, workers));
	}
	if (random_chance(&c->rnd, 10)) {
		args[n++] = WORD(random_chance(&c->rnd, 50) ? "--log-level" : "-L");
		args[n++] = WORD(random_pick(&c->rnd, levels));
	}
	args[n] = NULL;
}

static void more(char *args[8], const char *option, const char *value)
{
	size_t n = 0;

	while (args[n])
		n++;
	args[n++] = WORD(option);
	args[n++] = WORD(value);
	args[n] = NULL;
}

static bool command(struct one *c, enum step_kind kind, const char *is_long, const char *is_short,
		    const char *limit, int *ret_status)
{
	char *args[8];

	words(c, args, is_long, is_short);
	if (limit)
		more(args, random_chance(&c->rnd, 50) ? "--limit" : "-l", limit);
	return step(c, kind, args, ret_status);
}

/* ---- the life of a database ---- */

/* Each reads what the other wrote: nothing may have changed. */
static bool cross(struct one *c)
{
	char *const args[] = { WORD("--check"), NULL };
	struct output o;
	bool ok = true;

	tally_one("each other's database");
	for (int ours = 0; ours < 2; ours++) {
		move_file(c->aide, "in.db", "tmp.db");
		move_file(c->ours, "in.db", "../aide/in.db");
		move_file(c->aide, "tmp.db", "../ours/in.db");
		if (ours)
			break;
		for (int who = 0; who < 2; who++) {
			step_alone(c, who, args, &o);
			if (o.status != 0) {
				c->failed = true;
				ok = false;
				printf("FAIL seed %llu: %s --check of the other's database: exit "
				       "status %d\n%s%s",
				       (unsigned long long)c->seed, who ? "our" : "aide's",
				       o.status, o.out.data, o.err.data);
			}
			output_release(&o);
		}
	}
	return ok;
}

static void limited(struct one *c)
{
	struct buf limit = { 0 };

	config_regex(&limit, &c->rnd, &c->tree, &c->needs);
	if (command(c, STEP_PLAIN, "--check", "-C", limit.data, NULL) &&
	    random_chance(&c->rnd, 50) &&
	    command(c, STEP_PLAIN, "--update", "-u", limit.data, NULL) &&
	    random_chance(&c->rnd, 30)) {
		copy_both(c, "out.db", "new.db");
		command(c, STEP_COMPARE, "--compare", "-E", limit.data, NULL);
	}
	if (!c->failed && random_chance(&c->rnd, 20))
		command(c, STEP_PLAIN, "--init", "-i", limit.data, NULL);
	buf_release(&limit);
}

/* Databases that come from and go to streams. */
static void streams(struct one *c)
{
	static const char *const ins[] = { "database_in=stdin\n", "database_in=fd:3\n" };
	static const char *const outs[] = { "database_out=stdout\n", "database_out=fd:3\n" };
	const char *in = random_pick(&c->rnd, ins);

	/* Another choice of files would be another difference; two gzipped files may differ. */
	if (strstr(c->config.data, "=fd:3") || c->elsewhere)
		return;
	c->same_files = true;
	if (strstr(c->config.data, "gzip_dbout="))
		in = ins[0];
	if (random_chance(&c->rnd, 50) && replace(&c->config, "database_in=file:in.db\n", in)) {
		c->needs.input = strstr(in, "stdin") != NULL;
		copy_both(c, "in.db", "fd3");
		deliver(c);
		command(c, STEP_PLAIN, "--check", "-C", NULL, NULL);
		c->needs.input = false;
		empty_both(c, "fd3");
		replace(&c->config, in, "database_in=file:in.db\n");
	} else if (!strstr(c->config.data, "report_url=stdout") &&
		   !strstr(c->config.data, "gzip_dbout=") &&
		   replace(&c->config, "database_out=file:out.db\n", random_pick(&c->rnd, outs))) {
		/* A report and a baseline in one stream: see doc/aide-differences.md. */
		if (strstr(c->config.data, "=stdout\n") &&
		    !strstr(c->config.data, "report_url=file:report\n"))
			buf_add_str(&c->config, "report_url=file:report\n");
		deliver(c);
		command(c, STEP_PLAIN, "--update", "-u", NULL, NULL);
	}
}

static void cycle(struct one *c)
{
	bool transition = random_chance(&c->rnd, 20);
	int status;

	c->same_files = transition;
	fill_config(c);
	if (!c->d->place.quiet)
		tree_settle(c->root);
	if (!command(c, STEP_PLAIN, "--init", "-i", NULL, &status) || status != 0)
		return;
	move_both(c, "out.db", "in.db");
	if (!cross(c))
		return;
	if (transition) {
		c->rules_changed = true;
		tally_one("transition");
		fill_config(c);
	} else {
		tree_mutate(&c->tree);
		tally_tree(c->root);
	}
	if (!c->d->place.quiet)
		tree_settle(c->root);
	if (!command(c, STEP_PLAIN, "--check", "-C", NULL, NULL) ||
	    !command(c, STEP_PLAIN, "--update", "-u", NULL, NULL))
		return;
	copy_both(c, "out.db", "new.db");
	if (!c->rules_changed && random_chance(&c->rnd, 30))
		limited(c);
	if (!c->failed)
		command(c, STEP_COMPARE, "--compare", "-E", NULL, NULL);
	if (!c->failed && !c->rules_changed && random_chance(&c->rnd, 15))
		streams(c);
}

/* A database that is not what it was. */
static void damaged(struct one *c)
{
	int status;
	char path[PATH_MAX];
	struct buf text;

	fill_config(c);
	if (!command(c, STEP_PLAIN, "--init", "-i", NULL, &status) || status != 0)
		return;
	read_whole(one_path(path, c->aide, "out.db"), &text);
	if (random_chance(&c->rnd, 50))
		tree_mutate(&c->tree);
	damage(&text, &c->rnd);
	write_whole(one_path(path, c->aide, "in.db"), &text);
	write_whole(one_path(path, c->ours, "in.db"), &text);
	buf_release(&text);
	copy_both(c, "out.db", "new.db");
	c->damaged = true;
	tally_one("damaged database");
	if (command(c, STEP_PLAIN, "--check", "-C", NULL, NULL))
		command(c, STEP_COMPARE, "--compare", "-E", NULL, NULL);
}

/* ---- rules ---- */

static void one_path_check(struct one *c, const char *limit)
{
	static const char types[] = "fffddlpsbc";
	struct buf path = { 0 };
	char *args[8];

	buf_printf(&path, "%c:", types[random_below(&c->rnd, sizeof(types) - 1)]);
	config_path(&path, &c->rnd, &c->tree, &c->needs);
	words(c, args, "--path-check", "-p");
	more(args, path.data, NULL);
	/* The path belongs to the first word. */
	for (size_t i = 1; args[i]; i++) {
		if (args[i] == path.data) {
			memmove(args + 2, args + 1, (i - 1) * sizeof(args[0]));
			args[1] = path.data;
			break;
		}
	}
	if (limit)
		more(args, "-l", limit);
	step(c, STEP_PLAIN, args, NULL);
	buf_release(&path);
}

static void paths(struct one *c)
{
	struct buf arg = { 0 };
	const char *limit = NULL;

	fill_config(c);
	if (random_chance(&c->rnd, 30)) {
		config_regex(&arg, &c->rnd, &c->tree, &c->needs);
		limit = arg.data;
	}
	command(c, STEP_SORTED, "--dry-init", "-n", limit, NULL);
	for (unsigned i = 0; i < 8 && !c->failed; i++)
		one_path_check(c, limit);
	buf_release(&arg);
}

static void broken_config(struct one *c)
{
	char *notices[] = { WORD("-D"), WORD("-L"), WORD("notice"), NULL };
	char *config[] = { WORD("--config-check"), WORD("-L"), WORD("config"), NULL };
	struct buf prefix = { 0 };

	fill_config(c);
	tally_one("broken configuration");
	config_break(&c->config, &c->rnd, &c->needs);
	deliver(c);
	if (step(c, STEP_PLAIN, notices, NULL) && random_chance(&c->rnd, 30))
		step(c, STEP_PLAIN, config, NULL);
	/* Without its prefix it would walk through the whole machine; ACLs of targets are a
	 * difference on purpose. */
	buf_printf(&prefix, "\nroot_prefix=%s\n", c->root);
	if (!c->failed && strstr(c->config.data, prefix.data) &&
	    (c->needs.follow || !strstr(c->config.data, "acl_no_symlink_follow=yes")) &&
	    random_chance(&c->rnd, 20))
		command(c, STEP_PLAIN, "--init", "-i", NULL, NULL);
	buf_release(&prefix);
}

/* What the command line refuses, and what it does not. */
static void command_line(struct one *c)
{
	static const char *const lines[][5] = {
		{ "-x" },
		{ "--nosuch" },
		{ "extra" },
		{ "--check=3" },
		{ "-c" },
		{ "-C", "-C" },
		{ "-C", "--init" },
		{ "-L", "bogus" },
		{ "-W", "x" },
		{ "-W", "-1" },
		{ "-W", "101%" },
		{ "--workers" },
		{ "-l", "[" },
		{ "-l", "a)" },
		{ "--limit" },
		{ "-p", "" },
		{ "-p", "/x" },
		{ "-p", ":/x" },
		{ "-p", "z:/x" },
		{ "-p", "f" },
		{ "-p", "ff:/x" },
		{ "-p", "f:" },
		{ "-p", "f:x" },
		{ "-p", "f=:/x" },
		{ "-p", "f=tmpfs/x" },
		{ "-D", "-W", "0" },
		{ "-D", "-W", "50%" },
		{ "-D", "-L", "error" },
		{ "-D", "-B", "bogus_option=1" },
		{ "-D", "-A", "report_level=7" },
		{ "-D", "-A", "/x nogroup" },
		{ "-D", "-B", "@@define A b", "-A", "/@@{A} p" },
		{ "-D", "--", "extra" },
		{ "--check", "-A", "database_in=file:/nowhere/db" },
		{ "--init", "-B", "database_out=file:/nowhere/db" },
		{ "--check", "-A", "report_url=file:/nowhere/report" },
		{ "--update", "-B", "database_out=file:in.db" },
		{ "--check" },
		{ "-E" },
	};
	size_t i = random_below(&c->rnd, sizeof(lines) / sizeof(lines[0]));
	char *args[6] = { NULL };

	for (size_t k = 0; k < 5 && lines[i][k]; k++)
		args[k] = (char *)lines[i][k];
	c->whole = true;
	fill_config(c);
	step(c, STEP_PLAIN, args, NULL);
}

/* ---- a case ---- */

static void make_folder(const char *path)
{
	if (mkdir(path, 0700) != 0) {
		perror(path);
		exit(99);
	}
}

/* What kind of tree and rules, and what may happen to them. */
static void choose(struct one *c)
{
	c->needs = (struct config_needs){
		.digests = (const char *const *)c->d->digests,
		.ndigests = c->d->ndigests,
		.all_digests = strcmp(c->d->missing.data, " ") == 0,
		.new_files = random_chance(&c->rnd, 40),
		.moves = random_chance(&c->rnd, 30),
		.ftype = random_chance(&c->rnd, 30),
		.prefixed = !random_chance(&c->rnd, 15),
	};
	c->needs.bias = c->d->bias;
	if (c->d->bias) {
		c->needs.new_files = true;
		c->needs.moves |= strcmp(c->d->bias, "I") == 0;
	}
	c->needs.follow = random_chance(&c->rnd, 8);
	c->tree.no_symlinks = c->needs.follow;
	c->tree.plain = random_chance(&c->rnd, 70);
	c->tree.replace = c->needs.ftype;
	c->tree.no_links = c->needs.moves;
}

static void run(struct one *c)
{
	unsigned kind = random_below(&c->rnd, 100);

	if (kind < 58)
		cycle(c);
	else if (kind < 75)
		paths(c);
	else if (kind < 78)
		command_line(c);
	else if (kind < 82)
		damaged(c);
	else
		broken_config(c);
}

bool one_case(struct differ *d, uint64_t seed)
{
	struct one c = { .d = d, .seed = seed, .rnd = { seed * 0x2545f4914f6cdd1d } };

	snprintf(c.dir, sizeof(c.dir), "%s/%llu", d->place.base, (unsigned long long)seed);
	snprintf(c.aide, sizeof(c.aide), "%s/aide", c.dir);
	snprintf(c.ours, sizeof(c.ours), "%s/ours", c.dir);
	snprintf(c.root, sizeof(c.root), "%s/tree", c.dir);
	make_folder(c.dir);
	make_folder(c.aide);
	make_folder(c.ours);
	empty_both(&c, "fd3");
	choose(&c);
	tree_make(&c.tree, &c.rnd, c.root);
	tally_tree(c.root);
	c.needs.names = c.tree.n;
	run(&c);
	if (c.failed && d->keep)
		printf("    kept: %s/%llu\n", d->place.made, (unsigned long long)seed);
	else
		tree_remove(c.dir);
	tree_release(&c.tree);
	buf_release(&c.config);
	buf_release(&c.before);
	buf_release(&c.after);
	return !c.failed;
}
