/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of option.c, url.c and level.c: what options leave in the configuration.
 */

#include "rules_test.h"

#include <unistd.h>

static void test_defaults_are_aides(void **state)
{
	const struct intact_config *c;
	struct reading r;

	(void)state;
	must_read(&r, "");
	c = r.config;
	assert_null(c->database_in);
	assert_null(c->database_out);
	assert_null(c->database_new);
	assert_false(c->database_attrs_set);
	assert_true(c->database_attrs & INTACT_BIT(INTACT_SHA256));
	assert_true(c->database_add_metadata);
	assert_false(c->gzip_dbout);
	assert_string_equal(c->root_prefix, "");
	assert_null(c->config_version);
	assert_false(c->workers_set);
	assert_int_equal(c->log_level, -1);
	assert_int_equal(c->nreports, 1);
	assert_int_equal(c->reports[0].url.type, INTACT_URL_STDOUT);
	assert_int_equal(c->reports[0].options.level, INTACT_REPORT_CHANGED_ATTRIBUTES);
	assert_true(c->reports[0].options.grouped);
	assert_true(c->reports[0].options.summarize);
	assert_false(c->reports[0].options.base16);
	reading_release(&r);
}

static void test_first_database_wins_and_last_flag_wins(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "database_in=file:/a\ndatabase_in=file:/b\ndatabase_new=fd:7\n"
		      "gzip_dbout=yes\ngzip_dbout=no\nconfig_version=1\nconfig_version=2\n"
		      "num_workers=50%\nnum_workers=3\nroot_prefix=/r/\nroot_prefix=/q\n");
	assert_string_equal(r.config->database_in->value, "/a");
	assert_int_equal(r.config->database_in->line, 1);
	assert_string_equal(r.config->database_in->file, "(built-in)");
	assert_string_equal(r.config->database_in->text, "database_in=file:/a");
	assert_int_equal(r.config->database_new->fd, 7);
	assert_false(r.config->gzip_dbout);
	assert_string_equal(r.config->config_version, "2");
	assert_int_equal(r.config->workers, 50);
	assert_true(r.config->workers_percent);
	assert_string_equal(r.config->root_prefix, "/r");
	reading_release(&r);
}

static void test_every_verify_key_counts_and_the_first_of_what_is_one(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "@@define K /etc/k\nverify_key=@@{K}1.pub\nsigning_key=/root/k\n"
		      "verify_key=/etc/k2.pub\nsigning_key=/root/other\nverify_host=*\n"
		      "database_in_signature=/s\n");
	assert_int_equal(r.config->nverify_keys, 2);
	assert_string_equal(r.config->verify_keys[0], "/etc/k1.pub");
	assert_string_equal(r.config->verify_keys[1], "/etc/k2.pub");
	assert_string_equal(r.config->signing_key, "/root/k");
	assert_string_equal(r.config->verify_host, "*");
	assert_string_equal(r.config->database_in_signature, "/s");
	assert_non_null(strstr(r.messages.data, "'signing_key' option already set to '/root/k' "
						"(ignore new value '/root/other')"));
	reading_release(&r);
}

static enum intact_severity severity_of(const struct intact_config *c, const char *path)
{
	const struct intact_severity_line *line =
		intact_severities_find(c->severities, path, strlen(path));

	return line ? line->level : INTACT_SEVERITY_NONE;
}

