/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Events in the Elastic Common Schema.
 *
 * file.* is what is there now (of what was removed: what was there); the schema has no place for
 * old values, which are under intact.old.  An object here is opened by the member that stands above
 * it.
 */

#include "report/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "report/eventfacts.h"

#define ECS_VERSION "9.0.0"

/* ---- event.* ---- */

/* Allowed values of the schema, but for `action`, which is the source's: those of auditbeat's file
 * integrity module, where it has one. */
struct ecs_words {
	const char *kind, *type, *action;
};

static struct ecs_words words_of(const struct event *e)
{
	static const struct ecs_words words[] = {
		[EVENT_ADDED] = { "alert", "creation", "created" },
		[EVENT_REMOVED] = { "alert", "deletion", "deleted" },
		[EVENT_CHANGED] = { "alert", "change", "attributes_modified" },
		[EVENT_MOVED] = { "event", "change", "moved" },
		[EVENT_UNVERIFIED] = { "alert", "info", "unverified" },
		[EVENT_RULES_DIFFER] = { "event", "info", "rules_differ" },
		[EVENT_RECORDED] = { "state", "info", "initial_scan" },
	};
	struct ecs_words w = words[e->kind];

	if (e->kind == EVENT_CHANGED && e->reach == EVENT_CONTENT)
		w.action = "updated";
	return w;
}

static void add_word_array(struct jsonout *w, const char *key, const char *word)
{
	jsonout_begin(w, key, '[');
	jsonout_text(w, NULL, word);
	jsonout_close(w);
}

/* When the change can have happened. */
static void add_interval(struct report *r, struct jsonout *w)
{
	const struct intact_run *run = r->run;

	if (event_has_start(run))
		event_time(r, w, "start", &run->baseline_time);
	event_time(r, w, "end", &run->end);
}

static void open_event(struct jsonout *w, const struct ecs_words *words, const char *dataset,
		       enum intact_severity severity, uint64_t number)
{
	jsonout_begin(w, "event", '{');
	jsonout_text(w, "kind", words->kind);
	add_word_array(w, "category", "file");
	add_word_array(w, "type", words->type);
	jsonout_text(w, "action", words->action);
	jsonout_text(w, "module", "intact");
	jsonout_text(w, "provider", "intact");
	jsonout_text(w, "dataset", dataset);
	jsonout_number(w, "severity", severity);
	jsonout_number(w, "sequence", number);
}

static void add_event(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct ecs_words words = words_of(e);

	open_event(w, &words, "intact.finding", e->severity, e->number);
	if (e->kind == EVENT_UNVERIFIED)
		jsonout_text(w, "outcome", "unknown");
	if (e->kind == EVENT_ADDED || e->kind == EVENT_REMOVED || e->kind == EVENT_CHANGED)
		add_interval(r, w);
	jsonout_close(w);
}

/* ---- file.* ---- */

static const char *file_type(uint64_t mode)
{
	return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "symlink" : NULL;
}

static void add_names(struct jsonout *w, const struct intact_str *path)
{
	const struct intact_str name = event_name(path), folder = event_folder(path);
	const struct intact_str extension = event_extension(path);

	jsonout_path(w, "path", path->s, path->len);
	jsonout_path(w, "name", name.s, name.len);
	if (folder.len)
		jsonout_path(w, "directory", folder.s, folder.len);
	if (extension.len)
		jsonout_path(w, "extension", extension.s, extension.len);
}

/* Numbers that the schema holds as keywords. */
static void add_numbers(struct jsonout *w, const struct event *e, const struct intact_entry *f)
{
	/* A larger one is no `long`. */
	if ((event_has(e, f, INTACT_SIZE) || event_has(e, f, INTACT_SIZE_GROWING)) &&
	    f->size <= INT64_MAX)
		jsonout_number(w, "size", f->size);
	if (event_has(e, f, INTACT_INODE))
		jsonout_printf(w, "inode", "%" PRIu64, f->ino);
	if (event_has(e, f, INTACT_DEV))
		jsonout_printf(w, "device", "%" PRIu64 ":%" PRIu64, f->dev >> 32,
			       f->dev & UINT32_MAX);
	if (event_has(e, f, INTACT_PERM))
		jsonout_printf(w, "mode", "%04" PRIo64, f->mode & 07777);
	if (event_has(e, f, INTACT_UID))
		jsonout_printf(w, "uid", "%" PRIu64, f->uid);
	if (event_has(e, f, INTACT_GID))
		jsonout_printf(w, "gid", "%" PRIu64, f->gid);
}

static void add_times(struct report *r, struct jsonout *w, const struct event *e,
		      const struct intact_entry *f)
{
	static const struct {
		enum intact_attr_id id;
		const char *key;
	} times[] = {
		{ INTACT_MTIME, "mtime" },
		{ INTACT_CTIME, "ctime" },
		{ INTACT_BTIME, "created" },
		{ INTACT_ATIME, "accessed" },
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct intact_time *t = intact_entry_time(f, intact_attr_get(times[i].id));

		if (event_has(e, f, times[i].id) && event_time_fits(t))
			event_time(r, w, times[i].key, t);
	}
}

