/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Tests of journal.c and chain.c: whatever is done to a journal is found and named.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <intact/journal.h>

#include "base/buf.h"
#include "base/json.h"
#include "own_folder.h"

#define NAME "journal"

/* ---- what is found ---- */

struct found {
	struct intact_journal_sum sum;
	struct buf words; /* a line for each damage or torn record */
	struct intact_journal_point points[256];
	size_t npoints;
};

static int note(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct found *f = ctx;

	(void)err;
	if (item->kind == INTACT_JOURNAL_RECORD) {
		assert_true(f->npoints < 256);
		f->points[f->npoints++] = item->point;
		return 0;
	}
	buf_printf(&f->words, "%s%.*s\n", item->kind == INTACT_JOURNAL_TORN ? "torn: " : "",
		   (int)item->len, item->text);
	return 0;
}

static struct found parse(const char *text, size_t len)
{
	struct found f = { 0 };
	struct intact_error err;

	buf_add_str(&f.words, "");
	assert_int_equal(intact_journal_parse(text, len, note, &f, &f.sum, &err), 0);
	return f;
}

static struct intact_journal_sum sum_of(const struct buf *journal)
{
	struct found f = parse(journal->data, journal->len);

	buf_release(&f.words);
	return f.sum;
}

static void assert_words(const struct buf *journal, const char *words)
{
	struct found f = parse(journal->data, journal->len);

	assert_string_equal(f.words.data, words);
	buf_release(&f.words);
}

/* ---- a journal ---- */

