/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The numbers of the baseline format, and the table of its columns.  doc/baseline-format.md is the
 * specification; this is its index.
 *
 *   header | block ... | index | trailer
 *
 *     header:   magic, version, length, metadata, attribute names, columns
 *     block:    digests and other random bytes (raw) | the rest of the columns (zlib)
 *     index:    SHA-256 of each block (raw) | first and last path, sizes, rows (zlib)
 *     trailer:  SHA-256 of header and index, sizes; root digest; signature; end mark
 */

#ifndef DB_FORMAT_H
#define DB_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include <intact/attr.h>
#include <intact/entry.h>

#define DB_MAGIC "\x89INTACT\n"
#define DB_END_MAGIC "INTACT\n\x98"
#define DB_MAGIC_SIZE 8
#define DB_VERSION 1

/* What a reader accepts and a writer makes.  Together they bound the memory that a hostile file can
 * take: 8 (rules) + 16 + 7 (index) + 2 * 12 (block) + 3 (numbers) + 4 (strings) MiB. */
#define DB_RULES_MAX ((size_t)8 << 20)	/* rules text, expanded */
#define DB_HEADER_MAX ((size_t)9 << 20) /* header, as stored */
#define DB_INDEX_MAX ((size_t)16 << 20) /* index with its digests, expanded and as stored */
#define DB_BLOCK_MAX ((size_t)12 << 20) /* block, expanded, digests included */
#define DB_ENTRY_MAX ((size_t)4 << 20)	/* one entry's part in a block */
#define DB_PATH_MAX ((size_t)1 << 20)
#define DB_ROWS_MAX 16384    /* entries of a block */
#define DB_STRINGS_MAX 65536 /* different strings of a column of a block */
#define DB_COLUMNS_MAX 128
#define DB_ATTRS_MAX 64
#define DB_KEY_MAX 255	    /* of a path in the index */
#define DB_XATTRS_MAX 32768 /* of one entry: a kernel's list of names has 64 KiB */

/* What the writer aims at.  Half the size costs 0.3 bytes an entry (directories of the columns,
 * zlib's tables); double gains 0.1 and makes looking up one path twice as slow. */
#define DB_BLOCK_TARGET ((size_t)256 << 10)
#define DB_ROWS_TARGET 8192

enum db_kind {
	DB_KIND_PATH = 1,   /* the ends of front-coded paths */
	DB_KIND_SHAPES = 2, /* what kinds of entries there are in the block */
	DB_KIND_NUMBER = 3, /* one for each entry */
	DB_KIND_STRING = 4, /* with a dictionary */
	DB_KIND_DIGEST = 5, /* of a fixed width */
};

/* A column that a reader must understand, or else refuse the file. */
#define DB_COLUMN_REQUIRED 1

/* Bits of a shape. */
#define DB_SHAPE_SECONDS 1	 /* INTACT_ENTRY_SECONDS */
#define DB_SHAPE_ACL_FROM_MODE 2 /* the access ACL says what the mode says */
#define DB_SHAPE_KNOWN 3

/* Our own numbers of the columns.  A column may only refer to one before it. */
enum db_column_id {
	COL_PATH_SHARED,
	COL_PATH_MORE,
	COL_PATH,
	COL_SHAPE,
	COL_SHAPES,
	COL_PERM,
	COL_UID,
	COL_GID,
	COL_SIZE,
	COL_BCOUNT,
	COL_INODE,
	COL_LCOUNT,
	COL_RDEV,
	COL_DEV,
	COL_E2FSATTRS,
	COL_FSTYPE,
	COL_MTIME,
	COL_MTIME_NS,
	COL_CTIME,
	COL_CTIME_NS,
	COL_ATIME,
	COL_ATIME_NS,
	COL_BTIME,
	COL_BTIME_NS,
	COL_READ,
	COL_LNAME,
	COL_SELINUX,
	COL_CAPABILITIES,
	COL_ACL,
	COL_ACL_DEFAULT,
	COL_PROBLEM,
	COL_XATTRS,
	COL_XATTRS_NAME,
	COL_XATTRS_VALUE,
	COL_DIGEST, /* the first; as many as the attribute table has */
	COL_MAX = COL_DIGEST + INTACT_DIGEST_MAX,
};

#define COL_NUMBERS_FIRST COL_PERM
#define COL_NUMBERS_LAST COL_READ

struct db_column {
	const char *name;
	uint8_t kind;
	uint8_t flags;
	/* Numbers, and strings before COL_PROBLEM: where in struct intact_entry; numbers: how many
	 * bytes there. */
	uint8_t size;
	uint16_t offset;
	/* Numbers: another column that this one often equals, or -1. */
	int8_t like;
	/* Digests. */
	uint8_t width;
	int8_t digest;
};

/** Column `id` (below db_columns()).  The table is made once a writer or reader from the constant
 * one and the attribute table. */
struct db_columns {
	unsigned count;
	struct db_column col[COL_MAX];
};

void db_columns_init(struct db_columns *columns);

/** The name under which an attribute stands in the file ("p", "sha256", "name"); NULL: no such
 * attribute. */
const char *db_attr_token(unsigned id);

/** The attribute of such a name, or -1. */
int db_attr_by_token(const char *token, size_t len);

/** All attributes that can be stored. */
uint64_t db_attr_known(void);

/** Is this a path as entry.h wants it: absolute, single slashes, none at the end, no NUL?  Only
 * looks at the bytes from `from` on. */
bool db_path_clean(const char *path, size_t len, size_t from);

#endif /* DB_FORMAT_H */
