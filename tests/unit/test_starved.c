/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Each allocation fails once, in what reads configurations, writes and reads baselines, and writes
 * reports (tests/stress/starve.sh does it to the whole program).  Either it is said, or the result
 * is the same as with memory: no rule, entry or line is lost on the way.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/mman.h>
#include <unistd.h>

#include <intact/db.h>
#include <intact/rules.h>

#include "test_db_random.h"
#include "tests/stress/starved.h"
#include "tests/unit/own_changes.h"
#include "tests/unit/sample_report.h"

/* Does its work, and gives the result as text that the caller frees; NULL on failure with a
 * negative code in *ret_rc. */
typedef char *work_fn(const void *ctx, int *ret_rc);

/* Returns how many allocations failed. */
static unsigned long starve_all(work_fn *work, const void *ctx, const char *what)
{
	char *want, *got;
	unsigned long n;
	int want_rc = 0;

	starve(0);
	want = work(ctx, &want_rc);
	n = starve_count();
	for (unsigned long i = 1; i <= n; i++) {
		int rc = 0;

		starve(i);
		got = work(ctx, &rc);
		starve(0);
		if (!got && rc >= 0)
			fail_msg("%s: allocation %lu of %lu failed, and nobody says so", what, i,
				 n);
		if (got && (!want || strcmp(got, want) != 0))
			fail_msg("%s: allocation %lu of %lu failed, and another result came out",
				 what, i, n);
		free(got);
	}
	free(want);
	return n;
}

/* ---- configurations ---- */

static char *read_config(const void *text, int *ret_rc)
{
	struct intact_config_source source = {
		.builtin = text,
		.version = "0.20",
		.no_includes = true,
	};
	struct intact_config *config = NULL;
	struct intact_error err = { 0 };
	char *canon = NULL;

	*ret_rc = intact_config_read(&source, &config, &err);
	if (*ret_rc == 0)
		*ret_rc = intact_rules_text(config->rules, &canon, NULL, &err);
	intact_config_free(config);
	return *ret_rc < 0 ? NULL : canon;
}

static void test_no_rule_is_lost_without_memory(void **state)
{
	static const char folder[] = TEST_DATA_DIR "/../fuzz/corpus/config";
	DIR *dir = opendir(folder);
	unsigned long n = 0, files = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir)) != NULL;) {
		char path[512], *text;

		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		text = sample_file(path);
		n += starve_all(read_config, text, d->d_name);
		free(text);
		files++;
	}
	closedir(dir);
	assert_true(files >= 9);
	print_message("%lu allocations of %lu configurations failed\n", n, files);
}

/* ---- baselines ---- */

enum kind { NATIVE, SIGNED, AIDE, AIDE_OLD, AIDE_GZIP };

struct baseline {
	enum kind kind;
	const struct intact_entry *entries;
	size_t n;
	const struct intact_key *key;
};

static int create(const struct baseline *b, int fd, struct intact_db_writer **ret,
		  struct intact_error *err)
{
	const struct intact_db_meta meta = { .host = "h",
					     .version = "1",
					     .generation = 1,
					     .attrs = UINT64_MAX,
					     .rules = "/ p\n",
					     .rules_len = 4 };
	int rc;

	if (b->kind != NATIVE && b->kind != SIGNED)
		return intact_db_create_aide(
			"db", fd, &meta, b->kind == AIDE_GZIP,
			b->kind == AIDE_OLD ? INTACT_AIDE_0_18 : INTACT_AIDE_NEWEST, ret, err);
	rc = intact_db_create("db", fd, &meta, ret, err);
	if (rc == 0 && b->kind == SIGNED)
		intact_db_sign(*ret, b->key);
	return rc;
}

static int write_all(const struct baseline *b, int fd, struct intact_error *err)
{
	struct intact_db_writer *w = NULL;
	int rc = create(b, fd, &w, err);

	for (size_t i = 0; i < b->n && rc == 0; i++)
		rc = intact_db_append(w, &b->entries[i], err);
	if (rc == 0)
		rc = intact_db_commit(w, NULL, err);
	intact_db_writer_free(w);
	return rc;
}

