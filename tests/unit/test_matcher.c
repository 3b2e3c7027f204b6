/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of matcher.c: the recorded verdicts of both AIDEs, and what is ours.
 */

#include "rules_test.h"

#include <time.h>

#include "base/path.h"

static struct intact_matcher *matcher_for(const struct reading *r, const char *limit)
{
	struct intact_error err = { 0 };
	struct intact_matcher *m;

	if (intact_matcher_new(r->config->rules, limit, &m, &err) < 0)
		fail_msg("%s", err.text);
	return m;
}

static int known_fstype(void *ctx, uint64_t *ret)
{
	if (!ctx)
		return -1;
	*ret = *(uint64_t *)ctx;
	return 0;
}

static struct intact_match match_len(struct intact_matcher *m, const char *path, size_t len,
				     unsigned ftype, uint64_t *fstype)
{
	struct intact_error err = { 0 };
	struct intact_match match;
	const char *problem;

	assert_int_equal(intact_matcher_match(m, path, len, ftype, known_fstype, fstype, &match,
					      &problem, &err),
			 0);
	assert_null(problem);
	return match;
}

static struct intact_match match(struct intact_matcher *m, const char *path, unsigned ftype)
{
	return match_len(m, path, strlen(path), ftype, NULL);
}

/* ---- the samples --------------------------------------------------------------------------- */

struct checked {
	struct intact_match match;
	bool via_parent;
};

/* --path-check of the newest AIDE asks for every parent first; that of 0.18 does not. */
static struct checked path_check(struct intact_matcher *m, const char *path, unsigned ftype,
				 uint64_t *fstype, bool parents)
{
	size_t len = strlen(path);
	struct checked c = { 0 };

	for (size_t at = 1; parents && at < len; at++) {
		if (at != 1 && path[at] != '/')
			continue;
		c.match = match_len(m, path, at, INTACT_FT_DIR, NULL);
		c.via_parent = true;
		if (!c.match.descend)
			return c;
	}
	c.via_parent = false;
	c.match = match_len(m, path, len, ftype, fstype);
	return c;
}

static const char *kind_of(const struct intact_match *match, enum intact_compat compat)
{
	switch (match->verdict) {
	case INTACT_SELECTED:
		return "selective rule";
	case INTACT_EQUALED:
		return "equal rule";
	case INTACT_NEGATED:
		return compat == INTACT_COMPAT_0_18 ? "negative rule" : "recursive negative rule";
	case INTACT_PRUNED:
		return "non-recursive negative rule";
	default:
		return "no matching rule";
	}
}

static void check_path_case(const struct tsv *t, enum intact_compat compat, char *const expected[4])
{
	const char *arg = t->field[1];
	const char *path = strchr(arg, ':') + 1;
	unsigned ftype = 1u << (strchr("fdplbcs", arg[0]) - "fdplbcs");
	uint64_t fstype, *fs = NULL;
	struct intact_matcher *m;
	struct checked c;
	struct reading r;
	char name[32];

	if (arg[1] == '=') {
		snprintf(name, sizeof(name), "%.*s", (int)(path - arg - 3), arg + 2);
		assert_int_equal(intact_fstype_by_name(name, &fstype), 0);
		fs = &fstype;
	}
	reading_from(&r, t->field[0], (struct intact_config_source){ .compat = compat });
	assert_non_null(r.config);
	m = matcher_for(&r, NULL);
	c = path_check(m, path, ftype, fs, compat == INTACT_COMPAT_NEWEST);
	if (strcmp(kind_of(&c.match, compat), expected[1]) != 0 ||
	    (c.match.rule ? c.match.rule->line : 0) != (unsigned)atoi(expected[2]) ||
	    c.match.add != (atoi(expected[0]) == 0) ||
	    (c.match.verdict == INTACT_PRUNED && c.via_parent != atoi(expected[3])))
		fail_msg("line %u, compat %d: %s: %s rule %d, not %s rule %s", t->line, compat, arg,
			 kind_of(&c.match, compat), c.match.rule ? (int)c.match.rule->line : -1,
			 expected[1], expected[2]);
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_matcher_judges_as_the_newest_aide(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/path-check.tsv"); tsv_next(&t);)
		check_path_case(&t, INTACT_COMPAT_NEWEST, &t.field[2]);
	assert_true(t.line > 250);
	tsv_close(&t);
}

/* Where 0.18 does not know the syntax (exit status 15 and 17), there is nothing to compare. */
static void test_matcher_judges_as_0_18_with_compat(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/path-check.tsv"); tsv_next(&t);) {
		if (atoi(t.field[6]) < 15)
			check_path_case(&t, INTACT_COMPAT_0_18, &t.field[6]);
	}
	tsv_close(&t);
}