static void test_the_first_severity_that_matches_counts(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "@@define S /etc/ssh\nreport_severity=low:@@{S}/moduli$\n"
		      "report_severity=critical:@@{S}\nreport_severity=info:/a\\ b:c\n"
		      "report_severity=high:/\u00fc\n"
		      "report_severity=medium:/(a+)+b\n");
	assert_int_equal(intact_severities_count(r.config->severities), 5);
	assert_int_equal(intact_severities_get(r.config->severities, 1)->line, 3);
	assert_string_equal(intact_severities_get(r.config->severities, 1)->regex, "/etc/ssh");
	assert_int_equal(severity_of(r.config, "/etc/ssh/moduli"), INTACT_SEVERITY_LOW);
	assert_int_equal(severity_of(r.config, "/etc/ssh/moduli2"), INTACT_SEVERITY_CRITICAL);
	assert_int_equal(severity_of(r.config, "/etc/ssh"), INTACT_SEVERITY_CRITICAL);
	assert_int_equal(severity_of(r.config, "/etc"), INTACT_SEVERITY_NONE);
	assert_int_equal(severity_of(r.config, "/a b:cd"), INTACT_SEVERITY_INFO);
	assert_int_equal(severity_of(r.config, "/\u00fc"), INTACT_SEVERITY_HIGH);
	assert_int_equal(severity_of(r.config, "/aaab"), INTACT_SEVERITY_MEDIUM);
	/* It must not be in anybody's hands to be low. */
	assert_int_equal(severity_of(r.config, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
			 INTACT_SEVERITY_CRITICAL);
	reading_release(&r);
	must_read(&r, "/etc p\n");
	assert_null(r.config->severities);
	assert_int_equal(severity_of(r.config, "/etc"), INTACT_SEVERITY_NONE);
	reading_release(&r);
	must_fail("report_severity=high\n", "invalid value of 'report_severity': 'high'");
	must_fail("report_severity=:/etc\n", "invalid value of 'report_severity'");
	must_fail("report_severity=highest:/etc\n", "invalid value of 'report_severity'");
	must_fail("report_severity=high:etc\n", "invalid value of 'report_severity'");
	must_fail("report_severity=high:/[\n", "error in the regular expression '/['");
}

/* What seems to be set must be. */
static void test_an_empty_key_is_an_error(void **state)
{
	static const char *const names[] = { "verify_key", "signing_key", "verify_host",
					     "database_in_signature" };
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), "@@define E\n%s=@@{E}\n", names[i]);
		must_fail(text, "needs a value");
	}
}

static void assert_journal(const char *text, const char *journal)
{
	struct reading r;

	must_read(&r, text);
	if (journal)
		assert_string_equal(r.config->journal, journal);
	else
		assert_null(r.config->journal);
	reading_release(&r);
}

static void test_where_the_journal_is(void **state)
{
	(void)state;
	assert_journal("", NULL);
	assert_journal("journal=no\n", "");
	assert_journal("journal=false\njournal=/a\n", "");
	assert_journal("@@define E\njournal=@@{E}\n", "");
	assert_journal("journal=true\n", "yes");
	assert_journal("journal=/a/b:c\njournal=/d\n", "/a/b:c");
	assert_journal("journal=./j\n", "./j");
	assert_journal("journal=file:/a\n", "/a");
	assert_journal("journal=file:///a\n", "/a");
	must_fail("journal=off\n", "invalid value of 'journal': 'off'");
	must_fail("journal=stdout\n", "invalid value of 'journal': 'stdout'");
	must_fail("journal=fd:3\n", "unsupported URL-type: 'fd'");
	must_fail("journal=file:\n", "needs a value");
	must_fail("journal=ftp://x/y\n", "ftp URL support not compiled in");
}

static void test_what_a_database_is_already_set_to_is_said(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "aide_compat=0.18\ndatabase_in=stdin\ndatabase_in=file:/b\n"
		      "database_out=fd:5\ndatabase_out=stdout\n");
	assert_non_null(strstr(r.messages.data, "'database_in' option already set to 'stdin:' "
						"(ignore new value 'file:/b')"));
	assert_non_null(strstr(r.messages.data, "'database_out' option already set to 'fd:5' "
						"(ignore new value 'stdout')"));
	reading_release(&r);
	must_read(&r, "database_in=stdin\ndatabase_in=file:/b\n");
	assert_non_null(strstr(r.messages.data, "already set to 'stdin' (ignore"));
	reading_release(&r);
}

