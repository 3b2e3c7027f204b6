/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * One option and the function that sets it.  A setter knows its value and where it goes; what the
 * configuration file looks like is the parser's affair.
 */

#ifndef RULES_SETTING_H
#define RULES_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/place.h"

struct config_option;
struct reader;

/* What a setter is told. */
struct setting {
	struct reader *r;
	const struct place *place;
	const struct config_option *row;
	const char *text; /* string options, expanded */
	uint64_t attrs;	  /* attribute options */
	void *at;	  /* the field, where the row has one */
	struct intact_error *err;
};

/* Checks the value and keeps it, or fails with its place in the configuration. */
typedef int option_setter(const struct setting *s);

enum option_home {
	HOME_NONE,
	HOME_CONFIG, /* offset is into struct intact_config */
	HOME_REPORT, /* ... struct intact_report_options */
	HOME_READER, /* ... struct reader */
};

struct config_option {
	const char *name;
	option_setter *set;
	enum option_home home;
	size_t offset;
	unsigned types;	     /* URL options: bits of enum intact_url_type */
	const char *instead; /* old options: the new name, or NULL */
	bool attrs;	     /* takes an attribute expression */
	bool old;
};

option_setter option_set_bool, option_set_attrs, option_set_database_attrs, option_set_level,
	option_set_format, option_set_e2fsattrs, option_set_root_prefix, option_set_config_version,
	option_set_workers, option_set_log_level, option_set_nothing;

option_setter option_set_compat, option_set_database_format, option_set_once, option_set_verify_key,
	option_set_journal, option_set_hash_policy, option_set_packages, option_set_patience,
	option_set_generations, option_set_program, option_set_heartbeat, option_set_report_keep,
	option_set_nightly_accept, option_set_hook_timeout, option_set_nice, option_set_io_class,
	option_set_io_limit, option_set_pressure, option_set_severity, option_set_time_limit;

option_setter option_set_url, option_set_report_url;

/** Say at level "config" what was set. */
void setting_log(const struct setting *s, const char *value);

/** Say that the value is ignored, since the option has one.  `old`: that one, or NULL.  Returns 0.
 */
int setting_repeated(const struct setting *s, const char *old);

/** Keep a copy of the text in *at, in place of what is there. */
INTACT_MUST_CHECK
int setting_string(const struct setting *s, char **at, const char *text);

/** Fail: the option takes no URL of this type. */
INTACT_MUST_CHECK
int setting_wrong_type(const struct setting *s);

#endif /* RULES_SETTING_H */
