/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See tally.h.
 */

#include "tally.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <linux/fs.h>

enum where { CONFIG, ARGS, ANSWER, STATUS, OTHER };

static struct feature {
	enum where where;
	const char *name; /* what is looked for; in CONFIG '\n' begins a line; in OTHER just a name
			   */
	unsigned long n;
} features[] = {
	/* Each option. */
	{ CONFIG, "\ndatabase_in=file:", 0 },
	{ CONFIG, "\ndatabase_in=stdin", 0 },
	{ CONFIG, "\ndatabase_in=fd:", 0 },
	{ CONFIG, "\ndatabase_out=file:", 0 },
	{ CONFIG, "\ndatabase_out=stdout", 0 },
	{ CONFIG, "\ndatabase_out=fd:", 0 },
	{ CONFIG, "\ndatabase_new=file:", 0 },
	{ CONFIG, "\ndatabase=", 0 },
	{ CONFIG, "\ndatabase_attrs=E", 0 },
	{ CONFIG, "\ndatabase_attrs=H", 0 },
	{ CONFIG, "\ndatabase_attrs=", 0 },
	{ CONFIG, "\ndatabase_add_metadata=no", 0 },
	{ CONFIG, "\ndatabase_add_metadata=yes", 0 },
	{ CONFIG, "\ngzip_dbout=", 0 },
	{ CONFIG, "\nroot_prefix=", 0 },
	{ CONFIG, "\nacl_no_symlink_follow=", 0 },
	{ CONFIG, "\nwarn_dead_symlinks=", 0 },
	{ CONFIG, "\nconfig_version=", 0 },
	{ CONFIG, "\nconfig_check_warn_unrestricted_rules=", 0 },
	{ CONFIG, "\nnum_workers=", 0 },
	{ CONFIG, "\nnum_workers=0", 0 },
	{ CONFIG, "\nlog_level=", 0 },
	{ CONFIG, "\nlog_level=error", 0 },
	{ CONFIG, "\nlog_level=notice", 0 },
	{ CONFIG, "\nlog_level=rule", 0 },
	{ CONFIG, "\nreport_url=stdout", 0 },
	{ CONFIG, "\nreport_url=stderr", 0 },
	{ CONFIG, "\nreport_url=file:", 0 },
	{ CONFIG, "\nreport_url=fd:", 0 },
	{ CONFIG, "\nreport_level=minimal", 0 },
	{ CONFIG, "\nreport_level=summary", 0 },
	{ CONFIG, "\nreport_level=database_attributes", 0 },
	{ CONFIG, "\nreport_level=list_entries", 0 },
	{ CONFIG, "\nreport_level=changed_attributes", 0 },
	{ CONFIG, "\nreport_level=added_removed_attributes", 0 },
	{ CONFIG, "\nreport_level=added_removed_entries", 0 },
	{ CONFIG, "\nreport_format=json", 0 },
	{ CONFIG, "\nreport_format=plain", 0 },
	{ CONFIG, "\nreport_base16=", 0 },
	{ CONFIG, "\nreport_detailed_init=", 0 },
	{ CONFIG, "\nreport_quiet=", 0 },
	{ CONFIG, "\nreport_append=", 0 },
	{ CONFIG, "\nreport_grouped=", 0 },
	{ CONFIG, "\nreport_summarize_changes=", 0 },
	{ CONFIG, "\nreport_ignore_added_attrs=", 0 },
	{ CONFIG, "\nreport_ignore_removed_attrs=", 0 },
	{ CONFIG, "\nreport_ignore_changed_attrs=", 0 },
	{ CONFIG, "\nreport_force_attrs=", 0 },
	{ CONFIG, "\nreport_ignore_e2fsattrs=", 0 },
	{ CONFIG, "\ngrouped=", 0 },
	{ CONFIG, "\nsummarize_changes=", 0 },
	/* Macros. */
	{ CONFIG, "\n@@define ", 0 },
	{ CONFIG, "\n@@undef ", 0 },
	{ CONFIG, "\n@@if defined ", 0 },
	{ CONFIG, "\n@@if not ", 0 },
	{ CONFIG, "\n@@if not not ", 0 },
	{ CONFIG, "\n@@if hostname ", 0 },
	{ CONFIG, "\n@@if exists ", 0 },
	{ CONFIG, "\n@@else", 0 },
	{ CONFIG, "\n@@ifdef ", 0 },
	{ CONFIG, "\n@@ifndef ", 0 },
	{ CONFIG, "\n@@ifhost ", 0 },
	{ CONFIG, "\n@@ifnhost ", 0 },
	{ CONFIG, "@@{", 0 },
	{ CONFIG, "@@{HOSTNAME}", 0 },
	{ CONFIG, "\n@@include ", 0 },
	{ CONFIG, "\n@@x_include ", 0 },
	{ CONFIG, "\n@@x_include_setenv ", 0 },
	/* Rules and attributes. */
	{ CONFIG, "\n/", 0 },
	{ CONFIG, "\n=/", 0 },
	{ CONFIG, "\n!/", 0 },
	{ CONFIG, " f,d ", 0 },
	{ CONFIG, " 0 ", 0 },
	{ CONFIG, "ANF", 0 },
	{ CONFIG, "ARF", 0 },
	{ CONFIG, "growing", 0 },
	{ CONFIG, "compressed", 0 },
	{ CONFIG, "+I", 0 },
	{ CONFIG, "+S", 0 },
	{ CONFIG, "+X", 0 },
	{ CONFIG, "+ftype", 0 },
	{ CONFIG, "+H", 0 },
	{ CONFIG, "\\@", 0 },
	{ CONFIG, "\\ ", 0 },
	{ CONFIG, "\r\n", 0 },
	{ CONFIG, " # ", 0 },
	/* Command lines. */
	{ ARGS, "--init", 0 },
	{ ARGS, "--check", 0 },
	{ ARGS, "--update", 0 },
	{ ARGS, "--compare", 0 },
	{ ARGS, "--dry-init", 0 },
	{ ARGS, "--path-check", 0 },
	{ ARGS, "--config-check", 0 },
	{ ARGS, "-i", 0 },
	{ ARGS, "-C", 0 },
	{ ARGS, "-u", 0 },
	{ ARGS, "-E", 0 },
	{ ARGS, "-n", 0 },
	{ ARGS, "-p", 0 },
	{ ARGS, "-D", 0 },
	{ ARGS, "--limit", 0 },
	{ ARGS, "-l", 0 },
	{ ARGS, "--before", 0 },
	{ ARGS, "-B", 0 },
	{ ARGS, "--after", 0 },
	{ ARGS, "-A", 0 },
	{ ARGS, "-", 0 },
	{ ARGS, "--workers", 0 },
	{ ARGS, "-W", 0 },
	{ ARGS, "--log-level", 0 },
	{ ARGS, "-L", 0 },
	/* Answers. */
	{ ANSWER, "found differences between database and filesystem", 0 },
	{ ANSWER, "found differences between the two databases", 0 },
	{ ANSWER, "NO differences", 0 },
	{ ANSWER, "has different attributes", 0 },
	{ ANSWER, "\"different_attributes\"", 0 },
	{ ANSWER, "Detailed information about changes", 0 },
	{ ANSWER, "\"details\"", 0 },
	{ ANSWER, "Added, removed and changed entries", 0 },
	{ ANSWER, " Lname ", 0 },
	{ ANSWER, " Size  ", 0 },
	{ ANSWER, " Size (>)", 0 },
	{ ANSWER, " Bcount", 0 },
	{ ANSWER, " Perm  ", 0 },
	{ ANSWER, " Uid   ", 0 },
	{ ANSWER, " Gid   ", 0 },
	{ ANSWER, " Atime ", 0 },
	{ ANSWER, " Mtime ", 0 },
	{ ANSWER, " Ctime ", 0 },
	{ ANSWER, " Inode ", 0 },
	{ ANSWER, " Linkcount", 0 },
	{ ANSWER, " ACL   ", 0 },
	{ ANSWER, " XAttrs", 0 },
	{ ANSWER, " E2FSAttrs", 0 },
	{ ANSWER, " Caps  ", 0 },
	{ ANSWER, " File type", 0 },
	{ ANSWER, "selective rule", 0 },
	{ ANSWER, "equal rule", 0 },
	{ ANSWER, "negative rule", 0 },
	{ ANSWER, "no matching rule", 0 },
	{ ANSWER, "outside of limit", 0 },
	{ ANSWER, "@@begin_db", 0 },
	{ STATUS, "0", 0 },
	{ STATUS, "1", 0 },
	{ STATUS, "2", 0 },
	{ STATUS, "3", 0 },
	{ STATUS, "4", 0 },
	{ STATUS, "5", 0 },
	{ STATUS, "6", 0 },
	{ STATUS, "7", 0 },
	{ STATUS, "15", 0 },
	{ STATUS, "17", 0 },
	{ STATUS, "18", 0 },
	{ STATUS, "20", 0 },
	/* Objects. */
	{ OTHER, "file", 0 },
	{ OTHER, "empty file", 0 },
	{ OTHER, "sparse file", 0 },
	{ OTHER, "file of several blocks", 0 },
	{ OTHER, "folder", 0 },
	{ OTHER, "symbolic link", 0 },
	{ OTHER, "fifo", 0 },
	{ OTHER, "socket", 0 },
	{ OTHER, "character device", 0 },
	{ OTHER, "block device", 0 },
	{ OTHER, "hard link", 0 },
	{ OTHER, "time before 1970", 0 },
	{ OTHER, "time in the future", 0 },
	{ OTHER, "name of 200 bytes", 0 },
	{ OTHER, "path of 500 bytes", 0 },
	{ OTHER, "control byte in a name", 0 },
	{ OTHER, "byte from 128 in a name", 0 },
	{ OTHER, "immutable", 0 },
	{ OTHER, "append only", 0 },
	{ OTHER, "other flags", 0 },
	{ OTHER, "acl", 0 },
	{ OTHER, "default acl", 0 },
	{ OTHER, "capabilities", 0 },
	{ OTHER, "user attribute", 0 },
	{ OTHER, "trusted attribute", 0 },
	/* Cases. */
	{ OTHER, "transition", 0 },
	{ OTHER, "each other's database", 0 },
	{ OTHER, "gzipped database", 0 },
	{ OTHER, "damaged database", 0 },
	{ OTHER, "broken configuration", 0 },
	{ OTHER, "executed include", 0 },
	{ OTHER, "folder of includes", 0 },
	{ OTHER, "no newline at the end", 0 },
};

