/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See tree.h: making trees.  mutate.c changes them.
 */

#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/fs.h>

#include "base/buf.h"
#include "grow.h"

static const char *const plain_names[] = {
	"a",	 "b",	   "c",	      "foo",	"foobar",  "foo.log", "foo.log.1", "bar",
	"x y",	 "a+b",	   "[x]",     "{y}",	"~tilde",  "=eq",     "!neg",	   "-dash",
	" lead", "trail ", "pct%20x", "%41",	"#hash",   "*star",   "a.b",	   "A",
	"0y",	 "$dol",   "back\\s", "\\101",	"quo\"te", "ap'os",   "(par)",	   "a|b",
	"at@x",	 "@@def",  "com,ma",  "semi;c", "que?",	   "<lt>",    "amp&",	   "dir.d",
};

static const char *const odd_names[] = {
	"new\nline",   "esc\033[31m",
	"tab\tx",      "del\177",
	"cr\rx",       "\001\002",
	"uni\xc3\xa9", "\xe2\x82\xac",
	"\xff\xfe",    "\x80",
	"half\xc3",    "nl-end\n",
	"u\037s",      "wide \xe4\xb8\xad\xe6\x96\x87",
	"c1\xc2\x85x", "bidi\xe2\x80\xae",
};

static const char *const targets[] = {
	"0x",
	"00x",
	"/proc/version",
	"../nowhere",
	"0-",
	"with space",
	"per%20cent",
	"comma,colon:",
	"..",
	"/proc/self/",
	"quote'\"",
	"missing",
	"back\\slash",
	"a/rather/long/target/that/takes/more/than/one/line/of/a/report",
};

/* Any byte but '/'. */
static void random_bytes(struct random *rnd, char *name)
{
	unsigned len = 1 + random_below(rnd, 6);

	for (unsigned i = 0; i < len; i++) {
		unsigned c = 1 + random_below(rnd, 255);

		name[i] = c == '/' ? 'x' : (char)c;
	}
	name[len] = '\0';
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		name[0] = 'x';
}

static char *random_name(struct tree *t)
{
	char name[256];

	if (random_chance(t->rnd, 2)) {
		unsigned len = 100 + random_below(t->rnd, 156);

		memset(name, 'n', len);
		name[len] = '\0';
		return strdup(name);
	}
	if (!t->plain && random_chance(t->rnd, 15))
		return strdup(random_pick(t->rnd, odd_names));
	if (!t->plain && random_chance(t->rnd, 10)) {
		random_bytes(t->rnd, name);
		return strdup(name);
	}
	return strdup(random_pick(t->rnd, plain_names));
}

const char *tree_full(const struct tree *t, const char *path, char *buf)
{
	snprintf(buf, PATH_MAX, "%s%s", t->root, path);
	return buf;
}

static void remember(struct tree *t, const char *path, char type)
{
	grow((void **)&t->names, &t->cap, t->n + 1, sizeof(*t->names));
	t->names[t->n++] = (struct tree_name){ strdup(path), type, type };
}

/* ---- one object ---- */

void tree_fill(struct tree *t, int fd, unsigned max)
{
	unsigned len = random_below(t->rnd, max);
	struct buf text = { 0 };

	for (unsigned i = 0; i < len; i++)
		buf_add_char(&text, (char)('a' + random_below(t->rnd, 26)));
	if (len && write(fd, text.data, len) != (ssize_t)len)
		perror("write");
	buf_release(&text);
}

static bool make_file(struct tree *t, const char *full)
{
	static const unsigned sizes[] = { 1, 2, 20, 20, 60, 300 };
	int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return false;
	tree_fill(t, fd, random_pick(t->rnd, sizes));
	/* A hole, and more than a block. */
	if (random_chance(t->rnd, 4) && ftruncate(fd, 5000 + random_below(t->rnd, 100000)) != 0)
		perror("ftruncate");
	if (random_chance(t->rnd, 3))
		tree_fill(t, fd, 20000);
	close(fd);
	return true;
}

static bool make_socket(const char *full)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, rc;

	if (strlen(full) >= sizeof(addr.sun_path))
		return false;
	memcpy(addr.sun_path, full, strlen(full) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&addr, sizeof(addr));
	if (fd >= 0)
		close(fd);
	return rc == 0;
}

static bool make_hard_link(struct tree *t, const char *full)
{
	char old[PATH_MAX];

	for (unsigned i = 0; t->n && i < 5 && !t->no_links; i++) {
		const struct tree_name *name = &t->names[random_below(t->rnd, (unsigned)t->n)];

		if (name->type == 'f')
			return link(tree_full(t, name->path, old), full) == 0;
	}
	return false;
}

