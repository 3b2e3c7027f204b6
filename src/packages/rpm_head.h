/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Headers of rpm packages, as rpm's database keeps them: the package, and its files.
 *
 *	+-------+-------+  big-endian
 *	|   n   |  len  |
 *	+-------+-------+-------+-------+
 *	|  tag  |  type |  from | count |  n times
 *	+-------+-------+-------+-------+
 *	| data, `len` bytes ...         |
 *	+-------------------------------+
 *
 * Whoever is root can write one: nothing is assumed of it, and no function reads beyond it.
 */

#ifndef PACKAGES_RPM_HEAD_H
#define PACKAGES_RPM_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <intact/error.h>

#include "packages/dpkg_text.h"

/** Borrowed from the bytes that it was opened with. */
struct rpm_head {
	const uint8_t *index, *data;
	size_t n, len;
};

/** False if it is none. */
bool rpm_head_open(struct rpm_head *h, const void *bytes, size_t len);

enum rpm_tag {
	RPM_NAME = 1000,
	RPM_VERSION = 1001,
	RPM_RELEASE = 1002,
	RPM_EPOCH = 1003,
	RPM_INSTALLTIME = 1008,
	RPM_FILESTATES = 1029,
	RPM_FILEMODES = 1030,
	RPM_FILEDIGESTS = 1035,
	RPM_FILELINKTOS = 1036,
	RPM_FILEFLAGS = 1037,
	RPM_FILEUSERNAME = 1039,
	RPM_FILEGROUPNAME = 1040,
	RPM_FILEVERIFYFLAGS = 1045,
	RPM_DIRINDEXES = 1116,
	RPM_BASENAMES = 1117,
	RPM_DIRNAMES = 1118,
	RPM_INSTALLTID = 1128,
	RPM_FILECAPS = 5010,
	RPM_FILEDIGESTALGO = 5011,
};

/** A text, or a number; false where there is none of that type. */
bool rpm_head_text(const struct rpm_head *h, enum rpm_tag tag, struct piece *ret);
bool rpm_head_number(const struct rpm_head *h, enum rpm_tag tag, uint32_t *ret);

/* ---- files ---- */

enum {
	RPM_FILE_CONFIG = 1 << 0,
	RPM_FILE_MISSINGOK = 1 << 3,
	RPM_FILE_GHOST = 1 << 6,
};

enum {
	RPM_VERIFY_DIGEST = 1 << 0,
	RPM_VERIFY_LINK = 1 << 2,
	RPM_VERIFY_USER = 1 << 3,
	RPM_VERIFY_GROUP = 1 << 4,
	RPM_VERIFY_MODE = 1 << 6,
	RPM_VERIFY_CAPS = 1 << 8,
};

/** FILEDIGESTALGO; where there is none it is MD5. */
enum {
	RPM_MD5 = 1,
	RPM_SHA256 = 8,
	RPM_SHA512 = 10,
};

struct rpm_file {
	struct piece dir, base;			      /* its path is both of them */
	struct piece digest, link, user, group, caps; /* empty: none */
	uint32_t mode, flags, verify;
	bool there; /* it was installed, and no other package took its place */
};

/** Values of a tag, one a file. */
struct rpm_column {
	const uint8_t *at; /* of the next; NULL: there are none */
	size_t size;	   /* of each; 0: texts */
};

struct rpm_files {
	struct piece *dirs;
	size_t ndirs, left;
	struct rpm_column names, dir, states, modes, digests, links, flags, users, groups, verify,
		caps;
	uint32_t algorithm;
};

/** Returns 1, 0 for a header whose files do not fit together, or INTACT_ENOMEM.  Released by
 * rpm_files_release() in any case. */
INTACT_MUST_CHECK
int rpm_files_open(struct rpm_files *f, const struct rpm_head *h, struct intact_error *err);

/** The next one; false at the end. */
bool rpm_files_next(struct rpm_files *f, struct rpm_file *ret);

void rpm_files_release(struct rpm_files *f);

#endif /* PACKAGES_RPM_HEAD_H */
