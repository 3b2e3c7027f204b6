/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/event_changes.h"
#include "tests/unit/json_check.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_report.h"

#define DATA TEST_DATA_DIR "/reports"

static const struct {
	enum intact_report_format format;
	const char *name;
} schemas[] = {
	{ INTACT_FORMAT_ECS, "ecs" },
	{ INTACT_FORMAT_OCSF, "ocsf" },
};
#define SCHEMAS (sizeof(schemas) / sizeof(schemas[0]))

/* TEST_KEEP: a folder for what came out, to be reviewed and taken over. */
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

static size_t check_lines(const char *text)
{
	size_t lines = 0;

	for (const char *at = text; *at; at += strcspn(at, "\n") + 1, lines++)
		assert_true(json_is_valid(at, strcspn(at, "\n")));
	return lines;
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
		n++;
	return n;
}

static void equals_sample(const struct intact_run *run, enum intact_report_format format,
			  const char *name)
{
	struct intact_report_options options = sample_options();
	char path[256], *want, *got;

	options.format = format;
	options.level = INTACT_REPORT_ADDED_REMOVED_ENTRIES;
	options.detailed_init = true;
	got = sample_render(run, &options, true);
	keep(name, got);
	snprintf(path, sizeof(path), "%s/intact/%s", DATA, name);
	want = sample_file(path);
	assert_string_equal(got, want);
	check_lines(got);
	free(got);
	free(want);
}

/* The samples are judged by tests/report/events.py, too. */
static void test_events_equal_the_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCHEMAS; i++) {
		struct intact_run own = own_run(), kinds = event_run(), init = event_run_init();
		char name[64];

		snprintf(name, sizeof(name), "%s-own.ndjson", schemas[i].name);
		equals_sample(&own, schemas[i].format, name);
		snprintf(name, sizeof(name), "%s-kinds.ndjson", schemas[i].name);
		equals_sample(&kinds, schemas[i].format, name);
		snprintf(name, sizeof(name), "%s-init.ndjson", schemas[i].name);
		equals_sample(&init, schemas[i].format, name);
		intact_changes_free(own.changes);
		intact_changes_free(kinds.changes);
		intact_changes_free(init.changes);
	}
}

static char *render_level(const struct intact_run *run, enum intact_report_format format,
			  enum intact_report_level level)
{
	struct intact_report_options options = sample_options();

	options.format = format;
	options.level = level;
	return sample_render(run, &options, false);
}

static void test_events_show_what_the_level_asks_for(void **state)
{
	struct intact_run run = event_run();

	(void)state;
	for (size_t i = 0; i < SCHEMAS; i++) {
		char *minimal, *list, *changed, *all;

		minimal = render_level(&run, schemas[i].format, INTACT_REPORT_MINIMAL);
		assert_int_equal(check_lines(minimal), 1);
		/* The run is as severe as what it found, shown or not. */
		assert_non_null(strstr(minimal, schemas[i].format == INTACT_FORMAT_ECS
							? "\"severity\": 5"
							: "\"severity_id\": 5"));
		list = render_level(&run, schemas[i].format, INTACT_REPORT_LIST_ENTRIES);
		assert_true(check_lines(list) > 1);
		assert_int_equal(count_of(list, "\"new\": {"), 0);
		changed = render_level(&run, schemas[i].format, INTACT_REPORT_CHANGED_ATTRIBUTES);
		assert_int_equal(count_of(changed, "\"new\": {"),
				 count_of(changed, "\"verdict\": \"changed\""));
		all = render_level(&run, schemas[i].format, INTACT_REPORT_ADDED_REMOVED_ENTRIES);
		assert_int_equal(count_of(all, "\"new\": {"),
				 count_of(changed, "\"verdict\": \"changed\"") +
					 count_of(changed, "\"verdict\": \"added\""));
		assert_int_equal(check_lines(all), check_lines(list));
		free(minimal);
		free(list);
		free(changed);
		free(all);
	}
	intact_changes_free(run.changes);
}

static void test_events_leave_out_what_a_report_ignores(void **state)
{
	struct intact_run run = event_run();
	struct intact_report_options options = sample_options();

	(void)state;
	options.ignore_changed = ~(uint64_t)0;
	for (size_t i = 0; i < SCHEMAS; i++) {
		char *text;

		options.format = schemas[i].format;
		text = sample_render(&run, &options, false);
		assert_int_equal(count_of(text, "\"verdict\": \"changed\""), 0);
		/* Never what could not be verified. */
		assert_int_equal(count_of(text, "\"verdict\": \"unverified\""), 2);
		free(text);
	}
	intact_changes_free(run.changes);
}

static void test_events_are_quiet_when_asked(void **state)
{
	struct intact_run run = own_run_equal();
	struct intact_report_options options = sample_options();

	(void)state;
	for (size_t i = 0; i < SCHEMAS; i++) {
		char *text;

		options.format = schemas[i].format;
		options.quiet = false;
		text = sample_render(&run, &options, false);
		assert_int_equal(check_lines(text), 1);
		free(text);
		options.quiet = true;
		text = sample_render(&run, &options, false);
		assert_string_equal(text, "");
		free(text);
	}
	intact_changes_free(run.changes);
}

/* As one entry of a hostile baseline has it; the other lines stay what they are. */
static void test_events_hold_any_number_and_time(void **state)
{
	struct intact_entry old = { .path = { "/big", 4 },
				    .mode = 0100644,
				    .attrs = INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_MTIME) |
					     INTACT_BIT(INTACT_E2FSATTRS),
				    .size = UINT64_MAX,
				    .e2fsattrs = UINT64_MAX,
				    .mtime = { INT64_MAX, 999999999 } };
	struct intact_entry new = old;
	const struct intact_change change = {
		.kind = INTACT_CHANGED,
		.changed = INTACT_BIT(INTACT_SIZE) | INTACT_BIT(INTACT_MTIME),
		.old = &old,
		.new = &new,
	};
	struct intact_run run;

	(void)state;
	new.size = 1;
	new.mtime.sec = INT64_MIN;
	run = sample_run(sample_changes(&change, 1));
	run.baseline_time.sec = INT64_MIN;
	for (size_t i = 0; i < SCHEMAS; i++) {
		struct intact_report_options options = sample_options();
		char *text;

		options.format = schemas[i].format;
		text = sample_render(&run, &options, false);
		assert_int_equal(check_lines(text), 2);
		assert_non_null(strstr(text, "\"old\": { \"size\": \"18446744073709551615\""));
		assert_non_null(strstr(text, "\"@9223372036854775807.999999999\""));
		assert_non_null(strstr(text, "\"@-9223372036854775808.999999999\""));
		/* Nowhere a number that no index takes, or a time that is none. */
		assert_null(strstr(text, ": 18446744073709551615"));
		assert_null(strstr(text, "\"mtime\""));
		assert_null(strstr(text, "\"modified_time\""));
		free(text);
	}
	intact_changes_free(run.changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_equal_the_samples),
		cmocka_unit_test(test_events_show_what_the_level_asks_for),
		cmocka_unit_test(test_events_leave_out_what_a_report_ignores),
		cmocka_unit_test(test_events_are_quiet_when_asked),
		cmocka_unit_test(test_events_hold_any_number_and_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
