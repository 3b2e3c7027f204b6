/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Events in the Open Cybersecurity Schema Framework: File System Activity (1001) for each finding,
 * Scan Activity (6007) for the run.
 *
 * `file` is the object of the activity, with the values of the baseline where it had some, and
 * `file_result` what it is now.  The schema's own place for what it has no member for is
 * `unmapped`.
 */

#include "report/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "report/eventfacts.h"
#include "report/members.h"

#define OCSF_VERSION "1.9.0"

enum ocsf_class {
	FILE_SYSTEM_ACTIVITY = 1001, /* of category 1, System Activity */
	SCAN_ACTIVITY = 6007,	     /* of category 6, Application Activity */
};

struct activity {
	unsigned id;
	const char *name;
};

static struct activity activity_of(const struct event *e)
{
	static const struct activity activities[] = {
		[EVENT_ADDED] = { 1, "Create" },
		[EVENT_REMOVED] = { 4, "Delete" },
		[EVENT_CHANGED] = { 3, "Update" },
		[EVENT_MOVED] = { 5, "Rename" },
		[EVENT_UNVERIFIED] = { 99, "Unverified" },
		[EVENT_RULES_DIFFER] = { 99, "Rules differ" },
		[EVENT_RECORDED] = { 99, "Initial scan" },
	};

	if (e->kind == EVENT_CHANGED && e->reach == EVENT_SECURITY)
		return (struct activity){ 7, "Set Security" };
	if (e->kind == EVENT_CHANGED && e->reach == EVENT_METADATA)
		return (struct activity){ 6, "Set Attributes" };
	return activities[e->kind];
}

/* ---- what every class has ---- */

static void add_class(struct jsonout *w, enum ocsf_class class, const struct activity *a)
{
	bool file = class == FILE_SYSTEM_ACTIVITY;

	jsonout_number(w, "category_uid", (uint64_t) class / 1000);
	jsonout_text(w, "category_name", file ? "System Activity" : "Application Activity");
	jsonout_number(w, "class_uid", class);
	jsonout_text(w, "class_name", file ? "File System Activity" : "Scan Activity");
	jsonout_number(w, "activity_id", a->id);
	jsonout_text(w, "activity_name", a->name);
	jsonout_number(w, "type_uid", (uint64_t) class * 100 + a->id);
}

static void add_severity(struct jsonout *w, enum intact_severity severity)
{
	jsonout_number(w, "severity_id", severity);
	jsonout_text(w, "severity", event_severity_word(severity));
}

static void add_metadata(struct report *r, struct jsonout *w, uint64_t number)
{
	jsonout_begin(w, "metadata", '{');
	jsonout_text(w, "version", OCSF_VERSION);
	jsonout_begin(w, "product", '{');
	jsonout_text(w, "name", "intact");
	jsonout_text(w, "vendor_name", "intact");
	jsonout_text(w, "version", r->run->version);
	jsonout_close(w);
	jsonout_number(w, "sequence", number);
	jsonout_close(w);
}

/* The class asks for a host, and nobody may know its name. */
static void add_device(struct report *r, struct jsonout *w)
{
	const char *host = r->run->host;

	jsonout_begin(w, "device", '{');
	jsonout_text(w, "hostname", host && *host ? host : "unknown");
	jsonout_number(w, "type_id", 0);
	jsonout_close(w);
}

/* Who did it is not known; who says so is. */
static void add_actor(struct jsonout *w)
{
	jsonout_begin(w, "actor", '{');
	jsonout_text(w, "app_name", "intact");
	jsonout_close(w);
}

/* When the change can have happened. */
static void add_interval(struct jsonout *w, const struct intact_run *run)
{
	if (event_has_start(run))
		jsonout_signed(w, "start_time", event_millis(&run->baseline_time));
	jsonout_signed(w, "end_time", event_millis(&run->end));
}

/* ---- a file ---- */