/* The digests that the schema has a place for. */
static const enum intact_attr_id hashes[] = {
	INTACT_MD5, INTACT_SHA1, INTACT_SHA256, INTACT_SHA384, INTACT_SHA512,
};
#define HASHES (sizeof(hashes) / sizeof(hashes[0]))

/* As members of an object, or as elements of an array. */
static void add_hashes(struct report *r, struct jsonout *w, const char *key, char bracket,
		       const struct event *e)
{
	const struct intact_entry *f = e->view->entry;

	jsonout_begin(w, key, bracket);
	for (size_t i = 0; i < HASHES; i++) {
		const struct intact_attr *row = intact_attr_get(hashes[i]);

		if (event_has(e, f, hashes[i]))
			event_digest(r, w, bracket == '{' ? row->key : NULL, row,
				     f->digest[row->digest]);
	}
	jsonout_close(w);
}

static bool has_hashes(const struct event *e)
{
	for (size_t i = 0; i < HASHES; i++) {
		if (event_has(e, e->view->entry, hashes[i]))
			return true;
	}
	return false;
}

static void add_file(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_entry *f = e->view->entry;

	jsonout_begin(w, "file", '{');
	add_names(w, &f->path);
	if (file_type(f->mode))
		jsonout_text(w, "type", file_type(f->mode));
	if (event_has(e, f, INTACT_LINK) && f->link.s)
		jsonout_path(w, "target_path", f->link.s, f->link.len);
	add_numbers(w, e, f);
	add_times(r, w, e, f);
	if (has_hashes(e))
		add_hashes(r, w, "hash", '{', e);
	jsonout_close(w);
}

/* ---- package.* ---- */

static const char *package_type(const struct report *r)
{
	const char *manager = r->run->packages->manager;

	return manager && strcmp(manager, "dpkg") == 0 ? "deb" : manager;
}

static void add_package(struct report *r, struct jsonout *w, const struct event *e)
{
	const struct intact_package *p = event_package(r, e);
	const char *version, *arch;

	if (!p)
		return;
	version = *p->version || !p->before ? p->version : p->before;
	/* No name of a package has a colon; dpkg's are NAME:ARCHITECTURE. */
	arch = strchr(p->name, ':');
	jsonout_begin(w, "package", '{');
	/* No member may come beside these; the exact bytes are under intact. */
	jsonout_path(w, "name", p->name, arch ? (size_t)(arch - p->name) : strlen(p->name));
	if (*version)
		jsonout_path(w, "version", version, strlen(version));
	if (arch && arch[1])
		jsonout_path(w, "architecture", arch + 1, strlen(arch + 1));
	if (package_type(r))
		jsonout_text(w, "type", package_type(r));
	if (*p->version && p->worked > 0) {
		const struct intact_time worked = { .sec = p->worked };

		if (event_time_fits(&worked))
			event_time(r, w, "installed", &worked);
	}
	jsonout_close(w);
}

/* ---- events ---- */

static void add_head(struct report *r, struct jsonout *w)
{
	const struct intact_run *run = r->run;

	event_time(r, w, "@timestamp", &run->end);
	jsonout_begin(w, "ecs", '{');
	jsonout_text(w, "version", ECS_VERSION);
	jsonout_close(w);
	jsonout_begin(w, "observer", '{');
	jsonout_text(w, "product", "intact");
	jsonout_text(w, "type", "file integrity monitor");
	jsonout_text(w, "version", run->version);
	jsonout_close(w);
	if (run->host && *run->host) {
		jsonout_begin(w, "host", '{');
		jsonout_text(w, "name", run->host);
		jsonout_close(w);
	}
	if (run->config_version && *run->config_version) {
		jsonout_begin(w, "rule", '{');
		jsonout_text(w, "version", run->config_version);
		jsonout_close(w);
	}
}

static void ecs_finding(struct report *r, struct jsonout *w, const struct event *e)
{
	add_head(r, w);
	event_message(r, w, "message", e);
	add_event(r, w, e);
	add_file(r, w, e);
	if (has_hashes(e)) {
		jsonout_begin(w, "related", '{');
		add_hashes(r, w, "hash", '[', e);
		jsonout_close(w);
	}
	add_package(r, w, e);
	eventfacts_finding(r, w, e);
}

static void ecs_summary(struct report *r, struct jsonout *w, const struct event_summary *s)
{
	static const struct ecs_words words = { "event", "info", "scan_completed" };

	add_head(r, w);
	event_outline(r, w, "message");
	open_event(w, &words, "intact.run", s->severity, s->number);
	jsonout_text(w, "outcome", "success");
	event_time(r, w, "start", &r->run->start);
	event_time(r, w, "end", &r->run->end);
	jsonout_number(w, "duration", event_duration(r->run));
	jsonout_close(w);
	eventfacts_summary(r, w);
}

int report_ecs(struct report *r, struct intact_error *err)
{
	static const struct event_schema schema = { ecs_finding, ecs_summary };

	return events_write(r, &schema, err);
}
