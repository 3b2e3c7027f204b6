/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sample_report.h.
 */

#include "tests/unit/sample_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <intact/compare.h>

#include "base/path.h"
#include "report/values.h"
#include "tests/unit/sample_db.h"

#define DATA TEST_DATA_DIR "/reports"
#define SAMPLE_TIME "2026-01-01 00:00:00 +0000"
#define SAMPLE_SECONDS 1767225600

/* ---- helpers for all report tests ---- */

struct intact_report_options sample_options(void)
{
	return (struct intact_report_options){
		.level = INTACT_REPORT_CHANGED_ATTRIBUTES,
		.grouped = true,
		.summarize = true,
	};
}

struct intact_run sample_run(struct intact_changes *changes)
{
	return (struct intact_run){
		.kind = INTACT_RUN_CHECK,
		.program = "intact",
		.version = "1.0",
		.summary_columns = 19,
		.start = { .sec = SAMPLE_SECONDS },
		.end = { .sec = SAMPLE_SECONDS },
		.changes = changes,
	};
}

struct intact_changes *sample_changes(const struct intact_change *changes, size_t n)
{
	struct intact_changes *list;

	assert_int_equal(intact_changes_new(1 << 20, NULL, &list, NULL), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(intact_changes_add(list, &changes[i], NULL, NULL), 0);
	return list;
}

char *sample_render(const struct intact_run *run, const struct intact_report_options *options,
		    bool color)
{
	struct intact_error err = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	setenv("TZ", "UTC", 1);
	tzset();
	if (intact_report_write(run, options, color, out, &err) != 0)
		fail_msg("%s", err.text);
	fclose(out);
	return text;
}

char *sample_file(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf text = { 0 };
	char piece[4096];
	size_t n;

	if (!f)
		fail_msg("no file '%s'", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&text, piece, n);
	fclose(f);
	return buf_take(&text, NULL);
}

/* ---- a case ---- */

struct sample {
	char file[64];
	char version[16];
	bool head;
	struct intact_run run;
	struct intact_report_options options;
	char config_version[32];
	char limit[32];
	bool database_attrs;
	bool same; /* both sides are the old database */
};

static uint64_t parse_attrs(char *text)
{
	uint64_t mask = 0;
	char *rest = NULL;

	for (char *at = strtok_r(text, "+", &rest); at; at = strtok_r(NULL, "+", &rest)) {
		const struct intact_attr *row = intact_attr_by_name(at, strlen(at));

		assert_non_null(row);
		mask |= INTACT_BIT(row->id);
	}
	return mask;
}

static uint64_t parse_flags(const char *letters)
{
	uint64_t flags = 0;

	for (unsigned bit = 0; bit < 32; bit++) {
		struct buf letter = { 0 };

		value_flag_letters(&letter, (uint64_t)1 << bit);
		if (letter.len && strchr(letters, letter.data[0]))
			flags |= (uint64_t)1 << bit;
		buf_release(&letter);
	}
	return flags;
}

static enum intact_report_level parse_level(const char *name)
{
	enum intact_report_level level = INTACT_REPORT_MINIMAL;

