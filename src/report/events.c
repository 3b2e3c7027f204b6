/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See events.h.
 */

#include "report/events.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/path.h"
#include "base/text.h"

#define B(id) INTACT_BIT(INTACT_##id)

/* A report and what its events have come to; the entry functions get the former. */
struct events {
	struct report r;
	const struct event_schema *schema;
	struct event_summary summary;
};

/* ---- how severe ---- */

/* A program that gives whoever runs it rights that he does not have. */
static bool gives_rights(const struct intact_entry *e)
{
	return e && S_ISREG(e->mode) && ((e->mode & (S_ISUID | S_ISGID)) || e->caps.len);
}

static enum event_reach reach_of(const struct view *v)
{
	const uint64_t security = B(PERM) | B(UID) | B(GID) | B(ACL) | B(XATTRS) | B(SELINUX) |
				  B(E2FSATTRS) | B(CAPS);
	uint64_t content = INTACT_MASK_DIGESTS | B(LINK) | B(FTYPE) | B(RDEV);

	/* The size of a folder says nothing. */
	if (S_ISREG(v->entry->mode))
		content |= B(SIZE) | B(SIZE_GROWING);
	if (v->changed & content)
		return EVENT_CONTENT;
	return v->changed & security ? EVENT_SECURITY : EVENT_METADATA;
}

static enum intact_severity severity_of_change(const struct view *v, enum event_reach reach)
{
	if (reach == EVENT_METADATA)
		return INTACT_SEVERITY_LOW;
	if (gives_rights(v->change->old) || gives_rights(v->change->new))
		return INTACT_SEVERITY_CRITICAL;
	return reach == EVENT_CONTENT ? INTACT_SEVERITY_HIGH : INTACT_SEVERITY_MEDIUM;
}

bool event_gives_rights(const struct view *v)
{
	if (v->kind == VIEW_NONE || (v->kind == VIEW_CHANGED && reach_of(v) == EVENT_METADATA))
		return false;
	return gives_rights(v->change->old) || gives_rights(v->change->new);
}

/* What the change itself says, whoever explains it. */
static enum intact_severity severity_of_kind(enum event_kind kind, const struct view *v)
{
	switch (kind) {
	case EVENT_ADDED:
	case EVENT_REMOVED:
		return gives_rights(v->entry) ? INTACT_SEVERITY_CRITICAL : INTACT_SEVERITY_MEDIUM;
	case EVENT_CHANGED:
		return severity_of_change(v, reach_of(v));
	case EVENT_UNVERIFIED:
		return INTACT_SEVERITY_MEDIUM;
	case EVENT_RULES_DIFFER:
		return INTACT_SEVERITY_LOW;
	case EVENT_MOVED:
	case EVENT_RECORDED:
		break;
	}
	return INTACT_SEVERITY_INFO;
}

static bool is_finding(enum event_kind kind)
{
	return kind == EVENT_ADDED || kind == EVENT_REMOVED || kind == EVENT_CHANGED;
}

static const struct intact_severity_line *line_for(const struct intact_run *run,
						   const struct view *v)
{
	const struct intact_str *path = &v->entry->path;

	return intact_severities_find(run->severities, path->s, path->len);
}

/* A name alone explains nothing that would make a change less severe, and no line (NULL: there is
 * none) makes what a package contradicts less than it is. */
static enum intact_severity weigh(enum event_kind kind, const struct view *v,
				  const struct intact_severity_line *line)
{
	enum intact_severity severity = line ? line->level : severity_of_kind(kind, v);

	if (!is_finding(kind))
		return severity;
	if (v->verdict == INTACT_CONTRADICTED)
		return INTACT_SEVERITY_CRITICAL;
	if (v->verdict == INTACT_EXPLAINED && severity > INTACT_SEVERITY_LOW &&
	    v->change->explanation->proof > INTACT_PROOF_NAME)
		return INTACT_SEVERITY_LOW;
	return severity;
}

static enum intact_severity severity_of(const struct intact_run *run, enum event_kind kind,
					const struct view *v)
{
	bool ranked = is_finding(kind) || kind == EVENT_UNVERIFIED;

	return weigh(kind, v, ranked ? line_for(run, v) : NULL);
}

static const enum event_kind listed_kinds[] = {
	[VIEW_ADDED] = EVENT_ADDED, [VIEW_REMOVED] = EVENT_REMOVED, [VIEW_CHANGED] = EVENT_CHANGED
};

