/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * flip: damage signed baselines in memory; each must be refused as damaged before an entry of what
 * was damaged is given out.
 *
 * Usage: flip MEBIBYTES FLIPS SPLICES
 *	every bit of a small baseline, with the key and without; every cut of it; bytes behind it;
 *	every bit and cut of a small text database of AIDE's with a detached signature;
 *	SPLICES times a piece of one of some hundred kilobytes is repeated, left out, exchanged with
 *	another, or taken from another baseline of the same key; each pair of its blocks exchanged;
 *	FLIPS random bits of one of at least MEBIBYTES.
 *
 * Ends with "N passed, N failed, 0 skipped".
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <intact/db.h>

#include "tests/bench/generated.h"

#define SMALL_ENTRIES 40
#define MIDDLE_ENTRIES 20000
/* Entries for a mebibyte of a baseline. */
#define PER_MEBIBYTE 16000
/* Of so many random flips one is met by all that a check does, the others by what reads the block.
 */
#define WHOLE_EVERY 1000

static struct intact_key *key;
static unsigned long passed, failed;
static uint64_t seed = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "flip: %s\n", what);
	exit(2);
}

static void claim(bool holds, const char *what, uint64_t at, uint64_t size)
{
	passed += holds;
	failed += !holds;
	if (!holds)
		printf("FAIL %s, %" PRIu64 " of %" PRIu64 " bytes: it was not refused\n", what, at,
		       size);
}

/* ---- baselines
 * ----------------------------------------------------------------------------------- */

/* In a file of its own in memory. */
static int make(uint64_t entries, uint64_t salt)
{
	const struct intact_db_meta meta = { .host = "h", .version = "1", .generation = 1 };
	int fd = memfd_create("flip", MFD_CLOEXEC);
	const struct intact_entry *e;
	struct intact_db_writer *w = NULL;
	struct generated g;

	require(fd >= 0 && intact_db_create("flip", fd, &meta, &w, NULL) == 0, "create");
	intact_db_sign(w, key);
	generated_init(&g, entries, salt);
	while (intact_stream_next(&g.stream, &e, NULL) == 1)
		require(intact_db_append(w, e, NULL) == 0, "append");
	require(intact_db_commit(w, NULL, NULL) == 0, "commit");
	intact_db_writer_free(w);
	return fd;
}

static uint64_t size_of(int fd)
{
	return (uint64_t)lseek(fd, 0, SEEK_END);
}

static uint8_t *bytes_of(int fd)
{
	uint64_t size = size_of(fd);
	uint8_t *data = malloc(size + 1);

	require(data && pread(fd, data, size, 0) == (ssize_t)size, "read");
	return data;
}

static void put(int fd, const void *data, size_t len, uint64_t at)
{
	require(pwrite(fd, data, len, (off_t)at) == (ssize_t)len, "write");
}

/* All that a check does before it uses an entry. */
static int check(int fd, const uint8_t *detached, bool with_key)
{
	const struct intact_key *keys[] = { key };
	struct intact_db_trust trust = { .keys = keys, .nkeys = with_key, .detached = detached };
	struct intact_db *db = NULL;
	int rc = intact_db_open_signed("flip", fd, &trust, &db, NULL);

	if (rc == 0)
		rc = intact_db_check(db, NULL);
	intact_db_close(db);
	return rc;
}

static bool is_refused(int fd, const uint8_t *detached)
{
	return check(fd, detached, true) == INTACT_EDAMAGED;
}

/* ---- small ones: all of it
 * ----------------------------------------------------------------------- */

static unsigned long every_bit(int fd, const uint8_t *detached, const char *what)
{
	uint64_t size = size_of(fd);
	uint8_t *data = bytes_of(fd);

	require(check(fd, detached, true) == 0, what);
	for (uint64_t bit = 0; bit < 8 * size; bit++) {
		uint8_t byte = data[bit / 8] ^ (uint8_t)(1u << bit % 8);

		put(fd, &byte, 1, bit / 8);
		claim(is_refused(fd, detached), what, bit / 8, size);
		/* Without a key the digests alone must do; but a signature nobody asked for may be
		 * any. */
		if (!detached && bit / 8 < size - 12 - INTACT_SIGNATURE_SIZE)
			claim(check(fd, NULL, false) == INTACT_EDAMAGED, what, bit / 8, size);
		put(fd, &data[bit / 8], 1, bit / 8);
	}
	require(check(fd, detached, true) == 0, what);
	free(data);
	return 8 * size;
}

