/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of include.c and execute.c: files, directories, programs, and whom they belong to.
 */

#include "rules_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64]; /* a directory for this test alone */

static const char *in_root(const char *name)
{
	static char path[4][256];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", root, name);
	return p;
}

static void put(const char *name, mode_t mode, const void *data, size_t len)
{
	int fd = open(in_root(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void put_text(const char *name, mode_t mode, const char *text)
{
	put(name, mode, text, strlen(text));
}

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/intact-include-XXXXXX");
	return mkdtemp(root) && mkdir(in_root("d"), 0700) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

/* Read the file x.conf of the test's directory. */
static void read_file(struct reading *r, const char *name, struct intact_config_source source)
{
	source.file = in_root(name);
	reading_from(r, NULL, source);
}

/* Read `text` (with "@" for the directory) and expect `message`. */
static void expect(const char *text, enum intact_code code, const char *message)
{
	struct buf conf = { 0 };
	struct reading r;

	for (; *text; text++) {
		if (*text == '%')
			buf_add_str(&conf, root);
		else
			buf_add_char(&conf, *text);
	}
	put("x.conf", 0600, conf.data, conf.len);
	buf_release(&conf);
	read_file(&r, "x.conf", (struct intact_config_source){ 0 });
	if (message && r.config)
		fail_msg("accepted, but expected: %s", message);
	if (message && !strstr(r.err.text, message))
		fail_msg("'%s' is not in '%s'", message, r.err.text);
	if (!message && !r.config)
		fail_msg("%s", r.err.text);
	if (message)
		assert_int_equal(r.err.code, code);
	reading_release(&r);
}

#define ECONF INTACT_ECONFIG

static void test_include_reads_a_file(void **state)
{
	struct reading r;

	(void)state;
	put_text("d/a", 0600, "/a p\nG = p\n");
	put_text("x.conf", 0600, "");
	expect("@@include %/d/a\n/b G\n", 0, NULL);
	read_file(&r, "x.conf", (struct intact_config_source){ .after = "/c G\n" });
	assert_int_equal(intact_rules_count(r.config->rules), 3);
	assert_string_equal(intact_rules_get(r.config->rules, 0)->file, in_root("d/a"));
	assert_string_equal(intact_rules_get(r.config->rules, 2)->file, "(--after)");
	reading_release(&r);
}

static void test_include_of_a_directory_is_sorted_and_chosen_by_regex(void **state)
{
	struct reading r;

	(void)state;
	put_text("d/b.conf", 0600, "/b p\n");
	put_text("d/B.conf", 0600, "/B p\n");
	put_text("d/a.conf", 0600, "/a p\n");
	put_text("d/skip", 0600, "nonsense\n");
	expect("@@include %/d [.]conf$ /pre/\n", 0, NULL);
	read_file(&r, "x.conf", (struct intact_config_source){ 0 });
	assert_int_equal(intact_rules_count(r.config->rules), 3);
	assert_string_equal(intact_rules_get(r.config->rules, 0)->regex, "/pre/B");
	assert_string_equal(intact_rules_get(r.config->rules, 1)->regex, "/pre/a");
	assert_string_equal(intact_rules_get(r.config->rules, 2)->prefix, "/pre");
	reading_release(&r);
}

static void test_include_prefixes_add_up_and_are_told(void **state)
{
	(void)state;
	put_text("d/a.conf", 0600, "@@include @@{D} ^b.conf$ /in\n");
	put_text("d/b.conf", 0600, "/y( p\n");
	expect("@@define D %/d\n@@include %/d ^a.conf$ /pre\n", ECONF,
	       "/d/b.conf:1:10: error in rule '/pre/in/y(': missing closing parenthesis (line: "
	       "'/y( p', prefix: '/pre/in')");
}

static void test_include_refuses_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(symlink("a", in_root("d/link")), 0);
	assert_int_equal(mkfifo(in_root("d/fifo"), 0600), 0);
	expect("@@include %/d\n", ECONF, "is not a regular file");
	expect("@@include %/d/link\n", ECONF, "is not a regular file");
	expect("@@include %/d/fifo\n", ECONF, "is not a regular file");
	expect("@@include %/none\n", ECONF, "/none' failed: No such file or directory");
	expect("@@include %/none x\n", ECONF, "failed to open directory");
	expect("@@include %/d (\n", ECONF, "error in regular expression '(' at 1");
	expect("@@include %/d x pre\n", ECONF,
	       "invalid rule prefix 'pre': unexpected first character 'p', expected '/'");
}

static void test_regex_that_gives_up_is_an_error(void **state)
{
	(void)state;
	put_text("d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0600, "/a p\n");
	expect("@@include %/d ((a+)+b|c)$\n", ECONF, "too many steps to match");
}

static void test_dangling_link_in_a_directory_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(symlink("nowhere", in_root("d/dangling")), 0);
	expect("@@include %/d nomatch\n", ECONF, "stat for '");
}

static void test_include_loop_is_an_error(void **state)
{
	(void)state;
	put_text("d/a", 0600, "@@include @@{D}/b\n");
	put_text("d/b", 0600, "@@include @@{D}/a\n");
	expect("@@define D %/d\n@@include %/d/a\n", ECONF, "include loop");
	expect("@@include %/x.conf\n", ECONF, "include loop");
}

static void test_sixteen_levels_are_too_deep(void **state)
{
	char name[16], text[64];

	(void)state;
	for (int i = 0; i < 16; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		snprintf(text, sizeof(text), "@@include @@{D}/%d\n", i + 1);
		put_text(name, 0600, text);
	}
	put_text("d/15", 0600, "/x p\n");
	expect("@@define D %/d\n@@include %/d/1\n", 0, NULL);
	expect("@@define D %/d\n@@include %/d/0\n", ECONF, "include files are nested too deeply");
}

static void test_sixteen_mebibytes_are_too_much(void **state)
{
	size_t size = 9 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '#', size);
	for (size_t i = 1000; i < size; i += 1000)
		text[i] = '\n';
	put("d/big", 0600, text, size);
	free(text);
	expect("@@include %/d/big\n", 0, NULL);
	expect("@@include %/d/big\n@@include %/d/big\n", ECONF, "is larger than");
}

static void test_nul_is_an_error_with_its_place(void **state)
{
	struct reading r;

	(void)state;
	put("x.conf", 0600, "/x p\n/y\0 p\n", 11);
	read_file(&r, "x.conf", (struct intact_config_source){ 0 });
	assert_null(r.config);
	assert_non_null(strstr(r.err.text, "x.conf:2: unexpected NUL byte"));
	reading_release(&r);
}

static void test_missing_config_is_an_io_error(void **state)
{
	struct reading r;

	(void)state;
	read_file(&r, "none.conf", (struct intact_config_source){ 0 });
	assert_null(r.config);
	assert_int_equal(r.err.code, INTACT_EIO);
	assert_non_null(strstr(r.err.text, "cannot open config file '"));
	assert_non_null(strstr(r.err.text, "none.conf': No such file or directory"));
	reading_release(&r);
}

static void test_empty_config_is_no_error_here(void **state)
{
	(void)state;
	expect("", 0, NULL);
	expect("# only a comment\n", 0, NULL);
}

static void test_writable_for_others_is_refused(void **state)
{
	struct reading r;

	(void)state;
	put_text("w.conf", 0620, "/x p\n");
	read_file(&r, "w.conf", (struct intact_config_source){ 0 });
	assert_null(r.config);
	assert_int_equal(r.err.code, INTACT_ECONFIG);
	assert_non_null(strstr(r.err.text, "bad ownership or modes for '"));
	reading_release(&r);
	put_text("d/w", 0602, "/x p\n");
	expect("@@include %/d/w\n", ECONF, "'@@include': bad ownership or modes for '");
	put_text("d/w", 0600, "/x p\n");
	expect("@@include %/d/w\n", 0, NULL);
	assert_int_equal(chmod(in_root("d"), 0770), 0);
	expect("@@include %/d w\n", ECONF, "'@@include': bad ownership or modes for '");
	expect("@@include %/d/w\n", ECONF, "'@@include': bad ownership or modes for '");
	expect("@@x_include %/d nomatch\n", ECONF, "'@@x_include': bad ownership or modes for '");
}

static void test_files_of_somebody_else_are_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	put_text("d/theirs", 0600, "/x p\n");
	assert_int_equal(chown(in_root("d/theirs"), 12345, 12345), 0);
	expect("@@include %/d/theirs\n", ECONF, "bad ownership or modes for '");
	expect("@@include %/d theirs\n", ECONF, "bad ownership or modes for '");
}

