/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See user.h.  SUDO_USER and LOGNAME say whatever the caller wants them to; the login uid
 * (/proc/self/loginuid) is set when somebody logs in, and then fixed.
 */

#include "cli/user.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOGINUID "/proc/self/loginuid"
#define PASSWD "/etc/passwd"
#define LINE_MAX_BYTES 4096
/* What stands there when nobody logged in. */
#define NOBODY 4294967295ul

static void find_login(struct user *u)
{
	FILE *f = fopen(LOGINUID, "re");
	char text[16] = "";
	char *end;
	unsigned long n;

	if (!f)
		return;
	if (fgets(text, sizeof(text), f) && *text >= '0' && *text <= '9') {
		n = strtoul(text, &end, 10);
		u->has_login = (*end == '\0' || *end == '\n') && n < NOBODY;
		u->login = u->has_login ? (uid_t)n : 0;
	}
	fclose(f);
}

/* The first one counts, as for everybody else. */
static void take_name(const struct passwd *p, uid_t uid, char name[USER_NAME_MAX])
{
	size_t len = strlen(p->pw_name);

	if (p->pw_uid == uid && !name[0] && len < USER_NAME_MAX)
		memcpy(name, p->pw_name, len + 1);
}

static void find_names(struct user *u)
{
	FILE *f = fopen(PASSWD, "re");
	char line[LINE_MAX_BYTES];
	struct passwd record, *found;

	if (!f)
		return;
	while (fgetpwent_r(f, &record, line, sizeof(line), &found) == 0 && found) {
		take_name(found, u->uid, u->name);
		if (u->has_login)
			take_name(found, u->login, u->login_name);
	}
	fclose(f);
}

void user_find(struct user *ret)
{
	*ret = (struct user){ .uid = getuid(), .euid = geteuid() };
	find_login(ret);
	find_names(ret);
}
