/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * powercut: what may be on the disk if the power goes while a baseline is written?
 *
 * Usage: powercut RECORD NAME OLD NEW [without WHAT]
 *	RECORD   what the run did (record.h), in one folder
 *	NAME     of the baseline
 *	OLD      a file: what stood there before; "" nothing
 *	NEW      a file: what stands there after the run
 *	without  pretend that the run left a step out: "sync-file", "sync-folder"; to see that it is
 *noticed
 *
 * After each step of the record, anything that was not synced is there, or is not, or is in part:
 *each write by itself, each change of the folder by itself.  Whatever is chosen, the old or the new
 *one must stand under the name, whole; after the last step the new one.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 20000
#define MAX_FILES 16
#define MAX_NAMES 64
#define MAX_SIZE ((size_t)8 << 20)

/* Beyond this not every choice among what is pending is tried, but so many random ones. */
#define ALL_OF 6
#define CHOICES 64

enum kind { CREATE, WRITE, TRUNCATE, RENAME, UNLINK, SYNC };

struct step {
	enum kind kind;
	uint64_t inode; /* of the file, or of the folder whose names change */
	uint64_t dir;	/* CREATE */
	uint64_t offset;
	size_t len;
	uint8_t *data;
	char name[256], other[256];
};

struct content {
	uint8_t *data;
	size_t len;
};

static struct step steps[MAX_STEPS];
static size_t nsteps;
static struct content old_one, new_one;
static const char *target;
static uint32_t chance = 1;
static unsigned long states;

static uint32_t draw(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 17;
	chance ^= chance << 5;
	return chance;
}

/* ---- reading the record ------------------------------------------------------------------------
 */

static void unhex(struct step *s, const char *hex)
{
	s->len = strcspn(hex, "\n") / 2;
	s->data = malloc(s->len + 1);
	for (size_t i = 0; i < s->len; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		s->data[i] = (uint8_t)strtoul(two, NULL, 16);
	}
}

static bool parse(struct step *s, const char *line)
{
	int at = 0;

	if (sscanf(line, "create %" SCNu64 " %" SCNu64 " %255s", &s->inode, &s->dir, s->name) == 3)
		s->kind = CREATE;
	else if (sscanf(line, "write %" SCNu64 " %" SCNu64 " %n", &s->inode, &s->offset, &at) == 2)
		s->kind = WRITE;
	else if (sscanf(line, "truncate %" SCNu64 " %" SCNu64, &s->inode, &s->offset) == 2)
		s->kind = TRUNCATE;
	else if (sscanf(line, "rename %" SCNu64 " %255s %255s", &s->dir, s->name, s->other) == 3)
		s->kind = RENAME;
	else if (sscanf(line, "unlink %" SCNu64 " %255s", &s->dir, s->name) == 2)
		s->kind = UNLINK;
	else if (sscanf(line, "sync %" SCNu64, &s->inode) == 1)
		s->kind = SYNC;
	else
		return false;
	if (s->kind == WRITE)
		unhex(s, line + at);
	return true;
}

static bool is_folder(uint64_t inode)
{
	for (size_t i = 0; i < nsteps; i++) {
		if ((steps[i].kind == CREATE || steps[i].kind == RENAME) && steps[i].dir == inode)
			return true;
	}
	return false;
}

static void leave_out(const char *what)
{
	bool folders = strcmp(what, "sync-folder") == 0;
	size_t kept = 0;

	for (size_t i = 0; i < nsteps; i++) {
		if (steps[i].kind != SYNC || is_folder(steps[i].inode) != folders)
			steps[kept++] = steps[i];
	}
	nsteps = kept;
}

static bool read_record(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	while (f && nsteps < MAX_STEPS && getline(&line, &size, f) > 0) {
		if (!parse(&steps[nsteps++], line))
			return false;
	}
	free(line);
	if (f)
		fclose(f);
	return f && nsteps && nsteps < MAX_STEPS;
}

static struct content read_file(const char *path)
{
	struct content c = { NULL, 0 };
	FILE *f = *path ? fopen(path, "rb") : NULL;

	if (f) {
		c.data = malloc(MAX_SIZE);
		c.len = fread(c.data, 1, MAX_SIZE, f);
		fclose(f);
	}
	return c;
}

/* ---- what is left ------------------------------------------------------------------------------
 */

/* Which of the steps before the cut are on the disk. */
static bool kept[MAX_STEPS];