static void add_record(const char *word)
{
	struct intact_journal *j;
	struct intact_error err = { 0 };
	struct buf members = { 0 };

	json_text(&members, "word", word);
	if (intact_journal_open_append(NAME, &j, &err) < 0 ||
	    intact_journal_append(j, members.data, members.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
	intact_journal_close(j);
	buf_release(&members);
}

static void load(struct buf *ret)
{
	FILE *f = fopen(NAME, "r");
	static char data[1 << 18];
	size_t n;

	assert_non_null(f);
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	buf_clear(ret);
	buf_add(ret, data, n);
}

static void store(const void *data, size_t len)
{
	FILE *f = fopen(NAME, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void make(unsigned records, struct buf *ret)
{
	static const char *const words[] = { "one", "two", "three", "four", "five", "six" };

	unlink(NAME);
	for (unsigned i = 0; i < records; i++)
		add_record(words[i]);
	load(ret);
}

/* The lines `order` names, by their digits from 1. */
static void arrange(const struct buf *from, const char *order, struct buf *ret)
{
	for (; *order; order++) {
		const char *line = from->data;

		for (int skip = *order - '1'; skip > 0; skip--)
			line = strchr(line, '\n') + 1;
		buf_add(ret, line, (size_t)(strchr(line, '\n') + 1 - line));
	}
}

static void assert_arranged(const struct buf *from, const char *order, const char *words)
{
	struct buf other = { 0 };

	arrange(from, order, &other);
	assert_words(&other, words);
	buf_release(&other);
}

/* ---- the tests ---- */

static void test_records_are_chained(void **state)
{
	struct buf text = { 0 };
	struct found f;
	struct stat st;

	(void)state;
	make(3, &text);
	f = parse(text.data, text.len);
	assert_string_equal(f.words.data, "");
	assert_true(f.sum.records == 3 && f.sum.last.count == 3 && f.sum.lines == 3);
	assert_true(f.sum.damages == 0 && f.sum.torn == 0);
	assert_memory_equal(f.sum.last.head, f.points[2].head, sizeof(f.sum.last.head));
	assert_true(stat(NAME, &st) == 0 && (st.st_mode & 07777) == 0600);
	assert_memory_equal(text.data, "{\"n\":1,\"previous\":\"00000000", 27);
	buf_release(&f.words);
	buf_release(&text);
}

static void test_every_flipped_bit_is_found(void **state)
{
	struct buf text = { 0 };
	unsigned missed = 0;

	(void)state;
	make(3, &text);
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		struct found f;

		text.data[bit / 8] ^= (char)(1u << bit % 8);
		f = parse(text.data, text.len);
		missed += f.sum.damages + f.sum.torn == 0;
		/* Only the newline at the end can look like a write that was cut off. */
		if (f.sum.damages == 0)
			assert_true(bit / 8 == text.len - 1 || f.sum.last.count < 3);
		buf_release(&f.words);
		text.data[bit / 8] ^= (char)(1u << bit % 8);
	}
	assert_int_equal(missed, 0);
	buf_release(&text);
}

/* At the end of a line there is nothing to see but the number of records: that is what a point
 * elsewhere is for. */
static void test_every_cut_is_found(void **state)
{
	struct buf text = { 0 };
	struct found whole;

	(void)state;
	make(3, &text);
	whole = parse(text.data, text.len);
	for (size_t len = 0; len < text.len; len++) {
		struct found f = parse(text.data, len);
		bool between = len == 0 || text.data[len - 1] == '\n';

		assert_true(f.sum.damages == 0 && f.sum.torn == (between ? 0 : 1));
		assert_true(f.sum.last.count < 3 || len == text.len - 1);
		buf_release(&f.words);
	}
	/* And from the front. */
	for (size_t from = 1; from < text.len; from++) {
		struct found f = parse(text.data + from, text.len - from);

		assert_true(f.sum.damages > 0);
		buf_release(&f.words);
	}
	buf_release(&whole.words);
	buf_release(&text);
}

static void test_every_byte_taken_out_or_put_in_is_found(void **state)
{
	struct buf text = { 0 }, other = { 0 };

	(void)state;
	make(2, &text);
	for (size_t at = 0; at < text.len; at++) {
		struct found f;

		buf_clear(&other);
		buf_add(&other, text.data, at);
		buf_add(&other, text.data + at + 1, text.len - at - 1);
		f = parse(other.data, other.len);
		assert_true(f.sum.damages + f.sum.torn > 0);
		buf_release(&f.words);
		for (const char *c = " \n0\"}"; *c; c++) {
			buf_clear(&other);
			buf_add(&other, text.data, at);
			buf_add_char(&other, *c);
			buf_add(&other, text.data + at, text.len - at);
			f = parse(other.data, other.len);
			assert_true(f.sum.damages + f.sum.torn > 0);
			buf_release(&f.words);
		}
	}
	buf_release(&text);
	buf_release(&other);
}

static void test_what_was_done_is_named(void **state)
{
	struct buf t = { 0 }, other = { 0 };

	(void)state;
	make(6, &t);
	assert_arranged(&t, "123456", "");
	assert_arranged(&t, "12456", "line 3: record 3 is missing in front of record 4\n");
	assert_arranged(&t, "126", "line 3: the records 3 to 5 are missing in front of record 6\n");
	assert_arranged(&t, "23456", "line 1: record 1 is missing in front of record 2\n");
	assert_arranged(&t, "124356",
			"line 3: record 3 is missing in front of record 4\n"
			"line 4: record 3 is out of place: it stands behind record 4\n");
	assert_arranged(&t, "213456",
			"line 1: record 1 is missing in front of record 2\n"
			"line 2: record 1 is out of place: it stands behind record 2\n");
	assert_arranged(&t, "1223456", "line 3: record 2 stands there again, behind record 2\n");
	assert_arranged(&t, "1234256", "line 5: record 2 stands there again, behind record 4\n");
	assert_arranged(&t, "162345",
			"line 2: the records 2 to 5 are missing in front of record 6\n"
			"line 3: record 2 is out of place: it stands behind record 6\n"
			"line 4: record 3 is out of place: it stands behind record 6\n"
			"line 5: record 4 is out of place: it stands behind record 6\n"
			"line 6: record 5 is out of place: it stands behind record 6\n");
	/* Changed. */
	strstr(t.data, "three")[0] = 'T';
	assert_words(&t, "line 3: record 3 was changed: its digest does not hold\n");
	assert_arranged(&t, "1236",
			"line 3: record 3 was changed: its digest does not hold\n"
			"line 4: 2 of the records 3 to 5 are missing\n");
	/* Something that never was a record. */
	arrange(&t, "12", &other);
	buf_add_str(&other, "hello\n\n");
	arrange(&t, "456", &other);
	assert_words(&other, "line 3 is no record\nline 4 is no record\n");
	buf_release(&other);
	buf_release(&t);
}

/* Line `n` of a journal, from 0. */
static void add_line(const struct buf *from, unsigned n, struct buf *ret)
{
	const char *line = from->data;

	while (n--)
		line = strchr(line, '\n') + 1;
	buf_add(ret, line, (size_t)(strchr(line, '\n') + 1 - line));
}

static unsigned times_said(const struct buf *journal, const char *what)
{
	struct found f = parse(journal->data, journal->len);
	unsigned n = 0;

	for (const char *s = f.words.data; (s = strstr(s, what)) != NULL; s++)
		n++;
	buf_release(&f.words);
	return n;
}

/* More than it remembers: each is said all the same. */
static void test_many_missing_records_are_each_named(void **state)
{
	enum { RECORDS = 141 };
	struct buf t = { 0 }, other = { 0 };

	(void)state;
	make(1, &t);
	for (unsigned i = 1; i < RECORDS; i++)
		add_record("more");
	load(&t);
	assert_int_equal(sum_of(&t).last.count, RECORDS);
	for (unsigned i = 0; i < RECORDS; i += 2)
		add_line(&t, i, &other);
	assert_int_equal(times_said(&other, "is missing in front of record"), RECORDS / 2);
	/* Put back behind all others. */
	for (unsigned i = 1; i < RECORDS; i += 2)
		add_line(&t, i, &other);
	assert_int_equal(times_said(&other, "is missing in front of record"), RECORDS / 2);
	assert_int_equal(times_said(&other, "it stands behind record") +
				 times_said(&other, "stands there again"),
			 RECORDS / 2);
	buf_release(&t);
	buf_release(&other);
}

/* Who computes the digest of a changed line anew breaks what the next one says. */
static void test_record_forged_with_its_digest_is_found(void **state)
{
	struct buf ours = { 0 }, theirs = { 0 }, mixed = { 0 };

	(void)state;
	make(2, &ours);
	unlink(NAME);
	add_record("one");
	add_record("TWO");
	add_record("three");
	load(&theirs);
	arrange(&ours, "12", &mixed);
	arrange(&theirs, "3", &mixed);
	assert_words(&mixed, "line 3: record 3 does not follow record 2 as it stands here: one of "
			     "them was changed\n");
	buf_release(&ours);
	buf_release(&theirs);
	buf_release(&mixed);
}

static void test_chain_goes_on_behind_a_record_that_was_never_finished(void **state)
{
	struct buf t = { 0 }, whole = { 0 };
	size_t second;

	(void)state;
	make(2, &whole);
	second = (size_t)(strchr(whole.data, '\n') + 1 - whole.data);
	for (size_t len = second + 1; len + 1 < whole.len; len += 7) {
		char words[128];
		struct found f;

		store(whole.data, len);
		add_record("next");
		load(&t);
		snprintf(words, sizeof(words),
			 "torn: line 2: %zu bytes of a record that was never finished: record 2 "
			 "says so\n",
			 len - second);
		f = parse(t.data, t.len);
		assert_string_equal(f.words.data, words);
		assert_true(f.sum.last.count == 2 && f.sum.records == 2 && f.sum.damages == 0);
		buf_release(&f.words);
	}
	/* What is left of it is under a digest, too. */
	for (size_t at = second; t.data[at] != '\n'; at++) {
		struct found f;

		t.data[at] ^= 1;
		f = parse(t.data, t.len);
		assert_true(f.sum.damages > 0);
		buf_release(&f.words);
		t.data[at] ^= 1;
	}
	/* So is how much of it. */
	{
		struct buf longer = { 0 };

		buf_add(&longer, t.data, second);
		buf_add_char(&longer, 'x');
		buf_add(&longer, t.data + second, t.len - second);
		assert_true(sum_of(&longer).damages > 0);
		buf_release(&longer);
	}
	assert_arranged(&t, "13",
			"line 2: record 2 stood behind a record that was never finished, "
			"and does not any more\n");
	/* Only the newline is missing: the record is there. */
	store(whole.data, whole.len - 1);
	add_record("next");
	load(&t);
	assert_words(&t, "");
	assert_true(sum_of(&t).last.count == 3);
	/* Zeros, as some file systems leave them. */
	store(whole.data, whole.len);
	assert_int_equal(truncate(NAME, (off_t)whole.len + 300), 0);
	add_record("next");
	load(&t);
	assert_words(&t, "torn: line 3: 300 bytes of a record that was never finished: record 3 "
			 "says so\n");
	buf_release(&t);
	buf_release(&whole);
}

static void test_chain_goes_on_behind_damage_which_stays(void **state)
{
	struct buf t = { 0 };

	(void)state;
	make(2, &t);
	*strstr(t.data, "two") = 'T';
	store(t.data, t.len);
	add_record("next");
	load(&t);
	assert_words(&t, "line 2: record 2 was changed: its digest does not hold\n");
	assert_true(sum_of(&t).last.count == 2);
	buf_release(&t);
}

static int append_error(const char *path)
{
	struct intact_journal *j = NULL;
	struct intact_error err = { 0 };
	int rc = intact_journal_open_append(path, &j, &err);

	if (rc == 0)
		rc = intact_journal_append(j, "\"a\":1", 5, NULL, &err);
	intact_journal_close(j);
	return rc;
}

static void test_what_is_no_journal_is_left_alone(void **state)
{
	static const char *const texts[] = { "a\n", "a", "{}\n", "\n", "\x89INTACT\nx" };
	struct buf t = { 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		store(texts[i], strlen(texts[i]));
		assert_int_equal(append_error(NAME), INTACT_EDAMAGED);
		load(&t);
		assert_string_equal(t.data, texts[i]);
	}
	/* The beginning of a first record is one. */
	store("{\"n\":1,\"prev", 12);
	assert_int_equal(append_error(NAME), 0);
	load(&t);
	assert_words(&t, "torn: line 1: 12 bytes of a record that was never finished: record 1 "
			 "says so\n");
	buf_release(&t);
}

static void test_what_others_could_write_is_refused(void **state)
{
	struct buf t = { 0 };

	(void)state;
	make(1, &t);
	assert_int_equal(chmod(NAME, 0620), 0);
	assert_int_equal(append_error(NAME), INTACT_EDAMAGED);
	assert_int_equal(chmod(NAME, 0600) | link(NAME, "second"), 0);
	assert_int_equal(append_error(NAME), INTACT_EDAMAGED);
	assert_int_equal(unlink("second") | symlink(NAME, "link"), 0);
	assert_int_equal(append_error("link"), INTACT_EIO);
	assert_int_equal(symlink("nothing", "dangling"), 0);
	assert_int_equal(append_error("dangling"), INTACT_EIO);
	assert_int_equal(access("nothing", F_OK), -1);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(append_error("fifo"), INTACT_EIO);
	assert_int_equal(append_error("."), INTACT_EIO);
	assert_int_equal(append_error("no/folder"), INTACT_EIO);
	assert_int_equal(mkdir("open", 0700) | chmod("open", 0777), 0);
	assert_int_equal(append_error("open/journal"), INTACT_EIO);
	assert_int_equal(chmod("open", 01777), 0);
	assert_int_equal(append_error("open/journal"), 0);
	buf_release(&t);
}

static void test_a_journal_that_was_exchanged_gets_no_record(void **state)
{
	struct intact_journal *j;
	struct intact_error err = { 0 };
	struct buf t = { 0 };

	(void)state;
	make(1, &t);
	assert_int_equal(intact_journal_open_append(NAME, &j, &err), 0);
	assert_int_equal(rename(NAME, "away"), 0);
	assert_int_equal(intact_journal_append(j, "\"a\":1", 5, NULL, &err), INTACT_EIO);
	store(t.data, t.len);
	assert_int_equal(intact_journal_append(j, "\"a\":1", 5, NULL, &err), INTACT_EIO);
	intact_journal_close(j);
	load(&t);
	assert_int_equal(sum_of(&t).records, 1);
	buf_release(&t);
}

static void test_points_hold_or_do_not(void **state)
{
	struct intact_journal *j;
	struct intact_journal_point none = { 0 };
	enum intact_journal_verdict verdict;
	struct intact_error err = { 0 };
	struct buf t = { 0 };
	struct found f;

	(void)state;
	make(3, &t);
	f = parse(t.data, t.len);
	assert_int_equal(intact_journal_open(NAME, &j, &err), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(intact_journal_holds(j, &f.points[i], &verdict, &err), 0);
		assert_int_equal(verdict, INTACT_JOURNAL_HOLDS);
		f.points[i].head[7] ^= 1;
		assert_int_equal(intact_journal_holds(j, &f.points[i], &verdict, &err), 0);
		assert_int_equal(verdict, INTACT_JOURNAL_OTHER);
	}
	assert_int_equal(intact_journal_holds(j, &none, &verdict, &err), 0);
	assert_int_equal(verdict, INTACT_JOURNAL_HOLDS);
	f.points[0].count = 4;
	assert_int_equal(intact_journal_holds(j, &f.points[0], &verdict, &err), 0);
	assert_int_equal(verdict, INTACT_JOURNAL_SHORT);
	intact_journal_close(j);
	buf_release(&f.words);
	buf_release(&t);
}

/* A file reads as its bytes do, wherever the pieces end. */
static void test_long_lines_and_long_journals(void **state)
{
	struct intact_journal_sum sum, again;
	struct intact_journal *j;
	struct intact_error err = { 0 };
	struct buf t = { 0 }, text = { 0 };
	char *word = malloc(INTACT_JOURNAL_LINE_MAX);

	(void)state;
	assert_non_null(word);
	unlink(NAME);
	for (size_t len = 0; len < INTACT_JOURNAL_LINE_MAX - 300; len += 150001) {
		memset(word, 'x', len);
		word[len] = '\0';
		add_record(word);
	}
	/* One that is too long, in the middle, and more of them at the end. */
	memset(word, 'x', INTACT_JOURNAL_LINE_MAX);
	j = NULL;
	buf_add_str(&text, "\"w\":\"");
	buf_add(&text, word, INTACT_JOURNAL_LINE_MAX - 100);
	buf_add_char(&text, '"');
	assert_int_equal(intact_journal_open_append(NAME, &j, &err), 0);
	assert_int_equal(intact_journal_append(j, text.data, text.len, NULL, &err), INTACT_EIO);
	intact_journal_close(j);
	for (int i = 0; i < 3; i++) {
		FILE *f = fopen(NAME, "a");

		for (int k = 0; k <= i; k++)
			assert_int_equal(fwrite(word, INTACT_JOURNAL_LINE_MAX, 1, f), 1);
		if (i != 2)
			fputc('\n', f);
		assert_int_equal(fclose(f), 0);
		if (i < 2)
			add_record("behind");
	}
	assert_int_equal(intact_journal_open(NAME, &j, &err), 0);
	assert_int_equal(intact_journal_read(j, NULL, NULL, &sum, &err), 0);
	intact_journal_close(j);
	assert_true(sum.records == 9 && sum.damages == 3 && sum.last.count == 9 && sum.lines == 12);
	{
		FILE *f = fopen(NAME, "r");
		struct stat st;
		char *data;

		assert_int_equal(fstat(fileno(f), &st), 0);
		data = malloc((size_t)st.st_size);
		assert_int_equal(fread(data, (size_t)st.st_size, 1, f), 1);
		fclose(f);
		assert_int_equal(
			intact_journal_parse(data, (size_t)st.st_size, NULL, NULL, &again, &err),
			0);
		assert_memory_equal(&sum, &again, sizeof(sum));
		free(data);
	}
	free(word);
	buf_release(&text);
	buf_release(&t);
}

/* Many at once: each gets its record, and the chain holds. */
static void test_runs_at_once_are_all_recorded(void **state)
{
	enum { RUNS = 8, EACH = 5 };
	struct intact_journal_sum sum;
	struct intact_journal *j;
	struct intact_error err = { 0 };
	int status;

	(void)state;
	unlink(NAME);
	for (int i = 0; i < RUNS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			int rc = 0;

			for (int k = 0; k < EACH && rc == 0; k++)
				rc = append_error(NAME);
			_exit(rc < 0);
		}
	}
	for (int i = 0; i < RUNS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(intact_journal_open(NAME, &j, &err), 0);
	assert_int_equal(intact_journal_read(j, NULL, NULL, &sum, &err), 0);
	assert_true(sum.records == (uint64_t)RUNS * EACH && sum.damages == 0 && sum.torn == 0);
	intact_journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_are_chained),
		cmocka_unit_test(test_every_flipped_bit_is_found),
		cmocka_unit_test(test_every_cut_is_found),
		cmocka_unit_test(test_every_byte_taken_out_or_put_in_is_found),
		cmocka_unit_test(test_what_was_done_is_named),
		cmocka_unit_test(test_many_missing_records_are_each_named),
		cmocka_unit_test(test_record_forged_with_its_digest_is_found),
		cmocka_unit_test(test_chain_goes_on_behind_a_record_that_was_never_finished),
		cmocka_unit_test(test_chain_goes_on_behind_damage_which_stays),
		cmocka_unit_test(test_what_is_no_journal_is_left_alone),
		cmocka_unit_test(test_what_others_could_write_is_refused),
		cmocka_unit_test(test_a_journal_that_was_exchanged_gets_no_record),
		cmocka_unit_test(test_points_hold_or_do_not),
		cmocka_unit_test(test_long_lines_and_long_journals),
		cmocka_unit_test(test_runs_at_once_are_all_recorded),
	};

	return cmocka_run_group_tests(tests, own_folder_enter, own_folder_leave);
}
