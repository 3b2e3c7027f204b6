/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One case: a tree, a configuration, and the folders "aide" and "ours" beside them, in which both
 * programs run with the same command line.
 */

#ifndef TESTS_AIDE_ONE_H
#define TESTS_AIDE_ONE_H

#include <limits.h>

#include "config.h"
#include "known.h"
#include "place.h"
#include "run.h"
#include "tree.h"

struct differ {
	const char *aide, *ours;
	const char *digests_of; /* ask this program instead of `ours` which digests it has */
	bool keep;
	bool first;	  /* stop at the first failure */
	const char *bias; /* see struct config_needs */
	bool words;	  /* show what the row about wording hides */
	bool streams; /* databases from and to standard streams and descriptors, too */
	struct place place;
	char *digests[32];
	size_t ndigests;
	struct buf missing;
	unsigned long passed, failed, steps;
};

#define ARGS_MAX 40

struct one {
	struct differ *d;
	uint64_t seed;
	struct random rnd;
	char dir[PATH_MAX / 4], aide[PATH_MAX / 2], ours[PATH_MAX / 2], root[PATH_MAX / 2];
	struct tree tree;
	struct config_needs needs;
	struct buf config; /* all of it, in the order of its parts */

	/* How it is given to the programs. */
	struct buf before, after;
	const char *input;	  /* a file for standard input; NULL: empty */
	char *base[ARGS_MAX + 1]; /* NULL after them */
	size_t nbase;

	bool whole;	    /* the file ends with a newline: something is read after it */
	bool same_files;    /* other attributes will be asked for, of the same files */
	bool rules_changed; /* they are */
	bool metadata;	    /* a database of the case may have a time in it */
	bool damaged;	    /* the database that is read was changed by hand */
	bool failed;
};

/** What a step expects of the two. */
enum step_kind {
	STEP_PLAIN,
	STEP_SORTED,  /* the order of output lines has no meaning */
	STEP_COMPARE, /* --compare */
};

/** Run both with c->base and `args` after it; false if they differ.  *ret_status (may be NULL):
 * what the packaged one ended with. */
bool step(struct one *c, enum step_kind kind, char *const args[], int *ret_status);

/** Run one of the two. */
void step_alone(const struct one *c, bool ours, char *const args[], struct output *ret);

/** Give the configuration to the programs in one of many ways: a file, standard input, before and
 * after, included files; fills c->base and c->input. */
void deliver(struct one *c);

/** A random case, or the one that the seed says; returns whether all its steps were equal. */
bool one_case(struct differ *d, uint64_t seed);

/** "dir/name" in `buf` of PATH_MAX bytes. */
char *one_path(char *buf, const char *dir, const char *name);

#endif /* TESTS_AIDE_ONE_H */
