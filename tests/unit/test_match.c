/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <intact/compare.h>

#define B(id) INTACT_BIT(INTACT_##id)
#define REG (S_IFREG | 0644)

static const uint8_t one[64] = { 1 }, two[64] = { 2 };
static const struct intact_match_options disk = { .disk = true }, databases = { .disk = false };

static char reason[256];

static struct intact_entry file(uint64_t attrs)
{
	return (struct intact_entry){ .path = { "/f", 2 }, .mode = REG, .attrs = attrs };
}

static void set_digest(struct intact_entry *e, unsigned id, const uint8_t *value)
{
	e->digest[intact_attr_get(id)->digest] = value;
}

static int judge(const struct intact_entry *old, const struct intact_entry *new,
		 const struct intact_match_options *options, struct intact_change *c)
{
	const struct intact_pair pair = { .old = old, .new = new };

	return intact_match_pair(&pair, options, reason, sizeof(reason), c);
}

static void expect(const struct intact_entry *old, const struct intact_entry *new,
		   const struct intact_match_options *options, enum intact_change_kind kind,
		   uint64_t changed, uint64_t unverified, const char *why)
{
	struct intact_change c;
	int kept = judge(old, new, options, &c);

	assert_int_equal(c.kind, kind);
	assert_int_equal(c.changed, changed);
	assert_int_equal(c.unverified, unverified);
	if (why)
		assert_string_equal(c.reason, why);
	else
		assert_null(c.reason);
	assert_true(c.old == old && c.new == new);
	if (kind != INTACT_SAME || unverified)
		assert_int_equal(kept, 1);
}

/* ---- plain comparison ---- */

static void test_match_drops_an_equal_pair(void **state)
{
	struct intact_entry old = file(B(PERM) | B(SIZE) | B(SHA256)), new;
	struct intact_change c;

	(void)state;
	set_digest(&old, INTACT_SHA256, one);
	new = old;
	assert_int_equal(judge(&old, &new, &disk, &c), 0);
	assert_int_equal(c.kind, INTACT_SAME);
	assert_false(c.hidden);
}

static void test_match_finds_each_changed_attribute(void **state)
{
	struct intact_entry old = file(B(PERM) | B(UID) | B(SIZE)), new = old;

	(void)state;
	new.mode |= S_ISUID;
	expect(&old, &new, &disk, INTACT_CHANGED, B(PERM), 0, NULL);
	new.uid = 7;
	new.size = 3;
	expect(&old, &new, &disk, INTACT_CHANGED, B(PERM) | B(UID) | B(SIZE), 0, NULL);
}

static void test_match_ignores_what_no_rule_asks_for(void **state)
{
	struct intact_entry old = file(B(PERM)), new = old;
	struct intact_change c;

	(void)state;
	new.uid = 7;
	new.ino = 9;
	assert_int_equal(judge(&old, &new, &disk, &c), 0);
}

static void test_match_keeps_a_pair_that_is_asked_for_differently(void **state)
{
	struct intact_entry old = file(B(PERM) | B(UID)), new = file(B(PERM));
	struct intact_change c;

	(void)state;
	new.uid = 7; /* no longer asked for */
	assert_int_equal(judge(&old, &new, &disk, &c), 1);
	assert_int_equal(c.kind, INTACT_SAME);
	assert_int_equal(c.unverified, 0);
}

static void test_match_takes_a_lost_capability_for_a_change(void **state)
{
	struct intact_entry old = file(B(CAPS)), new = old;

	(void)state;
	old.caps = (struct intact_str){ "cap_net_raw=ep", 14 };
	expect(&old, &new, &disk, INTACT_CHANGED, B(CAPS), 0, NULL);
	expect(&new, &old, &disk, INTACT_CHANGED, B(CAPS), 0, NULL);
}

/* ---- type ---- */

