/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What is explained and what is not, over made-up records and contents.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "packages/manager.h"
#include "tests/unit/sample_report.h"

#define BIT(id) INTACT_BIT(INTACT_##id)
#define INODE (BIT(PERM) | BIT(UID) | BIT(GID) | BIT(SIZE) | BIT(MTIME) | BIT(CTIME) | BIT(INODE))
#define FILE_ATTRS (INODE | BIT(SHA256) | BIT(FTYPE))
#define REPLACED (BIT(MTIME) | BIT(CTIME) | BIT(INODE) | BIT(SHA256) | BIT(SIZE))

/* ---- records ---- */

/* Package 0 was worked on at 1000, package 1 at 2000. */
static const struct {
	const char *path;
	uint32_t package;
	char sum; /* of all bytes; 0: none */
	bool config;
	uint32_t mode; /* of an override for 5:6; 0: none */
	/* In the package itself: mode with type, of 0:8; 0: it is not there.  The content is 'p',
	 * the target "/p". */
	uint32_t shipped;
	/* In a record that has more than sums: mode with type, of 0:8, caps "cap_chown=ep" with
	 * S_ISUID; the target is "/p", the sum a SHA-256.  0: there is none. */
	uint32_t recorded;
} known[] = {
	{ "/ship/conf", 0, 'c', true, 0, S_IFREG | 0644, 0 },
	{ "/ship/file", 0, 'a', false, 0, S_IFREG | 04750, 0 },
	{ "/ship/folder", 0, 0, false, 0, S_IFDIR | 01770, 0 },
	{ "/ship/gone", INTACT_NO_PACKAGE, 0, false, 0, S_IFREG | 0644, 0 },
	{ "/ship/link", 0, 0, false, 0, S_IFLNK | 0777, 0 },
	{ "/rpm/conf", 0, 'c', true, 0, 0, S_IFREG | 0644 },
	{ "/rpm/file", 0, 'a', false, 0, 0, S_IFREG | 04750 },
	{ "/rpm/folder", 0, 0, false, 0, 0, S_IFDIR | 01770 },
	{ "/rpm/ghost", 0, 0, false, 0, 0, S_IFREG | 01 },
	{ "/rpm/link", 0, 0, false, 0, 0, S_IFLNK | 0777 },
	{ "/rpm/nosum", 0, 0, false, 0, 0, S_IFREG | 0644 },
	{ "/bin", 0, 0, false, 0, 0, 0 },
	{ "/bin/a", 0, 'a', false, 0, 0, 0 },
	{ "/bin/b", 0, 'b', false, 0, 0, 0 },
	{ "/bin/link", 0, 0, false, 0, 0, 0 },
	{ "/bin/nosum", 0, 0, false, 0, 0, 0 },
	{ "/bin/set", 0, 'a', false, 04750, 0, 0 },
	{ "/etc/conf", 0, 'c', true, 0, 0, 0 },
	{ "/new", 0, 0, false, 0, 0, 0 },
	{ "/other", 1, 0, false, 0, 0, 0 },
	{ "/other/a", 1, 'a', false, 0, 0, 0 },
};

static struct intact_shipped shipped(const struct intact_record *r, uint32_t mode)
{
	bool same = true;

	if (S_ISREG(mode))
		same = r->digest && r->digest_id == INTACT_SHA256 && r->digest[0] == 'p';
	if (S_ISLNK(mode))
		same = r->link.s && strcmp(r->link.s, "/p") == 0;
	return (struct intact_shipped){
		.known = true, .same = same, .mode = mode, .uid = 0, .gid = 8
	};
}

static struct intact_recorded recorded(const struct intact_record *r, uint32_t mode)
{
	return (struct intact_recorded){
		.known = true,
		.same = r->link.s && strcmp(r->link.s, "/p") == 0,
		.has_mode = true,
		.has_uid = true,
		.has_gid = true,
		.mode = mode,
		.gid = 8,
		.caps = mode & S_ISUID ? "cap_chown=ep" : "",
	};
}

static int look_up(struct intact_packages *p, struct intact_record *records, size_t n,
		   struct intact_error *err)
{
	(void)p;
	(void)err;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct intact_record *r =
			packages_find(records, n, known[i].path, strlen(known[i].path));

