/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * entries: what an entry costs in the writer, the reader and the join, without any disk to scan.
 *
 * Usage: entries COUNT FILE [changed]   writes the baseline FILE with COUNT generated entries,
 * reads it, and joins and compares it with the same entries again, or with entries that are all
 * changed. Prints "key value" lines; CPU times are microseconds an entry, less those of generating
 * it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "generated.h"
#include <intact/compare.h>
#include <intact/db.h>

/* As the program has it. */
#define CHANGES_MEMORY ((size_t)32 << 20)

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void)
{
	return now(CLOCK_PROCESS_CPUTIME_ID);
}

static void die(const struct intact_error *err)
{
	fprintf(stderr, "entries: %s\n", err->text);
	exit(1);
}

static double generate(uint64_t count)
{
	const struct intact_entry *e;
	struct generated g;
	double start = cpu();

	generated_init(&g, count, 0);
	while (intact_stream_next(&g.stream, &e, NULL) == 1)
		;
	return cpu() - start;
}

static double write_all(uint64_t count, const char *file)
{
	const struct intact_db_meta meta = { .host = "",
					     .version = "",
					     .config_version = "",
					     .root_prefix = "",
					     .rules = "",
					     .generation = 1 };
	struct intact_error err = { 0 };
	struct intact_db_writer *w;
	const struct intact_entry *e;
	struct generated g;
	double start = cpu();
	int rc = intact_db_create(file, -1, &meta, &w, &err);

	if (rc < 0)
		die(&err);
	generated_init(&g, count, 0);
	while (rc == 0 && intact_stream_next(&g.stream, &e, &err) == 1)
		rc = intact_db_append(w, e, &err);
	if (rc == 0)
		rc = intact_db_commit(w, NULL, &err);
	if (rc < 0)
		die(&err);
	intact_db_writer_free(w);
	return cpu() - start;
}

static struct intact_stream *open_stream(const char *file, struct intact_db **db)
{
	struct intact_error err = { 0 };
	struct intact_stream *s;

	if (intact_db_open(file, -1, db, &err) < 0 || intact_db_read(*db, NULL, &s, &err) < 0)
		die(&err);
	return s;
}

static double read_all(uint64_t count, const char *file)
{
	struct intact_error err = { 0 };
	const struct intact_entry *e;
	struct intact_db *db;
	double start = cpu();
	struct intact_stream *s = open_stream(file, &db);
	uint64_t seen = 0;
	int rc;

	while ((rc = intact_stream_next(s, &e, &err)) == 1)
		seen++;
	intact_stream_close(s);
	intact_db_close(db);
	if (rc < 0)
		die(&err);
	if (seen != count) {
		fprintf(stderr, "entries: %llu read\n", (unsigned long long)seen);
		exit(1);
	}
	return cpu() - start;
}

/* Join and judge as a check does; the number of changes. */
static uint64_t compare_all(struct intact_pairs *pairs, struct intact_changes *changes)
{
	const struct intact_match_options options = { .disk = true };
	struct intact_error err = { 0 };
	struct intact_pair pair;
	uint64_t changed = 0;
	int rc;

	while ((rc = intact_pairs_next(pairs, &pair, &err)) == 1) {
		struct intact_change change;
		char reason[INTACT_ERROR_MAX];

		if (!intact_match_pair(&pair, &options, reason, sizeof(reason), &change))
			continue;
		changed++;
		if (intact_changes_add(changes, &change, NULL, &err) < 0)
			die(&err);
	}
	if (rc < 0)
		die(&err);
	return changed;
}

static double join_all(uint64_t count, const char *file, bool change)
{
	struct intact_error err = { 0 };
	struct intact_changes *changes;
	struct intact_pairs *pairs;
	struct intact_db *db;
	struct generated g;
	double start = cpu();
	struct intact_stream *old = open_stream(file, &db);
	uint64_t changed;

	generated_init(&g, count, change);
	if (intact_join_new(old, &g.stream, NULL, NULL, &pairs, &err) < 0 ||
	    intact_changes_new(CHANGES_MEMORY, NULL, &changes, &err) < 0)
		die(&err);
	changed = compare_all(pairs, changes);
	intact_pairs_close(pairs);
	intact_changes_free(changes);
	intact_db_close(db);
	if (changed != (change ? count : 0)) {
		fprintf(stderr, "entries: %llu changed\n", (unsigned long long)changed);
		exit(1);
	}
	return cpu() - start;
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 2 ? strtoull(argv[1], NULL, 10) : 0;
	bool change = argc == 4 && strcmp(argv[3], "changed") == 0;
	double start = now(CLOCK_MONOTONIC), generating, writing, reading, joining;
	struct rusage use;
	struct stat st;

	if (!count || argc > 4 || (argc == 4 && !change)) {
		fprintf(stderr, "usage: entries COUNT FILE [changed]\n");
		return 2;
	}
	generating = generate(count);
	writing = write_all(count, argv[2]);
	reading = read_all(count, argv[2]);
	joining = join_all(count, argv[2], change);
	if (stat(argv[2], &st) != 0 || getrusage(RUSAGE_SELF, &use) != 0)
		return 1;
	printf("entries %llu\n", (unsigned long long)count);
	printf("generate_us %.3f\n", generating / (double)count * 1e6);
	printf("write_us %.3f\n", (writing - generating) / (double)count * 1e6);
	printf("read_us %.3f\n", reading / (double)count * 1e6);
	printf("join_us %.3f\n", (joining - reading - generating) / (double)count * 1e6);
	printf("bytes_per_entry %.2f\n", (double)st.st_size / (double)count);
	printf("seconds %.3f\n", now(CLOCK_MONOTONIC) - start);
	printf("cpu_seconds %.3f\n", cpu());
	printf("rss_kib %ld\n", use.ru_maxrss);
	return 0;
}
