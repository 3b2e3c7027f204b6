/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/htmltime.h"
#include "report/htmltree.h"
#include "tests/unit/event_changes.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports"

/* TEST_KEEP: a folder for what came out, to be looked at and taken over. */
static void keep(const char *name, const char *text)
{
	const char *dir = getenv("TEST_KEEP");
	char path[512];
	FILE *f;

	if (!dir)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static void equals_sample(struct intact_run run, const char *name)
{
	struct intact_report_options options = sample_options();
	char path[256], *want, *got;

	options.format = INTACT_FORMAT_HTML;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	options.detailed_init = true;
	got = sample_render(&run, &options, true);
	keep(name, got);
	snprintf(path, sizeof(path), "%s/intact/%s", DATA, name);
	want = sample_file(path);
	assert_string_equal(got, want);
	free(got);
	free(want);
	intact_changes_free(run.changes);
}

/* What they may consist of is for tests/report/page.py to say. */
static void test_html_equals_the_samples(void **state)
{
	(void)state;
	equals_sample(event_run(), "kinds.html");
	equals_sample(own_run(), "own.html");
	equals_sample(event_run_init(), "init.html");
	equals_sample(own_run_equal(), "equal.html");
	equals_sample(own_run_unverified(), "unverified.html");
}

static void test_html_shows_what_the_level_asks_for(void **state)
{
	static const struct {
		enum intact_report_level level;
		const char *has, *lacks;
	} levels[] = {
		{ INTACT_REPORT_MINIMAL, "Differences found", "<main>" },
		{ INTACT_REPORT_SUMMARY, "id=\"coverage\"", "id=\"changed\"" },
		{ INTACT_REPORT_LIST_ENTRIES, "id=\"changed\"", "<table>" },
		{ INTACT_REPORT_CHANGED_ATTRIBUTES, "<th scope=\"col\">Now</th>",
		  "<th scope=\"col\">Value</th>" },
		{ INTACT_REPORT_ADDED_REMOVED_ENTRIES, "<th scope=\"col\">Value</th>", "<script" },
	};
	struct intact_run run = event_run();
	struct intact_report_options options = sample_options();

	(void)state;
	options.format = INTACT_FORMAT_HTML;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		char *text;

		options.level = levels[i].level;
		text = sample_render(&run, &options, false);
		assert_non_null(strstr(text, levels[i].has));
		assert_null(strstr(text, levels[i].lacks));
		free(text);
	}
	intact_changes_free(run.changes);
}

static void test_html_cuts_a_value_that_is_a_page_of_its_own(void **state)
{
	char *value = malloc(65536), *text;
	struct intact_xattr x = { .name = { "user.x", 6 } };
	const struct intact_entry e = { .path = { "/x", 2 },
					.mode = 0100644,
					.attrs = INTACT_BIT(INTACT_XATTRS),
					.xattrs = &x,
					.nxattrs = 1 };
	const struct intact_change change = { .kind = INTACT_ADDED, .new = &e };
	struct intact_report_options options = sample_options();
	struct intact_run run;

	(void)state;
	assert_non_null(value);
	memset(value, 'v', 65536);
	x.value = (struct intact_str){ value, 65536 };
	run = sample_run(sample_changes(&change, 1));
	options.format = INTACT_FORMAT_HTML;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	text = sample_render(&run, &options, false);
	assert_non_null(strstr(text, "vvvv\xe2\x80\xa6 (65"));
	assert_true(strlen(text) < 30000);
	free(text);
	free(value);
	intact_changes_free(run.changes);
}

static void add(struct tree *t, const char *path, enum tree_kind kind)
{
	const struct intact_str s = { path, strlen(path) };

	tree_add(t, &s, false, kind);
}

static char *draw(struct tree *t)
{
	struct buf out = { 0 };

	tree_draw(t, &out, "id", "wide", 960, 400);
	assert_false(out.failed);
	return buf_take(&out, NULL);
}

