/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The differential suite: the packaged AIDE and the program under test over the same random trees,
 * configurations and mutations.
 *
 *   differ --aide PROGRAM --ours PROGRAM [--keep] [--first] SEED COUNT
 *
 * Case I of a run has seed SEED + I, so that `differ ... SEED 1` repeats a failure.  Both programs
 * get the same command line (ours: --aide-compat 0.18 before it) in folders of their own, so that
 * every relative path in the configuration and the report is the same.  What is compared: exit
 * status, report, database, messages; known.c says what may differ.
 */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "known.h"
#include "run.h"
#include "tree.h"

struct differ {
	const char *aide, *ours;
	const char *digests_of; /* ask this program instead of `ours` which digests it has */
	bool keep;
	bool first;	  /* stop at the first failure */
	const char *base; /* folder for the cases */
	char *digests[32];
	size_t ndigests;
	struct buf missing;
	unsigned long passed, failed;
};

/* One case: a tree, a configuration, and the folders "aide" and "ours" beside them. */
struct one {
	struct differ *d;
	uint64_t seed;
	struct random rnd;
	char dir[PATH_MAX / 4], aide[PATH_MAX / 2], ours[PATH_MAX / 2], root[PATH_MAX / 2];
	struct tree tree;
	struct config_needs needs;
	struct buf config;
	bool rules_changed;
	bool metadata; /* a database of the case may have a time in it */
	bool failed;
};

#define ARGS_MAX 16

/* ---- one step: both run, their words are compared ---- */

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

static void complain(struct one *c, char *const args[], const struct both *b, const char *what)
{
	c->failed = true;
	printf("FAIL seed %llu: %s differs:", (unsigned long long)c->seed, what);
	for (size_t i = 0; args[i]; i++)
		printf(" %s", args[i]);
	printf("\n    exit status: aide %d, ours %d\n", b->aide.status, b->ours.status);
	show(&b->aide.out, &b->ours.out, "output");
	show(&b->aide.err, &b->ours.err, "messages");
	show(&b->aide_report, &b->our_report, "report");
	if (!b->skip_db)
		show(&b->aide_db, &b->our_db, "database");
}

static void path_in(char *buf, const char *dir, const char *name)
{
	snprintf(buf, PATH_MAX, "%s/%s", dir, name);
}

static void remove_in(const char *dir, const char *name)
{
	char path[PATH_MAX];

	path_in(path, dir, name);
	unlink(path);
}

static void read_in(const char *dir, const char *name, struct buf *ret)
{
	char path[PATH_MAX];

	path_in(path, dir, name);
	read_whole(path, ret);
}

static void run_one(const struct one *c, bool ours, char *const args[], struct output *ret)
{
	char *argv[ARGS_MAX + 4];
	size_t n = 0;

	argv[n++] = (char *)(ours ? c->d->ours : c->d->aide);
	if (ours) {
		argv[n++] = (char *)"--aide-compat";
		argv[n++] = (char *)"0.18";
	}
	for (size_t i = 0; args[i] && n < ARGS_MAX + 3; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	run_program(ours ? c->ours : c->aide, argv, ret);
}

static void release_both(struct both *b)
{
	output_release(&b->aide);
	output_release(&b->ours);
	buf_release(&b->aide_report);
	buf_release(&b->our_report);
	buf_release(&b->aide_db);
	buf_release(&b->our_db);
}

/* A new database that is gzipped is compared as text. */
static void read_db(const char *dir, struct buf *ret)
{
	char *const argv[] = { (char *)"gzip", (char *)"-dcf", (char *)"out.db", NULL };
	struct output o;

	read_in(dir, "out.db", ret);
	if (ret->len < 2 || memcmp(ret->data, "\x1f\x8b", 2) != 0)
		return;
	run_program(dir, argv, &o);
	buf_release(ret);
	*ret = o.out;
	buf_release(&o.err);
}

/* Run both with the same arguments; false if they differ.  *ret_status: what both ended with. */
static bool step(struct one *c, char *const args[], bool sorted, int *ret_status)
{
	struct both b = { .rules_changed = c->rules_changed,
			  .missing_digests = c->d->missing.data };
	const char *what;
	bool equal;

	if (c->rules_changed) {
		/* What is taken out of a report must not be in one of an earlier step. */
		remove_in(c->aide, "report");
		remove_in(c->ours, "report");
	}
	run_one(c, false, args, &b.aide);
	run_one(c, true, args, &b.ours);
	read_in(c->aide, "report", &b.aide_report);
	read_in(c->ours, "report", &b.our_report);
	read_db(c->aide, &b.aide_db);
	read_db(c->ours, &b.our_db);
	b.sorted = sorted;
	b.below = sorted && !c->needs.prefixed ? c->root : NULL;
	b.compare = strcmp(args[2], "--compare") == 0;
	c->metadata |= !strstr(c->config.data, "database_add_metadata=no");
	b.metadata = c->metadata;
	if (ret_status)
		*ret_status = b.aide.status;
	equal = known_equal(&b, &what);
	if (!equal)
		complain(c, args, &b, what);
	release_both(&b);
	return equal;
}

static void move_file(const char *dir, const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];

	path_in(a, dir, from);
	path_in(b, dir, to);
	rename(a, b);
}

