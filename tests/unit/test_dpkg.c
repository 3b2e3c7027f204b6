/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * dpkg's records, made by hand: what they say of paths, and what is not believed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <intact/packages.h>

#include "own_folder.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define INFO "var/lib/dpkg/info/"
#define STANZA(name, rest) \
	"Package: " name "\nStatus: install ok installed\nArchitecture: amd64\n" rest "\n"

/* ---- a root ---- */

static void make_folders(const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		assert_true(mkdir(part, 0755) == 0 || errno == EEXIST);
	}
}

static void put_bytes(const char *path, const void *data, size_t len)
{
	int fd;

	make_folders(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static void put_package(const char *name, const char *list, const char *sums)
{
	char path[256];

	snprintf(path, sizeof(path), INFO "%s.list", name);
	put(path, list);
	snprintf(path, sizeof(path), INFO "%s.md5sums", name);
	if (sums)
		put(path, sums);
}

/* ---- asking ---- */

static int rootfd = -1;
static struct intact_packages *packages;
static struct intact_record record;

static int open_records(struct intact_error *err)
{
	rootfd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(rootfd >= 0);
	return intact_packages_open(INTACT_PACKAGES_AUTO, rootfd, &packages, err);
}

static void close_records(void)
{
	intact_packages_close(packages);
	packages = NULL;
	close(rootfd);
}

/* The package that has `path`, or NULL; the rest is in `record`. */
static const char *owner(const char *path)
{
	struct intact_error err = { 0 };
	size_t n;

	record = (struct intact_record){ .path = path };
	assert_int_equal(intact_packages_look_up(packages, &record, 1, &err), 0);
	if (record.package == INTACT_NO_PACKAGE)
		return NULL;
	return intact_packages_list(packages, &n)[record.package].name;
}

static void expect_md5(const char *path, const char *package, int byte)
{
	uint8_t want[16];

	assert_string_equal(owner(path), package);
	assert_true(record.has_sum);
	memset(want, byte, sizeof(want));
	assert_int_equal(record.sum_id, INTACT_MD5);
	assert_memory_equal(record.sum, want, sizeof(want));
}

static void expect_owner_only(const char *path, const char *package)
{
	assert_string_equal(owner(path), package);
	assert_false(record.has_sum);
}

static void open_well(void)
{
	struct intact_error err = { 0 };

	assert_int_equal(open_records(&err), 1);
	assert_string_equal(intact_packages_name(packages), "dpkg");
}

/* ---- tests ---- */

static void test_dpkg_says_whose_a_path_is(void **state)
{
	(void)state;
	put("var/lib/dpkg/status",
	    STANZA("one", "Version: 1:2.0-1\n") STANZA("two", "Version: 3~rc1\n"));
	put_package("one", "/.\n/usr\n/usr/bin\n/usr/bin/one\n/usr/bin/link\n",
		    A "  usr/bin/one\n" B "  usr/bin/two\n");
	put_package("two", "/.\n/usr\n/usr/bin\n/usr/bin/two\n/usr/share/bare\n",
		    B " *./usr/bin/two\n");
	open_well();
	expect_md5("/usr/bin/one", "one", 0xaa);
	expect_md5("/usr/bin/two", "two", 0xbb);
	/* A link, or what its package forgot. */
	expect_owner_only("/usr/bin/link", "one");
	expect_owner_only("/usr/bin", "one");
	assert_true(record.shared);
	assert_null(owner("/usr/bin/three"));
	assert_null(owner("/usr/bin/on"));
	assert_null(owner("/usr/bin/one/x"));
	assert_int_equal(intact_packages_bad(packages), 0);
	close_records();
}

static void test_dpkg_answers_all_of_a_batch(void **state)
{
	struct intact_record batch[3] = { { .path = "/a" }, { .path = "/b" }, { .path = "/c/d" } };
	struct intact_error err = { 0 };

	(void)state;
	put("var/lib/dpkg/status", STANZA("one", "Version: 1\n"));
	put_package("one", "/a\n/c/d\n", A "  c/d\n");
	open_well();
	assert_int_equal(intact_packages_look_up(packages, batch, 3, &err), 0);
	assert_int_equal(batch[0].package, 0);
	assert_int_equal(batch[1].package, INTACT_NO_PACKAGE);
	assert_true(batch[2].has_sum);
	close_records();
}

static void test_dpkg_knows_only_packages_that_are_there(void **state)
{
	static const char *const words[] = { "deinstall ok config-files",
					     "install ok half-installed",
					     "install reinstreq installed",
					     "purge ok not-installed" };
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text),
			 "Package: one\nStatus: %s\nArchitecture: all\nVersion: 1\n", words[i]);
		put("var/lib/dpkg/status", text);
		put_package("one", "/etc/one\n", A "  etc/one\n");
		open_well();
		assert_null(owner("/etc/one"));
		close_records();
	}
	put("var/lib/dpkg/status",
	    "Package: one\nStatus: install ok unpacked\nArchitecture: all\nVersion: 1\n");
	open_well();
	assert_string_equal(owner("/etc/one"), "one");
	close_records();
}

