/* SPDX-License-Identifier: BSD-2-Clause */

/* walk.c: names in path order, any depth, and gaps where something may be missing. */

#include "scan_fixture.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <time.h>

#include "scan/context.h"

static void assert_ordered(const struct results *r)
{
	for (size_t i = 1; i < r->n; i++) {
		const struct intact_str *a = &r->e[i - 1].path, *b = &r->e[i].path;

		if (!((r->e[i].flags | r->e[i - 1].flags) & INTACT_ENTRY_GAP))
			assert_true(path_cmp(a->s, a->len, b->s, b->len) < 0);
	}
}

static void assert_paths(const struct results *r, const char *const *paths)
{
	size_t n = 0;

	while (paths[n])
		n++;
	for (size_t i = 0; i < r->n && i < n; i++)
		assert_string_equal(r->e[i].path.s, paths[i]);
	assert_int_equal(r->n, n);
}

static void test_walk_gives_path_order(void **state)
{
	static const char *const expect[] = { "/",    "/a",  "/a/x", "/a/x/1", "/a!",
					      "/a.b", "/a0", "/b",   NULL };
	struct fixture *f = *state;
	struct results r;

	make_dir(f, "a");
	make_dir(f, "a/x");
	make_text(f, "a/x/1", "");
	make_text(f, "a!", "");
	make_text(f, "a.b", "");
	make_text(f, "a0", "");
	make_text(f, "b", "");
	walk_all(f, &r);
	assert_int_equal(r.rc, 0);
	assert_paths(&r, expect);
	assert_ordered(&r);
	assert_true(S_ISDIR(r.e[0].mode));
	assert_int_equal(r.e[0].flags, INTACT_ENTRY_UNMEASURED);
	results_free(&r);
}

static void test_walk_keeps_names_byte_for_byte(void **state)
{
	struct fixture *f = *state;
	struct results r;
	char name[256];

	for (unsigned c = 1; c < 256; c++) {
		if (c == '/')
			continue;
		snprintf(name, sizeof(name), "n%c", (int)c);
		make_text(f, name, "");
	}
	memset(name, 0xff, 255);
	name[255] = '\0';
	make_text(f, name, "");
	make_text(f, "line\nfeed", "");
	make_text(f, "\x1b[31m", "");
	walk_all(f, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.n, 1 + 254 + 3);
	assert_ordered(&r);
	assert_int_equal(r.e[r.n - 1].path.len, 256);
	assert_non_null(results_find(&r, "/line\nfeed"));
	results_free(&r);
}

