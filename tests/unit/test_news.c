/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/findings.h"
#include "cli/news.h"

static struct finding finding(const char *path, enum finding_turn turn, const char *explanation,
			      const char *package)
{
	return (struct finding){ .path = path,
				 .path_len = strlen(path),
				 .change = "changed",
				 .attributes = "",
				 .reason = "",
				 .explanation = explanation,
				 .package = package,
				 .turn = turn };
}

static struct findings night(struct finding *list, size_t n)
{
	struct findings f = { .list = list, .n = n };

	for (size_t i = 0; i < n; i++)
		f.turns[list[i].turn]++;
	return f;
}

static void require_headline(const struct findings *f, const char *expected)
{
	struct buf b = { 0 };

	news_headline(&b, f);
	assert_string_equal(b.data, expected);
	buf_release(&b);
}

static void require_lists(const struct findings *f, const char *expected)
{
	struct buf b = { 0 };

	news_lists(&b, f);
	assert_string_equal(b.data, expected);
	buf_release(&b);
}

static void test_the_loudest_stands_first(void **state)
{
	struct finding list[] = {
		finding("/a", FINDING_NEW, "explained", "libtls 3"),
		finding("/b", FINDING_NEW, "explained", "webd 1"),
		finding("/c", FINDING_NEW, "unexplained", ""),
		finding("/d", FINDING_NEW, "explained", "libtls 3"),
		finding("/e", FINDING_NEW, "contradicted", "libtls 3"),
		finding("/f", FINDING_NEW, "", ""),
		finding("/g", FINDING_NEW, "explained", ""),
	};
	struct findings f = night(list, sizeof(list) / sizeof(list[0]));

	(void)state;
	require_headline(&f, "1 new NOT as shipped, 2 new unexplained, 4 new explained");
	require_lists(&f, "New (7):\n"
			  "  changed    /e  [NOT as shipped: libtls 3]\n"
			  "  changed    /c  [unexplained]\n"
			  "  changed    /f\n"
			  "  changed    /g  [explained]\n"
			  "  2 entries explained by libtls 3\n"
			  "  changed    /b  [explained: webd 1]\n\n");
}

static struct finding ranked(const char *path, const char *explanation, const char *package,
			     enum intact_severity severity)
{
	struct finding x = finding(path, FINDING_NEW, explanation, package);

	x.severity = severity;
	x.by_line = true;
	return x;
}

/* Within what the packages say; what they explain is one line a package all the same. */
static void test_what_a_line_ranks_high_stands_before_and_low_behind(void **state)
{
	struct finding list[] = {
		ranked("/a", "", "", INTACT_SEVERITY_INFO),
		finding("/b", FINDING_NEW, "", ""),
		ranked("/c", "", "", INTACT_SEVERITY_HIGH),
		ranked("/d", "explained", "webd 1", INTACT_SEVERITY_LOW),
		finding("/e", FINDING_NEW, "explained", "webd 1"),
		finding("/f", FINDING_NEW, "explained", "abc 1"),
		ranked("/g", "explained", "webd 1", INTACT_SEVERITY_CRITICAL),
		finding("/h", FINDING_NEW, "contradicted", ""),
		ranked("/i", "contradicted", "", INTACT_SEVERITY_CRITICAL),
	};
	struct findings f = night(list, sizeof(list) / sizeof(list[0]));

	(void)state;
	/* Its own severity is not one that somebody gave. */
	list[1].severity = INTACT_SEVERITY_CRITICAL;
	require_headline(&f, "2 new NOT as shipped, 3 new unexplained, 4 new explained; "
			     "highest: critical");
	require_lists(&f, "New (9):\n"
			  "  critical  changed    /i  [NOT as shipped]\n"
			  "  changed    /h  [NOT as shipped]\n"
			  "  high      changed    /c\n"
			  "  changed    /b\n"
			  "  info      changed    /a\n"
			  "  critical  changed    /g  [explained: webd 1]\n"
			  "  changed    /f  [explained: abc 1]\n"
			  "  2 entries explained by webd 1\n\n");
	/* Of what is known already nobody is told a second time. */
	for (size_t i = 1; i < sizeof(list) / sizeof(list[0]); i++)
		list[i].turn = FINDING_OPEN;
	f = night(list, sizeof(list) / sizeof(list[0]));
	require_headline(&f, "1 new finding, 8 open; highest: info");
}

static void test_nobody_asked(void **state)
{
	struct finding list[] = {
		finding("/a", FINDING_NEW, "", ""),
		finding("/b", FINDING_OPEN, "explained", "webd 1"),
		finding("/c", FINDING_NEW, "", ""),
	};
	struct findings f = night(list, 3);

	(void)state;
	require_headline(&f, "2 new findings, 1 open");
	f.turns[FINDING_NEW] = 1;
	list[2].turn = FINDING_CLOSED;
	require_headline(&f, "1 new finding, 1 open");
	list[0].turn = FINDING_CLOSED;
	f.turns[FINDING_NEW] = 0;
	require_headline(&f, "nothing new, 1 open");
	assert_false(news_any(&f));
	f.more = 3;
	require_headline(&f, "3 more, 1 open");
	assert_true(news_any(&f));
	f = (struct findings){ 0 };
	require_headline(&f, "all is well");
}

/* 200 lines and what is left: one that is folded counts as all that it stands for. */
static void test_long_lists_are_cut(void **state)
{
	static struct finding list[301];
	static char names[301][8];
	struct findings f;
	struct buf b = { 0 };
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; i < 301; i++) {
		snprintf(names[i], sizeof(names[i]), "/%03zu", i);
		list[i] = finding(names[i], FINDING_NEW, i < 10 ? "explained" : "unexplained",
				  i < 10 ? "webd 1" : "");
	}
	f = night(list, 301);
	news_lists(&b, &f);
	for (size_t i = 0; i < b.len; i++)
		lines += b.data[i] == '\n';
	assert_int_equal(lines, 1 + 200 + 1 + 1);
	assert_non_null(strstr(b.data, "  ... and 101 more\n\n"));
	buf_clear(&b);
	f = night(list + 101, 200);
	news_lists(&b, &f);
	assert_null(strstr(b.data, "more"));
	buf_clear(&b);
	f = night(list, 209);
	news_lists(&b, &f);
	assert_null(strstr(b.data, "more"));
	assert_non_null(strstr(b.data, "  10 entries explained by webd 1\n\n"));
	buf_release(&b);
}

static void test_foreign_bytes_are_escaped(void **state)
{
	struct finding list[] = {
		finding("/\033[31m", FINDING_NEW, "contradicted", "web\033 1"),
		finding("/b", FINDING_NEW, "explained", "web\n 1"),
		finding("/c", FINDING_NEW, "explained", "web\n 1"),
	};
	struct findings f = night(list, 3);

	(void)state;
	require_lists(&f, "New (3):\n"
			  "  changed    /\\033[31m  [NOT as shipped: web\\033 1]\n"
			  "  2 entries explained by web\\012 1\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_loudest_stands_first),
		cmocka_unit_test(test_what_a_line_ranks_high_stands_before_and_low_behind),
		cmocka_unit_test(test_nobody_asked),
		cmocka_unit_test(test_long_lists_are_cut),
		cmocka_unit_test(test_foreign_bytes_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