static unsigned long every_cut(int fd, const uint8_t *detached, const char *what)
{
	uint64_t size = size_of(fd);
	uint8_t *data = bytes_of(fd);

	for (uint64_t cut = 0; cut < size; cut++) {
		require(ftruncate(fd, (off_t)cut) == 0, "cut");
		claim(is_refused(fd, detached), what, cut, size);
		put(fd, data, size, 0);
	}
	for (uint64_t more = 1; more <= 64; more++) {
		uint8_t byte = (uint8_t)draw(256);

		put(fd, &byte, 1, size + more - 1);
		claim(is_refused(fd, detached), what, size + more, size);
	}
	require(ftruncate(fd, (off_t)size) == 0, "cut");
	free(data);
	return size + 64;
}

static int text_database(uint8_t signature[INTACT_SIGNATURE_SIZE])
{
	static const char text[] = "@@begin_db\n@@db_spec name attr perm size\n/a 133 100644 1\n"
				   "/b 133 100644 2\n@@end_db\n";
	struct intact_db_trust trust = { .nkeys = 0 };
	int fd = memfd_create("text", MFD_CLOEXEC);
	struct intact_db *db;

	require(fd >= 0, "create");
	put(fd, text, strlen(text), 0);
	require(intact_db_open_signed("text", fd, &trust, &db, NULL) == 0, "open text");
	require(intact_key_sign(key, INTACT_SIGNED_FILE, intact_db_meta(db)->signature.digest,
				signature, NULL) == 0,
		"sign text");
	intact_db_close(db);
	return fd;
}

static void small_ones(void)
{
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int fd = make(SMALL_ENTRIES, 0), text = text_database(signature);
	unsigned long bits, cuts;

	bits = every_bit(fd, NULL, "a bit of a small one");
	cuts = every_cut(fd, NULL, "a small one cut or longer");
	bits += every_bit(text, signature, "a bit of a text with a detached signature");
	cuts += every_cut(text, signature, "a text with a detached signature cut or longer");
	printf("every bit of a baseline of %" PRIu64 " bytes and a text of %" PRIu64
	       ": %lu bits, %lu lengths\n",
	       size_of(fd), size_of(text), bits, cuts);
	close(fd);
	close(text);
}

/* ---- pieces
 * --------------------------------------------------------------------------------------- */

struct block {
	uint64_t offset, len;
	char first[64];
	size_t first_len;
};

struct layout {
	struct block *blocks;
	size_t n;
};

static struct layout layout_of(int fd)
{
	struct layout l = { NULL, 0 };
	struct intact_db_proof p;
	const struct intact_entry *e;
	struct intact_stream *s = NULL;
	struct intact_db *db;

	require(intact_db_open("flip", fd, &db, NULL) == 0 &&
			intact_db_read(db, NULL, &s, NULL) == 0,
		"open");
	while (intact_stream_next(s, &e, NULL) == 1) {
		struct block *b;

		require(intact_db_prove(db, s, &p) == 0, "prove");
		if (p.row != 1)
			continue;
		l.blocks = realloc(l.blocks, (l.n + 1) * sizeof(*l.blocks));
		b = &l.blocks[l.n++];
		*b = (struct block){ .offset = p.block_offset,
				     .len = p.block_len,
				     .first_len = e->path.len };
		require(e->path.len < sizeof(b->first), "path");
		memcpy(b->first, e->path.s, e->path.len);
	}
	intact_stream_close(s);
	intact_db_close(db);
	return l;
}

static void try_bytes(const uint8_t *data, uint64_t size, const uint8_t *whole, uint64_t whole_size,
		      const char *what, uint64_t at)
{
	int fd;

	if (size == whole_size && memcmp(data, whole, size) == 0)
		return;
	fd = memfd_create("try", MFD_CLOEXEC);
	require(fd >= 0, "create");
	put(fd, data, size, 0);
	claim(is_refused(fd, NULL), what, at, size);
	close(fd);
}

/* The second of two pieces comes first: their bytes, with what is between them. */
static void exchange(uint8_t *to, const uint8_t *from, const struct block *a, const struct block *b)
{
	uint64_t between = b->offset - a->offset - a->len;
	uint8_t *at = to + a->offset;

	memcpy(at, from + b->offset, b->len);
	memcpy(at + b->len, from + a->offset + a->len, between);
	memcpy(at + b->len + between, from + a->offset, a->len);
}

