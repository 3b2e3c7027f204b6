/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of base/json.c: what is written is read, and nothing that is spelled otherwise.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"

static bool is_object(const char *text)
{
	struct intact_error err;
	int rc = json_check(text, strlen(text), &err);

	assert_true(rc >= 0);
	return rc == 1;
}

static void assert_bytes(const struct buf *object, const char *key, const char *bytes, size_t len)
{
	struct buf out = { 0 };

	assert_true(json_find_bytes(object->data, object->len, key, &out));
	assert_int_equal(out.len, len);
	if (len)
		assert_memory_equal(out.data, bytes, len);
	buf_release(&out);
}

static void test_what_is_written_is_read(void **state)
{
	static const char odd[] =
		"a\"\\\n\t\x7f\xc2\x85\xe2\x80\xae\xf3\xa0\x80\x81\xf0\x9f\x98\x80/";
	static const char bytes[] = "\xff\0\xfe";
	const uint8_t digest[2] = { 0, 0xaf };
	struct buf o = { 0 };
	struct json_value v;
	uint64_t n;

	(void)state;
	json_open(&o, NULL, '{');
	json_text(&o, "empty", "");
	json_text(&o, "odd", odd);
	json_bytes(&o, "bytes", bytes, 3);
	json_number(&o, "n", UINT64_MAX);
	json_hex(&o, "hex", digest, 2);
	json_open(&o, "list", '[');
	json_number(&o, NULL, 0);
	json_text(&o, NULL, "}],\"n\":1");
	json_close(&o, ']');
	json_open(&o, "inner", '{');
	json_number(&o, "last", 7);
	json_close(&o, '}');
	json_number(&o, "last", 8);
	json_close(&o, '}');
	assert_true(is_object(o.data));
	assert_bytes(&o, "empty", "", 0);
	assert_bytes(&o, "odd", odd, strlen(odd));
	assert_bytes(&o, "bytes", bytes, 3);
	assert_bytes(&o, "hex", "00af", 4);
	assert_true(json_find_number(o.data, o.len, "n", &n) && n == UINT64_MAX);
	assert_true(json_find_number(o.data, o.len, "last", &n) && n == 8);
	assert_true(json_find(o.data, o.len, "inner", &v) && v.kind == JSON_OBJECT);
	assert_true(json_find_number(v.at, v.len, "last", &n) && n == 7);
	assert_true(json_find(o.data, o.len, "list", &v) && v.kind == JSON_ARRAY);
	assert_false(json_find(o.data, o.len, "las", &v));
	assert_false(json_find_number(o.data, o.len, "odd", &n));
	buf_release(&o);
}

static void test_other_spellings_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"1",
		" {}",
		"{} ",
		"{}{}",
		"{\"a\": 1}",
		"{\"a\":1,}",
		"{,\"a\":1}",
		"{\"a\" :1}",
		"{\"A\":1}",
		"{\"\":1}",
		"{a:1}",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1 }",
		"{\"a\":01}",
		"{\"a\":-0}",
		"{\"a\":-}",
		"{\"a\":1.5}",
		"{\"a\":1e3}",
		"{\"a\":111111111111111111111}",
		"{\"a\":True}",
		"{\"a\":nul}",
		"{\"a\":[1,]}",
		"{\"a\":[,1]}",
		"{\"a\":[1 ,2]}",
		"{\"a\":[}",
		"{\"a\":\"}",
		"{\"a\":\"\\\"}",
		"{\"a\":\"\\/\"}",
		"{\"a\":\"\\u0041\"}",
		"{\"a\":\"\\u000a\"}",
		"{\"a\":\"\\u001B\"}",
		"{\"a\":\"\\ud800\"}",
		"{\"a\":\"\\udc00\"}",
		"{\"a\":\"\\ud800\\u0041\"}",
		"{\"a\":\"\\u00\"}",
		"{\"a\":\"\x1b[31m\"}",
		"{\"a\":\"\x7f\"}",
		"{\"a\":\"\xff\"}",
		"{\"a\":\"\xc2\x85\"}",
		"{\"a\":\"\xe2\x80\xae\"}",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (is_object(bad[i]))
			fail_msg("taken: %s", bad[i]);
	}
	assert_true(is_object("{}"));
	assert_true(is_object("{\"a\":[],\"b\":{},\"c\":-1,\"d\":0,\"e\":true,\"f\":false,"
			      "\"g\":null,\"h\":\"\\u001b\\n\xc3\xa4\"}"));
	assert_true(is_object("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}"));
}

static void test_more_members_than_allowed_are_refused(void **state)
{
	struct buf o = { 0 };
	char key[16];

	(void)state;
	json_open(&o, NULL, '{');
	for (unsigned i = 0; i < JSON_MEMBERS; i++) {
		snprintf(key, sizeof(key), "k%u", i);
		json_number(&o, key, i);
	}
	json_close(&o, '}');
	assert_true(is_object(o.data));
	o.len--;
	json_number(&o, "more", 1);
	json_close(&o, '}');
	assert_false(is_object(o.data));
	buf_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_other_spellings_are_refused),
		cmocka_unit_test(test_more_members_than_allowed_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