static void test_match_never_passes_another_type_of_object(void **state)
{
	struct intact_entry old = file(B(SHA256)), new = file(0);

	(void)state;
	set_digest(&old, INTACT_SHA256, one);
	new.mode = S_IFLNK | 0777;
	expect(&old, &new, &disk, INTACT_CHANGED, B(FTYPE), 0, NULL);
	/* What only the new type has cannot be in the baseline. */
	new.attrs = B(LINK) | B(PERM);
	old.attrs |= B(PERM);
	expect(&old, &new, &disk, INTACT_CHANGED, B(FTYPE) | B(PERM), 0, NULL);
	/* Vanished before anybody saw what it was. */
	new.mode = 0;
	new.attrs = new.failed = B(PERM);
	new.problem = "vanished";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(PERM), "vanished");
	new.problem = NULL;
	new.failed = 0;
	expect(&old, &new, &disk, INTACT_CHANGED, B(FTYPE) | B(PERM), 0, NULL);
}

static void test_match_compares_the_type_also_if_the_baseline_did_not_ask(void **state)
{
	struct intact_entry old = file(B(PERM)), new = file(B(PERM) | B(FTYPE));

	(void)state;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
}

/* ---- unverified ---- */

static void test_match_reports_what_could_not_be_measured(void **state)
{
	struct intact_entry old = file(B(PERM) | B(SHA256)), new = old;

	(void)state;
	set_digest(&old, INTACT_SHA256, one);
	new.failed = B(SHA256);
	new.problem = "open: Permission denied";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "open: Permission denied");
	new.mode |= S_ISUID;
	expect(&old, &new, &disk, INTACT_CHANGED, B(PERM), B(SHA256), "open: Permission denied");
	new.problem = NULL;
	expect(&old, &new, &disk, INTACT_CHANGED, B(PERM), B(SHA256), "could not be measured");
}

static void test_match_reports_what_the_baseline_does_not_have(void **state)
{
	struct intact_entry old = file(B(PERM)), new = file(B(PERM) | B(UID) | B(ACL));

	(void)state;
	expect(&old, &new, &disk, INTACT_SAME, 0, B(UID) | B(ACL), "not in the baseline: u+acl");
	/* Asked for then, and failed then. */
	old.attrs = new.attrs;
	old.failed = B(ACL);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(ACL), "not in the baseline: acl");
}

static void test_match_reports_support_that_vanished(void **state)
{
	struct intact_entry old = file(B(PERM) | B(ACL)), new = file(B(PERM));

	(void)state;
	new.unsupported = B(ACL) | B(XATTRS);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(ACL), "this file system does not support: acl");
}

static void test_match_joins_several_reasons(void **state)
{
	struct intact_entry old = file(B(PERM) | B(E2FSATTRS)),
			    new = file(B(PERM) | B(UID) | B(ACL));

	(void)state;
	new.failed = B(ACL);
	new.problem = "acl: EIO";
	new.unsupported = B(E2FSATTRS);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(ACL) | B(UID) | B(E2FSATTRS),
	       "acl: EIO; not in the baseline: u; this file system does not support: e2fsattrs");
}

static void test_match_takes_a_problem_without_attributes_for_the_whole_entry(void **state)
{
	struct intact_entry old = file(B(PERM)), new = old;

	(void)state;
	new.problem = "rules:3: pattern too costly";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(NAME), "rules:3: pattern too costly");
	expect(NULL, &new, &disk, INTACT_ADDED, 0, B(NAME), "rules:3: pattern too costly");
}

static void test_match_never_counts_special_attributes(void **state)
{
	uint64_t special = B(NAME) | B(CHECK_INODE) | B(ALLOW_NEW) | B(ALLOW_REMOVED) | B(GROWING) |
			   B(COMPRESSED);
	struct intact_entry old = file(B(PERM)), new = file(B(PERM) | special);

	(void)state;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	new.failed = special;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
}

static void test_match_passes_over_bits_that_stand_for_nothing(void **state)
{
	const uint64_t unknown = (uint64_t)1 << 63;
	struct intact_entry old = file(B(PERM) | unknown), new = old;

	(void)state;
	assert_null(intact_attr_get(63));
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	old.attrs = B(PERM);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	old.failed = new.failed = unknown;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	new.mode |= 02;
	expect(&old, &new, &disk, INTACT_CHANGED, B(PERM), 0, NULL);
}

/* Only where a problem says why may a type be missing. */
static void test_match_takes_an_object_without_type_for_another(void **state)
{
	struct intact_entry old = file(0), new = old;

	(void)state;
	new.mode = 0;
	expect(&old, &new, &disk, INTACT_CHANGED, B(FTYPE), 0, NULL);
	new.problem = "it vanished";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(NAME), "it vanished");
}