static bool make_object(struct tree *t, const char *full, char type)
{
	switch (type) {
	case 'f':
		return make_file(t, full);
	case 'h':
		return make_hard_link(t, full);
	case 'd':
		return mkdir(full, 0755) == 0;
	case 'l':
		return symlink(random_pick(t->rnd, targets), full) == 0;
	case 'p':
		return mkfifo(full, 0644) == 0;
	case 's':
		return make_socket(full);
	case 'c':
		return mknod(full, S_IFCHR | 0600, makedev(1, 3)) == 0;
	default:
		return mknod(full, S_IFBLK | 0600, makedev(7, 200)) == 0;
	}
}

/* ---- properties ---- */

/* One extended attribute an object: AIDE keeps them in the order the file system gives, we sort. */
static bool may_have(const char *full, const char *key)
{
	char list[4096];
	ssize_t len = llistxattr(full, list, sizeof(list));

	for (ssize_t at = 0; at < len; at += (ssize_t)strlen(list + at) + 1) {
		if (strncmp(list + at, "system.", 7) != 0 && strcmp(list + at, key) != 0)
			return false;
	}
	return true;
}

bool tree_has_caps(const char *full)
{
	char value[64];

	return lgetxattr(full, "security.capability", value, sizeof(value)) >= 0;
}

void tree_set_xattr(struct tree *t, const char *full)
{
	static const char *const keys[] = { "user.a",	 "user.b",	    "user.long.name",
					    "trusted.t", "user.with,comma", "user.0",
					    "user.p%c" };
	static const char *const values[] = { "",
					      "v",
					      "plain value",
					      "bin\001\002",
					      "\xff\xfe",
					      "a value that is longer than one line of the report",
					      "x,y",
					      "0" };
	const char *value = random_pick(t->rnd, values);
	const char *key = random_pick(t->rnd, keys);

	if (may_have(full, key))
		lsetxattr(full, key, value, strlen(value), 0);
}

/* The kernel's form of an ACL: version 2, entries of tag, permissions, id.  Of a user that has no
 * name: with several workers AIDE may write the name of another one. */
void tree_set_acl(struct tree *t, const char *full, bool dflt)
{
	struct {
		uint32_t version;
		struct {
			uint16_t tag, perm;
			uint32_t id;
		} e[5];
	} acl = { 2,
		  { { 0x01, 6, UINT32_MAX },
		    { 0x02, (uint16_t)random_below(t->rnd, 8), 64001 + random_below(t->rnd, 3) },
		    { 0x04, 4, UINT32_MAX },
		    { 0x10, (uint16_t)random_below(t->rnd, 8), UINT32_MAX },
		    { 0x20, (uint16_t)random_below(t->rnd, 8), UINT32_MAX } } };

	lsetxattr(full, dflt ? "system.posix_acl_default" : "system.posix_acl_access", &acl,
		  sizeof(acl), 0);
}

void tree_set_caps(struct tree *t, const char *full)
{
	static const uint32_t bits[] = { 1u << 13, 1u << 10, (1u << 13) | (1u << 12), 1u << 0 };
	uint32_t cap[5] = { 0x02000000u | random_below(t->rnd, 2), random_pick(t->rnd, bits), 0, 0,
			    0 };

	if (may_have(full, "security.capability"))
		lsetxattr(full, "security.capability", cap, sizeof(cap), 0);
}

/* Some do not let the object be changed any more: tree_remove() takes them away. */
void tree_set_flags(struct tree *t, const char *full)
{
	static const int flags[] = { FS_NODUMP_FL,  FS_NOATIME_FL,   FS_SYNC_FL,
				     FS_NODUMP_FL,  FS_TOPDIR_FL,    FS_NODUMP_FL,
				     FS_DIRSYNC_FL, FS_IMMUTABLE_FL, FS_APPEND_FL };
	int fd = open(full, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	int value;

	if (fd < 0)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &value) == 0) {
		value ^= random_pick(t->rnd, flags);
		ioctl(fd, FS_IOC_SETFLAGS, &value);
	}
	close(fd);
}

void tree_set_times(struct tree *t, const char *full)
{
	static const long when[] = { 0,	 1,	     1000000000, 1234567890,
				     -5, 1700000000, 2147483648, 951782400 };
	struct timespec ts[2] = { { random_pick(t->rnd, when), random_below(t->rnd, 1000) * 1000 },
				  { random_pick(t->rnd, when), random_below(t->rnd, 1000000) } };

	utimensat(AT_FDCWD, full, ts, AT_SYMLINK_NOFOLLOW);
}

static void decorate(struct tree *t, const char *full, char type)
{
	static const mode_t modes[] = {
		0600, 0644, 0755, 04755, 02755, 01777, 0, 0664, 07777, 02644
	};

	if (random_chance(t->rnd, 10))
		(void)!lchown(full, random_below(t->rnd, 3) * 1000, random_below(t->rnd, 3) * 1000);
	if (type != 'l' && random_chance(t->rnd, 25))
		chmod(full, random_pick(t->rnd, modes) | (type == 'd' ? 0700 : 0));
	if (random_chance(t->rnd, 12))
		tree_set_xattr(t, full);
	if (type != 'l' && random_chance(t->rnd, 10))
		tree_set_acl(t, full, false);
	if (type == 'd' && random_chance(t->rnd, 10))
		tree_set_acl(t, full, true);
	if (type == 'f' && random_chance(t->rnd, 6))
		tree_set_caps(t, full);
	if (strchr("fd", type) && random_chance(t->rnd, 8))
		tree_set_flags(t, full);
	if (random_chance(t->rnd, 20))
		tree_set_times(t, full);
}

