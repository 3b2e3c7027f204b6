/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See generated.h.  Names, inodes and times are as a tree has them that was unpacked in one go.
 */

#include "generated.h"

#include <string.h>
#include <sys/stat.h>

#define FILES_IN_DIR 50
#define BIT(id) INTACT_BIT(INTACT_##id)

static uint64_t scramble(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static char *put_digits(char *at, uint64_t value, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

size_t generated_path(uint64_t i, char path[64])
{
	uint64_t dir = i / FILES_IN_DIR;
	char *at = put_text(path, "/srv/archive/");

	at = put_digits(at, dir / 1000, 6);
	at = put_text(at, "/box-");
	at = put_digits(at, dir % 1000, 3);
	at = put_text(at, "/item-");
	at = put_digits(at, i % FILES_IN_DIR, 2);
	at = put_text(at, ".data");
	*at = '\0';
	return (size_t)(at - path);
}

static void fill(struct generated *g)
{
	struct intact_entry *e = &g->entry;
	uint64_t i = g->next++;
	uint64_t word = scramble(i ^ g->salt << 48);
	uint64_t ns = i * 40000 + word % 20000 + g->salt;

	e->path.len = generated_path(i, g->path);
	for (unsigned k = 0; k < 4; k++) {
		uint64_t part = scramble(word + k);

		memcpy(g->digest + 8 * k, &part, 8);
	}
	e->ino = 1000000 + i + i / FILES_IN_DIR;
	e->size = word % 20000;
	e->blocks = (e->size + 4095) / 4096 * 8;
	e->mtime = (struct intact_time){ 1700000000 + (int64_t)(ns / 1000000000),
					 (uint32_t)(ns % 1000000000) };
	e->ctime = e->mtime;
	e->read = (struct intact_time){ e->mtime.sec + 1000000, e->mtime.nsec };
}

static int generated_next(struct intact_stream *s, const struct intact_entry **ret,
			  struct intact_error *err)
{
	struct generated *g = (struct generated *)s;

	(void)err;
	if (g->next == g->count)
		return 0;
	fill(g);
	*ret = &g->entry;
	return 1;
}

static void generated_close(struct intact_stream *s)
{
	(void)s;
}

void generated_init(struct generated *g, uint64_t count, uint64_t salt)
{
	static const char acl[] = "user::rw-\ngroup::r--\nother::r--\n";

	*g = (struct generated){ .stream = { generated_next, generated_close },
				 .count = count,
				 .salt = salt };
	g->entry = (struct intact_entry){
		.path.s = g->path,
		.attrs = BIT(PERM) | BIT(FTYPE) | BIT(INODE) | BIT(NLINK) | BIT(UID) | BIT(GID) |
			 BIT(SIZE) | BIT(MTIME) | BIT(CTIME) | BIT(ACL) | BIT(XATTRS) |
			 BIT(E2FSATTRS) | BIT(CAPS) | BIT(SHA256),
		.mode = S_IFREG | 0644,
		.nlink = 1,
		.dev = 8,
		.e2fsattrs = 0x80000,
		.acl_access = { acl, sizeof(acl) - 1 },
	};
	g->entry.digest[intact_attr_get(INTACT_SHA256)->digest] = g->digest;
}