static void test_walk_gives_types_without_looking(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	struct results r;

	make_text(f, "file", "");
	assert_int_equal(symlinkat("nowhere", f->fd, "link"), 0);
	assert_int_equal(mkfifoat(f->fd, "fifo", 0644), 0);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.90s/sock", f->root);
	assert_int_equal(bind(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	walk_all(f, &r);
	assert_true(S_ISREG(results_find(&r, "/file")->mode));
	assert_true(S_ISLNK(results_find(&r, "/link")->mode));
	assert_true(S_ISFIFO(results_find(&r, "/fifo")->mode));
	assert_true(S_ISSOCK(results_find(&r, "/sock")->mode));
	results_free(&r);
	close(sock);
}

/* A chain of directories, with a file at the bottom and one beside each `step`-th level. */
static void make_chain(struct fixture *f, unsigned depth, const char *name, unsigned step)
{
	int at = dup(f->fd);

	for (unsigned i = 1; i <= depth; i++) {
		int next;

		assert_int_equal(mkdirat(at, name, 0755), 0);
		if (i % step == 0)
			close(openat(at, "z", O_CREAT | O_WRONLY, 0644));
		next = openat(at, name, O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(at);
		at = next;
	}
	close(openat(at, "bottom", O_CREAT | O_WRONLY, 0644));
	close(at);
}

static void test_walk_has_no_depth_limit_of_paths(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_chain(f, 1200, "a-long-name-of-some-thirty-bytes", 100);
	walk_all(f, &r);
	assert_int_equal(r.rc, 0);
	/* root, directories, bottom, one file every hundred levels */
	assert_int_equal(r.n, 1 + 1200 + 1 + 12);
	assert_ordered(&r);
	assert_true(r.e[1201].path.len > 4096 * 8);
	for (size_t i = 0; i < r.n; i++)
		assert_null(r.e[i].problem);
	results_free(&r);
}

static void test_walk_goes_five_thousand_deep_and_measures(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_chain(f, 5000, "d", 1000);
	f->rules.attrs = MASK_INODE | BIT(SHA256);
	f->workers = 2;
	scan_all(f, NULL, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.n, 1 + 5000 + 1 + 5);
	for (size_t i = 0; i < r.n; i++)
		assert_null(r.e[i].problem);
	results_free(&r);
}

static void test_walk_lists_a_large_directory(void **state)
{
	struct fixture *f = *state;
	struct results r;
	char name[32];

	for (unsigned i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "%08x", i * 2654435761U);
		assert_int_equal(mknodat(f->fd, name, S_IFREG | 0644, 0), 0);
	}
	walk_all(f, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.n, 20001);
	assert_ordered(&r);
	results_free(&r);
}

static unsigned open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void test_walk_holds_few_descriptors(void **state)
{
	struct fixture *f = *state;
	struct intact_scan *scan;
	struct intact_stream *walk;
	const struct intact_entry *e;
	unsigned before, most = 0;

	make_chain(f, 300, "d", 1000);
	scan = fixture_scan(f);
	before = open_descriptors();
	assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
	while (intact_stream_next(walk, &e, NULL) == 1) {
		unsigned now = open_descriptors();

		most = now > most ? now : most;
	}
	intact_stream_close(walk);
	assert_true(most - before <= 70);
	assert_int_equal(open_descriptors(), before);
	intact_scan_free(scan);
}

static _Atomic unsigned judged;

static void judge_counting(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			   struct intact_match *match, const char **problem)
{
	(void)path;
	(void)ftype;
	(void)fstype;
	(void)ctx;
	(void)match;
	(void)problem;
	atomic_fetch_add(&judged, 1);
}

/* Until the walking thread has done nothing for a while: it waits. */
static void wait_for_pause(void)
{
	struct timespec while_ = { 0, 300000000 };
	unsigned before;

	do {
		before = atomic_load(&judged);
		nanosleep(&while_, NULL);
	} while (atomic_load(&judged) != before);
}

/* Take the first entry, and let the walk go as far as it does; then the rest, of `count`; 0: none.
 */
static void walk_dawdling(struct fixture *f, unsigned max_dirs, unsigned count,
			  unsigned *ret_judged, unsigned *ret_dirs)
{
	struct intact_scan *scan;
	const struct intact_entry *e;
	struct intact_stream *walk;
	unsigned n = 1;

	f->patience = 600;
	f->rules.judge = judge_counting;
	atomic_store(&judged, 0);
	scan = fixture_scan(f);
	scan->max_dirs = max_dirs;
	assert_int_equal(intact_scan_walk(scan, &walk, NULL), 0);
	assert_int_equal(intact_stream_next(walk, &e, NULL), 1);
	wait_for_pause();
	*ret_judged = atomic_load(&judged);
	*ret_dirs = atomic_load(&scan->dirs);
	while (count && intact_stream_next(walk, &e, NULL) == 1)
		n++;
	assert_true(!count || n == count);
	intact_stream_close(walk);
	intact_scan_free(scan);
}

/* Memory is bounded by what the caller has not taken yet, and so are descriptors. */
static void test_walk_does_not_run_ahead(void **state)
{
	struct fixture *f = *state;
	unsigned names, dirs;
	char name[32];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%03u", i);
		make_dir(f, name);
		snprintf(name, sizeof(name), "%03u/f", i);
		make_text(f, name, "");
	}
	walk_dawdling(f, 5000, 2001, &names, &dirs);
	assert_in_range(names, 100, 350);
	assert_in_range(dirs, 50, 175);
	walk_dawdling(f, 20, 2001, &names, &dirs);
	assert_in_range(dirs, 15, 20);
	/* Nor does it wait for somebody who has gone. */
	walk_dawdling(f, 5000, 0, &names, &dirs);
}

static void hear(void *ctx, enum intact_log_level level, const char *text)
{
	assert_int_equal(level, INTACT_LOG_RULE);
	assert_string_equal(text, "something");
	++*(unsigned *)ctx;
}

/* In the caller's thread, whoever walks. */
static void test_walk_hands_on_what_the_rules_say(void **state)
{
	struct fixture *f = *state;
	unsigned heard = 0;
	struct results r;

	make_dir(f, "d");
	make_text(f, "d/f", "");
	f->rules.says = "something";
	f->log = hear;
	f->log_ctx = &heard;
	walk_all(f, &r);
	assert_int_equal(heard, 3);
	results_free(&r);
	f->patience = 600;
	walk_all(f, &r);
	assert_int_equal(heard, 6);
	results_free(&r);
}

/* ---- what the rules say ------------------------------------------------------------------------
 */

static void judge_by_name(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			  struct intact_match *match, const char **problem)
{
	(void)ftype;
	(void)fstype;
	(void)ctx;
	(void)problem;
	if (strstr(path, "negated")) {
		match->verdict = INTACT_NEGATED;
		match->add = false;
	} else if (strstr(path, "pruned")) {
		match->verdict = INTACT_PRUNED;
		match->add = match->descend = false;
	} else if (strcmp(path, "/partial") == 0) {
		match->verdict = INTACT_PARTIAL;
		match->add = false;
	} else if (strstr(path, "only")) {
		match->descend = false;
	}
}

static void test_walk_does_what_the_matcher_says(void **state)
{
	static const char *const expect[] = { "/", "/only", "/partial/in", NULL };
	struct fixture *f = *state;
	struct results r;

	make_dir(f, "negated");
	make_text(f, "negated/negated", "");
	make_dir(f, "pruned");
	make_text(f, "pruned/in", "");
	make_dir(f, "partial");
	make_text(f, "partial/in", "");
	make_dir(f, "only");
	make_text(f, "only/in", "");
	f->rules.judge = judge_by_name;
	walk_all(f, &r);
	assert_paths(&r, expect);
	assert_int_equal(r.stats.excluded, 3);
	results_free(&r);
}

static void judge_problem(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			  struct intact_match *match, const char **problem)
{
	(void)ftype;
	(void)fstype;
	(void)ctx;
	if (strcmp(path, "/selected") == 0 || strcmp(path, "/not") == 0)
		*problem = "conf:3: pattern too expensive";
	match->add = strcmp(path, "/not") != 0;
}

static void test_walk_reports_a_pattern_problem_with_the_entry_or_as_gap(void **state)
{
	struct fixture *f = *state;
	const struct intact_entry *e;
	struct results r;

	make_text(f, "selected", "x");
	make_text(f, "not", "x");
	f->rules.judge = judge_problem;
	scan_all(f, NULL, &r);
	e = results_find(&r, "/selected");
	assert_string_equal(e->problem, "conf:3: pattern too expensive");
	assert_true(e->failed & BIT(NAME));
	assert_int_equal(e->size, 1);
	assert_null(results_find(&r, "/not"));
	assert_string_equal(results_gap(&r, "/not")->problem, "conf:3: pattern too expensive");
	results_free(&r);
}

static uint64_t seen_fstype;

static void judge_fstype(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			 struct intact_match *match, const char **problem)
{
	uint64_t type = 0;

	(void)ftype;
	(void)problem;
	assert_int_equal(fstype(ctx, &type), 0);
	if (strcmp(path, "/d/f") == 0)
		seen_fstype = type;
	match->add = true;
}

static void test_walk_tells_the_file_system_type(void **state)
{
	struct fixture *f = *state;
	struct statfs fs;
	struct results r;

	make_dir(f, "d");
	make_text(f, "d/f", "");
	f->rules.judge = judge_fstype;
	walk_all(f, &r);
	assert_int_equal(fstatfs(f->fd, &fs), 0);
	assert_int_equal(seen_fstype, (uint32_t)fs.f_type);
	results_free(&r);
}

/* ---- gaps --------------------------------------------------------------------------------------
 */

static struct fixture *acting;
static const char *act_at;
static void (*act)(struct fixture *f);

/* Do something to the tree while the walk stands at a path. */
static void judge_act(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
		      struct intact_match *match, const char **problem)
{
	(void)ftype;
	(void)fstype;
	(void)ctx;
	(void)match;
	(void)problem;
	if (strcmp(path, act_at) == 0)
		act(acting);
}

static void walk_acting(struct fixture *f, const char *at, void (*what)(struct fixture *f),
			struct results *r)
{
	acting = f;
	act_at = at;
	act = what;
	f->rules.judge = judge_act;
	walk_all(f, r);
	assert_int_equal(r->rc, 0);
}

static void swap_for_link(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "d", f->fd, "aside"), 0);
	assert_int_equal(symlinkat("outside", f->fd, "d"), 0);
}

