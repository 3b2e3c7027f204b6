/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Signed baselines: whatever was done to one without the key is refused when it is opened, or when
 * its blocks are checked, which is before anything of it is used.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <intact/db.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "db/index.h"
#include "db/varint.h"
#include "test_db_random.h"
#include "own_folder.h"

static struct intact_key *key, *stranger;

static int setup(void **state)
{
	struct intact_error err;

	if (intact_key_make(&key, &err) < 0 || intact_key_make(&stranger, &err) < 0)
		return -1;
	return own_folder_enter(state);
}

static int teardown(void **state)
{
	intact_key_free(key);
	intact_key_free(stranger);
	return own_folder_leave(state);
}

struct file {
	uint8_t *data;
	size_t len;
};

/* `by` NULL: not signed. */
static struct file baseline(size_t entries, uint64_t seed, const struct intact_key *by)
{
	struct intact_db_meta meta = { .host = "h", .version = "1", .generation = 1 + seed };
	struct intact_entry *e = calloc(entries, sizeof(*e));
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	struct arena a = { 0 };
	size_t n = rnd_entries(e, entries, seed, &a);
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct file f;

	assert_int_equal(intact_db_create("small", fd, &meta, &w, &err), 0);
	if (by)
		intact_db_sign(w, by);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(intact_db_append(w, &e[i], &err), 0);
	assert_int_equal(intact_db_commit(w, NULL, &err), 0);
	intact_db_writer_free(w);
	f.len = (size_t)lseek(fd, 0, SEEK_END);
	f.data = malloc(f.len + 1);
	assert_int_equal(pread(fd, f.data, f.len, 0), (ssize_t)f.len);
	close(fd);
	arena_release(&a);
	free(e);
	return f;
}

/* Open as somebody who has `by`, and check all blocks. */
static int accept_by(const struct file *f, const struct intact_key *by, const uint8_t *detached,
		     struct intact_error *err)
{
	struct intact_db_trust trust = { .keys = &by, .nkeys = 1, .detached = detached };
	int fd = memfd_create("test", MFD_CLOEXEC), rc;
	struct intact_db *db = NULL;

	assert_int_equal(write(fd, f->data, f->len), (ssize_t)f->len);
	rc = intact_db_open_signed("f", fd, &trust, &db, err);
	if (rc == 0)
		rc = intact_db_check(db, err);
	if (rc == 0)
		assert_ptr_equal(intact_db_meta(db)->signature.signer, by);
	intact_db_close(db);
	close(fd);
	return rc;
}

static void refuse(const struct file *f, const char *what)
{
	struct intact_error err = { 0 };

	assert_int_equal(accept_by(f, key, NULL, &err), INTACT_EDAMAGED);
	if (!strstr(err.text, what))
		fail_msg("'%s' does not say '%s'", err.text, what);
}

static void test_signed_one_is_accepted(void **state)
{
	struct file f = baseline(100, 1, key);
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(accept_by(&f, key, NULL, &err), 0);
	free(f.data);
}

static void test_each_refusal_has_its_own_words(void **state)
{
	struct file f = baseline(100, 1, NULL), g = baseline(100, 1, stranger);
	struct intact_error err = { 0 };

	(void)state;
	refuse(&f, "'f': not signed, and only signed baselines are accepted");
	refuse(&g, "'f': wrong signature: it is not of the key");
	g.len--;
	refuse(&g, "cut off");
	assert_int_equal(accept_by(&f, stranger, NULL, &err), INTACT_EDAMAGED);
	free(f.data);
	free(g.data);
}

static void test_any_of_several_keys_will_do(void **state)
{
	struct file f = baseline(10, 1, stranger);
	const struct intact_key *both[] = { key, stranger };
	struct intact_db_trust trust = { .keys = both, .nkeys = 2 };
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct intact_error err = { 0 };
	struct intact_db *db = NULL;

	(void)state;
	assert_int_equal(write(fd, f.data, f.len), (ssize_t)f.len);
	assert_int_equal(intact_db_open_signed("f", fd, &trust, &db, &err), 0);
	assert_ptr_equal(intact_db_meta(db)->signature.signer, stranger);
	intact_db_close(db);
	close(fd);
	free(f.data);
}

