/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Packages in reports: sorted, summed up, and nothing left out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/json_check.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports/intact/"
#define B(id) INTACT_BIT(INTACT_##id)
#define NOW INT64_C(1767225600) /* of sample_run() */

static const struct intact_package list[] = {
	{ "libssl3:amd64", "3.0.15-1", "3.0.14-1", NOW - 3600 },
	{ "hello", "2.10-3", "", NOW - 4000 },
	{ "unused", "1", NULL, 0 },
	{ "sed\x1b[31m<script>\"&'", "4.9\xff", NULL, INT64_MAX },
	{ "old", "", "1.0", NOW - 86400 * 2 },
};

static const struct intact_report_packages packages = { .manager = "dpkg", .list = list, .n = 5 };

static const struct {
	const char *path;
	enum intact_change_kind kind;
	bool hidden;
	struct intact_explanation explanation;
} samples[] = {
	{ "/bin/hello", INTACT_ADDED, false, { 1, INTACT_EXPLAINED, INTACT_PROOF_MD5, 0 } },
	{ "/bin/hi", INTACT_ADDED, false, { 1, INTACT_EXPLAINED, INTACT_PROOF_NAME, 0 } },
	{ "/bin/moved", INTACT_ADDED, true, { 1, INTACT_EXPLAINED, INTACT_PROOF_NAME, 0 } },
	{ "/bin/sed", INTACT_CHANGED, false, { 3, INTACT_CONTRADICTED, 0, INTACT_WHY_CONTENT } },
	{ "/etc/conf", INTACT_CHANGED, false, { 3, INTACT_UNEXPLAINED, 0, INTACT_WHY_CONFIG } },
	{ "/lib/libcrypto", INTACT_CHANGED, false, { 0, INTACT_EXPLAINED, INTACT_PROOF_MD5, 0 } },
	{ "/lib/libssl", INTACT_CHANGED, false, { 0, INTACT_EXPLAINED, INTACT_PROOF_MD5, 0 } },
	{ "/lib/libssl.so", INTACT_REMOVED, false, { 0, INTACT_UNEXPLAINED, 0, INTACT_WHY_ATTRS } },
	{ "/opt/old", INTACT_REMOVED, false, { 4, INTACT_EXPLAINED, INTACT_PROOF_PACKAGE, 0 } },
	{ "/root/evil",
	  INTACT_ADDED,
	  false,
	  { INTACT_NO_PACKAGE, INTACT_UNEXPLAINED, 0, INTACT_WHY_NO_PACKAGE } },
};
#define NSAMPLES (sizeof(samples) / sizeof(samples[0]))

static struct intact_run sample(void)
{
	struct intact_change changes[NSAMPLES];
	struct intact_entry old[NSAMPLES], new[NSAMPLES];
	struct intact_run run;

	for (size_t i = 0; i < NSAMPLES; i++) {
		const char *path = samples[i].path;

		old[i] = (struct intact_entry){ .path = { path, strlen(path) },
						.mode = 0100644,
						.mtime = { .sec = NOW - 86400 * 30 },
						.ctime = { .sec = NOW - 86400 * 30 },
						.attrs = B(PERM) | B(MTIME) | B(CTIME) };
		new[i] = old[i];
		new[i].mode = 0100755;
		new[i].mtime.sec = NOW - (int64_t)(i + 1) * 40000;
		new[i].ctime.sec = NOW - 3600;
		changes[i] = (struct intact_change){
			.kind = samples[i].kind,
			.hidden = samples[i].hidden,
			.changed = samples[i].kind == INTACT_CHANGED ? B(PERM) : 0,
			.old = samples[i].kind == INTACT_ADDED ? NULL : &old[i],
			.new = samples[i].kind == INTACT_REMOVED ? NULL : &new[i],
		};
	}
	run = sample_run(sample_changes(changes, NSAMPLES));
	for (size_t i = 0; i < NSAMPLES; i++)
		assert_int_equal(
			intact_changes_explain(run.changes, i, &samples[i].explanation, NULL), 0);
	run.total = 100;
	run.packages = &packages;
	run.baseline_time.sec = NOW - 86400 * 7;
	return run;
}

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

static void expect_file(const struct intact_run *run, const struct intact_report_options *options,
			const char *name)
{
	char path[256], *want, *got = sample_render(run, options, false);

	keep(name, got);
	snprintf(path, sizeof(path), DATA "%s", name);
	want = sample_file(path);
	assert_string_equal(got, want);
	if (options->format == INTACT_FORMAT_JSON)
		assert_true(json_is_valid(got, strlen(got)));
	free(got);
	free(want);
}

