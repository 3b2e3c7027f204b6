/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Failure, as every room reports it.
 *
 * A function that can fail returns 0 (or a documented positive value) on success and a negative
 * enum intact_code on failure.  The sentence for people goes into the caller's struct intact_error
 * and is written once, where the failure is born.  Outputs are untouched on failure.
 */

#ifndef INTACT_ERROR_H
#define INTACT_ERROR_H

#include <stdarg.h>

#define INTACT_MUST_CHECK __attribute__((warn_unused_result))
#define INTACT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/**
 * Whose fault it is.  The values are the negated exit status that AIDE's users know for the same
 * failure (aide-compat, section 1.4), so that main() needs no table.
 */
enum intact_code {
	INTACT_OK = 0,
	INTACT_EUSAGE = -15,   /* the command line: an unknown option, a missing or bad value */
	INTACT_ECONFIG = -17,  /* the configuration: a line that means nothing, a missing setting */
	INTACT_EIO = -18,      /* a file or device: cannot be opened, read or written */
	INTACT_EEXEC = -20,    /* an executable include failed */
	INTACT_ELOCK = -21,    /* another run holds what we need */
	INTACT_ENOMEM = -22,   /* no memory */
	INTACT_ETHREAD = -23,  /* a thread could not be started */
	INTACT_EDAMAGED = -24, /* a baseline that is damaged, forged or of an unknown version */
	INTACT_ESIGNAL = -25,  /* asked to stop by a signal */
};

/** Room for one sentence; longer ones are cut. */
#define INTACT_ERROR_MAX 1024

/** Filled by the function that fails.  All zero is the initial state. */
struct intact_error {
	enum intact_code code;
	char text[INTACT_ERROR_MAX];
};

/** Write the sentence and return `code`.  `err` may be NULL.  The text is not escaped here: whoever
 * shows it escapes it (text_escape). */
int intact_fail(struct intact_error *err, enum intact_code code, const char *fmt, ...)
	INTACT_PRINTF(3, 4);

/** As intact_fail() with INTACT_EIO (INTACT_ENOMEM for ENOMEM) and ": strerror(errno)" appended. */
int intact_fail_errno(struct intact_error *err, const char *fmt, ...) INTACT_PRINTF(2, 3);

/** No memory left; needs none itself. */
int intact_fail_nomem(struct intact_error *err);

/** Put "prefix" in front of the sentence: for a caller that knows what the callee did not. */
void intact_error_prefix(struct intact_error *err, const char *fmt, ...) INTACT_PRINTF(2, 3);

#endif /* INTACT_ERROR_H */