enum intact_severity event_severity_listed(const struct intact_run *run, const struct view *v,
					   bool *ret_by_line)
{
	enum intact_severity ret = INTACT_SEVERITY_NONE, other;
	const struct intact_severity_line *line = line_for(run, v);

	*ret_by_line = line != NULL;
	/* What is recorded for the first time is no change. */
	if (v->kind != VIEW_NONE && run->kind != INTACT_RUN_INIT)
		ret = weigh(listed_kinds[v->kind], v, line);
	if (!v->change->unverified)
		return ret;
	other = weigh(EVENT_UNVERIFIED, v, line);
	return other > ret ? other : ret;
}

const struct intact_package *event_package(const struct report *r, const struct event *e)
{
	const struct intact_explanation *x = e->view->change->explanation;
	const struct intact_report_packages *p = r->run->packages;

	return is_finding(e->kind) && x && p && x->package < p->n ? &p->list[x->package] : NULL;
}

bool event_has_explanation(const struct event *e)
{
	return is_finding(e->kind) && e->view->change->explanation;
}

/* ---- writing ---- */

/* Count it in any case, write it where the level asks for entries. */
static void add_event(struct events *es, const struct view *v, enum event_kind kind,
		      uint64_t values)
{
	struct event e = { .kind = kind, .view = v, .values = values };
	struct jsonout w = { .out = &es->r.text };

	if (kind == EVENT_CHANGED)
		e.reach = reach_of(v);
	e.severity = severity_of(es->r.run, kind, v);
	if (e.severity > es->summary.severity)
		es->summary.severity = e.severity;
	if (!report_level(&es->r, INTACT_REPORT_LIST_ENTRIES))
		return;
	e.number = ++es->summary.number;
	jsonout_begin(&w, NULL, '{');
	es->schema->finding(&es->r, &w, &e);
	jsonout_close(&w);
	buf_add_char(&es->r.text, '\n');
}

static void add_listed(struct events *es, const struct view *v)
{
	enum event_kind kind = listed_kinds[v->kind];

	if (es->r.run->kind == INTACT_RUN_INIT)
		kind = EVENT_RECORDED;
	add_event(es, v, kind, view_details(v, es->r.options) & ~B(NAME));
}

static void add_events(struct report *r, const struct view *v)
{
	struct events *es = (struct events *)r;
	char diff[VIEW_DIFF_MAX];

	if (v->kind != VIEW_NONE)
		add_listed(es, v);
	if (v->change->unverified)
		add_event(es, v, EVENT_UNVERIFIED, 0);
	if (v->change->kind == INTACT_MOVED)
		add_event(es, v, EVENT_MOVED, 0);
	view_diff(v, r->options, diff, sizeof(diff));
	if (diff[0])
		add_event(es, v, EVENT_RULES_DIFFER, 0);
}

static void add_summary(struct events *es)
{
	struct jsonout w = { .out = &es->r.text };

	es->summary.number++;
	jsonout_begin(&w, NULL, '{');
	es->schema->summary(&es->r, &w, &es->summary);
	jsonout_close(&w);
	buf_add_char(&es->r.text, '\n');
}

int events_write(struct report *r, const struct event_schema *schema, struct intact_error *err)
{
	struct events es = { .r = *r,
			     .schema = schema,
			     .summary = { .severity = INTACT_SEVERITY_INFO } };
	int rc = part_each(&es.r, add_events, err);

	if (rc == 0)
		add_summary(&es);
	*r = es.r;
	return rc;
}

/* ---- words ---- */

const char *event_word(enum event_kind kind)
{
	static const char *const words[] = {
		[EVENT_ADDED] = "added",	   [EVENT_REMOVED] = "removed",
		[EVENT_CHANGED] = "changed",	   [EVENT_MOVED] = "moved",
		[EVENT_UNVERIFIED] = "unverified", [EVENT_RULES_DIFFER] = "rules_differ",
		[EVENT_RECORDED] = "recorded",
	};

	return words[kind];
}

const char *event_severity_word(enum intact_severity severity)
{
	static const char *const words[] = {
		[INTACT_SEVERITY_NONE] = "Unknown", [INTACT_SEVERITY_INFO] = "Informational",
		[INTACT_SEVERITY_LOW] = "Low",	    [INTACT_SEVERITY_MEDIUM] = "Medium",
		[INTACT_SEVERITY_HIGH] = "High",    [INTACT_SEVERITY_CRITICAL] = "Critical",
	};

	return words[severity];
}

