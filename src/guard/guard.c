/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See intact/guard.h.  The order: Landlock and seccomp without rights need no_new_privs, and what
 * sets up a layer must not be forbidden by the one before, so the calls come last.
 */

#include "guard/guard.h"

const char *intact_layer_name(enum intact_layer layer)
{
	static const char *const names[INTACT_LAYERS] = { "capabilities", "no_new_privs",
							  "Landlock", "seccomp" };

	return names[layer];
}

bool intact_layer_built_in(enum intact_layer layer)
{
	if (layer == INTACT_LAYER_FILES)
		return files_built_in;
	return layer != INTACT_LAYER_CALLS || calls_built_in;
}

void intact_guard_rights(uint64_t keep)
{
	char why[WHY_SIZE];

	(void)rights_drop(keep, why);
}

void intact_guard_enter(const struct intact_guard_policy *policy, struct intact_guard_result *ret)
{
	*ret = (struct intact_guard_result){ 0 };
	ret->on[INTACT_LAYER_RIGHTS] =
		rights_drop(policy->keep, ret->why[INTACT_LAYER_RIGHTS]) == 0;
	ret->on[INTACT_LAYER_NO_NEW] = rights_no_new(ret->why[INTACT_LAYER_NO_NEW]) == 0;
	ret->on[INTACT_LAYER_FILES] = files_close(policy, ret->why[INTACT_LAYER_FILES]) == 0;
	ret->on[INTACT_LAYER_CALLS] = calls_filter(ret->why[INTACT_LAYER_CALLS]) == 0;
}
