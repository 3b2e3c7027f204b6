/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Each system call of the walk fails once, and each is once never answered; so does each
 * allocation.  What becomes of the tree then is written down here, call by call: what could not be
 * seen is a gap, everything else is there, and nothing is asked twice.
 *
 * How a scan copes with many silent objects, test_slow.c tests.
 */

#include "scan_fixture.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "base/thread.h"
#include "scan/context.h"
#include "tests/stress/starved.h"
#include "tests/unit/failing.h"

/* Not an errno: the call never returns. */
#define SILENT 10001
/* Runs at a time, for those that mostly wait. */
#define AT_A_TIME 16
/* So that a folder takes several calls. */
#define NAMES_AT_ONCE 3
#define LINE 256

static char failed[64];	   /* the call that did, and on what */
static bool no_way_up;	   /* `..` can never be opened */
static const char *gone;   /* nor this name, after the first time; NULL: none */
static unsigned silences;  /* that the run has seen before */
static bool untyped;	   /* folders do not tell the types of their names */
static unsigned gone_seen; /* how often it was asked for */

/* A thread that was left behind never says that it is done with what it wrote. */
static struct mutex lock;

static bool fails_on(const char *call, const char *name)
{
	bool fail;

	mutex_lock(&lock);
	if (!paused && calls + 1 == fails_at)
		snprintf(failed, sizeof(failed), "%s %s", call, name);
	fail = fails();
	mutex_unlock(&lock);
	if (fail && error == SILENT)
		thread_sleep_for_ever();
	return fail;
}

static void pause_calls(bool now)
{
	mutex_lock(&lock);
	paused = now;
	mutex_unlock(&lock);
}

int __real_fstat(int fd, struct stat *ret);
int __wrap_fstat(int fd, struct stat *ret);
int __wrap_fstat(int fd, struct stat *ret)
{
	return fails_on("stat", "it") ? -1 : __real_fstat(fd, ret);
}

int __real_fstatat(int dirfd, const char *name, struct stat *ret, int flags);
int __wrap_fstatat(int dirfd, const char *name, struct stat *ret, int flags);
int __wrap_fstatat(int dirfd, const char *name, struct stat *ret, int flags)
{
	return fails_on("stat", name) ? -1 : __real_fstatat(dirfd, name, ret, flags);
}

int __real_fstatfs(int fd, struct statfs *ret);
int __wrap_fstatfs(int fd, struct statfs *ret);
int __wrap_fstatfs(int fd, struct statfs *ret)
{
	return fails_on("statfs", "it") ? -1 : __real_fstatfs(fd, ret);
}

/* Names that this test takes away, beside the call that fails. */
static bool is_gone(const char *name, int flags)
{
	if (paused || flags & O_PATH)
		return false;
	return (no_way_up && strcmp(name, "..") == 0) ||
	       (gone && strcmp(name, gone) == 0 && gone_seen++);
}

int __real_openat(int dirfd, const char *name, int flags, ...);
int __wrap_openat(int dirfd, const char *name, int flags, ...);
int __wrap_openat(int dirfd, const char *name, int flags, ...)
{
	bool root = dirfd == AT_FDCWD;
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (fails_on(flags & O_PATH ? "look at" : "open", root ? "the root" : name))
		return -1;
	if (is_gone(name, flags)) {
		errno = ENOENT;
		return -1;
	}
	return __real_openat(dirfd, name, flags, mode);
}

long __real_syscall(long number, ...);

/* The folder at hand: in the order of its names, whatever the file system's is. */
static struct dirent64 *names[20];
static size_t names_count, names_given;

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(struct dirent64 *const *)a)->d_name,
		      (*(struct dirent64 *const *)b)->d_name);
}

static void keep_names(char *buffer, long n)
{
	names_count = names_given = 0;
	for (long at = 0; at < n; at += names[names_count++]->d_reclen)
		names[names_count] = (struct dirent64 *)(buffer + at);
	qsort(names, names_count, sizeof(names[0]), compare_names);
}