static void test_packaged_reports_put_what_is_unexplained_first(void **state)
{
	struct intact_run run = sample();
	struct intact_report_options options = sample_options();

	(void)state;
	expect_file(&run, &options, "plain-packages.txt");
	options.level = INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES;
	expect_file(&run, &options, "plain-packages-all.txt");
	options.level = INTACT_REPORT_CHANGED_ATTRIBUTES;
	options.format = INTACT_FORMAT_JSON;
	expect_file(&run, &options, "json-packages.json");
	options.format = INTACT_FORMAT_NDJSON;
	expect_file(&run, &options, "ndjson-packages.ndjson");
	options.format = INTACT_FORMAT_ECS;
	expect_file(&run, &options, "ecs-packages.ndjson");
	options.format = INTACT_FORMAT_OCSF;
	expect_file(&run, &options, "ocsf-packages.ndjson");
	options.format = INTACT_FORMAT_HTML;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	expect_file(&run, &options, "packages.html");
	intact_changes_free(run.changes);
}

/* Every path of a change that counts, in every format. */
static void test_packaged_reports_leave_nothing_out(void **state)
{
	struct intact_run run = sample();
	struct intact_report_options options = sample_options();

	(void)state;
	options.level = INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES;
	for (options.format = INTACT_FORMAT_PLAIN; options.format <= INTACT_FORMAT_OCSF;
	     options.format++) {
		for (options.grouped = 0;; options.grouped = 1) {
			char *text = sample_render(&run, &options, false);

			for (size_t i = 0; i < NSAMPLES; i++) {
				if (!samples[i].hidden)
					assert_non_null(strstr(text, samples[i].path));
			}
			assert_null(strchr(text, '\x1b'));
			free(text);
			if (options.grouped)
				break;
		}
	}
	intact_changes_free(run.changes);
}

/* Names and versions are from records that anybody may have written. */
static void test_packaged_reports_escape_what_packages_are_called(void **state)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>",
		"</code></summary><img src=x onerror=alert(1)>",
		"\"onmouseover=\"x",
		"' style='x",
		"x\x1b[31m",
		"x\nAdded entries:",
		"x\r",
		"\xe2\x80\xaegnp.exe",
		"\xff\xfe<",
		"x\", \"verdict\": \"explained\", \"y\": \"",
		"\xc2\x9b",
		":<x",
	};
	/* What may not come out as it is, from which format on: plain text and JSON need not know
	 * of HTML, nor plain text of quotes. */
	static const struct {
		enum intact_report_format from;
		const char *text;
	} never[] = {
		{ INTACT_FORMAT_PLAIN, "\x1b" },
		{ INTACT_FORMAT_PLAIN, "\nAdded entries:\n   " },
		{ INTACT_FORMAT_PLAIN, "\r" },
		{ INTACT_FORMAT_PLAIN, "\xe2\x80\xae" },
		{ INTACT_FORMAT_PLAIN, "\xfe" },
		{ INTACT_FORMAT_PLAIN, "\xc2\x9b" },
		{ INTACT_FORMAT_JSON, "x\", \"verdict" },
		{ INTACT_FORMAT_HTML, "<script" },
		{ INTACT_FORMAT_HTML, "<img" },
		{ INTACT_FORMAT_HTML, "\"onmouse" },
		{ INTACT_FORMAT_HTML, "' style='" },
		{ INTACT_FORMAT_HTML, ":<x" },
	};
	struct intact_run run = sample();
	struct intact_report_options options = sample_options();
	struct intact_package names[5];
	struct intact_report_packages all = { .manager = "dpkg", .list = names, .n = 5 };

	(void)state;
	run.packages = &all;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		for (size_t k = 0; k < 5; k++)
			names[k] = (struct intact_package){ hostile[i], hostile[i], hostile[i], 1 };
		for (options.format = INTACT_FORMAT_PLAIN; options.format <= INTACT_FORMAT_HTML;
		     options.format++) {
			char *text = sample_render(&run, &options, false);

			for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++) {
				if (options.format >= never[k].from && strstr(text, never[k].text))
					fail_msg("format %d has '%s' of '%s'", options.format,
						 never[k].text, hostile[i]);
			}
			free(text);
		}
	}
	intact_changes_free(run.changes);
}

/* All explained by one package, with names of `len` bytes that grow when they are escaped. */
static char *render_many(size_t n, size_t len)
{
	const struct intact_explanation found = { 1, INTACT_EXPLAINED, INTACT_PROOF_MD5, 0 };
	struct intact_report_options options = sample_options();
	char *path = malloc(len + 1), *text;
	struct intact_entry e = { .path = { path, len }, .mode = 0100755, .attrs = B(PERM) };
	const struct intact_change c = { .kind = INTACT_ADDED, .new = &e };
	struct intact_run run = sample_run(sample_changes(NULL, 0));

	assert_non_null(path);
	memset(path, '<', len);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, len + 1, "/%06zu", i);
		path[7] = '<';
		assert_int_equal(intact_changes_add(run.changes, &c, NULL, NULL), 0);
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(intact_changes_explain(run.changes, i, &found, NULL), 0);
	run.packages = &packages;
	options.format = INTACT_FORMAT_HTML;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	text = sample_render(&run, &options, false);
	intact_changes_free(run.changes);
	free(path);
	return text;
}

