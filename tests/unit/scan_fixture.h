/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the tests of src/scan share: a tree in a temporary directory, a matcher that does what the
 * test says, and a scan whose results stay.
 *
 * The matcher stands in for the rules room, so that these tests fail for the scan's faults only.
 */

#ifndef TESTS_SCAN_FIXTURE_H
#define TESTS_SCAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intact/scan.h>

#include "base/arena.h"
#include "base/path.h"
#include "scan/dir.h"

#define BIT(id) INTACT_BIT(INTACT_##id)
#define MASK_INODE                                                                            \
	(BIT(PERM) | BIT(UID) | BIT(GID) | BIT(SIZE) | BIT(MTIME) | BIT(CTIME) | BIT(INODE) | \
	 BIT(NLINK) | BIT(FTYPE))
#define MASK_ALL                                                                      \
	(MASK_INODE | BIT(LINK) | BIT(ACL) | BIT(XATTRS) | BIT(SELINUX) | BIT(CAPS) | \
	 BIT(E2FSATTRS) | BIT(SHA256))

/* ---- the matcher -------------------------------------------------------------------------------
 */

struct intact_rules {
	uint64_t attrs; /* everything is selected with these */
	/* May change the verdict. */
	void (*judge)(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
		      struct intact_match *match, const char **problem);
	const char *says; /* for the log, about each path; may be NULL */
};

struct intact_matcher {
	const struct intact_rules *rules;
	intact_log_fn *log;
	void *log_ctx;
};

int intact_matcher_new(const struct intact_rules *rules, const char *limit,
		       struct intact_matcher **ret, struct intact_error *err)
{
	struct intact_matcher *m = calloc(1, sizeof(*m));

	(void)limit;
	if (!m)
		return intact_fail_nomem(err);
	m->rules = rules;
	*ret = m;
	return 0;
}

void intact_matcher_set_log(struct intact_matcher *m, intact_log_fn *fn, void *ctx)
{
	m->log = fn;
	m->log_ctx = ctx;
}

void intact_matcher_free(struct intact_matcher *m)
{
	free(m);
}

int intact_matcher_match(struct intact_matcher *m, const char *path, size_t len, unsigned ftype,
			 intact_fstype_fn *fstype, void *ctx, struct intact_match *ret,
			 const char **ret_problem, struct intact_error *err)
{
	(void)err;
	assert_int_equal(strlen(path), len);
	*ret = (struct intact_match){
		.verdict = INTACT_SELECTED, .attrs = m->rules->attrs, .add = true, .descend = true
	};
	*ret_problem = NULL;
	if (m->rules->says && m->log)
		m->log(m->log_ctx, INTACT_LOG_RULE, m->rules->says);
	if (m->rules->judge)
		m->rules->judge(path, ftype, fstype, ctx, ret, ret_problem);
	return 0;
}

/* ---- the tree ----------------------------------------------------------------------------------
 */

struct fixture {
	char root[128];
	int fd; /* of root */
	struct intact_rules rules;
	unsigned workers;
	unsigned workers_most;
	unsigned patience; /* 0: what no test waits for */
	unsigned time_limit;
	enum intact_hash_policy hash_policy;
	uint64_t hash_period;
	int64_t now;
	int (*tick)(void *ctx);
	void *tick_ctx;
	bool follow;
	intact_log_fn *log;
	void *log_ctx;
	/* Called for each measured entry while it is borrowed; may be NULL. */
	void (*given)(struct fixture *f, struct intact_scan *scan, const struct intact_entry *e);
};

static inline int fixture_setup_in(void **state, const char *where)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->root, sizeof(f->root), "%s/intact-scan-XXXXXX", where);
	assert_non_null(mkdtemp(f->root));
	f->fd = open(f->root, O_RDONLY | O_DIRECTORY);
	assert_true(f->fd >= 0);
	f->rules.attrs = MASK_INODE;
	*state = f;
	return 0;
}