		if (!r)
			continue;
		r->package = known[i].package;
		/* What is gone is found in an earlier version. */
		if (r->package == INTACT_NO_PACKAGE)
			r->package = r->gone ? 1 : r->package;
		r->has_sum = known[i].sum;
		r->sum_id = INTACT_MD5;
		memset(r->sum, known[i].sum, 16);
		if (known[i].recorded) {
			r->sum_id = INTACT_SHA256;
			memset(r->sum, known[i].sum, 32);
			r->recorded = recorded(r, known[i].recorded);
			r->optional = known[i].recorded == (S_IFREG | 01);
		}
		r->config = known[i].config;
		r->began = known[i].package ? 0 : 900;
		r->ended = known[i].package ? 2000 : 1000;
		r->has_override = known[i].mode;
		r->mode = known[i].mode;
		r->uid = 5;
		r->gid = 6;
		if (r->asked && known[i].shipped)
			r->shipped = shipped(r, known[i].shipped);
	}
	return 0;
}

static void release(struct intact_packages *p)
{
	(void)p;
}

static const struct package_manager manager = { "made up", NULL, look_up, NULL, release };

static struct intact_packages *make_packages(void)
{
	struct intact_packages *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->manager = &manager;
	assert_int_equal(packages_add(p, "zero", 4, "1", 1, NULL), 0);
	assert_int_equal(packages_add(p, "one", 3, "1", 1, NULL), 0);
	p->work[0].ended = 1000;
	p->work[1].ended = 2000;
	return p;
}

/* ---- contents ---- */

#define LOST 999

static unsigned reads;

/* The number of the inode is the content. */
static int whole(struct intact_contents *c, const struct intact_entry *e, uint64_t mask,
		 uint8_t ret[INTACT_DIGEST_MAX][64], struct intact_error *err)
{
	(void)c;
	(void)err;
	assert_true(mask == BIT(MD5) || mask == BIT(SHA256));
	reads++;
	if (mask == BIT(MD5))
		memset(ret[intact_attr_get(INTACT_MD5)->digest], (int)e->ino, 16);
	else
		memset(ret[intact_attr_get(INTACT_SHA256)->digest], (int)e->ino, 32);
	return e->ino != LOST;
}

static struct intact_contents contents = { NULL, NULL, NULL, whole, NULL };

/* ---- changes ---- */

static const uint8_t digest[32];

static struct intact_entry entry(const char *path, uint32_t mode, uint64_t content)
{
	struct intact_entry e = {
		.path = { path, strlen(path) },
		.mode = mode,
		.ino = content,
		.attrs = S_ISREG(mode) ? FILE_ATTRS : INODE | BIT(FTYPE),
	};

	if (S_ISREG(mode))
		e.digest[intact_attr_get(INTACT_SHA256)->digest] = digest;
	return e;
}

static struct intact_entry link_to(const char *path, const char *target)
{
	struct intact_entry e = entry(path, S_IFLNK | 0777, 1);

	e.attrs |= BIT(LINK);
	e.link = (struct intact_str){ target, strlen(target) };
	return e;
}

static struct intact_change added(const struct intact_entry *e)
{
	return (struct intact_change){ .kind = INTACT_ADDED, .new = e };
}

static struct intact_change removed(const struct intact_entry *e)
{
	return (struct intact_change){ .kind = INTACT_REMOVED, .old = e };
}

static struct intact_change changed(const struct intact_entry *old, const struct intact_entry *new,
				    uint64_t attrs)
{
	return (struct intact_change){
		.kind = INTACT_CHANGED, .old = old, .new = new, .changed = attrs
	};
}

/* "explained zero md5 ", "unexplained - NUMBER OF WHY ". */
static void describe(const struct intact_explanation *e, struct buf *out)
{
	static const char *const names[] = { "zero", "one" };

	assert_non_null(e);
	buf_printf(out, "%s%s %s ", out->len ? "; " : "",
		   intact_explained_name((enum intact_explained)e->verdict),
		   e->package == INTACT_NO_PACKAGE ? "-" : names[e->package]);
	if (e->verdict == INTACT_EXPLAINED)
		buf_add_str(out, intact_proof_name((enum intact_proof)e->proof));
	else
		buf_add_str(out, intact_why_text((enum intact_why)e->why));
}

