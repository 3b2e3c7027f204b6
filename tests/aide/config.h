/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Random configurations: options, groups, macros and rules over a tree, valid or broken.
 */

#ifndef TESTS_AIDE_CONFIG_H
#define TESTS_AIDE_CONFIG_H

#include "base/buf.h"
#include "tree.h"

/** What differs from case to case beside the seed. */
struct config_needs {
	const char *const *digests; /* names of the digests that both programs have */
	size_t ndigests;
	bool all_digests; /* ours has every digest that AIDE has: H means the same */
	size_t names;	  /* of the tree's names, the first that regexes are made from */
	bool new_files;	  /* rules may ask for ANF; not together with report_detailed_init */
	bool moves;	  /* rules may ask for I and compressed: no hard links then; the same */
	bool ftype;	  /* every rule asks for the type: objects may be replaced by others */
	bool prefixed;	  /* root_prefix is the tree's folder; else the rules name it */
	const char *bias; /* every rule asks for this attribute; its effect shows; NULL: none */
	bool input;	  /* database_in is standard input */
	bool follow;	  /* the tree has no symbolic links: acl_no_symlink_follow may be yes */
};

/** Options that both programs need to run, and random others. */
void config_options(struct buf *text, struct random *rnd, const struct tree *t,
		    const struct config_needs *needs);

/** Groups and rules; macros and conditions around them.  What the rules ask for comes from `attrs`,
 * so that the same choice of files can be made with other attributes. */
void config_rules(struct buf *text, struct random *rnd, struct random *attrs, const struct tree *t,
		  const struct config_needs *needs);

/** One regex that has to do with the tree; also for --limit. */
void config_regex(struct buf *text, struct random *rnd, const struct tree *t,
		  const struct config_needs *needs);

/** A path that is or might be in the tree, as the rules see it. */
void config_path(struct buf *text, struct random *rnd, const struct tree *t,
		 const struct config_needs *needs);

/** Break a configuration somewhere. */
void config_break(struct buf *text, struct random *rnd, const struct config_needs *needs);

/* ---- shared by the files behind this header ----------------------------------------------------
 */

/** The name of a digest that both have. */
const char *config_digest(struct random *rnd, const struct config_needs *needs);

/** An attribute expression. */
void config_expression(struct buf *text, struct random *rnd, const struct config_needs *needs);

#endif /* TESTS_AIDE_CONFIG_H */
