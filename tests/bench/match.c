/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * match: what the rules cost an entry.
 *
 * Usage: match CONFIG LIST   LIST has a line "T PATH" (T as find's %y) for each object, in path
 * order.  What lies below a directory that the rules do not descend into is left out, as a scan
 * would.  Prints "key value" lines.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/path.h"
#include <intact/rules.h>

#define REPEATS 5

struct object {
	char *path;
	size_t len;
	unsigned ftype;
};

struct list {
	struct object *at;
	size_t count, cap;
};

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void list_add(struct list *l, const char *line, size_t len)
{
	const char *letter = strchr("fdplbcs", line[0]);

	if (len < 3 || !letter || line[1] != ' ' || line[2] != '/')
		return;
	if (l->count == l->cap) {
		l->cap = l->cap * 2 + 1024;
		l->at = realloc(l->at, l->cap * sizeof(*l->at));
		if (!l->at)
			abort();
	}
	l->at[l->count++] =
		(struct object){ strdup(line + 2), len - 2, 1u << (letter - "fdplbcs") };
}

static void list_read(struct list *l, const char *file)
{
	FILE *f = fopen(file, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f) {
		perror(file);
		exit(1);
	}
	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[--n] = '\0';
		list_add(l, line, (size_t)n);
	}
	free(line);
	fclose(f);
}

/* ext4, for rules that ask. */
static int fstype(void *ctx, uint64_t *ret)
{
	(void)ctx;
	*ret = 0xef53;
	return 0;
}

/* Returns how many were asked for. */
static size_t match_all(struct intact_matcher *m, const struct list *l, size_t *ret_added)
{
	const struct object *closed = NULL;
	size_t asked = 0;

	*ret_added = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct object *o = &l->at[i];
		struct intact_error err = { 0 };
		struct intact_match match;
		const char *problem;

		if (closed && path_below(o->path, o->len, closed->path, closed->len))
			continue;
		if (intact_matcher_match(m, o->path, o->len, o->ftype, fstype, NULL, &match,
					 &problem, &err) < 0) {
			fprintf(stderr, "match: %s\n", err.text);
			exit(1);
		}
		asked++;
		*ret_added += match.add;
		if (o->ftype == INTACT_FT_DIR && !match.descend)
			closed = o;
	}
	return asked;
}

int main(int argc, char **argv)
{
	struct intact_config_source source = { .version = "0.18.3", .compat = INTACT_COMPAT_0_18 };
	struct intact_config *config;
	struct intact_matcher *m;
	struct intact_error err = { 0 };
	struct list l = { 0 };
	size_t asked = 0, added = 0;
	double start, best = 0, startup;

	if (argc != 3) {
		fprintf(stderr, "usage: match CONFIG LIST\n");
		return 2;
	}
	source.file = argv[1];
	start = now(CLOCK_PROCESS_CPUTIME_ID);
	if (intact_config_read(&source, &config, &err) < 0 ||
	    intact_matcher_new(config->rules, NULL, &m, &err) < 0) {
		fprintf(stderr, "match: %s\n", err.text);
		return 1;
	}
	startup = now(CLOCK_PROCESS_CPUTIME_ID) - start;
	list_read(&l, argv[2]);
	for (int i = 0; i < REPEATS; i++) {
		double took;

		start = now(CLOCK_THREAD_CPUTIME_ID);
		asked = match_all(m, &l, &added);
		took = now(CLOCK_THREAD_CPUTIME_ID) - start;
		if (i == 0 || took < best)
			best = took;
	}
	printf("rules %zu\n", intact_rules_count(config->rules));
	printf("startup_ms %.1f\n", startup * 1e3);
	printf("asked %zu\n", asked);
	printf("selected %zu\n", added);
	printf("match_us %.3f\n", asked ? best / (double)asked * 1e6 : 0);
	intact_matcher_free(m);
	intact_config_free(config);
	return 0;
}
