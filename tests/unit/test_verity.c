/* SPDX-License-Identifier: BSD-2-Clause */

/* The digests are what `fsverity digest` of fsverity-utils 1.5 prints for the same bytes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scan/verity.h"

static const struct vector {
	size_t size;
	const char *digest;
} vectors[] = {
	{ 0, "3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95" },
	{ 1, "b803429503d95915829b29fdbc8bbad142f3abfd11b1cadf5526582e685c0551" },
	{ 4095, "fbf56dab89e6ddf1e517a6843b410881461452ac50188de35248b9407f6614d7" },
	{ 4096, "c1c530f8bdac14bd47c79b49e734d7bf460a1a429263b7c6c03101f015675da0" },
	{ 4097, "4fbc312b888db004fc6cfe81619df42377a9c33c91f0da7cade336bde17af281" },
	{ 8192, "a3eceac58e63b9130a5fd1a2c59bce6227881cde79547c64373e3152073e011d" },
	{ 524287, "725a3c015390e885c527119be31f1b002fbcc2466e77f98aea12fc674ac6283b" },
	{ 524288, "8e7f683db0adaaa0e0dace815195bc0d90c7a6444b82fc1910d04a20edb05550" },
	{ 524289, "a550e457d20374d696d9111ed2dcbda71d819d5b2f048d29d6e372630ffb8dd4" },
	{ 1048576, "095276a9a1169e834149c260f508ccb3f789699de90b21b019288d309ffae18b" },
	{ 2633733, "da6af94966f0b372beb4cecab747d8a1a2632f1bd01600200c2ac794b289969e" },
};

#define LONGEST ((size_t)2633733)

/* Three levels of the tree are full, and one byte more; the content is 8 KiB again and again. */
#define THREE_LEVELS ((size_t)128 * 128 * 4096)
static const struct vector deep[] = {
	{ THREE_LEVELS, "50a524395604471b9ce9ab94e510e7b21e97982c819c43caed87a7aee123ed17" },
	{ THREE_LEVELS + 1, "fe66a74030627e48e1301388b680d93f2acf930df524ff332eadb4bf87b876ea" },
};

static struct verity *make(void)
{
	struct verity *v = NULL;

	assert_int_equal(verity_new(&v), 1);
	return v;
}

static uint8_t *content(size_t size)
{
	uint8_t *bytes = malloc(size + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)((uint64_t)i * 2654435761u >> 11);
	return bytes;
}

static void assert_digest(const uint8_t value[VERITY_HASH], const char *hex)
{
	char text[2 * VERITY_HASH + 1];

	for (size_t i = 0; i < VERITY_HASH; i++)
		snprintf(text + 2 * i, 3, "%02x", value[i]);
	assert_string_equal(text, hex);
}

static void assert_end(struct verity *v, bool keep, const char *hex)
{
	uint8_t value[VERITY_HASH];

	assert_true(verity_end(v, keep, value));
	assert_digest(value, hex);
}

static void test_verity_equals_the_tools_digests(void **state)
{
	uint8_t *bytes = content(LONGEST);
	struct verity *v = make();

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		verity_begin(v);
		assert_true(verity_update(v, bytes, vectors[i].size));
		assert_end(v, false, vectors[i].digest);
	}
	verity_free(v);
	free(bytes);
}

static void test_verity_does_not_depend_on_the_pieces(void **state)
{
	static const size_t pieces[] = { 1000, 4095, 4096, 4097, 65536, 1000003 };
	uint8_t *bytes = content(LONGEST);
	struct verity *v = make();

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		verity_begin(v);
		for (size_t at = 0; at < LONGEST; at += pieces[i]) {
			size_t left = LONGEST - at;

			assert_true(
				verity_update(v, bytes + at, left < pieces[i] ? left : pieces[i]));
		}
		assert_end(v, false, vectors[10].digest);
	}
	verity_free(v);
	free(bytes);
}

static void test_verity_gives_each_prefix_and_goes_on(void **state)
{
	uint8_t *bytes = content(LONGEST);
	struct verity *v = make();
	size_t at = 0;

	(void)state;
	verity_begin(v);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(verity_update(v, bytes + at, vectors[i].size - at));
		at = vectors[i].size;
		assert_end(v, true, vectors[i].digest);
	}
	verity_free(v);
	free(bytes);
}

static void test_verity_takes_subtrees_by_their_hash(void **state)
{
	uint8_t *bytes = content(LONGEST);
	struct verity *v = make();
	struct verity *helper = make();
	uint8_t hash[VERITY_HASH];
	size_t at = 0;

	(void)state;
	verity_begin(v);
	for (; LONGEST - at >= VERITY_SUBTREE; at += VERITY_SUBTREE) {
		assert_true(verity_subtree(helper, bytes + at, hash));
		assert_true(verity_add_subtree(v, hash));
	}
	assert_true(verity_update(v, bytes + at, LONGEST - at));
	assert_end(v, false, vectors[10].digest);
	verity_free(helper);
	verity_free(v);
	free(bytes);
}

static void test_verity_of_three_full_levels(void **state)
{
	uint8_t *bytes = content(8192);
	struct verity *v = make();

	(void)state;
	for (size_t i = 0; i < sizeof(deep) / sizeof(deep[0]); i++) {
		size_t left = deep[i].size;

		verity_begin(v);
		for (; left; left -= left < 8192 ? left : 8192)
			assert_true(verity_update(v, bytes, left < 8192 ? left : 8192));
		assert_end(v, false, deep[i].digest);
	}
	verity_free(v);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verity_equals_the_tools_digests),
		cmocka_unit_test(test_verity_does_not_depend_on_the_pieces),
		cmocka_unit_test(test_verity_gives_each_prefix_and_goes_on),
		cmocka_unit_test(test_verity_takes_subtrees_by_their_hash),
		cmocka_unit_test(test_verity_of_three_full_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
