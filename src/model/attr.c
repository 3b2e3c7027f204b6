/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The attribute table.  See intact/attr.h.
 *
 * Names, fields, labels and keys of AIDE's attributes: aide-compat, section 4.1.
 */

#include <intact/attr.h>
#include <intact/entry.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ANY INTACT_FT_ANY
#define REG INTACT_FT_REG
#define DIR_REG (INTACT_FT_REG | INTACT_FT_DIR)
#define NOT_LINK (INTACT_FT_ANY & ~(unsigned)INTACT_FT_LINK)

#define FIELD(member) offsetof(struct intact_entry, member)
#define PLAIN(id, name, field, label, key, letter, kind, types, member) \
	[id] = { id, name, field, label, key, letter, kind, types, FIELD(member), -1, 0, 0 }
#define DIGEST2(id, name, label, key, index, size, other) \
	[id] = { id, name, name, label, key, 'H', INTACT_KIND_DIGEST, REG, 0, index, size, other }
#define DIGEST(id, name, label, key, index, size) DIGEST2(id, name, label, key, index, size, 0)
#define SPECIAL(id, name) \
	[id] = { id, name, NULL, NULL, NULL, 0, INTACT_KIND_NONE, ANY, 0, -1, 0, 0 }

static const struct intact_attr table[INTACT_ATTR_MAX] = {
	[INTACT_NAME] = { INTACT_NAME, NULL, "name", NULL, NULL, 0, INTACT_KIND_NONE, ANY, 0, -1, 0,
			  0 },
	PLAIN(INTACT_LINK, "l", "lname", "Lname", "link_name", 'l', INTACT_KIND_STRING,
	      INTACT_FT_LINK, link),
	PLAIN(INTACT_PERM, "p", "perm", "Perm", "perm", 'p', INTACT_KIND_MODE, ANY, mode),
	PLAIN(INTACT_UID, "u", "uid", "Uid", "uid", 'u', INTACT_KIND_NUMBER, ANY, uid),
	PLAIN(INTACT_GID, "g", "gid", "Gid", "gid", 'g', INTACT_KIND_NUMBER, ANY, gid),
	PLAIN(INTACT_SIZE, "s", "size", "Size", "size", '>', INTACT_KIND_NUMBER, ANY, size),
	PLAIN(INTACT_ATIME, "a", "atime", "Atime", "access_time", 'a', INTACT_KIND_TIME, ANY,
	      atime),
	PLAIN(INTACT_CTIME, "c", "ctime", "Ctime", "change_time", 'c', INTACT_KIND_TIME, ANY,
	      ctime),
	PLAIN(INTACT_MTIME, "m", "mtime", "Mtime", "modify_time", 'm', INTACT_KIND_TIME, ANY,
	      mtime),
	PLAIN(INTACT_INODE, "i", "inode", "Inode", "inode", 'i', INTACT_KIND_NUMBER, ANY, ino),
	PLAIN(INTACT_BLOCKS, "b", "bcount", "Bcount", "block_count", 'b', INTACT_KIND_NUMBER, ANY,
	      blocks),
	PLAIN(INTACT_NLINK, "n", "lcount", "Linkcount", "link_count", 'n', INTACT_KIND_NUMBER, ANY,
	      nlink),
	DIGEST(INTACT_MD5, "md5", "MD5", "md5", 0, 16),
	DIGEST(INTACT_SHA1, "sha1", "SHA1", "sha1", 1, 20),
	DIGEST(INTACT_RMD160, "rmd160", "RMD160", "rmd160", 4, 20),
	DIGEST(INTACT_TIGER, "tiger", "TIGER", "tiger", 5, 24),
	DIGEST2(INTACT_CRC32, "crc32", "CRC32", "crc32", 6, 4, INTACT_DIGEST_OTHER),
	DIGEST(INTACT_HAVAL, "haval", "HAVAL", "haval", 8, 32),
	DIGEST2(INTACT_GOST, "gost", "GOST", "gost", 10, 32, INTACT_DIGEST_OTHER + 1),
	DIGEST(INTACT_CRC32B, "crc32b", "CRC32B", "crc32b", 7, 4),
	[INTACT_ACL] = { INTACT_ACL, "acl", "acl", "ACL", "acl", 'A', INTACT_KIND_ACL, NOT_LINK, 0,
			 -1, 0, 0 },
	PLAIN(INTACT_RDEV, "rdev", "rdev", "Rdev", "device_number", 0, INTACT_KIND_DEVICE,
	      INTACT_FT_BLOCK | INTACT_FT_CHAR, rdev),
	PLAIN(INTACT_DEV, "dev", "dev", "Dev", "device", 0, INTACT_KIND_DEVICE, ANY, dev),
	[INTACT_SIZE_GROWING] = { INTACT_SIZE_GROWING, "S", NULL, "Size (>)", "growing_size", 0,
				  INTACT_KIND_NUMBER, ANY, FIELD(size), -1, 0, 0 },
	SPECIAL(INTACT_CHECK_INODE, "I"),
	SPECIAL(INTACT_ALLOW_NEW, "ANF"),
	SPECIAL(INTACT_ALLOW_REMOVED, "ARF"),
	DIGEST(INTACT_SHA256, "sha256", "SHA256", "sha256", 2, 32),
	DIGEST(INTACT_SHA512, "sha512", "SHA512", "sha512", 3, 64),
	PLAIN(INTACT_SELINUX, "selinux", "selinux", "SELinux", "selinux", 'S', INTACT_KIND_STRING,
	      ANY, selinux),
	[INTACT_XATTRS] = { INTACT_XATTRS, "xattrs", "xattrs", "XAttrs", "xattrs", 'X',
			    INTACT_KIND_XATTRS, ANY, 0, -1, 0, 0 },
	DIGEST(INTACT_WHIRLPOOL, "whirlpool", "WHIRLPOOL", "whirlpool", 9, 64),
	[INTACT_FTYPE] = { INTACT_FTYPE, "ftype", NULL, "File type", "file_type", 0,
			   INTACT_KIND_FTYPE, ANY, FIELD(mode), -1, 0, 0 },
	PLAIN(INTACT_E2FSATTRS, "e2fsattrs", "e2fsattrs", "E2FSAttrs", "e2fsattrs", 'E',
	      INTACT_KIND_FLAGS, DIR_REG, e2fsattrs),
	PLAIN(INTACT_CAPS, "caps", "capabilities", "Caps", "capabilities", 'C', INTACT_KIND_STRING,
	      REG, caps),
	DIGEST(INTACT_STRIBOG256, "stribog256", "STRIBOG256", "stribog256", 11, 32),
	DIGEST(INTACT_STRIBOG512, "stribog512", "STRIBOG512", "stribog512", 12, 64),
	SPECIAL(INTACT_GROWING, "growing"),
	SPECIAL(INTACT_COMPRESSED, "compressed"),
	DIGEST(INTACT_SHA512_256, "sha512_256", "SHA512/256", "sha512-256", 13, 32),
	DIGEST(INTACT_SHA3_256, "sha3_256", "SHA3-256", "sha3-256", 14, 32),
	DIGEST(INTACT_SHA3_512, "sha3_512", "SHA3-512", "sha3-512", 15, 64),
	PLAIN(INTACT_FSTYPE, "fstype", "fstype", "FS type", "fs_type", 'F', INTACT_KIND_FSTYPE, ANY,
	      fstype),
	DIGEST(INTACT_BLAKE3, "blake3", "BLAKE3", "blake3", 16, 32),
	PLAIN(INTACT_BTIME, "btime", "btime", "Btime", "birth_time", 0, INTACT_KIND_TIME, ANY,
	      btime),
	DIGEST(INTACT_SHA224, "sha224", "SHA224", "sha224", 17, 28),
	DIGEST(INTACT_SHA384, "sha384", "SHA384", "sha384", 18, 48),
	DIGEST(INTACT_SHA512_224, "sha512_224", "SHA512/224", "sha512-224", 19, 28),
	DIGEST(INTACT_SHA3_224, "sha3_224", "SHA3-224", "sha3-224", 20, 28),
	DIGEST(INTACT_SHA3_384, "sha3_384", "SHA3-384", "sha3-384", 21, 48),
	DIGEST(INTACT_BLAKE2B, "blake2b", "BLAKE2b", "blake2b", 22, 64),
	DIGEST(INTACT_BLAKE2S, "blake2s", "BLAKE2s", "blake2s", 23, 32),
	DIGEST(INTACT_SM3, "sm3", "SM3", "sm3", 24, 32),
	DIGEST(INTACT_FSVERITY, "fsverity", "FSVERITY", "fsverity", 25, 32),
};

