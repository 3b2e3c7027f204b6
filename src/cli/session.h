/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What every command needs before it starts: the log, the configuration in force, and where the
 * baselines are.
 */

#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/log.h"
#include "cli/options.h"
#include "cli/trust.h"
#include <intact/db.h>
#include <intact/rules.h>

/** A place a baseline is read from or written to. */
struct place {
	char *path;	     /* as messages show it; opened if fd is negative */
	char *name;	     /* as reports show it */
	int fd;		     /* an open descriptor, or -1 */
	bool ours;	     /* fd is to be closed */
	uint64_t generation; /* the one that it must be; 0: any */

	/* What is looked up before the door is shut (cli/sandbox.h): what the path leads to, ours
	 * to close, or -1; the record of the generation that was seen, and what it says. */
	int ahead;
	bool prepared;
	char *record; /* NULL: a descriptor, which has none */
	struct intact_seen seen;
};

#define NO_PLACE                      \
	{                             \
		.fd = -1, .ahead = -1 \
	}

struct clerk;
struct watch;

struct session {
	const struct options *options;
	struct log log;
	struct intact_config *config;

	/* The rules are not from a configuration file: from PATH operands, from the baseline
	 * itself, or the built-in set. */
	bool builtin;
	int apart;	     /* of apart_split(), or -1 */
	struct clerk *clerk; /* NULL: this process does everything itself */
	struct watch *watch; /* what a process above this one waits for; NULL: there is none */
	int spare;	     /* an empty temporary file, opened ahead; or -1 */
	bool peeks;	     /* this process only reads the rules of a baseline */
	bool hung;	     /* threads were left behind in calls that do not come back */
	char host[256];	     /* this one's name; "" where it cannot be asked */
	char *state; /* the state folder; NULL where the configuration names all baselines */
	const char *config_file; /* NULL: none was read; "-": standard input */
	char *journal;		 /* NULL: none is kept */
	bool journal_default;	 /* it is in the state folder */

	struct trust trust;

	struct place in;  /* database_in; path NULL: not set */
	struct place out; /* database_out */
	struct place new; /* database_new */
};

/** Start the log; nothing else. */
void session_init(struct session *s, const struct options *options);

/** Read the configuration that the options ask for and resolve the baselines' places.  Returns 0 or
 * a negative code. */
INTACT_MUST_CHECK
int session_configure(struct session *s, struct intact_error *err);

/** A configuration could not be read: have one of what --before says, and `more`, alone.  Nothing
 * is known of rules and baselines then. */
INTACT_MUST_CHECK
int session_configure_less(struct session *s, const char *more, struct intact_error *err);

void session_release(struct session *s);

/** Say why it failed.  Returns the exit status that goes with it. */
int session_error(struct session *s, const struct intact_error *err);

/** The version of AIDE that we stand in for, as its reports name it. */
const char *session_aide_version(const struct session *s);

/** Open database_in (or another place) for reading, and say what of it is passed over. */
INTACT_MUST_CHECK
int session_open(struct session *s, struct place *place, struct intact_db **ret,
		 struct intact_error *err);

/** A place of `s` could not be opened, for what `err` says: if it is for the file system's reasons,
 * name the line of the configuration.  Returns the code. */
int session_not_open(const struct session *s, const struct place *place, struct intact_error *err);

#endif /* CLI_SESSION_H */