/* Up to NAMES_AT_ONCE.  Returns the number of bytes. */
static long give_names(char *buffer)
{
	long n = 0;

	for (int i = 0; i < NAMES_AT_ONCE && names_given < names_count; i++) {
		struct dirent64 *d = (struct dirent64 *)(buffer + n);

		memcpy(d, names[names_given], names[names_given]->d_reclen);
		if (untyped)
			d->d_type = DT_UNKNOWN;
		n += d->d_reclen;
		names_given++;
	}
	return n;
}

static long list(int fd, char *buffer)
{
	static _Alignas(struct dirent64) char all[4096];

	if (names_given == names_count)
		keep_names(all, __real_syscall(SYS_getdents64, fd, all, sizeof(all)));
	return give_names(buffer);
}

long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number != SYS_getdents64 || paused)
		return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (fails_on("list", "it"))
		return -1;
	return list((int)a[0], (char *)a[1]);
}

/* ---- one walk, and what it lacks ---- */

static void judge_asking(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			 struct intact_match *match, const char **problem)
{
	uint64_t type;

	(void)path;
	(void)ftype;
	(void)match;
	if (fstype(ctx, &type) != 0)
		*problem = "no type";
}

static void walk_few_open(struct fixture *f, struct results *r)
{
	struct intact_stream *walk;
	const struct intact_entry *e;
	struct intact_scan *scan;

	memset(r, 0, sizeof(*r));
	pause_calls(true);
	scan = fixture_scan(f);
	scan->max_stack = 2;
	atomic_store(&scan->silences, silences);
	pause_calls(false);
	r->rc = intact_scan_walk(scan, &walk, &r->err);
	if (r->rc == 0) {
		while ((r->rc = intact_stream_next(walk, &e, &r->err)) == 1)
			results_add(r, e);
		pause_calls(true);
		intact_stream_close(walk);
	}
	pause_calls(true);
	r->stats.left_behind = intact_scan_stats(scan)->left_behind;
	intact_scan_free(scan);
}

