/* SPDX-License-Identifier: BSD-2-Clause */

/* Old generations of a baseline: which files are taken for them, and what is done to these. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cli/clerk.h"
#include "cli/generations.h"
#include "cli/state.h"
#include "own_folder.h"

/* ---- what stands around it ------------------------------------------------------------------ */

static int link_fails; /* an errno; 0: it works */
static unsigned remembered;

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	errno = link_fails;
	return link_fails ? -1 : __real_link(from, to);
}

void place_clear(struct place *place)
{
	free(place->path);
	free(place->name);
	*place = (struct place)NO_PLACE;
}

int trust_remember(struct session *s, const struct intact_seen *seen, struct intact_error *err)
{
	(void)s;
	(void)seen;
	(void)err;
	remembered++;
	return 0;
}

int clerk_special(struct clerk *c, const void *body, size_t len, struct intact_error *err)
{
	return store_special(c, body, len, err);
}

/* ---- a folder of them ----------------------------------------------------------------------- */

struct fixture {
	struct session session;
	struct intact_config config;
	struct store store;
};

static void make(const char *name)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(name, f);
	assert_int_equal(fclose(f), 0);
}

static bool is_there(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

/* All that is looked at is remembered as it was then. */
static void look(struct fixture *f)
{
	struct intact_error err;

	generations_release(&f->store.generations);
	f->store.kept = f->store.settled = false;
	f->store.session = &f->session;
	f->session.config = &f->config;
	f->session.out.path = (char *)(uintptr_t) "intact.db.new";
	f->session.in.record = (char *)(uintptr_t) "record";
	assert_int_equal(generations_find(&f->store.generations, "intact.db", &err), 0);
	assert_int_equal(stat("intact.db", &f->store.in), 0);
	if (stat("intact.db.new", &f->store.reviewed) != 0)
		memset(&f->store.reviewed, 0, sizeof(f->store.reviewed));
}

static void assert_numbers(const struct fixture *f, const char *numbers)
{
	char text[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < f->store.generations.n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu", i ? " " : "",
					(unsigned long long)f->store.generations.list[i].number);
	assert_string_equal(text, numbers);
}

#define OWN(test) cmocka_unit_test_setup_teardown(test, own_folder_enter, own_folder_leave)

/* ---- names ---------------------------------------------------------------------------------- */

static void test_name_of_a_generation(void **state)
{
	static const struct {
		uint64_t number;
		const char *path;
	} rows[] = {
		{ 1, "/x/db.g000001" },
		{ 999999, "/x/db.g999999" },
		{ 1000000, "/x/db.g1000000" },
		{ UINT64_MAX, "/x/db.g18446744073709551615" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *path = generation_path("/x/db", rows[i].number);

		assert_string_equal(path, rows[i].path);
		free(path);
	}
}

static void test_only_files_of_that_very_name_are_found(void **state)
{
	static const char *const strange[] = {
		"intact.db.g00001",
		"intact.db.g0000001",
		"intact.db.g000000",
		"intact.db.g",
		"intact.db.g000005x",
		"intact.db.g000005\n",
		"intact.db.g-00005",
		"intact.db.g+00005",
		"intact.db.g 00005",
		"intact.db.g0x0005",
		"xintact.db.g000005",
		"intact.dbXg000005",
		"intact.db.G000005",
		"intact.db.g99999999999999999999",
		"intact.db.g000005.g000006",
		".g000005",
		"intact.db.g\xff\xff\xff\xff\xff\xff",
	};
	struct fixture f = { 0 };

	(void)state;
	make("intact.db");
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++)
		make(strange[i]);
	assert_int_equal(symlink("intact.db", "intact.db.g000007"), 0);
	assert_int_equal(mkdir("intact.db.g000008", 0700), 0);
	assert_int_equal(mkfifo("intact.db.g000009", 0600), 0);
	look(&f);
	assert_numbers(&f, "");
	make("intact.db.g000012");
	make("intact.db.g1000000");
	make("intact.db.g000003");
	make("intact.db.g9999999999999999999");
	look(&f);
	assert_numbers(&f, "3 12 1000000 9999999999999999999");
	assert_int_equal(generations_get(&f.store.generations, 12)->number, 12);
	assert_null(generations_get(&f.store.generations, 4));
	generations_release(&f.store.generations);
}

static void test_found_beside_what_a_link_leads_to(void **state)
{
	struct generations g;
	struct intact_error err;

	(void)state;
	assert_int_equal(mkdir("there", 0700), 0);
	make("there/intact.db");
	make("there/intact.db.g000001");
	make("link.g000002");
	assert_int_equal(symlink("there/intact.db", "link"), 0);
	assert_int_equal(generations_find(&g, "link", &err), 0);
	assert_int_equal(g.n, 1);
	assert_int_equal(g.list[0].number, 1);
	generations_release(&g);
	assert_true(generations_find(&g, "no/where", &err) < 0);
	generations_release(&g);
}

static void test_of_too_many_the_newest(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	make("intact.db");
	for (unsigned i = 1; i <= INTACT_GENERATIONS_MAX + 5; i++) {
		char name[32];

		snprintf(name, sizeof(name), "intact.db.g%06u", i);
		make(name);
	}
	look(&f);
	assert_int_equal(f.store.generations.n, INTACT_GENERATIONS_MAX);
	assert_int_equal(f.store.generations.list[0].number, 6);
	generations_release(&f.store.generations);
}

/* ---- keeping -------------------------------------------------------------------------------- */

static void test_the_old_one_is_kept_once(void **state)
{
	struct fixture f = { .config.generations = 10 };
	struct intact_error err;
	struct stat st;

	(void)state;
	make("intact.db");
	look(&f);
	assert_int_equal(store_keep(&f.store, 4, &err), 0);
	assert_int_equal(stat("intact.db.g000004", &st), 0);
	assert_int_equal(st.st_ino, f.store.in.st_ino);
	assert_int_equal(store_keep(&f.store, 5, &err), INTACT_EIO);
	assert_false(is_there("intact.db.g000005"));
	/* A run that was killed has done it. */
	look(&f);
	assert_int_equal(store_keep(&f.store, 4, &err), 0);
	generations_release(&f.store.generations);
}

static void test_nothing_is_kept_where_none_is_wanted(void **state)
{
	struct fixture f = { .config.generations = 0 };
	struct intact_error err;

	(void)state;
	make("intact.db");
	look(&f);
	assert_int_equal(store_keep(&f.store, 1, &err), 0);
	assert_false(is_there("intact.db.g000001"));
	generations_release(&f.store.generations);
}

static void test_nothing_is_kept_over_another(void **state)
{
	static const int errors[] = { 0, EPERM };
	struct fixture f = { .config.generations = 3 };
	struct intact_error err;

	(void)state;
	make("intact.db");
	for (size_t i = 0; i < 2; i++) {
		look(&f);
		/* It came meanwhile. */
		make("intact.db.g000001");
		link_fails = errors[i];
		assert_int_equal(store_keep(&f.store, 1, &err), INTACT_EIO);
		link_fails = 0;
		assert_int_equal(unlink("intact.db.g000001"), 0);
	}
	/* Another baseline than was read. */
	look(&f);
	make("other");
	assert_int_equal(rename("other", "intact.db"), 0);
	assert_int_equal(store_keep(&f.store, 1, &err), INTACT_EIO);
	assert_false(is_there("intact.db.g000001"));
	generations_release(&f.store.generations);
}

static void test_a_copy_where_there_are_no_links(void **state)
{
	static const int none[] = { EPERM, ENOSYS, EOPNOTSUPP, EMLINK };
	struct fixture f = { .config.generations = 3 };
	struct intact_error err;
	char text[32] = "";

	(void)state;
	make("intact.db");
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		FILE *in;

		look(&f);
		link_fails = none[i];
		assert_int_equal(store_keep(&f.store, 1, &err), 0);
		in = fopen("intact.db.g000001", "r");
		assert_non_null(in);
		assert_non_null(fgets(text, sizeof(text), in));
		fclose(in);
		assert_string_equal(text, "intact.db");
		assert_int_equal(unlink("intact.db.g000001"), 0);
	}
	look(&f);
	link_fails = ENOSPC;
	assert_int_equal(store_keep(&f.store, 1, &err), INTACT_EIO);
	link_fails = 0;
	assert_false(is_there("intact.db.g000001"));
	generations_release(&f.store.generations);
}

