/* SPDX-License-Identifier: BSD-2-Clause */

/* root.c: a root that can be opened, one that cannot, and one that gives no answer.  The silent
 * file system is open(2), put in place of the C library's by the linker. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/thread.h"
#include "cli/root.h"
#include "cli/session.h"
#include "cli/signals.h"

/* A name that is never answered for. */
#define SILENT "/silent"

static _Atomic unsigned asked;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (strcmp(path, SILENT) == 0) {
		asked++;
		thread_sleep_for_ever();
	}
	return __real_open(path, flags, mode);
}

struct setting {
	struct intact_config config;
	struct session session;
	struct intact_error err;
};

static int check(struct setting *s, const char *root, unsigned patience)
{
	*s = (struct setting){ .config = { .patience = patience } };
	s->config.root_prefix = (char *)root;
	s->session.config = &s->config;
	return root_check(&s->session, &s->err);
}

static void test_root_that_answers_is_fine(void **state)
{
	struct setting s;

	(void)state;
	assert_int_equal(check(&s, NULL, 60), 0);
	assert_int_equal(check(&s, "", 60), 0);
	assert_int_equal(check(&s, "/", 60), 0);
	assert_int_equal(check(&s, "/", 0), 0);
	assert_false(s.session.hung);
}

static void test_root_that_cannot_be_opened_is_the_configurations_fault(void **state)
{
	struct setting s;

	(void)state;
	for (unsigned patience = 0; patience <= 60; patience += 60) {
		assert_int_equal(check(&s, "/dev/null", patience), INTACT_ECONFIG);
		assert_non_null(strstr(s.err.text, "/dev/null failed: Not a directory"));
		assert_int_equal(check(&s, "/nowhere/at/all", patience), INTACT_ECONFIG);
		assert_non_null(strstr(s.err.text, "No such file or directory"));
		assert_false(s.session.hung);
	}
}

static void test_root_without_an_answer_is_not_waited_for(void **state)
{
	struct setting s;

	(void)state;
	asked = 0;
	assert_int_equal(check(&s, SILENT, 1), INTACT_EIO);
	assert_string_equal(s.err.text,
			    "open '" SILENT "/': no answer from the file system for 1 second");
	assert_true(s.session.hung);
	assert_int_equal(asked, 1);
}

/* The last one: from then on we are to stop. */
static void test_root_without_an_answer_does_not_keep_a_signal_waiting(void **state)
{
	struct setting s;

	(void)state;
	signals_install();
	raise(SIGTERM);
	assert_int_equal(check(&s, SILENT, 999999), INTACT_ESIGNAL);
	assert_true(s.session.hung);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_that_answers_is_fine),
		cmocka_unit_test(test_root_that_cannot_be_opened_is_the_configurations_fault),
		cmocka_unit_test(test_root_without_an_answer_is_not_waited_for),
		cmocka_unit_test(test_root_without_an_answer_does_not_keep_a_signal_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