static void test_dpkg_knows_names_with_an_architecture(void **state)
{
	(void)state;
	put("var/lib/dpkg/status",
	    STANZA("lib",
		   "Multi-Arch: same\nVersion: 1\n") "Package: lib\nStatus: install ok "
						     "installed\nArchitecture: i386\n"
						     "Multi-Arch: same\nVersion: 1\n\n" STANZA(
							     "tool",
							     "Multi-Arch: foreign\nVersion: 2\n"));
	put_package("lib:amd64", "/usr/lib/x86/lib\n/usr/share/doc/lib\n/usr/share/odd\n",
		    A "  usr/lib/x86/lib\n" B "  usr/share/doc/lib\n" A "  usr/share/odd\n");
	put_package("lib:i386", "/usr/lib/i386/lib\n/usr/share/doc/lib\n/usr/share/odd\n",
		    A "  usr/lib/i386/lib\n" B "  usr/share/doc/lib\n" B "  usr/share/odd\n");
	put_package("lib", "/usr/lib/wrong\n", NULL);
	put_package("tool", "/usr/bin/tool\n", NULL);
	open_well();
	expect_md5("/usr/lib/x86/lib", "lib:amd64", 0xaa);
	expect_md5("/usr/lib/i386/lib", "lib:i386", 0xaa);
	expect_md5("/usr/share/doc/lib", "lib:amd64", 0xbb);
	assert_true(record.shared);
	/* They do not agree: it is not known what it should be. */
	expect_owner_only("/usr/share/odd", "lib:amd64");
	assert_null(owner("/usr/lib/wrong"));
	expect_owner_only("/usr/bin/tool", "tool");
	close_records();
}

static void test_dpkg_finds_files_behind_the_links_of_the_root(void **state)
{
	(void)state;
	make_folders("usr/bin/");
	make_folders("usr/lib/");
	assert_int_equal(symlink("usr/bin", "bin"), 0);
	assert_int_equal(symlink("/usr/lib", "lib"), 0);
	assert_int_equal(symlink("../../etc", "sbin"), 0);
	put("var/lib/dpkg/status", STANZA("one", "Version: 1\n"));
	put_package("one", "/bin\n/bin/ls\n/lib/x/y\n/sbin/z\n/binary\n/lib64/l\n",
		    A "  bin/ls\n" B "  lib/x/y\n" A "  sbin/z\n");
	open_well();
	expect_md5("/usr/bin/ls", "one", 0xaa);
	expect_md5("/usr/lib/x/y", "one", 0xbb);
	assert_null(owner("/bin/ls"));
	/* A link to elsewhere is none of these. */
	expect_md5("/sbin/z", "one", 0xaa);
	expect_owner_only("/binary", "one");
	expect_owner_only("/lib64/l", "one");
	close_records();
}

static void test_dpkg_follows_diversions(void **state)
{
	(void)state;
	make_folders("usr/bin/");
	assert_int_equal(symlink("usr/bin", "bin"), 0);
	put("var/lib/dpkg/status", STANZA("dash", "Version: 1\n") STANZA("other", "Version: 1\n"));
	put("var/lib/dpkg/diversions", "/bin/sh\n/bin/sh.distrib\ndash\n"
				       "/usr/bin/x\n/usr/bin/x.local\n:\n");
	put_package("dash", "/bin/sh\n/usr/bin/x\n", A "  bin/sh\n" A "  usr/bin/x\n");
	put_package("other", "/bin/sh\n", B "  bin/sh\n");
	open_well();
	expect_md5("/usr/bin/sh", "dash", 0xaa);
	expect_md5("/usr/bin/sh.distrib", "other", 0xbb);
	/* What the administrator put there is nobody's. */
	assert_null(owner("/usr/bin/x"));
	expect_md5("/usr/bin/x.local", "dash", 0xaa);
	assert_int_equal(intact_packages_bad(packages), 0);
	close_records();
}

static void test_dpkg_knows_configuration_files(void **state)
{
	(void)state;
	put("var/lib/dpkg/status",
	    STANZA("one", "Conffiles:\n /etc/one " A "\n /etc/two words " B "\n /etc/old " A
			  " obsolete\n /etc/new newconffile\n"
			  " /etc/newer newconffile remove-on-upgrade\n /etc/bad words\n"
			  " /etc/unlisted " A "\nVersion: 1\n"));
	put_package("one", "/etc/one\n/etc/two words\n/etc/old\n/etc/new\n/etc/newer\n",
		    B "  etc/one\n");
	open_well();
	expect_md5("/etc/one", "one", 0xaa);
	assert_true(record.config);
	expect_md5("/etc/two words", "one", 0xbb);
	expect_owner_only("/etc/old", "one");
	assert_true(record.config);
	expect_owner_only("/etc/new", "one");
	assert_true(record.config);
	expect_owner_only("/etc/newer", "one");
	assert_true(record.config);
	assert_null(owner("/etc/unlisted"));
	assert_int_equal(intact_packages_bad(packages), 1); /* /etc/bad */
	close_records();
}