static inline int fixture_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	return fixture_setup_in(state, tmp ? tmp : "/tmp");
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();

	/* rm copes with any depth. */
	if (pid == 0) {
		execlp("rm", "rm", "-rf", f->root, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	close(f->fd);
	free(f);
	return 0;
}

static inline void make_dir(struct fixture *f, const char *path)
{
	assert_int_equal(mkdirat(f->fd, path, 0755), 0);
}

static inline void make_file(struct fixture *f, const char *path, const void *data, size_t len)
{
	int fd = openat(f->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	while (len) {
		ssize_t n = write(fd, data, len);

		assert_true(n > 0);
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	close(fd);
}

static inline void make_text(struct fixture *f, const char *path, const char *text)
{
	make_file(f, path, text, strlen(text));
}

/* ---- streams -----------------------------------------------------------------------------------
 */

/** Entries as pairs; `old` belongs to the entry of its path. */
struct zip {
	struct intact_pairs pairs;
	struct intact_stream *in;
	const struct intact_entry *old;
};

static int zip_next(struct intact_pairs *p, struct intact_pair *ret, struct intact_error *err)
{
	struct zip *z = (struct zip *)p;
	const struct intact_entry *old = z->old;
	int rc;

	*ret = (struct intact_pair){ 0 };
	rc = intact_stream_next(z->in, &ret->new, err);
	if (rc == 1 && old && strcmp(old->path.s, ret->new->path.s) == 0)
		ret->old = old;
	return rc;
}

static void zip_close(struct intact_pairs *p)
{
	struct zip *z = (struct zip *)p;

	intact_stream_close(z->in);
	free(z);
}

/** A stream of entries that a test owns. */
struct list_stream {
	struct intact_stream stream;
	const struct intact_entry *entries;
	size_t count;
	size_t at;
};

static int list_next(struct intact_stream *s, const struct intact_entry **ret,
		     struct intact_error *err)
{
	struct list_stream *list = (struct list_stream *)s;

	(void)err;
	if (list->at == list->count)
		return 0;
	*ret = &list->entries[list->at++];
	return 1;
}

static void list_close(struct intact_stream *s)
{
	(void)s;
}

/* ---- a scan with all its results ---------------------------------------------------------------
 */

struct results {
	struct arena arena;
	struct intact_entry *e;
	size_t n;
	int rc;
	struct intact_error err;
	struct intact_scan_stats stats;
};

static inline void results_free(struct results *r)
{
	arena_release(&r->arena);
	free(r->e);
	memset(r, 0, sizeof(*r));
}

static inline void results_add(struct results *r, const struct intact_entry *e)
{
	if ((r->n & (r->n + 1)) == 0) {
		r->e = realloc(r->e, (2 * r->n + 2) * sizeof(*r->e));
		assert_non_null(r->e);
	}
	assert_int_equal(intact_entry_copy(&r->e[r->n++], e, &r->arena, NULL), 0);
}

static inline const struct intact_entry *results_find(const struct results *r, const char *path)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->e[i].path.s, path) == 0 && !(r->e[i].flags & INTACT_ENTRY_GAP))
			return &r->e[i];
	}
	return NULL;
}

static inline const struct intact_entry *results_gap(const struct results *r, const char *path)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->e[i].path.s, path) == 0 && (r->e[i].flags & INTACT_ENTRY_GAP))
			return &r->e[i];
	}
	return NULL;
}

static inline struct intact_scan *fixture_scan(struct fixture *f)
{
	struct intact_scan_options options = {
		.rules = &f->rules,
		.root_prefix = f->root,
		.workers = f->workers,
		.workers_most = f->workers_most,
		.time_limit = f->time_limit,
		/* Those with threads also walk in one. */
		.patience = f->patience	 ? f->patience
			    : f->workers ? 600
					 : 0,
		.hash_policy = f->hash_policy,
		.hash_period = f->hash_period,
		.now = f->now,
		.tick = f->tick,
		.tick_ctx = f->tick_ctx,
		.follow = f->follow,
		.log = f->log,
		.log_ctx = f->log_ctx,
	};
	struct intact_scan *scan;

	assert_int_equal(intact_scan_new(&options, &scan, NULL), 0);
	return scan;
}

