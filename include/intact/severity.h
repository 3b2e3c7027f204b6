/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * How much a change weighs, in five steps that log systems know.
 */

#ifndef INTACT_SEVERITY_H
#define INTACT_SEVERITY_H

#include <stddef.h>

/** OCSF's numbers; ECS leaves the meaning to the source, so they serve there as well. */
enum intact_severity {
	INTACT_SEVERITY_NONE, /* nobody has said */
	INTACT_SEVERITY_INFO,
	INTACT_SEVERITY_LOW,
	INTACT_SEVERITY_MEDIUM,
	INTACT_SEVERITY_HIGH,
	INTACT_SEVERITY_CRITICAL,
};

/** "info", "low", "medium", "high", "critical"; "" for NONE. */
const char *intact_severity_name(enum intact_severity severity);

/** The one of that name (`len` bytes), or NONE. */
enum intact_severity intact_severity_by_name(const char *name, size_t len);

#endif /* INTACT_SEVERITY_H */
