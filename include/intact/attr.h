/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The attribute table: one row for every measurable property of a filesystem object.
 *
 * Parser, baseline, comparator and reporters walk this table, so that a new attribute is a new row.
 * In memory an attribute is a bit; bits 0 to 46 are AIDE's (aide-compat, section 4.1), so that
 * masks and expressions order alike, and the rest are ours.  On disk attributes go by name, never
 * by bit.
 */

#ifndef INTACT_ATTR_H
#define INTACT_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The bit of each attribute. */
enum intact_attr_id {
	INTACT_NAME = 0, /* the path; always recorded.  In a change: the whole entry. */
	INTACT_LINK = 1,
	INTACT_PERM = 2,
	INTACT_UID = 3,
	INTACT_GID = 4,
	INTACT_SIZE = 5,
	INTACT_ATIME = 6,
	INTACT_CTIME = 7,
	INTACT_MTIME = 8,
	INTACT_INODE = 9,
	INTACT_BLOCKS = 10,
	INTACT_NLINK = 11,
	INTACT_MD5 = 12,
	INTACT_SHA1 = 13,
	INTACT_RMD160 = 14,
	INTACT_TIGER = 15,
	INTACT_CRC32 = 16,
	INTACT_HAVAL = 17,
	INTACT_GOST = 18,
	INTACT_CRC32B = 19,
	INTACT_ACL = 21,
	INTACT_RDEV = 23, /* number of a block or character device; goes with ftype */
	INTACT_DEV =
		24, /* device the object is on; kept, compared only when a rule asks for `dev` */
	INTACT_SIZE_GROWING = 26,  /* S */
	INTACT_CHECK_INODE = 27,   /* I */
	INTACT_ALLOW_NEW = 28,	   /* ANF */
	INTACT_ALLOW_REMOVED = 29, /* ARF */
	INTACT_SHA256 = 30,
	INTACT_SHA512 = 31,
	INTACT_SELINUX = 32,
	INTACT_XATTRS = 33,
	INTACT_WHIRLPOOL = 34,
	INTACT_FTYPE = 35,
	INTACT_E2FSATTRS = 36,
	INTACT_CAPS = 37,
	INTACT_STRIBOG256 = 38,
	INTACT_STRIBOG512 = 39,
	INTACT_GROWING = 40,
	INTACT_COMPRESSED = 41,
	INTACT_SHA512_256 = 42,
	INTACT_SHA3_256 = 43,
	INTACT_SHA3_512 = 44,
	INTACT_FSTYPE = 45,
	INTACT_BLAKE3 = 46,
	/* Ours from here on. */
	INTACT_BTIME = 47,
	INTACT_SHA224 = 48,
	INTACT_SHA384 = 49,
	INTACT_SHA512_224 = 50,
	INTACT_SHA3_224 = 51,
	INTACT_SHA3_384 = 52,
	INTACT_BLAKE2B = 53, /* BLAKE2b-512 */
	INTACT_BLAKE2S = 54, /* BLAKE2s-256 */
	INTACT_SM3 = 55,
	INTACT_FSVERITY = 56, /* the kernel's fs-verity digest: SHA-256, 4 KiB, no salt */
	INTACT_ATTR_MAX = 57,
};

#define INTACT_BIT(id) ((uint64_t)1 << (id))

/** What kind of value an attribute has: how it is encoded, compared and shown. */
enum intact_attr_kind {
	INTACT_KIND_NONE,   /* no value of its own: name, and the special attributes I, ANF, ARF ...
			     */
	INTACT_KIND_NUMBER, /* uint64_t */
	INTACT_KIND_MODE,   /* uint64_t, st_mode */
	INTACT_KIND_FTYPE,  /* the type bits of the mode; reads entry->mode */
	INTACT_KIND_TIME,   /* struct intact_time */
	INTACT_KIND_DEVICE, /* uint64_t, major << 32 | minor */
	INTACT_KIND_FLAGS,  /* uint64_t, FS_IOC_GETFLAGS */
	INTACT_KIND_FSTYPE, /* uint64_t, statfs f_type */
	INTACT_KIND_STRING, /* struct intact_str; NULL data means "there is none" */
	INTACT_KIND_DIGEST, /* entry->digest[row->digest], row->digest_size bytes */
	INTACT_KIND_ACL,    /* entry->acl_access and entry->acl_default */
	INTACT_KIND_XATTRS, /* entry->xattrs */
};

/** Object types, as bits, in the order of AIDE's restriction letters f,d,p,l,b,c,s. */
enum intact_ftype {
	INTACT_FT_REG = 1 << 0,
	INTACT_FT_DIR = 1 << 1,
	INTACT_FT_FIFO = 1 << 2,
	INTACT_FT_LINK = 1 << 3,
	INTACT_FT_BLOCK = 1 << 4,
	INTACT_FT_CHAR = 1 << 5,
	INTACT_FT_SOCK = 1 << 6,
	INTACT_FT_ANY = (1 << 7) - 1,
};

