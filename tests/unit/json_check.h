/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: is this text one JSON value (RFC 8259), in well-formed UTF-8, with no key twice in a
 * row and no control character anywhere?
 */

#ifndef UNIT_JSON_CHECK_H
#define UNIT_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

bool json_is_valid(const char *text, size_t len);

#endif /* UNIT_JSON_CHECK_H */
