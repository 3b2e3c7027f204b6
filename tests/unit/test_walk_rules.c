/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * walk.c with the real rules: what the newest AIDE visits and adds (aide-compat, appendix B, all
 * cases of aide-examples/dry-init-cases.json).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intact/scan.h>

/* The tree in path order. */
static const char *const tree[] = {
	"/",
	"/foo",
	"/foo/a",
	"/foo/bar",
	"/foo/bar/sub",
	"/foo/bar/sub/y",
	"/foo/bar/x",
	"/foo/d.log",
	"/foo/d.log/z",
	"/foo/keep",
	"/foo/src",
	"/foo/src/m.c",
	"/foo/src/n.h",
	"/foobar",
	"/lnk",
	"/other",
	"/other/deep",
	"/other/deep/o2",
	"/other/o1",
};

#define NTREE (sizeof(tree) / sizeof(tree[0]))

struct walk_case {
	const char *rules;
	const char *limit;
	const char *expect; /* a character a path: + added, . visited, - never visited */
};

/* clang-format off */
static const struct walk_case cases[] = {
	{ "/foo p\n", NULL, ".+++++++++++++..---" },
	{ "=/foo p\n", NULL, ".+..---.-..--+..---" },
	{ "=/foo/ p\n", NULL, "..++.-.+.++.....---" },
	{ "=/foo$ p\n/foo/bar/sub p\n", NULL, ".+..++..-..--...---" },
	{ "/foo p\n!/foo/bar\n", NULL, ".++....+++++++..---" },
	{ "/foo p\n!/foo/bar$\n", NULL, ".++.++++++++++..---" },
	{ "/foo p\n-/foo/bar$\n", NULL, ".++.---+++++++..---" },
	{ "/foo p\n!/foo/bar$ d\n", NULL, ".++.++++++++++..---" },
	{ "!/foo$\n/foo/bar p\n", NULL, "...++++.-..--...---" },
	{ "-/foo$\n/foo/bar p\n", NULL, "..-----------...---" },
	{ "!/foo$ d\n/foo/bar p\n", NULL, "...++++.-..--...---" },
	{ "/foo/.*\\.c$ p\n", NULL, "...........+....---" },
	{ "/foo/bar/sub/y p\n", NULL, ".....+..-..--...---" },
	{ "/nonexist/zzz p\n", NULL, "..-----------...---" },
	{ "/foo p\n!/foo/.*\\.log$\n", NULL, ".++++++.++++++..---" },
	{ "/foo p\n!/foo/.*\\.log$ d\n", NULL, ".++++++.++++++..---" },
	{ "/ p\n!/other\n", NULL, "+++++++++++++++...." },
	{ "/ p\n!/other$\n", NULL, "+++++++++++++++.+++" },
	{ "/ p\n!/.*\n", NULL, "..................." },
	{ "/foo f p\n", NULL, "..+..++.++.+++..---" },
	{ "!/foo\n/foo/bar/sub p\n", NULL, "........-..--...---" },
	{ "=/ p\n", NULL, "++..---.-..--+++.-." },
	{ "=/$ p\n/foo/bar p\n", NULL, "+..++++.-..--...---" },
	{ "/lnk p\n", NULL, "..-----------.+.---" },
	{ "/$ p\n", NULL, "+.-----------...---" },
	{ "=/foo d p\n=/foo/bar d p\n", NULL, ".+.+.-..-..--...---" },
	{ "!/ \n/foo p\n", NULL, "................---" },
	{ "/foo p\n!/foo/bar/\n", NULL, ".+++...+++++++..---" },
	{ "/foo p\n-/foo/bar/\n", NULL, ".+++.-.+++++++..---" },
	{ "!/foo$\n=/foo/bar d p\n", NULL, "...+.-..-..--...---" },
	{ "/foo p\n-/foo/bar$ d\n-/foo/src\n", NULL, ".++.---+++.--+..---" },
	{ "=/foo$ p\n=/foo/bar$ p\n", NULL, ".+.+.-..-..--...---" },
	{ "/foo/(bar|src)/ p\n", NULL, "....+++.-..++...---" },
	{ "-/other\n/ p\n", NULL, "+++++++++++++++.---" },
	{ "/ f p\n!/foo/d.log$\n", NULL, "..+..++.++.+++...++" },
	{ "/ d p\n!/foo$\n", NULL, "+..++..+..+....++.." },
	{ "/foo p\n", "/foo/bar", "...++++.-..--...---" },
	{ "=/foo p\n", "/foo/bar", "....---.-..--...---" },
	{ "=/foo/ p\n", "/foo/bar", "...+.-..-..--...---" },
	{ "=/foo$ p\n/foo/bar/sub p\n", "/foo/bar", "....++..-..--...---" },
	{ "/foo p\n!/foo/bar\n", "/foo/bar", "........-..--...---" },
	{ "/foo p\n!/foo/bar$\n", "/foo/bar", "....+++.-..--...---" },
	{ "/foo p\n-/foo/bar$\n", "/foo/bar", "....---.-..--...---" },
	{ "/foo p\n!/foo/bar$ d\n", "/foo/bar", "....+++.-..--...---" },
	{ "!/foo$\n/foo/bar p\n", "/foo/bar", "...++++.-..--...---" },
	{ "-/foo$\n/foo/bar p\n", "/foo/bar", "..-----------...---" },
	{ "!/foo$ d\n/foo/bar p\n", "/foo/bar", "...++++.-..--...---" },
	{ "/foo/.*\\.c$ p\n", "/foo/bar", "........-..--...---" },
	{ "/foo/bar/sub/y p\n", "/foo/bar", ".....+..-..--...---" },
	{ "/nonexist/zzz p\n", "/foo/bar", "..-----------...---" },
	{ "/foo p\n!/foo/.*\\.log$\n", "/foo/bar", "...++++.-..--...---" },
	{ "/foo p\n!/foo/.*\\.log$ d\n", "/foo/bar", "...++++.-..--...---" },
	{ "/ p\n!/other\n", "/foo/bar", "...++++.-..--...---" },
	{ "/ p\n!/other$\n", "/foo/bar", "...++++.-..--...---" },
	{ "/ p\n!/.*\n", "/foo/bar", "........-..--...---" },
	{ "/foo f p\n", "/foo/bar", ".....++.-..--...---" },
	{ "!/foo\n/foo/bar/sub p\n", "/foo/bar", "........-..--...---" },
	{ "=/ p\n", "/foo/bar", "....---.-..--...---" },
	{ "=/$ p\n/foo/bar p\n", "/foo/bar", "...++++.-..--...---" },
	{ "/lnk p\n", "/foo/bar", "..-----------...---" },
	{ "/$ p\n", "/foo/bar", "..-----------...---" },
	{ "=/foo d p\n=/foo/bar d p\n", "/foo/bar", "...+.-..-..--...---" },
	{ "!/ \n/foo p\n", "/foo/bar", "........-..--...---" },
	{ "/foo p\n!/foo/bar/\n", "/foo/bar", "...+....-..--...---" },
	{ "/foo p\n-/foo/bar/\n", "/foo/bar", "...+.-..-..--...---" },
	{ "!/foo$\n=/foo/bar d p\n", "/foo/bar", "...+.-..-..--...---" },
	{ "/foo p\n-/foo/bar$ d\n-/foo/src\n", "/foo/bar", "....---.-..--...---" },
	{ "=/foo$ p\n=/foo/bar$ p\n", "/foo/bar", "...+.-..-..--...---" },
	{ "/foo/(bar|src)/ p\n", "/foo/bar", "....+++.-..--...---" },
	{ "-/other\n/ p\n", "/foo/bar", "...++++.-..--...---" },
	{ "/ f p\n!/foo/d.log$\n", "/foo/bar", ".....++.-..--...---" },
	{ "/ d p\n!/foo$\n", "/foo/bar", "...++...-..--...---" },
	{ "/foo p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "=/foo p\n", "/foo/bar$", "....---.-..--...---" },
	{ "=/foo/ p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "=/foo$ p\n/foo/bar/sub p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo p\n!/foo/bar\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo p\n!/foo/bar$\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo p\n-/foo/bar$\n", "/foo/bar$", "....---.-..--...---" },
	{ "/foo p\n!/foo/bar$ d\n", "/foo/bar$", ".....-..-..--...---" },
	{ "!/foo$\n/foo/bar p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "-/foo$\n/foo/bar p\n", "/foo/bar$", "..-----------...---" },
	{ "!/foo$ d\n/foo/bar p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/foo/.*\\.c$ p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo/bar/sub/y p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/nonexist/zzz p\n", "/foo/bar$", "..-----------...---" },
	{ "/foo p\n!/foo/.*\\.log$\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/foo p\n!/foo/.*\\.log$ d\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/ p\n!/other\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/ p\n!/other$\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/ p\n!/.*\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo f p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "!/foo\n/foo/bar/sub p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "=/ p\n", "/foo/bar$", "....---.-..--...---" },
	{ "=/$ p\n/foo/bar p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/lnk p\n", "/foo/bar$", "..-----------...---" },
	{ "/$ p\n", "/foo/bar$", "..-----------...---" },
	{ "=/foo d p\n=/foo/bar d p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "!/ \n/foo p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/foo p\n!/foo/bar/\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/foo p\n-/foo/bar/\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "!/foo$\n=/foo/bar d p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/foo p\n-/foo/bar$ d\n-/foo/src\n", "/foo/bar$", "....---.-..--...---" },
	{ "=/foo$ p\n=/foo/bar$ p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/foo/(bar|src)/ p\n", "/foo/bar$", ".....-..-..--...---" },
	{ "-/other\n/ p\n", "/foo/bar$", "...+.-..-..--...---" },
	{ "/ f p\n!/foo/d.log$\n", "/foo/bar$", ".....-..-..--...---" },
	{ "/ d p\n!/foo$\n", "/foo/bar$", "...+.-..-..--...---" },
};
/* clang-format on */

static char root[] = "/tmp/intact-walk-XXXXXX";

static int make_tree(void **state)
{
	char path[128];

	(void)state;
	assert_non_null(mkdtemp(root));
	for (size_t i = 1; i < NTREE; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s%s", root, tree[i]);
		if (strcmp(tree[i], "/lnk") == 0) {
			assert_int_equal(symlink("foo", path), 0);
		} else if (i + 1 < NTREE && strncmp(tree[i], tree[i + 1], strlen(tree[i])) == 0 &&
			   tree[i + 1][strlen(tree[i])] == '/') {
			assert_int_equal(mkdir(path, 0755), 0);
		} else {
			fd = open(path, O_CREAT | O_WRONLY, 0644);
			assert_true(fd >= 0);
			close(fd);
		}
	}
	return 0;
}

static int remove_tree(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		execlp("rm", "rm", "-rf", root, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	return 0;
}

static void note(char *seen, const char *path, char what)
{
	for (size_t i = 0; i < NTREE; i++) {
		if (strcmp(tree[i], path) == 0)
			seen[i] = what;
	}
}

static void note_visited(void *ctx, const char *path, uint32_t mode, intact_fstype_fn *fstype,
			 void *fstype_ctx, const struct intact_match *match)
{
	uint64_t type;

	(void)mode;
	assert_int_equal(fstype(fstype_ctx, &type), 0);
	(void)match;
	note(ctx, path, '.');
}

static void walk_case(const struct walk_case *c, char *seen)
{
	struct intact_config_source source = { .before = c->rules, .version = "0.20" };
	struct intact_scan_options options = {
		.limit = c->limit, .root_prefix = root, .visited = note_visited, .visited_ctx = seen
	};
	struct intact_config *config;
	struct intact_scan *scan;
	struct intact_stream *walk;
	const struct intact_entry *e;
	struct intact_error err = { 0 };
	int rc = intact_config_read(&source, &config, &err);

	if (rc < 0)
		fail_msg("%s: %s", c->rules, err.text);
	options.rules = config->rules;
	assert_int_equal(intact_scan_new(&options, &scan, &err), 0);
	assert_int_equal(intact_scan_walk(scan, &walk, &err), 0);
	while ((rc = intact_stream_next(walk, &e, &err)) == 1)
		note(seen, e->path.s, '+');
	assert_int_equal(rc, 0);
	intact_stream_close(walk);
	intact_scan_free(scan);
	intact_config_free(config);
}

static void test_walk_visits_and_adds_what_aide_does(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char seen[NTREE + 1];

		memset(seen, '-', NTREE);
		seen[NTREE] = '\0';
		walk_case(&cases[i], seen);
		if (strcmp(seen, cases[i].expect) != 0) {
			print_error("%slimit %s\nexpected %s\ngot      %s\n", cases[i].rules,
				    cases[i].limit ? cases[i].limit : "(none)", cases[i].expect,
				    seen);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_walk_visits_and_adds_what_aide_does, make_tree,
						remove_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