static void test_walk_does_not_follow_a_directory_swapped_for_a_link(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_dir(f, "d");
	make_text(f, "d/inside", "");
	make_dir(f, "outside");
	make_text(f, "outside/secret", "");
	walk_acting(f, "/d", swap_for_link, &r);
	assert_non_null(results_gap(&r, "/d"));
	assert_null(results_find(&r, "/d/secret"));
	assert_null(results_find(&r, "/d/inside"));
	/* The gap stands right after its directory. */
	assert_string_equal(r.e[1].path.s, "/d");
	assert_int_equal(r.e[2].flags, INTACT_ENTRY_GAP);
	results_free(&r);
}

static void remove_dir(struct fixture *f)
{
	assert_int_equal(unlinkat(f->fd, "d", AT_REMOVEDIR), 0);
}

static void test_walk_says_that_a_directory_vanished(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_dir(f, "d");
	walk_acting(f, "/d", remove_dir, &r);
	assert_string_equal(results_gap(&r, "/d")->problem,
			    "cannot list: No such file or directory");
	results_free(&r);
}

static void move_away(struct fixture *f)
{
	assert_int_equal(renameat(f->fd, "a/d", f->fd, "b/d"), 0);
}

static void test_walk_notices_a_directory_moved_while_it_is_inside(void **state)
{
	struct fixture *f = *state;
	struct results r;

	make_dir(f, "a");
	make_dir(f, "a/d");
	make_text(f, "a/d/1", "");
	make_text(f, "a/d/2", "");
	make_text(f, "a/e", "");
	make_dir(f, "b");
	walk_acting(f, "/a/d/1", move_away, &r);
	assert_string_equal(results_gap(&r, "/a/d")->problem, "moved while it was walked");
	assert_non_null(results_find(&r, "/a/d/2"));
	assert_non_null(results_find(&r, "/a/e"));
	results_free(&r);
}