static void test_addresses_of_mail(void **state)
{
	static const char *const good[] = { "root", "a.B-9+x@Host-1.example",
					    "_{|}~!#$%&'*/=?^.-@h,second" };
	static const char *const bad[] = { "",	      "-oQ/tmp", "@host", "root@",     "a b",
					   "a,,b",    "a@b@c",	 "a@b_c", "a\xc3\xb6", "a;b",
					   "a@[::1]", "<a>",	 "\"a\"" };
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct reading r;

		snprintf(text, sizeof(text), "report_url=mailto:%s\n", good[i]);
		must_read(&r, text);
		reading_release(&r);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "report_url=mailto:%s\n", bad[i]);
		must_fail(text, "");
	}
	memset(text, 'a', sizeof(text));
	memcpy(text, "report_url=mailto:", 18);
	text[18 + 254] = '\n';
	text[18 + 255] = '\0';
	{
		struct reading r;

		must_read(&r, text);
		reading_release(&r);
	}
	text[18 + 254] = 'a';
	text[18 + 255] = '\n';
	text[18 + 256] = '\0';
	must_fail(text, "");
}

static void test_times_and_numbers_have_ends(void **state)
{
	static const struct {
		const char *name;
		const char *good[7], *bad[12];
	} cases[] = {
		{ "nightly_hook_timeout",
		  { "1", "86400" },
		  { "0", "86401", "x", "5x", "123456", "-1" } },
		{ "time_limit",
		  { "1s", "no", "90m", "366d", "8784h", "21600s", "31622400s" },
		  { "0s", "0", "6", "h", "-1h", "1.5h", "6 h", "6hh", "367d", "8785h", "31622401s",
		    "never" } },
		{ "measure_timeout",
		  { "0", "999999" },
		  { "1000000", "x", "5x", "-1", "1.5", "5 5" } },
	};
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < 7 && cases[i].good[k]; k++) {
			struct reading r;

			snprintf(text, sizeof(text), "%s=%s\n", cases[i].name, cases[i].good[k]);
			must_read(&r, text);
			reading_release(&r);
		}
		for (size_t k = 0; k < 12 && cases[i].bad[k]; k++) {
			snprintf(text, sizeof(text), "%s=%s\n", cases[i].name, cases[i].bad[k]);
			must_fail(text, "");
		}
	}
}

static void test_hash_policy_and_patience(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "");
	assert_int_equal(r.config->hash_policy, INTACT_HASH_ALWAYS);
	assert_int_equal(r.config->patience, 60);
	assert_int_equal(r.config->generations, 10);
	reading_release(&r);
	must_read(&r, "generations=366\n");
	assert_int_equal(r.config->generations, INTACT_GENERATIONS_MAX);
	reading_release(&r);
	must_read(&r, "generations=0\n");
	assert_int_equal(r.config->generations, 0);
	reading_release(&r);
	must_read(&r, "hash_policy=rolling:36h\nmeasure_timeout=0\n");
	assert_int_equal(r.config->hash_policy, INTACT_HASH_ROLLING);
	assert_int_equal(r.config->hash_period, 36 * 3600);
	assert_int_equal(r.config->patience, 0);
	reading_release(&r);
	must_read(&r, "hash_policy=rolling:7d\nhash_policy=changed\nmeasure_timeout=999999\n");
	assert_int_equal(r.config->hash_policy, INTACT_HASH_CHANGED);
	assert_int_equal(r.config->patience, 999999);
	reading_release(&r);
}

static void test_the_command_line_comes_before_workers_and_level(void **state)
{
	struct intact_config_source source = { .workers_given = true, .log_level_given = true };
	struct intact_config *config = NULL;

	(void)state;
	source.builtin = "num_workers=x\nlog_level=notice\n/x p\n";
	assert_int_equal(intact_config_read(&source, &config, NULL), 0);
	assert_false(config->workers_set);
	assert_int_equal(config->log_level, -1);
	intact_config_free(config);
	source.builtin = "log_level=bogus\n";
	assert_int_equal(intact_config_read(&source, &config, NULL), INTACT_ECONFIG);
}

