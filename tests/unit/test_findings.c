/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/findings.h"

#define DAY 86400
#define BASE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BASE_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DONE(base) "{\"status\":4,\"baseline\":\"" base "\",\"entries\":3}\n"
#define FOUND(path, state)  \
	"{\"path\":\"" path \
	"\",\"change\":\"changed\",\"gap\":0,\"attributes\":\"s\",\"state\":\"" state "\"}\n"

static struct findings run_of(const char *text)
{
	struct findings f = { 0 };
	struct intact_error err;
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(in);
	assert_int_equal(findings_read_run(in, &f, &err), 0);
	fclose(in);
	return f;
}

/* One night after another, through the file. */
struct nights {
	char path[64];
	int64_t time;
};

static struct nights nights_begin(void)
{
	struct nights n = { .path = "findings-XXXXXX", .time = 1000 * DAY };
	int fd = mkstemp(n.path);

	assert_true(fd >= 0);
	close(fd);
	unlink(n.path);
	return n;
}

/* How many of `turn` there are when a run says `text`. */
static size_t night(struct nights *n, const char *text, enum finding_turn turn)
{
	struct findings before = { 0 }, now = run_of(text), both;
	struct intact_error err;
	size_t ret;

	n->time += DAY;
	assert_true(now.run.complete);
	assert_int_equal(findings_load(n->path, &before, &err), 0);
	assert_int_equal(findings_compare(&before, &now, n->time, &both, &err), 0);
	assert_int_equal(findings_save(n->path, &both, &err), 0);
	ret = both.turns[turn];
	findings_release(&both);
	findings_release(&before);
	findings_release(&now);
	return ret;
}

/* Who explained what is gone today is known from the file alone. */
static void test_package_survives_the_night(void **state)
{
	static const char *const runs[] = {
		"{\"path\":\"/a\",\"change\":\"changed\",\"gap\":0,\"attributes\":\"s\","
		"\"explanation\":\"explained\",\"package\":\"webd\",\"version\":\"1 2\","
		"\"state\":\"1\"}\n" DONE(BASE_A),
		DONE(BASE_B),
	};
	struct nights n = nights_begin();
	struct findings kept = { 0 };
	struct intact_error err;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(night(&n, runs[i], i ? FINDING_ACCEPTED : FINDING_NEW), 1);
		assert_int_equal(findings_load(n.path, &kept, &err), 0);
		assert_int_equal(kept.n, 1);
		assert_string_equal(kept.list[0].explanation, "explained");
		assert_string_equal(kept.list[0].package, "webd 1 2");
		findings_release(&kept);
	}
	unlink(n.path);
}

/* One that nobody could look at tonight has that of last night; a word of another version has none.
 */
static void test_severity_survives_the_night(void **state)
{
#define LINE(path, more)                                                \
	"{\"path\":\"" path "\",\"change\":\"changed\",\"gap\":0," more \
	"\"attributes\":\"s\",\"state\":\"1\"}\n"
	static const char *const runs[] = {
		LINE("/a/b", "\"severity\":\"high\",\"by_line\":1,")
			LINE("/a/c", "\"severity\":\"medium\",\"by_line\":0,")
				LINE("/a/d", "\"severity\":\"huge\",\"by_line\":1,") DONE(BASE_A),
		"{\"path\":\"/a\",\"change\":\"unverified\",\"gap\":1,\"attributes\":\"\","
		"\"state\":\"1\"}\n" DONE(BASE_A),
	};
	struct nights n = nights_begin();
	struct findings kept = { 0 };
	struct intact_error err;

	(void)state;
	assert_int_equal(night(&n, runs[0], FINDING_NEW), 3);
	assert_int_equal(night(&n, runs[1], FINDING_UNSEEN), 3);
	assert_int_equal(findings_load(n.path, &kept, &err), 0);
	assert_int_equal(kept.n, 4);
	assert_int_equal(kept.list[1].severity, INTACT_SEVERITY_HIGH);
	assert_true(kept.list[1].by_line);
	assert_int_equal(kept.list[2].severity, INTACT_SEVERITY_MEDIUM);
	assert_false(kept.list[2].by_line);
	assert_int_equal(kept.list[3].severity, INTACT_SEVERITY_NONE);
	assert_false(kept.list[3].by_line);
	/* Nothing of it is news. */
	assert_int_equal(findings_highest(&kept, false), INTACT_SEVERITY_NONE);
	kept.list[1].turn = FINDING_NEW;
	kept.list[2].turn = FINDING_AGAIN;
	assert_int_equal(findings_highest(&kept, true), INTACT_SEVERITY_HIGH);
	kept.list[1].by_line = false;
	assert_int_equal(findings_highest(&kept, true), INTACT_SEVERITY_NONE);
	assert_int_equal(findings_highest(&kept, false), INTACT_SEVERITY_HIGH);
	findings_release(&kept);
	unlink(n.path);
#undef LINE
}

