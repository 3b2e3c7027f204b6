/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The records of package managers: whose file is it, and what did its package ship?
 *
 * A record is local text that an attacker who is root can write: it may explain a change, never
 * hide one.  This room reads records and judges changes by them; it walks no tree, and contents are
 * read for it (intact_contents).  Another package manager is another struct package_manager
 * (src/packages/manager.h).
 */

#ifndef INTACT_PACKAGES_H
#define INTACT_PACKAGES_H

#include <intact/change.h>
#include <intact/content.h>
#include <intact/explanation.h>
#include <intact/rules.h>

/* ---- records -----------------------------------------------------------------------------------
 */

/** What a package itself has, beside the records of its manager. */
struct intact_shipped {
	bool known;    /* the package was found, and read as a whole */
	bool same;     /* content, target; of a folder there is neither */
	uint32_t mode; /* with the type */
	uint64_t uid, gid;
};

/** What a record has beside the sum of a content.  dpkg's have none of it. */
struct intact_recorded {
	bool known; /* all packages that have it agree */
	bool same;  /* of a link: it leads where the record says */
	/* Of those that are not had, the package says itself that they may change. */
	bool has_mode, has_uid, has_gid;
	uint32_t mode; /* the type in any case */
	uint64_t uid, gid;
	const char *caps; /* as text, "" for none; until the next look-up */
};

/** What the record of a package says of a path. */
struct intact_record {
	/* The question; all of it is the caller's. */
	const char *path;	/* as entries have it */
	bool asked;		/* for its own sake: look into the package as well */
	bool gone;		/* nothing is there now: which package had it? */
	unsigned digest_id;	/* with `digest`: of the content that was measured */
	const uint8_t *digest;	/* NULL: none */
	struct intact_str link; /* the target that was measured */

	/* The answer. */
	struct intact_shipped shipped;

	uint32_t package; /* INTACT_NO_PACKAGE: nobody has it */
	bool shared;	  /* other packages have it, too */
	/* From when to when the manager last worked on a package that has it; 0: not known. */
	int64_t began, ended;
	bool config;   /* a configuration file */
	bool optional; /* the package does without it as well */
	bool has_sum;  /* of the content, and all packages that have it agree */
	bool has_override;
	unsigned sum_id; /* the digest it is: INTACT_MD5 ... */
	uint8_t sum[64];
	struct intact_recorded recorded;
	/* With has_override: what the administrator has set. */
	uint32_t mode;
	uint64_t uid, gid;
};

struct intact_packages;

/**
 * Open the records below the directory `rootfd` (which must outlive it).  INTACT_PACKAGES_AUTO
 * takes the first manager of which there are any.  Returns 1, 0 where there are no records, or a
 * negative code: INTACT_EIO where they cannot be believed.
 */
INTACT_MUST_CHECK
int intact_packages_open(enum intact_package_manager manager, int rootfd,
			 struct intact_packages **ret, struct intact_error *err);
void intact_packages_close(struct intact_packages *p);

/** Can this program read the records of this manager? */
bool intact_packages_built_in(enum intact_package_manager manager);

/** Called often while much is read; non-zero return: stop with INTACT_ESIGNAL. */
void intact_packages_set_tick(struct intact_packages *p, int (*tick)(void *ctx), void *ctx);

/** "dpkg" */
const char *intact_packages_name(const struct intact_packages *p);

/** Fill in the answers.  `records` are sorted by strcmp() of their paths, which are unique. */
INTACT_MUST_CHECK
int intact_packages_look_up(struct intact_packages *p, struct intact_record *records, size_t n,
			    struct intact_error *err);

/** The packages, by number; the names live as long as `p`. */
const struct intact_package *intact_packages_list(const struct intact_packages *p, size_t *ret_n);

/** When the manager last worked on it, in seconds; 0 where that is not known. */
int64_t intact_packages_ended(const struct intact_packages *p, uint32_t package);

/** Lines and files of the records that could not be used: more is unexplained for it. */
uint64_t intact_packages_bad(const struct intact_packages *p);

/* ---- explaining --------------------------------------------------------------------------------
 */

/** Look up what changed since `since` (the baseline's time, for versions), and set the explanation
 * of each change in the list. */
INTACT_MUST_CHECK
int intact_packages_explain(struct intact_packages *p, struct intact_changes *changes,
			    struct intact_contents *contents, struct intact_error *err);

/** Find out which versions there were at `since`, and when packages were last worked on.  What the
 * log does not tell stays unknown. */
INTACT_MUST_CHECK
int intact_packages_read_log(struct intact_packages *p, int64_t since, struct intact_error *err);

#endif /* INTACT_PACKAGES_H */
