/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of lexer.c, parser.c and macro.c: what must be refused, and how it is said; the samples of
 * accepted text are in test_config.c.
 */

#include "rules_test.h"

/* n times `piece`. */
static char *repeat(const char *head, const char *piece, size_t n, const char *tail)
{
	struct buf out = { 0 };
	char *text;

	buf_add_str(&out, head);
	while (n-- > 0)
		buf_add_str(&out, piece);
	buf_add_str(&out, tail);
	text = buf_take(&out, NULL);
	assert_non_null(text);
	return text;
}

static void must_fail_long(const char *head, const char *piece, size_t n, const char *tail,
			   const char *message)
{
	char *text = repeat(head, piece, n, tail);

	must_fail(text, message);
	free(text);
}

static void test_twenty_thousand_nested_ifs_are_an_error(void **state)
{
	(void)state;
	must_fail_long("", "@@if defined A\n", 20000, "", "nested more than 1000 deep");
}

static void test_five_thousand_brackets_are_an_error(void **state)
{
	(void)state;
	must_fail_long("/", "(", 5000, " p\n", "too deeply nested");
	must_fail_long("/", "(?:", 5000, " p\n", "too deeply nested");
	must_fail_long("/[", "[", 5000, " p\n", "missing terminating ]");
}

static void test_huge_regex_is_an_error(void **state)
{
	(void)state;
	must_fail_long("/x", "(abc|def)*.", 20000, " p\n", "too large");
	must_fail_long("/", "(a{1000}){1000}", 10, " p\n", "error in rule");
}

/* A rule of a baseline may be anybody's: its folders cost memory and time. */
static void test_rule_deeper_than_any_walk_is_an_error(void **state)
{
	struct reading r;
	char *text = repeat("", "/a", 32768, "/b p\n");

	(void)state;
	must_read(&r, text);
	assert_non_null(strstr(r.log.data, "/a/a/a' (line: '/a/a/a"));
	reading_release(&r);
	free(text);
	must_fail_long("", "/a", 500000, " p\n", "more than 32768 folders deep");
}

static void test_line_over_a_mebibyte_is_an_error(void **state)
{
	(void)state;
	must_fail_long("/x p\n# ", "y", (1 << 20) + 1, "\n", "(built-in):2: line is longer");
}

static void test_long_line_is_cut_in_the_message(void **state)
{
	struct reading r;
	char *text = repeat("/", "y", 100000, " nosuchgroup\n");

	(void)state;
	reading_from(&r, text, (struct intact_config_source){ 0 });
	assert_null(r.config);
	assert_int_equal(strncmp(r.err.text,
				 "(built-in):1: group 'nosuchgroup' is not defined "
				 "(line: '/yyyy",
				 62),
			 0);
	assert_non_null(strstr(r.err.text, "...')"));
	reading_release(&r);
	free(text);
}

static void test_exploding_defines_are_an_error(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_add_str(&text, "@@define A aaaaaaaaaa\n");
	for (int i = 0; i < 40; i++)
		buf_add_str(&text, "@@define A @@{A}@@{A}@@{A}\n");
	must_fail(text.data, "value is too long after expansion");
	buf_release(&text);
}

static void test_many_nots_are_no_problem(void **state)
{
	char *text = repeat("@@if ", "not ", 100000, "defined A\n/x p\n@@endif\n");
	struct reading r;

	(void)state;
	must_read(&r, text);
	assert_int_equal(intact_rules_count(r.config->rules), 0);
	reading_release(&r);
	free(text);
}

static void test_if_branches_nest(void **state)
{
	struct reading r;
	char *text = repeat("@@define A\n", "@@if defined A\n", 900, "/x p\n");
	char *all = repeat(text, "@@else\n/y p\n@@endif\n", 900, "");

	(void)state;
	must_read(&r, all);
	assert_int_equal(intact_rules_count(r.config->rules), 1);
	assert_string_equal(intact_rules_get(r.config->rules, 0)->regex, "/x");
	reading_release(&r);
	free(text);
	free(all);
}