static void test_packaged_page_holds_a_hundred_thousand_and_says_what_it_leaves_out(void **state)
{
	char *text = render_many(100000, 20);

	(void)state;
	assert_non_null(strstr(text, "<code>/000000&lt;"));
	assert_non_null(strstr(text, "<code>/099999&lt;"));
	assert_non_null(strstr(text, "all explained by packages</h1>"));
	assert_null(strstr(text, " more, which"));
	assert_true(strlen(text) < (size_t)32 << 20);
	free(text);
	text = render_many(6000, 4000);
	assert_non_null(strstr(text, "<code>/000000&lt;"));
	assert_null(strstr(text, "<code>/005999&lt;"));
	assert_non_null(strstr(text, " more, which"));
	assert_non_null(strstr(text, ": 6000 entries, all as shipped"));
	assert_true(strlen(text) < (size_t)72 << 20);
	free(text);
}

static void test_packaged_counts_all_and_what_is_explained(void **state)
{
	struct intact_run run = sample();
	struct intact_report_options options = sample_options();
	struct intact_report_counts counts;

	(void)state;
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.added, 3);
	assert_int_equal(counts.removed, 2);
	assert_int_equal(counts.changed, 4);
	assert_int_equal(counts.explained_added, 2);
	assert_int_equal(counts.explained_removed, 1);
	assert_int_equal(counts.explained_changed, 2);
	assert_int_equal(counts.contradicted, 1);
	/* What a report ignores is not counted as explained either. */
	options.ignore_changed = B(PERM);
	assert_int_equal(intact_report_count(&run, &options, &counts, NULL), 0);
	assert_int_equal(counts.changed, 0);
	assert_int_equal(counts.explained_changed, 0);
	assert_int_equal(counts.contradicted, 0);
	intact_changes_free(run.changes);
}

/* The severity that ecs gives to the change of `path`. */
static void expect_severity(const char *text, const char *path, const char *severity)
{
	char what[128];
	const char *at;

	snprintf(what, sizeof(what), ": %s\"", path);
	at = strstr(text, what);
	assert_non_null(at);
	at = strstr(at, "\"severity\": ");
	assert_non_null(at);
	assert_memory_equal(at + 12, severity, 1);
}

/* What is contradicted is never lowered, what is explained by more than a name is low, everything
 * else is what the first line says. */
static void test_severity_follows_from_the_line_and_from_what_explains(void **state)
{
	static const char lines[] = "report_severity=high:/bin/hi\n"
				    "report_severity=info:/(bin|opt)/\n"
				    "report_severity=critical:/lib/\n"
				    "report_severity=critical:/bin/sed\n"
				    "report_severity=low:/root\n";
	const struct intact_config_source source = { .builtin = lines };
	struct intact_report_options options = sample_options();
	struct intact_run run = sample();
	struct intact_config *config;
	struct intact_error err;
	char *text;

	(void)state;
	assert_int_equal(intact_config_read(&source, &config, &err), 0);
	run.severities = config->severities;
	options.format = INTACT_FORMAT_ECS;
	text = sample_render(&run, &options, false);
	expect_severity(text, "/bin/hello", "1");
	expect_severity(text, "/bin/hi", "4");
	expect_severity(text, "/bin/sed", "5");
	expect_severity(text, "/etc/conf", "3");
	expect_severity(text, "/lib/libssl", "2");
	expect_severity(text, "/lib/libssl.so", "5");
	expect_severity(text, "/opt/old", "1");
	expect_severity(text, "/root/evil", "2");
	free(text);
	intact_changes_free(run.changes);
	intact_config_free(config);
}

static void expect_text(const struct intact_run *run, const char *what)
{
	struct intact_report_options options = sample_options();
	char *text = sample_render(run, &options, false);

	assert_non_null(strstr(text, what));
	free(text);
}

static void test_packaged_says_when_there_were_no_records(void **state)
{
	struct intact_report_packages none = { 0 };
	struct intact_run run = sample_run(sample_changes(NULL, 0));

	(void)state;
	run.packages = &none;
	expect_text(&run, "\nPackages: no records found\n");
	none.problem = "'status' is \x1b";
	expect_text(&run, ": nothing is explained: 'status' is \\033\n");
	none = packages;
	none.bad = 3;
	expect_text(&run, ", 3 lines or files of the records are not usable\n");
	intact_changes_free(run.changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packaged_reports_put_what_is_unexplained_first),
		cmocka_unit_test(test_packaged_reports_leave_nothing_out),
		cmocka_unit_test(test_packaged_reports_escape_what_packages_are_called),
		cmocka_unit_test(
			test_packaged_page_holds_a_hundred_thousand_and_says_what_it_leaves_out),
		cmocka_unit_test(test_packaged_counts_all_and_what_is_explained),
		cmocka_unit_test(test_severity_follows_from_the_line_and_from_what_explains),
		cmocka_unit_test(test_packaged_says_when_there_were_no_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