static void test_every_flipped_bit_is_refused(void **state)
{
	struct file f = baseline(4, 3, key);
	struct intact_error err = { 0 };

	(void)state;
	for (size_t bit = 0; bit < 8 * f.len; bit++) {
		f.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (accept_by(&f, key, NULL, &err) != INTACT_EDAMAGED)
			fail_msg("bit %zu of %zu bytes flipped, and it was not refused", bit,
				 f.len);
		f.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(accept_by(&f, key, NULL, &err), 0);
	free(f.data);
}

static void test_every_cut_is_refused(void **state)
{
	struct file f = baseline(4, 3, key);
	size_t len = f.len;
	struct intact_error err = { 0 };

	(void)state;
	for (f.len = 0; f.len < len; f.len++)
		assert_int_equal(accept_by(&f, key, NULL, &err), INTACT_EDAMAGED);
	f.data[f.len++] = 0;
	assert_int_equal(accept_by(&f, key, NULL, &err), INTACT_EDAMAGED);
	free(f.data);
}

/* Signed or not, the rest is the same to the byte. */
static void test_signing_changes_no_digest(void **state)
{
	struct file f = baseline(100, 1, NULL), g = baseline(100, 1, key);
	size_t body = f.len - TRAILER_LEN;

	(void)state;
	assert_int_equal(g.len, f.len + INTACT_SIGNATURE_SIZE);
	assert_memory_equal(f.data, g.data, body + 152);
	free(f.data);
	free(g.data);
}

/* The signature of one under the content of another, and blocks of one in another. */
static void test_mixed_ones_are_refused(void **state)
{
	struct file f = baseline(30, 5, key), g = baseline(30, 6, key), h = baseline(30, 5, NULL);
	struct intact_error err = { 0 };
	uint64_t offset = get_u64(f.data + f.len - TRAILER_MAX + 64);

	(void)state;
	memcpy(h.data + h.len - TRAILER_LEN, f.data + f.len - TRAILER_MAX, 152);
	assert_int_equal(accept_by(&h, key, g.data + g.len - 12 - INTACT_SIGNATURE_SIZE, &err),
			 INTACT_EDAMAGED);
	assert_int_equal(accept_by(&h, key, f.data + f.len - 12 - INTACT_SIGNATURE_SIZE, &err), 0);
	/* The trailer of one, header and all else of the other. */
	memcpy(g.data + g.len - TRAILER_MAX, f.data + f.len - TRAILER_MAX, TRAILER_MAX);
	refuse(&g, "damaged baseline");
	/* A block of the other under all the digests of this one. */
	memcpy(f.data + offset, g.data + get_u64(g.data + g.len - TRAILER_MAX + 64), 64);
	refuse(&f, "block 1: its digest is wrong: it is damaged, or of another baseline");
	free(f.data);
	free(g.data);
	free(h.data);
}

/* ---- detached and embedded later ------------------------------------------------------------ */

static void put(const char *name, const void *data, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static void test_signature_is_put_into_what_is_there(void **state)
{
	struct file f = baseline(5000, 7, NULL), g = baseline(5000, 7, key);
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_error err = { 0 };
	struct intact_db_out *out = NULL;
	struct intact_db *db = NULL;
	uint8_t *data;
	int fd;

	(void)state;
	put("later", f.data, f.len);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(intact_db_open("later", -1, &db, &err), 0);
		assert_int_equal(intact_db_meta(db)->signature.present, round);
		assert_int_equal(intact_key_sign(key, INTACT_SIGNED_BASELINE,
						 intact_db_meta(db)->signature.digest, signature,
						 &err),
				 0);
		assert_int_equal(intact_db_reserve("later", -1, &out, &err), 0);
		assert_int_equal(intact_db_embed(db, out, signature, &err), 0);
		intact_db_out_free(out);
		intact_db_close(db);
		/* Ed25519 is deterministic. */
		data = malloc(g.len);
		fd = open("later", O_RDONLY);
		assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)g.len);
		assert_int_equal(pread(fd, data, g.len, 0), (ssize_t)g.len);
		assert_memory_equal(data, g.data, g.len);
		close(fd);
		free(data);
	}
	free(f.data);
	free(g.data);
}

