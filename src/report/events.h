/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Events for machines: what was found, one event a line, in the words of somebody's schema.
 *
 * What is an event, in which order, how severe and with which values is decided here, once; a
 * schema is a file that puts an event into its own members.  What it has no member for stands under
 * "intact" (eventfacts.h), the same in every schema.
 */

#ifndef REPORT_EVENTS_H
#define REPORT_EVENTS_H

#include "report/parts.h"
#include "report/jsonout.h"

/** One verdict on one entry.  An entry of which a part changed and a part could not be verified
 * makes two events, so that events of a kind are as many as the report's counts say. */
enum event_kind {
	EVENT_ADDED,
	EVENT_REMOVED,
	EVENT_CHANGED,
	EVENT_MOVED,	    /* a file that was followed to another name: nothing to worry about */
	EVENT_UNVERIFIED,   /* nobody can say whether it changed */
	EVENT_RULES_DIFFER, /* the rules ask for other attributes than those of the baseline did */
	EVENT_RECORDED,	    /* init: it is in the new baseline */
};

/** What of an object a change touches: the first that applies. */
enum event_reach {
	EVENT_CONTENT,	/* what it says, where it leads, what it is */
	EVENT_SECURITY, /* who may do what with it */
	EVENT_METADATA, /* times, inode, links */
};

struct event {
	enum event_kind kind;
	enum event_reach reach; /* of EVENT_CHANGED */
	enum intact_severity severity;
	uint64_t number; /* of events in this report, from 1 */
	const struct view *view;
	uint64_t values; /* attributes whose values the report's level asks for */
};

/** All of them together, when all are written. */
struct event_summary {
	uint64_t number;
	enum intact_severity severity; /* the highest of all findings, whatever the level shows */
};

/** A schema: both write the members of an object that is open. */
struct event_schema {
	void (*finding)(struct report *r, struct jsonout *w, const struct event *e);
	void (*summary)(struct report *r, struct jsonout *w, const struct event_summary *s);
};

/** Write the report: an event for each finding, in path order, and one about the run at the end. */
INTACT_MUST_CHECK
int events_write(struct report *r, const struct event_schema *schema, struct intact_error *err);

/** "added", "removed" ...: what `intact.verdict` says. */
const char *event_word(enum event_kind kind);

/** How much it weighs that an entry is listed, as changed or as unverified (the higher of the two;
 * NONE if it is neither): by what the change touches or, where there is one, by the line of
 * report_severity that matches its path; and by what packages say of it.  `ret_by_line`: there is
 * such a line. */
enum intact_severity event_severity_listed(const struct intact_run *run, const struct view *v,
					   bool *ret_by_line);

/** Does it touch a program that gives whoever runs it rights that he does not have? */
bool event_gives_rights(const struct view *v);

/** Was it looked up in the records of packages, and which one has it?  NULL: none. */
bool event_has_explanation(const struct event *e);
const struct intact_package *event_package(const struct report *r, const struct event *e);

/** "Low", "Medium" ... */
const char *event_severity_word(enum intact_severity severity);

/** Does one side of the event have a value for this attribute, that is to be shown? */
bool event_has(const struct event *e, const struct intact_entry *side, unsigned id);

/** A member "KIND: PATH" or "KIND, explained: PATH" for people, with this key. */
void event_message(struct report *r, struct jsonout *w, const char *key, const struct event *e);

/** The run's one sentence, with this key. */
void event_outline(struct report *r, struct jsonout *w, const char *key);

/** The last name of a path ("/" for the root), the folder it is in ("" for the root), and what
 * follows the last dot of the name ("" for nothing). */
struct intact_str event_name(const struct intact_str *path);
struct intact_str event_folder(const struct intact_str *path);
struct intact_str event_extension(const struct intact_str *path);

/** Can a schema hold this time?  Four digits for a year, and the epoch itself means nothing. */
bool event_time_fits(const struct intact_time *t);
/** RFC 3339 in UTC, with nanoseconds; for one that does not fit, "@" and decimal seconds. */
void event_time(struct report *r, struct jsonout *w, const char *key, const struct intact_time *t);
/** Milliseconds since the epoch. */
int64_t event_millis(const struct intact_time *t);

/** Is it known since when a change can have been there, that is when the baseline was made? */
bool event_has_start(const struct intact_run *run);

/** Nanoseconds from start to end of the run, never negative. */
uint64_t event_duration(const struct intact_run *run);

/** A digest in hex. */
void event_digest(struct report *r, struct jsonout *w, const char *key,
		  const struct intact_attr *row, const uint8_t *digest);

#endif /* REPORT_EVENTS_H */
