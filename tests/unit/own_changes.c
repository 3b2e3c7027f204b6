/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See own_changes.h.
 */

#include "tests/unit/own_changes.h"

#include <sys/stat.h>

#include "tests/unit/sample_report.h"

#define B(id) INTACT_BIT(INTACT_##id)
#define STR(text)                      \
	{                              \
		text, sizeof(text) - 1 \
	}

static struct intact_run run_of(const struct intact_change *changes, size_t n)
{
	struct intact_run run = sample_run(sample_changes(changes, n));

	run.total = 9;
	run.has_coverage = true;
	run.verified = 6;
	run.unverified = 3;
	run.excluded = 120;
	run.mounts_skipped = 1;
	return run;
}

struct intact_run own_run_equal(void)
{
	struct intact_run run = run_of(NULL, 0);

	run.unverified = 0;
	return run;
}

struct intact_run own_run_unverified(void)
{
	const struct intact_entry secret = { .path = STR("/etc/shadow"),
					     .mode = 0100600,
					     .attrs = B(SHA256) | B(ACL) };
	const struct intact_change change = {
		.kind = INTACT_SAME,
		.unverified = B(SHA256) | B(ACL),
		.reason = "open: Permission denied",
		.old = &secret,
		.new = &secret,
	};

	return run_of(&change, 1);
}

struct intact_run own_run(void)
{
	static const char *const rules[] = { "+ /now 0 p", "- /then\xff 0 p" };
	const struct intact_entry dev_old = { .path = STR("/dev/x"),
					      .mode = 0020600,
					      .attrs = B(FTYPE) | B(RDEV),
					      .rdev = (uint64_t)1 << 32 | 3 };
	struct intact_entry dev_new = dev_old;
	const struct intact_entry time_old = {
		.path = STR("/t"), .mode = 0100644, .attrs = B(MTIME), .mtime = { 1704164645, 1 }
	};
	struct intact_entry time_new = time_old;
	const struct intact_entry bad = { .path = STR("/n\xff"),
					  .mode = 0100644,
					  .attrs = B(PERM) };
	const struct intact_entry like = { .path = STR("/n\xef\xbf\xbd"),
					   .mode = 0100644,
					   .attrs = B(PERM) };
	const struct intact_entry link_old = {
		.path = STR("/l\xfe"), .mode = 0120777, .attrs = B(LINK), .link = STR("a\xfe")
	};
	struct intact_entry link_new = link_old;
	const struct intact_entry dir = { .path = STR("/d"), .mode = 0040755 };
	const struct intact_entry gap = { .path = STR("/d"),
					  .flags = INTACT_ENTRY_GAP,
					  .mode = S_IFDIR };
	const struct intact_entry inside = { .path = STR("/d/in\033"), .mode = 0100644 };
	const struct intact_entry more = { .path = STR("/d2"), .attrs = B(UID), .mode = 0100644 };
	struct intact_run run;

	dev_new.rdev = (uint64_t)1 << 32 | 5;
	time_new.mtime.nsec = 2;
	link_new.link = (struct intact_str)STR("b\xfe");
	run = run_of(
		(const struct intact_change[]){
			{ .kind = INTACT_SAME,
			  .unverified = B(NAME),
			  .reason = "open: EACCES",
			  .old = &dir,
			  .new = &dir },
			{ .kind = INTACT_GAP,
			  .unverified = B(NAME),
			  .reason = "open: EACCES",
			  .new = &gap },
			{ .kind = INTACT_SAME,
			  .unverified = B(NAME),
			  .reason = "line\nbreak",
			  .old = &inside },
			{ .kind = INTACT_SAME,
			  .unverified = B(UID),
			  .reason = "not in the baseline: u",
			  .old = &dir,
			  .new = &more },
			{ .kind = INTACT_CHANGED,
			  .changed = B(RDEV),
			  .old = &dev_old,
			  .new = &dev_new },
			{ .kind = INTACT_CHANGED,
			  .changed = B(LINK),
			  .old = &link_old,
			  .new = &link_new },
			{ .kind = INTACT_ADDED, .new = &like },
			{ .kind = INTACT_ADDED, .new = &bad },
			{ .kind = INTACT_REMOVED, .old = &more, .hidden = true },
			{ .kind = INTACT_CHANGED,
			  .changed = B(MTIME),
			  .old = &time_old,
			  .new = &time_new },
		},
		10);
	run.rules_changed = "the baseline was made with other rules";
	run.rules_lines = rules;
	run.nrules_lines = 2;
	run.baseline = "generation 7, signed";
	run.new_baseline = "generation 8, signed";
	return run;
}