static void test_syntax_errors_name_what_was_expected(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "@@if defined\n/x p\n@@endif\n",
		  "syntax error, unexpected new line, expecting string or variable name" },
		{ "@@if not defined A\n@@else\n",
		  "syntax error, unexpected @@else (line: '@@else')" },
		{ "@@if not defined A\n", "syntax error, unexpected end of file (line:" },
		{ "@@if defined A\n/x p\n@@else\n/y p\n@@else\n",
		  "5: syntax error, unexpected @@else, expecting @@endif" },
		{ "@@if defined A\n/x p\n@@else\n/y p\n",
		  "4: syntax error, unexpected end of file, expecting @@endif" },
		{ "@@undef\n", "unexpected new line, expecting variable name" },
		{ "@@undef A B\n", "unexpected string, expecting end of file" },
		{ "@@include\n", "unexpected new line, expecting whitespace" },
		{ "@@include /x \n", "unexpected new line, expecting string or variable name" },
		{ "@@include /x a /b c\n", "unexpected whitespace, expecting end of file" },
		{ "@@x_include_setenv\n", "unexpected new line, expecting variable name" },
		{ "@@x_include_setenv A\n",
		  "unexpected new line, expecting string or variable name" },
		{ "@@x_include_setenv 1A x\n", "unexpected character: '1'" },
		{ "@@x_include_setenv A-B x\n", "unexpected character: '-'" },
		{ "A\n", "unexpected new line, expecting '='" },
		{ "A p\n", "unexpected character: ' '" },
		{ "A=p q\n", "unexpected group, expecting end of file" },
		{ "/x p+\n", "unexpected new line, expecting group" },
		{ "/x +p\n", "unexpected '+', expecting group" },
		{ "/x f,\n", "unexpected new line, expecting group" },
		{ "!/x #\n", "unexpected character: '#'" },
		{ "!/x f,d g,\n", "rule must not have an attribute expression" },
		{ "!/x f+p\n", "unexpected '+', expecting end of file" },
		{ "/x p /y u\n", "unexpected character: '/'" },
		{ "/x =\n", "unexpected new line, expecting group" },
		{ "root_prefix=/a config_version=1\n",
		  "unexpected configuration option, expecting end of file" },
		{ "root_prefix=/a /x\n", "unexpected regular rule, expecting end of file" },
		{ "root_prefix=/a *\n", "unexpected character: '*'" },
		{ "@@define A 1 @@if\n", "unexpected @@if, expecting end of file" },
		{ "@@if defined A @@else\n", "unexpected @@else, expecting new line" },
		{ "@@define -A\n", "unexpected character: '-'" },
		{ "/x\\\ty p\n", "invalid restriction 'y'" },
		{ "@@endifx\n", "unexpected @@endif, expecting end of file" },
		{ "aide_compat=0.18\nA=p # c\n", "2: unexpected character: '#'" },
		{ "A=p # c\n", "unexpected character in 'A' group definition: '#'" },
		{ "@@if foo bar\n", "unexpected string, expecting boolean operator" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		must_fail(cases[i].text, cases[i].message);
}

static void test_mistyped_names_get_a_suggestion(void **state)
{
	(void)state;
	must_fail("/x sha25\n", "group 'sha25' is not defined, did you mean 'sha256'? (line:");
	must_fail("/x SHA512\n", "did you mean 'sha512'?");
	must_fail("MyGroup = p\n/x MyGruop\n", "did you mean 'MyGroup'?");
	must_fail("databse_in=file:/x\n",
		  "unknown config option: 'databse_in', did you mean 'database_in'? (line:");
	must_fail("/x q\n", "group 'q' is not defined (line:");
	must_fail("@@inlcude /x\n", "unexpected character: '@', did you mean '@@include'? (line:");
	must_fail("@@foo /x\n", "unexpected character: '@' (line:");
	must_fail("@@{A}/x p\n", "unexpected character: '@' (line:");
	must_fail("my_grp=p\n", "unknown config option: 'my_grp' (line:");
}

static void test_nul_and_stray_cr_are_errors(void **state)
{
	(void)state;
	must_fail("/x\rp\n", "unexpected character: '\\r' (line: '/x')");
	must_fail("# a\rb\n", "unexpected character: '\\r' (line: '# a')");
	must_fail("/x p\r", "unexpected character: '\\r'");
}

static void test_attributes_of_ours_are_groups(void **state)
{
	struct reading r;
	uint64_t attrs;

	(void)state;
	must_read(&r, "/x rdev+dev+btime+sha224+sha384+sha512_224+sha3_224+sha3_384+blake2b+"
		      "blake2s+sm3+fsverity\n");
	attrs = intact_rules_attrs(r.config->rules);
	assert_true(attrs & INTACT_BIT(INTACT_BTIME));
	assert_true(attrs & INTACT_BIT(INTACT_SM3));
	assert_true(attrs & INTACT_BIT(INTACT_FSVERITY));
	assert_true(attrs & INTACT_BIT(INTACT_RDEV));
	reading_release(&r);
}