/* Looked up for every digest of every entry. */
static const uint8_t of_digest[INTACT_DIGEST_MAX] = {
	[0] = INTACT_MD5,
	[1] = INTACT_SHA1,
	[2] = INTACT_SHA256,
	[3] = INTACT_SHA512,
	[4] = INTACT_RMD160,
	[5] = INTACT_TIGER,
	[6] = INTACT_CRC32,
	[7] = INTACT_CRC32B,
	[8] = INTACT_HAVAL,
	[9] = INTACT_WHIRLPOOL,
	[10] = INTACT_GOST,
	[11] = INTACT_STRIBOG256,
	[12] = INTACT_STRIBOG512,
	[13] = INTACT_SHA512_256,
	[14] = INTACT_SHA3_256,
	[15] = INTACT_SHA3_512,
	[16] = INTACT_BLAKE3,
	[17] = INTACT_SHA224,
	[18] = INTACT_SHA384,
	[19] = INTACT_SHA512_224,
	[20] = INTACT_SHA3_224,
	[21] = INTACT_SHA3_384,
	[22] = INTACT_BLAKE2B,
	[23] = INTACT_BLAKE2S,
	[24] = INTACT_SM3,
	[25] = INTACT_FSVERITY,
	[INTACT_DIGEST_OTHER] = INTACT_CRC32,
	[INTACT_DIGEST_OTHER + 1] = INTACT_GOST,
};