static void test_dpkg_needs_no_sums(void **state)
{
	(void)state;
	put("var/lib/dpkg/status", STANZA("one", "Version: 1\n") STANZA("gone", "Version: 1\n"));
	put_package("one", "/usr/one\n", NULL);
	open_well();
	expect_owner_only("/usr/one", "one");
	assert_int_equal(intact_packages_bad(packages), 0);
	close_records();
}

static void test_dpkg_knows_what_the_administrator_set(void **state)
{
	(void)state;
	put("etc/passwd", "root:x:0:0::/:/bin/sh\nmail:x:8:12::/:/bin/false\n");
	put("etc/group", "root:x:0:\ncrontab:x:101:\n");
	put("var/lib/dpkg/status", STANZA("cron", "Version: 1\n"));
	put("var/lib/dpkg/statoverride", "root crontab 2755 /usr/bin/crontab\n"
					 "#5 #6 4711 /usr/bin/numbers\n"
					 "nobody root 755 /usr/bin/unknown\n"
					 "root root 99 /usr/bin/bad\n");
	put_package("cron", "/usr/bin/crontab\n/usr/bin/numbers\n/usr/bin/unknown\n/usr/bin/bad\n",
		    NULL);
	open_well();
	assert_string_equal(owner("/usr/bin/crontab"), "cron");
	assert_true(record.has_override);
	assert_int_equal(record.mode, 02755);
	assert_int_equal(record.uid, 0);
	assert_int_equal(record.gid, 101);
	owner("/usr/bin/numbers");
	assert_int_equal(record.uid, 5);
	assert_int_equal(record.gid, 6);
	owner("/usr/bin/unknown");
	assert_false(record.has_override);
	owner("/usr/bin/bad");
	assert_false(record.has_override);
	close_records();
}

static void test_dpkg_bad_lines_say_nothing(void **state)
{
	static const char list[] =
		"/usr/ok\nrelative\n/usr/../etc/passwd\n//usr/x\n/usr/nul\0byte\n"
		"/usr/end/\n";

	(void)state;
	put("var/lib/dpkg/status",
	    STANZA("one", "Version: 1\n") "Package: ../../evil\nStatus: install ok installed\n"
					  "Architecture: all\nVersion: 1\n\nnonsense\n\n");
	put_bytes(INFO "one.list", list, sizeof(list) - 1);
	put(INFO "one.md5sums", "short  usr/ok\n" A " usr/ok\n" A "  /usr/ok\nAAAA" A "  usr/ok\n");
	open_well();
	expect_owner_only("/usr/ok", "one");
	assert_null(owner("/etc/passwd"));
	assert_null(owner("/usr/nul"));
	/* 2 stanzas, 5 lines and 4, however often they are read. */
	assert_int_equal(intact_packages_bad(packages), 2 + 5 + 4);
	close_records();
}

static void test_dpkg_is_not_there(void **state)
{
	struct intact_error err = { 0 };

	(void)state;
	assert_int_equal(open_records(&err), 0);
	close(rootfd);
	make_folders("var/lib/dpkg/info/");
	assert_int_equal(open_records(&err), 0);
	close(rootfd);
}

static void expect_refused(const char *what)
{
	struct intact_error err = { 0 };

	assert_int_equal(open_records(&err), INTACT_EIO);
	assert_non_null(strstr(err.text, what));
	assert_null(packages);
	close(rootfd);
}

static void test_dpkg_refuses_records_that_others_could_write(void **state)
{
	(void)state;
	put("var/lib/dpkg/status", STANZA("one", "Version: 1\n"));
	put_package("one", "/usr/one\n", A "  usr/one\n");
	assert_int_equal(chmod("var/lib/dpkg/status", 0664), 0);
	expect_refused("others may write to it");
	assert_int_equal(chmod("var/lib/dpkg/status", 0644), 0);
	assert_int_equal(chmod("var/lib", 0777), 0);
	expect_refused("others may write to it");
	assert_int_equal(chmod("var/lib", 0755), 0);
	/* A single list: only its package has nothing. */
	assert_int_equal(chmod(INFO "one.list", 0646), 0);
	open_well();
	assert_null(owner("/usr/one"));
	assert_int_equal(intact_packages_bad(packages), 1);
	close_records();
}

