/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Who runs this: what the kernel says, nothing that the caller could have set.
 */

#ifndef CLI_USER_H
#define CLI_USER_H

#include <stdbool.h>
#include <sys/types.h>

#define USER_NAME_MAX 256

struct user {
	uid_t uid, euid;
	char name[USER_NAME_MAX]; /* of uid; "" where it has none */

	/* Who logged in, whatever they became since; false: nobody did (a timer, a daemon). */
	bool has_login;
	uid_t login;
	char login_name[USER_NAME_MAX];
};

/** Names are those of /etc/passwd: a run never waits for a server to tell it one. */
void user_find(struct user *ret);

#endif /* CLI_USER_H */
