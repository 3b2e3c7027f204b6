/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See option.h.  The table of options (aide-compat 2.6), and how a statement finds its row.
 */

#include "rules/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "rules/parser.h"
#include "rules/reader.h"
#include "rules/setting.h"

#define URL_IN (1u << INTACT_URL_FILE | 1u << INTACT_URL_STDIN | 1u << INTACT_URL_FD)
#define URL_OUT (1u << INTACT_URL_FILE | 1u << INTACT_URL_STDOUT | 1u << INTACT_URL_FD)
#define URL_REPORT                                                                               \
	(URL_OUT | 1u << INTACT_URL_STDERR | 1u << INTACT_URL_SYSLOG | 1u << INTACT_URL_MAILTO | \
	 1u << INTACT_URL_JOURNALD)

#define CONFIG(member) HOME_CONFIG, offsetof(struct intact_config, member)
#define REPORT(member) HOME_REPORT, offsetof(struct intact_report_options, member)
#define READER(member) HOME_READER, offsetof(struct reader, member)
#define NOWHERE HOME_NONE, 0

static const struct config_option options[] = {
	{ "database_in", option_set_url, CONFIG(database_in), URL_IN, NULL, false, false },
	{ "database_out", option_set_url, CONFIG(database_out), URL_OUT, NULL, false, false },
	{ "database_new", option_set_url, CONFIG(database_new), URL_IN, NULL, false, false },
	{ "database_attrs", option_set_database_attrs, NOWHERE, 0, NULL, true, false },
	{ "database_add_metadata", option_set_bool, CONFIG(database_add_metadata), 0, NULL, false,
	  false },
	{ "database_format", option_set_database_format, NOWHERE, 0, NULL, false, false },
	{ "gzip_dbout", option_set_bool, CONFIG(gzip_dbout), 0, NULL, false, false },
	{ "signing_key", option_set_once, CONFIG(signing_key), 0, NULL, false, false },
	{ "verify_key", option_set_verify_key, NOWHERE, 0, NULL, false, false },
	{ "verify_host", option_set_once, CONFIG(verify_host), 0, NULL, false, false },
	{ "database_in_signature", option_set_once, CONFIG(database_in_signature), 0, NULL, false,
	  false },
	{ "journal", option_set_journal, CONFIG(journal), 0, NULL, false, false },
	{ "generations", option_set_generations, NOWHERE, 0, NULL, false, false },
	{ "root_prefix", option_set_root_prefix, NOWHERE, 0, NULL, false, false },
	{ "acl_no_symlink_follow", option_set_bool, CONFIG(acl_no_symlink_follow), 0, NULL, false,
	  false },
	{ "warn_dead_symlinks", option_set_bool, CONFIG(warn_dead_symlinks), 0, NULL, false,
	  false },
	{ "follow_rotation", option_set_bool, CONFIG(follow_rotation), 0, NULL, false, false },
	{ "trusted_xattrs", option_set_bool, CONFIG(trusted_xattrs), 0, NULL, false, false },
	{ "require_sandbox", option_set_bool, CONFIG(require_sandbox), 0, NULL, false, false },
	{ "config_version", option_set_config_version, NOWHERE, 0, NULL, false, false },
	{ "config_check_warn_unrestricted_rules", option_set_bool, READER(warn_unrestricted), 0,
	  NULL, false, false },
	{ "num_workers", option_set_workers, NOWHERE, 0, NULL, false, false },
	{ "hash_policy", option_set_hash_policy, NOWHERE, 0, NULL, false, false },
	{ "package_manager", option_set_packages, NOWHERE, 0, NULL, false, false },
	{ "measure_timeout", option_set_patience, NOWHERE, 0, NULL, false, false },
	{ "time_limit", option_set_time_limit, NOWHERE, 0, NULL, false, false },
	{ "nice", option_set_nice, NOWHERE, 0, NULL, false, false },
	{ "io_class", option_set_io_class, NOWHERE, 0, NULL, false, false },
	{ "io_limit", option_set_io_limit, NOWHERE, 0, NULL, false, false },
	{ "pressure_pause", option_set_pressure, NOWHERE, 0, NULL, false, false },
	{ "sendmail", option_set_program, CONFIG(sendmail), 0, NULL, false, false },
	{ "mail_heartbeat", option_set_heartbeat, NOWHERE, 0, NULL, false, false },
	{ "nightly_accept", option_set_nightly_accept, NOWHERE, 0, NULL, false, false },
	{ "nightly_hook", option_set_program, CONFIG(nightly_hook), 0, NULL, false, false },
	{ "nightly_hook_timeout", option_set_hook_timeout, NOWHERE, 0, NULL, false, false },
	{ "report_keep", option_set_report_keep, NOWHERE, 0, NULL, false, false },
	{ "log_level", option_set_log_level, NOWHERE, 0, NULL, false, false },
	{ "aide_compat", option_set_compat, NOWHERE, 0, NULL, false, false },
	{ "report_url", option_set_report_url, NOWHERE, URL_REPORT, NULL, false, false },
	{ "report_level", option_set_level, NOWHERE, 0, NULL, false, false },
	{ "report_format", option_set_format, NOWHERE, 0, NULL, false, false },
	{ "report_base16", option_set_bool, REPORT(base16), 0, NULL, false, false },
	{ "report_detailed_init", option_set_bool, REPORT(detailed_init), 0, NULL, false, false },
	{ "report_quiet", option_set_bool, REPORT(quiet), 0, NULL, false, false },
	{ "report_append", option_set_bool, REPORT(append), 0, NULL, false, false },
	{ "report_grouped", option_set_bool, REPORT(grouped), 0, NULL, false, false },
	{ "report_summarize_changes", option_set_bool, REPORT(summarize), 0, NULL, false, false },
	{ "report_ignore_explained", option_set_bool, REPORT(ignore_explained), 0, NULL, false,
	  false },
	{ "report_severity", option_set_severity, NOWHERE, 0, NULL, false, false },
	{ "report_ignore_added_attrs", option_set_attrs, REPORT(ignore_added), 0, NULL, true,
	  false },
	{ "report_ignore_removed_attrs", option_set_attrs, REPORT(ignore_removed), 0, NULL, true,
	  false },
	{ "report_ignore_changed_attrs", option_set_attrs, REPORT(ignore_changed), 0, NULL, true,
	  false },
	{ "report_force_attrs", option_set_attrs, REPORT(force), 0, NULL, true, false },
	{ "report_ignore_e2fsattrs", option_set_e2fsattrs, REPORT(ignore_e2fsattrs), 0, NULL, false,
	  false },

	/* AIDE's before 0.17 and 0.19. */
	{ "database", NULL, NOWHERE, 0, "database_in", false, true },
	{ "grouped", NULL, NOWHERE, 0, "report_grouped", false, true },
	{ "summarize_changes", NULL, NOWHERE, 0, "report_summarize_changes", false, true },
	{ "ignore_list", NULL, NOWHERE, 0, "report_ignore_changed_attrs", true, true },
	{ "report_attributes", NULL, NOWHERE, 0, "report_force_attrs", true, true },
	{ "verbose", option_set_nothing, NOWHERE, 0, NULL, false, true },
	{ "syslog_format", option_set_nothing, NOWHERE, 0, NULL, false, true },
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

const struct config_option *config_option_find(struct slice name)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		if (slice_is(name, options[i].name))
			return &options[i];
	}
	return NULL;
}