static void make_tree(struct fixture *f)
{
	static const char *const folders[] = { "a", "a/b", "a/b/c", "a/b/c/d", "m" };
	static const char *const files[] = { "a/b/c/d/f", "a/b/z", "a/z", "m/x", "m/y", "t" };

	pause_calls(true);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_dir(f, folders[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_text(f, files[i], "");
	f->rules.judge = judge_asking;
}

static void add(char *line, const char *form, const char *path, const char *text)
{
	size_t len = strlen(line);

	snprintf(line + len, LINE - len, form, path, text);
}

/* In `line`: what is different from the `whole` tree. */
static void tell(const struct results *whole, const struct results *r, char *line)
{
	unsigned lacking = 0;

	if (r->rc < 0)
		add(line, "; %s%s", r->rc == INTACT_EIO ? "EIO" : "another error", "");
	for (size_t i = 0; i < r->n; i++) {
		const struct intact_entry *e = &r->e[i];
		const struct intact_entry *known = results_find(whole, e->path.s);

		/* A gap for what happened in a folder comes when that is left. */
		if (i && !(e->flags & INTACT_ENTRY_GAP) &&
		    path_cmp(r->e[i - 1].path.s, r->e[i - 1].path.len, e->path.s, e->path.len) > 0)
			add(line, "; %s %s", e->path.s, "comes too late");
		if (!known)
			add(line, "; %s %s", e->path.s, "is invented");
		else if (!(e->flags & INTACT_ENTRY_GAP) && known->mode != e->mode)
			add(line, "; %s %s", e->path.s, "has another type");
		if (e->problem)
			add(line, e->flags & INTACT_ENTRY_GAP ? "; %s: gap: %s" : "; %s: %s",
			    e->path.s, e->problem);
	}
	for (size_t i = 0; i < whole->n; i++)
		lacking += !results_find(r, whole->e[i].path.s);
	if (lacking)
		snprintf(line + strlen(line), LINE - strlen(line), "; lacks %u", lacking);
}

/* Each `words` in the line become `word`. */
static void shorten(char *line, const char *words, const char *word)
{
	for (char *at = line; (at = strstr(at, words)) != NULL; at += strlen(word)) {
		size_t rest = strlen(at + strlen(words)) + 1;

		memmove(at + strlen(word), at + strlen(words), rest);
		memcpy(at, word, strlen(word));
	}
}

static void tell_of_call(struct fixture *f, const struct results *whole, unsigned long at,
			 char *line)
{
	struct results r;

	failed[0] = line[0] = '\0';
	gone_seen = 0;
	names_count = names_given = 0;
	fail_at(at);
	walk_few_open(f, &r);
	mutex_lock(&lock);
	add(line, "%s%s", failed, "");
	mutex_unlock(&lock);
	tell(whole, &r, line);
	if (error == SILENT && r.stats.left_behind != 1)
		add(line, "; %s%s", "nobody is left behind", "");
	shorten(line, "no answer from the file system for 1 second", "no answer");
	shorten(line, "Input/output error", "EIO");
	results_free(&r);
}

static void assert_lines(char (*lines)[LINE], const char *const *expected, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_string_equal(lines[i], expected[i]);
}

/* ---- each call fails ---- */

static const char *const with_an_error[] = {
	"open the root; EIO; lacks 12",
	"stat it; EIO; lacks 12",
	"look at .; /: no type",
	"statfs it; /: no type",
	"open .; /: gap: cannot list: EIO; lacks 11",
	"stat it; /: gap: cannot list: EIO; lacks 11",
	"list it; /: gap: cannot list all of it: EIO; lacks 11",
	"list it; /: gap: cannot list all of it: EIO; lacks 4",
	"list it; /: gap: cannot list all of it: EIO",
	"stat a; /a has another type; /a: gap: cannot look at it: EIO; lacks 6",
	"look at a; /a: no type",
	"statfs it; /a: no type",
	"open a; /a: gap: cannot list: EIO; lacks 6",
	"stat it; /a: gap: cannot list: EIO; lacks 6",
	"list it; /a: gap: cannot list all of it: EIO; lacks 6",
	"list it; /a: gap: cannot list all of it: EIO; lacks 1",
	"list it; /a: gap: cannot list all of it: EIO",
	"stat b; /a/b has another type; /a/b: gap: cannot look at it: EIO; lacks 4",
	"look at b; /a/b: no type",
	"statfs it; /a/b: no type",
	"open b; /a/b: gap: cannot list: EIO; lacks 4",
	"stat it; /a/b: gap: cannot list: EIO; lacks 4",
	"list it; /a/b: gap: cannot list all of it: EIO; lacks 4",
	"list it; /a/b: gap: cannot list all of it: EIO; lacks 1",
	"list it; /a/b: gap: cannot list all of it: EIO",
	"stat c; /a/b/c has another type; /a/b/c: gap: cannot look at it: EIO; lacks 2",
	"look at c; /a/b/c: no type",
	"statfs it; /a/b/c: no type",
	"open c; /a/b/c: gap: cannot list: EIO; lacks 2",
	"stat it; /a/b/c: gap: cannot list: EIO; lacks 2",
	"list it; /a/b/c: gap: cannot list all of it: EIO; lacks 2",
	"list it; /a/b/c: gap: cannot list all of it: EIO",
	"stat d; /a/b/c/d has another type; /a/b/c/d: gap: cannot look at it: EIO; lacks 1",
	"look at d; /a/b/c/d: no type",
	"statfs it; /a/b/c/d: no type",
	"open d; /a/b/c/d: gap: cannot list: EIO; lacks 1",
	"stat it; /a/b/c/d: gap: cannot list: EIO; lacks 1",
	"list it; /a/b/c/d: gap: cannot list all of it: EIO; lacks 1",
	"list it; /a/b/c/d: gap: cannot list all of it: EIO",
	"stat f; /a/b/c/d/f: gap: cannot look at it: EIO",
	"statfs it; /a/b/c/d/f: no type",
	"stat ..; /a/b/c/d: gap: cannot see whether it was moved: EIO",
	"open ..; /a/b/c: gap: cannot see whether it was moved: EIO",
	"stat it; /a/b/c: gap: cannot see whether it was moved: EIO",
	"stat z; /a/b/z: gap: cannot look at it: EIO",
	"statfs it; /a/b/z: no type",
	"open ..; /a/b: gap: cannot see whether it was moved: EIO",
	"stat it; /a/b: gap: cannot see whether it was moved: EIO",
	"stat z; /a/z: gap: cannot look at it: EIO",
	"statfs it; /a/z: no type",
	"stat ..; /a: gap: cannot see whether it was moved: EIO",
	"stat m; /m has another type; /m: gap: cannot look at it: EIO; lacks 2",
	"look at m; /m: no type",
	"statfs it; /m: no type",
	"open m; /m: gap: cannot list: EIO; lacks 2",
	"stat it; /m: gap: cannot list: EIO; lacks 2",
	"list it; /m: gap: cannot list all of it: EIO; lacks 2",
	"list it; /m: gap: cannot list all of it: EIO; lacks 1",
	"list it; /m: gap: cannot list all of it: EIO",
	"stat x; /m/x: gap: cannot look at it: EIO",
	"statfs it; /m/x: no type",
	"stat y; /m/y: gap: cannot look at it: EIO",
	"stat ..; /m: gap: cannot see whether it was moved: EIO",
	"stat t; /t: gap: cannot look at it: EIO",
	"statfs it; /t: no type",
};

static unsigned long walk_whole(struct fixture *f, struct results *whole)
{
	fail_at(0);
	walk_few_open(f, whole);
	assert_int_equal(whole->rc, 0);
	assert_int_equal(whole->n, 12);
	return calls;
}

static void fail_each_call(struct fixture *f)
{
	static char lines[100][LINE];
	struct results whole;
	unsigned long n;

	untyped = true;
	error = EIO;
	n = walk_whole(f, &whole);
	assert_true(n <= 100);
	for (unsigned long i = 0; i < n; i++)
		tell_of_call(f, &whole, i + 1, lines[i]);
	assert_int_equal(n, sizeof(with_an_error) / sizeof(with_an_error[0]));
	assert_lines(lines, with_an_error, n);
	results_free(&whole);
}

static void test_each_call_fails(void **state)
{
	struct fixture *f = *state;

	make_tree(f);
	fail_each_call(f);
}

static void test_each_call_fails_in_a_thread(void **state)
{
	struct fixture *f = *state;

	make_tree(f);
	f->patience = 600;
	fail_each_call(f);
}

/* ---- each call is never answered ---- */

static const char *const without_an_answer[] = {
	"open the root; EIO; lacks 12",
	"stat it; EIO; lacks 12",
	"look at .; /: no type",
	"statfs it; /: no type",
	"open .; /: gap: cannot list: no answer; lacks 11",
	"stat it; /: gap: cannot list: no answer; lacks 11",
	"list it; /: gap: cannot list: no answer; lacks 11",
	"list it; /: gap: cannot list: no answer; lacks 11",
	"list it; /: gap: cannot list: no answer; lacks 11",
	"stat a; /a has another type; /a: no type; /a: gap: cannot look at it: no answer; lacks 6",
	"look at a; /a: no type",
	"statfs it; /a: no type",
	"open a; /a: gap: cannot list: no answer; lacks 6",
	"stat it; /a: gap: cannot list: no answer; lacks 6",
	"list it; /a: gap: cannot list: no answer; lacks 6",
	"list it; /a: gap: cannot list: no answer; lacks 6",
	"list it; /a: gap: cannot list: no answer; lacks 6",
	"stat b; /a/b has another type; /a/b: no type; /a/b: gap: cannot look at it: no answer; "
	"lacks 4",
	"look at b; /a/b: no type",
	"statfs it; /a/b: no type",
	"open b; /a/b: gap: cannot list: no answer; lacks 4",
	"stat it; /a/b: gap: cannot list: no answer; lacks 4",
	"list it; /a/b: gap: cannot list: no answer; lacks 4",
	"list it; /a/b: gap: cannot list: no answer; lacks 4",
	"list it; /a/b: gap: cannot list: no answer; lacks 4",
	"stat c; /a/b/c has another type; /a/b/c: no type; /a/b/c: gap: cannot look at it: no "
	"answer; lacks 2",
	"look at c; /a/b/c: no type",
	"statfs it; /a/b/c: no type",
	"open c; /a/b/c: gap: cannot list: no answer; lacks 2",
	"stat it; /a/b/c: gap: cannot list: no answer; lacks 2",
	"list it; /a/b/c: gap: cannot list: no answer; lacks 2",
	"list it; /a/b/c: gap: cannot list: no answer; lacks 2",
	"stat d; /a/b/c/d has another type; /a/b/c/d: no type; /a/b/c/d: gap: cannot look at it: "
	"no answer; lacks 1",
	"look at d; /a/b/c/d: no type",
	"statfs it; /a/b/c/d: no type",
	"open d; /a/b/c/d: gap: cannot list: no answer; lacks 1",
	"stat it; /a/b/c/d: gap: cannot list: no answer; lacks 1",
	"list it; /a/b/c/d: gap: cannot list: no answer; lacks 1",
	"list it; /a/b/c/d: gap: cannot list: no answer; lacks 1",
	"stat f; /a/b/c/d/f: no type; /a/b/c/d/f: gap: cannot look at it: no answer",
	"statfs it; /a/b/c/d/f: no type",
	"stat ..; /a/b/c/d: gap: cannot see whether it was moved: no answer",
	"open ..; /a/b/c: gap: cannot see whether it was moved: no answer; /a/b: gap: cannot list "
	"all of it: the way back to it is lost; lacks 1",
	"stat it; /a/b/c: gap: cannot see whether it was moved: no answer; /a/b: gap: cannot list "
	"all of it: the way back to it is lost; lacks 1",
	"stat z; /a/b/z: no type; /a/b/z: gap: cannot look at it: no answer",
	"statfs it; /a/b/z: no type",
	"open ..; /a/b: gap: cannot see whether it was moved: no answer; /a: gap: cannot list all "
	"of it: the way back to it is lost; lacks 1",
	"stat it; /a/b: gap: cannot see whether it was moved: no answer; /a: gap: cannot list all "
	"of it: the way back to it is lost; lacks 1",
	"stat z; /a/z: no type; /a/z: gap: cannot look at it: no answer",
	"statfs it; /a/z: no type",
	"stat ..; /a: gap: cannot see whether it was moved: no answer",
	"stat m; /m has another type; /m: no type; /m: gap: cannot look at it: no answer; lacks 2",
	"look at m; /m: no type",
	"statfs it; /m: no type",
	"open m; /m: gap: cannot list: no answer; lacks 2",
	"stat it; /m: gap: cannot list: no answer; lacks 2",
	"list it; /m: gap: cannot list: no answer; lacks 2",
	"list it; /m: gap: cannot list: no answer; lacks 2",
	"list it; /m: gap: cannot list: no answer; lacks 2",
	"stat x; /m/x: no type; /m/x: gap: cannot look at it: no answer",
	"statfs it; /m/x: no type",
	"stat y; /m/y: no type; /m/y: gap: cannot look at it: no answer",
	"stat ..; /m: gap: cannot see whether it was moved: no answer",
	"stat t; /t: no type; /t: gap: cannot look at it: no answer",
	"statfs it; /t: no type",
};

static bool wait_for_one(void)
{
	int status;

	if (wait(&status) < 0)
		return false;
	assert_int_equal(status, 0);
	return true;
}

/* In processes of their own: each waits for as long as the patience lasts.  Returns how many. */
static unsigned long never_answer_each_call(struct fixture *f, char (*lines)[LINE])
{
	struct results whole;
	unsigned running = 0;
	unsigned long n;

	make_tree(f);
	untyped = true;
	error = SILENT;
	n = walk_whole(f, &whole);
	assert_int_equal(n, sizeof(without_an_answer) / sizeof(without_an_answer[0]));
	f->patience = 1;
	for (unsigned long i = 0; i < n; i++) {
		if (running == AT_A_TIME)
			running -= wait_for_one();
		if (fork() == 0) {
			tell_of_call(f, &whole, i + 1, lines[i]);
			_exit(0);
		}
		running++;
	}
	while (wait_for_one())
		;
	results_free(&whole);
	return n;
}

static char (*shared_lines(void))[LINE]
{
	void *lines = mmap(NULL, sizeof(without_an_answer) / sizeof(without_an_answer[0]) * LINE,
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(lines, MAP_FAILED);
	return lines;
}

static void test_each_call_is_never_answered(void **state)
{
	char(*lines)[LINE] = shared_lines();

	assert_lines(lines, without_an_answer, never_answer_each_call(*state, lines));
}

/* Whatever it is that is not answered, it counts. */
static void test_each_call_may_be_one_silence_too_many(void **state)
{
	char(*lines)[LINE] = shared_lines();
	unsigned long n;

	silences = 64;
	n = never_answer_each_call(*state, lines);
	silences = 0;
	for (unsigned long i = 0; i < n; i++)
		assert_non_null(strstr(lines[i], "; EIO"));
}

/* ---- some errors have a meaning ---- */

/* Each call that is one of `these` fails with `number`, and `rest` is what is told of it. */
static void assert_told(struct fixture *f, int number, bool (*these)(void), const char *rest)
{
	char line[LINE], expected[LINE];
	struct results whole;
	unsigned met = 0;
	unsigned long n;

	make_tree(f);
	untyped = true;
	error = number;
	n = walk_whole(f, &whole);
	for (unsigned long i = 1; i <= n; i++) {
		tell_of_call(f, &whole, i, line);
		if (!these())
			continue;
		snprintf(expected, sizeof(expected), "%s%s", failed, rest);
		assert_string_equal(line, expected);
		met++;
	}
	assert_true(met > 0);
	results_free(&whole);
}

static bool is_open(void)
{
	return strncmp(failed, "open ", 5) == 0 && strcmp(failed, "open the root") != 0;
}

/* Another's file: without O_NOATIME, then. */
static void test_who_may_not_keep_access_times_opens_all_the_same(void **state)
{
	assert_told(*state, EPERM, is_open, "");
}

static bool is_up(void)
{
	return strstr(failed, " ..") != NULL;
}

static void test_who_may_not_search_a_folder_goes_back_all_the_same(void **state)
{
	assert_told(*state, EACCES, is_up, "");
}

static bool is_type_of_file(void)
{
	return strcmp(failed, "stat z") == 0 || strcmp(failed, "stat t") == 0;
}

static void test_a_name_that_is_gone_is_no_gap(void **state)
{
	assert_told(*state, ENOENT, is_type_of_file, "; lacks 1");
}

/* ---- no way back ---- */

static void assert_walk_back(struct fixture *f, const char *without, const char *expected)
{
	char line[LINE];
	struct results whole;

	make_tree(f);
	walk_whole(f, &whole);
	no_way_up = true;
	gone = without;
	tell_of_call(f, &whole, 0, line);
	no_way_up = false;
	gone = NULL;
	assert_string_equal(line, expected);
	results_free(&whole);
}

static void test_the_way_back_from_the_root_is_found(void **state)
{
	assert_walk_back(*state, NULL,
			 "; /a/b/c: gap: moved while it was walked"
			 "; /a/b: gap: moved while it was walked");
}

#define LOST "gap: cannot list all of it: the way back to it is lost"

/* /a/b/z stands behind the way down. */
static void test_a_lost_folder_costs_no_more_than_itself(void **state)
{
	assert_walk_back(*state, "b",
			 "; /a/b/c: gap: moved while it was walked; /a/b: " LOST "; lacks 1");
}

static void test_what_lies_behind_a_lost_folder_is_walked(void **state)
{
	assert_walk_back(*state, "a",
			 "; /a/b/c: gap: moved while it was walked; /a/b: " LOST "; /a: " LOST
			 "; lacks 2");
}

/* ---- as little as possible is asked ---- */

static void test_types_that_folders_tell_are_not_asked(void **state)
{
	struct fixture *f = *state;
	struct results asked, told;
	unsigned long n;

	make_tree(f);
	untyped = true;
	n = walk_whole(f, &asked);
	untyped = false;
	n -= walk_whole(f, &told);
	/* All but the root. */
	assert_int_equal(n, told.n - 1);
	results_free(&asked);
	results_free(&told);
}

/* ---- each allocation fails ---- */

/* Returns how many allocations there were, of which number `at` fails. */
static unsigned long walk_starving(struct fixture *f, unsigned long at, struct intact_error *err,
				   size_t *ret_n, int *ret_rc)
{
	struct intact_scan *scan = fixture_scan(f);
	const struct intact_entry *e;
	struct intact_stream *walk;
	unsigned long n;

	starve(at);
	*ret_n = 0;
	*ret_rc = intact_scan_walk(scan, &walk, err);
	if (*ret_rc == 0) {
		while ((*ret_rc = intact_stream_next(walk, &e, err)) == 1)
			*ret_n += !e->problem;
		intact_stream_close(walk);
	}
	n = starve_count();
	starve(0);
	intact_scan_free(scan);
	return n;
}

/* `tell`: let errors have a text; nobody has to ask for one. */
static void starve_each(struct fixture *f, bool tell)
{
	struct intact_error err;
	unsigned long n, told = 0;
	size_t found;
	int rc;

	n = walk_starving(f, 0, NULL, &found, &rc);
	assert_int_equal(rc, 0);
	assert_int_equal(found, 12);
	for (unsigned long i = 1; i <= n; i++) {
		err.text[0] = '\0';
		walk_starving(f, i, tell ? &err : NULL, &found, &rc);
		told += rc == INTACT_ENOMEM;
		assert_true(rc == INTACT_ENOMEM || (rc == 0 && found == 12));
		assert_true(rc == 0 || !tell || err.text[0]);
	}
	print_message("%lu allocations failed, %lu were told of\n", n, told);
	assert_true(told > 10);
}

static void test_each_allocation_fails(void **state)
{
	struct fixture *f = *state;

	make_tree(f);
	starve_each(f, true);
	f->patience = 600;
	starve_each(f, true);
	starve_each(f, false);
}

/* The window, not the tree, says how much memory it takes. */
static void test_memory_is_used_again(void **state)
{
	struct fixture *f = *state;
	char name[32];
	size_t found;
	int rc;

	f->patience = 600;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%02u", i);
		make_dir(f, name);
		for (unsigned k = 0; k < 50; k++) {
			snprintf(name, sizeof(name), "%02u/%u", i, k);
			make_text(f, name, "");
		}
	}
	/* One for each folder, whose descriptor it holds. */
	assert_in_range(walk_starving(f, 0, NULL, &found, &rc), 100, 180);
	assert_int_equal(found, 1 + 100 + 5000);
}

static int begin(void **state)
{
	untyped = false;
	error = EIO;
	pause_calls(true);
	return fixture_setup(state);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, begin, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_each_call_fails),
		WITH_TREE(test_each_call_fails_in_a_thread),
		WITH_TREE(test_each_call_is_never_answered),
		WITH_TREE(test_each_call_may_be_one_silence_too_many),
		WITH_TREE(test_who_may_not_keep_access_times_opens_all_the_same),
		WITH_TREE(test_who_may_not_search_a_folder_goes_back_all_the_same),
		WITH_TREE(test_a_name_that_is_gone_is_no_gap),
		WITH_TREE(test_the_way_back_from_the_root_is_found),
		WITH_TREE(test_a_lost_folder_costs_no_more_than_itself),
		WITH_TREE(test_what_lies_behind_a_lost_folder_is_walked),
		WITH_TREE(test_types_that_folders_tell_are_not_asked),
		WITH_TREE(test_each_allocation_fails),
		WITH_TREE(test_memory_is_used_again),
	};

	return mutex_init(&lock, NULL) < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
