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
	/* Published as 2aab1484e8c158f2 bfb8c5ff41b57a52 5129131c957b5f77: words turned round. */
	{ INTACT_TIGER, "f258c1e88414ab2a527ab541ffc5b8bf935f7b951c132951" },
	{ INTACT_HAVAL, "8699f1e3384d05b2a84b032693e2b6f46df85a13a50d93808d6874bb8fb9e86c" },
	{ INTACT_GOST, "f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d" },
	{ INTACT_STRIBOG256, "4e2919cf137ed41ec4fb6270c61826cc4fffb660341e0af3688cd0626d23b481" },
	{ INTACT_STRIBOG512, "28156e28317da7c98f4fe2bed6b542d0dab85bb224445fcedaf75d46e26d7eb8"
			     "d5997f3e0915dd6b7f0aab08d9c8beb0d8c64bae2ab8b3c8c6bc53b3bf0db728" },
	{ INTACT_CRC32, "73bb8c64" },
	{ INTACT_CRC32B, "c2412435" },
	/* `fsverity digest` of fsverity-utils 1.5 */
	{ INTACT_FSVERITY, "700b6bd8510f0b4f9bac8b9cf0459151a1c4a99f467892bb4bd289a67df8e19c" },
};

/* More of the old ones, of their publications where they give any. */
static const struct {
	enum intact_attr_id id;
	const char *text;
	const char *value;
} more[] = {
	{ INTACT_TIGER, "", "24f0130c63ac933216166e76b1bb925ff373de2d49584e7a" },
	{ INTACT_HAVAL, "", "4f6938531f0bc8991f62da7bbd6f7de3fad44562b8c6f4ebf146d5b4e46f7c17" },
	{ INTACT_GOST, "", "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d" },
	{ INTACT_GOST, "This is message, length=32 bytes",
	  "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa" },
	{ INTACT_GOST, "Suppose the original message has length = 50 bytes",
	  "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208" },
	{ INTACT_STRIBOG256, "012345678901234567890123456789012345678901234567890123456789012",
	  "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500" },
	{ INTACT_WHIRLPOOL, "",
	  "19fa61d75522a4669b44e39c1d2e1726c530232130d407f89afee0964997f7a7"
	  "3e83be698b288febcf88e3e03c4f0757ea8964e59b63d93708b138cc42a66eb3" },
	{ INTACT_CRC32, "", "00000000" },
	{ INTACT_CRC32B, "", "00000000" },
	{ INTACT_CRC32, "123456789", "181989fc" },
	{ INTACT_CRC32B, "123456789", "2639f4cb" },
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
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	/* Twice: contexts are used again. */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(intact_hasher_begin(h, available, 0, NULL), 0);
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
	struct intact_hasher *h;

	(void)state;
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abc", 3, NULL), 0);
	assert_int_equal(intact_hasher_end(h, true, prefix, NULL), 0);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (mask & INTACT_BIT(vectors[i].id))
			assert_digest(&vectors[i], prefix);
	}
	assert_int_equal(intact_hasher_update(h, "def", 3, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abcdef", 6, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, prefix, NULL), 0);
	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		assert_memory_equal(out[row->digest], prefix[row->digest], row->digest_size);
	}
	intact_hasher_free(h);
}

static void test_digest_of_a_prefix_is_that_of_its_bytes(void **state)
{
	static unsigned char data[1000];
	uint8_t prefix[INTACT_DIGEST_MAX][64], out[INTACT_DIGEST_MAX][64];
	uint64_t mask = intact_digests_available();
	struct intact_hasher *whole, *part;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(0x80 | i * 7);
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &whole, NULL), 0);
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &part, NULL), 0);
	assert_int_equal(intact_hasher_begin(whole, mask, 0, NULL), 0);
	for (size_t n = 1; n <= sizeof(data); n++) {
		assert_int_equal(intact_hasher_update(whole, data + n - 1, 1, NULL), 0);
		if (n % 63 > 2 && n % 64 > 2)
			continue;
		assert_int_equal(intact_hasher_end(whole, true, prefix, NULL), 0);
		assert_int_equal(intact_hasher_begin(part, mask, 0, NULL), 0);
		assert_int_equal(intact_hasher_update(part, data, n, NULL), 0);
		assert_int_equal(intact_hasher_end(part, false, out, NULL), 0);
		for (uint64_t left = mask; left; left &= left - 1) {
			const struct intact_attr *row =
				intact_attr_get((unsigned)__builtin_ctzll(left));

			assert_memory_equal(out[row->digest], prefix[row->digest],
					    row->digest_size);
		}
	}
	intact_hasher_free(whole);
	intact_hasher_free(part);
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
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, data, sizeof(data), NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, whole, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
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

