/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Names and numbers of users and groups: the only door to the C library's user database.
 *
 * Its answers come from files, or from a daemon through modules that it loads, and then neither a
 * closed door nor a system-call filter may be in the way.  So a process that has them asks another
 * one, set once while it has a single thread.  The setting is the process's, as its rights are.
 */

#ifndef BASE_ACCOUNTS_H
#define BASE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum account_kind { ACCOUNT_USER, ACCOUNT_GROUP };

/** Room for a name, with its NUL; whoever has a longer one stays a number. */
#define ACCOUNT_NAME_MAX 256

/** Both: false if there is none, or nobody to ask. */
bool account_name(enum account_kind kind, uint32_t id, char ret[ACCOUNT_NAME_MAX]);
bool account_number(enum account_kind kind, const char *name, uint32_t *ret);

/** Who is asked instead of the C library. */
struct accounts {
	bool (*name)(void *ctx, enum account_kind kind, uint32_t id, char ret[ACCOUNT_NAME_MAX]);
	bool (*number)(void *ctx, enum account_kind kind, const char *name, uint32_t *ret);
	void *ctx;
};

/** From now on ask `from`; NULL: the C library. */
void accounts_ask(const struct accounts *from);

#endif /* BASE_ACCOUNTS_H */
