/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One measurement at work: what measure.c and the files that do parts of it share.
 *
 * measure.c decides when to look and when to believe it; job_attrs.c reads the attributes of the
 * held object, job_content.c its content.
 */

#ifndef SCAN_JOB_H
#define SCAN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "scan/measure.h"
#include "scan/object.h"

#define JOB_BIT(id) INTACT_BIT(INTACT_##id)
/* What comes from extended attributes. */
#define JOB_XATTRS (JOB_BIT(ACL) | JOB_BIT(XATTRS) | JOB_BIT(SELINUX) | JOB_BIT(CAPS))

struct job {
	struct measurer *m;
	struct arena *arena;
	struct intact_entry *e;
	const struct intact_entry *old;
	const char *name;
	uint64_t digests; /* to compute, also those of a transition */
	uint64_t both;	  /* of them, those that may have either of two values in the baseline */
	bool growing;
	struct object o;
	const char *changed; /* LOOK_CHANGED: what to say if it stays so */
};

/** Something came back from the file system: whoever watches this worker need not worry. */
static inline void job_progress(const struct job *j)
{
	if (j->m->watch)
		watch_progress(j->m->watch);
}

/** These attributes cannot be had.  `why` may be NULL.  The entry keeps the first reason. */
void job_fail(struct job *j, uint64_t mask, const char *what, const char *why);

/** The same of the entry as a whole, whose attributes may all be there. */
void job_say(struct job *j, const char *what, const char *why);

/** This file system does not know these attributes. */
void job_drop(struct job *j, uint64_t mask);

/* ---- job_attrs.c ---- */

/** What an inode tells. */
void job_inode(struct intact_entry *e, const struct statx *st);

/** The other attributes that the rule asks for, but the content, from the held object. */
void job_attrs(struct job *j);

/** The held object is on a file system whose files have no content to measure. */
bool job_is_pseudo(struct job *j);

/** Sooner or later each change of its content moves a time stamp there.  False: not, or not known.
 */
bool job_has_times(struct job *j);

/* ---- job_content.c ---- */

/** Decide on j->digests and j->both: the rule's, and the old ones where there is nothing in common
 * that could speak for the content.  A check sum could not. */
void job_choose_digests(struct job *j);

/** May it be part of a rotation? */
bool job_is_news(const struct job *j);

/** Returns 0, 1 if the content did not hold still, or a negative code. */
INTACT_MUST_CHECK
int job_content(struct job *j, struct intact_error *err);

#endif /* SCAN_JOB_H */