void event_message(struct report *r, struct jsonout *w, const char *key, const struct event *e)
{
	const struct intact_str *path = &e->view->entry->path;
	struct buf text = { 0 };

	buf_printf(&text, "\"%s", event_word(e->kind));
	if (event_has_explanation(e))
		buf_printf(&text, ", %s", intact_explained_name(e->view->verdict));
	buf_add_str(&text, ": ");
	jsonout_path_text(&text, path->s, path->len);
	buf_add_char(&text, '"');
	if (text.failed)
		r->text.failed = true;
	else
		jsonout_raw(w, key, text.data, text.len);
	buf_release(&text);
}

void event_outline(struct report *r, struct jsonout *w, const char *key)
{
	struct buf text = { 0 };

	part_outline(r, &text);
	if (text.failed)
		r->text.failed = true;
	else
		jsonout_string(w, key, text.data, text.len);
	buf_release(&text);
}

/* ---- names ---- */

struct intact_str event_name(const struct intact_str *path)
{
	const char *name = path_name(path->s, path->len);
	size_t len = path->len - (size_t)(name - path->s);

	return len ? (struct intact_str){ name, len } : *path;
}

struct intact_str event_folder(const struct intact_str *path)
{
	return (struct intact_str){ path->s, path_parent(path->s, path->len) };
}

struct intact_str event_extension(const struct intact_str *path)
{
	struct intact_str name = event_name(path);
	size_t at = name.len;

	while (at > 0 && name.s[at - 1] != '.')
		at--;
	/* A name that only begins with a dot is hidden, and has no extension. */
	return (struct intact_str){ name.s + name.len - (at > 1 ? name.len - at : 0),
				    at > 1 ? name.len - at : 0 };
}

/* ---- values ---- */

bool event_has(const struct event *e, const struct intact_entry *side, unsigned id)
{
	uint64_t bit = INTACT_BIT(id);
	const struct intact_attr *row = intact_attr_get(id);

	if (!side || !(e->values & bit) || (side->failed & bit))
		return false;
	/* What differs was compared, whether or not the rule of this side asks for it. */
	if (!(side->attrs & bit) && !(e->view->changed & bit))
		return false;
	return row->kind != INTACT_KIND_DIGEST || side->digest[row->digest];
}

void event_digest(struct report *r, struct jsonout *w, const char *key,
		  const struct intact_attr *row, const uint8_t *digest)
{
	struct buf hex = { 0 };

	text_hex(&hex, digest, row->digest_size);
	if (hex.failed)
		r->text.failed = true;
	else
		jsonout_string(w, key, hex.data, hex.len);
	buf_release(&hex);
}

/* ---- times ---- */

#define YEAR_10000 INT64_C(253402300800)
#define YEAR_0 INT64_C(-62167219200)

bool event_time_fits(const struct intact_time *t)
{
	return t->sec >= YEAR_0 && t->sec < YEAR_10000;
}

void event_time(struct report *r, struct jsonout *w, const char *key, const struct intact_time *t)
{
	time_t seconds = (time_t)t->sec;
	struct buf text = { 0 };
	struct tm tm;

	if (event_time_fits(t) && gmtime_r(&seconds, &tm))
		buf_printf(&text, "%04d-%02d-%02dT%02d:%02d:%02d.%09" PRIu32 "Z", tm.tm_year + 1900,
			   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, t->nsec);
	else
		buf_printf(&text, "@%" PRId64 ".%09" PRIu32, t->sec, t->nsec);
	if (text.failed)
		r->text.failed = true;
	else
		jsonout_string(w, key, text.data, text.len);
	buf_release(&text);
}

int64_t event_millis(const struct intact_time *t)
{
	return t->sec * 1000 + t->nsec / 1000000;
}

bool event_has_start(const struct intact_run *run)
{
	return run->baseline_time.sec > 0 && run->baseline_time.sec <= run->end.sec;
}

uint64_t event_duration(const struct intact_run *run)
{
	int64_t sec = run->end.sec - run->start.sec;
	int64_t nsec = (int64_t)run->end.nsec - run->start.nsec;

	if (sec < 0 || (sec == 0 && nsec < 0))
		return 0;
	return (uint64_t)(sec * 1000000000 + nsec);
}
