/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accounts.h.
 */

#include "base/accounts.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

/* One record of the database: a group's has all its members. */
#define RECORD_ROOM 65536

static struct accounts asked;

void accounts_ask(const struct accounts *from)
{
	asked = from ? *from : (struct accounts){ 0 };
}

static bool copy_name(const char *name, char ret[ACCOUNT_NAME_MAX])
{
	size_t len = name ? strlen(name) : ACCOUNT_NAME_MAX;

	if (len >= ACCOUNT_NAME_MAX)
		return false;
	memcpy(ret, name, len + 1);
	return true;
}

static bool name_here(enum account_kind kind, uint32_t id, char *room, char ret[ACCOUNT_NAME_MAX])
{
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;

	if (kind == ACCOUNT_USER) {
		return getpwuid_r((uid_t)id, &user, room, RECORD_ROOM, &found_user) == 0 &&
		       found_user && copy_name(found_user->pw_name, ret);
	}
	return getgrgid_r((gid_t)id, &group, room, RECORD_ROOM, &found_group) == 0 && found_group &&
	       copy_name(found_group->gr_name, ret);
}

bool account_name(enum account_kind kind, uint32_t id, char ret[ACCOUNT_NAME_MAX])
{
	char *room;
	bool found;

	if (asked.name)
		return asked.name(asked.ctx, kind, id, ret);
	room = malloc(RECORD_ROOM);
	found = room && name_here(kind, id, room, ret);
	free(room);
	return found;
}

static bool number_here(enum account_kind kind, const char *name, char *room, uint32_t *ret)
{
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;

	if (kind == ACCOUNT_USER) {
		if (getpwnam_r(name, &user, room, RECORD_ROOM, &found_user) != 0 || !found_user)
			return false;
		*ret = found_user->pw_uid;
		return true;
	}
	if (getgrnam_r(name, &group, room, RECORD_ROOM, &found_group) != 0 || !found_group)
		return false;
	*ret = found_group->gr_gid;
	return true;
}

bool account_number(enum account_kind kind, const char *name, uint32_t *ret)
{
	char *room;
	bool found;

	if (asked.number)
		return asked.number(asked.ctx, kind, name, ret);
	room = malloc(RECORD_ROOM);
	found = room && number_here(kind, name, room, ret);
	free(room);
	return found;
}
