/* SPDX-License-Identifier: BSD-2-Clause */

/* digest.c: every algorithm against known answers, and prefixes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <intact/scan.h>

#include "base/buf.h"
#include "base/text.h"

struct vector {
	enum intact_attr_id id;
	const char *abc; /* digest of "abc" in hex */
};

static const struct vector vectors[] = {
	{ INTACT_MD5, "900150983cd24fb0d6963f7d28e17f72" },
	{ INTACT_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ INTACT_RMD160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc" },
	{ INTACT_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
	{ INTACT_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ INTACT_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
			 "8086072ba1e7cc2358baeca134c825a7" },
	{ INTACT_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ INTACT_SHA512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa" },
	{ INTACT_SHA512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23" },
	{ INTACT_SHA3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf" },
	{ INTACT_SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
	{ INTACT_SHA3_384, "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
			   "98d88cea927ac7f539f1edf228376d25" },
	{ INTACT_SHA3_512, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
			   "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0" },
	{ INTACT_BLAKE2B, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
			  "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923" },
	{ INTACT_BLAKE2S, "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982" },
	{ INTACT_SM3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
	{ INTACT_WHIRLPOOL, "4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c"
			    "7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5" },
};

static void assert_digest(const struct vector *v, uint8_t out[INTACT_DIGEST_MAX][64])
{
	const struct intact_attr *row = intact_attr_get(v->id);
	struct buf hex = { 0 };

	text_hex(&hex, out[row->digest], row->digest_size);
	assert_string_equal(hex.data, v->abc);
	buf_release(&hex);
}

static void test_digest_gives_known_answers_all_at_once(void **state)
{
	uint64_t available = intact_digests_available();
	uint8_t out[INTACT_DIGEST_MAX][64];
	struct intact_hasher *h;

	(void)state;
	assert_true(available & INTACT_BIT(INTACT_SHA256));
	assert_int_equal(intact_hasher_new(&h, NULL), 0);
	/* Twice: contexts are used again. */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(intact_hasher_begin(h, available, NULL), 0);
		assert_int_equal(intact_hasher_update(h, "a", 1, NULL), 0);
		assert_int_equal(intact_hasher_update(h, "bc", 2, NULL), 0);
		assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
		for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
			if (available & INTACT_BIT(vectors[i].id))
				assert_digest(&vectors[i], out);
			else
				print_message("not available here: %s\n",
					      intact_attr_get(vectors[i].id)->name);
		}
	}
	intact_hasher_free(h);
}

static void test_digest_vectors_cover_what_is_available(void **state)
{
	uint64_t covered = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		covered |= INTACT_BIT(vectors[i].id);
	assert_int_equal(intact_digests_available() & ~covered, 0);
}

static void test_digest_goes_on_after_a_prefix(void **state)
{
	uint8_t prefix[INTACT_DIGEST_MAX][64], out[INTACT_DIGEST_MAX][64];
	uint64_t mask = intact_digests_available();
	const struct vector *sha256 = &vectors[4];
	struct intact_hasher *h;

	(void)state;
	assert_int_equal(intact_hasher_new(&h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abc", 3, NULL), 0);
	assert_int_equal(intact_hasher_end(h, true, prefix, NULL), 0);
	assert_digest(sha256, prefix);
	assert_int_equal(intact_hasher_update(h, "def", 3, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abcdef", 6, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, prefix, NULL), 0);
	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		assert_memory_equal(out[row->digest], prefix[row->digest], row->digest_size);
	}
	intact_hasher_free(h);
}

static void test_digest_is_the_same_however_the_bytes_come(void **state)
{
	static unsigned char data[300001];
	uint8_t whole[INTACT_DIGEST_MAX][64], parts[INTACT_DIGEST_MAX][64];
	uint64_t mask = intact_digests_available();
	struct intact_hasher *h;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 31 >> 3);
	assert_int_equal(intact_hasher_new(&h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, NULL), 0);
	assert_int_equal(intact_hasher_update(h, data, sizeof(data), NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, whole, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, NULL), 0);
	for (size_t n = 1; at < sizeof(data); n = n * 3 + 1) {
		size_t take = n < sizeof(data) - at ? n : sizeof(data) - at;

		assert_int_equal(intact_hasher_update(h, data + at, take, NULL), 0);
		at += take;
	}
	assert_int_equal(intact_hasher_end(h, false, parts, NULL), 0);
	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		assert_memory_equal(whole[row->digest], parts[row->digest], row->digest_size);
	}
	intact_hasher_free(h);
}

static void test_digest_refuses_what_it_does_not_know(void **state)
{
	struct intact_hasher *h;
	struct intact_error err;

	(void)state;
	assert_int_equal(intact_hasher_new(&h, NULL), 0);
	assert_true(intact_hasher_begin(h, INTACT_BIT(INTACT_TIGER), &err) < 0);
	intact_hasher_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_gives_known_answers_all_at_once),
		cmocka_unit_test(test_digest_vectors_cover_what_is_available),
		cmocka_unit_test(test_digest_goes_on_after_a_prefix),
		cmocka_unit_test(test_digest_is_the_same_however_the_bytes_come),
		cmocka_unit_test(test_digest_refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