static void test_x_include_runs_a_program(void **state)
{
	struct reading r;

	(void)state;
	put_text("d/run", 0700, "#!/bin/sh\necho \"/$A$HOME p\"\n");
	put_text("d/text", 0600, "/text p\n");
	expect("@@x_include_setenv A b\\ z\n@@x_include %/d .\n", ECONF,
	       "run (stdout):1: invalid restriction 'z'");
	expect("@@x_include_setenv A b\n@@x_include %/d .\n@@x_include %/d/run\n", 0, NULL);
	read_file(&r, "x.conf", (struct intact_config_source){ 0 });
	assert_int_equal(intact_rules_count(r.config->rules), 3);
	assert_string_equal(intact_rules_get(r.config->rules, 0)->regex, "/b");
	assert_non_null(strstr(intact_rules_get(r.config->rules, 0)->file, "/d/run (stdout)"));
	reading_release(&r);
}

static void test_x_include_that_fails_is_told(void **state)
{
	struct reading r;

	(void)state;
	put_text("d/bad", 0700, "#!/bin/sh\necho '/x p'\necho one >&2\necho two >&2\nexit 3\n");
	expect("@@x_include %/d/bad\n", INTACT_EEXEC,
	       "bad: execution failed (exit status: 3) (line: ");
	read_file(&r, "x.conf", (struct intact_config_source){ 0 });
	assert_non_null(strstr(r.messages.data, "/d/bad: stderr> one\nERROR: "));
	assert_non_null(strstr(r.messages.data, "/d/bad: stderr> two\n"));
	reading_release(&r);
	put_text("d/bad", 0700, "#!/bin/sh\necho only >&2\n");
	expect("@@x_include %/d/bad\n", INTACT_EEXEC, "(exit status: 0) (line: ");
	put_text("d/bad", 0700, "#!/bin/sh\nkill -9 $$\n");
	expect("@@x_include %/d/bad\n", INTACT_EEXEC, "(signal: 9)");
	put_text("d/bad", 0700, "#!/nonexistent/interpreter\n");
	expect("@@x_include %/d/bad\n", INTACT_EEXEC, "execution failed: No such file");
	put_text("d/bad", 0700, "no program\n");
	expect("@@x_include %/d/bad\n", INTACT_EEXEC, "execution failed: Exec format error");
}