static void test_tree_counts_by_folder(void **state)
{
	struct tree t = { 0 };
	char *text;

	(void)state;
	add(&t, "/a", TREE_ADDED);
	add(&t, "/d/e/1", TREE_CHANGED);
	add(&t, "/d/e/2", TREE_CHANGED);
	add(&t, "/d/e/3", TREE_REMOVED);
	add(&t, "/d/f/1", TREE_UNVERIFIED);
	assert_int_equal(tree_total(&t), 5);
	assert_int_equal(tree_count(&t, TREE_CHANGED), 2);
	text = draw(&t);
	assert_non_null(strstr(text, "<title>/d/: 2 changed, 1 removed, 1 unverified</title>"));
	assert_non_null(strstr(text, "<title>/d/e/: 2 changed, 1 removed</title>"));
	assert_non_null(strstr(text, "<title>/d/f/: 1 unverified</title>"));
	assert_non_null(strstr(text, "<title>/ (files here, and other folders): 1 added</title>"));
	free(text);
	tree_release(&t);
}

/* A flood of folders costs no more memory than some do, and hides none of the upper ones. */
static void test_tree_stays_small_and_names_what_comes_behind_a_flood(void **state)
{
	struct tree t = { 0 };
	char path[64], *text;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(path, sizeof(path), "/aaa/%05d/b/c/d/e/f/g", i);
		add(&t, path, TREE_ADDED);
	}
	add(&t, "/etc/passwd", TREE_CHANGED);
	add(&t, "/usr/bin/su", TREE_CHANGED);
	assert_true(t.count < 20000);
	assert_int_equal(tree_total(&t), 100002);
	text = draw(&t);
	assert_non_null(strstr(text, ">/etc</text>"));
	assert_non_null(strstr(text, "<title>/usr/: 1 changed</title>"));
	assert_true(strlen(text) < 40000);
	free(text);
	tree_release(&t);
}

static void test_timeline_tells_before_since_and_later(void **state)
{
	const struct intact_time baseline = { .sec = 1000000 }, end = { .sec = 1086400 };
	const struct intact_time times[] = { { .sec = INT64_MIN }, { .sec = 0 },
					     { .sec = 999999 },	   { .sec = 1000000 },
					     { .sec = 1086400 },   { .sec = 1086401 },
					     { .sec = INT64_MAX } };
	struct timeline t;
	struct buf out = { 0 };
	uint64_t drawn = 0;

	(void)state;
	timeline_init(&t, &baseline, &end);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		timeline_add(&t, TIMELINE_MTIME, &times[i], false);
	for (unsigned i = 0; i < TIMELINE_BINS; i++)
		drawn += t.bins[TIMELINE_MTIME][i].all;
	assert_int_equal(t.count[TIMELINE_MTIME].all, 7);
	assert_int_equal(t.earlier[TIMELINE_MTIME].all, 2);
	assert_int_equal(t.later[TIMELINE_MTIME].all, 2);
	assert_int_equal(t.since[TIMELINE_MTIME], 4);
	assert_int_equal(drawn, 3);
	assert_int_equal(t.bins[TIMELINE_MTIME][t.nbins - 1].all, 1);
	timeline_draw(&t, &out, "id", "wide", 960);
	assert_non_null(strstr(out.data, "Times of content: 7, of which since the baseline 4, "
					 "later than the run 2. "));
	buf_release(&out);
}

/* From a baseline of now to one of the epoch, and none: always bins that hold all of it. */
static void test_timeline_fits_any_span(void **state)
{
	const struct intact_time end = { .sec = 1767225600 };

	(void)state;
	for (int64_t span = 0; span < end.sec; span = span * 3 / 2 + 1) {
		const struct intact_time baseline = { .sec = end.sec - span };
		struct timeline t;

		timeline_init(&t, &baseline, &end);
		assert_true(t.nbins >= 1 && t.nbins <= TIMELINE_BINS);
		assert_true(t.start <= baseline.sec);
		timeline_add(&t, TIMELINE_CTIME, &baseline, true);
		timeline_add(&t, TIMELINE_CTIME, &end, false);
		assert_int_equal(t.earlier[TIMELINE_CTIME].all + t.later[TIMELINE_CTIME].all, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html_equals_the_samples),
		cmocka_unit_test(test_html_shows_what_the_level_asks_for),
		cmocka_unit_test(test_html_cuts_a_value_that_is_a_page_of_its_own),
		cmocka_unit_test(test_tree_counts_by_folder),
		cmocka_unit_test(test_tree_stays_small_and_names_what_comes_behind_a_flood),
		cmocka_unit_test(test_timeline_tells_before_since_and_later),
		cmocka_unit_test(test_timeline_fits_any_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
