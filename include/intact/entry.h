/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * An entry: one filesystem object under its path, with its measured attributes.
 *
 * The same struct carries an entry from a baseline, a fresh name from the walk that is not measured
 * yet, and a measured object.  An entry owns nothing: all pointers are into an arena or a buffer of
 * whoever produced it, which says how long it lives (usually until the next next()).
 */

#ifndef INTACT_ENTRY_H
#define INTACT_ENTRY_H

#include <intact/attr.h>
#include <intact/content.h>
#include <intact/error.h>

struct arena;
struct scan_dir;

/** Bytes with a length.  `s` is NUL-terminated as well (a NUL may also stand inside); NULL means
 * "none", which is different from "". */
struct intact_str {
	const char *s;
	size_t len;
};

/** Seconds since the epoch, may be negative; nanoseconds 0 to 999,999,999. */
struct intact_time {
	int64_t sec;
	uint32_t nsec;
};

/** A device number as entries have it. */
static inline uint64_t intact_device(uint32_t major, uint32_t minor)
{
	return (uint64_t)major << 32 | minor;
}

/** One extended attribute. */
struct intact_xattr {
	struct intact_str name;
	struct intact_str value; /* s is never NULL */
};

/** What an entry is beyond its values. */
enum intact_entry_flags {
	/* Times are whole seconds: the source knows no better (AIDE's text database). */
	INTACT_ENTRY_SECONDS = 1 << 0,
	/* Not an object: at or below `path` something may be missing, `problem` says why; the mode
	 * has the type of what is there.  For a directory it stands in the stream after the entry
	 * of that directory and before its content (or after the content when it was noticed only
	 * then). */
	INTACT_ENTRY_GAP = 1 << 1,
	/* digest_prefix holds digests over the first `prefix_size` bytes (attribute `growing`). */
	INTACT_ENTRY_PREFIX = 1 << 2,
	/* The name comes from the walk and is not measured yet: only path, attrs and the type in
	   mode count. */
	INTACT_ENTRY_UNMEASURED = 1 << 3,
	/* Measured now, but for the content: its digests and the time of reading are those of the
	 * baseline (hash_policy). */
	INTACT_ENTRY_TRUSTED = 1 << 4,
};

struct intact_entry {
	struct intact_str path; /* absolute, without root_prefix, no trailing slash except "/" */
	unsigned flags;		/* enum intact_entry_flags */

	uint64_t attrs; /* attributes the rule asks for, that this type of object can have and this
			 * file system knows: AIDE's "attr" column */
	uint64_t unsupported; /* asked for, but this file system or kernel has no such thing (not in
				 attrs) */
	uint64_t failed; /* in attrs, but could not be measured: the value is not there, `problem`
			    says why */

	/* INTACT_KIND_NUMBER, MODE, DEVICE, FLAGS, FSTYPE.  mode, ino are always there; an
	 * attribute whose bit is neither in attrs nor measured along the way is 0. */
	uint64_t mode;
	uint64_t uid;
	uint64_t gid;
	uint64_t size;
	uint64_t blocks; /* of 512 bytes */
	uint64_t ino;
	uint64_t nlink;
	uint64_t rdev;
	uint64_t dev;
	uint64_t e2fsattrs;
	uint64_t fstype;

	/* INTACT_KIND_TIME */
	struct intact_time atime;
	struct intact_time mtime;
	struct intact_time ctime;
	struct intact_time btime; /* 0.0 where the file system keeps none */
	/* When the content was last read in full, in whole seconds; 0: never or unknown. */
	struct intact_time read;

	/* INTACT_KIND_STRING */
	struct intact_str link;
	struct intact_str selinux;
	struct intact_str caps; /* libcap's text */

	/* Long text form ("user::rw-\nuser:1000:r--\n...") with numeric ids. */
	struct intact_str acl_access;
	struct intact_str acl_default; /* of directories; s == NULL: none */

	/* Sorted by name, names unique. */
	const struct intact_xattr *xattrs;
	size_t nxattrs;

	/* NULL: no value.  A second value (row->other) stands beside the first one only where a
	 * file was measured to verify an older value. */
	const uint8_t *digest[INTACT_DIGEST_MAX];
	/* With INTACT_ENTRY_PREFIX: digests over the first prefix_size bytes; NULL: none. */
	const uint8_t *digest_prefix[INTACT_DIGEST_MAX];
	uint64_t prefix_size;

	/* `compressed`: what the content is when decompressed; NULL: not looked at.  Never kept in
	 * a baseline. */
	const struct intact_unpacked *unpacked;

	const char *problem; /* one line for people, unescaped; NULL: none */

	/* The scan's alone: the directory the name was found in.  Behind the measuring it is there,
	 * until the next pair, only where the entry's content may have to be read again
	 * (intact_contents); NULL elsewhere. */
	struct scan_dir *dir;
};

/**
 * Copy all that `src` points to into `arena` and make `*dst` a copy that points there.
 * `dir` is copied as a bare pointer.  Returns 0 or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int intact_entry_copy(struct intact_entry *dst, const struct intact_entry *src, struct arena *arena,
		      struct intact_error *err);

/** Is there a value for this attribute?  (In attrs, not failed; a digest needs its bytes.) */
bool intact_entry_has(const struct intact_entry *e, unsigned id);

/**
 * Attributes that a report in AIDE's form shows as present: attrs, less capabilities and SELinux
 * label where there are none (AIDE drops the attribute then), less ours that AIDE does not know if
 * `aide_only`.
 */
uint64_t intact_entry_shown(const struct intact_entry *e, bool aide_only);

/** The value of a NUMBER/MODE/DEVICE/FLAGS/FSTYPE, TIME or STRING row in this entry. */
uint64_t intact_entry_number(const struct intact_entry *e, const struct intact_attr *row);
const struct intact_time *intact_entry_time(const struct intact_entry *e,
					    const struct intact_attr *row);
const struct intact_str *intact_entry_str(const struct intact_entry *e,
					  const struct intact_attr *row);

/**
 * Is attribute `row` equal in both?  Both must have a value (intact_entry_has): "not measured" is
 * not equal, and the caller decides what it is.  Times are compared to the nanosecond unless one
 * side only knows seconds.  Digests are compared over their full length.
 */
bool intact_entry_equal(const struct intact_entry *a, const struct intact_entry *b,
			const struct intact_attr *row);

/** Is the digest `row` of all of `whole` that of the beginning of `longer`, which must have been
 * measured over exactly so many bytes? */
bool intact_entry_prefix_equal(const struct intact_entry *whole, const struct intact_entry *longer,
			       const struct intact_attr *row);

/** Is it known to be empty?  In a text of AIDE a size of 0 may be one that nobody asked for. */
bool intact_entry_is_empty(const struct intact_entry *e);

#endif /* INTACT_ENTRY_H */
