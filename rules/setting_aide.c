/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See setting.h.  Options that AIDE has, URLs aside.
 */

#include "rules/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "rules/level.h"
#include "rules/reader.h"
#include "rules/ruleset.h"

int option_set_bool(const struct setting *s)
{
	bool yes = strcmp(s->text, "true") == 0 || strcmp(s->text, "yes") == 0;

	if (!yes && strcmp(s->text, "false") != 0 && strcmp(s->text, "no") != 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "unrecognized bool value: '%s' (expecting 'true', 'yes','false' "
				  "or 'no')",
				  s->text);
	*(bool *)s->at = yes;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s'", s->row->name,
		  yes ? "true" : "false");
	return 0;
}

int option_set_attrs(const struct setting *s)
{
	char expr[EXPR_MAX];

	*(uint64_t *)s->at = s->attrs;
	intact_attr_expr(s->attrs, expr, sizeof(expr));
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s'", s->row->name, expr);
	return 0;
}

int option_set_database_attrs(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	uint64_t attrs = s->attrs, wrong = attrs & ~INTACT_MASK_DIGESTS;
	char expr[EXPR_MAX];
	int rc;

	if (wrong) {
		intact_attr_expr(wrong, expr, sizeof(expr));
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid attribute(s): %s",
				  expr);
	}
	rc = group_check_digests(s->r, s->place, &attrs, s->err);
	if (rc < 0)
		return rc;
	config->database_attrs = attrs;
	config->database_attrs_set = true;
	intact_attr_expr(attrs, expr, sizeof(expr));
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to: %s", s->row->name,
		  expr);
	return 0;
}

int option_set_level(const struct setting *s)
{
	int level = report_level_by_name(s->text);

	if (level < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid report level: '%s'",
				  s->text);
	s->r->report.level = (enum intact_report_level)level;
	setting_log(s, s->text);
	return 0;
}

int option_set_format(const struct setting *s)
{
	int format = report_format_by_name(s->text);

	if (format < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid report format: '%s'",
				  s->text);
	s->r->report.format = (enum intact_report_format)format;
	setting_log(s, s->text);
	return 0;
}

/* aide-compat 4.6; the bits are the kernel's (linux/fs.h). */
static const struct {
	char letter;
	uint32_t bit;
} e2fs_letters[] = {
	{ 's', 0x00000001 }, { 'u', 0x00000002 }, { 'S', 0x00000008 }, { 'D', 0x00010000 },
	{ 'i', 0x00000010 }, { 'a', 0x00000020 }, { 'd', 0x00000040 }, { 'A', 0x00000080 },
	{ 'c', 0x00000004 }, { 'E', 0x00000800 }, { 'j', 0x00004000 }, { 'I', 0x00001000 },
	{ 't', 0x00008000 }, { 'T', 0x00020000 }, { 'e', 0x00080000 }, { 'C', 0x00800000 },
	{ 'x', 0x02000000 }, { 'F', 0x40000000 }, { 'N', 0x10000000 }, { 'P', 0x20000000 },
	{ 'V', 0x00100000 }, { 'm', 0x00000400 },
};

static uint32_t e2fs_bit(char letter)
{
	for (size_t i = 0; i < sizeof(e2fs_letters) / sizeof(e2fs_letters[0]); i++) {
		if (e2fs_letters[i].letter == letter)
			return e2fs_letters[i].bit;
	}
	return 0;
}

int option_set_e2fsattrs(const struct setting *s)
{
	uint64_t mask = 0;

	for (const char *c = s->text; *c && strcmp(s->text, "0") != 0; c++) {
		if (!e2fs_bit(*c))
			place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
				  "ignore invalid ext2 file attribute: '%c'", *c);
		mask |= e2fs_bit(*c);
	}
	*(uint64_t *)s->at = mask;
	setting_log(s, s->text);
	return 0;
}

int option_set_config_version(const struct setting *s)
{
	return setting_string(s, &s->r->config->config_version, s->text);
}

int option_set_root_prefix(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	size_t len = strlen(s->text);
	char *prefix;
	int rc;

	if (config->root_prefix)
		return setting_repeated(s, config->root_prefix);
	prefix = strdup(s->text);
	if (!prefix)
		return intact_fail_nomem(s->err);
	if (len && prefix[len - 1] == '/') {
		prefix[len - 1] = '\0';
		place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
			  "removed trailing '/' from root prefix: '%s'", prefix);
	}
	rc = setting_string(s, &config->root_prefix, prefix);
	free(prefix);
	return rc;
}

int option_set_workers(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	unsigned n;

	if (config->workers_set || s->r->source->workers_given)
		return setting_repeated(s, NULL);
	if (intact_workers_parse(s->text, &config->workers, &config->workers_percent, NULL) < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid number of workers: '%s'", s->text);
	config->workers_set = true;
	n = config->workers;
	if (config->workers_percent)
		n = (n * thread_processors() + 99) / 100;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG,
		  "set '%s' option to %u (config value: '%s')", s->row->name, n, s->text);
	return 0;
}

int option_set_log_level(const struct setting *s)
{
	int level = intact_log_level_by_name(s->text);

	if (level < 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG, "invalid log level: '%s'",
				  s->text);
	if (s->r->config->log_level >= 0 ||
	    (s->r->source->log_level_given && !s->r->source->check_only))
		return setting_repeated(s, NULL);
	s->r->config->log_level = level;
	setting_log(s, s->text);
	return 0;
}

int option_set_nothing(const struct setting *s)
{
	place_log(s->place, &s->r->log, INTACT_LOG_WARNING,
		  "'%s' option is no longer supported and is ignored, use 'log_level', "
		  "'report_level' and 'report_format' options instead",
		  s->row->name);
	return 0;
}
