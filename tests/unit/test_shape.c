/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of shape.c: what is seen without the engine is what the engine says.
 */

#include "rules_test.h"

#include "rules/regex.h"
#include "rules/shape.h"

static uint32_t seed = 1;

/* The same numbers on every machine. */
static uint32_t pick(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* Pieces of patterns, chosen to be awkward next to each other. */
static const char *const pieces[] = {
	"a",	      "b",	  "/",	    "/a",      "ab",	      "x",
	"-",	      "_",	  " ",	    "#",       "\\.",	      "\\/",
	"\\$",	      "\\|",	  "\\(",    "\\[",     "\\d",	      "\\w",
	"\\b",	      "\\Q(|\\E", "\\K",    "\\x61",   "\\c(",	      ".",
	".*",	      "*",	  "+",	    "?",       "{2}",	      "{",
	"}",	      "{0}",	  "|",	    "(",       ")",	      "(a|b)",
	"(?:a|/)",    "(?i)",	  "(?i:A)", "(?=a)",   "(?!a)",	      "(?<=a)",
	"(?<!b)",     "(?>a|b)",  "(?#()",  "(?x)",    "(?x: a)",     "(?|a|b)",
	"[a|b]",      "[^/]",	  "[](|]",  "[^]()|]", "[[:alpha:]]", "[[:alpha:](]",
	"(?#x)",      "\\E",	  "\\Q\\E", "(?-i)",   "(?^)",	      "[\\]|(]",
	"[a-c]+",     "^",	  "$",	    "$",       "(*ACCEPT)",   "\xc3\xb6",
	"[\xc3\xb6]", "(?<n>a)",  "\\1",    "\n",
};

static size_t make_pattern(char *out, size_t size)
{
	size_t n = 1 + pick(7), len = 1;

	out[0] = '/';
	while (n-- > 0) {
		const char *piece = pieces[pick(sizeof(pieces) / sizeof(pieces[0]))];

		if (len + strlen(piece) >= size)
			break;
		memcpy(out + len, piece, strlen(piece));
		len += strlen(piece);
	}
	out[len] = '\0';
	return len;
}

/* Subjects that have a chance: pieces of the pattern, cut and changed. */
static size_t make_subject(char *out, size_t size, const char *pattern, size_t plen)
{
	static const char letters[] = "/ab/ab.x|($[-_ #\n/ab";
	size_t len = 0;

	for (size_t i = 0; i < plen && len + 1 < size; i++) {
		if (pattern[i] == '\\' && pick(8))
			continue;
		out[len++] = pick(12) ? pattern[i] : letters[pick(sizeof(letters) - 1)];
	}
	if (pick(2))
		len = pick((uint32_t)len + 1);
	if (pick(3) == 0 && len + 1 < size)
		out[len++] = letters[pick(sizeof(letters) - 1)];
	if (len == 0)
		out[len++] = '/';
	out[len] = '\0';
	return len;
}

static bool is_utf8(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t n = text_utf8((const unsigned char *)s + i, len - i, &c);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

static void compare(const struct shape *shape, const struct regex *re,
		    struct regex_scratch *scratch, const char *pattern, const char *subject,
		    size_t len)
{
	static const enum regex_result meaning[] = {
		[SHAPE_NONE] = REGEX_NONE,
		[SHAPE_PARTIAL] = REGEX_PARTIAL,
		[SHAPE_MATCH] = REGEX_MATCH,
	};
	enum shape_answer quick = shape_test(shape, subject, len);
	enum regex_result engine;

	if (quick == SHAPE_ASK)
		return;
	engine = regex_match(re, scratch, subject, len, is_utf8(subject, len), 1);
	if (engine != meaning[quick])
		fail_msg("pattern '%s' subject '%s': shape says %d, engine %d", pattern, subject,
			 (int)meaning[quick], (int)engine);
}

static void test_shape_answers_as_the_engine(void **state)
{
	struct regex_scratch *scratch = regex_scratch_new();
	unsigned compiled = 0, answered = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char pattern[128], room[128], subject[160];
		size_t len = make_pattern(pattern, sizeof(pattern));
		struct shape shape = shape_of(pattern, len, room);
		struct regex_fault fault;
		struct regex *re;

		if (regex_compile(pattern, len, REGEX_PATH, &re, &fault) < 0) {
			/* What needs no engine must be well-formed. */
			assert_int_equal(shape.kind, SHAPE_OPEN);
			continue;
		}
		compiled++;
		for (int k = 0; k < 12; k++) {
			size_t n = make_subject(subject, sizeof(subject), pattern, len);

			answered += shape_test(&shape, subject, n) != SHAPE_ASK;
			compare(&shape, re, scratch, pattern, subject, n);
		}
		regex_free(re);
	}
	regex_scratch_free(scratch);
	/* The test would prove nothing otherwise. */
	assert_true(compiled > 5000);
	assert_true(answered > 20000);
}

static void check_shape(const char *pattern, enum shape_kind kind, const char *literal)
{
	char room[128];
	struct shape shape = shape_of(pattern, strlen(pattern), room);

	if (shape.kind != kind || shape.len != strlen(literal) ||
	    memcmp(shape.literal, literal, shape.len) != 0)
		fail_msg("%s: kind %d literal '%.*s'", pattern, (int)shape.kind, (int)shape.len,
			 shape.literal);
}

static void test_shape_finds_the_literal(void **state)
{
	(void)state;
	check_shape("/foo", SHAPE_LITERAL, "/foo");
	check_shape("/foo$", SHAPE_EXACT, "/foo");
	check_shape("/a\\.conf$", SHAPE_EXACT, "/a.conf");
	check_shape("/foo/.*", SHAPE_OPEN, "/foo/");
	check_shape("/foo?", SHAPE_OPEN, "/fo");
	check_shape("/foo{2}", SHAPE_OPEN, "/fo");
	check_shape("/foo(a|b)$", SHAPE_OPEN, "/foo");
	check_shape("/foo[|]x", SHAPE_OPEN, "/foo");
	check_shape("/foo(?#c)*", SHAPE_OPEN, "/fo");
	check_shape("/foo\\E*", SHAPE_OPEN, "/fo");
	check_shape("/\xc3\xb6", SHAPE_OPEN, "/");
}

static void test_shape_finds_no_literal_before_an_outer_bar(void **state)
{
	(void)state;
	check_shape("/foo|/bar", SHAPE_OPEN, "");
	check_shape("/foo(a)|/bar", SHAPE_OPEN, "");
	check_shape("/foo(?#()|/bar", SHAPE_OPEN, "");
	check_shape("/foo\\Q(\\E|/bar", SHAPE_OPEN, "");
	check_shape("/foo[[:alpha:]|]", SHAPE_OPEN, "");
	check_shape("/foo[[:alpha:](]|/bar", SHAPE_OPEN, "");
	check_shape("/foo[\\Q](|\\E]|/bar", SHAPE_OPEN, "");
	check_shape("/foo\\c(|/bar", SHAPE_OPEN, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape_answers_as_the_engine),
		cmocka_unit_test(test_shape_finds_the_literal),
		cmocka_unit_test(test_shape_finds_no_literal_before_an_outer_bar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