	while (strcmp(intact_report_level_name(level), name) != 0)
		level++;
	return level;
}

static enum intact_report_format parse_format(const char *name)
{
	return strcmp(name, "json") == 0     ? INTACT_FORMAT_JSON
	       : strcmp(name, "ndjson") == 0 ? INTACT_FORMAT_NDJSON
					     : INTACT_FORMAT_PLAIN;
}

static void parse_option(struct sample *s, char *option)
{
	char *value = strchr(option, '=');
	bool yes;

	if (value)
		*value++ = '\0';
	else
		value = option + strlen(option);
	yes = strcmp(value, "yes") == 0;
	if (strcmp(option, "report_level") == 0)
		s->options.level = parse_level(value);
	else if (strcmp(option, "report_format") == 0)
		s->options.format = parse_format(value);
	else if (strcmp(option, "report_base16") == 0)
		s->options.base16 = yes;
	else if (strcmp(option, "report_grouped") == 0)
		s->options.grouped = yes;
	else if (strcmp(option, "report_summarize_changes") == 0)
		s->options.summarize = yes;
	else if (strcmp(option, "report_detailed_init") == 0)
		s->options.detailed_init = yes;
	else if (strcmp(option, "report_quiet") == 0)
		s->options.quiet = yes;
	else if (strcmp(option, "report_ignore_added_attrs") == 0)
		s->options.ignore_added = parse_attrs(value);
	else if (strcmp(option, "report_ignore_removed_attrs") == 0)
		s->options.ignore_removed = parse_attrs(value);
	else if (strcmp(option, "report_ignore_changed_attrs") == 0)
		s->options.ignore_changed = parse_attrs(value);
	else if (strcmp(option, "report_force_attrs") == 0)
		s->options.force = parse_attrs(value);
	else if (strcmp(option, "report_ignore_e2fsattrs") == 0)
		s->options.ignore_e2fsattrs = parse_flags(value);
	else if (strcmp(option, "root_prefix") == 0)
		s->run.root_prefix = "/srv/demo/tree";
	else if (strcmp(option, "config_version") == 0)
		snprintf(s->config_version, sizeof(s->config_version), "%s", value);
	else if (strcmp(option, "limit") == 0)
		snprintf(s->limit, sizeof(s->limit), "%s", value);
	else if (strcmp(option, "database_attrs") == 0)
		s->database_attrs = true;
	else
		fail_msg("option '%s' is not known", option);
}

static void parse_command(struct sample *s, char letter)
{
	switch (letter) {
	case 'i':
		s->run.kind = INTACT_RUN_INIT;
		break;
	case 'C':
		s->run.kind = INTACT_RUN_CHECK;
		break;
	case 'u':
		s->run.kind = INTACT_RUN_UPDATE;
		break;
	default:
		s->run.kind = INTACT_RUN_COMPARE;
		break;
	}
	if (letter == 'i' || letter == 'u')
		s->run.new_database = "out.db";
}

/* "file \t version \t command \t option | option" */
static void parse_sample(struct sample *s, char *line)
{
	char *fields[4] = { line };

	*s = (struct sample){ .options = sample_options(), .run = sample_run(NULL) };
	line[strcspn(line, "\n")] = '\0';
	for (int i = 1; i < 4; i++) {
		fields[i] = strchr(fields[i - 1], '\t');
		assert_non_null(fields[i]);
		*fields[i]++ = '\0';
	}
	snprintf(s->file, sizeof(s->file), "%s", fields[0]);
	snprintf(s->version, sizeof(s->version), "%s", fields[1]);
	s->head = strcmp(s->version, "head") == 0;
	s->same = strstr(s->file, "same") != NULL;
	s->run.program = "AIDE";
	s->run.version = s->head ? "0.20-dev" : "0.18.3";
	s->run.aide_output = true;
	s->run.summary_columns = s->head ? 19 : 18;
	parse_command(s, fields[2][1]);
	for (char *option = fields[3]; option && *option;) {
		char *end = strstr(option, " | ");

		if (end)
			*end = '\0';
		parse_option(s, option);
		option = end ? end + 3 : NULL;
	}
}

/* ---- a run ---- */

/* The one limit of the samples. */
static bool sample_inside(void *ctx, const char *path, size_t len)
{
	(void)ctx;
	(void)len;
	return strncmp(path, "/a", 2) == 0 || strncmp(path, "/c", 2) == 0;
}

static size_t limited(struct sample_db *db)
{
	size_t n = 0;

	for (size_t i = 0; i < db->count; i++) {
		if (sample_inside(NULL, db->entries[i].path.s, db->entries[i].path.len))
			db->entries[n++] = db->entries[i];
	}
	return n;
}

static void judge(struct sample *s, struct intact_pairs *pairs)
{
	const struct intact_match_options options = {
		.init = s->run.kind == INTACT_RUN_INIT,
		.disk = s->run.kind != INTACT_RUN_COMPARE,
	};
	struct intact_pair pair;
	char reason[256];
	int rc;

	while ((rc = intact_pairs_next(pairs, &pair, NULL)) > 0) {
		struct intact_change change;

		/* 0.18 counts what lies outside of the limit as well. */
		s->run.total += pair.new || (pair.outside && !s->head);
		if (pair.outside)
			continue;
		if (intact_match_pair(&pair, &options, reason, sizeof(reason), &change))
			assert_int_equal(intact_changes_add(s->run.changes, &change, NULL, NULL),
					 0);
	}
	assert_int_equal(rc, 0);
}

static void compare(struct sample *s, struct sample_db *old, struct sample_db *new)
{
	struct intact_pairs *pairs;
	size_t n = s->limit[0] ? limited(new) : new->count;

	assert_int_equal(intact_changes_new(1 << 20, NULL, &s->run.changes, NULL), 0);
	assert_int_equal(intact_join_new(s->run.kind == INTACT_RUN_INIT
						 ? NULL
						 : sample_stream(old->entries, old->count, 0),
					 sample_stream(new->entries, n, 0),
					 s->limit[0] ? sample_inside : NULL, NULL, &pairs, NULL),
			 0);
	judge(s, pairs);
	intact_pairs_close(pairs);
}

static void read_side(const struct sample *s, bool new, struct sample_db *db)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s-%s.db", DATA, new ? "new" : "old", s->version);
	sample_db_read(db, path);
}

