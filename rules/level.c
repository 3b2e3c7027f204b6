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

static const char *const report_formats[] = { "plain", "json", "ndjson", "ecs", "ocsf", "html" };

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

/* ---- what the run may take ---- */

/* Digits only, at most `max`.  Returns what follows them, or NULL. */
static const char *number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno || *ret > max ? NULL : end;
}

bool courtesy_nice(const char *text, struct intact_courtesy *ret)
{
	uint64_t n;
	const char *end = number(text, 19, &n);

	if (!end || *end)
		return false;
	ret->nice = (int)n;
	return true;
}

bool courtesy_io_class(const char *text, struct intact_courtesy *ret)
{
	static const char best[] = "best-effort";
	uint64_t level = 4; /* the kernel's default */
	const char *end;

	if (strcmp(text, "idle") == 0) {
		ret->io_class = INTACT_IO_IDLE;
		return true;
	}
	if (strncmp(text, best, sizeof(best) - 1) != 0)
		return false;
	end = text + sizeof(best) - 1;
	if (*end == ':')
		end = number(end + 1, 7, &level);
	if (!end || *end)
		return false;
	ret->io_class = INTACT_IO_BEST_EFFORT;
	ret->io_level = (unsigned)level;
	return true;
}

static const char *rate(const char *text, struct intact_courtesy *ret)
{
	static const char units[] = "KMG", files[] = "files";
	uint64_t n;
	const char *end = number(text, UINT64_MAX >> 30, &n);
	const char *unit;

	if (!end)
		return NULL;
	if (strncmp(end, files, sizeof(files) - 1) == 0) {
		ret->files_per_second = n;
		return end + sizeof(files) - 1;
	}
	unit = *end ? strchr(units, *end) : NULL;
	ret->bytes_per_second = unit ? n << 10 * (unit - units + 1) : n;
	return unit ? end + 1 : end;
}

bool courtesy_io_limit(const char *text, struct intact_courtesy *ret)
{
	struct intact_courtesy new = *ret;

	new.bytes_per_second = new.files_per_second = 0;
	for (;;) {
		text = rate(text, &new);
		if (!text || (*text && *text != ','))
			return false;
		if (!*text)
			break;
		text++;
	}
	*ret = new;
	return true;
}

bool courtesy_pressure(const char *text, struct intact_courtesy *ret)
{
	uint64_t n;
	const char *end = number(text, 99, &n);

	if (!end || (*end && strcmp(end, "%") != 0))
		return false;
	ret->pressure = (unsigned)n;
	return true;
}

/* ---- workers ---- */

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