static void test_match_accepts_what_aides_text_cannot_hold(void **state)
{
	struct intact_entry old = file(B(PERM)), new = file(B(PERM) | B(CAPS) | B(SELINUX));

	(void)state;
	expect(&old, &new, &disk, INTACT_SAME, 0, B(CAPS) | B(SELINUX),
	       "not in the baseline: selinux+caps");
	old.flags = INTACT_ENTRY_SECONDS;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	new.caps = (struct intact_str){ "cap_net_raw=ep", 14 };
	expect(&old, &new, &disk, INTACT_SAME, 0, B(CAPS), "not in the baseline: caps");

	old.mode = new.mode = S_IFCHR | 0600;
	old.attrs = B(FTYPE);
	new.attrs = B(FTYPE) | B(RDEV);
	new.rdev = 7;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	old.flags = 0;
	expect(&old, &new, &disk, INTACT_SAME, 0, B(RDEV), "not in the baseline: rdev");
}

static void test_match_cuts_a_reason_that_does_not_fit(void **state)
{
	struct intact_entry old = file(B(PERM)), new = file(B(PERM) | B(UID));
	const struct intact_pair pair = { .old = &old, .new = &new };
	struct intact_change c;
	char small[64], whole[64];

	(void)state;
	new.problem = "abcdefg";
	assert_int_equal(intact_match_pair(&pair, &disk, whole, sizeof(whole), &c), 1);
	assert_string_equal(whole, "abcdefg; not in the baseline: u");
	for (size_t size = 0; size <= sizeof(small); size++) {
		memset(small, 'x', sizeof(small));
		assert_int_equal(intact_match_pair(&pair, &disk, small, size, &c), 1);
		assert_non_null(c.reason);
		if (size) {
			assert_int_equal(strlen(small),
					 strlen(whole) < size ? strlen(whole) : size - 1);
			assert_memory_equal(small, whole, strlen(small));
		}
		for (size_t i = size; i < sizeof(small); i++)
			assert_int_equal(small[i], 'x');
	}
}

/* ---- digests ---- */

static void test_match_verifies_content_by_any_common_digest(void **state)
{
	struct intact_entry old = file(B(MD5)), new = file(B(MD5) | B(SHA256));

	(void)state;
	set_digest(&old, INTACT_MD5, one);
	set_digest(&new, INTACT_MD5, one);
	set_digest(&new, INTACT_SHA256, two);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	set_digest(&new, INTACT_MD5, two);
	expect(&old, &new, &disk, INTACT_CHANGED, B(MD5), 0, NULL);
}

static void test_match_compares_the_old_digest_of_a_transition(void **state)
{
	struct intact_entry old = file(B(MD5)), new = file(B(SHA256));

	(void)state;
	set_digest(&old, INTACT_MD5, one);
	set_digest(&new, INTACT_SHA256, two);
	expect(&old, &new, &databases, INTACT_SAME, 0, B(SHA256), "not in the baseline: sha256");
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256),
	       "not in the baseline: sha256; this build cannot compute: md5");
	set_digest(&new, INTACT_MD5, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	set_digest(&new, INTACT_MD5, two);
	expect(&old, &new, &disk, INTACT_CHANGED, B(MD5), 0, NULL);
}

static void test_match_takes_no_check_sum_for_a_digest_it_cannot_compute(void **state)
{
	struct intact_entry old = file(B(CRC32) | B(TIGER)), new = file(B(SHA256));

	(void)state;
	set_digest(&old, INTACT_CRC32, one);
	set_digest(&old, INTACT_TIGER, one);
	set_digest(&new, INTACT_SHA256, one);
	set_digest(&new, INTACT_CRC32, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256),
	       "not in the baseline: sha256; this build cannot compute: tiger");
	old.attrs |= B(HAVAL);
	set_digest(&old, INTACT_HAVAL, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256),
	       "not in the baseline: sha256; this build cannot compute: tiger+haval");
	old.attrs &= ~B(HAVAL);
	set_digest(&old, INTACT_HAVAL, NULL);
	set_digest(&new, INTACT_TIGER, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	/* All that the baseline has. */
	old.attrs = B(CRC32);
	set_digest(&old, INTACT_TIGER, NULL);
	set_digest(&new, INTACT_TIGER, NULL);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	/* All that the rule asks for. */
	old.attrs = B(CRC32) | B(TIGER);
	set_digest(&old, INTACT_TIGER, one);
	new.attrs = B(CRC32);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	/* What failed has its own reason. */
	new.attrs = B(SHA256);
	new.failed = B(SHA256);
	new.problem = "read: Input/output error";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "read: Input/output error");
}

