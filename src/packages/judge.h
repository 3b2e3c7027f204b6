/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One change against the record of its path.  The table of verdicts is in doc/design/packages.md.
 * What happened in a folder is not known here (explain.c).
 */

#ifndef PACKAGES_JUDGE_H
#define PACKAGES_JUDGE_H

#include <intact/packages.h>

/** What a verdict is made from. */
struct judge {
	struct intact_record *records; /* by path: of the changes, and of where links lead */
	size_t n;
	struct intact_contents *contents;
	uint64_t available; /* digests */
};

/** Is this a change that a package could explain? */
bool judge_wants(const struct intact_change *c);

/** The new entry, or the one that is gone. */
const struct intact_entry *judge_side(const struct intact_change *c);

/** Does another object than before stand there?  Nothing of the old one says anything about it. */
bool judge_is_new(const struct intact_change *c);

/** Where a link leads, as a path; false if that is not below the root, or too long. */
bool judge_link_leads_to(const struct intact_entry *e, char out[4096]);

struct intact_explanation judge_explained(uint32_t package, enum intact_proof proof);
struct intact_explanation judge_unexplained(uint32_t package, enum intact_why why);

/** The verdict.  A folder that was there before stays unexplained.  Returns 0, or a code that ends
 * the run. */
INTACT_MUST_CHECK
int judge_change(const struct judge *j, const struct intact_change *c,
		 struct intact_explanation *ret, struct intact_error *err);

/** Of a folder that was there before: the attributes that changed to what its record has, with what
 * shows them again; 0 if there are none, or another value than the record's is among them. */
uint64_t judge_folder_given(const struct intact_change *c, const struct intact_record *r);

#endif /* PACKAGES_JUDGE_H */