static void expect(const struct intact_change *changes, size_t n, const char *want)
{
	struct intact_changes *list = sample_changes(changes, n);
	struct intact_packages *p = make_packages();
	struct intact_changes_iter *it;
	const struct intact_change *c;
	struct buf got = { 0 };

	reads = 0;
	assert_int_equal(intact_packages_explain(p, list, &contents, NULL), 0);
	assert_int_equal(intact_changes_iter_new(list, &it, NULL), 0);
	while (intact_changes_iter_next(it, &c, NULL) > 0)
		describe(c->explanation, &got);
	assert_string_equal(got.data, want);
	buf_release(&got);
	intact_changes_iter_free(it);
	intact_changes_free(list);
	intact_packages_close(p);
}

static void expect_one(struct intact_change change, const char *want)
{
	expect(&change, 1, want);
}

#define NO_PACKAGE "unexplained - no package has it"
#define ATTRS "unexplained zero its mode, owner or the like is not in the package's record"
#define CONTENT "contradicted zero NOT the content that the package ships"
#define FOLDER "unexplained zero packages do not account for all that happened in it"

/* ---- files ---- */

static void test_explain_a_file_by_its_content(void **state)
{
	struct intact_entry old = entry("/bin/a", S_IFREG | 0755, 'x');
	struct intact_entry new = entry("/bin/a", S_IFREG | 0755, 'a');

	(void)state;
	expect_one(added(&new), "explained zero md5");
	expect_one(changed(&old, &new, REPLACED), "explained zero md5");
	expect_one(changed(&new, &new, BIT(MTIME) | BIT(CTIME)), "explained zero md5");
	assert_int_equal(reads, 1);
	/* Loud, whatever else is known. */
	expect_one(added(&old), CONTENT);
	expect_one(changed(&new, &old, BIT(SHA256)), CONTENT);
	expect_one(changed(&new, &old, BIT(SHA256) | BIT(PERM)), CONTENT);
}

static void test_explain_nothing_by_the_name_of_a_file(void **state)
{
	struct intact_entry bare = entry("/bin/nosum", S_IFREG | 0755, 'a');
	struct intact_entry lost = entry("/bin/a", S_IFREG | 0755, LOST);
	struct intact_entry unmeasured = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_entry nobodys = entry("/bin/c", S_IFREG | 0755, 'a');

	(void)state;
	unmeasured.attrs &= ~BIT(SHA256);
	expect_one(added(&bare), "unexplained zero the record of the package has no sum of it");
	expect_one(added(&lost), "unexplained zero it could not be read again as it was measured");
	expect_one(added(&unmeasured),
		   "unexplained zero no digest was measured that could be proven");
	expect_one(added(&nobodys), NO_PACKAGE);
	unmeasured.attrs |= BIT(SHA256);
	unmeasured.failed = BIT(SHA256);
	expect_one(added(&unmeasured),
		   "unexplained zero no digest was measured that could be proven");
	assert_int_equal(reads, 0);
}

static void test_explain_nothing_that_is_unverified(void **state)
{
	struct intact_entry e = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_change c = added(&e);

	(void)state;
	c.unverified = BIT(ACL);
	c.reason = "no";
	expect_one(c, "unexplained zero part of it could not be verified");
	e.ino = 'b';
	expect_one(c, CONTENT);
}

static void test_explain_a_configuration_file_only_as_shipped(void **state)
{
	struct intact_entry same = entry("/etc/conf", S_IFREG | 0644, 'c');
	struct intact_entry edited = entry("/etc/conf", S_IFREG | 0644, 'x');

	(void)state;
	expect_one(added(&same), "explained zero md5");
	expect_one(changed(&same, &edited, BIT(SHA256)),
		   "unexplained zero a configuration file, not as the package ships it");
	expect_one(removed(&same),
		   "unexplained zero a configuration file, not as the package ships it");
}

/* What no record has stays unexplained, however good the content is. */
static void test_explain_no_rights(void **state)
{
	static const uint64_t attrs[] = { BIT(PERM), BIT(UID),	    BIT(GID),	 BIT(NLINK),
					  BIT(ACL),  BIT(CAPS),	    BIT(XATTRS), BIT(SELINUX),
					  BIT(DEV),  BIT(E2FSATTRS) };
	struct intact_entry e = entry("/bin/a", S_IFREG | 0755, 'a');

	(void)state;
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		expect_one(changed(&e, &e, REPLACED | attrs[i]), ATTRS);
	for (unsigned bit = 0; bit < 5; bit++) {
		static const uint32_t modes[] = { 04755, 02755, 0775, 0757, 0777 };
		struct intact_entry open = entry("/bin/a", S_IFREG | modes[bit], 'a');

		expect_one(added(&open), ATTRS);
		expect_one(changed(&open, &open, REPLACED), "explained zero md5");
	}
}

