/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * stuckfs MOUNTPOINT CALL NODE: a file system in user space that answers everything but CALL on
 * NODE.  It speaks the kernel's protocol itself, without libfuse.
 *
 *	/  a  bad/  bad/inside  file  later/  later/1 ... later/9  zlast
 *
 * CALL: open read getattr listxattr opendir readdir
 *	dead: nothing at all
 *	slow: every answer takes SLOW_MS
 *	trickle: each read of NODE gives one byte after SLOW_MS
 *	none: everything is answered
 *	private: so, but only to the user 65534
 *	longer: NODE is said to have 1 PiB; shorter: ten bytes, and reading it never ends
 *	endless-names: the names of bad/ never end
 *	endless-tree: in bad/ there is a directory d, and in that one, and so on
 *
 * NODE is a path as above, "/" for the root.  With a third word `more` after NODE every file of
 * later/ is as bad as NODE.  Says "ready" when it is mounted; ends when whoever started it does.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* FUSE_STATX, which older headers do not have. */
#define OPCODE_STATX 52

#define SLOW_MS 120
#define CONTENT "content of a file that is somewhat longer than a word\n"

struct node {
	const char *path;
	unsigned parent;
	bool dir;
};

/* Node number i + 1; the root is number 1. */
static const struct node nodes[] = {
	{ "/", 0, true },	  { "/a", 1, false },
	{ "/bad", 1, true },	  { "/bad/inside", 3, false },
	{ "/file", 1, false },	  { "/later", 1, true },
	{ "/later/1", 6, false }, { "/later/2", 6, false },
	{ "/later/3", 6, false }, { "/later/4", 6, false },
	{ "/later/5", 6, false }, { "/later/6", 6, false },
	{ "/later/7", 6, false }, { "/later/8", 6, false },
	{ "/later/9", 6, false }, { "/zlast", 1, false },
};

#define NNODES (sizeof(nodes) / sizeof(nodes[0]))

static int fuse_fd;
static const char *bad_call;
static const char *bad_node;
static bool more;

/* ---- what has no end, and what lies ---------------------------------------------------------- */

/* Directories "d" in one another, below /bad: the number says how deep. */
#define ENDLESS 1000

static bool is_endless_dir(uint64_t id)
{
	return strcmp(bad_call, "endless-tree") == 0 &&
	       (id >= ENDLESS || (id && id <= NNODES && strcmp(nodes[id - 1].path, "/bad") == 0));
}

static bool has_endless_names(uint64_t id)
{
	return strcmp(bad_call, "endless-names") == 0 && id && id <= NNODES &&
	       strcmp(nodes[id - 1].path, "/bad") == 0;
}

static bool is_bad(const char *call, uint64_t id)
{
	const struct node *n = id && id <= NNODES ? &nodes[id - 1] : NULL;

	if (strcmp(bad_call, "dead") == 0)
		return true;
	if (!n || strcmp(bad_call, call) != 0)
		return false;
	return strcmp(n->path, bad_node) == 0 || (more && strncmp(n->path, "/later/", 7) == 0);
}

static void wait_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void answer(const struct fuse_in_header *in, int error, const void *data, size_t len)
{
	char out[sizeof(struct fuse_out_header) + 70000];
	struct fuse_out_header head = { (uint32_t)(sizeof(head) + len), error, in->unique };

	if (strcmp(bad_call, "slow") == 0)
		wait_ms(SLOW_MS);
	memcpy(out, &head, sizeof(head));
	if (len)
		memcpy(out + sizeof(head), data, len);
	/* Whoever asked may be gone. */
	if (write(fuse_fd, out, sizeof(head) + len) < 0 && errno != ENOENT)
		perror("stuckfs: write");
}

static void fill_attr(uint64_t id, struct fuse_attr *a)
{
	bool dir = id >= ENDLESS || nodes[id - 1].dir;

	*a = (struct fuse_attr){
		.ino = id,
		.size = dir ? 0 : sizeof(CONTENT) - 1,
		.mode = dir ? S_IFDIR | 0755 : S_IFREG | 0644,
		.nlink = 1,
		.mtime = 1000000000,
		.ctime = 1000000000,
		.atime = 1000000000,
	};
	if (is_bad("longer", id))
		a->size = (uint64_t)1 << 50;
	else if (is_bad("shorter", id))
		a->size = 10;
}