static void test_report_options_freeze_at_the_url(void **state)
{
	const struct intact_report_target *t;
	struct reading r;

	(void)state;
	must_read(&r, "report_level=minimal\nreport_url=file:/a\n"
		      "report_level=added_removed_entries\nreport_format=ndjson\n"
		      "report_ignore_changed_attrs=c+b\nreport_ignore_e2fsattrs=VNIE\n"
		      "report_url=syslog:LOG_AUTH\nreport_url=stderr\n"
		      "report_format=plain\nreport_quiet=yes\n");
	assert_int_equal(r.config->nreports, 3);
	t = r.config->reports;
	assert_int_equal(t[0].url.type, INTACT_URL_SYSLOG);
	assert_string_equal(t[0].url.value, "LOG_AUTH");
	assert_int_equal(t[0].options.format, INTACT_FORMAT_NDJSON);
	assert_int_equal(t[0].options.ignore_changed,
			 INTACT_BIT(INTACT_CTIME) | INTACT_BIT(INTACT_BLOCKS));
	assert_int_equal(t[0].options.ignore_e2fsattrs, 0x100000 | 0x10000000 | 0x1000 | 0x800);
	assert_int_equal(t[1].url.type, INTACT_URL_STDERR);
	assert_int_equal(t[2].url.type, INTACT_URL_FILE);
	assert_int_equal(t[2].options.level, INTACT_REPORT_MINIMAL);
	assert_int_equal(t[2].options.ignore_changed, 0);
	assert_false(t[0].options.quiet);
	reading_release(&r);
}

static void test_package_manager_is_one_that_is_known(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "report_ignore_explained=no\n");
	assert_int_equal(r.config->package_manager, INTACT_PACKAGES_NONE);
	assert_false(r.config->reports[0].options.ignore_explained);
	reading_release(&r);
	must_read(&r, "package_manager=auto\nreport_ignore_explained=yes\n");
	assert_int_equal(r.config->package_manager, INTACT_PACKAGES_AUTO);
	assert_true(r.config->reports[0].options.ignore_explained);
	reading_release(&r);
	must_read(&r, "package_manager=dpkg\n");
	assert_int_equal(r.config->package_manager, INTACT_PACKAGES_DPKG);
	reading_release(&r);
	must_fail("package_manager=apt\n", "invalid package manager: 'apt'");
}

static void test_implicit_report_gets_the_final_options(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "report_level=minimal\nreport_level=summary\nreport_append=true\n");
	assert_int_equal(r.config->reports[0].options.level, INTACT_REPORT_SUMMARY);
	assert_true(r.config->reports[0].options.append);
	reading_release(&r);
}

static void test_old_options_are_taken_with_one_warning(void **state)
{
	struct reading r;
	unsigned lines = 0;

	(void)state;
	must_read(&r, "database=file:/x\ngrouped=no\nsummarize_changes=no\nverbose=5\n"
		      "ignore_list=p\nreport_attributes=u\n");
	assert_string_equal(r.config->database_in->value, "/x");
	assert_false(r.config->reports[0].options.grouped);
	assert_false(r.config->reports[0].options.summarize);
	assert_int_equal(r.config->reports[0].options.ignore_changed, INTACT_BIT(INTACT_PERM));
	assert_int_equal(r.config->reports[0].options.force, INTACT_BIT(INTACT_UID));
	for (const char *s = r.messages.data; (s = strstr(s, "WARNING: ")); s++)
		lines++;
	assert_int_equal(lines, 6);
	assert_non_null(strstr(r.messages.data, "'database' is DEPRECATED. Update your config and "
						"use 'database_in' instead"));
	reading_release(&r);
}

static void test_options_of_ours(void **state)
{
	struct reading r;

	(void)state;
	must_read(&r, "database_format=aide\naide_compat=0.18\n/x R\n");
	assert_int_equal(r.config->database_format, INTACT_DATABASE_AIDE);
	assert_int_equal(r.config->compat, INTACT_COMPAT_0_18);
	assert_true(intact_rules_attrs(r.config->rules) & INTACT_BIT(INTACT_MD5));
	reading_release(&r);
	/* The syntax, too. */
	must_read(&r, "aide_compat=0.18\n/x 0,f p\n");
	assert_int_equal(intact_rules_get(r.config->rules, 0)->types, INTACT_FT_REG);
	reading_release(&r);
	must_fail("/x 0,f p\n", "unexpected ',', expecting group");
	must_fail("/x p\naide_compat=0.18\n", "must come before the first rule");
	must_fail("aide_compat=0.17\n", "invalid version: '0.17'");
	must_fail("log_level=info\nlog_level=x\n", "invalid log level: 'x'");
	must_fail("database_format=xml\n", "invalid database format: 'xml'");
}