/* Digests of the two databases as AIDE computed them: databases.tsv. */
static void read_databases(const struct sample *s, struct intact_report_database databases[2])
{
	char *text = sample_file(DATA "/databases.tsv"), *rest = NULL;

	databases[0] = (struct intact_report_database){ .name = "old.db" };
	databases[1] = (struct intact_report_database){ .name = "new.db" };
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct intact_report_database *db = NULL;
		const struct intact_attr *row;
		char version[16], name[16], digest[16], hex[256];

		assert_int_equal(sscanf(line, "%15s %15s %15s %255s", version, name, digest, hex),
				 4);
		if (strcmp(version, s->version) != 0)
			continue;
		db = &databases[strcmp(name, "new.db") == 0];
		row = intact_attr_by_name(digest, strlen(digest));
		assert_non_null(row);
		db->digests |= INTACT_BIT(row->id);
		for (size_t i = 0; i < row->digest_size; i++) {
			const char byte[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

			db->digest[row->digest][i] = (uint8_t)strtoul(byte, NULL, 16);
		}
	}
	free(text);
}

static char *replace_all(char *text, const char *from, const char *to, bool *ret_found)
{
	struct buf out = { 0 };
	const char *at = text;

	for (const char *mark; (mark = strstr(at, from)); at = mark + strlen(from)) {
		buf_add(&out, at, (size_t)(mark - at));
		buf_add_str(&out, to);
		*ret_found = true;
	}
	buf_add_str(&out, at);
	free(text);
	return buf_take(&out, NULL);
}

static char *expected(const struct sample *s, const struct sample_difference *d, size_t n,
		      bool *occurs)
{
	char path[256], *text;
	bool found;

	snprintf(path, sizeof(path), "%s/%s/%s", DATA, s->version, s->file);
	text = replace_all(sample_file(path), "@TIME@", SAMPLE_TIME, &found);
	for (size_t i = 0; i < n; i++)
		text = replace_all(text, d[i].from, d[i].to, &occurs[i]);
	return text;
}

/* What came out instead of a sample is left under $TEST_KEEP, for diff. */
static void keep_outcome(const struct sample *s, const char *got)
{
	const char *dir = getenv("TEST_KEEP");
	char path[512];
	FILE *f;

	if (!dir)
		return;
	snprintf(path, sizeof(path), "%s/%s-%s", dir, s->version, s->file);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(got, f);
	fclose(f);
}

static bool replay(struct sample *s, const struct sample_difference *differences, size_t n,
		   bool *occurs)
{
	struct intact_report_database databases[2];
	struct sample_db old = { 0 }, new = { 0 };
	char *want, *got;
	bool equal;

	read_side(s, false, &old);
	read_side(s, !s->same && s->run.kind != INTACT_RUN_INIT, &new);
	compare(s, &old, &new);
	s->run.config_version = *s->config_version ? s->config_version : NULL;
	s->run.limit = s->limit[0] ? s->limit : NULL;
	if (s->database_attrs) {
		read_databases(s, databases);
		s->run.databases = databases;
		s->run.ndatabases = 2;
	}
	got = sample_render(&s->run, &s->options, false);
	want = expected(s, differences, n, occurs);
	equal = strcmp(got, want) == 0;
	if (!equal) {
		print_error("%s/%s differs\n", s->version, s->file);
		keep_outcome(s, got);
	}
	free(want);
	free(got);
	intact_changes_free(s->run.changes);
	sample_db_release(&old);
	sample_db_release(&new);
	return equal;
}

size_t sample_replay(enum intact_report_format format, const struct sample_difference *differences,
		     size_t ndifferences)
{
	FILE *cases = fopen(DATA "/cases.tsv", "r");
	char *line = NULL;
	size_t size = 0, done = 0, different = 0;
	bool heading = true, occurs[16] = { false };

	assert_non_null(cases);
	while (getline(&line, &size, cases) > 0) {
		struct sample s;

		if (heading) {
			heading = false;
			continue;
		}
		parse_sample(&s, line);
		if (s.options.format != format)
			continue;
		done++;
		different += !replay(&s, differences, ndifferences, occurs);
	}
	free(line);
	fclose(cases);
	assert_int_equal(different, 0);
	for (size_t i = 0; i < ndifferences; i++)
		assert_true(occurs[i]);
	return done;
}
