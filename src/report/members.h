/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What JSON and NDJSON say alike: the members that describe one thing, whatever stands around them.
 */

#ifndef REPORT_MEMBERS_H
#define REPORT_MEMBERS_H

#include "report/parts.h"
#include "report/jsonout.h"

/** "aide_version" or "intact_version". */
const char *members_version_key(const struct report *r);

/** A time as a string member. */
void members_time(struct report *r, struct jsonout *w, const char *key,
		  const struct intact_time *t);

/** total, and where there are differences added, removed and changed. */
void members_counts(struct report *r, struct jsonout *w);

/** PATH: "summary string" or "added". */
void members_entry(struct report *r, struct jsonout *w, const struct view *v);

/** "explanation": { "verdict": ..., ... }, of a change that has one. */
void members_explanation(struct report *r, struct jsonout *w, const struct view *v);

/** The same members, PATH: { ... }. */
void members_explained_path(struct report *r, struct jsonout *w, const struct view *v);

/** "severity": "high", of a change that is listed or not verified, where lines of report_severity
 * are in force; nothing of any other. */
void members_severity(struct report *r, struct jsonout *w, const struct view *v);

/** What that would say; NONE: nothing. */
enum intact_severity members_severity_of(const struct report *r, const struct view *v);

/** The same as PATH: "high". */
void members_severity_path(struct report *r, struct jsonout *w, const struct view *v,
			   enum intact_severity severity);

/** manager, problem, unusable: what was looked up. */
void members_packages(struct report *r, struct jsonout *w);

/** PATH: { attribute: { "old": ..., "new": ... }, ... } for the attributes in `mask`. */
void members_details(struct report *r, struct jsonout *w, const struct view *v, uint64_t mask);

/** PATH: { "attributes": "a+b", "reason": "..." }; a gap has the path of its directory and a slash.
 */
void members_unverified(struct report *r, struct jsonout *w, const struct view *v);

/** NAME: { "sha256": "...", ... } for each database. */
void members_databases(struct report *r, struct jsonout *w);

/** verified, unverified and where known excluded and mounts_skipped. */
void members_coverage(struct report *r, struct jsonout *w);

/** SHOWN: base64, for a path that is not UTF-8. */
void members_exact_path(struct jsonout *w, const struct intact_str *path);

#endif /* REPORT_MEMBERS_H */