static void test_courtesy(void **state)
{
	const struct intact_courtesy *c;
	struct reading r;

	(void)state;
	must_read(&r, "nice=19\nio_class=idle\nio_limit=20M,500files\npressure_pause=30%\n");
	c = &r.config->courtesy;
	assert_int_equal(c->nice, 19);
	assert_int_equal(c->io_class, INTACT_IO_IDLE);
	assert_int_equal(c->bytes_per_second, 20 << 20);
	assert_int_equal(c->files_per_second, 500);
	assert_int_equal(c->pressure, 30);
	reading_release(&r);
	must_read(&r, "nice=0\nio_class=best-effort:7\nio_limit=1G\nio_limit=3files\n");
	c = &r.config->courtesy;
	assert_int_equal(c->nice, 0);
	assert_int_equal(c->io_class, INTACT_IO_BEST_EFFORT);
	assert_int_equal(c->io_level, 7);
	assert_int_equal(c->bytes_per_second, 0);
	assert_int_equal(c->files_per_second, 3);
	assert_int_equal(c->pressure, 0);
	reading_release(&r);
	must_fail("nice=20\n", "invalid value of 'nice': '20' (expecting 0 to 19)");
	must_fail("nice=-1\n", "invalid value of 'nice'");
	must_fail("io_class=realtime\n", "invalid value of 'io_class': 'realtime'");
	must_fail("io_class=best-effort:8\n", "invalid value of 'io_class'");
	must_fail("io_limit=20T\n", "invalid value of 'io_limit': '20T'");
	must_fail("io_limit=20M,\n", "invalid value of 'io_limit'");
	must_fail("io_limit=99999999999999999999\n", "invalid value of 'io_limit'");
	must_fail("pressure_pause=100\n", "invalid value of 'pressure_pause'");
}

/* ---- values -------------------------------------------------------------------------------- */