static inline void measure_stream(struct fixture *f, struct intact_scan *scan,
				  struct intact_stream *in, const struct intact_entry *old,
				  struct results *r)
{
	struct zip *z = calloc(1, sizeof(*z));
	struct intact_pairs *pairs;
	struct intact_pair pair;

	assert_non_null(z);
	*z = (struct zip){ { zip_next, zip_close }, in, old };
	memset(r, 0, sizeof(*r));
	assert_int_equal(intact_scan_measure(scan, &z->pairs, &pairs, &r->err), 0);
	while ((r->rc = intact_pairs_next(pairs, &pair, &r->err)) == 1) {
		results_add(r, pair.new);
		if (f->given)
			f->given(f, scan, pair.new);
	}
	intact_pairs_close(pairs);
	r->stats.entries = intact_scan_stats(scan)->entries;
	r->stats.excluded = intact_scan_stats(scan)->excluded;
	r->stats.mounts_skipped = intact_scan_stats(scan)->mounts_skipped;
	r->stats.bytes = intact_scan_stats(scan)->bytes;
	r->stats.left_behind = intact_scan_stats(scan)->left_behind;
}

/** Walk and measure all.  `old` or NULL: what stands on the old side under its path. */
static inline void scan_all(struct fixture *f, const struct intact_entry *old, struct results *r)
{
	struct intact_scan *scan = fixture_scan(f);
	struct intact_stream *walk;

	assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
	measure_stream(f, scan, walk, old, r);
	intact_scan_free(scan);
}

/* Kept for who was left behind, and here found by who looks for leaks. */
extern struct intact_scan *scan_kept;
struct intact_scan *scan_kept;

/** Walk without measuring. */
static inline void walk_all(struct fixture *f, struct results *r)
{
	struct intact_scan *scan = fixture_scan(f);
	const struct intact_entry *e;
	struct intact_stream *walk;

	memset(r, 0, sizeof(*r));
	assert_int_equal(intact_scan_walk(scan, &walk, &r->err), 0);
	while ((r->rc = intact_stream_next(walk, &e, &r->err)) == 1)
		results_add(r, e);
	intact_stream_close(walk);
	r->stats.excluded = intact_scan_stats(scan)->excluded;
	r->stats.mounts_skipped = intact_scan_stats(scan)->mounts_skipped;
	r->stats.left_behind = intact_scan_stats(scan)->left_behind;
	if (r->stats.left_behind)
		scan_kept = scan;
	intact_scan_free(scan);
}

/**
 * Walk all, then let `between` do something to the tree, then measure: what the walk saw is not
 * what is there any more.
 */
static inline void scan_with_change(struct fixture *f, void (*between)(struct fixture *f),
				    struct results *r)
{
	struct intact_scan *scan = fixture_scan(f);
	const struct intact_entry *e;
	struct results walked = { 0 };
	struct list_stream list;
	struct intact_stream *walk;

	assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
	while (intact_stream_next(walk, &e, NULL) == 1) {
		struct intact_entry copy = *e;

		results_add(&walked, &copy);
		if (e->dir)
			scan_dir_ref(e->dir);
	}
	between(f);
	list = (struct list_stream){ { list_next, list_close }, walked.e, walked.n, 0 };
	measure_stream(f, scan, &list.stream, NULL, r);
	for (size_t i = 0; i < walked.n; i++)
		scan_dir_unref(walked.e[i].dir);
	intact_stream_close(walk);
	results_free(&walked);
	intact_scan_free(scan);
}

#endif /* TESTS_SCAN_FIXTURE_H */