#define NFEATURES (sizeof(features) / sizeof(features[0]))

/* Names of objects: the bytes they had, by value. */
static unsigned long bytes[256];

static void text_has(enum where where, const char *text)
{
	for (size_t i = 0; i < NFEATURES; i++) {
		if (features[i].where == where)
			features[i].n += strstr(text, features[i].name) != NULL;
	}
}

static void is(enum where where, const char *what)
{
	for (size_t i = 0; i < NFEATURES; i++) {
		if (features[i].where == where)
			features[i].n += strcmp(what, features[i].name) == 0;
	}
}

void tally_one(const char *name)
{
	is(OTHER, name);
}

void tally_config(const struct buf *text)
{
	struct buf copy = { 0 };

	buf_add_char(&copy, '\n');
	if (text->data)
		buf_add_str(&copy, text->data);
	text_has(CONFIG, copy.data);
	if (text->len && text->data[text->len - 1] != '\n')
		tally_one("no newline at the end");
	buf_release(&copy);
}

void tally_run(char *const base[], char *const args[], const struct output *answer)
{
	char status[16];

	for (size_t i = 0; base[i]; i++)
		is(ARGS, base[i]);
	for (size_t i = 0; args[i]; i++)
		is(ARGS, args[i]);
	snprintf(status, sizeof(status), "%d", answer->status);
	is(STATUS, status);
	text_has(ANSWER, answer->out.data);
}