static const struct {
	const char *path;
	unsigned ftype;
} tree[] = {
	{ "/", INTACT_FT_DIR },
	{ "/foo", INTACT_FT_DIR },
	{ "/foo/a", INTACT_FT_REG },
	{ "/foo/bar", INTACT_FT_DIR },
	{ "/foo/bar/sub", INTACT_FT_DIR },
	{ "/foo/bar/sub/y", INTACT_FT_REG },
	{ "/foo/bar/x", INTACT_FT_REG },
	{ "/foo/d.log", INTACT_FT_DIR },
	{ "/foo/d.log/z", INTACT_FT_REG },
	{ "/foo/keep", INTACT_FT_REG },
	{ "/foo/src", INTACT_FT_DIR },
	{ "/foo/src/m.c", INTACT_FT_REG },
	{ "/foo/src/n.h", INTACT_FT_REG },
	{ "/foobar", INTACT_FT_REG },
	{ "/lnk", INTACT_FT_LINK },
	{ "/other", INTACT_FT_DIR },
	{ "/other/deep", INTACT_FT_DIR },
	{ "/other/deep/o2", INTACT_FT_REG },
	{ "/other/o1", INTACT_FT_REG },
};

#define TREE_SIZE (sizeof(tree) / sizeof(tree[0]))

/* Walk the tree as a scan would, and list what is added and what is only visited. */
static void walk(struct intact_matcher *m, struct buf *added, struct buf *visited)
{
	bool descend[TREE_SIZE];

	for (size_t i = 0; i < TREE_SIZE; i++) {
		const char *path = tree[i].path;
		size_t parent_len = path_parent(path, strlen(path));
		struct intact_match result;
		struct buf *out;

		for (size_t k = 0; k < i; k++) {
			if (strlen(tree[k].path) == parent_len &&
			    strncmp(tree[k].path, path, parent_len) == 0)
				descend[i] = descend[k];
		}
		if (i > 0 && !descend[i])
			continue;
		result = match(m, path, tree[i].ftype);
		descend[i] = result.descend;
		out = result.add ? added : visited;
		if (out->len)
			buf_add_char(out, '\n');
		buf_add_str(out, path);
	}
}

static void check_walk_case(const struct tsv *t, enum intact_compat compat, char *const expected[3])
{
	struct buf added = { 0 }, visited = { 0 };
	struct intact_matcher *m;
	struct reading r;

	reading_from(&r, t->field[0], (struct intact_config_source){ .compat = compat });
	assert_non_null(r.config);
	m = matcher_for(&r, t->field[1][0] ? t->field[1] : NULL);
	buf_reserve(&added, 1);
	buf_reserve(&visited, 1);
	walk(m, &added, &visited);
	if (strcmp(added.data, expected[1]) != 0 || strcmp(visited.data, expected[2]) != 0)
		fail_msg("line %u, compat %d\n%s--- added\n%s\n--- not\n%s\n--- visited\n%s\n--- "
			 "not\n%s",
			 t->line, compat, t->field[0], added.data, expected[1], visited.data,
			 expected[2]);
	buf_release(&added);
	buf_release(&visited);
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_walk_visits_what_the_newest_aide_visits(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/dry-init.tsv"); tsv_next(&t);)
		check_walk_case(&t, INTACT_COMPAT_NEWEST, &t.field[2]);
	assert_true(t.line > 100);
	tsv_close(&t);
}

static void test_walk_visits_what_0_18_visits_with_compat(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/dry-init.tsv"); tsv_next(&t);) {
		if (atoi(t.field[5]) == 0)
			check_walk_case(&t, INTACT_COMPAT_0_18, &t.field[5]);
	}
	tsv_close(&t);
}

