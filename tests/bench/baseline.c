/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * baseline: what an entry costs in the baseline, in bytes and in CPU time of one thread.
 *
 * Writes entries as AIDE's group R with SHA-256 would have them, all digests different, and reads
 * them back; several rounds, the best counts.  Prints a line for each of three ways in which files
 * come to their times.  Usage: baseline [ENTRIES]
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <intact/db.h>

#define ROUNDS 5
#define FILES 100 /* in a folder */
#define NOW 1767225600
#define TICK 4000000 /* ns */

enum times { IN_PLACE, PACKAGES, EXACT };

static const char *const names[] = {
	[IN_PLACE] = "made in place: mtime = ctime, in ticks of 4 ms",
	[PACKAGES] = "of packages: one mtime a folder, ctime in ticks",
	[EXACT] = "mtime and ctime different to the nanosecond",
};

static uint64_t rnd(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

struct file {
	struct intact_entry e;
	char path[64];
	uint64_t digest[4];
};

static void make_times(struct intact_entry *e, enum times times, size_t i, uint64_t *seed)
{
	uint64_t tick = i / 40 * TICK, folder = (i / FILES + 1) * 0x9e3779b97f4a7c15u;

	e->ctime = (struct intact_time){ NOW + (int64_t)(tick / 1000000000),
					 (uint32_t)(tick % 1000000000) };
	e->mtime = e->ctime;
	if (times == PACKAGES)
		e->mtime = (struct intact_time){ NOW - (int64_t)(rnd(&folder) % 100000000), 0 };
	if (times == EXACT) {
		e->mtime.nsec = (uint32_t)(rnd(seed) % 1000000000);
		e->ctime.nsec = (uint32_t)(rnd(seed) % 1000000000);
	}
	e->btime = e->ctime;
	e->read.sec = NOW + (int64_t)i / 100000;
}

static void make_file(struct file *f, enum times times, size_t i, uint64_t *seed)
{
	struct intact_entry *e = &f->e;

	memset(f, 0, sizeof(*f));
	for (int k = 0; k < 4; k++)
		f->digest[k] = rnd(seed);
	e->path.len = (size_t)snprintf(f->path, sizeof(f->path), "/srv/data/%05zu/file-%02zu.txt",
				       i / FILES, i % FILES);
	e->path.s = f->path;
	e->attrs = INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_SHA256);
	e->mode = 0100644;
	e->size = rnd(seed) % 4096 + 1;
	e->blocks = 8;
	e->ino = 1000000 + i;
	e->nlink = 1;
	e->dev = (uint64_t)8 << 32 | 1;
	e->e2fsattrs = 0x80000;
	e->digest[intact_attr_get(INTACT_SHA256)->digest] = (const uint8_t *)f->digest;
	make_times(e, times, i, seed);
}

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void die(const struct intact_error *err)
{
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

/* Returns the time it took. */
static double write_all(int fd, struct file *files, size_t n)
{
	const struct intact_db_meta meta = { .generation = 1 };
	struct intact_error err;
	struct intact_db_writer *w;
	double start = cpu();

	if (intact_db_create("memory", fd, &meta, &w, &err))
		die(&err);
	for (size_t i = 0; i < n; i++) {
		files[i].e.path.s = files[i].path;
		if (intact_db_append(w, &files[i].e, &err))
			die(&err);
	}
	if (intact_db_commit(w, NULL, &err))
		die(&err);
	intact_db_writer_free(w);
	return cpu() - start;
}

static double read_all(int fd, size_t n)
{
	const struct intact_entry *e;
	struct intact_error err;
	struct intact_db *db;
	struct intact_stream *s;
	double start = cpu();
	size_t got = 0;

	if (intact_db_open("memory", fd, &db, &err) || intact_db_read(db, NULL, &s, &err))
		die(&err);
	while (intact_stream_next(s, &e, &err) == 1)
		got++;
	intact_stream_close(s);
	intact_db_close(db);
	if (got != n)
		exit(1);
	return cpu() - start;
}

static void measure(enum times times, size_t n)
{
	struct file *files = calloc(n, sizeof(*files));
	double out = 1e9, in = 1e9;
	uint64_t seed = 88172645463325252u;
	struct stat st = { 0 };

	for (size_t i = 0; files && i < n; i++)
		make_file(&files[i], times, i, &seed);
	for (int round = 0; files && round < ROUNDS; round++) {
		int fd = memfd_create("baseline", MFD_CLOEXEC);
		double took = write_all(fd, files, n);

		out = took < out ? took : out;
		took = read_all(fd, n);
		in = took < in ? took : in;
		fstat(fd, &st);
		close(fd);
	}
	printf("%-50s %5.2f bytes  %4.2f us to write  %4.2f us to read\n", names[times],
	       (double)st.st_size / (double)n, out / (double)n * 1e6, in / (double)n * 1e6);
	free(files);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;

	if (n == 0)
		return 1;
	measure(IN_PLACE, n);
	measure(PACKAGES, n);
	measure(EXACT, n);
	return 0;
}
