/* SPDX-License-Identifier: BSD-2-Clause */

/* watch.c, silent.c: who is left behind, and what is not asked any more. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/silent.h"
#include "scan/watch.h"

static void test_watch_leaves_nobody_behind_who_is_idle(void **state)
{
	struct watch w = { 0 };

	(void)state;
	watch_look(&w, 100000);
	assert_false(watch_give_up(&w, 1000));
	watch_begin(&w);
	assert_true(watch_end(&w));
	watch_look(&w, 100000);
	watch_look(&w, 100000);
	assert_false(watch_give_up(&w, 1000));
}

static void test_watch_counts_time_without_progress(void **state)
{
	struct watch w = { 0 };

	(void)state;
	watch_progress(&w);
	watch_begin(&w);
	watch_look(&w, 900);
	assert_false(watch_give_up(&w, 1000));
	watch_look(&w, 900);
	assert_false(watch_give_up(&w, 1000));
	watch_progress(&w);
	watch_look(&w, 900);
	watch_look(&w, 900);
	assert_false(watch_give_up(&w, 1000));
	watch_look(&w, 100);
	/* Progress that nobody has seen yet counts as well. */
	watch_progress(&w);
	assert_false(watch_give_up(&w, 1000));
	watch_look(&w, 100);
	watch_look(&w, 1000);
	assert_true(watch_give_up(&w, 1000));
}

static void test_watch_does_not_take_calls_without_progress_for_it(void **state)
{
	struct watch w = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++) {
		watch_begin(&w);
		watch_look(&w, 100);
		if (i < 9)
			assert_true(watch_end(&w));
	}
	assert_true(watch_give_up(&w, 1000));
}

static void test_watch_is_decided_once(void **state)
{
	struct watch w = { 0 };

	(void)state;
	watch_begin(&w);
	watch_look(&w, 1000);
	assert_true(watch_give_up(&w, 1000));
	assert_false(watch_give_up(&w, 1000));
	assert_true(watch_is_left(&w));
	assert_false(watch_end(&w));
	assert_true(watch_is_left(&w));
}

static void test_silent_is_the_same_in_any_order(void **state)
{
	static const uint64_t orders[][5] = {
		{ 3, 5, 9, 12, 14 }, { 14, 12, 9, 5, 3 }, { 9, 3, 14, 5, 12 }, { 5, 14, 3, 12, 9 }
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct silent s = { 0 };

		for (unsigned k = 0; k < 5; k++)
			assert_int_equal(silent_add(&s, 7, orders[i][k], NULL), k < 3);
		for (uint64_t at = 0; at < 20; at++)
			assert_int_equal(silent_is_dead(&s, 7, at), at > 9);
		assert_false(silent_is_dead(&s, 8, 19));
		silent_release(&s);
	}
}

static void test_silent_tells_devices_apart(void **state)
{
	struct silent s = { 0 };

	(void)state;
	for (dev_t dev = 1; dev <= 40; dev++) {
		for (uint64_t at = 0; at < dev % 4; at++)
			assert_int_equal(silent_add(&s, dev, at, NULL), 1);
	}
	for (dev_t dev = 1; dev <= 40; dev++) {
		assert_int_equal(silent_is_dead(&s, dev, 100), dev % 4 == 3);
		assert_int_equal(silent_knows(&s, dev), dev % 4 != 0);
	}
	silent_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_leaves_nobody_behind_who_is_idle),
		cmocka_unit_test(test_watch_counts_time_without_progress),
		cmocka_unit_test(test_watch_does_not_take_calls_without_progress_for_it),
		cmocka_unit_test(test_watch_is_decided_once),
		cmocka_unit_test(test_silent_is_the_same_in_any_order),
		cmocka_unit_test(test_silent_tells_devices_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
