/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The words of severities.  See intact/severity.h.
 */

#include <intact/severity.h>

#include <string.h>

static const char *const names[] = {
	[INTACT_SEVERITY_NONE] = "",	 [INTACT_SEVERITY_INFO] = "info",
	[INTACT_SEVERITY_LOW] = "low",	 [INTACT_SEVERITY_MEDIUM] = "medium",
	[INTACT_SEVERITY_HIGH] = "high", [INTACT_SEVERITY_CRITICAL] = "critical",
};

const char *intact_severity_name(enum intact_severity severity)
{
	return names[severity];
}

enum intact_severity intact_severity_by_name(const char *name, size_t len)
{
	for (size_t i = INTACT_SEVERITY_INFO; i <= INTACT_SEVERITY_CRITICAL; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return (enum intact_severity)i;
	}
	return INTACT_SEVERITY_NONE;
}