static const char *last_part(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void lookup(const struct fuse_in_header *in, const char *name)
{
	struct fuse_entry_out out = { 0 };

	if (is_endless_dir(in->nodeid) && strcmp(name, "d") == 0) {
		out.nodeid = in->nodeid < ENDLESS ? ENDLESS : in->nodeid + 1;
		out.generation = 1;
		fill_attr(out.nodeid, &out.attr);
		answer(in, 0, &out, sizeof(out));
		return;
	}
	for (size_t i = 1; i < NNODES; i++) {
		if (nodes[i].parent == in->nodeid && strcmp(last_part(nodes[i].path), name) == 0) {
			out.nodeid = i + 1;
			out.generation = 1;
			fill_attr(i + 1, &out.attr);
			answer(in, 0, &out, sizeof(out));
			return;
		}
	}
	answer(in, -ENOENT, NULL, 0);
}

static void getattr(const struct fuse_in_header *in)
{
	struct fuse_attr_out out = { 0 };

	fill_attr(in->nodeid, &out.attr);
	answer(in, 0, &out, sizeof(out));
}

/* One name behind the other, of 250 bytes each so that it does not take long. */
static void readdir_endless(const struct fuse_in_header *in, const struct fuse_read_in *arg)
{
	static char out[65536];
	size_t len = 0;

	for (uint64_t i = arg->offset;; i++) {
		struct fuse_dirent d = { i + ENDLESS, i + 1, 250, S_IFREG >> 12 };
		size_t size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + d.namelen);

		if (len + size > arg->size || len + size > sizeof(out))
			break;
		memset(out + len, 0, size);
		memcpy(out + len, &d, FUSE_NAME_OFFSET);
		memset(out + len + FUSE_NAME_OFFSET, 'n', d.namelen);
		snprintf(out + len + FUSE_NAME_OFFSET, 20, "%019llu", (unsigned long long)i);
		out[len + FUSE_NAME_OFFSET + 19] = 'n';
		len += size;
	}
	answer(in, 0, out, len);
}

static void readdir_one(const struct fuse_in_header *in, const struct fuse_read_in *arg)
{
	uint64_t id = in->nodeid < ENDLESS ? ENDLESS : in->nodeid + 1;
	struct fuse_dirent d = { id, 1, 1, S_IFDIR >> 12 };
	char out[64] = { 0 };

	memcpy(out, &d, FUSE_NAME_OFFSET);
	out[FUSE_NAME_OFFSET] = 'd';
	answer(in, 0, out, arg->offset ? 0 : FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + 1));
}

static void readdir_at(const struct fuse_in_header *in, const struct fuse_read_in *arg)
{
	char out[4096];
	size_t len = 0;

	if (has_endless_names(in->nodeid)) {
		readdir_endless(in, arg);
		return;
	}
	if (is_endless_dir(in->nodeid)) {
		readdir_one(in, arg);
		return;
	}
	for (size_t i = 1; i < NNODES; i++) {
		const char *name = last_part(nodes[i].path);
		struct fuse_dirent d = { i + 1, i + 1, (uint32_t)strlen(name),
					 nodes[i].dir ? S_IFDIR >> 12 : S_IFREG >> 12 };
		size_t size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + d.namelen);

		if (nodes[i].parent != in->nodeid || i + 1 <= arg->offset || len + size > arg->size)
			continue;
		memset(out + len, 0, size);
		memcpy(out + len, &d, FUSE_NAME_OFFSET);
		memcpy(out + len + FUSE_NAME_OFFSET, name, d.namelen);
		len += size;
	}
	answer(in, 0, out, len);
}