static void test_old_digests_are_for_the_old_version(void **state)
{
	struct intact_config_source source = { 0 };
	struct reading r;

	(void)state;
	reading_from(&r, "/x whirlpool\n", source);
	assert_null(r.config);
	assert_int_equal(r.err.code, INTACT_ECONFIG);
	reading_release(&r);
	reading_from(&r, "/x tiger+crc32+sha256\n", source);
	assert_non_null(r.config);
	assert_string_equal(r.messages.data,
			    "WARNING: (built-in):1: ignore unsupported hashsum(s): tiger+crc32 "
			    "(remaining hashsum(s): sha256), please update your config (line: "
			    "'/x tiger+crc32+sha256')\n");
	assert_int_equal(intact_rules_attrs(r.config->rules), INTACT_BIT(INTACT_SHA256));
	reading_release(&r);

	source.compat = INTACT_COMPAT_0_18;
	reading_from(&r, "/x tiger+crc32+crc32b+haval+whirlpool\n", source);
	assert_non_null(r.config);
	assert_int_equal(r.messages.len, 0);
	assert_int_equal(intact_rules_attrs(r.config->rules),
			 INTACT_BIT(INTACT_TIGER) | INTACT_BIT(INTACT_CRC32) |
				 INTACT_BIT(INTACT_CRC32B) | INTACT_BIT(INTACT_HAVAL) |
				 INTACT_BIT(INTACT_WHIRLPOOL));
	reading_release(&r);
}

static void test_old_version_goes_on_without_a_digest(void **state)
{
	struct intact_config_source source = { .compat = INTACT_COMPAT_0_18,
					       .digests = INTACT_BIT(INTACT_SHA256) };
	struct reading r;

	(void)state;
	reading_from(&r, "/x tiger+sha256\n", source);
	assert_non_null(r.config);
	assert_string_equal(r.messages.data,
			    "WARNING: (built-in):1: ignoring unsupported hash algorithm(s): tiger "
			    "(line: '/x tiger+sha256')\n");
	assert_int_equal(intact_rules_attrs(r.config->rules), INTACT_BIT(INTACT_SHA256));
	reading_release(&r);
	/* Alone it stays: what is asked for cannot be verified, and that is to be said. */
	reading_from(&r, "/x p+tiger\n", source);
	assert_non_null(r.config);
	assert_string_equal(r.messages.data,
			    "WARNING: (built-in):1: ignoring unsupported hash algorithm(s): tiger "
			    "(line: '/x p+tiger')\n");
	assert_int_equal(intact_rules_attrs(r.config->rules),
			 INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_TIGER));
	reading_release(&r);
}

static void test_default_groups_lose_what_cannot_be_computed(void **state)
{
	struct intact_config_source source = { .digests = INTACT_BIT(INTACT_SHA256) };
	struct reading r;

	(void)state;
	reading_from(&r, "/x H\n/y R\n", source);
	assert_non_null(r.config);
	assert_int_equal(r.messages.len, 0);
	assert_int_equal(intact_rules_get(r.config->rules, 0)->attrs, INTACT_BIT(INTACT_SHA256));
	assert_false(intact_rules_get(r.config->rules, 1)->attrs & INTACT_MASK_DIGESTS);
	assert_int_equal(r.config->database_attrs, INTACT_BIT(INTACT_SHA256));
	reading_release(&r);
	reading_from(&r, "G = haval+sha256\n/x G\n/y G\n", source);
	assert_non_null(r.config);
	assert_string_equal(r.messages.data,
			    "WARNING: (built-in):2: ignore unsupported hashsum(s): haval "
			    "(remaining hashsum(s): sha256), please update your config (line: "
			    "'/x G')\n");
	assert_int_equal(intact_rules_attrs(r.config->rules), INTACT_BIT(INTACT_SHA256));
	reading_release(&r);
	reading_from(&r, "G = haval\n/x G\n", source);
	assert_null(r.config);
	assert_non_null(strstr(r.err.text,
			       "no hashsum(s) left after ignoring unsupported hashsum(s): haval"));
	reading_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twenty_thousand_nested_ifs_are_an_error),
		cmocka_unit_test(test_five_thousand_brackets_are_an_error),
		cmocka_unit_test(test_huge_regex_is_an_error),
		cmocka_unit_test(test_rule_deeper_than_any_walk_is_an_error),
		cmocka_unit_test(test_line_over_a_mebibyte_is_an_error),
		cmocka_unit_test(test_long_line_is_cut_in_the_message),
		cmocka_unit_test(test_exploding_defines_are_an_error),
		cmocka_unit_test(test_many_nots_are_no_problem),
		cmocka_unit_test(test_if_branches_nest),
		cmocka_unit_test(test_syntax_errors_name_what_was_expected),
		cmocka_unit_test(test_mistyped_names_get_a_suggestion),
		cmocka_unit_test(test_nul_and_stray_cr_are_errors),
		cmocka_unit_test(test_attributes_of_ours_are_groups),
		cmocka_unit_test(test_old_digests_are_for_the_old_version),
		cmocka_unit_test(test_old_version_goes_on_without_a_digest),
		cmocka_unit_test(test_default_groups_lose_what_cannot_be_computed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