static void test_explain_no_other_owner_or_label_of_what_is_new(void **state)
{
	static const struct intact_xattr label = { { "security.selinux", 16 }, { "x", 1 } },
					 other = { { "user.x", 6 }, { "x", 1 } };
	struct intact_entry e = entry("/bin/a", S_IFREG | 0755, 'a');

	(void)state;
	e.uid = 1000;
	expect_one(added(&e), ATTRS);
	e.uid = 0;
	e.gid = 4;
	expect_one(added(&e), ATTRS);
	e.gid = 0;
	e.caps = (struct intact_str){ "=ep", 3 };
	expect_one(added(&e), ATTRS);
	e.caps.s = NULL;
	e.acl_access = (struct intact_str){ "user::rwx\ngroup::r-x\nother::r-x\n", 32 };
	expect_one(added(&e), "explained zero md5");
	e.acl_access = (struct intact_str){ "user::rwx\nuser:7:rwx\ngroup::r-x\nmask::rwx\n"
					    "other::r-x\n",
					    53 };
	expect_one(added(&e), ATTRS);
	e.acl_access.s = NULL;
	e.xattrs = &label;
	e.nxattrs = 1;
	expect_one(added(&e), "explained zero md5");
	e.xattrs = &other;
	expect_one(added(&e), ATTRS);
}

static void test_explain_rights_that_the_administrator_recorded(void **state)
{
	struct intact_entry e = entry("/bin/set", S_IFREG | 04750, 'a');

	(void)state;
	e.uid = 5;
	e.gid = 6;
	expect_one(added(&e), "explained zero md5");
	expect_one(changed(&e, &e, REPLACED | BIT(PERM) | BIT(GID)), "explained zero md5");
	expect_one(changed(&e, &e, REPLACED | BIT(PERM) | BIT(CAPS)), ATTRS);
	e.mode = S_IFREG | 04755;
	expect_one(added(&e), ATTRS);
	e.mode = S_IFREG | 04750;
	e.uid = 0;
	expect_one(changed(&e, &e, REPLACED | BIT(UID)), ATTRS);
}

static void test_explain_not_what_took_the_place_of_a_file(void **state)
{
	struct intact_entry old = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_entry link = link_to("/bin/a", "/bin/b");
	struct intact_entry folder = entry("/bin/a", S_IFDIR | 0755, 1);
	struct intact_entry fifo = entry("/bin/a", S_IFIFO | 0644, 1);
	struct intact_entry was = entry("/bin/nosum", S_IFLNK | 0777, 1);
	struct intact_entry is = entry("/bin/nosum", S_IFIFO | 0644, 1);

	(void)state;
	expect_one(changed(&old, &link, BIT(FTYPE)), CONTENT);
	expect_one(changed(&old, &folder, BIT(FTYPE)), CONTENT);
	expect_one(changed(&old, &fifo, BIT(FTYPE)), CONTENT);
	expect_one(changed(&was, &is, BIT(FTYPE)),
		   "unexplained zero packages ship no such objects");
	/* And back: as if it were new. */
	expect_one(changed(&link, &old, BIT(FTYPE) | BIT(PERM)), "explained zero md5");
}

/* ---- what is gone ---- */

static void test_explain_what_is_missing(void **state)
{
	struct intact_entry e = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_entry nobodys = entry("/bin/c", S_IFREG | 0755, 'a');

	(void)state;
	expect_one(removed(&e), "contradicted zero the package has it, and it is MISSING");
	expect_one(removed(&nobodys), NO_PACKAGE);
}

/* ---- links ---- */

static void test_explain_a_link_by_where_it_leads(void **state)
{
	static const char *const own[] = { "a", "./a", "../bin/a", "/bin/../bin/b", "..//bin/b/" };
	static const char *const others[] = { "/other/a", "../../x",	 "c", "/tmp/a",
					      "../..",	  "/bin/a/../c", "/." };
	struct intact_entry old = link_to("/bin/link", "a");

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		struct intact_entry new = link_to("/bin/link", own[i]);

		expect_one(added(&new), "explained zero name");
		expect_one(changed(&old, &new, BIT(LINK) | BIT(SIZE)), "explained zero name");
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct intact_entry new = link_to("/bin/link", others[i]);

		expect_one(added(&new),
			   "unexplained zero a link to something that the package does not have");
		/* As it was. */
		expect_one(changed(&new, &new, BIT(MTIME) | BIT(CTIME) | BIT(INODE)),
			   "explained zero same");
	}
}

