/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See event_changes.h.
 */

#include "tests/unit/event_changes.h"

#include <sys/stat.h>

#include "tests/unit/sample_report.h"

#define B(id) INTACT_BIT(INTACT_##id)
#define STR(text)                      \
	{                              \
		text, sizeof(text) - 1 \
	}

#define EVERYTHING                                                                                 \
	(B(FTYPE) | B(PERM) | B(UID) | B(GID) | B(SIZE) | B(ATIME) | B(MTIME) | B(CTIME) |         \
	 B(BTIME) | B(INODE) | B(BLOCKS) | B(NLINK) | B(DEV) | B(FSTYPE) | B(E2FSATTRS) | B(ACL) | \
	 B(XATTRS) | B(SELINUX) | B(CAPS) | B(MD5) | B(SHA1) | B(SHA256) | B(SHA384) | B(SHA512) | \
	 B(BLAKE3))

static const uint8_t digests[2][64] = {
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
	"fedcba9876543210fedcba9876543210fedcba9876543210fedcba987654321",
};

static const struct intact_xattr xattrs[] = {
	{ STR("user.\xff"), STR("a\0b") },
	{ STR("user.plain"), STR("value") },
};

static void give_digests(struct intact_entry *e, const uint8_t *digest)
{
	for (size_t i = 0; i < INTACT_DIGEST_OTHER; i++) {
		const struct intact_attr *row = intact_attr_of_digest((unsigned)i);

		if (row && (e->attrs & INTACT_BIT(row->id)))
			e->digest[i] = digest;
	}
}

static struct intact_entry full_file(const char *path, size_t len)
{
	struct intact_entry e = {
		.path = { path, len },
		.attrs = EVERYTHING,
		.mode = 0100644,
		.uid = 1000,
		.gid = 100,
		.size = 4711,
		.blocks = 16,
		.ino = 123456,
		.nlink = 1,
		.dev = (uint64_t)8 << 32 | 1,
		.fstype = 0xef53,
		.e2fsattrs = 0x80000,
		.atime = { 1767139200, 500000000 },
		.mtime = { 1767139200, 1 },
		.ctime = { 1767139201, 0 },
		.btime = { 1700000000, 0 },
		.selinux = STR("system_u:object_r:etc_t:s0"),
		.acl_access = STR("user::rw-\nuser:1000:r--\ngroup::r--\nmask::r--\nother::r--\n"),
		.xattrs = xattrs,
		.nxattrs = 2,
	};

	give_digests(&e, digests[0]);
	return e;
}

static struct intact_run run_of(const struct intact_change *changes, size_t n)
{
	struct intact_run run = sample_run(sample_changes(changes, n));

	run.host = "www1";
	run.status = 39;
	run.start.nsec = 250000000;
	run.end.sec += 3;
	run.baseline_time.sec = run.start.sec - 86400;
	run.total = 1000;
	run.has_coverage = true;
	run.verified = 990;
	run.unverified = 2;
	run.excluded = 5;
	run.hash_policy = true;
	run.contents_read = 900;
	run.contents_trusted = 90;
	run.oldest_read.sec = run.start.sec - 3600;
	run.config_version = "web-7";
	run.limit = "/etc";
	run.root_prefix = "/mnt";
	return run;
}

#define FILE_AT(path) full_file(path, sizeof(path) - 1)