static void test_life_of_a_finding(void **state)
{
	struct nights n = nights_begin();

	(void)state;
	assert_int_equal(night(&n, FOUND("/a", "1") DONE(BASE_A), FINDING_NEW), 1);
	assert_int_equal(night(&n, FOUND("/a", "1") DONE(BASE_A), FINDING_OPEN), 1);
	assert_int_equal(night(&n, FOUND("/a", "2") DONE(BASE_A), FINDING_AGAIN), 1);
	assert_int_equal(night(&n, FOUND("/a", "2") DONE(BASE_A), FINDING_OPEN), 1);
	assert_int_equal(night(&n, DONE(BASE_A), FINDING_GONE), 1);
	assert_int_equal(night(&n, DONE(BASE_A), FINDING_CLOSED), 1);
	assert_int_equal(night(&n, FOUND("/a", "2") DONE(BASE_A), FINDING_RETURNED), 1);
	assert_int_equal(night(&n, DONE(BASE_B), FINDING_ACCEPTED), 1);
	assert_int_equal(night(&n, FOUND("/a", "2") DONE(BASE_B), FINDING_RETURNED), 1);
	unlink(n.path);
}

static void test_closed_is_forgotten_after_its_days(void **state)
{
	struct nights n = nights_begin();

	(void)state;
	assert_int_equal(night(&n, FOUND("/a", "1") DONE(BASE_A), FINDING_NEW), 1);
	assert_int_equal(night(&n, DONE(BASE_A), FINDING_GONE), 1);
	n.time += (int64_t)FINDINGS_DAYS * DAY;
	assert_int_equal(night(&n, DONE(BASE_A), FINDING_CLOSED), 0);
	assert_int_equal(night(&n, FOUND("/a", "1") DONE(BASE_A), FINDING_NEW), 1);
	unlink(n.path);
}

/* What lies behind a folder that cannot be read is neither gone nor accepted. */
static void test_behind_a_gap_it_stays_open(void **state)
{
	static const char gap[] =
		"{\"path\":\"/d\",\"change\":\"unverified\",\"gap\":1,\"attributes\":\"\","
		"\"state\":\"\"}\n" DONE(BASE_B);
	struct nights n = nights_begin();

	(void)state;
	assert_int_equal(
		night(&n, FOUND("/d/e/f", "1") FOUND("/dd", "1") DONE(BASE_A), FINDING_NEW), 2);
	assert_int_equal(night(&n, gap, FINDING_UNSEEN), 1);
	assert_int_equal(night(&n, FOUND("/d/e/f", "1") DONE(BASE_B), FINDING_OPEN), 1);
	unlink(n.path);
}

static void test_exact_bytes_of_a_path_survive(void **state)
{
	struct nights n = nights_begin();
	static const char line[] = "{\"path\":\"/\xef\xbf\xbd\\n\",\"path_base64\":\"L/"
				   "8K\",\"change\":\"added\",\"gap\":0,"
				   "\"attributes\":\"\",\"state\":\"\"}\n" DONE(BASE_A);
	struct findings f = { 0 };
	struct intact_error err;

	(void)state;
	assert_int_equal(night(&n, line, FINDING_NEW), 1);
	assert_int_equal(night(&n, line, FINDING_OPEN), 1);
	assert_int_equal(findings_load(n.path, &f, &err), 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.list[0].path, "/\377\n");
	findings_release(&f);
	unlink(n.path);
}

static void test_run_that_says_nonsense_is_not_complete(void **state)
{
	static const char *const bad[] = {
		"",
		FOUND("/a", "1"),
		"x\n" DONE(BASE_A),
		FOUND("a", "1") DONE(BASE_A),
		FOUND("/a", "1") "{\"status\":4}",
		DONE(BASE_A) "{}\n",
		"{\"path\":\"/a\\u0000b\",\"change\":\"added\"}\n" DONE(BASE_A),
		"{\"path\":\"/a\",\"change\":\"moved\"}\n" DONE(BASE_A),
	};

	(void)state;
	for (size_t i = 1; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct findings f = run_of(bad[i]);

		assert_false(f.run.complete);
		findings_release(&f);
	}
}

