/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The rule set that is used when there is no configuration: rules/policies/default.conf, compiled
 * in.
 */

#ifndef CLI_BUILTIN_H
#define CLI_BUILTIN_H

extern const char builtin_config[];

#endif /* CLI_BUILTIN_H */