static void check_url(const char *text, enum intact_url_type type, const char *value)
{
	struct intact_error err = { 0 };
	struct intact_url url;

	if (intact_url_parse(text, &url, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	assert_int_equal(url.type, type);
	assert_string_equal(url.value, value);
	assert_string_equal(url.raw, text);
	intact_url_release(&url);
}

static void bad_url(const char *text, const char *message)
{
	struct intact_error err = { 0 };
	struct intact_url url;

	assert_int_equal(intact_url_parse(text, &url, &err), INTACT_ECONFIG);
	assert_non_null(strstr(err.text, message));
}

static void test_urls(void **state)
{
	char host[256], text[300];

	(void)state;
	check_url("file:/a", INTACT_URL_FILE, "/a");
	check_url("file:a", INTACT_URL_FILE, "a");
	check_url("file:///a/b", INTACT_URL_FILE, "/a/b");
	check_url("file://localhost/a", INTACT_URL_FILE, "/a");
	check_url("stdin", INTACT_URL_STDIN, "");
	check_url("stdout:", INTACT_URL_STDOUT, "");
	check_url("fd:12", INTACT_URL_FD, "12");
	check_url("syslog:LOG_AUTH", INTACT_URL_SYSLOG, "LOG_AUTH");
	setenv("HOME", "/home/x", 1);
	check_url("file:~/a", INTACT_URL_FILE, "/home/x/a");
	check_url("file:~b", INTACT_URL_FILE, "~b");
	assert_int_equal(gethostname(host, sizeof(host)), 0);
	snprintf(text, sizeof(text), "file://%s/a", host);
	check_url(text, INTACT_URL_FILE, "/a");
	bad_url("/a", "unknown URL-type: '/a'");
	bad_url("FILE:/a", "unknown URL-type: 'FILE'");
	bad_url("https://x/", "not compiled in");
	bad_url("file://other.example/a", "cannot use hostname other than");
	bad_url("file://localhost", "no path after hostname");
	bad_url("fd:x", "illegal file descriptor value:x");
	bad_url("fd:99999999999", "illegal file descriptor value:");
	bad_url("fd:", "illegal file descriptor value:");
}

static void test_workers(void **state)
{
	static const struct {
		const char *text;
		int n; /* -1: invalid */
		bool percent;
	} cases[] = {
		{ "4", 4, false },	{ "0", 0, false },   { "50%", 50, true },
		{ "100%", 100, true },	{ "", 0, false },    { "%", 0, true },
		{ " 3", 3, false },	{ "+3", 3, false },  { "-1", -1, false },
		{ "101%", -1, false },	{ "5x", -1, false }, { "0x3", -1, false },
		{ "50.5%", -1, false }, { "3 ", -1, false }, { "99999999999", -1, false },
		{ "50%%", -1, false },	{ "x", -1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intact_error err = { 0 };
		unsigned n = 77;
		bool percent = false;
		int rc = intact_workers_parse(cases[i].text, &n, &percent, &err);

		if ((rc < 0) != (cases[i].n < 0))
			fail_msg("'%s': %d", cases[i].text, rc);
		if (rc < 0) {
			assert_int_equal(rc, INTACT_EUSAGE);
			assert_int_equal(n, 77);
			continue;
		}
		assert_int_equal(n, cases[i].n);
		assert_int_equal(percent, cases[i].percent);
	}
}

static void test_names_of_levels(void **state)
{
	(void)state;
	assert_int_equal(intact_log_level_by_name("error"), INTACT_LOG_ERROR);
	assert_int_equal(intact_log_level_by_name("limit"), INTACT_LOG_LIMIT);
	assert_int_equal(intact_log_level_by_name("trace"), INTACT_LOG_TRACE);
	assert_int_equal(intact_log_level_by_name("ERROR"), -1);
	assert_string_equal(intact_report_level_name(INTACT_REPORT_MINIMAL), "minimal");
	assert_string_equal(intact_report_level_name(INTACT_REPORT_ADDED_REMOVED_ENTRIES),
			    "added_removed_entries");
}

static void test_names_of_file_systems(void **state)
{
	uint64_t type;

	(void)state;
	assert_int_equal(intact_fstype_by_name("tmpfs", &type), 0);
	assert_int_equal(type, 0x01021994);
	assert_string_equal(intact_fstype_name(0xef53), "ext");
	assert_null(intact_fstype_name(1));
	assert_int_equal(intact_fstype_by_name("0xEF53", &type), 0);
	assert_int_equal(type, 0xef53);
	assert_int_equal(intact_fstype_by_name("0x100000000", &type), -1);
	assert_int_equal(intact_fstype_by_name("0x0", &type), -1);
	assert_int_equal(intact_fstype_by_name("0x", &type), -1);
	assert_int_equal(intact_fstype_by_name("bogus", &type), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_aides),
		cmocka_unit_test(test_first_database_wins_and_last_flag_wins),
		cmocka_unit_test(test_every_verify_key_counts_and_the_first_of_what_is_one),
		cmocka_unit_test(test_the_first_severity_that_matches_counts),
		cmocka_unit_test(test_an_empty_key_is_an_error),
		cmocka_unit_test(test_where_the_journal_is),
		cmocka_unit_test(test_what_a_database_is_already_set_to_is_said),
		cmocka_unit_test(test_addresses_of_mail),
		cmocka_unit_test(test_times_and_numbers_have_ends),
		cmocka_unit_test(test_hash_policy_and_patience),
		cmocka_unit_test(test_the_command_line_comes_before_workers_and_level),
		cmocka_unit_test(test_report_options_freeze_at_the_url),
		cmocka_unit_test(test_package_manager_is_one_that_is_known),
		cmocka_unit_test(test_implicit_report_gets_the_final_options),
		cmocka_unit_test(test_old_options_are_taken_with_one_warning),
		cmocka_unit_test(test_options_of_ours),
		cmocka_unit_test(test_courtesy),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_names_of_levels),
		cmocka_unit_test(test_names_of_file_systems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