/* More than a pipe holds, on both, in the awkward order. */
static void test_x_include_does_not_deadlock(void **state)
{
	(void)state;
	put_text("d/loud", 0700,
		 "#!/bin/sh\ni=0\nwhile [ $i -lt 3000 ]; do\n"
		 "echo 'a rather long line on standard error, to fill the pipe' >&2\n"
		 "i=$((i+1))\ndone\necho '/x p'\n");
	expect("@@x_include %/d/loud\n", INTACT_EEXEC, "(exit status: 0) (line: ");
	put_text("d/loud", 0700,
		 "#!/bin/sh\ni=0\nwhile [ $i -lt 3000 ]; do\n"
		 "echo '# a rather long line on standard output, to fill the pipe'\n"
		 "i=$((i+1))\ndone\necho '/x p'\n");
	expect("@@x_include %/d/loud\n", 0, NULL);
}

static void test_includes_can_be_forbidden(void **state)
{
	struct reading r;

	(void)state;
	reading_from(&r, "@@include /etc/passwd\n",
		     (struct intact_config_source){ .no_includes = true });
	assert_null(r.config);
	assert_non_null(strstr(r.err.text, "'@@include' is not allowed here"));
	reading_release(&r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_include_reads_a_file),
		TEST(test_include_of_a_directory_is_sorted_and_chosen_by_regex),
		TEST(test_include_prefixes_add_up_and_are_told),
		TEST(test_include_refuses_what_is_no_file),
		TEST(test_regex_that_gives_up_is_an_error),
		TEST(test_dangling_link_in_a_directory_is_an_error),
		TEST(test_include_loop_is_an_error),
		TEST(test_sixteen_levels_are_too_deep),
		TEST(test_sixteen_mebibytes_are_too_much),
		TEST(test_nul_is_an_error_with_its_place),
		TEST(test_missing_config_is_an_io_error),
		TEST(test_empty_config_is_no_error_here),
		TEST(test_writable_for_others_is_refused),
		TEST(test_files_of_somebody_else_are_refused),
		TEST(test_x_include_runs_a_program),
		TEST(test_x_include_that_fails_is_told),
		TEST(test_x_include_does_not_deadlock),
		TEST(test_includes_can_be_forbidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