static void test_match_takes_either_value_of_a_digest_that_has_two(void **state)
{
	struct intact_entry old = file(B(GOST) | B(GROWING)), new = old;
	const struct intact_attr *gost = intact_attr_get(INTACT_GOST);

	(void)state;
	set_digest(&old, INTACT_GOST, one);
	set_digest(&new, INTACT_GOST, two);
	expect(&old, &new, &disk, INTACT_CHANGED, B(GOST), 0, NULL);
	new.digest[gost->other] = two;
	expect(&old, &new, &disk, INTACT_CHANGED, B(GOST), 0, NULL);
	new.digest[gost->other] = one;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	/* The same for what was there before a file grew. */
	new.digest[gost->other] = two;
	new.flags = INTACT_ENTRY_PREFIX;
	new.prefix_size = old.size = 4;
	new.size = 9;
	new.digest_prefix[gost->digest] = two;
	expect(&old, &new, &disk, INTACT_CHANGED, B(GOST), 0, NULL);
	new.digest_prefix[gost->other] = one;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
}

static void test_match_does_not_forgive_a_failed_digest(void **state)
{
	struct intact_entry old = file(B(MD5) | B(SHA256)), new = old;

	(void)state;
	set_digest(&old, INTACT_MD5, one);
	set_digest(&old, INTACT_SHA256, one);
	set_digest(&new, INTACT_MD5, one);
	new.failed = B(SHA256);
	new.problem = "sha256: not available";
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "sha256: not available");
}

static void test_match_does_not_forgive_a_digest_that_the_baseline_lost(void **state)
{
	struct intact_entry old = file(B(MD5) | B(SHA256)), new = old;

	(void)state;
	set_digest(&old, INTACT_MD5, one);
	old.failed = B(SHA256);
	set_digest(&new, INTACT_MD5, one);
	set_digest(&new, INTACT_SHA256, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "not in the baseline: sha256");
}

static void test_match_sees_a_digest_without_bytes_as_missing(void **state)
{
	struct intact_entry old = file(B(SHA256)), new = old;

	(void)state;
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "could not be measured");
	set_digest(&new, INTACT_SHA256, one);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SHA256), "not in the baseline: sha256");
}

/* ---- S and growing ---- */

static void test_match_lets_the_size_under_S_grow_but_not_shrink(void **state)
{
	struct intact_entry old = file(B(SIZE_GROWING)), new = old;

	(void)state;
	old.size = 4;
	new.size = 9;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	new.size = 4;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	new.size = 3;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SIZE_GROWING), 0, NULL);
	/* The size is in the baseline if s was asked for then. */
	old.attrs = B(SIZE);
	expect(&old, &new, &disk, INTACT_CHANGED, B(SIZE_GROWING), 0, NULL);
	old.attrs = B(PERM);
	expect(&old, &new, &disk, INTACT_SAME, 0, B(SIZE_GROWING), "not in the baseline: S");
}

static void test_match_lets_a_growing_file_go_up_only(void **state)
{
	uint64_t attrs = B(SIZE) | B(BLOCKS) | B(MTIME) | B(CTIME) | B(ATIME) | B(UID);
	struct intact_entry old = file(attrs | B(GROWING)), new = old, other;

	(void)state;
	new.size = new.blocks = 8;
	new.mtime.nsec = new.ctime.nsec = 1;
	new.atime.sec = 1;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	expect(&old, &new, &databases, INTACT_SAME, 0, 0, NULL);
	/* The other way round everything is a change. */
	expect(&new, &old, &disk, INTACT_CHANGED,
	       B(SIZE) | B(BLOCKS) | B(MTIME) | B(CTIME) | B(ATIME), 0, NULL);
	new.uid = 1;
	expect(&old, &new, &disk, INTACT_CHANGED, B(UID), 0, NULL);
	/* Only the old rule counts. */
	new.uid = 0;
	other = old;
	other.attrs = attrs;
	new.attrs |= B(GROWING);
	expect(&other, &new, &disk, INTACT_CHANGED,
	       B(SIZE) | B(BLOCKS) | B(MTIME) | B(CTIME) | B(ATIME), 0, NULL);
}