/** Digests have dense numbers of their own beside the bit; second values (`other`) come last. */
#define INTACT_DIGEST_OTHER 26
#define INTACT_DIGEST_MAX 28

/** One row. */
struct intact_attr {
	enum intact_attr_id id;
	const char *name;  /* in rules: "p", "sha256" */
	const char *field; /* in AIDE's database and in ours: "perm"; NULL: has no column */
	const char *label; /* in the plain report: "Perm"; NULL: never shown */
	const char *key;   /* in JSON: "perm" */
	char letter;	   /* in the summary string; 0: has no column there */
	enum intact_attr_kind kind;
	unsigned types;	     /* enum intact_ftype bits of the objects that can have it */
	uint16_t offset;     /* of the value in struct intact_entry, where the kind has one */
	int8_t digest;	     /* index into entry->digest, or -1 */
	uint8_t digest_size; /* bytes */

	/* Libraries do not agree on what this name means: index of the value that others give,
	 * equal in rank when a baseline is verified, and never written.  0: there is one value. */
	uint8_t other;
};

/** Row of a bit, or NULL where the bit is not used.  The table is constant and may be read by any
 * thread. */
const struct intact_attr *intact_attr_get(unsigned id);

/** Row of a name as written in rules ("sha256"), or NULL. */
const struct intact_attr *intact_attr_by_name(const char *name, size_t len);

/** Row of a field name as written in baselines ("capabilities"), or NULL. */
const struct intact_attr *intact_attr_by_field(const char *field, size_t len);

/** Row of the digest with this index, of either value, into entry->digest, or NULL where the index
 * is not used. */
const struct intact_attr *intact_attr_of_digest(unsigned index);

/** The rows that reports show, in AIDE's report order (aide-compat 6.5), ours after AIDE's. */
const enum intact_attr_id *intact_attr_report_order(size_t *ret_count);

/** Digests that tell accidents but not attacks: anybody can make a file with a given one. */
#define INTACT_MASK_CHECKSUMS (INTACT_BIT(INTACT_CRC32) | INTACT_BIT(INTACT_CRC32B))

/** All digests; all attributes whose measuring reads content or needs an open file. */
#define INTACT_MASK_DIGESTS                                                                        \
	(INTACT_BIT(INTACT_MD5) | INTACT_BIT(INTACT_SHA1) | INTACT_BIT(INTACT_RMD160) |            \
	 INTACT_BIT(INTACT_TIGER) | INTACT_BIT(INTACT_CRC32) | INTACT_BIT(INTACT_HAVAL) |          \
	 INTACT_BIT(INTACT_GOST) | INTACT_BIT(INTACT_CRC32B) | INTACT_BIT(INTACT_SHA256) |         \
	 INTACT_BIT(INTACT_SHA512) | INTACT_BIT(INTACT_WHIRLPOOL) |                                \
	 INTACT_BIT(INTACT_STRIBOG256) | INTACT_BIT(INTACT_STRIBOG512) |                           \
	 INTACT_BIT(INTACT_SHA512_256) | INTACT_BIT(INTACT_SHA3_256) |                             \
	 INTACT_BIT(INTACT_SHA3_512) | INTACT_BIT(INTACT_BLAKE3) | INTACT_BIT(INTACT_SHA224) |     \
	 INTACT_BIT(INTACT_SHA384) | INTACT_BIT(INTACT_SHA512_224) | INTACT_BIT(INTACT_SHA3_224) | \
	 INTACT_BIT(INTACT_SHA3_384) | INTACT_BIT(INTACT_BLAKE2B) | INTACT_BIT(INTACT_BLAKE2S) |   \
	 INTACT_BIT(INTACT_SM3) | INTACT_BIT(INTACT_FSVERITY))

/** Attributes that an object of this st_mode can have, out of `mask` (aide-compat 4.1). */
uint64_t intact_attr_applicable(uint64_t mask, uint32_t mode);

/** st_mode type bits to enum intact_ftype; 0 for unknown. */
unsigned intact_ftype_of_mode(uint32_t mode);

/** The type letter of AIDE's restrictions and summary strings: one of f d l p b c s, or '?'. */
char intact_ftype_letter(uint32_t mode);

/** "File", "Directory", "FIFO", "Link", "Block device", "Character device", "Socket". */
const char *intact_ftype_name(uint32_t mode);

/**
 * Write "a+b+c" in bit order (AIDE's order) into `buf`, at most `size` bytes with the NUL.
 * Returns the length needed, as snprintf does.
 */
size_t intact_attr_expr(uint64_t mask, char *buf, size_t size);

#endif /* INTACT_ATTR_H */
