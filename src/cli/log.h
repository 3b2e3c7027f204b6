/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The log: what is said about the run, on stderr.  Never mixed with a report.
 *
 * One line a message, "LABEL: text", as AIDE writes it (aide-compat 1.9); the whole text is
 * escaped.
 */

#ifndef CLI_LOG_H
#define CLI_LOG_H

#include <stdbool.h>

#include "base/buf.h"
#include <intact/rules.h>

struct log {
	enum intact_log_level level;  /* this and everything before it is shown */
	enum intact_log_level chosen; /* by option or configuration; level may differ: SIGUSR1 */
	bool decided;	 /* level is final; before that all but errors is kept in `waiting` */
	bool rule_first; /* level rule comes before compare, as in AIDE 0.18 */
	bool color;
	struct buf waiting;	   /* per message: level byte, text, NUL */
	void (*before)(void *ctx); /* called before a line is written (erases the progress line) */
	void *before_ctx;
};

/** An undecided log at level warning.  `color`: colour the label if stderr is a terminal. */
void log_init(struct log *log, bool color);

/** The level is known now: show what waited. */
void log_decide(struct log *log, enum intact_log_level level);

/** Say that SIGUSR1 came, and go to level debug or back to the chosen one. */
void log_toggle_debug(struct log *log);

/** Show what waits and let go. */
void log_release(struct log *log);

/** Is a message of this level shown? */
bool log_shows(const struct log *log, enum intact_log_level level);

void log_say(struct log *log, enum intact_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** An intact_log_fn: `ctx` is the log. */
void log_sink(void *ctx, enum intact_log_level level, const char *text);

/** The sentence of `err` at level error.  Returns the exit status that goes with it. */
int log_error(struct log *log, const struct intact_error *err);

#endif /* CLI_LOG_H */