/* ---- trees ---- */

static void tally_name(const char *name)
{
	bool control = false, high = false;

	for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
		bytes[*c]++;
		control |= *c < 32 || *c == 127;
		high |= *c >= 128;
	}
	if (control)
		tally_one("control byte in a name");
	if (high)
		tally_one("byte from 128 in a name");
	if (strlen(name) >= 200)
		tally_one("name of 200 bytes");
}

static void tally_flags(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC), flags = 0;

	if (fd < 0)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
		if (flags & FS_IMMUTABLE_FL)
			tally_one("immutable");
		if (flags & FS_APPEND_FL)
			tally_one("append only");
		if (flags & (FS_NODUMP_FL | FS_NOATIME_FL | FS_SYNC_FL | FS_TOPDIR_FL))
			tally_one("other flags");
	}
	close(fd);
}

static void tally_xattrs(const char *path)
{
	char list[4096];
	ssize_t len = llistxattr(path, list, sizeof(list));

	for (ssize_t at = 0; at < len; at += (ssize_t)strlen(list + at) + 1) {
		const char *key = list + at;

		if (strcmp(key, "system.posix_acl_access") == 0)
			tally_one("acl");
		else if (strcmp(key, "system.posix_acl_default") == 0)
			tally_one("default acl");
		else if (strcmp(key, "security.capability") == 0)
			tally_one("capabilities");
		else if (strncmp(key, "user.", 5) == 0)
			tally_one("user attribute");
		else if (strncmp(key, "trusted.", 8) == 0)
			tally_one("trusted attribute");
	}
}