/* All paths, sizes and modes. */
static int read_all(struct intact_db *db, FILE *out, struct intact_error *err)
{
	const struct intact_entry *e;
	struct intact_stream *s;
	struct intact_db_proof proof;
	int rc = intact_db_read(db, NULL, &s, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_stream_next(s, &e, err)) == 1) {
		fprintf(out, "%zu %llo %llu %zu\n", e->path.len, (unsigned long long)e->mode,
			(unsigned long long)e->size, e->nxattrs);
		if (intact_db_prove(db, s, &proof) < 0)
			break;
	}
	intact_stream_close(s);
	return rc;
}

static char *write_and_read(const void *ctx, int *ret_rc)
{
	const struct baseline *b = ctx;
	struct intact_db_trust trust = { .keys = &b->key, .nkeys = b->kind == SIGNED };
	int fd = memfd_create("db", MFD_CLOEXEC);
	struct intact_error err = { 0 };
	struct intact_db *db = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_true(fd >= 0 && out);
	*ret_rc = write_all(b, fd, &err);
	if (*ret_rc == 0)
		*ret_rc = intact_db_open_signed("db", fd, &trust, &db, &err);
	if (*ret_rc == 0)
		*ret_rc = intact_db_check(db, &err);
	if (*ret_rc == 0)
		*ret_rc = intact_db_verify(db, &err);
	if (*ret_rc == 0)
		*ret_rc = read_all(db, out, &err);
	intact_db_close(db);
	fclose(out);
	close(fd);
	if (*ret_rc == 0)
		return text;
	free(text);
	return NULL;
}

static void test_no_entry_is_lost_without_memory(void **state)
{
	static const char *const names[] = { "native", "signed", "aide", "aide 0.18", "aide gzip" };
	struct intact_entry entries[40];
	struct intact_error err = { 0 };
	struct intact_key *key;
	struct arena a = { 0 };
	size_t n = rnd_entries(entries, 40, 5, &a);
	unsigned long failed = 0;

	(void)state;
	assert_int_equal(intact_key_make(&key, &err), 0);
	for (unsigned kind = NATIVE; kind <= AIDE_GZIP; kind++) {
		const struct baseline b = { (enum kind)kind, entries, n, key };

		failed += starve_all(write_and_read, &b, names[kind]);
	}
	intact_key_free(key);
	arena_release(&a);
	print_message("%lu allocations of writing and reading baselines failed\n", failed);
}

/* ---- reports ---- */

static char *report(const void *ctx, int *ret_rc)
{
	struct intact_report_options options = sample_options();
	struct intact_run run = own_run();
	struct intact_error err = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	options.format = *(const enum intact_report_format *)ctx;
	starve(*ret_rc > 0 ? (unsigned long)*ret_rc : 0);
	*ret_rc = intact_report_write(&run, &options, false, out, &err);
	fclose(out);
	intact_changes_free(run.changes);
	if (*ret_rc == 0)
		return text;
	free(text);
	return NULL;
}

static void test_no_line_is_lost_without_memory(void **state)
{
	static const enum intact_report_format formats[] = { INTACT_FORMAT_PLAIN,
							     INTACT_FORMAT_JSON,
							     INTACT_FORMAT_NDJSON };

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		int rc = 0;
		char *want = report(&formats[i], &rc), *got;
		unsigned long n = starve_count();

		assert_non_null(want);
		for (unsigned long at = 1; at <= n; at++) {
			/* The changes are made with memory: the number goes in where they are
			 * ready. */
			rc = (int)at;
			got = report(&formats[i], &rc);
			starve(0);
			if (!got && rc >= 0)
				fail_msg("format %zu: allocation %lu of %lu: nobody says so", i, at,
					 n);
			if (got)
				assert_string_equal(got, want);
			free(got);
		}
		free(want);
		print_message("%lu allocations of a report failed\n", n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_rule_is_lost_without_memory),
		cmocka_unit_test(test_no_entry_is_lost_without_memory),
		cmocka_unit_test(test_no_line_is_lost_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
