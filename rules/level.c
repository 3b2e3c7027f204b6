/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Names of levels and formats, and the number of workers: the small values of options.
 */

#include "rules/level.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const log_levels[] = {
	"error",  "warning", "notice", "info",	 "compare", "rule",
	"config", "debug",   "limit",  "thread", "trace",
};

static const char *const report_levels[] = {
	"minimal",
	"summary",
	"database_attributes",
	"list_entries",
	"changed_attributes",
	"added_removed_attributes",
	"added_removed_entries",
};

static const char *const report_formats[] = { "plain", "json", "ndjson" };

static int index_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, names[i]) == 0)
			return (int)i;
	}
	return -1;
}

int intact_log_level_by_name(const char *name)
{
	return index_of(name, log_levels, sizeof(log_levels) / sizeof(log_levels[0]));
}

const char *intact_report_level_name(enum intact_report_level level)
{
	return report_levels[level];
}

int report_level_by_name(const char *name)
{
	return index_of(name, report_levels, sizeof(report_levels) / sizeof(report_levels[0]));
}

int report_format_by_name(const char *name)
{
	return index_of(name, report_formats, sizeof(report_formats) / sizeof(report_formats[0]));
}

/* As AIDE: leading blanks and "+" are fine, nothing at all is 0. */
int intact_workers_parse(const char *text, unsigned *ret, bool *ret_percent,
			 struct intact_error *err)
{
	const char *s = text + strspn(text, " \t");
	unsigned long n = 0;
	char *end = (char *)s;
	bool percent;

	errno = 0;
	if (*s == '-')
		goto invalid;
	if (*s && *s != '%')
		n = strtoul(s, &end, 10);
	percent = *end == '%';
	if (errno || end[percent] || (percent && n > 100) || n > INT_MAX)
		goto invalid;
	if (end == s && s[percent])
		goto invalid;
	*ret = (unsigned)n;
	*ret_percent = percent;
	return 0;
invalid:
	return intact_fail(err, INTACT_EUSAGE, "invalid number of workers '%.100s'", text);
}
