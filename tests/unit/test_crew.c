/* SPDX-License-Identifier: BSD-2-Clause */

/* crew.c: more workers while the disk waits, and only then. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scan/crew.h"

#define LOOK ((uint64_t)25000000)

/* One interval later: this share of two processors was used, and so many times a thread waited. */
static void pass(struct crew *c, struct crew_sample *s, unsigned percent, unsigned waits,
		 bool behind)
{
	s->wall_ns += LOOK;
	s->cpu_ns += 2 * LOOK * percent / 100;
	s->waits += waits;
	assert_true(crew_due(c, s->wall_ns));
	crew_look(c, s, behind);
}

static struct crew two_to(unsigned most, struct crew_sample *s)
{
	struct crew c;

	*s = (struct crew_sample){ 1000000000, 1000000, 5 };
	crew_init(&c, 2, most, 2, s);
	return c;
}

static void test_crew_grows_while_the_disk_waits(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(16, &s);

	(void)state;
	assert_int_equal(c.size, 2);
	pass(&c, &s, 10, 200, true);
	assert_int_equal(c.size, 4);
	pass(&c, &s, 20, 400, true);
	pass(&c, &s, 40, 800, true);
	assert_int_equal(c.size, 16);
	pass(&c, &s, 60, 800, true);
	assert_int_equal(c.size, 16);
}

static void test_crew_stops_at_any_most(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(7, &s);

	(void)state;
	for (int i = 0; i < 4; i++)
		pass(&c, &s, 10, 200, true);
	assert_int_equal(c.size, 7);
}

static void test_crew_stays_when_others_take_the_processors(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(16, &s);

	(void)state;
	for (int i = 0; i < 50; i++)
		pass(&c, &s, 15, 1, true);
	/* We were not asked for a long time: more accidents, but not more often. */
	s.wall_ns += 8 * LOOK;
	pass(&c, &s, 15, 8, true);
	assert_int_equal(c.size, 2);
}

static void test_crew_stays_when_there_is_nothing_more_to_do(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(16, &s);

	(void)state;
	for (int i = 0; i < 50; i++)
		pass(&c, &s, 15, 100, false);
	assert_int_equal(c.size, 2);
}

static void test_crew_shrinks_when_the_cache_is_warm_again(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(16, &s);

	(void)state;
	for (int i = 0; i < 3; i++)
		pass(&c, &s, 10, 200, true);
	/* A short pause changes nothing. */
	pass(&c, &s, 98, 0, true);
	pass(&c, &s, 60, 200, false);
	assert_int_equal(c.size, 16);
	for (int i = 0; i < 5; i++)
		pass(&c, &s, 98, 0, true);
	assert_int_equal(c.size, 8);
	for (int i = 0; i < 10; i++)
		pass(&c, &s, 98, 500, true);
	assert_int_equal(c.size, 2);
}

static void test_crew_of_a_fixed_size_is_never_due(void **state)
{
	struct crew_sample s;
	struct crew c = two_to(0, &s);

	(void)state;
	assert_int_equal(c.size, 2);
	assert_false(crew_due(&c, s.wall_ns + 100 * LOOK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crew_grows_while_the_disk_waits),
		cmocka_unit_test(test_crew_stops_at_any_most),
		cmocka_unit_test(test_crew_stays_when_others_take_the_processors),
		cmocka_unit_test(test_crew_stays_when_there_is_nothing_more_to_do),
		cmocka_unit_test(test_crew_shrinks_when_the_cache_is_warm_again),
		cmocka_unit_test(test_crew_of_a_fixed_size_is_never_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