static void growing_pair(struct intact_entry *old, struct intact_entry *new)
{
	*old = *new = file(B(SIZE) | B(SHA256) | B(GROWING));
	set_digest(old, INTACT_SHA256, one);
	set_digest(new, INTACT_SHA256, two);
	old->size = 4;
	new->size = 6;
	new->flags = INTACT_ENTRY_PREFIX;
	new->prefix_size = 4;
	new->digest_prefix[intact_attr_get(INTACT_SHA256)->digest] = one;
}

static void test_match_compares_the_old_content_of_a_growing_file(void **state)
{
	struct intact_entry old, new;
	unsigned sha256 = (unsigned)intact_attr_get(INTACT_SHA256)->digest;

	(void)state;
	growing_pair(&old, &new);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	expect(&old, &new, &databases, INTACT_CHANGED, B(SHA256), 0, NULL);

	new.digest_prefix[sha256] = two;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SHA256), 0, NULL);
	growing_pair(&old, &new);
	new.prefix_size = 5;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SHA256), 0, NULL);
	growing_pair(&old, &new);
	new.digest_prefix[sha256] = NULL;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SHA256), 0, NULL);
	growing_pair(&old, &new);
	new.flags = 0;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SHA256), 0, NULL);
	/* Same size, other content. */
	growing_pair(&old, &new);
	new.size = 4;
	expect(&old, &new, &disk, INTACT_CHANGED, B(SHA256), 0, NULL);
}

static void test_match_lets_an_empty_growing_file_fill(void **state)
{
	struct intact_entry old, new;

	(void)state;
	growing_pair(&old, &new);
	old.size = 0;
	new.flags = 0;
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	/* The size is recorded with the digest, asked for or not. */
	old.attrs &= ~B(SIZE);
	new.attrs &= ~B(SIZE);
	expect(&old, &new, &disk, INTACT_SAME, 0, 0, NULL);
	expect(&old, &new, &databases, INTACT_CHANGED, B(SHA256), 0, NULL);
}

/* ---- one side only ---- */

static void test_match_adds_and_removes(void **state)
{
	struct intact_entry e = file(B(PERM));
	struct intact_change c;

	(void)state;
	expect(NULL, &e, &disk, INTACT_ADDED, 0, 0, NULL);
	expect(&e, NULL, &disk, INTACT_REMOVED, 0, 0, NULL);
	e.attrs |= B(ALLOW_NEW);
	judge(NULL, &e, &disk, &c);
	assert_true(c.hidden);
	judge(&e, NULL, &disk, &c);
	assert_false(c.hidden);
	e.attrs = B(ALLOW_REMOVED);
	judge(NULL, &e, &disk, &c);
	assert_false(c.hidden);
	judge(&e, NULL, &disk, &c);
	assert_true(c.hidden);
}

static void test_match_hides_no_failure_of_an_added_entry(void **state)
{
	struct intact_entry e = file(B(PERM) | B(SHA256) | B(ALLOW_NEW));

	(void)state;
	e.failed = B(SHA256);
	e.problem = "read: EIO";
	expect(NULL, &e, &disk, INTACT_ADDED, 0, B(SHA256), "read: EIO");
}

static void test_match_leaves_what_is_behind_a_gap_unverified(void **state)
{
	struct intact_entry e = file(B(PERM) | B(ALLOW_REMOVED));
	struct intact_pair pair = { .old = &e, .gap = "closed" };
	struct intact_change c;

	(void)state;
	assert_int_equal(intact_match_pair(&pair, &disk, reason, sizeof(reason), &c), 1);
	assert_int_equal(c.kind, INTACT_SAME);
	assert_int_equal(c.unverified, B(NAME));
	assert_string_equal(c.reason, "closed");
	assert_false(c.hidden);

	pair = (struct intact_pair){ .old = &e, .outside = true };
	assert_int_equal(intact_match_pair(&pair, &disk, reason, sizeof(reason), &c), 0);
	assert_int_equal(c.unverified, 0);
}