/* aide-compat 6.5, then ours. */
static const enum intact_attr_id report_order[] = {
	INTACT_FTYPE,	   INTACT_LINK,	      INTACT_SIZE,	 INTACT_SIZE_GROWING,
	INTACT_BLOCKS,	   INTACT_PERM,	      INTACT_UID,	 INTACT_GID,
	INTACT_ATIME,	   INTACT_MTIME,      INTACT_CTIME,	 INTACT_INODE,
	INTACT_NLINK,	   INTACT_MD5,	      INTACT_SHA1,	 INTACT_SHA256,
	INTACT_SHA512,	   INTACT_RMD160,     INTACT_TIGER,	 INTACT_CRC32,
	INTACT_CRC32B,	   INTACT_HAVAL,      INTACT_WHIRLPOOL,	 INTACT_GOST,
	INTACT_STRIBOG256, INTACT_STRIBOG512, INTACT_SHA512_256, INTACT_SHA3_256,
	INTACT_SHA3_512,   INTACT_BLAKE3,     INTACT_SHA224,	 INTACT_SHA384,
	INTACT_SHA512_224, INTACT_SHA3_224,   INTACT_SHA3_384,	 INTACT_BLAKE2B,
	INTACT_BLAKE2S,	   INTACT_SM3,	      INTACT_FSVERITY,	 INTACT_ACL,
	INTACT_XATTRS,	   INTACT_SELINUX,    INTACT_E2FSATTRS,	 INTACT_CAPS,
	INTACT_FSTYPE,	   INTACT_RDEV,	      INTACT_DEV,	 INTACT_BTIME,
};

const struct intact_attr *intact_attr_get(unsigned id)
{
	/* An unused bit has an all-zero row, and only INTACT_NAME may have the id 0. */
	return id < INTACT_ATTR_MAX && table[id].id == id ? &table[id] : NULL;
}

const struct intact_attr *intact_attr_by_name(const char *name, size_t len)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const char *row = table[id].name;

		if (row && strlen(row) == len && memcmp(row, name, len) == 0)
			return &table[id];
	}
	return NULL;
}

const struct intact_attr *intact_attr_by_field(const char *field, size_t len)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const char *row = table[id].field;

		if (row && strlen(row) == len && memcmp(row, field, len) == 0)
			return &table[id];
	}
	return NULL;
}

const struct intact_attr *intact_attr_of_digest(unsigned index)
{
	/* Only INTACT_NAME, which is no digest, has the bit 0. */
	return index < INTACT_DIGEST_MAX && of_digest[index] ? &table[of_digest[index]] : NULL;
}

const enum intact_attr_id *intact_attr_report_order(size_t *ret_count)
{
	*ret_count = sizeof(report_order) / sizeof(report_order[0]);
	return report_order;
}

uint64_t intact_attr_applicable(uint64_t mask, uint32_t mode)
{
	unsigned type = intact_ftype_of_mode(mode);
	uint64_t kept = 0;

	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (row && (row->types & type))
			kept |= INTACT_BIT(row->id);
	}
	/* The number of a device is part of what kind of object it is. */
	if ((mask & INTACT_BIT(INTACT_FTYPE)) && (type & (INTACT_FT_BLOCK | INTACT_FT_CHAR)))
		kept |= INTACT_BIT(INTACT_RDEV);
	return kept;
}

unsigned intact_ftype_of_mode(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return INTACT_FT_REG;
	case S_IFDIR:
		return INTACT_FT_DIR;
	case S_IFIFO:
		return INTACT_FT_FIFO;
	case S_IFLNK:
		return INTACT_FT_LINK;
	case S_IFBLK:
		return INTACT_FT_BLOCK;
	case S_IFCHR:
		return INTACT_FT_CHAR;
	case S_IFSOCK:
		return INTACT_FT_SOCK;
	default:
		return 0;
	}
}

char intact_ftype_letter(uint32_t mode)
{
	unsigned type = intact_ftype_of_mode(mode);

	return type ? "fdplbcs"[__builtin_ctz(type)] : '?';
}

const char *intact_ftype_name(uint32_t mode)
{
	static const char *const names[] = { "File",	     "Directory",	 "FIFO",  "Link",
					     "Block device", "Character device", "Socket" };
	unsigned type = intact_ftype_of_mode(mode);

	return type ? names[__builtin_ctz(type)] : "Unknown file type";
}

size_t intact_attr_expr(uint64_t mask, char *buf, size_t size)
{
	size_t len = 0;

	if (size)
		buf[0] = '\0';
	for (uint64_t left = mask; left; left &= left - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(left));

		if (!row || !row->name)
			continue;
		len += (size_t)snprintf(len < size ? buf + len : NULL, len < size ? size - len : 0,
					"%s%s", len ? "+" : "", row->name);
	}
	return len;
}