static void splice(uint8_t *to, const uint8_t *from, const uint8_t *other, uint64_t size)
{
	uint64_t len = 1 + draw(draw(2) ? 64 : size / 2), at = draw(size - len + 1);
	uint64_t source = draw(size - len + 1);

	memcpy(to, from, size);
	switch (draw(5)) {
	case 0: /* repeated */
		memcpy(to + at + len, from + at, size - at);
		try_bytes(to, size + len, from, size, "a piece repeated", at);
		break;
	case 1: /* left out */
		memmove(to + at, from + at + len, size - at - len);
		try_bytes(to, size - len, from, size, "a piece left out", at);
		break;
	case 2: /* over another place */
		memmove(to + at, from + source, len);
		try_bytes(to, size, from, size, "a piece over another", at);
		break;
	case 3: /* of another baseline */
		memcpy(to + at, other + at, len);
		try_bytes(to, size, from, size, "a piece of another baseline", at);
		break;
	default: /* begins as the other one, ends as this one */
		memcpy(to, other, at);
		try_bytes(to, size, from, size, "the begin of another baseline", at);
		break;
	}
}

static void pieces(unsigned long splices)
{
	int fd = make(MIDDLE_ENTRIES, 0), other_fd = make(MIDDLE_ENTRIES, 1);
	uint64_t size = size_of(fd), other_size = size_of(other_fd);
	uint8_t *data = bytes_of(fd), *other = bytes_of(other_fd), *to = malloc(2 * size + 1);
	struct layout l = layout_of(fd);
	unsigned long pairs = 0;

	require(to && l.n > 2, "blocks");
	for (size_t i = 0; i < l.n; i++) {
		for (size_t j = i + 1; j < l.n; j++, pairs++) {
			memcpy(to, data, size);
			exchange(to, data, &l.blocks[i], &l.blocks[j]);
			try_bytes(to, size, data, size, "two blocks exchanged", i);
		}
	}
	for (unsigned long i = 0; i < splices; i++)
		splice(to, data, other, size < other_size ? size : other_size);
	printf("%lu pairs of %zu blocks exchanged, %lu splices of %" PRIu64 " bytes\n", pairs, l.n,
	       splices, size);
	free(l.blocks);
	free(to);
	free(data);
	free(other);
	close(fd);
	close(other_fd);
}

/* ---- a large one
 * ------------------------------------------------------------------------------------ */

static const struct block *block_at(const struct layout *l, uint64_t at)
{
	for (size_t low = 0, high = l->n; low < high;) {
		size_t mid = low + (high - low) / 2;
		const struct block *b = &l->blocks[mid];

		if (at < b->offset)
			high = mid;
		else if (at >= b->offset + b->len)
			low = mid + 1;
		else
			return b;
	}
	return NULL;
}

/* Does reading from this block give an error, and none of its entries? */
static bool block_is_refused(struct intact_db *db, const struct block *b)
{
	char path[64];
	const struct intact_entry *e;
	struct intact_stream *s;
	bool refused;

	snprintf(path, sizeof(path), "%.*s", (int)b->first_len, b->first);
	require(intact_db_read(db, path, &s, NULL) == 0, "read");
	refused = intact_stream_next(s, &e, NULL) == INTACT_EDAMAGED;
	intact_stream_close(s);
	return refused;
}

static void large(uint64_t mebibytes, unsigned long flips)
{
	uint64_t entries = mebibytes * PER_MEBIBYTE;
	unsigned long outside = 0, whole = 0;
	struct intact_db *db;
	struct layout l;
	uint64_t size;
	int fd;

	for (fd = make(entries, 2); size_of(fd) < mebibytes << 20; fd = make(entries, 2)) {
		close(fd);
		entries += entries / 4;
	}
	size = size_of(fd);
	require(check(fd, NULL, true) == 0, "a large one");
	l = layout_of(fd);
	require(intact_db_open("flip", fd, &db, NULL) == 0, "open");
	for (unsigned long i = 0; i < flips; i++) {
		uint64_t at = draw(size);
		const struct block *b = block_at(&l, at);
		uint8_t byte, other;

		require(pread(fd, &byte, 1, (off_t)at) == 1, "read");
		other = byte ^ (uint8_t)(1u << draw(8));
		put(fd, &other, 1, at);
		if (b)
			claim(block_is_refused(db, b), "a bit of a block of a large one", at, size);
		if (!b || i % WHOLE_EVERY == 0) {
			claim(is_refused(fd, NULL), "a bit of a large one", at, size);
			whole++;
		}
		outside += !b;
		put(fd, &byte, 1, at);
	}
	require(check(fd, NULL, true) == 0, "a large one");
	printf("%lu random bits of a baseline of %" PRIu64 " bytes (%" PRIu64
	       " entries, %zu blocks), "
	       "%lu of them not in a block; %lu met a whole check\n",
	       flips, size, entries, l.n, outside, whole);
	intact_db_close(db);
	free(l.blocks);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	require(intact_key_make(&key, NULL) == 0, "key");
	small_ones();
	pieces(strtoul(argv[3], NULL, 10));
	large(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
	intact_key_free(key);
	printf("%lu passed, %lu failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