/* "/d/d/d...", `n` times, and `last`. */
static void deep_path(char *buf, size_t size, unsigned n, const char *last)
{
	size_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, size - len, "/d");
	snprintf(buf + len, size - len, "%s", last);
}

static void move_deep(struct fixture *f)
{
	char path[400];

	deep_path(path, sizeof(path), 100, "");
	assert_int_equal(renameat(f->fd, path + 1, f->fd, "elsewhere"), 0);
}

static void test_walk_finds_back_from_below_a_moved_directory(void **state)
{
	struct fixture *f = *state;
	char bottom[600];
	struct results r;

	/* Deeper than the descriptors that are kept: the way back must be opened again. */
	make_chain(f, 180, "d", 10);
	deep_path(bottom, sizeof(bottom), 180, "/bottom");
	walk_acting(f, bottom, move_deep, &r);
	bottom[200] = '\0';
	assert_string_equal(results_gap(&r, bottom)->problem, "moved while it was walked");
	/* What stands beside the way above the moved one is still found, after coming back. */
	for (unsigned i = 10; i < 100; i += 10) {
		char path[600];

		deep_path(path, sizeof(path), i - 1, "/z");
		assert_non_null(results_find(&r, path));
	}
	results_free(&r);
}

/* Run `body` as a user without rights, so that permissions matter also for root. */
static int as_nobody(void (*body)(struct fixture *f), struct fixture *f)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(2);
		body(f);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void scan_locked(struct fixture *f)
{
	const struct intact_entry *e;
	struct results r;
	bool ok;

	f->rules.attrs = MASK_ALL;
	scan_all(f, NULL, &r);
	ok = r.rc == 0 && results_gap(&r, "/locked") && !results_find(&r, "/locked/in") &&
	     results_find(&r, "/z");
	ok = ok &&
	     strcmp(results_gap(&r, "/locked")->problem, "cannot list: Permission denied") == 0;
	e = results_find(&r, "/secret");
	ok = ok && e && e->size == 6 && (e->failed & BIT(SHA256)) && !(e->failed & MASK_INODE) &&
	     !(e->failed & BIT(ACL)) && strcmp(e->problem, "open: Permission denied") == 0;
	e = results_find(&r, "/unsearchable/in");
	ok = ok && e && e->failed == e->attrs;
	results_free(&r);
	_exit(ok ? 0 : 1);
}

static void test_walk_gives_a_gap_for_what_it_may_not_list(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fchmod(f->fd, 0755), 0);
	make_dir(f, "locked");
	make_text(f, "locked/in", "");
	make_dir(f, "unsearchable");
	make_text(f, "unsearchable/in", "");
	make_text(f, "secret", "secret");
	make_text(f, "z", "");
	assert_int_equal(fchmodat(f->fd, "locked", 0000, 0), 0);
	assert_int_equal(fchmodat(f->fd, "unsearchable", 0444, 0), 0);
	assert_int_equal(fchmodat(f->fd, "secret", 0000, 0), 0);
	assert_int_equal(as_nobody(scan_locked, f), 0);
	(void)!fchmodat(f->fd, "locked", 0755, 0);
	(void)!fchmodat(f->fd, "unsearchable", 0755, 0);
}