static void test_dpkg_follows_no_link(void **state)
{
	(void)state;
	put("elsewhere/status", STANZA("one", "Version: 1\n"));
	make_folders("var/lib/");
	assert_int_equal(symlink("../../elsewhere", "var/lib/dpkg"), 0);
	expect_refused("open '/var/lib/dpkg'");
	assert_int_equal(unlink("var/lib/dpkg"), 0);
	make_folders("var/lib/dpkg/info/");
	assert_int_equal(symlink("../../../elsewhere/status", "var/lib/dpkg/status"), 0);
	expect_refused("open 'status'");
	assert_int_equal(unlink("var/lib/dpkg/status"), 0);
	assert_int_equal(mkfifo("var/lib/dpkg/status", 0600), 0);
	expect_refused("not a regular file");
}

static int stop_after;

static int count_down(void *ctx)
{
	(void)ctx;
	return stop_after-- <= 0;
}

static void test_dpkg_stops_when_told(void **state)
{
	struct intact_record r = { .path = "/usr/one" };
	struct intact_error err = { 0 };

	(void)state;
	put("var/lib/dpkg/status", STANZA("one", "Version: 1\n") STANZA("two", "Version: 1\n"));
	put_package("one", "/usr/one\n", NULL);
	put_package("two", "/usr/two\n", NULL);
	open_well();
	intact_packages_set_tick(packages, count_down, NULL);
	stop_after = 1;
	assert_int_equal(intact_packages_look_up(packages, &r, 1, &err), INTACT_ESIGNAL);
	stop_after = 2;
	assert_int_equal(intact_packages_look_up(packages, &r, 1, &err), 0);
	close_records();
}

/* ---- the log ---- */

static const struct intact_package *package_after(int64_t since)
{
	struct intact_error err = { 0 };
	size_t n;

	open_well();
	assert_int_equal(intact_packages_read_log(packages, since, &err), 0);
	return intact_packages_list(packages, &n);
}

static void test_dpkg_log_tells_the_version_before(void **state)
{
	const struct intact_package *p;

	(void)state;
	setenv("TZ", "UTC", 1);
	put("var/lib/dpkg/status",
	    STANZA("lib", "Multi-Arch: same\nVersion: 3\n") STANZA("new", "Version: 1\n")
		    STANZA("same", "Version: 5\n") STANZA("old", "Version: 7\n"));
	put("var/log/dpkg.log.1", "2026-01-01 00:00:00 upgrade lib:amd64 0 1\n"
				  "2026-01-02 00:00:00 upgrade lib:amd64 1 2\n");
	put("var/log/dpkg.log", "2026-01-03 00:00:00 startup archives unpack\n"
				"2026-01-03 00:00:01 upgrade lib:amd64 2 3\n"
				"2026-01-03 00:00:02 status installed lib:amd64 3\n"
				"2026-01-03 00:00:03 install new:amd64 <none> 1\n"
				"2026-01-03 00:00:04 upgrade same:amd64 5 5\n"
				"2026-01-03 upgrade old:amd64 1 2\n"
				"2026-01-03 00:00:05 upgrade old:amd64 1 \x1b[31m\n"
				"2026-01-03 00:00:06 upgrade other:amd64 1 2");
	p = package_after(1767312000); /* 2026-01-02: done in the same second is done before */
	assert_string_equal(p[0].before, "2");
	close_records();
	p = package_after(1767311999);
	assert_string_equal(p[0].before, "1");
	assert_string_equal(p[1].before, "");
	assert_null(p[2].before);
	assert_null(p[3].before);
	assert_true(intact_packages_ended(packages, 0) == 1767398402);
	close_records();
	p = package_after(0);
	assert_null(p[0].before);
	close_records();
}

#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, own_folder_enter, own_folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ROOT(test_dpkg_says_whose_a_path_is),
		IN_ROOT(test_dpkg_answers_all_of_a_batch),
		IN_ROOT(test_dpkg_knows_only_packages_that_are_there),
		IN_ROOT(test_dpkg_knows_names_with_an_architecture),
		IN_ROOT(test_dpkg_finds_files_behind_the_links_of_the_root),
		IN_ROOT(test_dpkg_follows_diversions),
		IN_ROOT(test_dpkg_knows_configuration_files),
		IN_ROOT(test_dpkg_needs_no_sums),
		IN_ROOT(test_dpkg_knows_what_the_administrator_set),
		IN_ROOT(test_dpkg_bad_lines_say_nothing),
		IN_ROOT(test_dpkg_is_not_there),
		IN_ROOT(test_dpkg_refuses_records_that_others_could_write),
		IN_ROOT(test_dpkg_follows_no_link),
		IN_ROOT(test_dpkg_stops_when_told),
		IN_ROOT(test_dpkg_log_tells_the_version_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