struct intact_run event_run(void)
{
	struct intact_entry old_text = FILE_AT("/etc/motd.d/10-\"help\".txt"), new_text = old_text;
	struct intact_entry old_mode = FILE_AT("/etc/passwd"), new_mode = old_mode;
	struct intact_entry old_time = FILE_AT("/etc/profile"), new_time = old_time;
	struct intact_entry old_su = FILE_AT("/usr/bin/su"), new_su = old_su;
	struct intact_entry old_log = FILE_AT("/var/log/a.log"), new_log = FILE_AT("/var/log/a.1");
	struct intact_entry added = FILE_AT("/usr/bin/ls");
	struct intact_entry program = FILE_AT("/usr/bin/ping");
	struct intact_entry old_rules = FILE_AT("/srv/x"), new_rules = old_rules;
	const struct intact_entry removed = { .path = STR("/dev/sda"),
					      .mode = 0060660,
					      .attrs = B(FTYPE) | B(PERM) | B(RDEV),
					      .rdev = (uint64_t)8 << 32 };
	const struct intact_entry old_link = {
		.path = STR("/"), .mode = 0040755, .attrs = B(SIZE) | B(MTIME), .size = 4096
	};
	struct intact_entry new_link = old_link;
	const struct intact_entry folder = { .path = STR("/root"),
					     .flags = INTACT_ENTRY_GAP,
					     .mode = 0040700 };
	const struct intact_entry link = { .path = STR("/bin"),
					   .mode = 0120777,
					   .attrs = B(LINK) | B(PERM),
					   .link = STR("usr/\xfe") };

	new_text.size = 4712;
	give_digests(&new_text, digests[1]);
	new_mode.mode = 0100666;
	new_mode.uid = 0;
	new_time.mtime.sec += 86400;
	new_time.mtime.nsec = 0;
	new_su.mode = 0104755;
	program.caps = (struct intact_str)STR("cap_net_raw=ep");
	new_rules.attrs &= ~B(SHA256);
	new_link.size = 8192;
	return run_of(
		(const struct intact_change[]){
			{ .kind = INTACT_CHANGED,
			  .changed = B(SIZE),
			  .old = &old_link,
			  .new = &new_link },
			{ .kind = INTACT_ADDED, .new = &link },
			{ .kind = INTACT_REMOVED, .old = &removed },
			{ .kind = INTACT_CHANGED,
			  .changed = B(SIZE) | B(MD5) | B(SHA1) | B(SHA256) | B(SHA384) |
				     B(SHA512) | B(BLAKE3),
			  .old = &old_text,
			  .new = &new_text },
			{ .kind = INTACT_CHANGED,
			  .changed = B(PERM) | B(UID),
			  .unverified = B(SHA256) | B(ACL),
			  .reason = "read: Input/output error",
			  .old = &old_mode,
			  .new = &new_mode },
			{ .kind = INTACT_CHANGED,
			  .changed = B(MTIME),
			  .old = &old_time,
			  .new = &new_time },
			{ .kind = INTACT_GAP,
			  .unverified = B(NAME),
			  .reason = "open: Permission denied",
			  .new = &folder },
			{ .kind = INTACT_SAME, .old = &old_rules, .new = &new_rules },
			{ .kind = INTACT_ADDED, .new = &added },
			{ .kind = INTACT_ADDED, .new = &program },
			{ .kind = INTACT_CHANGED,
			  .changed = B(PERM),
			  .old = &old_su,
			  .new = &new_su },
			{ .kind = INTACT_ADDED, .new = &new_log, .hidden = true },
			{ .kind = INTACT_REMOVED, .old = &old_log, .hidden = true },
			{ .kind = INTACT_MOVED, .old = &old_log, .new = &new_log, .hidden = true },
		},
		14);
}

struct intact_run event_run_init(void)
{
	static const struct intact_report_database databases[] = {
		{ .name = "/var/lib/intact/intact.db.new",
		  .digests = B(MD5),
		  .digest = { "0123456789abcde" } },
	};
	const struct intact_entry e = FILE_AT("/etc/passwd");
	const struct intact_change change = { .kind = INTACT_ADDED, .new = &e };
	struct intact_run run = run_of(&change, 1);

	run.kind = INTACT_RUN_INIT;
	run.status = 0;
	run.baseline_time.sec = 0;
	run.new_database = "/var/lib/intact/intact.db.new";
	run.databases = databases;
	run.ndatabases = 1;
	return run;
}