static unsigned file_type(uint64_t mode)
{
	static const char letters[] = "fdcbspl";
	const char *at = strchr(letters, intact_ftype_letter((uint32_t)mode));

	return at ? (unsigned)(at - letters) + 1 : 0;
}

static void add_names(struct jsonout *w, const struct intact_str *path)
{
	const struct intact_str name = event_name(path), folder = event_folder(path);
	const struct intact_str extension = event_extension(path);

	jsonout_path(w, "name", name.s, name.len);
	jsonout_path(w, "path", path->s, path->len);
	if (folder.len)
		jsonout_path(w, "parent_folder", folder.s, folder.len);
	if (extension.len)
		jsonout_path(w, "ext", extension.s, extension.len);
}

static void add_owner(struct jsonout *w, uint64_t uid)
{
	jsonout_begin(w, "owner", '{');
	jsonout_printf(w, "uid", "%" PRIu64, uid);
	jsonout_close(w);
}

static void add_numbers(struct jsonout *w, const struct event *e, const struct intact_entry *f)
{
	/* A larger one is no `long_t`. */
	if ((event_has(e, f, INTACT_SIZE) || event_has(e, f, INTACT_SIZE_GROWING)) &&
	    f->size <= INT64_MAX)
		jsonout_number(w, "size", f->size);
	if (event_has(e, f, INTACT_INODE))
		jsonout_printf(w, "uid", "%" PRIu64, f->ino);
	if (event_has(e, f, INTACT_DEV))
		jsonout_printf(w, "volume", "%" PRIu64 ":%" PRIu64, f->dev >> 32,
			       f->dev & UINT32_MAX);
	if (event_has(e, f, INTACT_UID))
		add_owner(w, f->uid);
	if (event_has(e, f, INTACT_PERM))
		jsonout_printf(w, "security_descriptor", "%04" PRIo64, f->mode & 07777);
}

static void add_times(struct jsonout *w, const struct event *e, const struct intact_entry *f)
{
	static const struct {
		enum intact_attr_id id;
		const char *key;
	} times[] = {
		{ INTACT_MTIME, "modified_time" },
		{ INTACT_BTIME, "created_time" },
		{ INTACT_ATIME, "accessed_time" },
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct intact_time *t = intact_entry_time(f, intact_attr_get(times[i].id));

		if (event_has(e, f, times[i].id) && event_time_fits(t))
			jsonout_signed(w, times[i].key, event_millis(t));
	}
}

static unsigned algorithm_of(enum intact_attr_id id)
{
	switch (id) {
	case INTACT_MD5:
		return 1;
	case INTACT_SHA1:
		return 2;
	case INTACT_SHA256:
		return 3;
	case INTACT_SHA512:
		return 4;
	default:
		return 99;
	}
}

static void add_hash(struct report *r, struct jsonout *w, const struct intact_attr *row,
		     const uint8_t *digest)
{
	static const char *const names[] = { "", "MD5", "SHA-1", "SHA-256", "SHA-512" };
	unsigned algorithm = algorithm_of(row->id);

	jsonout_begin(w, NULL, '{');
	jsonout_number(w, "algorithm_id", algorithm);
	jsonout_text(w, "algorithm", algorithm < 5 ? names[algorithm] : row->label);
	event_digest(r, w, "value", row, digest);
	jsonout_close(w);
}

static void add_hashes(struct report *r, struct jsonout *w, const struct event *e,
		       const struct intact_entry *f)
{
	bool opened = false;
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind != INTACT_KIND_DIGEST || !event_has(e, f, order[i]))
			continue;
		if (!opened)
			jsonout_begin(w, "hashes", '[');
		opened = true;
		add_hash(r, w, row, f->digest[row->digest]);
	}
	if (opened)
		jsonout_close(w);
}

static void add_file(struct report *r, struct jsonout *w, const char *key, const struct event *e,
		     const struct intact_entry *f)
{
	jsonout_begin(w, key, '{');
	add_names(w, &f->path);
	jsonout_number(w, "type_id", file_type(f->mode));
	jsonout_text(w, "type", intact_ftype_name((uint32_t)f->mode));
	add_numbers(w, e, f);
	add_times(w, e, f);
	add_hashes(r, w, e, f);
	jsonout_close(w);
}

