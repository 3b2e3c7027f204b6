/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The command line: AIDE's options (aide-compat, section 1) and ours.
 */

#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include <intact/rules.h>

enum command_id {
	COMMAND_CHECK,
	COMMAND_INIT,
	COMMAND_UPDATE,
	COMMAND_NIGHTLY,
	COMMAND_ACCEPT,
	COMMAND_COMPARE,
	COMMAND_LIST,
	COMMAND_DRY_INIT,
	COMMAND_LINT,
	COMMAND_CONFIG_CHECK,
	COMMAND_PATH_CHECK,
	COMMAND_KEYGEN,
	COMMAND_SIGN,
	COMMAND_VERIFY,
	COMMAND_SHOW,
	COMMAND_HISTORY,
	COMMAND_VERSION,
	COMMAND_HELP,
};

struct options {
	const char *argv0;
	bool as_aide; /* called through a link named aide */
	enum command_id command;
	const char *command_option; /* how it was written: "--check"; NULL: the default */
	const char *argument;	    /* of --path-check, --keygen and --show */

	char *config; /* NULL: not given */
	struct buf before;
	struct buf after;
	const char *limit;
	const char *state; /* folder for the baseline; NULL: the default */
	const char *signing_key;
	const char **verify_keys;
	size_t nverify_keys;
	const char *signature; /* detached, of database_in, or of --verify's operand */
	const char *detached;  /* --sign: where to write one */
	const char *reason;    /* for the journal; NULL: none given */
	const char **packages; /* --accept: only theirs */
	size_t npackages;
	bool explained;	  /* --accept: only what packages explain */
	bool strong;	  /* ... and of that what they themselves prove; a night's, not an option */
	bool interactive; /* --accept: ask */
	bool if_missing;  /* --init: not if a baseline is there */
	int passphrase_fd; /* -1: ask on the terminal */
	int log_level;	   /* enum intact_log_level or -1 */
	unsigned workers;
	bool workers_set;
	bool workers_percent;
	enum intact_compat compat;
	bool no_progress;
	bool no_color;
	bool no_sandbox;

	char *const *paths; /* operands */
	size_t npaths;
};

/**
 * Parse argv.  Prints what is wrong to stderr ("intact: ..."), as getopt does.
 * Returns 0, INTACT_EUSAGE or INTACT_ENOMEM.  Release in each case.
 */
INTACT_MUST_CHECK
int options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);

/** Say what is wrong with the command line, as options_parse() does. */
void options_complain(const struct options *o, const char *text);

/** The text of --help, to stdout. */
void options_help(const struct options *o);

#endif /* CLI_OPTIONS_H */