static void test_aides_text_needs_a_detached_one(void **state)
{
	static const char text[] = "@@begin_db\n@@db_spec name attr perm\n/a 5 100644\n@@end_db\n";
	static const uint8_t nothing[INTACT_SIGNATURE_SIZE];
	struct file f = { (uint8_t *)text, strlen(text) };
	struct intact_db_trust trust = { 0 };
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	struct intact_error err = { 0 };
	struct intact_db *db = NULL;

	(void)state;
	refuse(&f, "'f': not signed: AIDE's format has no place for a signature");
	assert_int_equal(accept_by(&f, key, nothing, &err), INTACT_EDAMAGED);
	assert_non_null(strstr(err.text, "wrong signature"));
	put("text", text, f.len);
	assert_int_equal(intact_db_open_signed("text", -1, &trust, &db, &err), 0);
	assert_int_equal(intact_key_sign(key, INTACT_SIGNED_FILE,
					 intact_db_meta(db)->signature.digest, signature, &err),
			 0);
	intact_db_close(db);
	assert_int_equal(accept_by(&f, key, signature, &err), 0);
	f.data = (uint8_t *)strdup(text);
	f.data[f.len - 12] ^= 1;
	assert_int_equal(accept_by(&f, key, signature, &err), INTACT_EDAMAGED);
	free(f.data);
}

/* What was verified is what is read, whoever writes to the file meanwhile. */
static void test_aides_text_is_read_from_a_copy(void **state)
{
	static const char text[] = "@@begin_db\n@@db_spec name attr perm\n/a 5 100644\n@@end_db\n";
	struct intact_db_trust trust = { 0 };
	const struct intact_entry *e;
	struct intact_error err = { 0 };
	struct intact_stream *s;
	struct intact_db *db = NULL;

	(void)state;
	put("copied", text, strlen(text));
	assert_int_equal(intact_db_open_signed("copied", -1, &trust, &db, &err), 0);
	put("copied", "x", 1);
	assert_int_equal(intact_db_read(db, NULL, &s, &err), 0);
	assert_int_equal(intact_stream_next(s, &e, &err), 1);
	assert_string_equal(e->path.s, "/a");
	intact_stream_close(s);
	intact_db_close(db);
}

/* ---- the chain ------------------------------------------------------------------------------ */

static void test_proof_leads_from_the_entry_to_the_root(void **state)
{
	struct file f = baseline(20000, 11, key);
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct intact_error err = { 0 };
	struct intact_db_proof p = { 0 };
	const struct intact_entry *e;
	struct sha256 *h = sha256_new();
	uint8_t digest[SHA256_SIZE];
	struct intact_stream *s;
	struct intact_db *db;

	(void)state;
	assert_int_equal(write(fd, f.data, f.len), (ssize_t)f.len);
	assert_int_equal(intact_db_open("f", fd, &db, &err), 0);
	assert_int_equal(intact_db_read(db, NULL, &s, &err), 0);
	for (uint64_t n = 1; intact_stream_next(s, &e, &err) == 1; n++) {
		if (n % 997 && n != intact_db_meta(db)->entries)
			continue;
		assert_int_equal(intact_db_prove(db, s, &p), 0);
		assert_int_equal(
			sha256_sum(h, f.data + p.block_offset, p.block_len, NULL, 0, digest, &err),
			0);
		assert_memory_equal(digest, p.block_sha256, SHA256_SIZE);
		assert_memory_equal(f.data + p.digest_offset, digest, SHA256_SIZE);
	}
	assert_true(p.blocks > 1 && p.block == p.blocks && p.row == p.rows);
	assert_int_equal(sha256_sum(h, f.data + p.index_offset, p.index_len, NULL, 0, digest, &err),
			 0);
	assert_memory_equal(digest, f.data + p.trailer_offset + 32, SHA256_SIZE);
	assert_int_equal(sha256_sum(h, f.data, p.header_len, NULL, 0, digest, &err), 0);
	assert_memory_equal(digest, f.data + p.trailer_offset, SHA256_SIZE);
	assert_int_equal(p.trailer_offset + p.trailer_len, f.len);
	intact_stream_close(s);
	intact_db_close(db);
	sha256_free(h);
	close(fd);
	free(f.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_one_is_accepted),
		cmocka_unit_test(test_each_refusal_has_its_own_words),
		cmocka_unit_test(test_any_of_several_keys_will_do),
		cmocka_unit_test(test_every_flipped_bit_is_refused),
		cmocka_unit_test(test_every_cut_is_refused),
		cmocka_unit_test(test_signing_changes_no_digest),
		cmocka_unit_test(test_mixed_ones_are_refused),
		cmocka_unit_test(test_signature_is_put_into_what_is_there),
		cmocka_unit_test(test_aides_text_needs_a_detached_one),
		cmocka_unit_test(test_aides_text_is_read_from_a_copy),
		cmocka_unit_test(test_proof_leads_from_the_entry_to_the_root),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
