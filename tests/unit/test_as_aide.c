/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The program, called as aide: --path-check and --dry-init over all recorded samples, --list, and
 * what the command line says, each to the byte.
 */

#include "rules_test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"

static char root[64];
static char start[PATH_MAX];

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/intact-as-aide-XXXXXX");
	return getcwd(start, sizeof(start)) && mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return chdir(start) == 0 ? system(command) : -1;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	assert_int_equal(fclose(f), 0);
}

/* ---- running the program ------------------------------------------------------------------- */

#define ARGS_MAX 24

struct run {
	int status;
	struct buf text; /* standard error, then standard output */
};

static void read_back(int fd, struct buf *out)
{
	char block[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_add(out, block, (size_t)n);
	assert_true(buf_reserve(out, 1));
	close(fd);
}

/* `args`: after the name, up to NULL. */
static void run(struct run *r, enum intact_compat compat, const char *const *args)
{
	const char *program = getenv("INTACT");
	/* No configuration file of this machine. */
	const char *argv[ARGS_MAX + 6] = { "aide", "--aide-compat",
					   compat == INTACT_COMPAT_0_18 ? "0.18" : "newest", "-c",
					   "" };
	int out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
	int status = 0;
	size_t n = 5;
	pid_t pid;

	*r = (struct run){ 0 };
	while (*args && n < ARGS_MAX + 5)
		argv[n++] = *args++;
	pid = fork();
	assert_true(out >= 0 && err >= 0 && pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		if (dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2)
			execv(program, (char *const *)argv);
		_exit(126);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	read_back(err, &r->text);
	read_back(out, &r->text);
}

static int need_program(void **state)
{
	(void)state;
	if (!getenv("INTACT"))
		return -1;
	return setup(state);
}

/* ---- --path-check -------------------------------------------------------------------------- */

/* 0.18 does not know this syntax; it is understood under aide_compat=0.18 too. */
static bool is_newer(const char *message)
{
	return strstr(message, "unexpected character: '-'") ||
	       strstr(message, "unexpected character: '='");
}

/* Returns true for a case where 0.18 refuses what we understand. */
static bool check_path(const struct tsv *t, enum intact_compat compat, int status, const char *raw)
{
	const char *args[] = { "-c", "x.conf", "-p", t->field[1], NULL };
	bool newer = compat == INTACT_COMPAT_0_18 && is_newer(raw), same;
	struct buf expected = { 0 };
	struct run r;

	put("x.conf", t->field[0]);
	run(&r, compat, args);
	buf_printf(&expected, "%s\n", raw);
	same = r.status == status && strcmp(r.text.data, expected.data) == 0;
	if (same == newer)
		fail_msg("line %u, compat %d: %s%s\n--- ours (%d)\n%s--- theirs (%d)\n%s", t->line,
			 compat, t->field[0], t->field[1], r.status, r.text.data, status,
			 expected.data);
	assert_true(!newer || r.status < 2);
	buf_release(&r.text);
	buf_release(&expected);
	return newer;
}

static void test_path_check_prints_what_aide_prints(void **state)
{
	unsigned newer = 0;
	struct tsv t;

	(void)state;
	for (tsv_open(&t, "aide/path-check.tsv"); tsv_next(&t);) {
		assert_int_equal(t.fields, 12);
		check_path(&t, INTACT_COMPAT_NEWEST, atoi(t.field[2]), t.field[10]);
		newer += check_path(&t, INTACT_COMPAT_0_18, atoi(t.field[6]), t.field[11]);
	}
	assert_int_equal(t.line, 284);
	assert_int_equal(newer, 34);
	tsv_close(&t);
}

/* ---- --dry-init ---------------------------------------------------------------------------- */

static void make_tree(void)
{
	static const char *const directories[] = { "t",		  "t/foo",
						   "t/foo/bar",	  "t/foo/bar/sub",
						   "t/foo/d.log", "t/foo/src",
						   "t/other",	  "t/other/deep" };
	static const char *const files[] = { "t/foo/a",	      "t/foo/bar/sub/y", "t/foo/bar/x",
					     "t/foo/d.log/z", "t/foo/keep",	 "t/foo/src/m.c",
					     "t/foo/src/n.h", "t/foobar",	 "t/other/deep/o2",
					     "t/other/o1" };

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		assert_int_equal(mkdir(directories[i], 0700), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(files[i], "");
	assert_int_equal(symlink("foo", "t/lnk"), 0);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_sorted(struct buf *out, char **list, size_t n)
{
	qsort(list, n, sizeof(*list), by_bytes);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? "\n" : "", list[i]);
	assert_true(buf_reserve(out, 1));
}

/* The path of "[x] f=ext:/path: verdict" or "[X] f '/path': verdict"; no path of the tree has a
 * colon. */
static char *path_of(char *line)
{
	char *path = strchr(line, '/');

	assert_non_null(path);
	path[strcspn(path, "':")] = '\0';
	return path;
}

static void check_dry_init(const struct tsv *t, enum intact_compat compat, char *const fields[3])
{
	const char *args[] = { "-n",
			       "-c",
			       "x.conf",
			       "-B",
			       "root_prefix=t",
			       "-B",
			       "database_out=file:new.db",
			       "-l",
			       t->field[1],
			       NULL };
	char *added[64], *visited[64], *line, *rest;
	struct buf ours[2] = { 0 };
	size_t nadded = 0, nvisited = 0;
	struct run r;

	if (!t->field[1][0])
		args[7] = NULL;
	put("x.conf", t->field[0]);
	run(&r, compat, args);
	if (r.status != 0)
		fail_msg("line %u, compat %d: %d %s", t->line, compat, r.status, r.text.data);
	for (rest = r.text.data; (line = strsep(&rest, "\n")) && *line;) {
		/* The newest says which file system it is on: "[x] f=ext:/foo". */
		assert_int_equal(line[5], compat == INTACT_COMPAT_0_18 ? ' ' : '=');
		if (line[1] == ' ')
			visited[nvisited++] = path_of(line);
		else
			added[nadded++] = path_of(line);
	}
	add_sorted(&ours[0], added, nadded);
	add_sorted(&ours[1], visited, nvisited);
	if (strcmp(ours[0].data, fields[1]) != 0 || strcmp(ours[1].data, fields[2]) != 0)
		fail_msg("line %u, compat %d\n%s--- added\n%s\n--- visited\n%s", t->line, compat,
			 t->field[0], ours[0].data, ours[1].data);
	buf_release(&ours[0]);
	buf_release(&ours[1]);
	buf_release(&r.text);
}

static void test_dry_init_visits_what_aide_visits(void **state)
{
	unsigned newer = 0;
	struct tsv t;

	(void)state;
	make_tree();
	for (tsv_open(&t, "aide/dry-init.tsv"); tsv_next(&t);) {
		check_dry_init(&t, INTACT_COMPAT_NEWEST, &t.field[2]);
		/* Newer syntax, see above. */
		if (atoi(t.field[5]) == 17)
			newer++;
		else
			check_dry_init(&t, INTACT_COMPAT_0_18, &t.field[5]);
	}
	assert_int_equal(t.line, 108);
	assert_int_equal(newer, 15);
	tsv_close(&t);
}

/* ---- the command line ---------------------------------------------------------------------- */

static void test_command_line_is_aides(void **state)
{
	static const struct {
		enum intact_compat compat;
		int status;
		const char *args[8];
		const char *text;
	} cases[] = {
#define OLD INTACT_COMPAT_0_18
#define NEW INTACT_COMPAT_NEWEST
		{ NEW, 15, { "--x" }, "aide: unrecognized option '--x'\n" },
		{ NEW, 15, { "-Z" }, "aide: invalid option -- 'Z'\n" },
		{ NEW, 15, { "-c" }, "aide: option requires an argument -- 'c'\n" },
		{ NEW, 15, { "--limit" }, "aide: option '--limit' requires an argument\n" },
		{ NEW, 15, { "--check=1" }, "aide: option '--check' doesn't allow an argument\n" },
		{ NEW, 15, { "foo", "-C" }, "aide: extra parameter: 'foo'\n" },
		{ NEW, 15, { "-c", "x.conf", "--", "-C" }, "aide: extra parameter: '-C'\n" },
		{ NEW,
		  15,
		  { "-C", "--upd" },
		  "aide: (--update): cannot have multiple commands on a single commandline\n" },
		{ NEW, 15, { "-W", "x" }, "aide: (--workers): invalid number of workers 'x'\n" },
		{ NEW,
		  15,
		  { "-L", "x" },
		  "aide: (--log-level): invalid log level 'x' (see man aide.conf for details)\n" },
		{ NEW,
		  15,
		  { "--conf", "x.conf" },
		  "aide: option '--conf' is ambiguous; possibilities: '--config' "
		  "'--config-check'\n" },
		{ OLD,
		  15,
		  { "-V5" },
		  "aide: (--verbose): option no longer supported, use 'log_level' and "
		  "'report_level' options instead (see man aide.conf for details)\n" },
		{ NEW,
		  15,
		  { "--verbose=5" },
		  "aide: (--verbose): option no longer supported, use 'log_level' and "
		  "'report_level' options instead (see man aide.conf for details)\n" },
		{ OLD,
		  15,
		  { "-r" },
		  "aide: (--report): option no longer supported, use 'report_url' config option "
		  "instead (see man aide.conf for detail)\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "" },
		  "aide: (--path-check): missing file type (see man aide for details)\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "/x" },
		  "aide: (--path-check): invalid file type '/' (see man aide for details)\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "ff:/x" },
		  "aide: (--path-check): missing ':' (see man aide for details)\n" },
		{ NEW, 15, { "-c", "x.conf", "-p", "f:" }, "aide: (--path-check): missing path\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "f:x" },
		  "aide: (--path-check): 'x' needs to be an absolute path\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "f=:/x" },
		  "aide: (--path-check): missing file system type\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "f=tmpfs/x" },
		  "aide: (--path-check): missing ':' (see man aide for details)\n" },
		{ NEW,
		  15,
		  { "-c", "x.conf", "-p", "f=bogus:/x" },
		  "aide: (--path-check): invalid file system type 'bogus'\n" },
		{ OLD,
		  15,
		  { "-c", "x.conf", "-p", "ff:/x" },
		  "aide: (--path-check): missing file type or path (see man aide for details)\n" },
		{ OLD,
		  15,
		  { "-c", "x.conf", "-p", "z:/x" },
		  "aide: (--path-check): invalid file type 'z' (see man aide for details)\n" },
		{ NEW,
		  2,
		  { "-c", "x.conf", "-l", "/q", "-p", "f:/x" },
		  "[ ] f:/x: outside of limit '/q'\n" },
		{ NEW,
		  2,
		  { "-c", "x.conf", "-l", "/x/e", "-p", "d:/x" },
		  "[ ] d:/x: partial limit match (limit '/x/e')\n" },
		{ NEW,
		  1,
		  { "-c", "x.conf", "-l", "/d/e", "-p", "d:/d" },
		  "[ ] d:/d: partial limit match (limit '/d/e') but no matching rule\n" },
		{ NEW,
		  1,
		  { "-B", "/d p\n-/d$", "-l", "/d/e", "-p", "d:/d" },
		  "[ ] d:/d: partial limit match (limit '/d/e') but non-recursive negative rule: "
		  "'-/d$ (none)' ((--before):2: '-/d$')\n" },
		{ OLD,
		  2,
		  { "-c", "x.conf", "-l", "/x/e", "-p", "d:/x" },
		  "[ ] d '/x': outside of limit '/x/e'\n" },
		/* log_level is for runs. */
		{ NEW, 0, { "-D", "-B", "log_level=config", "-A", "/x p" }, "" },
		{ NEW,
		  0,
		  { "-D", "-L", "config", "-A", "/x p" },
		  " CONFIG: (--after):1: add selective rule '/x (none) p' to node '/' (line: '/x "
		  "p')\n"
		  " CONFIG: report_urls:\n"
		  " CONFIG:  stdout\n"
		  " CONFIG:    level: changed_attributes | format: plain | base16: false | append: "
		  "false | quiet: false | detailed_init: false | summarize_changes: true | "
		  "grouped: true\n"
		  " CONFIG:    ignore_added_attrs: ''\n"
		  " CONFIG:    ignore_removed_attrs: ''\n"
		  " CONFIG:    ignore_changed_attrs: ''\n"
		  " CONFIG:    force_attrs: ''\n" },
		/* A limit is compiled when it is met, the last one wins. */
		{ NEW,
		  15,
		  { "-l", "(", "-l", "x", "-c", "/nonexistent" },
		  "aide: (--limit): error in regular expression '(' at 1: missing closing "
		  "parenthesis\n" },
		{ NEW,
		  17,
		  { "-c", "" },
		  "  ERROR: missing configuration (use '--config' '--before' or '--after' command "
		  "line parameter)\n" },
		{ NEW,
		  18,
		  { "-c", "none" },
		  "  ERROR: cannot open config file 'none': No such file or directory\n" },
		{ NEW, 0, { "-D", "-c", "~/x.conf" }, "" },
		{ NEW,
		  18,
		  { "-D", "-c", "\\~/x.conf" },
		  "  ERROR: cannot open config file '~/x.conf': No such file or directory\n" },
		/* The order of the checks: aide-compat 1.3. */
		{ NEW,
		  15,
		  { "-C", "-c", "x.conf" },
		  "  ERROR: missing 'database_in', config option is required\n" },
		{ NEW,
		  15,
		  { "-i", "-c", "x.conf" },
		  "  ERROR: missing 'database_out', config option is required\n" },
		{ NEW,
		  15,
		  { "-u", "-B", "database_in=file:a", "-B", "database_out=file:a", "-A", "/x p" },
		  "  ERROR: input and output database urls cannot be the same when doing database "
		  "update\n" },
		{ NEW,
		  15,
		  { "-E", "-B", "database_in=file:a", "-A", "/x p" },
		  "  ERROR: must have both input databases defined for database compare\n" },
		{ NEW,
		  18,
		  { "-C", "-B", "database_in=file:a", "-A", "/x p" },
		  "  ERROR: (--before):1: open (read-only) failed for file 'a': No such file or "
		  "directory (line: 'database_in=file:a')\n" },
		{ NEW,
		  18,
		  { "-i", "-B", "database_out=file:no/a", "-A", "/x p" },
		  "  ERROR: (--before):1: open (read/write) failed for file 'no/a': No such file "
		  "or "
		  "directory (line: 'database_out=file:no/a')\n" },
		{ NEW,
		  17,
		  { "-C", "-B", "database_in=file:a\nreport_url=file:no/r", "-A", "/x p" },
		  "  ERROR: (--before):2: open (read/write) failed for file 'no/r': No such file "
		  "or "
		  "directory (line: 'report_url=file:no/r')\n" },
		{ NEW,
		  17,
		  { "-i", "-B", "database_out=file:a\nroot_prefix=no", "-A", "/x p" },
		  "  ERROR: opendir() for root_prefix no failed: No such file or directory\n" },
		{ NEW,
		  0,
		  { "-D", "-Lnotice", "-B", "database_in=file:a\ndatabase_out=file:a", "-A",
		    "/x p" },
		  " NOTICE: input and output database URLs are the same: 'a'\n" },
		{ OLD,
		  0,
		  { "-D", "-Lnotice", "-B", "database_in=file:a\ndatabase_out=file:a", "-A",
		    "/x p" },
		  " NOTICE: input and output database URLs are the same: 'a'\n" },
#undef OLD
#undef NEW
	};

	(void)state;
	assert_int_equal(setenv("HOME", root, 1), 0);
	put("x.conf", "/x p\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run r;

		run(&r, cases[i].compat, cases[i].args);
		if (r.status != cases[i].status || strcmp(r.text.data, cases[i].text) != 0)
			fail_msg("case %zu (%s): %d, not %d\n--- ours\n%s--- theirs\n%s", i,
				 cases[i].args[0], r.status, cases[i].status, r.text.data,
				 cases[i].text);
		buf_release(&r.text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, need_program, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_path_check_prints_what_aide_prints),
		TEST(test_dry_init_visits_what_aide_visits),
		TEST(test_command_line_is_aides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