static void move_both(const struct one *c, const char *from, const char *to)
{
	move_file(c->aide, from, to);
	move_file(c->ours, from, to);
}

/* ---- the cases ---- */

static void write_config(struct one *c)
{
	char path[PATH_MAX];

	path_in(path, c->dir, "x.conf");
	write_whole(path, &c->config);
}

/* The choice of files is the same whenever a case fills its configuration again. */
static void fill_config(struct one *c)
{
	struct random rules = { c->seed };

	buf_clear(&c->config);
	config_options(&c->config, &c->rnd, &c->tree, &c->needs);
	config_rules(&c->config, &rules, &c->rnd, &c->tree, &c->needs);
	write_config(c);
}

/* Each reads what the other wrote: nothing may have changed. */
static bool cross(struct one *c)
{
	char *const args[] = { (char *)"-c", (char *)"../x.conf", (char *)"--check", NULL };
	struct output o;
	bool ok = true;

	for (int ours = 0; ours < 2; ours++) {
		move_file(c->aide, "in.db", "tmp.db");
		move_file(c->ours, "in.db", "../aide/in.db");
		move_file(c->aide, "tmp.db", "../ours/in.db");
		if (ours)
			break;
		for (int who = 0; who < 2; who++) {
			run_one(c, who, args, &o);
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

static void cycle(struct one *c)
{
	char *init[] = { (char *)"-c", (char *)"../x.conf", (char *)"--init", NULL };
	char *check[] = { (char *)"-c", (char *)"../x.conf", (char *)"--check", NULL, NULL, NULL };
	char *update[] = { (char *)"-c", (char *)"../x.conf", (char *)"--update", NULL };
	char *compare[] = { (char *)"-c", (char *)"../x.conf", (char *)"--compare", NULL };
	struct buf limit = { 0 };
	int status;

	fill_config(c);
	tree_settle(c->root);
	if (!step(c, init, false, &status) || status != 0)
		return;
	move_both(c, "out.db", "in.db");
	if (!cross(c))
		return;
	if (random_chance(&c->rnd, 20)) {
		c->rules_changed = true;
		fill_config(c);
	} else {
		tree_mutate(&c->tree);
	}
	tree_settle(c->root);
	if (!step(c, check, false, NULL) || !step(c, update, false, NULL))
		return;
	if (!c->rules_changed && random_chance(&c->rnd, 30)) {
		config_regex(&limit, &c->rnd, &c->tree, &c->needs);
		check[3] = (char *)"--limit";
		check[4] = limit.data;
		if (step(c, check, false, NULL) && random_chance(&c->rnd, 50)) {
			check[2] = (char *)"--update";
			step(c, check, false, NULL);
		}
		buf_release(&limit);
	}
	move_both(c, "out.db", "new.db");
	if (!c->failed)
		step(c, compare, false, NULL);
}

static void paths(struct one *c)
{
	static const char types[] = "fffddlpsbc";
	char *walk[] = {
		(char *)"-c", (char *)"../x.conf", (char *)"--dry-init", NULL, NULL, NULL
	};
	struct buf arg = { 0 };

	fill_config(c);
	if (random_chance(&c->rnd, 30)) {
		config_regex(&arg, &c->rnd, &c->tree, &c->needs);
		walk[3] = (char *)"-l";
		walk[4] = arg.data;
	}
	step(c, walk, true, NULL);
	for (unsigned i = 0; i < 8 && !c->failed; i++) {
		struct buf path = { 0 };
		char *argv[] = { (char *)"-c", (char *)"../x.conf",
				 (char *)"-p", NULL,
				 walk[3],      walk[4],
				 NULL };

		buf_printf(&path, "%c:", types[random_below(&c->rnd, sizeof(types) - 1)]);
		config_path(&path, &c->rnd, &c->tree, &c->needs);
		argv[3] = path.data;
		step(c, argv, false, NULL);
		buf_release(&path);
	}
	buf_release(&arg);
}

static void broken_config(struct one *c)
{
	char *notices[] = { (char *)"-c", (char *)"../x.conf", (char *)"-D",
			    (char *)"-L", (char *)"notice",    NULL };
	char *config[] = { (char *)"-c", (char *)"../x.conf", (char *)"-D",
			   (char *)"-L", (char *)"config",    NULL };

	fill_config(c);
	config_break(&c->config, &c->rnd);
	write_config(c);
	if (step(c, notices, false, NULL) && random_chance(&c->rnd, 30))
		step(c, config, false, NULL);
}

/* What the command line refuses, and what it does not. */
static void command_line(struct one *c)
{
	static const char *const lines[][5] = {
		{ "-x" },
		{ "--nosuch" },
		{ "extra" },
		{ "--conf" },
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
	char *args[8] = { (char *)"-c", (char *)"../x.conf" };
	size_t i = random_below(&c->rnd, sizeof(lines) / sizeof(lines[0]));

	for (size_t k = 0; k < 5 && lines[i][k]; k++)
		args[2 + k] = (char *)lines[i][k];
	fill_config(c);
	step(c, args, false, NULL);
}

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
		.new_files = random_chance(&c->rnd, 40),
		.moves = random_chance(&c->rnd, 30),
		.ftype = random_chance(&c->rnd, 30),
		.prefixed = !random_chance(&c->rnd, 15),
	};
	c->tree.plain = random_chance(&c->rnd, 70);
	c->tree.replace = c->needs.ftype;
	c->tree.no_links = c->needs.moves;
}

static void run_case(struct differ *d, uint64_t seed)
{
	struct one c = { .d = d, .seed = seed, .rnd = { seed * 0x2545f4914f6cdd1d } };
	unsigned kind;

	snprintf(c.dir, sizeof(c.dir), "%s/%llu", d->base, (unsigned long long)seed);
	snprintf(c.aide, sizeof(c.aide), "%s/aide", c.dir);
	snprintf(c.ours, sizeof(c.ours), "%s/ours", c.dir);
	snprintf(c.root, sizeof(c.root), "%s/tree", c.dir);
	make_folder(c.dir);
	make_folder(c.aide);
	make_folder(c.ours);
	choose(&c);
	tree_make(&c.tree, &c.rnd, c.root);
	c.needs.names = c.tree.n;
	kind = random_below(&c.rnd, 100);
	if (kind < 60)
		cycle(&c);
	else if (kind < 77)
		paths(&c);
	else if (kind < 80)
		command_line(&c);
	else
		broken_config(&c);
	d->passed += !c.failed;
	d->failed += c.failed;
	if (c.failed && d->keep)
		printf("    kept: %s\n", c.dir);
	else
		tree_remove(c.dir);
	tree_release(&c.tree);
	buf_release(&c.config);
}

/* ---- what both can compute ---- */

static bool has_line(const struct buf *text, const char *name, const char *value)
{
	char line[64];

	snprintf(line, sizeof(line), "\n%s: %s\n", name, value);
	return strstr(text->data, line) != NULL;
}

static void learn_digests(struct differ *d)
{
	static const char *const names[] = { "md5",	  "sha1",      "sha256", "sha512",
					     "rmd160",	  "tiger",     "crc32",	 "crc32b",
					     "haval",	  "whirlpool", "gost",	 "stribog256",
					     "stribog512" };
	char *const aide[] = { (char *)d->aide, (char *)"--version", NULL };
	char *const ours[] = { (char *)(d->digests_of ? d->digests_of : d->ours),
			       (char *)"--version", NULL };
	struct output a, o;

	run_program("/", aide, &a);
	run_program("/", ours, &o);
	buf_add_char(&d->missing, ' ');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!has_line(&a.out, names[i], "yes"))
			continue;
		if (has_line(&o.out, names[i], "yes"))
			d->digests[d->ndigests++] = (char *)names[i];
		else
			buf_printf(&d->missing, "%s ", names[i]);
	}
	output_release(&a);
	output_release(&o);
	if (!d->ndigests) {
		fprintf(stderr, "differ: no common digest; are these the right programs?\n");
		exit(99);
	}
}

