/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What explains a change: which package, by what proof; or why nothing does.
 *
 * An explanation sorts changes for whoever reads them.  It never makes one go away.
 */

#ifndef INTACT_EXPLANATION_H
#define INTACT_EXPLANATION_H

#include <stdbool.h>
#include <stdint.h>

enum intact_explained {
	INTACT_UNEXPLAINED,
	INTACT_EXPLAINED,
	INTACT_CONTRADICTED, /* a package has it, and its record says something else */
};
#define INTACT_EXPLAINED_MAX (INTACT_CONTRADICTED + 1)

/** What makes an explanation good, the weakest first. */
enum intact_proof {
	INTACT_PROOF_NONE,
	INTACT_PROOF_NAME,   /* only the name: the record has no content of such an object */
	INTACT_PROOF_INSIDE, /* a folder: what is explained is all that happened in it */
	INTACT_PROOF_SAME,   /* what it is did not change: a target, the names in a folder */
	INTACT_PROOF_RECORD, /* target, mode and owner, by a record that the host itself keeps */
	INTACT_PROOF_MD5,    /* content, by a sum in such a record */
	INTACT_PROOF_SHA256, /* likewise */
	INTACT_PROOF_SHA512,
	INTACT_PROOF_PACKAGE, /* content, mode and owner, by the package itself */
};
#define INTACT_PROOF_MAX (INTACT_PROOF_PACKAGE + 1)

/** Why it is not explained, or contradicted. */
enum intact_why {
	INTACT_WHY_NONE,
	INTACT_WHY_NO_PACKAGE, /* no package has it */
	INTACT_WHY_UNVERIFIED, /* part of it is not known */
	INTACT_WHY_CONTENT,    /* another content than the package ships */
	INTACT_WHY_MISSING,    /* the package has it, and it is gone */
	INTACT_WHY_CONFIG,     /* the same, of a configuration file */
	INTACT_WHY_NO_SUM,     /* the record has no sum of it, or several */
	INTACT_WHY_NO_DIGEST,  /* the rule asks for no digest */
	INTACT_WHY_NO_LINK,    /* the rule does not ask where a link leads */
	INTACT_WHY_NOT_READ,   /* it could not be read again as it was measured */
	INTACT_WHY_ATTRS,      /* what the package ships, but something else changed */
	INTACT_WHY_TARGET,     /* a link to what is not the package's */
	INTACT_WHY_FOLDER,     /* a folder in which packages did not do all that happened */
	INTACT_WHY_TYPE,       /* not a file, folder or link */
	INTACT_WHY_EARLIER,    /* an earlier version had it, with another content */
	INTACT_WHY_GIVEN,      /* another mode, owner or capability than the record has */
	INTACT_WHY_OPTIONAL,   /* it is gone, and the package does without it as well */
};

#define INTACT_NO_PACKAGE UINT32_MAX

/** Small: there is one for each change. */
struct intact_explanation {
	uint32_t package; /* number in the list of packages, or INTACT_NO_PACKAGE */
	uint8_t verdict;  /* enum intact_explained */
	uint8_t proof;	  /* enum intact_proof; NONE unless explained */
	uint8_t why;	  /* enum intact_why; NONE if explained */
};

/** A package that has changes. */
struct intact_package {
	const char *name; /* with the architecture where that is part of it: "libc6:amd64" */
	const char *version;
	/* The version at the time of the baseline, as far as the log tells; "": there was none;
	 * NULL: not known, or the same. */
	const char *before;
	/* When the manager last worked on it, in seconds; 0: not known. */
	int64_t worked;
};

/** "explained" */
const char *intact_explained_name(enum intact_explained verdict);
/** "md5" */
const char *intact_proof_name(enum intact_proof proof);
/** "strong", "weak", "weakest": how far it can be trusted. */
const char *intact_proof_strength(enum intact_proof proof);
/** Is it proven by the package itself, and not by what the host says of it? */
bool intact_proof_is_strong(enum intact_proof proof);
/** One line for people. */
const char *intact_why_text(enum intact_why why);

#endif /* INTACT_EXPLANATION_H */