static void tally_file(const struct stat *st)
{
	tally_one(st->st_size ? "file" : "empty file");
	if (st->st_blocks * 512 + 4096 < st->st_size)
		tally_one("sparse file");
	if (st->st_size > 4096)
		tally_one("file of several blocks");
	if (st->st_nlink > 1)
		tally_one("hard link");
}

static void tally_type(const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		tally_file(st);
		break;
	case S_IFDIR:
		tally_one("folder");
		break;
	case S_IFLNK:
		tally_one("symbolic link");
		break;
	case S_IFIFO:
		tally_one("fifo");
		break;
	case S_IFSOCK:
		tally_one("socket");
		break;
	case S_IFCHR:
		tally_one("character device");
		break;
	default:
		tally_one("block device");
	}
}

static void tally_object(const char *path, const char *name)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return;
	tally_name(name);
	tally_type(&st);
	tally_xattrs(path);
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		tally_flags(path);
	if (st.st_mtime < 0 || st.st_atime < 0)
		tally_one("time before 1970");
	if (st.st_mtime > time(NULL) + 1000)
		tally_one("time in the future");
	if (strlen(path) > 500)
		tally_one("path of 500 bytes");
}

void tally_tree(const char *root)
{
	DIR *dir = opendir(root);
	const struct dirent *e;

	while (dir && (e = readdir(dir)) != NULL) {
		char path[PATH_MAX];

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    snprintf(path, sizeof(path), "%s/%s", root, e->d_name) >= (int)sizeof(path))
			continue;
		tally_object(path, e->d_name);
		if (e->d_type == DT_DIR)
			tally_tree(path);
	}
	if (dir)
		closedir(dir);
}

/* ---- the list ---- */

static void print_name(const struct feature *f)
{
	static const char *const groups[] = { "config", "argument", "answer", "status", "has" };

	printf("  %6lu  %s: ", f->n, groups[f->where]);
	for (const char *c = f->name; *c; c++) {
		if (*c == '\n')
			printf("%s", c == f->name ? "" : "\\n");
		else if (*c == '\r')
			printf("\\r");
		else
			putchar(*c);
	}
	printf("\n");
}

void tally_print(void)
{
	for (size_t i = 0; i < NFEATURES; i++)
		print_name(&features[i]);
	for (unsigned c = 1; c < 256; c++) {
		if (c != '/')
			printf("  %6lu  byte in a name: \\%03o\n", bytes[c], c);
	}
}