/* ---- folders ---- */

static struct intact_entry folder_at(const char *path, int64_t ctime)
{
	struct intact_entry e = entry(path, S_IFDIR | 0755, 1);

	e.ctime.sec = ctime;
	return e;
}

static void test_explain_a_new_folder_by_its_name(void **state)
{
	struct intact_entry plain = folder_at("/new", 5), open = folder_at("/new", 5);
	struct intact_entry nobodys = folder_at("/newer", 5);

	(void)state;
	open.mode = S_IFDIR | 01777;
	expect_one(added(&plain), "explained zero name");
	expect_one(added(&open), ATTRS);
	expect_one(added(&nobodys), NO_PACKAGE);
}

#define TIMES (BIT(MTIME) | BIT(CTIME) | BIT(NLINK) | BIT(SIZE))

static void test_explain_a_folder_by_what_was_done_in_it(void **state)
{
	struct intact_entry bin = folder_at("/bin", 1002), late = folder_at("/bin", 1003);
	struct intact_entry a = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_entry evil = entry("/bin/evil", S_IFREG | 0755, 'a');
	struct intact_change changes[3] = { changed(&bin, &bin, TIMES), added(&a), added(&evil) };

	(void)state;
	expect(changes, 2, "explained zero inside; explained zero md5");
	/* Something else was done in it as well, or afterwards. */
	expect(changes, 3, FOLDER "; explained zero md5; " NO_PACKAGE);
	changes[2].hidden = true;
	expect(changes, 3, FOLDER "; explained zero md5; unexplained - ");
	changes[0] = changed(&late, &late, TIMES);
	expect(changes, 2, FOLDER "; explained zero md5");
	changes[0] = changed(&bin, &bin, TIMES | BIT(PERM));
	expect(changes, 2, FOLDER "; explained zero md5");
}

/* A folder that grows gets an index, which is a flag of it. */
static void test_explain_a_folder_that_has_grown(void **state)
{
	struct intact_entry was = folder_at("/bin", 1000), is = folder_at("/bin", 1000);
	struct intact_entry a = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_change changes[2] = { changed(&was, &is, TIMES | BIT(E2FSATTRS)), added(&a) };

	(void)state;
	was.e2fsattrs = 0x80000;
	is.e2fsattrs = 0x81000;
	expect(changes, 2, "explained zero inside; explained zero md5");
	is.e2fsattrs = 0x81010;
	expect(changes, 2, FOLDER "; explained zero md5");
	is.e2fsattrs = 0x80010;
	expect(changes, 2, FOLDER "; explained zero md5");
}

