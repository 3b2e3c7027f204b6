/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See format.h.
 */

#include "db/format.h"

#include <string.h>

#define FIELD(member) (uint16_t) offsetof(struct intact_entry, member)
#define NUMBER(name, member, like)                                     \
	{                                                              \
		name, DB_KIND_NUMBER, 0, 8, FIELD(member), like, 0, -1 \
	}
#define NANOS(name, member, like)                                      \
	{                                                              \
		name, DB_KIND_NUMBER, 0, 4, FIELD(member), like, 0, -1 \
	}
#define STRING(name, offset)                                  \
	{                                                     \
		name, DB_KIND_STRING, 0, 0, offset, -1, 0, -1 \
	}
#define PART(name, kind)                                        \
	{                                                       \
		name, kind, DB_COLUMN_REQUIRED, 0, 0, -1, 0, -1 \
	}

static const struct db_column fixed[COL_DIGEST] = {
	[COL_PATH_SHARED] = PART("path.shared", DB_KIND_NUMBER),
	[COL_PATH_MORE] = PART("path.more", DB_KIND_NUMBER),
	[COL_PATH] = PART("path", DB_KIND_PATH),
	[COL_SHAPE] = PART("shape", DB_KIND_NUMBER),
	[COL_SHAPES] = PART("shapes", DB_KIND_SHAPES),
	[COL_PERM] = NUMBER("perm", mode, -1),
	[COL_UID] = NUMBER("uid", uid, -1),
	[COL_GID] = NUMBER("gid", gid, COL_UID),
	[COL_SIZE] = NUMBER("size", size, -1),
	[COL_BCOUNT] = NUMBER("bcount", blocks, -1),
	[COL_INODE] = NUMBER("inode", ino, -1),
	[COL_LCOUNT] = NUMBER("lcount", nlink, -1),
	[COL_RDEV] = NUMBER("rdev", rdev, -1),
	[COL_DEV] = NUMBER("dev", dev, -1),
	[COL_E2FSATTRS] = NUMBER("e2fsattrs", e2fsattrs, -1),
	[COL_FSTYPE] = NUMBER("fstype", fstype, -1),
	[COL_MTIME] = NUMBER("mtime", mtime.sec, -1),
	[COL_MTIME_NS] = NANOS("mtime.ns", mtime.nsec, -1),
	[COL_CTIME] = NUMBER("ctime", ctime.sec, COL_MTIME),
	[COL_CTIME_NS] = NANOS("ctime.ns", ctime.nsec, COL_MTIME_NS),
	[COL_ATIME] = NUMBER("atime", atime.sec, COL_CTIME),
	[COL_ATIME_NS] = NANOS("atime.ns", atime.nsec, COL_CTIME_NS),
	[COL_BTIME] = NUMBER("btime", btime.sec, COL_CTIME),
	[COL_BTIME_NS] = NANOS("btime.ns", btime.nsec, COL_CTIME_NS),
	[COL_READ] = NUMBER("read", read.sec, -1),
	[COL_LNAME] = STRING("lname", FIELD(link)),
	[COL_SELINUX] = STRING("selinux", FIELD(selinux)),
	[COL_CAPABILITIES] = STRING("capabilities", FIELD(caps)),
	[COL_ACL] = STRING("acl", FIELD(acl_access)),
	[COL_ACL_DEFAULT] = STRING("acl.default", FIELD(acl_default)),
	[COL_PROBLEM] = STRING("problem", 0),
	[COL_XATTRS] = { "xattrs", DB_KIND_NUMBER, 0, 0, 0, -1, 0, -1 },
	[COL_XATTRS_NAME] = STRING("xattrs.name", 0),
	[COL_XATTRS_VALUE] = STRING("xattrs.value", 0),
};

void db_columns_init(struct db_columns *columns)
{
	memcpy(columns->col, fixed, sizeof(fixed));
	columns->count = COL_DIGEST;
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (!row || row->kind != INTACT_KIND_DIGEST)
			continue;
		columns->col[columns->count++] = (struct db_column){
			.name = row->field,
			.kind = DB_KIND_DIGEST,
			.like = -1,
			.width = row->digest_size,
			.digest = row->digest,
		};
	}
}

const char *db_attr_token(unsigned id)
{
	const struct intact_attr *row = intact_attr_get(id);

	if (!row)
		return NULL;
	return row->name ? row->name : row->field;
}

int db_attr_by_token(const char *token, size_t len)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const char *name = db_attr_token(id);

		if (name && strlen(name) == len && memcmp(name, token, len) == 0)
			return (int)id;
	}
	return -1;
}

uint64_t db_attr_known(void)
{
	uint64_t mask = 0;

	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		if (db_attr_token(id))
			mask |= INTACT_BIT(id);
	}
	return mask;
}

bool db_path_clean(const char *path, size_t len, size_t from)
{
	char last = from ? path[from - 1] : '\0';

	if (len == 0 || path[0] != '/')
		return false;
	for (size_t i = from; i < len; i++) {
		if (path[i] == '\0' || (path[i] == '/' && last == '/'))
			return false;
		last = path[i];
	}
	return len == 1 || path[len - 1] != '/';
}