/* ---- the tree ---- */

bool tree_may_be(const struct tree *t, const char *path, char type)
{
	for (size_t i = 0; i < t->n && !t->replace; i++) {
		if (t->names[i].first != type && strcmp(t->names[i].path, path) == 0)
			return false;
	}
	return true;
}

void tree_add(struct tree *t, const char *folder)
{
	static const char types[] = "ffffffffddddllhps";
	static const char rare[] = "cbps";
	char path[PATH_MAX], full[PATH_MAX];
	char *name = random_name(t);
	char type = random_chance(t->rnd, 5) ? rare[random_below(t->rnd, 4)]
					     : types[random_below(t->rnd, sizeof(types) - 1)];

	if (type == 'l' && t->no_symlinks)
		type = 'd';

	snprintf(path, sizeof(path), "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
	free(name);
	tree_full(t, path, full);
	if (!tree_may_be(t, path, type == 'h' ? 'f' : type) || !make_object(t, full, type))
		return;
	if (type == 'h')
		type = 'f';
	decorate(t, full, type);
	remember(t, path, type);
}

/* A folder of the tree; the root is one. */
const char *tree_folder(struct tree *t)
{
	for (unsigned i = 0; t->n && i < 4; i++) {
		const struct tree_name *name = &t->names[random_below(t->rnd, (unsigned)t->n)];

		/* Not so deep that a path could get too long with a name of 255 bytes. */
		if (name->type == 'd' && strlen(name->path) < 900)
			return name->path;
	}
	return "/";
}

/* Folders in folders, until the path is long. */
static void make_deep(struct tree *t)
{
	char path[PATH_MAX] = "", full[PATH_MAX], name[140];

	while (strlen(path) < 600) {
		size_t len = strlen(path);

		memset(name, 'd', sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		snprintf(path + len, sizeof(path) - len, "/%s", name);
		if (mkdir(tree_full(t, path, full), 0755) != 0)
			return;
		remember(t, path, 'd');
	}
}

void tree_make(struct tree *t, struct random *rnd, const char *root)
{
	unsigned n;

	t->rnd = rnd;
	t->root = root;
	mkdir(root, 0755);
	if (random_chance(rnd, 2))
		make_deep(t);
	n = random_chance(rnd, 10) ? random_below(rnd, 3) : 3 + random_below(rnd, 25);
	for (unsigned i = 0; i < n; i++)
		tree_add(t, tree_folder(t));
}

void tree_release(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->names[i].path);
	free(t->names);
}

/* ---- reading and removing it ---- */

typedef void visit_fn(int dirfd, const char *name, const struct stat *st);

static void each(int dirfd, const char *name, visit_fn *before, visit_fn *after)
{
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	while (dir && (e = readdir(dir)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		before(fd, e->d_name, &st);
		if (S_ISDIR(st.st_mode))
			each(fd, e->d_name, before, after);
		after(fd, e->d_name, &st);
	}
	if (dir)
		closedir(dir);
}

static void read_object(int dirfd, const char *name, const struct stat *st)
{
	char block[4096];
	int fd;

	if (S_ISLNK(st->st_mode) && readlinkat(dirfd, name, block, sizeof(block)) < 0)
		return;
	if (!S_ISREG(st->st_mode))
		return;
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	while (fd >= 0 && read(fd, block, sizeof(block)) > 0)
		;
	if (fd >= 0)
		close(fd);
}

static void nothing(int dirfd, const char *name, const struct stat *st)
{
	(void)dirfd;
	(void)name;
	(void)st;
}

void tree_settle(const char *root)
{
	/* Two ticks of the clock that times are taken from: the reading is later than the last
	 * change. */
	usleep(10000);
	each(AT_FDCWD, root, read_object, nothing);
}

static void make_removable(int dirfd, const char *name, const struct stat *st)
{
	int fd, flags = 0;

	if (S_ISDIR(st->st_mode))
		(void)!fchmodat(dirfd, name, 0700, 0);
	if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode))
		return;
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL))) {
		flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
		ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	close(fd);
}

static void remove_object(int dirfd, const char *name, const struct stat *st)
{
	unlinkat(dirfd, name, S_ISDIR(st->st_mode) ? AT_REMOVEDIR : 0);
}

void tree_remove(const char *root)
{
	chmod(root, 0700);
	each(AT_FDCWD, root, make_removable, remove_object);
	rmdir(root);
}
