/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See generations.h.
 */

#include "cli/generations.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "cli/clerk.h"
#include "cli/state.h"

/* ---- names ---------------------------------------------------------------------------------- */

char *generation_path(const char *base, uint64_t number)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s.g%06" PRIu64, base, number);
	return buf_take(&path, NULL);
}

/* "NAME.g000012" is 12; nothing else is.  0: it is none. */
static uint64_t number_of(const char *file, const char *name)
{
	size_t len = strlen(name), digits;
	char again[32];
	uint64_t n;

	if (strncmp(file, name, len) != 0 || strncmp(file + len, ".g", 2) != 0)
		return 0;
	file += len + 2;
	digits = strspn(file, "0123456789");
	if (digits < 6 || digits > 19 || file[digits])
		return 0;
	n = strtoull(file, NULL, 10);
	snprintf(again, sizeof(again), "%06" PRIu64, n);
	return strcmp(again, file) == 0 ? n : 0;
}

/* ---- finding -------------------------------------------------------------------------------- */

static int add(struct generations *g, uint64_t number, const struct stat *st,
	       struct intact_error *err)
{
	struct generation *list = realloc(g->list, (g->n + 1) * sizeof(*list));
	struct generation *new;

	if (!list)
		return intact_fail_nomem(err);
	g->list = list;
	new = &list[g->n];
	*new = (struct generation){ .number = number, .place = NO_PLACE, .st = *st };
	new->place.path = generation_path(g->base, number);
	new->place.name = new->place.path ? strdup(new->place.path) : NULL;
	if (!new->place.name) {
		free(new->place.path);
		return intact_fail_nomem(err);
	}
	g->n++;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct generation *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Only the newest are looked at. */
static void cut(struct generations *g)
{
	size_t over = g->n > INTACT_GENERATIONS_MAX ? g->n - INTACT_GENERATIONS_MAX : 0;

	for (size_t i = 0; i < over; i++)
		place_clear(&g->list[i].place);
	g->n -= over;
	if (over)
		memmove(g->list, g->list + over, g->n * sizeof(*g->list));
}

static int look(struct generations *g, DIR *dir, const char *name, struct intact_error *err)
{
	const struct dirent *entry;
	int rc = 0;

	while (rc == 0) {
		uint64_t number;
		struct stat st;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno ? intact_fail_errno(err, "read the folder of '%s'", g->base)
				     : 0;
		number = number_of(entry->d_name, name);
		if (number && fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			rc = add(g, number, &st, err);
	}
	return rc;
}

/* Without links; also of a file that is not there, in a folder that is. */
static char *real_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *ret = realpath(path, NULL), *folder, *real;
	struct buf base = { 0 };

	if (ret || errno != ENOENT)
		return ret;
	folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	real = folder ? realpath(folder, NULL) : NULL;
	free(folder);
	if (!real)
		return NULL;
	buf_printf(&base, "%s/%s", strcmp(real, "/") == 0 ? "" : real, slash ? slash + 1 : path);
	free(real);
	return buf_take(&base, NULL);
}

int generations_find(struct generations *g, const char *path, struct intact_error *err)
{
	const char *name;
	char *folder;
	DIR *dir;
	int rc;

	*g = (struct generations){ .base = real_base(path) };
	if (!g->base)
		return intact_fail_errno(err, "look for '%s'", path);
	name = path_name(g->base, strlen(g->base));
	folder = strndup(g->base, (size_t)(name - g->base));
	if (!folder)
		return intact_fail_nomem(err);
	dir = opendir(folder);
	rc = dir ? look(g, dir, name, err) : intact_fail_errno(err, "open '%s'", folder);
	if (dir)
		closedir(dir);
	free(folder);
	if (g->n)
		qsort(g->list, g->n, sizeof(*g->list), by_number);
	cut(g);
	return rc;
}

void generations_release(struct generations *g)
{
	for (size_t i = 0; i < g->n; i++)
		place_clear(&g->list[i].place);
	free(g->list);
	free(g->base);
	*g = (struct generations){ 0 };
}

struct generation *generations_get(const struct generations *g, uint64_t number)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->list[i].number == number)
			return &g->list[i];
	}
	return NULL;
}