/* ---- removing ------------------------------------------------------------------------------- */

static const uint64_t all[] = { 1, 2, 3, 4, 77 };

static void five(struct fixture *f, unsigned generations)
{
	struct intact_error err;

	f->config.generations = generations;
	make("intact.db");
	make("intact.db.new");
	for (int i = 1; i <= 4; i++) {
		char name[32];

		snprintf(name, sizeof(name), "intact.db.g00000%d", i);
		make(name);
	}
	look(f);
	assert_int_equal(store_keep(&f->store, 5, &err), 0);
}

/* Whatever is asked for: as many as are wanted stay, the one that was kept now among them. */
static void test_only_the_oldest_go(void **state)
{
	static const struct {
		unsigned generations;
		const char *left;
	} rows[] = { { 10, "1 2 3 4 5" }, { 4, "2 3 4 5" }, { 1, "5" }, { 0, "" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f = { 0 };
		const struct intact_seen seen = { 0 };
		struct intact_error err;

		five(&f, rows[i].generations);
		remembered = 0;
		assert_int_equal(store_settle(&f.store, &seen, false, all, 5, &err), 0);
		assert_int_equal(remembered, 1);
		assert_false(is_there("intact.db.new"));
		assert_true(is_there("intact.db"));
		look(&f);
		assert_numbers(&f, rows[i].left);
		generations_release(&f.store.generations);
		unlink("intact.db.g000005");
	}
}

/* Whoever has accepted a part leaves the rest to be looked at; the generations go all the same. */
static void test_a_reviewed_state_can_be_left(void **state)
{
	struct fixture f = { 0 };
	const struct intact_seen seen = { 0 };
	struct intact_error err;

	(void)state;
	five(&f, 1);
	assert_int_equal(store_ask_settle(&f.store, &seen, true, all, 5, &err), 0);
	assert_true(is_there("intact.db.new"));
	look(&f);
	assert_numbers(&f, "5");
	generations_release(&f.store.generations);
	unlink("intact.db.g000005");
}

static void test_what_was_not_seen_stays(void **state)
{
	static const uint64_t two[] = { 2, 3 };
	struct fixture f = { 0 };
	const struct intact_seen seen = { 0 };
	struct intact_error err;

	(void)state;
	five(&f, 1);
	/* Both were exchanged since. */
	make("a");
	make("b");
	assert_int_equal(rename("a", "intact.db.g000002"), 0);
	assert_int_equal(rename("b", "intact.db.new"), 0);
	assert_int_equal(store_settle(&f.store, &seen, false, two, 2, &err), 0);
	assert_true(is_there("intact.db.new"));
	assert_true(is_there("intact.db.g000002"));
	assert_false(is_there("intact.db.g000003"));
	assert_true(is_there("intact.db.g000001")); /* nobody asked */
	assert_int_equal(store_settle(&f.store, &seen, false, two, 2, &err), INTACT_EIO);
	generations_release(&f.store.generations);
}

/* Whoever took over the run could make an older baseline good again. */
static void test_what_was_seen_never_becomes_less(void **state)
{
	struct fixture f = { .session.in.seen.generation = 5 };
	const struct intact_seen less = { .generation = 4 }, more = { .generation = 6 };
	struct intact_error err;

	(void)state;
	five(&f, 1);
	remembered = 0;
	assert_int_equal(store_settle(&f.store, &less, false, all, 5, &err), INTACT_EIO);
	assert_int_equal(remembered, 0);
	assert_true(is_there("intact.db.new"));
	assert_int_equal(store_settle(&f.store, &more, false, all, 5, &err), 0);
	assert_int_equal(remembered, 1);
	generations_release(&f.store.generations);
	unlink("intact.db.g000005");
}

static void test_nothing_is_removed_before_the_old_one_is_kept(void **state)
{
	struct fixture f = { 0 };
	const struct intact_seen seen = { 0 };
	struct intact_error err;

	(void)state;
	five(&f, 1);
	look(&f);
	assert_int_equal(store_settle(&f.store, &seen, false, all, 5, &err), INTACT_EIO);
	assert_true(is_there("intact.db.new"));
	assert_true(is_there("intact.db.g000001"));
	generations_release(&f.store.generations);
}

/* The clerk's door: lengths that are none. */
static void test_wishes_are_checked(void **state)
{
	struct fixture f = { .config.generations = 3 };
	const struct intact_seen seen = { 0 };
	struct intact_error err;
	char zeros[4096] = "";

	(void)state;
	make("intact.db");
	look(&f);
	for (size_t len = 0; len < sizeof(zeros); len++) {
		if (store_special(&f.store, zeros, len, &err) == 0)
			fail_msg("a wish of %zu bytes was granted", len);
	}
	/* Nothing was kept, so that each of them was refused; these are whole. */
	assert_int_equal(store_ask_keep(&f.store, 1, &err), 0);
	assert_true(is_there("intact.db.g000001"));
	assert_int_equal(store_ask_settle(&f.store, &seen, false, all, 5, &err), 0);
	generations_release(&f.store.generations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_of_a_generation),
		OWN(test_only_files_of_that_very_name_are_found),
		OWN(test_found_beside_what_a_link_leads_to),
		OWN(test_of_too_many_the_newest),
		OWN(test_the_old_one_is_kept_once),
		OWN(test_nothing_is_kept_where_none_is_wanted),
		OWN(test_nothing_is_kept_over_another),
		OWN(test_a_copy_where_there_are_no_links),
		OWN(test_only_the_oldest_go),
		OWN(test_a_reviewed_state_can_be_left),
		OWN(test_what_was_not_seen_stays),
		OWN(test_what_was_seen_never_becomes_less),
		OWN(test_nothing_is_removed_before_the_old_one_is_kept),
		OWN(test_wishes_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