static void add_files(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_change *c = e->view->change;
	bool both = e->kind == EVENT_CHANGED || e->kind == EVENT_MOVED;

	add_file(r, w, "file", e, both ? c->old : e->view->entry);
	if (both)
		add_file(r, w, "file_result", e, c->new);
}

/* What somebody else knows of an attribute of this event. */
static void add_enrichments(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_report_packages *p = r->run->packages;
	const struct intact_str *path = &e->view->entry->path;

	if (!event_has_explanation(e))
		return;
	jsonout_begin(w, "enrichments", '[');
	jsonout_begin(w, NULL, '{');
	jsonout_text(w, "name", "file.path");
	jsonout_path(w, "value", path->s, path->len);
	jsonout_text(w, "type", "package");
	if (p && p->manager)
		jsonout_text(w, "provider", p->manager);
	jsonout_begin(w, "data", '{');
	members_explanation(r, w, e->view);
	jsonout_close(w);
	jsonout_close(w);
	jsonout_close(w);
}

/* ---- events ---- */

static void ocsf_finding(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct activity a = activity_of(e);

	jsonout_signed(w, "time", event_millis(&r->run->end));
	add_class(w, FILE_SYSTEM_ACTIVITY, &a);
	add_severity(w, e->severity);
	event_message(r, w, "message", e);
	if (e->kind == EVENT_ADDED || e->kind == EVENT_REMOVED || e->kind == EVENT_CHANGED)
		add_interval(w, r->run);
	add_metadata(r, w, e->number);
	add_device(r, w);
	add_actor(w);
	add_files(r, w, e);
	add_enrichments(r, w, e);
	jsonout_begin(w, "unmapped", '{');
	eventfacts_finding(r, w, e);
	jsonout_close(w);
}

static void add_scan(struct jsonout *w)
{
	jsonout_begin(w, "scan", '{');
	jsonout_text(w, "name", "intact");
	jsonout_number(w, "type_id", 99);
	jsonout_text(w, "type", "File integrity");
	jsonout_close(w);
}

static void add_policy(struct report *r, struct jsonout *w)
{
	if (!r->run->config_version || !*r->run->config_version)
		return;
	jsonout_begin(w, "policy", '{');
	jsonout_text(w, "name", "intact");
	jsonout_text(w, "version", r->run->config_version);
	jsonout_close(w);
}

static void ocsf_summary(struct report *r, struct jsonout *w, const struct event_summary *s)
{
	static const struct activity completed = { 2, "Completed" };
	const struct intact_report_counts *c = &r->counts;

	jsonout_signed(w, "time", event_millis(&r->run->end));
	add_class(w, SCAN_ACTIVITY, &completed);
	add_severity(w, s->severity);
	event_outline(r, w, "message");
	jsonout_number(w, "status_id", 1);
	jsonout_text(w, "status", "Success");
	jsonout_printf(w, "status_code", "%d", r->run->status);
	jsonout_signed(w, "start_time", event_millis(&r->run->start));
	jsonout_signed(w, "end_time", event_millis(&r->run->end));
	jsonout_number(w, "duration", event_duration(r->run) / 1000000);
	add_metadata(r, w, s->number);
	add_device(r, w);
	add_scan(w);
	add_policy(r, w);
	jsonout_number(w, "total", r->run->total);
	jsonout_number(w, "num_detections", c->added + c->removed + c->changed);
	jsonout_number(w, "num_skipped_items", c->unverified);
	jsonout_begin(w, "unmapped", '{');
	eventfacts_summary(r, w);
	jsonout_close(w);
}

int report_ocsf(struct report *r, struct intact_error *err)
{
	static const struct event_schema schema = { ocsf_finding, ocsf_summary };

	return events_write(r, &schema, err);
}