/* ---- ours ---------------------------------------------------------------------------------- */

static void test_matcher_gives_the_attributes_of_the_rule(void **state)
{
	struct intact_matcher *m;
	struct intact_match result;
	struct reading r;

	(void)state;
	must_read(&r, "/foo p+sha256\n");
	m = matcher_for(&r, NULL);
	result = match(m, "/foo/x", INTACT_FT_REG);
	assert_true(result.add);
	assert_false(result.descend);
	assert_int_equal(result.attrs, INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_SHA256));
	result = match(m, "/bar", INTACT_FT_REG);
	assert_int_equal(result.attrs, 0);
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_matcher_judges_names_that_are_not_utf8_bytewise(void **state)
{
	struct intact_matcher *m;
	struct reading r;

	(void)state;
	must_read(&r, "/a/.$ p\n/b/(x|y).*z p\n/c/\\x{100}?.* p\n/d/.{4}$ p\n/e/.{17}$ p\n");
	m = matcher_for(&r, NULL);
	assert_true(match(m, "/a/\xff", INTACT_FT_REG).add);
	assert_true(match(m, "/a/\xc3\xb6", INTACT_FT_REG).add); /* one character */
	assert_false(match(m, "/a/\xc3\xff", INTACT_FT_REG).add);
	assert_true(match(m, "/b/x\xff\xfez", INTACT_FT_REG).add);
	assert_true(match(m, "/c/\xff", INTACT_FT_REG).add);
	assert_true(match(m, "/b/x\xff", INTACT_FT_DIR).descend);
	/* Wherever in the name it is. */
	assert_true(match(m, "/d/\xc3\xb6x\xff", INTACT_FT_REG).add);
	assert_true(match(m, "/d/\xc3\xb6\xc3\xb6xx", INTACT_FT_REG).add);
	for (size_t at = 3; at < 20; at++) {
		char name[] = "/e/aaaaaaaaaaaaaaaaa";

		name[at] = '\xff';
		assert_true(match(m, name, INTACT_FT_REG).add);
		if (at > 3)
			name[at - 1] = '\xc3';
		assert_true(match(m, name, INTACT_FT_REG).add);
	}
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_matcher_judges_every_name_bytewise_as_0_18(void **state)
{
	struct intact_matcher *m;
	struct reading r;

	(void)state;
	must_read(&r, "aide_compat=0.18\n/a/.$ p\n/b/..$ p\n");
	assert_int_equal(r.config->compat, INTACT_COMPAT_0_18);
	m = matcher_for(&r, NULL);
	assert_false(match(m, "/a/\xc3\xb6", INTACT_FT_REG).add);
	assert_true(match(m, "/b/\xc3\xb6", INTACT_FT_REG).add);
	intact_matcher_free(m);
	reading_release(&r);
}

static double milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void test_matcher_names_the_rule_that_takes_too_long(void **state)
{
	struct intact_error err = { 0 };
	struct intact_matcher *m;
	struct intact_match result;
	const char *problem;
	struct reading r;
	char path[200] = "/d/";
	double start;

	(void)state;
	memset(path + 3, 'a', 60);
	memcpy(path + 63, "a.conf", 7);
	must_read(&r, "/d p\n!/d/((a+)+b|.*[.]c0nf)$\n");
	m = matcher_for(&r, NULL);
	start = milliseconds();
	assert_int_equal(intact_matcher_match(m, path, strlen(path), INTACT_FT_REG, NULL, NULL,
					      &result, &problem, &err),
			 0);
	/* 2 ms is the aim; sanitizers and a busy machine are slower. */
	assert_true(milliseconds() - start < 100);
	assert_non_null(problem);
	assert_non_null(strstr(problem, "(built-in):2: "));
	assert_true(result.add);
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_limit_decides_before_the_rules(void **state)
{
	struct intact_matcher *m;
	struct intact_match result;
	struct reading r;

	(void)state;
	must_read(&r, "/foo p\n-/q\n");
	m = matcher_for(&r, "/(foo/bar|none/x|q/x)");
	assert_int_equal(match(m, "/foo", INTACT_FT_DIR).verdict, INTACT_LIMIT_PARTIAL);
	assert_true(match(m, "/foo", INTACT_FT_DIR).descend);
	assert_int_equal(match(m, "/foo", INTACT_FT_REG).verdict, INTACT_LIMIT_OUTSIDE);
	assert_int_equal(match(m, "/foo/bar/x", INTACT_FT_REG).verdict, INTACT_SELECTED);
	assert_int_equal(match(m, "/foo/qux", INTACT_FT_DIR).verdict, INTACT_LIMIT_OUTSIDE);
	result = match(m, "/none", INTACT_FT_DIR);
	assert_int_equal(result.verdict, INTACT_LIMIT_PARTIAL);
	assert_false(result.descend);
	assert_null(result.rule);
	assert_true(intact_matcher_in_limit(m, "/foo/bar", 8));
	assert_false(intact_matcher_in_limit(m, "/foo", 4));
	intact_matcher_free(m);
	reading_release(&r);
}

static void test_limit_that_does_not_compile_is_a_usage_error(void **state)
{
	struct intact_error err = { 0 };
	struct intact_matcher *m;
	struct reading r;

	(void)state;
	must_read(&r, "/ p\n");
	assert_int_equal(intact_matcher_new(r.config->rules, "/a(", &m, &err), INTACT_EUSAGE);
	assert_string_equal(err.text, "(--limit): error in regular expression '/a(' at 3: missing "
				      "closing parenthesis");
	reading_release(&r);
}

/* The nodes of the last directory are remembered: any order must give the same verdicts. */
static void test_matcher_does_not_depend_on_the_order_of_paths(void **state)
{
	static const char rules[] = "/ p\n/a u\n/a/b/c.* g\n!/a/b/.*[.]o$\n=/a/b$ s\n-/a/x\n";
	static const char *const paths[] = { "/",      "/a",	   "/a/b",     "/a/b/c",
					     "/a/b/o", "/a/b/c.o", "/a/b/c/d", "/a/bc",
					     "/b",     "/a/x/y",   "/ab/b/c" };
	const size_t n = sizeof(paths) / sizeof(paths[0]);
	struct reading r;

	(void)state;
	must_read(&r, rules);
	for (size_t i = 0; i < n; i++) {
		struct intact_matcher *fresh = matcher_for(&r, NULL);
		struct intact_match alone = match(fresh, paths[i], INTACT_FT_DIR);

		for (size_t k = 0; k < n; k++) {
			struct intact_match again;

			(void)match(fresh, paths[k], INTACT_FT_DIR);
			again = match(fresh, paths[i], INTACT_FT_DIR);
			assert_int_equal(alone.verdict, again.verdict);
			assert_ptr_equal(alone.rule, again.rule);
		}
		intact_matcher_free(fresh);
	}
	reading_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matcher_judges_as_the_newest_aide),
		cmocka_unit_test(test_matcher_judges_as_0_18_with_compat),
		cmocka_unit_test(test_walk_visits_what_the_newest_aide_visits),
		cmocka_unit_test(test_walk_visits_what_0_18_visits_with_compat),
		cmocka_unit_test(test_matcher_gives_the_attributes_of_the_rule),
		cmocka_unit_test(test_matcher_judges_names_that_are_not_utf8_bytewise),
		cmocka_unit_test(test_matcher_judges_every_name_bytewise_as_0_18),
		cmocka_unit_test(test_matcher_names_the_rule_that_takes_too_long),
		cmocka_unit_test(test_limit_decides_before_the_rules),
		cmocka_unit_test(test_limit_that_does_not_compile_is_a_usage_error),
		cmocka_unit_test(test_matcher_does_not_depend_on_the_order_of_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
