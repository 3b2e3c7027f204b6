/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of canon.c: rules as text, and back.
 */

#include "rules_test.h"

#include <time.h>
#include <unistd.h>

static char *text_of(const struct reading *r)
{
	struct intact_error err = { 0 };
	size_t len;
	char *text;

	if (intact_rules_text(r->config->rules, &text, &len, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(strlen(text), len);
	return text;
}

static void same_rules(const struct intact_rules *a, const struct intact_rules *b)
{
	assert_int_equal(intact_rules_count(a), intact_rules_count(b));
	for (size_t i = 0; i < intact_rules_count(a); i++) {
		const struct intact_rule *x = intact_rules_get(a, i), *y = intact_rules_get(b, i);

		assert_int_equal(x->kind, y->kind);
		assert_string_equal(x->regex, y->regex);
		assert_int_equal(x->types, y->types);
		assert_int_equal(x->has_fstype, y->has_fstype);
		assert_int_equal(x->fstype, y->fstype);
		assert_int_equal(x->attrs, y->attrs);
	}
}

static void round_trip(const struct reading *r)
{
	char *text = text_of(r), *text2;
	struct reading again;

	must_read(&again, text);
	same_rules(r->config->rules, again.config->rules);
	assert_int_equal(r->config->compat, again.config->compat);
	text2 = text_of(&again);
	assert_string_equal(text, text2);
	free(text);
	free(text2);
	reading_release(&again);
}

static void test_text_is_canonical(void **state)
{
	struct reading r;
	char *text;

	(void)state;
	must_read(&r, "G=u+p\n@@define A b\n/x@@{A}  d , f=0xef53  G\n=/y E\n!/z\n-/w l\n"
		      "/@\\ \\\\.\\d p\n/v =0x1234 p\n");
	text = text_of(&r);
	assert_string_equal(text, "/xb f,d=ext p+u\n=/y 0 E\n!/z 0\n-/w l\n/\\@\\ \\\\.\\\\d 0 p\n"
				  "/v =0x1234 p\n");
	free(text);
	round_trip(&r);
	reading_release(&r);
}

static void test_text_reads_back_whatever_the_regex(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "/a\\\\\\\\b p\n/a\\ b\\@\\@{X} p\n/x\\ y p\n"
		      "/@@{ p\n/a#b p\n");
	round_trip(&r);
	reading_release(&r);
	must_read(&r, "aide_compat=0.18\n/x R\n!/x/y$\n");
	round_trip(&r);
	reading_release(&r);
}

static void test_text_of_every_sample_reads_back(void **state)
{
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/config.tsv"); tsv_next(&t);) {
		struct reading r;

		reading_from(&r, t.field[1], (struct intact_config_source){ 0 });
		if (r.config)
			round_trip(&r);
		reading_release(&r);
	}
	tsv_close(&t);
}

static void test_kept_rules_hold_no_variables(void **state)
{
	struct reading r;

	(void)state;
	reading_from(&r, NULL,
		     (struct intact_config_source){ .kept = "/x 0 p\n/@@{HOSTNAME} 0 p\n" });
	assert_null(r.config);
	assert_int_equal(r.err.code, INTACT_EDAMAGED);
	assert_non_null(strstr(r.err.text, "(baseline):2: no variables may be kept"));
	reading_release(&r);
	reading_from(&r, NULL, (struct intact_config_source){ .kept = "/\\@\\@{HOSTNAME} 0 p\n" });
	assert_non_null(r.config);
	reading_release(&r);
}

/* What a rule is shown as is never cut. */
static void test_describe_shows_all_of_a_rule(void **state)
{
	struct buf rule = { 0 };
	struct reading r;
	char *shown;

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_add_str(&rule, "/y");
	buf_add_str(&rule, " p\n");
	must_read(&r, rule.data);
	shown = intact_rule_describe(intact_rules_get(r.config->rules, 0));
	assert_int_equal(strlen(shown), 6000 + strlen(" (none) p"));
	assert_non_null(strstr(r.log.data, shown));
	free(shown);
	buf_release(&rule);
	reading_release(&r);
}

static void describes(const char *rule, const char *expected)
{
	struct reading r;
	char *shown;

	must_read(&r, rule);
	shown = intact_rule_describe(intact_rules_get(r.config->rules, 0));
	assert_string_equal(shown, expected);
	free(shown);
	reading_release(&r);
}

static void test_describe_is_as_in_path_check(void **state)
{
	(void)state;
	describes("/ s+p\n", "/ (none) p+s");
	describes("/x d,f=ext p\n", "/x f,d=ext p");
	describes("=/x f p\n", "=/x f p");
	describes("!/x\n", "!/x (none)");
	describes("-/d$ =0x77\n", "-/d$ =0x77");
}

static void test_quoted_path_matches_itself_alone(void **state)
{
	static const char *const paths[] = {
		"/a.b",	   "/a b",     "/a(b)[c]{2}",	"/a\\d|x",
		"/^a$*+?", "/a\tb\nc", "/\xc3\xb6\xff", "/a#b-c@@{D}"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct intact_error err = { 0 };
		struct intact_matcher *m;
		struct reading r;
		char *quoted;

		must_read(&r, "/ p\n");
		assert_int_equal(intact_rules_quote(paths[i], &quoted, &err), 0);
		assert_int_equal(intact_matcher_new(r.config->rules, quoted, &m, &err), 0);
		assert_true(intact_matcher_in_limit(m, paths[i], strlen(paths[i])));
		assert_false(intact_matcher_in_limit(m, "/aXb", 4));
		assert_false(intact_matcher_in_limit(m, "/", 1));
		intact_matcher_free(m);
		free(quoted);
		reading_release(&r);
	}
}

/* Debian's rules, where this machine has them and they are as they came: they must be readable.  On
 * a machine where they were changed a failure proves nothing, unless one asks. */
static void test_debians_rules_read_and_round_trip(void **state)
{
	struct reading r;

	(void)state;
	if (access("/etc/aide/aide.conf", R_OK) != 0)
		skip();
	reading_from(&r, NULL, (struct intact_config_source){ .file = "/etc/aide/aide.conf" });
	if (!r.config) {
		print_message("%s\n", r.err.text);
		reading_release(&r);
		if (getenv("INTACT_TEST_STRICT"))
			fail();
		skip();
	}
	round_trip(&r);
	reading_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_canonical),
		cmocka_unit_test(test_text_reads_back_whatever_the_regex),
		cmocka_unit_test(test_text_of_every_sample_reads_back),
		cmocka_unit_test(test_kept_rules_hold_no_variables),
		cmocka_unit_test(test_describe_shows_all_of_a_rule),
		cmocka_unit_test(test_describe_is_as_in_path_check),
		cmocka_unit_test(test_quoted_path_matches_itself_alone),
		cmocka_unit_test(test_debians_rules_read_and_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
