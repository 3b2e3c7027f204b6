/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of pace.c.  Time is an argument, so nothing here waits.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scan/pace.h"

#define SECOND ((uint64_t)1000000000)
#define START (1000 * SECOND)

static void test_no_limit_never_waits(void **state)
{
	struct pace p = { 0 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		assert_true(pace_take(&p, UINT64_MAX, START) == START);
}

/* Whoever takes as fast as allowed gets the rate, and a tenth of a second at the beginning. */
static void test_rate_holds_over_time(void **state)
{
	struct pace p = { .per_second = 500 };
	uint64_t now = START;

	(void)state;
	for (unsigned i = 0; i < 5050; i++)
		now = pace_take(&p, 1, now);
	assert_in_range(now, START + 9990 * SECOND / 1000, START + 10 * SECOND);
}

static void test_one_large_take_is_paid_for_by_the_next(void **state)
{
	struct pace p = { .per_second = 1000 };

	(void)state;
	assert_true(pace_take(&p, 5000, START) == START);
	assert_true(pace_take(&p, 1, START) == START + 5 * SECOND - SECOND / 10);
}

static void test_quiet_time_is_no_credit(void **state)
{
	struct pace p = { .per_second = 10 };
	uint64_t now = START;

	(void)state;
	pace_take(&p, 1, now);
	now += 3600 * SECOND;
	for (unsigned i = 0; i < 21; i++)
		now = pace_take(&p, 1, now);
	assert_true(now >= START + 3600 * SECOND + 19 * SECOND / 10);
}

static void test_absurd_amounts_do_not_wrap(void **state)
{
	struct pace p = { .per_second = 1 };

	(void)state;
	pace_take(&p, UINT64_MAX, START);
	assert_true(pace_take(&p, UINT64_MAX, START) > START + 1000000 * SECOND);
}

/* ---- pressure ---- */

struct folder {
	char path[64];
};

static void press(const struct folder *f, const char *name, const char *avg10)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	out = fopen(path, "we");
	assert_non_null(out);
	fprintf(out, "some avg10=%s avg60=0.00 avg300=0.00 total=1\nfull avg10=99.00 avg60=0.00\n",
		avg10);
	fclose(out);
}

static int make_folder(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/intact-pressure.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	*state = f;
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "cpu", "io", "memory" };
	struct folder *f = *state;

	for (size_t i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->path, names[i]);
		unlink(path);
	}
	rmdir(f->path);
	free(f);
	return 0;
}

static void test_pause_begins_and_ends_with_the_pressure(void **state)
{
	struct folder *f = *state;
	struct pressure p = { .limit = 20, .folder = f->path };
	uint64_t now = START;

	press(f, "io", "20.00");
	pressure_look(&p, now);
	assert_false(p.paused);
	press(f, "io", "20.01");
	pressure_look(&p, now + SECOND / 2); /* not looked at again so soon */
	assert_false(p.paused);
	pressure_look(&p, now += SECOND);
	assert_true(p.paused);
	press(f, "io", "1.00");
	pressure_look(&p, now += SECOND);
	assert_false(p.paused);
	press(f, "memory", "50.00");
	pressure_look(&p, now + 9 * SECOND); /* it goes on for ten seconds at least */
	assert_false(p.paused);
	pressure_look(&p, now + 10 * SECOND);
	assert_true(p.paused);
}

static void test_pause_ends_after_a_minute(void **state)
{
	struct folder *f = *state;
	struct pressure p = { .limit = 20, .folder = f->path };
	unsigned seconds = 0;

	press(f, "cpu", "80.00");
	for (pressure_look(&p, START); p.paused; pressure_look(&p, START + ++seconds * SECOND))
		assert_true(seconds < 100);
	assert_int_equal(seconds, 60);
}

static void test_no_pause_unless_asked_or_without_a_kernel_that_knows(void **state)
{
	struct folder *f = *state;
	struct pressure off = { .folder = f->path };
	struct pressure none = { .limit = 1, .folder = "/nonexistent" };

	press(f, "io", "99.00");
	pressure_look(&off, START);
	pressure_look(&none, START);
	assert_false(off.paused);
	assert_false(none.paused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_limit_never_waits),
		cmocka_unit_test(test_rate_holds_over_time),
		cmocka_unit_test(test_one_large_take_is_paid_for_by_the_next),
		cmocka_unit_test(test_quiet_time_is_no_credit),
		cmocka_unit_test(test_absurd_amounts_do_not_wrap),
		cmocka_unit_test_setup_teardown(test_pause_begins_and_ends_with_the_pressure,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_pause_ends_after_a_minute, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(
			test_no_pause_unless_asked_or_without_a_kernel_that_knows, make_folder,
			remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