static void test_damaged_file_is_refused(void **state)
{
	static const char *const bad[] = {
		"{\"intact_findings\":2}\n{\"end\":0}\n",
		"{\"intact_findings\":1,\"night\":1,\"mailed\":0,\"baseline\":\"\"}\n",
		"{\"intact_findings\":1,\"night\":1,\"mailed\":0,\"baseline\":\"\"}\n{\"end\":1}\n",
		"{\"intact_findings\":1,\"night\":1,\"mailed\":0,\"baseline\":\"\"}\n{\"end\":0}\n{"
		"\"end\":0}\n",
		"{\"intact_findings\":1,\"night\":1,\"mailed\":0,\"baseline\":\"zz\"}\n{\"end\":0}"
		"\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		FILE *in = fmemopen((void *)(uintptr_t)bad[i], strlen(bad[i]), "r");
		struct findings f = { 0 };
		struct intact_error err;

		assert_int_equal(findings_read(in, &f, &err), INTACT_EDAMAGED);
		findings_release(&f);
		fclose(in);
	}
}

#define TAKEN(path) "{\"path\":\"" path "\"}\n"
#define UNSEEN "{\"path\":\"/c\",\"change\":\"unverified\"}\n"
#define GENERATION "{\"accepted\":1,\"generation\":7,\"baseline\":\"" BASE_B "\"}\n"

static struct findings taken_of(const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct findings f = { 0 };
	struct intact_error err;

	assert_int_equal(findings_read_accepted(in, &f, &err), 0);
	fclose(in);
	return f;
}

/* Only what was found, and by its whole path; what nobody could look at is not. */
static void test_night_accepts(void **state)
{
	struct findings none = { 0 }, both, next;
	struct intact_error err;
	struct findings now = run_of(FOUND("/a", "1") FOUND("/b", "1") UNSEEN DONE(BASE_A));
	struct findings taken = taken_of(TAKEN("/a") TAKEN("/c") TAKEN("/bb") GENERATION);
	struct findings tomorrow = run_of(FOUND("/b", "1") DONE(BASE_B));

	(void)state;
	assert_true(taken.run.complete);
	assert_int_equal(taken.run.status, 7);
	assert_int_equal(findings_compare(&none, &now, 1000, &both, &err), 0);
	assert_int_equal(findings_accept(&both, &taken), 1);
	assert_int_equal(both.turns[FINDING_ACCEPTED], 1);
	assert_int_equal(both.turns[FINDING_NEW], 2);
	assert_string_equal(both.baseline, BASE_B);
	assert_true(both.list[0].tonight);
	/* The baseline of tomorrow is the one that was made: what is not there any more is gone. */
	for (size_t i = 0; i < both.n; i++)
		both.list[i].turn =
			both.list[i].turn == FINDING_ACCEPTED ? FINDING_CLOSED : FINDING_OPEN;
	assert_int_equal(findings_compare(&both, &tomorrow, 2000, &next, &err), 0);
	assert_int_equal(next.turns[FINDING_CLOSED], 1);
	assert_int_equal(next.turns[FINDING_OPEN], 1);
	assert_int_equal(next.turns[FINDING_GONE], 1);
	findings_release(&next);
	findings_release(&both);
	findings_release(&tomorrow);
	findings_release(&taken);
	findings_release(&now);
}

static void test_accepting_run_that_says_nonsense_is_not_complete(void **state)
{
	static const char *const bad[] = {
		"",
		TAKEN("/a"),
		TAKEN("a") GENERATION,
		"{}\n" GENERATION,
		GENERATION TAKEN("/a"),
		"{\"accepted\":1,\"generation\":7}\n",
		"{\"accepted\":1,\"generation\":7,\"baseline\":\"zz\"}\n",
		TAKEN("/a") "{\"error\":\"no\"}\n",
	};

	(void)state;
	for (size_t i = 1; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct findings f = taken_of(bad[i]);

		assert_false(f.run.complete);
		findings_release(&f);
	}
}

static void test_addresses_survive_the_night(void **state)
{
	struct findings f = { .mailed_to = "root,a@example.org" }, again = { 0 };
	struct intact_error err;
	char path[] = "/tmp/intact-findings.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(findings_save(path, &f, &err), 0);
	assert_int_equal(findings_load(path, &again, &err), 0);
	assert_string_equal(again.mailed_to, "root,a@example.org");
	findings_release(&again);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_package_survives_the_night),
		cmocka_unit_test(test_severity_survives_the_night),
		cmocka_unit_test(test_life_of_a_finding),
		cmocka_unit_test(test_closed_is_forgotten_after_its_days),
		cmocka_unit_test(test_behind_a_gap_it_stays_open),
		cmocka_unit_test(test_exact_bytes_of_a_path_survive),
		cmocka_unit_test(test_run_that_says_nonsense_is_not_complete),
		cmocka_unit_test(test_damaged_file_is_refused),
		cmocka_unit_test(test_addresses_survive_the_night),
		cmocka_unit_test(test_night_accepts),
		cmocka_unit_test(test_accepting_run_that_says_nonsense_is_not_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