static void test_match_reports_a_gap(void **state)
{
	struct intact_entry e = { .path = { "/d", 2 },
				  .flags = INTACT_ENTRY_GAP,
				  .problem = "open: EACCES" };

	(void)state;
	expect(NULL, &e, &disk, INTACT_GAP, 0, B(NAME), "open: EACCES");
	e.problem = NULL;
	expect(NULL, &e, &disk, INTACT_GAP, 0, B(NAME), "names may be missing here");
}

/* ---- every row ---- */

/* Asked for on both sides and measured on one: never silently equal, whatever the attribute. */
static void test_match_verifies_no_attribute_without_two_values(void **state)
{
	(void)state;
	for (unsigned id = 1; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);
		struct intact_entry old = file(INTACT_BIT(id)), new = old;
		struct intact_change c;

		if (!row || row->kind == INTACT_KIND_NONE || id == INTACT_FTYPE)
			continue;
		if (!(row->types & INTACT_FT_REG))
			old.mode = new.mode = (id == INTACT_LINK ? S_IFLNK : S_IFBLK) | 0600;
		new.failed = INTACT_BIT(id);
		new.problem = "why";
		assert_int_equal(judge(&old, &new, &disk, &c), 1);
		assert_int_equal(c.unverified, INTACT_BIT(id));
		new.failed = 0;
		new.problem = NULL;
		if (row->kind == INTACT_KIND_DIGEST)
			set_digest(&new, id, one);
		old.attrs = 0;
		assert_int_equal(judge(&old, &new, &disk, &c), 1);
		assert_int_equal(c.unverified, INTACT_BIT(id));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_drops_an_equal_pair),
		cmocka_unit_test(test_match_finds_each_changed_attribute),
		cmocka_unit_test(test_match_ignores_what_no_rule_asks_for),
		cmocka_unit_test(test_match_keeps_a_pair_that_is_asked_for_differently),
		cmocka_unit_test(test_match_takes_a_lost_capability_for_a_change),
		cmocka_unit_test(test_match_never_passes_another_type_of_object),
		cmocka_unit_test(test_match_compares_the_type_also_if_the_baseline_did_not_ask),
		cmocka_unit_test(test_match_reports_what_could_not_be_measured),
		cmocka_unit_test(test_match_reports_what_the_baseline_does_not_have),
		cmocka_unit_test(test_match_reports_support_that_vanished),
		cmocka_unit_test(test_match_joins_several_reasons),
		cmocka_unit_test(test_match_takes_a_problem_without_attributes_for_the_whole_entry),
		cmocka_unit_test(test_match_never_counts_special_attributes),
		cmocka_unit_test(test_match_passes_over_bits_that_stand_for_nothing),
		cmocka_unit_test(test_match_takes_an_object_without_type_for_another),
		cmocka_unit_test(test_match_accepts_what_aides_text_cannot_hold),
		cmocka_unit_test(test_match_cuts_a_reason_that_does_not_fit),
		cmocka_unit_test(test_match_verifies_content_by_any_common_digest),
		cmocka_unit_test(test_match_compares_the_old_digest_of_a_transition),
		cmocka_unit_test(test_match_takes_no_check_sum_for_a_digest_it_cannot_compute),
		cmocka_unit_test(test_match_takes_either_value_of_a_digest_that_has_two),
		cmocka_unit_test(test_match_does_not_forgive_a_failed_digest),
		cmocka_unit_test(test_match_does_not_forgive_a_digest_that_the_baseline_lost),
		cmocka_unit_test(test_match_sees_a_digest_without_bytes_as_missing),
		cmocka_unit_test(test_match_lets_the_size_under_S_grow_but_not_shrink),
		cmocka_unit_test(test_match_lets_a_growing_file_go_up_only),
		cmocka_unit_test(test_match_compares_the_old_content_of_a_growing_file),
		cmocka_unit_test(test_match_lets_an_empty_growing_file_fill),
		cmocka_unit_test(test_match_adds_and_removes),
		cmocka_unit_test(test_match_hides_no_failure_of_an_added_entry),
		cmocka_unit_test(test_match_leaves_what_is_behind_a_gap_unverified),
		cmocka_unit_test(test_match_reports_a_gap),
		cmocka_unit_test(test_match_verifies_no_attribute_without_two_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