/* Nothing is left to be seen of what happened: then only while its package was worked on. */
static void test_explain_a_folder_by_when_it_changed(void **state)
{
	static const struct {
		const char *path;
		int64_t ctime;
		const char *want;
	} cases[] = {
		{ "/bin", 899, FOLDER },
		{ "/bin", 900, "explained zero same" },
		{ "/bin", 1002, "explained zero same" },
		{ "/bin", 1003, FOLDER },
		/* When the work began is not known. */
		{ "/other", 2000,
		  "unexplained one packages do not account for all that happened "
		  "in it" },
		{ "/nobody", 950, NO_PACKAGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct intact_entry e = folder_at(cases[i].path, cases[i].ctime);

		expect_one(changed(&e, &e, TIMES), cases[i].want);
		expect_one(changed(&e, &e, TIMES | BIT(PERM)),
			   strcmp(cases[i].want, "explained zero same") == 0 ? FOLDER
									     : cases[i].want);
	}
}

static void test_explain_a_folder_not_by_what_is_further_down(void **state)
{
	struct intact_entry root = folder_at("/", 5), other = folder_at("/other", 5);
	struct intact_entry a = entry("/other/a", S_IFREG | 0755, 'a');
	struct intact_entry x = entry("/x", S_IFREG | 0755, 'a');
	struct intact_change changes[4] = { changed(&root, &root, TIMES),
					    changed(&other, &other, TIMES), added(&a), added(&x) };

	(void)state;
	expect(changes, 3,
	       "unexplained - no package has it; explained one inside; explained one md5");
	/* What is wrong beside it does not matter to it. */
	expect(changes, 4,
	       "unexplained - no package has it; explained one inside; explained one md5; "
	       "unexplained - no package has it");
}

static void test_explain_no_folder_that_may_have_more(void **state)
{
	struct intact_entry bin = folder_at("/bin", 1000), gap = folder_at("/bin", 0);
	struct intact_entry a = entry("/bin/a", S_IFREG | 0755, 'a');
	struct intact_change changes[3] = {
		changed(&bin, &bin, TIMES),
		{ .kind = INTACT_GAP, .new = &gap, .unverified = BIT(NAME), .reason = "no" },
		added(&a)
	};

	(void)state;
	gap.flags = INTACT_ENTRY_GAP;
	expect(changes, 3, FOLDER "; unexplained - ; explained zero md5");
}

/* ---- the package itself ---- */

static struct intact_entry shipped_file(const char *path, uint32_t mode, const uint8_t *content)
{
	struct intact_entry e = entry(path, mode, 'x');

	e.gid = 8;
	e.digest[intact_attr_get(INTACT_SHA256)->digest] = content;
	return e;
}

static void test_explain_all_of_a_file_by_its_package(void **state)
{
	static const uint8_t p[32] = "p", x[32] = "x";
	struct intact_entry e = shipped_file("/ship/file", S_IFREG | 04750, p);
	struct intact_entry old = shipped_file("/ship/file", S_IFREG | 0755, x);
	struct intact_entry bad = shipped_file("/ship/file", S_IFREG | 04750, x);
	struct intact_entry conf = shipped_file("/ship/conf", S_IFREG | 0644, x);

	(void)state;
	expect_one(added(&e), "explained zero package");
	expect_one(changed(&old, &e, REPLACED | BIT(PERM) | BIT(UID) | BIT(GID) | BIT(CAPS)),
		   "explained zero package");
	expect_one(changed(&old, &e, REPLACED | BIT(NLINK)), ATTRS);
	expect_one(changed(&old, &e, REPLACED | BIT(E2FSATTRS)), ATTRS);
	assert_int_equal(reads, 0);
	expect_one(added(&bad), CONTENT);
	expect_one(added(&conf),
		   "unexplained zero a configuration file, not as the package ships it");
	e.mode = S_IFREG | 06750;
	expect_one(added(&e), ATTRS);
	e.mode = S_IFREG | 04750;
	e.uid = 1;
	expect_one(added(&e), ATTRS);
	expect_one(changed(&old, &e, REPLACED | BIT(UID)), ATTRS);
	/* As it was: nothing is said about it. */
	expect_one(changed(&e, &e, REPLACED), "explained zero package");
	e.uid = 0;
	e.caps = (struct intact_str){ "=ep", 3 };
	expect_one(added(&e), ATTRS);
}

static void test_explain_links_and_folders_by_their_package(void **state)
{
	struct intact_entry link = link_to("/ship/link", "/p"), other = link_to("/ship/link", "/q");
	struct intact_entry folder = folder_at("/ship/folder", 5);

	(void)state;
	link.gid = other.gid = folder.gid = 8;
	folder.mode = S_IFDIR | 01770;
	expect_one(added(&link), "explained zero package");
	expect_one(changed(&other, &link, BIT(LINK)), "explained zero package");
	expect_one(added(&other), CONTENT);
	expect_one(added(&folder), "explained zero package");
	folder.mode = S_IFDIR | 01777;
	expect_one(added(&folder), ATTRS);
	folder.path = link.path;
	expect_one(added(&folder), CONTENT);
}

/* A rule may leave the attribute l out. */
static void test_explain_no_link_of_which_the_target_is_not_known(void **state)
{
	static const char no_link[] = "unexplained zero where the link leads was not measured";
	struct intact_entry shipped = link_to("/ship/link", "/p");
	struct intact_entry recorded = link_to("/bin/link", "/bin/a");
	struct intact_entry file = link_to("/ship/file", "/p");

	(void)state;
	shipped.gid = 8;
	shipped.attrs &= ~BIT(LINK);
	recorded.attrs &= ~BIT(LINK);
	file.attrs &= ~BIT(LINK);
	expect_one(added(&shipped), no_link);
	expect_one(added(&recorded), no_link);
	expect_one(changed(&recorded, &recorded, BIT(MTIME)), no_link);
	/* That there is a link at all is known. */
	expect_one(added(&file), CONTENT);
}

static void test_explain_what_is_gone_by_an_earlier_version(void **state)
{
	static const uint8_t p[32] = "p", x[32] = "x";
	struct intact_entry e = shipped_file("/ship/gone", S_IFREG | 0600, p);
	struct intact_entry link = link_to("/ship/gone", "/p");

	(void)state;
	expect_one(removed(&e), "explained one package");
	e.digest[intact_attr_get(INTACT_SHA256)->digest] = x;
	expect_one(removed(&e), "unexplained one not what the package shipped when it had it");
	expect_one(removed(&link), "unexplained one not what the package shipped when it had it");
	/* Only a digest that nobody can forge is compared. */
	e.digest[intact_attr_get(INTACT_SHA256)->digest] = NULL;
	e.attrs = INODE | BIT(MD5) | BIT(SHA1);
	e.digest[intact_attr_get(INTACT_MD5)->digest] = p;
	e.digest[intact_attr_get(INTACT_SHA1)->digest] = p;
	expect_one(removed(&e), "unexplained one not what the package shipped when it had it");
}

/* ---- records that have more than sums ---- */

#define GIVEN "contradicted zero NOT the mode, owner or capabilities of the package's record"
#define EDITED "unexplained zero a configuration file, not as the package ships it"

/* The content is read again, unless it was measured by the record's own digest. */
static struct intact_entry recorded_file(const char *path, uint32_t mode, uint64_t content)
{
	struct intact_entry e = entry(path, mode, content);

	e.attrs = (e.attrs & ~BIT(SHA256)) | BIT(SHA512) | BIT(CAPS);
	e.gid = 8;
	if (mode & S_ISUID)
		e.caps = (struct intact_str){ "cap_chown=ep", 12 };
	return e;
}

static void test_explain_rights_that_the_record_has(void **state)
{
	static const uint8_t a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct intact_entry e = recorded_file("/rpm/file", S_IFREG | 04750, 'a');
	struct intact_entry old = recorded_file("/rpm/file", S_IFREG | 0755, 'x');
	struct intact_entry measured = e;

	(void)state;
	expect_one(added(&e), "explained zero sha256");
	assert_int_equal(reads, 1);
	expect_one(changed(&old, &e, REPLACED | BIT(PERM) | BIT(CAPS) | BIT(ACL)),
		   "explained zero sha256");
	measured.attrs |= BIT(SHA256);
	measured.digest[intact_attr_get(INTACT_SHA256)->digest] = a;
	expect_one(changed(&old, &measured, REPLACED), "explained zero sha256");
	assert_int_equal(reads, 0);
	measured.digest[intact_attr_get(INTACT_SHA256)->digest] = digest;
	expect_one(changed(&old, &measured, REPLACED), CONTENT);
	/* An older libcap. */
	e.caps.s = "cap_chown+ep";
	expect_one(added(&e), "explained zero sha256");
	e.caps.s = "cap_chown=eip";
	expect_one(added(&e), ATTRS);
	/* Nobody records such. */
	e.caps.s = "cap_chown=ep";
	expect_one(changed(&old, &e, REPLACED | BIT(E2FSATTRS)), ATTRS);
	expect_one(changed(&old, &e, BIT(NLINK)), ATTRS);
	e.acl_access = (struct intact_str){ "user::rwx,user:5:rwx,mask::rwx", 30 };
	expect_one(changed(&old, &e, REPLACED | BIT(PERM) | BIT(ACL)), ATTRS);
	expect_one(added(&e), ATTRS);
}

static void test_explain_other_rights_than_recorded_are_contradicted(void **state)
{
	struct intact_entry good = recorded_file("/rpm/file", S_IFREG | 04750, 'a'), e;
	struct intact_entry conf = recorded_file("/rpm/conf", S_IFREG | 0666, 'c');
	struct intact_entry nosum = recorded_file("/rpm/nosum", S_IFREG | 04644, 'c');

	(void)state;
	for (int i = 0; i < 4; i++) {
		static const uint64_t attrs[] = { BIT(PERM), BIT(UID), BIT(GID), BIT(CAPS) };

		e = good;
		e.mode ^= i == 0 ? 02 : 0;
		e.uid = i == 1 ? 7 : 0;
		e.gid = i == 2 ? 7 : 8;
		if (i == 3)
			e.caps = (struct intact_str){ 0 };
		expect_one(added(&e), GIVEN);
		expect_one(changed(&good, &e, attrs[i]), GIVEN);
		/* Whatever is known of the content, ... */
		e.attrs &= ~BIT(SHA512);
		expect_one(changed(&good, &e, attrs[i]), GIVEN);
		/* ... but not what was not measured, nor what is as before. */
		e.attrs &= ~attrs[i];
		expect_one(added(&e),
			   "unexplained zero no digest was measured that could be proven");
		e.attrs |= attrs[i];
		expect_one(changed(&e, &e, BIT(MTIME)),
			   "unexplained zero no digest was measured that could be proven");
	}
	expect_one(changed(&nosum, &nosum, BIT(PERM)), GIVEN);
	nosum.mode = S_IFREG | 0644;
	nosum.caps = (struct intact_str){ 0 };
	expect_one(changed(&nosum, &nosum, BIT(PERM)),
		   "unexplained zero the record of the package has no sum of it");
	expect_one(changed(&conf, &conf, BIT(PERM)), EDITED);
}

static void test_explain_links_and_folders_by_their_record(void **state)
{
	struct intact_entry good = link_to("/rpm/link", "/p"), bad = link_to("/rpm/link", "/x");
	struct intact_entry folder = entry("/rpm/folder", S_IFDIR | 01770, 1), old = folder;
	struct intact_entry taken = entry("/rpm/folder", S_IFREG | 0644, 'a');
	struct intact_entry ghost = recorded_file("/rpm/ghost", S_IFREG | 0644, 'a');

	(void)state;
	good.gid = 8;
	bad.gid = 8;
	folder.gid = 8;
	folder.ctime.sec = 1000;
	expect_one(added(&good), "explained zero record");
	expect_one(changed(&bad, &good, BIT(LINK)), "explained zero record");
	expect_one(changed(&good, &bad, BIT(LINK)), CONTENT);
	good.uid = 7;
	expect_one(added(&good), GIVEN);
	expect_one(added(&folder), "explained zero record");
	/* To what is recorded, while the package was worked on. */
	expect_one(changed(&old, &folder, BIT(GID) | BIT(CTIME)), "explained zero record");
	folder.ctime.sec = 2000;
	expect_one(changed(&old, &folder, BIT(GID) | BIT(CTIME)), FOLDER);
	old.mode = S_IFDIR | 0777;
	expect_one(changed(&folder, &old, BIT(PERM) | BIT(CTIME)), GIVEN);
	expect_one(changed(&folder, &taken, BIT(FTYPE)), CONTENT);
	expect_one(removed(&folder), "contradicted zero the package has it, and it is MISSING");
	expect_one(removed(&ghost),
		   "unexplained zero it is gone, and the package does without it as well");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_a_file_by_its_content),
		cmocka_unit_test(test_explain_nothing_by_the_name_of_a_file),
		cmocka_unit_test(test_explain_nothing_that_is_unverified),
		cmocka_unit_test(test_explain_a_configuration_file_only_as_shipped),
		cmocka_unit_test(test_explain_no_rights),
		cmocka_unit_test(test_explain_no_other_owner_or_label_of_what_is_new),
		cmocka_unit_test(test_explain_rights_that_the_administrator_recorded),
		cmocka_unit_test(test_explain_not_what_took_the_place_of_a_file),
		cmocka_unit_test(test_explain_what_is_missing),
		cmocka_unit_test(test_explain_a_link_by_where_it_leads),
		cmocka_unit_test(test_explain_a_new_folder_by_its_name),
		cmocka_unit_test(test_explain_a_folder_by_what_was_done_in_it),
		cmocka_unit_test(test_explain_a_folder_that_has_grown),
		cmocka_unit_test(test_explain_a_folder_by_when_it_changed),
		cmocka_unit_test(test_explain_a_folder_not_by_what_is_further_down),
		cmocka_unit_test(test_explain_no_folder_that_may_have_more),
		cmocka_unit_test(test_explain_all_of_a_file_by_its_package),
		cmocka_unit_test(test_explain_links_and_folders_by_their_package),
		cmocka_unit_test(test_explain_no_link_of_which_the_target_is_not_known),
		cmocka_unit_test(test_explain_what_is_gone_by_an_earlier_version),
		cmocka_unit_test(test_explain_rights_that_the_record_has),
		cmocka_unit_test(test_explain_other_rights_than_recorded_are_contradicted),
		cmocka_unit_test(test_explain_links_and_folders_by_their_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