static void read_at(const struct fuse_in_header *in, const struct fuse_read_in *arg)
{
	static const char content[] = CONTENT;
	size_t len = sizeof(content) - 1;

	if (is_bad("trickle", in->nodeid)) {
		wait_ms(SLOW_MS);
		answer(in, 0, content, arg->offset < len * 100 ? 1 : 0);
		return;
	}
	/* Whatever the size is said to be, there is always more. */
	if (is_bad("shorter", in->nodeid)) {
		answer(in, 0, content, arg->size < len ? arg->size : len);
		return;
	}
	if (arg->offset >= len) {
		answer(in, 0, NULL, 0);
		return;
	}
	len -= arg->offset;
	answer(in, 0, content + arg->offset, len < arg->size ? len : arg->size);
}

static void init(const struct fuse_in_header *in, const struct fuse_init_in *arg)
{
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = arg->max_readahead,
		.max_background = 16,
		.congestion_threshold = 12,
		.max_write = 65536,
		.time_gran = 1,
	};

	answer(in, 0, &out, sizeof(out));
}

static void statfs_root(const struct fuse_in_header *in)
{
	struct fuse_statfs_out out = { 0 };

	answer(in, 0, &out, sizeof(out));
}

static void open_node(const struct fuse_in_header *in)
{
	/* Past the page cache: each read asks us. */
	struct fuse_open_out out = { .open_flags = FOPEN_DIRECT_IO };

	answer(in, 0, &out, sizeof(out));
}

/* There are none.  (Whoever says once that he knows no such call is never asked again.) */
static void listxattr(const struct fuse_in_header *in, const struct fuse_getxattr_in *arg)
{
	struct fuse_getxattr_out out = { 0 };

	if (arg->size)
		answer(in, 0, NULL, 0);
	else
		answer(in, 0, &out, sizeof(out));
}

static const char *name_of(uint32_t opcode)
{
	switch (opcode) {
	case FUSE_OPEN:
		return "open";
	case FUSE_READ:
		return "read";
	case FUSE_GETATTR:
	case OPCODE_STATX:
		return "getattr";
	case FUSE_LISTXATTR:
		return "listxattr";
	case FUSE_OPENDIR:
		return "opendir";
	case FUSE_READDIR:
		return "readdir";
	default:
		return "other";
	}
}

static void serve(const void *request)
{
	const struct fuse_in_header *in = request;
	const void *arg = in + 1;

	if (in->opcode != FUSE_INIT && is_bad(name_of(in->opcode), in->nodeid))
		return;
	switch (in->opcode) {
	case FUSE_INIT:
		init(in, arg);
		break;
	case FUSE_LOOKUP:
		lookup(in, arg);
		break;
	case FUSE_GETATTR:
		getattr(in);
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		open_node(in);
		break;
	case FUSE_READ:
		read_at(in, arg);
		break;
	case FUSE_READDIR:
		readdir_at(in, arg);
		break;
	case FUSE_LISTXATTR:
		listxattr(in, arg);
		break;
	case FUSE_STATFS:
		statfs_root(in);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		answer(in, 0, NULL, 0);
		break;
	default:
		answer(in, -ENOSYS, NULL, 0);
		break;
	}
}

static int mount_it(const char *point)
{
	char options[128];

	fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse_fd < 0) {
		perror("stuckfs: /dev/fuse");
		return 77;
	}
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%d,group_id=0", fuse_fd,
		 strcmp(bad_call, "private") == 0 ? 65534 : 0);
	if (mount("stuckfs", point, "fuse.stuckfs", 0, options) != 0) {
		perror("stuckfs: mount");
		return 77;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char request[FUSE_MIN_READ_BUFFER + 70000];
	pid_t starter = getppid();
	int rc;

	if (argc < 4)
		return 2;
	/* Killed, so that no request can keep us. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != starter)
		return 1;
	bad_call = argv[2];
	bad_node = argv[3];
	more = argc > 4;
	rc = mount_it(argv[1]);
	if (rc)
		return rc;
	puts("ready");
	fflush(stdout);
	for (;;) {
		if (read(fuse_fd, request, sizeof(request)) > 0)
			serve(request);
		else if (errno != ENOENT && errno != EINTR && errno != EAGAIN)
			break; /* ENODEV: it was unmounted.  ENOENT: a request was taken back */
	}
	umount2(argv[1], MNT_DETACH);
	return 0;
}
