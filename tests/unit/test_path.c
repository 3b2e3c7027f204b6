/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/path.h"

static int cmp(const char *a, const char *b)
{
	return path_cmp(a, strlen(a), b, strlen(b));
}

static bool below(const char *path, const char *dir)
{
	return path_below(path, strlen(path), dir, strlen(dir));
}

static void test_path_order_puts_a_directory_before_its_content_and_next_sibling(void **state)
{
	static const char *const order[] = { "/",     "/\001",	"/ ",	  "/a",	    "/a/\001",
					     "/a/x",  "/a/x/y", "/a/x.y", "/a\001", "/a b",
					     "/a.b",  "/a0",	"/aa",	  "/b",	    "/\x7f",
					     "/\x80", "/\xff" };
	size_t n = sizeof(order) / sizeof(order[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			int c = cmp(order[i], order[k]);

			assert_true(i < k ? c < 0 : i > k ? c > 0 : c == 0);
		}
	}
}

static void random_path(char *buf, size_t *len)
{
	static const char bytes[] = "/ab.\001\xff";
	size_t n = 0, want = (size_t)(1 + rand() % 8);

	buf[n++] = '/';
	while (n < want) {
		char c = bytes[(size_t)rand() % (sizeof(bytes) - 1)];

		if (c != '/' || buf[n - 1] != '/')
			buf[n++] = c;
	}
	while (n > 1 && buf[n - 1] == '/')
		n--;
	buf[n] = '\0';
	*len = n;
}

/* By its definition: component by component. */
static int slow_cmp(const char *a, const char *b)
{
	for (;;) {
		size_t na = strcspn(a + 1, "/"), nb = strcspn(b + 1, "/");
		size_t n = na < nb ? na : nb;
		int c = memcmp(a + 1, b + 1, n);

		if (c == 0)
			c = (na > nb) - (na < nb);
		if (c != 0)
			return c;
		a += 1 + na;
		b += 1 + nb;
		if (!*a || !*b)
			return (*a != 0) - (*b != 0);
	}
}

static void test_path_order_is_total_and_by_component(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 100000; round++) {
		char a[16], b[16], c[16];
		size_t alen, blen, clen;
		int ab, bc;

		random_path(a, &alen);
		random_path(b, &blen);
		random_path(c, &clen);
		ab = path_cmp(a, alen, b, blen);
		bc = path_cmp(b, blen, c, clen);
		assert_int_equal(ab == 0, strcmp(a, b) == 0);
		assert_int_equal(ab<0, path_cmp(b, blen, a, alen)> 0);
		if (ab < 0 && bc < 0)
			assert_true(path_cmp(a, alen, c, clen) < 0);
		assert_int_equal(ab < 0, slow_cmp(a, b) < 0);
		/* What is below a directory follows it without a gap. */
		if (path_below(b, blen, a, alen))
			assert_true(ab < 0);
		if (ab < 0 && bc < 0 && path_below(c, clen, a, alen))
			assert_true(path_below(b, blen, a, alen));
	}
}

static void test_path_below(void **state)
{
	(void)state;
	assert_true(below("/a", "/"));
	assert_true(below("/a/b", "/a"));
	assert_true(below("/a/b/c", "/a"));
	assert_false(below("/", "/"));
	assert_false(below("/a", "/a"));
	assert_false(below("/ab", "/a"));
	assert_false(below("/a.b", "/a"));
	assert_false(below("/a", "/a/b"));
}

static void test_path_parent(void **state)
{
	(void)state;
	assert_int_equal(path_parent("/", 1), 0);
	assert_int_equal(path_parent("", 0), 0);
	assert_int_equal(path_parent("/a", 2), 1);
	assert_int_equal(path_parent("/a/b", 4), 2);
	assert_int_equal(path_parent("/abc/def/g", 10), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_path_order_puts_a_directory_before_its_content_and_next_sibling),
		cmocka_unit_test(test_path_order_is_total_and_by_component),
		cmocka_unit_test(test_path_below),
		cmocka_unit_test(test_path_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