static int stop_at_once(void *ctx)
{
	(void)ctx;
	return 1;
}

static void test_walk_stops_when_the_tick_says_so(void **state)
{
	struct fixture *f = *state;
	struct results r;

	f->tick = stop_at_once;
	walk_all(f, &r);
	assert_int_equal(r.rc, INTACT_ESIGNAL);
	results_free(&r);
}

static void test_walk_fails_without_a_root(void **state)
{
	struct fixture *f = *state;
	struct intact_scan *scan;
	struct intact_stream *walk;
	struct intact_error err;

	snprintf(f->root + strlen(f->root), sizeof(f->root) - strlen(f->root), "/nothing");
	scan = fixture_scan(f);
	assert_int_equal(intact_scan_walk(scan, &walk, &err), INTACT_EIO);
	assert_non_null(strstr(err.text, "/nothing/'"));
	intact_scan_free(scan);
	*strrchr(f->root, '/') = '\0';
}

static uint64_t type_of_proc;

static void judge_root_only(const char *path, unsigned ftype, intact_fstype_fn *fstype, void *ctx,
			    struct intact_match *match, const char **problem)
{
	(void)ftype;
	(void)problem;
	match->descend = strcmp(path, "/") == 0;
	if (strcmp(path, "/proc") == 0 && fstype(ctx, &type_of_proc) != 0)
		type_of_proc = 0;
}

static void test_walk_counts_mount_points_left_out(void **state)
{
	struct fixture f = { .root = "", .rules.judge = judge_root_only };
	struct stat root, proc;
	struct results r;

	(void)state;
	if (stat("/", &root) != 0 || stat("/proc", &proc) != 0 || root.st_dev == proc.st_dev)
		skip();
	walk_all(&f, &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(results_find(&r, "/proc"));
	assert_true(r.stats.mounts_skipped >= 1);
	assert_true(r.stats.mounts_skipped < r.n);
	assert_int_equal(type_of_proc, PROC_SUPER_MAGIC);
	results_free(&r);
}

static void scan_masked(struct fixture *f)
{
	const struct intact_entry *e;
	struct results r;
	char path[256];

	snprintf(path, sizeof(path), "%s/d/masked", f->root);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("/dev/null", path, NULL, MS_BIND, NULL) != 0)
		_exit(77);
	f->rules.attrs = MASK_ALL;
	scan_all(f, NULL, &r);
	e = results_find(&r, "/d/masked");
	_exit(e && S_ISCHR(e->mode) && !e->problem ? 0 : 1);
}

static void test_walk_sees_what_is_mounted_on_a_file(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	make_dir(f, "d");
	make_text(f, "d/masked", "");
	pid = fork();
	if (pid == 0)
		scan_masked(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(test_walk_gives_path_order),
		WITH_TREE(test_walk_keeps_names_byte_for_byte),
		WITH_TREE(test_walk_gives_types_without_looking),
		WITH_TREE(test_walk_has_no_depth_limit_of_paths),
		WITH_TREE(test_walk_goes_five_thousand_deep_and_measures),
		WITH_TREE(test_walk_lists_a_large_directory),
		WITH_TREE(test_walk_holds_few_descriptors),
		WITH_TREE(test_walk_does_not_run_ahead),
		WITH_TREE(test_walk_hands_on_what_the_rules_say),
		WITH_TREE(test_walk_does_what_the_matcher_says),
		WITH_TREE(test_walk_reports_a_pattern_problem_with_the_entry_or_as_gap),
		WITH_TREE(test_walk_tells_the_file_system_type),
		WITH_TREE(test_walk_does_not_follow_a_directory_swapped_for_a_link),
		WITH_TREE(test_walk_says_that_a_directory_vanished),
		WITH_TREE(test_walk_notices_a_directory_moved_while_it_is_inside),
		WITH_TREE(test_walk_finds_back_from_below_a_moved_directory),
		WITH_TREE(test_walk_gives_a_gap_for_what_it_may_not_list),
		WITH_TREE(test_walk_stops_when_the_tick_says_so),
		WITH_TREE(test_walk_fails_without_a_root),
		WITH_TREE(test_walk_sees_what_is_mounted_on_a_file),
		cmocka_unit_test(test_walk_counts_mount_points_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