bool config_option_takes_attrs(const struct config_option *row)
{
	return row->attrs;
}

bool config_option_is_compat(const struct config_option *row)
{
	return row->set == option_set_compat;
}

const char *config_option_nearest(struct slice name)
{
	struct suggestion near = suggest_for(name.s, name.len);

	for (size_t i = 0; i < NOPTIONS; i++) {
		if (!options[i].old)
			suggest_consider(&near, options[i].name);
	}
	return near.best;
}

static void *field(struct reader *r, const struct config_option *row)
{
	switch (row->home) {
	case HOME_CONFIG:
		return (char *)r->config + row->offset;
	case HOME_REPORT:
		return (char *)&r->report + row->offset;
	case HOME_READER:
		return (char *)r + row->offset;
	case HOME_NONE:
		break;
	}
	return NULL;
}

/* The row that does the work: an old name stands for its new one. */
static const struct config_option *current_row(struct reader *r, const struct statement *st)
{
	const struct config_option *row = st->option.row;

	if (!row->instead)
		return row;
	place_log(&st->place, &r->log, INTACT_LOG_WARNING,
		  "Using '%s' is DEPRECATED. Update your config and use '%s' instead", row->name,
		  row->instead);
	return config_option_find((struct slice){ row->instead, strlen(row->instead) });
}

int config_option_set(struct reader *r, const struct statement *st, struct intact_error *err)
{
	struct buf text = { 0 };
	struct setting s = { .r = r, .place = &st->place, .err = err };
	int rc;

	s.row = current_row(r, st);
	s.at = field(r, s.row);
	if (s.row->attrs)
		rc = group_eval(r, &st->place, st->option.value, &s.attrs, err);
	else
		rc = reader_expand(r, &st->place, st->option.value, &text, err);
	s.text = text.data;
	if (rc == 0)
		rc = s.row->set(&s);
	buf_release(&text);
	return rc;
}
