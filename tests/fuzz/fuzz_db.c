/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: a baseline in our own format, from memory.
 *
 * The first byte chooses.  0: the rest is the file as it is.  Else the rest is taken apart into
 * header, blocks and index, and every digest, offset and length is made right, so that what is
 * under them is reached; with 2 it is signed, with 3 somebody else's signature is in its place:
 *
 *   u16 length of the metadata (appended to magic, version and length; 0: a good header), then
 *   blocks to the end: u16 length of the raw part, u16 length of the body before packing, u8 rows,
 *   both parts.  The index says that block N has the one path "/a", "/b", ...
 *
 * Each file is read without a key, and opened with one: what was not signed must be refused.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <intact/db.h>

#include "db/block.h"
#include "db/header.h"
#include "db/index.h"
#include "db/varint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static size_t take_length(struct input *in)
{
	size_t len;

	if (in->size < 2)
		return 0;
	len = in->data[0] | (size_t)in->data[1] << 8;
	in->data += 2;
	in->size -= 2;
	return len < in->size ? len : in->size;
}

static void take(struct input *in, struct buf *out, size_t len)
{
	len = len < in->size ? len : in->size;
	buf_add(out, in->data, len);
	in->data += len;
	in->size -= len;
}

static void repair_header(struct input *in, struct buf *file)
{
	static const struct intact_db_meta meta = { .generation = 1 };
	static const uint8_t fixed[HEADER_FIXED] = DB_MAGIC "\x01";
	size_t len = take_length(in);

	/* Most runs shall get past it. */
	if (len == 0) {
		if (header_put(file, &meta, NULL) != 0)
			abort();
		return;
	}
	buf_add(file, fixed, sizeof(fixed));
	take(in, file, len);
	put_u32((uint8_t *)file->data + 12, (uint32_t)file->len);
}

static void repair_block(struct input *in, struct buf *file, struct index_out *index,
			 struct zpack *z, struct sha256 *h)
{
	struct block_info info = { .first_len = 2, .last_len = 2 };
	size_t start = file->len, raw = take_length(in), body = take_length(in);
	const char key[2] = { '/', (char)('a' + (index->blocks & 15)) };
	struct buf expanded = { 0 };

	info.rows = in->size ? in->data[0] : 0;
	if (in->size) {
		in->data++;
		in->size--;
	}
	memcpy(info.first, key, 2);
	memcpy(info.last, key, 2);
	take(in, file, raw);
	info.raw = (uint32_t)(file->len - start);
	take(in, &expanded, body);
	info.expanded = (uint32_t)expanded.len;
	if (zpack_all(z, expanded.data ? expanded.data : "", expanded.len, file, NULL) != 0 ||
	    sha256_sum(h, file->data + start, file->len - start, NULL, 0, info.sha256, NULL) != 0)
		abort();
	info.packed = (uint32_t)(file->len - start - info.raw);
	if (index_out_add(index, &info, NULL) != 0)
		abort();
	buf_release(&expanded);
}

/* One for each process: no input can know it. */
static const struct intact_key *our_key(void)
{
	static struct intact_key *key;

	if (!key && intact_key_make(&key, NULL) != 0)
		abort();
	return key;
}

enum { SIGNED = 2, SIGNED_WRONGLY = 3 };

static void repair_signature(struct trailer *t, uint8_t how)
{
	t->has_signature = how == SIGNED || how == SIGNED_WRONGLY;
	if (t->has_signature &&
	    intact_key_sign(our_key(), INTACT_SIGNED_BASELINE, t->root, t->signature, NULL) != 0)
		abort();
	if (how == SIGNED_WRONGLY)
		t->signature[t->root[0] % INTACT_SIGNATURE_SIZE] ^= (uint8_t)(t->root[1] | 1);
}

static void repair_end(struct buf *file, struct index_out *index, struct trailer *t,
		       struct zpack *z, struct sha256 *h, uint8_t how)
{
	uint8_t end[TRAILER_MAX];
	struct buf *stored = &index->digests;

	t->index_offset = file->len;
	t->index_expanded = index->lines.len;
	t->blocks = index->blocks;
	t->entries = index->entries;
	if (zpack_all(z, index->lines.data ? index->lines.data : "", index->lines.len, stored,
		      NULL) != 0 ||
	    sha256_sum(h, stored->data, stored->len, NULL, 0, t->index_sha256, NULL) != 0 ||
	    sha256_sum(h, file->data, t->header_len, NULL, 0, t->header_sha256, NULL) != 0)
		abort();
	buf_add(file, stored->data, stored->len);
	t->index_len = stored->len;
	t->body_len = file->len;
	trailer_put(t, end);
	if (trailer_root(h, end, t->root, NULL) != 0)
		abort();
	repair_signature(t, how);
	buf_add(file, end, trailer_put(t, end));
}

static void repair(struct input in, struct buf *file, uint8_t how)
{
	struct index_out index = { 0 };
	struct trailer t = { 0 };
	struct zpack *z = zpack_new(1, false);
	struct sha256 *h = sha256_new();

	if (!z || !h)
		abort();
	repair_header(&in, file);
	t.header_len = file->len;
	while (in.size > 5)
		repair_block(&in, file, &index, z, h);
	repair_end(file, &index, &t, z, h, how);
	index_out_release(&index);
	zpack_free(z);
	sha256_free(h);
}

static void read_through(int fd)
{
	struct intact_error err = { 0 };
	const struct intact_entry *e;
	struct intact_stream *s;
	struct intact_db *db;

	if (intact_db_open("fuzz", fd, &db, &err) != 0)
		return;
	for (int i = 0; i < 2; i++) {
		if (intact_db_read(db, i ? "/b" : NULL, &s, &err) != 0)
			continue;
		while (intact_stream_next(s, &e, &err) == 1)
			;
		intact_stream_close(s);
	}
	intact_db_close(db);
}

/* AIDE's text is copied first, which is not what is looked for here. */
static void open_signed(int fd, uint8_t how)
{
	const struct intact_key *key = our_key();
	struct intact_db_trust trust = { .keys = &key, .nkeys = 1 };
	struct intact_db *db = NULL;

	if (intact_db_open_signed("fuzz", fd, &trust, &db, NULL) == 0 && how != SIGNED)
		abort();
	if (db && intact_db_check(db, NULL) == 0 && !intact_db_meta(db)->signature.signer)
		abort();
	intact_db_close(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = { 0 };
	int fd;

	if (size < 1)
		return 0;
	if (data[0])
		repair((struct input){ data + 1, size - 1 }, &file, data[0]);
	else
		buf_add(&file, data + 1, size - 1);
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || file.failed || write(fd, file.data, file.len) != (ssize_t)file.len)
		abort();
	read_through(fd);
	open_signed(fd, data[0]);
	close(fd);
	buf_release(&file);
	return 0;
}