/* Is step i, of the steps before `cut`, on the disk for certain? */
static bool is_synced(size_t i, size_t cut)
{
	bool of_names =
		steps[i].kind == CREATE || steps[i].kind == RENAME || steps[i].kind == UNLINK;
	uint64_t inode = of_names ? steps[i].dir : steps[i].inode;

	for (size_t j = i + 1; j < cut; j++) {
		if (steps[j].kind == SYNC && steps[j].inode == inode)
			return true;
	}
	return false;
}

/* The inode that the name has; 0: none; 1: that of the old file. */
static uint64_t find(size_t cut)
{
	struct {
		char name[256];
		uint64_t inode;
	} names[MAX_NAMES] = { 0 };
	size_t n = 0;

	if (old_one.data) {
		snprintf(names[n].name, sizeof(names[n].name), "%s", target);
		names[n++].inode = 1;
	}
	for (size_t i = 0; i < cut; i++) {
		const struct step *s = &steps[i];
		const char *to = s->kind == RENAME ? s->other : s->name;
		uint64_t inode = s->kind == CREATE ? s->inode : 0;

		if (!kept[i] || (s->kind != CREATE && s->kind != RENAME && s->kind != UNLINK))
			continue;
		for (size_t j = 0; j < n; j++) {
			if (s->kind == RENAME && strcmp(names[j].name, s->name) == 0) {
				inode = names[j].inode;
				names[j].inode = 0;
			}
		}
		/* What was never made cannot be renamed. */
		if (s->kind == RENAME && !inode)
			continue;
		for (size_t j = 0; j < n; j++) {
			if (strcmp(names[j].name, to) == 0)
				names[j].inode = 0;
		}
		if (n == MAX_NAMES)
			abort();
		memcpy(names[n].name, to, sizeof(names[n].name));
		names[n++].inode = inode;
	}
	for (size_t j = 0; j < n; j++) {
		if (names[j].inode && strcmp(names[j].name, target) == 0)
			return names[j].inode;
	}
	return 0;
}

static struct content content_of(uint64_t inode, size_t cut)
{
	static uint8_t data[MAX_SIZE];
	struct content c = { data, 0 };

	if (inode == 1)
		return old_one;
	for (size_t i = 0; i < cut; i++) {
		const struct step *s = &steps[i];
		size_t end = s->offset + s->len;

		if (!kept[i] || s->inode != inode || (s->kind != WRITE && s->kind != TRUNCATE))
			continue;
		if (end > MAX_SIZE)
			abort();
		if (end > c.len)
			memset(data + c.len, 0, end - c.len);
		if (s->kind == WRITE)
			memcpy(data + s->offset, s->data, s->len);
		c.len = s->kind == TRUNCATE || end > c.len ? end : c.len;
	}
	return c;
}

static bool same(struct content a, struct content b)
{
	return a.data && b.data && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static bool is_good(size_t cut)
{
	uint64_t inode = find(cut);
	struct content c = inode ? content_of(inode, cut) : (struct content){ NULL, 0 };

	states++;
	if (same(c, new_one))
		return true;
	if (cut == nsteps)
		return false;
	return old_one.data ? same(c, old_one) : inode == 0;
}

/* Every choice, or some, among what is pending after `cut` steps. */
static size_t try_cut(size_t cut)
{
	size_t pending[MAX_STEPS], n = 0, bad = 0;
	unsigned long all;

	for (size_t i = 0; i < cut; i++) {
		kept[i] = steps[i].kind == SYNC || is_synced(i, cut);
		if (!kept[i])
			pending[n++] = i;
	}
	all = n <= ALL_OF ? 1ul << n : CHOICES;
	for (unsigned long choice = 0; choice < all; choice++) {
		/* The first of the random ones: nothing, all, all but the last. */
		for (size_t j = 0; j < n; j++) {
			bool keep = n <= ALL_OF ? choice >> j & 1 : draw() % 2;

			if (n > ALL_OF && choice < 3)
				keep = choice && (choice == 1 || j + 1 < n);
			kept[pending[j]] = keep;
		}
		if (!is_good(cut) && bad++ == 0)
			printf("after step %zu of %zu: neither the old nor the new one\n", cut,
			       nsteps);
	}
	return bad;
}

int main(int argc, char **argv)
{
	size_t bad = 0;

	if (argc < 5 || !read_record(argv[1])) {
		fprintf(stderr, "powercut: no record\n");
		return 2;
	}
	target = argv[2];
	old_one = read_file(argv[3]);
	new_one = read_file(argv[4]);
	if (argc > 6)
		leave_out(argv[6]);
	for (size_t cut = 0; cut <= nsteps; cut++)
		bad += try_cut(cut);
	printf("%zu steps, %lu states of the disk, %zu bad\n", nsteps, states, bad);
	return bad != 0;
}