static bool options(struct differ *d, int argc, char **argv)
{
	static const struct option longs[] = { { "aide", required_argument, NULL, 'a' },
					       { "ours", required_argument, NULL, 'o' },
					       { "digests-of", required_argument, NULL, 'd' },
					       { "keep", no_argument, NULL, 'k' },
					       { "first", no_argument, NULL, 'f' },
					       { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'a')
			d->aide = optarg;
		else if (c == 'o')
			d->ours = optarg;
		else if (c == 'd')
			d->digests_of = optarg;
		else if (c == 'k')
			d->keep = true;
		else if (c == 'f')
			d->first = true;
		else
			return false;
	}
	return d->aide && d->ours && argc - optind == 2;
}

int main(int argc, char **argv)
{
	struct differ d = { 0 };
	char base[] = "/tmp/intact-aide.XXXXXX";
	unsigned long long seed, count;

	if (!options(&d, argc, argv)) {
		fprintf(stderr,
			"usage: differ --aide PROGRAM --ours PROGRAM [--keep] SEED COUNT\n");
		return 99;
	}
	seed = strtoull(argv[optind], NULL, 10);
	count = strtoull(argv[optind + 1], NULL, 10);
	d.base = mkdtemp(base);
	if (!d.base) {
		perror(base);
		return 99;
	}
	umask(022);
	learn_digests(&d);
	for (unsigned long long i = 0; i < count && !(d.first && d.failed); i++) {
		time_t start = time(NULL);

		run_case(&d, seed + i);
		if (time(NULL) - start > 5)
			printf("slow: seed %llu took %ld s\n", seed + i,
			       (long)(time(NULL) - start));
		fflush(stdout);
	}
	rmdir(base);
	printf("known differences met:\n");
	known_print();
	printf("%lu passed, %lu failed, 0 skipped\n", d.passed, d.failed);
	buf_release(&d.missing);
	return d.failed != 0;
}