uint64_t generations_newest(const char *path)
{
	struct intact_error none;
	struct generations g;
	uint64_t ret = 0;

	if (generations_find(&g, path, &none) == 0 && g.n)
		ret = g.list[g.n - 1].number;
	generations_release(&g);
	return ret;
}

/* ---- what is done to the files -------------------------------------------------------------- */

static bool same_file(const char *path, const struct stat *was)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == was->st_dev && st.st_ino == was->st_ino;
}

static int sync_folder(const char *file, struct intact_error *err)
{
	char *folder = strndup(file, (size_t)(path_name(file, strlen(file)) - file));
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int rc = 0;

	if (fd < 0 || fsync(fd) != 0)
		rc = intact_fail_errno(err, "sync the folder of '%s'", file);
	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

/* What link(2) says where there is none: vfat, exFAT, some network file systems. */
static bool knows_no_links(int why)
{
	return why == EPERM || why == ENOSYS || why == EOPNOTSUPP || why == EMLINK;
}

static int copy_all(int from, int to, const char *path, struct intact_error *err)
{
	char block[65536];
	uint64_t at = 0;
	size_t n = 0;

	do {
		if (file_read_at(from, block, sizeof(block), at, &n) != 0)
			return intact_fail_errno(err, "read the baseline for '%s'", path);
		if (file_write(to, block, n) != 0)
			return intact_fail_errno(err, "write '%s'", path);
		at += n;
	} while (n == sizeof(block));
	return 0;
}

/* Complete under its name or not there, as a link is; synced, with its folder. */
static int copy_as(const struct store *s, const char *path, struct intact_error *err)
{
	int from = open(s->generations.base, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	struct file_new new = { .fd = -1, .dirfd = -1 };
	struct stat st;
	int rc = 0;

	if (from < 0 || fstat(from, &st) != 0)
		rc = intact_fail_errno(err, "open '%s'", s->generations.base);
	else if (st.st_dev != s->in.st_dev || st.st_ino != s->in.st_ino)
		rc = intact_fail(err, INTACT_EIO, "'%s' was exchanged meanwhile",
				 s->generations.base);
	else if (lstat(path, &st) == 0)
		rc = intact_fail(err, INTACT_EIO, "keep the baseline as '%s': it is there", path);
	if (rc == 0)
		rc = file_new_open(&new, path, err);
	if (rc == 0) {
		rc = copy_all(from, new.fd, path, err);
		if (rc == 0)
			rc = file_new_commit(&new, err);
		file_new_release(&new);
	}
	if (from >= 0)
		close(from);
	return rc;
}

static int keep_as(const struct store *s, const char *path, uint64_t number,
		   struct intact_error *err)
{
	const struct generation *there = generations_get(&s->generations, number);

	/* The run has found that it is that generation, or has refused to go on. */
	if (same_file(path, &s->in) || (there && same_file(path, &there->st)))
		return 0;
	if (link(s->generations.base, path) == 0)
		return sync_folder(path, err);
	if (!knows_no_links(errno))
		return intact_fail_errno(
			err, "keep the baseline as '%s' (generations=0 keeps none)", path);
	return copy_as(s, path, err);
}

int store_keep(struct store *s, uint64_t number, struct intact_error *err)
{
	char *path = generation_path(s->generations.base, number);
	int rc = path ? 0 : intact_fail_nomem(err);

	if (rc == 0 && s->kept)
		rc = intact_fail(err, INTACT_EIO, "a generation was kept already");
	/* Another one than was reviewed must not be replaced. */
	if (rc == 0 && !same_file(s->generations.base, &s->in))
		rc = intact_fail(err, INTACT_EIO, "'%s' was exchanged meanwhile",
				 s->generations.base);
	if (rc == 0 && s->session->config->generations)
		rc = keep_as(s, path, number, err);
	free(path);
	s->kept |= rc == 0;
	return rc;
}

static void drop(const char *path, const struct stat *was, int *rc, struct intact_error *err)
{
	if (same_file(path, was) && unlink(path) != 0 && *rc == 0)
		*rc = intact_fail_errno(err, "remove '%s'", path);
}

/* So many of the oldest: whatever the run asks for, as many as are to be kept stay. */
static size_t may_go(const struct store *s)
{
	size_t n = s->generations.n + 1, most = s->session->config->generations;

	return n > most ? n - most : 0;
}

int store_settle(struct store *s, const struct intact_seen *seen, bool leave,
		 const uint64_t *remove, size_t n, struct intact_error *err)
{
	int rc = 0;

	if (!s->kept || s->settled)
		return intact_fail(err, INTACT_EIO, "nothing was put in place");
	/* The run may be somebody else's by now: it makes no older baseline good again. */
	if (seen->generation < s->session->in.seen.generation)
		return intact_fail(err, INTACT_EIO, "what was seen does not become less");
	s->settled = true;
	if (!leave)
		drop(s->session->out.path, &s->reviewed, &rc, err);
	for (size_t i = 0; i < n; i++) {
		const struct generation *old = generations_get(&s->generations, remove[i]);

		if (old && (size_t)(old - s->generations.list) < may_go(s))
			drop(old->place.path, &old->st, &rc, err);
	}
	/* Where the old one lies beside it, going back would be easy. */
	if (rc == 0 && s->session->in.record)
		rc = trust_remember(s->session, seen, err);
	return rc;
}

/* ---- from one process to the other ---------------------------------------------------------- */

struct wish {
	uint64_t number;	 /* not 0: keep it as that */
	uint64_t leave;		 /* else: settle; 1: not the reviewed state */
	struct intact_seen seen; /* ... numbers follow */
};

static int ask(struct store *s, struct buf *body, struct intact_error *err)
{
	int rc = body->failed	     ? intact_fail_nomem(err)
		 : s->session->clerk ? clerk_special(s->session->clerk, body->data, body->len, err)
				     : store_special(s, body->data, body->len, err);

	buf_release(body);
	return rc;
}

int store_ask_keep(struct store *s, uint64_t number, struct intact_error *err)
{
	struct buf body = { 0 };
	struct wish wish;

	memset(&wish, 0, sizeof(wish));
	wish.number = number;
	buf_add(&body, &wish, sizeof(wish));
	return ask(s, &body, err);
}

int store_ask_settle(struct store *s, const struct intact_seen *seen, bool leave,
		     const uint64_t *remove, size_t n, struct intact_error *err)
{
	struct buf body = { 0 };
	struct wish wish;

	memset(&wish, 0, sizeof(wish));
	wish.leave = leave;
	wish.seen = *seen;
	buf_add(&body, &wish, sizeof(wish));
	buf_add(&body, remove, n * sizeof(*remove));
	return ask(s, &body, err);
}

int store_special(void *ctx, const void *body, size_t len, struct intact_error *err)
{
	uint64_t remove[INTACT_GENERATIONS_MAX];
	struct store *s = ctx;
	struct wish wish;
	size_t n;

	if (len < sizeof(wish) || (len - sizeof(wish)) % sizeof(remove[0]) ||
	    len - sizeof(wish) > sizeof(remove))
		return intact_fail(err, INTACT_EIO, "the clerk was asked for what it does not do");
	memcpy(&wish, body, sizeof(wish));
	n = (len - sizeof(wish)) / sizeof(remove[0]);
	memcpy(remove, (const char *)body + sizeof(wish), n * sizeof(remove[0]));
	return wish.number ? store_keep(s, wish.number, err)
			   : store_settle(s, &wish.seen, wish.leave == 1, remove, n, err);
}