static void assert_hex(const uint8_t *value, size_t size, const char *expected)
{
	struct buf hex = { 0 };

	text_hex(&hex, value, size);
	assert_string_equal(hex.data, expected);
	buf_release(&hex);
}

static void test_digest_gives_more_known_answers_of_old_algorithms(void **state)
{
	uint64_t available = intact_digests_available();
	uint8_t out[INTACT_DIGEST_MAX][64];
	struct intact_hasher *h;

	(void)state;
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_0_18, &h, NULL), 0);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		const struct intact_attr *row = intact_attr_get(more[i].id);

		if (!(available & INTACT_BIT(row->id)))
			continue;
		assert_int_equal(intact_hasher_begin(h, INTACT_BIT(row->id), 0, NULL), 0);
		assert_int_equal(intact_hasher_update(h, more[i].text, strlen(more[i].text), NULL),
				 0);
		assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
		assert_hex(out[row->digest], row->digest_size, more[i].value);
	}
	intact_hasher_free(h);
}

/* What libraries disagree on: doc/design/digests.md. */
static void both_values(enum intact_compat compat, enum intact_attr_id id, const char *first,
			const char *second)
{
	const struct intact_attr *row = intact_attr_get(id);
	uint8_t prefix[INTACT_DIGEST_MAX][64], out[INTACT_DIGEST_MAX][64];
	unsigned char ones[33];
	struct intact_hasher *h;

	if (!(intact_digests_twofold() & INTACT_BIT(id))) {
		print_message("one value only here: %s\n", row->name);
		return;
	}
	memset(ones, 0xff, sizeof(ones));
	assert_int_equal(intact_hasher_new(compat, &h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, INTACT_BIT(id), INTACT_BIT(id), NULL), 0);
	assert_int_equal(intact_hasher_update(h, ones, sizeof(ones), NULL), 0);
	assert_int_equal(intact_hasher_end(h, true, prefix, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
	assert_hex(prefix[row->digest], row->digest_size, first);
	assert_hex(out[row->digest], row->digest_size, first);
	assert_hex(prefix[row->other], row->digest_size, second);
	assert_hex(out[row->other], row->digest_size, second);
	intact_hasher_free(h);
}

static void test_digest_gives_both_values_where_there_are_two(void **state)
{
	static const char standard[] =
		"5a7d5df78ae8b295ba3200b9bbd0c64aa51bc319903a678bebb50787a42f7133";
	static const char mhash[] =
		"4991ff242fc227fdfd8c9ab9657aa885e9856772ee2e0e008580e22e2cfee96c";

	(void)state;
	both_values(INTACT_COMPAT_NEWEST, INTACT_GOST, standard, mhash);
	both_values(INTACT_COMPAT_0_18, INTACT_GOST, mhash, standard);
	both_values(INTACT_COMPAT_NEWEST, INTACT_CRC32, "16b4adc4", "682db523");
	both_values(INTACT_COMPAT_0_18, INTACT_CRC32, "16b4adc4", "682db523");
	/* zlib is always there. */
	assert_true(intact_digests_twofold() & INTACT_BIT(INTACT_CRC32));
}

static void test_digest_begins_again_after_a_round_that_was_given_up(void **state)
{
	uint64_t mask = intact_digests_available();
	uint8_t out[INTACT_DIGEST_MAX][64], again[INTACT_DIGEST_MAX][64];
	struct intact_hasher *h;

	(void)state;
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, out, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abc", 3, NULL), 0);
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_end(h, false, again, NULL), 0);
	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		assert_memory_equal(out[row->digest], again[row->digest], row->digest_size);
	}
	/* And one that nobody ends. */
	assert_int_equal(intact_hasher_begin(h, mask, 0, NULL), 0);
	assert_int_equal(intact_hasher_update(h, "abc", 3, NULL), 0);
	intact_hasher_free(h);
}

static void test_digest_refuses_what_it_does_not_know(void **state)
{
	struct intact_hasher *h;
	struct intact_error err;

	(void)state;
	assert_int_equal(intact_hasher_new(INTACT_COMPAT_NEWEST, &h, NULL), 0);
	assert_true(intact_hasher_begin(h, INTACT_BIT(INTACT_BLAKE3), 0, &err) < 0);
	intact_hasher_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_gives_known_answers_all_at_once),
		cmocka_unit_test(test_digest_vectors_cover_what_is_available),
		cmocka_unit_test(test_digest_goes_on_after_a_prefix),
		cmocka_unit_test(test_digest_of_a_prefix_is_that_of_its_bytes),
		cmocka_unit_test(test_digest_gives_more_known_answers_of_old_algorithms),
		cmocka_unit_test(test_digest_gives_both_values_where_there_are_two),
		cmocka_unit_test(test_digest_begins_again_after_a_round_that_was_given_up),
		cmocka_unit_test(test_digest_is_the_same_however_the_bytes_come),
		cmocka_unit_test(test_digest_refuses_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
